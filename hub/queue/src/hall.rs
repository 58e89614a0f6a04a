//! The hall in memory: what the journal's events add up to. Only `evolve` changes it.

use crate::{
    calendar::Date,
    command::{Class, Target},
    ids::{ClerkId, CounterId, Reason, ServiceCode, TicketId},
    number::{Lane, Number, Prefix},
    stage::{Place, Step, Visit},
    time::{Span, Time},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One hall during one service day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hall {
    /// Counts hubs: a restored or replaced hub has a higher one.
    pub epoch: u32,
    /// The service day.
    pub day: Day,
    /// Every visit of the open day, closed ones too.
    pub visits: BTreeMap<TicketId, Visit>,
    /// Who has which number today.
    pub numbers: BTreeMap<Number, TicketId>,
    /// The highest serial per lane and prefix.
    pub serials: BTreeMap<(Lane, Prefix), u32>,
    /// Waiting tickets by whom they wait for and class, in order of place.
    pub queues: BTreeMap<(Target, Class), BTreeSet<(Place, TicketId)>>,
    /// Reserved and held tickets with a timer, by when it runs out.
    pub timers: BTreeSet<(Time, TicketId)>,
    /// Counters that are not closed.
    pub counters: BTreeMap<CounterId, Counter>,
    /// Services without new tickets, and why.
    pub suspended: BTreeMap<ServiceCode, Reason>,
    /// Tickets issued today per service.
    pub issued: BTreeMap<ServiceCode, u32>,
    /// Learned service times, kept from day to day.
    pub learned: BTreeMap<ServiceCode, VecDeque<Span>>,
    /// The latest moment any event of this day carried: time in here never runs backwards.
    pub latest: Time,
    /// The last `Place::order` given.
    pub order: u64,
    /// The last call's number; displays announce each once. Never restarts.
    pub call_seq: u64,
}

/// The service day: a counter bound to a date, opened and closed explicitly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// No day is open; `last` is the number of the last one.
    Shut { last: u32 },
    /// Day `number` is open.
    Open { number: u32, date: Date, since: Time },
}

/// An open counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Who sits there.
    pub clerk: ClerkId,
    /// Free, away, or with a ticket.
    pub desk: Desk,
    /// Calls since the last ordinary one, by class: what the starvation bound counts.
    pub streak: Streak,
    /// The last step, while it can be taken back.
    pub last: Option<LastStep>,
}

/// What a counter is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// Ready to call.
    Free { since: Time },
    /// The clerk is away.
    Paused { since: Time, why: Reason },
    /// A ticket is called to or served at this counter.
    With(TicketId),
}

/// Calls at a counter since its last ordinary call while ordinary tickets were waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Streak {
    /// Statutory calls.
    pub statutory: u32,
    /// Courtesy calls.
    pub courtesy: u32,
}

/// A step and what the visit was before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastStep {
    /// Which step.
    pub step: Step,
    /// When.
    pub at: Time,
    /// The visit before.
    pub before: Box<Visit>,
    /// The visit after: the step can be taken back only while the visit still is this.
    pub after: Box<Visit>,
    /// The streak before.
    pub streak: Streak,
}

impl Default for Day {
    fn default() -> Self {
        Day::Shut { last: 0 }
    }
}
