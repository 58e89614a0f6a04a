#![doc = include_str!("../README.md")]

pub mod calendar;
pub mod command;
pub mod event;
pub mod hall;
pub mod ids;
pub mod limits;
pub mod number;
pub mod refusal;
pub mod rules;
pub mod stage;
pub mod time;

use command::{Class, Order};
use event::{Event, WaitRange};
use hall::Hall;
use ids::{ServiceCode, TicketId};
use refusal::Refusal;
use rules::Rules;
use time::Time;

/// Decides what an order does to the hall: events, or a refusal that changes nothing. No events: nothing to do
/// (nobody waits, nothing ran out, already so).
pub fn decide(hall: &Hall, rules: &Rules, order: &Order) -> Result<Vec<Event>, Refusal> {
    let _ = (hall, rules, order);
    Err(Refusal::DayShut)
}

/// Applies one event. Never fails, never asks the rules: replay equals memory.
pub fn evolve(hall: &mut Hall, at: Time, event: &Event) {
    let _ = (hall, at, event);
}

/// What a newcomer would be told before taking a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Tickets of the same service that would be called before.
    pub ahead: u32,
    /// The wait, unless data is thin or nobody serves.
    pub wait: Option<WaitRange>,
}

/// What a newcomer of this class would be told, or why there is no ticket now.
pub fn offer(hall: &Hall, rules: &Rules, service: &ServiceCode, class: Class, at: Time) -> Result<Offer, Refusal> {
    let _ = (hall, rules, service, class, at);
    Err(Refusal::DayShut)
}

/// Where a ticket stands: how many of its service are called before it, and how long that takes.
/// `ahead` is zero for tickets that do not wait.
pub fn standing(hall: &Hall, rules: &Rules, ticket: TicketId, at: Time) -> Option<Offer> {
    let _ = (hall, rules, ticket, at);
    None
}
