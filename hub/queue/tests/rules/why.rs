//! Why a ticket still waits.

use crate::common::{Tube, clerk, counter, reason, served, service, ticket, wish};
use Class::{Courtesy, Ordinary, Statutory};
use queue::{
    command::{CancelledBy, Class, Command, Placing, Return, Target},
    ids::TicketId,
    limits::{CONFIRM_WITHIN, REJOIN_REST},
    stage::Closing,
    time::Span,
    why::Why,
    why_still_waiting,
};

fn why(tube: &Tube, ticket: TicketId) -> Why {
    why_still_waiting(&tube.hall, &tube.rules, ticket, tube.at).expect("a ticket of today")
}

fn one() -> queue::ids::CounterId {
    counter("1")
}

#[test]
fn an_unknown_ticket_has_no_reason() {
    let tube = Tube::new();
    assert_eq!(why_still_waiting(&tube.hall, &tube.rules, ticket(9), tube.at), None);
}

#[test]
fn a_reserved_number_waits_for_its_paper() {
    let mut tube = Tube::new();
    let ticket = tube.fresh();
    tube.done(Command::Reserve { ticket, wish: wish("A01", Ordinary) });
    assert_eq!(why(&tube, ticket), Why::NotOnPaper { until: tube.at.plus(CONFIRM_WITHIN) });
}

#[test]
fn nobody_serves_or_those_who_do_are_away() {
    let mut tube = Tube::new();
    let ticket = tube.arrive("A01", Ordinary);
    tube.open("3");
    assert_eq!(why(&tube, ticket), Why::NobodyServes { service: service("A01") });
    tube.open("1");
    tube.done(Command::PauseCounter { counter: one(), why: reason("lunch") });
    assert_eq!(why(&tube, ticket), Why::ServiceCountersPaused { service: service("A01") });
    tube.open("2");
    assert_eq!(why(&tube, ticket), Why::Next);
}

#[test]
fn those_before_are_counted() {
    let mut tube = Tube::new();
    tube.open("1");
    let tickets = [0, 1, 2].map(|_| tube.arrive("A01", Ordinary));
    let whys = tickets.map(|ticket| why(&tube, ticket));
    assert_eq!(whys, [Why::Next, Why::AheadOfYou { n: 1 }, Why::AheadOfYou { n: 2 }]);
}

#[test]
fn the_first_of_a_class_hears_of_those_served_by_law() {
    let mut tube = Tube::new();
    tube.open("1");
    let first = tube.arrive("A01", Ordinary);
    let second = tube.arrive("A01", Ordinary);
    let courtesy = tube.arrive("A01", Courtesy);
    let by_law = tube.arrive("A01", Statutory);
    tube.arrive("A01", Statutory);
    assert_eq!(why(&tube, first), Why::StatutoryFirst { n: 2 });
    assert_eq!(why(&tube, courtesy), Why::StatutoryFirst { n: 2 });
    assert_eq!(why(&tube, second), Why::AheadOfYou { n: 4 });
    assert_eq!(why(&tube, by_law), Why::Next);
}

#[test]
fn the_first_ordinary_ticket_behind_courtesy_has_one_before_it() {
    let mut tube = Tube::new();
    tube.open("1");
    let first = tube.arrive("A01", Ordinary);
    let courtesy = [tube.arrive("A01", Courtesy), tube.arrive("A01", Courtesy)];
    assert_eq!(why(&tube, first), Why::AheadOfYou { n: 1 });
    assert_eq!(why(&tube, courtesy[1]), Why::AheadOfYou { n: 2 });
    tube.serve("1", Span::ZERO);
    assert_eq!(why(&tube, first), Why::Next, "the counter owes it a call");
}

#[test]
fn first_of_its_service_but_the_counter_owes_others_a_call() {
    let mut tube = Tube::new();
    tube.open("1");
    let helped = tube.arrive("K01", Ordinary);
    tube.arrive("A01", Ordinary);
    assert_eq!(why(&tube, helped), Why::OtherServicesFirst { service: service("K01") });
    tube.open("3");
    assert_eq!(why(&tube, helped), Why::Next);
}

#[test]
fn one_counter_or_one_clerk_is_waited_for() {
    for (to, expected) in [
        (Target::Counter(counter("2")), Why::WaitsForCounter { counter: counter("2"), n: 0 }),
        (Target::Clerk(clerk("clerk-2")), Why::WaitsForClerk { clerk: clerk("clerk-2"), n: 0 }),
    ] {
        let mut tube = Tube::new();
        tube.open("1");
        tube.open("2");
        let moved = tube.arrive("A01", Ordinary);
        tube.call("1");
        let placing = Placing::InOrder;
        tube.done(Command::Transfer { counter: one(), to, placing, back: Return::No });
        assert_eq!(why(&tube, moved), Why::Next);
        tube.done(Command::PauseCounter { counter: counter("2"), why: reason("lunch") });
        assert_eq!(why(&tube, moved), expected);
    }
}

#[test]
fn a_rejoined_ticket_rests() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::Rejoin { ticket });
    assert_eq!(why(&tube, ticket), Why::RejoinRest { until: tube.at.plus(REJOIN_REST) });
    tube.pass(Span(REJOIN_REST.0 - 1));
    assert_eq!(why(&tube, ticket).code(), "rejoin-rest");
    tube.pass(Span(1));
    assert_eq!(why(&tube, ticket), Why::Next);
}

#[test]
fn every_other_stage_says_itself() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    assert_eq!(why(&tube, ticket), Why::Called { counter: one() });
    tube.done(Command::Start { counter: one() });
    assert_eq!(why(&tube, ticket), Why::BeingServed { counter: one() });
    let until = Some(tube.at.plus(Span::minutes(5)));
    tube.done(Command::Hold { counter: one(), why: reason("form"), until });
    assert_eq!(why(&tube, ticket), Why::Held { why: reason("form"), until });
    tube.done(Command::Resume { counter: one(), ticket });
    tube.done(Command::Complete { counter: one(), outcome: served() });
    assert_eq!(why(&tube, ticket).code(), "over-served");
    let given_up = tube.arrive("A01", Ordinary);
    tube.done(Command::Cancel { ticket: given_up, by: CancelledBy::Visitor });
    assert_eq!(why(&tube, given_up), Why::Closed { closing: Closing::CancelledByVisitor });
}

#[test]
fn the_time_asked_about_is_never_before_the_halls() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::Rejoin { ticket });
    tube.pass(REJOIN_REST);
    tube.done(Command::SuspendService { service: service("K01"), why: reason("x") });
    let earlier = tube.at.minus(Span::minutes(60));
    assert_eq!(why_still_waiting(&tube.hall, &tube.rules, ticket, earlier), Some(Why::Next));
    assert_eq!(queue::line(&tube.hall, &tube.rules, &one(), earlier, 9), [ticket]);
}
