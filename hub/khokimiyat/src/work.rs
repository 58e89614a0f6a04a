//! What officials do with a case: resolve, work, extend, forward, ask, answer, close. Along the allowed ways only.
//!
//! Every step is one transaction: the hall's lock, the case's lock, the step, its entry in the audit, and the news for the
//! hall. A page that was open for an hour shows a version; if somebody was faster the step is refused, not merged.
//! Absent on purpose: a step that takes back another one. What was told to a citizen was told.

use crate::{
    answers::Paper,
    audit, blob,
    catalogue::JournalName,
    filing,
    halls::HallId,
    number,
    office::Offices,
    outgoing,
    people::{Official, Role},
    store::StoreError,
};
use deadpool_postgres::Transaction;
use hhx::{
    CaseStatus, Hash,
    status::Appeal,
    term::{Due, NotExtended},
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use tokio_postgres::types::Json;
use uuid::Uuid;

/// Letters of anything an official writes.
pub const TEXT_CHARS_MAX: usize = 8_000;
/// Executors of one resolution.
pub const EXECUTORS_MAX: usize = 10;
/// Papers of one answer.
pub const PAPERS_MAX: usize = 10;

/// A step.
#[derive(Debug, Clone)]
pub enum Step {
    /// The head's resolution: who does it, the responsible one first, by when.
    Resolve { text: String, executors: Vec<String>, due: Date },
    /// An executor begins.
    Begin,
    /// An executor has done their part.
    Report { task_id: Uuid, text: String },
    /// Something is missing from the citizen.
    Ask { text: String },
    /// An appeal needs study: up to one month from receipt.
    Study { reason: String },
    /// The head extends, exceptionally.
    Extend { until: Date, reason: String },
    /// Another body is competent.
    Forward { to: String },
    /// The answer.
    Answer { outcome: CaseStatus, text: String, papers: Vec<(String, Vec<u8>)> },
    /// Not considered, with one of the reasons the law allows.
    NotConsider { reason: Reason },
    /// Over, and put into a file.
    Close { file_number: String },
}

/// Why an appeal may be left without consideration: ЗРУ-445 art. 29 knows no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody stands behind it.
    Anonymous,
    /// A representative without proof of it.
    NoProof,
    /// It breaks the law in another way.
    Unlawful,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 3] = [Reason::Anonymous, Reason::NoProof, Reason::Unlawful];

    /// As forms and the database write it.
    pub const fn word(self) -> &'static str {
        match self {
            Reason::Anonymous => "anonymous",
            Reason::NoProof => "no-proof",
            Reason::Unlawful => "unlawful",
        }
    }
}

/// Why a step is not made.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// There is no such case here.
    #[error("there is no such case")]
    NoCase,
    /// Not in this role.
    #[error("somebody else does this")]
    NotYours,
    /// The case does not go there from where it stands.
    #[error("a case does not go from {} to {}", .0.word(), .1.word())]
    NoWay(CaseStatus, CaseStatus),
    /// Somebody was faster.
    #[error("somebody has changed the case since")]
    Changed,
    /// The term.
    #[error(transparent)]
    NotExtended(#[from] NotExtended),
    /// What was written is none, or too long, or names nobody.
    #[error("{0} is not as it must be")]
    Wrong(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<tokio_postgres::Error> for NotDone {
    fn from(error: tokio_postgres::Error) -> Self {
        NotDone::Store(error.into())
    }
}

/// A case, locked.
struct Held {
    hall: HallId,
    case_id: Uuid,
    status: CaseStatus,
    appeal: Appeal,
    due: Due,
}

/// Makes a step. `version` is that of the page on which it was decided.
pub async fn make(offices: &Offices, who: &Official, case_id: Uuid, version: i32, step: Step) -> Result<(), NotDone> {
    may(who, &step)?;
    let at = offices.now();
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await.map_err(StoreError::from)?;
    let held = hold(&tx, who, case_id, version).await?;
    let to = to_status(&step, held.status);
    if to != held.status && !held.status.may_become(to, held.appeal) {
        return Err(NotDone::NoWay(held.status, to));
    }
    let before = json!({ "status": held.status.word(), "due": held.due.date });
    let (what, after) = apply(offices, &tx, who, &held, at, step).await?;
    let sql = "update case_file set status = $3, over = $4, version = version + 1 where office = $1 and case_id = $2";
    tx.execute(sql, &[&who.office, &case_id, &to.word(), &to.is_over()]).await?;
    let entry = audit::Entry {
        office: &who.office,
        at,
        who: &who.id,
        what,
        case_id: Some(case_id),
        before: Some(before),
        after: Some(after),
    };
    audit::add(&tx, entry).await?;
    if to != held.status || what == "extend" || what == "study" {
        let sql = "select due_date from case_file where office = $1 and case_id = $2";
        let due: Date = tx.query_one(sql, &[&who.office, &case_id]).await?.get(0);
        outgoing::tell(offices, &tx, &held.hall, at, case_id, (to, Some(due))).await?;
    }
    Ok(tx.commit().await?)
}

/// Who does what at an office.
fn may(who: &Official, step: &Step) -> Result<(), NotDone> {
    let allowed = match step {
        Step::Resolve { .. } | Step::Extend { .. } | Step::Study { .. } | Step::NotConsider { .. } => {
            who.role == Role::Head
        }
        Step::Forward { .. } | Step::Close { .. } => matches!(who.role, Role::Head | Role::Registrar),
        Step::Begin | Step::Report { .. } | Step::Ask { .. } | Step::Answer { .. } => {
            matches!(who.role, Role::Head | Role::Executor)
        }
    };
    if allowed { Ok(()) } else { Err(NotDone::NotYours) }
}

/// Where a case stands after a step. What does not move it leaves it where it is.
fn to_status(step: &Step, now: CaseStatus) -> CaseStatus {
    match step {
        Step::Resolve { .. } => CaseStatus::Assigned,
        Step::Begin => CaseStatus::InWork,
        Step::Ask { .. } => CaseStatus::NeedInfo,
        Step::Study { .. } | Step::Report { .. } => now,
        Step::Extend { .. } => CaseStatus::Extended,
        Step::Forward { .. } => CaseStatus::Forwarded,
        Step::Answer { outcome, .. } => *outcome,
        Step::NotConsider { .. } => CaseStatus::NotConsidered,
        Step::Close { .. } => CaseStatus::Closed,
    }
}

/// Locks the hall, then the case: the order in which a hall's own consignments lock them.
async fn hold(tx: &Transaction<'_>, who: &Official, case_id: Uuid, version: i32) -> Result<Held, NotDone> {
    let sql = "select h.hub from hall h join case_file f on f.office = h.office and f.hub = h.hub
               where f.office = $1 and f.case_id = $2 for update of h";
    let row = tx.query_opt(sql, &[&who.office, &case_id]).await?.ok_or(NotDone::NoCase)?;
    let hall = HallId { office: who.office.clone(), hub: row.get(0) };
    let sql = "select status, appeal, due, version from case_file where office = $1 and case_id = $2 for update";
    let row = tx.query_one(sql, &[&who.office, &case_id]).await?;
    if row.get::<_, i32>(3) != version {
        return Err(NotDone::Changed);
    }
    let status = filing::status(row.get(0))?;
    let appeal = if row.get(1) { Appeal::Yes } else { Appeal::No };
    Ok(Held { hall, case_id, status, appeal, due: row.get::<_, Json<Due>>(2).0 })
}

/// Writes what the step says; returns its name in the audit and what is new, without personal data.
async fn apply(
    offices: &Offices,
    tx: &Transaction<'_>,
    who: &Official,
    held: &Held,
    at: Timestamp,
    step: Step,
) -> Result<(&'static str, Value), NotDone> {
    Ok(match step {
        Step::Resolve { text, executors, due } => {
            let after = json!({ "executors": executors, "due": due });
            resolve(tx, who, held, at, (&written(&text)?, &executors, due)).await?;
            ("resolve", after)
        }
        Step::Begin => ("begin", json!({ "status": CaseStatus::InWork.word() })),
        Step::Report { task_id, text } => {
            report(tx, who, held, at, (task_id, &written(&text)?)).await?;
            ("report", json!({ "task": task_id }))
        }
        Step::Ask { text } => {
            let sql = "update card set result = $3 where office = $1 and case_id = $2";
            tx.execute(sql, &[&who.office, &held.case_id, &written(&text)?]).await?;
            ("ask", json!({ "status": CaseStatus::NeedInfo.word() }))
        }
        Step::Study { reason } => {
            let due = held.due.studied(&offices.calendar)?;
            extend(tx, who, held, at, ("study", &due, &written(&reason)?)).await?;
            ("study", json!({ "due": due.date }))
        }
        Step::Extend { until, reason } => {
            let due = held.due.extended(until, &offices.calendar)?;
            extend(tx, who, held, at, ("exceptional", &due, &written(&reason)?)).await?;
            ("extend", json!({ "due": due.date }))
        }
        Step::Forward { to } => {
            let sql = "update card set result = $3 where office = $1 and case_id = $2";
            let to = written(&to)?;
            tx.execute(sql, &[&who.office, &held.case_id, &to]).await?;
            ("forward", json!({ "to": to }))
        }
        Step::Answer { outcome, text, papers } => {
            if !matches!(outcome, CaseStatus::Answered | CaseStatus::Issued | CaseStatus::Rejected) {
                return Err(NotDone::Wrong("the outcome"));
            }
            let reg_no = answer(offices, tx, who, held, at, (outcome, &written(&text)?, papers)).await?;
            ("answer", json!({ "outcome": outcome.word(), "reg_no": reg_no }))
        }
        Step::NotConsider { reason } => {
            let sql = "update card set result = $3 where office = $1 and case_id = $2";
            tx.execute(sql, &[&who.office, &held.case_id, &reason.word()]).await?;
            ("not-consider", json!({ "reason": reason.word() }))
        }
        Step::Close { file_number } => {
            let sql = "update card set file_number = $3, control = false where office = $1 and case_id = $2";
            tx.execute(sql, &[&who.office, &held.case_id, &written(&file_number)?]).await?;
            ("close", json!({ "file_number": file_number }))
        }
    })
}

async fn resolve(
    tx: &Transaction<'_>,
    who: &Official,
    held: &Held,
    at: Timestamp,
    (text, executors, due): (&str, &[String], Date),
) -> Result<(), NotDone> {
    if executors.is_empty() || executors.len() > EXECUTORS_MAX {
        return Err(NotDone::Wrong("the list of executors"));
    }
    if due > held.due.date {
        return Err(NotDone::Wrong("a date after the legal one"));
    }
    let sql = "select count(*) from official where office = $1 and official_id = any($2) and left_at is null";
    let known: i64 = tx.query_one(sql, &[&who.office, &executors]).await?.get(0);
    if usize::try_from(known).ok() != Some(executors.len()) {
        return Err(NotDone::Wrong("an executor"));
    }
    let sql = "update card set resolution = $3, resolution_by = $4, resolution_at = $5
               where office = $1 and case_id = $2";
    tx.execute(sql, &[&who.office, &held.case_id, &text, &who.id, &at]).await?;
    let sql = "update case_file set responsible = $3 where office = $1 and case_id = $2";
    tx.execute(sql, &[&who.office, &held.case_id, &executors[0]]).await?;
    let sql = "insert into task (office, task_id, case_id, text, author, executor, responsible, due_date, given_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    for (nth, executor) in executors.iter().enumerate() {
        let (task_id, responsible) = (Uuid::now_v7(), nth == 0);
        let case_id = held.case_id;
        tx.execute(sql, &[&who.office, &task_id, &case_id, &text, &who.id, executor, &responsible, &due, &at]).await?;
    }
    Ok(())
}

async fn report(
    tx: &Transaction<'_>,
    who: &Official,
    held: &Held,
    at: Timestamp,
    (task_id, text): (Uuid, &str),
) -> Result<(), NotDone> {
    let sql = "update task set report = $5, done_at = $6
               where office = $1 and case_id = $2 and task_id = $3 and executor = $4 and done_at is null";
    let done = tx.execute(sql, &[&who.office, &held.case_id, &task_id, &who.id, &text, &at]).await?;
    if done == 1 { Ok(()) } else { Err(NotDone::NotYours) }
}

async fn extend(
    tx: &Transaction<'_>,
    who: &Official,
    held: &Held,
    at: Timestamp,
    (kind, due, reason): (&str, &Due, &str),
) -> Result<(), NotDone> {
    let sql = "insert into extension (office, case_id, nth, kind, from_date, until_date, reason, by, at)
               select $1, $2, count(*)::integer + 1, $3, $4, $5, $6, $7, $8 from extension
               where office = $1 and case_id = $2";
    let (from, until) = (held.due.date, due.date);
    tx.execute(sql, &[&who.office, &held.case_id, &kind, &from, &until, &reason, &who.id, &at]).await?;
    let sql = "update case_file set due = $3, due_date = $4 where office = $1 and case_id = $2";
    tx.execute(sql, &[&who.office, &held.case_id, &Json(due), &until]).await?;
    Ok(())
}

async fn answer(
    offices: &Offices,
    tx: &Transaction<'_>,
    who: &Official,
    held: &Held,
    at: Timestamp,
    (outcome, text, papers): (CaseStatus, &str, Vec<(String, Vec<u8>)>),
) -> Result<String, NotDone> {
    if papers.len() > PAPERS_MAX {
        return Err(NotDone::Wrong("the number of papers"));
    }
    let mut files = vec![];
    for (name, bytes) in papers {
        let media_type = media_type(&bytes).ok_or(NotDone::Wrong("a paper: PDF, JPEG or PNG"))?;
        let sha256 = Hash::of(&bytes);
        blob::keep(tx, &who.office, sha256, &bytes).await?;
        files.push(Paper { name: written(&name)?, media_type: media_type.to_owned(), sha256 });
    }
    let day = offices.today();
    let outgoing = number::take(tx, &who.office, JournalName::Chiquvchi, day).await?;
    let year = i32::from(day.year());
    let index = i32::try_from(outgoing.index).map_err(|_| StoreError::Row("a registration"))?;
    let sql = "insert into journal (office, journal, reg_year, reg_index, reg_no, reg_date, registered_at,
                 registered_by, case_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (journal, case_id, reg_no) = (&outgoing.journal, &held.case_id, &outgoing.reg_no);
    tx.execute(sql, &[&who.office, journal, &year, &index, reg_no, &day, &at, &who.id, case_id]).await?;
    let sql = "insert into answer (office, case_id, consignment_id, outcome, text, reg_no, files, by, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (id, files, outcome) = (Uuid::now_v7(), Json(files), outcome.word());
    tx.execute(sql, &[&who.office, case_id, &id, &outcome, &text, reg_no, &files, &who.id, &at]).await?;
    let sql = "update task set done_at = $3 where office = $1 and case_id = $2 and done_at is null";
    tx.execute(sql, &[&who.office, case_id, &at]).await?;
    Ok(outgoing.reg_no)
}

/// What an official wrote: something, and not too much.
fn written(text: &str) -> Result<String, NotDone> {
    let text = text.trim();
    let sound = !text.is_empty() && text.chars().count() <= TEXT_CHARS_MAX && !text.contains('\0');
    if sound { Ok(text.to_owned()) } else { Err(NotDone::Wrong("what is written")) }
}

/// What a paper is, by its first bytes; nothing for what an office does not send.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        _ => None,
    }
}
