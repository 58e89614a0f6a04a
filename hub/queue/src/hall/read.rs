//! What others ask a hall: figures, counters, current calls.

use super::{Desk, Hall};
use crate::{
    ids::CounterId,
    stage::{Stage, Visit},
    time::Time,
};

/// Tickets of the day by where they are: `issued` is the sum of the others, void numbers left out of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Every ticket of the day.
    pub issued: u32,
    /// Not yet on paper.
    pub reserved: u32,
    /// In a queue.
    pub waiting: u32,
    /// Called or being served.
    pub at_counters: u32,
    /// Set aside.
    pub held: u32,
    /// Over, served or not.
    pub closed: u32,
    /// Numbers that never came on paper: holes, not tickets.
    pub void: u32,
}

/// A ticket that is called or being served now: what the board shows.
#[derive(Debug, Clone, Copy)]
pub struct CurrentCall<'a> {
    /// The counter.
    pub counter: &'a CounterId,
    /// The ticket's visit.
    pub visit: &'a Visit,
    /// The call's number; each is announced once.
    pub call_seq: u64,
    /// When it was called last.
    pub called_at: Time,
}

impl Hall {
    /// Where the day's tickets are.
    pub fn counts(&self) -> Counts {
        let tally = self.tally;
        Counts {
            issued: self.issued.values().sum(),
            reserved: tally.reserved,
            waiting: tally.waiting,
            at_counters: tally.called + tally.serving,
            held: tally.held,
            closed: tally.closed,
            void: tally.void,
        }
    }

    /// The visit whose ticket a counter has.
    pub fn visit_at(&self, counter: &CounterId) -> Option<&Visit> {
        match self.counters.get(counter)?.desk {
            Desk::With(ticket) => self.visits.get(&ticket),
            Desk::Free { .. } | Desk::Paused { .. } => None,
        }
    }

    /// The current calls, newest first.
    pub fn calls(&self) -> Vec<CurrentCall<'_>> {
        let mut calls: Vec<_> = self.counters.keys().filter_map(|counter| self.call_at(counter)).collect();
        calls.sort_by_key(|call| std::cmp::Reverse(call.call_seq));
        calls
    }

    /// The current call at a counter.
    pub fn call_at<'a>(&'a self, counter: &'a CounterId) -> Option<CurrentCall<'a>> {
        let visit = self.visit_at(counter)?;
        match &visit.stage {
            Stage::Called { call_seq, last_at: called_at, .. } | Stage::Serving { call_seq, called_at, .. } => {
                Some(CurrentCall { counter, visit, call_seq: *call_seq, called_at: *called_at })
            }
            Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Held { .. } | Stage::Closed { .. } => None,
        }
    }
}
