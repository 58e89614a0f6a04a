//! What a visitor is told: how many before, how long.

use crate::common::{NINE, Tube, clerk, counter, reason, rules, service, ticket};
use Class::{Courtesy, Ordinary, Statutory};
use queue::{
    command::{Class, Command, Placing, Return, Target, Wish},
    event::{Event, WaitRange},
    hall::Samples,
    ids::TicketId,
    limits::SAMPLES_MIN,
    offer,
    rules::Policy,
    standing,
    time::Span,
};
use std::num::NonZeroU32;

/// Services of ten minutes, known well enough to tell.
fn learned(tube: &mut Tube, code: &str, each: Span) {
    let mut samples = Samples::default();
    (0..SAMPLES_MIN).for_each(|_| samples.add(each));
    tube.hall.learned.insert(service(code), samples);
}

fn tube() -> Tube {
    let mut tube = Tube::new();
    learned(&mut tube, "A01", Span::minutes(10));
    learned(&mut tube, "A02", Span::minutes(10));
    learned(&mut tube, "K01", Span::minutes(10));
    tube
}

fn told(tube: &Tube, code: &str, class: Class) -> (u32, Option<(u32, u32)>) {
    let offer = offer(&tube.hall, &tube.rules, &service(code), class, tube.at).expect("an offer");
    (offer.ahead, offer.wait.map(|wait| (wait.low_min, wait.high_min)))
}

fn stands(tube: &Tube, ticket: TicketId) -> (u32, Option<(u32, u32)>) {
    let offer = standing(&tube.hall, &tube.rules, ticket, tube.at).expect("a ticket of today");
    (offer.ahead, offer.wait.map(|wait| (wait.low_min, wait.high_min)))
}

fn arrive(tube: &mut Tube, code: &str, class: Class, n: usize) -> Vec<TicketId> {
    (0..n).map(|_| tube.arrive(code, class)).collect()
}

#[test]
fn nothing_is_told_while_data_is_thin() {
    let mut tube = Tube::new();
    tube.open("1");
    assert_eq!(told(&tube, "A01", Ordinary), (0, None));
    let mut samples = Samples::default();
    (1..SAMPLES_MIN).for_each(|_| samples.add(Span::minutes(10)));
    tube.hall.learned.insert(service("A01"), samples.clone());
    assert_eq!(told(&tube, "A01", Ordinary).1, None);
    samples.add(Span::minutes(10));
    tube.hall.learned.insert(service("A01"), samples);
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((0, 5)));
}

#[test]
fn nothing_is_told_when_nobody_serves() {
    let mut tube = tube();
    tube.open("3");
    assert_eq!(told(&tube, "A01", Ordinary).1, None);
    tube.open("1");
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((0, 5)));
    tube.done(Command::PauseCounter { counter: counter("1"), why: reason("lunch") });
    assert_eq!(told(&tube, "A01", Ordinary).1, None);
}

#[test]
fn a_wait_is_a_range_rounded_up_to_five_minutes() {
    let mut tube = tube();
    tube.open("2");
    let ranges: Vec<_> = (0..5)
        .map(|_| {
            tube.arrive("A01", Ordinary);
            told(&tube, "A01", Ordinary)
        })
        .collect();
    let expected = [(1, (10, 15)), (2, (20, 25)), (3, (25, 40)), (4, (35, 50)), (5, (40, 65))];
    assert_eq!(ranges, expected.map(|(ahead, wait)| (ahead, Some(wait))));
}

#[test]
fn a_range_is_never_one_number() {
    let mut tube = tube();
    tube.open("2");
    learned(&mut tube, "A01", Span::minutes(4));
    tube.arrive("A01", Ordinary);
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((5, 10)), "3.2 and 5 minutes are both five");
}

#[test]
fn what_is_told_is_written_with_the_ticket() {
    let mut tube = tube();
    tube.open("2");
    tube.arrive("A01", Ordinary);
    let ticket = tube.fresh();
    let events = tube.done(Command::Reserve { ticket, wish: crate::common::wish("A01", Ordinary) });
    let Event::Reserved { ahead, quoted, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*ahead, *quoted), (1, Some(WaitRange { low_min: 10, high_min: 15 })));
}

#[test]
fn two_counters_halve_the_wait() {
    let mut tube = tube();
    tube.open("1");
    tube.open("2");
    arrive(&mut tube, "A01", Ordinary, 4);
    assert_eq!(told(&tube, "A01", Ordinary), (4, Some((20, 25))));
}

#[test]
fn other_services_of_the_same_counter_take_its_time() {
    let mut tube = tube();
    tube.open("2");
    arrive(&mut tube, "A02", Ordinary, 3);
    assert_eq!(told(&tube, "A01", Ordinary), (0, Some((25, 40))));
}

#[test]
fn a_secondary_service_comes_after_a_primary_one() {
    let mut tube = tube();
    tube.open("1");
    arrive(&mut tube, "K01", Ordinary, 3);
    assert_eq!(told(&tube, "A01", Ordinary), (0, Some((0, 5))), "counter 1 only helps with K01");
    arrive(&mut tube, "A01", Ordinary, 2);
    assert_eq!(told(&tube, "K01", Ordinary), (3, Some((40, 65))), "its own two and the three before");
}

#[test]
fn a_helping_counter_shares_the_work() {
    let mut tube = tube();
    tube.open("1");
    tube.open("3");
    arrive(&mut tube, "K01", Ordinary, 4);
    assert_eq!(told(&tube, "K01", Ordinary).1, Some((20, 25)), "two counters for four");
}

#[test]
fn quantities_count() {
    let mut tube = tube();
    tube.open("2");
    tube.arrive_with(Wish { quantity: 5, ..crate::common::wish("A01", Ordinary) });
    assert_eq!(told(&tube, "A01", Ordinary), (1, Some((40, 65))));
}

#[test]
fn who_is_at_a_counter_takes_what_is_left_of_the_usual_time() {
    let mut tube = tube();
    tube.open("2");
    tube.arrive_with(Wish { quantity: 4, ..crate::common::wish("A01", Ordinary) });
    tube.call("2");
    assert_eq!(told(&tube, "A01", Ordinary), (0, Some((35, 50))), "40 minutes");
    tube.done(Command::Start { counter: counter("2") });
    tube.pass(Span::minutes(20));
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((20, 25)), "20 minutes");
    tube.pass(Span::minutes(60));
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((10, 15)), "a quarter of the usual time");
}

#[test]
fn services_without_enough_samples_take_what_the_rules_expect() {
    let mut tube = Tube::new();
    learned(&mut tube, "A01", Span::minutes(2));
    tube.open("2");
    arrive(&mut tube, "A02", Ordinary, 4);
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((35, 50)), "4 × 10 expected minutes");
}

#[test]
fn out_of_turn_by_law_waits_for_its_own_class_only() {
    let mut tube = tube();
    tube.open("2");
    arrive(&mut tube, "A01", Ordinary, 5);
    arrive(&mut tube, "A02", Ordinary, 5);
    arrive(&mut tube, "A01", Statutory, 1);
    assert_eq!(told(&tube, "A01", Statutory), (1, Some((10, 15))));
}

#[test]
fn courtesy_and_ordinary_take_turns() {
    let mut tube = tube();
    tube.open("2");
    arrive(&mut tube, "A01", Ordinary, 5);
    assert_eq!(told(&tube, "A01", Courtesy).0, 0, "the next turn is courtesy's");
    arrive(&mut tube, "A01", Courtesy, 2);
    assert_eq!(told(&tube, "A01", Courtesy).0, 4, "two courtesy, two ordinary between");
    assert_eq!(told(&tube, "A01", Ordinary).0, 7);
    arrive(&mut tube, "A01", Courtesy, 10);
    assert_eq!(told(&tube, "A01", Ordinary).0, 5 + 6, "at most one courtesy before each ordinary");
    arrive(&mut tube, "A01", Statutory, 3);
    assert_eq!(told(&tube, "A01", Courtesy).0, 3 + 12 + 5);
}

#[test]
fn capped_statutory_lets_others_pass() {
    let mut rules = rules();
    rules.policy = Policy::Classes { statutory_cap: NonZeroU32::new(2) };
    let mut tube = Tube::with(rules);
    let ordinary = arrive(&mut tube, "A01", Ordinary, 1);
    arrive(&mut tube, "A01", Statutory, 6);
    assert_eq!(stands(&tube, ordinary[0]).0, 2);
    assert_eq!(told(&tube, "A01", Ordinary).0, 1 + 4);
    assert_eq!(told(&tube, "A01", Statutory).0, 6 + 1, "the one ordinary passes once");
    arrive(&mut tube, "A01", Courtesy, 9);
    assert_eq!(told(&tube, "A01", Statutory).0, 6 + 1 + 3, "a courtesy ticket after every two");
}

#[test]
fn by_arrival_everyone_before_counts() {
    let mut rules = rules();
    rules.policy = Policy::Arrival;
    let mut tube = Tube::with(rules);
    learned(&mut tube, "A01", Span::minutes(10));
    tube.open("2");
    let first = arrive(&mut tube, "A01", Ordinary, 2);
    let second = arrive(&mut tube, "A01", Statutory, 2);
    arrive(&mut tube, "A01", Courtesy, 2);
    assert_eq!(told(&tube, "A01", Statutory).0, 6);
    assert_eq!((stands(&tube, first[1]).0, stands(&tube, second[1]).0), (1, 3));
    assert_eq!(stands(&tube, first[0]).1, Some((0, 5)));
    assert_eq!(stands(&tube, first[1]).1, Some((25, 40)), "half of its class is before it, so half of all");
}

#[test]
fn a_ticket_knows_its_place() {
    let mut tube = tube();
    tube.open("2");
    let mine = arrive(&mut tube, "A01", Ordinary, 3);
    tube.pass(Span::seconds(1));
    arrive(&mut tube, "A02", Ordinary, 3);
    let places: Vec<_> = mine.iter().map(|ticket| stands(&tube, *ticket)).collect();
    assert_eq!(places, [(0, Some((0, 5))), (1, Some((10, 15))), (2, Some((20, 25)))], "later A02 come after");
    tube.pass(Span::seconds(1));
    let last = tube.arrive("A01", Ordinary);
    assert_eq!(stands(&tube, last), (3, Some((50, 75))), "three of each before");
}

#[test]
fn places_in_other_long_queues_are_extrapolated() {
    let mut tube = tube();
    tube.open("2");
    let many = queue::limits::ESTIMATE_WALK_MAX * 2;
    let mine: Vec<_> = (0..many)
        .map(|_| {
            tube.pass(Span(1));
            tube.arrive("A02", Ordinary);
            tube.arrive("A01", Ordinary)
        })
        .collect();
    let (ahead, wait) = stands(&tube, mine[many / 4]);
    assert_eq!(ahead, 200);
    assert_eq!(wait, Some((3210, 5015)), "201 of the other counted one by one");
    let (ahead, wait) = stands(&tube, mine[many * 3 / 4]);
    assert_eq!(ahead, 600);
    assert_eq!(wait, Some((9600, 15000)), "600 of the other, by the same share");
}

#[test]
fn nothing_is_promised_for_one_counter_or_clerk() {
    for to in [Target::Counter(counter("3")), Target::Clerk(clerk("clerk-3"))] {
        let mut tube = tube();
        tube.open("2");
        tube.open("3");
        let moved = arrive(&mut tube, "A01", Ordinary, 2);
        for _ in 0..2 {
            tube.call("2");
            let placing = Placing::InOrder;
            tube.done(Command::Transfer { counter: counter("2"), to: to.clone(), placing, back: Return::No });
        }
        assert_eq!((stands(&tube, moved[0]), stands(&tube, moved[1])), ((0, None), (1, None)));
    }
}

#[test]
fn who_does_not_wait_has_nobody_before() {
    let mut tube = tube();
    tube.open("2");
    let visitor = tube.arrive("A01", Ordinary);
    tube.call("2");
    assert_eq!(stands(&tube, visitor), (0, None));
    assert_eq!(standing(&tube.hall, &tube.rules, ticket(99), tube.at), None);
}

#[test]
fn an_estimate_costs_the_same_however_long_the_queue() {
    let mut tube = tube();
    tube.open("1");
    tube.open("2");
    let line = tube.hall.queues.entry((Target::Service(service("A01")), Ordinary)).or_default();
    line.pieces = 1_000_000;
    line.line.insert((queue::stage::Place { rank: queue::stage::Rank::Arrival, since: NINE, order: 1 }, ticket(1)));
    let minutes = 1_000_000 * 10 / 2;
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((minutes * 4 / 5, minutes * 5 / 4)));
}

#[test]
fn a_wait_without_end_is_still_a_range() {
    let mut tube = tube();
    tube.open("2");
    let line = tube.hall.queues.entry((Target::Service(service("A01")), Ordinary)).or_default();
    line.pieces = u64::MAX / 2;
    line.line.insert((queue::stage::Place { rank: queue::stage::Rank::Arrival, since: NINE, order: 1 }, ticket(1)));
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((u32::MAX - 5, u32::MAX)));
}

#[test]
fn an_idle_counter_of_other_services_shortens_nothing() {
    let mut tube = tube();
    tube.open("2");
    tube.open("3");
    arrive(&mut tube, "A01", Ordinary, 3);
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((25, 40)));
}

#[test]
fn a_busy_counter_of_other_services_lengthens_nothing() {
    let mut tube = tube();
    tube.open("2");
    tube.open("3");
    arrive(&mut tube, "K01", Ordinary, 30);
    arrive(&mut tube, "A01", Ordinary, 3);
    assert_eq!(told(&tube, "A01", Ordinary).1, Some((25, 40)));
}

/// Two counters, service times between 2 and 18 minutes, arrivals a little faster than they can be served: how often
/// the true wait of a visitor lies inside what they were told.
#[test]
fn most_told_waits_hold() {
    let mut chance = 1_u64;
    let mut minutes = |from: u64, until: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Span::seconds(from * 60 + (chance >> 33) % ((until - from) * 60))
    };
    let mut tube = tube();
    tube.open("1");
    tube.open("2");
    let (mut told, mut held) = (0, 0);
    let mut quoted = std::collections::BTreeMap::new();
    let mut busy = [NINE, NINE];
    for _ in 0..400 {
        let next_arrival = tube.at.plus(minutes(1, 8));
        while let Some((counter_at, free_at)) = (0..2).map(|n| (n, busy[n])).min_by_key(|(_, at)| *at) {
            if free_at > next_arrival {
                break;
            }
            tube.at = tube.at.max(free_at);
            let id = counter(if counter_at == 0 { "1" } else { "2" });
            if tube.hall.visit_at(&id).is_some() {
                tube.done(Command::Complete { counter: id.clone(), outcome: crate::common::served() });
            }
            let called = tube.done(Command::CallNext { counter: id.clone() });
            if let Some(Event::Called { ticket, waited, .. }) = called.first() {
                tube.done(Command::Start { counter: id });
                busy[counter_at] = tube.at.plus(minutes(2, 18));
                if let Some(WaitRange { low_min, high_min }) = quoted.remove(ticket) {
                    told += 1;
                    let waited = u32::try_from(waited.0.div_ceil(60_000)).unwrap();
                    held += u32::from((low_min..=high_min).contains(&waited));
                }
            } else {
                busy[counter_at] = next_arrival.plus(Span(1));
            }
        }
        tube.at = next_arrival;
        let ticket = tube.fresh();
        let events = tube.done(Command::Reserve { ticket, wish: crate::common::wish("A01", Ordinary) });
        tube.done(Command::ConfirmPrinted { ticket, number: None });
        if let Event::Reserved { quoted: Some(wait), .. } = &events[0] {
            quoted.insert(ticket, *wait);
        }
    }
    assert!(told > 300 && held * 10 >= told * 7, "{held} of {told}");
}
