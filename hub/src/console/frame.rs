//! What a request for a page brings along, and the layer that turns every fault into a page.
//!
//! The language is the one asked for in the address, else the one chosen before (a cookie), else the browser's, else
//! the hall's. A fault of any extractor becomes a sentence in that language; no session becomes the sign-in page.

use super::{
    doors::MessagePage,
    page::{CommandIds, Page},
};
use crate::{
    http::{Fault, Hub, language::Spoken},
    people::Member,
};
use askama::Template;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use std::convert::Infallible;
use uuid::Uuid;
use words::Lang;

/// The chosen language, for a year.
const LANGUAGE_COOKIE: &str = "navbat_lang";
/// Says that the page's script asks, which wants fragments and not a page.
const LIVE_HEADER: &str = "navbat-live";

/// What a request for a page brings along.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language to answer in.
    pub lang: Lang,
    /// Whether the person or the browser chose it.
    pub choice: Choice,
    /// The path.
    pub here: String,
    /// Who asks.
    pub asker: Asker,
}

/// Where a language comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// `?lang=` in this very address.
    Asked,
    /// Chosen before, or what the browser prefers.
    Habit,
}

/// Who asks for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The browser: wants a page, or the way to one.
    Browser,
    /// The page's script: wants fragments.
    Script,
}

impl FromRequestParts<Hub> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        let Spoken(spoken) = Spoken::from_request_parts(parts, hub).await?;
        let asked = asked(&parts.uri);
        let lang = asked.or_else(|| chosen(&parts.headers)).unwrap_or(spoken);
        let asker = if parts.headers.contains_key(LIVE_HEADER) { Asker::Script } else { Asker::Browser };
        let choice = if asked.is_some() { Choice::Asked } else { Choice::Habit };
        Ok(Frame { lang, choice, here: parts.uri.path().to_owned(), asker })
    }
}

impl Frame {
    /// A page that stands still.
    pub fn still(&self, hub: &Hub, member: Option<&Member>) -> Page {
        Page {
            lang: self.lang,
            languages: hub.config.languages().to_vec(),
            hall: hub.config.hall_name(self.lang).to_owned(),
            here: self.here.clone(),
            person: member.map(|member| member.name.clone()),
            fence: fence(hub, self.lang),
            stream: None,
            command_ids: CommandIds::Hub(Uuid::now_v7),
        }
    }

    /// A page with a stream.
    pub fn live(&self, hub: &Hub, member: &Member, address: &str) -> Page {
        let here = address.to_owned();
        let stream = Some(format!("{address}/events?lang={}", self.lang));
        Page { here, stream, ..self.still(hub, Some(member)) }
    }

    /// What a stream renders its fragments with.
    pub fn fragments(&self, hub: &Hub, member: &Member) -> Page {
        Page { command_ids: CommandIds::Browser, ..self.still(hub, Some(member)) }
    }
}

/// What staff are told on every page of a hub that was overtaken.
pub fn fence(hub: &Hub, lang: Lang) -> Option<String> {
    hub.fence.raised().map(|_| Fault::Fenced.sentence(&hub.config, lang))
}

/// Renders a page, which is never kept by anyone: it says what is now.
pub fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page cannot be rendered");
            Fault::Internal.into_response()
        }
    }
}

/// Turns faults into pages, and keeps the chosen language.
pub async fn dress(State(hub): State<Hub>, frame: Frame, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        response = told(&hub, &frame, &fault);
    }
    if frame.choice == Choice::Asked {
        let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", frame.lang);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// An address where nothing is: a page for people, a problem for programs.
pub async fn nowhere(State(hub): State<Hub>, frame: Frame) -> Response {
    if frame.here.starts_with("/api/") {
        return Fault::NotFound.into_response();
    }
    told(&hub, &frame, &Fault::NotFound)
}

/// A page that says why there is no page, for a request that goes no further.
pub async fn refused(hub: &Hub, request: Request, fault: &Fault) -> Response {
    let (mut parts, _) = request.into_parts();
    match Frame::from_request_parts(&mut parts, hub).await {
        Ok(frame) => told(hub, &frame, fault),
        Err(never) => match never {},
    }
}

fn told(hub: &Hub, frame: &Frame, fault: &Fault) -> Response {
    let status = fault.status();
    let mut response = told_as(hub, frame, fault, status);
    if let Some(seconds) = fault.retry_after_s() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn told_as(hub: &Hub, frame: &Frame, fault: &Fault, status: StatusCode) -> Response {
    match (status, frame.asker) {
        (StatusCode::UNAUTHORIZED, Asker::Browser) => Redirect::to("/").into_response(),
        (_, Asker::Script) => status.into_response(),
        (_, Asker::Browser) => {
            let page = frame.still(hub, None);
            show(status, &MessagePage { page: &page, sentence: fault.sentence(&hub.config, frame.lang) })
        }
    }
}

fn asked(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))?.parse().ok()
}

fn chosen(headers: &HeaderMap) -> Option<Lang> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == LANGUAGE_COOKIE)?.1.parse().ok()
}
