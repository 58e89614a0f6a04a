//! Transfers: this stay ends, another begins under the same number.

use super::{Moment, Open, wrong_stage};
use crate::{
    command::{Placing, Return, Target},
    event::Event,
    ids::CounterId,
    policy,
    refusal::Refusal,
    stage::{Place, Rank, Stage, Visit},
};

/// What the clerk asks for.
pub(super) struct Wanted<'a> {
    pub(super) to: &'a Target,
    pub(super) placing: Placing,
    pub(super) back: Return,
}

pub(super) fn transfer(now: &Moment<'_>, counter: &CounterId, wanted: &Wanted<'_>) -> Result<Vec<Event>, Refusal> {
    let (open, visit) = now.with_ticket(counter)?;
    let (Stage::Called { .. } | Stage::Serving { .. }) = &visit.stage else { return Err(wrong_stage(visit)) };
    somebody_takes_it(now, &open, wanted.to)?;
    let rank = match wanted.placing {
        Placing::First => Rank::Front,
        Placing::InOrder => Rank::Arrival,
    };
    Ok(vec![Event::Transferred {
        ticket: visit.ticket,
        number: visit.number,
        counter: counter.clone(),
        to: wanted.to.clone(),
        service: service_of(wanted.to, visit),
        place: Place { rank, ..visit.arrival },
        back: wanted.back,
        served: visit.stage.served_until(now.at),
    }])
}

/// To a service that some counter of the hall has, to another counter or clerk that is here now. Back to the line of
/// its own service is allowed: a colleague may call it.
fn somebody_takes_it(now: &Moment<'_>, from: &Open<'_>, to: &Target) -> Result<(), Refusal> {
    match to {
        Target::Service(service) => {
            now.service(service)?;
            let served = now.rules.counters.keys().any(|counter| policy::serves(now.rules, counter, service));
            if served { Ok(()) } else { Err(Refusal::TransferToNobody) }
        }
        Target::Counter(counter) if counter == from.id => Err(Refusal::TransferToSelf),
        Target::Counter(counter) => {
            now.configured(counter)?;
            if now.hall.counters.contains_key(counter) { Ok(()) } else { Err(Refusal::TransferToNobody) }
        }
        Target::Clerk(clerk) if clerk == from.clerk => Err(Refusal::TransferToSelf),
        Target::Clerk(clerk) => {
            let here = now.hall.counters.values().any(|counter| counter.clerk == *clerk);
            if here { Ok(()) } else { Err(Refusal::TransferToNobody) }
        }
    }
}

fn service_of(to: &Target, visit: &Visit) -> crate::ids::ServiceCode {
    match to {
        Target::Service(service) => service.clone(),
        Target::Counter(_) | Target::Clerk(_) => visit.service.clone(),
    }
}
