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
    let form = words::sentence(lang, &format!("problem.refusal.{}", said.key.unwrap_or(said.code)));
    let form = form.map_or(said.code, |sentence| sentence.form(lang.plural(said.n.unwrap_or_default())));
    let n = said.n.unwrap_or_default().to_string();
    let mut names: Vec<(&str, &str)> = said.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    names.push(("n", &n));
    Told {
        status: said.status,
        code: said.code,
        sentence: words::filled(form, &names),
        detail: None,
        retry_after_s: said.retry_after_s,
    }
}

/// The stable code.
pub(super) fn code(refusal: &Refusal) -> &'static str {
    status_and_code(refusal).1
}

/// The status.
pub(super) fn status(refusal: &Refusal) -> StatusCode {
    status_and_code(refusal).0
}

/// 404: the hall has no such thing. 422: no hall could do that. 409: not now.
fn status_and_code(refusal: &Refusal) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::DayShut => (S::CONFLICT, "day-shut"),
        Refusal::DayOpen { .. } => (S::CONFLICT, "day-open"),
        Refusal::NoSuchService(_) => (S::NOT_FOUND, "no-such-service"),
        Refusal::NoSuchCounter(_) => (S::NOT_FOUND, "no-such-counter"),
        Refusal::NoSuchTicket => (S::NOT_FOUND, "no-such-ticket"),
        Refusal::ServiceSuspended { .. } => (S::CONFLICT, "service-suspended"),
        Refusal::ServiceNotSuspended(_) => (S::CONFLICT, "service-not-suspended"),
        Refusal::ServiceClosed { .. } => (S::CONFLICT, "service-closed"),
        Refusal::CapReached { .. } => (S::CONFLICT, "cap-reached"),
        Refusal::TooLateToday { .. } => (S::CONFLICT, "too-late-today"),
        Refusal::HallFull { .. } => (S::CONFLICT, "hall-full"),
        Refusal::ServicesOnTicket { .. } => (S::UNPROCESSABLE_ENTITY, "services-on-ticket"),
        Refusal::Quantity { .. } => (S::UNPROCESSABLE_ENTITY, "quantity"),
        Refusal::TicketKnown => (S::CONFLICT, "ticket-known"),
        Refusal::NumberTaken(_) => (S::CONFLICT, "number-taken"),
        Refusal::NotAKioskNumber(_) => (S::UNPROCESSABLE_ENTITY, "not-a-kiosk-number"),
        Refusal::WrongPrefix { .. } => (S::UNPROCESSABLE_ENTITY, "wrong-prefix"),
        Refusal::WrongStage { .. } => (S::CONFLICT, "wrong-stage"),
        Refusal::CounterShut(_) => (S::CONFLICT, "counter-shut"),
        Refusal::CounterPaused(_) => (S::CONFLICT, "counter-paused"),
        Refusal::CounterTaken { .. } => (S::CONFLICT, "counter-taken"),
        Refusal::ClerkElsewhere { .. } => (S::CONFLICT, "clerk-elsewhere"),
        Refusal::CounterBusy { .. } => (S::CONFLICT, "counter-busy"),
        Refusal::CounterEmpty(_) => (S::CONFLICT, "counter-empty"),
        Refusal::NotServedHere { .. } => (S::CONFLICT, "not-served-here"),
        Refusal::RecallTooSoon { .. } => (S::CONFLICT, "recall-too-soon"),
        Refusal::RecallLimit { .. } => (S::CONFLICT, "recall-limit"),
        Refusal::RejoinedBefore => (S::CONFLICT, "rejoined-before"),
        Refusal::RejoinTooLate { .. } => (S::CONFLICT, "rejoin-too-late"),
        Refusal::CalledTooSoon { .. } => (S::CONFLICT, "called-too-soon"),
        Refusal::HoldTime { .. } => (S::UNPROCESSABLE_ENTITY, "hold-time"),
        Refusal::TransferToSelf => (S::CONFLICT, "transfer-to-self"),
        Refusal::TransferToNobody => (S::CONFLICT, "transfer-to-nobody"),
        Refusal::NothingToUndo => (S::CONFLICT, "nothing-to-undo"),
        Refusal::UndoTooLate { .. } => (S::CONFLICT, "undo-too-late"),
        Refusal::UndoOvertaken { .. } => (S::CONFLICT, "undo-overtaken"),
        Refusal::EpochNotHigher { .. } => (S::CONFLICT, "epoch-not-higher"),
    }
}

/// A refusal taken apart for its sentence.
struct Said {
    status: StatusCode,
    code: &'static str,
    /// The sentence's name, where one code has several sentences.
    key: Option<&'static str>,
    n: Option<u64>,
    names: Vec<(&'static str, String)>,
    retry_after_s: Option<u64>,
}

impl Said {
    fn of(refusal: &Refusal, config: &Config, lang: Lang) -> Said {
        let (status, code) = status_and_code(refusal);
        let said = Said { status, code, key: None, n: None, names: Vec::new(), retry_after_s: None };
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
