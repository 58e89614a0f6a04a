//! The service day, the epoch, suspended services, and the passing of time.

use super::Moment;
use crate::{
    calendar::Date,
    event::Event,
    hall::Day,
    ids::{Reason, ServiceCode, TicketId},
    limits::{SERIAL_MAX, TICK_EVENTS_MAX},
    number::Prefix,
    refusal::Refusal,
    stage::{Closing, Place, Rank, Stage, Visit},
};

pub(super) fn open(now: &Moment<'_>, date: Date) -> Result<Vec<Event>, Refusal> {
    match now.hall.day {
        Day::Open { date: already, .. } if already == date => Ok(Vec::new()),
        Day::Open { number, .. } => Err(Refusal::DayOpen { day: number }),
        Day::Shut { last } => Ok(vec![Event::DayOpened { day: last.saturating_add(1), date }]),
    }
}

/// Every open ticket ends with one event and every counter closes; what was never on paper was never a ticket.
pub(super) fn close(now: &Moment<'_>) -> Vec<Event> {
    let Day::Open { number: day, .. } = now.hall.day else { return Vec::new() };
    let mut events: Vec<Event> = now.hall.visits.values().filter_map(ended).collect();
    events.extend(
        now.hall
            .counters
            .iter()
            .map(|(id, counter)| Event::CounterClosed { counter: id.clone(), clerk: counter.clerk.clone() }),
    );
    events.push(Event::DayClosed { day });
    events
}

/// Only upwards, and never past the last serial a letter has.
pub(super) fn begin_epoch(now: &Moment<'_>, epoch: u32, seen: &[(Prefix, u32)]) -> Result<Vec<Event>, Refusal> {
    if epoch <= now.hall.epoch {
        return Err(Refusal::EpochNotHigher { epoch, current: now.hall.epoch });
    }
    if let Some((prefix, _)) = seen.iter().find(|(_, serial)| *serial >= SERIAL_MAX) {
        return Err(Refusal::NumbersUsedUp { prefix: *prefix });
    }
    Ok(vec![Event::EpochBegan { epoch, seen: seen.to_vec() }])
}

pub(super) fn suspend(now: &Moment<'_>, service: &ServiceCode, why: &Reason) -> Result<Vec<Event>, Refusal> {
    now.service(service)?;
    if now.hall.suspended.get(service) == Some(why) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ServiceSuspended { service: service.clone(), why: why.clone() }])
}

pub(super) fn restore(now: &Moment<'_>, service: &ServiceCode) -> Result<Vec<Event>, Refusal> {
    now.service(service)?;
    if !now.hall.suspended.contains_key(service) {
        return Err(Refusal::ServiceNotSuspended(service.clone()));
    }
    Ok(vec![Event::ServiceRestored { service: service.clone() }])
}

/// Voids what was never printed and brings back what was held, so many at a time; the next tick goes on.
pub(super) fn tick(now: &Moment<'_>) -> Vec<Event> {
    let due = now.hall.timers.iter().take_while(|(until, _)| *until <= now.at).take(TICK_EVENTS_MAX);
    due.filter_map(|(_, ticket)| ran_out(now, *ticket)).collect()
}

fn ran_out(now: &Moment<'_>, ticket: TicketId) -> Option<Event> {
    let visit = now.hall.visits.get(&ticket)?;
    let number = visit.number;
    match &visit.stage {
        Stage::Reserved { .. } => Some(Event::Voided { ticket, number }),
        Stage::Held { place, .. } => {
            Some(Event::HoldEnded { ticket, number, place: Place { rank: Rank::Front, ..*place } })
        }
        Stage::Waiting { .. } | Stage::Called { .. } | Stage::Serving { .. } | Stage::Closed { .. } => None,
    }
}

fn ended(visit: &Visit) -> Option<Event> {
    let (ticket, number) = (visit.ticket, visit.number);
    match &visit.stage {
        Stage::Reserved { .. } => Some(Event::Voided { ticket, number }),
        Stage::Waiting { .. } | Stage::Called { .. } | Stage::Serving { .. } | Stage::Held { .. } => {
            Some(Event::Closed { ticket, number, closing: Closing::DayClosed })
        }
        Stage::Closed { .. } => None,
    }
}
