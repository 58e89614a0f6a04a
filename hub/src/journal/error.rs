//! Why a journal does not open, in sentences a technician in the hall can act on.

use rusqlite::ErrorCode;
use std::{io, path::Path, path::PathBuf};

/// What the system says of a disk that failed.
const EIO: i32 = 5;

/// Why a journal does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Someone else has it.
    #[error("another hub has {} open: stop it first", dir.display())]
    InUse { dir: PathBuf },
    /// The directory cannot be written to.
    #[error("cannot write in {}: give the hub's user the right to", dir.display())]
    ReadOnly { dir: PathBuf },
    /// The directory cannot be used for another reason.
    #[error("cannot use {}", path.display())]
    Directory { path: PathBuf, source: io::Error },
    /// The file is something else.
    #[error("{} is not a database", file.display())]
    NotADatabase { file: PathBuf },
    /// A database, but not a hall's.
    #[error("{} is a database of another program", file.display())]
    NotAJournal { file: PathBuf },
    /// The file is damaged.
    #[error("{} is damaged: restore a backup ({what})", file.display())]
    Damaged { file: PathBuf, what: String },
    /// No room.
    #[error("the disk of {} is full: make room first", file.display())]
    DiskFull { file: PathBuf },
    /// The disk does not do what it should.
    #[error("the disk of {} failed: check the disk, or restore a backup on another one ({what})", file.display())]
    DiskFailed { file: PathBuf, what: String },
    /// A hall was here, and its journal is not.
    #[error("the journal in {} is gone: restore a backup, or remove hub.lock to begin a new hall", dir.display())]
    Gone { dir: PathBuf },
    /// Written by a later program.
    #[error("{} was written by a newer hub (version {found}; this one knows {known}): use the newer program", file.display())]
    Newer { file: PathBuf, found: u32, known: u32 },
    /// The journal contradicts itself or its views.
    #[error("the journal does not add up: {0}; run `hub verify` and restore a backup")]
    Untrue(super::Fault),
    /// The thread does not start.
    #[error("the journal thread does not start")]
    Thread(#[source] io::Error),
    /// SQLite says something else.
    #[error("cannot open {}", file.display())]
    Database { file: PathBuf, source: rusqlite::Error },
}

impl OpenError {
    /// What a failed file operation means.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { dir: path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::DiskFull { file: path },
            _ if source.raw_os_error() == Some(EIO) => OpenError::DiskFailed { file: path, what: source.to_string() },
            _ => OpenError::Directory { path, source },
        }
    }

    /// What a failed database operation means.
    pub fn of_database(file: &Path, source: rusqlite::Error) -> Self {
        let file = file.to_owned();
        let dir = || file.parent().unwrap_or(Path::new(".")).to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { file },
            Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged { file, what: source.to_string() },
            Some(ErrorCode::DiskFull) => OpenError::DiskFull { file },
            Some(ErrorCode::SystemIoFailure) => OpenError::DiskFailed { file, what: source.to_string() },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::ReadOnly { dir: dir() },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::InUse { dir: dir() },
            _ => OpenError::Database { file, source },
        }
    }
}
