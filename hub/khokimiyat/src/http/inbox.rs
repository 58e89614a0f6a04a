//! `GET /v1/inbox`: what waits for a hall, or will within the time it can wait.

use super::{Fault, permit::Hall};
use crate::{accept, office::Offices, outgoing};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use hhx::line::Mark;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// The longest wait: proxies cut a silent connection soon after.
const WAIT_S_MAX: u64 = 25;
/// How often a waiting question looks. Instances know of each other only what the database says.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What is asked.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    wait: u64,
}

/// What is answered.
#[derive(Serialize)]
pub(super) struct Inbox {
    consignments: Vec<outgoing::Waiting>,
    /// How far the hall's line has come: a hub that was restored sees what it does not remember sending.
    marks: Marks,
    /// The last place of this inbox: one that is before the hall's cursor says that the office was restored.
    last: i64,
}

/// How far both streams of the present life have come.
#[derive(Serialize)]
struct Marks {
    documents: Mark,
    statistics: Mark,
}

/// What waits after a cursor.
pub(super) async fn wait(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Inbox>, Fault> {
    let Ok(Query(asked)) = asked else { return Err(Fault::Unreadable("after and wait are whole numbers")) };
    let until = Instant::now() + Duration::from_secs(asked.wait.min(WAIT_S_MAX));
    loop {
        let consignments = {
            let db = offices.store.connection().await?;
            outgoing::after(&db, &hall, asked.after).await?
        };
        if !consignments.is_empty() || Instant::now() >= until {
            let db = offices.store.connection().await?;
            let (documents, statistics, last) = accept::standing(&db, &hall).await?;
            return Ok(Json(Inbox { consignments, marks: Marks { documents, statistics }, last }));
        }
        sleep(LOOK_EVERY).await;
    }
}

/// `POST /v1/inbox/{id}/ack`: the hall has it for good.
pub(super) async fn acknowledge(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    Path(consignment_id): Path<Uuid>,
) -> Result<StatusCode, Fault> {
    let db = offices.store.connection().await?;
    let known = outgoing::acked(&db, &hall, consignment_id, offices.now()).await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Fault::NotFound) }
}
