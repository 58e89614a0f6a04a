//! Exactly once in effect, with nothing made up: halls that are processes with their own files, an office that is processes
//! on a real PostgreSQL, a network between them that fails in every third request, and all of them killed at random.
//!
//! A hall's process files, hands over and fetches as fast as it can (`hall`), through a network that drops, delays, repeats,
//! cuts and reorders by chance (`network`). Whoever watches (`watch`) kills halls and offices, and puts halls back from
//! backups into new lives. What counts in the end is the ledger: a line for every slip a citizen has in hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a proof says what it did")]

mod hall;
mod network;
mod watch;

use std::time::Duration;
use watch::Scale;

#[test]
fn three_hundred_are_registered_once_whatever_is_killed() {
    let scale = Scale { consignments: 300, halls: 3, seed: 1, kill_every: Duration::from_millis(700) };
    println!("{}", watch::prove(&scale));
}

/// `tests/run exchange --consignments N --halls N --seed N`.
#[test]
#[ignore = "minutes: tests/run exchange"]
fn as_many_as_are_asked_for() {
    let asked = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let scale = Scale {
        consignments: asked("EXCHANGE_CONSIGNMENTS", 10_000),
        halls: asked("EXCHANGE_HALLS", 4),
        seed: asked("EXCHANGE_SEED", 1),
        kill_every: Duration::from_secs(3),
    };
    println!("{}", watch::prove(&scale));
}

/// A hall's own process, started by the others.
#[test]
#[ignore = "it is started by the others"]
fn a_hall() {
    hall::work();
}
