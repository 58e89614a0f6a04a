//! A case: its registration-control card, what the citizen wrote, what was done, and what may be done next.

use super::{
    additions::{self, Addition},
    frame::{NoPage, Page, Seen, named},
    journal::{self, Line},
};
use crate::{
    audit, filing,
    office::Offices,
    people::{Official, Role},
    store::StoreError,
    work::Reason,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use deadpool_postgres::Object;
use forms::{Answers, Eyes};
use hhx::{
    CaseStatus,
    body::Body,
    container::{self, Opened},
    status::Appeal,
    term::Due,
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use tokio_postgres::types::Json;
use uuid::Uuid;
use words::Lang;

/// What came back from a step that was not made.
#[derive(Deserialize)]
pub(super) struct Told {
    refused: Option<String>,
}

/// A task of the case.
struct Task {
    task_id: Uuid,
    executor: String,
    responsible: bool,
    due: Date,
    report: Option<String>,
    mine: bool,
}

/// A line of the audit.
struct Done {
    at: Timestamp,
    who: String,
    what: String,
}

/// What somebody may do now.
#[derive(Default)]
struct May {
    resolve: bool,
    begin: bool,
    report: bool,
    ask: bool,
    study: bool,
    extend: bool,
    forward: bool,
    answer: Vec<CaseStatus>,
    not_consider: bool,
    close: bool,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage<'a> {
    page: &'a Page,
    line: Line,
    version: i32,
    number: String,
    hub: String,
    received_at: Timestamp,
    due: Due,
    answers: Vec<(String, String)>,
    papers: Vec<(usize, String)>,
    additions: Vec<Addition>,
    card: Vec<(&'static str, String)>,
    tasks: Vec<Task>,
    history: Vec<Done>,
    executors: Vec<(String, String)>,
    reasons: Vec<(&'static str, String)>,
    may: May,
    refused: Option<String>,
}

/// `GET /cases/{case_id}`.
pub(super) async fn page(
    State(offices): State<Offices>,
    seen: Seen,
    Path(case_id): Path<Uuid>,
    Query(told): Query<Told>,
) -> Result<Response, NoPage> {
    let (who, page) = (&seen.who, &seen.page);
    let db = offices.store.connection().await?;
    let sql = format!(
        "select {}, f.version, f.number, f.hub, f.received_at, f.body, f.status, f.appeal, c.resolution, c.result,
           c.file_number from case_file f join card c on c.office = f.office and c.case_id = f.case_id
         where f.office = $1 and f.case_id = $2",
        journal::COLUMNS
    );
    let row = db.query_opt(&sql, &[&who.office, &case_id]).await?.ok_or(NoPage::NotFound)?;
    note(&db, &offices, who, case_id, "see-case").await?;
    let line = journal::line(&offices, page, &row);
    let due = row.get::<_, Json<Due>>(6).0;
    let body = row.get::<_, Option<Json<Body>>>(14).map(|body| body.0);
    let status = filing::status(row.get(15))?;
    let appeal = if row.get(16) { Appeal::Yes } else { Appeal::No };
    let texts: [(&'static str, String); 3] = [
        (page.say("office.card.resolution"), row.get(17)),
        (page.say("office.card.result"), result_of(page.lang, row.get(18))),
        (page.say("office.card.file-number"), row.get(19)),
    ];
    let tasks = tasks(&db, who, case_id).await?;
    let mine = tasks.iter().any(|task| task.mine && task.report.is_none());
    let shown = CardPage {
        page,
        line,
        version: row.get(10),
        number: row.get(11),
        hub: row.get(12),
        received_at: row.get(13),
        may: may(who, status, appeal, &due, mine),
        due,
        answers: body.as_ref().map(|body| written(page.lang, who.role, body)).unwrap_or_default(),
        papers: body.map(papers).unwrap_or_default(),
        additions: additions::of_case(&offices, &db, who, case_id).await?,
        card: texts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        tasks,
        history: history(&db, page.lang, who, case_id).await?,
        executors: executors(&db, who).await?,
        reasons: Reason::ALL
            .into_iter()
            .map(|reason| (reason.word(), named(page.lang, &format!("office.reason.{}", reason.word()))))
            .collect(),
        refused: told
            .refused
            .and_then(|code| words::lookup(page.lang, &format!("office.refused.{code}")).map(str::to_owned)),
    };
    Ok(seen.show(&shown))
}

/// `GET /cases/{case_id}/papers/{nth}`: something the citizen added, opened now for this person.
pub(super) async fn paper(
    State(offices): State<Offices>,
    seen: Seen,
    Path((case_id, nth)): Path<(Uuid, u32)>,
) -> Result<Response, NoPage> {
    let db = offices.store.connection().await?;
    let sql = "select b.bytes, h.certificates, f.body from consignment c
               join blob b on b.office = c.office and b.sha256 = c.sha256
               join hall h on h.office = c.office and h.hub = c.hub
               join case_file f on f.office = c.office and f.case_id = c.case_id
               where c.office = $1 and c.case_id = $2 and c.message_type in ('appeal', 'application')
               order by c.seq limit 1";
    let row = db.query_opt(sql, &[&seen.who.office, &case_id]).await?.ok_or(NoPage::NotFound)?;
    let trusted = hhx::sign::certificates(row.get(1)).unwrap_or_default();
    let opened: Opened =
        container::open(row.get(0), &offices.limits, &trusted).map_err(|_| StoreError::Row("a container"))?;
    let office = offices.offices.get(&seen.who.office).ok_or(NoPage::NotFound)?;
    let kept = row.get::<_, Option<Json<Body>>>(2).ok_or(NoPage::NotFound)?.0;
    let place = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1)).ok_or(NoPage::NotFound)?;
    let attachment = kept.attachments.get(place).ok_or(NoPage::NotFound)?;
    let bytes = filing::open_piece(office, &opened, nth).ok_or(NoPage::NotFound)?;
    note(&db, &offices, &seen.who, case_id, "see-paper").await?;
    Ok(additions::inline(&attachment.media_type, bytes))
}

async fn note(db: &Object, offices: &Offices, who: &Official, case_id: Uuid, what: &str) -> Result<(), StoreError> {
    let (office, at, case_id) = (who.office.as_str(), offices.now(), Some(case_id));
    audit::add(db, audit::Entry { office, at, who: &who.id, what, case_id, before: None, after: None }).await
}

async fn tasks(db: &Object, who: &Official, case_id: Uuid) -> Result<Vec<Task>, NoPage> {
    let sql = "select t.task_id, o.name, t.responsible, t.due_date, t.report, t.executor from task t
               join official o on o.office = t.office and o.official_id = t.executor
               where t.office = $1 and t.case_id = $2 order by t.given_at, t.responsible desc limit 100";
    let rows = db.query(sql, &[&who.office, &case_id]).await?;
    let task = |row: &tokio_postgres::Row| Task {
        task_id: row.get(0),
        executor: row.get(1),
        responsible: row.get(2),
        due: row.get(3),
        report: row.get(4),
        mine: row.get::<_, &str>(5) == who.id,
    };
    Ok(rows.iter().map(task).collect())
}

async fn history(db: &Object, lang: Lang, who: &Official, case_id: Uuid) -> Result<Vec<Done>, NoPage> {
    let sql = "select a.at, coalesce(o.name, a.who), a.what from audit a
               left join official o on o.office = a.office and o.official_id = a.who
               where a.office = $1 and a.case_id = $2 and a.what not in ('see-case', 'see-paper')
               order by a.audit_id desc limit 50";
    let rows = db.query(sql, &[&who.office, &case_id]).await?;
    let done = |row: &tokio_postgres::Row| Done {
        at: row.get(0),
        who: row.get(1),
        what: named(lang, &format!("office.step.{}", row.get::<_, &str>(2))),
    };
    Ok(rows.iter().map(done).collect())
}

async fn executors(db: &Object, who: &Official) -> Result<Vec<(String, String)>, NoPage> {
    let sql = "select official_id, name from official
               where office = $1 and role in ('executor', 'head') and left_at is null order by role, name limit 200";
    let rows = db.query(sql, &[&who.office]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn may(who: &Official, status: CaseStatus, appeal: Appeal, due: &Due, has_task: bool) -> May {
    let goes = |to: CaseStatus| status.may_become(to, appeal);
    let (head, registrar) = (who.role == Role::Head, who.role == Role::Registrar);
    let works = head || who.role == Role::Executor;
    let answers = [CaseStatus::Answered, CaseStatus::Issued, CaseStatus::Rejected];
    May {
        resolve: head && goes(CaseStatus::Assigned),
        begin: works && goes(CaseStatus::InWork),
        report: works && has_task && !status.is_over(),
        ask: works && goes(CaseStatus::NeedInfo),
        study: head && !status.is_over() && due.basis == hhx::term::Basis::Appeal,
        extend: head && goes(CaseStatus::Extended),
        forward: (head || registrar) && goes(CaseStatus::Forwarded),
        answer: answers.into_iter().filter(|outcome| works && goes(*outcome)).collect(),
        not_consider: head && goes(CaseStatus::NotConsidered),
        close: (head || registrar) && goes(CaseStatus::Closed),
    }
}

/// What the citizen wrote, as the form asked it and in its order: in full for who
/// works on the case, masked for an auditor.
fn written(lang: Lang, role: Role, body: &Body) -> Vec<(String, String)> {
    let answers = serde_json::to_value(&body.answers).and_then(serde_json::from_value::<Answers>);
    let (Some(form), Ok(answers)) = (forms::form(&body.service), answers) else { return vec![] };
    let eyes = match role {
        Role::Registrar | Role::Head | Role::Executor => Eyes::Own,
        Role::Auditor => Eyes::Others,
    };
    forms::summary(form, &answers, (lang, eyes)).into_iter().map(|line| (line.label, line.shown)).collect()
}

fn papers(body: Body) -> Vec<(usize, String)> {
    body.attachments.into_iter().enumerate().map(|(nth, paper)| (nth + 1, paper.name)).collect()
}

/// A result is what somebody wrote, or one of the law's reasons.
fn result_of(lang: Lang, text: &str) -> String {
    words::lookup(lang, &format!("office.reason.{text}")).unwrap_or(text).to_owned()
}
