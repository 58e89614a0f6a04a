//! Moments and spans, in milliseconds; both come from outside, never from a clock in here.

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

/// A length of time in milliseconds; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// So many seconds.
    pub const fn seconds(n: u64) -> Span {
        Span(n * 1000)
    }

    /// So many minutes.
    pub const fn minutes(n: u64) -> Span {
        Span(n * 60_000)
    }

    /// This much and more.
    #[must_use]
    pub const fn and(self, more: Span) -> Span {
        Span(self.0.saturating_add(more.0))
    }

    /// Whole minutes, rounded down.
    pub const fn whole_minutes(self) -> u64 {
        self.0 / 60_000
    }
}

impl Time {
    /// How long after `earlier` this is; zero if the clock ran backwards.
    pub fn since(self, earlier: Time) -> Span {
        Span(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment and a span later.
    #[must_use]
    pub fn plus(self, span: Span) -> Time {
        Time(self.0.saturating_add(i64::try_from(span.0).unwrap_or(i64::MAX)))
    }

    /// This moment and a span earlier.
    #[must_use]
    pub fn minus(self, span: Span) -> Time {
        Time(self.0.saturating_sub(i64::try_from(span.0).unwrap_or(i64::MAX)))
    }
}
