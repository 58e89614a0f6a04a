//! The file's shape: numbered SQL files, applied to a copy that then takes the file's place.
//!
//! `user_version` counts the files applied. A power cut at any moment leaves either the old file or the new one; the
//! old one is kept beside it as `hall.sqlite.before-<version>`. A newer file is refused: going back is a restore.

use super::{
    OpenError,
    lock::{self, Lock},
    store,
};
use rusqlite::{Connection, OpenFlags, backup::Backup};
use std::{
    fs::{self, File},
    path::Path,
    time::Duration,
};

/// Every shape the journal ever had, in order.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/0001-journal.sql")];

/// Marks the file as ours: "Nvbt".
const APPLICATION_ID: i32 = 0x4e76_6274;

/// Makes the file, or brings an older one to the newest shape.
pub(super) fn bring_up_to_date(dir: &Path, file: &Path) -> Result<(), OpenError> {
    bring_to(dir, file, &MIGRATIONS)
}

/// Brings a hall's file to the shape of a program that knows further migrations: for the proof that cuts the power at
/// each step of one. A hub that is one has its migrations in [`MIGRATIONS`].
pub fn bring_further(dir: &Path, further: &[&str]) -> Result<(), OpenError> {
    let lock = Lock::take(dir)?;
    let file = dir.join(store::FILE_NAME);
    lock.settle(&file)?;
    bring_to(dir, &file, &[&MIGRATIONS[..], further].concat())
}

/// The shape a program with these migrations writes.
fn bring_to(dir: &Path, file: &Path, migrations: &[&str]) -> Result<(), OpenError> {
    let sql = |e| OpenError::of_database(file, e);
    let known = u32::try_from(migrations.len()).expect("there are few migrations");
    let exists = exists(dir, file)?;
    let found = if exists { shape(file)? } else { 0 };
    if found > known {
        return Err(OpenError::Newer { file: file.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    let copy = file.with_extension("sqlite.new");
    // What a migration that was cut off left behind; its rollback journal first, or it would be taken for the next one's.
    for left in [copy.with_extension("new-journal"), copy.clone()] {
        if fs::exists(&left).map_err(|e| OpenError::io(dir, e))? {
            fs::remove_file(&left).map_err(|e| OpenError::io(dir, e))?;
        }
    }
    let mut conn = Connection::open(&copy).map_err(sql)?;
    if exists {
        copy_of(file, &mut conn).map_err(sql)?;
    }
    // A rollback journal, so that the copy is one file when it takes the other's place.
    conn.pragma_update(None, "journal_mode", "delete").map_err(sql)?;
    conn.pragma_update(None, "synchronous", "full").map_err(sql)?;
    apply(&mut conn, found, migrations).map_err(sql)?;
    drop(conn);
    let io = |e| OpenError::io(dir, e);
    File::open(&copy).and_then(|copy| copy.sync_all()).map_err(io)?;
    if exists {
        keep_old(file, found).map_err(io)?;
    }
    fs::rename(&copy, file).map_err(io)?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)
}

/// [`bring_up_to_date`] without a copy, for a file that is alone on its disk.
pub(super) fn bring_in_place(conn: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let sql = |e| OpenError::of_database(file, e);
    let known = u32::try_from(MIGRATIONS.len()).expect("there are few migrations");
    let found: u32 = conn.query_row("pragma user_version", [], |row| row.get(0)).map_err(sql)?;
    if found > known {
        return Err(OpenError::Newer { file: file.to_owned(), found, known });
    }
    conn.pragma_update(None, "synchronous", "full").map_err(sql)?;
    apply(conn, found, &MIGRATIONS).map_err(sql)
}

/// One transaction for each shape after the found one.
fn apply(conn: &mut Connection, found: u32, migrations: &[&str]) -> rusqlite::Result<()> {
    for (version, migration) in (found + 1..).zip(&migrations[found as usize..]) {
        let tx = conn.transaction()?;
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.commit()?;
    }
    Ok(())
}

/// Whether there is a journal. An empty file is as good as none; a write-ahead log without its file is a loss that
/// must not be papered over.
fn exists(dir: &Path, file: &Path) -> Result<bool, OpenError> {
    let bytes = |path: &Path| lock::length(path).map(Option::unwrap_or_default).map_err(|e| OpenError::io(dir, e));
    let found = bytes(file)? > 0;
    if !found && bytes(&lock::log_of(file))? > 0 {
        let what = "its write-ahead log is there, the file itself is not".to_owned();
        return Err(OpenError::Damaged { file: file.to_owned(), what });
    }
    Ok(found)
}

/// The shape of an existing file of ours.
fn shape(file: &Path) -> Result<u32, OpenError> {
    let sql = |e| OpenError::of_database(file, e);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(sql)?;
    let application: i32 = conn.query_row("pragma application_id", [], |row| row.get(0)).map_err(sql)?;
    if application != APPLICATION_ID {
        return Err(OpenError::NotAJournal { file: file.to_owned() });
    }
    conn.query_row("pragma user_version", [], |row| row.get(0)).map_err(sql)
}

fn copy_of(file: &Path, into: &mut Connection) -> rusqlite::Result<()> {
    let from = store::reader(file)?;
    Backup::new(&from, into)?.run_to_completion(i32::MAX, Duration::ZERO, None)
}

/// Keeps the old file under another name, its write-ahead log moved into it first: a log that stayed behind would be
/// taken for the new file's.
fn keep_old(file: &Path, version: u32) -> std::io::Result<()> {
    let other = std::io::Error::other;
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(other)?;
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).map_err(other)?;
    conn.pragma_update(None, "journal_mode", "delete").map_err(other)?;
    drop(conn);
    let old = file.with_extension(format!("sqlite.before-{version}"));
    fs::copy(file, &old)?;
    File::open(old)?.sync_all()?;
    // The log's name must be gone for good before another file takes this one's place.
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Durability, FILE_NAME, Place};
    use std::path::PathBuf;

    const SECOND: &str = "create table shift (id integer primary key) strict;";

    struct Dir(PathBuf);

    impl Dir {
        fn new(name: &str) -> Dir {
            let dir = std::env::temp_dir().join(format!("navbat-migrate-{}-{name}", std::process::id()));
            fs::create_dir_all(&dir).unwrap();
            Dir(dir)
        }

        fn file(&self) -> PathBuf {
            self.0.join(FILE_NAME)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn version(file: &Path) -> u32 {
        let conn = Connection::open(file).unwrap();
        conn.query_row("pragma user_version", [], |row| row.get(0)).unwrap()
    }

    fn days(file: &Path) -> u32 {
        let conn = Connection::open(file).unwrap();
        conn.query_row("select count(*) from day", [], |row| row.get(0)).unwrap()
    }

    /// A file of the first shape, killed with a row that is only in its write-ahead log.
    fn killed_first_shape(dir: &Dir) {
        bring_to(&dir.0, &dir.file(), &MIGRATIONS[..1]).unwrap();
        let conn = store::connect(&Place::Directory(dir.0.clone()), Durability::Full).unwrap();
        conn.execute("insert into day values (1, '2026-11-23', 0, null)", []).unwrap();
        let log = dir.file().with_extension("sqlite-wal");
        let (file_bytes, log_bytes) = (fs::read(dir.file()).unwrap(), fs::read(&log).unwrap());
        drop(conn);
        fs::write(dir.file(), file_bytes).unwrap();
        fs::write(log, log_bytes).unwrap();
    }

    #[test]
    fn an_older_file_is_brought_to_the_newest_shape_with_everything_in_it() {
        let dir = Dir::new("older");
        killed_first_shape(&dir);
        let shapes = [MIGRATIONS[0], SECOND];
        bring_to(&dir.0, &dir.file(), &shapes).unwrap();
        assert_eq!((version(&dir.file()), days(&dir.file())), (2, 1));
        Connection::open(dir.file()).unwrap().execute("insert into shift values (1)", []).unwrap();

        let old = dir.file().with_extension("sqlite.before-1");
        assert_eq!((version(&old), days(&old)), (1, 1));
        // Nothing to do the second time.
        bring_to(&dir.0, &dir.file(), &shapes).unwrap();
        assert_eq!(version(&dir.file()), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_old_file_as_it_was() {
        let dir = Dir::new("fails");
        killed_first_shape(&dir);
        let shapes =
            [MIGRATIONS[0], "create table shift (id integer primary key) strict; insert into nowhere values (1);"];
        assert!(matches!(bring_to(&dir.0, &dir.file(), &shapes), Err(OpenError::Database { .. })));
        assert_eq!((version(&dir.file()), days(&dir.file())), (1, 1));
        // What the failed one left behind does not disturb the next.
        bring_to(&dir.0, &dir.file(), &[MIGRATIONS[0], SECOND]).unwrap();
        assert_eq!((version(&dir.file()), days(&dir.file())), (2, 1));
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let dir = Dir::new("newer");
        bring_to(&dir.0, &dir.file(), &[MIGRATIONS[0], SECOND]).unwrap();
        let error = bring_to(&dir.0, &dir.file(), &MIGRATIONS[..1]).unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 2, known: 1, .. }), "{error}");
    }
}
