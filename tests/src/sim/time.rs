//! Virtual time: what is due when, and the wall clocks of machines, which may be wrong.
//!
//! One number counts milliseconds since a hall began and never runs back; nothing waits for it to pass. Two things due
//! in the same millisecond happen in the order in which they were planned, so a run depends on its seed alone.

use queue::time::Time;
use std::collections::BTreeMap;

/// Monday 2026-11-23, 09:00 in Tashkent: when every simulated hall begins.
pub const BEGINNING: Time = Time(1_795_406_400_000);

/// What is due, in order.
#[derive(Debug)]
pub struct Agenda<T> {
    due: BTreeMap<(u64, u64), T>,
    planned: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Agenda<T> {
        Agenda { due: BTreeMap::new(), planned: 0 }
    }
}

impl<T> Agenda<T> {
    /// Plans something for a moment.
    pub fn plan(&mut self, at_ms: u64, what: T) {
        self.planned += 1;
        self.due.insert((at_ms, self.planned), what);
    }

    /// The next thing that is due until a moment, and when.
    pub fn next(&mut self, until_ms: u64) -> Option<(u64, T)> {
        let (at_ms, _) = *self.due.first_key_value()?.0;
        if at_ms > until_ms {
            return None;
        }
        self.due.pop_first().map(|((at_ms, _), what)| (at_ms, what))
    }

    /// How much is planned.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether nothing is planned.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}

/// What a machine's clock says: the true time and an error.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock {
    /// How far ahead of the truth it is; negative if behind.
    pub ahead_ms: i64,
}

impl WallClock {
    /// The clock's time at a moment; never before 1970, as no machine's is.
    pub fn at(self, now_ms: u64) -> Time {
        let truth = BEGINNING.0.saturating_add(i64::try_from(now_ms).unwrap_or(i64::MAX));
        Time(truth.saturating_add(self.ahead_ms).max(0))
    }

    /// A machine without a battery wakes up in 1970.
    pub fn wake_in_1970(&mut self, now_ms: u64) {
        self.ahead_ms = -BEGINNING.0.saturating_add(i64::try_from(now_ms).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_happen_in_the_order_of_their_moments_and_then_of_their_planning() {
        let mut agenda = Agenda::default();
        agenda.plan(5, "c");
        agenda.plan(3, "a");
        agenda.plan(3, "b");
        assert_eq!(agenda.next(4), Some((3, "a")));
        assert_eq!(agenda.next(4), Some((3, "b")));
        assert_eq!(agenda.next(4), None);
        assert_eq!((agenda.next(5), agenda.len()), (Some((5, "c")), 0));
    }

    #[test]
    fn a_clock_without_a_battery_begins_in_1970() {
        let mut clock = WallClock::default();
        assert_eq!(clock.at(1_000), Time(BEGINNING.0 + 1_000));
        clock.wake_in_1970(5_000);
        assert_eq!((clock.at(5_000), clock.at(6_000)), (Time(0), Time(1_000)));
        assert_eq!(WallClock { ahead_ms: i64::MIN }.at(0), Time(0));
    }
}
