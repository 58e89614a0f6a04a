//! Serving the visitor at the counter: start, set aside, take back, finish.

use super::{Moment, wrong_stage};
use crate::{
    command::Target,
    event::{Event, NextStay},
    ids::{CounterId, Outcome, Reason, TicketId},
    limits::HOLD_MAX,
    policy,
    refusal::Refusal,
    stage::{Stage, Visit},
    time::Time,
};

pub(super) fn start(now: &Moment<'_>, counter: &CounterId) -> Result<Vec<Event>, Refusal> {
    let (open, visit) = now.with_ticket(counter)?;
    match &visit.stage {
        Stage::Called { .. } => Ok(vec![Event::Started {
            ticket: visit.ticket,
            number: visit.number,
            counter: counter.clone(),
            clerk: open.clerk.clone(),
        }]),
        _ => Err(wrong_stage(visit)),
    }
}

/// A called visitor can be set aside as well as one being served.
pub(super) fn hold(
    now: &Moment<'_>,
    counter: &CounterId,
    why: &Reason,
    until: Option<Time>,
) -> Result<Vec<Event>, Refusal> {
    let (_, visit) = now.with_ticket(counter)?;
    if until.is_some_and(|until| until <= now.at || until > now.at.plus(HOLD_MAX)) {
        return Err(Refusal::HoldTime { limit: HOLD_MAX });
    }
    let (ticket, number) = (visit.ticket, visit.number);
    Ok(vec![Event::Held { ticket, number, counter: counter.clone(), why: why.clone(), until }])
}

/// By the counter that set it aside, whom it waited for, or any that has its service.
pub(super) fn resume(now: &Moment<'_>, counter: &CounterId, ticket: TicketId) -> Result<Vec<Event>, Refusal> {
    let open = now.free(counter)?;
    let visit = now.visit(ticket)?;
    let Stage::Held { counter: by, target, .. } = &visit.stage else { return Err(wrong_stage(visit)) };
    let may = by == counter
        || policy::may_call(now.rules, counter, open.counter, target)
        || policy::serves(now.rules, counter, &visit.service);
    if !may {
        return Err(Refusal::NotServedHere { counter: counter.clone(), service: visit.service.clone() });
    }
    Ok(vec![Event::Resumed {
        ticket,
        number: visit.number,
        counter: counter.clone(),
        clerk: open.clerk.clone(),
        call_seq: now.next_call(),
    }])
}

pub(super) fn complete(now: &Moment<'_>, counter: &CounterId, outcome: &Outcome) -> Result<Vec<Event>, Refusal> {
    let (open, visit) = now.with_ticket(counter)?;
    let Stage::Serving { .. } = &visit.stage else { return Err(wrong_stage(visit)) };
    Ok(vec![Event::Completed {
        ticket: visit.ticket,
        number: visit.number,
        counter: counter.clone(),
        clerk: open.clerk.clone(),
        service: visit.service.clone(),
        outcome: outcome.clone(),
        served: visit.stage.served_until(now.at),
        next: next_stay(now, visit),
    }])
}

/// First the way back to the counter that sent the visitor, or to its service if nobody sits there any more; then the
/// further services of the ticket.
fn next_stay(now: &Moment<'_>, visit: &Visit) -> Option<NextStay> {
    let place = visit.arrival;
    if let Some(back) = visit.ways_back.last() {
        let to = match now.hall.counters.get(&back.counter) {
            Some(_) => Target::Counter(back.counter.clone()),
            None => Target::Service(back.service.clone()),
        };
        return Some(NextStay { to, service: back.service.clone(), place });
    }
    let service = visit.further.first()?.clone();
    Some(NextStay { to: Target::Service(service.clone()), service, place })
}
