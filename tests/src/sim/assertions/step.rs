//! What must hold after every step.

use super::Verdict;
use hub::journal::{Done, Views};
use queue::{
    command::{Class, Command, Target},
    event::{CallOrder, Event},
    hall::{Desk, Hall},
    ids::{CounterId, TicketId},
    limits,
    number::Number,
    policy,
    rules::{Policy, Rules},
    stage::{Closing, Place, Stage, Visit},
    time::Time,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whose each number of a service day is.
pub type Numbers = BTreeMap<(u32, Number), TicketId>;

/// 1. A number that was given once in a service day is never another ticket's.
pub fn no_number_twice(numbers: &mut Numbers, day: u32, number: Number, ticket: TicketId) -> Verdict {
    match numbers.insert((day, number), ticket) {
        Some(other) if other != ticket => Err(format!("{number} of day {day} is {other}'s and {ticket}'s")),
        _ => Ok(1),
    }
}

/// 2. One ticket at a counter, one counter for a ticket, and both say so.
pub fn counter_and_ticket_know_each_other(hall: &Hall) -> Verdict {
    let mut at = BTreeMap::new();
    for visit in hall.visits.values() {
        if let Some(counter) = visit.stage.counter()
            && let Some(other) = at.insert(counter, visit.ticket)
        {
            return Err(format!("counter {counter} has {other} and {}", visit.ticket));
        }
    }
    let mut desks = BTreeMap::new();
    for (id, counter) in &hall.counters {
        if let Desk::With(ticket) = counter.desk {
            desks.insert(id, ticket);
        }
    }
    if at == desks { Ok(at.len() as u64) } else { Err(format!("tickets say {at:?}, counters say {desks:?}")) }
}

/// 3. Whoever is called by the rule is the first of those who wait for the same, in the same class, and may be called.
pub fn nobody_is_passed_over(before: &Hall, at: Time, event: &Event) -> Verdict {
    let Event::Called { ticket, order: CallOrder::Next, .. } = event else { return Ok(0) };
    let Some((called, target, place)) = before.visits.get(ticket).and_then(waiting) else {
        return Err(format!("{ticket} is called and does not wait"));
    };
    let passed = before.visits.values().find(|visit| {
        visit.class == called.class
            && callable(visit, at.max(before.latest))
            && waiting(visit).is_some_and(|(_, other, earlier)| other == target && earlier < place)
    });
    match passed {
        Some(passed) => Err(format!("{} is called before {}, who came first", called.number, passed.number)),
        None => Ok(1),
    }
}

/// For each counter and class: calls in a row by which it was passed over though it could have been called; and what
/// that was before the last call.
pub type Patience = BTreeMap<CounterId, (BTreeMap<Class, u32>, BTreeMap<Class, u32>)>;

/// 4. The policy's bound, counted by looking at everybody.
pub fn nobody_starves(patience: &mut Patience, before: &Hall, rules: &Rules, (at, event): (Time, &Event)) -> Verdict {
    let (ticket, order, counter) = match event {
        Event::Called { ticket, order, counter, .. } => (ticket, order, counter),
        Event::Undone { counter, step: queue::stage::Step::Call, .. } => {
            if let Some((now, earlier)) = patience.get_mut(counter) {
                now.clone_from(earlier);
            }
            return Ok(0);
        }
        Event::CounterClosed { counter, .. } => {
            patience.remove(counter);
            return Ok(0);
        }
        _ => return Ok(0),
    };
    let Policy::Classes { statutory_cap } = &rules.policy else { return Ok(0) };
    let (Some(open), Some(called)) = (before.counters.get(counter), before.visits.get(ticket)) else {
        return Err(format!("{ticket} is called to a counter that is closed"));
    };
    let cap = statutory_cap.map(std::num::NonZeroU32::get);
    let counts = *order == CallOrder::Next && (cap.is_some() || called.class != Class::Statutory);
    let (now, _) = patience.get(counter).cloned().unwrap_or_default();
    let mut after = BTreeMap::new();
    for class in [Class::Statutory, Class::Courtesy, Class::Ordinary] {
        let could = |visit: &Visit| {
            visit.class == class
                && callable(visit, at.max(before.latest))
                && waiting(visit).is_some_and(|(_, target, _)| policy::may_call(rules, counter, open, target))
        };
        if class == called.class || !before.visits.values().any(could) {
            continue;
        }
        let times = now.get(&class).copied().unwrap_or(0) + u32::from(counts);
        let most = match (class, cap) {
            (Class::Statutory, None) => 0,
            (Class::Statutory, Some(_)) => 2,
            (Class::Courtesy, Some(k)) => 2 * k + 1,
            (Class::Ordinary, Some(k)) => k + 1,
            (Class::Courtesy | Class::Ordinary, None) => 1,
        };
        if times > most {
            return Err(format!("{class:?} is passed over {times} times at counter {counter}, at most {most}"));
        }
        after.insert(class, times);
    }
    let looked = after.len() as u64;
    patience.insert(counter.clone(), (after, now));
    Ok(looked)
}

/// 5. Over is over, but for what proves printed, who rejoins, and a step taken back.
pub fn closed_stays_closed(before: &Hall, after: &Hall, command: &Command) -> Verdict {
    let may = match command {
        Command::ConfirmPrinted { ticket, .. } | Command::RecordOffline { ticket, .. } => {
            Some((*ticket, Closing::Unprinted))
        }
        Command::Rejoin { ticket } => Some((*ticket, Closing::NoShow)),
        Command::Undo { .. } | Command::CloseDay => return Ok(0),
        _ => None,
    };
    let mut looked = 0;
    for visit in before.visits.values() {
        let Stage::Closed { closing, .. } = &visit.stage else { continue };
        let allowed = may.as_ref().is_some_and(|(ticket, why)| *ticket == visit.ticket && why == closing);
        if !allowed && after.visits.get(&visit.ticket) != Some(visit) {
            return Err(format!("{} was over ({closing:?}) and is not after {command:?}", visit.number));
        }
        looked += 1;
    }
    Ok(looked)
}

/// 6. A command that is not done leaves no trace: the hall and the journal's length before and after.
pub fn a_refusal_changes_nothing(before: (&Hall, u64), after: (&Hall, u64), command: &Command) -> Verdict {
    if before == after { Ok(1) } else { Err(format!("{command:?} was not done and changed the hall")) }
}

/// 7. The hall in memory is what the events add up to, and so are its views.
pub fn memory_is_what_was_journalled(added_up: &Hall, memory: &Hall, views: &Views) -> Verdict {
    if added_up != memory {
        return Err(format!("the events add up to another hall: {}", difference(added_up, memory)));
    }
    for visit in memory.visits.values() {
        let card = views.card(visit.ticket).ok_or_else(|| format!("{} has no row", visit.number))?;
        let stands = (visit.stage.name(), visit.number, visit.stage.counter(), &visit.service);
        let written = (card.stage, card.number, card.counter.as_ref().filter(|_| stands.2.is_some()), &card.service);
        if stands != written {
            return Err(format!("{stands:?} is written as {written:?}"));
        }
    }
    Ok(1)
}

/// 7. The journal has as many entries as there were events.
pub fn as_long_as(events: u64, entries: u64) -> Verdict {
    if events == entries {
        Ok(1)
    } else {
        Err(format!("{entries} entries in the journal, but there were {events} events"))
    }
}

/// 8. Asked again, the answer is the first one, and the journal is no longer.
pub fn same_id_same_answer(first: &Done, again: &Done, lengths: (u64, u64)) -> Verdict {
    if (first.seq, &first.events, first.at) != (again.seq, &again.events, again.at) {
        return Err(format!("first {first:?}, then {again:?}"));
    }
    if lengths.0 != lengths.1 {
        return Err(format!("{:?} made the journal longer the second time", first.events));
    }
    Ok(1)
}

/// 9. A kiosk's ticket is called only if its paper is out, or if nobody can know that it is not.
pub fn called_is_on_paper(on_paper: &BTreeSet<TicketId>, event: &Event) -> Verdict {
    match event {
        Event::Called { ticket, number, .. } | Event::Resumed { ticket, number, .. } => {
            if on_paper.contains(ticket) {
                Ok(1)
            } else {
                Err(format!("{number} is called and on no paper"))
            }
        }
        _ => Ok(0),
    }
}

/// What every counter would call, by the hub's clock and at the latest time of the hall.
pub type Lines = Vec<(CounterId, Vec<TicketId>, Vec<TicketId>)>;

/// The lines, if the clock stands before the latest time; none if it does not.
pub fn lines(hall: &Hall, rules: &Rules, at: Time) -> Lines {
    if at >= hall.latest {
        return Lines::new();
    }
    let line = |counter: &CounterId, at| queue::line(hall, rules, counter, at, usize::MAX);
    hall.counters.keys().map(|counter| (counter.clone(), line(counter, at), line(counter, hall.latest))).collect()
}

/// 13. With the clock back, every counter would call the same people in the same order.
pub fn backwards_reorders_nobody(lines: &Lines) -> Verdict {
    match lines.iter().find(|(_, by_clock, latest)| by_clock != latest) {
        Some((counter, by_clock, latest)) => Err(format!("at counter {counter}: {latest:?}, clock back: {by_clock:?}")),
        None => Ok(lines.iter().map(|(_, _, latest)| latest.len() as u64).sum()),
    }
}

/// 14. Every ticket of the day is somewhere, and void numbers are none.
pub fn issued_is_the_sum(hall: &Hall) -> Verdict {
    let counts = hall.counts();
    let count = |stages: &[&str]| {
        let there = |visit: &&Visit| stages.contains(&visit.stage.name()) && !is_void(visit);
        u32::try_from(hall.visits.values().filter(there).count()).unwrap_or(u32::MAX)
    };
    let walked = [
        count(&["reserved"]),
        count(&["waiting"]),
        count(&["called", "serving"]),
        count(&["held"]),
        count(&["closed"]),
    ];
    let said = [counts.reserved, counts.waiting, counts.at_counters, counts.held, counts.closed];
    let issued = hall.visits.values().filter(|visit| !is_void(visit)).count();
    if walked != said || usize::try_from(counts.issued) != Ok(issued) || walked.iter().sum::<u32>() != counts.issued {
        return Err(format!("{counts:?}, but walking finds {walked:?} of {issued}"));
    }
    Ok(issued as u64)
}

/// 15. The hall's own lists.
pub fn lists_stay_short(hall: &Hall) -> Verdict {
    for visit in hall.visits.values() {
        let calls = if let Stage::Called { calls, .. } = &visit.stage { *calls } else { 0 };
        let fits = visit.ways_back.len() <= limits::WAYS_BACK_MAX
            && visit.rejoined <= limits::REJOINS_MAX
            && calls <= limits::CALLS_MAX
            && visit.further.len() < limits::SERVICES_ON_TICKET_MAX;
        if !fits {
            return Err(format!("{visit:?}"));
        }
    }
    let samples = hall.learned.values().map(queue::hall::Samples::count).max().unwrap_or(0);
    if samples > limits::SAMPLES_MAX || hall.visits.len() > limits::TICKETS_PER_DAY_MAX {
        return Err(format!("{samples} samples, {} tickets", hall.visits.len()));
    }
    Ok(hall.visits.len() as u64)
}

/// 15. A length and its limit.
pub fn fits(what: &str, length: usize, limit: usize) -> Verdict {
    if length <= limit { Ok(length as u64) } else { Err(format!("{what}: {length}, at most {limit}")) }
}

fn is_void(visit: &Visit) -> bool {
    matches!(visit.stage, Stage::Closed { closing: Closing::Unprinted, .. })
}

fn waiting(visit: &Visit) -> Option<(&Visit, &Target, Place)> {
    match &visit.stage {
        Stage::Waiting { target, place, .. } => Some((visit, target, *place)),
        _ => None,
    }
}

fn callable(visit: &Visit, at: Time) -> bool {
    matches!(&visit.stage, Stage::Waiting { not_before, .. } if *not_before <= at)
}

/// Where two halls differ first, in a line a person can read.
fn difference(one: &Hall, other: &Hall) -> String {
    let of = |a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| format!("{a:?} / {b:?}");
    let visit = one.visits.iter().find(|(id, visit)| other.visits.get(id) != Some(*visit));
    if let Some((id, visit)) = visit {
        return of(visit, &other.visits.get(id));
    }
    if one.visits.len() != other.visits.len() {
        return format!("{} and {} tickets", one.visits.len(), other.visits.len());
    }
    if one.counters != other.counters {
        return of(&one.counters, &other.counters);
    }
    of(
        &(&one.day, one.epoch, one.latest, one.order, one.call_seq),
        &(&other.day, other.epoch, other.latest, other.order, other.call_seq),
    )
}
