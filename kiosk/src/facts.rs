//! What is known about a service and about the hall, in a visitor's words: fee, term, who answers, why there is no ticket.

use crate::book::Book;
use jiff::{Timestamp, tz};
use wire::{
    hall::Named,
    services::{DayUnit, HallNow, Service, ServiceNow, ServiceState, Term},
};
use words::Lang;

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which sign stands before it.
    pub sign: Sign,
    /// What it is.
    pub label: String,
    /// The thing itself.
    pub text: String,
}

/// The signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Money.
    Money,
    /// Days.
    Calendar,
    /// An office or a counter.
    Window,
    /// Visitors.
    People,
}

impl Sign {
    /// As the screens know it.
    pub const fn code(self) -> &'static str {
        match self {
            Sign::Money => "money",
            Sign::Calendar => "calendar",
            Sign::Window => "window",
            Sign::People => "people",
        }
    }
}

/// What a service costs, how long the answer takes, who gives it; only what the hall says.
pub fn of_service(service: &Service, lang: Lang) -> Vec<Known> {
    let say = |key| words::say(lang, key).to_owned();
    let mut known = Vec::new();
    if let Some(soum) = service.fee_soum {
        known.push(Known { sign: Sign::Money, label: say("kiosk.about.fee"), text: fee(soum, lang) });
    }
    if let Some(limit) = service.term {
        known.push(Known { sign: Sign::Calendar, label: say("kiosk.about.term"), text: term(limit, lang) });
    }
    if let Some(Named { name, .. }) = &service.provider {
        known.push(Known { sign: Sign::Window, label: say("kiosk.about.provider"), text: name.clone() });
    }
    known
}

/// How the hall stands, for whoever comes in.
pub fn of_hall(now: &HallNow, lang: Lang) -> Vec<Known> {
    let waiting = words::count(lang, "kiosk.attract.waiting", u64::from(now.waiting), &[]);
    let counters = words::count(lang, "kiosk.attract.counters", u64::from(now.counters_open), &[]);
    vec![
        Known { sign: Sign::People, label: waiting, text: now.waiting.to_string() },
        Known { sign: Sign::Window, label: counters, text: now.counters_open.to_string() },
    ]
}

/// How many wait in a category; nothing if nobody does or nobody knows.
pub fn of_category(now: Option<&HallNow>, code: &str, lang: Lang) -> String {
    let waiting = now.and_then(|now| now.categories.iter().find(|category| category.code == code));
    match waiting.map_or(0, |category| category.waiting) {
        0 => String::new(),
        n => words::count(lang, "kiosk.categories.waiting", u64::from(n), &[]),
    }
}

/// Why there is no ticket for a service, or what to expect; nothing if all is well or nobody knows.
pub fn of_state(now: Option<&HallNow>, code: &str, lang: Lang) -> String {
    now.and_then(|now| now.services.iter().find(|service| service.service == code))
        .map_or_else(String::new, |service| state(service, lang))
}

/// The services of a ticket beside the first, by name.
pub fn further(book: &Book, codes: &[String], lang: Lang) -> Vec<(String, String)> {
    codes.iter().map(|code| (code.clone(), book.service_name(code, lang))).collect()
}

/// Where an application stands; a word of a younger hub is shown as it is.
pub fn status(word: &str, lang: Lang) -> String {
    let key = format!("kiosk.status.{}", word.replace('_', "-"));
    words::lookup(lang, &key).unwrap_or(word).to_owned()
}

fn state(service: &ServiceNow, lang: Lang) -> String {
    let say = |key| words::say(lang, key).to_owned();
    match service.state {
        ServiceState::Open | ServiceState::Unknown => String::new(),
        ServiceState::NobodyServes => say("kiosk.state.nobody"),
        ServiceState::Suspended => {
            let code = service.why.as_deref().unwrap_or_default();
            let why = words::lookup(lang, &format!("hall.suspend.{code}")).unwrap_or(code);
            words::fill(lang, "kiosk.state.suspended", &[("why", why)])
        }
        ServiceState::Closed => match service.opens.as_deref().and_then(|opens| opens.parse::<Timestamp>().ok()) {
            Some(opens) => {
                let when = tz::offset(5).to_datetime(opens).strftime("%d.%m %H:%M").to_string();
                words::fill(lang, "kiosk.state.opens", &[("when", &when)])
            }
            None => say("kiosk.state.closed"),
        },
        ServiceState::TooLate => say("kiosk.state.too-late"),
        ServiceState::Full => say("kiosk.state.full"),
    }
}

fn fee(soum: u64, lang: Lang) -> String {
    match soum {
        0 => words::say(lang, "kiosk.about.free").to_owned(),
        _ => words::fill(lang, "kiosk.about.soum", &[("soum", &grouped(soum))]),
    }
}

fn term(limit: Term, lang: Lang) -> String {
    let days = u64::from(limit.days);
    match limit.unit {
        DayUnit::Working => words::count(lang, "kiosk.about.working", days, &[]),
        DayUnit::Calendar => words::count(lang, "kiosk.about.calendar", days, &[]),
    }
}

/// Thousands apart, by a space that does not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_in_thousands() {
        assert_eq!(
            ["0", "999", "412\u{a0}000", "1\u{a0}030\u{a0}000"],
            [0, 999, 412_000, 1_030_000].map(grouped).as_slice()
        );
        assert_eq!(fee(0, Lang::Ru), "Бесплатно");
        assert_eq!(fee(41_200, Lang::Ru), "41\u{a0}200 сумов");
    }

    #[test]
    fn a_closed_service_says_when_to_come() {
        let closed = |opens: Option<&str>| ServiceNow {
            service: "A01".to_owned(),
            state: ServiceState::Closed,
            why: None,
            opens: opens.map(str::to_owned),
            waiting: 0,
            wait_minutes: None,
            counters_open: 0,
        };
        assert_eq!(state(&closed(Some("2026-11-24T04:00:00Z")), Lang::En), "Closed, opens 24.11 09:00");
        assert_eq!(state(&closed(Some("tomorrow")), Lang::En), "Closed now");
        assert_eq!(state(&closed(None), Lang::En), "Closed now");
    }

    #[test]
    fn days_are_counted_in_the_language() {
        let days = |days| term(Term { days, unit: DayUnit::Working }, Lang::Ru);
        assert_eq!([days(1), days(3), days(15)], ["1 рабочий день", "3 рабочих дня", "15 рабочих дней"]);
    }
}
