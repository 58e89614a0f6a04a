//! Whether a kiosk's clock can be believed.

use jiff::Timestamp;

/// A clock that differs from the hub's by more is doubtful: a visitor would be told a time that is not.
pub const DOUBT_MS: i64 = 120_000;
/// This program did not exist before: a clock that says so was never set. 2026-11-01.
pub const NOT_BEFORE: i64 = 1_793_491_200;

/// What a clock is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It agrees with the hub's.
    Sound,
    /// There is nothing to compare it with, and nothing against it.
    Alone,
    /// It differs from the hub's by so much; ahead is positive.
    OffBy {
        /// In milliseconds.
        ms: i64,
    },
    /// It stands in a time before this program.
    BeforeItsTime,
}

/// Compares the kiosk's clock with what the hub said in the same moment, if it said anything.
pub fn judge_clock(kiosk: Timestamp, hub: Option<Timestamp>) -> Clock {
    if kiosk.as_second() < NOT_BEFORE {
        return Clock::BeforeItsTime;
    }
    match hub.map(|hub| kiosk.as_millisecond().saturating_sub(hub.as_millisecond())) {
        None => Clock::Alone,
        Some(ms) if ms.unsigned_abs() <= DOUBT_MS.unsigned_abs() => Clock::Sound,
        Some(ms) => Clock::OffBy { ms },
    }
}
