//! What becomes of a number after it was given: on paper, printed by a kiosk alone, given up.

use super::{
    Moment,
    reserve::{room_after, well_formed},
    wrong_stage,
};
use crate::{
    command::{CancelledBy, Wish},
    event::Event,
    hall::Day,
    ids::{ServiceCode, TicketId},
    limits::{OFFLINE_BEFORE_DAY, SERIAL_MAX},
    number::{Lane, Number},
    refusal::Refusal,
    stage::{Closing, Place, Rank, Stage, Visit},
    time::Time,
};

/// A ticket that a kiosk printed without the hub.
pub(super) struct Paper<'a> {
    pub(super) ticket: TicketId,
    pub(super) number: Number,
    pub(super) wish: &'a Wish,
    pub(super) printed_at: Time,
}

/// Confirming twice, or after the visitor gave the ticket up, changes nothing. Whoever does not say what is on the paper
/// means the number the hub gave.
pub(super) fn confirm(now: &Moment<'_>, ticket: TicketId, paper: Option<Number>) -> Result<Vec<Event>, Refusal> {
    let visit = now.visit(ticket)?;
    let (number, place) = (visit.number, visit.arrival);
    if let Some(paper) = paper.filter(|paper| *paper != number) {
        return numbered_before(now, visit, paper);
    }
    Ok(match &visit.stage {
        Stage::Reserved { .. } => vec![Event::Printed { ticket, number, place }],
        Stage::Closed { closing: Closing::Unprinted, .. } => vec![Event::Revived { ticket, number, place }],
        Stage::Waiting { .. }
        | Stage::Called { .. }
        | Stage::Serving { .. }
        | Stage::Held { .. }
        | Stage::Closed { .. } => Vec::new(),
    })
}

/// A hub gave the paper's number, was restored, and gave the same ticket another one when the request reached it again:
/// nobody holds that one.
fn numbered_before(now: &Moment<'_>, visit: &Visit, number: Number) -> Result<Vec<Event>, Refusal> {
    let ticket = visit.ticket;
    let mut events = voided(visit)?;
    free_for_paper(now, number, &visit.service)?;
    let wish = Wish {
        service: visit.service.clone(),
        further: visit.further.clone(),
        quantity: visit.quantity,
        class: visit.class,
        language: visit.language.clone(),
        channel: visit.channel,
    };
    events.push(Event::RecordedOffline { ticket, number, wish, printed_at: now.at, place: visit.arrival });
    Ok(events)
}

/// The number of a ticket that is on paper under another one: nobody holds it, or it is void already.
fn voided(visit: &Visit) -> Result<Vec<Event>, Refusal> {
    match &visit.stage {
        Stage::Reserved { .. } => Ok(vec![Event::Voided { ticket: visit.ticket, number: visit.number }]),
        Stage::Closed { closing: Closing::Unprinted, .. } => Ok(Vec::new()),
        Stage::Waiting { .. }
        | Stage::Called { .. }
        | Stage::Serving { .. }
        | Stage::Held { .. }
        | Stage::Closed { .. } => Err(Refusal::TicketKnown),
    }
}

/// What is on paper is in the queue: neither hours nor caps nor a suspension are asked. If the hub had reserved a
/// number for the same ticket and its answer was lost, that number is void and the printed one counts. Reporting the
/// same paper again is a confirmation.
pub(super) fn record(now: &Moment<'_>, paper: &Paper<'_>) -> Result<Vec<Event>, Refusal> {
    now.day_is_open()?;
    let (ticket, number, wish) = (paper.ticket, paper.number, paper.wish);
    let mut events = match now.hall.visits.get(&ticket) {
        None => {
            room_after(now.hall.visits.len())?;
            Vec::new()
        }
        Some(known) if known.number == number => return confirm(now, ticket, None),
        Some(known) => voided(known)?,
    };
    well_formed(now, wish)?;
    free_for_paper(now, number, &wish.service)?;
    of_this_day(now, number, paper.printed_at)?;
    let place = merged_place(now, paper);
    events.push(Event::RecordedOffline { ticket, number, wish: wish.clone(), printed_at: paper.printed_at, place });
    Ok(events)
}

/// Giving up twice changes nothing.
pub(super) fn cancel(now: &Moment<'_>, ticket: TicketId, by: CancelledBy) -> Result<Vec<Event>, Refusal> {
    let visit = now.visit(ticket)?;
    let closing = match by {
        CancelledBy::Visitor => Closing::CancelledByVisitor,
        CancelledBy::Staff => Closing::RemovedByStaff,
    };
    match &visit.stage {
        Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Held { .. } => {
            Ok(vec![Event::Closed { ticket, number: visit.number, closing }])
        }
        Stage::Closed { closing: already, .. } if *already == closing => Ok(Vec::new()),
        Stage::Called { .. } | Stage::Serving { .. } | Stage::Closed { .. } => Err(wrong_stage(visit)),
    }
}

/// A number that may be on a paper for this service, and that nobody here has.
fn free_for_paper(now: &Moment<'_>, number: Number, service: &ServiceCode) -> Result<(), Refusal> {
    if number.prefix != now.service(service)?.prefix {
        return Err(Refusal::WrongPrefix { number, service: service.clone() });
    }
    printed_by_a_kiosk(now, number)?;
    if now.hall.numbers.contains_key(&number) {
        return Err(Refusal::NumberTaken(number));
    }
    Ok(())
}

/// Of a kiosk's own lane; or of the hub's lane from before a restore, below the highest serial anyone saw, which this
/// hub never gave itself.
fn printed_by_a_kiosk(now: &Moment<'_>, number: Number) -> Result<(), Refusal> {
    let highest = match number.lane {
        Lane::Kiosk(_) => SERIAL_MAX,
        Lane::Hub => now.hall.serials.get(&(Lane::Hub, number.prefix)).copied().unwrap_or(0),
    };
    if number.serial <= highest { Ok(()) } else { Err(Refusal::NotAKioskNumber(number)) }
}

fn of_this_day(now: &Moment<'_>, number: Number, printed_at: Time) -> Result<(), Refusal> {
    match now.hall.day {
        Day::Open { since, .. } if since.since(printed_at) > OFFLINE_BEFORE_DAY => {
            Err(Refusal::PrintedAnotherDay { number })
        }
        Day::Open { .. } => Ok(()),
        Day::Shut { .. } => Err(Refusal::DayShut),
    }
}

/// By the time of printing, but never ahead of a ticket already called, and never from the future.
fn merged_place(now: &Moment<'_>, paper: &Paper<'_>) -> Place {
    let queue = (paper.wish.service.clone(), paper.wish.class);
    let called = now.hall.called_up_to.get(&queue).copied();
    let since = called.map_or(paper.printed_at, |called| called.max(paper.printed_at)).min(now.at);
    Place { rank: Rank::Arrival, since, order: now.next_order() }
}
