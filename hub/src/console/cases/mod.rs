//! A filed application at the counter: where it stands, today's read back in masks, more added, the answer handed over.
//!
//! Whoever sits at a counter may ask where an application stands. What is written is opened only while a visitor is being
//! served, and all of it only by a press of its own, which the log notes without a word of what was seen. Absent on
//! purpose: anything kept between two pages; what was opened is opened again.

mod desk;
pub mod view;

use super::{
    application::{sent, visitor},
    frame::{Frame, show},
};
use crate::{
    exchange::{Exchange, NoAnswer},
    http::{Fault, Hub, permit::AtCounter},
};
use applications::{Known, NotOpened, StoreError};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use desk::Reader;
use forms::Eyes;
use hhx::CaseStatus;
use jiff::civil::Date;
use queue::{
    calendar::date_at,
    ids::{CounterId, TicketId},
};
use uuid::Uuid;
use view::{AnswerView, CasePage, CasesPage, Content, FiledRow, May, PaperRow, Standing};

/// The longest number that is looked for.
const NUMBER_CHARS_MAX: usize = 64;

/// The pages.
pub fn routes() -> Router<Hub> {
    let sending = DefaultBodyLimit::max(sent::SENDING_BYTES_MAX);
    Router::new()
        .route("/counters/{counter}/cases", get(list))
        .route("/counters/{counter}/cases/{case_id}", get(page))
        .route("/counters/{counter}/cases/{case_id}/show", post(show_all))
        .route("/counters/{counter}/cases/{case_id}/papers/{nth}", post(desk::paper))
        .route("/counters/{counter}/cases/{case_id}/more", post(desk::more).layer(sending))
        .route("/counters/{counter}/cases/{case_id}/answer", post(answer))
        .route("/counters/{counter}/cases/{case_id}/answer/{nth}", post(desk::answer_paper))
        .route("/counters/{counter}/cases/{case_id}/hand-over", post(desk::hand_over))
}

/// `?number=`.
#[derive(serde::Deserialize)]
pub struct Asked {
    number: Option<String>,
}

/// `GET /counters/{counter}/cases`: those of the ticket, or the way to the one with a number.
pub async fn list(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let exchange = exchange(&hub)?;
    let served = served(&hub, &at).await?;
    let counter = at.counter.to_string();
    let asked: String = asked.number.unwrap_or_default().chars().take(NUMBER_CHARS_MAX).collect();
    let mut notice = None;
    if !asked.trim().is_empty() {
        let (exchange, asked) = (exchange.clone(), asked.clone());
        match blocking(move || exchange.applications().by_number(&asked)).await?.map_err(failed)? {
            Some(known) => {
                return Ok(Redirect::to(&format!("/counters/{counter}/cases/{}", known.case_id)).into_response());
            }
            None => notice = Some(words::say(frame.lang, "console.cases.unknown").to_owned()),
        }
    }
    let filed = match served {
        None => None,
        Some(ticket) => {
            let found = blocking(move || exchange.applications().of_ticket(ticket.0)).await?.map_err(failed)?;
            let row = |known: &Known| FiledRow::of(known, &hub.config, (frame.lang, &counter));
            Some(found.iter().map(row).collect())
        }
    };
    let status = if notice.is_some() { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let page = Frame { here: format!("/counters/{counter}/cases"), ..frame }.still(&hub, Some(&at.clerk));
    Ok(show(status, &CasesPage { page: &page, counter, asked, notice, filed }))
}

/// `GET /counters/{counter}/cases/{case_id}`.
pub async fn page(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, case_id)): Path<(CounterId, Uuid)>,
) -> Result<Response, Fault> {
    let case = Case::at(&hub, &at, case_id).await?;
    Ok(case.show(&frame, Told::default()).await)
}

/// `POST …/show`: everything that is written.
pub async fn show_all(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, case_id)): Path<(CounterId, Uuid)>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    tracing::info!(%case_id, clerk = %at.clerk.id, "{} looked at all of application {case_id}", at.clerk.id);
    Ok(case.show(&frame, Told { eyes: Some(Eyes::Own), ..Told::default() }).await)
}

/// `POST …/answer`: what the office answers, fetched and opened now.
pub async fn answer(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, case_id)): Path<(CounterId, Uuid)>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    let told = match case.exchange.answer(case_id, case.today).await {
        Ok(opening) => {
            tracing::info!(%case_id, clerk = %at.clerk.id, "{} fetched the answer to {case_id}", at.clerk.id);
            let status = CaseStatus::of(&opening.answer.outcome);
            let papers = opening.answer.attachments.iter().map(|paper| paper.name.clone());
            let answer = AnswerView {
                reg_no: opening.answer.reg_no.clone(),
                outcome: status.map_or_else(String::new, |status| view::status_word(frame.lang, status)),
                text: opening.answer.text.clone(),
                papers: (1..).zip(papers).map(|(nth, name)| PaperRow { nth, name }).collect(),
            };
            Told { answer: Some(answer), ..Told::default() }
        }
        Err(why) => Told::not(StatusCode::SERVICE_UNAVAILABLE, no_answer(&why)),
    };
    Ok(case.show(&frame, told).await)
}

/// What a page says besides where the application stands.
#[derive(Default)]
struct Told {
    status: StatusCode,
    notice: Option<String>,
    key: Option<&'static str>,
    said: Option<&'static str>,
    eyes: Option<Eyes>,
    typed: String,
    answer: Option<AnswerView>,
}

impl Told {
    /// Why something was not done: a key of a sentence.
    fn not(status: StatusCode, key: &'static str) -> Told {
        Told { status, key: Some(key), ..Told::default() }
    }
}

/// An application at a counter.
struct Case<'a> {
    hub: &'a Hub,
    at: &'a AtCounter,
    exchange: Exchange,
    known: Known,
    /// Whose visit it is, if somebody is being served.
    served: Option<TicketId>,
    today: Date,
}

impl<'a> Case<'a> {
    async fn at(hub: &'a Hub, at: &'a AtCounter, case_id: Uuid) -> Result<Self, Fault> {
        let exchange = exchange(hub)?;
        let served = served(hub, at).await?;
        let asked = exchange.clone();
        let known = blocking(move || asked.applications().known(case_id)).await?.map_err(failed)?;
        let known = known.ok_or(Fault::NotFound)?;
        let today = date_at(hub.config.rules(), hub.now()).0;
        Ok(Case { hub, at, exchange, known, served, today })
    }

    /// The same, while a visitor sits there: nothing is opened otherwise.
    async fn with_visitor(hub: &'a Hub, at: &'a AtCounter, case_id: Uuid) -> Result<Self, Fault> {
        let case = Case::at(hub, at, case_id).await?;
        if case.served.is_some() { Ok(case) } else { Err(Fault::NobodyServed) }
    }

    async fn show(&self, frame: &Frame, told: Told) -> Response {
        let lang = frame.lang;
        let here = format!("/counters/{}/cases/{}", self.at.counter, self.known.case_id);
        let eyes = told.eyes.unwrap_or(Eyes::Others);
        let content = match self.served {
            Some(_) => desk::content(self, Reader { lang, eyes }).await,
            None => Content::Closed(Fault::NobodyServed.sentence(&self.hub.config, lang)),
        };
        let page = Frame { here: here.clone(), ..frame.clone() }.still(self.hub, Some(&self.at.clerk));
        let shown = CasePage {
            page: &page,
            here,
            counter: self.at.counter.to_string(),
            standing: Standing::of(&self.known.seen, &self.hub.config, lang),
            may: self.may(&content),
            content,
            notice: told.notice.or_else(|| told.key.map(|key| words::say(lang, key).to_owned())),
            said: told.said.map(|key| words::say(lang, key).to_owned()).or_else(|| self.handed(lang)),
            typed: told.typed,
            answer: told.answer,
        };
        show(told.status, &shown)
    }

    fn handed(&self, lang: words::Lang) -> Option<String> {
        self.known.handed_over.then(|| words::say(lang, "console.cases.handed").to_owned())
    }

    fn may(&self, content: &Content) -> Vec<May> {
        let mut may = Vec::new();
        if self.served.is_none() {
            return may;
        }
        if let Content::Masked(_) = content {
            may.push(May::See);
        }
        let status = self.known.seen.status;
        if !status.is_over() {
            may.push(May::Add);
        }
        if matches!(status, CaseStatus::Answered | CaseStatus::Issued | CaseStatus::Rejected | CaseStatus::Closed) {
            may.extend([May::Fetch, May::HandOver]);
        }
        if self.known.handed_over {
            may.retain(|what| *what != May::HandOver);
        }
        may
    }
}

/// Why there is no answer to show, as the key of a sentence.
fn no_answer(why: &NoAnswer) -> &'static str {
    match why {
        NoAnswer::Folder => "console.cases.answer-folder",
        NoAnswer::Away => "console.cases.answer-away",
        NoAnswer::NotYet => "console.cases.answer-none",
        NoAnswer::NotOpened(error) => {
            tracing::warn!(error = error as &dyn std::error::Error, "an answer of the office is not opened");
            not_opened(error)
        }
    }
}

/// Why what is sealed is not read here, as the key of a sentence.
fn not_opened(why: &NotOpened) -> &'static str {
    match why {
        NotOpened::Gone => "console.cases.gone",
        NotOpened::OtherDay => "console.cases.other-day",
        NotOpened::Broken | NotOpened::Store(_) => "console.cases.broken",
    }
}

fn exchange(hub: &Hub) -> Result<Exchange, Fault> {
    hub.exchange.clone().ok_or(Fault::NotFound)
}

/// Whom this clerk is serving; an error if the clerk does not sit at this counter.
async fn served(hub: &Hub, at: &AtCounter) -> Result<Option<TicketId>, Fault> {
    match visitor(hub, at).await {
        Ok(visitor) => Ok(Some(visitor.ticket)),
        Err(Fault::NobodyServed) => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: StoreError) -> Fault {
    tracing::error!(error = &error as &dyn std::error::Error, "the file of applications failed");
    Fault::NotSaved
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Internal)
}
