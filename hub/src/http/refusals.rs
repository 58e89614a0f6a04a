//! The queue's refusals as problems: one exhaustive match from a refusal to its code, status and names.

use super::problem::Told;
use crate::config::Config;
use axum::http::StatusCode;
use jiff::{Timestamp, tz};
use queue::{
    ids::{CounterId, ServiceCode},
    number::Number,
    refusal::Refusal,
    time::Time,
};
use words::Lang;

/// What is said about a refusal.
pub(super) fn told(refusal: &Refusal, config: &Config, lang: Lang) -> Told {
    let said = Said::of(refusal, config, lang);
    let form = words::sentence(lang, &format!("problem.refusal.{}", said.key.unwrap_or(refusal.code())));
    let form = form.map_or(refusal.code(), |sentence| sentence.form(lang.plural(said.n.unwrap_or_default())));
    let n = said.n.unwrap_or_default().to_string();
    let mut names: Vec<(&str, &str)> = said.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    names.push(("n", &n));
    Told {
        status: status(refusal),
        code: refusal.code(),
        sentence: words::filled(form, &names),
        detail: None,
        retry_after_s: said.retry_after_s,
    }
}

/// 404: the hall has no such thing. 422: no hall could do that. 409: not now.
pub(super) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchService(_) | Refusal::NoSuchCounter(_) | Refusal::NoSuchTicket => StatusCode::NOT_FOUND,
        Refusal::ServicesOnTicket { .. }
        | Refusal::Quantity { .. }
        | Refusal::NotAKioskNumber(_)
        | Refusal::WrongPrefix { .. }
        | Refusal::HoldTime { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::DayShut
        | Refusal::DayOpen { .. }
        | Refusal::NotServedInHall(_)
        | Refusal::ServiceSuspended { .. }
        | Refusal::ServiceNotSuspended(_)
        | Refusal::ServiceClosed { .. }
        | Refusal::CapReached { .. }
        | Refusal::TooLateToday { .. }
        | Refusal::HallFull { .. }
        | Refusal::NumbersUsedUp { .. }
        | Refusal::TicketKnown
        | Refusal::NumberTaken(_)
        | Refusal::PrintedAnotherDay { .. }
        | Refusal::WrongStage { .. }
        | Refusal::CounterShut(_)
        | Refusal::CounterPaused(_)
        | Refusal::CounterTaken { .. }
        | Refusal::ClerkElsewhere { .. }
        | Refusal::CounterBusy { .. }
        | Refusal::CounterEmpty(_)
        | Refusal::NotServedHere { .. }
        | Refusal::RecallTooSoon { .. }
        | Refusal::RecallLimit { .. }
        | Refusal::RejoinedBefore
        | Refusal::RejoinTooLate { .. }
        | Refusal::CalledTooSoon { .. }
        | Refusal::TransferToSelf
        | Refusal::TransferToNobody
        | Refusal::NothingToUndo
        | Refusal::UndoTooLate { .. }
        | Refusal::UndoOvertaken { .. }
        | Refusal::EpochNotHigher { .. } => StatusCode::CONFLICT,
    }
}

/// A refusal taken apart for its sentence.
#[derive(Default)]
struct Said {
    /// The sentence's name, where one code has several sentences.
    key: Option<&'static str>,
    n: Option<u64>,
    names: Vec<(&'static str, String)>,
    retry_after_s: Option<u64>,
}

impl Said {
    fn of(refusal: &Refusal, config: &Config, lang: Lang) -> Said {
        let service = |code: &ServiceCode| ("service", config.service_name(code, lang).to_owned());
        match refusal {
            Refusal::ServiceClosed { service: code, opens, holiday } => {
                let holiday = holiday.as_ref().and_then(|why| config.closed_day_name(why, lang));
                Said::closed(service(code), opens.map(|at| clock_time(at, config)), holiday)
            }
            Refusal::ServiceSuspended { service: code, why } => {
                let why = words::lookup(lang, &format!("hall.suspend.{why}")).unwrap_or(why.as_str()).to_owned();
                Said::naming([service(code), ("why", why)])
            }
            Refusal::NoSuchService(code)
            | Refusal::NotServedInHall(code)
            | Refusal::ServiceNotSuspended(code)
            | Refusal::TooLateToday { service: code } => Said::naming([service(code)]),
            Refusal::CapReached { service: code, cap } => Said::counting(*cap).and(service(code)),
            Refusal::WrongPrefix { number, service: code } => Said::naming([service(code), named_number(number)]),
            Refusal::NotServedHere { counter, service: code } => Said::naming([service(code), named_counter(counter)]),
            Refusal::NoSuchCounter(counter)
            | Refusal::CounterShut(counter)
            | Refusal::CounterPaused(counter)
            | Refusal::CounterTaken { counter, .. }
            | Refusal::ClerkElsewhere { counter }
            | Refusal::CounterEmpty(counter) => Said::naming([named_counter(counter)]),
            Refusal::CounterBusy { counter, number } => Said::naming([named_counter(counter), named_number(number)]),
            Refusal::NumberTaken(number)
            | Refusal::NotAKioskNumber(number)
            | Refusal::PrintedAnotherDay { number }
            | Refusal::UndoOvertaken { number } => Said::naming([named_number(number)]),
            Refusal::WrongStage { number, stage } => {
                let stage = words::lookup(lang, &format!("hall.stage.{stage}")).unwrap_or(stage).to_owned();
                Said::naming([named_number(number), ("stage", stage)])
            }
            Refusal::RecallTooSoon { wait } | Refusal::CalledTooSoon { wait } => {
                let seconds = wait.0.div_ceil(1000);
                Said { retry_after_s: Some(seconds), ..Said::counting(seconds) }
            }
            Refusal::RejoinTooLate { limit } | Refusal::HoldTime { limit } => Said::counting(limit.whole_minutes()),
            Refusal::UndoTooLate { limit } => Said::counting(limit.0 / 1000),
            Refusal::RecallLimit { limit } => Said::counting(*limit),
            Refusal::Quantity { limit } => Said::counting(*limit),
            Refusal::HallFull { limit } | Refusal::ServicesOnTicket { limit } => {
                Said { n: u64::try_from(*limit).ok(), ..Said::default() }
            }
            Refusal::NumbersUsedUp { prefix } => Said::naming([("letter", prefix.letter().to_string())]),
            Refusal::DayShut
            | Refusal::DayOpen { .. }
            | Refusal::NoSuchTicket
            | Refusal::TicketKnown
            | Refusal::RejoinedBefore
            | Refusal::TransferToSelf
            | Refusal::TransferToNobody
            | Refusal::NothingToUndo
            | Refusal::EpochNotHigher { .. } => Said::default(),
        }
    }

    fn naming<const N: usize>(names: [Name; N]) -> Said {
        Said { names: names.into(), ..Said::default() }
    }

    fn counting(n: impl Into<u64>) -> Said {
        Said { n: Some(n.into()), ..Said::default() }
    }

    fn and(mut self, name: Name) -> Said {
        self.names.push(name);
        self
    }

    /// Closed for the day, until a time, or with nothing more to say.
    fn closed(service: Name, opens: Option<String>, holiday: Option<&str>) -> Said {
        let said = Said::naming([service]);
        match (holiday, opens) {
            (Some(day), _) => Said { key: Some("service-closed-holiday"), ..said.and(("holiday", day.to_owned())) },
            (None, Some(opens)) => Said { key: Some("service-closed-opens"), ..said.and(("opens", opens)) },
            (None, None) => said,
        }
    }
}

/// A hole in a sentence and what fills it.
type Name = (&'static str, String);

fn named_number(number: &Number) -> Name {
    ("number", number.to_string())
}

fn named_counter(counter: &CounterId) -> Name {
    ("counter", counter.to_string())
}

/// A moment on the hall's own clock, as `21.03.2026 09:00`.
fn clock_time(at: Time, config: &Config) -> String {
    let offset = tz::Offset::from_seconds(config.rules().utc_offset_min * 60).unwrap_or(tz::Offset::UTC);
    match Timestamp::from_millisecond(at.0) {
        Ok(at) => offset.to_datetime(at).strftime("%d.%m.%Y %H:%M").to_string(),
        Err(_) => String::new(),
    }
}
