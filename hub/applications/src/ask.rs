//! "What became of my application": by its number and the last four digits of the phone, never a name.
//!
//! Ten thousand endings of a phone can be tried by anybody who has found a slip, so a number that was asked for wrongly
//! five times rests for an hour, and so does whoever asks too much. The four digits themselves are kept as a slow hash.

use crate::{Applications, Number, StoreError};
use hhx::{CaseStatus, tail::PhoneTail};
use jiff::{SignedDuration, Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use std::{collections::BTreeMap, sync::PoisonError};
use uuid::Uuid;

/// Wrong endings for one number before it rests.
const WRONG_MAX: u32 = 5;
/// Questions from one place in [`REST`].
const ASKED_MAX: u32 = 30;
/// How long a number, or whoever asks, rests.
const REST: SignedDuration = SignedDuration::from_hours(1);
/// Numbers and places that are remembered; beyond it the oldest are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// A question.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The number on the slip, as typed.
    pub number: String,
    /// The last four digits of the phone.
    pub phone_tail: PhoneTail,
    /// Who asks: a kiosk's id or a phone's address, to count by.
    pub place: String,
}

/// What is told: steps and dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The hall's number.
    pub number: String,
    /// The service's code.
    pub service: String,
    /// It stands so now.
    pub status: CaseStatus,
    /// The office's number and its day, when there is one.
    pub registered: Option<(String, Date)>,
    /// The day an answer is due.
    pub due: Option<Date>,
    /// The steps so far.
    pub steps: Vec<(CaseStatus, Timestamp)>,
}

/// Why nothing is told. A number that is not there and a wrong ending are one answer.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// The number is mistyped.
    #[error("this is not the number of an application")]
    NotANumber,
    /// There is no such application with this phone.
    #[error("there is no such application")]
    Unknown,
    /// Asked too often.
    #[error("asked too often")]
    Rest(SignedDuration),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for NotTold {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Applications {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// If there is nothing to tell, or it was asked too often.
    pub fn ask(&self, asked: &Asked, now: Timestamp) -> Result<Seen, NotTold> {
        let number: Number = asked.number.parse().map_err(|_| NotTold::NotANumber)?;
        self.limits(|limits| limits.may_ask(&asked.place, number, now))?;
        let found = self.found(number, asked.phone_tail)?;
        if found.is_none() {
            self.limits(|limits| {
                limits.wrong(number, now);
                Ok(())
            })?;
        }
        found.ok_or(NotTold::Unknown)
    }

    fn found(&self, number: Number, tail: PhoneTail) -> Result<Option<Seen>, NotTold> {
        let number = number.to_string();
        let found = {
            let db = self.db();
            let sql = "select case_id, phone_tail from filed where number = ?1";
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?));
            db.query_row(sql, [&number], row).optional()?
        };
        // The slow hash is reckoned for nobody, too: how long an answer takes tells nothing. The file is free meanwhile.
        let case_id = found.as_ref().map_or(Uuid::nil(), |(id, _)| Uuid::from_bytes(*id));
        let hash = tail.hashed(case_id);
        match found {
            Some((_, Some(kept))) if kept == hash => Ok(Some(seen(&self.db(), case_id)?)),
            Some(_) | None => Ok(None),
        }
    }

    fn limits<T>(&self, f: impl FnOnce(&mut Limits) -> Result<T, NotTold>) -> Result<T, NotTold> {
        f(&mut self.0.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where a case stands.
pub(crate) fn seen(db: &Connection, case_id: Uuid) -> Result<Seen, StoreError> {
    let sql = "select number, service, status, reg_no, reg_date, due from filed where case_id = ?1";
    let text = |row: &rusqlite::Row<'_>| {
        Ok((
            (row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?),
            (row.get::<_, Option<String>>(3)?, row.get::<_, Option<String>>(4)?, row.get::<_, Option<String>>(5)?),
        ))
    };
    let ((number, service, status), (reg_no, reg_date, due)) = db.query_row(sql, [case_id.as_bytes()], text)?;
    let date =
        |text: Option<String>| text.map(|text| text.parse::<Date>().map_err(|_| StoreError::Damaged)).transpose();
    let mut rows = db.prepare("select status, at from step where case_id = ?1 order by nth")?;
    let rows = rows.query_map(params![case_id.as_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut steps = Vec::new();
    for row in rows {
        let (status, at) = row?;
        steps.push((status_of(&status)?, Timestamp::from_millisecond(at).map_err(|_| StoreError::Damaged)?));
    }
    let registered = reg_no.zip(date(reg_date)?);
    Ok(Seen { number, service, status: status_of(&status)?, registered, due: date(due)?, steps })
}

fn status_of(word: &str) -> Result<CaseStatus, StoreError> {
    CaseStatus::of(word).ok_or(StoreError::Damaged)
}

/// Who asked how often; only in memory, so a restart forgives.
#[derive(Default)]
pub(crate) struct Limits {
    wrong: BTreeMap<Number, Count>,
    asked: BTreeMap<String, Count>,
}

#[derive(Clone, Copy)]
struct Count {
    times: u32,
    since: Timestamp,
}

impl Limits {
    fn may_ask(&mut self, place: &str, number: Number, now: Timestamp) -> Result<(), NotTold> {
        rest(self.wrong.get(&number), WRONG_MAX, now)?;
        rest(self.asked.get(place), ASKED_MAX, now)?;
        count(&mut self.asked, place.to_owned(), now);
        Ok(())
    }

    fn wrong(&mut self, number: Number, now: Timestamp) {
        count(&mut self.wrong, number, now);
    }
}

fn rest(count: Option<&Count>, most: u32, now: Timestamp) -> Result<(), NotTold> {
    let Some(count) = count.filter(|count| count.times >= most) else { return Ok(()) };
    let left = REST - now.duration_since(count.since);
    // A clock set back does not make anybody rest for years.
    if left <= SignedDuration::ZERO || left > REST { Ok(()) } else { Err(NotTold::Rest(left)) }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, Count>, key: K, now: Timestamp) {
    counts.retain(|_, count| {
        let age = now.duration_since(count.since);
        SignedDuration::ZERO <= age && age < REST
    });
    if counts.len() >= REMEMBERED_MAX {
        counts.pop_first();
    }
    counts.entry(key).or_insert(Count { times: 0, since: now }).times += 1;
}
