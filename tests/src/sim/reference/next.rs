//! Who is next, and how many are before: by walking everybody.

use super::{Reference, Spot, Stand, Ticket};
use queue::{
    command::{Class, Target},
    ids::{CounterId, ServiceCode, TicketId},
    rules::{Duty, Policy, Rules},
};

/// A call as the reference sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who.
    pub ticket: TicketId,
    /// How long they had waited.
    pub waited_ms: i64,
    /// Whether they were next by the rule.
    pub was_next: Turn,
}

/// Whether a called ticket was next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Own,
    Before,
}

/// The first callable ticket of every line that a counter calls from.
pub type Heads<'a> = Vec<(&'a Ticket, &'a Spot)>;

impl Reference {
    /// Who a counter would call now.
    pub fn next(&self, rules: &Rules, now: i64, counter: &CounterId) -> Option<TicketId> {
        let desk = self.desks.iter().find(|desk| desk.id == *counter)?;
        let heads = self.heads(rules, now, counter);
        let waits = |class| heads.iter().any(|(ticket, _)| ticket.class == class);
        let whose = match &rules.policy {
            Policy::Arrival => None,
            Policy::Classes { statutory_cap } => {
                let patience = statutory_cap.is_some_and(|cap| desk.streak.0 >= cap.get());
                let others = waits(Class::Courtesy) || waits(Class::Ordinary);
                let courtesy_had_its_turn = desk.streak.1 > 0 && waits(Class::Ordinary);
                Some(match () {
                    () if waits(Class::Statutory) && !(patience && others) => Class::Statutory,
                    () if waits(Class::Courtesy) && !courtesy_had_its_turn => Class::Courtesy,
                    () => Class::Ordinary,
                })
            }
        };
        let of_class = heads.into_iter().filter(|(ticket, _)| whose.is_none_or(|class| ticket.class == class));
        let urgent = |(ticket, spot): &(&Ticket, &Spot)| match whose {
            None => (0, place(spot)),
            Some(_) => (urgency(rules, now, counter, (ticket, spot)), place(spot)),
        };
        of_class.min_by_key(urgent).map(|(ticket, _)| ticket.id)
    }

    pub(super) fn call(&mut self, rules: &Rules, now: i64, id: &CounterId, this: Option<TicketId>) -> Option<Call> {
        let next = self.next(rules, now, id);
        let who = this.or(next)?;
        let ticket = self.ticket(who)?.clone();
        let Stand::Waiting(spot) = &ticket.stand else { return None };
        let mut streak = self.streak_after(rules, now, id, ticket.class);
        if next != Some(who) {
            // Nobody's turn: patience that is used up is not given back by it.
            let before = self.desks.iter().find(|desk| desk.id == *id).map_or((0, 0), |desk| desk.streak);
            streak = (streak.0.max(before.0), streak.1.max(before.1));
        }
        if next == Some(who) && spot.rank == 1 && matches!(spot.wanted, Target::Service(_)) {
            self.called_up_to(&ticket, spot);
        }
        let call = Call {
            ticket: who,
            waited_ms: (now - spot.queued).max(0),
            was_next: if next == Some(who) { Turn::Own } else { Turn::Before },
        };
        let called = Ticket { stand: Stand::Called(id.clone(), spot.clone()), ..ticket.clone() };
        self.remember(id, ticket);
        self.put(called);
        if let Some(desk) = self.desks.iter_mut().find(|desk| desk.id == *id) {
            desk.streak = streak;
        }
        Some(call)
    }

    /// How many of one service are called before a ticket, or before a newcomer of a class: by calling them all, at one
    /// counter that does nothing else.
    pub fn ahead(&self, rules: &Rules, service: &ServiceCode, who: Result<TicketId, Class>) -> u32 {
        let wanted = Target::Service(service.clone());
        let mut line: Vec<InLine> = Vec::new();
        for ticket in &self.tickets {
            if let Stand::Waiting(spot) = &ticket.stand
                && spot.wanted == wanted
            {
                line.push((ticket.class, place(spot), Some(ticket.id)));
            }
        }
        if let Err(class) = who {
            line.push((class, (u8::MAX, i64::MAX, u64::MAX), None));
        }
        line.sort_by_key(|(_, place, _)| *place);
        let (mut statutory, mut courtesy, mut before) = (0, 0, 0);
        while !line.is_empty() {
            let at = match &rules.policy {
                Policy::Arrival => 0,
                Policy::Classes { statutory_cap } => {
                    let cap = statutory_cap.map_or(u32::MAX, std::num::NonZeroU32::get);
                    turn(&line, (cap, statutory, courtesy))
                }
            };
            let (class, _, id) = line.remove(at);
            if id == who.ok() {
                return before;
            }
            before += 1;
            match class {
                Class::Statutory => statutory += 1,
                Class::Courtesy => courtesy = 1,
                Class::Ordinary => (statutory, courtesy) = (0, 0),
            }
            if class == Class::Courtesy && !line.iter().any(|(class, ..)| *class == Class::Ordinary) {
                (statutory, courtesy) = (0, 0);
            }
        }
        before
    }

    fn heads(&self, rules: &Rules, now: i64, counter: &CounterId) -> Heads<'_> {
        let mut heads: Heads<'_> = Vec::new();
        let Some(desk) = self.desks.iter().find(|desk| desk.id == *counter) else { return heads };
        for ticket in &self.tickets {
            let Stand::Waiting(spot) = &ticket.stand else { continue };
            let mine = match &spot.wanted {
                Target::Service(service) => duty(rules, counter, service).is_some(),
                Target::Counter(wanted) => wanted == counter,
                Target::Clerk(wanted) => *wanted == desk.clerk,
            };
            if !mine || spot.not_before > now {
                continue;
            }
            let line = heads.iter().position(|(t, s)| t.class == ticket.class && s.wanted == spot.wanted);
            match line {
                Some(at) if place(heads[at].1) > place(spot) => heads[at] = (ticket, spot),
                Some(_) => {}
                None => heads.push((ticket, spot)),
            }
        }
        heads
    }

    fn streak_after(&self, rules: &Rules, now: i64, counter: &CounterId, called: Class) -> (u32, u32) {
        let heads = self.heads(rules, now, counter);
        let waits = |class| heads.iter().any(|(ticket, _)| ticket.class == class);
        let desk = self.desks.iter().find(|desk| desk.id == *counter);
        let (statutory, courtesy) = desk.map_or((0, 0), |desk| desk.streak);
        match called {
            Class::Courtesy if waits(Class::Ordinary) => (statutory, courtesy + 1),
            Class::Statutory if waits(Class::Ordinary) || waits(Class::Courtesy) => (statutory + 1, courtesy),
            Class::Ordinary | Class::Courtesy | Class::Statutory => (0, 0),
        }
    }

    fn called_up_to(&mut self, ticket: &Ticket, spot: &Spot) {
        let known =
            self.called_up_to.iter_mut().find(|(s, class, _)| *s == ticket.service_of(spot) && *class == ticket.class);
        match known {
            Some((_, _, since)) => *since = spot.since.max(*since),
            None => self.called_up_to.push((ticket.service_of(spot), ticket.class, spot.since)),
        }
    }
}

impl Ticket {
    fn service_of(&self, spot: &Spot) -> ServiceCode {
        match &spot.wanted {
            Target::Service(service) => service.clone(),
            Target::Counter(_) | Target::Clerk(_) => self.service.clone(),
        }
    }
}

/// A ticket in a line: its class, its place, and who it is; a newcomer is nobody yet.
type InLine = (Class, (u8, i64, u64), Option<TicketId>);

/// Whose turn it is in a line: at most `cap` statutory and one courtesy while somebody else waits.
fn turn(line: &[InLine], (cap, statutory, courtesy): (u32, u32, u32)) -> usize {
    let first = |class| line.iter().position(|(other, ..)| *other == class);
    let (law, kind, others) = (first(Class::Statutory), first(Class::Courtesy), first(Class::Ordinary));
    if let Some(at) = law
        && (statutory < cap || (kind.is_none() && others.is_none()))
    {
        return at;
    }
    match (kind, others) {
        (Some(at), None) => at,
        (Some(at), Some(_)) if courtesy == 0 => at,
        (_, Some(at)) => at,
        (None, None) => 0,
    }
}

fn place(spot: &Spot) -> (u8, i64, u64) {
    (spot.rank, spot.since, spot.order)
}

fn duty(rules: &Rules, counter: &CounterId, service: &ServiceCode) -> Option<Duty> {
    rules.counters.get(counter)?.services.get(service).copied()
}

/// 0 is called first.
fn urgency(rules: &Rules, now: i64, counter: &CounterId, (ticket, spot): (&Ticket, &Spot)) -> u8 {
    let target = rules
        .services
        .get(&ticket.service)
        .map_or(i64::MAX, |service| i64::try_from(service.target_wait.0).unwrap_or(i64::MAX));
    let waited = ((now - spot.since).max(0) - spot.held).max(0);
    let helps = match &spot.wanted {
        Target::Service(service) => duty(rules, counter, service) == Some(Duty::Secondary),
        Target::Counter(_) | Target::Clerk(_) => false,
    };
    match (spot.rank, waited > target, helps) {
        (0, _, _) => 0,
        (_, true, _) => 1,
        (_, false, false) => 2,
        (_, false, true) => 3,
    }
}
