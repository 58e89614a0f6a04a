//! The hall's live figures: who waits, who serves, load per service, today by hour.
//!
//! From memory alone, on the journal thread: a manager's page that asks every second costs clerks nothing. Times are
//! rounded down to minutes; hours are the hall's own.

use super::{Card, Reading};
use crate::config::Config;
use queue::{
    command::Class,
    event::WaitRange,
    hall::{Day, Desk},
    ids::{CounterId, ServiceCode},
    time::{Span, Time},
};
use std::collections::BTreeMap;
use wire::{
    hall::{CounterLoad, Hall, HourLoad, ServiceLoad},
    tickets::WaitMinutes,
};

/// The figures of `GET /api/v1/hall`.
pub fn hall_figures(reading: &Reading<'_>, config: &Config) -> Hall {
    let counts = reading.hall.counts();
    let (day, date) = match &reading.hall.day {
        Day::Shut { .. } => (None, None),
        Day::Open { number, date, .. } => (Some(*number), Some(date.0.to_string())),
    };
    let services = services(reading);
    Hall {
        name: config.hall_name(config.languages()[0]).to_owned(),
        epoch: reading.hall.epoch,
        day,
        date,
        seq: reading.seq,
        issued: counts.issued,
        reserved: counts.reserved,
        waiting: counts.waiting,
        at_counters: counts.at_counters,
        held: counts.held,
        closed: counts.closed,
        served: tally(reading.views.cards().filter(|card| card.closing == Some("served")).count()),
        longest_wait_min: services.iter().map(|service| service.longest_wait_min).max().unwrap_or(0),
        services,
        counters: config.counters().iter().map(|counter| counter_load(reading, &counter.id)).collect(),
        hours: hours(reading, config.rules().utc_offset_min),
    }
}

/// A told wait as it travels.
pub fn wait_minutes(range: WaitRange) -> WaitMinutes {
    WaitMinutes { low: range.low_min, high: range.high_min }
}

fn services(reading: &Reading<'_>) -> Vec<ServiceLoad> {
    let mut waits: BTreeMap<&ServiceCode, (u32, Span)> = BTreeMap::new();
    for card in reading.views.cards().filter(|card| card.stage == "waiting") {
        let (waiting, longest) = waits.entry(&card.service).or_default();
        *waiting += 1;
        *longest = card.waited_until(reading.at).max(*longest);
    }
    let load = |service: &ServiceCode| {
        let (waiting, longest) = waits.get(service).copied().unwrap_or_default();
        let offer = queue::offer(reading.hall, reading.rules, service, Class::Ordinary, reading.at);
        ServiceLoad {
            service: service.to_string(),
            waiting,
            issued: reading.hall.issued.get(service).copied().unwrap_or(0),
            longest_wait_min: minutes(longest),
            wait_minutes: offer.ok().and_then(|offer| offer.wait).map(wait_minutes),
            counters_open: queue::staffed(reading.hall, reading.rules, service),
        }
    };
    reading.rules.services.keys().map(load).collect()
}

fn counter_load(reading: &Reading<'_>, id: &CounterId) -> CounterLoad {
    let since = reading.views.counter_since(id).unwrap_or(reading.at);
    let Some(counter) = reading.hall.counters.get(id) else {
        return CounterLoad {
            counter: id.to_string(),
            stage: "closed".to_owned(),
            clerk: None,
            number: None,
            minutes: minutes(reading.at.since(since)),
        };
    };
    let (stage, number) = match &counter.desk {
        Desk::Free { .. } => ("free", None),
        Desk::Paused { .. } => ("paused", None),
        Desk::With(_) => match reading.hall.visit_at(id) {
            Some(visit) => (visit.stage.name(), Some(visit.number.to_string())),
            None => ("free", None),
        },
    };
    CounterLoad {
        counter: id.to_string(),
        stage: stage.to_owned(),
        clerk: Some(counter.clerk.to_string()),
        number,
        minutes: minutes(reading.at.since(since)),
    }
}

fn hours(reading: &Reading<'_>, utc_offset_min: i32) -> Vec<HourLoad> {
    let mut hours: Vec<HourLoad> = (0..24).map(|hour| HourLoad { hour, issued: 0, served: 0 }).collect();
    let hour = |at: Time| {
        let minute = at.0.div_euclid(60_000) + i64::from(utc_offset_min);
        usize::try_from(minute.div_euclid(60).rem_euclid(24)).expect("an hour is 0 to 23")
    };
    // A number that was never on paper is a hole, not a ticket.
    for card in reading.views.cards().filter(|card| card.closing != Some("unprinted")) {
        hours[hour(card.reserved_at)].issued += 1;
        if let Some(at) = served_at(card) {
            hours[hour(at)].served += 1;
        }
    }
    hours
}

fn served_at(card: &Card) -> Option<Time> {
    card.ended_at.filter(|_| card.closing == Some("served"))
}

fn minutes(span: Span) -> u32 {
    u32::try_from(span.whole_minutes()).unwrap_or(u32::MAX)
}

fn tally(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
