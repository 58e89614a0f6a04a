//! The directory and the file: one hub at a time, a sound database, the newest shape, a memory that equals it.

use super::{
    Durability, OpenError, Place,
    board::BoardFeed,
    carry,
    lock::{self, Lock},
    state::{ReplayError, State},
    views::tables,
};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    time::Duration,
};
use wire::board::BoardChange;

/// The journal's file inside the hall's directory.
pub const FILE_NAME: &str = "hall.sqlite";

/// Up to this size the whole file is checked at the start (about 100 MB/s on a small disk); beyond, only the open
/// day, by its hash chain and its views, and the rest by `verify`. Else a hall with years of journal would start in
/// half a minute after a power cut.
const CHECK_AT_START_BYTES_MAX: u64 = 48 << 20;
/// Pages of the write-ahead log between checkpoints: 16 MiB. A busy hall writes the same pages again and again, so
/// the rarer the checkpoint, the less it has to write; reading the log back takes a start some 25 ms.
const AUTOCHECKPOINT_PAGES: u32 = 4000;
/// What the log takes between checkpoints, and a little more. It has its place on the disk before the first ticket:
/// a commit then writes over blocks that are there, which costs half of what a growing file does, and finds room on a
/// disk that has filled up since.
const LOG_ROOM_BYTES: u64 = 17 << 20;
/// The write-ahead log is cut to this after a checkpoint.
const LOG_BYTES_MAX: u32 = 64 << 20;
const CACHE_KIB: i32 = 4096;
const STATEMENTS_CACHED: usize = 32;

/// The open file, and the lock on its directory.
pub(super) struct Store {
    conn: Connection,
    lock: Option<Lock>,
}

/// What opening found.
pub(super) struct Opened {
    pub(super) state: State,
    pub(super) feed: BoardFeed,
}

/// Opens a hall's journal for writing.
pub(super) fn open(place: &Place, durability: Durability) -> Result<(Store, Opened), OpenError> {
    let opened = place.prepare().and_then(|lock| open_locked(place, durability, lock));
    opened.map_err(|error| match (error, place) {
        // SQLite does not say why; the folder does.
        (error @ OpenError::Database { .. }, Place::Directory(dir)) => lock::trouble(dir).unwrap_or(error),
        (error, _) => error,
    })
}

fn open_locked(place: &Place, durability: Durability, lock: Option<Lock>) -> Result<(Store, Opened), OpenError> {
    let file = place.file();
    let conn = connect(place, durability).map_err(|e| OpenError::of_database(&file, e))?;
    check(&conn, &file)?;
    let store = Store { conn, lock };
    let opened = store.replay_and_compare(&file)?;
    if let Some(lock) = &store.lock {
        lock.opened(&file)?;
    }
    Ok((store, opened))
}

/// A connection that only reads, for `verify` and `backup`, also while a hub writes.
pub(super) fn reader(file: &Path) -> rusqlite::Result<Connection> {
    patient(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// [`reader`] of a place.
pub(super) fn reader_at(place: &Place) -> rusqlite::Result<Connection> {
    patient(place.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

fn patient(conn: Connection) -> rusqlite::Result<Connection> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    Ok(conn)
}

impl Store {
    pub(super) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// What the file adds up to, from the last opening of a service day.
    pub(super) fn replayed(&self, see: impl FnMut(u64, BoardChange)) -> Result<State, ReplayError> {
        let mut state = carry::start(&self.conn)?;
        state.replay_rest(&self.conn, see)?;
        Ok(state)
    }

    /// Moves the write-ahead log into the file before the hub stops.
    pub(super) fn finish(&self) {
        let moved: rusqlite::Result<u32> = self.conn.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0));
        match moved {
            Ok(0) => {
                if let Some(Err(e)) = self.lock.as_ref().map(Lock::shut) {
                    tracing::warn!("the next start will look for a write-ahead log that is not needed: {e}");
                }
            }
            Ok(_) => tracing::info!("somebody reads: the write-ahead log stays beside the journal"),
            Err(e) => tracing::warn!("the write-ahead log stays beside the journal: {e}"),
        }
    }

    /// Leaves everything as it is: closing would move the log, on a disk that cannot be believed.
    pub(super) fn abandon(&self) {
        if let Err(e) = self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
            tracing::warn!("the journal is not left as it is: {e}");
        }
    }

    fn replay_and_compare(&self, file: &Path) -> Result<Opened, OpenError> {
        let sql = |e| OpenError::of_database(file, e);
        let mut changes = Vec::new();
        let floor = carry::start(&self.conn).map_err(sql)?.seq;
        let state = self.replayed(|seq, change| changes.push((seq, change))).map_err(|e| match e {
            ReplayError::Fault(fault) => OpenError::Untrue(fault),
            ReplayError::Database(e) => sql(e),
        })?;
        let mut faults = tables::compare_day(&self.conn, &state.views).map_err(sql)?;
        faults.extend(tables::compare_counters(&self.conn, &state.views).map_err(sql)?);
        if let Some(fault) = faults.into_iter().next() {
            return Err(OpenError::Untrue(fault));
        }
        let feed = BoardFeed::new(state.board.clone(), state.seq, floor);
        feed.publish(&state.board, state.seq, changes);
        Ok(Opened { state, feed })
    }
}

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Sets a connection up for writing.
pub(super) fn connect(place: &Place, durability: Durability) -> rusqlite::Result<Connection> {
    let conn = patient(place.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // Else SQLite plans the look-up of a command id anew for every id.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(
        None,
        "synchronous",
        match durability {
            Durability::Full => "full",
            Durability::Normal => "normal",
        },
    )?;
    conn.pragma_update(None, "foreign_keys", "on")?;
    conn.pragma_update(None, "wal_autocheckpoint", AUTOCHECKPOINT_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", LOG_BYTES_MAX)?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    Ok(conn)
}

/// Fills the log's file up with zeros, which SQLite takes for its end. Without room the hall is served all the same.
pub(super) fn make_room_for_log(file: &Path) {
    if let Err(e) = fill_up(&lock::log_of(file), LOG_ROOM_BYTES) {
        tracing::warn!("no room for a write-ahead log of {LOG_ROOM_BYTES} bytes: {e}");
    }
}

fn fill_up(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
    let there = file.seek(SeekFrom::End(0))?;
    let filled =
        io::copy(&mut io::repeat(0).take(bytes.saturating_sub(there)), &mut file).and_then(|_| file.sync_all());
    if filled.is_err() {
        file.set_len(there)?;
    }
    filled
}

fn check(conn: &Connection, file: &Path) -> Result<(), OpenError> {
    let sql = |e| OpenError::of_database(file, e);
    let sizes = "select page_count * page_size from pragma_page_count, pragma_page_size";
    let bytes: u64 = conn.query_row(sizes, [], |row| row.get(0)).map_err(sql)?;
    if bytes > CHECK_AT_START_BYTES_MAX {
        tracing::info!(bytes, "journal of {bytes} bytes: only the open day is checked at the start");
        return Ok(());
    }
    let found: String = conn.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(sql)?;
    match found.lines().find(|line| !line.starts_with("***")) {
        Some("ok") => Ok(()),
        first => Err(OpenError::Damaged { file: file.to_owned(), what: first.unwrap_or("quick_check").to_owned() }),
    }
}
