//! A copy of the journal, and of what citizens filed, while the hub writes.
//!
//! One read transaction holds one moment of a file, so the copy is that moment and never begins again however busy the
//! hall is. It is paced, so that clerks do not feel it, and takes its name only when it is whole and on the disk. The
//! applications are copied first: the ticket that one came with is in the journal's copy then. They are sealed in the
//! copy as they are in the hall.
//!
//! A copy that lies on another disk is marked beside the journal: what the mark names can be restored when this disk is
//! lost, so a kiosk need no longer keep it.

use super::{entry, store};
use rusqlite::{
    Connection,
    backup::{self as sqlite, StepResult},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};
use wire::kiosk::ChainLink;

/// Names the last entry that a backup has.
const MARK_NAME: &str = "backup.json";

/// Pages per step: 1 MiB.
const STEP_PAGES: i32 = 256;
/// Between two steps; at most about 100 MiB/s.
const STEP_REST: Duration = Duration::from_millis(10);

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no journal to copy.
    #[error("there is no journal in {}", dir.display())]
    NoJournal { dir: PathBuf },
    /// Nothing is overwritten.
    #[error("{} is there already", file.display())]
    Exists { file: PathBuf },
    /// The copy cannot be written.
    #[error("cannot write {}", file.display())]
    File { file: PathBuf, source: io::Error },
    /// The journal cannot be read, or the copy not be made.
    #[error("cannot copy the journal to {}", file.display())]
    Database { file: PathBuf, source: rusqlite::Error },
}

/// Where a copy lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backup {
    /// On another disk than the hall.
    Elsewhere,
    /// On the hall's own disk: it is lost with it, and nobody may count on it.
    SameDisk,
}

/// The last entry that a backup on another disk has, as far as this folder knows. Whether it is one of the journal that
/// lies there now, is for the journal to say.
pub fn backed_up(dir: &Path) -> Option<ChainLink> {
    serde_json::from_slice(&fs::read(dir.join(MARK_NAME)).ok()?).ok()
}

/// Where the applications of a backup are.
pub fn applications_of(file: &Path) -> PathBuf {
    beside(file, ".applications")
}

/// Copies the journal of a hall into one new file, which `verify` accepts and a hub can start from, and what citizens
/// filed, if anybody could, into another beside it.
pub fn backup(dir: &Path, file: &Path) -> Result<Backup, BackupError> {
    let journal = dir.join(store::FILE_NAME);
    if !journal.is_file() {
        return Err(BackupError::NoJournal { dir: dir.to_owned() });
    }
    let (applications, copied) = (dir.join(applications::FILE_NAME), applications_of(file));
    for file in [file, &copied] {
        if file.exists() {
            return Err(BackupError::Exists { file: file.to_owned() });
        }
    }
    if applications.is_file() {
        copy(&applications, &copied, |_| Ok(()))?;
    }
    let last = copy(&journal, file, last_entry)?;
    let io = |source| BackupError::File { file: file.to_owned(), source };
    let disk = |path: &Path| fs::metadata(path).map(|found| found.dev());
    if disk(file).map_err(io)? == disk(&journal).map_err(io)? {
        return Ok(Backup::SameDisk);
    }
    if let Some(last) = last {
        mark(dir, &last).map_err(|source| BackupError::File { file: dir.join(MARK_NAME), source })?;
    }
    Ok(Backup::Elsewhere)
}

/// Copies a database under a name that is not there until the copy is whole and on the disk; answers what is asked of it.
fn copy<T>(from: &Path, file: &Path, ask: fn(&Connection) -> rusqlite::Result<T>) -> Result<T, BackupError> {
    let part = beside(file, ".part");
    let io = |source| BackupError::File { file: file.to_owned(), source };
    if part.exists() {
        fs::remove_file(&part).map_err(io)?;
    }
    let answer =
        copy_pages(from, &part, ask).map_err(|source| BackupError::Database { file: file.to_owned(), source })?;
    File::open(&part).and_then(|part| part.sync_all()).map_err(io)?;
    fs::rename(&part, file).map_err(io)?;
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(io)?;
    Ok(answer)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    file.with_file_name(name)
}

fn mark(dir: &Path, last: &ChainLink) -> io::Result<()> {
    let (file, part) = (dir.join(MARK_NAME), dir.join(format!("{MARK_NAME}.part")));
    let mut out = File::create(&part)?;
    out.write_all(&serde_json::to_vec(last)?)?;
    out.sync_all()?;
    fs::rename(&part, &file)?;
    File::open(dir)?.sync_all()
}

fn copy_pages<T>(from: &Path, part: &Path, ask: fn(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let from = store::reader(from)?;
    let moment = from.unchecked_transaction()?;
    // Only what is read begins the transaction's moment.
    moment.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?;
    let mut into = Connection::open(part)?;
    {
        let copying = sqlite::Backup::new(&from, &mut into)?;
        while copying.step(STEP_PAGES)? != StepResult::Done {
            thread::sleep(STEP_REST);
        }
    }
    // One plain file, without a log beside it.
    into.pragma_update(None, "journal_mode", "delete")?;
    ask(&into)
}

/// The last entry that a copy of a journal has.
fn last_entry(copy: &Connection) -> rusqlite::Result<Option<ChainLink>> {
    let last = copy.query_row("select max(seq) from entry", [], |row| row.get::<_, Option<u64>>(0))?;
    let Some(seq) = last else { return Ok(None) };
    Ok(entry::hash_of(copy, seq)?.map(|hash| ChainLink { seq, hash: entry::hex(&hash) }))
}
