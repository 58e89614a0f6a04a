//! From the hall to the clerk's page: what a counter does, who waits for it, and the clerk's own day.
//!
//! Runs on the journal's thread between two batches, so it only reads, counts and words a screenful of rows. Absent on
//! purpose: why somebody goes out of turn (the hall does not know), and the doings of any other clerk.

use super::view::{Card, CounterView, Desk, HeldRow, Pace, Pick, WaitingRow};
use crate::{
    config::{Config, Taking},
    console::words_of,
    journal::Reading,
    people::{Member, Picking},
};
use queue::{
    command::{Class, Target},
    hall,
    ids::{ClerkId, CounterId},
    limits::{CALLS_MAX, UNDO_WITHIN},
    stage::{Stage, Visit},
    time::Span,
};
use std::sync::Arc;
use words::Lang;

/// Rows of the queue that are shown; the rest is a number.
pub const ROWS_MAX: usize = 24;
/// Held tickets that are shown.
const HELD_MAX: usize = 8;

/// Who looks, at which counter, in which language.
#[derive(Clone)]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// The hall's names.
    pub config: Arc<Config>,
    /// Who.
    pub member: Arc<Member>,
    /// Where.
    pub counter: CounterId,
}

/// The page of a counter now.
pub fn counter(reading: &Reading<'_>, look: &Look) -> CounterView {
    let lang = look.lang;
    let id = look.counter.as_str();
    let open = reading.hall.counters.get(&look.counter);
    let place = words::fill(lang, "console.counters.title-of", &[("counter", id)]);
    let mut view = CounterView {
        counter: id.to_owned(),
        title: words::fill(lang, "console.now.idle", &[("counter", id)]),
        spoken: words::say(lang, "console.now.spoken-free").to_owned(),
        place,
        desk: Desk::Closed,
        desk_word: words::say(lang, "console.now.closed").to_owned(),
        desk_sentence: words::say(lang, "console.now.closed-sentence").to_owned(),
        notice: None,
        said: None,
        waiting: open.map_or(0, |open| waiting(reading, look, &open.clerk)),
        queue: queue_rows(reading, look),
        more: None,
        held: held_rows(reading, look),
        application: None,
        serving: None,
        cases: None,
        filed: Vec::new(),
        undo: open.and_then(|open| undo(reading, open, lang)),
        today: today(reading, look),
    };
    let more = view.waiting.saturating_sub(view.queue.len());
    view.more = (more > 0).then(|| words::count(lang, "console.queue.more", more as u64, &[]));
    if let Some(open) = open {
        sit(&mut view, reading, look, open);
    }
    view
}

/// What the counter does, in the state and in words.
fn sit(view: &mut CounterView, reading: &Reading<'_>, look: &Look, open: &hall::Counter) {
    let lang = look.lang;
    if open.clerk != look.member.id {
        let clerk = words_of::staff(&look.config, &open.clerk);
        view.desk = Desk::Taken;
        view.desk_word = words::say(lang, "console.now.taken").to_owned();
        view.desk_sentence = words::fill(lang, "console.now.taken-sentence", &[("clerk", clerk)]);
        return;
    }
    match &open.desk {
        hall::Desk::Free { .. } => {
            view.desk = Desk::Free;
            view.desk_word = words::say(lang, "console.now.free").to_owned();
            view.desk_sentence = words::say(lang, "console.now.free-sentence").to_owned();
        }
        hall::Desk::Paused { why, .. } => {
            view.desk = Desk::Paused;
            view.desk_word = words::say(lang, "console.now.paused").to_owned();
            view.desk_sentence = words_of::coded(lang, "hall.pause", why.as_str());
        }
        hall::Desk::With(ticket) => {
            let Some(visit) = reading.hall.visits.get(ticket) else { return };
            with(view, reading, look, visit);
        }
    }
}

fn with(view: &mut CounterView, reading: &Reading<'_>, look: &Look, visit: &Visit) {
    let lang = look.lang;
    let number = visit.number.to_string();
    let mut card = card(reading, look, visit);
    match &visit.stage {
        Stage::Called { calls, .. } => {
            let said = [("number", number.as_str()), ("service", card.service.as_str())];
            view.spoken = words::fill(lang, "console.now.spoken-called", &said);
            if *calls > 1 {
                card.stage = words::fill(lang, "console.now.called-again", &[("n", &calls.to_string())]);
                view.spoken = format!("{} {}", view.spoken, card.stage);
            }
            let left = CALLS_MAX.saturating_sub(*calls);
            let recalls_left = (left > 0).then(|| words::count(lang, "console.act.recalls", left.into(), &[]));
            view.desk = Desk::Called { card, recalls_left };
        }
        Stage::Serving { since, .. } => {
            view.spoken = words::fill(lang, "console.now.spoken-serving", &[("number", &number)]);
            let minutes = words::count(lang, "console.now.minutes", reading.at.since(*since).whole_minutes(), &[]);
            card.stage = words::fill(lang, "console.now.serving", &[("minutes", &minutes)]);
            view.desk = Desk::Serving(card);
            view.application = application(look, visit);
            view.serving = Some(visit.ticket);
            view.cases = look.config.exchange().map(|_| format!("/counters/{}/cases", look.counter));
        }
        Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Held { .. } | Stage::Closed { .. } => return,
    }
    view.title = format!("{number} · {}", view.place);
}

/// Who comes to collect a result has filed already.
fn application(look: &Look, visit: &Visit) -> Option<String> {
    match look.config.takes_applications() {
        Taking::On if look.config.form(&visit.service).is_none() => None,
        Taking::On => Some(format!("/counters/{}/application", look.counter)),
        Taking::Off => None,
    }
}

fn card(reading: &Reading<'_>, look: &Look, visit: &Visit) -> Card {
    let lang = look.lang;
    let stay = reading.views.card(visit.ticket).and_then(|card| card.stays.last());
    let waited = stay.and_then(|stay| stay.waited).unwrap_or(Span::ZERO).whole_minutes();
    let tongue: Option<Lang> = visit.language.as_str().parse().ok();
    let further: Vec<_> = visit.further.iter().map(|code| look.config.service_name(code, lang)).collect();
    let quantity = visit.quantity.to_string();
    Card {
        number: visit.number.to_string(),
        stage: words::say(lang, "console.now.called").to_owned(),
        service: look.config.service_name(&visit.service, lang).to_owned(),
        language: tongue.map_or_else(|| visit.language.to_string(), |tongue| tongue.own_name().to_owned()),
        language_tag: visit.language.as_str().to_owned(),
        waited: words::count(lang, "console.now.waited", waited, &[]),
        quantity: (visit.quantity > 1).then(|| words::fill(lang, "console.now.quantity", &[("n", &quantity)])),
        class: class(lang, visit.class),
        returns: visit
            .ways_back
            .last()
            .map(|back| words::fill(lang, "console.now.returns", &[("counter", back.counter.as_str())])),
        further: further.join(", "),
    }
}

fn queue_rows(reading: &Reading<'_>, look: &Look) -> Vec<WaitingRow> {
    let line = queue::line(reading.hall, reading.rules, &look.counter, reading.at, ROWS_MAX);
    line.iter()
        .filter_map(|ticket| reading.hall.visits.get(ticket))
        .map(|visit| waiting_row(reading, look, visit))
        .collect()
}

fn waiting_row(reading: &Reading<'_>, look: &Look, visit: &Visit) -> WaitingRow {
    let waited = waited(reading, visit);
    let target = reading.rules.services.get(&visit.service).map(|service| service.target_wait);
    WaitingRow {
        ticket: visit.ticket.to_string(),
        number: visit.number.to_string(),
        service: look.config.service_name(&visit.service, look.lang).to_owned(),
        tag: class(look.lang, visit.class),
        waited: words::count(look.lang, "console.queue.minutes", waited.whole_minutes(), &[]),
        pace: if target.is_some_and(|target| waited > target) { Pace::Late } else { Pace::InTime },
        pick: match look.member.picking {
            Picking::Allowed => Pick::Allowed,
            Picking::NotAllowed => Pick::NotAllowed,
        },
    }
}

/// From arrival until now, without holds.
fn waited(reading: &Reading<'_>, visit: &Visit) -> Span {
    match &visit.stage {
        Stage::Waiting { place, held, .. } => Span(reading.at.since(place.since).0.saturating_sub(held.0)),
        Stage::Reserved { .. }
        | Stage::Called { .. }
        | Stage::Serving { .. }
        | Stage::Held { .. }
        | Stage::Closed { .. } => Span::ZERO,
    }
}

/// Everyone in the queues this counter calls from, those resting after a no-show too.
fn waiting(reading: &Reading<'_>, look: &Look, clerk: &ClerkId) -> usize {
    let services = reading.rules.counters.get(&look.counter).into_iter().flat_map(|counter| counter.services.keys());
    let targets = services.cloned().map(Target::Service);
    let targets = targets.chain([Target::Counter(look.counter.clone()), Target::Clerk(clerk.clone())]);
    targets
        .flat_map(|target| [Class::Statutory, Class::Courtesy, Class::Ordinary].map(|class| (target.clone(), class)))
        .filter_map(|key| reading.hall.queues.get(&key))
        .map(|queue| queue.line.len())
        .sum()
}

/// Tickets set aside at this counter first, then those of its services.
fn held_rows(reading: &Reading<'_>, look: &Look) -> Vec<HeldRow> {
    if reading.hall.tally.held == 0 {
        return Vec::new();
    }
    let duties = reading.rules.counters.get(&look.counter);
    let mut held: Vec<_> = reading
        .hall
        .visits
        .values()
        .filter_map(|visit| match &visit.stage {
            Stage::Held { counter, why, since, until, .. } => {
                let here = *counter == look.counter;
                let served = duties.is_some_and(|duties| duties.services.contains_key(&visit.service));
                (here || served).then_some((!here, *since, visit, why, *until))
            }
            Stage::Reserved { .. }
            | Stage::Waiting { .. }
            | Stage::Called { .. }
            | Stage::Serving { .. }
            | Stage::Closed { .. } => None,
        })
        .collect();
    held.sort_by_key(|(elsewhere, since, ..)| (*elsewhere, *since));
    held.into_iter()
        .take(HELD_MAX)
        .map(|(_, _, visit, why, until)| HeldRow {
            ticket: visit.ticket.to_string(),
            number: visit.number.to_string(),
            why: words_of::coded(look.lang, "hall.hold", why.as_str()),
            until: match until {
                Some(until) => {
                    words::fill(look.lang, "console.held.until", &[("time", &words_of::clock(until, reading.rules))])
                }
                None => words::say(look.lang, "console.held.by-hand").to_owned(),
            },
            pick: Pick::Allowed,
        })
        .collect()
}

fn undo(reading: &Reading<'_>, open: &hall::Counter, lang: Lang) -> Option<String> {
    let last = open.last.as_ref().filter(|last| reading.at.since(last.at) <= UNDO_WITHIN)?;
    let still = reading.hall.visits.get(&last.after.ticket) == Some(&*last.after);
    still.then(|| words_of::step(lang, last.step).to_owned())
}

/// The clerk's own stays of today: how many ended with a service, how long one took, how many did not come.
fn today(reading: &Reading<'_>, look: &Look) -> Option<String> {
    let stays =
        reading.views.cards().flat_map(|card| &card.stays).filter(|stay| stay.clerk.as_ref() == Some(&look.member.id));
    let (mut served, mut absent, mut time) = (0_u64, 0_u64, Span::ZERO);
    for stay in stays {
        match stay.ending {
            Some("served") => {
                served += 1;
                time = Span(time.0 + stay.served.0);
            }
            Some("no-show") => absent += 1,
            Some(_) | None => {}
        }
    }
    if served + absent == 0 {
        return None;
    }
    let lang = look.lang;
    let mean =
        words::count(lang, "console.queue.minutes", time.0.checked_div(served).unwrap_or(0).div_ceil(60_000), &[]);
    let served = words::count(lang, "console.today.served", served, &[]);
    let names = [("served", served.as_str()), ("mean", mean.as_str()), ("absent", &absent.to_string())];
    Some(words::fill(lang, "console.today.figures", &names))
}

fn class(lang: Lang, class: Class) -> Option<String> {
    match class {
        Class::Statutory => Some(words::say(lang, "console.now.statutory").to_owned()),
        Class::Courtesy => Some(words::say(lang, "console.now.courtesy").to_owned()),
        Class::Ordinary => None,
    }
}
