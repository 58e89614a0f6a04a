//! A level is believed when it has stood still for a while: contacts bounce, sensors flicker.

use super::Level;

/// How long a key has to stand still: contacts bounce for some 5 ms, the shortest press lasts 50.
pub const KEY_MS: u64 = 20;
/// A door that rattles is not open.
pub const DOOR_MS: u64 = 200;
/// A sensor that twitches saw nobody.
pub const SENSOR_MS: u64 = 100;

/// One line's level, once it stands still.
#[derive(Debug, Clone)]
pub(super) struct Debounce {
    settle_ms: u64,
    steady: Level,
    /// Another level, and since when.
    moving: Option<(Level, u64)>,
}

impl Debounce {
    /// Off, until it is told otherwise.
    pub(super) fn new(settle_ms: u64) -> Debounce {
        Debounce { settle_ms, steady: Level::Off, moving: None }
    }

    /// The line has a level.
    pub(super) fn edge(&mut self, ms: u64, level: Level) {
        self.moving = match self.moving {
            Some(moving) if moving.0 == level => Some(moving),
            Some(_) | None if level == self.steady => None,
            Some(_) | None => Some((level, ms)),
        };
    }

    /// The level that now stands still, once.
    pub(super) fn pass(&mut self, ms: u64) -> Option<Level> {
        let (level, _) = self.moving.filter(|(_, since)| ms >= since + self.settle_ms)?;
        self.moving = None;
        self.steady = level;
        Some(level)
    }

    /// When to look again.
    pub(super) fn due_ms(&self) -> u64 {
        self.moving.map_or(u64::MAX, |(_, since)| since + self.settle_ms)
    }
}
