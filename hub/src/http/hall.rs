//! The hall's live figures, counted by the journal, remembered until the hall or the second changes.
//!
//! Everyone may see them, a public hall has nothing to hide; who sits where is told to staff only.

use super::{
    Fault, Hub, catalogue::LangQuery, json::Json, language::AskedIn, permit::Clerk, problem_groups::ReadProblems,
};
use crate::{
    config::Config,
    journal::{
        Reading,
        beside::{Beside, beside_the_board},
        live::hall_figures,
        now::hall_now,
    },
};
use axum::extract::{FromRequestParts, Request, State};
use queue::time::{Span, Time};
use std::sync::{Arc, Mutex, PoisonError};
use wire::{hall::Hall, services::HallNow};

/// Figures are at most this old.
const FRESH: Span = Span::seconds(1);

/// The figures' short memory: however many people look, the journal thread counts once a second.
#[derive(Default)]
pub struct Figures {
    hall: Kept<Hall>,
    now: Kept<HallNow>,
    beside: Kept<Beside>,
}

/// One answer, as long as it is fresh.
struct Kept<T>(Mutex<Option<(u64, Time, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(Mutex::new(None))
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// The kept answer, or a new one from the journal.
    async fn or_ask(
        &self,
        hub: &Hub,
        count: impl FnOnce(&Reading<'_>, &Config) -> T + Send + 'static,
    ) -> Result<Arc<T>, Fault> {
        let (seq, now) = (*hub.journal.revision().borrow(), hub.now());
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, at, answer)) = kept
            && of == seq
            && now >= at
            && now.since(at) < FRESH
        {
            return Ok(answer);
        }
        let config = Arc::clone(&hub.config);
        let (of, answer) = hub.journal.ask(move |reading| (reading.seq, count(reading, &config))).await?;
        let answer = Arc::new(answer);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((of, now, Arc::clone(&answer)));
        Ok(answer)
    }
}

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
    hub.figures.hall.or_ask(hub, hall_figures).await
}

/// What kiosks show of the hall before anyone has asked.
pub(super) async fn now(hub: &Hub) -> Result<Arc<HallNow>, Fault> {
    hub.figures.now.or_ask(hub, hall_now).await
}

/// What displays show beside the board.
pub(super) async fn beside(hub: &Hub) -> Result<Arc<Beside>, Fault> {
    hub.figures.beside.or_ask(hub, beside_the_board).await
}
