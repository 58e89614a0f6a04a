//! How many are before a ticket or a newcomer, counted from the lengths of the queues.
//!
//! The classes take turns by the rule of [`crate::policy`], so who comes before follows from a place inside the own
//! class and the lengths of the others: nothing walks a queue for a newcomer, however long it is.
//!
//! Absent: tickets of other services. They share counters, not the line; [`crate::estimate`] has them.

use crate::{
    command::{Class, Target},
    decide::Moment,
    rules::Policy,
    stage::{Place, Visit},
};

/// Tickets that wait for one target, by class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) statutory: u64,
    pub(crate) courtesy: u64,
    pub(crate) ordinary: u64,
}

/// Where a waiting ticket stands in its own queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Everyone called before it.
    pub(crate) ahead: u64,
    /// Of its own class.
    pub(crate) own_class: u64,
    /// Out of turn by law.
    pub(crate) statutory: u64,
}

impl Lengths {
    pub(crate) fn of(now: &Moment<'_>, target: &Target) -> Lengths {
        let length = |class| now.hall.queues.get(&(target.clone(), class)).map_or(0, |queue| count(queue.line.len()));
        Lengths {
            statutory: length(Class::Statutory),
            courtesy: length(Class::Courtesy),
            ordinary: length(Class::Ordinary),
        }
    }

    pub(crate) fn all(&self) -> u64 {
        self.statutory + self.courtesy + self.ordinary
    }

    pub(crate) fn of_class(&self, class: Class) -> u64 {
        match class {
            Class::Statutory => self.statutory,
            Class::Courtesy => self.courtesy,
            Class::Ordinary => self.ordinary,
        }
    }

    /// Who is called before a ticket with `own` of its own class before it. Courtesy and ordinary take turns; capped
    /// statutory lets one of each pass after every `k`.
    pub(crate) fn before(&self, policy: &Policy, class: Class, own: u64) -> u64 {
        let Policy::Classes { statutory_cap } = policy else { return self.by_arrival(class, own) };
        let cap = statutory_cap.map(|cap| u64::from(cap.get()));
        let statutory = cap.map_or(self.statutory, |cap| self.statutory.min(cap.saturating_mul(own + 1)));
        match class {
            Class::Statutory => {
                let rounds = cap.map_or(0, |cap| own / cap);
                own + self.courtesy.min(rounds) + self.ordinary.min(rounds)
            }
            Class::Courtesy => statutory + own + self.ordinary.min(own),
            Class::Ordinary => statutory + own + self.courtesy.min(own + 1),
        }
    }

    /// Everyone for who comes last; else the same part of all as of the own class.
    fn by_arrival(&self, class: Class, own: u64) -> u64 {
        let class = self.of_class(class);
        if own >= class { self.all() } else { share(self.all(), own, class) }
    }
}

/// Where a ticket stands that waits for this target at this place.
pub(crate) fn standing(now: &Moment<'_>, visit: &Visit, target: &Target, place: Place) -> Standing {
    let me = (place, visit.ticket);
    let before_me = |class| {
        let queue = now.hall.queues.get(&(target.clone(), class));
        queue.map_or(0, |queue| count(queue.line.range(..me).count()))
    };
    let own_class = before_me(visit.class);
    let lengths = Lengths::of(now, target);
    let ahead = match now.rules.policy {
        Policy::Arrival => [Class::Statutory, Class::Courtesy, Class::Ordinary].into_iter().map(before_me).sum(),
        Policy::Classes { .. } => lengths.before(&now.rules.policy, visit.class, own_class),
    };
    let statutory = match visit.class {
        Class::Statutory => 0,
        Class::Courtesy | Class::Ordinary => lengths.statutory,
    };
    Standing { ahead, own_class, statutory }
}

/// `whole × part ÷ of`, rounded up, in numbers that cannot overflow.
pub(crate) fn share(whole: u64, part: u64, of: u64) -> u64 {
    let exact = (u128::from(whole) * u128::from(part)).div_ceil(u128::from(of.max(1)));
    u64::try_from(exact).unwrap_or(u64::MAX)
}

/// A length as a count.
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
