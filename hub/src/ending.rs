//! How a command ends that could not do its work: one sentence, and an exit code that `systemctl status` names.
//!
//! The codes are those of `sysexits.h`: 65 the hall's files need a person and a backup, 74 the disk failed, 75 it may
//! go later, 77 a right is missing, 78 the configuration is wrong, 1 anything else.

use crate::{
    config::ConfigError,
    epoch::EpochError,
    exchange::ExchangeError,
    journal::{BackupError, OpenError},
    people::PeopleError,
    serve::{DiskLost, StartError},
};
use rusqlite::ErrorCode;

/// Why a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The hall's files are damaged, gone, or not what they should be.
    Data = 65,
    /// The disk failed.
    Disk = 74,
    /// Something is taken or full at the moment.
    Later = 75,
    /// A right is missing.
    NoRight = 77,
    /// The configuration is wrong.
    Config = 78,
    /// Anything else.
    Other = 1,
}

impl Ending {
    /// What an error means for whoever started the command.
    pub fn of(error: &anyhow::Error) -> Ending {
        let causes = || error.chain();
        let found = causes().find_map(|cause| {
            let boxed = || cause.downcast_ref::<Box<OpenError>>().map(|error| of_journal(error));
            let journal = cause.downcast_ref::<OpenError>().map(of_journal).or_else(boxed);
            let people = || cause.downcast_ref::<PeopleError>().map(of_people);
            let start = || cause.downcast_ref::<StartError>().and_then(of_start);
            let rest = || of_type(cause);
            journal.or_else(people).or_else(start).or_else(rest)
        });
        found.unwrap_or(Ending::Other)
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        self as u8
    }
}

fn of_journal(error: &OpenError) -> Ending {
    match error {
        OpenError::NotADatabase { .. }
        | OpenError::NotAJournal { .. }
        | OpenError::Damaged { .. }
        | OpenError::Gone { .. }
        | OpenError::Newer { .. }
        | OpenError::Untrue(_) => Ending::Data,
        OpenError::DiskFailed { .. } => Ending::Disk,
        OpenError::InUse { .. } | OpenError::DiskFull { .. } => Ending::Later,
        OpenError::ReadOnly { .. } => Ending::NoRight,
        OpenError::Directory { .. } | OpenError::Thread(_) | OpenError::Database { .. } => Ending::Other,
    }
}

fn of_people(error: &PeopleError) -> Ending {
    match error {
        PeopleError::Newer(_) => Ending::Data,
        PeopleError::Db(e) => match e.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Ending::Data,
            Some(ErrorCode::SystemIoFailure) => Ending::Disk,
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Ending::Later,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Ending::NoRight,
            _ => Ending::Other,
        },
        PeopleError::NoSuchMember(_) | PeopleError::Weak(_) | PeopleError::Hashing | PeopleError::Unwritable => {
            Ending::Other
        }
    }
}

fn of_start(error: &StartError) -> Option<Ending> {
    match error {
        StartError::Listen { .. } => Some(Ending::Later),
        StartError::Dir { .. } => Some(Ending::NoRight),
        StartError::Fence { .. } => Some(Ending::Data),
        StartError::Exchange(error) => Some(of_exchange(error)),
        StartError::Journal(_) | StartError::People(_) | StartError::Interrupted => None,
    }
}

fn of_exchange(error: &ExchangeError) -> Ending {
    match error {
        ExchangeError::Certificate(_) => Ending::Config,
        ExchangeError::Way(_) => Ending::NoRight,
        ExchangeError::Store(_) | ExchangeError::Signer(_) => Ending::Data,
    }
}

fn of_type(cause: &(dyn std::error::Error + 'static)) -> Option<Ending> {
    if cause.is::<DiskLost>() {
        return Some(Ending::Disk);
    }
    if cause.is::<ConfigError>() {
        return Some(Ending::Config);
    }
    if let Some(EpochError::Unsound { .. }) = cause.downcast_ref::<EpochError>() {
        return Some(Ending::Data);
    }
    cause.is::<BackupError>().then_some(Ending::Other)
}
