//! The line to the office as the hall's manager sees it: what waits, since when, what stopped it, when the office last spoke.
//!
//! Absent on purpose: any button. The line mends itself, or a person finds out why not and starts the hub again.

use super::{
    cases::view::when,
    frame::{Frame, show},
    page::Page,
};
use crate::http::{Fault, Hub, permit::Manager};
use applications::Halt;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use words::Lang;

/// The page.
#[derive(Template)]
#[template(path = "line.html")]
pub struct LinePage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// How the line stands; nothing if this hall has none.
    pub line: Option<LineView>,
}

/// How the line stands, in words.
#[derive(Debug, Clone)]
pub struct LineView {
    /// Why nothing is sent, if so.
    pub halted: Option<String>,
    /// When the office last answered.
    pub heard: String,
    /// Consignments that the office has not taken.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest: Option<String>,
    /// Those put aside for a person.
    pub parked: u64,
}

/// `GET /manager/line`.
pub async fn page(State(hub): State<Hub>, frame: Frame, Manager(member): Manager) -> Result<Response, Fault> {
    let line = match hub.exchange.clone() {
        None => None,
        Some(exchange) => {
            let (standing, folder) = (exchange.standing(), exchange.is_by_folder());
            let waiting = tokio::task::spawn_blocking(move || exchange.applications().waiting());
            let waiting = waiting.await.map_err(|_| Fault::Internal)?.map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what waits for the office cannot be counted"
                );
                Fault::NotSaved
            })?;
            let lang = frame.lang;
            let heard = match standing.heard {
                Some(at) => when(&hub.config, at),
                None if folder => words::say(lang, "console.line.folder").to_owned(),
                None => words::say(lang, "console.line.never").to_owned(),
            };
            Some(LineView {
                halted: standing.halted.map(|halt| halted(lang, halt).to_owned()),
                heard,
                waiting: waiting.untaken,
                oldest: waiting.oldest.map(|at| when(&hub.config, at)),
                parked: waiting.parked,
            })
        }
    };
    Ok(show(StatusCode::OK, &LinePage { page: &frame.still(&hub, Some(&member)), line }))
}

fn halted(lang: Lang, halt: Halt) -> &'static str {
    match halt {
        Halt::Fenced => words::say(lang, "console.halt.fenced"),
        Halt::Fork => words::say(lang, "console.halt.fork"),
        Halt::Forgotten => words::say(lang, "console.halt.forgotten"),
    }
}
