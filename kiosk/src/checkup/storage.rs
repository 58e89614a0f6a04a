//! Whether the disk takes, keeps and gives back what is written to it.
//!
//! A file of its own beside the journal: written, synced, opened anew and read. The system may answer the reading from
//! memory, so a disk that forgets is found by its fsync and by the kernel's errors, not by the comparison alone.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

/// The journal of two weeks without a hub, its write-ahead log, and as much again.
pub const FREE_BYTES_MIN: u64 = 64 << 20;
const PROBE: &str = "self-test.probe";
const PROBE_BYTES: usize = 64 * 1024;

/// What a disk is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disk {
    /// It works and has room.
    Good {
        /// The room.
        free_bytes: u64,
    },
    /// It works and has little room.
    Full {
        /// The room.
        free_bytes: u64,
    },
    /// It gave back something else.
    Lies,
    /// It works, and the kiosk's journal on it is damaged.
    Journal,
    /// It could not.
    Fails(io::ErrorKind),
}

/// Tries the disk under a folder. `seed` makes what is written another each time.
pub fn try_disk(folder: &Path, seed: u64) -> Disk {
    let probe = folder.join(PROBE);
    let written = pattern(seed);
    let read = write(&probe, &written).and_then(|()| read(&probe));
    // What could not be written need not be there to be removed.
    let removed = fs::remove_file(&probe);
    match (read, removed) {
        (Err(error), _) | (Ok(_), Err(error)) => Disk::Fails(error.kind()),
        (Ok(read), Ok(())) if read != written => Disk::Lies,
        (Ok(_), Ok(())) => match rustix::fs::statvfs(folder) {
            Ok(room) => has_room(room.f_bavail.saturating_mul(room.f_frsize)),
            Err(error) => Disk::Fails(error.kind()),
        },
    }
}

pub(super) fn has_room(free_bytes: u64) -> Disk {
    if free_bytes < FREE_BYTES_MIN { Disk::Full { free_bytes } } else { Disk::Good { free_bytes } }
}

fn write(probe: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(probe)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn read(probe: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(PROBE_BYTES);
    File::open(probe)?.take(PROBE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes that no other test has written: a linear congruence, not chance.
fn pattern(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(PROBE_BYTES).collect()
}
