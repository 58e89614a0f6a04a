//! The way in and out.

use super::frame::{self, NoPage, Page, Spoken, named};
use crate::{
    catalogue,
    office::{Cookies, Offices},
    people,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// Where a registrar's day begins.
pub(super) const FIRST_JOURNAL: &str = "/journals/murojaat";
/// The longest name or PIN that is looked at.
const FIELD_BYTES_MAX: usize = 256;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: &'a Page,
    offices: Vec<(&'a str, String)>,
    chosen: &'a str,
    name: &'a str,
    fault: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Name {
    office: String,
    name: String,
    pin: String,
}

/// `GET /`.
pub(super) async fn home(
    State(offices): State<Offices>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    let who = match frame::cookie(&headers, frame::SESSION) {
        Some(token) => people::of_session(&offices, token).await?,
        None => None,
    };
    match who {
        Some(who) => Ok(Redirect::to(frame::home(who.role)).into_response()),
        None => Ok(sign_in_page(&offices, &spoken, ("", ""), None)),
    }
}

/// `POST /sign-in`.
pub(super) async fn sign_in(
    State(offices): State<Offices>,
    spoken: Spoken,
    headers: HeaderMap,
    Form(asked): Form<Name>,
) -> Result<Response, NoPage> {
    frame::from_our_pages(&headers)?;
    let sound = [&asked.office, &asked.name, &asked.pin].iter().all(|field| field.len() <= FIELD_BYTES_MAX);
    let token = match sound {
        true => people::sign_in(&offices, &asked.office, asked.name.trim(), asked.pin.trim()).await?,
        false => None,
    };
    let Some(token) = token else {
        let fault = named(spoken.lang, "office.refused.sign-in");
        return Ok(sign_in_page(&offices, &spoken, (&asked.office, &asked.name), Some(fault)));
    };
    let secure = match offices.cookies {
        Cookies::Secure => "; Secure",
        Cookies::Plain => "",
    };
    let cookie = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}", frame::SESSION);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// `POST /sign-out`.
pub(super) async fn sign_out(State(offices): State<Offices>, headers: HeaderMap) -> Result<Response, NoPage> {
    frame::from_our_pages(&headers)?;
    if let Some(token) = frame::cookie(&headers, frame::SESSION) {
        people::sign_out(&offices, token).await?;
    }
    let gone = format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", frame::SESSION);
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response())
}

fn sign_in_page(offices: &Offices, spoken: &Spoken, (chosen, name): (&str, &str), fault: Option<String>) -> Response {
    let page = Page { here: "/".to_owned(), ..Page::new(spoken, None) };
    let known = catalogue::places().iter().filter(|place| offices.offices.contains_key(&place.soato));
    let known = known.map(|place| (place.soato.as_str(), place.name(spoken.lang).to_owned())).collect();
    let status = if fault.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    frame::show(spoken, status, &SignInPage { page: &page, offices: known, chosen, name, fault })
}
