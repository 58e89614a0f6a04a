//! The hall in memory: what the journal's events add up to. Only `evolve` changes it.

mod read;

pub use read::{Counts, CurrentCall};

use crate::{
    calendar::Date,
    command::{Class, Target},
    ids::{ClerkId, CounterId, Reason, ServiceCode, TicketId},
    limits::{SAMPLE_MAX, SAMPLES_MAX},
    number::{Lane, Number, Prefix},
    stage::{Place, Step, Streak, Visit},
    time::{Span, Time},
};
use serde::{Deserialize, Serialize};
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
    /// The serials above which an epoch that began today counts. The next day counts above them too: a restored hub
    /// whose clock is put right opens another day while papers of the life before are in people's hands.
    pub floors: BTreeMap<Prefix, u32>,
    /// Waiting tickets by whom they wait for and class, in order of place.
    pub queues: BTreeMap<(Target, Class), Queue>,
    /// Reserved and held tickets with a timer, by when it runs out.
    pub timers: BTreeSet<(Time, TicketId)>,
    /// Counters that are not closed.
    pub counters: BTreeMap<CounterId, Counter>,
    /// Services without new tickets, and why.
    pub suspended: BTreeMap<ServiceCode, Reason>,
    /// Tickets issued today per first service; void numbers do not count.
    pub issued: BTreeMap<ServiceCode, u32>,
    /// How many visits stand where.
    pub tally: Tally,
    /// The latest arrival called by the rule, per service and class: what was printed earlier and is learned
    /// of later goes behind it.
    pub called_up_to: BTreeMap<(ServiceCode, Class), Time>,
    /// Learned service times, kept from day to day.
    pub learned: BTreeMap<ServiceCode, Samples>,
    /// The latest moment any event of this day carried: time in here never runs backwards.
    pub latest: Time,
    /// The last `Place::order` given.
    pub order: u64,
    /// The last call's number; displays announce each once. Never restarts; another epoch begins far above.
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
    /// Who was passed over here, and how often: what the starvation bound counts.
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

/// Tickets that wait for one target in one class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// In order of place.
    pub line: BTreeSet<(Place, TicketId)>,
    /// The sum of their quantities: the work that waits.
    pub pieces: u64,
}

/// Visits of the day by stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Not yet on paper.
    pub reserved: u32,
    /// In a queue.
    pub waiting: u32,
    /// Called to a counter.
    pub called: u32,
    /// Being served.
    pub serving: u32,
    /// Set aside.
    pub held: u32,
    /// Over, served or not.
    pub closed: u32,
    /// Never on paper: not tickets at all.
    pub void: u32,
}

/// The last service times of one service, per piece.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Samples {
    recent: VecDeque<Span>,
    total_ms: u64,
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

impl Samples {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.recent.len()
    }

    /// Their mean, if there are any.
    pub fn mean(&self) -> Option<Span> {
        let count = u64::try_from(self.recent.len()).ok()?;
        self.total_ms.checked_div(count).map(Span)
    }

    /// Adds one; the oldest makes room.
    pub fn add(&mut self, sample: Span) {
        let sample = sample.min(SAMPLE_MAX);
        if self.recent.len() == SAMPLES_MAX
            && let Some(oldest) = self.recent.pop_front()
        {
            self.total_ms -= oldest.0;
        }
        self.recent.push_back(sample);
        self.total_ms += sample.0;
    }

    /// Takes the latest one of this length back.
    pub fn take_back(&mut self, sample: Span) {
        let sample = sample.min(SAMPLE_MAX);
        if let Some(at) = self.recent.iter().rposition(|s| *s == sample) {
            self.recent.remove(at);
            self.total_ms -= sample.0;
        }
    }
}
