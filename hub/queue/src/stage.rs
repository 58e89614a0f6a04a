//! A visit and its stage: the stage carries what is known then, history lives in the journal.

use crate::{
    command::{Channel, Class, Target},
    ids::{ClerkId, CounterId, Language, Outcome, Reason, ServiceCode, TicketId},
    number::Number,
    time::{Span, Time},
};
use serde::{Deserialize, Serialize};

/// A place in a queue: smaller is earlier. `order` settles equal times and a clock that ran backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Before everyone who waits by arrival, or by arrival.
    pub rank: Rank,
    /// Arrival: what waiting is counted from.
    pub since: Time,
    /// Unique within a service day, in the order the hub learned of them.
    pub order: u64,
}

/// Two ranks inside a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Came back from a hold, or was transferred first.
    Front,
    /// By arrival.
    Arrival,
}

/// Why a visit is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// Served, with the last outcome.
    Served(Outcome),
    /// Called and did not come.
    NoShow,
    /// The visitor gave it up.
    CancelledByVisitor,
    /// Staff removed it.
    RemovedByStaff,
    /// Never on paper.
    Unprinted,
    /// The service day ended first.
    DayClosed,
}

/// Where a visit stands. In every stage of a stay, `held` is the time set aside so far and `served` the time
/// served before a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// A number is held, not yet on paper; voided after `until`.
    Reserved { until: Time },
    /// In the queue since `queued`, for whom and where in line; not called before `not_before`.
    Waiting { target: Target, place: Place, queued: Time, not_before: Time, held: Span, served: Span },
    /// Called to a counter, `calls` times.
    Called {
        counter: CounterId,
        clerk: ClerkId,
        target: Target,
        place: Place,
        held: Span,
        served: Span,
        call_seq: u64,
        first_at: Time,
        last_at: Time,
        calls: u8,
    },
    /// At the counter since `since`.
    Serving {
        counter: CounterId,
        clerk: ClerkId,
        target: Target,
        place: Place,
        held: Span,
        served: Span,
        call_seq: u64,
        called_at: Time,
        since: Time,
    },
    /// Set aside by a counter.
    Held {
        counter: CounterId,
        target: Target,
        place: Place,
        held: Span,
        served: Span,
        why: Reason,
        since: Time,
        until: Option<Time>,
    },
    /// Over.
    Closed { closing: Closing, at: Time },
}

/// Who wants a visitor back after a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// The counter that sent the visitor.
    pub counter: CounterId,
    /// The service it was busy with.
    pub service: ServiceCode,
}

/// Calls at a counter that passed over a class which waited there: what the starvation bound counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Streak {
    /// Statutory calls since the last other call, while someone else waited.
    pub statutory: u32,
    /// Courtesy calls since the last ordinary one, while an ordinary ticket waited.
    pub courtesy: u32,
}

/// A ticket's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its identity.
    pub ticket: TicketId,
    /// Its name on paper.
    pub number: Number,
    /// The service of the present stay.
    pub service: ServiceCode,
    /// Services still to come.
    pub further: Vec<ServiceCode>,
    /// How many of the same thing.
    pub quantity: u16,
    /// Place by law or courtesy.
    pub class: Class,
    /// The visitor's language.
    pub language: Language,
    /// Where it was asked for.
    pub channel: Channel,
    /// The original arrival; a rejoin and an in-order transfer go back to it.
    pub arrival: Place,
    /// Who wants the visitor back after a transfer, the first to come last.
    pub ways_back: Vec<WayBack>,
    /// How often a no-show rejoined.
    pub rejoined: u8,
    /// Where it stands.
    pub stage: Stage,
}

/// A clerk's step that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A call.
    Call,
    /// Start of service.
    Start,
    /// A hold.
    Hold,
    /// A return from hold.
    Resume,
    /// A transfer.
    Transfer,
    /// A completion.
    Complete,
    /// A no-show.
    NoShow,
}

impl Stage {
    /// A stay that begins: in the queue from now, to be called at once.
    pub fn queued(target: Target, place: Place, at: Time) -> Stage {
        Stage::Waiting { target, place, queued: at, not_before: at, held: Span::ZERO, served: Span::ZERO }
    }

    /// The place in line, unless there is none.
    pub fn place(&self) -> Option<Place> {
        match self {
            Stage::Waiting { place, .. }
            | Stage::Called { place, .. }
            | Stage::Serving { place, .. }
            | Stage::Held { place, .. } => Some(*place),
            Stage::Reserved { .. } | Stage::Closed { .. } => None,
        }
    }

    /// The counter that has the ticket, if one has.
    pub fn counter(&self) -> Option<&CounterId> {
        match self {
            Stage::Called { counter, .. } | Stage::Serving { counter, .. } => Some(counter),
            Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Held { .. } | Stage::Closed { .. } => None,
        }
    }

    /// Time served in this stay until a moment, holds left out.
    pub fn served_until(&self, at: Time) -> Span {
        match self {
            Stage::Serving { served, since, .. } => served.and(at.since(*since)),
            Stage::Waiting { served, .. } | Stage::Called { served, .. } | Stage::Held { served, .. } => *served,
            Stage::Reserved { .. } | Stage::Closed { .. } => Span::ZERO,
        }
    }

    /// The stage's name, as in the API and the decision table.
    pub fn name(&self) -> &'static str {
        match self {
            Stage::Reserved { .. } => "reserved",
            Stage::Waiting { .. } => "waiting",
            Stage::Called { .. } => "called",
            Stage::Serving { .. } => "serving",
            Stage::Held { .. } => "held",
            Stage::Closed { .. } => "closed",
        }
    }
}
