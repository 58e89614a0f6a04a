//! A second program under the shim that moves the write-ahead log into the file all the time, so that a cut is likely
//! to fall amid it. A hub by itself does so every 8,000 pages, which a short round never reaches; SQLite's work is the
//! same whoever asks for it.

use crate::powercut::Shim;
use rusqlite::{Connection, OpenFlags};
use std::{
    env, io,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// Between two checkpoints.
const REST: Duration = Duration::from_millis(2);

/// Moves the log of a file until it is killed.
pub fn checkpoint_for_ever(file: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let (_alive, ended) = mpsc::channel::<()>();
    loop {
        conn.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?;
        let _ = ended.recv_timeout(REST);
    }
}

/// Starts it beside the program that writes.
pub(super) fn beside(shim: &Shim, file: &Path) -> io::Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("checkpointer").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shim.lay(&mut command);
    command.spawn()
}
