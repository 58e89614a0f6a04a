//! The views: what the manager's page and the statistics read of the open day, derived from the hall's events.
//!
//! One row per visit (`ticket`), per wait in one service's queue (`stay`), per counter, per day, and one per number
//! ever given. They are kept in memory for the open day, written in the same transaction as the events, and can be
//! rebuilt from the journal at any time. Never an input to a rule.

mod card;
pub(super) mod tables;

pub use card::{Card, Stay};

use queue::{
    calendar::Date,
    event::Event,
    hall::{Day, Desk, Hall},
    ids::{ClerkId, CounterId, TicketId},
    number::Number,
    time::Time,
};
use std::collections::{BTreeMap, BTreeSet};

/// The views of the open (or the last) service day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Views {
    pub(super) day: Option<DayRow>,
    pub(super) cards: BTreeMap<TicketId, Card>,
    pub(super) counters: BTreeMap<CounterId, CounterRow>,
    pub(super) numbers: BTreeMap<Number, TicketId>,
    /// The card before a counter's last step, while the step can be taken back.
    before: BTreeMap<CounterId, Card>,
}

/// What changed since the views were last written.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) cards: BTreeSet<TicketId>,
    pub(super) counters: BTreeSet<CounterId>,
    pub(super) numbers: Vec<(u32, Number, TicketId)>,
    pub(super) day: bool,
    /// Views of a day that ended and had unwritten changes when the next began.
    pub(super) settled: Vec<Views>,
    pub(super) new_day: bool,
}

/// A service day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayRow {
    pub(super) day: u32,
    pub(super) date: Date,
    pub(super) opened_at: Time,
    pub(super) closed_at: Option<Time>,
}

/// A counter of the open day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CounterRow {
    pub(super) stage: &'static str,
    pub(super) clerk: Option<ClerkId>,
    pub(super) ticket: Option<TicketId>,
    pub(super) since: Time,
}

impl Views {
    /// Today's visits.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values()
    }

    /// One visit of today.
    pub fn card(&self, ticket: TicketId) -> Option<&Card> {
        self.cards.get(&ticket)
    }

    /// The date of the open or the last service day.
    pub fn date(&self) -> Option<Date> {
        self.day.as_ref().map(|day| day.date)
    }

    /// Since when a counter is what it is; `None` if it was not opened today.
    pub fn counter_since(&self, counter: &CounterId) -> Option<Time> {
        self.counters.get(counter).map(|row| row.since)
    }

    /// The views right after a service day opened.
    pub(super) fn at_day_opening(hall: &Hall) -> Views {
        let day = match hall.day {
            Day::Shut { .. } => None,
            Day::Open { number, date, since } => Some(DayRow { day: number, date, opened_at: since, closed_at: None }),
        };
        Views { day, ..Views::default() }
    }

    /// Takes in one event that the hall has evolved by. `now` never runs backwards within a day.
    pub(super) fn apply(&mut self, hall: &Hall, now: Time, event: &Event, changed: &mut Changed) {
        if let Event::DayOpened { day, date } = event {
            let since = Views::at_day_opening(hall).day.map_or(now, |day| day.opened_at);
            self.begin(DayRow { day: *day, date: *date, opened_at: since, closed_at: None }, changed);
        }
        if let (Event::DayClosed { .. }, Some(day)) = (event, &mut self.day) {
            day.closed_at = Some(now);
            changed.day = true;
        }
        if let Some((ticket, number)) = given(event) {
            self.numbers.insert(number, ticket);
            changed.numbers.push((self.day.as_ref().map_or(0, |day| day.day), number, ticket));
        }
        if let Some(ticket) = ticket_of(event) {
            self.apply_to_card(hall, ticket, now, event);
            changed.cards.insert(ticket);
        }
        self.look_at_counters(hall, now, event, changed);
    }

    fn begin(&mut self, day: DayRow, changed: &mut Changed) {
        let ended = std::mem::take(self);
        if !changed.cards.is_empty() || changed.day {
            changed.settled.push(ended);
            changed.cards.clear();
        }
        changed.counters.clear();
        self.day = Some(day);
        changed.day = true;
        changed.new_day = true;
    }

    fn apply_to_card(&mut self, hall: &Hall, ticket: TicketId, now: Time, event: &Event) {
        let Some(visit) = hall.visits.get(&ticket) else { return };
        let day = self.day.as_ref().map_or(0, |day| day.day);
        if let Event::Undone { counter, .. } = event {
            if let Some(mut before) = self.before.remove(counter) {
                before.undone = true;
                self.cards.insert(ticket, before);
            }
        } else if let Some(card) = self.cards.get(&ticket)
            && let Some(counter) = step_at(event, card)
        {
            self.before.insert(counter, card.clone());
        }
        let card = self.cards.entry(ticket).or_insert_with(|| Card::new(visit, day, now));
        card.apply(now, event);
        card.look_at(visit);
    }

    /// A counter's row follows from the hall; which counters to look at follows from the event.
    fn look_at_counters(&mut self, hall: &Hall, now: Time, event: &Event, changed: &mut Changed) {
        let touched: Vec<CounterId> = match event {
            Event::DayClosed { .. } => self.counters.keys().cloned().collect(),
            _ => counters_of(self, hall, event),
        };
        for counter in touched {
            let row = counter_row(hall, &counter, now);
            let row = match self.counters.get(&counter) {
                Some(known) if known.stage == row.stage && known.ticket == row.ticket && known.clerk == row.clerk => {
                    CounterRow { since: known.since, ..row }
                }
                _ => row,
            };
            if self.counters.get(&counter) != Some(&row) {
                self.counters.insert(counter.clone(), row);
                changed.counters.insert(counter);
            }
        }
    }
}

fn counter_row(hall: &Hall, counter: &CounterId, now: Time) -> CounterRow {
    let Some(open) = hall.counters.get(counter) else {
        return CounterRow { stage: "closed", clerk: None, ticket: None, since: now };
    };
    let (stage, ticket) = match &open.desk {
        Desk::Free { .. } => ("free", None),
        Desk::Paused { .. } => ("paused", None),
        Desk::With(ticket) => (hall.visits.get(ticket).map_or("free", |visit| visit.stage.name()), Some(*ticket)),
    };
    CounterRow { stage, clerk: Some(open.clerk.clone()), ticket, since: now }
}

/// The counter an event happens at; for one that names none, the counter where the ticket was.
fn counters_of(views: &Views, hall: &Hall, event: &Event) -> Vec<CounterId> {
    match event {
        Event::Called { counter, .. }
        | Event::Recalled { counter, .. }
        | Event::Started { counter, .. }
        | Event::Held { counter, .. }
        | Event::Resumed { counter, .. }
        | Event::Transferred { counter, .. }
        | Event::Completed { counter, .. }
        | Event::Undone { counter, .. }
        | Event::CounterOpened { counter, .. }
        | Event::CounterPaused { counter, .. }
        | Event::CounterClosed { counter, .. } => vec![counter.clone()],
        Event::Closed { ticket, .. } => {
            let at = |row: &CounterRow| row.ticket == Some(*ticket);
            views.counters.iter().filter(|(_, row)| at(row)).map(|(counter, _)| counter.clone()).collect()
        }
        Event::DayOpened { .. } => hall.counters.keys().cloned().collect(),
        Event::DayClosed { .. }
        | Event::EpochBegan { .. }
        | Event::Reserved { .. }
        | Event::Printed { .. }
        | Event::RecordedOffline { .. }
        | Event::Voided { .. }
        | Event::Revived { .. }
        | Event::HoldEnded { .. }
        | Event::Rejoined { .. }
        | Event::Redirected { .. }
        | Event::ServiceSuspended { .. }
        | Event::ServiceRestored { .. } => Vec::new(),
    }
}

/// A number given for the first time.
fn given(event: &Event) -> Option<(TicketId, Number)> {
    match event {
        Event::Reserved { ticket, number, .. } | Event::RecordedOffline { ticket, number, .. } => {
            Some((*ticket, *number))
        }
        _ => None,
    }
}

/// The ticket an event is about.
pub(super) fn ticket_of(event: &Event) -> Option<TicketId> {
    match event {
        Event::Reserved { ticket, .. }
        | Event::Printed { ticket, .. }
        | Event::RecordedOffline { ticket, .. }
        | Event::Voided { ticket, .. }
        | Event::Revived { ticket, .. }
        | Event::Called { ticket, .. }
        | Event::Recalled { ticket, .. }
        | Event::Started { ticket, .. }
        | Event::Held { ticket, .. }
        | Event::Resumed { ticket, .. }
        | Event::HoldEnded { ticket, .. }
        | Event::Transferred { ticket, .. }
        | Event::Completed { ticket, .. }
        | Event::Closed { ticket, .. }
        | Event::Rejoined { ticket, .. }
        | Event::Redirected { ticket, .. }
        | Event::Undone { ticket, .. } => Some(*ticket),
        Event::DayOpened { .. }
        | Event::DayClosed { .. }
        | Event::EpochBegan { .. }
        | Event::CounterOpened { .. }
        | Event::CounterPaused { .. }
        | Event::CounterClosed { .. }
        | Event::ServiceSuspended { .. }
        | Event::ServiceRestored { .. } => None,
    }
}

/// The counter whose step an event is: what an `Undone` of that counter takes back.
fn step_at(event: &Event, card: &Card) -> Option<CounterId> {
    match event {
        Event::Called { counter, .. }
        | Event::Started { counter, .. }
        | Event::Held { counter, .. }
        | Event::Resumed { counter, .. }
        | Event::Transferred { counter, .. }
        | Event::Completed { counter, .. } => Some(counter.clone()),
        Event::Closed { closing: queue::stage::Closing::NoShow, .. } => card.counter.clone(),
        _ => None,
    }
}
