//! What a restored or replaced hub learns of its own cases from the office: each life asks once, page by page.
//!
//! A case that was filed after the backup comes back with its number, its steps and what it is asked by; a case that is
//! here goes on to where it stands. What a citizen wrote does not come back: its seal was on the lost disk. Whatever page
//! is learned twice, nothing is there twice.

use crate::{Applications, Number, StoreError, file, inbox::advance};
use hhx::{
    CaseStatus,
    cases::{Case, Page},
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// How far this life has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lesson {
    /// The first page, or the one after a place.
    Next(Option<String>),
    /// It knows what the office knew.
    Over,
}

/// What a page was good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learned {
    /// Cases that were not here.
    pub new: usize,
    /// Cases whose number another case has here: two hubs gave it. They are left at the office.
    pub doubled: usize,
}

impl Applications {
    /// Which page of its cases this life asks for.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn lesson(&self) -> Result<Lesson, StoreError> {
        let sql = "select after, over from lesson where epoch = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, bool>(1)?));
        let known = self.db().query_row(sql, [self.settings().epoch], row).optional()?;
        Ok(match known {
            Some((_, true)) => Lesson::Over,
            Some((after, false)) => Lesson::Next(after),
            None => Lesson::Next(None),
        })
    }

    /// Takes in a page, and remembers which one comes next.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or written; then the page changed nothing.
    pub fn learn(&self, page: &Page) -> Result<Learned, StoreError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let mut learned = Learned::default();
        for case in &page.cases {
            match learn_case(&tx, case)? {
                Here::Was => {}
                Here::Is => learned.new += 1,
                Here::CannotBe => {
                    learned.doubled += 1;
                    let case_id = case.case_id;
                    tracing::error!(%case_id, "case {case_id} of an earlier life has a number that was given again");
                }
            }
        }
        let sql = "insert into lesson (epoch, after, over) values (?1, ?2, ?3)
                   on conflict (epoch) do update set after = excluded.after, over = excluded.over";
        tx.execute(sql, params![self.settings().epoch, page.next, page.next.is_none()])?;
        tx.commit()?;
        Ok(learned)
    }
}

enum Here {
    Was,
    Is,
    CannotBe,
}

fn learn_case(db: &Connection, case: &Case) -> Result<Here, StoreError> {
    let sql = "select number from filed where case_id = ?1";
    let known = db.query_row(sql, [case.case_id.as_bytes()], |row| row.get::<_, String>(0)).optional()?;
    let here = match known {
        Some(_) => Here::Was,
        None => keep(db, case)?,
    };
    if matches!(here, Here::CannotBe) {
        return Ok(here);
    }
    let sql = "update filed set reg_no = ?2, reg_date = ?3, due = ?4 where case_id = ?1";
    let (date, due) = (case.reg_date.to_string(), case.due.to_string());
    db.execute(sql, params![case.case_id.as_bytes(), case.reg_no, date, due])?;
    for step in &case.steps {
        advance(db, case.case_id, (step.status, step.at))?;
    }
    Ok(here)
}

/// A case without its seal: it is asked about and never opened here.
fn keep(db: &Connection, case: &Case) -> Result<Here, StoreError> {
    let number: Number = case.number.parse().map_err(|_| StoreError::Damaged)?;
    let sql = "insert into filed
                 (case_id, command_id, number, seal, kind, service, language, filed_at, status, phone_tail)
               values (?1, ?1, ?2, '', ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing";
    let kind = if case.appeal { "appeal" } else { "application" };
    let filed_at = Timestamp::from_millisecond(case.filed_at.as_millisecond()).unwrap_or(case.filed_at);
    let row = params![
        case.case_id.as_bytes(),
        number.to_string(),
        kind,
        case.service,
        case.language,
        filed_at.as_millisecond(),
        CaseStatus::Submitted.word(),
        case.phone_tail
    ];
    if db.execute(sql, row)? == 0 {
        return Ok(Here::CannotBe);
    }
    file::step(db, case.case_id, (CaseStatus::Submitted, filed_at))?;
    Ok(Here::Is)
}
