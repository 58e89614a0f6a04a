//! Admission: a ticket that a kiosk printed alone is let in by the code on its paper, before the kiosk itself can report it.
//!
//! The code becomes the same command, for the same ticket, as the kiosk's own report: whichever comes first counts, and
//! the other changes nothing. Absent on purpose: a number typed without its code. It would be a ticket of another
//! identity, which the kiosk's report could not meet; who holds a torn paper gets a number at reception.

use super::{
    Fault, Hub,
    json::Json,
    permit::Clerk,
    problem_groups::WriteProblems,
    tickets::{Asked, stage_after},
};
use crate::config::Config;
use axum::extract::State;
use queue::{
    command::{Channel, Command},
    ids::TicketId,
    limits::OFFLINE_BEFORE_DAY,
    number::{Lane, Number},
    time::Time,
};
use wire::{
    admission::{Admission, Unproven},
    tickets::{AdmitTicket, TicketStage},
};

/// Let in a ticket that a kiosk printed alone.
///
/// By the signed code on its paper, scanned or typed, while the kiosk is still cut off. The kiosk's own report of the same
/// ticket, before or after, changes nothing.
#[utoipa::path(post, path = "/api/v1/tickets/admit", tag = "tickets", operation_id = "admit_ticket",
    request_body = AdmitTicket,
    responses((status = 200, description = "It is in the queue, or has moved on since", body = TicketStage), WriteProblems),
    security(("staff" = [])))]
pub async fn admit(
    State(hub): State<Hub>,
    clerk: Clerk,
    Json(asked): Json<AdmitTicket>,
) -> Result<Json<TicketStage>, Fault> {
    let (ticket, command) = admission(&hub, &asked.code, asked.class.as_deref())?;
    let done = hub.submit(asked.command_id, clerk.giver(), command).await?;
    stage_after(&hub, ticket, &done).await
}

/// What a typed code asks of the queue.
pub(crate) fn admission(hub: &Hub, typed: &str, class: Option<&str>) -> Result<(TicketId, Command), Fault> {
    let unproven = Unproven::parse(typed).map_err(|_| Fault::NoCode)?;
    let number: Number = unproven.number().parse().map_err(|_| Fault::NoCode)?;
    let Lane::Kiosk(lane) = number.lane else { return Err(Fault::CodeNotOurs) };
    let kiosk = hub.config.kiosks().iter().find(|kiosk| kiosk.lane == lane).ok_or(Fault::CodeNotOurs)?;
    let keys = hub.people.kiosk_keys(&kiosk.device);
    let claim = unproven.proven(hub.config.id(), &keys).map_err(|_| Fault::CodeNotOurs)?;
    let board = hub.stream.board();
    // A day is counted within an epoch.
    let today = (claim.epoch == board.epoch).then_some(board.day);
    command(&hub.config, (claim, number), class, (hub.now(), today))
}

/// The same command as the kiosk's own report, for the same ticket.
fn command(
    config: &Config,
    (claim, number): (Admission, Number),
    class: Option<&str>,
    (now, today): (Time, Option<u32>),
) -> Result<(TicketId, Command), Fault> {
    let asked = Asked {
        service: claim.service,
        further: Some(claim.further),
        quantity: Some(claim.quantity),
        class: class.map(str::to_owned),
        language: claim.language,
    };
    let (ticket, wish) = (TicketId(claim.ticket), asked.into_wish(config, Channel::Kiosk)?);
    let by_clock = Time(i64::from(claim.printed_at_s) * 1_000).min(now);
    let of_today = claim.day.is_some() && claim.day == today;
    let printed_at = if of_today { by_clock.max(now.minus(OFFLINE_BEFORE_DAY)) } else { by_clock };
    Ok((ticket, Command::RecordOffline { ticket, number, wish, printed_at }))
}
