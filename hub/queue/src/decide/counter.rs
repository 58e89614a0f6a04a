//! Counters: a clerk sits down, is away for a while, leaves.

use super::Moment;
use crate::{
    command::{Class, Target},
    event::Event,
    hall::Desk,
    ids::{ClerkId, CounterId, Reason, TicketId},
    refusal::Refusal,
};

/// A clerk sits at one counter; sitting down where one already sits changes nothing.
pub(super) fn open(now: &Moment<'_>, id: &CounterId, clerk: &ClerkId) -> Result<Vec<Event>, Refusal> {
    now.configured(id)?;
    if let Some((elsewhere, _)) = now.hall.counters.iter().find(|(other, c)| *other != id && c.clerk == *clerk) {
        return Err(Refusal::ClerkElsewhere { counter: elsewhere.clone() });
    }
    match now.hall.counters.get(id) {
        Some(counter) if counter.clerk != *clerk => {
            Err(Refusal::CounterTaken { counter: id.clone(), clerk: counter.clerk.clone() })
        }
        Some(counter) if !matches!(counter.desk, Desk::Paused { .. }) => Ok(Vec::new()),
        Some(_) | None => Ok(vec![Event::CounterOpened { counter: id.clone(), clerk: clerk.clone() }]),
    }
}

pub(super) fn pause(now: &Moment<'_>, id: &CounterId, why: &Reason) -> Result<Vec<Event>, Refusal> {
    let open = now.open(id)?;
    match &open.counter.desk {
        Desk::With(ticket) => Err(now.busy(id, *ticket)),
        Desk::Paused { why: already, .. } if already == why => Ok(Vec::new()),
        Desk::Paused { .. } | Desk::Free { .. } => {
            Ok(vec![Event::CounterPaused { counter: id.clone(), clerk: open.clerk.clone(), why: why.clone() }])
        }
    }
}

/// Those who wait for this counter or its clerk are sent back to their service, so that nobody waits for a chair.
pub(super) fn close(now: &Moment<'_>, id: &CounterId) -> Result<Vec<Event>, Refusal> {
    now.configured(id)?;
    let Some(counter) = now.hall.counters.get(id) else { return Ok(Vec::new()) };
    if let Desk::With(ticket) = counter.desk {
        return Err(now.busy(id, ticket));
    }
    let mut events = vec![Event::CounterClosed { counter: id.clone(), clerk: counter.clerk.clone() }];
    for target in [Target::Counter(id.clone()), Target::Clerk(counter.clerk.clone())] {
        for class in [Class::Statutory, Class::Courtesy, Class::Ordinary] {
            let Some(queue) = now.hall.queues.get(&(target.clone(), class)) else { continue };
            events.extend(queue.line.iter().filter_map(|(_, ticket)| redirected(now, *ticket)));
        }
    }
    Ok(events)
}

fn redirected(now: &Moment<'_>, ticket: TicketId) -> Option<Event> {
    let visit = now.hall.visits.get(&ticket)?;
    let place = visit.stage.place()?;
    Some(Event::Redirected { ticket, number: visit.number, to: Target::Service(visit.service.clone()), place })
}
