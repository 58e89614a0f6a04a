//! One visit, several counters.

use crate::common::{Tube, clerk, counter, served, service};
use Class::Ordinary;
use queue::{
    command::{Class, Command, Placing, Return, Target},
    event::Event,
    ids::{CounterId, TicketId},
    limits::WAYS_BACK_MAX,
    refusal::Refusal,
    stage::Stage,
    time::Span,
};

fn send(from: &str, to: Target, placing: Placing, back: Return) -> Command {
    Command::Transfer { counter: counter(from), to, placing, back }
}

fn to_service(code: &str) -> Target {
    Target::Service(service(code))
}

fn to_counter(id: &str) -> Target {
    Target::Counter(counter(id))
}

/// Called at counter 1, with counters 2 and 3 open.
fn called() -> (Tube, TicketId) {
    let mut tube = Tube::new();
    for id in ["1", "2", "3"] {
        tube.open(id);
    }
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    (tube, ticket)
}

fn target(tube: &Tube, ticket: TicketId) -> Target {
    match tube.stage(ticket) {
        Stage::Waiting { target, .. } => target.clone(),
        other => panic!("{other:?}"),
    }
}

fn finish(tube: &mut Tube, id: &str) -> Vec<Event> {
    tube.done(Command::Start { counter: counter(id) });
    tube.done(Command::Complete { counter: counter(id), outcome: served() })
}

#[test]
fn in_order_means_by_original_arrival() {
    let (mut tube, moved) = called();
    tube.pass(Span::minutes(1));
    let later = tube.arrive("K01", Ordinary);
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::No));
    assert_eq!(queue::line(&tube.hall, &tube.rules, &counter("3"), tube.at, 9), [moved, later]);
    assert_eq!(tube.visit(moved).service, service("K01"));
    assert_eq!(tube.hall.visit_at(&counter("1")), None);
}

#[test]
fn in_order_does_not_pass_who_came_before() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("3");
    let earlier = tube.arrive("K01", Ordinary);
    tube.pass(Span::minutes(1));
    let moved = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::No));
    let line = |tube: &Tube| queue::line(&tube.hall, &tube.rules, &counter("3"), tube.at, 9);
    assert_eq!(line(&tube), [earlier, moved]);
    tube.done(Command::Undo { counter: counter("1") });
    tube.done(send("1", to_service("K01"), Placing::First, Return::No));
    assert_eq!(line(&tube), [moved, earlier]);
}

#[test]
fn a_transfer_says_what_was_served_and_is_not_learned_from() {
    let (mut tube, _) = called();
    tube.done(Command::Start { counter: counter("1") });
    tube.pass(Span::minutes(4));
    let events = tube.done(send("1", to_service("K01"), Placing::InOrder, Return::No));
    let Event::Transferred { served, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*served, Span::minutes(4));
    assert!(tube.hall.learned.is_empty(), "half a service is not a service time");
}

#[test]
fn a_ticket_sent_to_a_counter_is_called_there_only() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_counter("3"), Placing::InOrder, Return::No));
    assert_eq!(tube.call("2"), None);
    assert_eq!(tube.call("3"), Some(moved), "whatever that counter serves");
    assert_eq!(tube.visit(moved).service, service("A01"));
}

#[test]
fn a_ticket_sent_to_a_clerk_is_called_where_the_clerk_sits() {
    let (mut tube, moved) = called();
    tube.done(send("1", Target::Clerk(clerk("clerk-3")), Placing::InOrder, Return::No));
    assert_eq!(tube.call("2"), None);
    assert_eq!(tube.call("3"), Some(moved));
}

#[test]
fn back_to_the_line_of_its_own_service_is_a_transfer_too() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_service("A01"), Placing::InOrder, Return::No));
    assert_eq!(tube.call("2"), Some(moved));
}

#[test]
fn a_transfer_needs_somebody_else_to_take_it() {
    let (mut tube, _) = called();
    let mut refusal = |to| tube.refused(send("1", to, Placing::First, Return::No));
    assert_eq!(refusal(to_counter("1")), Refusal::TransferToSelf);
    assert_eq!(refusal(Target::Clerk(clerk("clerk-1"))), Refusal::TransferToSelf);
    assert_eq!(refusal(to_counter("9")), Refusal::NoSuchCounter(counter("9")));
    assert_eq!(refusal(Target::Clerk(clerk("nobody"))), Refusal::TransferToNobody);
    assert_eq!(refusal(to_service("X99")), Refusal::NoSuchService(service("X99")));
    tube.done(Command::CloseCounter { counter: counter("3") });
    assert_eq!(tube.refused(send("1", to_counter("3"), Placing::First, Return::No)), Refusal::TransferToNobody);
    tube.done(send("1", to_service("K01"), Placing::First, Return::No));
}

#[test]
fn a_service_that_no_counter_has_takes_nobody() {
    let mut rules = crate::common::rules();
    rules.counters.remove(&counter("3"));
    rules.counters.get_mut(&counter("1")).unwrap().services.remove(&service("K01"));
    let mut tube = Tube::with(rules);
    tube.open("1");
    tube.arrive("A01", Ordinary);
    tube.call("1");
    assert_eq!(tube.refused(send("1", to_service("K01"), Placing::First, Return::No)), Refusal::TransferToNobody);
}

#[test]
fn nothing_is_transferred_from_an_empty_counter() {
    let mut tube = Tube::new();
    tube.open("1");
    let empty = Refusal::CounterEmpty(counter("1"));
    assert_eq!(tube.refused(send("1", to_service("K01"), Placing::First, Return::No)), empty);
}

#[test]
fn back_to_me_waits_for_the_sender_with_the_senders_service() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::BackToMe));
    tube.call("3");
    let events = finish(&mut tube, "3");
    let Event::Completed { service: done, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(done, &service("K01"));
    assert_eq!(target(&tube, moved), to_counter("1"));
    assert_eq!(tube.visit(moved).service, service("A01"));
    assert_eq!(tube.call("2"), None, "only the sender");
    assert_eq!(tube.call("1"), Some(moved));
    finish(&mut tube, "1");
    assert_eq!(tube.stage(moved).name(), "closed");
}

#[test]
fn without_back_to_me_nobody_waits_for_the_sender() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::No));
    tube.call("3");
    finish(&mut tube, "3");
    assert_eq!(tube.stage(moved).name(), "closed");
}

#[test]
fn if_the_sender_has_left_any_counter_of_the_service_serves() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::BackToMe));
    tube.call("3");
    tube.done(Command::CloseCounter { counter: counter("1") });
    finish(&mut tube, "3");
    assert_eq!(target(&tube, moved), to_service("A01"));
}

#[test]
fn ways_back_lead_back_one_by_one() {
    let (mut tube, moved) = called();
    tube.done(send("1", to_counter("2"), Placing::First, Return::BackToMe));
    tube.call("2");
    tube.done(send("2", to_counter("3"), Placing::First, Return::BackToMe));
    tube.call("3");
    finish(&mut tube, "3");
    assert_eq!(target(&tube, moved), to_counter("2"));
    tube.call("2");
    finish(&mut tube, "2");
    assert_eq!(target(&tube, moved), to_counter("1"));
    tube.call("1");
    finish(&mut tube, "1");
    assert_eq!(tube.stage(moved).name(), "closed");
}

#[test]
fn only_so_many_ways_back_are_remembered() {
    let (mut tube, moved) = called();
    for n in 0..=WAYS_BACK_MAX {
        let (from, to) = if n % 2 == 0 { ("1", "2") } else { ("2", "1") };
        tube.done(send(from, to_counter(to), Placing::First, Return::BackToMe));
        assert_eq!(tube.call(to), Some(moved));
    }
    let ways: Vec<CounterId> = tube.visit(moved).ways_back.iter().map(|way| way.counter.clone()).collect();
    assert_eq!(ways, ["2", "1", "2", "1", "2"].map(counter), "the first to ask is forgotten");
}

#[test]
fn the_way_back_comes_before_further_services() {
    let mut tube = Tube::new();
    for id in ["1", "2", "3"] {
        tube.open(id);
    }
    let mut wish = crate::common::wish("A01", Ordinary);
    wish.further = vec![service("A02")];
    let moved = tube.arrive_with(wish);
    tube.call("1");
    tube.done(send("1", to_service("K01"), Placing::InOrder, Return::BackToMe));
    tube.call("3");
    finish(&mut tube, "3");
    assert_eq!(target(&tube, moved), to_counter("1"));
    assert_eq!(tube.visit(moved).further, [service("A02")]);
    tube.call("1");
    finish(&mut tube, "1");
    assert_eq!(target(&tube, moved), to_service("A02"));
}

#[test]
fn nobody_waits_for_an_empty_chair() {
    for to in [to_counter("3"), Target::Clerk(clerk("clerk-3"))] {
        let (mut tube, moved) = called();
        let place = tube.visit(moved).arrival;
        tube.done(send("1", to, Placing::InOrder, Return::No));
        tube.pass(Span::minutes(2));
        tube.done(Command::CloseCounter { counter: counter("3") });
        assert_eq!(target(&tube, moved), to_service("A01"));
        assert_eq!(tube.stage(moved).place(), Some(place), "the place stays");
        let events = tube.done(Command::CallNext { counter: counter("2") });
        let Event::Called { waited, .. } = &events[0] else { panic!("{events:?}") };
        assert_eq!(*waited, Span::minutes(2), "one wait, however it was led");
    }
}
