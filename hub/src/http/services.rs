//! Services: what a newcomer is told before taking a ticket; suspended and restored by managers.

use super::{
    Fault, Hub,
    catalogue::LangQuery,
    counters::reason,
    hall,
    json::Json,
    language::AskedIn,
    permit::{self, Manager},
    problem_groups::{ReadProblems, WriteProblems},
    tickets::class,
};
use crate::{
    config::Config,
    journal::{Reading, live::wait_minutes},
};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, Uri, request::Parts},
};
use queue::{
    command::{Class, Command},
    ids::ServiceCode,
    refusal::Refusal,
};
use utoipa::IntoParams;
use wire::{counters::Pause, hall::Offer, services::HallNow, tickets::Confirm};
use words::Lang;

/// The service of the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ServicePath {
    /// The service's code, as `A01`.
    #[param(value_type = String, pattern = "^[A-Za-z0-9_-]{1,32}$", example = "A01")]
    pub code: ServiceCode,
}

/// `?class=`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes the parameter")]
struct ClassQuery {
    /// A class or a reason of the hall's catalogue; `ordinary` if missing.
    #[param(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "ordinary")]
    class: Option<String>,
}

impl FromRequestParts<Hub> for ServicePath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let (_, code) = params.iter().find(|(name, _)| *name == "code").ok_or(Fault::BadPath)?;
        Ok(ServicePath { code: code.parse().map_err(|_| Fault::BadPath)? })
    }
}

/// Every service now.
///
/// Codes only, so that one answer serves every language; who asks for a ticket is told the sentence.
#[utoipa::path(get, path = "/api/v1/services", tag = "hall", operation_id = "services",
    responses((status = 200, description = "Who waits where, and where there is no ticket", body = HallNow), ReadProblems))]
pub async fn services(State(hub): State<Hub>) -> Result<Json<HallNow>, Fault> {
    Ok(Json(HallNow::clone(&*hall::now(&hub).await?)))
}

/// What a newcomer would be told.
///
/// No ticket now is not a problem of this question: it is answered in `refusal`.
#[utoipa::path(get, path = "/api/v1/services/{code}/offer", tag = "hall", operation_id = "offer",
    params(ServicePath, LangQuery, ClassQuery),
    responses((status = 200, description = "How many are before, how long it takes, or why not now", body = Offer),
        ReadProblems))]
pub async fn offer(
    State(hub): State<Hub>,
    ServicePath { code }: ServicePath,
    uri: Uri,
    AskedIn(lang): AskedIn,
) -> Result<Json<Offer>, Fault> {
    let asked = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("class=")));
    let class = class(&hub.config, asked).map_err(|_| Fault::BadQuery { name: "class" })?;
    if !hub.config.rules().services.contains_key(&code) {
        return Err(Fault::Refused(Refusal::NoSuchService(code)));
    }
    let service = code.clone();
    let found = hub.journal.ask(move |reading| found(reading, &service, class)).await?;
    Ok(Json(offered(&hub.config, lang, &code, found)))
}

/// What the queue says to a newcomer, and whether anybody serves.
pub type Found = (Result<queue::Offer, Refusal>, bool);

/// Asks the queue what a newcomer would be told.
pub fn found(reading: &Reading<'_>, service: &ServiceCode, class: Class) -> Found {
    let staffed = queue::staffed(reading.hall, reading.rules, service) > 0;
    (queue::offer(reading.hall, reading.rules, service, class, reading.at), staffed)
}

/// The same as it travels.
pub fn offered(config: &Config, lang: Lang, service: &ServiceCode, (offer, staffed): Found) -> Offer {
    let refusal = offer.as_ref().err().cloned().map(|refusal| Fault::Refused(refusal).problem(config, lang));
    Offer {
        service: service.to_string(),
        ahead: offer.as_ref().map_or(0, |o| o.ahead),
        wait_minutes: offer.ok().and_then(|o| o.wait).map(wait_minutes),
        staffed,
        refusal,
    }
}

/// No new tickets for a service, with a reason shown on the kiosk.
#[utoipa::path(post, path = "/api/v1/services/{code}/suspend", tag = "manager", operation_id = "suspend_service",
    params(ServicePath), request_body = Pause, security(("manager" = [])),
    responses((status = 204, description = "Suspended"), WriteProblems))]
pub async fn suspend(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    ServicePath { code }: ServicePath,
    Json(asked): Json<Pause>,
) -> Result<StatusCode, Fault> {
    let why = reason(hub.config.suspend_reasons(), asked.reason.as_deref())?;
    let command = Command::SuspendService { service: code, why };
    hub.submit(asked.command_id, permit::giver(&manager), command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tickets for a service again.
#[utoipa::path(post, path = "/api/v1/services/{code}/restore", tag = "manager", operation_id = "restore_service",
    params(ServicePath), request_body = Confirm, security(("manager" = [])),
    responses((status = 204, description = "Restored"), WriteProblems))]
pub async fn restore(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    ServicePath { code }: ServicePath,
    Json(asked): Json<Confirm>,
) -> Result<StatusCode, Fault> {
    hub.submit(asked.command_id, permit::giver(&manager), Command::RestoreService { service: code }).await?;
    Ok(StatusCode::NO_CONTENT)
}
