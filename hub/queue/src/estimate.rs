//! What a visitor is told before taking a ticket: how many are before them, and how long that may take.
use crate::{
    Offer,
    command::{Class, Target},
    decide::{Asked, Moment},
    ids::TicketId,
    time::Span,
};

pub(crate) fn newcomer(now: &Moment<'_>, asked: Asked<'_>) -> Offer {
    let classes = [Class::Statutory, Class::Courtesy, Class::Ordinary];
    let ahead = classes
        .into_iter()
        .filter_map(|class| now.hall.queues.get(&(Target::Service(asked.service.clone()), class)))
        .map(|queue| u32::try_from(queue.line.len()).unwrap_or(u32::MAX))
        .sum();
    Offer { ahead, wait: None }
}

pub(crate) fn clearance(_now: &Moment<'_>, _asked: Asked<'_>) -> Span {
    Span::ZERO
}

pub(crate) fn waiting(_now: &Moment<'_>, _ticket: TicketId) -> Option<Offer> {
    None
}
