//! What halls ask of an office: `/v1/…`, as `openapi.json` describes it.
//!
//! A hall shows its token; everything else is in the consignment. Every body is bounded before it is read. What an
//! office cannot do now is `BUSY` with `Retry-After`, and only that is asked again as it is.

mod cases;
mod consignments;
mod inbox;
mod keys;
mod permit;
mod problem;

pub use problem::Fault;

use crate::office::Offices;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::header,
    response::IntoResponse,
    routing::{get, post},
};

/// The description that is served and that a test compares with the routes.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// Every address of the exchange.
pub fn routes(offices: &Offices) -> Router<Offices> {
    Router::new()
        .route("/v1/consignments", post(consignments::take))
        .layer(DefaultBodyLimit::max(offices.limits.container_bytes))
        .route("/v1/inbox", get(inbox::wait))
        .route("/v1/inbox/{consignment_id}/ack", post(inbox::acknowledge))
        .route("/v1/cases", get(cases::list))
        .route("/v1/cases/{case_id}", get(cases::see))
        .route("/v1/cases/{case_id}/answer", get(cases::answer))
        .route("/v1/keys", get(keys::keys))
        .route("/v1/calendar", get(keys::calendar))
        .route("/v1/catalogue", get(keys::catalogue))
        .route("/v1/openapi.json", get(openapi))
        .route("/v1/envelope-1.0.json", get(schema))
        .route("/health", get(health))
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

/// What an envelope is, for whoever writes the other end.
async fn schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], hhx::envelope::SCHEMA)
}

/// Whether the database answers: what a proxy asks before it sends anybody here.
async fn health(axum::extract::State(offices): axum::extract::State<Offices>) -> Result<&'static str, Fault> {
    let db = offices.store.connection().await?;
    db.simple_query("select 1").await.map_err(crate::store::StoreError::from)?;
    Ok("ok")
}
