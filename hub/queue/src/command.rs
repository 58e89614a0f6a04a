//! What visitors, clerks, managers and the clock ask for, in the words of the counter hall.

use crate::{
    calendar::Date,
    ids::{ClerkId, CounterId, DeviceId, Language, Outcome, Reason, ServiceCode, TicketId},
    number::{Number, Prefix},
    time::Time,
};
use serde::{Deserialize, Serialize};

/// A command with who gives it and when: everything `decide` may know beside the hall and its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The hub's clock when the command came in.
    pub at: Time,
    /// Who gives it.
    pub actor: Actor,
    /// What is asked for.
    pub command: Command,
}

/// Who acts. Rights are checked where the request comes in; here it is only recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// A visitor at a kiosk.
    Kiosk(DeviceId),
    /// A visitor on the page of the own ticket.
    Visitor,
    /// A clerk at a counter or reception.
    Clerk(ClerkId),
    /// A hall manager.
    Manager(ClerkId),
    /// The hub itself: timers, opening of the day, start after a restore.
    Hub,
}

/// A visitor's place by law or by courtesy. The reason is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Out of turn by law (PP-74 of 27.02.2023): disability groups I–II, children with disabilities, a companion.
    Statutory,
    /// Out of turn by the hall's practice: pregnant, infants, elderly.
    Courtesy,
    /// Everyone else.
    Ordinary,
}

/// Where a ticket was asked for. Reception and phone tickets need no paper and wait at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A kiosk prints it and confirms.
    Kiosk,
    /// A clerk at the reception desk.
    Reception,
    /// The visitor's own phone.
    Phone,
}

/// What a visitor asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The service to wait for first.
    pub service: ServiceCode,
    /// Further services on the same ticket, in order.
    pub further: Vec<ServiceCode>,
    /// How many of the same thing (20 tax forms).
    pub quantity: u16,
    /// Place by law or courtesy.
    pub class: Class,
    /// The visitor's language.
    pub language: Language,
    /// Where it was asked for.
    pub channel: Channel,
}

/// Where a transfer goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Any counter that serves the service.
    Service(ServiceCode),
    /// One counter, whoever sits there.
    Counter(CounterId),
    /// One clerk, wherever they sit.
    Clerk(ClerkId),
}

/// Where in its class a transferred ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placing {
    /// Before everyone of its class.
    First,
    /// By its original arrival.
    InOrder,
}

/// Whether the visitor comes back to the sender after the transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Return {
    /// The sender is done.
    No,
    /// Afterwards the ticket waits for the sending counter again.
    BackToMe,
}

/// Who removes a waiting ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelledBy {
    /// The visitor gave it up.
    Visitor,
    /// Staff removed it.
    Staff,
}

/// Everything that can be asked of a hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Reserve a number; it is not a ticket until it is on paper.
    Reserve { ticket: TicketId, wish: Wish },
    /// The paper is out: the reservation becomes a waiting ticket. Revives a voided number. A paper that says another
    /// number than this hub reserved was numbered by the hub before a restore: the paper counts.
    ConfirmPrinted {
        ticket: TicketId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<Number>,
    },
    /// A kiosk printed a number of its own lane while the hub was away. `printed_at` is corrected by the
    /// measured offset of the kiosk's clock.
    RecordOffline { ticket: TicketId, number: Number, wish: Wish, printed_at: Time },
    /// Call whoever is next at this counter.
    CallNext { counter: CounterId },
    /// Call one ticket out of order; counted as such.
    CallThis { counter: CounterId, ticket: TicketId },
    /// Call the same visitor again.
    Recall { counter: CounterId },
    /// The visitor is at the counter.
    Start { counter: CounterId },
    /// Set the counter's ticket aside; `until` brings it back by itself.
    Hold { counter: CounterId, why: Reason, until: Option<Time> },
    /// Take a held ticket back to this counter.
    Resume { counter: CounterId, ticket: TicketId },
    /// Send the counter's ticket elsewhere: this stay ends, another begins under the same number.
    Transfer { counter: CounterId, to: Target, placing: Placing, back: Return },
    /// The service is done.
    Complete { counter: CounterId, outcome: Outcome },
    /// The called visitor did not come.
    NoShow { counter: CounterId },
    /// A no-show came after all.
    Rejoin { ticket: TicketId },
    /// A waiting, reserved or held ticket is given up.
    Cancel { ticket: TicketId, by: CancelledBy },
    /// Take back the last step at this counter.
    Undo { counter: CounterId },
    /// A clerk sits down, or comes back from a pause.
    OpenCounter { counter: CounterId, clerk: ClerkId },
    /// The clerk is away for a while.
    PauseCounter { counter: CounterId, why: Reason },
    /// The clerk leaves the counter.
    CloseCounter { counter: CounterId },
    /// No new tickets for this service, with a reason shown on the kiosk.
    SuspendService { service: ServiceCode, why: Reason },
    /// Tickets for this service again.
    RestoreService { service: ServiceCode },
    /// Begin a service day on this date.
    OpenDay { date: Date },
    /// End the service day: every open ticket ends with a reason, nothing is deleted.
    CloseDay,
    /// The hub was restored or replaced: a higher epoch, numbers go on after the highest anyone saw.
    BeginEpoch { epoch: u32, seen: Vec<(Prefix, u32)> },
    /// Time has passed: void what was never printed, bring back what was held.
    Tick,
}
