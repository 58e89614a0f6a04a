//! Hours, breaks, holidays: when a hall or a service takes tickets.
//!
//! A day is its special day if the calendar has one, else its weekday; a service's day is inside the hall's. Absent:
//! time zones with summer time, because the hall's distance from UTC is fixed, and every clock.

use crate::{
    ids::{Reason, ServiceCode},
    rules::{Rules, Service},
    time::{Span, Time},
};
use jiff::civil;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A date in the hall's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub civil::Date);

/// A stretch of a day in minutes from midnight; `from` is inside, `until` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// First minute open.
    pub from_min: u16,
    /// First minute closed; at most 1440.
    pub until_min: u16,
}

/// Weekly hours. A break is the gap between two stretches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// Around the clock.
    Always,
    /// Stretches per weekday from Monday, in order and apart.
    Weekly([Vec<Stretch>; 7]),
}

/// Days that differ from the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// What is different on a date.
    pub days: BTreeMap<Date, SpecialDay>,
}

/// A day that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecialDay {
    /// Closed, with a reason shown on the kiosk.
    Closed { why: Reason },
    /// Other hours: a working Saturday, the shorter day before a holiday.
    Hours(Vec<Stretch>),
}

/// Whether tickets are given now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Open until the end of the last stretch of the day; `None` around the clock.
    Open { closes: Option<Time> },
    /// Between two stretches.
    Break { resumes: Time },
    /// Outside hours; `opens` is the next opening within two weeks.
    Shut { opens: Option<Time> },
    /// A closed day.
    Holiday { why: Reason, opens: Option<Time> },
}

/// How many days ahead the next opening is looked for.
const DAYS_AHEAD: i32 = 14;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const DAY_MIN: u16 = 24 * 60;

/// One day of a hall or a service.
enum DayPlan {
    Open(Vec<Stretch>),
    Closed(Reason),
}

/// The date a moment falls on in the hall.
pub fn date_at(rules: &Rules, at: Time) -> Date {
    Local::of(rules, at).date()
}

/// Whether the hall as a whole is open.
pub fn hall_opening(rules: &Rules, at: Time) -> Opening {
    opening_by(rules, None, at)
}

/// Whether tickets are given for a service: its own hours and holidays, inside the hall's. A service that is not in
/// the rules has the hall's.
pub fn opening(rules: &Rules, service: &ServiceCode, at: Time) -> Opening {
    opening_by(rules, rules.services.get(service), at)
}

/// How much of today's hours is left, breaks not counted; a day that goes on after midnight counts until then.
pub fn open_left(rules: &Rules, service: &ServiceCode, at: Time) -> Span {
    let local = Local::of(rules, at);
    let DayPlan::Open(stretches) = plan(rules, rules.services.get(service), local.date()) else { return Span::ZERO };
    let left_ms = stretches.iter().map(|stretch| {
        let from_ms = i64::from(stretch.from_min) * MINUTE_MS;
        let until_ms = i64::from(stretch.until_min) * MINUTE_MS;
        (until_ms - from_ms.max(local.ms)).max(0)
    });
    Span(u64::try_from(left_ms.sum::<i64>()).unwrap_or(0))
}

fn opening_by(rules: &Rules, service: Option<&Service>, at: Time) -> Opening {
    let local = Local::of(rules, at);
    let stretches = match plan(rules, service, local.date()) {
        DayPlan::Open(stretches) => stretches,
        DayPlan::Closed(why) => return Opening::Holiday { why, opens: next_opening(rules, service, local) },
    };
    let moment = |minute: u16| local.midnight.plus(Span::minutes(u64::from(minute)));
    let minute = local.minute();
    if stretches.iter().any(|stretch| (stretch.from_min..stretch.until_min).contains(&minute)) {
        let last = stretches.last().map_or(0, |stretch| stretch.until_min);
        return Opening::Open { closes: (!goes_on(rules, service, local, last)).then(|| moment(last)) };
    }
    let later = stretches.iter().find(|stretch| stretch.until_min > minute).map(|stretch| moment(stretch.from_min));
    let begun = stretches.first().is_some_and(|stretch| stretch.from_min <= minute);
    match later {
        Some(resumes) if begun => Opening::Break { resumes },
        Some(opens) => Opening::Shut { opens: Some(opens) },
        None => Opening::Shut { opens: next_opening(rules, service, local) },
    }
}

/// Open at midnight and after it: there is no closing today.
fn goes_on(rules: &Rules, service: Option<&Service>, local: Local, until_min: u16) -> bool {
    until_min == DAY_MIN
        && match plan(rules, service, local.later(1).date()) {
            DayPlan::Open(stretches) => stretches.first().is_some_and(|stretch| stretch.from_min == 0),
            DayPlan::Closed(_) => false,
        }
}

fn next_opening(rules: &Rules, service: Option<&Service>, today: Local) -> Option<Time> {
    (1..=DAYS_AHEAD).map(|days| today.later(days)).find_map(|day| match plan(rules, service, day.date()) {
        DayPlan::Open(stretches) => {
            stretches.first().map(|first| day.midnight.plus(Span::minutes(u64::from(first.from_min))))
        }
        DayPlan::Closed(_) => None,
    })
}

fn plan(rules: &Rules, service: Option<&Service>, date: Date) -> DayPlan {
    let hall = day_of(&rules.calendar, &rules.hours, date);
    let Some(service) = service else { return hall };
    let own = match &service.hours {
        Some(hours) => day_of(&service.calendar, hours, date),
        None => day_of(&service.calendar, &Hours::Always, date),
    };
    match (hall, own) {
        (DayPlan::Closed(why), _) | (DayPlan::Open(_), DayPlan::Closed(why)) => DayPlan::Closed(why),
        (DayPlan::Open(hall), DayPlan::Open(own)) => DayPlan::Open(both(&hall, &own)),
    }
}

/// A special day if there is one, else the week.
fn day_of(calendar: &Calendar, hours: &Hours, date: Date) -> DayPlan {
    match (calendar.days.get(&date), hours) {
        (Some(SpecialDay::Closed { why }), _) => DayPlan::Closed(why.clone()),
        (Some(SpecialDay::Hours(stretches)), _) => DayPlan::Open(stretches.clone()),
        (None, Hours::Always) => DayPlan::Open(vec![Stretch { from_min: 0, until_min: DAY_MIN }]),
        (None, Hours::Weekly(week)) => {
            let weekday = usize::try_from(date.0.weekday().to_monday_zero_offset()).unwrap_or(0);
            DayPlan::Open(week.get(weekday).cloned().unwrap_or_default())
        }
    }
}

/// Where both are open. Each list is in order and apart, so the result is too.
fn both(one: &[Stretch], other: &[Stretch]) -> Vec<Stretch> {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
    let shared =
        pairs.map(|(a, b)| Stretch { from_min: a.from_min.max(b.from_min), until_min: a.until_min.min(b.until_min) });
    shared.filter(|stretch| stretch.from_min < stretch.until_min).collect()
}

/// A moment as the hall's own clock shows it.
#[derive(Debug, Clone, Copy)]
struct Local {
    /// Days since 1970-01-01.
    day: i64,
    /// Milliseconds since midnight.
    ms: i64,
    /// This day's midnight.
    midnight: Time,
}

impl Local {
    fn of(rules: &Rules, at: Time) -> Local {
        let offset_ms = i64::from(rules.utc_offset_min) * MINUTE_MS;
        let local_ms = at.0.saturating_add(offset_ms);
        let ms = local_ms.rem_euclid(DAY_MS);
        Local { day: local_ms.div_euclid(DAY_MS), ms, midnight: Time(at.0.saturating_sub(ms)) }
    }

    fn later(self, days: i32) -> Local {
        let days = i64::from(days);
        Local { day: self.day + days, ms: 0, midnight: Time(self.midnight.0.saturating_add(days * DAY_MS)) }
    }

    fn minute(self) -> u16 {
        u16::try_from(self.ms / MINUTE_MS).unwrap_or(0)
    }

    /// A moment outside the years of the calendar counts as its first or last day.
    fn date(self) -> Date {
        let epoch = civil::date(1970, 1, 1);
        let edge = if self.day.is_negative() { civil::Date::MIN } else { civil::Date::MAX };
        let days = jiff::Span::new().try_days(self.day);
        Date(days.and_then(|days| epoch.checked_add(days)).unwrap_or(edge))
    }
}
