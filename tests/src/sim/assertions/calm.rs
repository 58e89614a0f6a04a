//! What must hold when nothing is under way any more: reports are in, displays have caught up.

use super::Verdict;
use queue::{
    event::Event,
    hall::Hall,
    ids::TicketId,
    stage::{Closing, Stage},
};
use std::collections::{BTreeMap, BTreeSet};
use wire::board::Board;

/// A paper in somebody's hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The ticket.
    pub ticket: TicketId,
    /// The number on it.
    pub number: String,
    /// Which kiosk.
    pub kiosk: usize,
    /// The service day it belongs to: the one in which it came out, or the next one.
    pub day: u32,
    /// When it came out, in the true time.
    pub at_ms: u64,
}

/// 10. Every paper's ticket is known under its number and has joined the queue; and no paper was made twice.
pub fn paper_is_in_the_queue_once(papers: &[Paper], entered: &BTreeSet<TicketId>, hall: &Hall) -> Verdict {
    let mut made = BTreeSet::new();
    for paper in papers {
        if !made.insert(paper.ticket) {
            return Err(format!("{} came out of a printer twice", paper.number));
        }
        let visit = hall.visits.get(&paper.ticket);
        // Given up while it was printing: a visitor who left, not one who is forgotten.
        let given_up = visit.is_some_and(|visit| {
            let gone = [Closing::CancelledByVisitor, Closing::RemovedByStaff];
            matches!(&visit.stage, Stage::Closed { closing, .. } if gone.contains(closing))
        });
        if !given_up && !entered.contains(&paper.ticket) {
            return Err(format!("{} of kiosk {} is on paper and not in the queue", paper.number, paper.kiosk));
        }
        if let Some(visit) = visit {
            let void =
                matches!(visit.stage, Stage::Reserved { .. } | Stage::Closed { closing: Closing::Unprinted, .. });
            if void || visit.number.to_string() != paper.number {
                return Err(format!(
                    "{} is on paper, and in the queue as {} {}",
                    paper.number,
                    visit.number,
                    visit.stage.name()
                ));
            }
        }
    }
    Ok(papers.len() as u64)
}

/// 11. A display shows what the hub's board is.
pub fn display_equals_the_board(hub: &Board, shown: Option<&Board>) -> Verdict {
    match shown {
        Some(shown) if shown == hub => Ok(1 + hub.calls.len() as u64),
        Some(shown) => Err(format!("the hub has {hub:?}, the display shows {shown:?}")),
        None => Err("the display shows nothing".to_owned()),
    }
}

/// 11. A call, by number and moment, and how often a display announced it.
pub type Announced = BTreeMap<(u64, String), u32>;

/// 11. No call twice; and every call that stands on the board, and began after the display did, once.
pub fn each_call_is_announced_once(announced: &Announced, due: &[(u64, String)]) -> Verdict {
    if let Some((call, times)) = announced.iter().find(|(_, times)| **times > 1) {
        return Err(format!("call {} was announced {times} times", call.0));
    }
    match due.iter().find(|call| !announced.contains_key(*call)) {
        Some(missed) => Err(format!("call {} stands on the board and was never announced", missed.0)),
        None => Ok(announced.len() as u64),
    }
}

/// 12. Whether an event is the effect of a report: a ticket that joins the queue because it is on paper.
pub fn effect_of_a_report(event: &Event) -> Option<TicketId> {
    match event {
        Event::Printed { ticket, .. } | Event::Revived { ticket, .. } | Event::RecordedOffline { ticket, .. } => {
            Some(*ticket)
        }
        _ => None,
    }
}

/// 12\. One effect for each report in a service day, and those of one kiosk in the order of its papers; `effects` as
/// they came.
pub fn reports_take_effect_once_in_order(papers: &[Paper], effects: &[TicketId]) -> Verdict {
    let mut seen = BTreeSet::new();
    let place: BTreeMap<TicketId, (usize, usize)> =
        papers.iter().enumerate().map(|(nth, paper)| (paper.ticket, (paper.kiosk, nth))).collect();
    let mut latest: BTreeMap<usize, usize> = BTreeMap::new();
    for ticket in effects {
        if !seen.insert(*ticket) {
            return Err(format!("{ticket} joined the queue twice"));
        }
        let Some((kiosk, nth)) = place.get(ticket) else { continue };
        if latest.insert(*kiosk, *nth).is_some_and(|before| before > *nth) {
            return Err(format!("{ticket} of kiosk {kiosk} was reported after a later paper"));
        }
    }
    Ok(seen.len() as u64)
}

/// 12. Nothing waits in an outbox.
pub fn nothing_is_left_to_report(waiting: u32) -> Verdict {
    if waiting == 0 { Ok(1) } else { Err(format!("{waiting} reports wait")) }
}
