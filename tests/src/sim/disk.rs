//! A simulated machine's disk: a SQLite VFS over memory that loses, tears, fills up and breaks on command.
//!
//! The real journals of hub and kiosk run on it through SQLite itself, so what is proved here is the code that runs in
//! a hall, a thousand power cuts a second. Every file keeps what is on the platter (as of its last completed sync) and
//! what was written since; [`Disk::restart`] decides sector by sector, from a seed, what of the latter came through.
//! A sector holds one of the versions written to it, any one of them, so writes are lost, torn and reordered at once.
//!
//! Deliberately absent: a disk that lies about a completed sync (no journal survives that, and none can tell), the
//! loss of a name in a directory (a file that was made stays, empty if never synced), and slowness (time is the
//! simulation's).

mod file;
mod vfs;

pub use vfs::VFS;

use crate::chance::Chance;
use file::File;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What a disk writes as a whole or not at all.
pub const SECTOR_BYTES: usize = 512;

/// What becomes of unsynced writes when a machine restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// All are there: a program was killed, the machine went on.
    Nothing,
    /// None is: the cache was lost whole.
    Unsynced,
    /// Any of their sectors, each for itself.
    Torn,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This one operation fails. After a failed sync the writes it was for are taken for written and never are: what
    /// Linux does.
    Error,
    /// From here on every write and sync fails, until [`Disk::mend`].
    Broken,
    /// From here on no file grows, until [`Disk::mend`].
    Full,
    /// From here on nothing works at all, until [`Disk::restart`]. The operation itself is under way.
    PowerCut,
}

/// When it goes wrong: the n-th operation from now on, 1 being the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The n-th write.
    Write(u64),
    /// The n-th sync.
    Sync(u64),
}

/// What a disk has done and suffered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Writes asked for, cuts of files among them.
    pub writes: u64,
    /// Syncs asked for.
    pub syncs: u64,
    /// Operations that were answered with an error.
    pub refused: u64,
    /// Restarts that lost something.
    pub losses: u64,
    /// Unsynced writes that came through whole, over all restarts.
    pub kept: u64,
    /// … of which only a part did.
    pub torn: u64,
    /// … of which nothing did.
    pub dropped: u64,
}

/// What is on a disk: a backup, or the disk of a machine that is put into another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image(BTreeMap<String, Vec<u8>>);

impl Image {
    /// The bytes of a file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

/// The disk of one simulated machine. It goes, with its files, when this handle goes.
#[derive(Debug)]
pub struct Disk {
    machine: u64,
    platter: Shared,
}

type Shared = Arc<Mutex<Platter>>;

/// Everything SQLite's side and the simulation's side share.
#[derive(Debug, Default)]
struct Platter {
    files: BTreeMap<String, File>,
    /// Files opened before a restart belong to a program that is gone.
    boot: u64,
    drive: Drive,
}

/// What does the work, and fails to.
#[derive(Debug, Default)]
struct Drive {
    health: Health,
    /// Faults to come, each with the number of the operation of its kind.
    planned: Vec<(When, Fault)>,
    limit_bytes: Option<usize>,
    /// As of the beginning of an operation, if there is a limit.
    used_bytes: usize,
    counts: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Health {
    #[default]
    Well,
    Full,
    Broken,
    Off,
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Disk {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let machine = NEXT.fetch_add(1, Ordering::Relaxed);
        let platter = Shared::default();
        vfs::attach(machine, &platter);
        Disk { machine, platter }
    }

    /// How SQLite names a file of this disk, with [`VFS`].
    pub fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/{}/{name}", self.machine))
    }

    /// Plans a fault.
    pub fn plan(&self, when: When, fault: Fault) {
        let drive = &mut self.platter().drive;
        let from_now = match when {
            When::Write(n) => When::Write(drive.counts.writes + n),
            When::Sync(n) => When::Sync(drive.counts.syncs + n),
        };
        drive.planned.push((from_now, fault));
    }

    /// Lets the files together have so many bytes.
    pub fn limit_room(&self, bytes: usize) {
        self.platter().drive.limit_bytes = Some(bytes);
    }

    /// Ends every fault but a power cut, also those to come.
    pub fn mend(&self) {
        let drive = &mut self.platter().drive;
        if drive.health != Health::Off {
            drive.recover();
        }
    }

    /// Cuts the power: nothing works until [`Disk::restart`].
    pub fn cut_power(&self) {
        self.platter().drive.health = Health::Off;
    }

    /// Whether the power is cut, by hand or by a planned fault.
    pub fn is_off(&self) -> bool {
        self.platter().drive.health == Health::Off
    }

    /// The machine comes up again. Programs that still have files open cannot use them any more; faults are over.
    pub fn restart(&self, loss: Loss, chance: &mut Chance) {
        let mut platter = self.platter();
        let Platter { files, drive, boot } = &mut *platter;
        let lost = drive.counts.torn + drive.counts.dropped;
        files.retain(|_, file| !file.is_temporary());
        for file in files.values_mut() {
            file.restart(loss, chance, &mut drive.counts);
        }
        drive.counts.losses += u64::from(drive.counts.torn + drive.counts.dropped > lost);
        drive.recover();
        *boot += 1;
    }

    /// What programs see on the disk now.
    pub fn image(&self) -> Image {
        let platter = self.platter();
        let whole = platter.files.iter().filter(|(_, file)| !file.is_temporary());
        Image(whole.map(|(name, file)| (name.clone(), file.bytes().to_vec())).collect())
    }

    /// Puts an image in the place of everything, synced. Programs that have files open cannot use them any more.
    pub fn restore(&self, image: &Image) {
        let mut platter = self.platter();
        platter.files = image.0.iter().map(|(name, bytes)| (name.clone(), File::synced(bytes.clone()))).collect();
        platter.boot += 1;
    }

    /// What was done and suffered so far.
    pub fn counts(&self) -> Counts {
        self.platter().drive.counts
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        lock(&self.platter)
    }
}

impl Default for Disk {
    fn default() -> Disk {
        Disk::new()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        vfs::detach(self.machine);
    }
}

fn lock(platter: &Shared) -> MutexGuard<'_, Platter> {
    // A test that panicked elsewhere is reported by itself.
    platter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an operation meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Luck {
    Good,
    Fault(Fault),
}

impl Platter {
    /// Looks how much is used, if it matters.
    fn weigh(&mut self) {
        if self.drive.limit_bytes.is_some() {
            self.drive.used_bytes = self.files.values().map(|file| file.bytes().len()).sum();
        }
    }
}

impl Drive {
    fn recover(&mut self) {
        self.planned.clear();
        self.limit_bytes = None;
        self.health = Health::Well;
    }

    /// Counts a write that is about to happen and says what it meets.
    fn next_write(&mut self) -> Luck {
        self.counts.writes += 1;
        self.meet(When::Write(self.counts.writes))
    }

    /// Counts a sync that is about to happen and says what it meets.
    fn next_sync(&mut self) -> Luck {
        self.counts.syncs += 1;
        self.meet(When::Sync(self.counts.syncs))
    }

    fn meet(&mut self, now: When) -> Luck {
        let due = self.planned.iter().position(|(when, _)| *when == now);
        if let Some(fault) = due.map(|due| self.planned.swap_remove(due).1) {
            match fault {
                Fault::Error => return Luck::Fault(Fault::Error),
                Fault::Broken => self.health = Health::Broken,
                Fault::Full => self.health = Health::Full,
                Fault::PowerCut => self.health = Health::Off,
            }
        }
        match self.health {
            Health::Well => Luck::Good,
            Health::Full => Luck::Fault(Fault::Full),
            Health::Broken => Luck::Fault(Fault::Broken),
            Health::Off => Luck::Fault(Fault::PowerCut),
        }
    }

    /// Bytes that may still be added.
    fn room_bytes(&self) -> usize {
        if self.health == Health::Full {
            return 0;
        }
        self.limit_bytes.map_or(usize::MAX, |limit| limit.saturating_sub(self.used_bytes))
    }
}
