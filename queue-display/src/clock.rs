//! The hub's clock on the wall, and dates as the hall's languages write them.
//!
//! A display's own clock may have no battery: what it shows is the hub's time, carried on by its own steady count
//! between beats. Deliberately absent: a clock before the hub has told the time (none is better than a wrong one), and
//! a time zone database: all of Uzbekistan is five hours ahead of UTC, without summer time.

use crate::board::Moment;
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use words::Lang;

const TASHKENT: Offset = Offset::constant(5);

/// The hub's clock as last heard.
#[derive(Debug, Clone, Copy, Default)]
pub struct HubClock {
    heard: Option<(Moment, Timestamp)>,
}

impl HubClock {
    /// The hub told its time.
    pub fn set(&mut self, at: Moment, hub_time: Timestamp) {
        self.heard = Some((at, hub_time));
    }

    /// The hub's time now.
    pub fn time(&self, at: Moment) -> Option<Timestamp> {
        let (heard_at, hub_time) = self.heard?;
        let ms = i64::try_from(at.since(heard_at)).ok()?;
        Timestamp::from_millisecond(hub_time.as_millisecond().checked_add(ms)?).ok()
    }
}

/// `14:05` in Tashkent.
pub fn hour_and_minute(time: Timestamp) -> String {
    let local = local(time);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// Minutes since midnight in Tashkent.
pub fn minute_of_day(time: Timestamp) -> u16 {
    let local = local(time);
    let minutes = i32::from(local.hour()) * 60 + i32::from(local.minute());
    u16::try_from(minutes).unwrap_or(0)
}

/// `2026-yil 21-mart` in Tashkent.
pub fn date(lang: Lang, time: Timestamp) -> String {
    let local = local(time);
    let (year, day) = (local.year().to_string(), local.day().to_string());
    let names = [("year", year.as_str()), ("day", day.as_str()), ("month", month(lang, local.month()))];
    words::fill(lang, "display.date.day", &names)
}

fn local(time: Timestamp) -> DateTime {
    TASHKENT.to_datetime(time)
}

fn month(lang: Lang, month: i8) -> &'static str {
    let key = match month {
        1 => "display.month.m01",
        2 => "display.month.m02",
        3 => "display.month.m03",
        4 => "display.month.m04",
        5 => "display.month.m05",
        6 => "display.month.m06",
        7 => "display.month.m07",
        8 => "display.month.m08",
        9 => "display.month.m09",
        10 => "display.month.m10",
        11 => "display.month.m11",
        _ => "display.month.m12",
    };
    words::say(lang, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_written_as_each_language_writes_it() {
        let navruz = time("2026-03-20T19:30:00Z");
        let written = Lang::ALL.map(|lang| date(lang, navruz));
        assert_eq!(
            written,
            ["2026-yil 21-mart", "2026 йил 21 март", "21 марта 2026 года", "2026-jıl 21-mart", "21 March 2026"]
        );
        assert_eq!(hour_and_minute(navruz), "00:30");
    }

    #[test]
    fn the_clock_goes_on_between_beats_and_follows_the_hub() {
        let mut clock = HubClock::default();
        assert_eq!(clock.time(Moment(9)), None);
        clock.set(Moment(1_000), time("2026-03-21T05:00:00Z"));
        assert_eq!(clock.time(Moment(61_000)), Some(time("2026-03-21T05:01:00Z")));
        clock.set(Moment(62_000), time("2026-03-21T04:00:00Z"));
        assert_eq!(clock.time(Moment(62_000)), Some(time("2026-03-21T04:00:00Z")));
    }
}
