//! The small pages: sign-in, the choice of a counter, a visitor's own ticket, a message.

use super::page::Page;
use askama::Template;

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
    /// Its number.
    pub number: String,
    /// The name the style and the tests know its stage by.
    pub stage: &'static str,
    /// Its service.
    pub service: String,
    /// Its stage as a sentence.
    pub sentence: String,
    /// Its place, while it waits.
    pub figures: Option<TicketFigures>,
}

/// A place in the queue.
#[derive(Debug, Clone)]
pub struct TicketFigures {
    /// Tickets of the same service before it.
    pub ahead: u32,
    /// The told wait.
    pub wait: Option<String>,
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
