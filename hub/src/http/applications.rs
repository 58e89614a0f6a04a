//! Applications: a place with a number, sealed pieces, the filing, and "what became of it".
//!
//! The hub keeps what it cannot read. It checks what can be checked without a key: that the form is the one of today,
//! that the consent is the text that is shown today, that the seal is for the office and bound to the slot.

use super::{Fault, Hub, json::Json, permit::Issuer, problem_groups::FilingProblems, unfiled::Unfiled};
use crate::exchange::{Exchange, moment, promised};
use ::applications::{Asked, Filing, PIECE_BYTES_MAX, PhoneTail, Seen};
use axum::{
    body::to_bytes,
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{StatusCode, request::Parts},
};
use forms::Form;
use hhx::{Hash, envelope::Consent};
use queue::{calendar::date_at, ids::ServiceCode};
use utoipa::IntoParams;
use uuid::Uuid;
use wire::applications::{
    ApplicationFiled, ApplicationNumber, ApplicationSeen, ApplicationSlot, ApplicationStep, AskApplication,
    FileApplication, ReserveApplication, SealRecipient,
};
use words::Lang;

/// A sealed piece of the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PiecePath {
    /// The slot's case.
    pub case_id: Uuid,
    /// 0 is the body, the attachments follow.
    pub nth: u32,
}

impl FromRequestParts<Hub> for PiecePath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let text = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text);
        let case_id = text("case_id").and_then(|text| text.parse().ok()).ok_or(Fault::BadPath)?;
        let nth = text("nth").and_then(|text| text.parse().ok()).ok_or(Fault::BadPath)?;
        Ok(PiecePath { case_id, nth })
    }
}

/// Reserve a number for an application; the same command gets the same number.
#[utoipa::path(post, path = "/api/v1/applications/slots", tag = "applications", operation_id = "reserve_application",
    request_body = ReserveApplication, security(("device" = []), ("staff" = [])),
    responses((status = 201, description = "Reserved, now or before", body = ApplicationSlot), FilingProblems))]
pub async fn reserve(
    State(hub): State<Hub>,
    _: Issuer,
    Json(asked): Json<ReserveApplication>,
) -> Result<(StatusCode, Json<ApplicationSlot>), Fault> {
    let (exchange, now) = (open(&hub)?, hub.now());
    let today = date_at(hub.config.rules(), now).0;
    let slot = blocking(move || exchange.applications().reserve(asked.command_id, moment(now), today)).await??;
    let recipients = slot.recipients.into_iter();
    let slot = ApplicationSlot {
        case_id: slot.case_id,
        number: slot.number,
        hub: slot.hub,
        epoch: slot.epoch,
        recipients: recipients.map(|key| SealRecipient { key_id: key.key_id, public: key.public }).collect(),
    };
    Ok((StatusCode::CREATED, Json(slot)))
}

/// Put a sealed piece of an application; again replaces it.
#[utoipa::path(put, path = "/api/v1/applications/{case_id}/pieces/{nth}", tag = "applications",
    operation_id = "put_application_piece", params(PiecePath), security(("device" = []), ("staff" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "Kept until it is filed"), FilingProblems))]
pub async fn put_piece(
    State(hub): State<Hub>,
    _: Issuer,
    PiecePath { case_id, nth }: PiecePath,
    request: Request,
) -> Result<StatusCode, Fault> {
    let exchange = open(&hub)?;
    let closed = to_bytes(request.into_body(), PIECE_BYTES_MAX).await.map_err(|_| Unfiled::PiecesWrong)?;
    blocking(move || exchange.applications().keep_piece(case_id, nth, &closed)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// File an application: it has its number from now on, whatever is down between here and the office.
#[utoipa::path(post, path = "/api/v1/applications", tag = "applications", operation_id = "file_application",
    request_body = FileApplication, security(("device" = []), ("staff" = [])),
    responses((status = 201, description = "Filed, now or before", body = ApplicationFiled), FilingProblems))]
pub async fn file(
    State(hub): State<Hub>,
    issuer: Issuer,
    Json(asked): Json<FileApplication>,
) -> Result<(StatusCode, Json<ApplicationFiled>), Fault> {
    let (exchange, now) = (open(&hub)?, hub.now());
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    let filing = filing(&hub, &issuer, asked)?;
    let sender = exchange.clone();
    let filed = blocking(move || exchange.applications().file(&filing, moment(now))).await??;
    sender.filed();
    let due = filed.due.map(|due| due.to_string());
    let (case_id, number, filed_at) = (filed.case_id, filed.number, filed.filed_at.to_string());
    Ok((StatusCode::CREATED, Json(ApplicationFiled { case_id, number, filed_at, due })))
}

/// What became of an application, by its number and the last four digits of the phone.
#[utoipa::path(post, path = "/api/v1/applications/ask", tag = "applications", operation_id = "ask_application",
    request_body = AskApplication, security(("device" = []), ("staff" = [])),
    responses((status = 200, description = "Steps and dates", body = ApplicationSeen), FilingProblems))]
pub async fn ask(
    State(hub): State<Hub>,
    issuer: Issuer,
    Json(asked): Json<AskApplication>,
) -> Result<Json<ApplicationSeen>, Fault> {
    let (exchange, now) = (open(&hub)?, hub.now());
    let place = match issuer {
        Issuer::Kiosk(device) => device.to_string(),
        Issuer::Staff(member) => member.id.to_string(),
    };
    let phone_tail = asked.phone_tail.parse::<PhoneTail>().map_err(|_| Unfiled::BadPhoneTail)?;
    let asked = Asked { number: asked.number, phone_tail, place };
    let seen = blocking(move || exchange.applications().ask(&asked, moment(now))).await??;
    Ok(Json(shown(seen)))
}

fn shown(seen: Seen) -> ApplicationSeen {
    let step = |(status, at): (hhx::CaseStatus, jiff::Timestamp)| ApplicationStep {
        status: status.word().to_owned(),
        at: at.to_string(),
    };
    ApplicationSeen {
        number: seen.number,
        service: seen.service,
        status: seen.status.word().to_owned(),
        registration: seen.registered.map(|(number, date)| ApplicationNumber { number, date: date.to_string() }),
        due: seen.due.map(|due| due.to_string()),
        steps: seen.steps.into_iter().map(step).collect(),
    }
}

/// What is known of a filing without a key.
fn filing(hub: &Hub, issuer: &Issuer, asked: FileApplication) -> Result<Filing, Fault> {
    let service: ServiceCode = asked.service.parse().map_err(|_| Fault::NoSuchValue { name: "service" })?;
    let form = hub.config.form(&service).ok_or(Fault::NoSuchValue { name: "service" })?;
    let language: Lang = asked.language.parse().map_err(|_| Fault::NoSuchValue { name: "language" })?;
    if asked.form_version != form.version {
        return Err(Unfiled::FormOutdated.into());
    }
    let consent = consent(hub, issuer, (form, language), &asked.consent)?;
    let seal = serde_json::from_str(&asked.seal).map_err(|_| Unfiled::SealForeign)?;
    let tail = asked.phone_tail.map(|tail| tail.parse()).transpose().map_err(|_| Unfiled::BadPhoneTail)?;
    let (message_type, due) =
        promised(&hub.config, &service, hub.now()).ok_or(Fault::NoSuchValue { name: "service" })?;
    Ok(Filing {
        case_id: asked.case_id,
        seal,
        service: asked.service,
        catalogue_version: asked.form_version,
        message_type,
        language: language.to_string(),
        ticket: asked.ticket_id,
        consent,
        phone_tail: tail,
        due: Some(due),
    })
}

fn consent(hub: &Hub, issuer: &Issuer, (form, lang): (&Form, Lang), shown: &str) -> Result<Consent, Fault> {
    if shown != form.consent.sha256(lang) {
        return Err(Unfiled::ConsentOther.into());
    }
    let sha256: Hash = shown.parse().map_err(|_| Unfiled::ConsentOther)?;
    let channel = match issuer {
        Issuer::Kiosk(_) => "kiosk",
        Issuer::Staff(_) => "counter",
    };
    let text_version = form.consent.version().to_string();
    Ok(Consent { text_version, sha256, at: moment(hub.now()), channel: channel.to_owned() })
}

fn open(hub: &Hub) -> Result<Exchange, Fault> {
    hub.exchange.clone().ok_or(Unfiled::NoExchange.into())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Internal)
}
