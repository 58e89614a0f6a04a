//! Puts a visit where it belongs, with everything that points at it.
//!
//! A visit's stage alone says in which queue it waits, which timer runs for it and which desk it occupies. So there is
//! one way to change a visit: take its old self out of every index, put its new self in. Nothing else writes `visits`,
//! `queues`, `timers`, `tally` or a busy desk, which is why a counter and its ticket always know each other.

use crate::{
    hall::{Desk, Hall, Tally},
    ids::{CounterId, TicketId},
    stage::{Closing, Stage, Visit},
    time::Time,
};

/// Puts a visit in place of its old self, if it had one.
pub(super) fn put(hall: &mut Hall, at: Time, visit: Visit) {
    if let Some(old) = hall.visits.remove(&visit.ticket) {
        leave(hall, at, &old);
    }
    enter(hall, &visit);
    hall.numbers.insert(visit.number, visit.ticket);
    hall.visits.insert(visit.ticket, visit);
}

fn leave(hall: &mut Hall, at: Time, old: &Visit) {
    *tallied(&mut hall.tally, &old.stage) -= 1;
    match &old.stage {
        Stage::Reserved { until } => drop(hall.timers.remove(&(*until, old.ticket))),
        Stage::Waiting { target, place, .. } => {
            let key = (target.clone(), old.class);
            if let Some(queue) = hall.queues.get_mut(&key) {
                queue.line.remove(&(*place, old.ticket));
                queue.pieces = queue.pieces.saturating_sub(u64::from(old.quantity));
                if queue.line.is_empty() {
                    hall.queues.remove(&key);
                }
            }
        }
        Stage::Called { counter, .. } | Stage::Serving { counter, .. } => free(hall, at, counter, old.ticket),
        Stage::Held { until: Some(until), .. } => drop(hall.timers.remove(&(*until, old.ticket))),
        Stage::Held { until: None, .. } | Stage::Closed { .. } => {}
    }
}

fn enter(hall: &mut Hall, visit: &Visit) {
    *tallied(&mut hall.tally, &visit.stage) += 1;
    match &visit.stage {
        Stage::Reserved { until } => drop(hall.timers.insert((*until, visit.ticket))),
        Stage::Waiting { target, place, .. } => {
            hall.order = hall.order.max(place.order);
            let queue = hall.queues.entry((target.clone(), visit.class)).or_default();
            queue.line.insert((*place, visit.ticket));
            queue.pieces += u64::from(visit.quantity);
        }
        Stage::Called { counter, .. } | Stage::Serving { counter, .. } => {
            if let Some(counter) = hall.counters.get_mut(counter) {
                counter.desk = Desk::With(visit.ticket);
            }
        }
        Stage::Held { until: Some(until), .. } => drop(hall.timers.insert((*until, visit.ticket))),
        Stage::Held { until: None, .. } | Stage::Closed { .. } => {}
    }
}

fn free(hall: &mut Hall, at: Time, counter: &CounterId, ticket: TicketId) {
    if let Some(counter) = hall.counters.get_mut(counter)
        && counter.desk == Desk::With(ticket)
    {
        counter.desk = Desk::Free { since: at };
    }
}

fn tallied<'a>(tally: &'a mut Tally, stage: &Stage) -> &'a mut u32 {
    match stage {
        Stage::Reserved { .. } => &mut tally.reserved,
        Stage::Waiting { .. } => &mut tally.waiting,
        Stage::Called { .. } => &mut tally.called,
        Stage::Serving { .. } => &mut tally.serving,
        Stage::Held { .. } => &mut tally.held,
        Stage::Closed { closing: Closing::Unprinted, .. } => &mut tally.void,
        Stage::Closed { .. } => &mut tally.closed,
    }
}
