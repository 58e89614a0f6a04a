//! Simulated halls: the real queue, journal, kiosks and displays in virtual time, with everything going wrong, from a seed.
//!
//! What can happen is drawn before it happens ([`transitions`]); the machines run real code on a disk, a network and
//! clocks that fail ([`disk`], [`network`], [`time`]); whoever watches ([`watch`]) adds the events up by itself, asks a
//! naive queue ([`reference`]) and the fifteen promises ([`assertions`]). A list of happenings that breaks a promise is
//! shortened and kept as text. Deliberately absent: sockets, HTTP, tokens, pages and pixels; other proofs have those.

pub mod assertions;
pub mod disk;
pub mod hall;
pub mod hub;
pub mod network;
pub mod reference;
pub mod screen;
pub mod shrink;
pub mod staff;
pub mod system;
pub mod time;
pub mod touchscreen;
pub mod trace;
pub mod transitions;
pub mod watch;

pub use system::Tally;

use assertions::{Broken, Looked};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};
use system::System;
use trace::{Keep, Trace};
use transitions::{Script, script};

/// What came of a script.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The first broken promise, if any is.
    pub broken: Option<Broken>,
    /// What was looked at.
    pub looked: Looked,
    /// What was done.
    pub tally: Tally,
    /// Service days.
    pub days: u64,
    /// A number that depends on everything that happened.
    pub digest: u64,
    /// Everything that happened, if it was kept.
    pub lines: Vec<String>,
}

/// Runs a script to its end, or to the first broken promise.
pub fn run(script: &Script, keep: Keep) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| live(script, keep))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let what = format!("a program panics: {}", text.unwrap_or_default());
            Outcome { broken: Some(Broken { promise: 0, what }), ..Outcome::default() }
        }
    }
}

fn live(script: &Script, keep: Keep) -> Outcome {
    let mut system = match System::new(script, Trace::new(keep)) {
        Ok(system) => system,
        Err(error) => {
            let what = format!("there is no such hall: {error}");
            return Outcome { broken: Some(Broken { promise: 0, what }), ..Outcome::default() };
        }
    };
    let broken = live_through(&mut system, script).err();
    Outcome {
        broken,
        looked: system.watch.looked.clone(),
        days: system.watch.days,
        digest: system.trace.digest(),
        lines: system.trace.lines().to_vec(),
        tally: system.tally,
    }
}

fn live_through(system: &mut System, script: &Script) -> Result<(), Broken> {
    system.pass(1_500)?;
    for step in &script.steps {
        system.step(step)?;
    }
    system.calm()
}

/// A hall that broke a promise.
#[derive(Debug)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// What it broke.
    pub broken: Broken,
}

/// What came of many halls.
#[derive(Debug, Default)]
pub struct Sum {
    /// Halls.
    pub halls: u64,
    /// Service days.
    pub days: u64,
    /// What was looked at.
    pub looked: Looked,
    /// What was done.
    pub tally: Tally,
    /// Those that broke a promise.
    pub failures: Vec<Failure>,
}

impl Sum {
    fn add(&mut self, seed: u64, outcome: Outcome) {
        self.halls += 1;
        self.days += outcome.days;
        self.looked.add(&outcome.looked);
        self.tally.add(&outcome.tally);
        self.failures.extend(outcome.broken.map(|broken| Failure { seed, broken }));
    }
}

/// After so many failures no new hall is begun.
const FAILURES_MAX: u64 = 5;

/// Runs the halls of so many seeds, on every core.
pub fn run_many(from: u64, seeds: u64) -> Sum {
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let sum = Mutex::new(Sum::default());
    let work = || {
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            if nth >= seeds || failed.load(Ordering::Relaxed) >= FAILURES_MAX {
                return;
            }
            let seed = from + nth;
            let outcome = run(&script(seed), Keep::Digest);
            failed.fetch_add(u64::from(outcome.broken.is_some()), Ordering::Relaxed);
            sum.lock().unwrap_or_else(PoisonError::into_inner).add(seed, outcome);
        }
    };
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    sum.into_inner().unwrap_or_else(PoisonError::into_inner)
}
