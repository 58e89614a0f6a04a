//! One file of a simulated disk: what is on the platter, what was written since, and who holds it.

use super::{Counts, Loss, SECTOR_BYTES};
use crate::chance::Chance;
use sqlite_plugin::{
    flags::{LockLevel, ShmLockMode},
    vars,
    vfs::VfsResult,
};
use std::{
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
};

/// Locks of the shared memory's index.
const SLOTS: usize = 8;

/// A file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What programs read.
    now: Vec<u8>,
    /// What is on the platter for certain.
    platter: Vec<u8>,
    /// What happened since, in order.
    since: Vec<Change>,
    temporary: bool,
    locks: Locks,
    memory: Memory,
}

#[derive(Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Cut { bytes: usize },
}

/// Who holds the file, as `sqlite3_io_methods` has it.
#[derive(Debug, Default)]
struct Locks {
    shared: u32,
    reserved: bool,
    /// Nobody new may share: somebody waits to be alone, or is.
    pending: bool,
}

/// The memory that connections to the same file share: the index of the write-ahead log. It dies with the machine.
#[derive(Debug, Default)]
struct Memory {
    regions: Vec<Arc<Region>>,
    /// How many share a slot; −1: one has it alone.
    slots: [i32; SLOTS],
    mapped_by: u32,
}

/// A piece of shared memory. SQLite reads and writes it by its address and guards it by its own locks, so nothing here
/// ever looks inside after making it. Whoever has it mapped keeps it alive.
#[derive(Debug)]
pub(super) struct Region(Mutex<Box<[u64]>>);

impl Region {
    fn new(bytes: usize) -> Region {
        Region(Mutex::new(vec![0; bytes.div_ceil(size_of::<u64>())].into_boxed_slice()))
    }

    fn address(&self) -> NonNull<u8> {
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        NonNull::from(&mut **words).cast()
    }
}

/// What one open handle holds of a file.
#[derive(Debug, Default)]
pub(super) struct Held {
    level: Option<LockLevel>,
    regions: Vec<Arc<Region>>,
    mapped: bool,
    shared: u8,
    alone: u8,
}

impl File {
    pub(super) fn temporary() -> File {
        File { temporary: true, ..File::default() }
    }

    pub(super) fn synced(bytes: Vec<u8>) -> File {
        File { platter: bytes.clone(), now: bytes, ..File::default() }
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.temporary
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.now
    }

    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        put(&mut self.now, at, bytes);
        if !self.temporary {
            self.since.push(Change::Write { at, bytes: bytes.to_vec() });
        }
    }

    pub(super) fn cut(&mut self, bytes: usize) {
        self.now.resize(bytes, 0);
        self.since.push(Change::Cut { bytes });
    }

    pub(super) fn sync(&mut self) {
        for change in self.since.drain(..) {
            match change {
                Change::Write { at, bytes } => put(&mut self.platter, at, &bytes),
                Change::Cut { bytes } => self.platter.resize(bytes, 0),
            }
        }
    }

    /// A sync that failed: the writes are taken for written and are not.
    pub(super) fn forget(&mut self) {
        self.since.clear();
    }

    pub(super) fn restart(&mut self, loss: Loss, chance: &mut Chance, counts: &mut Counts) {
        let changes = std::mem::take(&mut self.since);
        match loss {
            Loss::Nothing => {
                counts.kept += changes.len() as u64;
                self.platter = std::mem::take(&mut self.now);
            }
            Loss::Unsynced => counts.dropped += changes.len() as u64,
            Loss::Torn => {
                // Sometimes nearly all comes through, sometimes nearly nothing.
                let eighths = chance.between(0, 9);
                for change in changes {
                    tear(&mut self.platter, change, &mut || chance.between(0, 8) < eighths, counts);
                }
            }
        }
        *self = File::synced(std::mem::take(&mut self.platter));
    }

    pub(super) fn lock(&mut self, held: &mut Held, level: LockLevel) -> VfsResult<()> {
        let before = held.level.unwrap_or(LockLevel::Unlocked);
        if level <= before {
            return Ok(());
        }
        match level {
            LockLevel::Unlocked => {}
            LockLevel::Shared => {
                if self.locks.pending {
                    return Err(vars::SQLITE_BUSY);
                }
                self.locks.shared += 1;
            }
            LockLevel::Reserved => {
                if self.locks.reserved {
                    return Err(vars::SQLITE_BUSY);
                }
                self.locks.reserved = true;
            }
            LockLevel::Pending | LockLevel::Exclusive => {
                if self.locks.reserved && before < LockLevel::Reserved {
                    return Err(vars::SQLITE_BUSY);
                }
                (self.locks.reserved, self.locks.pending) = (true, true);
                held.level = Some(LockLevel::Pending);
                if level == LockLevel::Exclusive && self.locks.shared > 1 {
                    return Err(vars::SQLITE_BUSY);
                }
            }
        }
        held.level = Some(level);
        Ok(())
    }

    pub(super) fn unlock(&mut self, held: &mut Held, level: LockLevel) {
        let before = held.level.unwrap_or(LockLevel::Unlocked);
        if level >= before {
            return;
        }
        if before >= LockLevel::Reserved {
            self.locks.reserved = false;
        }
        if before >= LockLevel::Pending {
            self.locks.pending = false;
        }
        if level == LockLevel::Unlocked {
            self.locks.shared -= 1;
        }
        held.level = Some(level);
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.locks.reserved
    }

    /// A piece of the shared memory; `None` if it is not there and must not be made.
    pub(super) fn map(&mut self, held: &mut Held, at: usize, bytes: Option<usize>) -> Option<NonNull<u8>> {
        if !held.mapped {
            held.mapped = true;
            self.memory.mapped_by += 1;
        }
        if let Some(bytes) = bytes {
            while self.memory.regions.len() <= at {
                self.memory.regions.push(Arc::new(Region::new(bytes)));
            }
        }
        let region = self.memory.regions.get(at)?;
        held.regions.push(Arc::clone(region));
        Some(region.address())
    }

    pub(super) fn lock_memory(&mut self, held: &mut Held, slots: (u32, u32), mode: ShmLockMode) -> VfsResult<()> {
        let (first, count) = slots;
        let range = first as usize..(first + count) as usize;
        let mask = range.clone().fold(0u8, |mask, slot| mask | 1 << slot);
        let taken = self.memory.slots.get_mut(range).ok_or(vars::SQLITE_IOERR)?;
        match mode {
            ShmLockMode::LockShared if held.shared & mask == mask => {}
            ShmLockMode::LockShared => {
                if taken.iter().any(|slot| *slot < 0) {
                    return Err(vars::SQLITE_BUSY);
                }
                taken.iter_mut().for_each(|slot| *slot += 1);
                held.shared |= mask;
            }
            ShmLockMode::LockExclusive if held.alone & mask == mask => {}
            ShmLockMode::LockExclusive => {
                if taken.iter().any(|slot| *slot != 0) {
                    return Err(vars::SQLITE_BUSY);
                }
                taken.fill(-1);
                held.alone |= mask;
            }
            ShmLockMode::UnlockShared => {
                if held.shared & mask == mask {
                    taken.iter_mut().for_each(|slot| *slot -= 1);
                    held.shared &= !mask;
                }
            }
            ShmLockMode::UnlockExclusive => {
                if held.alone & mask == mask {
                    taken.fill(0);
                    held.alone &= !mask;
                }
            }
        }
        Ok(())
    }

    pub(super) fn unmap(&mut self, held: &mut Held) {
        held.regions.clear();
        if std::mem::take(&mut held.mapped) {
            self.memory.mapped_by -= 1;
        }
        if self.memory.mapped_by == 0 {
            self.memory = Memory::default();
        }
    }
}

/// Applies the sectors of a change that come through.
fn tear(platter: &mut Vec<u8>, change: Change, comes_through: &mut impl FnMut() -> bool, counts: &mut Counts) {
    let (mut kept, mut dropped) = (0u64, 0u64);
    match change {
        Change::Cut { bytes } if comes_through() => {
            platter.resize(bytes, 0);
            kept += 1;
        }
        Change::Cut { .. } => dropped += 1,
        Change::Write { mut at, bytes } => {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (sector, after) = rest.split_at(rest.len().min(SECTOR_BYTES - at % SECTOR_BYTES));
                if comes_through() {
                    put(platter, at, sector);
                    kept += 1;
                } else {
                    dropped += 1;
                }
                (at, rest) = (at + sector.len(), after);
            }
        }
    }
    match (kept, dropped) {
        (_, 0) => counts.kept += 1,
        (0, _) => counts.dropped += 1,
        (_, _) => counts.torn += 1,
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}
