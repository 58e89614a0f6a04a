//! What a visitor wants and what becomes of it, as plain values without a word of text.

use serde::Serialize;
use uuid::Uuid;
use wire::{problem::Problem, tickets::WaitMinutes};
use words::Lang;

/// What a visitor wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// The visitor's language.
    pub language: Lang,
    /// The category's letter.
    pub category: String,
    /// The service's code.
    pub service: String,
    /// Further services on the same ticket, in the order to go through them.
    pub further: Vec<String>,
    /// What the visitor declared about going out of turn.
    pub turn: Turn,
    /// What the number comes on.
    pub medium: Medium,
}

/// What a number comes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Paper.
    Paper,
    /// The screen, with a code for a phone: the printer cannot print, and the visitor chose to go on without paper.
    Screen,
}

/// What a service is chosen for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// A ticket.
    Ticket,
    /// An application.
    Application,
    /// To be added to this ticket.
    Further(Box<Wish>),
}

/// Whether the list of what to bring is on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOnPaper {
    /// It can be had.
    Offered,
    /// It is being printed.
    Printing,
    /// It is out.
    Out,
    /// It did not come out.
    Failed(Fault),
}

/// Whether another paper with the same number can be had: marked as a copy, so that nobody holds two originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyOnPaper {
    /// So many more.
    Offered(u8),
    /// One is being printed; so many more after it.
    Printing(u8),
    /// It did not come out; so many more tries.
    Failed(Fault, u8),
    /// The first paper itself may not be whole: the printer stopped at it. So many copies.
    Doubtful(Fault, u8),
    /// No more.
    Over,
}

/// The visitor's own word about going out of turn; a clerk looks at the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// In turn: the question was skipped or answered with no.
    Ordinary,
    /// A class of the catalogue.
    Declared(String),
}

/// What is known about the queue before a ticket is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The hub was asked.
    Asking,
    /// The hub said so.
    Place {
        /// Tickets of the same service that are called before.
        ahead: u32,
        /// The wait, absent while data is thin.
        wait_minutes: Option<WaitMinutes>,
        /// Whether a counter serves it now.
        staffed: Staffed,
    },
    /// The hub is away: a ticket can be taken, the queue cannot be seen.
    Unseen,
    /// There is no ticket now, and why.
    Refused(Problem),
}

/// Whether a counter serves the service now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Staffed {
    /// At least one does.
    Open,
    /// None does yet.
    NotYet,
}

/// Who is asked for a number. What the kiosk decides is final: a later answer of the hub counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The hub, for at most [`super::RESERVE_MS`].
    Hub,
    /// The kiosk's own journal, with the hub's number.
    Journal,
    /// The kiosk's own lane.
    OwnLane,
}

/// A ticket as it goes on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// The ticket's identity.
    pub ticket: Uuid,
    /// Its name on paper.
    pub number: String,
    /// What the visitor wanted.
    pub wish: Wish,
    /// What was known about the queue.
    pub told: Told,
}

/// What a printer can suffer from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Paper or cutter is stuck.
    Jam,
    /// It reports an error that ends only when it is switched off and on, or repaired.
    Broken,
    /// It does not answer.
    Silent,
}

/// Whether another try to print makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// The printer is well again.
    Possible,
    /// Not before somebody has looked after it.
    NotYet,
    /// No: the paper may still come, and two with one number must not.
    Never,
}

/// Why there is no ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sorry {
    /// The hall said no; the sentence is in the visitor's language.
    Refused(Problem),
    /// The hub does not admit this kiosk.
    NotAdmitted,
    /// The hub is away and this kiosk has no lane of its own yet.
    NoNumber,
    /// The kiosk's own journal cannot be written.
    NotRecorded,
    /// The printer cannot print: no number was taken.
    NoPrinter(Fault),
}

impl Fault {
    /// The key of its name, for the eye and the ear.
    pub const fn key(self) -> &'static str {
        match self {
            Fault::PaperOut => "kiosk.fault.paper-out",
            Fault::CoverOpen => "kiosk.fault.cover-open",
            Fault::Jam => "kiosk.fault.jam",
            Fault::Broken => "kiosk.fault.broken",
            Fault::Silent => "kiosk.fault.silent",
        }
    }
}
