//! The office in the browser: sign-in, journals, cards, tasks, what is overdue, the region's sums.
//!
//! Pages are rendered here from templates and every action is a form: they work without JavaScript and there is none.
//! Style, typeface and icons are the hall console's own files. Whoever sees a case is in the audit, as is whoever
//! changes one. Absent on purpose: state in the browser.

mod additions;
mod assets;
mod card;
mod doors;
mod frame;
mod journal;
mod overview;
mod region;
mod steps;
mod tasks;

use crate::office::Offices;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

/// What a form may bring: an answer with its papers.
const FORM_BYTES_MAX: usize = 25 << 20;

/// Every page and form.
pub fn routes() -> Router<Offices> {
    Router::new()
        .route("/", get(doors::home))
        .route("/sign-in", post(doors::sign_in))
        .route("/sign-out", post(doors::sign_out))
        .route("/journals/{journal}", get(journal::page))
        .route("/cases/{case_id}", get(card::page))
        .route("/cases/{case_id}/papers/{nth}", get(card::paper))
        .route("/cases/{case_id}/additions/{consignment_id}/{nth}", get(additions::paper))
        .route("/cases/{case_id}/steps/{step}", post(steps::press).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)))
        .route("/tasks", get(tasks::page))
        .route("/overview", get(overview::page))
        .route("/region", get(region::page))
        .layer(middleware::map_response(frame::fenced_in))
        .route("/static/{name}", get(assets::serve))
}
