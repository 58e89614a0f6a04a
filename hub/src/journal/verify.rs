//! `hub verify`: does the journal hold together from its first entry, and do the views say what it says?
//!
//! Reads only, also while a hub writes: one read transaction holds one moment. Believes nothing but the rows
//! themselves: not the views, not the carry, not the numbering.

use super::{
    Place, carry,
    entry::{self, Entry, Hash},
    lock,
    state::State,
    store,
    views::{Changed, tables},
};
use queue::{event::Event, ids::CommandId};
use rusqlite::Connection;
use std::path::Path;

/// Faults beyond these are not collected: the first ones say what happened.
pub const FAULTS_MAX: usize = 100;

/// A journal that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries, which is also the last sequence number.
    pub entries: u64,
    /// Service days that were opened.
    pub days: u32,
    /// Tickets of all days.
    pub tickets: u64,
    /// The end of the hash chain: whoever wrote it down can prove later that nothing before it changed.
    pub head: [u8; 32],
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No file, no database, no right to read.
    #[error("the journal cannot be read: {what}")]
    Closed { what: String },
    /// SQLite's own check.
    #[error("the file is damaged: {what}")]
    Damaged { what: String },
    /// A row is gone, or was put where another should be.
    #[error("entry {seq} is missing: entry {found} comes instead")]
    Missing { seq: u64, found: u64 },
    /// A row is not what it was, or does not follow the one before.
    #[error("entry {seq} was changed, or does not follow the entry before it")]
    Chain { seq: u64 },
    /// A row this program cannot read.
    #[error("entry {seq} cannot be read: {what}")]
    Unreadable { seq: u64, what: String },
    /// Events of one command are not counted from 0 without a gap.
    #[error("entry {seq} says it is event {nth} of its command, but {expected} is due")]
    Nth { seq: u64, nth: u32, expected: u32 },
    /// A row carries another service day.
    #[error("entry {seq} says service day {day}, but it is day {expected}")]
    Day { seq: u64, day: u32, expected: u32 },
    /// The first event of a command has no fingerprint, or another one has.
    #[error("entry {seq} has a fingerprint where none belongs, or none where one does")]
    Fingerprint { seq: u64 },
    /// A view lacks a row.
    #[error("view {table} has no row {row}")]
    ViewMissing { table: &'static str, row: String },
    /// A view has a row of its own.
    #[error("view {table} has a row {row} that the journal does not know")]
    ViewTooMuch { table: &'static str, row: String },
    /// A view says something else.
    #[error("view {table}, row {row}: {column} is {found}, but the journal says {proper}")]
    ViewDiffers { table: &'static str, row: String, column: &'static str, found: String, proper: String },
    /// A view has rows of days that never were.
    #[error("view {table} has {rows} rows of service days that the journal does not know")]
    Strays { table: &'static str, rows: u64 },
    /// The start of the day's replay is not what the journal says.
    #[error("the carry of entry {seq} is not what the journal says")]
    Carry { seq: u64 },
}

/// Checks a hall's journal from the first entry.
pub fn verify(dir: &Path) -> Result<Verified, Vec<Fault>> {
    let file = dir.join(store::FILE_NAME);
    if let Some(what) = lock::missing_log(dir, &file) {
        return Err(vec![Fault::Damaged { what: what.to_owned() }]);
    }
    verify_file(&file)
}

/// Checks one journal file, a backup for example.
pub fn verify_file(file: &Path) -> Result<Verified, Vec<Fault>> {
    verify_by(store::reader(file))
}

/// Checks a journal wherever it lies.
pub fn verify_at(place: &Place) -> Result<Verified, Vec<Fault>> {
    verify_by(store::reader_at(place))
}

fn verify_by(reader: rusqlite::Result<Connection>) -> Result<Verified, Vec<Fault>> {
    let closed = |e: rusqlite::Error| vec![Fault::Closed { what: e.to_string() }];
    let conn = reader.map_err(closed)?;
    let moment = conn.unchecked_transaction().map_err(closed)?;
    let found: String = moment.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(closed)?;
    if found != "ok" {
        return Err(vec![Fault::Damaged { what: found }]);
    }
    let mut walk = Walk::new(&moment);
    let read = walk.walk();
    if let Err(e) = read {
        walk.note([Fault::Closed { what: e.to_string() }]);
    }
    if walk.faults.is_empty() { Ok(walk.verified) } else { Err(walk.faults) }
}

/// From the first entry to the last.
struct Walk<'a> {
    conn: &'a Connection,
    state: State,
    /// Whether every row so far could be taken in: else the views have nothing to be compared with.
    followed: bool,
    command: Option<(CommandId, u32)>,
    carry: Option<(u64, String)>,
    faults: Vec<Fault>,
    verified: Verified,
}

impl<'a> Walk<'a> {
    fn new(conn: &'a Connection) -> Self {
        let state = State::empty();
        let verified = Verified { entries: 0, days: 0, tickets: 0, head: state.head };
        Walk { conn, state, followed: true, command: None, carry: None, faults: Vec::new(), verified }
    }

    fn walk(&mut self) -> rusqlite::Result<()> {
        let conn = self.conn;
        entry::each_after(conn, 0, |row| self.step(&row))?;
        self.verified.head = self.state.head;
        self.verified.entries = self.state.seq;
        if !self.followed {
            return Ok(());
        }
        self.compare_day()?;
        let counters = tables::compare_counters(conn, &self.state.views)?;
        let strays = tables::strays(conn, self.state.day())?;
        self.note(counters.into_iter().chain(strays));
        if let Some((seq, kept)) = carry::kept(conn)?
            && self.carry != Some((seq, kept))
        {
            self.note([Fault::Carry { seq }]);
        }
        Ok(())
    }

    fn step(&mut self, row: &Entry) -> rusqlite::Result<()> {
        self.check_row(row);
        // The chain goes on from what is written, so that one fault is one fault.
        (self.state.seq, self.state.head) = (row.seq, row.hash);
        if !self.followed {
            return Ok(());
        }
        match row.event() {
            Ok(event) => self.take_in(row, &event)?,
            Err(e) => {
                self.followed = false;
                self.note([Fault::Unreadable { seq: row.seq, what: e.to_string() }]);
            }
        }
        Ok(())
    }

    fn check_row(&mut self, row: &Entry) {
        let expected: u64 = self.state.seq + 1;
        if row.seq != expected {
            self.note([Fault::Missing { seq: expected, found: row.seq }]);
        }
        let head: Hash = self.state.head;
        if row.prev_hash != head || row.hash != row.proper_hash() {
            self.note([Fault::Chain { seq: row.seq }]);
        }
        if let Err(e) = row.actor() {
            self.note([Fault::Unreadable { seq: row.seq, what: e.to_string() }]);
        }
        let expected = match self.command {
            Some((command, nth)) if command == row.command_id => nth + 1,
            _ => 0,
        };
        if row.nth != expected {
            self.note([Fault::Nth { seq: row.seq, nth: row.nth, expected }]);
        }
        if row.fingerprint.is_some() != (row.nth == 0) {
            self.note([Fault::Fingerprint { seq: row.seq }]);
        }
        self.command = Some((row.command_id, row.nth));
    }

    fn take_in(&mut self, row: &Entry, event: &Event) -> rusqlite::Result<()> {
        let opening = matches!(event, Event::DayOpened { .. });
        if opening {
            // The views forget a day when the next begins: now is the time to compare them.
            self.compare_day()?;
            self.verified.days += 1;
        }
        self.state.take_in(row.at, event, &mut Changed::default());
        if matches!(event, Event::Reserved { .. } | Event::RecordedOffline { .. }) {
            self.verified.tickets += 1;
        }
        if opening && let Some(carry) = carry::of(&self.state.hall) {
            self.carry = Some((row.seq, carry));
        }
        if row.day != self.state.day() {
            self.note([Fault::Day { seq: row.seq, day: row.day, expected: self.state.day() }]);
        }
        Ok(())
    }

    fn compare_day(&mut self) -> rusqlite::Result<()> {
        let faults = tables::compare_day(self.conn, &self.state.views)?;
        self.note(faults);
        Ok(())
    }

    fn note(&mut self, faults: impl IntoIterator<Item = Fault>) {
        let room = FAULTS_MAX.saturating_sub(self.faults.len());
        self.faults.extend(faults.into_iter().take(room));
    }
}
