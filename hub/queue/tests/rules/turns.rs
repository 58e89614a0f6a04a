//! Who is next.

use crate::common::{Tube, counter, rules, service};
use Class::{Courtesy, Ordinary, Statutory};
use queue::{
    command::{Class, Command, Placing, Return, Target},
    event::{CallOrder, Event},
    ids::TicketId,
    rules::Policy,
    time::Span,
};
use std::num::NonZeroU32;

fn capped(cap: u32) -> Tube {
    let mut rules = rules();
    rules.policy = Policy::Classes { statutory_cap: NonZeroU32::new(cap) };
    Tube::with(rules)
}

/// Calls at counter 1 until nobody is left, serving each.
fn order(tube: &mut Tube) -> Vec<TicketId> {
    std::iter::from_fn(|| tube.serve("1", Span::seconds(30))).collect()
}

fn classes(tube: &mut Tube) -> String {
    let order = order(tube);
    order
        .iter()
        .map(|ticket| match tube.visit(*ticket).class {
            Statutory => 'S',
            Courtesy => 'C',
            Ordinary => 'O',
        })
        .collect()
}

fn arrivals(tube: &mut Tube, classes: &str) -> Vec<TicketId> {
    classes
        .chars()
        .map(|class| {
            tube.pass(Span::seconds(1));
            tube.arrive(
                "A01",
                match class {
                    'S' => Statutory,
                    'C' => Courtesy,
                    _ => Ordinary,
                },
            )
        })
        .collect()
}

#[test]
fn nobody_waits_nobody_is_called() {
    let mut tube = Tube::new();
    tube.open("1");
    assert_eq!(tube.done(Command::CallNext { counter: counter("1") }), []);
}

#[test]
fn ordinary_tickets_go_by_arrival() {
    let mut tube = Tube::new();
    tube.open("1");
    let arrived = arrivals(&mut tube, "OOOO");
    assert_eq!(order(&mut tube), arrived);
}

#[test]
fn equal_times_go_by_the_order_in_which_numbers_were_given() {
    let mut tube = Tube::new();
    tube.open("1");
    let arrived = [tube.arrive("A01", Ordinary), tube.arrive("A01", Ordinary), tube.arrive("A01", Ordinary)];
    assert_eq!(order(&mut tube), arrived);
}

#[test]
fn statutory_goes_before_all_by_arrival() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "OCSS");
    assert_eq!(classes(&mut tube), "SSCO");
}

#[test]
fn courtesy_takes_every_second_call_while_an_ordinary_ticket_waits() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "OOOCCC");
    assert_eq!(classes(&mut tube), "COCOCO");
}

#[test]
fn courtesy_alone_is_not_slowed_down_by_its_own_calls() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "CC");
    order(&mut tube);
    arrivals(&mut tube, "OC");
    assert_eq!(classes(&mut tube), "CO", "no ordinary ticket was passed over before");
}

#[test]
fn a_statutory_call_between_does_not_give_courtesy_a_second_turn() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "OOCC");
    tube.serve("1", Span::ZERO);
    arrivals(&mut tube, "S");
    assert_eq!(classes(&mut tube), "SOCO");
}

#[test]
fn without_a_cap_statutory_always_goes_first() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "OSSSSS");
    assert_eq!(classes(&mut tube), "SSSSSO");
}

#[test]
fn a_cap_lets_one_ordinary_pass_after_k_statutory() {
    let mut tube = capped(2);
    tube.open("1");
    arrivals(&mut tube, "OOSSSSS");
    assert_eq!(classes(&mut tube), "SSOSSOS");
}

#[test]
fn a_cap_of_one_alternates() {
    let mut tube = capped(1);
    tube.open("1");
    arrivals(&mut tube, "OOSSS");
    assert_eq!(classes(&mut tube), "SOSOS");
}

#[test]
fn after_k_statutory_one_courtesy_and_one_ordinary_pass() {
    let mut tube = capped(1);
    tube.open("1");
    arrivals(&mut tube, "OOCCSSS");
    assert_eq!(classes(&mut tube), "SCOSCOS");
}

#[test]
fn a_cap_lets_courtesy_pass_when_no_ordinary_ticket_waits() {
    let mut tube = capped(2);
    tube.open("1");
    arrivals(&mut tube, "CCSSSSS");
    assert_eq!(classes(&mut tube), "SSCSSCS");
}

#[test]
fn statutory_calls_while_nobody_else_waited_do_not_use_up_the_cap() {
    let mut tube = capped(2);
    tube.open("1");
    arrivals(&mut tube, "SSS");
    order(&mut tube);
    arrivals(&mut tube, "OSS");
    assert_eq!(classes(&mut tube), "SSO");
}

#[test]
fn a_chosen_ordinary_ticket_does_not_give_the_law_its_calls_anew() {
    let mut tube = capped(2);
    tube.open("1");
    let arrived = arrivals(&mut tube, "COCOOSSSSS");
    // A whole round by the rule, and of the next one the first of two calls by law.
    let by_rule = |tube: &mut Tube| tube.serve("1", Span::ZERO);
    assert_eq!(by_rule(&mut tube), Some(arrived[5]));
    assert_eq!(by_rule(&mut tube), Some(arrived[6]));
    assert_eq!(by_rule(&mut tube), Some(arrived[0]));
    assert_eq!(by_rule(&mut tube), Some(arrived[1]));
    assert_eq!(by_rule(&mut tube), Some(arrived[7]));
    let one = counter("1");
    tube.done(Command::CallThis { counter: one.clone(), ticket: arrived[4] });
    tube.done(Command::NoShow { counter: one.clone() });
    assert_eq!(tube.hall.counters[&one].streak.statutory, 1);
    assert_eq!(by_rule(&mut tube), Some(arrived[8]));
    assert_eq!(by_rule(&mut tube), Some(arrived[2]), "courtesy, not the law a third time since the ordinary call");
}

#[test]
fn each_counter_counts_its_own_turns() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let arrived = arrivals(&mut tube, "OOCC");
    assert_eq!(tube.call("1"), Some(arrived[2]));
    assert_eq!(tube.call("2"), Some(arrived[3]), "counter 2 has passed nobody over yet");
}

#[test]
fn the_streak_survives_a_pause_and_ends_with_the_shift() {
    let mut tube = Tube::new();
    tube.open("1");
    arrivals(&mut tube, "OOCCC");
    tube.serve("1", Span::ZERO);
    tube.done(Command::PauseCounter { counter: counter("1"), why: crate::common::reason("lunch") });
    tube.open("1");
    assert_eq!(tube.hall.counters[&counter("1")].streak.courtesy, 1);
    tube.done(Command::CloseCounter { counter: counter("1") });
    tube.open("1");
    assert_eq!(tube.hall.counters[&counter("1")].streak.courtesy, 0);
}

#[test]
fn primary_services_go_before_secondary_ones() {
    let mut tube = Tube::new();
    tube.open("1");
    let helped = tube.arrive("K01", Ordinary);
    tube.pass(Span::minutes(1));
    let own = tube.arrive("A01", Ordinary);
    assert_eq!(order(&mut tube), [own, helped]);
}

#[test]
fn a_secondary_ticket_past_its_target_goes_before_a_primary_one() {
    let mut tube = Tube::new();
    tube.open("1");
    let helped = tube.arrive("K01", Ordinary);
    tube.pass(Span::minutes(19));
    let own = tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(1));
    assert_eq!(tube.call("1"), Some(own), "exactly at its target is not past it");
    tube.done(Command::Undo { counter: counter("1") });
    tube.pass(Span(1));
    assert_eq!(tube.call("1"), Some(helped));
}

#[test]
fn past_target_counts_inside_the_class_only() {
    let mut tube = Tube::new();
    tube.open("1");
    let late = tube.arrive("K01", Ordinary);
    tube.pass(Span::minutes(30));
    let courtesy = tube.arrive("A01", Courtesy);
    assert_eq!(order(&mut tube), [courtesy, late]);
}

#[test]
fn two_past_target_go_by_arrival_whatever_their_duty() {
    let mut tube = Tube::new();
    tube.open("1");
    let helped = tube.arrive("K01", Ordinary);
    tube.pass(Span::minutes(1));
    let own = tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(30));
    assert_eq!(order(&mut tube), [helped, own]);
}

#[test]
fn time_set_aside_is_not_waiting() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("3");
    let held = tube.arrive("K01", Ordinary);
    tube.call("3");
    let until = Some(tube.at.plus(Span::minutes(19)));
    tube.done(Command::Hold { counter: counter("3"), why: crate::common::reason("form"), until });
    tube.pass(Span::minutes(19));
    tube.done(Command::Tick);
    let own = tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(5));
    let line = queue::line(&tube.hall, &tube.rules, &counter("1"), tube.at, 9);
    assert_eq!(line, [held, own], "it stands at the front anyway");
    let front = tube.stage(held).clone();
    let queue::stage::Stage::Waiting { held: span, .. } = front else { panic!("{front:?}") };
    assert_eq!(span, Span::minutes(19));
}

#[test]
fn the_front_of_a_class_goes_before_past_target() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let moved = tube.arrive("A02", Ordinary);
    tube.call("2");
    let late = tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(30));
    tube.done(Command::Transfer {
        counter: counter("2"),
        to: Target::Service(service("K01")),
        placing: Placing::First,
        back: Return::No,
    });
    assert_eq!(order(&mut tube), [moved, late]);
}

#[test]
fn strictly_by_arrival_ignores_classes_and_duties() {
    let mut rules = rules();
    rules.policy = Policy::Arrival;
    let mut tube = Tube::with(rules);
    tube.open("1");
    let helped = tube.arrive("K01", Ordinary);
    tube.pass(Span::seconds(1));
    let mut arrived = arrivals(&mut tube, "OCSO");
    arrived.insert(0, helped);
    assert_eq!(order(&mut tube), arrived);
}

#[test]
fn a_counter_calls_only_what_it_serves() {
    let mut tube = Tube::new();
    tube.open("3");
    tube.arrive("A01", Statutory);
    assert_eq!(tube.call("3"), None);
}

#[test]
fn the_line_is_the_order_of_the_calls() {
    let mut tube = capped(2);
    tube.open("1");
    arrivals(&mut tube, "OCSOSSOCCS");
    tube.arrive("K01", Ordinary);
    let line = queue::line(&tube.hall, &tube.rules, &counter("1"), tube.at, 100);
    assert_eq!(line.len(), 11);
    let called: Vec<_> = std::iter::from_fn(|| tube.serve("1", Span::ZERO)).collect();
    assert_eq!(line, called);
    assert_eq!(queue::line(&tube.hall, &tube.rules, &counter("2"), tube.at, 5), [], "a closed counter calls nobody");
}

#[test]
fn the_line_stops_at_its_limit() {
    let mut tube = Tube::new();
    tube.open("1");
    let arrived = arrivals(&mut tube, "OOO");
    assert_eq!(queue::line(&tube.hall, &tube.rules, &counter("1"), tube.at, 2), arrived[..2]);
}

#[test]
fn a_call_says_how_long_the_visitor_waited() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(4));
    let events = tube.done(Command::CallNext { counter: counter("1") });
    let Event::Called { waited, order, call_seq, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*waited, *order, *call_seq), (Span::minutes(4), CallOrder::Next, 1));
}
