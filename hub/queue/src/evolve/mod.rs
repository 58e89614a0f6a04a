//! Applies events to the hall: what memory and replay share.
//!
//! An event is complete, so nothing here asks the rules, decides, or fails. [`index::put`] alone keeps queues, timers,
//! desks and tally equal to the visits; everything else says only how a visit changes. An event that does not fit the
//! hall, which only a damaged journal could bring, changes nothing.

mod index;
mod steps;

use crate::{
    calendar::Date,
    command::{Target, Wish},
    event::Event,
    hall::{Counter, Day, Desk, Hall},
    ids::{ClerkId, CounterId, Reason, TicketId},
    number::{Lane, Number, Prefix},
    stage::{Closing, Place, Stage, Streak, Visit},
    time::{Span, Time},
};
use index::put;

/// So many bits of a call's number count the calls of one epoch; the epoch stands above them.
const CALLS_BITS: u32 = 32;

/// Applies one event. Never fails, never asks the rules: replay equals memory.
pub fn evolve(hall: &mut Hall, at: Time, event: &Event) {
    if let Event::DayOpened { day, date } = event {
        return open_day(hall, at, *day, *date);
    }
    let at = at.max(hall.latest);
    hall.latest = at;
    match event {
        Event::DayOpened { .. } => {}
        Event::DayClosed { day } => close_day(hall, *day),
        Event::EpochBegan { epoch, seen } => begin_epoch(hall, *epoch, seen),
        Event::Reserved { ticket, number, wish, place, until, .. } => {
            issue(hall, at, visit(*ticket, *number, wish, *place, Stage::Reserved { until: *until }));
        }
        Event::Printed { ticket, place, .. } => print(hall, at, *ticket, *place),
        Event::RecordedOffline { ticket, number, wish, place, .. } => {
            let stage = Stage::queued(Target::Service(wish.service.clone()), *place, place.since);
            issue(hall, at, visit(*ticket, *number, wish, *place, stage));
        }
        Event::Voided { ticket, .. } => void(hall, at, *ticket),
        Event::Revived { ticket, place, .. } => revive(hall, at, *ticket, *place),
        Event::Called { ticket, counter, clerk, call_seq, order, streak, .. } => {
            let call = steps::Call { counter, clerk, call_seq: *call_seq, order: *order, streak: *streak };
            steps::call(hall, at, *ticket, &call);
        }
        Event::Recalled { ticket, call_seq, .. } => steps::recall(hall, at, *ticket, *call_seq),
        Event::Started { ticket, counter, .. } => steps::start(hall, at, counter, *ticket),
        Event::Held { ticket, counter, why, until, .. } => steps::hold(hall, at, counter, *ticket, (why, *until)),
        Event::Resumed { ticket, counter, clerk, call_seq, .. } => {
            steps::resume(hall, at, *ticket, (counter, clerk), *call_seq);
        }
        Event::HoldEnded { ticket, place, .. } => end_hold(hall, at, *ticket, *place),
        Event::Transferred { ticket, counter, to, service, place, back, .. } => {
            let to = steps::Move { counter, to, service, place: *place, back: *back };
            steps::transfer(hall, at, *ticket, &to);
        }
        Event::Completed { ticket, counter, service, outcome, served, next, .. } => {
            let done = steps::Done { counter, service, outcome, served: *served, next: next.as_ref() };
            steps::complete(hall, at, *ticket, &done);
        }
        Event::Closed { ticket, closing, .. } => close(hall, at, *ticket, closing),
        Event::Rejoined { ticket, place, not_before, .. } => rejoin(hall, at, *ticket, (*place, *not_before)),
        Event::Redirected { ticket, to, place, .. } => redirect(hall, at, *ticket, (to, *place)),
        Event::Undone { counter, .. } => steps::undo(hall, at, counter),
        Event::CounterOpened { counter, clerk } => open_counter(hall, at, counter, clerk),
        Event::CounterPaused { counter, why, .. } => pause_counter(hall, at, counter, why),
        Event::CounterClosed { counter, .. } => drop(hall.counters.remove(counter)),
        Event::ServiceSuspended { service, why } => drop(hall.suspended.insert(service.clone(), why.clone())),
        Event::ServiceRestored { service } => drop(hall.suspended.remove(service)),
    }
}

/// A new day may begin at an earlier time: this is where a clock that was wrong is put right.
fn open_day(hall: &mut Hall, at: Time, number: u32, date: Date) {
    hall.latest = at;
    hall.day = Day::Open { number, date, since: at };
}

/// What outlives a day: epoch, calls' numbers, learned times, suspensions, and for one day more the floors of an epoch
/// that began in it. Everything else starts anew.
fn close_day(hall: &mut Hall, day: u32) {
    let floors = std::mem::take(&mut hall.floors);
    *hall = Hall {
        day: Day::Shut { last: day },
        epoch: hall.epoch,
        call_seq: hall.call_seq,
        latest: hall.latest,
        learned: std::mem::take(&mut hall.learned),
        suspended: std::mem::take(&mut hall.suspended),
        serials: floors.into_iter().map(|(prefix, serial)| ((Lane::Hub, prefix), serial)).collect(),
        ..Hall::default()
    };
}

/// Calls have numbers of their own in each epoch: what was called and is forgotten must not be taken for a call to come,
/// not even where the clock stood still.
fn begin_epoch(hall: &mut Hall, epoch: u32, seen: &[(Prefix, u32)]) {
    hall.epoch = epoch;
    hall.call_seq = hall.call_seq.max(u64::from(epoch) << CALLS_BITS);
    for (prefix, serial) in seen {
        raise_serial(hall, Lane::Hub, *prefix, *serial);
        let floor = hall.floors.entry(*prefix).or_default();
        *floor = (*serial).max(*floor);
    }
}

fn raise_serial(hall: &mut Hall, lane: Lane, prefix: Prefix, serial: u32) {
    let highest = hall.serials.entry((lane, prefix)).or_default();
    *highest = serial.max(*highest);
}

/// The clerk sits down or, if already there, comes back from a pause to the same turns.
fn open_counter(hall: &mut Hall, at: Time, id: &CounterId, clerk: &ClerkId) {
    let desk = Desk::Free { since: at };
    match hall.counters.get_mut(id) {
        Some(counter) => counter.desk = desk,
        None => {
            let counter = Counter { clerk: clerk.clone(), desk, streak: Streak::default(), last: None };
            hall.counters.insert(id.clone(), counter);
        }
    }
}

fn pause_counter(hall: &mut Hall, at: Time, id: &CounterId, why: &Reason) {
    if let Some(counter) = hall.counters.get_mut(id) {
        counter.desk = Desk::Paused { since: at, why: why.clone() };
    }
}

fn visit(ticket: TicketId, number: Number, wish: &Wish, arrival: Place, stage: Stage) -> Visit {
    Visit {
        ticket,
        number,
        service: wish.service.clone(),
        further: wish.further.clone(),
        quantity: wish.quantity,
        class: wish.class,
        language: wish.language.clone(),
        channel: wish.channel,
        arrival,
        ways_back: Vec::new(),
        rejoined: 0,
        stage,
    }
}

fn issue(hall: &mut Hall, at: Time, visit: Visit) {
    hall.order = hall.order.max(visit.arrival.order);
    raise_serial(hall, visit.number.lane, visit.number.prefix, visit.number.serial);
    *hall.issued.entry(visit.service.clone()).or_default() += 1;
    put(hall, at, visit);
}

fn print(hall: &mut Hall, at: Time, ticket: TicketId, place: Place) {
    change(hall, at, ticket, |visit| visit.stage = waiting_for_service(visit, place));
}

fn void(hall: &mut Hall, at: Time, ticket: TicketId) {
    let Some(service) = hall.visits.get(&ticket).map(|visit| visit.service.clone()) else { return };
    let issued = hall.issued.entry(service).or_default();
    *issued = issued.saturating_sub(1);
    change(hall, at, ticket, |visit| visit.stage = Stage::Closed { closing: Closing::Unprinted, at });
}

fn revive(hall: &mut Hall, at: Time, ticket: TicketId, place: Place) {
    let Some(service) = hall.visits.get(&ticket).map(|visit| visit.service.clone()) else { return };
    *hall.issued.entry(service).or_default() += 1;
    print(hall, at, ticket, place);
}

fn end_hold(hall: &mut Hall, at: Time, ticket: TicketId, place: Place) {
    change(hall, at, ticket, |visit| {
        let Stage::Held { target, held, served, since, .. } = &visit.stage else { return };
        let (target, held) = (target.clone(), held.and(at.since(*since)));
        visit.stage = Stage::Waiting { target, place, queued: at, not_before: at, held, served: *served };
    });
}

/// A no-show is a clerk's step and can be taken back; the other closings are not.
fn close(hall: &mut Hall, at: Time, ticket: TicketId, closing: &Closing) {
    let counter = hall.visits.get(&ticket).and_then(|visit| visit.stage.counter()).cloned();
    match (closing, counter) {
        (Closing::NoShow, Some(counter)) => steps::no_show(hall, at, &counter, ticket),
        _ => change(hall, at, ticket, |visit| visit.stage = Stage::Closed { closing: closing.clone(), at }),
    }
}

fn rejoin(hall: &mut Hall, at: Time, ticket: TicketId, to: (Place, Time)) {
    let (place, not_before) = to;
    change(hall, at, ticket, |visit| {
        let target = Target::Service(visit.service.clone());
        visit.rejoined = visit.rejoined.saturating_add(1);
        visit.stage = Stage::Waiting { target, place, queued: at, not_before, held: Span::ZERO, served: Span::ZERO };
    });
}

fn redirect(hall: &mut Hall, at: Time, ticket: TicketId, to: (&Target, Place)) {
    change(hall, at, ticket, |visit| {
        if let Stage::Waiting { target, place, .. } = &mut visit.stage {
            target.clone_from(to.0);
            *place = to.1;
        }
    });
}

/// In the queue of its service, where it has been since its arrival.
fn waiting_for_service(visit: &Visit, place: Place) -> Stage {
    Stage::queued(Target::Service(visit.service.clone()), place, place.since)
}

fn change(hall: &mut Hall, at: Time, ticket: TicketId, how: impl FnOnce(&mut Visit)) {
    let Some(mut visit) = hall.visits.get(&ticket).cloned() else { return };
    how(&mut visit);
    put(hall, at, visit);
}
