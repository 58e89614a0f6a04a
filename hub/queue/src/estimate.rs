//! What a visitor is told before taking a ticket: how many are before them, and how long that may take.
//!
//! The wait comes from a small simulation: the counters that are open now share the work that is before the visitor,
//! each taking from the longest queue it serves, at the pace learned for each service. Its result is the moment at
//! which a counter of the visitor's service has nobody left before them. A long queue is walked in larger steps, so
//! an estimate costs the same with ten and with a hundred thousand waiting tickets.
//!
//! People are told a range. A wait is a sum of many service times over several counters, so its spread is small
//! beside its mean once the queue is long: 0.8 to 1.25 times the mean holds for most, and for short queues rounding up
//! to five minutes is wider than that (`tests/rules/estimates.rs` counts how often it holds). Nothing is told while fewer than [`SAMPLES_MIN`] service
//! times are known or nobody serves: a guess would be believed.
//!
//! Absent: arrivals still to come (out-of-turn visitors may lengthen a wait), breaks, and appointments.

use crate::{
    Offer,
    ahead::{Lengths, count, share, standing},
    command::{Class, Target},
    decide::{Asked, Moment},
    event::WaitRange,
    hall::{Counter, Desk},
    ids::{ServiceCode, TicketId},
    limits::{ESTIMATE_STEPS_MAX, ESTIMATE_WALK_MAX, SAMPLES_MIN, WAIT_STEP_MIN},
    rules::Duty,
    stage::{Place, Stage},
    time::Span,
};
use std::collections::BTreeMap;

/// Whose wait it is.
struct Waiter<'a> {
    service: &'a ServiceCode,
    class: Class,
    stands: Stands,
}

/// Where the waiter stands: behind everyone of the class, or at a place with so many of the class before it.
#[derive(Clone, Copy)]
enum Stands {
    Last,
    At { place: Place, own_class: u64 },
}

/// Work of one service that is before the waiter.
struct Work {
    pieces: u64,
    pace: Span,
}

/// An open counter in the simulation.
struct Window {
    free_at: Span,
    /// Which works it takes before the waiter.
    takes: Vec<usize>,
    serves_waiter: bool,
    over: bool,
}

/// What a newcomer would be told.
pub(crate) fn newcomer(now: &Moment<'_>, asked: Asked<'_>) -> Offer {
    let lengths = Lengths::of(now, &Target::Service(asked.service.clone()));
    let ahead = lengths.before(&now.rules.policy, asked.class, lengths.of_class(asked.class));
    let waiter = Waiter { service: asked.service, class: asked.class, stands: Stands::Last };
    Offer { ahead: told_count(ahead), wait: told(now, &waiter) }
}

/// What the holder of a ticket would be told. Nothing is promised for one counter or one clerk.
pub(crate) fn ticket(now: &Moment<'_>, ticket: TicketId) -> Option<Offer> {
    let visit = now.hall.visits.get(&ticket)?;
    let Stage::Waiting { target, place, .. } = &visit.stage else { return Some(Offer { ahead: 0, wait: None }) };
    let standing = standing(now, visit, target, *place);
    let stands = Stands::At { place: *place, own_class: standing.own_class };
    let wait = match target {
        Target::Service(service) => told(now, &Waiter { service, class: visit.class, stands }),
        Target::Counter(_) | Target::Clerk(_) => None,
    };
    Some(Offer { ahead: told_count(standing.ahead), wait })
}

/// How long until a newcomer would be served to the end; if nobody serves, as if one counter did.
pub(crate) fn clearance(now: &Moment<'_>, asked: Asked<'_>) -> Span {
    let waiter = Waiter { service: asked.service, class: asked.class, stands: Stands::Last };
    let own = times(pace(now, asked.service), u64::from(asked.quantity));
    wait(now, &waiter).unwrap_or_else(|| alone(now, &waiter)).and(own)
}

fn told(now: &Moment<'_>, waiter: &Waiter<'_>) -> Option<WaitRange> {
    let samples = now.hall.learned.get(waiter.service)?;
    if samples.count() < SAMPLES_MIN { None } else { wait(now, waiter).map(range) }
}

/// From 0.8 to 1.25 times the mean, each rounded up, never one number.
fn range(mean: Span) -> WaitRange {
    let up = |ms: u64| {
        let steps = u32::try_from(ms.div_ceil(u64::from(WAIT_STEP_MIN) * 60_000)).unwrap_or(u32::MAX);
        steps.saturating_mul(WAIT_STEP_MIN).min(u32::MAX - WAIT_STEP_MIN)
    };
    let low_min = up(mean.0.saturating_mul(4) / 5);
    let high_min = up(mean.0.saturating_mul(5) / 4).max(low_min + WAIT_STEP_MIN);
    WaitRange { low_min, high_min }
}

/// The mean wait; `None` if no open counter serves.
fn wait(now: &Moment<'_>, waiter: &Waiter<'_>) -> Option<Span> {
    let mut works = Vec::new();
    let mut index = BTreeMap::new();
    for (service, lengths, pieces) in queues(now) {
        let before = before(now, waiter, (service, &lengths));
        let pieces = share(pieces, before, lengths.all());
        index.insert(service, works.len());
        works.push(Work { pieces, pace: pace(now, service) });
    }
    let windows = windows(now, waiter, &index);
    windows.iter().any(|window| window.serves_waiter).then(|| simulate(windows, works))
}

/// As if one counter served this service and nothing else.
fn alone(now: &Moment<'_>, waiter: &Waiter<'_>) -> Span {
    let before = queues(now).into_iter().find(|(service, ..)| *service == waiter.service);
    let pieces = before.map_or(0, |(service, lengths, pieces)| {
        share(pieces, self::before(now, waiter, (service, &lengths)), lengths.all())
    });
    times(pace(now, waiter.service), pieces)
}

/// Services with waiting tickets: how many, and how much work. Empty queues are not in the hall.
fn queues<'a>(now: &Moment<'a>) -> Vec<(&'a ServiceCode, Lengths, u64)> {
    let mut found: Vec<(&ServiceCode, Lengths, u64)> = Vec::new();
    for ((target, class), queue) in &now.hall.queues {
        let Target::Service(service) = target else { continue };
        if found.last().is_none_or(|(last, ..)| *last != service) {
            found.push((service, Lengths::default(), 0));
        }
        let Some((_, lengths, pieces)) = found.last_mut() else { continue };
        match class {
            Class::Statutory => lengths.statutory = count(queue.line.len()),
            Class::Courtesy => lengths.courtesy = count(queue.line.len()),
            Class::Ordinary => lengths.ordinary = count(queue.line.len()),
        }
        *pieces += queue.pieces;
    }
    found
}

/// How many of a service's tickets come before the waiter.
fn before(now: &Moment<'_>, waiter: &Waiter<'_>, queue: (&ServiceCode, &Lengths)) -> u64 {
    let (service, lengths) = queue;
    let length = lengths.of_class(waiter.class);
    let own = match waiter.stands {
        Stands::Last => length,
        Stands::At { place, own_class } => earlier(now, waiter, (service, place)).unwrap_or_else(|| {
            let same = Lengths::of(now, &Target::Service(waiter.service.clone())).of_class(waiter.class);
            share(length, own_class, same)
        }),
    };
    lengths.before(&now.rules.policy, waiter.class, own)
}

/// Tickets of a service and the same class with an earlier place, if they are few enough to count.
fn earlier(now: &Moment<'_>, waiter: &Waiter<'_>, other: (&ServiceCode, Place)) -> Option<u64> {
    let (service, place) = other;
    let queue = now.hall.queues.get(&(Target::Service(service.clone()), waiter.class));
    let line = queue.into_iter().flat_map(|queue| &queue.line).take(ESTIMATE_WALK_MAX);
    let earlier = line.take_while(|(other, _)| *other < place).count();
    (earlier < ESTIMATE_WALK_MAX).then(|| count(earlier))
}

/// A counter whose own duty for the waiter's service is primary helps others only after the waiter.
fn windows(now: &Moment<'_>, waiter: &Waiter<'_>, index: &BTreeMap<&ServiceCode, usize>) -> Vec<Window> {
    let mut windows = Vec::new();
    for (id, counter) in &now.hall.counters {
        let (Some(free_at), Some(rules)) = (busy_for(now, counter), now.rules.counters.get(id)) else { continue };
        let duty = rules.services.get(waiter.service).copied();
        let latest = duty.unwrap_or(Duty::Secondary);
        let takes = rules.services.iter().filter(|(_, duty)| **duty <= latest);
        let takes = takes.filter_map(|(service, _)| index.get(service).copied()).collect();
        windows.push(Window { free_at, takes, serves_waiter: duty.is_some(), over: false });
    }
    windows
}

/// How long until a counter is free: `None` while its clerk is away. A visit that takes longer than usual is expected
/// to take a quarter of the usual time more.
fn busy_for(now: &Moment<'_>, counter: &Counter) -> Option<Span> {
    let visit = match &counter.desk {
        Desk::Paused { .. } => return None,
        Desk::Free { .. } => return Some(Span::ZERO),
        Desk::With(ticket) => now.hall.visits.get(ticket)?,
    };
    let usual = times(pace(now, &visit.service), u64::from(visit.quantity));
    let served = visit.stage.served_until(now.at);
    Some(Span(usual.0.saturating_sub(served.0).max(usual.0 / 4)))
}

/// Lets the counter that is free first take from its longest queue, until one that serves the waiter has nothing left
/// to take.
fn simulate(mut windows: Vec<Window>, mut works: Vec<Work>) -> Span {
    let all: u64 = works.iter().map(|work| work.pieces).sum();
    let step = all.div_ceil(ESTIMATE_STEPS_MAX).max(1);
    let mut last = Span::ZERO;
    while let Some(window) = windows.iter_mut().filter(|window| !window.over).min_by_key(|window| window.free_at) {
        last = window.free_at;
        let longest = window.takes.iter().copied().max_by_key(|work| works.get(*work).map_or(0, |work| work.pieces));
        match longest.and_then(|work| works.get_mut(work)).filter(|work| work.pieces > 0) {
            Some(work) => {
                let taken = work.pieces.min(step);
                work.pieces -= taken;
                window.free_at = window.free_at.and(times(work.pace, taken));
            }
            None if window.serves_waiter => return last,
            None => window.over = true,
        }
    }
    last
}

/// How long one piece takes: as learned, or as the rules expect until enough is learned.
fn pace(now: &Moment<'_>, service: &ServiceCode) -> Span {
    let learned = now.hall.learned.get(service).filter(|samples| samples.count() >= SAMPLES_MIN);
    let expected = || now.rules.services.get(service).map_or(Span::ZERO, |service| service.expected);
    learned.and_then(|samples| samples.mean()).unwrap_or_else(expected)
}

fn times(span: Span, n: u64) -> Span {
    Span(span.0.saturating_mul(n))
}

/// As people are told numbers.
pub(crate) fn told_count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
