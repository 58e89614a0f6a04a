//! Whether the kiosk's own memory takes anything, found out before a visitor asks for a number.
//!
//! The journal is written whenever the hub says how things stand, so a disk that fails is noticed within seconds; while
//! the hub is away a probe is written instead. What failed is tried again until it works, and then the kiosk serves by
//! itself. A journal that could not even be opened is looked for until it can be; then the program begins anew. Deliberately
//! absent: repairs.

use super::{Driver, Event, News, Now, View};
use crate::{
    session::Storage,
    store::{Store, StoreError},
};
use std::path::PathBuf;

/// A disk that nobody has written to is tried after this.
pub const PROBE_EVERY_MS: u64 = 30_000;
/// One that failed is tried again after this.
pub const PROBE_AGAIN_MS: u64 = 5_000;

/// What is known of the disk.
#[derive(Debug)]
pub(super) struct DiskWatch {
    now: Storage,
    told: Storage,
    due_ms: u64,
    /// The journal that could not be opened: what is written now is not kept.
    lost: Option<PathBuf>,
}

impl DiskWatch {
    pub(super) fn new(ms: u64) -> DiskWatch {
        DiskWatch { now: Storage::Works, told: Storage::Works, due_ms: ms + PROBE_EVERY_MS, lost: None }
    }

    /// Something was written.
    pub(super) fn took(&mut self, ms: u64) {
        if self.lost.is_some() {
            return;
        }
        if self.now == Storage::Fails {
            tracing::info!("the kiosk's memory takes again what is written");
        }
        (self.now, self.due_ms) = (Storage::Works, ms + PROBE_EVERY_MS);
    }

    /// Something could not be written.
    pub(super) fn failed(&mut self, error: &StoreError) {
        if self.now == Storage::Works && error.is_the_disks() {
            tracing::error!(%error, "the kiosk's memory fails: no tickets until it takes again what is written");
            self.now = Storage::Fails;
        }
    }
}

impl<S: FnMut(&View)> Driver<S> {
    /// The journal at this place could not be opened; the driver has one that ends with the program.
    pub fn has_lost(&mut self, journal: PathBuf, now: Now) {
        (self.disk.now, self.disk.lost) = (Storage::Fails, Some(journal));
        self.look(now);
    }

    pub(super) fn watch_disk(&mut self, now: Now) {
        if now.ms >= self.disk.due_ms
            && let Some(journal) = self.disk.lost.clone()
        {
            self.disk.due_ms = now.ms + PROBE_AGAIN_MS;
            if Store::open(&journal).is_ok() {
                self.end("the kiosk's journal can be opened again");
            }
        } else if now.ms >= self.disk.due_ms {
            match self.store.probe() {
                Ok(()) => self.disk.took(now.ms),
                Err(error) => {
                    self.disk.failed(&error);
                    self.disk.due_ms = now.ms + PROBE_AGAIN_MS;
                }
            }
        }
        if self.disk.told != self.disk.now {
            self.disk.told = self.disk.now;
            self.disk.due_ms = now.ms + PROBE_AGAIN_MS;
            self.run(Event::News(News::Storage(self.disk.now)), now);
        }
    }
}
