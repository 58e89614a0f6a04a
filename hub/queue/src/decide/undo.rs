//! Taking back the last step at a counter.

use super::Moment;
use crate::{event::Event, hall::Desk, ids::CounterId, limits::UNDO_WITHIN, refusal::Refusal};

/// Only the last step, only while the ticket still stands where that step left it. A pause is not a step: a clerk who
/// paused comes back first.
pub(super) fn undo(now: &Moment<'_>, counter: &CounterId) -> Result<Vec<Event>, Refusal> {
    let open = now.open(counter)?;
    if let Desk::Paused { .. } = open.counter.desk {
        return Err(Refusal::CounterPaused(counter.clone()));
    }
    let last = open.counter.last.as_ref().ok_or(Refusal::NothingToUndo)?;
    if now.at.since(last.at) > UNDO_WITHIN {
        return Err(Refusal::UndoTooLate { limit: UNDO_WITHIN });
    }
    let (ticket, number) = (last.after.ticket, last.after.number);
    if now.hall.visits.get(&ticket) != Some(last.after.as_ref()) {
        return Err(Refusal::UndoOvertaken { number });
    }
    Ok(vec![Event::Undone { counter: counter.clone(), ticket, number, step: last.step }])
}
