//! The clerk's page: look at it, press something, keep it live.

pub mod act;
pub mod reading;
pub mod view;

use super::{
    cases::view::FiledRow,
    frame::{self, Asker, Frame, show},
    live::{self, Picture, Pulse},
    page::{self, Page},
};
use crate::{
    http::{
        Fault, Hub,
        permit::{self, AtCounter, Clerk, KnownCounter},
    },
    people::Member,
};
use act::Pressed;
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use queue::{command::Command, ids::CounterId, number::Number};
use reading::Look;
use std::{sync::Arc, time::Duration};
use view::{CounterPage, CounterView};
use words::Lang;

/// Tells the page's script which revision of the hall an answer shows.
pub const REVISION_HEADER: &str = "navbat-revision";

/// Changes this close together are one picture of a counter.
const COALESCE: Duration = Duration::from_millis(60);

/// `GET /counters/{counter}`.
pub async fn page(
    State(hub): State<Hub>,
    frame: Frame,
    Clerk(member): Clerk,
    KnownCounter(counter): KnownCounter,
) -> Result<Response, Fault> {
    whole(&hub, &frame, Seat { member, counter }, Told::Nothing).await
}

/// `GET /counters/{counter}/events`.
pub async fn events(
    State(hub): State<Hub>,
    frame: Frame,
    Clerk(member): Clerk,
    KnownCounter(counter): KnownCounter,
    headers: HeaderMap,
) -> impl IntoResponse {
    let token = permit::session_token(&headers).unwrap_or_default().to_owned();
    let fence = frame::fence(&hub, frame.lang);
    let version = page::version(fence.as_deref());
    let pulse = Pulse { revision: hub.journal.revision(), coalesce: COALESCE, version, beats: hub.stream.beats() };
    let seat = Seat { member, counter };
    live::stream(pulse, move || {
        let (hub, frame, seat) = (hub.clone(), frame.clone(), seat.clone());
        // A page of before the fence must not go on: its stream ends, and the next one makes it reload.
        let open = hub.people.is_open(&token, hub.now()) && fence.is_none() == hub.fence.is_down();
        async move { if open { picture(&hub, &frame, &seat).await.ok() } else { None } }
    })
}

/// `POST /counters/{counter}/{action}`.
pub async fn press(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Path((_, action)): Path<(CounterId, String)>,
    pressed: Result<Form<Pressed>, FormRejection>,
) -> Result<Response, Fault> {
    let seat = Seat { member: Arc::clone(&at.clerk), counter: at.counter.clone() };
    let done = match pressed {
        Ok(Form(pressed)) => obey(&hub, &at, &action, &pressed).await,
        Err(_) => Err(Fault::WrongBody { detail: "command_id".to_owned() }),
    };
    match (done, frame.asker) {
        (Ok(None), Asker::Browser) => Ok(Redirect::to(&format!("/counters/{}", seat.counter)).into_response()),
        (Ok(None), Asker::Script) => patch(&hub, &frame, &seat, Told::Nothing).await,
        (Ok(Some(admitted)), Asker::Browser) => whole(&hub, &frame, seat, Told::Admitted(admitted)).await,
        (Ok(Some(admitted)), Asker::Script) => patch(&hub, &frame, &seat, Told::Admitted(admitted)).await,
        (Err(fault), Asker::Browser) => whole(&hub, &frame, seat, Told::Fault(fault)).await,
        (Err(fault), Asker::Script) => patch(&hub, &frame, &seat, Told::Fault(fault)).await,
    }
}

/// What a page says on top.
enum Told {
    Nothing,
    /// Why something was not done.
    Fault(Fault),
    /// That a ticket was let in, which may be of another counter's queue.
    Admitted(Number),
}

impl Told {
    fn onto(&self, view: &mut CounterView, hub: &Hub, lang: Lang) -> StatusCode {
        match self {
            Told::Nothing => StatusCode::OK,
            Told::Fault(fault) => {
                view.notice = Some(fault.sentence(&hub.config, lang));
                fault.status()
            }
            Told::Admitted(number) => {
                view.said = Some(words::fill(lang, "console.admit.done", &[("number", &number.to_string())]));
                StatusCode::OK
            }
        }
    }
}

/// Who sits, or wants to sit, where.
#[derive(Clone)]
struct Seat {
    member: Arc<Member>,
    counter: CounterId,
}

/// The number of a ticket that was let in; of everything else the page shows by itself that it is done.
async fn obey(hub: &Hub, at: &AtCounter, action: &str, pressed: &Pressed) -> Result<Option<Number>, Fault> {
    let command = act::command(hub, at, action, pressed)?;
    let admitted = if let Command::RecordOffline { number, .. } = &command { Some(*number) } else { None };
    hub.submit(pressed.command_id, at.giver(), command).await?;
    Ok(admitted)
}

async fn look(hub: &Hub, frame: &Frame, seat: &Seat) -> Result<(u64, CounterView), Fault> {
    let look = Look {
        lang: frame.lang,
        config: Arc::clone(&hub.config),
        member: Arc::clone(&seat.member),
        counter: seat.counter.clone(),
    };
    let (seq, mut view) = hub.journal.ask(move |reading| (reading.seq, reading::counter(reading, &look))).await?;
    view.filed = filed(hub, frame, &view).await;
    Ok((seq, view))
}

/// What came with the ticket that is being served. A counter goes on without knowing it.
async fn filed(hub: &Hub, frame: &Frame, view: &CounterView) -> Vec<FiledRow> {
    let (Some(ticket), Some(exchange)) = (view.serving, hub.exchange.clone()) else { return Vec::new() };
    match tokio::task::spawn_blocking(move || exchange.applications().of_ticket(ticket.0)).await {
        Ok(Ok(found)) => {
            found.iter().map(|known| FiledRow::of(known, &hub.config, (frame.lang, &view.counter))).collect()
        }
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the applications of a ticket cannot be read");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

async fn whole(hub: &Hub, frame: &Frame, seat: Seat, told: Told) -> Result<Response, Fault> {
    let (_, mut view) = look(hub, frame, &seat).await?;
    let status = told.onto(&mut view, hub, frame.lang);
    let page = frame.live(hub, &seat.member, &format!("/counters/{}", seat.counter));
    let choices = act::choices(&hub.config, frame.lang, &seat.counter);
    Ok(show(status, &CounterPage { page: &page, view: &view, choices: &choices }))
}

/// The page's live blocks and what was refused, as the page's script wants them.
async fn patch(hub: &Hub, frame: &Frame, seat: &Seat, told: Told) -> Result<Response, Fault> {
    let (revision, mut view) = look(hub, frame, seat).await?;
    let status = told.onto(&mut view, hub, frame.lang);
    let page = frame.fragments(hub, &seat.member);
    let html = rendered(hub, &page, &view, seat)?.concat() + &notice(&page, &view)?;
    Ok((status, [(REVISION_HEADER, revision.to_string())], html).into_response())
}

async fn picture(hub: &Hub, frame: &Frame, seat: &Seat) -> Result<Picture, Fault> {
    let (revision, view) = look(hub, frame, seat).await?;
    let page = frame.fragments(hub, &seat.member);
    Ok(Picture { revision, fragments: rendered(hub, &page, &view, seat)? })
}

fn rendered(hub: &Hub, page: &Page, view: &CounterView, seat: &Seat) -> Result<Vec<String>, Fault> {
    let choices = act::choices(&hub.config, page.lang, &seat.counter);
    CounterPage { page, view, choices: &choices }.fragments().map_err(|_| Fault::Internal)
}

fn notice(page: &Page, view: &CounterView) -> Result<String, Fault> {
    let choices = view::Choices::default();
    CounterPage { page, view, choices: &choices }.notice().map_err(|_| Fault::Internal)
}
