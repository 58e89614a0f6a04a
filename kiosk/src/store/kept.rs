//! Small things that outlive the program and belong to no ticket: what the hub said of the hall, self-tests on their way,
//! wrong PINs, an opened cabinet; and whether the disk still takes anything.

use super::{Store, StoreError};
use crate::hall::Kept;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::path::Path;
use uuid::Uuid;
use wire::fleet::SelfTest;

/// Self-tests that wait for the hub: a technician makes a few in a visit.
pub const SELF_TESTS_MAX: usize = 8;

impl Store {
    /// A journal that ends with the program, for when the real one cannot be opened: with the services and the facts of the
    /// hall, as far as they can be read. No ticket may be promised on it.
    pub fn salvage(path: &Path) -> Result<Store, StoreError> {
        let mut store = Store::prepare(Connection::open_in_memory()?)?;
        // A disk that takes nothing cannot be asked for locks either; what only the log knows is left behind.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let plain = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let read = Connection::open_with_flags(format!("file:{plain}?immutable=1"), flags).map(|db| Store { db });
        let catalogues = read.as_ref().ok().and_then(|read| read.catalogues().ok()).unwrap_or_default();
        for (language, catalogue) in catalogues {
            store.keep_catalogue(language, &catalogue, Timestamp::UNIX_EPOCH)?;
        }
        let facts = read.as_ref().ok().and_then(|read| read.facts().ok()).unwrap_or_default();
        store.keep_facts(&facts)?;
        // Under its own name, so that the hub does not take it for another journal.
        let id = |read: &Store| read.db.query_row("select id from journal", [], |row| row.get::<_, String>(0)).ok();
        if let Some(id) = read.as_ref().ok().and_then(id) {
            store.db.execute("insert into journal (one, id) values (1, ?)", [id])?;
        }
        Ok(store)
    }

    /// What the hub last said of the hall. What cannot be read is as good as nothing: the hub will be asked again.
    pub fn facts(&self) -> Result<Kept, StoreError> {
        let body: Option<String> = self.db.query_row("select body from facts", [], |row| row.get(0)).optional()?;
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default())
    }

    /// Keeps it.
    pub fn keep_facts(&mut self, facts: &Kept) -> Result<(), StoreError> {
        let body = serde_json::to_string(facts).expect("facts are text and lists of text");
        let sql = "insert into facts (one, body) values (1, ?) on conflict do update set body = excluded.body";
        self.db.execute(sql, [body])?;
        Ok(())
    }

    /// The time the hub last said, if it ever did.
    pub fn hub_said(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = self.db.query_row("select at from hub where at > 0", [], |row| row.get(0)).optional()?;
        Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }

    /// Keeps a self-test until the hub has it; the oldest goes when there are too many.
    pub fn keep_self_test(&mut self, test: &SelfTest) -> Result<(), StoreError> {
        let body = serde_json::to_string(test).expect("a self-test is text");
        let tx = self.db.transaction()?;
        let command = test.command_id.to_string();
        tx.execute("insert or ignore into self_test (command_id, body) values (?1, ?2)", (command, body))?;
        let sql = "delete from self_test where nth not in (select nth from self_test order by nth desc limit ?)";
        tx.execute(sql, [SELF_TESTS_MAX])?;
        Ok(tx.commit()?)
    }

    /// The self-tests that wait, the oldest first.
    pub fn self_tests(&self) -> Result<Vec<SelfTest>, StoreError> {
        let mut query = self.db.prepare("select body from self_test order by nth")?;
        let bodies = query.query_map([], |row| row.get::<_, String>(0))?;
        let bodies: Vec<String> = bodies.collect::<Result<_, _>>()?;
        Ok(bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).collect())
    }

    /// The hub has it, or never will.
    pub fn forget_self_test(&mut self, command: Uuid) -> Result<(), StoreError> {
        self.db.execute("delete from self_test where command_id = ?", [command.to_string()])?;
        Ok(())
    }

    /// Wrong PINs in a row.
    pub fn wrong_pins(&self) -> Result<u32, StoreError> {
        Ok(self.db.query_row("select coalesce(max(count), 0) from wrong_pins", [], |row| row.get(0))?)
    }

    /// Keeps how many there were. Zero forgets them.
    pub fn keep_wrong_pins(&mut self, count: u32) -> Result<(), StoreError> {
        let sql = "insert into wrong_pins (one, count) values (1, ?) on conflict do update set count = excluded.count";
        self.db.execute(sql, [count])?;
        Ok(())
    }

    /// When the cabinet was opened, if nobody has seen that.
    pub fn door(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = self.db.query_row("select opened_at from door", [], |row| row.get(0)).optional()?;
        Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }

    /// The cabinet was opened.
    pub fn keep_door(&mut self, at: Timestamp) -> Result<(), StoreError> {
        self.db.execute("insert or ignore into door (one, opened_at) values (1, ?)", [at.as_millisecond()])?;
        Ok(())
    }

    /// Somebody has seen it.
    pub fn forget_door(&mut self) -> Result<(), StoreError> {
        self.db.execute("delete from door", [])?;
        Ok(())
    }

    /// Writes something and waits until it is on the disk.
    pub fn probe(&mut self) -> Result<(), StoreError> {
        self.db.execute("insert into probe (one, nth) values (1, 1) on conflict do update set nth = nth + 1", [])?;
        Ok(())
    }

    /// Makes the disk refuse every write, or take them again, as far as SQLite is concerned.
    #[cfg(test)]
    pub(crate) fn becomes(&mut self, storage: crate::session::Storage) {
        let refuses = storage == crate::session::Storage::Fails;
        self.db.pragma_update(None, "query_only", refuses).expect("a pragma needs no disk");
    }

    /// Looks whether the journal is whole.
    pub fn check(&self) -> Result<Whole, StoreError> {
        let said: String = self.db.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
        Ok(if said == "ok" { Whole::Yes } else { Whole::No })
    }
}

/// Whether the journal is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl StoreError {
    /// Whether it is the disk's fault and not that of what was asked.
    pub fn is_the_disks(&self) -> bool {
        match self {
            StoreError::Disk(_) => true,
            StoreError::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::ReadOnly
                        | ErrorCode::CannotOpen
                        | ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase
                        | ErrorCode::FileLockingProtocolFailed
                )
            ),
            StoreError::Newer { .. }
            | StoreError::NoLane
            | StoreError::OutboxFull
            | StoreError::NumberTooLong(_)
            | StoreError::Stage { .. } => false,
        }
    }
}
