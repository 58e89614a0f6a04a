//! Crash after crash in the same halls: start, load, SIGKILL (and a power cut), verify, come back, audit.
//!
//! Nothing sleeps: the moment of the kill is the time-out of a wait for an end of the load that never comes.

mod checkpoint;
mod hub;
mod kiosk;
mod migration;
pub mod proof;

pub use checkpoint::checkpoint_for_ever;
pub use hub::crash_hubs;
pub use kiosk::crash_kiosks;
pub use migration::{crash_migrations, migrate};

use crate::{
    audit::Findings,
    powercut::{Cut, Loss},
};

/// What is done to a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// SIGKILL: what the system has taken is safe.
    Kill,
    /// SIGKILL and a power cut: only what was synced is safe.
    Power(Cut),
    /// The same while the write-ahead log is being moved into the file.
    Checkpoint(Cut),
    /// A power cut while the file is brought to a newer shape.
    Migration(Cut),
}

impl Blow {
    /// What is left of unsynced writes; `None`: everything.
    fn cut(self) -> Option<Cut> {
        match self {
            Blow::Kill => None,
            Blow::Power(cut) | Blow::Checkpoint(cut) | Blow::Migration(cut) => Some(cut),
        }
    }
}

/// The sum over all crashes.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Crashes done.
    pub crashes: u64,
    /// Crashes amid a checkpoint.
    pub amid_checkpoint: u64,
    /// What audits found.
    pub findings: Findings,
    /// What `hub verify` objected to.
    pub unverified: Vec<String>,
    /// What power cuts took and left.
    pub loss: Loss,
}

impl Sum {
    /// Adds the crashes of another worker.
    pub fn add(&mut self, other: Sum) {
        self.crashes += other.crashes;
        self.amid_checkpoint += other.amid_checkpoint;
        self.findings.add(other.findings);
        self.unverified.extend(other.unverified);
        self.loss.add(other.loss);
    }
}
