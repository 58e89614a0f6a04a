//! The hall now, as a kiosk shows it before anyone has asked: who waits in each category, and where there is no ticket.
//!
//! From memory alone, on the journal's thread, like the live figures; in codes, because a kiosk shows it in any of five
//! languages. What a visitor is told before taking a ticket is asked again for that one service and class.

use super::{Reading, board::rfc3339, live::wait_minutes};
use crate::config::{Category, Config};
use queue::{
    calendar::{Opening, opening},
    command::Class,
    ids::ServiceCode,
    refusal::Refusal,
    time::Time,
};
use std::collections::BTreeMap;
use wire::services::{CategoryNow, HallNow, ServiceNow, ServiceState};

/// What `GET /api/v1/services` and every kiosk's home say.
pub fn hall_now(reading: &Reading<'_>, config: &Config) -> HallNow {
    let mut waits: BTreeMap<&ServiceCode, u32> = BTreeMap::new();
    for card in reading.views.cards().filter(|card| card.stage == "waiting") {
        *waits.entry(&card.service).or_default() += 1;
    }
    let waiting = |code: &ServiceCode| waits.get(code).copied().unwrap_or(0);
    let category = |category: &Category| CategoryNow {
        code: category.prefix.letter().to_string(),
        waiting: category.services.iter().map(waiting).sum(),
    };
    HallNow {
        waiting: reading.hall.counts().waiting,
        counters_open: u32::try_from(reading.hall.counters.len()).unwrap_or(u32::MAX),
        categories: config.categories().iter().map(category).collect(),
        services: reading.rules.services.keys().map(|code| service(reading, code, waiting(code))).collect(),
    }
}

fn service(reading: &Reading<'_>, code: &ServiceCode, waiting: u32) -> ServiceNow {
    let offer = queue::offer(reading.hall, reading.rules, code, Class::Ordinary, reading.at);
    let counters_open = queue::staffed(reading.hall, reading.rules, code);
    let (state, why, opens) = match &offer {
        Ok(_) if counters_open == 0 => (ServiceState::NobodyServes, None, None),
        Ok(_) => (ServiceState::Open, None, None),
        Err(refusal) => refused(reading, code, refusal),
    };
    ServiceNow {
        service: code.to_string(),
        state,
        why,
        opens: opens.map(rfc3339),
        waiting,
        wait_minutes: offer.ok().and_then(|offer| offer.wait).map(wait_minutes),
        counters_open,
    }
}

type Refused = (ServiceState, Option<String>, Option<Time>);

fn refused(reading: &Reading<'_>, code: &ServiceCode, refusal: &Refusal) -> Refused {
    match refusal {
        Refusal::ServiceSuspended { why, .. } => (ServiceState::Suspended, Some(why.to_string()), None),
        Refusal::ServiceClosed { opens, .. } => (ServiceState::Closed, None, *opens),
        Refusal::TooLateToday { .. } => (ServiceState::TooLate, None, None),
        Refusal::CapReached { .. } | Refusal::HallFull { .. } | Refusal::NumbersUsedUp { .. } => {
            (ServiceState::Full, None, None)
        }
        // No service day: the hours say when there may be one, unless they say that it could be now.
        _ => (ServiceState::Closed, None, next_opening(reading, code)),
    }
}

fn next_opening(reading: &Reading<'_>, code: &ServiceCode) -> Option<Time> {
    match opening(reading.rules, code, reading.at) {
        Opening::Open { .. } => None,
        Opening::Break { resumes } => Some(resumes),
        Opening::Shut { opens } | Opening::Holiday { opens, .. } => opens,
    }
}
