//! A hall's hub begins a new life: after a restore, in place of a lost hub, or because two claim the hall.
//!
//! A higher epoch is what everyone in the hall believes. The numbers of the hub's lane go on far above the last one this
//! journal knows, because what was given after the backup is on paper and nowhere else; kiosks offer those papers again,
//! and the queue takes them below that mark. Deliberately absent: asking kiosks first what they saw. The hub would have to
//! wait for every one of them, also for the one that broke together with it, and reception's numbers nobody saw.

use crate::{
    config::Config,
    fence,
    journal::{self, Clock, Durability, FILE_NAME, Journal, Lock, NotDone, OpenError, Opening},
};
use queue::{
    calendar::date_at,
    command::{Actor, Command},
    hall::Day,
    ids::CommandId,
    number::{Lane, PREFIXES, Prefix},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use uuid::Uuid;

/// More numbers of one letter than a hall gives between two backups.
const ROOM: u32 = 5_000;
/// So that people can tell the numbers of two lives apart.
const STEP: u32 = 1_000;
/// Where a backup becomes a hall before it takes its place.
const WORKSHOP: &str = "restoring";

/// A hall whose epoch is to begin.
pub struct Hall<'a> {
    /// Its configuration.
    pub config: &'a Config,
    /// Its folder.
    pub dir: &'a Path,
    /// The hub's clock.
    pub clock: Clock,
}

/// Why no epoch begins.
#[derive(Debug, thiserror::Error)]
pub enum EpochError {
    /// The backup is not a sound journal.
    #[error("{} is not a sound journal: {fault}", file.display())]
    Unsound {
        /// The backup.
        file: PathBuf,
        /// The first fault.
        fault: Box<journal::Fault>,
    },
    /// The applications of the backup do not hold together.
    #[error("{} does not hold together: {fault}", file.display())]
    UnsoundApplications {
        /// The backup's applications.
        file: PathBuf,
        /// The first fault.
        fault: Box<applications::Fault>,
    },
    /// There is a hall in the folder.
    #[error("there is a journal in {}: move it away first, it may hold what the backup does not", dir.display())]
    Occupied {
        /// The folder.
        dir: PathBuf,
    },
    /// The journal does not open.
    #[error("the journal does not open")]
    Journal(#[from] Box<OpenError>),
    /// The journal does not take it.
    #[error("the epoch was not begun")]
    NotDone(#[from] NotDone),
    /// A file.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Begins an epoch above the hall's own, above the one a fence speaks of, and above `seen`; answers which.
pub async fn begin(hall: &Hall<'_>, seen: u32) -> Result<u32, EpochError> {
    let file = |source| EpochError::File { path: hall.dir.to_owned(), source };
    let fenced = fence::raised_in(hall.dir).map_err(file)?.map_or(0, |raised| raised.seen);
    begin_in(hall, hall.dir, seen.max(fenced)).await
}

/// Makes a hall of a backup in a folder without one, and begins an epoch there; answers which.
pub async fn restore(hall: &Hall<'_>, backup: &Path, seen: u32) -> Result<u32, EpochError> {
    let unsound = |faults: Vec<journal::Fault>| faults.into_iter().next();
    if let Some(fault) = journal::verify_file(backup).err().and_then(unsound).map(Box::new) {
        return Err(EpochError::Unsound { file: backup.to_owned(), fault });
    }
    let filed = applications_beside(backup)?;
    fs::create_dir_all(hall.dir).map_err(|source| EpochError::File { path: hall.dir.to_owned(), source })?;
    let lock = Lock::take(hall.dir).map_err(Box::new)?;
    let (place, workshop) = (hall.dir.join(FILE_NAME), hall.dir.join(WORKSHOP));
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| EpochError::File { path, source }
    };
    for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
        if fs::exists(hall.dir.join(name)).map_err(at(&place))? {
            return Err(EpochError::Occupied { dir: hall.dir.to_owned() });
        }
    }
    if fs::exists(&workshop).map_err(at(&workshop))? {
        // Left behind by a restore that was interrupted.
        fs::remove_dir_all(&workshop).map_err(at(&workshop))?;
    }
    fs::create_dir_all(&workshop).map_err(at(&workshop))?;
    let made = workshop.join(FILE_NAME);
    fs::copy(backup, &made).map_err(at(backup))?;
    let fenced = fence::raised_in(hall.dir).map_err(at(hall.dir))?.map_or(0, |raised| raised.seen);
    let epoch = begin_in(hall, &workshop, seen.max(fenced)).await?;
    let synced = |path: &Path| File::open(path).and_then(|file| file.sync_all()).map_err(at(path));
    synced(&made)?;
    if let Some(filed) = filed {
        let (made, place) = (workshop.join(applications::FILE_NAME), hall.dir.join(applications::FILE_NAME));
        // What a lost journal left behind is newer than any backup.
        if !fs::exists(&place).map_err(at(&place))? {
            fs::copy(&filed, &made).map_err(at(&filed))?;
            synced(&made)?;
            fs::rename(&made, &place).map_err(at(&place))?;
        }
    }
    // What a lost hub left behind does not count for the file that takes its journal's place.
    lock.shut().map_err(at(hall.dir))?;
    // Only now is it a hall: a power cut before this leaves none, and one after it a whole one.
    fs::rename(&made, &place).map_err(at(&place))?;
    synced(hall.dir)?;
    fs::remove_dir_all(&workshop).map_err(at(&workshop))?;
    Ok(epoch)
}

/// What citizens had filed by the time of a backup, if anybody could file.
fn applications_beside(backup: &Path) -> Result<Option<PathBuf>, EpochError> {
    let file = journal::applications_of(backup);
    if !fs::exists(&file).map_err(|source| EpochError::File { path: file.clone(), source })? {
        return Ok(None);
    }
    match applications::verify(&file) {
        Ok(_) => Ok(Some(file)),
        Err(faults) => match faults.into_iter().next().map(Box::new) {
            Some(fault) => Err(EpochError::UnsoundApplications { file, fault }),
            None => Ok(Some(file)),
        },
    }
}

async fn begin_in(hall: &Hall<'_>, dir: &Path, seen: u32) -> Result<u32, EpochError> {
    let rules = Arc::clone(hall.config.rules());
    let clock = Arc::clone(&hall.clock);
    let journal = Journal::open(Opening {
        place: dir.to_owned().into(),
        rules,
        durability: Durability::Full,
        clock: Arc::clone(&clock),
    })
    .map_err(Box::new)?;
    let today = date_at(hall.config.rules(), clock());
    let begun = commands(&journal, today, seen).await;
    journal.close().await;
    begun
}

async fn commands(journal: &Journal, today: queue::calendar::Date, seen: u32) -> Result<u32, EpochError> {
    let day = journal.ask(|reading| reading.hall.day.clone()).await?;
    // Closing a day lets its numbers go, so a day that is over is closed before room is left for today's.
    if matches!(day, Day::Open { date, .. } if date < today) {
        by_hub(journal, Command::CloseDay).await?;
    }
    let begin = move |hall: &queue::hall::Hall| {
        let epoch = hall.epoch.max(seen).saturating_add(1);
        (epoch, floors(hall, epoch))
    };
    let (epoch, floors) = journal.ask(move |reading| begin(reading.hall)).await?;
    by_hub(journal, Command::BeginEpoch { epoch, seen: floors }).await?;
    Ok(epoch)
}

/// For each letter a full thousand, at least [`ROOM`] above the last number known, for each life up to this epoch.
pub fn floors(hall: &queue::hall::Hall, epoch: u32) -> Vec<(Prefix, u32)> {
    // Every life since this journal's had its own room: a backup that is put back twice must not begin twice alike.
    let room = ROOM.saturating_mul(epoch.saturating_sub(hall.epoch).max(1));
    let prefixes = PREFIXES.into_iter().filter_map(|letter| Prefix::try_from(letter).ok());
    prefixes
        .map(|prefix| {
            let last = hall.serials.get(&(Lane::Hub, prefix)).copied().unwrap_or(0);
            (prefix, last.saturating_add(room).div_ceil(STEP).saturating_mul(STEP))
        })
        .collect()
}

async fn by_hub(journal: &Journal, command: Command) -> Result<(), EpochError> {
    let command_id = CommandId(Uuid::now_v7());
    let submission = journal::Submission { command_id, device: None, actor: Actor::Hub, command };
    journal.submit(submission).await?;
    Ok(())
}
