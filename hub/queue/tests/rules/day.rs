//! The service day, the epoch, suspended services, and clocks that are wrong.

use crate::common::{NINE, Tube, counter, reason, service, ticket, today, wish};
use Class::{Courtesy, Ordinary};
use queue::{
    calendar::Date,
    command::{Actor, Class, Command, Order},
    decide,
    event::Event,
    evolve,
    hall::{Day, Hall, Tally},
    limits::{CONFIRM_WITHIN, SERIAL_MAX, TICK_EVENTS_MAX},
    number::{Lane, Prefix},
    refusal::Refusal,
    stage::{Closing, Stage},
    time::{Span, Time},
};

fn letter(letter: char) -> Prefix {
    Prefix::try_from(letter).unwrap()
}

fn tomorrow() -> Date {
    Date(today().0.tomorrow().unwrap())
}

#[test]
fn without_a_day_there_are_no_tickets_and_no_calls() {
    let mut tube = Tube::new();
    tube.done(Command::CloseDay);
    for command in [
        Command::Reserve { ticket: ticket(1), wish: wish("A01", Ordinary) },
        Command::ConfirmPrinted { ticket: ticket(1), number: None },
        Command::CallNext { counter: counter("1") },
        Command::Rejoin { ticket: ticket(1) },
        Command::Undo { counter: counter("1") },
    ] {
        assert_eq!(tube.refused(command), Refusal::DayShut);
    }
    assert_eq!(queue::offer(&tube.hall, &tube.rules, &service("A01"), Ordinary, tube.at), Err(Refusal::DayShut));
}

#[test]
fn days_are_counted_and_one_is_open_at_a_time() {
    let mut tube = Tube::new();
    assert_eq!(tube.hall.day, Day::Open { number: 1, date: today(), since: NINE });
    assert_eq!(tube.done(Command::OpenDay { date: today() }), [], "it is open");
    assert_eq!(tube.refused(Command::OpenDay { date: tomorrow() }), Refusal::DayOpen { day: 1 });
    assert_eq!(tube.done(Command::CloseDay), [Event::DayClosed { day: 1 }]);
    assert_eq!(tube.done(Command::CloseDay), [], "it is shut");
    assert_eq!(tube.hall.day, Day::Shut { last: 1 });
    let events = tube.done(Command::OpenDay { date: tomorrow() });
    assert_eq!(events, [Event::DayOpened { day: 2, date: tomorrow() }]);
}

#[test]
fn closing_ends_every_open_ticket_with_one_event_and_closes_counters() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.open("2");
    tube.open("3");
    let called = tube.arrive("A01", Ordinary);
    let serving = tube.arrive("A01", Ordinary);
    let held = tube.arrive("K01", Ordinary);
    let waiting = tube.arrive("A01", Ordinary);
    let gone = tube.arrive("A01", Ordinary);
    let reserved = tube.fresh();
    tube.done(Command::Reserve { ticket: reserved, wish: wish("A01", Ordinary) });
    tube.call("1");
    tube.call("2");
    tube.done(Command::Start { counter: counter("2") });
    tube.call("3");
    tube.done(Command::Hold { counter: counter("3"), why: reason("form"), until: None });
    tube.done(Command::Cancel { ticket: gone, by: queue::command::CancelledBy::Visitor });
    let events = tube.done(Command::CloseDay);
    let ended: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Closed { ticket, closing: Closing::DayClosed, .. } => Some(*ticket),
            _ => None,
        })
        .collect();
    assert_eq!(ended, [called, serving, held, waiting]);
    assert!(matches!(&events[4], Event::Voided { ticket, .. } if *ticket == reserved), "never on paper");
    let closed = events.iter().filter(|event| matches!(event, Event::CounterClosed { .. })).count();
    assert_eq!((closed, events.len()), (3, 9));
    assert_eq!(events.last(), Some(&Event::DayClosed { day: 1 }));
}

#[test]
fn a_day_leaves_only_what_the_next_one_needs() {
    let mut tube = Tube::new();
    tube.done(Command::BeginEpoch { epoch: 3, seen: Vec::new() });
    tube.open("1");
    tube.done(Command::SuspendService { service: service("K01"), why: reason("no-forms") });
    tube.arrive("A01", Ordinary);
    tube.serve("1", Span::minutes(5));
    tube.arrive("A01", Ordinary);
    tube.done(Command::CloseDay);
    let hall = &tube.hall;
    assert!(hall.visits.is_empty() && hall.numbers.is_empty() && hall.serials.is_empty() && hall.queues.is_empty());
    assert!(hall.timers.is_empty() && hall.counters.is_empty() && hall.issued.is_empty());
    assert!(hall.called_up_to.is_empty());
    assert_eq!((hall.tally, hall.order), (Tally::default(), 0));
    assert_eq!((hall.epoch, hall.call_seq, hall.latest), (3, (3 << 32) + 1, tube.at));
    assert_eq!(hall.learned[&service("A01")].mean(), Some(Span::minutes(5)));
    assert_eq!(hall.suspended[&service("K01")], reason("no-forms"), "staff restore it, not midnight");
    tube.done(Command::OpenDay { date: tomorrow() });
    let first = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(first).number.to_string(), "A-001");
}

#[test]
fn calls_of_two_lives_have_two_numbers_where_the_clock_stood_still() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.arrive("A01", Ordinary);
    let backup = (tube.hall.clone(), tube.at);
    let lives: Vec<u64> = [0, 1, 2]
        .into_iter()
        .map(|epoch| {
            (tube.hall, tube.at) = backup.clone();
            if epoch > 0 {
                tube.done(Command::BeginEpoch { epoch, seen: Vec::new() });
            }
            tube.call("1");
            tube.hall.call_seq
        })
        .collect();
    assert_eq!(lives, [1, (1 << 32) + 1, (2 << 32) + 1]);
}

#[test]
fn a_suspended_service_gives_no_tickets_until_restored() {
    let mut tube = Tube::new();
    let suspend = |why: &str| Command::SuspendService { service: service("A01"), why: reason(why) };
    let restore = Command::RestoreService { service: service("A01") };
    assert_eq!(tube.refused(restore.clone()), Refusal::ServiceNotSuspended(service("A01")));
    tube.done(suspend("no-forms"));
    assert_eq!(tube.done(suspend("no-forms")), []);
    assert_eq!(tube.done(suspend("power")).len(), 1, "another reason is news");
    let ticket = tube.fresh();
    let reserve = Command::Reserve { ticket, wish: wish("A01", Ordinary) };
    let suspended = Refusal::ServiceSuspended { service: service("A01"), why: reason("power") };
    assert_eq!(tube.refused(reserve.clone()), suspended);
    tube.done(restore);
    tube.done(reserve);
    let nowhere = Refusal::NoSuchService(service("X99"));
    assert_eq!(tube.refused(Command::SuspendService { service: service("X99"), why: reason("x") }), nowhere);
    assert_eq!(tube.refused(Command::RestoreService { service: service("X99") }), nowhere);
}

#[test]
fn a_suspension_does_not_touch_those_who_wait() {
    let mut tube = Tube::new();
    tube.open("1");
    let waiting = tube.arrive("A01", Ordinary);
    tube.done(Command::SuspendService { service: service("A01"), why: reason("no-forms") });
    assert_eq!(tube.call("1"), Some(waiting));
}

#[test]
fn only_a_higher_epoch_begins() {
    let mut tube = Tube::new();
    tube.done(Command::BeginEpoch { epoch: 2, seen: Vec::new() });
    for epoch in [1, 2] {
        let refusal = tube.refused(Command::BeginEpoch { epoch, seen: Vec::new() });
        assert_eq!(refusal, Refusal::EpochNotHigher { epoch, current: 2 });
    }
    tube.done(Command::BeginEpoch { epoch: 3, seen: Vec::new() });
}

#[test]
fn numbers_go_on_after_the_highest_anyone_saw() {
    let mut tube = Tube::new();
    tube.arrive("A01", Ordinary);
    tube.arrive("K01", Ordinary);
    tube.done(Command::BeginEpoch { epoch: 1, seen: vec![(letter('A'), 46), (letter('K'), 0)] });
    let a = tube.arrive("A01", Ordinary);
    let k = tube.arrive("K01", Ordinary);
    assert_eq!(tube.visit(a).number.to_string(), "A-047");
    assert_eq!(tube.visit(k).number.to_string(), "K-002", "never downwards");
}

#[test]
fn floors_set_before_the_day_hold_in_it() {
    let mut tube = Tube::new();
    tube.done(Command::CloseDay);
    tube.done(Command::BeginEpoch { epoch: 1, seen: vec![(letter('A'), 46)] });
    tube.done(Command::OpenDay { date: today() });
    let a = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(a).number.to_string(), "A-047");
}

#[test]
fn the_day_after_a_restore_still_leaves_room_for_papers_of_the_earlier_life() {
    let mut tube = Tube::new();
    tube.done(Command::BeginEpoch { epoch: 1, seen: vec![(letter('A'), 5000)] });
    tube.done(Command::CloseDay);
    tube.done(Command::OpenDay { date: today() });
    let forgotten = tube.fresh();
    tube.done(Command::RecordOffline {
        ticket: forgotten,
        number: "A-017".parse().unwrap(),
        wish: wish("A01", Ordinary),
        printed_at: tube.at,
    });
    let a = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(a).number.to_string(), "A-5001");
    tube.done(Command::CloseDay);
    tube.done(Command::OpenDay { date: today() });
    let a = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(a).number.to_string(), "A-001", "one day more, not for ever");
}

#[test]
fn serials_do_not_wrap_and_end_somewhere() {
    let mut tube = Tube::new();
    let seen = |serial| Command::BeginEpoch { epoch: 1, seen: vec![(letter('A'), serial)] };
    assert_eq!(tube.refused(seen(SERIAL_MAX)), Refusal::NumbersUsedUp { prefix: letter('A') });
    tube.done(seen(SERIAL_MAX - 1));
    let last = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(last).number.serial, SERIAL_MAX);
    let ticket = tube.fresh();
    let refusal = tube.refused(Command::Reserve { ticket, wish: wish("A01", Ordinary) });
    assert_eq!(refusal, Refusal::NumbersUsedUp { prefix: letter('A') });
    tube.arrive("K01", Ordinary);
}

#[test]
fn a_thousandth_number_has_four_digits() {
    let mut tube = Tube::new();
    tube.done(Command::BeginEpoch { epoch: 1, seen: vec![(letter('A'), 998)] });
    let numbers = [tube.arrive("A01", Ordinary), tube.arrive("A01", Ordinary)];
    assert_eq!(numbers.map(|ticket| tube.visit(ticket).number.to_string()), ["A-999", "A-1000"]);
    assert_eq!(tube.hall.serials[&(Lane::Hub, letter('A'))], 1000);
}

#[test]
fn a_tick_does_so_much_and_the_next_goes_on() {
    let mut tube = Tube::new();
    for _ in 0..TICK_EVENTS_MAX + 1 {
        let ticket = tube.fresh();
        tube.done(Command::Reserve { ticket, wish: wish("A01", Ordinary) });
    }
    tube.pass(CONFIRM_WITHIN);
    assert_eq!(tube.done(Command::Tick).len(), TICK_EVENTS_MAX);
    assert_eq!(tube.done(Command::Tick).len(), 1);
    assert_eq!(tube.done(Command::Tick).len(), 0);
}

#[test]
fn a_clock_set_back_reorders_nobody_and_makes_no_negative_wait() {
    let mut tube = Tube::new();
    tube.open("1");
    let first = tube.arrive("A01", Ordinary);
    tube.at = tube.at.minus(Span::minutes(60));
    let second = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(second).arrival.since, NINE, "time in the hall stands still until the clock catches up");
    let events = tube.done(Command::CallNext { counter: counter("1") });
    let Event::Called { ticket, waited, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*ticket, *waited), (first, Span::ZERO));
    assert_eq!(tube.hall.latest, NINE);
}

#[test]
fn a_new_day_puts_a_wrong_clock_right() {
    let mut tube = Tube::new();
    tube.pass(Span::minutes(60 * 24 * 365));
    tube.arrive("A01", Ordinary);
    tube.done(Command::CloseDay);
    tube.at = NINE.plus(Span::minutes(60));
    tube.done(Command::OpenDay { date: today() });
    let ticket = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(ticket).arrival.since, tube.at);
    assert_eq!(tube.hall.day, Day::Open { number: 2, date: today(), since: tube.at });
}

#[test]
fn counts_add_up_and_void_numbers_are_not_tickets() {
    let mut tube = Tube::new();
    tube.open("1");
    for _ in 0..3 {
        tube.arrive("A01", Ordinary);
    }
    tube.arrive("K01", Courtesy);
    tube.serve("1", Span::ZERO);
    tube.call("1");
    let ticket = tube.fresh();
    tube.done(Command::Reserve { ticket, wish: wish("A01", Ordinary) });
    let counts = tube.hall.counts();
    let parts = (counts.reserved, counts.waiting, counts.at_counters, counts.held, counts.closed, counts.void);
    assert_eq!((counts.issued, parts), (5, (1, 2, 1, 0, 1, 0)));
    tube.pass(CONFIRM_WITHIN);
    tube.done(Command::Tick);
    let counts = tube.hall.counts();
    assert_eq!((counts.issued, counts.reserved, counts.void), (4, 0, 1));
}

#[test]
fn events_that_do_not_fit_change_nothing_but_the_time() {
    let mut hall = Hall::default();
    let number = "A-001".parse().unwrap();
    let (ticket, counter) = (ticket(1), counter("1"));
    let at = Time(5);
    evolve(&mut hall, at, &Event::Voided { ticket, number });
    evolve(&mut hall, at, &Event::Undone { counter: counter.clone(), ticket, number, step: queue::stage::Step::Call });
    evolve(&mut hall, at, &Event::CounterPaused { counter, clerk: crate::common::clerk("x"), why: reason("x") });
    assert_eq!(hall, Hall { latest: at, ..Hall::default() });
}

#[test]
fn the_hall_remembers_its_latest_moment() {
    let mut tube = Tube::new();
    tube.pass(Span::minutes(1));
    let at = tube.at;
    tube.done(Command::SuspendService { service: service("A01"), why: reason("x") });
    let order = Order { at: NINE, actor: Actor::Hub, command: Command::RestoreService { service: service("A01") } };
    for event in decide(&tube.hall, &tube.rules, &order).unwrap() {
        evolve(&mut tube.hall, NINE, &event);
    }
    assert_eq!(tube.hall.latest, at);
}

#[test]
fn held_tickets_are_closed_with_their_timers() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    let until = Some(tube.at.plus(Span::minutes(5)));
    tube.done(Command::Hold { counter: counter("1"), why: reason("form"), until });
    tube.done(Command::Cancel { ticket, by: queue::command::CancelledBy::Staff });
    assert!(matches!(tube.stage(ticket), Stage::Closed { closing: Closing::RemovedByStaff, .. }));
    tube.pass(Span::minutes(5));
    assert_eq!(tube.done(Command::Tick), []);
}
