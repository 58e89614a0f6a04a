//! Notices: a manager announces something on the displays, and takes it back.
//!
//! What the hall always has to say stands in its file; here is what is true today. A display learns of it with its next
//! question, a few seconds later.

use super::{
    Fault, Hub,
    json::Json,
    kiosk::rfc3339,
    permit::Manager,
    problem_groups::{BareWriteProblems, WriteProblems},
    tickets::moment,
};
use crate::people::{Member, NotPosted, Posting, Withdrawal};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, request::Parts},
};
use queue::time::Time;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::display::{NOTICES_MAX, Notice, NoticeNow, NoticePosted, NoticeSource, NoticesNow, PostNotice, Severity};

/// The notice of the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NoticePath {
    /// Its identity.
    pub notice_id: Uuid,
}

impl FromRequestParts<Hub> for NoticePath {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let (_, id) = params.iter().find(|(name, _)| *name == "notice_id").ok_or(Fault::BadPath)?;
        Ok(NoticePath { notice_id: id.parse().map_err(|_| Fault::BadPath)? })
    }
}

/// What is announced now.
#[utoipa::path(get, path = "/api/v1/notices", tag = "manager", operation_id = "notices",
    security(("manager" = [])),
    responses((status = 200, description = "Everything, the most urgent first", body = NoticesNow), BareWriteProblems))]
pub async fn list(State(hub): State<Hub>, Manager(_): Manager) -> Json<NoticesNow> {
    let now = hub.now();
    let posted = hub.people.posted(now).into_iter().map(|posted| (posted.notice, posted.until, NoticeSource::Manager));
    let of_the_file = hub.config.notices().iter().filter(|entry| entry.is_on(now));
    let of_the_file = of_the_file.map(|entry| (entry.notice.clone(), entry.until, NoticeSource::File));
    let told = |(notice, until, source): (Notice, Option<Time>, NoticeSource)| NoticeNow {
        notice,
        until: until.map(rfc3339),
        source,
    };
    let mut notices: Vec<NoticeNow> = posted.chain(of_the_file).map(told).collect();
    notices.sort_by_key(|now| now.notice.severity);
    Json(NoticesNow { notices })
}

/// Announce something on the displays.
#[utoipa::path(post, path = "/api/v1/notices", tag = "manager", operation_id = "post_notice",
    request_body = PostNotice, security(("manager" = [])),
    responses((status = 201, description = "Announced, now or before", body = NoticePosted), WriteProblems))]
pub async fn post(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    Json(asked): Json<PostNotice>,
) -> Result<(StatusCode, Json<NoticePosted>), Fault> {
    let id = asked.command_id;
    let until = asked.until.as_deref().map(|text| moment(text).ok_or(Fault::BadTime { name: "until" })).transpose()?;
    let severity = Severity::of(&asked.severity).ok_or(Fault::NoSuchValue { name: "severity" })?;
    announce(&hub, &manager, id, Posting { severity, title: asked.title, text: asked.text, until }).await?;
    Ok((StatusCode::CREATED, Json(NoticePosted { id })))
}

/// Take an announcement back; again changes nothing.
#[utoipa::path(delete, path = "/api/v1/notices/{notice_id}", tag = "manager", operation_id = "withdraw_notice",
    params(NoticePath), security(("manager" = [])),
    responses((status = 204, description = "Withdrawn, now or before"), BareWriteProblems))]
pub async fn withdraw(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    NoticePath { notice_id }: NoticePath,
) -> Result<StatusCode, Fault> {
    take_back(&hub, &manager, notice_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Announces something, if it is one: for the API and the manager's page.
pub(crate) async fn announce(hub: &Hub, by: &Arc<Member>, id: Uuid, posting: Posting) -> Result<(), Fault> {
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    if !posting.is_well_formed() {
        return Err(Fault::NoticeWords);
    }
    let (people, by, now) = (hub.people.clone(), Arc::clone(by), hub.now());
    let posted = tokio::task::spawn_blocking(move || people.post_notice(id, &posting, &by.id, now)).await;
    posted.map_err(|_| Fault::Internal)?.map_err(|refused| match refused {
        NotPosted::Reused => Fault::CommandIdReused,
        NotPosted::Over => Fault::NoticeOver,
        NotPosted::Full => Fault::NoticesFull,
        NotPosted::People(error) => error.into(),
    })
}

/// Takes an announcement back. Also on a hub that was overtaken: what is still shown there may be wrong.
pub(crate) async fn take_back(hub: &Hub, by: &Arc<Member>, id: Uuid) -> Result<(), Fault> {
    let (people, by, now) = (hub.people.clone(), Arc::clone(by), hub.now());
    let withdrawn = tokio::task::spawn_blocking(move || people.withdraw_notice(id, &by.id, now)).await;
    match withdrawn.map_err(|_| Fault::Internal)?? {
        Withdrawal::Done => Ok(()),
        Withdrawal::Unknown => Err(Fault::NoSuchValue { name: "notice_id" }),
    }
}

/// What displays are told at a moment, the most urgent first; of one urgency the latest posted first, then the file's.
pub(super) fn announced(hub: &Hub, at: Time) -> Vec<Notice> {
    let posted = hub.people.posted(at).into_iter().map(|posted| posted.notice);
    let of_the_file = hub.config.notices().iter().filter(|entry| entry.is_on(at)).map(|entry| entry.notice.clone());
    let mut notices: Vec<Notice> = posted.chain(of_the_file).collect();
    notices.sort_by_key(|notice| notice.severity);
    notices.truncate(NOTICES_MAX);
    notices
}
