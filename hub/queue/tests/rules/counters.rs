//! Counters: a clerk sits down, is away for a while, leaves.

use crate::common::{Tube, clerk, counter, reason, service};
use queue::{
    command::{Class, Command},
    event::Event,
    hall::Desk,
    refusal::Refusal,
    staffed,
    time::Span,
};

fn open(id: &str, who: &str) -> Command {
    Command::OpenCounter { counter: counter(id), clerk: clerk(who) }
}

fn pause(why: &str) -> Command {
    Command::PauseCounter { counter: counter("1"), why: reason(why) }
}

fn close() -> Command {
    Command::CloseCounter { counter: counter("1") }
}

#[test]
fn a_clerk_sits_at_one_counter() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    assert_eq!(tube.refused(open("2", "aziz")), Refusal::ClerkElsewhere { counter: counter("1") });
    tube.done(close());
    tube.done(open("2", "aziz"));
}

#[test]
fn a_counter_has_one_clerk() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    let taken = Refusal::CounterTaken { counter: counter("1"), clerk: clerk("aziz") };
    assert_eq!(tube.refused(open("1", "lola")), taken);
    tube.done(pause("lunch"));
    assert_eq!(tube.refused(open("1", "lola")), taken, "a paused counter is still the clerk's");
}

#[test]
fn sitting_down_twice_changes_nothing() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    assert_eq!(tube.done(open("1", "aziz")), []);
    tube.arrive("A01", Class::Ordinary);
    tube.call("1");
    assert_eq!(tube.done(open("1", "aziz")), [], "nor with a ticket");
    assert!(tube.hall.visit_at(&counter("1")).is_some());
}

#[test]
fn coming_back_from_a_pause_is_sitting_down() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    tube.pass(Span::minutes(1));
    tube.done(pause("lunch"));
    let away = Desk::Paused { since: tube.at, why: reason("lunch") };
    assert_eq!(tube.hall.counters[&counter("1")].desk, away);
    tube.pass(Span::minutes(30));
    let events = tube.done(open("1", "aziz"));
    assert_eq!(events, [Event::CounterOpened { counter: counter("1"), clerk: clerk("aziz") }]);
    assert_eq!(tube.hall.counters[&counter("1")].desk, Desk::Free { since: tube.at });
}

#[test]
fn pausing_twice_with_one_reason_changes_nothing() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    tube.done(pause("lunch"));
    assert_eq!(tube.done(pause("lunch")), []);
    assert_eq!(tube.done(pause("meeting")).len(), 1, "another reason is news");
}

#[test]
fn nobody_leaves_a_visitor_at_the_counter() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    let visitor = tube.arrive("A01", Class::Ordinary);
    tube.call("1");
    let busy = Refusal::CounterBusy { counter: counter("1"), number: tube.visit(visitor).number };
    assert_eq!(tube.refused(pause("lunch")), busy);
    assert_eq!(tube.refused(close()), busy);
}

#[test]
fn what_is_closed_is_not_paused_and_closes_quietly() {
    let mut tube = Tube::new();
    assert_eq!(tube.refused(pause("lunch")), Refusal::CounterShut(counter("1")));
    assert_eq!(tube.done(close()), []);
    tube.done(open("1", "aziz"));
    tube.done(pause("lunch"));
    assert_eq!(tube.done(close()), [Event::CounterClosed { counter: counter("1"), clerk: clerk("aziz") }]);
    assert!(tube.hall.counters.is_empty());
}

#[test]
fn only_configured_counters_open() {
    let mut tube = Tube::new();
    let nowhere = Refusal::NoSuchCounter(counter("9"));
    assert_eq!(tube.refused(open("9", "aziz")), nowhere);
    assert_eq!(tube.refused(Command::CloseCounter { counter: counter("9") }), nowhere);
    assert_eq!(tube.refused(Command::PauseCounter { counter: counter("9"), why: reason("lunch") }), nowhere);
}

#[test]
fn counters_need_an_open_day() {
    let mut tube = Tube::new();
    tube.done(Command::CloseDay);
    assert_eq!(tube.refused(open("1", "aziz")), Refusal::DayShut);
}

#[test]
fn a_paused_counter_serves_nobody() {
    let mut tube = Tube::new();
    let count = |tube: &Tube, code| staffed(&tube.hall, &tube.rules, &service(code));
    assert_eq!(count(&tube, "A01"), 0);
    tube.done(open("1", "aziz"));
    tube.done(open("2", "lola"));
    assert_eq!((count(&tube, "A01"), count(&tube, "A02"), count(&tube, "K01")), (2, 1, 1));
    tube.done(pause("lunch"));
    assert_eq!((count(&tube, "A01"), count(&tube, "K01")), (1, 0));
}

#[test]
fn the_board_shows_current_calls_newest_first() {
    let mut tube = Tube::new();
    tube.done(open("1", "aziz"));
    tube.done(open("2", "lola"));
    tube.arrive("A01", Class::Ordinary);
    tube.arrive("A01", Class::Ordinary);
    tube.call("2");
    tube.call("1");
    tube.done(Command::Start { counter: counter("2") });
    let calls: Vec<_> = tube.hall.calls().iter().map(|call| (call.counter.to_string(), call.call_seq)).collect();
    assert_eq!(calls, [("1".to_owned(), 2), ("2".to_owned(), 1)]);
    assert_eq!(tube.hall.counts().at_counters, 2);
}
