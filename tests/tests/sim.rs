//! The simulated halls themselves: the same seed gives the same hall, kept scripts stay mended, and every promise can
//! be seen to break: each is broken here by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hub::{
    config::Config,
    journal::{Done, Repeat, Views},
};
use queue::{
    command::{Actor, CancelledBy, Channel, Class, Command, Order, Wish},
    decide,
    event::{CallOrder, Event},
    evolve,
    hall::{Desk, Hall},
    ids::{CounterId, TicketId},
    number::Number,
    rules::Rules,
    stage::{Closing, Stage, Streak},
    time::{Span, Time},
};
use std::{collections::BTreeSet, str::FromStr, sync::Arc};
use tests::sim::{
    self,
    assertions::{self as promise, Announced, Numbers, Paper, Patience, Verdict},
    reference::Reference,
    time::BEGINNING,
    trace::Keep,
    transitions::{Script, script},
};
use uuid::Uuid;
use wire::board::{Board, BoardCall};

fn code<T: FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

fn ticket(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(n))
}

/// A hall of the demo's rules, changed by commands and then by hand.
struct Tube {
    hall: Hall,
    rules: Arc<Rules>,
    at: Time,
    reference: Reference,
}

impl Tube {
    fn new() -> Tube {
        let rules = Arc::clone(Config::demo().rules());
        let mut tube = Tube { hall: Hall::default(), rules, at: BEGINNING, reference: Reference::default() };
        let date = queue::calendar::date_at(&tube.rules, tube.at);
        tube.give(&Command::OpenDay { date });
        tube.give(&Command::OpenCounter { counter: code("1"), clerk: code("clerk-1") });
        tube
    }

    fn give(&mut self, command: &Command) -> Vec<Event> {
        self.at = self.at.plus(Span::seconds(1));
        let events =
            decide(&self.hall, &self.rules, &Order { at: self.at, actor: Actor::Hub, command: command.clone() });
        let events = events.unwrap();
        events.iter().for_each(|event| evolve(&mut self.hall, self.at, event));
        self.reference.done(&self.rules, self.at, command);
        events
    }

    fn arrive(&mut self, n: u128, class: Class) {
        let wish = Wish {
            service: code("A01"),
            further: Vec::new(),
            quantity: 1,
            class,
            language: code("ru"),
            channel: Channel::Reception,
        };
        self.give(&Command::Reserve { ticket: ticket(n), wish });
    }

    fn call(&mut self) -> Event {
        self.give(&Command::CallNext { counter: code("1") }).remove(0)
    }
}

#[track_caller]
fn fires(verdict: Verdict, with: &str) {
    let what = verdict.unwrap_err();
    assert!(what.contains(with), "{what}");
}

fn called(ticket: TicketId, class_streak: Streak) -> Event {
    Event::Called {
        ticket,
        number: code("A-002"),
        counter: code("1"),
        clerk: code("clerk-1"),
        call_seq: 9,
        order: CallOrder::Next,
        waited: Span::ZERO,
        streak: class_streak,
    }
}

#[test]
fn a_seed_is_a_hall_to_the_last_line() {
    for seed in [3, 8] {
        let first = sim::run(&script(seed), Keep::Digest);
        let again = sim::run(&script(seed), Keep::Digest);
        assert_eq!(first.broken, None);
        assert_eq!((first.digest, &first.tally, &first.looked), (again.digest, &again.tally, &again.looked));
        assert!(first.tally.done > 10, "{:?}", first.tally);
    }
    assert_ne!(sim::run(&script(3), Keep::Digest).digest, sim::run(&script(8), Keep::Digest).digest);
}

#[test]
fn what_once_broke_a_promise_does_no_more() {
    let kept = std::fs::read_dir(tests::tree::root().join("tests/sim-seeds")).unwrap();
    let kept: BTreeSet<_> = kept.map(|entry| entry.unwrap().path()).collect();
    assert!(!kept.is_empty(), "no script is kept");
    for path in kept {
        let script = Script::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let outcome = sim::run(&script, Keep::Lines);
        assert_eq!(outcome.broken, None, "{}:\n{}", path.display(), outcome.lines.join("\n"));
    }
}

#[test]
fn promise_1_fires_on_a_number_given_twice() {
    let mut numbers = Numbers::new();
    let number: Number = code("A-001");
    assert_eq!(promise::no_number_twice(&mut numbers, 1, number, ticket(1)), Ok(1));
    assert_eq!(promise::no_number_twice(&mut numbers, 1, number, ticket(1)), Ok(1), "the same ticket again");
    assert_eq!(promise::no_number_twice(&mut numbers, 2, number, ticket(2)), Ok(1), "another day");
    fires(promise::no_number_twice(&mut numbers, 2, number, ticket(3)), "A-001 of day 2");
}

#[test]
fn promise_2_fires_on_a_counter_that_forgot_its_ticket() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    tube.call();
    assert_eq!(promise::counter_and_ticket_know_each_other(&tube.hall), Ok(1));
    let counter: CounterId = code("1");
    tube.hall.counters.get_mut(&counter).unwrap().desk = Desk::Free { since: tube.at };
    fires(promise::counter_and_ticket_know_each_other(&tube.hall), "counters say");
}

#[test]
fn promise_2_fires_on_two_tickets_at_one_counter() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    tube.arrive(2, Class::Ordinary);
    tube.call();
    let stage = tube.hall.visits[&ticket(1)].stage.clone();
    tube.hall.visits.get_mut(&ticket(2)).unwrap().stage = stage;
    fires(promise::counter_and_ticket_know_each_other(&tube.hall), "counter 1 has");
}

#[test]
fn promise_3_fires_on_who_is_called_before_an_earlier_one() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    tube.arrive(2, Class::Ordinary);
    let before = tube.hall.clone();
    assert_eq!(promise::nobody_is_passed_over(&before, tube.at, &called(ticket(1), Streak::default())), Ok(1));
    fires(promise::nobody_is_passed_over(&before, tube.at, &called(ticket(2), Streak::default())), "came first");
    fires(promise::nobody_is_passed_over(&before, tube.at, &called(ticket(7), Streak::default())), "does not wait");
}

#[test]
fn promise_4_fires_on_courtesy_called_twice_past_an_ordinary_ticket() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    (2..5).for_each(|n| tube.arrive(n, Class::Courtesy));
    let mut patience = Patience::new();
    let mut look = |tube: &Tube, n| {
        let event = called(ticket(n), Streak::default());
        promise::nobody_starves(&mut patience, &tube.hall, &tube.rules, (tube.at, &event))
    };
    assert_eq!(look(&tube, 2), Ok(1));
    tube.hall.visits.remove(&ticket(2));
    fires(look(&tube, 3), "Ordinary is passed over 2 times");
}

#[test]
fn promise_5_fires_on_a_closed_ticket_that_moves() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    let cancel = Command::Cancel { ticket: ticket(1), by: CancelledBy::Staff };
    tube.give(&cancel);
    let before = tube.hall.clone();
    assert_eq!(promise::closed_stays_closed(&before, &tube.hall, &cancel), Ok(1));
    tube.hall.visits.get_mut(&ticket(1)).unwrap().stage = Stage::Closed { closing: Closing::NoShow, at: tube.at };
    fires(promise::closed_stays_closed(&before, &tube.hall, &cancel), "was over");
    let rejoin = Command::Rejoin { ticket: ticket(1) };
    fires(promise::closed_stays_closed(&before, &tube.hall, &rejoin), "was over");
}

#[test]
fn promise_6_fires_on_a_refusal_that_left_a_trace() {
    let tube = Tube::new();
    let mut after = tube.hall.clone();
    assert_eq!(promise::a_refusal_changes_nothing((&tube.hall, 4), (&after, 4), &Command::Tick), Ok(1));
    fires(promise::a_refusal_changes_nothing((&tube.hall, 4), (&after, 5), &Command::Tick), "was not done");
    after.call_seq += 1;
    fires(promise::a_refusal_changes_nothing((&tube.hall, 4), (&after, 4), &Command::Tick), "was not done");
}

#[test]
fn promise_7_fires_on_memory_or_views_that_drifted() {
    let mut tube = Tube::new();
    let added_up = tube.hall.clone();
    assert_eq!(promise::memory_is_what_was_journalled(&added_up, &tube.hall, &Views::default()), Ok(1));
    tube.arrive(1, Class::Ordinary);
    fires(promise::memory_is_what_was_journalled(&added_up, &tube.hall, &Views::default()), "0 and 1 tickets");
    fires(promise::memory_is_what_was_journalled(&tube.hall, &tube.hall, &Views::default()), "has no row");
    assert_eq!(promise::as_long_as(7, 7), Ok(1));
    fires(promise::as_long_as(7, 8), "8 entries");
}

#[test]
fn promise_8_fires_on_another_answer_or_a_longer_journal() {
    let done = Done { seq: 3, at: BEGINNING, events: vec![Event::DayClosed { day: 1 }], repeat: Repeat::First };
    let again = Done { repeat: Repeat::Again, ..done.clone() };
    assert_eq!(promise::same_id_same_answer(&done, &again, (9, 9)), Ok(1));
    fires(promise::same_id_same_answer(&done, &again, (9, 10)), "longer");
    let other = Done { events: vec![Event::DayClosed { day: 2 }], ..again };
    fires(promise::same_id_same_answer(&done, &other, (9, 9)), "first");
}

#[test]
fn promise_9_fires_on_a_call_of_no_paper() {
    let event = called(ticket(1), Streak::default());
    assert_eq!(promise::called_is_on_paper(&BTreeSet::from([ticket(1)]), &event), Ok(1));
    fires(promise::called_is_on_paper(&BTreeSet::new(), &event), "on no paper");
}

fn paper(n: u128, kiosk: usize) -> Paper {
    Paper { ticket: ticket(n), number: format!("A-{n:03}"), kiosk, day: 1, at_ms: 0 }
}

#[test]
fn promise_10_fires_on_a_paper_without_a_place_in_the_queue() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    let entered = BTreeSet::from([ticket(1)]);
    assert_eq!(promise::paper_is_in_the_queue_once(&[paper(1, 0)], &entered, &tube.hall), Ok(1));
    fires(promise::paper_is_in_the_queue_once(&[paper(2, 0)], &entered, &tube.hall), "not in the queue");
    fires(promise::paper_is_in_the_queue_once(&[paper(1, 0), paper(1, 0)], &entered, &tube.hall), "twice");
    let renamed = Paper { number: "A-077".to_owned(), ..paper(1, 0) };
    fires(promise::paper_is_in_the_queue_once(&[renamed], &entered, &tube.hall), "in the queue as A-001");
}

#[test]
fn promise_11_fires_on_a_board_that_differs_and_a_call_announced_twice_or_never() {
    let hub = Board { epoch: 1, day: 1, ..Board::default() };
    assert_eq!(promise::display_equals_the_board(&hub, Some(&hub)), Ok(1));
    let call = BoardCall {
        number: "A-001".to_owned(),
        counter: "1".to_owned(),
        call_seq: 1,
        called_at: String::new(),
        stage: "called".to_owned(),
        language: "ru".to_owned(),
    };
    let other = Board { calls: vec![call], ..hub.clone() };
    fires(promise::display_equals_the_board(&hub, Some(&other)), "the display shows");
    fires(promise::display_equals_the_board(&hub, None), "shows nothing");
    let once = (1, String::new());
    let mut announced = Announced::from([(once.clone(), 1)]);
    assert_eq!(promise::each_call_is_announced_once(&announced, std::slice::from_ref(&once)), Ok(1));
    fires(promise::each_call_is_announced_once(&announced, &[(2, String::new())]), "never announced");
    announced.insert(once, 2);
    fires(promise::each_call_is_announced_once(&announced, &[]), "announced 2 times");
}

#[test]
fn promise_12_fires_on_a_report_that_counts_twice_comes_late_or_never() {
    let papers = [paper(1, 0), paper(2, 0), paper(3, 1)];
    let effects = [ticket(3), ticket(1), ticket(2)];
    assert_eq!(promise::reports_take_effect_once_in_order(&papers, &effects), Ok(3));
    fires(promise::reports_take_effect_once_in_order(&papers, &[ticket(1), ticket(1)]), "joined the queue twice");
    fires(promise::reports_take_effect_once_in_order(&papers, &[ticket(2), ticket(1)]), "after a later paper");
    fires(promise::nothing_is_left_to_report(1), "1 reports wait");
}

#[test]
fn promise_13_fires_when_an_earlier_time_gives_another_order() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    tube.arrive(2, Class::Ordinary);
    let mut lines = promise::lines(&tube.hall, &tube.rules, Time(0));
    assert_eq!(promise::backwards_reorders_nobody(&lines), Ok(2));
    lines[0].1.reverse();
    fires(promise::backwards_reorders_nobody(&lines), "clock back");
}

#[test]
fn promise_13_fires_on_a_wait_the_naive_queue_did_not_see() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    let call = tube.reference.done(&tube.rules, Time(0), &Command::CallNext { counter: code("1") }).unwrap();
    assert_eq!(call.waited_ms, 0, "a clock in 1970 makes nobody's wait negative");
}

#[test]
fn promise_14_fires_on_a_ticket_that_is_nowhere() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    assert_eq!(promise::issued_is_the_sum(&tube.hall), Ok(1));
    tube.hall.tally.waiting = 0;
    fires(promise::issued_is_the_sum(&tube.hall), "walking finds");
}

#[test]
fn promise_15_fires_on_a_list_without_end() {
    let mut tube = Tube::new();
    tube.arrive(1, Class::Ordinary);
    assert_eq!(promise::lists_stay_short(&tube.hall), Ok(1));
    tube.hall.visits.get_mut(&ticket(1)).unwrap().rejoined = 9;
    fires(promise::lists_stay_short(&tube.hall), "rejoined: 9");
    fires(promise::fits("frames", 11, 10), "frames: 11, at most 10");
}

#[test]
fn the_naive_queue_is_another_one() {
    let mut tube = Tube::new();
    (1..4).for_each(|n| tube.arrive(n, Class::Ordinary));
    tube.arrive(4, Class::Statutory);
    let counter: CounterId = code("1");
    let next = tube.reference.next(&tube.rules, tube.reference.now(tube.at), &counter);
    assert_eq!(next, Some(ticket(4)));
    assert_eq!(tube.reference.ahead(&tube.rules, &code("A01"), Err(Class::Ordinary)), 4);
    assert_eq!(tube.reference.ahead(&tube.rules, &code("A01"), Ok(ticket(2))), 2);
    tube.call();
    assert_eq!(tube.reference.ticket(ticket(4)).unwrap().stage(), "called");
}
