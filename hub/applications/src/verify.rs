//! Whether a file of applications holds together: the line and its chain, the containers, the steps, the numbers.
//!
//! Reads only, also while a hub writes: one read transaction holds one moment. Deliberately absent: what is sealed,
//! which nobody here can open, and the office's receipts, which were checked when they came.

use crate::{LIMITS, Number, StoreError, store};
use hhx::{Hash, container, line::Position};
use rusqlite::Connection;
use std::path::Path;
use uuid::Uuid;

/// Faults beyond these are not collected: the first ones say what happened.
const FAULTS_MAX: usize = 100;

/// A file that holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// Applications in it.
    pub filed: u64,
    /// Consignments that the office has not taken.
    pub waiting: u64,
}

/// What is wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No database, another program's, or no right to read.
    #[error("applications.db cannot be read: {0}")]
    Closed(#[from] StoreError),
    /// SQLite's own check.
    #[error("applications.db is damaged: {0}")]
    Damaged(String),
    /// A place on the line is empty, or does not follow the one before.
    #[error("the {stream} of life {epoch} do not go on at {seq}")]
    Line {
        /// On this stream.
        stream: String,
        /// Of this life.
        epoch: u32,
        /// At this place.
        seq: u64,
    },
    /// A container is not the one that its row names.
    #[error("consignment {0} is not what was packed")]
    Container(Uuid),
    /// A case's last step is not where it stands.
    #[error("case {0} does not stand where its last step left it")]
    Steps(Uuid),
    /// A number was not given by this file.
    #[error("case {0} has a number that was never given")]
    Number(Uuid),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Closed(error.into())
    }
}

/// Checks a file of applications.
///
/// # Errors
///
/// The first faults.
pub fn verify(file: &Path) -> Result<Sound, Vec<Fault>> {
    let mut faults = Vec::new();
    match look(file, &mut faults) {
        Ok(sound) if faults.is_empty() => Ok(sound),
        Ok(_) => Err(faults),
        Err(fault) => {
            faults.push(fault);
            Err(faults)
        }
    }
}

fn look(file: &Path, faults: &mut Vec<Fault>) -> Result<Sound, Fault> {
    let db = store::reader(file)?;
    let moment = db.unchecked_transaction()?;
    let found: String = moment.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(Fault::Damaged(found));
    }
    let orphans: i64 = moment.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get(0))?;
    if orphans > 0 {
        return Err(Fault::Damaged(format!("{orphans} rows belong to nothing")));
    }
    walk_line(&moment, faults)?;
    compare_cases(&moment, faults)?;
    let count = |sql: &str| moment.query_row(sql, [], |row| row.get(0));
    let filed = count("select count(*) from filed")?;
    Ok(Sound { filed, waiting: count("select count(*) from outbox where receipt is null")? })
}

fn walk_line(db: &Connection, faults: &mut Vec<Fault>) -> Result<(), Fault> {
    let sql = "select stream, epoch, seq, consignment_id, envelope, container from outbox order by stream, epoch, seq";
    let mut rows = db.prepare(sql)?;
    let mut rows = rows.query([])?;
    let mut before: Option<(String, u32, u64, Hash)> = None;
    while let Some(row) = rows.next()? {
        let (stream, epoch, seq) = (row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, u64>(2)?);
        let (id, envelope) = (Uuid::from_bytes(row.get(3)?), Hash(row.get(4)?));
        let packed = container::contents(row.get_ref(5)?.as_blob().unwrap_or_default(), &LIMITS);
        let same = packed
            .as_ref()
            .ok()
            .filter(|packed| packed.envelope.consignment_id == id && packed.envelope_hash == envelope);
        match same.and_then(|packed| packed.envelope.line) {
            None => note(faults, Fault::Container(id)),
            Some(place) if !goes_on(before.as_ref(), (&stream, epoch, seq), place) => {
                note(faults, Fault::Line { stream: stream.clone(), epoch, seq });
            }
            Some(_) => {}
        }
        before = Some((stream, epoch, seq, envelope));
    }
    Ok(())
}

/// What went before may have been erased: the office has it for good.
fn goes_on(before: Option<&(String, u32, u64, Hash)>, (stream, epoch, seq): (&str, u32, u64), place: Position) -> bool {
    let stands = (place.epoch, place.seq) == (epoch, seq) && crate::line::word(place.stream) == stream;
    stands
        && match before {
            Some((last, life, at, hash)) if last == stream && *life == epoch => seq == at + 1 && place.prev == *hash,
            Some(_) | None => seq > 1 || place.prev == Hash::ZERO,
        }
}

fn compare_cases(db: &Connection, faults: &mut Vec<Fault>) -> Result<(), Fault> {
    let sql = "select f.case_id, f.number, f.seal = '',
                 f.status is (select status from step s where s.case_id = f.case_id order by nth desc limit 1),
                 coalesce((select last from serial where epoch = ?1), 0)
               from filed f where cast(substr(f.number, 1, instr(f.number, '-') - 1) as integer) = ?1";
    let mut lives =
        db.prepare("select distinct cast(substr(number, 1, instr(number, '-') - 1) as integer) from filed")?;
    let lives: Vec<u32> = lives.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for life in lives {
        let mut rows = db.prepare(sql)?;
        let mut rows = rows.query([life])?;
        while let Some(row) = rows.next()? {
            let case_id = Uuid::from_bytes(row.get(0)?);
            let (learned, stands, last): (bool, bool, u32) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let number = row.get::<_, String>(1)?.parse::<Number>().map(Number::place);
            let given = number.is_ok_and(|(_, serial)| learned || serial <= last);
            if !given {
                note(faults, Fault::Number(case_id));
            }
            if !stands {
                note(faults, Fault::Steps(case_id));
            }
        }
    }
    Ok(())
}

fn note(faults: &mut Vec<Fault>, fault: Fault) {
    if faults.len() < FAULTS_MAX {
        faults.push(fault);
    }
}
