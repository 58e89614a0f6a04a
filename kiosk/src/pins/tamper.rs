//! The cabinet's door: a latch. Once open it is told once, and stays told until a technician has seen it and it is shut.
//!
//! So a door that is opened and quickly shut again is not missed, and one that swings does not fill the log.

use super::{Level, Tamper};

/// The latch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Latch {
    /// Shut, as it should be.
    Shut,
    /// It was opened, and nobody has seen that yet.
    Sprung(Level),
    /// It is open, and a technician knows.
    Known,
}

impl Latch {
    /// The door is open (`On`) or shut.
    pub(super) fn level(&mut self, level: Level) -> Option<Tamper> {
        match (*self, level) {
            (Latch::Shut, Level::On) => {
                *self = Latch::Sprung(Level::On);
                Some(Tamper::Opened)
            }
            (Latch::Sprung(_), now) => {
                *self = Latch::Sprung(now);
                None
            }
            (Latch::Known, Level::Off) => {
                *self = Latch::Shut;
                Some(Tamper::Shut)
            }
            (Latch::Shut, Level::Off) | (Latch::Known, Level::On) => None,
        }
    }

    /// A technician has seen it.
    pub(super) fn seen(&mut self) -> Option<Tamper> {
        match *self {
            Latch::Sprung(Level::Off) => {
                *self = Latch::Shut;
                Some(Tamper::Shut)
            }
            Latch::Sprung(Level::On) => {
                *self = Latch::Known;
                None
            }
            Latch::Shut | Latch::Known => None,
        }
    }
}
