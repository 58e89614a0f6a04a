//! What has happened: past tense, complete, never in need of the rules to be understood.

use crate::{
    calendar::Date,
    command::{Return, Target, Wish},
    ids::{ClerkId, CounterId, Outcome, Reason, ServiceCode, TicketId},
    number::{Number, Prefix},
    stage::{Closing, Place, Step, Streak},
    time::{Span, Time},
};
use serde::{Deserialize, Serialize};

/// The wait told to the visitor, in whole minutes, both ends rounded up to five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// The short end, minutes.
    pub low_min: u32,
    /// The long end, minutes; always above `low_min`.
    pub high_min: u32,
}

/// How a call came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallOrder {
    /// By the rule.
    Next,
    /// A clerk chose this ticket although it was not next.
    OutOfOrder,
}

/// One fact of the hall. New facts get new variants; old ones keep their shape for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A service day began.
    DayOpened { day: u32, date: Date },
    /// A service day ended; its open tickets ended before it, one event each.
    DayClosed { day: u32 },
    /// The hub counts under a higher epoch, after the highest serials anyone saw.
    EpochBegan { epoch: u32, seen: Vec<(Prefix, u32)> },

    /// A number is held for a visitor until it is confirmed or void; `place` is its arrival, `ahead` and `quoted`
    /// are what the visitor was told.
    Reserved {
        ticket: TicketId,
        number: Number,
        wish: Wish,
        place: Place,
        until: Time,
        ahead: u32,
        quoted: Option<WaitRange>,
    },
    /// The number is on paper and waits.
    Printed { ticket: TicketId, number: Number, place: Place },
    /// A number that a kiosk printed alone is in the queue.
    RecordedOffline { ticket: TicketId, number: Number, wish: Wish, printed_at: Time, place: Place },
    /// The number was never confirmed: an explained hole.
    Voided { ticket: TicketId, number: Number },
    /// The paper was out after all: back with its original time.
    Revived { ticket: TicketId, number: Number, place: Place },

    /// A visitor was called to a counter. `waited` is the time in the queue before this call: since the ticket
    /// joined it, or came back to it from a hold, a transfer or a no-show. `streak` is the counter's after the call.
    Called {
        ticket: TicketId,
        number: Number,
        counter: CounterId,
        clerk: ClerkId,
        call_seq: u64,
        order: CallOrder,
        waited: Span,
        streak: Streak,
    },
    /// The same visitor was called again.
    Recalled { ticket: TicketId, number: Number, counter: CounterId, call_seq: u64 },
    /// Service began.
    Started { ticket: TicketId, number: Number, counter: CounterId, clerk: ClerkId },
    /// Set aside.
    Held { ticket: TicketId, number: Number, counter: CounterId, why: Reason, until: Option<Time> },
    /// A held ticket is being served again, at a counter that may be another one; a new call for the board.
    Resumed { ticket: TicketId, number: Number, counter: CounterId, clerk: ClerkId, call_seq: u64 },
    /// A hold ran out: waiting at the front of its class.
    HoldEnded { ticket: TicketId, number: Number, place: Place },
    /// The stay ended; the ticket waits elsewhere.
    Transferred {
        ticket: TicketId,
        number: Number,
        counter: CounterId,
        to: Target,
        service: ServiceCode,
        place: Place,
        back: Return,
        served: Span,
    },
    /// The stay's service is done; with a next service the ticket waits again, else it is closed.
    Completed {
        ticket: TicketId,
        number: Number,
        counter: CounterId,
        clerk: ClerkId,
        service: ServiceCode,
        outcome: Outcome,
        served: Span,
        next: Option<NextStay>,
    },
    /// The visit is over for another reason.
    Closed { ticket: TicketId, number: Number, closing: Closing },
    /// A no-show waits again at the original arrival, but is not called before `not_before`.
    Rejoined { ticket: TicketId, number: Number, place: Place, not_before: Time },
    /// Whom the ticket waited for has left: any counter of its service may call it, at the same place.
    Redirected { ticket: TicketId, number: Number, to: Target, place: Place },
    /// The last step at a counter was taken back.
    Undone { counter: CounterId, ticket: TicketId, number: Number, step: Step },

    /// A clerk serves here.
    CounterOpened { counter: CounterId, clerk: ClerkId },
    /// The clerk is away.
    CounterPaused { counter: CounterId, clerk: ClerkId, why: Reason },
    /// Nobody serves here.
    CounterClosed { counter: CounterId, clerk: ClerkId },
    /// No new tickets for this service.
    ServiceSuspended { service: ServiceCode, why: Reason },
    /// Tickets again.
    ServiceRestored { service: ServiceCode },
}

/// The stay that follows a completed one in the same visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStay {
    /// Who may call it.
    pub to: Target,
    /// The service of the new stay.
    pub service: ServiceCode,
    /// Its place.
    pub place: Place,
}
