//! `applications.db`: everything in it that a citizen wrote is sealed.
//!
//! It is a file of its own, because applications are erased on schedule and the queue's journal is kept for years.

use rusqlite::{Connection, OpenFlags};
use std::{path::Path, time::Duration};

/// In the hall's folder.
pub const FILE_NAME: &str = "applications.db";

/// The tables' version, kept in `user_version`.
const VERSION: i64 = 2;

/// What makes each version of the one before.
const TABLES: [&str; 2] = [FIRST, LESSONS];

const FIRST: &str = "
create table serial (
  epoch integer primary key,
  last integer not null
) strict;
create table slot (
  case_id blob primary key,
  command_id blob not null unique,
  epoch integer not null,
  serial integer not null,
  made_at integer not null
) strict;
create table piece (
  case_id blob not null references slot (case_id) on delete cascade,
  nth integer not null,
  closed blob not null,
  primary key (case_id, nth)
) strict;
create table filed (
  case_id blob primary key,
  command_id blob not null unique,
  number text not null unique,
  seal text not null,
  kind text not null,
  service text not null,
  language text not null,
  ticket blob,
  filed_at integer not null,
  due text,
  status text not null,
  reg_no text,
  reg_date text,
  phone_tail text
) strict;
create index filed_ticket on filed (ticket);
create table step (
  case_id blob not null references filed (case_id) on delete cascade,
  nth integer not null,
  status text not null,
  at integer not null,
  primary key (case_id, nth)
) strict;
create table outbox (
  stream text not null,
  epoch integer not null,
  seq integer not null,
  consignment_id blob not null unique,
  case_id blob,
  envelope blob not null,
  container blob not null,
  made_at integer not null,
  receipt text,
  primary key (stream, epoch, seq)
) strict;
create index outbox_waiting on outbox (stream, epoch, seq) where receipt is null;
create table parked (
  consignment_id blob primary key,
  case_id blob,
  container blob not null,
  code text not null,
  detail text not null,
  parked_at integer not null
) strict;
create table inbox (
  consignment_id blob primary key,
  case_id blob not null,
  cursor integer not null,
  container blob not null,
  taken_at integer not null
) strict;
create index inbox_case on inbox (case_id);
";

/// How far a life has come in asking its office what an earlier one filed.
const LESSONS: &str = "
create table lesson (
  epoch integer primary key,
  after text,
  over integer not null
) strict;
";

/// Why the file of applications failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite.
    #[error("applications.db failed")]
    Database(#[from] rusqlite::Error),
    /// A newer program wrote it.
    #[error("applications.db is of version {0}, which a newer program wrote")]
    Newer(i64),
    /// What was written is not read back.
    #[error("applications.db holds something damaged")]
    Damaged,
    /// A consignment that cannot be packed.
    #[error("a consignment cannot be packed")]
    Container(#[from] hhx::container::ContainerError),
}

/// Opens the file, private to the hub's user, and makes the tables if they are not there.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut db = Connection::open(path)?;
    make_private(path);
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // What was erased is gone from the disk's pages too.
    db.pragma_update(None, "secure_delete", true)?;
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("pragma user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).ok().filter(|done| *done <= TABLES.len()).ok_or(StoreError::Newer(version))?;
    for tables in &TABLES[done..] {
        tx.execute_batch(tables)?;
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    Ok(db)
}

/// Opens a file that another program may be writing, to look at it.
pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    let version: i64 = db.query_row("pragma user_version", [], |row| row.get(0))?;
    if (1..=VERSION).contains(&version) { Ok(db) } else { Err(StoreError::Newer(version)) }
}

#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // On a file system without permissions the folder's own protection has to do.
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}
