//! What comes into the session and what goes out of it. Both are plain values: a test writes them down.

use super::{
    comfort::{Contrast, Reach, TextSize},
    pin::{Digits, Gate},
    screen::{Attempt, Shown},
    technician::{Found, ReportOnPaper},
    typing::Stroke,
    wish::{Fault, Slip, Told, Turn, Wish},
};
use crate::{
    checkup::{Checkup, Fittings, Judged, Spot},
    keys::Key,
    pins::Sign,
};
use wire::{fleet::Part, kiosk::Purpose, problem::Problem, tickets::TicketTaken};
use words::Lang;

/// Something happened.
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack, for as long as it takes to look at it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A visitor did something.
    Tap(Tap),
    /// A machine has news.
    News(News),
    /// The kiosk's keys and its presence sensor.
    Sign(Sign),
    /// The alarm with this number rang. Only the last one set counts.
    Rang(u64),
}

/// What a visitor can do. A tap that does not belong to the screen is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tap {
    /// Chose a language.
    Language(Lang),
    /// Chose what to do here.
    Purpose(Purpose),
    /// Chose a category.
    Category(String),
    /// Chose a service of the shown category.
    Service(String),
    /// Opened the search.
    Search,
    /// Pressed a key of the screen's keyboard.
    Stroke(Stroke),
    /// Chose a service that was found.
    Found {
        /// Its category.
        category: String,
        /// The service.
        service: String,
    },
    /// Wants to know more about the service.
    About,
    /// Prints what to bring.
    PrintList,
    /// Wants another service on the same ticket.
    Further,
    /// Takes a further service off the ticket again.
    Without(String),
    /// Opened the question about going out of turn.
    Classes,
    /// Answered it.
    Turn(Turn),
    /// Takes a ticket.
    Take,
    /// Goes on without paper: the number on the screen.
    OnScreen,
    /// Prints the same number again after a failure.
    Again,
    /// Prints a copy of a paper that is out.
    Copy,
    /// Has the paper.
    Done,
    /// Opened text size, contrast and reach.
    Comfort,
    /// Closed it.
    Close,
    /// Chose a text size.
    Size(TextSize),
    /// Chose colours.
    Contrast(Contrast),
    /// Chose where the controls are.
    Reach(Reach),
    /// One screen back.
    Back,
    /// Back to the beginning.
    Home,
    /// "Yes, I am still here", or any touch beside a button.
    Here,
    /// Held the technician's corner of the first screen.
    Knock,
    /// Has typed the PIN.
    Enter,
    /// Tries one part.
    Try(Part),
    /// Tries every part and makes a report.
    TryAll,
    /// Touched a marked spot.
    Spot(Spot),
    /// Says whether it was seen or heard.
    Judge(Judged),
    /// Goes on without having tried the part.
    Skip,
    /// Prints and sends the report.
    Report,
    /// Ends the program, so that it begins anew.
    Restart,
}

/// What the machines report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The hall's services are known.
    Catalogue,
    /// What this hall's kiosks are for.
    Purposes(Vec<Purpose>),
    /// The list of what to bring is out.
    ListPrinted,
    /// It is not.
    ListNotPrinted(Fault),
    /// The printer's condition.
    Printer(Condition),
    /// Whether the kiosk's own memory takes anything.
    Storage(Storage),
    /// Whether the technician's PIN may be tried, and in which language it is asked for.
    Knocked(Gate, Lang),
    /// The PIN is right; what the kiosk has to be tried.
    Admitted(Fittings),
    /// The PIN is wrong.
    NotAdmitted(Gate),
    /// Something about a part that is tried.
    Found(Found),
    /// Where the report is.
    Reported(ReportOnPaper),
    /// What the hub says about a wish.
    Offered {
        /// The wish that was asked about.
        wish: Wish,
        /// The answer.
        told: Told,
    },
    /// What the hub says to a request for a number.
    Answered {
        /// The tap.
        attempt: Attempt,
        /// The answer.
        answer: Answer,
    },
    /// The journal has the number: it may go on paper.
    Assigned {
        /// The tap.
        attempt: Attempt,
        /// The ticket.
        slip: Slip,
    },
    /// No number could be assigned.
    NotAssigned {
        /// The tap.
        attempt: Attempt,
        /// Why.
        why: NotAssigned,
    },
    /// The paper is out and recorded.
    Printed {
        /// The tap.
        attempt: Attempt,
    },
    /// Some or all of the paper may be out, then the printer reported a fault; the number counts and is recorded.
    Doubtful {
        /// The tap.
        attempt: Attempt,
        /// What the printer says.
        fault: Fault,
    },
    /// Nothing of the paper is out.
    NotPrinted {
        /// The tap.
        attempt: Attempt,
        /// Why.
        fault: Fault,
    },
}

/// The hub's answer to a request for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A number.
    Taken(TicketTaken),
    /// No, and why.
    Refused(Problem),
    /// The kiosk is a stranger to the hub.
    NotAdmitted,
    /// No answer.
    Away,
}

/// Why the kiosk has no number to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAssigned {
    /// The hub has never told this kiosk its lane.
    NoLane,
    /// The journal cannot be written.
    NotRecorded,
}

/// The kiosk's own memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// What is written is kept.
    Works,
    /// It is not: no number may be promised.
    Fails,
}

/// The printer's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Prints.
    Ready,
    /// Prints; somebody should bring paper.
    PaperLow,
    /// Does not print.
    Faulty(Fault),
}

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
