//! The printer's current through a relay: off for a moment, rarely.
//!
//! Off long enough for a power supply to empty itself, on long enough for the printer to wake, and only a few times an
//! hour, because a printer that needs more needs a person. The relay is `On` while the current is cut: a kiosk without
//! current or program leaves its printer on.

use super::{Level, Power};
use std::collections::VecDeque;

/// The current is cut for so long.
pub const OFF_MS: u64 = 5_000;
/// Then the printer has so long to wake.
pub const WARM_MS: u64 = 15_000;
/// So often in an hour.
pub const CYCLES_AN_HOUR_MAX: usize = 3;
const HOUR_MS: u64 = 3_600_000;

/// The relay.
#[derive(Debug, Clone, Default)]
pub(super) struct Relay {
    /// When the current comes back, while it is cut.
    back_ms: Option<u64>,
    /// When it was cut in the last hour.
    cuts: VecDeque<u64>,
}

impl Relay {
    /// Cuts the current, or does not.
    pub(super) fn cycle(&mut self, ms: u64) -> (Option<Level>, Power) {
        while self.cuts.front().is_some_and(|cut| ms >= cut + HOUR_MS) {
            self.cuts.pop_front();
        }
        let lately = self.cuts.back().is_some_and(|cut| ms < cut + OFF_MS + WARM_MS);
        if lately || self.cuts.len() >= CYCLES_AN_HOUR_MAX {
            return (None, Power::Refused);
        }
        self.cuts.push_back(ms);
        self.back_ms = Some(ms + OFF_MS);
        (Some(Level::On), Power::Cut)
    }

    /// The current may come back.
    pub(super) fn pass(&mut self, ms: u64) -> Option<(Level, Power)> {
        self.back_ms.take_if(|back| ms >= *back)?;
        Some((Level::Off, Power::Back))
    }

    /// When to look again.
    pub(super) fn due_ms(&self) -> u64 {
        self.back_ms.unwrap_or(u64::MAX)
    }
}
