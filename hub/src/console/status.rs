//! "What became of my application?" on a phone: the number on the slip, and the last four digits of the phone.
//!
//! A page without a door, for whoever is in the hall's network; it shows steps and dates and never a name. The digits
//! come by POST, so they stand in no address and no history, and nothing of a question is written down. What is counted
//! is how often a phone asks, and how often a number was asked for wrongly, in memory, as at a kiosk.

use super::{
    cases::view::Standing,
    frame::{Frame, show},
    page::Page,
};
use crate::{
    exchange::moment,
    http::{Fault, Hub, connections::Peer, permit, unfiled::Unfiled},
};
use applications::{Asked, Number, PhoneTail};
use askama::Template;
use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, Path, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use serde::Deserialize;

/// The longest question.
const QUESTION_BYTES_MAX: usize = 1024;

/// The page.
#[derive(Template)]
#[template(path = "status.html")]
pub struct StatusPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Why nothing is shown, as a sentence.
    pub notice: Option<String>,
    /// The number, as typed or as it stands in the address.
    pub number: String,
    /// Where it stands, once it was asked for rightly.
    pub standing: Option<Standing>,
}

/// What is asked.
#[derive(Deserialize)]
pub struct Question {
    number: String,
    phone_tail: String,
}

/// The pages.
pub fn routes() -> Router<Hub> {
    Router::new()
        .route("/a", get(blank).post(ask).layer(DefaultBodyLimit::max(QUESTION_BYTES_MAX)))
        .route("/a/{number}", get(page))
}

/// `GET /a`.
pub async fn blank(State(hub): State<Hub>, frame: Frame) -> Result<Response, Fault> {
    page(State(hub), frame, Path(String::new())).await
}

/// `GET /a/{number}`: the address in a slip's code.
pub async fn page(State(hub): State<Hub>, frame: Frame, Path(number): Path<String>) -> Result<Response, Fault> {
    if hub.exchange.is_none() {
        return Err(Fault::NotFound);
    }
    let shown =
        StatusPage { page: &still(&hub, &frame, &number), notice: None, number: known(&number), standing: None };
    Ok(show(StatusCode::OK, &shown))
}

/// `POST /a`.
pub async fn ask(
    State(hub): State<Hub>,
    frame: Frame,
    headers: HeaderMap,
    peer: Option<Extension<Peer>>,
    question: Result<Form<Question>, FormRejection>,
) -> Result<Response, Fault> {
    permit::from_our_pages(&headers)?;
    let Form(question) = question.map_err(|_| Fault::WrongBody { detail: "number, phone_tail".to_owned() })?;
    let place = peer.map_or_else(String::new, |Extension(peer)| peer.place());
    let number = question.number.clone();
    let told = told(&hub, question, format!("phone {place}")).await;
    let page = still(&hub, &frame, &number);
    let (status, standing, fault) = match told {
        Ok(seen) => (StatusCode::OK, Some(Standing::of(&seen, &hub.config, frame.lang)), None),
        Err(fault) => (fault.status(), None, Some(fault)),
    };
    let notice = fault.as_ref().map(|fault| fault.sentence(&hub.config, frame.lang));
    let mut response = show(status, &StatusPage { page: &page, notice, number: known(&number), standing });
    if let Some(seconds) = fault.and_then(|fault| fault.retry_after_s()) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

async fn told(hub: &Hub, question: Question, place: String) -> Result<applications::Seen, Fault> {
    let (exchange, now) = (hub.exchange.clone().ok_or(Fault::NotFound)?, moment(hub.now()));
    let phone_tail: PhoneTail = question.phone_tail.trim().parse().map_err(|_| Unfiled::BadPhoneTail)?;
    let asked = Asked { number: question.number, phone_tail, place };
    let answered = tokio::task::spawn_blocking(move || exchange.applications().ask(&asked, now));
    Ok(answered.await.map_err(|_| Fault::Internal)??)
}

/// A number as it is written on slips; anything else is not repeated.
fn known(number: &str) -> String {
    number.parse::<Number>().map(|number| number.to_string()).unwrap_or_default()
}

fn still(hub: &Hub, frame: &Frame, number: &str) -> Page {
    let here = match known(number) {
        number if number.is_empty() => "/a".to_owned(),
        number => format!("/a/{number}"),
    };
    Frame { here, ..frame.clone() }.still(hub, None)
}
