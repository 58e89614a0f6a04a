//! What displays show beside the board: who is next by category, and what every counter does.
//!
//! From memory alone, on the journal's thread, like the live figures. The board itself travels by its stream, change by
//! change; this is looked at every few seconds. Deliberately absent: why somebody is early, and who sits where.

use super::Reading;
use crate::config::{Category, Config};
use queue::{hall::Desk, ids::CounterId, next_in_line};
use wire::display::{CounterNow, CounterState, NEXT_MAX, NextInLine};

/// What every display of the hall is told alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The hub's epoch.
    pub epoch: u32,
    /// Who is next, where anybody is.
    pub next: Vec<NextInLine>,
    /// Every counter, in the hall's order.
    pub counters: Vec<CounterNow>,
}

/// Beside the board now.
pub fn beside_the_board(reading: &Reading<'_>, config: &Config) -> Beside {
    let next = config.categories().iter().map(|category| in_line(reading, category));
    let counters = config.counters().iter().map(|counter| counter_now(reading, &counter.id));
    Beside {
        epoch: reading.hall.epoch,
        next: next.filter(|line| !line.numbers.is_empty()).collect(),
        counters: counters.collect(),
    }
}

fn in_line(reading: &Reading<'_>, category: &Category) -> NextInLine {
    let line = next_in_line(reading.hall, reading.rules, &category.services, reading.at);
    let numbers = line.filter_map(|ticket| Some(reading.hall.visits.get(&ticket)?.number.to_string()));
    NextInLine { category: category.prefix.letter().to_string(), numbers: numbers.take(NEXT_MAX).collect() }
}

fn counter_now(reading: &Reading<'_>, id: &CounterId) -> CounterNow {
    let state = match reading.hall.counters.get(id).map(|counter| &counter.desk) {
        None => CounterState::Closed,
        Some(Desk::Paused { .. }) => CounterState::Paused,
        Some(Desk::Free { .. } | Desk::With(_)) => CounterState::Open,
    };
    CounterNow { counter: id.to_string(), state }
}
