//! Tickets: taken, printed, reported, asked for, given up, taken up again.

use super::{
    Fault, Giver, Hub,
    catalogue::LangQuery,
    json::Json,
    language::AskedIn,
    permit::{self, Clerk, Issuer, Kiosk},
    problem_groups::{ReadProblems, WriteProblems},
};
use crate::{
    config::Config,
    journal::{Done, live::wait_minutes},
    people::Member,
};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, request::Parts},
};
use jiff::Timestamp;
use queue::{
    command::{CancelledBy, Channel, Class, Command, Wish},
    event::Event,
    ids::{Language, ServiceCode, TicketId},
    limits::{OFFLINE_BEFORE_DAY, QUANTITY_MAX, SERVICES_ON_TICKET_MAX},
    number::{Lane, Number},
    refusal::Refusal,
    time::Time,
};
use utoipa::IntoParams;
use uuid::Uuid;
use wire::tickets::{Confirm, OfflineTicket, Printed, TakeTicket, TicketStage, TicketState, TicketTaken};
use words::Lang;

/// The ticket of the address.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TicketPath {
    /// The ticket's identity.
    #[param(value_type = Uuid, format = Uuid)]
    pub ticket_id: Uuid,
}

impl FromRequestParts<Hub> for TicketPath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let (_, id) = params.iter().find(|(name, _)| *name == "ticket_id").ok_or(Fault::BadPath)?;
        Ok(TicketPath { ticket_id: id.parse().map_err(|_| Fault::BadPath)? })
    }
}

/// Take a ticket.
///
/// A kiosk's ticket is reserved until the kiosk says that it is on paper; staff at reception write the number down
/// themselves, so theirs waits at once. Without `ticket_id` the ticket gets the bits of the command's id, so that the
/// same command is the same ticket.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", operation_id = "take_ticket", request_body = TakeTicket,
    responses((status = 201, description = "Taken, now or by this same command before", body = TicketTaken), WriteProblems),
    security(("device" = []), ("staff" = [])))]
pub async fn take(
    State(hub): State<Hub>,
    issuer: Issuer,
    Json(asked): Json<TakeTicket>,
) -> Result<(StatusCode, Json<TicketTaken>), Fault> {
    let command_id = asked.command_id;
    let command = reservation(&hub.config, asked, issuer.channel())?;
    let done = hub.submit(command_id, issuer.giver(), command).await?;
    Ok((StatusCode::CREATED, Json(taken(&done.events)?)))
}

/// Say that the ticket is on paper.
///
/// From now on it waits. Saying it again, even with another command id, is harmless.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket_id}/printed", tag = "tickets", operation_id = "confirm_printed",
    params(TicketPath), request_body = Printed,
    responses((status = 200, description = "It waits, or has moved on since", body = TicketStage), WriteProblems),
    security(("device" = []), ("staff" = [])))]
pub async fn printed(
    State(hub): State<Hub>,
    issuer: Issuer,
    path: TicketPath,
    Json(asked): Json<Printed>,
) -> Result<Json<TicketStage>, Fault> {
    let ticket = TicketId(path.ticket_id);
    let command = confirmation(ticket, &asked)?;
    let done = hub.submit(asked.command_id, issuer.giver(), command).await?;
    stage_after(&hub, ticket, &done).await
}

/// What a confirmation asks of the queue.
pub fn confirmation(ticket: TicketId, asked: &Printed) -> Result<Command, Fault> {
    let number = asked.number.as_deref().map(str::parse).transpose();
    Ok(Command::ConfirmPrinted { ticket, number: number.map_err(|_| Fault::NoSuchValue { name: "number" })? })
}

/// Report a ticket that a kiosk printed alone.
///
/// Or one that a hub numbered before it was restored from a backup that does not know of it. `printed_at` is corrected
/// by the difference between `sent_at` and the hub's clock.
#[utoipa::path(post, path = "/api/v1/tickets/offline", tag = "tickets", operation_id = "record_offline",
    request_body = OfflineTicket,
    responses((status = 200, description = "It is in the queue", body = TicketStage), WriteProblems),
    security(("device" = [])))]
pub async fn offline(
    State(hub): State<Hub>,
    Kiosk { device, lane }: Kiosk,
    Json(asked): Json<OfflineTicket>,
) -> Result<Json<TicketStage>, Fault> {
    let (ticket, command_id) = (TicketId(asked.ticket_id), asked.command_id);
    let command = record(&hub.config, lane, asked, (hub.now(), hub.stream.board().day))?;
    let done = hub.submit(command_id, Giver::Kiosk(device), command).await?;
    stage_after(&hub, ticket, &done).await
}

/// Where a ticket stands.
///
/// The ticket's identity is known only to who holds it, so no token is asked for.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket_id}", tag = "tickets", operation_id = "ticket_state",
    params(TicketPath, LangQuery),
    responses((status = 200, description = "Where it stands, and why, in the asked language", body = TicketState),
        ReadProblems))]
pub async fn state(
    State(hub): State<Hub>,
    path: TicketPath,
    AskedIn(lang): AskedIn,
) -> Result<Json<TicketState>, Fault> {
    let ticket = TicketId(path.ticket_id);
    let config = std::sync::Arc::clone(&hub.config);
    let state = hub.journal.ask(move |reading| {
        let visit = reading.hall.visits.get(&ticket)?;
        let standing = queue::standing(reading.hall, reading.rules, ticket, reading.at);
        Some(TicketState {
            ticket_id: ticket.0,
            number: visit.number.to_string(),
            stage: visit.stage.name().to_owned(),
            ahead: standing.map_or(0, |s| s.ahead),
            wait_minutes: standing.and_then(|s| s.wait).map(wait_minutes),
            why: super::why::sentence(reading, ticket, &config, lang),
        })
    });
    Ok(Json(state.await?.ok_or(Fault::Refused(Refusal::NoSuchTicket))?))
}

/// Give a ticket up.
///
/// A kiosk gives up for its visitor; staff remove a ticket.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket_id}/cancel", tag = "tickets", operation_id = "cancel_ticket",
    params(TicketPath), request_body = Confirm,
    responses((status = 200, description = "It is closed", body = TicketStage), WriteProblems),
    security(("device" = []), ("staff" = [])))]
pub async fn cancel(
    State(hub): State<Hub>,
    issuer: Issuer,
    path: TicketPath,
    Json(asked): Json<Confirm>,
) -> Result<Json<TicketStage>, Fault> {
    let ticket = TicketId(path.ticket_id);
    let by = match issuer {
        Issuer::Kiosk(_) => CancelledBy::Visitor,
        Issuer::Staff(_) => CancelledBy::Staff,
    };
    let done = hub.submit(asked.command_id, issuer.giver(), Command::Cancel { ticket, by }).await?;
    stage_after(&hub, ticket, &done).await
}

/// Take a ticket up again whose visitor had not come when called.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket_id}/rejoin", tag = "tickets", operation_id = "rejoin_ticket",
    params(TicketPath), request_body = Confirm,
    responses((status = 200, description = "It waits again", body = TicketStage), WriteProblems),
    security(("staff" = [])))]
pub async fn rejoin(
    State(hub): State<Hub>,
    clerk: Clerk,
    path: TicketPath,
    Json(asked): Json<Confirm>,
) -> Result<Json<TicketStage>, Fault> {
    let ticket = TicketId(path.ticket_id);
    let done = hub.submit(asked.command_id, clerk.giver(), Command::Rejoin { ticket }).await?;
    stage_after(&hub, ticket, &done).await
}

/// What a request for a ticket asks of the queue. Pure, so that a simulated hall asks the same.
pub fn reservation(config: &Config, asked: TakeTicket, channel: Channel) -> Result<Command, Fault> {
    let ticket = TicketId(asked.ticket_id.unwrap_or(asked.command_id));
    let wish = Asked {
        service: asked.service,
        further: asked.services,
        quantity: asked.quantity,
        class: asked.class,
        language: asked.language,
    };
    Ok(Command::Reserve { ticket, wish: wish.into_wish(config, channel)? })
}

/// What the report of a ticket that a kiosk printed alone asks of the queue, at this time of this service day.
pub fn record(config: &Config, lane: u8, asked: OfflineTicket, at: (Time, u32)) -> Result<Command, Fault> {
    let (now, today) = at;
    let number: Number = asked.number.parse().map_err(|_| Fault::NoSuchValue { name: "number" })?;
    match number.lane {
        // Of a hub that was restored since; the queue knows which of its numbers it may have given and forgotten.
        Lane::Hub => {}
        Lane::Kiosk(of) if of == lane => {}
        Lane::Kiosk(_) => return Err(Fault::Refused(Refusal::NotAKioskNumber(number))),
    }
    let printed = moment(&asked.printed_at).ok_or(Fault::BadTime { name: "printed_at" })?;
    let sent = moment(&asked.sent_at).ok_or(Fault::BadTime { name: "sent_at" })?;
    let wish = Asked {
        service: asked.service,
        further: asked.services,
        quantity: asked.quantity,
        class: asked.class,
        language: asked.language,
    };
    let (ticket, wish) = (TicketId(asked.ticket_id), wish.into_wish(config, Channel::Kiosk)?);
    let by_clock = corrected(printed, sent, now);
    let printed_at = if asked.day == Some(today) { by_clock.max(now.minus(OFFLINE_BEFORE_DAY)) } else { by_clock };
    Ok(Command::RecordOffline { ticket, number, wish, printed_at })
}

impl Issuer {
    fn giver(&self) -> Giver {
        match self {
            Issuer::Kiosk(device) => Giver::Kiosk(device.clone()),
            Issuer::Staff(member) => permit::giver(member),
        }
    }

    fn channel(&self) -> Channel {
        match self {
            Issuer::Kiosk(_) => Channel::Kiosk,
            Issuer::Staff(_) => Channel::Reception,
        }
    }
}

/// What a visitor asks for, as it travels.
pub(crate) struct Asked {
    pub(crate) service: String,
    pub(crate) further: Option<Vec<String>>,
    pub(crate) quantity: Option<u16>,
    pub(crate) class: Option<String>,
    pub(crate) language: String,
}

impl Asked {
    pub(crate) fn into_wish(self, config: &Config, channel: Channel) -> Result<Wish, Fault> {
        let further = self.further.unwrap_or_default();
        if further.len() >= SERVICES_ON_TICKET_MAX {
            return Err(Fault::Refused(Refusal::ServicesOnTicket { limit: SERVICES_ON_TICKET_MAX }));
        }
        let quantity = self.quantity.unwrap_or(1);
        if !(1..=QUANTITY_MAX).contains(&quantity) {
            return Err(Fault::Refused(Refusal::Quantity { limit: QUANTITY_MAX }));
        }
        let lang: Lang = self.language.parse().map_err(|_| Fault::NoSuchValue { name: "language" })?;
        Ok(Wish {
            service: service(&self.service)?,
            further: further.iter().map(|code| service(code)).collect::<Result<_, _>>()?,
            quantity,
            class: class(config, self.class.as_deref())?,
            language: lang.tag().parse::<Language>().map_err(|_| Fault::Internal)?,
            channel,
        })
    }
}

/// A class or a declared reason; ordinary if none is given.
pub(super) fn class(config: &Config, code: Option<&str>) -> Result<Class, Fault> {
    let Some(code) = code else { return Ok(Class::Ordinary) };
    config.class_of(code).ok_or(Fault::NoSuchValue { name: "class" })
}

fn service(code: &str) -> Result<ServiceCode, Fault> {
    code.parse().map_err(|_| Fault::NoSuchValue { name: "service" })
}

pub(crate) fn moment(text: &str) -> Option<Time> {
    Some(Time(text.parse::<Timestamp>().ok()?.as_millisecond()))
}

/// The kiosk's time on the hub's clock; never in the future.
fn corrected(printed: Time, sent: Time, now: Time) -> Time {
    now.minus(sent.since(printed))
}

/// The stage that a command's events brought a ticket to; without events, the stage it is in.
pub(super) async fn stage_after(hub: &Hub, ticket: TicketId, done: &Done) -> Result<Json<TicketStage>, Fault> {
    let brought = done.events.iter().rev().find_map(|event| match event {
        Event::Printed { ticket: t, number, .. }
        | Event::RecordedOffline { ticket: t, number, .. }
        | Event::Revived { ticket: t, number, .. }
        | Event::Rejoined { ticket: t, number, .. }
            if *t == ticket =>
        {
            Some((number.to_string(), "waiting"))
        }
        Event::Closed { ticket: t, number, .. } if *t == ticket => Some((number.to_string(), "closed")),
        _ => None,
    });
    let (number, stage) = match brought {
        Some(brought) => brought,
        None => {
            let now = hub.journal.ask(move |reading| {
                reading.hall.visits.get(&ticket).map(|visit| (visit.number.to_string(), visit.stage.name()))
            });
            now.await?.ok_or(Fault::Refused(Refusal::NoSuchTicket))?
        }
    };
    Ok(Json(TicketStage { ticket_id: ticket.0, number, stage: stage.to_owned(), entry: done.seq }))
}

/// A ticket that staff at reception give out, for the console's form.
pub(crate) async fn take_at_reception(
    hub: &Hub,
    member: &Member,
    command_id: Uuid,
    asked: Asked,
) -> Result<TicketTaken, Fault> {
    let wish = asked.into_wish(&hub.config, Channel::Reception)?;
    let command = Command::Reserve { ticket: TicketId(command_id), wish };
    taken(&hub.submit(command_id, permit::giver(member), command).await?.events)
}

/// The answer to a reservation.
pub fn taken(events: &[Event]) -> Result<TicketTaken, Fault> {
    let taken = events.iter().find_map(|event| match event {
        Event::Reserved { ticket, number, ahead, quoted, .. } => Some(TicketTaken {
            ticket_id: ticket.0,
            number: number.to_string(),
            ahead: *ahead,
            wait_minutes: quoted.map(wait_minutes),
        }),
        _ => None,
    });
    taken.ok_or(Fault::Internal)
}
