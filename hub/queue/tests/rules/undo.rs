//! Taking back the last step at a counter.

use crate::common::{Tube, counter, reason, served, service};
use Class::{Courtesy, Ordinary};
use queue::{
    command::{CancelledBy, Class, Command, Placing, Return, Target},
    event::Event,
    hall::{Desk, Hall},
    ids::TicketId,
    limits::{RECALL_AFTER, UNDO_WITHIN},
    refusal::Refusal,
    stage::{Stage, Step, Visit},
    time::Span,
};

fn one() -> queue::ids::CounterId {
    counter("1")
}

fn undo() -> Command {
    Command::Undo { counter: one() }
}

fn hold() -> Command {
    Command::Hold { counter: one(), why: reason("form"), until: None }
}

fn complete() -> Command {
    Command::Complete { counter: one(), outcome: served() }
}

fn to_k01() -> Command {
    let to = Target::Service(service("K01"));
    Command::Transfer { counter: one(), to, placing: Placing::First, back: Return::BackToMe }
}

/// Steps that bring a ticket to the stage before the last one.
fn after(steps: &[Command]) -> (Tube, TicketId) {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    for step in steps {
        tube.pass(Span::seconds(30));
        tube.done(step.clone());
    }
    tube.pass(Span::seconds(30));
    (tube, ticket)
}

/// What an undo restores: everything but the numbers of calls, the clock, and how long a desk has been free.
fn same(hall: &Hall) -> (Vec<Visit>, Vec<TicketId>, queue::hall::Tally, String) {
    let line = hall.queues.values().flat_map(|queue| queue.line.iter().map(|(_, ticket)| *ticket)).collect();
    let rest =
        format!("{:?} {:?} {:?}", hall.timers, hall.learned.values().find_map(|samples| samples.mean()), hall.issued);
    (hall.visits.values().cloned().collect(), line, hall.tally, rest)
}

#[test]
fn each_step_is_taken_back_to_where_it_began() {
    let call = Command::CallNext { counter: one() };
    let start = Command::Start { counter: one() };
    let resume = Command::Resume { counter: one(), ticket: crate::common::ticket(1) };
    let no_show = Command::NoShow { counter: one() };
    let cases: [(&[&Command], Step); 9] = [
        (&[&call], Step::Call),
        (&[&call, &start], Step::Start),
        (&[&call, &hold()], Step::Hold),
        (&[&call, &start, &hold()], Step::Hold),
        (&[&call, &start, &hold(), &resume], Step::Resume),
        (&[&call, &start, &to_k01()], Step::Transfer),
        (&[&call, &to_k01()], Step::Transfer),
        (&[&call, &start, &complete()], Step::Complete),
        (&[&call, &no_show], Step::NoShow),
    ];
    for (steps, step) in cases {
        let steps: Vec<Command> = steps.iter().map(|step| (*step).clone()).collect();
        let (last, before) = steps.split_last().unwrap();
        let (mut tube, ticket) = after(before);
        let expected = same(&tube.hall);
        let desk = tube.hall.counters[&one()].desk.clone();
        tube.done(last.clone());
        assert_ne!(same(&tube.hall), expected);
        let number = tube.visit(ticket).number;
        assert_eq!(tube.done(undo()), [Event::Undone { counter: one(), ticket, number, step }]);
        assert_eq!(same(&tube.hall), expected, "{step:?}");
        let now = &tube.hall.counters[&one()].desk;
        assert_eq!(matches!(now, Desk::With(t) if *t == ticket), desk == Desk::With(ticket), "{step:?}");
        assert_eq!(tube.refused(undo()), Refusal::NothingToUndo, "once");
    }
}

#[test]
fn a_step_is_taken_back_within_sixty_seconds() {
    let (mut tube, _) = after(&[]);
    tube.call("1");
    tube.pass(UNDO_WITHIN);
    tube.done(undo());
    tube.call("1");
    tube.pass(UNDO_WITHIN.and(Span(1)));
    assert_eq!(tube.refused(undo()), Refusal::UndoTooLate { limit: UNDO_WITHIN });
}

#[test]
fn a_number_of_a_call_is_never_used_again() {
    let (mut tube, _) = after(&[]);
    tube.call("1");
    tube.done(undo());
    tube.call("1");
    assert_eq!(tube.hall.calls()[0].call_seq, 2);
    tube.pass(RECALL_AFTER);
    tube.done(Command::Recall { counter: one() });
    tube.done(undo());
    tube.call("1");
    assert_eq!(tube.hall.calls()[0].call_seq, 4);
}

#[test]
fn taking_a_call_back_takes_its_recalls_back() {
    let (mut tube, ticket) = after(&[]);
    tube.call("1");
    for _ in 0..3 {
        tube.pass(RECALL_AFTER);
        tube.done(Command::Recall { counter: one() });
    }
    tube.done(undo());
    assert_eq!(tube.stage(ticket).name(), "waiting");
}

#[test]
fn an_undone_call_gives_the_turn_back() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Ordinary);
    let courtesy = tube.arrive("A01", Courtesy);
    tube.arrive("A01", Courtesy);
    assert_eq!(tube.call("1"), Some(courtesy));
    assert_eq!(tube.hall.counters[&one()].streak.courtesy, 1);
    tube.done(undo());
    assert_eq!(tube.hall.counters[&one()].streak.courtesy, 0);
    assert_eq!(tube.call("1"), Some(courtesy));
}

#[test]
fn other_steps_leave_the_turns_alone() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Ordinary);
    tube.arrive("A01", Courtesy);
    tube.call("1");
    tube.done(Command::Start { counter: one() });
    tube.done(undo());
    assert_eq!(tube.hall.counters[&one()].streak.courtesy, 1);
}

#[test]
fn what_has_moved_on_is_not_taken_back() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("3");
    let ticket = tube.arrive("A01", Ordinary);
    let number = tube.visit(ticket).number;
    tube.call("1");
    tube.done(to_k01());
    assert_eq!(tube.call("3"), Some(ticket));
    assert_eq!(tube.refused(undo()), Refusal::UndoOvertaken { number });
}

#[test]
fn a_no_show_who_rejoined_has_moved_on() {
    let (mut tube, ticket) = after(&[]);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::Rejoin { ticket });
    assert_eq!(tube.refused(undo()).code(), "undo-overtaken");
}

#[test]
fn a_held_ticket_that_was_given_up_has_moved_on() {
    let (mut tube, ticket) = after(&[]);
    tube.call("1");
    tube.done(hold());
    tube.done(Command::Cancel { ticket, by: CancelledBy::Visitor });
    assert_eq!(tube.refused(undo()).code(), "undo-overtaken");
}

#[test]
fn a_step_elsewhere_does_not_hinder() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let first = tube.arrive("A01", Ordinary);
    tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.call("2");
    tube.done(undo());
    assert_eq!(tube.stage(first).name(), "waiting");
    assert!(matches!(tube.stage(crate::common::ticket(2)), Stage::Called { .. }));
}

#[test]
fn a_pause_is_no_step_but_the_clerk_comes_back_first() {
    let (mut tube, ticket) = after(&[]);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::PauseCounter { counter: one(), why: reason("lunch") });
    assert_eq!(tube.refused(undo()), Refusal::CounterPaused(one()));
    tube.open("1");
    tube.done(undo());
    assert_eq!(tube.stage(ticket).name(), "called");
}

#[test]
fn a_new_shift_takes_nothing_back() {
    let (mut tube, _) = after(&[]);
    assert_eq!(tube.refused(undo()), Refusal::NothingToUndo);
    tube.call("1");
    tube.done(Command::NoShow { counter: one() });
    tube.done(Command::CloseCounter { counter: one() });
    assert_eq!(tube.refused(undo()), Refusal::CounterShut(one()));
    tube.open("1");
    assert_eq!(tube.refused(undo()), Refusal::NothingToUndo);
}

#[test]
fn an_undone_completion_is_unlearned_and_others_stay() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    let mut wish = crate::common::wish("A01", Ordinary);
    wish.quantity = 2;
    tube.arrive_with(wish);
    tube.arrive("A01", Ordinary);
    tube.call("1");
    tube.done(Command::Start { counter: one() });
    tube.call("2");
    tube.done(Command::Start { counter: counter("2") });
    tube.pass(Span::minutes(6));
    tube.done(complete());
    tube.done(Command::Complete { counter: counter("2"), outcome: served() });
    tube.done(undo());
    let learned = &tube.hall.learned[&service("A01")];
    assert_eq!((learned.count(), learned.mean()), (1, Some(Span::minutes(6))));
}
