//! The answer to a counter action, rebuilt from its events: so the same command gives the same answer for ever.

use queue::{
    event::{Event, NextStay},
    hall::{Desk, Hall},
    ids::{CounterId, TicketId},
    number::Number,
    stage::Step,
};
use wire::counters::CounterState;

/// The counter as the last of these events left it; nothing if none speaks of a counter (nobody waits).
pub(crate) fn after(counter: &CounterId, events: &[Event]) -> Option<CounterState> {
    events.iter().rev().find_map(|event| after_one(counter, event))
}

/// The counter as it is.
pub(crate) fn now(counter: &CounterId, hall: &Hall) -> CounterState {
    match hall.counters.get(counter).map(|open| &open.desk) {
        None => alone(counter, "closed"),
        Some(Desk::Free { .. }) => alone(counter, "free"),
        Some(Desk::Paused { .. }) => alone(counter, "paused"),
        Some(Desk::With(ticket)) => match hall.visits.get(ticket) {
            Some(visit) => with(counter, visit.stage.name(), ticket, &visit.number),
            None => alone(counter, "free"),
        },
    }
}

fn after_one(counter: &CounterId, event: &Event) -> Option<CounterState> {
    match event {
        Event::Called { ticket, number, .. } | Event::Recalled { ticket, number, .. } => {
            Some(with(counter, "called", ticket, number))
        }
        Event::Started { ticket, number, .. } | Event::Resumed { ticket, number, .. } => {
            Some(with(counter, "serving", ticket, number))
        }
        Event::Held { ticket, number, .. } => Some(with(counter, "held", ticket, number)),
        Event::Transferred { ticket, number, .. } => Some(with(counter, "waiting", ticket, number)),
        Event::Completed { ticket, number, next, .. } => Some(with(counter, completed(next.as_ref()), ticket, number)),
        Event::Closed { ticket, number, .. } => Some(with(counter, "closed", ticket, number)),
        Event::Undone { ticket, number, step, .. } => Some(with(counter, before(*step), ticket, number)),
        Event::CounterOpened { .. } => Some(alone(counter, "free")),
        Event::CounterPaused { .. } => Some(alone(counter, "paused")),
        Event::CounterClosed { .. } => Some(alone(counter, "closed")),
        Event::DayOpened { .. }
        | Event::DayClosed { .. }
        | Event::EpochBegan { .. }
        | Event::Reserved { .. }
        | Event::Printed { .. }
        | Event::RecordedOffline { .. }
        | Event::Voided { .. }
        | Event::Revived { .. }
        | Event::HoldEnded { .. }
        | Event::Rejoined { .. }
        | Event::Redirected { .. }
        | Event::ServiceSuspended { .. }
        | Event::ServiceRestored { .. } => None,
    }
}

/// The stage a ticket was in before a step, where undoing the step brings it back to.
fn before(step: Step) -> &'static str {
    match step {
        Step::Call => "waiting",
        Step::Start | Step::NoShow => "called",
        Step::Hold | Step::Transfer | Step::Complete => "serving",
        Step::Resume => "held",
    }
}

fn completed(next: Option<&NextStay>) -> &'static str {
    if next.is_some() { "waiting" } else { "closed" }
}

fn with(counter: &CounterId, stage: &str, ticket: &TicketId, number: &Number) -> CounterState {
    CounterState {
        counter: counter.to_string(),
        stage: stage.to_owned(),
        number: Some(number.to_string()),
        ticket_id: Some(ticket.0),
    }
}

fn alone(counter: &CounterId, stage: &str) -> CounterState {
    CounterState { counter: counter.to_string(), stage: stage.to_owned(), number: None, ticket_id: None }
}
