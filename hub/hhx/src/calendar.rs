//! Which days an office works: Monday to Friday, without holidays, as far as a calendar knows them.
//!
//! A legal term in working days is only as right as the list of days off, which a decree changes every year, so the list
//! is data, a term keeps the list's name, and an office corrects single days. Years that no list covers have the days
//! that the Labour Code fixes, moved to the next working day when they fall on a weekend. Absent on purpose: the names
//! of the days, which the hall's own reader of the same file knows; and the shorter day before a holiday.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// The calendar that is part of the program: the same file that a hall imports.
const BUILT_IN: (&str, &str) = ("uz-2026-2027", include_str!("../../catalogue/calendar-2026-2027.toml"));
/// Month and day of what Labour Code art. 208 makes days off every year.
const FIXED: [(i8, i8); 7] = [(1, 1), (3, 8), (3, 21), (5, 9), (9, 1), (10, 1), (12, 8)];
/// No calendar has so many days off in a row; looking further would only hide a broken one.
const DAYS_OFF_IN_A_ROW_MAX: u16 = 60;

/// What a day is for an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// It works.
    Working,
    /// It does not.
    Off,
}

/// Which days are off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    version: String,
    years: RangeInclusive<i16>,
    days: BTreeMap<Date, Day>,
}

/// Why a file is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum BadCalendar {
    /// Not the TOML that a calendar is.
    #[error("not a calendar")]
    Unreadable(#[from] toml::de::Error),
    /// A list without days covers no year.
    #[error("the calendar has no days")]
    Empty,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    day: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    date: Date,
}

impl Calendar {
    /// The calendar that is part of the program.
    pub fn built_in() -> Calendar {
        let (version, text) = BUILT_IN;
        Calendar::read(version, text).expect("the calendar is part of the program and read by its tests")
    }

    /// Reads the days off of a calendar's file; `version` is the name that terms keep.
    pub fn read(version: &str, text: &str) -> Result<Calendar, BadCalendar> {
        let file: File = toml::from_str(text)?;
        let days: BTreeMap<Date, Day> = file.day.into_iter().map(|row| (row.date, Day::Off)).collect();
        let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
            return Err(BadCalendar::Empty);
        };
        let years = first.year()..=last.year();
        Ok(Calendar { version: version.to_owned(), years, days })
    }

    /// The name of the list.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The days that the list names, beside weekends.
    pub fn days(&self) -> &BTreeMap<Date, Day> {
        &self.days
    }

    /// Corrects one day, as a decree or the office's head does; the list has another name from then on.
    #[must_use]
    pub fn corrected(mut self, date: Date, day: Day) -> Calendar {
        if self.days.insert(date, day) != Some(day) && !self.version.ends_with('+') {
            self.version.push('+');
        }
        self
    }

    /// What a day is.
    pub fn day(&self, date: Date) -> Day {
        if let Some(day) = self.days.get(&date) {
            return *day;
        }
        let fixed = !self.years.contains(&date.year()) && (is_fixed(date) || is_moved_to(date));
        if is_weekend(date) || fixed { Day::Off } else { Day::Working }
    }

    /// The day itself if the office works, else the next day when it does.
    pub fn working_from(&self, date: Date) -> Date {
        self.walk(date, Date::tomorrow)
    }

    /// The day itself if the office works, else the last day before when it did.
    pub fn working_until(&self, date: Date) -> Date {
        self.walk(date, Date::yesterday)
    }

    /// The next day when the office works.
    pub fn next_working(&self, date: Date) -> Date {
        date.tomorrow().map_or(date, |next| self.working_from(next))
    }

    fn walk(&self, from: Date, step: fn(Date) -> Result<Date, jiff::Error>) -> Date {
        let mut at = from;
        for _ in 0..DAYS_OFF_IN_A_ROW_MAX {
            if self.day(at) == Day::Working {
                return at;
            }
            let Ok(next) = step(at) else { return at };
            at = next;
        }
        from
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn is_fixed(date: Date) -> bool {
    FIXED.contains(&(date.month(), date.day()))
}

/// Whether a fixed day on the weekend before makes this Monday a day off.
fn is_moved_to(monday: Date) -> bool {
    let fixed_on_weekend = |days_before: i8| {
        let before = monday.checked_sub(jiff::Span::new().days(days_before));
        before.is_ok_and(is_fixed)
    };
    monday.weekday() == Weekday::Monday && (fixed_on_weekend(1) || fixed_on_weekend(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_built_in_list_has_holidays_weekends_and_what_was_moved() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.version(), "uz-2026-2027");
        for off in [date(2026, 1, 1), date(2026, 3, 9), date(2026, 3, 21), date(2026, 9, 1), date(2026, 11, 21)] {
            assert_eq!(calendar.day(off), Day::Off, "{off}");
        }
        for works in [date(2026, 1, 14), date(2026, 11, 23), date(2026, 3, 10)] {
            assert_eq!(calendar.day(works), Day::Working, "{works}");
        }
    }

    #[test]
    fn a_year_without_a_list_has_what_the_law_fixes() {
        let calendar = Calendar::built_in();
        // 8 March 2031 is a Saturday, so Monday the tenth is off.
        assert_eq!(calendar.day(date(2031, 3, 8)), Day::Off);
        assert_eq!(calendar.day(date(2031, 3, 10)), Day::Off);
        assert_eq!(calendar.day(date(2031, 3, 11)), Day::Working);
        assert_eq!(calendar.day(date(2031, 10, 1)), Day::Off);
    }

    #[test]
    fn a_corrected_day_counts_and_the_list_says_so() {
        let saturday = date(2026, 11, 28);
        let calendar = Calendar::built_in().corrected(saturday, Day::Working);
        assert_eq!(calendar.day(saturday), Day::Working);
        assert_eq!(calendar.version(), "uz-2026-2027+");
        assert_eq!(calendar.next_working(date(2026, 11, 27)), saturday);
    }

    #[test]
    fn the_same_file_serves_the_hall_and_the_office() {
        assert!(BUILT_IN.1.contains("calendar = \"uz-2026-2027\""));
        assert!(matches!(Calendar::read("x", ""), Err(BadCalendar::Empty)));
        assert!(matches!(Calendar::read("x", "day = 1"), Err(BadCalendar::Unreadable(_))));
    }
}
