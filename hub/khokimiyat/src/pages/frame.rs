//! What every page has: its language, who looks at it, where the tabs lead.

use super::{assets, doors};
use crate::{
    catalogue::{self, JournalName},
    office::Offices,
    people::{self, Official, Role},
    store::StoreError,
};
use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, civil::Date};
use std::convert::Infallible;
use words::Lang;

/// The session.
pub(super) const SESSION: &str = "khokimiyat_session";
/// The chosen language, for a year.
const LANGUAGE: &str = "navbat_lang";

/// What a page is written in and for whom.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) here: String,
    pub(super) official: Option<Official>,
    pub(super) place: String,
}

/// The language of a request.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    pub(super) lang: Lang,
    pub(super) here: String,
    asked: bool,
}

/// Somebody who is signed in, and the page they see.
pub(super) struct Seen {
    pub(super) who: Official,
    pub(super) page: Page,
    spoken: Spoken,
}

/// Why there is no page.
#[derive(Debug)]
pub(super) enum NoPage {
    /// Nobody is signed in.
    SignIn,
    /// There is no such thing for this person.
    NotFound,
    /// The form does not come from a page of ours.
    Foreign,
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for NoPage {
    fn from(error: StoreError) -> Self {
        NoPage::Store(error)
    }
}

impl From<tokio_postgres::Error> for NoPage {
    fn from(error: tokio_postgres::Error) -> Self {
        NoPage::Store(error.into())
    }
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        let status = match self {
            NoPage::SignIn => return Redirect::to("/").into_response(),
            NoPage::NotFound => StatusCode::NOT_FOUND,
            NoPage::Foreign => StatusCode::FORBIDDEN,
            NoPage::Store(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a page failed in the database");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        status.into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(|tag| tag.parse().ok());
        let lang = asked.or_else(|| cookie(&parts.headers, LANGUAGE)?.parse().ok());
        let here = parts.uri.path().to_owned();
        Ok(Spoken { lang: lang.unwrap_or_default(), here, asked: asked.is_some() })
    }
}

impl FromRequestParts<Offices> for Seen {
    type Rejection = NoPage;

    async fn from_request_parts(parts: &mut Parts, offices: &Offices) -> Result<Self, NoPage> {
        let Ok(spoken) = Spoken::from_request_parts(parts, offices).await;
        let token = cookie(&parts.headers, SESSION).ok_or(NoPage::SignIn)?;
        let who = people::of_session(offices, token).await?.ok_or(NoPage::SignIn)?;
        let page = Page::new(&spoken, Some(who.clone()));
        Ok(Seen { who, page, spoken })
    }
}

impl Seen {
    /// The page's answer, which keeps the chosen language.
    pub(super) fn show(&self, page: &impl Template) -> Response {
        show(&self.spoken, StatusCode::OK, page)
    }
}

impl Page {
    pub(super) fn new(spoken: &Spoken, official: Option<Official>) -> Page {
        let place = official.as_ref().and_then(|who| catalogue::place(&who.office));
        let place = place.map_or(String::new(), |place| place.name(spoken.lang).to_owned());
        Page { lang: spoken.lang, here: spoken.here.clone(), official, place }
    }

    pub(super) fn say(&self, key: &'static str) -> &'static str {
        words::say(self.lang, key)
    }

    pub(super) fn icon(&self, name: &str) -> &'static str {
        assets::icon(name)
    }

    pub(super) fn languages(&self) -> [Lang; 5] {
        Lang::ALL
    }

    /// The name of a status.
    pub(super) fn status(&self, word: &str) -> String {
        named(self.lang, &format!("office.status.{word}"))
    }

    /// The tabs: address and name.
    pub(super) fn tabs(&self) -> Vec<(String, String)> {
        let Some(who) = &self.official else { return vec![] };
        let mut tabs = vec![];
        if who.role == Role::Executor {
            tabs.push(("/tasks".to_owned(), self.say("office.tab.tasks").to_owned()));
        }
        for journal in [JournalName::Murojaat, JournalName::Kiruvchi, JournalName::Chiquvchi] {
            tabs.push((format!("/journals/{}", journal.word()), journal_name(self.lang, journal)));
        }
        if who.role != Role::Executor {
            tabs.push(("/overview".to_owned(), self.say("office.tab.overview").to_owned()));
            tabs.push(("/region".to_owned(), self.say("office.tab.region").to_owned()));
        }
        tabs
    }

    /// A day as people write it.
    pub(super) fn day(&self, day: &Date) -> String {
        format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
    }

    /// A moment in the office.
    pub(super) fn moment(&self, at: &Timestamp) -> String {
        let local = crate::office::local(*at);
        format!("{} {:02}:{:02}", self.day(&local.date()), local.hour(), local.minute())
    }
}

/// A journal's name.
pub(super) fn journal_name(lang: Lang, journal: JournalName) -> String {
    named(lang, &format!("office.journal.{}", journal.word()))
}

/// The sentence of a key that was put together; the key itself if there is none.
pub(super) fn named(lang: Lang, key: &str) -> String {
    words::lookup(lang, key).unwrap_or(key).to_owned()
}

/// Renders a page, which nobody keeps: it says what is now, and of whom.
pub(super) fn show(spoken: &Spoken, status: StatusCode, page: &impl Template) -> Response {
    let Ok(html) = page.render() else {
        tracing::error!("a page cannot be rendered");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response();
    if spoken.asked {
        let cookie = format!("{LANGUAGE}={}; Path=/; Max-Age=31536000; SameSite=Lax", spoken.lang);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// A form counts only if a page of ours has sent it.
pub(super) fn from_our_pages(headers: &HeaderMap) -> Result<(), NoPage> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if site && origin { Ok(()) } else { Err(NoPage::Foreign) }
}

/// A cookie's value.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What every page forbids the browser.
pub(super) async fn fenced_in(mut response: Response) -> Response {
    const RULES: [(&str, &str); 4] = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in RULES {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Where somebody's day begins.
pub(super) fn home(role: Role) -> &'static str {
    match role {
        Role::Executor => "/tasks",
        Role::Head => "/overview",
        Role::Registrar | Role::Auditor => doors::FIRST_JOURNAL,
    }
}
