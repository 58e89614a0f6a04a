//! The only place that looks at a clock or rolls a die: everything else gets time and identities as arguments.

use crate::driver::Now;
use jiff::Timestamp;
use std::{
    str::FromStr,
    time::{Duration, Instant, SystemTime},
};
use uuid::{NoContext, Uuid};

/// The machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
    pace: Pace,
}

/// Since when clocks run how many times as fast: a proof's hour in minutes. Programs that begin one after the other with
/// the same pace agree about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Milliseconds since 1970.
    pub since_ms: u64,
    /// 1 is the real one.
    pub times: u32,
}

impl Pace {
    /// As the world's.
    pub const REAL: Pace = Pace { since_ms: 0, times: 1 };
}

/// `SINCE_MS:TIMES`.
impl FromStr for Pace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Pace, Self::Err> {
        const WRONG: &str = "a pace is SINCE_MS:TIMES, from 1 to 100 times";
        let (since, times) = text.split_once(':').ok_or(WRONG)?;
        let since_ms = since.parse().map_err(|_| WRONG)?;
        let times = times.parse().ok().filter(|times| (1..=100).contains(times)).ok_or(WRONG)?;
        Ok(Pace { since_ms, times })
    }
}

impl Clock {
    /// Counts from now.
    pub fn start(pace: Pace) -> Clock {
        Clock { start: Instant::now(), pace }
    }

    /// Both clocks now. A wall clock that makes no sense is 1970: the hub corrects it by the difference.
    pub fn now(self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let since = Duration::from_millis(self.pace.since_ms);
        let since_1970 = since_1970.min(since) + since_1970.saturating_sub(since) * self.pace.times;
        let at = i64::try_from(since_1970.as_millis()).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
        let ms = u64::try_from((self.start.elapsed() * self.pace.times).as_millis()).unwrap_or(u64::MAX);
        Now { at, ms }
    }

    /// How long to wait until its clocks have moved by so much.
    pub fn wait(self, ms: u64) -> Duration {
        Duration::from_millis(ms) / self.pace.times.max(1)
    }
}

/// A new identity, sortable by time.
pub fn identity(at: Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hurried_clock_runs_from_the_agreed_moment() {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let hour_ago = u64::try_from(now.as_millis()).unwrap() - 3_600_000;
        let ahead = |pace| {
            let at = Clock::start(pace).now().at.as_millisecond();
            at - Clock::start(Pace::REAL).now().at.as_millisecond()
        };
        let nine_hours = ahead(Pace { since_ms: hour_ago, times: 10 });
        assert!((nine_hours - 9 * 3_600_000).abs() < 600_000, "{nine_hours}");
        assert_eq!("5:10".parse(), Ok(Pace { since_ms: 5, times: 10 }));
        assert!("5:0".parse::<Pace>().is_err() && "5".parse::<Pace>().is_err());
        assert_eq!(Clock::start(Pace { since_ms: 0, times: 10 }).wait(1_000), Duration::from_millis(100));
    }

    #[test]
    fn identities_sort_by_time_and_never_repeat() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let early = identity(at(1_795_411_440_000));
        assert!(early < identity(at(1_795_411_440_001)));
        assert_ne!(early, identity(at(1_795_411_440_000)));
        assert_eq!(identity(at(-5)).get_version_num(), 7);
    }
}
