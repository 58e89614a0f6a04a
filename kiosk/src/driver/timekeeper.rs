//! What time it is, if anybody can know: the kiosk's own clock while nothing speaks against it, else the hub's.
//!
//! A clock is doubted that stands before this program, before what the hub said last, or away from what the hub says now.
//! The hub's time goes on by the steady clock when the line is cut. Who knows no time says none: not on the screen and not
//! on paper. Deliberately absent: setting the clock, which is the system's business, and the times in reports, which
//! the hub corrects by the difference.

use super::Now;
use crate::checkup::{Clock, DOUBT_MS, judge_clock};
use jiff::Timestamp;
use std::time::Duration;

/// Knows what time it is.
#[derive(Debug)]
pub(super) struct Timekeeper {
    /// What the hub said, and when by the steady clock.
    heard: Option<(u64, Timestamp)>,
    /// What it had said last before the program began.
    before: Option<Timestamp>,
    /// What was last said about the clock in the log.
    told: Worth,
}

/// Whether a clock is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Trusted,
    Doubtful,
}

impl Timekeeper {
    pub(super) fn new(before: Option<Timestamp>) -> Timekeeper {
        Timekeeper { heard: None, before, told: Worth::Trusted }
    }

    /// The hub says what time it is.
    pub(super) fn heard(&mut self, ms: u64, at: &str) {
        self.heard = at.parse().ok().map(|at| (ms, at)).or(self.heard);
    }

    /// What time it is; nothing if nobody knows.
    pub(super) fn time(&self, now: Now) -> Option<Timestamp> {
        match self.clock(now) {
            Clock::Sound | Clock::Alone => Some(now.at),
            Clock::OffBy { .. } | Clock::BeforeItsTime => self.hub_now(now),
        }
    }

    /// What the kiosk's own clock is worth.
    pub(super) fn clock(&self, now: Now) -> Clock {
        match judge_clock(now.at, self.hub_now(now)) {
            Clock::Alone if self.before.is_some_and(|before| is_behind(now.at, before)) => Clock::BeforeItsTime,
            clock => clock,
        }
    }

    /// Says once when the clock begins to be doubtful, and once when it is well again.
    pub(super) fn say(&mut self, now: Now) {
        let clock = self.clock(now);
        let worth = match clock {
            Clock::Sound | Clock::Alone => Worth::Trusted,
            Clock::OffBy { .. } | Clock::BeforeItsTime => Worth::Doubtful,
        };
        match (std::mem::replace(&mut self.told, worth), worth) {
            (Worth::Trusted, Worth::Doubtful) => {
                tracing::warn!(at = %now.at, ?clock, "the kiosk's clock cannot be believed: only the hub's time counts");
            }
            (Worth::Doubtful, Worth::Trusted) => tracing::info!(at = %now.at, "the kiosk's clock is right again"),
            (Worth::Trusted, Worth::Trusted) | (Worth::Doubtful, Worth::Doubtful) => {}
        }
    }

    fn hub_now(&self, now: Now) -> Option<Timestamp> {
        let (ms, at) = self.heard?;
        at.checked_add(Duration::from_millis(now.ms.saturating_sub(ms))).ok()
    }
}

fn is_behind(at: Timestamp, before: Timestamp) -> bool {
    before.as_millisecond().saturating_sub(at.as_millisecond()) > DOUBT_MS
}
