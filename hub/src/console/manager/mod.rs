//! The manager's page: the hall now, services suspended and restored, the day opened and closed.

pub mod reading;
pub mod view;

use super::{
    counter::REVISION_HEADER,
    frame::{self, Asker, Frame, show},
    live::{self, Picture, Pulse},
    page,
};
use crate::{
    http::{
        Fault, Hub,
        counters::reason,
        permit::{self, KnownCounter, Manager},
        services::ServicePath,
    },
    journal::live::hall_figures,
    people::Member,
};
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use queue::{calendar::date_at, command::Command, hall::Day};
use reading::Extra;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;
use view::{ManagerPage, ManagerView};

/// What a manager's form sends.
#[derive(Debug, Deserialize)]
pub struct Pressed {
    command_id: Uuid,
    reason: Option<String>,
    sure: Option<String>,
}

/// Changes this close together are one picture of the hall: its figures cost more than a counter's.
const COALESCE: Duration = Duration::from_millis(500);

type Sent = Result<Form<Pressed>, FormRejection>;

/// `GET /manager`.
pub async fn page(State(hub): State<Hub>, frame: Frame, Manager(member): Manager) -> Result<Response, Fault> {
    whole(&hub, &frame, &member, None).await
}

/// `GET /manager/events`.
pub async fn events(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    headers: HeaderMap,
) -> impl IntoResponse {
    let token = permit::session_token(&headers).unwrap_or_default().to_owned();
    let fence = frame::fence(&hub, frame.lang);
    let version = page::version(fence.as_deref());
    let pulse = Pulse { revision: hub.journal.revision(), coalesce: COALESCE, version, beats: hub.stream.beats() };
    live::stream(pulse, move || {
        let (hub, frame, member) = (hub.clone(), frame.clone(), member.clone());
        // A page of before the fence must not go on: its stream ends, and the next one makes it reload.
        let open = hub.people.is_open(&token, hub.now()) && fence.is_none() == hub.fence.is_down();
        async move { if open { picture(&hub, &frame, &member).await.ok() } else { None } }
    })
}

/// `POST /manager/services/{code}/suspend`.
pub async fn suspend(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    ServicePath { code }: ServicePath,
    sent: Sent,
) -> Result<Response, Fault> {
    let command = |pressed: &Pressed| {
        let why = reason(hub.config.suspend_reasons(), pressed.reason.as_deref())?;
        Ok(Command::SuspendService { service: code, why })
    };
    press(&hub, &frame, &member, command_of(sent, command)).await
}

/// `POST /manager/services/{code}/restore`.
pub async fn restore(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    ServicePath { code }: ServicePath,
    sent: Sent,
) -> Result<Response, Fault> {
    press(&hub, &frame, &member, command_of(sent, |_| Ok(Command::RestoreService { service: code }))).await
}

/// `POST /manager/counters/{counter}/close`: somebody went home without.
pub async fn close_counter(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    KnownCounter(counter): KnownCounter,
    sent: Sent,
) -> Result<Response, Fault> {
    press(&hub, &frame, &member, command_of(sent, |_| Ok(Command::CloseCounter { counter }))).await
}

/// `POST /manager/day/open`.
pub async fn open_day(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    sent: Sent,
) -> Result<Response, Fault> {
    let command = |_: &Pressed| {
        let date = date_at(hub.config.rules(), hub.now());
        Ok(Command::OpenDay { date })
    };
    press(&hub, &frame, &member, command_of(sent, command)).await
}

/// `POST /manager/day/close`: only with the box ticked, because it ends what everyone waits for.
pub async fn close_day(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    sent: Sent,
) -> Result<Response, Fault> {
    let command = |pressed: &Pressed| match pressed.sure {
        Some(_) => Ok(Command::CloseDay),
        None => Err(Fault::WrongBody { detail: "sure".to_owned() }),
    };
    press(&hub, &frame, &member, command_of(sent, command)).await
}

fn command_of(sent: Sent, command: impl FnOnce(&Pressed) -> Result<Command, Fault>) -> Result<(Uuid, Command), Fault> {
    let Form(pressed) = sent.map_err(|_| Fault::WrongBody { detail: "command_id".to_owned() })?;
    Ok((pressed.command_id, command(&pressed)?))
}

async fn press(
    hub: &Hub,
    frame: &Frame,
    member: &Member,
    asked: Result<(Uuid, Command), Fault>,
) -> Result<Response, Fault> {
    let done = match asked {
        Ok((command_id, command)) => hub.submit(command_id, permit::giver(member), command).await.map(drop),
        Err(fault) => Err(fault),
    };
    match (done, frame.asker) {
        (Ok(()), Asker::Browser) => Ok(Redirect::to("/manager").into_response()),
        (done, Asker::Script) => patch(hub, frame, member, done.err()).await,
        (Err(fault), Asker::Browser) => whole(hub, frame, member, Some(fault)).await,
    }
}

async fn look(hub: &Hub, frame: &Frame) -> Result<(u64, ManagerView), Fault> {
    let config = Arc::clone(&hub.config);
    let seen = hub.journal.ask(move |reading| {
        let extra = Extra {
            suspended: reading.hall.suspended.clone(),
            day: match &reading.hall.day {
                Day::Open { date, since, .. } => Some((*date, *since)),
                Day::Shut { .. } => None,
            },
            at: reading.at,
        };
        (hall_figures(reading, &config), extra)
    });
    let (figures, extra) = seen.await?;
    Ok((figures.seq, reading::hall(&figures, &extra, &hub.config, frame.lang)))
}

async fn whole(hub: &Hub, frame: &Frame, member: &Member, fault: Option<Fault>) -> Result<Response, Fault> {
    let (_, mut view) = look(hub, frame).await?;
    view.notice = fault.as_ref().map(|fault| fault.sentence(&hub.config, frame.lang));
    let page = frame.live(hub, member, "/manager");
    let status = fault.map_or(StatusCode::OK, |fault| fault.status());
    Ok(show(status, &ManagerPage { page: &page, view: &view }))
}

async fn patch(hub: &Hub, frame: &Frame, member: &Member, fault: Option<Fault>) -> Result<Response, Fault> {
    let (revision, mut view) = look(hub, frame).await?;
    view.notice = fault.as_ref().map(|fault| fault.sentence(&hub.config, frame.lang));
    let page = frame.fragments(hub, member);
    let made = ManagerPage { page: &page, view: &view };
    let html = made.fragments().and_then(|all| Ok(all.concat() + &made.notice()?)).map_err(|_| Fault::Internal)?;
    let status = fault.map_or(StatusCode::OK, |fault| fault.status());
    Ok((status, [(REVISION_HEADER, revision.to_string())], html).into_response())
}

async fn picture(hub: &Hub, frame: &Frame, member: &Member) -> Result<Picture, Fault> {
    let (revision, view) = look(hub, frame).await?;
    let page = frame.fragments(hub, member);
    let fragments = ManagerPage { page: &page, view: &view }.fragments().map_err(|_| Fault::Internal)?;
    Ok(Picture { revision, fragments })
}
