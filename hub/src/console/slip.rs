//! A visitor's own ticket on a phone: the one page without a door, opened by the code on the paper.
//!
//! The ticket's identity is the key to it: 74 bits of chance that stand on the paper and nowhere else, so nobody else's
//! ticket can be found by trying. It speaks the visitor's language, shows nothing but this ticket, and lets its visitor
//! give it up or come back after a missed call. What can be pressed is bounded by the queue's own rules: a ticket is
//! given up once and taken up again once, a refusal writes nothing, and the entrance has few places. Absent on purpose:
//! who the visitor is, who else waits, and why somebody goes first.

use super::{
    doors::{Press, TicketFigures, TicketPage, sentence},
    frame::{Choice, Frame, show},
};
use crate::http::{Fault, Giver, Hub, permit, tickets::TicketPath};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use queue::{
    command::{Actor, CancelledBy, Command},
    ids::TicketId,
    limits::{REJOIN_WITHIN, REJOINS_MAX},
    refusal::Refusal,
    stage::{Closing, Stage, Visit},
    time::Time,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;
use words::Lang;

/// `GET /t/{ticket_id}`: in the visitor's own language unless another is asked.
pub async fn page(State(hub): State<Hub>, frame: Frame, path: TicketPath) -> Result<Response, Fault> {
    whole(&hub, &frame, TicketId(path.ticket_id), None).await
}

/// `GET /tickets/{ticket_id}`: where the page was when older papers were printed.
pub async fn moved(path: TicketPath) -> Redirect {
    Redirect::permanent(&format!("/t/{}", path.ticket_id))
}

/// `POST /t/{ticket_id}/{action}`: the visitor gives the ticket up, or comes back after a missed call.
pub async fn press(
    State(hub): State<Hub>,
    frame: Frame,
    headers: HeaderMap,
    TicketPath { ticket_id }: TicketPath,
    Path((_, action)): Path<(Uuid, String)>,
) -> Result<Response, Fault> {
    permit::from_our_pages(&headers)?;
    let ticket = TicketId(ticket_id);
    let command = match action.as_str() {
        "cancel" => Command::Cancel { ticket, by: CancelledBy::Visitor },
        "rejoin" => Command::Rejoin { ticket },
        _ => return Err(Fault::NotFound),
    };
    let by = Giver::Staff(Actor::Visitor);
    match hub.submit(command_id(ticket_id, &action), by, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/t/{ticket_id}")).into_response()),
        Err(fault) => whole(&hub, &frame, ticket, Some(fault)).await,
    }
}

/// Each can be done once in a ticket's life, so it has one identity, and a form sent twice is one command.
fn command_id(ticket: Uuid, action: &str) -> Uuid {
    let digest = Sha256::new().chain_update(ticket.as_bytes()).chain_update(action).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

async fn whole(hub: &Hub, frame: &Frame, ticket: TicketId, fault: Option<Fault>) -> Result<Response, Fault> {
    let (choice, asked, config) = (frame.choice, frame.lang, Arc::clone(&hub.config));
    let found = hub.journal.ask(move |reading| {
        let visit = reading.hall.visits.get(&ticket)?;
        let own = match choice {
            Choice::Asked => None,
            Choice::Habit => visit.language.as_str().parse().ok(),
        };
        let lang = own.unwrap_or(asked);
        let standing = queue::standing(reading.hall, reading.rules, ticket, reading.at);
        let waiting = matches!(visit.stage, Stage::Waiting { .. });
        Some(Looked {
            lang,
            number: visit.number.to_string(),
            stage: visit.stage.name(),
            counter: visit.stage.counter().map(ToString::to_string),
            service: config.service_name(&visit.service, lang).to_owned(),
            sentence: sentence(reading, &config, lang, visit),
            figures: standing.filter(|_| waiting).map(|standing| figures(lang, standing)),
            press: press_of(visit, reading.at),
        })
    });
    let looked = found.await?.ok_or(Fault::Refused(Refusal::NoSuchTicket))?;
    let lang = looked.lang;
    let frame = Frame { lang, here: format!("/t/{}", ticket.0), ..frame.clone() };
    let shown = TicketPage {
        page: &frame.still(hub, None),
        notice: fault.as_ref().map(|fault| fault.sentence(&hub.config, lang)),
        ticket: ticket.0.to_string(),
        number: looked.number,
        stage: looked.stage,
        counter: looked.counter,
        service: looked.service,
        sentence: looked.sentence,
        figures: looked.figures,
        press: looked.press,
    };
    Ok(show(fault.map_or(StatusCode::OK, |fault| fault.status()), &shown))
}

/// A ticket as it was found, in its language.
struct Looked {
    lang: Lang,
    number: String,
    stage: &'static str,
    counter: Option<String>,
    service: String,
    sentence: String,
    figures: Option<TicketFigures>,
    press: Press,
}

fn figures(lang: Lang, standing: queue::Offer) -> TicketFigures {
    TicketFigures {
        ahead: standing.ahead,
        wait: standing.wait.map(|wait| {
            let (low, high) = (wait.low_min.to_string(), wait.high_min.to_string());
            words::fill(lang, "console.ticket.wait-range", &[("low", &low), ("high", &high)])
        }),
    }
}

/// What may be pressed now; the queue decides again when it is.
fn press_of(visit: &Visit, at: Time) -> Press {
    match &visit.stage {
        Stage::Waiting { .. } | Stage::Held { .. } => Press::GiveUp,
        Stage::Closed { closing: Closing::NoShow, at: closed }
            if visit.rejoined < REJOINS_MAX && at.since(*closed) <= REJOIN_WITHIN =>
        {
            Press::ComeBack
        }
        Stage::Reserved { .. } | Stage::Called { .. } | Stage::Serving { .. } | Stage::Closed { .. } => Press::Nothing,
    }
}
