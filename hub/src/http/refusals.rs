//! The queue's refusals as problems: one exhaustive match from a refusal to its code, status and names.

use super::problem::Told;
use crate::config::Config;
use axum::http::StatusCode;
use jiff::{Timestamp, tz};
use queue::{
    ids::ServiceCode,
    refusal::Refusal,
    time::{Span, Time},
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
struct Said {
    /// The sentence's name, where one code has several sentences.
    key: Option<&'static str>,
    n: Option<u64>,
    names: Vec<(&'static str, String)>,
    retry_after_s: Option<u64>,
}

impl Said {
    fn of(refusal: &Refusal, config: &Config, lang: Lang) -> Said {
        let said = Said { key: None, n: None, names: Vec::new(), retry_after_s: None };
        let service = |code: &ServiceCode| ("service", config.service_name(code, lang).to_owned());
        match refusal {
            Refusal::ServiceClosed { service: code, opens, holiday } => {
                let mut names = vec![service(code)];
                let holiday = holiday.as_ref().and_then(|why| config.closed_day_name(why, lang));
                names.extend(opens.map(|at| ("opens", clock_time(at, config))));
                names.extend(holiday.map(|day| ("holiday", day.to_owned())));
                let key = match (holiday, opens) {
                    (Some(_), _) => "service-closed-holiday",
                    (None, Some(_)) => "service-closed-opens",
                    (None, None) => "service-closed",
                };
                Said { key: Some(key), names, ..said }
            }
            Refusal::ServiceSuspended { service: code, why } => {
                let why = words::lookup(lang, &format!("hall.suspend.{why}")).unwrap_or(why.as_str()).to_owned();
                Said { names: vec![service(code), ("why", why)], ..said }
            }
            Refusal::NoSuchService(code)
            | Refusal::NotServedInHall(code)
            | Refusal::ServiceNotSuspended(code)
            | Refusal::TooLateToday { service: code } => Said { names: vec![service(code)], ..said },
            Refusal::CapReached { service: code, cap } => {
                Said { names: vec![service(code)], n: Some(u64::from(*cap)), ..said }
            }
            Refusal::WrongPrefix { number, service: code } => {
                Said { names: vec![service(code), ("number", number.to_string())], ..said }
            }
            Refusal::NotServedHere { counter, service: code } => {
                Said { names: vec![service(code), ("counter", counter.to_string())], ..said }
            }
            Refusal::NoSuchCounter(counter)
            | Refusal::CounterShut(counter)
            | Refusal::CounterPaused(counter)
            | Refusal::CounterTaken { counter, .. }
            | Refusal::ClerkElsewhere { counter }
            | Refusal::CounterEmpty(counter) => Said { names: vec![("counter", counter.to_string())], ..said },
            Refusal::CounterBusy { counter, number } => {
                Said { names: vec![("counter", counter.to_string()), ("number", number.to_string())], ..said }
            }
            Refusal::NumberTaken(number)
            | Refusal::NotAKioskNumber(number)
            | Refusal::PrintedAnotherDay { number }
            | Refusal::UndoOvertaken { number } => Said { names: vec![("number", number.to_string())], ..said },
            Refusal::WrongStage { number, stage } => {
                let stage = words::lookup(lang, &format!("hall.stage.{stage}")).unwrap_or(stage).to_owned();
                Said { names: vec![("number", number.to_string()), ("stage", stage)], ..said }
            }
            Refusal::RecallTooSoon { wait } | Refusal::CalledTooSoon { wait } => {
                let seconds = wait.0.div_ceil(1000);
                Said { n: Some(seconds), retry_after_s: Some(seconds), ..said }
            }
            Refusal::RejoinTooLate { limit } | Refusal::HoldTime { limit } => {
                Said { n: Some(limit.whole_minutes()), ..said }
            }
            Refusal::UndoTooLate { limit } => Said { n: Some(seconds(*limit)), ..said },
            Refusal::RecallLimit { limit } => Said { n: Some(u64::from(*limit)), ..said },
            Refusal::Quantity { limit } => Said { n: Some(u64::from(*limit)), ..said },
            Refusal::HallFull { limit } | Refusal::ServicesOnTicket { limit } => {
                Said { n: u64::try_from(*limit).ok(), ..said }
            }
            Refusal::NumbersUsedUp { prefix } => Said { names: vec![("letter", prefix.letter().to_string())], ..said },
            Refusal::DayShut
            | Refusal::DayOpen { .. }
            | Refusal::NoSuchTicket
            | Refusal::TicketKnown
            | Refusal::RejoinedBefore
            | Refusal::TransferToSelf
            | Refusal::TransferToNobody
            | Refusal::NothingToUndo
            | Refusal::EpochNotHigher { .. } => said,
        }
    }
}

fn seconds(span: Span) -> u64 {
    span.0 / 1000
}

/// A moment on the hall's own clock, as `21.03.2026 09:00`.
fn clock_time(at: Time, config: &Config) -> String {
    let offset = tz::Offset::from_seconds(config.rules().utc_offset_min * 60).unwrap_or(tz::Offset::UTC);
    match Timestamp::from_millisecond(at.0) {
        Ok(at) => offset.to_datetime(at).strftime("%d.%m.%Y %H:%M").to_string(),
        Err(_) => String::new(),
    }
}
