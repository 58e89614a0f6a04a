//! Figures as a visitor reads them: how many before, how long, what day it is. Counting needs plural forms, so these
//! sentences are made here and handed to screen and paper ready.

use crate::session::Told;
use jiff::civil::{Date, Weekday};
use wire::tickets::WaitMinutes;
use words::Lang;

/// Two lines about a place in the queue; empty where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// How many are before.
    pub ahead: String,
    /// How long it may take.
    pub wait: String,
}

/// A figure and the words after it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// `12`, `10–20`.
    pub figure: String,
    /// What it counts, in the right form.
    pub label: String,
}

/// The lines on a ticket.
pub fn on_paper(told: &Told, lang: Lang) -> Place {
    let Told::Place { ahead, wait_minutes, .. } = told else { return Place::default() };
    let before = match ahead {
        0 => words::say(lang, "paper.ticket.first").to_owned(),
        n => words::count(lang, "paper.ticket.ahead", u64::from(*n), &[]),
    };
    let wait = wait_minutes
        .as_ref()
        .map(|wait| words::count(lang, "paper.ticket.wait", u64::from(wait.high), &[("minutes", &range(wait))]));
    Place { ahead: before, wait: wait.unwrap_or_default() }
}

/// The line under the number on the screen.
pub fn beside_number(told: &Told, lang: Lang) -> String {
    let Told::Place { ahead, wait_minutes, .. } = told else { return String::new() };
    let before = match ahead {
        0 => words::say(lang, "kiosk.number.first").to_owned(),
        n => words::count(lang, "kiosk.number.ahead", u64::from(*n), &[]),
    };
    match wait_minutes {
        None => before,
        Some(wait) => {
            let minutes = range(wait);
            let wait = words::count(lang, "kiosk.number.wait", u64::from(wait.high), &[("minutes", &minutes)]);
            format!("{before}, {wait}")
        }
    }
}

/// How many are before, for the offer.
pub fn people(ahead: u32, lang: Lang) -> Figure {
    Figure { figure: ahead.to_string(), label: words::count(lang, "kiosk.offer.people", u64::from(ahead), &[]) }
}

/// How long it may take, for the offer.
pub fn minutes(wait: &WaitMinutes, lang: Lang) -> Figure {
    Figure { figure: range(wait), label: words::count(lang, "kiosk.offer.minutes", u64::from(wait.high), &[]) }
}

/// The date in full.
pub fn long_date(date: Date, lang: Lang) -> String {
    let names =
        [("year", date.year().to_string()), ("day", date.day().to_string()), ("month", month(date, lang).to_owned())];
    let mut names: Vec<(&str, &str)> = names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    names.push(("weekday", weekday(date, lang)));
    words::fill(lang, "kiosk.date.long", &names)
}

fn range(wait: &WaitMinutes) -> String {
    if wait.low == wait.high { wait.high.to_string() } else { format!("{}–{}", wait.low, wait.high) }
}

fn month(date: Date, lang: Lang) -> &'static str {
    let key = match date.month() {
        1 => "kiosk.month.january",
        2 => "kiosk.month.february",
        3 => "kiosk.month.march",
        4 => "kiosk.month.april",
        5 => "kiosk.month.may",
        6 => "kiosk.month.june",
        7 => "kiosk.month.july",
        8 => "kiosk.month.august",
        9 => "kiosk.month.september",
        10 => "kiosk.month.october",
        11 => "kiosk.month.november",
        _ => "kiosk.month.december",
    };
    words::say(lang, key)
}

fn weekday(date: Date, lang: Lang) -> &'static str {
    let key = match date.weekday() {
        Weekday::Monday => "kiosk.weekday.monday",
        Weekday::Tuesday => "kiosk.weekday.tuesday",
        Weekday::Wednesday => "kiosk.weekday.wednesday",
        Weekday::Thursday => "kiosk.weekday.thursday",
        Weekday::Friday => "kiosk.weekday.friday",
        Weekday::Saturday => "kiosk.weekday.saturday",
        Weekday::Sunday => "kiosk.weekday.sunday",
    };
    words::say(lang, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Staffed;

    fn told(ahead: u32, low: u32, high: u32) -> Told {
        Told::Place { ahead, wait_minutes: Some(WaitMinutes { low, high }), staffed: Staffed::Open }
    }

    #[test]
    fn russian_counts_as_russians_do() {
        let line = |n| beside_number(&told(n, 10, 20), Lang::Ru);
        assert_eq!(line(1), "Перед вами 1 человек, примерно 10–20 минут");
        assert_eq!(line(3), "Перед вами 3 человека, примерно 10–20 минут");
        assert_eq!(line(12), "Перед вами 12 человек, примерно 10–20 минут");
        assert_eq!(line(0), "Перед вами никого нет, примерно 10–20 минут");
    }

    #[test]
    fn a_range_with_one_end_is_one_figure() {
        assert_eq!(on_paper(&told(2, 5, 5), Lang::En).wait, "Wait: about 5 minutes");
        assert_eq!(minutes(&WaitMinutes { low: 1, high: 1 }, Lang::En).label, "minute, estimated wait");
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(on_paper(&Told::Unseen, Lang::Kaa), Place::default());
        assert_eq!(beside_number(&Told::Asking, Lang::Kaa), "");
    }

    #[test]
    fn dates_read_as_each_language_writes_them() {
        let date = jiff::civil::date(2026, 11, 23);
        assert_eq!(long_date(date, Lang::UzLatn), "2026-yil 23-noyabr, dushanba");
        assert_eq!(long_date(date, Lang::UzCyrl), "2026 йил 23 ноябрь, душанба");
        assert_eq!(long_date(date, Lang::Ru), "23 ноября 2026 года, понедельник");
        assert_eq!(long_date(date, Lang::Kaa), "2026-jıl 23-noyabr, dúyshembi");
        assert_eq!(long_date(date, Lang::En), "Monday, 23 November 2026");
    }
}
