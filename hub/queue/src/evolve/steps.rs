//! What a clerk does with a ticket: each step is remembered at the counter, so that it can be taken back.

use super::index::put;
use crate::{
    command::{Return, Target},
    event::{CallOrder, NextStay},
    hall::{Hall, LastStep},
    ids::{ClerkId, CounterId, Outcome, Reason, ServiceCode, TicketId},
    limits::WAYS_BACK_MAX,
    stage::{Closing, Place, Rank, Stage, Step, Streak, Visit, WayBack},
    time::{Span, Time},
};

/// A call as the event tells it.
pub(super) struct Call<'a> {
    pub(super) counter: &'a CounterId,
    pub(super) clerk: &'a ClerkId,
    pub(super) call_seq: u64,
    pub(super) order: CallOrder,
    pub(super) streak: Streak,
}

/// A completion as the event tells it.
pub(super) struct Done<'a> {
    pub(super) counter: &'a CounterId,
    pub(super) service: &'a ServiceCode,
    pub(super) outcome: &'a Outcome,
    pub(super) served: Span,
    pub(super) next: Option<&'a NextStay>,
}

/// A transfer as the event tells it.
pub(super) struct Move<'a> {
    pub(super) counter: &'a CounterId,
    pub(super) to: &'a Target,
    pub(super) service: &'a ServiceCode,
    pub(super) place: Place,
    pub(super) back: Return,
}

pub(super) fn call(hall: &mut Hall, at: Time, ticket: TicketId, call: &Call<'_>) {
    hall.call_seq = hall.call_seq.max(call.call_seq);
    let Some(visit) = hall.visits.get(&ticket) else { return };
    let Stage::Waiting { target, place, held, served, .. } = visit.stage.clone() else { return };
    if let (Target::Service(service), CallOrder::Next, Rank::Arrival) = (&target, call.order, place.rank) {
        // Not from zero: by a clock that woke in 1970, papers of the hour before are older than that.
        let up_to = hall.called_up_to.entry((service.clone(), visit.class)).or_insert(place.since);
        *up_to = place.since.max(*up_to);
    }
    step(hall, at, (call.counter, ticket, Step::Call), |visit| {
        visit.stage = Stage::Called {
            counter: call.counter.clone(),
            clerk: call.clerk.clone(),
            target,
            place,
            held,
            served,
            call_seq: call.call_seq,
            first_at: at,
            last_at: at,
            calls: 1,
        };
    });
    if let Some(counter) = hall.counters.get_mut(call.counter) {
        counter.streak = call.streak;
    }
}

/// A recall belongs to the call: taking the call back takes its recalls back.
pub(super) fn recall(hall: &mut Hall, at: Time, ticket: TicketId, seq: u64) {
    hall.call_seq = hall.call_seq.max(seq);
    let Some(mut visit) = hall.visits.get(&ticket).cloned() else { return };
    let Stage::Called { counter, call_seq, last_at, calls, .. } = &mut visit.stage else { return };
    *call_seq = seq;
    *last_at = at;
    *calls = calls.saturating_add(1);
    let counter = counter.clone();
    put(hall, at, visit.clone());
    if let Some(last) = hall.counters.get_mut(&counter).and_then(|counter| counter.last.as_mut())
        && last.after.ticket == ticket
    {
        *last.after = visit;
    }
}

pub(super) fn start(hall: &mut Hall, at: Time, counter: &CounterId, ticket: TicketId) {
    step(hall, at, (counter, ticket, Step::Start), |visit| {
        let Stage::Called { counter, clerk, target, place, held, served, call_seq, last_at, .. } = visit.stage.clone()
        else {
            return;
        };
        visit.stage =
            Stage::Serving { counter, clerk, target, place, held, served, call_seq, called_at: last_at, since: at };
    });
}

pub(super) fn hold(hall: &mut Hall, at: Time, counter: &CounterId, ticket: TicketId, hold: (&Reason, Option<Time>)) {
    let (why, until) = hold;
    step(hall, at, (counter, ticket, Step::Hold), |visit| {
        let served_now = visit.stage.served_until(at);
        let (Stage::Called { counter, target, place, held, .. } | Stage::Serving { counter, target, place, held, .. }) =
            visit.stage.clone()
        else {
            return;
        };
        visit.stage =
            Stage::Held { counter, target, place, held, served: served_now, why: why.clone(), since: at, until };
    });
}

pub(super) fn resume(hall: &mut Hall, at: Time, ticket: TicketId, by: (&CounterId, &ClerkId), seq: u64) {
    hall.call_seq = hall.call_seq.max(seq);
    let (counter, clerk) = by;
    step(hall, at, (counter, ticket, Step::Resume), |visit| {
        let Stage::Held { target, place, held, served, since, .. } = visit.stage.clone() else { return };
        visit.stage = Stage::Serving {
            counter: counter.clone(),
            clerk: clerk.clone(),
            target,
            place,
            held: held.and(at.since(since)),
            served,
            call_seq: seq,
            called_at: at,
            since: at,
        };
    });
}

pub(super) fn transfer(hall: &mut Hall, at: Time, ticket: TicketId, to: &Move<'_>) {
    step(hall, at, (to.counter, ticket, Step::Transfer), |visit| {
        if to.back == Return::BackToMe {
            if visit.ways_back.len() == WAYS_BACK_MAX {
                visit.ways_back.remove(0);
            }
            visit.ways_back.push(WayBack { counter: to.counter.clone(), service: visit.service.clone() });
        }
        visit.service = to.service.clone();
        visit.stage = Stage::queued(to.to.clone(), to.place, at);
    });
}

/// The way back comes before further services; a further service is asked for once.
pub(super) fn complete(hall: &mut Hall, at: Time, ticket: TicketId, done: &Done<'_>) {
    let quantity = hall.visits.get(&ticket).map_or(1, |visit| visit.quantity);
    step(hall, at, (done.counter, ticket, Step::Complete), |visit| match done.next {
        None => visit.stage = Stage::Closed { closing: Closing::Served(done.outcome.clone()), at },
        Some(next) => {
            if visit.ways_back.pop().is_none() && !visit.further.is_empty() {
                visit.further.remove(0);
                visit.quantity = 1;
            }
            visit.service = next.service.clone();
            visit.stage = Stage::queued(next.to.clone(), next.place, at);
        }
    });
    hall.learned.entry(done.service.clone()).or_default().add(per_piece(done.served, quantity));
}

pub(super) fn no_show(hall: &mut Hall, at: Time, counter: &CounterId, ticket: TicketId) {
    step(hall, at, (counter, ticket, Step::NoShow), |visit| {
        visit.stage = Stage::Closed { closing: Closing::NoShow, at };
    });
}

/// Puts the visit and the streak back as they were before the counter's last step. Numbers of calls stay used.
pub(super) fn undo(hall: &mut Hall, at: Time, counter: &CounterId) {
    let Some(last) = hall.counters.get_mut(counter).and_then(|counter| counter.last.take()) else { return };
    if last.step == Step::Complete
        && let Some(samples) = hall.learned.get_mut(&last.before.service)
    {
        samples.take_back(per_piece(last.before.stage.served_until(last.at), last.before.quantity));
    }
    put(hall, at, *last.before);
    if let Some(counter) = hall.counters.get_mut(counter) {
        counter.streak = last.streak;
    }
}

/// Changes the visit and remembers the step at the counter.
fn step(hall: &mut Hall, at: Time, by: (&CounterId, TicketId, Step), change: impl FnOnce(&mut Visit)) {
    let (counter, ticket, step) = by;
    let Some(before) = hall.visits.get(&ticket).cloned() else { return };
    let mut after = before.clone();
    change(&mut after);
    put(hall, at, after.clone());
    if let Some(counter) = hall.counters.get_mut(counter) {
        let streak = counter.streak;
        counter.last = Some(LastStep { step, at, before: Box::new(before), after: Box::new(after), streak });
    }
}

fn per_piece(served: Span, quantity: u16) -> Span {
    Span(served.0 / u64::from(quantity.max(1)))
}
