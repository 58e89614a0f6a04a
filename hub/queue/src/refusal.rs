//! Why a command is not done. Refusing is not an error: it changes nothing and says one sentence.

use crate::{
    codes::codes,
    ids::{ClerkId, CounterId, Reason, ServiceCode},
    number::{Number, Prefix},
    time::{Span, Time},
};

/// Every reason there is. The code names the sentence `refusal.<code>` and the problem in the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Tickets and calls need an open service day.
    #[error("no service day is open")]
    DayShut,
    /// One day at a time.
    #[error("service day {day} is open already")]
    DayOpen { day: u32 },
    /// Not in the catalogue.
    #[error("there is no service {0}")]
    NoSuchService(ServiceCode),
    /// Not in the configuration.
    #[error("there is no counter {0}")]
    NoSuchCounter(CounterId),
    /// No ticket of this day.
    #[error("there is no such ticket today")]
    NoSuchTicket,
    /// No counter of this hall has it among its services.
    #[error("no counter of this hall serves {0}")]
    NotServedInHall(ServiceCode),
    /// Suspended by staff.
    #[error("service {service} is suspended: {why}")]
    ServiceSuspended { service: ServiceCode, why: Reason },
    /// Not suspended.
    #[error("service {0} is not suspended")]
    ServiceNotSuspended(ServiceCode),
    /// Outside hours, in a break, or on a holiday.
    #[error("service {service} is closed now")]
    ServiceClosed { service: ServiceCode, opens: Option<Time>, holiday: Option<Reason> },
    /// As many as today's cap.
    #[error("service {service} has given all {cap} tickets of today")]
    CapReached { service: ServiceCode, cap: u32 },
    /// Those waiting already fill the time until closing.
    #[error("service {service} cannot serve another visitor before it closes")]
    TooLateToday { service: ServiceCode },
    /// The hall has given as many tickets as fit into one day.
    #[error("the hall has given {limit} tickets today, its limit")]
    HallFull { limit: usize },
    /// The letter has no serial left today.
    #[error("letter {} has no number left today", prefix.letter())]
    NumbersUsedUp { prefix: Prefix },
    /// A ticket lists the same service twice, or too many.
    #[error("a ticket lists at most {limit} different services")]
    ServicesOnTicket { limit: usize },
    /// Quantity out of range.
    #[error("a quantity is 1 to {limit}")]
    Quantity { limit: u16 },
    /// The ticket id is in use for another ticket.
    #[error("this ticket id is in use")]
    TicketKnown,
    /// The number belongs to another ticket.
    #[error("number {0} belongs to another ticket")]
    NumberTaken(Number),
    /// A kiosk reports a number that is not of a kiosk's lane.
    #[error("number {0} is not of a kiosk's own lane")]
    NotAKioskNumber(Number),
    /// A kiosk reports a ticket of an earlier day, too old to wait today.
    #[error("number {number} was printed on an earlier day")]
    PrintedAnotherDay { number: Number },
    /// The number's letter is not the service's.
    #[error("number {number} does not fit service {service}")]
    WrongPrefix { number: Number, service: ServiceCode },
    /// The ticket is in another stage.
    #[error("ticket {number} is {stage}")]
    WrongStage { number: Number, stage: &'static str },
    /// The counter is not open.
    #[error("counter {0} is closed")]
    CounterShut(CounterId),
    /// The counter is paused.
    #[error("counter {0} is paused")]
    CounterPaused(CounterId),
    /// Another clerk sits there.
    #[error("counter {counter} is open with another clerk")]
    CounterTaken { counter: CounterId, clerk: ClerkId },
    /// A clerk sits at one counter at a time.
    #[error("the clerk has counter {counter} open")]
    ClerkElsewhere { counter: CounterId },
    /// The counter has a ticket.
    #[error("counter {counter} has ticket {number}")]
    CounterBusy { counter: CounterId, number: Number },
    /// The counter has no ticket.
    #[error("counter {0} has no ticket")]
    CounterEmpty(CounterId),
    /// This counter does not serve the ticket's service.
    #[error("counter {counter} does not serve {service}")]
    NotServedHere { counter: CounterId, service: ServiceCode },
    /// Called again too soon.
    #[error("wait {} s before calling again", wait.0.div_ceil(1000))]
    RecallTooSoon { wait: Span },
    /// Called as often as allowed.
    #[error("called {limit} times already")]
    RecallLimit { limit: u8 },
    /// Rejoined before.
    #[error("a no-show may rejoin once")]
    RejoinedBefore,
    /// Too long ago.
    #[error("a no-show may rejoin within {} minutes", limit.whole_minutes())]
    RejoinTooLate { limit: Span },
    /// The ticket may not be called again yet.
    #[error("this ticket may be called again in {} s", wait.0.div_ceil(1000))]
    CalledTooSoon { wait: Span },
    /// A hold that ends in the past or too far ahead.
    #[error("a hold lasts up to {} minutes", limit.whole_minutes())]
    HoldTime { limit: Span },
    /// A transfer to the place the ticket is at.
    #[error("the ticket is there already")]
    TransferToSelf,
    /// No counter serves it, or nobody is there.
    #[error("nobody can take this transfer")]
    TransferToNobody,
    /// Nothing to take back.
    #[error("there is no step to take back")]
    NothingToUndo,
    /// Too long ago.
    #[error("a step can be taken back within {} s", limit.0 / 1000)]
    UndoTooLate { limit: Span },
    /// The ticket has moved on.
    #[error("ticket {number} has moved on")]
    UndoOvertaken { number: Number },
    /// Only a higher epoch begins.
    #[error("epoch {epoch} is not above {current}")]
    EpochNotHigher { epoch: u32, current: u32 },
}

codes!(Refusal {
    Refusal::DayShut => "day-shut",
    Refusal::DayOpen { .. } => "day-open",
    Refusal::NoSuchService(_) => "no-such-service",
    Refusal::NoSuchCounter(_) => "no-such-counter",
    Refusal::NoSuchTicket => "no-such-ticket",
    Refusal::NotServedInHall(_) => "not-served-in-hall",
    Refusal::ServiceSuspended { .. } => "service-suspended",
    Refusal::ServiceNotSuspended(_) => "service-not-suspended",
    Refusal::ServiceClosed { .. } => "service-closed",
    Refusal::CapReached { .. } => "cap-reached",
    Refusal::TooLateToday { .. } => "too-late-today",
    Refusal::HallFull { .. } => "hall-full",
    Refusal::NumbersUsedUp { .. } => "numbers-used-up",
    Refusal::ServicesOnTicket { .. } => "services-on-ticket",
    Refusal::Quantity { .. } => "quantity",
    Refusal::TicketKnown => "ticket-known",
    Refusal::NumberTaken(_) => "number-taken",
    Refusal::NotAKioskNumber(_) => "not-a-kiosk-number",
    Refusal::PrintedAnotherDay { .. } => "printed-another-day",
    Refusal::WrongPrefix { .. } => "wrong-prefix",
    Refusal::WrongStage { .. } => "wrong-stage",
    Refusal::CounterShut(_) => "counter-shut",
    Refusal::CounterPaused(_) => "counter-paused",
    Refusal::CounterTaken { .. } => "counter-taken",
    Refusal::ClerkElsewhere { .. } => "clerk-elsewhere",
    Refusal::CounterBusy { .. } => "counter-busy",
    Refusal::CounterEmpty(_) => "counter-empty",
    Refusal::NotServedHere { .. } => "not-served-here",
    Refusal::RecallTooSoon { .. } => "recall-too-soon",
    Refusal::RecallLimit { .. } => "recall-limit",
    Refusal::RejoinedBefore => "rejoined-before",
    Refusal::RejoinTooLate { .. } => "rejoin-too-late",
    Refusal::CalledTooSoon { .. } => "called-too-soon",
    Refusal::HoldTime { .. } => "hold-time",
    Refusal::TransferToSelf => "transfer-to-self",
    Refusal::TransferToNobody => "transfer-to-nobody",
    Refusal::NothingToUndo => "nothing-to-undo",
    Refusal::UndoTooLate { .. } => "undo-too-late",
    Refusal::UndoOvertaken { .. } => "undo-overtaken",
    Refusal::EpochNotHigher { .. } => "epoch-not-higher",
});
