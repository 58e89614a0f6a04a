//! Who is next: one pure function over the heads of a counter's queues.
//!
//! A counter calls from the queues of its services, from those who wait for this counter, and from those who wait for
//! its clerk. Inside one queue the order is the place and nothing else, so only heads are compared, and a hall with a
//! hundred thousand waiting tickets costs no more than an empty one. [`Line`] walks the queues in the order in which
//! the counter would call them; its first item is who is next, its first few are the clerk's live queue, and "was this
//! ticket next?" asks the same walk, so the three can never disagree.
//!
//! The bound (proved in `README.md`, checked in `tests/model.rs`): while an ordinary ticket can be called at a
//! counter, courtesy is called at most once between two ordinary calls, and statutory, when capped, at most `k` times.
//!
//! Absent: due appointments. They will be heads of one more queue in `Line::class`, sharing the courtesy step.

use crate::{
    command::{Class, Target},
    hall::{Counter, Hall, Queue},
    ids::{CounterId, ServiceCode, TicketId},
    rules::{Duty, Policy, Rules},
    stage::{Place, Rank, Stage, Streak, Visit},
    time::{Span, Time},
};
use std::collections::btree_set;

/// A ticket that a counter would call.
#[derive(Debug, Clone, Copy)]
pub struct NextUp<'a> {
    /// The ticket's visit.
    pub visit: &'a Visit,
    /// The counter's streak after the call.
    pub streak: Streak,
}

/// The tickets that a counter would call from now on, in that order, if nothing else happened.
#[derive(Debug)]
pub struct Line<'a> {
    hall: &'a Hall,
    rules: &'a Rules,
    at: Time,
    streak: Streak,
    queues: Vec<Source<'a>>,
}

/// One queue the counter calls from, and the first ticket of it that may be called.
#[derive(Debug)]
struct Source<'a> {
    class: Class,
    duty: Duty,
    rest: btree_set::Iter<'a, (Place, TicketId)>,
    head: Option<Head<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Head<'a> {
    visit: &'a Visit,
    place: Place,
    late: Lateness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lateness {
    InTime,
    PastTarget,
}

/// Inside a class, smaller is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Front,
    PastTarget,
    Primary,
    Secondary,
}

/// The tickets that this counter would call, in order. Empty for a counter that is closed or not configured.
pub fn line<'a>(hall: &'a Hall, rules: &'a Rules, counter: &CounterId, at: Time) -> Line<'a> {
    let mut line = Line { hall, rules, at, streak: Streak::default(), queues: Vec::new() };
    if let (Some(open), Some(duties)) = (hall.counters.get(counter), rules.counters.get(counter)) {
        line.streak = open.streak;
        for (service, duty) in &duties.services {
            line.add(&Target::Service(service.clone()), *duty);
        }
        line.add(&Target::Counter(counter.clone()), Duty::Primary);
        line.add(&Target::Clerk(open.clerk.clone()), Duty::Primary);
    }
    line
}

/// The tickets that a counter opened now for these services alone would call, in order: nobody has been passed over
/// there, and nobody waits for it or its clerk.
pub fn line_for<'a>(
    hall: &'a Hall,
    rules: &'a Rules,
    services: impl IntoIterator<Item = &'a ServiceCode>,
    at: Time,
) -> Line<'a> {
    let mut line = Line { hall, rules, at, streak: Streak::default(), queues: Vec::new() };
    for service in services {
        line.add(&Target::Service(service.clone()), Duty::Primary);
    }
    line
}

/// Whether a counter may call who waits for this target.
pub fn may_call(rules: &Rules, id: &CounterId, counter: &Counter, target: &Target) -> bool {
    match target {
        Target::Service(service) => serves(rules, id, service),
        Target::Counter(wanted) => wanted == id,
        Target::Clerk(wanted) => *wanted == counter.clerk,
    }
}

/// Whether a counter has a service among its own.
pub fn serves(rules: &Rules, counter: &CounterId, service: &ServiceCode) -> bool {
    rules.counters.get(counter).is_some_and(|counter| counter.services.contains_key(service))
}

impl<'a> Iterator for Line<'a> {
    type Item = NextUp<'a>;

    fn next(&mut self) -> Option<NextUp<'a>> {
        let class = self.class()?;
        let (index, head) = self.first_of(class)?;
        self.streak = self.streak_after(head.visit.class);
        self.advance(index);
        Some(NextUp { visit: head.visit, streak: self.streak })
    }
}

impl<'a> Line<'a> {
    /// The counter's streak if a clerk chose a ticket of this class now. It may use up the turn of its class, and gives
    /// back none: else each chosen ticket would let the capped class pass those who wait once more.
    pub fn streak_out_of_turn(&self, called: Class) -> Streak {
        let after = self.streak_after(called);
        Streak {
            statutory: after.statutory.max(self.streak.statutory),
            courtesy: after.courtesy.max(self.streak.courtesy),
        }
    }

    /// The counter's streak if it called a ticket of this class now. A class is passed over only if it could have
    /// been called: who is alone in the hall uses up nobody's patience.
    fn streak_after(&self, called: Class) -> Streak {
        let ordinary = self.waits(Class::Ordinary);
        match called {
            Class::Ordinary => Streak::default(),
            Class::Courtesy if ordinary => Streak { courtesy: self.streak.courtesy.saturating_add(1), ..self.streak },
            Class::Courtesy => Streak::default(),
            Class::Statutory if ordinary || self.waits(Class::Courtesy) => {
                Streak { statutory: self.streak.statutory.saturating_add(1), ..self.streak }
            }
            Class::Statutory => Streak::default(),
        }
    }

    fn add(&mut self, target: &Target, duty: Duty) {
        for class in [Class::Statutory, Class::Courtesy, Class::Ordinary] {
            let Some(Queue { line, .. }) = self.hall.queues.get(&(target.clone(), class)) else { continue };
            self.queues.push(Source { class, duty, rest: line.iter(), head: None });
            self.advance(self.queues.len() - 1);
        }
    }

    /// Moves a queue on to its next ticket that may be called now: who rests after a no-show is skipped.
    fn advance(&mut self, index: usize) {
        let Some(queue) = self.queues.get_mut(index) else { return };
        let (hall, rules, at) = (self.hall, self.rules, self.at);
        queue.head = queue.rest.find_map(|(place, ticket)| {
            let visit = hall.visits.get(ticket)?;
            let Stage::Waiting { not_before, held, .. } = &visit.stage else { return None };
            let late = lateness(rules, visit, Span(at.since(place.since).0.saturating_sub(held.0)));
            (*not_before <= at).then_some(Head { visit, place: *place, late })
        });
    }

    /// Whose turn it is, as a class.
    fn class(&self) -> Option<Group> {
        let Policy::Classes { statutory_cap } = self.rules.policy else { return Some(Group::All) };
        let (courtesy, ordinary) = (self.waits(Class::Courtesy), self.waits(Class::Ordinary));
        let capped = statutory_cap.is_some_and(|cap| self.streak.statutory >= cap.get());
        if self.waits(Class::Statutory) && !(capped && (courtesy || ordinary)) {
            return Some(Group::Only(Class::Statutory));
        }
        if courtesy && !(self.streak.courtesy >= 1 && ordinary) {
            return Some(Group::Only(Class::Courtesy));
        }
        ordinary.then_some(Group::Only(Class::Ordinary))
    }

    fn waits(&self, class: Class) -> bool {
        self.queues.iter().any(|queue| queue.class == class && queue.head.is_some())
    }

    fn first_of(&self, group: Group) -> Option<(usize, Head<'a>)> {
        let heads = self.queues.iter().enumerate().filter_map(|(index, queue)| Some((index, queue, queue.head?)));
        match group {
            Group::All => heads.min_by_key(|(_, _, head)| head.place),
            Group::Only(class) => heads
                .filter(|(_, queue, _)| queue.class == class)
                .min_by_key(|(_, queue, head)| (urgency(queue.duty, head), head.place)),
        }
        .map(|(index, _, head)| (index, head))
    }
}

/// Who may be called: everyone, or one class.
#[derive(Debug, Clone, Copy)]
enum Group {
    All,
    Only(Class),
}

fn lateness(rules: &Rules, visit: &Visit, waited: Span) -> Lateness {
    match rules.services.get(&visit.service) {
        Some(service) if waited > service.target_wait => Lateness::PastTarget,
        Some(_) | None => Lateness::InTime,
    }
}

fn urgency(duty: Duty, head: &Head<'_>) -> Urgency {
    match (head.place.rank, head.late, duty) {
        (Rank::Front, _, _) => Urgency::Front,
        (Rank::Arrival, Lateness::PastTarget, _) => Urgency::PastTarget,
        (Rank::Arrival, Lateness::InTime, Duty::Primary) => Urgency::Primary,
        (Rank::Arrival, Lateness::InTime, Duty::Secondary) => Urgency::Secondary,
    }
}
