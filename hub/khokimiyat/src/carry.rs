//! A hall that is reached through a folder: what came in it is taken, what waits for the hall is laid into it.
//!
//! The containers are the bytes that HTTPS would carry, and are taken by the same code: a folder that was carried twice, or
//! that comes after a line was up for an hour, changes nothing. `out/` is what the hall sends, `ack/` are the receipts
//! for it, `in/` is what the office sends, `taken/` names what the hall has for good. A file appears whole or not at
//! all. Absent on purpose: a clock; whoever carries the folder decides when.

use crate::{
    accept::{self, NotTaken, Receipt},
    halls::HallId,
    office::Offices,
    outgoing,
    store::StoreError,
};
use hhx::{
    Code,
    container::{self, EXTENSION},
    line::Stream,
    receipt::Problem,
};
use serde::Serialize;
use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Files that one carrying looks at in a folder; the rest is for the next one.
const FILES_MAX: usize = 10_000;

/// What one carrying did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// Consignments that came for the first time.
    pub taken: usize,
    /// Consignments that had come before.
    pub again: usize,
    /// Consignments that were not taken; `ack/` says why.
    pub not_taken: usize,
    /// Consignments that were laid out for the hall.
    pub laid: usize,
    /// Consignments that the hall has for good.
    pub acked: usize,
}

/// Why a folder was not carried to its end. What was done stays done, and carrying it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// A file.
    #[error("{path} cannot be read or written")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a consignment stands, to take them in the order of the line; what cannot be read comes last.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    At(u32, Stream, u64),
    Unreadable,
}

/// Takes what a hall laid into its folder, and lays in what waits for it.
///
/// # Errors
///
/// If a file or the database fails.
pub async fn carry(offices: &Offices, hall: &HallId, folder: &Path) -> Result<Carried, NotCarried> {
    for name in ["out", "ack", "in", "taken"] {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(|source| NotCarried::Io { path, source })?;
    }
    let mut carried = Carried { acked: acked(offices, hall, folder).await?, ..Carried::default() };
    for path in in_order(offices, folder)? {
        take(offices, hall, (folder, &path), &mut carried).await?;
    }
    carried.laid = lay(offices, hall, folder).await?;
    Ok(carried)
}

/// What the hall has for good is not laid out again.
async fn acked(offices: &Offices, hall: &HallId, folder: &Path) -> Result<usize, NotCarried> {
    let mut count = 0;
    let db = offices.store.connection().await?;
    for path in files(&folder.join("taken"))? {
        let Some(id) = id_of(&path) else { continue };
        if outgoing::acked(&db, hall, id, offices.now()).await? {
            count += 1;
        }
        fs::remove_file(&path).map_err(|source| NotCarried::Io { path, source })?;
    }
    Ok(count)
}

fn in_order(offices: &Offices, folder: &Path) -> Result<Vec<PathBuf>, NotCarried> {
    let mut turns = Vec::new();
    for path in files(&folder.join("out"))? {
        if path.extension().is_some_and(|found| found == EXTENSION) {
            let place = read(offices, &path)?.and_then(|bytes| container::peek(&bytes, &offices.limits).ok()?.line);
            let turn = place.map_or(Turn::Unreadable, |place| Turn::At(place.epoch, place.stream, place.seq));
            turns.push((turn, path));
        }
    }
    turns.sort();
    Ok(turns.into_iter().map(|(_, path)| path).collect())
}

async fn take(
    offices: &Offices,
    hall: &HallId,
    (folder, path): (&Path, &Path),
    carried: &mut Carried,
) -> Result<(), NotCarried> {
    // The answer is found by the name of the file: whatever is in it, the hall asks under the id it gave it.
    let Some(id) = id_of(path) else { return Ok(()) };
    let answer = folder.join("ack").join(format!("{id}.json"));
    let taken = match read(offices, path)? {
        Some(bytes) => accept::accept(offices, hall, bytes).await,
        None => {
            let detail = "the container is too long".to_owned();
            Err(NotTaken::Refused { code: Code::SizeLimit, detail, mark: None })
        }
    };
    match taken {
        Ok(Receipt::First(receipt)) => {
            carried.taken += 1;
            write(&answer, &receipt)
        }
        Ok(Receipt::Again(receipt)) => {
            carried.again += 1;
            write(&answer, &receipt)
        }
        Err(NotTaken::Refused { code, detail, mark }) => {
            carried.not_taken += 1;
            tracing::warn!(%hall, %id, code = code.word(), "consignment {id} from the folder of hall {hall} is not taken");
            write(&answer, &Problem { code, detail, mark })
        }
        Err(NotTaken::Store(error)) => Err(error.into()),
    }
}

/// Everything that waits for the hall, in its order; what lies there already stays as it is.
async fn lay(offices: &Offices, hall: &HallId, folder: &Path) -> Result<usize, NotCarried> {
    let (mut laid, mut cursor) = (0, 0);
    let db = offices.store.connection().await?;
    loop {
        let waiting = outgoing::containers_after(&db, hall, cursor).await?;
        let Some(last) = waiting.last() else { return Ok(laid) };
        cursor = last.cursor;
        for one in waiting {
            let path = folder.join("in").join(format!("{:012}-{}.{EXTENSION}", one.cursor, one.consignment_id));
            if !path.exists() {
                write_bytes(&path, &one.container)?;
                laid += 1;
            }
        }
    }
}

/// The id that a file is named by: alone, or after the place in the inbox.
fn id_of(path: &Path) -> Option<Uuid> {
    let stem = path.file_stem()?.to_str()?;
    let id = stem.len().checked_sub(36).and_then(|from| stem.get(from..))?;
    id.parse().ok()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, NotCarried> {
    let wrong = |source| NotCarried::Io { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        if entry.file_type().map_err(wrong)?.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    found.truncate(FILES_MAX);
    Ok(found)
}

/// The bytes, if they are no more than a container may have.
fn read(offices: &Offices, path: &Path) -> Result<Option<Vec<u8>>, NotCarried> {
    let wrong = |source| NotCarried::Io { path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(wrong)?.len();
    if usize::try_from(length).is_ok_and(|length| length <= offices.limits.container_bytes) {
        return Ok(Some(fs::read(path).map_err(wrong)?));
    }
    Ok(None)
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), NotCarried> {
    write_bytes(path, &hhx::canonical(value))
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), NotCarried> {
    let whole = || -> io::Result<()> {
        let part = path.with_extension("tmp");
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    whole().map_err(|source| NotCarried::Io { path: path.to_owned(), source })
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Carried { taken, again, not_taken, laid, acked } = self;
        write!(f, "{taken} taken, {again} again, {not_taken} not taken, {laid} laid out, {acked} acknowledged")
    }
}
