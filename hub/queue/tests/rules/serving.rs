//! At the counter: start, set aside, take back, finish.

use crate::common::{Tube, clerk, counter, reason, served, service};
use Class::Ordinary;
use queue::{
    command::{Class, Command, Placing, Return, Target},
    event::Event,
    ids::TicketId,
    limits::HOLD_MAX,
    refusal::Refusal,
    stage::{Closing, Stage},
    time::{Span, Time},
};

fn one() -> queue::ids::CounterId {
    counter("1")
}

fn hold(until: Option<Time>) -> Command {
    Command::Hold { counter: one(), why: reason("form"), until }
}

fn complete() -> Command {
    Command::Complete { counter: one(), outcome: served() }
}

fn serving() -> (Tube, TicketId) {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(Command::Start { counter: one() });
    (tube, ticket)
}

#[test]
fn service_begins_once() {
    let (mut tube, visitor) = serving();
    assert_eq!(tube.refused(Command::Start { counter: one() }).code(), "wrong-stage");
    let Stage::Serving { since, call_seq, .. } = tube.stage(visitor) else { panic!() };
    assert_eq!((*since, *call_seq), (tube.at, 1));
}

#[test]
fn what_has_not_begun_is_not_finished() {
    let mut tube = Tube::new();
    tube.open("1");
    assert_eq!(tube.refused(complete()), Refusal::CounterEmpty(one()));
    tube.arrive("A01", Ordinary);
    tube.call("1");
    assert_eq!(tube.refused(complete()).code(), "wrong-stage");
}

#[test]
fn a_completion_says_how_long_it_took() {
    let (mut tube, _) = serving();
    tube.pass(Span::minutes(7));
    let events = tube.done(complete());
    let Event::Completed { served, next, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*served, next), (Span::minutes(7), &None));
}

#[test]
fn time_set_aside_is_not_service() {
    let (mut tube, visitor) = serving();
    tube.pass(Span::minutes(2));
    tube.done(hold(None));
    tube.pass(Span::minutes(10));
    tube.done(Command::Resume { counter: one(), ticket: visitor });
    tube.pass(Span::minutes(3));
    let events = tube.done(complete());
    let Event::Completed { served, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*served, Span::minutes(5));
}

#[test]
fn service_before_a_hold_is_kept_through_the_queue() {
    let (mut tube, _) = serving();
    tube.pass(Span::minutes(2));
    tube.done(hold(Some(tube.at.plus(Span::minutes(1)))));
    tube.pass(Span::minutes(1));
    tube.done(Command::Tick);
    tube.call("1");
    tube.pass(Span::minutes(1));
    tube.done(Command::Start { counter: one() });
    tube.pass(Span::minutes(3));
    let events = tube.done(complete());
    let Event::Completed { served, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*served, Span::minutes(5));
}

#[test]
fn a_called_visitor_can_be_set_aside() {
    let mut tube = Tube::new();
    tube.open("1");
    let visitor = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(hold(None));
    let Stage::Held { served, until, .. } = tube.stage(visitor) else { panic!() };
    assert_eq!((*served, *until), (Span::ZERO, None));
    assert_eq!(tube.refused(hold(None)), Refusal::CounterEmpty(one()));
}

#[test]
fn a_hold_ends_in_the_future_and_within_eight_hours() {
    let limit = Refusal::HoldTime { limit: HOLD_MAX };
    let (mut tube, _) = serving();
    assert_eq!(tube.refused(hold(Some(tube.at))), limit);
    assert_eq!(tube.refused(hold(Some(tube.at.plus(HOLD_MAX).plus(Span(1))))), limit);
    tube.done(hold(Some(tube.at.plus(HOLD_MAX))));
    let (mut tube, _) = serving();
    tube.done(hold(Some(tube.at.plus(Span(1)))));
}

#[test]
fn a_hold_that_ran_out_stands_at_the_front_of_its_class() {
    let (mut tube, visitor) = serving();
    tube.done(hold(Some(tube.at.plus(Span::minutes(5)))));
    let other = tube.arrive("A01", Ordinary);
    tube.pass(Span(Span::minutes(5).0 - 1));
    assert_eq!(tube.done(Command::Tick), []);
    tube.pass(Span(1));
    tube.done(Command::Tick);
    assert_eq!(tube.done(Command::Tick), [], "once");
    let line = queue::line(&tube.hall, &tube.rules, &one(), tube.at, 9);
    assert_eq!(line, [visitor, other]);
}

#[test]
fn a_hold_without_a_timer_ends_by_a_clerk_only() {
    let (mut tube, visitor) = serving();
    tube.done(hold(None));
    tube.pass(HOLD_MAX.and(HOLD_MAX));
    assert_eq!(tube.done(Command::Tick), []);
    tube.done(Command::Resume { counter: one(), ticket: visitor });
    assert!(matches!(tube.stage(visitor), Stage::Serving { .. }));
}

#[test]
fn a_resumed_ticket_has_no_timer_left() {
    let (mut tube, visitor) = serving();
    tube.done(hold(Some(tube.at.plus(Span::minutes(5)))));
    tube.done(Command::Resume { counter: one(), ticket: visitor });
    tube.pass(Span::minutes(5));
    assert_eq!(tube.done(Command::Tick), []);
}

#[test]
fn a_held_ticket_is_taken_back_where_its_service_is_served() {
    let (mut tube, visitor) = serving();
    tube.done(hold(None));
    tube.open("2");
    tube.open("3");
    let not_here = Refusal::NotServedHere { counter: counter("3"), service: service("A01") };
    assert_eq!(tube.refused(Command::Resume { counter: counter("3"), ticket: visitor }), not_here);
    let events = tube.done(Command::Resume { counter: counter("2"), ticket: visitor });
    let Event::Resumed { call_seq, counter: at, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*call_seq, at), (2, &counter("2")), "the board shows where to go");
    assert_eq!(tube.hall.visit_at(&counter("2")).map(|visit| visit.ticket), Some(visitor));
}

/// A ticket for A02, sent from counter 2 to the clerk of counter 3, and set aside there.
fn held_for_a_clerk() -> (Tube, TicketId) {
    let mut tube = Tube::new();
    tube.open("2");
    tube.open("3");
    let visitor = tube.arrive("A02", Ordinary);
    tube.call("2");
    let to = Target::Clerk(clerk("clerk-3"));
    tube.done(Command::Transfer { counter: counter("2"), to, placing: Placing::InOrder, back: Return::No });
    assert_eq!(tube.call("3"), Some(visitor));
    tube.done(Command::Hold { counter: counter("3"), why: reason("form"), until: None });
    tube.done(Command::CloseCounter { counter: counter("3") });
    (tube, visitor)
}

#[test]
fn the_counter_that_set_it_aside_takes_it_back_whoever_sits_there() {
    let (mut tube, visitor) = held_for_a_clerk();
    tube.done(Command::OpenCounter { counter: counter("3"), clerk: clerk("another") });
    tube.done(Command::Resume { counter: counter("3"), ticket: visitor });
}

#[test]
fn the_clerk_it_waited_for_takes_it_back_wherever_they_sit() {
    let (mut tube, visitor) = held_for_a_clerk();
    let resume = Command::Resume { counter: one(), ticket: visitor };
    tube.done(Command::OpenCounter { counter: one(), clerk: clerk("another") });
    assert_eq!(tube.refused(resume.clone()).code(), "not-served-here");
    tube.done(Command::CloseCounter { counter: one() });
    tube.done(Command::OpenCounter { counter: one(), clerk: clerk("clerk-3") });
    tube.done(resume);
}

#[test]
fn any_counter_of_its_service_takes_it_back() {
    let (mut tube, visitor) = held_for_a_clerk();
    tube.done(Command::Resume { counter: counter("2"), ticket: visitor });
}

#[test]
fn taking_back_needs_a_free_counter_and_a_held_ticket() {
    let (mut tube, visitor) = serving();
    let busy = tube.refused(Command::Resume { counter: one(), ticket: visitor });
    assert_eq!(busy.code(), "counter-busy");
    tube.done(complete());
    assert_eq!(tube.refused(Command::Resume { counter: one(), ticket: visitor }).code(), "wrong-stage");
}

#[test]
fn a_visit_with_further_services_waits_for_them_in_turn_at_its_arrival() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let mut wish = crate::common::wish("A01", Ordinary);
    wish.further = vec![service("A02"), service("K01")];
    wish.quantity = 3;
    let visitor = tube.arrive_with(wish);
    let arrival = tube.visit(visitor).arrival;
    tube.serve("1", Span::minutes(3));
    assert_eq!((&tube.visit(visitor).service, tube.visit(visitor).quantity), (&service("A02"), 1));
    assert_eq!(tube.stage(visitor).place(), Some(arrival));
    assert_eq!(tube.serve("2", Span::minutes(3)), Some(visitor));
    assert_eq!(tube.visit(visitor).service, service("K01"));
    assert_eq!(tube.serve("1", Span::minutes(3)), Some(visitor));
    assert!(matches!(tube.stage(visitor), Stage::Closed { closing: Closing::Served(_), .. }));
    assert_eq!(tube.hall.counts().issued, 1, "one visit, one ticket");
}

#[test]
fn the_next_stay_waits_anew() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let mut wish = crate::common::wish("A01", Ordinary);
    wish.further = vec![service("A02")];
    tube.arrive_with(wish);
    tube.serve("1", Span::minutes(30));
    tube.pass(Span::minutes(2));
    let events = tube.done(Command::CallNext { counter: counter("2") });
    let Event::Called { waited, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*waited, Span::minutes(2));
}

#[test]
fn learned_times_are_per_piece_and_bounded() {
    let mut tube = Tube::new();
    tube.open("1");
    let mut wish = crate::common::wish("A01", Ordinary);
    wish.quantity = 4;
    tube.arrive_with(wish);
    tube.serve("1", Span::minutes(20));
    assert_eq!(tube.hall.learned[&service("A01")].mean(), Some(Span::minutes(5)));
    tube.arrive("A01", Ordinary);
    tube.serve("1", Span::minutes(600));
    let learned = &tube.hall.learned[&service("A01")];
    assert_eq!(learned.count(), 2);
    let capped = queue::limits::SAMPLE_MAX;
    assert_eq!(
        learned.mean(),
        Some(Span((Span::minutes(5).0 + capped.0) / 2)),
        "a forgotten key is not a service time"
    );
}

#[test]
fn the_oldest_service_time_makes_room() {
    let mut samples = queue::hall::Samples::default();
    for minutes in 0..queue::limits::SAMPLES_MAX {
        samples.add(Span::minutes(u64::try_from(minutes % 2).unwrap()));
    }
    assert_eq!((samples.count(), samples.mean()), (200, Some(Span::seconds(30))));
    samples.add(Span::minutes(1));
    assert_eq!((samples.count(), samples.mean()), (200, Some(Span(101 * 60_000 / 200))));
    samples.take_back(Span::minutes(1));
    assert_eq!((samples.count(), samples.mean()), (199, Some(Span(100 * 60_000 / 199))));
    samples.take_back(Span::minutes(9));
    assert_eq!(samples.count(), 199, "only what is there");
    assert_eq!(queue::hall::Samples::default().mean(), None);
}
