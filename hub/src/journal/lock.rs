//! The lock file: one hub per directory, and what the last hub left behind.
//!
//! The lock goes with the process, so nothing is left behind after a power cut. What is written in the file stays: a
//! hub that finds a journal open or shut where there is none any more must not begin a new one, and a hub that finds
//! an open journal without its write-ahead log must not believe it. Before anything is believed the log is written
//! onto itself and synced: after a failed fsync the system may show as written what the disk never got, and what is
//! promised later must not stand on that.

use super::OpenError;
use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

const NAME: &str = "hub.lock";
/// Pieces of the log that are written onto themselves.
const PIECE_BYTES: usize = 64 << 10;
/// More than a disk that says it has room may still lack.
const PROBE_BYTES: usize = 64 << 10;

/// The lock of a directory, held as long as it lives.
pub struct Lock {
    file: File,
    dir: PathBuf,
}

/// What is written in the file. Both words are of one length, so that one sector tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// There was no journal yet.
    Nothing,
    /// A hub worked here and did not stop by itself.
    Open,
    /// A hub stopped with everything in the one file.
    Shut,
}

impl Lock {
    /// Keeps every other hub out.
    pub fn take(dir: &Path) -> Result<Lock, OpenError> {
        let path = dir.join(NAME);
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(|e| match OpenError::io(dir, e) {
            OpenError::DiskFull { .. } => OpenError::DiskFull { file: path },
            other => other,
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file, dir: dir.to_owned() }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { dir: dir.to_owned() }),
            Err(TryLockError::Error(e)) => Err(OpenError::io(dir, e)),
        }
    }

    /// Compares what is there with what the last hub left, and makes its log as sure as it looks.
    pub(super) fn settle(&self, journal: &Path) -> Result<(), OpenError> {
        let io = |e| OpenError::io(&self.dir, e);
        let log = log_of(journal);
        let (bytes, log_bytes) = (length(journal).map_err(io)?, length(&log).map_err(io)?);
        let left = left(&self.file).map_err(io)?;
        if left != Left::Nothing && bytes.unwrap_or(0) == 0 && log_bytes.unwrap_or(0) == 0 {
            return Err(OpenError::Gone { dir: self.dir.clone() });
        }
        if left == Left::Open && log_bytes.is_none() {
            return Err(OpenError::Damaged { file: journal.to_owned(), what: LOG_MISSING.to_owned() });
        }
        if log_bytes.is_some_and(|bytes| bytes > 0) {
            write_onto_itself(&log).map_err(io)?;
        }
        // From here on the log may come and go; without one nothing would be lost.
        if left == Left::Open { self.note(Left::Shut).map_err(io) } else { Ok(()) }
    }

    /// The journal is open and its log is there.
    pub(super) fn opened(&self, journal: &Path) -> Result<(), OpenError> {
        let io = |e| OpenError::io(&self.dir, e);
        if length(&log_of(journal)).map_err(io)?.is_none() {
            return Ok(());
        }
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(io)?;
        self.note(Left::Open).map_err(io)
    }

    /// Everything is in the one file.
    pub fn shut(&self) -> io::Result<()> {
        self.note(Left::Shut)
    }

    fn note(&self, left: Left) -> io::Result<()> {
        let word = match left {
            Left::Nothing => return Ok(()),
            Left::Open => OPEN,
            Left::Shut => SHUT,
        };
        self.file.write_all_at(word, 0)?;
        self.file.sync_all()
    }
}

const OPEN: &[u8] = b"open\n";
const SHUT: &[u8] = b"shut\n";
const LOG_MISSING: &str = "its write-ahead log is missing, and with it what was done last";

/// For `verify`: what is wrong with a directory whose log is missing.
pub(super) fn missing_log(dir: &Path, journal: &Path) -> Option<&'static str> {
    let open = File::open(dir.join(NAME)).and_then(|file| left(&file)).is_ok_and(|left| left == Left::Open);
    (open && matches!(length(&log_of(journal)), Ok(None))).then_some(LOG_MISSING)
}

/// Why nothing can be written in a directory, if so.
pub(super) fn trouble(dir: &Path) -> Option<OpenError> {
    let probe = dir.join("hub.probe");
    let write = || File::create(&probe).and_then(|mut file| file.write_all(&[0; PROBE_BYTES]).and(file.sync_all()));
    let found = write().err().map(|e| OpenError::io(dir, e));
    // Where it could not be made there is nothing to remove.
    let _ = fs::remove_file(&probe);
    found
}

/// The word at the beginning of the file.
fn left(file: &File) -> io::Result<Left> {
    let mut word = [0; OPEN.len()];
    match file.read_exact_at(&mut word, 0) {
        Ok(()) if word == OPEN => Ok(Left::Open),
        Ok(()) if word == SHUT => Ok(Left::Shut),
        Ok(()) => Ok(Left::Nothing),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(Left::Nothing),
        Err(e) => Err(e),
    }
}

/// The write-ahead log beside a journal.
pub(super) fn log_of(journal: &Path) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The length of a file; nothing if it is not there.
pub(super) fn length(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found.len())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// The same bytes in the same place: cut off at any moment, it changes nothing.
fn write_onto_itself(path: &Path) -> io::Result<()> {
    let file = File::options().read(true).write(true).open(path)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut at = 0;
    loop {
        let read = file.read_at(&mut piece, at)?;
        if read == 0 {
            return file.sync_all();
        }
        // Room that was filled with zeros beforehand promises nothing.
        if piece[..read].iter().any(|byte| *byte != 0) {
            file.write_all_at(&piece[..read], at)?;
        }
        at += read as u64;
    }
}
