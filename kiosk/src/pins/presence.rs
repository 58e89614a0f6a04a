//! Somebody in front of the kiosk: at once when they come, after a while when they have gone.
//!
//! A movement sensor falls asleep in front of a reader who stands still, so nobody is gone before a hold.

use super::Level;

/// A reader who stands still is still there for so long.
pub const HOLD_MS: u64 = 10_000;

/// The space in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Empty.
    Empty,
    /// The sensor sees somebody.
    Seen,
    /// It has not since this moment.
    Lost(u64),
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Came,
    Went,
}

impl Presence {
    /// What the sensor says.
    pub(super) fn level(&mut self, ms: u64, level: Level) -> Option<Change> {
        match (*self, level) {
            (Presence::Empty, Level::On) => {
                *self = Presence::Seen;
                Some(Change::Came)
            }
            (Presence::Lost(_), Level::On) => {
                *self = Presence::Seen;
                None
            }
            (Presence::Seen, Level::Off) => {
                *self = Presence::Lost(ms);
                None
            }
            (Presence::Seen, Level::On) | (Presence::Empty | Presence::Lost(_), Level::Off) => None,
        }
    }

    /// The hold may be over.
    pub(super) fn pass(&mut self, ms: u64) -> Option<Change> {
        if ms < self.due_ms() {
            return None;
        }
        *self = Presence::Empty;
        Some(Change::Went)
    }

    /// When to look again.
    pub(super) fn due_ms(self) -> u64 {
        match self {
            Presence::Lost(since) => since + HOLD_MS,
            Presence::Empty | Presence::Seen => u64::MAX,
        }
    }
}
