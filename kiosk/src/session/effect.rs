//! What the session wants done, in this order. Plain values: a test writes them down.

use super::{
    asking::Progress,
    filed::{Application, Filed},
    pin::Digits,
    private::Private,
    screen::{Attempt, Shown},
    wish::{Slip, Wish},
};
use crate::{checkup::Checkup, keys::Key};
use forms::Media;
use wire::{fleet::Part, tickets::TicketTaken};
use words::Lang;

/// What the driver has to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Show this.
    Show(Shown),
    /// Ring once after so long; replaces the alarm before.
    Alarm {
        /// From now.
        after_ms: u64,
        /// Given back by [`Event::Rang`].
        number: u64,
    },
    /// Ask the hub about a wish.
    AskOffer(Wish),
    /// Write the intent, then ask the hub for a number.
    Take {
        /// The tap.
        attempt: Attempt,
        /// What is wanted.
        wish: Wish,
    },
    /// Write down the hub's number.
    AssignHub {
        /// The tap.
        attempt: Attempt,
        /// The hub's answer.
        taken: TicketTaken,
    },
    /// Find a number in the kiosk's own lane and write it down.
    AssignOwn {
        /// The tap.
        attempt: Attempt,
    },
    /// Print.
    Print {
        /// The tap.
        attempt: Attempt,
        /// What goes on paper.
        slip: Slip,
    },
    /// The number is on the screen, as good as on paper: write that down.
    ShowNumber {
        /// The tap.
        attempt: Attempt,
        /// What is shown.
        slip: Slip,
    },
    /// Print once more what is out already, marked as a copy.
    PrintCopy {
        /// The tap.
        attempt: Attempt,
        /// What goes on paper.
        slip: Slip,
    },
    /// Print what to bring.
    PrintList(Wish),
    /// Find the form of a service.
    OpenForm {
        /// The visitor's language.
        language: Lang,
        /// The category of the service.
        category: String,
        /// The service.
        service: String,
    },
    /// Look what a camera or a stick offers.
    LookForFiles,
    /// Read one of those files.
    TakeFile {
        /// Its name.
        name: String,
        /// What it may be.
        accept: Vec<Media>,
        /// How large.
        bytes_max: u64,
    },
    /// Seal an application and send it.
    File {
        /// The tap.
        attempt: Attempt,
        /// What is sealed.
        application: Application,
    },
    /// Try again to send it.
    FileAgain {
        /// The tap.
        attempt: Attempt,
    },
    /// Forget it.
    Unfile {
        /// The tap.
        attempt: Attempt,
    },
    /// Print the receipt; from the second one on it is marked.
    PrintReceipt {
        /// The tap.
        attempt: Attempt,
        /// What it says.
        filed: Filed,
    },
    /// Ask the hub what became of an application.
    Ask {
        /// The tap.
        attempt: Attempt,
        /// The number.
        number: Private,
        /// The last digits of the phone.
        tail: Private,
        /// The language of the answer.
        language: Lang,
    },
    /// Print what became of an application.
    PrintProgress(Progress),
    /// A key that moves in the window or presses what it stands on.
    Press(Key),
    /// A key for the voice.
    Voice(Key),
    /// Look whether the technician's PIN may be tried.
    Knock,
    /// Compare these digits with the technician's PIN.
    CheckPin(Digits),
    /// Try a part of the kiosk.
    Try {
        /// Which.
        part: Part,
        /// For whom it speaks or prints.
        language: Lang,
    },
    /// Make a report, print it, send it.
    Report {
        /// What was found.
        checkup: Checkup,
        /// The language on paper.
        language: Lang,
    },
    /// End the program: what watches it begins it anew.
    Restart,
    /// The visitor left without the paper: it will not be printed any more.
    GiveUp {
        /// The tap.
        attempt: Attempt,
    },
}
