//! The way in: home, sign-in and out, the choice of a counter.

use super::{
    doors::{CounterChoice, CountersPage, Habit, Seat, SignInPage},
    frame::{Frame, show},
    words_of,
};
use crate::{
    http::{Fault, Hub, permit, permit::Clerk, sessions},
    people::{Member, Role},
};
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use queue::{
    hall::Counter,
    ids::{CounterId, ServiceCode},
    rules::Duty,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use words::Lang;

/// What the sign-in form sends.
#[derive(Deserialize)]
pub struct Name {
    name: String,
    pin: String,
}

/// The longest name or PIN that is looked at.
const FIELD_BYTES_MAX: usize = 256;

/// `GET /`: the sign-in page, or the page of whoever is signed in.
pub async fn home(State(hub): State<Hub>, frame: Frame, clerk: Result<Clerk, Fault>) -> Result<Response, Fault> {
    match clerk {
        Ok(Clerk(member)) => Ok(Redirect::to(&home_of(&hub, &member).await?).into_response()),
        Err(_) => Ok(sign_in_page(&hub, &frame, String::new(), None)),
    }
}

/// `POST /sign-in`.
pub async fn sign_in(
    State(hub): State<Hub>,
    frame: Frame,
    headers: HeaderMap,
    Form(asked): Form<Name>,
) -> Result<Response, Fault> {
    permit::from_our_pages(&headers)?;
    if asked.name.len() > FIELD_BYTES_MAX || asked.pin.len() > FIELD_BYTES_MAX {
        return Ok(sign_in_page(&hub, &frame, String::new(), Some(Fault::SignInFailed)));
    }
    match hub.people.sign_in(&asked.name, asked.pin.trim(), hub.now()).await {
        Ok(signed_in) => {
            let home = home_of(&hub, &signed_in.member).await?;
            Ok(([sessions::session_cookie(signed_in.token.as_str())], Redirect::to(&home)).into_response())
        }
        Err(refused) => Ok(sign_in_page(&hub, &frame, asked.name, Some(refused.into()))),
    }
}

/// `POST /sign-out`.
pub async fn sign_out(State(hub): State<Hub>, headers: HeaderMap) -> Result<Response, Fault> {
    permit::from_our_pages(&headers)?;
    if let Some(token) = permit::session_token(&headers) {
        hub.people.sign_out(token)?;
    }
    Ok(([sessions::no_session_cookie()], Redirect::to("/")).into_response())
}

/// `GET /counters`: where to sit.
pub async fn counters(State(hub): State<Hub>, frame: Frame, Clerk(member): Clerk) -> Result<Response, Fault> {
    let open = hub.journal.ask(|reading| reading.hall.counters.clone()).await?;
    let page = frame.still(&hub, Some(&member));
    let counters = hub.config.counters().iter().map(|entry| seat(&hub, frame.lang, &entry.id, &open, &member));
    Ok(show(StatusCode::OK, &CountersPage { page: &page, notice: None, counters: counters.collect() }))
}

/// Where somebody belongs: a manager to the hall, a clerk to the open counter, else to the choice of one.
async fn home_of(hub: &Hub, member: &Member) -> Result<String, Fault> {
    if member.role == Role::Manager {
        return Ok("/manager".to_owned());
    }
    let id = member.id.clone();
    let sits = hub.journal.ask(move |reading| {
        reading.hall.counters.iter().find(|(_, open)| open.clerk == id).map(|(counter, _)| counter.clone())
    });
    Ok(sits.await?.map_or_else(|| "/counters".to_owned(), |counter| format!("/counters/{counter}")))
}

fn sign_in_page(hub: &Hub, frame: &Frame, name: String, fault: Option<Fault>) -> Response {
    let frame = Frame { here: "/".to_owned(), ..frame.clone() };
    let page = frame.still(hub, None);
    let status = fault.as_ref().map_or(StatusCode::OK, Fault::status);
    let fault = fault.map(|fault| fault.sentence(&hub.config, frame.lang));
    show(status, &SignInPage { page: &page, fault, name })
}

fn seat(
    hub: &Hub,
    lang: Lang,
    counter: &CounterId,
    open: &BTreeMap<CounterId, Counter>,
    member: &Member,
) -> CounterChoice {
    let duties = hub.config.rules().counters.get(counter);
    let primary = |code: &ServiceCode| duties.is_some_and(|it| it.services.get(code) == Some(&Duty::Primary));
    let categories = hub.config.categories().iter().filter(|category| category.services.iter().any(primary));
    let services: Vec<_> = categories.map(|category| category.names.get(lang)).collect();
    let usual = hub.config.staff().iter().find(|entry| entry.id == member.id).and_then(|entry| entry.counter.as_ref());
    let clerk = open.get(counter).map(|open| &open.clerk);
    let (seat, state) = match clerk {
        None => (Seat::Free, words::say(lang, "console.counters.closed")),
        Some(clerk) if *clerk == member.id => (Seat::Mine, words::say(lang, "console.counters.mine")),
        Some(_) => (Seat::Taken, words::say(lang, "console.counters.taken")),
    };
    CounterChoice {
        counter: counter.to_string(),
        services: services.join(" · "),
        seat,
        habit: if usual.is_none_or(|usual| usual == counter) { Habit::Usual } else { Habit::Other },
        state: state.to_owned(),
        clerk: clerk.map_or("", |clerk| words_of::staff(&hub.config, clerk)).to_owned(),
    }
}
