//! A number is not a ticket until it is on paper.

use crate::common::{NINE, Tube, counter, service, ticket, wish};
use Class::{Courtesy, Ordinary};
use queue::{
    command::{CancelledBy, Channel, Class, Command, Wish},
    event::Event,
    ids::TicketId,
    limits::{CONFIRM_WITHIN, OFFLINE_BEFORE_DAY, QUANTITY_MAX, SERIAL_MAX, SERVICES_ON_TICKET_MAX},
    number::Number,
    refusal::Refusal,
    stage::{Closing, Stage},
    time::{Span, Time},
};

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

fn reserved(tube: &mut Tube) -> TicketId {
    let ticket = tube.fresh();
    tube.done(Command::Reserve { ticket, wish: wish("A01", Ordinary) });
    ticket
}

fn confirm(ticket: TicketId) -> Command {
    Command::ConfirmPrinted { ticket, number: None }
}

fn offline(ticket: TicketId, text: &str, printed_at: Time) -> Command {
    Command::RecordOffline { ticket, number: number(text), wish: wish("A01", Ordinary), printed_at }
}

fn reserve(wish: Wish) -> Command {
    Command::Reserve { ticket: ticket(1000), wish }
}

#[test]
fn nothing_is_called_that_is_not_on_paper() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = reserved(&mut tube);
    assert_eq!(tube.call("1"), None);
    tube.done(confirm(ticket));
    assert_eq!(tube.call("1"), Some(ticket));
}

#[test]
fn a_paper_keeps_the_number_a_hub_gave_before_it_was_restored() {
    let mut tube = Tube::new();
    let seen = vec![(number("A-1000").prefix, 1000)];
    tube.done(Command::BeginEpoch { epoch: 1, seen });
    let ticket = reserved(&mut tube);
    let given = tube.visit(ticket).number;
    let paper = Command::ConfirmPrinted { ticket, number: Some(number("A-014")) };
    tube.pass(Span::seconds(5));
    let events = tube.done(paper.clone());
    let [Event::Voided { number: void, .. }, Event::RecordedOffline { number: on_paper, place, .. }] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*void, *on_paper), (given, number("A-014")));
    assert_eq!(*place, tube.visit(ticket).arrival, "who pressed first stays first");
    assert_eq!(tube.visit(ticket).number, number("A-014"));
    assert_eq!(tube.done(paper), [], "again, and nothing changes");
    tube.open("1");
    assert_eq!(tube.call("1"), Some(ticket));
}

#[test]
fn a_paper_with_a_number_that_no_hub_gave_or_somebody_has_is_refused() {
    let mut tube = Tube::new();
    let other = tube.arrive("A01", Ordinary);
    let ticket = reserved(&mut tube);
    let paper = |text: &str| Command::ConfirmPrinted { ticket, number: Some(number(text)) };
    let taken = tube.visit(other).number;
    assert_eq!(tube.refused(paper(&taken.to_string())), Refusal::NumberTaken(taken));
    assert_eq!(tube.refused(paper("A-500")), Refusal::NotAKioskNumber(number("A-500")));
    assert_eq!(tube.refused(paper("K-001")), Refusal::WrongPrefix { number: number("K-001"), service: service("A01") });
    tube.done(confirm(ticket));
    assert_eq!(tube.refused(paper("A-001")), Refusal::TicketKnown, "somebody holds the other one");
}

#[test]
fn who_pressed_first_is_first_however_long_the_printer_took() {
    let mut tube = Tube::new();
    tube.open("1");
    let first = reserved(&mut tube);
    tube.pass(Span::seconds(10));
    tube.arrive("A01", Ordinary);
    tube.pass(Span::seconds(10));
    tube.done(confirm(first));
    let events = tube.done(Command::CallNext { counter: counter("1") });
    let Event::Called { ticket, waited, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((*ticket, *waited), (first, Span::seconds(20)));
}

#[test]
fn a_number_is_void_after_sixty_seconds() {
    let mut tube = Tube::new();
    let ticket = reserved(&mut tube);
    tube.pass(Span(CONFIRM_WITHIN.0 - 1));
    assert_eq!(tube.done(Command::Tick), []);
    tube.pass(Span(1));
    assert_eq!(tube.done(Command::Tick), [Event::Voided { ticket, number: number("A-001") }]);
    assert_eq!(tube.stage(ticket), &Stage::Closed { closing: Closing::Unprinted, at: tube.at });
    let next = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(next).number, number("A-002"), "a hole, explained, and never filled");
}

#[test]
fn a_printed_ticket_is_not_voided() {
    let mut tube = Tube::new();
    tube.arrive("A01", Ordinary);
    tube.pass(CONFIRM_WITHIN);
    assert_eq!(tube.done(Command::Tick), []);
}

#[test]
fn a_late_confirmation_revives_the_number_at_its_original_time() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = reserved(&mut tube);
    tube.pass(CONFIRM_WITHIN);
    tube.done(Command::Tick);
    tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(1));
    let events = tube.done(confirm(ticket));
    assert!(matches!(&events[0], Event::Revived { place, .. } if place.since == NINE));
    assert_eq!(tube.hall.counts().issued, 2);
    assert_eq!(tube.call("1"), Some(ticket));
}

#[test]
fn confirming_again_changes_nothing() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    assert_eq!(tube.done(confirm(ticket)), []);
    tube.call("1");
    assert_eq!(tube.done(confirm(ticket)), []);
    let given_up = tube.arrive("A01", Ordinary);
    tube.done(Command::Cancel { ticket: given_up, by: CancelledBy::Visitor });
    assert_eq!(tube.done(confirm(given_up)), [], "given up stays given up");
    assert_eq!(tube.refused(confirm(crate::common::ticket(99))), Refusal::NoSuchTicket);
}

#[test]
fn reception_and_phone_tickets_wait_at_once() {
    for channel in [Channel::Reception, Channel::Phone] {
        let mut tube = Tube::new();
        tube.open("1");
        let ticket = tube.fresh();
        let events = tube.done(Command::Reserve { ticket, wish: Wish { channel, ..wish("A01", Ordinary) } });
        assert!(matches!(&events[..], [Event::Reserved { .. }, Event::Printed { .. }]), "{events:?}");
        assert_eq!(tube.call("1"), Some(ticket));
        tube.pass(CONFIRM_WITHIN);
        assert_eq!(tube.done(Command::Tick), []);
    }
}

#[test]
fn a_ticket_id_is_used_once() {
    let mut tube = Tube::new();
    let ticket = reserved(&mut tube);
    let again = Command::Reserve { ticket, wish: wish("A01", Ordinary) };
    assert_eq!(tube.refused(again), Refusal::TicketKnown);
}

#[test]
fn a_ticket_lists_one_to_five_different_services() {
    let limit = SERVICES_ON_TICKET_MAX;
    let mut rules = crate::common::rules();
    for code in ["A03", "A04", "A05", "A06"] {
        rules.services.insert(service(code), rules.services[&service("A01")].clone());
        let duty = queue::rules::Duty::Primary;
        rules.counters.get_mut(&counter("1")).unwrap().services.insert(service(code), duty);
    }
    let mut tube = Tube::with(rules);
    let with = |codes: &[&str]| {
        reserve(Wish { further: codes.iter().map(|code| service(code)).collect(), ..wish("A01", Ordinary) })
    };
    assert_eq!(tube.refused(with(&["A01"])), Refusal::ServicesOnTicket { limit });
    assert_eq!(tube.refused(with(&["A02", "A02"])), Refusal::ServicesOnTicket { limit });
    assert_eq!(tube.refused(with(&["A02", "A03", "A04", "A05", "A06"])), Refusal::ServicesOnTicket { limit });
    assert_eq!(tube.refused(with(&["X99"])), Refusal::NoSuchService(service("X99")));
    tube.done(with(&["A02", "A03", "A04", "A05"]));
}

#[test]
fn a_quantity_is_one_to_fifty() {
    let mut tube = Tube::new();
    let of = |quantity| reserve(Wish { quantity, ..wish("A01", Ordinary) });
    assert_eq!(tube.refused(of(0)), Refusal::Quantity { limit: QUANTITY_MAX });
    assert_eq!(tube.refused(of(QUANTITY_MAX + 1)), Refusal::Quantity { limit: QUANTITY_MAX });
    tube.done(of(QUANTITY_MAX));
}

#[test]
fn a_further_service_that_is_suspended_gives_no_ticket() {
    let mut tube = Tube::new();
    tube.done(Command::SuspendService { service: service("K01"), why: crate::common::reason("power") });
    let refusal = tube.refused(reserve(Wish { further: vec![service("K01")], ..wish("A01", Ordinary) }));
    assert_eq!(refusal.code(), "service-suspended");
}

#[test]
fn what_nobody_in_the_hall_serves_gives_no_ticket() {
    let mut rules = crate::common::rules();
    rules.services.insert(service("A03"), rules.services[&service("A01")].clone());
    let mut tube = Tube::with(rules);
    let nobody = Refusal::NotServedInHall(service("A03"));
    assert_eq!(tube.refused(reserve(wish("A03", Ordinary))), nobody);
    assert_eq!(tube.refused(reserve(Wish { further: vec![service("A03")], ..wish("A01", Ordinary) })), nobody);
    let offered = queue::offer(&tube.hall, &tube.rules, &service("A03"), Ordinary, tube.at);
    assert_eq!(offered, Err(nobody));
    let unknown = tube.refused(reserve(wish("X99", Ordinary)));
    assert_eq!(unknown, Refusal::NoSuchService(service("X99")));
}

#[test]
fn an_offline_ticket_waits_since_it_was_printed() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.pass(Span::minutes(10));
    let online = tube.arrive("A01", Ordinary);
    let printed_at = NINE.plus(Span::minutes(3));
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", printed_at));
    assert_eq!(tube.visit(alone).arrival.since, printed_at);
    let line = queue::line(&tube.hall, &tube.rules, &counter("1"), tube.at, 9);
    assert_eq!(line, [alone, online]);
    let events = tube.done(Command::CallNext { counter: counter("1") });
    let Event::Called { waited, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*waited, Span::minutes(7));
}

#[test]
fn an_offline_ticket_is_never_ahead_of_one_already_called() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.pass(Span::minutes(5));
    tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(5));
    let later = tube.arrive("A01", Ordinary);
    tube.call("1");
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", NINE));
    assert_eq!(tube.visit(alone).arrival.since, NINE.plus(Span::minutes(5)));
    let other_class = tube.fresh();
    let wish = wish("A01", Courtesy);
    tube.done(Command::RecordOffline { ticket: other_class, number: number("A1-002"), wish, printed_at: NINE });
    assert_eq!(tube.visit(other_class).arrival.since, NINE, "another class has its own line");
    tube.done(Command::NoShow { counter: counter("1") });
    let line = queue::line(&tube.hall, &tube.rules, &counter("1"), tube.at, 9);
    assert_eq!(line, [other_class, alone, later]);
}

#[test]
fn by_a_clock_in_1970_paper_is_ahead_of_who_came_after_the_called() {
    let mut tube = Tube::new();
    tube.done(Command::CloseDay);
    tube.at = Time(0);
    tube.done(Command::OpenDay { date: queue::calendar::Date(jiff::civil::date(1970, 1, 1)) });
    tube.open("1");
    let before = |minutes| Time(0).minus(Span::minutes(minutes));
    let first = tube.fresh();
    tube.done(offline(first, "A1-001", before(30)));
    assert_eq!(tube.call("1"), Some(first));
    let second = tube.fresh();
    tube.done(offline(second, "A2-001", before(20)));
    assert_eq!(tube.visit(second).arrival.since, before(20));
}

#[test]
fn a_call_out_of_order_holds_no_offline_ticket_back() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.pass(Span::minutes(5));
    tube.arrive("A01", Ordinary);
    tube.pass(Span::minutes(5));
    let chosen = tube.arrive("A01", Ordinary);
    tube.done(Command::CallThis { counter: counter("1"), ticket: chosen });
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", NINE));
    assert_eq!(tube.visit(alone).arrival.since, NINE);
}

#[test]
fn who_came_back_to_the_front_holds_no_offline_ticket_back() {
    let mut tube = Tube::new();
    tube.open("1");
    tube.pass(Span::minutes(5));
    tube.arrive("A01", Ordinary);
    tube.call("1");
    let to = queue::command::Target::Service(service("K01"));
    let (placing, back) = (queue::command::Placing::First, queue::command::Return::No);
    tube.done(Command::Transfer { counter: counter("1"), to, placing, back });
    tube.call("1");
    assert!(!tube.hall.called_up_to.contains_key(&(service("K01"), Ordinary)));
}

#[test]
fn an_offline_ticket_is_not_from_the_future() {
    let mut tube = Tube::new();
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", NINE.plus(Span::minutes(60))));
    assert_eq!(tube.visit(alone).arrival.since, NINE);
}

#[test]
fn the_same_paper_is_recorded_once() {
    let mut tube = Tube::new();
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", NINE));
    assert_eq!(tube.done(offline(alone, "A1-001", NINE)), []);
    assert_eq!(tube.refused(offline(alone, "A1-002", NINE)), Refusal::TicketKnown);
    let other = tube.fresh();
    assert_eq!(tube.refused(offline(other, "A1-001", NINE)), Refusal::NumberTaken(number("A1-001")));
    assert_eq!(tube.hall.counts().issued, 1);
}

#[test]
fn a_lost_answer_leaves_a_void_number_and_one_ticket() {
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = reserved(&mut tube);
    let events = tube.done(offline(ticket, "A1-001", NINE));
    assert_eq!(events[0], Event::Voided { ticket, number: number("A-001") });
    assert_eq!(tube.visit(ticket).number, number("A1-001"));
    assert_eq!((tube.hall.counts().issued, tube.hall.tally.void), (1, 0));
    assert_eq!(tube.call("1"), Some(ticket));
    assert_eq!(tube.hall.numbers[&number("A-001")], ticket, "nobody gets that number any more");
    assert_eq!(tube.done(offline(ticket, "A1-001", NINE)), []);
}

#[test]
fn a_number_void_before_the_report_is_replaced_too() {
    let mut tube = Tube::new();
    let ticket = reserved(&mut tube);
    tube.pass(CONFIRM_WITHIN);
    tube.done(Command::Tick);
    let events = tube.done(offline(ticket, "A1-001", NINE));
    assert!(matches!(&events[..], [Event::RecordedOffline { .. }]));
    assert_eq!(tube.hall.counts().issued, 1);
}

#[test]
fn what_is_on_paper_waits_whatever_hours_and_caps_say() {
    let mut rules = crate::common::rules();
    let a01 = rules.services.get_mut(&service("A01")).unwrap();
    a01.cap = std::num::NonZeroU32::new(1);
    a01.hours = Some(queue::calendar::Hours::Weekly(Default::default()));
    let mut tube = Tube::with(rules);
    tube.done(Command::SuspendService { service: service("A01"), why: crate::common::reason("power") });
    for n in 1..3 {
        let alone = tube.fresh();
        tube.done(offline(alone, &format!("A1-00{n}"), NINE));
    }
    assert_eq!(tube.hall.counts().waiting, 2);
}

#[test]
fn foreign_numbers_are_refused() {
    let mut tube = Tube::new();
    let alone = tube.fresh();
    let wrong = tube.refused(offline(alone, "K1-001", NINE));
    assert_eq!(wrong, Refusal::WrongPrefix { number: number("K1-001"), service: service("A01") });
    assert_eq!(tube.refused(offline(alone, "A-001", NINE)), Refusal::NotAKioskNumber(number("A-001")));
    let beyond = format!("A1-{}", SERIAL_MAX + 1);
    assert_eq!(tube.refused(offline(alone, &beyond, NINE)), Refusal::NotAKioskNumber(number(&beyond)));
    tube.done(offline(alone, &format!("A1-{SERIAL_MAX}"), NINE));
}

#[test]
fn after_a_restore_a_hub_number_that_was_forgotten_comes_back() {
    let mut tube = Tube::new();
    let prefix = queue::number::Prefix::try_from('A').unwrap();
    tube.done(Command::BeginEpoch { epoch: 1, seen: vec![(prefix, 5)] });
    let forgotten = tube.fresh();
    tube.done(offline(forgotten, "A-005", NINE));
    assert_eq!(tube.stage(forgotten).name(), "waiting");
    let beyond = tube.fresh();
    assert_eq!(tube.refused(offline(beyond, "A-006", NINE)), Refusal::NotAKioskNumber(number("A-006")));
    let known = tube.arrive("A01", Ordinary);
    assert_eq!(tube.visit(known).number, number("A-006"));
}

#[test]
fn a_report_of_a_reserved_number_is_its_confirmation() {
    let mut tube = Tube::new();
    let ticket = reserved(&mut tube);
    tube.done(offline(ticket, "A-001", NINE));
    assert_eq!(tube.stage(ticket).name(), "waiting");
}

#[test]
fn yesterdays_paper_does_not_wait_today() {
    let mut tube = Tube::new();
    let alone = tube.fresh();
    let too_old = NINE.minus(OFFLINE_BEFORE_DAY).minus(Span(1));
    let another_day = Refusal::PrintedAnotherDay { number: number("A1-001") };
    assert_eq!(tube.refused(offline(alone, "A1-001", too_old)), another_day);
    tube.done(offline(alone, "A1-001", NINE.minus(OFFLINE_BEFORE_DAY)));
}

#[test]
fn a_hub_whose_clock_fell_back_takes_what_a_kiosk_printed_a_minute_ago() {
    let mut tube = Tube::new();
    tube.pass(Span::minutes(30));
    tube.arrive("A01", Ordinary);
    tube.at = Time(0);
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-001", Time(0).minus(Span::minutes(1))));
    let since = tube.stage(alone).place().unwrap().since;
    assert_eq!(since, NINE.plus(Span::minutes(29)), "a minute before now, by the hall's time");
}

#[test]
fn an_offline_ticket_is_well_formed_too() {
    let mut tube = Tube::new();
    let ticket = tube.fresh();
    let record = |wish| Command::RecordOffline { ticket, number: number("A1-001"), wish, printed_at: NINE };
    assert_eq!(tube.refused(record(Wish { quantity: 0, ..wish("A01", Ordinary) })).code(), "quantity");
    assert_eq!(tube.refused(record(wish("X99", Ordinary))).code(), "no-such-service");
    tube.done(Command::CloseDay);
    assert_eq!(tube.refused(record(wish("A01", Ordinary))), Refusal::DayShut);
}

#[test]
fn offline_serials_are_remembered_for_the_kiosk() {
    let mut tube = Tube::new();
    let alone = tube.fresh();
    tube.done(offline(alone, "A1-007", NINE));
    let prefix = queue::number::Prefix::try_from('A').unwrap();
    assert_eq!(tube.hall.serials[&(queue::number::Lane::Kiosk(1), prefix)], 7);
    let earlier = tube.fresh();
    tube.done(offline(earlier, "A1-003", NINE));
    assert_eq!(tube.hall.serials[&(queue::number::Lane::Kiosk(1), prefix)], 7, "never downwards");
}

#[test]
fn given_up_is_over_unless_somebody_serves_it() {
    for (by, closing) in
        [(CancelledBy::Visitor, Closing::CancelledByVisitor), (CancelledBy::Staff, Closing::RemovedByStaff)]
    {
        let mut tube = Tube::new();
        let ticket = tube.arrive("A01", Ordinary);
        tube.done(Command::Cancel { ticket, by });
        assert_eq!(tube.stage(ticket), &Stage::Closed { closing, at: tube.at });
        assert_eq!(tube.done(Command::Cancel { ticket, by }), [], "twice is once");
    }
    let mut tube = Tube::new();
    tube.open("1");
    let ticket = tube.arrive("A01", Ordinary);
    tube.call("1");
    let cancel = |by| Command::Cancel { ticket, by };
    assert_eq!(tube.refused(cancel(CancelledBy::Visitor)).code(), "wrong-stage");
    tube.done(Command::NoShow { counter: counter("1") });
    assert_eq!(tube.refused(cancel(CancelledBy::Staff)).code(), "wrong-stage");
}
