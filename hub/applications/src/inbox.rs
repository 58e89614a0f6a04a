//! What the office writes back: numbers, steps, answers. Each is taken once, whatever order and however often it comes.
//!
//! A case only goes forward along the arrows of `hhx::status`; news that came late is kept and changes nothing.

use crate::{Applications, LIMITS, StoreError, file, line};
use hhx::{
    CaseStatus,
    container::{self, ContainerError, Opened},
    envelope::MessageType,
    line::Stream,
    receipt::Outcome,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// What became of something from the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It is kept.
    Taken,
    /// It was kept before.
    Again,
    /// Its case is not of this hall, or was erased here: kept, so that a person can look at it.
    Stray,
}

/// Why something from the office was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is no container, or not the office's.
    #[error("what came from the office is not taken")]
    Container(#[from] ContainerError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for NotTaken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Applications {
    /// The place after which the office's inbox is asked.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn inbox_cursor(&self) -> Result<u64, StoreError> {
        Ok(self.db().query_row("select coalesce(max(cursor), 0) from inbox", [], |row| row.get(0))?)
    }

    /// Takes a container from the office's inbox.
    ///
    /// # Errors
    ///
    /// If it is none, was signed by a stranger, or cannot be kept.
    pub fn take(&self, (cursor, container): (u64, &[u8]), now: Timestamp) -> Result<Taking, NotTaken> {
        let opened = container::open(container, &LIMITS, &self.settings().office_certificates)?;
        let envelope = &opened.envelope;
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "insert or ignore into inbox (consignment_id, case_id, cursor, container, taken_at)
                   values (?1, ?2, ?3, ?4, ?5)";
        let (id, case_id) = (envelope.consignment_id, envelope.case_id);
        let row = params![id.as_bytes(), case_id.as_bytes(), cursor, container, now.as_millisecond()];
        if tx.execute(sql, row)? == 0 {
            return Ok(Taking::Again);
        }
        let known = note(&tx, &opened, now)?;
        tx.commit()?;
        if known { Ok(Taking::Taken) } else { Ok(Taking::Stray) }
    }

    /// Tells the office something about a case, as that its citizen takes it back.
    ///
    /// # Errors
    ///
    /// If there is no such case, or it cannot go there any more; `false` then.
    pub fn recall(&self, case_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let Some((status, appeal)) = status_of(&tx, case_id)? else { return Ok(false) };
        if !status.may_become(CaseStatus::Recalled, appeal) {
            return Ok(false);
        }
        go_to(&tx, case_id, (CaseStatus::Recalled, now))?;
        let envelope = self.blank(MessageType::Recall, case_id, now);
        line::put_on(&tx, self.settings(), line::Consignment { envelope, entries: &[], stream: Stream::Documents })?;
        tx.commit()?;
        Ok(true)
    }
}

/// Writes down what an envelope says of its case; `false` if the case is not here.
fn note(db: &Connection, opened: &Opened, now: Timestamp) -> Result<bool, StoreError> {
    let envelope = &opened.envelope;
    let case_id = envelope.case_id;
    if status_of(db, case_id)?.is_none() {
        return Ok(false);
    }
    match &envelope.outcome {
        Some(Outcome::Registered { registration, due }) => {
            let sql = "update filed set reg_no = ?2, reg_date = ?3, due = coalesce(?4, due) where case_id = ?1";
            let (date, due) = (registration.reg_date.to_string(), due.map(|due| due.to_string()));
            db.execute(sql, params![case_id.as_bytes(), registration.reg_no, date, due])?;
            // A registered case was delivered, even if R1 is still under way.
            advance(db, case_id, (CaseStatus::Delivered, now))?;
            advance(db, case_id, (CaseStatus::Registered, now))?;
        }
        // R3 of more for a case that is registered says nothing about the case itself.
        Some(Outcome::Refused { .. }) if !is_unregistered(db, case_id)? => {}
        Some(Outcome::Refused { .. }) => {
            advance(db, case_id, (CaseStatus::Delivered, now))?;
            advance(db, case_id, (CaseStatus::Rejected, now))?;
        }
        None => {}
    }
    if let Some(news) = &envelope.news {
        if let Some(due) = news.due {
            db.execute("update filed set due = ?2 where case_id = ?1", params![case_id.as_bytes(), due.to_string()])?;
        }
        advance(db, case_id, (news.status, news.at))?;
    }
    Ok(true)
}

fn is_unregistered(db: &Connection, case_id: Uuid) -> Result<bool, StoreError> {
    let status = status_of(db, case_id)?.map(|(status, _)| status);
    Ok(matches!(status, Some(CaseStatus::Submitted | CaseStatus::Delivered)))
}

/// Goes on by one step; one that was noted before, or came late, changes nothing.
pub(crate) fn advance(db: &Connection, case_id: Uuid, (next, at): (CaseStatus, Timestamp)) -> Result<(), StoreError> {
    let Some((status, appeal)) = status_of(db, case_id)? else { return Ok(()) };
    if is_noted(db, case_id, (next, at))? {
        return Ok(());
    }
    if status.may_become(next, appeal) {
        go_to(db, case_id, (next, at))?;
    } else if status != next {
        let (from, to) = (status.word(), next.word());
        tracing::warn!(%case_id, from, to, "case {case_id} does not go from {from} to {to}");
    }
    Ok(())
}

/// A case is submitted, delivered and registered once; the other steps are told with the office's moment.
fn is_noted(db: &Connection, case_id: Uuid, (status, at): (CaseStatus, Timestamp)) -> Result<bool, StoreError> {
    use CaseStatus::{Delivered, Registered, Submitted};
    let once = matches!(status, Submitted | Delivered | Registered);
    let sql = "select exists (select 1 from step where case_id = ?1 and status = ?2 and (?3 or at = ?4))";
    Ok(db.query_row(sql, params![case_id.as_bytes(), status.word(), once, at.as_millisecond()], |row| row.get(0))?)
}

/// Moves a case along its arrows.
pub(crate) fn go_to(db: &Connection, case_id: Uuid, (status, at): (CaseStatus, Timestamp)) -> Result<(), StoreError> {
    db.execute("update filed set status = ?2 where case_id = ?1", params![case_id.as_bytes(), status.word()])?;
    Ok(file::step(db, case_id, (status, at))?)
}

/// Where a case stands, if it is here.
pub(crate) fn status_of(
    db: &Connection,
    case_id: Uuid,
) -> Result<Option<(CaseStatus, hhx::status::Appeal)>, StoreError> {
    let sql = "select status, kind from filed where case_id = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Some((status, kind)) = db.query_row(sql, [case_id.as_bytes()], row).optional()? else { return Ok(None) };
    let status = CaseStatus::of(&status).ok_or(StoreError::Damaged)?;
    let appeal = if kind == "appeal" { hhx::status::Appeal::Yes } else { hhx::status::Appeal::No };
    Ok(Some((status, appeal)))
}
