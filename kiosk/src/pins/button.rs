//! A key under a finger: one press is one sign, however long the finger stays.
//!
//! The sign comes when the key goes down: no delay, and a trembling hand that cannot let go quickly presses once. Only
//! a key that is given a second meaning for a long press speaks when it comes up, or when the press has become long;
//! that is for people with two switches, and off unless the configuration says how long a long press is.

use super::Level;
use crate::keys::Key;

/// A key that is down so long is held by a bag or by chewing gum; it is told to the log.
pub const STUCK_MS: u64 = 30_000;

/// One key.
#[derive(Debug, Clone)]
pub(super) struct Button {
    key: Key,
    held: Option<Held>,
    at: At,
}

/// A second meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// After so long.
    pub(super) ms: u64,
    /// It is this key.
    pub(super) key: Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Up,
    /// Down, and nothing said yet.
    Down(u64),
    /// Down, and it has been said.
    Said(u64),
    /// Down for so long that it is stuck.
    Stuck,
}

impl Button {
    pub(super) fn new(key: Key, held: Option<Held>) -> Button {
        Button { key, held, at: At::Up }
    }

    /// Down or up.
    pub(super) fn level(&mut self, ms: u64, level: Level) -> Option<Key> {
        let before = self.at;
        match (before, level) {
            (At::Up, Level::On) if self.held.is_some() => {
                self.at = At::Down(ms);
                None
            }
            (At::Up, Level::On) => {
                self.at = At::Said(ms);
                Some(self.key)
            }
            (At::Down(_), Level::Off) => {
                self.at = At::Up;
                Some(self.key)
            }
            (At::Said(_) | At::Stuck, Level::Off) => {
                self.at = At::Up;
                None
            }
            (At::Up, Level::Off) | (At::Down(_) | At::Said(_) | At::Stuck, Level::On) => None,
        }
    }

    /// A press may have become long.
    pub(super) fn pass(&mut self, ms: u64) -> Option<Key> {
        match (self.at, self.held) {
            (At::Down(since), Some(held)) if ms >= since + held.ms => {
                self.at = At::Said(since);
                Some(held.key)
            }
            (At::Said(since), _) if ms >= since + STUCK_MS => {
                let key = self.key.name();
                tracing::warn!(key, "the key {key} has been down for half a minute: it is stuck");
                self.at = At::Stuck;
                None
            }
            (At::Up | At::Down(_) | At::Said(_) | At::Stuck, _) => None,
        }
    }

    /// When to look again.
    pub(super) fn due_ms(&self) -> u64 {
        match (self.at, self.held) {
            (At::Down(since), Some(held)) => since + held.ms,
            (At::Said(since), _) => since + STUCK_MS,
            (At::Up | At::Down(_) | At::Stuck, _) => u64::MAX,
        }
    }
}
