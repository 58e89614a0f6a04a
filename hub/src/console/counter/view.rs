//! What the clerk's page shows: plain words and figures, made elsewhere, laid out by its template.
//!
//! Nothing here knows the hall, so the page is tested without one. Why a visitor goes out of turn is not here at all:
//! the clerk sees that, not why.

use crate::console::{
    cases::view::FiledRow,
    page::{Choice, ChoiceGroup, Page},
};
use askama::Template;
use queue::ids::TicketId;

/// The whole page, and its blocks for the stream.
#[derive(Template)]
#[template(path = "counter.html", blocks = ["notice", "now", "acts", "today", "held", "queue"])]
pub struct CounterPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Its content.
    pub view: &'a CounterView,
    /// What its forms offer.
    pub choices: &'a Choices,
}

/// What the forms of a counter's page offer: it follows from the configuration alone.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// How a service may end, the usual way first.
    pub outcomes: Vec<Choice>,
    /// Why a ticket is set aside.
    pub hold_reasons: Vec<Choice>,
    /// For how long.
    pub hold_minutes: Vec<Choice>,
    /// Why a counter pauses.
    pub pause_reasons: Vec<Choice>,
    /// Where a ticket may be sent.
    pub targets: Vec<ChoiceGroup>,
    /// The class a clerk may give a ticket that a kiosk printed alone.
    pub classes: Vec<Choice>,
}

/// A counter as its clerk sees it.
#[derive(Debug, Clone)]
pub struct CounterView {
    /// The counter, as in the configuration.
    pub counter: String,
    /// What the browser's tab says: the number first, so that it can be read on the task bar.
    pub title: String,
    /// The counter's name in the page's language.
    pub place: String,
    /// What is said aloud by a screen reader when it changes.
    pub spoken: String,
    /// What the counter does.
    pub desk: Desk,
    /// The same in a word.
    pub desk_word: String,
    /// The same in a sentence.
    pub desk_sentence: String,
    /// A refusal, as a sentence.
    pub notice: Option<String>,
    /// What was done where the page shows nothing of it by itself, as a sentence.
    pub said: Option<String>,
    /// How many wait for this counter.
    pub waiting: usize,
    /// The first of them, in the order they would be called.
    pub queue: Vec<WaitingRow>,
    /// How many more, in words.
    pub more: Option<String>,
    /// Tickets set aside that this counter may resume.
    pub held: Vec<HeldRow>,
    /// Where an application is filled in with the visitor who is being served.
    pub application: Option<String>,
    /// The ticket that is being served, if one is.
    pub serving: Option<TicketId>,
    /// Where filed applications are, in a hall that takes any.
    pub cases: Option<String>,
    /// What came with the ticket.
    pub filed: Vec<FiledRow>,
    /// The step that can be taken back.
    pub undo: Option<String>,
    /// The clerk's own figures of today.
    pub today: Option<String>,
}

/// What the counter does.
#[derive(Debug, Clone)]
pub enum Desk {
    /// Nobody sits here.
    Closed,
    /// Somebody else sits here.
    Taken,
    /// The clerk is away.
    Paused,
    /// Ready to call.
    Free,
    /// A visitor was called.
    Called {
        /// Who.
        card: Card,
        /// Calls that are left, in words; nothing when there are none.
        recalls_left: Option<String>,
    },
    /// A visitor is being served.
    Serving(Card),
}

/// The counter's ticket.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its number.
    pub number: String,
    /// Its stage in words.
    pub stage: String,
    /// Its service's name.
    pub service: String,
    /// The visitor's language, in itself.
    pub language: String,
    /// Its tag.
    pub language_tag: String,
    /// How long the visitor waited.
    pub waited: String,
    /// How many of the same thing, if more than one.
    pub quantity: Option<String>,
    /// That the visitor goes out of turn, never why.
    pub class: Option<String>,
    /// Where the visitor returns to afterwards.
    pub returns: Option<String>,
    /// The services still to come.
    pub further: String,
}

/// A ticket that waits for this counter.
#[derive(Debug, Clone)]
pub struct WaitingRow {
    /// Its identity.
    pub ticket: String,
    /// Its number.
    pub number: String,
    /// Its service's name.
    pub service: String,
    /// That it goes out of turn.
    pub tag: Option<String>,
    /// How long it waits.
    pub waited: String,
    /// Whether it waits longer than its service's target.
    pub pace: Pace,
    /// Whether this clerk may call it out of order.
    pub pick: Pick,
}

/// A wait beside its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Within the target.
    InTime,
    /// Past it.
    Late,
}

/// Whether a button to choose this ticket is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The clerk has the right.
    Allowed,
    /// Calls who is next.
    NotAllowed,
}

/// A ticket set aside.
#[derive(Debug, Clone)]
pub struct HeldRow {
    /// Its identity.
    pub ticket: String,
    /// Its number.
    pub number: String,
    /// Why.
    pub why: String,
    /// When it comes back.
    pub until: String,
    /// Whether this counter serves it.
    pub pick: Pick,
}

impl CounterPage<'_> {
    /// Every block that lives, for the stream: each fills its namesake on the page.
    pub fn fragments(&self) -> askama::Result<Vec<String>> {
        Ok(vec![
            self.as_now().render()?,
            self.as_acts().render()?,
            self.as_held().render()?,
            self.as_queue().render()?,
            self.as_today().render()?,
        ])
    }

    /// The place where refusals are read out.
    pub fn notice(&self) -> askama::Result<String> {
        self.as_notice().render()
    }
}

impl CounterView {
    /// The address of an action at this counter.
    pub fn act(&self, action: &str) -> String {
        format!("/counters/{}/{action}", self.counter)
    }

    /// Whether the visitor may be called again.
    pub fn may_recall(&self) -> bool {
        self.recalls_left().is_some()
    }

    /// How often, in words.
    pub fn recalls_left(&self) -> Option<&str> {
        match &self.desk {
            Desk::Called { recalls_left, .. } => recalls_left.as_deref(),
            Desk::Closed | Desk::Taken | Desk::Paused | Desk::Free | Desk::Serving(_) => None,
        }
    }
}

impl Desk {
    /// The name the style and the tests know it by.
    pub fn name(&self) -> &'static str {
        match self {
            Desk::Closed => "closed",
            Desk::Taken => "taken",
            Desk::Paused => "paused",
            Desk::Free => "free",
            Desk::Called { .. } => "called",
            Desk::Serving(_) => "serving",
        }
    }

    /// The ticket, if there is one.
    pub fn card(&self) -> Option<&Card> {
        match self {
            Desk::Called { card, .. } | Desk::Serving(card) => Some(card),
            Desk::Closed | Desk::Taken | Desk::Paused | Desk::Free => None,
        }
    }
}

impl WaitingRow {
    /// Whether it waits longer than its target.
    pub fn late(&self) -> bool {
        self.pace == Pace::Late
    }

    /// Whether it has a button.
    pub fn callable(&self) -> bool {
        self.pick == Pick::Allowed
    }
}

impl HeldRow {
    /// Whether it has a button.
    pub fn may_resume(&self) -> bool {
        self.pick == Pick::Allowed
    }
}
