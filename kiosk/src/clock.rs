//! The only place that looks at a clock or rolls a die: everything else gets time and identities as arguments.

use crate::driver::Now;
use jiff::Timestamp;
use std::time::{Instant, SystemTime};
use uuid::{NoContext, Uuid};

/// The machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Counts from now.
    pub fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    /// Both clocks now. A wall clock that makes no sense is 1970: the hub corrects it by the difference.
    pub fn now(self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let at = i64::try_from(since_1970.as_millis()).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
        let ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now { at, ms }
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
    fn identities_sort_by_time_and_never_repeat() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let early = identity(at(1_795_411_440_000));
        assert!(early < identity(at(1_795_411_440_001)));
        assert_ne!(early, identity(at(1_795_411_440_000)));
        assert_eq!(identity(at(-5)).get_version_num(), 7);
    }
}
