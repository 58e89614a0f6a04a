//! The hall's live figures, counted by the journal, remembered until the hall or the second changes.
//!
//! Everyone may see them, a public hall has nothing to hide; who sits where is told to staff only.

use super::{
    Fault, Hub, catalogue::LangQuery, json::Json, language::AskedIn, permit::Clerk, problem_groups::ReadProblems,
};
use crate::journal::live::hall_figures;
use axum::extract::{FromRequestParts, Request, State};
use queue::time::{Span, Time};
use std::sync::{Arc, Mutex, PoisonError};
use wire::hall::Hall;

/// Figures are at most this old.
const FRESH: Span = Span::seconds(1);

/// The figures' short memory: however many people look, the journal thread counts once a second.
#[derive(Default)]
pub struct Figures(Mutex<Option<(Time, Arc<Hall>)>>);

/// The hall now.
#[utoipa::path(get, path = "/api/v1/hall", tag = "hall", operation_id = "hall", params(LangQuery),
    responses((status = 200, description = "Live figures; `clerk` only for staff", body = Hall), ReadProblems),
    security((), ("staff" = [])))]
pub async fn hall(State(hub): State<Hub>, AskedIn(lang): AskedIn, request: Request) -> Result<Json<Hall>, Fault> {
    let (mut parts, _) = request.into_parts();
    let staff = Clerk::from_request_parts(&mut parts, &hub).await.is_ok();
    let mut hall = Hall::clone(&*figures(&hub).await?);
    hub.config.hall_name(lang).clone_into(&mut hall.name);
    if !staff {
        hall.counters.iter_mut().for_each(|counter| counter.clerk = None);
    }
    Ok(Json(hall))
}

/// The figures, for the API and the manager's page, in the hall's own language.
pub(crate) async fn figures(hub: &Hub) -> Result<Arc<Hall>, Fault> {
    let (seq, now) = (*hub.journal.revision().borrow(), hub.now());
    let kept = hub.figures.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((at, hall)) = kept
        && hall.seq == seq
        && now >= at
        && now.since(at) < FRESH
    {
        return Ok(hall);
    }
    let config = Arc::clone(&hub.config);
    let hall = Arc::new(hub.journal.ask(move |reading| hall_figures(reading, &config)).await?);
    *hub.figures.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&hall)));
    Ok(hall)
}
