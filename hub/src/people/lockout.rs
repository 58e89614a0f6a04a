//! How wrong PINs are slowed down, then stopped: pure, time is an argument.
//!
//! A four-digit PIN has ten thousand values. Five tries are free; then each wrong one doubles the wait; after fifteen
//! only a manager helps. So a patient guesser gets fifteen tries, not ten thousand.

use queue::time::{Span, Time};

/// Wrong PINs before the first wait.
pub const WAIT_AFTER: u32 = 5;
/// Wrong PINs before only a manager helps.
pub const LOCK_AFTER: u32 = 15;
/// The first wait; doubles with each further wrong PIN.
const FIRST_WAIT: Span = Span::seconds(15);

const _: () = assert!(WAIT_AFTER < LOCK_AFTER && LOCK_AFTER - WAIT_AFTER < 32);

/// Wrong PINs since the last right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Attempts {
    /// How many.
    pub(super) wrong: u32,
    /// When the last one was.
    pub(super) last: Time,
}

/// Whether a PIN is looked at now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// It is.
    Open,
    /// Not before this has passed.
    Wait(Span),
    /// Not until a manager helps.
    Locked,
}

impl Attempts {
    /// Whether another PIN is looked at now. A clock set back ends the wait: it must not lock anyone out for a day.
    pub(super) fn gate(&self, now: Time) -> Gate {
        if self.wrong >= LOCK_AFTER {
            return Gate::Locked;
        }
        if self.wrong < WAIT_AFTER || now < self.last {
            return Gate::Open;
        }
        let wait = Span(FIRST_WAIT.0 << (self.wrong - WAIT_AFTER));
        match wait.0.saturating_sub(now.since(self.last).0) {
            0 => Gate::Open,
            left => Gate::Wait(Span(left)),
        }
    }

    /// One more wrong PIN.
    #[must_use]
    pub(super) fn wrong_again(self, now: Time) -> Attempts {
        Attempts { wrong: self.wrong.saturating_add(1), last: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(wrong: u32) -> Attempts {
        Attempts { wrong, last: Time(1_000_000) }
    }

    #[test]
    fn four_mistakes_cost_nothing() {
        assert_eq!(after(4).gate(Time(1_000_000)), Gate::Open);
    }

    #[test]
    fn waits_double_from_the_fifth() {
        assert_eq!(after(5).gate(Time(1_000_000)), Gate::Wait(Span::seconds(15)));
        assert_eq!(after(6).gate(Time(1_000_000)), Gate::Wait(Span::seconds(30)));
        assert_eq!(after(5).gate(Time(1_014_999)), Gate::Wait(Span(1)));
        assert_eq!(after(5).gate(Time(1_015_000)), Gate::Open);
    }

    #[test]
    fn fifteen_need_a_manager() {
        assert_eq!(after(14).gate(Time(i64::MAX)), Gate::Open);
        assert_eq!(after(15).gate(Time(i64::MAX)), Gate::Locked);
    }

    #[test]
    fn a_clock_set_back_ends_the_wait() {
        assert_eq!(after(9).gate(Time(0)), Gate::Open);
        assert_eq!(after(15).gate(Time(0)), Gate::Locked);
    }
}
