//! A hall's cases, where one stands, and its answer, sealed to whoever asks.

use super::{Fault, permit::Hall};
use crate::{
    answers,
    cases::{self, Place},
    office::Offices,
    store::StoreError,
};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::header,
    response::IntoResponse,
};
use hhx::{cases::Page, container::MEDIA_TYPE, seal::Recipient};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a case stands. No name is in it.
#[derive(Serialize)]
pub(super) struct Standing {
    case_id: Uuid,
    status: String,
    journal: String,
    reg_no: String,
    reg_date: Date,
    due_date: Date,
}

/// What a list is asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    after: Option<String>,
}

/// `GET /v1/cases?after=…`: the hall's own cases, in the order they came.
pub(super) async fn list(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    Query(asked): Query<Asked>,
) -> Result<Json<Page>, Fault> {
    let after = match asked.after.as_deref() {
        None => Place::FIRST,
        Some(text) => Place::read(text).ok_or(Fault::Unreadable("after is what the page before calls next"))?,
    };
    Ok(Json(cases::page(&offices, &hall, after).await?))
}

/// `GET /v1/cases/{id}`.
pub(super) async fn see(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    Path(case_id): Path<Uuid>,
) -> Result<Json<Standing>, Fault> {
    let db = offices.store.connection().await?;
    let sql = "select status, journal, reg_no, reg_date, due_date from case_file
               where office = $1 and hub = $2 and case_id = $3";
    let row = db.query_opt(sql, &[&hall.office, &hall.hub, &case_id]).await.map_err(StoreError::from)?;
    let row = row.ok_or(Fault::NotFound)?;
    Ok(Json(Standing {
        case_id,
        status: row.get(0),
        journal: row.get(1),
        reg_no: row.get(2),
        reg_date: row.get(3),
        due_date: row.get(4),
    }))
}

/// `GET /v1/cases/{id}/answer?key_id=…&public=…`: the answer with its papers, sealed to a key of the one who asks.
pub(super) async fn answer(
    State(offices): State<Offices>,
    Hall(hall): Hall,
    Path(case_id): Path<Uuid>,
    key: Result<Query<Recipient>, QueryRejection>,
) -> Result<impl IntoResponse, Fault> {
    let Ok(Query(key)) = key else { return Err(Fault::Unreadable("key_id and public name a key of X25519")) };
    let container = answers::sealed(&offices, &hall, case_id, &key).await?.ok_or(Fault::NotFound)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], container))
}
