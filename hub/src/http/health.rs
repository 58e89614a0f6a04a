//! Health: whether the hub answers and its journal takes questions.

use super::{Fault, Hub, json::Json, problem_groups::ReadProblems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// The hub is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// The hub's epoch.
    epoch: u32,
    /// The journal's last sequence number.
    seq: u64,
    /// Streams of the board that are open.
    streams: usize,
}

/// Whether the hub is well; 503 if the journal does not answer.
#[utoipa::path(get, path = "/health", tag = "hall", operation_id = "health",
    responses((status = 200, description = "Well", body = Health), ReadProblems))]
pub async fn health(State(hub): State<Hub>) -> Result<Json<Health>, Fault> {
    let (epoch, seq) = hub.journal.ask(|reading| (reading.hall.epoch, reading.seq)).await?;
    Ok(Json(Health { status: "ok", epoch, seq, streams: hub.stream.streams() }))
}
