//! What managers post for the displays, until its time is over or somebody withdraws it.
//!
//! Displays ask every few seconds, so what is posted now is kept in memory; the file is touched when something is posted or
//! withdrawn. It stands here and not in the queue's journal, because it changes nothing in the queue. Deliberately absent:
//! changing a notice. What people have read is withdrawn and said anew.

use super::{By, People, PeopleError, store};
use queue::{
    ids::ClerkId,
    time::{Span, Time},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::PoisonError;
use uuid::Uuid;
use wire::{
    display::{NOTICES_MAX, Notice, Severity},
    layout::Wording,
};

/// Who announced what is answered this long after it is over.
const KEPT: Span = Span::minutes(400 * 24 * 60);

/// What a manager wants to announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// How urgent it is.
    pub severity: Severity,
    /// A line.
    pub title: Wording,
    /// What there is to say besides.
    pub text: Option<Wording>,
    /// Until when, if not until it is withdrawn.
    pub until: Option<Time>,
}

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its identity.
    pub id: Uuid,
    /// What displays are told.
    pub notice: Notice,
    /// Until when, if not until it is withdrawn.
    pub until: Option<Time>,
    /// Who posted it.
    pub by: Option<ClerkId>,
}

/// Why something is not announced.
#[derive(Debug, thiserror::Error)]
pub enum NotPosted {
    /// The identity is another notice's.
    #[error("the identity is another notice's")]
    Reused,
    /// Its time is over already.
    #[error("its time is over already")]
    Over,
    /// As many as there may be.
    #[error("{NOTICES_MAX} notices are posted already")]
    Full,
    /// `people.db` failed.
    #[error("people.db failed")]
    People(#[from] PeopleError),
}

/// What became of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is withdrawn, now or before, or was over by itself.
    Done,
    /// Nobody has posted it.
    Unknown,
}

impl Posting {
    /// Whether it says something in every language, and no more than a screen holds.
    pub fn is_well_formed(&self) -> bool {
        self.notice(Uuid::nil()).is_well_formed()
    }

    fn notice(&self, id: Uuid) -> Notice {
        Notice { id: id.to_string(), severity: self.severity, title: self.title.clone(), text: self.text.clone() }
    }
}

impl From<rusqlite::Error> for NotPosted {
    fn from(error: rusqlite::Error) -> NotPosted {
        NotPosted::People(error.into())
    }
}

impl People {
    /// Announces something. The same again is announced once.
    pub fn post_notice(&self, id: Uuid, posting: &Posting, by: &ClerkId, now: Time) -> Result<(), NotPosted> {
        let notice = posting.notice(id);
        let said = serde_json::to_string(&notice).map_err(|_| PeopleError::Unwritable)?;
        let until = posting.until.map(|until| until.0);
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "select said, until from notice where id = ?1";
        let known = tx.query_row(sql, [id.as_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).optional()?;
        if let Some(known) = known {
            return if known == (said, until) { Ok(()) } else { Err(NotPosted::Reused) };
        }
        if posting.until.is_some_and(|until| until <= now) {
            return Err(NotPosted::Over);
        }
        if load(&tx, now)?.len() >= NOTICES_MAX {
            return Err(NotPosted::Full);
        }
        let sql = "insert into notice (id, said, until, who, posted_at) values (?1, ?2, ?3, ?4, ?5)";
        tx.execute(sql, params![id.as_bytes(), said, until, by.as_str(), now.0])?;
        tx.execute("delete from notice where coalesce(withdrawn_at, until) < ?1", [now.minus(KEPT).0])?;
        let by = By::Staff(by.clone());
        store::audit(&tx, &store::Change { at: now, by: &by, what: "post-notice", whom: &notice.id })?;
        tx.commit()?;
        self.remember(&db, now)?;
        Ok(())
    }

    /// Takes an announcement back; again changes nothing.
    pub fn withdraw_notice(&self, id: Uuid, by: &ClerkId, now: Time) -> Result<Withdrawal, PeopleError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "select count(*) from notice where id = ?1";
        if tx.query_row(sql, [id.as_bytes()], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Withdrawal::Unknown);
        }
        let sql = "update notice set withdrawn_at = ?2 where id = ?1 and withdrawn_at is null";
        if tx.execute(sql, params![id.as_bytes(), now.0])? > 0 {
            let (by, whom) = (By::Staff(by.clone()), id.to_string());
            store::audit(&tx, &store::Change { at: now, by: &by, what: "withdraw-notice", whom: &whom })?;
        }
        tx.commit()?;
        self.remember(&db, now)?;
        Ok(Withdrawal::Done)
    }

    /// What is announced at a moment, the latest first.
    pub fn posted(&self, at: Time) -> Vec<Posted> {
        let all = self.0.notices.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|posted| posted.until.is_none_or(|until| at < until)).cloned().collect()
    }

    fn remember(&self, db: &Connection, now: Time) -> Result<(), PeopleError> {
        *self.0.notices.write().unwrap_or_else(PoisonError::into_inner) = load(db, now)?;
        Ok(())
    }
}

/// What is not withdrawn and not over by now, the latest first.
pub(super) fn load(db: &Connection, now: Time) -> Result<Vec<Posted>, PeopleError> {
    let sql = "select id, said, until, who from notice where withdrawn_at is null and (until is null or until > ?1)
               order by posted_at desc, id desc";
    let mut rows = db.prepare(sql)?;
    let rows = rows.query_map([now.0], |row| {
        let (id, said): ([u8; 16], String) = (row.get(0)?, row.get(1)?);
        Ok((Uuid::from_bytes(id), said, row.get::<_, Option<i64>>(2)?, row.get::<_, String>(3)?))
    })?;
    let mut posted = Vec::new();
    for row in rows {
        let (id, said, until, who) = row?;
        // One that a newer program wrote is passed over.
        let notice = serde_json::from_str(&said).ok();
        posted.extend(notice.map(|notice| Posted { id, notice, until: until.map(Time), by: who.parse().ok() }));
    }
    Ok(posted)
}
