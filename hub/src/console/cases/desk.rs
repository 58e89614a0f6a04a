//! What is opened, added and handed over at a counter, request by request.

use super::{Case, Told, blocking, no_answer, not_opened, view::Content};
use crate::{
    console::{application::sent, cases::view::PaperRow, frame::Frame},
    http::{Fault, Hub, permit::AtCounter},
};
use applications::NotDone;
use axum::{
    extract::{Multipart, Path, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use forms::{Answer, Answers, Eyes, FieldId, summary};
use hhx::body::Body;
use queue::ids::{CounterId, ServiceCode};
use sealed::{File, MORE_FILES, MORE_TEXT, More};
use std::collections::BTreeMap;
use tokio::sync::Semaphore;
use uuid::Uuid;
use words::Lang;
use zeroize::Zeroizing;

/// Letters of what is added in words.
const TEXT_CHARS_MAX: usize = 4000;
/// Additions with files that are received at once.
const RECEIVING_MAX: usize = 2;

static RECEIVING: Semaphore = Semaphore::const_new(RECEIVING_MAX);

/// Who reads, in which language.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) lang: Lang,
    pub(super) eyes: Eyes,
}

/// What is written, as far as it can be read here and may be shown.
pub(super) async fn content(case: &Case<'_>, reader: Reader) -> Content {
    let (exchange, case_id, today) = (case.exchange.clone(), case.known.case_id, case.today);
    let opened = blocking(move || exchange.applications().open_today(case_id, today)).await;
    let closed = |key: &'static str| Content::Closed(words::say(reader.lang, key).to_owned());
    let body = match opened {
        Ok(Ok(body)) => body,
        Ok(Err(why)) => return closed(not_opened(&why)),
        Err(_) => return closed("console.cases.broken"),
    };
    let Some(lines) = lines(case.hub, &body, reader) else { return closed("console.cases.broken") };
    match reader.eyes {
        Eyes::Others => Content::Masked(lines),
        Eyes::Own => {
            let names = body.attachments.iter().map(|file| file.name.clone());
            Content::Whole { lines, papers: (1..).zip(names).map(|(nth, name)| PaperRow { nth, name }).collect() }
        }
    }
}

/// `POST …/papers/{nth}`: a file that was added today.
pub(super) async fn paper(
    State(hub): State<Hub>,
    at: AtCounter,
    Path((_, case_id, nth)): Path<(CounterId, Uuid, u32)>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    let (exchange, today) = (case.exchange.clone(), case.today);
    let opened = blocking(move || {
        let applications = exchange.applications();
        let body = applications.open_today(case_id, today).ok()?;
        let place = usize::try_from(nth).ok()?.checked_sub(1)?;
        let file = body.attachments.get(place)?;
        Some((file.media_type.clone(), applications.open_piece(case_id, nth, today).ok()?))
    });
    let (media_type, bytes) = opened.await?.ok_or(Fault::NotFound)?;
    tracing::info!(%case_id, clerk = %at.clerk.id, nth, "{} opened file {nth} of {case_id}", at.clerk.id);
    Ok(inline(&media_type, &bytes))
}

/// `POST …/answer/{nth}`: a paper of the office's answer, fetched anew.
pub(super) async fn answer_paper(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, case_id, nth)): Path<(CounterId, Uuid, usize)>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    let opening = match case.exchange.answer(case_id, case.today).await {
        Ok(opening) => opening,
        Err(why) => {
            return Ok(case.show(&frame, Told::not(StatusCode::SERVICE_UNAVAILABLE, no_answer(&why))).await);
        }
    };
    let place = nth.checked_sub(1).ok_or(Fault::NotFound)?;
    let paper = opening.answer.attachments.get(place).ok_or(Fault::NotFound)?;
    let bytes = opening.papers.get(place).ok_or(Fault::NotFound)?;
    tracing::info!(%case_id, clerk = %at.clerk.id, nth, "{} opened paper {nth} of the answer to {case_id}", at.clerk.id);
    Ok(inline(&paper.media_type, bytes))
}

/// `POST …/more`: a text, files, or both, sealed in memory and sent.
pub(super) async fn more(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, case_id)): Path<(CounterId, Uuid)>,
    pieces: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    let _turn = RECEIVING.acquire().await.map_err(|_| Fault::Busy)?;
    let pieces = pieces.map_err(|_| Fault::WrongBody { detail: "multipart/form-data".to_owned() })?;
    let (texts, uploads) = sent::pieces(pieces).await?;
    let id: Uuid = texts
        .get("command_id")
        .and_then(|id| id.parse().ok())
        .ok_or(Fault::WrongBody { detail: "command_id".to_owned() })?;
    let typed = texts.get(&sent::input(MORE_TEXT)).map(|text| forms::text::lines(text)).unwrap_or_default();
    if typed.chars().count() > TEXT_CHARS_MAX {
        return Err(Fault::BodyTooLarge);
    }
    let field = FieldId::try_from(MORE_FILES.to_owned()).map_err(|_| Fault::Internal)?;
    let looked = sent::look_at(&uploads, &field);
    if !looked.wrong.is_empty() {
        let told = looked.wrong.iter().map(|(name, fault)| format!("{name}: {}", fault.sentence(frame.lang)));
        let notice = Some(told.collect::<Vec<_>>().join(" "));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(case.show(&frame, Told { status, notice, typed, ..Told::default() }).await);
    }
    if typed.is_empty() && looked.sound.is_empty() {
        let told = Told::not(StatusCode::UNPROCESSABLE_ENTITY, "console.cases.more-nothing");
        return Ok(case.show(&frame, told).await);
    }
    let (exchange, when) = (case.exchange.clone(), (hub.now(), case.today));
    let (service, text) = (case.known.seen.service.clone(), Zeroizing::new(typed.clone()));
    let added = blocking(move || {
        let files: Vec<File<'_>> = looked.sound.iter().map(|(what, bytes)| File { what, bytes }).collect();
        exchange.add(id, case_id, &More { service: &service, text: &text, files: &files }, when)
    });
    let told = match added.await? {
        Ok(()) => Told { said: Some("console.cases.more-done"), ..Told::default() },
        Err(why) => Told { typed, ..not_done(why)? },
    };
    Ok(case.show(&frame, told).await)
}

/// `POST …/hand-over`: the visitor has the answer.
pub(super) async fn hand_over(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((counter, case_id)): Path<(CounterId, Uuid)>,
) -> Result<Response, Fault> {
    let case = Case::with_visitor(&hub, &at, case_id).await?;
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    let (exchange, now) = (case.exchange.clone(), hub.now());
    match blocking(move || exchange.hand_over(case_id, now)).await? {
        Ok(()) => Ok(Redirect::to(&format!("/counters/{counter}/cases/{case_id}")).into_response()),
        Err(why) => {
            let told = not_done(why)?;
            Ok(case.show(&frame, told).await)
        }
    }
}

fn not_done(why: NotDone) -> Result<Told, Fault> {
    match why {
        NotDone::NoCase => Err(Fault::NotFound),
        NotDone::NotNow => Ok(Told::not(StatusCode::CONFLICT, "console.cases.not-now")),
        NotDone::NoKey => Err(crate::http::unfiled::Unfiled::NoOfficeKey.into()),
        NotDone::ForeignSeal | NotDone::Seal(_) => Err(Fault::NotFiled),
        NotDone::Store(error) => Err(super::failed(error)),
    }
}

fn lines(hub: &Hub, body: &Body, reader: Reader) -> Option<Vec<forms::Line>> {
    let form = hub.config.form(&body.service.parse::<ServiceCode>().ok()?)?;
    let answer = |(id, value): (&String, &serde_json::Value)| {
        let answer: Answer = serde_json::from_value(value.clone()).ok()?;
        Some((FieldId::try_from(id.clone()).ok()?, answer))
    };
    let answers: BTreeMap<FieldId, Answer> = body.answers.iter().map(answer).collect::<Option<_>>()?;
    Some(summary(form, &Answers(answers), (reader.lang, reader.eyes)))
}

/// A file as a browser shows it; what a browser would run is never shown by it.
fn inline(media_type: &str, bytes: &[u8]) -> Response {
    let shown = matches!(media_type, "application/pdf" | "image/jpeg" | "image/png");
    let kind = if shown { media_type.to_owned() } else { "application/octet-stream".to_owned() };
    let about = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, if shown { "inline" } else { "attachment" }.to_owned()),
    ];
    (about, bytes.to_vec()).into_response()
}
