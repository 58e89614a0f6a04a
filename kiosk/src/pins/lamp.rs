//! The lamp on top: a few patterns that can be told apart across a hall, and by people who do not see colours.
//!
//! Nothing blinks faster than once in 400 ms: three flashes a second can harm people.

use super::Level;

/// What the lamp shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lamp {
    /// Off: there is no kiosk.
    Dark,
    /// All is well.
    Steady,
    /// Soon something will be needed: paper.
    Slow,
    /// The kiosk serves nobody.
    Fast,
    /// The cabinet was opened.
    Double,
}

impl Lamp {
    /// How long it is on, off, on, … before it begins again; nothing for a level that stays.
    const fn beat(self) -> &'static [u64] {
        match self {
            Lamp::Dark | Lamp::Steady => &[],
            Lamp::Slow => &[1_000, 1_000],
            Lamp::Fast => &[250, 250],
            Lamp::Double => &[200, 200, 200, 1_400],
        }
    }

    /// Its level so long after it began, and when that ends.
    pub(super) fn lit(self, after_ms: u64) -> (Level, u64) {
        let whole: u64 = self.beat().iter().sum();
        if whole == 0 {
            return (if self == Lamp::Dark { Level::Off } else { Level::On }, u64::MAX);
        }
        let mut ends_ms = after_ms - after_ms % whole;
        let mut level = Level::On;
        for ms in self.beat() {
            ends_ms += ms;
            if after_ms < ends_ms {
                break;
            }
            level = if level == Level::On { Level::Off } else { Level::On };
        }
        (level, ends_ms)
    }
}

/// A lamp and the moment its pattern began.
#[derive(Debug, Clone)]
pub(super) struct Blinker {
    lamp: Lamp,
    since_ms: u64,
    level: Level,
    due_ms: u64,
}

impl Blinker {
    pub(super) fn new() -> Blinker {
        Blinker { lamp: Lamp::Dark, since_ms: 0, level: Level::Off, due_ms: u64::MAX }
    }

    /// Another pattern, from its beginning; the same one goes on.
    pub(super) fn show(&mut self, ms: u64, lamp: Lamp) -> Option<Level> {
        if lamp != self.lamp {
            (self.lamp, self.since_ms, self.due_ms) = (lamp, ms, ms);
        }
        self.pass(ms)
    }

    /// The level, if it is another one.
    pub(super) fn pass(&mut self, ms: u64) -> Option<Level> {
        if ms < self.due_ms {
            return None;
        }
        let (level, ends_ms) = self.lamp.lit(ms - self.since_ms);
        self.due_ms = self.since_ms.saturating_add(ends_ms);
        (std::mem::replace(&mut self.level, level) != level).then_some(level)
    }

    /// When to look again.
    pub(super) fn due_ms(&self) -> u64 {
        self.due_ms
    }
}
