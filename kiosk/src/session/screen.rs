//! What the screen shows: the whole of it, as plain values without a word of text.
//!
//! The face turns a screen into words and pixels, the autopilot turns it into a line of JSON. Names of services are
//! absent: the catalogue has them in every language, and a screen must not keep an old one.

use serde::Serialize;
use uuid::Uuid;
use wire::{problem::Problem, tickets::WaitMinutes};
use words::Lang;

/// One visitor's place in the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub enum Screen {
    /// Nobody is here: choose a language.
    Attract,
    /// Choose a category.
    Categories {
        /// The visitor's language.
        language: Lang,
    },
    /// Choose a service.
    Services {
        /// The visitor's language.
        language: Lang,
        /// The chosen category.
        category: String,
    },
    /// What waits for the visitor, and the question: take a ticket?
    Offer {
        /// What the visitor wants.
        wish: Wish,
        /// What is known about the queue.
        told: Told,
    },
    /// The one question about going out of turn.
    Classes {
        /// What the visitor wants so far.
        wish: Wish,
        /// What was told before the question.
        told: Told,
    },
    /// A number is being found.
    Taking {
        /// What the visitor wants.
        wish: Wish,
        /// Which tap this belongs to.
        attempt: Attempt,
        /// Who is asked for the number.
        asked: Asked,
    },
    /// The paper is coming.
    Printing {
        /// What is on it.
        slip: Slip,
        /// Which tap this belongs to.
        attempt: Attempt,
    },
    /// The paper is out.
    Taken {
        /// What is on it.
        slip: Slip,
    },
    /// The paper did not come out whole.
    Stuck {
        /// What should be on it.
        slip: Slip,
        /// Which tap this belongs to.
        attempt: Attempt,
        /// What went wrong.
        fault: Fault,
        /// Whether another try makes sense now.
        again: Again,
    },
    /// There is no ticket now.
    Sorry {
        /// What the visitor wanted.
        wish: Wish,
        /// Why not.
        why: Sorry,
    },
}

/// A screen with what lies over and beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The screen.
    #[serde(flatten)]
    pub screen: Screen,
    /// Whether the visitor is asked if they are still here.
    pub presence: Presence,
    /// Whether the kiosk can serve anyone at all.
    pub readiness: Readiness,
}

/// Whether somebody seems to be at the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Touched not long ago.
    Here,
    /// The question "are you still here?" is up.
    Asked,
}

/// Whether the kiosk can serve anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Everything is in place.
    Ready,
    /// The hall's services are not known yet.
    NoCatalogue,
    /// The printer cannot print.
    NoPrinter(Fault),
}

/// A tap on "take a ticket". Its number is never used again while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Attempt(pub u64);

/// What a visitor wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// The visitor's language.
    pub language: Lang,
    /// The category's letter.
    pub category: String,
    /// The service's code.
    pub service: String,
    /// What the visitor declared about going out of turn.
    pub turn: Turn,
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

impl Screen {
    /// The visitor's language, if there is a visitor.
    pub fn language(&self) -> Option<Lang> {
        match self {
            Screen::Attract => None,
            Screen::Categories { language } | Screen::Services { language, .. } => Some(*language),
            Screen::Offer { wish, .. }
            | Screen::Classes { wish, .. }
            | Screen::Taking { wish, .. }
            | Screen::Sorry { wish, .. } => Some(wish.language),
            Screen::Printing { slip, .. } | Screen::Taken { slip } | Screen::Stuck { slip, .. } => {
                Some(slip.wish.language)
            }
        }
    }
}
