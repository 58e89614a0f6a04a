//! What the screen shows: the whole of it, as plain values without a word of text.
//!
//! The face turns a screen into words and pixels, the autopilot turns it into a line of JSON. Names of services are
//! absent: the catalogue has them in every language, and a screen must not keep an old one.

use super::{
    asking::{Progress, Question},
    comfort::{Comfort, Hearing, Panel},
    filed::{Filed, Sending},
    filling::Filling,
    pin::{Digits, Pad},
    technician::Service,
    typing::Typed,
    wish::{Again, Aim, Asked, CopyOnPaper, Fault, ListOnPaper, Slip, Sorry, Told, Wish},
};
use serde::Serialize;
use words::Lang;

/// One visitor's place in the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub enum Screen {
    /// Nobody has been here for a while: dark, woken by a touch or a step.
    Asleep,
    /// Nobody is here: choose a language.
    Attract,
    /// What is the visitor here for? Only shown if the hall offers more than tickets.
    Purposes {
        /// The visitor's language.
        language: Lang,
    },
    /// Choose a category.
    Categories {
        /// The visitor's language.
        language: Lang,
        /// What the choice is for.
        aim: Aim,
    },
    /// Choose a service.
    Services {
        /// The visitor's language.
        language: Lang,
        /// The chosen category.
        category: String,
        /// What the choice is for.
        aim: Aim,
    },
    /// Find a service by its letters.
    Search {
        /// The visitor's language.
        language: Lang,
        /// What was typed so far.
        typed: Typed,
        /// What the choice is for.
        aim: Aim,
    },
    /// What waits for the visitor, and the question: take a ticket?
    Offer {
        /// What the visitor wants.
        wish: Wish,
        /// What is known about the queue.
        told: Told,
    },
    /// What to know about the service: what to bring, what it costs, how long the answer takes.
    About {
        /// What the visitor wants.
        wish: Wish,
        /// What was told before.
        told: Told,
        /// Whether the list is on paper.
        list: ListOnPaper,
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
    /// The paper is out, or the number is on the screen because there is no paper.
    Taken {
        /// What is on it.
        slip: Slip,
        /// Which tap this belongs to.
        attempt: Attempt,
        /// Whether another paper with the same number can be had.
        copy: CopyOnPaper,
    },
    /// The paper did not come out, not a dot of it.
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
    /// An application is filled in.
    Form(Box<Filling>),
    /// It is on its way into the hall.
    Sending {
        /// What was filled in; kept until it has arrived.
        filling: Box<Filling>,
        /// Which tap this belongs to.
        attempt: Attempt,
        /// How it stands.
        how: Sending,
    },
    /// It is filed.
    Filed {
        /// What the receipt says.
        filed: Box<Filed>,
        /// Which tap this belongs to.
        attempt: Attempt,
    },
    /// Somebody asks what became of an application.
    Question(Box<Question>),
    /// What became of it.
    Progress(Box<Progress>),
    /// The technician's PIN is asked for.
    Pin {
        /// The language it is asked in.
        language: Lang,
        /// What was typed.
        typed: Digits,
        /// What the pad says.
        pad: Pad,
    },
    /// The technician tries the kiosk's parts.
    Service(Box<Service>),
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
    /// How the visitor wants to see it.
    pub comfort: Comfort,
    /// What lies over the screen by the visitor's wish.
    pub panel: Panel,
    /// Whether it is read aloud.
    pub hearing: Hearing,
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
    /// The kiosk's own memory takes nothing: everything can be read, and no ticket is promised.
    NoStorage,
    /// The printer cannot print.
    NoPrinter(Fault),
}

/// A tap on "take a ticket". Its number is never used again while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Attempt(pub u64);

impl Screen {
    /// Whether it belongs to the conversation about an application.
    pub(super) fn is_about_applications(&self) -> bool {
        matches!(
            self,
            Screen::Form(_) | Screen::Sending { .. } | Screen::Filed { .. } | Screen::Question(_) | Screen::Progress(_)
        )
    }

    /// The visitor's language, if there is a visitor.
    pub fn language(&self) -> Option<Lang> {
        match self {
            Screen::Asleep | Screen::Attract => None,
            Screen::Purposes { language }
            | Screen::Categories { language, .. }
            | Screen::Services { language, .. }
            | Screen::Search { language, .. }
            | Screen::Pin { language, .. } => Some(*language),
            Screen::Service(service) => Some(service.language),
            Screen::Form(filling) | Screen::Sending { filling, .. } => Some(filling.language),
            Screen::Filed { filed, .. } => Some(filed.language),
            Screen::Question(question) => Some(question.language),
            Screen::Progress(progress) => Some(progress.language),
            Screen::Offer { wish, .. }
            | Screen::About { wish, .. }
            | Screen::Classes { wish, .. }
            | Screen::Taking { wish, .. }
            | Screen::Sorry { wish, .. } => Some(wish.language),
            Screen::Printing { slip, .. } | Screen::Taken { slip, .. } | Screen::Stuck { slip, .. } => {
                Some(slip.wish.language)
            }
        }
    }
}
