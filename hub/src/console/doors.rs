//! The small pages: sign-in, the choice of a counter, the reception desk, a visitor's
//! own ticket, a message.

use super::page::{Choice, ChoiceGroup, Page};
use crate::{config::Config, http::why, journal::Reading};
use askama::Template;
use queue::{
    ids::CounterId,
    stage::{Closing, Stage, Visit},
};
use words::Lang;

/// Sign-in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Why the last try failed.
    pub fault: Option<String>,
    /// The name of the last try.
    pub name: String,
}

/// Which counter to sit at.
#[derive(Template)]
#[template(path = "counters.html")]
pub struct CountersPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Why the last choice failed.
    pub notice: Option<String>,
    /// Every counter of the hall.
    pub counters: Vec<CounterChoice>,
}

/// One counter to choose.
#[derive(Debug, Clone)]
pub struct CounterChoice {
    /// The counter.
    pub counter: String,
    /// What it serves first: the names of its categories.
    pub services: String,
    /// Who sits there.
    pub seat: Seat,
    /// Whether the person usually sits here.
    pub habit: Habit,
    /// The seat in a word.
    pub state: String,
    /// The name of whoever sits there.
    pub clerk: String,
}

/// Who sits at a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Nobody.
    Free,
    /// Whoever looks at the page.
    Mine,
    /// Somebody else.
    Taken,
}

/// Where somebody usually sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Here, or nowhere in particular.
    Usual,
    /// Somewhere else.
    Other,
}

/// A visitor's ticket, open to whoever has its address.
#[derive(Template)]
#[template(path = "ticket.html")]
pub struct TicketPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// A refusal, as a sentence.
    pub notice: Option<String>,
    /// Its identity.
    pub ticket: String,
    /// Its number.
    pub number: String,
    /// The name the style and the tests know its stage by.
    pub stage: &'static str,
    /// Where it is expected or served.
    pub counter: Option<String>,
    /// Its service.
    pub service: String,
    /// Its stage as a sentence.
    pub sentence: String,
    /// Its place, while it waits.
    pub figures: Option<TicketFigures>,
    /// What its visitor may press.
    pub press: Press,
}

/// What a visitor may press on the page of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Nothing now.
    Nothing,
    /// Give it up.
    GiveUp,
    /// Come back to the queue after a missed call.
    ComeBack,
}

/// A place in the queue.
#[derive(Debug, Clone)]
pub struct TicketFigures {
    /// Tickets of the same service before it.
    pub ahead: u32,
    /// The told wait.
    pub wait: Option<String>,
}

/// The reception desk.
#[derive(Template)]
#[template(path = "reception.html")]
pub struct ReceptionPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// A refusal, as a sentence.
    pub notice: Option<String>,
    /// What can be asked for.
    pub services: Vec<ChoiceGroup>,
    /// What both of its forms offer.
    pub choices: ReceptionChoices,
    /// The number that was typed.
    pub asked: String,
    /// The ticket that was found or given.
    pub found: Option<Found>,
}

/// What the forms of the reception desk offer.
#[derive(Debug, Clone)]
pub struct ReceptionChoices {
    /// Who may go out of turn.
    pub classes: Vec<Choice>,
}

/// A ticket at the reception desk.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its identity.
    pub ticket: String,
    /// Its number.
    pub number: String,
    /// Its service.
    pub service: String,
    /// Where it stands.
    pub stage: Stage,
    /// The same as a sentence.
    pub sentence: String,
    /// The wait from now.
    pub wait: Option<String>,
    /// How many copies kiosks printed, if any, and when last.
    pub copies: Option<String>,
}

/// One sentence and the way home.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// The sentence.
    pub sentence: String,
}

/// What a visitor is told: never which clerk, never why somebody else goes first.
pub fn sentence(reading: &Reading<'_>, config: &Config, lang: Lang, visit: &Visit) -> String {
    let at = |key: &'static str, counter: &CounterId| words::fill(lang, key, &[("counter", counter.as_str())]);
    let plain = match &visit.stage {
        Stage::Called { counter, .. } => return at("console.ticket.called", counter),
        Stage::Serving { counter, .. } => return at("console.ticket.serving", counter),
        Stage::Held { counter, .. } => return at("console.ticket.held", counter),
        Stage::Waiting { .. } => return why::sentence(reading, visit.ticket, config, lang),
        Stage::Reserved { .. } => words::say(lang, "console.ticket.reserved"),
        Stage::Closed { closing, .. } => match closing {
            Closing::Served(_) => words::say(lang, "console.ticket.served"),
            Closing::NoShow => words::say(lang, "console.ticket.no-show"),
            Closing::CancelledByVisitor | Closing::RemovedByStaff => words::say(lang, "console.ticket.cancelled"),
            Closing::Unprinted => words::say(lang, "console.ticket.unprinted"),
            Closing::DayClosed => words::say(lang, "console.ticket.day-closed"),
        },
    };
    plain.to_owned()
}

impl Found {
    /// Whether its visitor came after all.
    pub fn may_rejoin(&self) -> bool {
        matches!(self.stage, Stage::Closed { closing: Closing::NoShow, .. })
    }

    /// Whether it can be given up.
    pub fn may_cancel(&self) -> bool {
        matches!(self.stage, Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Held { .. })
    }
}

impl CounterChoice {
    /// The name the style knows it by.
    pub fn look(&self) -> &'static str {
        match self.seat {
            Seat::Free => "free",
            Seat::Mine => "mine",
            Seat::Taken => "taken",
        }
    }

    /// Whether the person sits here.
    pub fn mine(&self) -> bool {
        self.seat == Seat::Mine
    }

    /// Whether the button stands out.
    pub fn usual(&self) -> bool {
        self.habit == Habit::Usual
    }

    /// Whether nobody does.
    pub fn free(&self) -> bool {
        self.seat == Seat::Free
    }
}
