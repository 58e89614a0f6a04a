#![doc = include_str!("../README.md")]

mod ahead;
pub mod calendar;
mod codes;
pub mod command;
mod decide;
mod estimate;
pub mod event;
mod evolve;
pub mod hall;
pub mod ids;
pub mod limits;
pub mod number;
pub mod policy;
pub mod refusal;
pub mod rules;
pub mod stage;
pub mod time;
pub mod why;

pub use decide::decide;
pub use evolve::evolve;
pub use why::why_still_waiting;

use command::Class;
use decide::{Asked, Moment, may_take};
use event::WaitRange;
use hall::Hall;
use ids::{ServiceCode, TicketId};
use refusal::Refusal;
use rules::Rules;
use time::Time;

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
    let now = Moment { hall, rules, at: at.max(hall.latest) };
    let asked = Asked { service, class, quantity: 1 };
    may_take(&now, asked)?;
    Ok(estimate::newcomer(&now, asked))
}

/// Where a ticket stands: how many of its service are called before it, and how long that takes.
/// `ahead` is zero for tickets that do not wait.
pub fn standing(hall: &Hall, rules: &Rules, ticket: TicketId, at: Time) -> Option<Offer> {
    estimate::ticket(&Moment { hall, rules, at: at.max(hall.latest) }, ticket)
}

/// The tickets that this counter would call, in the order in which it would call them: the clerk's live queue.
pub fn line(hall: &Hall, rules: &Rules, counter: &ids::CounterId, at: Time, limit: usize) -> Vec<TicketId> {
    let line = policy::line(hall, rules, counter, at.max(hall.latest));
    line.take(limit).map(|next| next.visit.ticket).collect()
}

/// Who is next for these services, as a board may tell everyone: the order in which a counter opened now for them alone
/// would call. Why somebody is early it does not tell, and who waits for one counter or clerk is in no line but theirs.
pub fn next_in_line<'a>(
    hall: &'a Hall,
    rules: &'a Rules,
    services: impl IntoIterator<Item = &'a ServiceCode>,
    at: Time,
) -> impl Iterator<Item = TicketId> {
    policy::line_for(hall, rules, services, at.max(hall.latest)).map(|next| next.visit.ticket)
}

/// Open counters that serve a service now; a paused one does not.
pub fn staffed(hall: &Hall, rules: &Rules, service: &ServiceCode) -> u32 {
    let serving = hall.counters.iter().filter(|(id, counter)| {
        !matches!(counter.desk, hall::Desk::Paused { .. }) && policy::serves(rules, id, service)
    });
    u32::try_from(serving.count()).unwrap_or(u32::MAX)
}
