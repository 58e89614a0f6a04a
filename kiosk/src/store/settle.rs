//! Makes what the disk shows as sure as it looks, before the journal is opened.
//!
//! After a failed fsync the system may show as written what the disk never got, and never try again. So the write-ahead
//! log is written onto itself, the same bytes in the same place, and synced: cut off at any moment this changes
//! nothing, and what is printed later does not stand on what is only in memory.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

/// Pieces of the log.
const PIECE_BYTES: usize = 1 << 20;

/// Settles the log beside a file, if there is one.
pub(super) fn settle(file: &Path) -> io::Result<()> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = match File::options().read(true).write(true).open(&log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut piece = vec![0; PIECE_BYTES];
    let mut at = 0;
    loop {
        let read = log.read_at(&mut piece, at)?;
        if read == 0 {
            return if at > 0 { log.sync_all() } else { Ok(()) };
        }
        log.write_all_at(&piece[..read], at)?;
        at += read as u64;
    }
}
