//! Why a ticket stands where it stands.
//!
//! One reason, the one that matters most to the person who asks; the hub turns its code into a sentence. A waiting
//! ticket is told the truth of the rule: `Next` only if some open counter would really call it now.

use crate::{
    ahead::standing,
    codes::codes,
    command::Target,
    decide::Moment,
    estimate::told_count,
    hall::{Desk, Hall},
    ids::{ClerkId, CounterId, Reason, ServiceCode, TicketId},
    policy,
    rules::Rules,
    stage::{Closing, Place, Stage, Visit},
    time::Time,
};

/// Why a ticket is not being served, or that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The number waits for its paper until then.
    NotOnPaper { until: Time },
    /// The next call of some open counter.
    Next,
    /// So many of its service are called before it.
    AheadOfYou { n: u32 },
    /// First of its own class; so many who are served out of turn come before.
    StatutoryFirst { n: u32 },
    /// First of its service; the counters that serve it owe others a call before.
    OtherServicesFirst { service: ServiceCode },
    /// No counter that serves it is open.
    NobodyServes { service: ServiceCode },
    /// The counters that serve it are paused.
    ServiceCountersPaused { service: ServiceCode },
    /// It came back after a no-show and rests.
    RejoinRest { until: Time },
    /// It waits for one counter, which is busy or away.
    WaitsForCounter { counter: CounterId, n: u32 },
    /// It waits for one clerk, who is busy or away.
    WaitsForClerk { clerk: ClerkId, n: u32 },
    /// Set aside, until a time or until a clerk takes it back.
    Held { why: Reason, until: Option<Time> },
    /// Called to a counter.
    Called { counter: CounterId },
    /// At a counter.
    BeingServed { counter: CounterId },
    /// Over.
    Closed { closing: Closing },
}

/// Why this ticket stands where it stands; `None` if the hall does not know it.
pub fn why_still_waiting(hall: &Hall, rules: &Rules, ticket: TicketId, at: Time) -> Option<Why> {
    let now = Moment { hall, rules, at: at.max(hall.latest) };
    let visit = hall.visits.get(&ticket)?;
    Some(match &visit.stage {
        Stage::Reserved { until } => Why::NotOnPaper { until: *until },
        Stage::Waiting { not_before, .. } if *not_before > now.at => Why::RejoinRest { until: *not_before },
        Stage::Waiting { target, place, .. } => waits(&now, visit, target, *place),
        Stage::Called { counter, .. } => Why::Called { counter: counter.clone() },
        Stage::Serving { counter, .. } => Why::BeingServed { counter: counter.clone() },
        Stage::Held { why, until, .. } => Why::Held { why: why.clone(), until: *until },
        Stage::Closed { closing, .. } => Why::Closed { closing: closing.clone() },
    })
}

/// The truth of the rule first: whoever is next at some open counter is told so, whatever the counts say.
fn waits(now: &Moment<'_>, visit: &Visit, target: &Target, place: Place) -> Why {
    let standing = standing(now, visit, target, place);
    let callers = || now.hall.counters.iter().filter(|(id, open)| policy::may_call(now.rules, id, open, target));
    let here = || callers().filter(|(_, open)| !matches!(open.desk, Desk::Paused { .. }));
    let is_next = |id| policy::line(now.hall, now.rules, id, now.at).next();
    if here().any(|(id, _)| is_next(id).is_some_and(|next| next.visit.ticket == visit.ticket)) {
        return Why::Next;
    }
    let (n, service) = (told_count(standing.ahead), visit.service.clone());
    match target {
        Target::Counter(counter) => Why::WaitsForCounter { counter: counter.clone(), n },
        Target::Clerk(clerk) => Why::WaitsForClerk { clerk: clerk.clone(), n },
        Target::Service(_) if callers().next().is_none() => Why::NobodyServes { service },
        Target::Service(_) if here().next().is_none() => Why::ServiceCountersPaused { service },
        Target::Service(_) if standing.own_class == 0 && standing.statutory > 0 => {
            Why::StatutoryFirst { n: told_count(standing.statutory) }
        }
        Target::Service(_) if n > 0 => Why::AheadOfYou { n },
        Target::Service(_) => Why::OtherServicesFirst { service },
    }
}

codes!(Why {
    Why::NotOnPaper { .. } => "not-on-paper",
    Why::Next => "next",
    Why::AheadOfYou { .. } => "ahead-of-you",
    Why::StatutoryFirst { .. } => "statutory-first",
    Why::OtherServicesFirst { .. } => "other-services-first",
    Why::NobodyServes { .. } => "nobody-serves",
    Why::ServiceCountersPaused { .. } => "service-counters-paused",
    Why::RejoinRest { .. } => "rejoin-rest",
    Why::WaitsForCounter { .. } => "waits-for-counter",
    Why::WaitsForClerk { .. } => "waits-for-clerk",
    Why::Held { .. } => "held",
    Why::Called { .. } => "called",
    Why::BeingServed { .. } => "being-served",
    Why::Closed { closing: Closing::Served(_) } => "over-served",
    Why::Closed { closing: Closing::NoShow } => "over-no-show",
    Why::Closed { closing: Closing::CancelledByVisitor } => "over-cancelled",
    Why::Closed { closing: Closing::RemovedByStaff } => "over-removed",
    Why::Closed { closing: Closing::Unprinted } => "over-unprinted",
    Why::Closed { closing: Closing::DayClosed } => "over-day-closed",
});
