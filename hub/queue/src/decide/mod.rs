//! Decides what an order does to the hall: events, or a refusal that changes nothing.
//!
//! One file per theme, one function per command; what they all look up is in [`Moment`]. A command that finds the
//! world already as it asks (a counter open with the same clerk, a ticket printed twice) yields no events, so that a
//! repeated key press harms nobody.
//!
//! Absent: rights (checked where the request comes in) and everything a person is called by.

mod call;
mod counter;
mod day;
mod paper;
mod reserve;
mod serve;
mod transfer;
mod undo;

pub(crate) use reserve::{Asked, may_take};

use crate::{
    command::{Command, Order},
    event::Event,
    hall::{Counter, Day, Desk, Hall},
    ids::{ClerkId, CounterId, ServiceCode, TicketId},
    refusal::Refusal,
    rules::{Rules, Service},
    stage::Visit,
    time::Time,
};

/// Decides what an order does to the hall: events, or a refusal that changes nothing. No events: nothing to do
/// (nobody waits, nothing ran out, already so).
pub fn decide(hall: &Hall, rules: &Rules, order: &Order) -> Result<Vec<Event>, Refusal> {
    let now = Moment { hall, rules, at: order.at.max(hall.latest) };
    // Whoever asked counted from the hub's clock; if that runs behind the hall's time, so do they.
    let on_hall_time = |moment: Time| moment.plus(now.at.since(order.at));
    match &order.command {
        Command::Reserve { ticket, wish } => reserve::reserve(&now, *ticket, wish),
        Command::ConfirmPrinted { ticket, number } => paper::confirm(&now, *ticket, *number),
        Command::RecordOffline { ticket, number, wish, printed_at } => {
            let printed_at = on_hall_time(*printed_at);
            paper::record(&now, &paper::Paper { ticket: *ticket, number: *number, wish, printed_at })
        }
        Command::CallNext { counter } => call::next(&now, counter),
        Command::CallThis { counter, ticket } => call::this(&now, counter, *ticket),
        Command::Recall { counter } => call::again(&now, counter),
        Command::NoShow { counter } => call::no_show(&now, counter),
        Command::Rejoin { ticket } => call::rejoin(&now, *ticket),
        Command::Start { counter } => serve::start(&now, counter),
        Command::Hold { counter, why, until } => serve::hold(&now, counter, why, until.map(on_hall_time)),
        Command::Resume { counter, ticket } => serve::resume(&now, counter, *ticket),
        Command::Complete { counter, outcome } => serve::complete(&now, counter, outcome),
        Command::Transfer { counter, to, placing, back } => {
            transfer::transfer(&now, counter, &transfer::Wanted { to, placing: *placing, back: *back })
        }
        Command::Cancel { ticket, by } => paper::cancel(&now, *ticket, *by),
        Command::Undo { counter } => undo::undo(&now, counter),
        Command::OpenCounter { counter, clerk } => counter::open(&now, counter, clerk),
        Command::PauseCounter { counter, why } => counter::pause(&now, counter, why),
        Command::CloseCounter { counter } => counter::close(&now, counter),
        Command::SuspendService { service, why } => day::suspend(&now, service, why),
        Command::RestoreService { service } => day::restore(&now, service),
        Command::OpenDay { date } => day::open(&now, *date),
        Command::CloseDay => Ok(day::close(&now)),
        Command::BeginEpoch { epoch, seen } => day::begin_epoch(&now, *epoch, seen),
        Command::Tick => Ok(day::tick(&now)),
    }
}

/// The hall, its rules, and the hub's time, which never runs backwards inside a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) hall: &'a Hall,
    pub(crate) rules: &'a Rules,
    pub(crate) at: Time,
}

/// A counter with a clerk.
#[derive(Debug, Clone, Copy)]
struct Open<'a> {
    id: &'a CounterId,
    clerk: &'a ClerkId,
    counter: &'a Counter,
}

impl<'a> Moment<'a> {
    fn day_is_open(&self) -> Result<(), Refusal> {
        match self.hall.day {
            Day::Open { .. } => Ok(()),
            Day::Shut { .. } => Err(Refusal::DayShut),
        }
    }

    fn service(&self, code: &ServiceCode) -> Result<&'a Service, Refusal> {
        self.rules.services.get(code).ok_or_else(|| Refusal::NoSuchService(code.clone()))
    }

    fn visit(&self, ticket: TicketId) -> Result<&'a Visit, Refusal> {
        self.day_is_open()?;
        self.hall.visits.get(&ticket).ok_or(Refusal::NoSuchTicket)
    }

    /// A configured counter, open or not.
    fn configured(&self, id: &CounterId) -> Result<(), Refusal> {
        self.day_is_open()?;
        if self.rules.counters.contains_key(id) { Ok(()) } else { Err(Refusal::NoSuchCounter(id.clone())) }
    }

    /// An open counter, paused or not.
    fn open(&self, id: &'a CounterId) -> Result<Open<'a>, Refusal> {
        self.configured(id)?;
        let counter = self.hall.counters.get(id).ok_or_else(|| Refusal::CounterShut(id.clone()))?;
        Ok(Open { id, clerk: &counter.clerk, counter })
    }

    /// An open counter without a ticket, ready for one.
    fn free(&self, id: &'a CounterId) -> Result<Open<'a>, Refusal> {
        let open = self.open(id)?;
        match &open.counter.desk {
            Desk::Free { .. } => Ok(open),
            Desk::Paused { .. } => Err(Refusal::CounterPaused(id.clone())),
            Desk::With(ticket) => Err(self.busy(id, *ticket)),
        }
    }

    /// An open counter and the ticket it has.
    fn with_ticket(&self, id: &'a CounterId) -> Result<(Open<'a>, &'a Visit), Refusal> {
        let open = self.open(id)?;
        match &open.counter.desk {
            Desk::With(ticket) => Ok((open, self.visit(*ticket)?)),
            Desk::Free { .. } | Desk::Paused { .. } => Err(Refusal::CounterEmpty(id.clone())),
        }
    }

    fn busy(&self, id: &CounterId, ticket: TicketId) -> Refusal {
        match self.hall.visits.get(&ticket) {
            Some(visit) => Refusal::CounterBusy { counter: id.clone(), number: visit.number },
            None => Refusal::NoSuchTicket,
        }
    }

    fn next_order(&self) -> u64 {
        self.hall.order.saturating_add(1)
    }

    fn next_call(&self) -> u64 {
        self.hall.call_seq.saturating_add(1)
    }
}

fn wrong_stage(visit: &Visit) -> Refusal {
    Refusal::WrongStage { number: visit.number, stage: visit.stage.name() }
}
