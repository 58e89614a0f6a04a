//! Calls again, out of order, to nobody; and coming back.

use crate::common::{Tube, clerk, counter, reason, service, ticket};
use Class::{Courtesy, Ordinary, Statutory};
use queue::{
    command::{Class, Command, Placing, Return, Target},
    event::{CallOrder, Event},
    ids::TicketId,
    limits::{RECALL_AFTER, REJOIN_REST, REJOIN_WITHIN},
    refusal::Refusal,
    stage::{Closing, Stage},
    time::Span,
};

fn one() -> queue::ids::CounterId {
    counter("1")
}

fn recall() -> Command {
    Command::Recall { counter: one() }
}

fn this(ticket: TicketId) -> Command {
    Command::CallThis { counter: one(), ticket }
}

fn called() -> (Tube, TicketId) {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    (tube, ticket)
}

fn no_show() -> (Tube, TicketId) {
    let (mut tube, ticket) = called();
    tube.done(Command::NoShow { counter: one() });
    (tube, ticket)
}

#[test]
fn a_visitor_is_called_again_after_ten_seconds_and_not_before() {
    let (mut tube, _) = called();
    assert_eq!(tube.refused(recall()), Refusal::RecallTooSoon { wait: RECALL_AFTER });
    tube.pass(Span(RECALL_AFTER.0 - 1));
    assert_eq!(tube.refused(recall()), Refusal::RecallTooSoon { wait: Span(1) });
    tube.pass(Span(1));
    let events = tube.done(recall());
    let Event::Recalled { call_seq, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*call_seq, 2, "a recall is announced again, so it has its own number");
}

#[test]
fn a_visitor_is_called_four_times_at_most() {
    let (mut tube, _) = called();
    for _ in 0..3 {
        tube.pass(RECALL_AFTER);
        tube.done(recall());
    }
    tube.pass(RECALL_AFTER);
    assert_eq!(tube.refused(recall()), Refusal::RecallLimit { limit: 4 });
}

#[test]
fn ten_seconds_count_from_the_last_call() {
    let (mut tube, _) = called();
    tube.pass(RECALL_AFTER);
    tube.done(recall());
    tube.pass(Span(RECALL_AFTER.0 - 1));
    assert_eq!(tube.refused(recall()).code(), "recall-too-soon");
}

#[test]
fn a_recall_keeps_the_first_call_and_shows_the_last() {
    let (mut tube, visitor) = called();
    let first = tube.at;
    tube.pass(RECALL_AFTER);
    tube.done(recall());
    let Stage::Called { first_at, last_at, calls, call_seq, .. } = tube.stage(visitor) else { panic!() };
    assert_eq!((*first_at, *last_at, *calls, *call_seq), (first, tube.at, 2, 2));
    let calls = tube.hall.calls();
    assert_eq!((calls[0].call_seq, calls[0].called_at), (2, tube.at));
}

#[test]
fn who_is_being_served_is_not_called_again() {
    let (mut tube, _) = called();
    tube.done(Command::Start { counter: one() });
    tube.pass(RECALL_AFTER);
    assert_eq!(tube.refused(recall()).code(), "wrong-stage");
    assert_eq!(tube.refused(Command::NoShow { counter: one() }).code(), "wrong-stage");
}

#[test]
fn a_counter_has_one_ticket_at_most() {
    let (mut tube, visitor) = called();
    let number = tube.visit(visitor).number;
    let other = tube.arrive("A01", Ordinary);
    let busy = Refusal::CounterBusy { counter: one(), number };
    assert_eq!(tube.refused(Command::CallNext { counter: one() }), busy);
    assert_eq!(tube.refused(this(other)), busy);
}

#[test]
fn nobody_is_called_twice() {
    let (mut tube, visitor) = called();
    tube.open("2");
    assert_eq!(tube.call("2"), None);
    let refusal = tube.refused(Command::CallThis { counter: counter("2"), ticket: visitor });
    assert_eq!(refusal.code(), "wrong-stage");
}

#[test]
fn calls_need_an_open_counter() {
    let mut tube = Tube::new();
    tube.arrive("A01", Ordinary);
    assert_eq!(tube.refused(Command::CallNext { counter: one() }), Refusal::CounterShut(one()));
    assert_eq!(tube.refused(recall()), Refusal::CounterShut(one()));
    let nowhere = counter("9");
    assert_eq!(tube.refused(Command::CallNext { counter: nowhere.clone() }), Refusal::NoSuchCounter(nowhere));
    tube.open("1");
    assert_eq!(tube.refused(recall()), Refusal::CounterEmpty(one()));
    tube.done(Command::PauseCounter { counter: one(), why: reason("lunch") });
    assert_eq!(tube.refused(Command::CallNext { counter: one() }), Refusal::CounterPaused(one()));
    assert_eq!(tube.refused(recall()), Refusal::CounterEmpty(one()));
}

#[test]
fn choosing_a_ticket_out_of_order_is_counted() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Ordinary);
    let second = tube.arrive("A01", Ordinary);
    let events = tube.done(this(second));
    let Event::Called { order, ticket, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*order, *ticket), (CallOrder::OutOfOrder, second));
}

#[test]
fn choosing_who_is_next_is_not_out_of_order() {
    let mut tube = Tube::new();
    tube.open("1");
    let first = tube.arrive("A01", Ordinary);
    tube.arrive("A01", Ordinary);
    let events = tube.done(this(first));
    let Event::Called { order, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*order, CallOrder::Next);
}

#[test]
fn a_chosen_courtesy_ticket_uses_up_the_counters_courtesy_turn() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Courtesy);
    let chosen = tube.arrive("A01", Courtesy);
    let ordinary = tube.arrive("A01", Ordinary);
    tube.done(this(chosen));
    tube.done(Command::NoShow { counter: one() });
    assert_eq!(tube.call("1"), Some(ordinary));
}

#[test]
fn choosing_needs_a_waiting_ticket_of_this_counter() {
    let mut tube = Tube::new();
    tube.open("1");
    let foreign = tube.arrive("A02", Ordinary);
    let not_here = Refusal::NotServedHere { counter: one(), service: service("A02") };
    assert_eq!(tube.refused(this(foreign)), not_here);
    assert_eq!(tube.refused(this(ticket(99))), Refusal::NoSuchTicket);
    let reserved = tube.fresh();
    tube.done(Command::Reserve { ticket: reserved, wish: crate::common::wish("A01", Ordinary) });
    assert_eq!(tube.refused(this(reserved)).code(), "wrong-stage", "it is not on paper");
}

#[test]
fn who_waits_for_one_counter_is_not_chosen_by_another() {
    for (to, code) in [
        (Target::Counter(counter("2")), "not-served-here"),
        (Target::Clerk(clerk("clerk-2")), "not-served-here"),
        (Target::Service(service("A01")), "done"),
    ] {
        let mut tube = Tube::new();
        tube.open("1");
        tube.open("2");
        let moved = tube.arrive("A01", Ordinary);
        tube.call("1");
        let placing = Placing::InOrder;
        tube.done(Command::Transfer { counter: one(), to, placing, back: Return::No });
        let got = tube.give(this(moved)).map_or_else(|refusal| refusal.code(), |_| "done");
        assert_eq!(got, code);
    }
}

#[test]
fn who_does_not_come_is_over() {
    let (tube, visitor) = no_show();
    assert_eq!(tube.stage(visitor), &Stage::Closed { closing: Closing::NoShow, at: tube.at });
    assert_eq!(tube.hall.visit_at(&one()), None);
}

#[test]
fn a_no_show_rejoins_within_thirty_minutes() {
    let (mut tube, visitor) = no_show();
    tube.pass(REJOIN_WITHIN);
    tube.done(Command::Rejoin { ticket: visitor });
    let (mut tube, visitor) = no_show();
    tube.pass(REJOIN_WITHIN.and(Span(1)));
    let late = tube.refused(Command::Rejoin { ticket: visitor });
    assert_eq!(late, Refusal::RejoinTooLate { limit: REJOIN_WITHIN });
}

#[test]
fn a_no_show_rejoins_at_the_original_arrival() {
    let (mut tube, visitor) = no_show();
    tube.pass(Span::minutes(1));
    tube.arrive("A01", Ordinary);
    tube.done(Command::Rejoin { ticket: visitor });
    tube.pass(REJOIN_REST);
    assert_eq!(tube.call("1"), Some(visitor));
}

#[test]
fn a_rejoined_ticket_rests_five_minutes_and_blocks_nobody() {
    let (mut tube, visitor) = no_show();
    let other = tube.arrive("A01", Ordinary);
    tube.done(Command::Rejoin { ticket: visitor });
    tube.pass(Span(REJOIN_REST.0 - 1));
    assert_eq!(tube.refused(this(visitor)), Refusal::CalledTooSoon { wait: Span(1) });
    assert_eq!(tube.call("1"), Some(other));
    tube.done(Command::Undo { counter: one() });
    tube.pass(Span(1));
    assert_eq!(tube.call("1"), Some(visitor));
}

#[test]
fn a_resting_ticket_uses_up_nobodys_turn() {
    let mut tube = Tube::new();
    tube.open("1");
    let resting = tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::Rejoin { ticket: resting });
    let courtesy = [tube.arrive("A01", Courtesy), tube.arrive("A01", Courtesy)];
    assert_eq!(tube.serve("1", Span::ZERO), Some(courtesy[0]));
    assert_eq!(tube.serve("1", Span::ZERO), Some(courtesy[1]), "no ordinary ticket could have been called");
}

#[test]
fn a_no_show_rejoins_once() {
    let (mut tube, visitor) = no_show();
    tube.done(Command::Rejoin { ticket: visitor });
    tube.pass(REJOIN_REST);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    assert_eq!(tube.refused(Command::Rejoin { ticket: visitor }), Refusal::RejoinedBefore);
}

#[test]
fn only_a_no_show_rejoins() {
    let mut tube = Tube::new();
    let waiting = tube.arrive("A01", Statutory);
    assert_eq!(tube.refused(Command::Rejoin { ticket: waiting }).code(), "wrong-stage");
    assert_eq!(tube.refused(Command::Rejoin { ticket: ticket(99) }), Refusal::NoSuchTicket);
}

#[test]
fn a_rejoined_visitor_waits_anew() {
    let (mut tube, visitor) = no_show();
    tube.pass(Span::minutes(10));
    tube.done(Command::Rejoin { ticket: visitor });
    tube.pass(REJOIN_REST);
    let events = tube.done(Command::CallNext { counter: one() });
    let Event::Called { waited, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*waited, REJOIN_REST, "the wait before the first call was told with that call");
}
