//! The tables of `people.db`. Small and rarely written; every statement stands next to the one function that uses it.

use super::{By, PeopleError, lockout::Attempts};
use queue::{ids::ClerkId, time::Time};
use rusqlite::{Connection, OptionalExtension, params};
use std::{path::Path, time::Duration};

/// The tables' version, kept in `user_version`.
const VERSION: i64 = 5;

const TABLES: &str = "
create table staff_pin (
  clerk text primary key,
  phc text not null,
  set_at integer not null
) strict;
create table attempt (
  clerk text primary key,
  wrong integer not null,
  last integer not null
) strict;
create table session (
  token_hash blob primary key,
  clerk text not null,
  created_at integer not null,
  seen_at integer not null
) strict;
create table device_token (
  token_hash blob primary key,
  device text not null,
  made_at integer not null
) strict;
create table change (
  nth integer primary key,
  at integer not null,
  who text not null,
  what text not null,
  whom text not null
) strict;
";

/// Since version 2: every journal that counted in a kiosk's lane, in the order they came.
const KIOSK_JOURNALS: &str = "
create table kiosk_journal (
  nth integer primary key,
  device text not null,
  journal blob not null,
  first_at integer not null,
  unique (device, journal)
) strict;
pragma user_version = 2;
";

/// Since version 3: the keys kiosks sign with, what their technicians found, and the PIN of their technicians.
const KIOSK_KEYS: &str = "
create table kiosk_key (
  nth integer primary key,
  device text not null,
  public blob not null,
  first_at integer not null,
  unique (device, public)
) strict;
create table self_test (
  nth integer primary key,
  device text not null,
  at integer not null,
  report text not null
) strict;
create table service_pin (
  one integer primary key check (one = 1),
  phc text not null,
  set_at integer not null
) strict;
pragma user_version = 3;
";

/// Since version 4: copies of tickets, so that two papers with one number can be explained.
const REPRINTS: &str = "
create table reprint (
  command_id blob primary key,
  device text not null,
  ticket blob not null,
  at integer not null
) strict;
create index reprint_ticket on reprint (ticket);
create index reprint_at on reprint (at);
pragma user_version = 4;
";

/// Since version 5: what managers posted for the displays.
const NOTICES: &str = "
create table notice (
  id blob primary key,
  said text not null,
  until integer,
  who text not null,
  posted_at integer not null,
  withdrawn_at integer
) strict;
pragma user_version = 5;
";

/// Something a manager may ask about later.
pub(super) struct Change<'a> {
    pub(super) at: Time,
    pub(super) by: &'a By,
    pub(super) what: &'static str,
    pub(super) whom: &'a str,
}

/// Opens the file, private to the hub's user, and makes the tables if they are not there.
pub(super) fn open(path: &Path) -> Result<Connection, PeopleError> {
    let mut db = Connection::open(path)?;
    make_private(path);
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    match tx.query_row("pragma user_version", [], |row| row.get(0))? {
        0 => tx.execute_batch(&[TABLES, KIOSK_JOURNALS, KIOSK_KEYS, REPRINTS, NOTICES].concat())?,
        1 => tx.execute_batch(&[KIOSK_JOURNALS, KIOSK_KEYS, REPRINTS, NOTICES].concat())?,
        2 => tx.execute_batch(&[KIOSK_KEYS, REPRINTS, NOTICES].concat())?,
        3 => tx.execute_batch(&[REPRINTS, NOTICES].concat())?,
        4 => tx.execute_batch(NOTICES)?,
        VERSION => {}
        newer => return Err(PeopleError::Newer(newer)),
    }
    tx.commit()?;
    Ok(db)
}

/// The PIN's hash, if there is one.
pub(super) fn pin(db: &Connection, clerk: &ClerkId) -> Result<Option<String>, PeopleError> {
    let sql = "select phc from staff_pin where clerk = ?1";
    Ok(db.query_row(sql, [clerk.as_str()], |row| row.get(0)).optional()?)
}

/// A new PIN; old mistakes no longer count.
pub(super) fn keep_pin(db: &Connection, clerk: &ClerkId, phc: &str, now: Time) -> Result<(), PeopleError> {
    let sql = "insert into staff_pin (clerk, phc, set_at) values (?1, ?2, ?3)
               on conflict (clerk) do update set phc = excluded.phc, set_at = excluded.set_at";
    db.execute(sql, params![clerk.as_str(), phc, now.0])?;
    keep_attempts(db, clerk, &Attempts::default())
}

/// Wrong PINs since the last right one.
pub(super) fn attempts(db: &Connection, clerk: &ClerkId) -> Result<Attempts, PeopleError> {
    let sql = "select wrong, last from attempt where clerk = ?1";
    let row = db.query_row(sql, [clerk.as_str()], |row| Ok(Attempts { wrong: row.get(0)?, last: Time(row.get(1)?) }));
    Ok(row.optional()?.unwrap_or_default())
}

/// Keeps them; a restart is no way around a lock.
pub(super) fn keep_attempts(db: &Connection, clerk: &ClerkId, attempts: &Attempts) -> Result<(), PeopleError> {
    let sql = "insert into attempt (clerk, wrong, last) values (?1, ?2, ?3)
               on conflict (clerk) do update set wrong = excluded.wrong, last = excluded.last";
    db.execute(sql, params![clerk.as_str(), attempts.wrong, attempts.last.0])?;
    Ok(())
}

/// Writes down who did what to whom; ids only.
pub(super) fn audit(db: &Connection, change: &Change<'_>) -> Result<(), PeopleError> {
    let who = match change.by {
        By::Staff(clerk) => clerk.as_str(),
        By::Shell => "shell",
    };
    let sql = "insert into change (at, who, what, whom) values (?1, ?2, ?3, ?4)";
    db.execute(sql, params![change.at.0, who, change.what, change.whom])?;
    Ok(())
}

#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // On a file system without permissions the folder's own protection has to do.
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}
