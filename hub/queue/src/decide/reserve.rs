//! Reserving a number: who may take a ticket now, which number, what they are told.

use super::Moment;
use crate::{
    calendar::{Opening, open_left, opening},
    command::{Channel, Class, Wish},
    estimate,
    event::Event,
    ids::{ServiceCode, TicketId},
    limits::{CONFIRM_WITHIN, QUANTITY_MAX, SERIAL_MAX, SERVICES_ON_TICKET_MAX, TICKETS_PER_DAY_MAX},
    number::{Lane, Number, Prefix},
    policy,
    refusal::Refusal,
    rules::Service,
    stage::{Place, Rank},
};
use std::collections::BTreeSet;

/// What is asked for, as far as it decides whether there is a ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) service: &'a ServiceCode,
    pub(crate) class: Class,
    pub(crate) quantity: u16,
}

/// Kiosks print first; reception and phone tickets wait at once.
pub(super) fn reserve(now: &Moment<'_>, ticket: TicketId, wish: &Wish) -> Result<Vec<Event>, Refusal> {
    now.day_is_open()?;
    if now.hall.visits.contains_key(&ticket) {
        return Err(Refusal::TicketKnown);
    }
    well_formed(now, wish)?;
    let asked = Asked { service: &wish.service, class: wish.class, quantity: wish.quantity };
    let service = may_take(now, asked)?;
    for further in &wish.further {
        not_suspended(now, further)?;
    }
    let number = next_number(now, service.prefix)?;
    let place = Place { rank: Rank::Arrival, since: now.at, order: now.next_order() };
    let told = estimate::newcomer(now, asked);
    let until = now.at.plus(CONFIRM_WITHIN);
    let reserved =
        Event::Reserved { ticket, number, wish: wish.clone(), place, until, ahead: told.ahead, quoted: told.wait };
    match wish.channel {
        Channel::Kiosk => Ok(vec![reserved]),
        Channel::Reception | Channel::Phone => Ok(vec![reserved, Event::Printed { ticket, number, place }]),
    }
}

/// Whether there is a ticket for this service now.
pub(crate) fn may_take<'a>(now: &Moment<'a>, asked: Asked<'_>) -> Result<&'a Service, Refusal> {
    now.day_is_open()?;
    let service = now.service(asked.service)?;
    served_in_hall(now, asked.service)?;
    not_suspended(now, asked.service)?;
    room_after(now.hall.visits.len())?;
    let given = now.hall.issued.get(asked.service).copied().unwrap_or(0);
    if let Some(cap) = service.cap
        && given >= cap.get()
    {
        return Err(Refusal::CapReached { service: asked.service.clone(), cap: cap.get() });
    }
    in_hours(now, asked)?;
    Ok(service)
}

/// Whether one more ticket fits into the day after so many.
pub(super) fn room_after(tickets: usize) -> Result<(), Refusal> {
    let limit = TICKETS_PER_DAY_MAX;
    if tickets < limit { Ok(()) } else { Err(Refusal::HallFull { limit }) }
}

/// What must hold for every ticket, however it was issued.
pub(super) fn well_formed(now: &Moment<'_>, wish: &Wish) -> Result<(), Refusal> {
    let limit = SERVICES_ON_TICKET_MAX;
    let listed = 1 + wish.further.len();
    let different: BTreeSet<&ServiceCode> = wish.further.iter().chain([&wish.service]).collect();
    if listed > limit || different.len() < listed {
        return Err(Refusal::ServicesOnTicket { limit });
    }
    for service in different {
        now.service(service)?;
        served_in_hall(now, service)?;
    }
    if !(1..=QUANTITY_MAX).contains(&wish.quantity) {
        return Err(Refusal::Quantity { limit: QUANTITY_MAX });
    }
    Ok(())
}

fn served_in_hall(now: &Moment<'_>, service: &ServiceCode) -> Result<(), Refusal> {
    if now.rules.counters.keys().any(|counter| policy::serves(now.rules, counter, service)) {
        Ok(())
    } else {
        Err(Refusal::NotServedInHall(service.clone()))
    }
}

fn not_suspended(now: &Moment<'_>, service: &ServiceCode) -> Result<(), Refusal> {
    match now.hall.suspended.get(service) {
        Some(why) => Err(Refusal::ServiceSuspended { service: service.clone(), why: why.clone() }),
        None => Ok(()),
    }
}

/// Inside hours, and early enough that those before and this visitor are served by closing.
fn in_hours(now: &Moment<'_>, asked: Asked<'_>) -> Result<(), Refusal> {
    let service = asked.service.clone();
    match opening(now.rules, asked.service, now.at) {
        Opening::Open { closes: None } => Ok(()),
        Opening::Open { closes: Some(_) } => {
            let left = open_left(now.rules, asked.service, now.at);
            if estimate::clearance(now, asked) <= left { Ok(()) } else { Err(Refusal::TooLateToday { service }) }
        }
        Opening::Break { resumes } => Err(Refusal::ServiceClosed { service, opens: Some(resumes), holiday: None }),
        Opening::Shut { opens } => Err(Refusal::ServiceClosed { service, opens, holiday: None }),
        Opening::Holiday { why, opens } => Err(Refusal::ServiceClosed { service, opens, holiday: Some(why) }),
    }
}

fn next_number(now: &Moment<'_>, prefix: Prefix) -> Result<Number, Refusal> {
    let last = now.hall.serials.get(&(Lane::Hub, prefix)).copied().unwrap_or(0);
    if last >= SERIAL_MAX {
        return Err(Refusal::NumbersUsedUp { prefix });
    }
    Ok(Number { prefix, lane: Lane::Hub, serial: last + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_holds_so_many_tickets_and_no_more() {
        assert_eq!(room_after(TICKETS_PER_DAY_MAX - 1), Ok(()));
        assert_eq!(room_after(TICKETS_PER_DAY_MAX), Err(Refusal::HallFull { limit: TICKETS_PER_DAY_MAX }));
    }
}
