//! Calls: next, one ticket out of order, again, and what follows when nobody comes.

use super::{Moment, Open, wrong_stage};
use crate::{
    event::{CallOrder, Event},
    ids::{CounterId, TicketId},
    limits::{CALLS_MAX, RECALL_AFTER, REJOIN_REST, REJOIN_WITHIN, REJOINS_MAX},
    policy,
    refusal::Refusal,
    stage::{Closing, Stage, Streak, Visit},
    time::Span,
};

pub(super) fn next(now: &Moment<'_>, counter: &CounterId) -> Result<Vec<Event>, Refusal> {
    let open = now.free(counter)?;
    let Some(next) = policy::line(now.hall, now.rules, counter, now.at).next() else { return Ok(Vec::new()) };
    Ok(vec![called(now, &open, next.visit, (CallOrder::Next, next.streak))])
}

/// Counted as out of order only if it was.
pub(super) fn this(now: &Moment<'_>, counter: &CounterId, ticket: TicketId) -> Result<Vec<Event>, Refusal> {
    let open = now.free(counter)?;
    let visit = now.visit(ticket)?;
    let Stage::Waiting { target, not_before, .. } = &visit.stage else { return Err(wrong_stage(visit)) };
    if !policy::may_call(now.rules, counter, open.counter, target) {
        return Err(Refusal::NotServedHere { counter: counter.clone(), service: visit.service.clone() });
    }
    if *not_before > now.at {
        return Err(Refusal::CalledTooSoon { wait: not_before.since(now.at) });
    }
    let mut line = policy::line(now.hall, now.rules, counter, now.at);
    let out_of_turn = line.streak_out_of_turn(visit.class);
    let how = match line.next() {
        Some(next) if next.visit.ticket == ticket => (CallOrder::Next, next.streak),
        Some(_) | None => (CallOrder::OutOfOrder, out_of_turn),
    };
    Ok(vec![called(now, &open, visit, how)])
}

pub(super) fn again(now: &Moment<'_>, counter: &CounterId) -> Result<Vec<Event>, Refusal> {
    let (_, visit) = now.with_ticket(counter)?;
    let Stage::Called { calls, last_at, .. } = &visit.stage else { return Err(wrong_stage(visit)) };
    if *calls >= CALLS_MAX {
        return Err(Refusal::RecallLimit { limit: CALLS_MAX });
    }
    let passed = now.at.since(*last_at);
    if passed < RECALL_AFTER {
        return Err(Refusal::RecallTooSoon { wait: Span(RECALL_AFTER.0 - passed.0) });
    }
    let (ticket, number) = (visit.ticket, visit.number);
    Ok(vec![Event::Recalled { ticket, number, counter: counter.clone(), call_seq: now.next_call() }])
}

pub(super) fn no_show(now: &Moment<'_>, counter: &CounterId) -> Result<Vec<Event>, Refusal> {
    let (_, visit) = now.with_ticket(counter)?;
    match &visit.stage {
        Stage::Called { .. } => {
            Ok(vec![Event::Closed { ticket: visit.ticket, number: visit.number, closing: Closing::NoShow }])
        }
        _ => Err(wrong_stage(visit)),
    }
}

pub(super) fn rejoin(now: &Moment<'_>, ticket: TicketId) -> Result<Vec<Event>, Refusal> {
    let visit = now.visit(ticket)?;
    let Stage::Closed { closing: Closing::NoShow, at } = &visit.stage else { return Err(wrong_stage(visit)) };
    if visit.rejoined >= REJOINS_MAX {
        return Err(Refusal::RejoinedBefore);
    }
    if now.at.since(*at) > REJOIN_WITHIN {
        return Err(Refusal::RejoinTooLate { limit: REJOIN_WITHIN });
    }
    let not_before = now.at.plus(REJOIN_REST);
    Ok(vec![Event::Rejoined { ticket, number: visit.number, place: visit.arrival, not_before }])
}

fn called(now: &Moment<'_>, open: &Open<'_>, visit: &Visit, how: (CallOrder, Streak)) -> Event {
    let waited = match &visit.stage {
        Stage::Waiting { queued, .. } => now.at.since(*queued),
        _ => Span::ZERO,
    };
    Event::Called {
        ticket: visit.ticket,
        number: visit.number,
        counter: open.id.clone(),
        clerk: open.clerk.clone(),
        call_seq: now.next_call(),
        order: how.0,
        waited,
        streak: how.1,
    }
}
