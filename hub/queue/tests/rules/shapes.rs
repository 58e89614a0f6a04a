//! What is written to a journal stays readable for ever: one line per variant, compared with `event_shapes.txt`.
//!
//! A line that differs means that old journals would no longer replay. Add lines for new variants and fields with
//! `UPDATE=1 cargo test -p queue`; never change one that has shipped.

use crate::common::{clerk, counter, reason, served, service, ticket, today, wish};
use queue::{
    command::{Class, Return, Target, Wish},
    event::{CallOrder, Event, NextStay, WaitRange},
    number::{Number, PREFIXES, Prefix},
    stage::{Closing, Place, Rank, Step, Streak},
    time::{Span, Time},
};

fn place(rank: Rank) -> Place {
    Place { rank, since: Time(1_795_406_400_000), order: 7 }
}

fn number() -> Number {
    "A1-047".parse().unwrap()
}

fn of_the_hall() -> Vec<Event> {
    let (counter, clerk) = (counter("1"), clerk("aziz"));
    vec![
        Event::DayOpened { day: 1, date: today() },
        Event::DayClosed { day: 1 },
        Event::EpochBegan { epoch: 2, seen: vec![(Prefix::try_from('A').unwrap(), 47)] },
        Event::CounterOpened { counter: counter.clone(), clerk: clerk.clone() },
        Event::CounterPaused { counter: counter.clone(), clerk: clerk.clone(), why: reason("lunch") },
        Event::CounterClosed { counter, clerk },
        Event::ServiceSuspended { service: service("A01"), why: reason("power") },
        Event::ServiceRestored { service: service("A01") },
    ]
}

fn of_a_ticket() -> Vec<Event> {
    let (ticket, number, place) = (ticket(7), number(), place(Rank::Arrival));
    let wish = Wish { further: vec![service("K01")], quantity: 2, ..wish("A01", Class::Statutory) };
    let closed = |closing| Event::Closed { ticket, number, closing };
    vec![
        Event::Reserved {
            ticket,
            number,
            wish: wish.clone(),
            place,
            until: Time(1_795_406_460_000),
            ahead: 3,
            quoted: Some(WaitRange { low_min: 5, high_min: 10 }),
        },
        Event::Printed { ticket, number, place },
        Event::RecordedOffline { ticket, number, wish, printed_at: Time(1_795_406_300_000), place },
        Event::Voided { ticket, number },
        Event::Revived { ticket, number, place },
        Event::HoldEnded { ticket, number, place: self::place(Rank::Front) },
        closed(Closing::Served(served())),
        closed(Closing::NoShow),
        closed(Closing::CancelledByVisitor),
        closed(Closing::RemovedByStaff),
        closed(Closing::Unprinted),
        closed(Closing::DayClosed),
        Event::Rejoined { ticket, number, place, not_before: Time(1_795_406_700_000) },
        Event::Redirected { ticket, number, to: Target::Service(service("A01")), place },
    ]
}

fn at_a_counter() -> Vec<Event> {
    let (ticket, number, place) = (ticket(7), number(), place(Rank::Arrival));
    let (counter, clerk) = (counter("1"), clerk("aziz"));
    let called = |order| Event::Called {
        ticket,
        number,
        counter: counter.clone(),
        clerk: clerk.clone(),
        call_seq: 9,
        order,
        waited: Span(240_000),
        streak: Streak { statutory: 1, courtesy: 0 },
    };
    let transferred = |to, back| Event::Transferred {
        ticket,
        number,
        counter: counter.clone(),
        to,
        service: service("K01"),
        place,
        back,
        served: Span(60_000),
    };
    let undone = |step| Event::Undone { counter: counter.clone(), ticket, number, step };
    let mut events = vec![
        called(CallOrder::Next),
        called(CallOrder::OutOfOrder),
        Event::Recalled { ticket, number, counter: counter.clone(), call_seq: 10 },
        Event::Started { ticket, number, counter: counter.clone(), clerk: clerk.clone() },
        Event::Held { ticket, number, counter: counter.clone(), why: reason("form"), until: Some(Time(1)) },
        Event::Resumed { ticket, number, counter: counter.clone(), clerk: clerk.clone(), call_seq: 11 },
        transferred(Target::Service(service("K01")), Return::No),
        transferred(Target::Counter(self::counter("2")), Return::BackToMe),
        transferred(Target::Clerk(self::clerk("lola")), Return::No),
        Event::Completed {
            ticket,
            number,
            counter: counter.clone(),
            clerk: clerk.clone(),
            service: service("A01"),
            outcome: served(),
            served: Span(300_000),
            next: Some(NextStay { to: Target::Service(service("K01")), service: service("K01"), place }),
        },
    ];
    let steps = [Step::Call, Step::Start, Step::Hold, Step::Resume, Step::Transfer, Step::Complete, Step::NoShow];
    events.extend(steps.map(undone));
    events
}

#[test]
fn every_event_keeps_its_shape() {
    let events: Vec<Event> = [of_the_hall(), of_a_ticket(), at_a_counter()].concat();
    let written: String = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/event_shapes.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    for (line, event) in kept.lines().zip(&events) {
        assert_eq!(&serde_json::from_str::<Event>(line).unwrap(), event, "an old journal must stay readable");
    }
    assert_eq!(written, kept);
}

#[test]
fn every_variant_has_a_line() {
    let events: Vec<Event> = [of_the_hall(), of_a_ticket(), at_a_counter()].concat();
    let kinds: std::collections::BTreeSet<String> = events.iter().map(kind).collect();
    assert_eq!(kinds.len(), 25, "a new variant needs a line in this file");
}

/// Exhaustive, so that a new variant is missed by the compiler before it is missed by a reader.
fn kind(event: &Event) -> String {
    let kind = match event {
        Event::DayOpened { .. }
        | Event::DayClosed { .. }
        | Event::EpochBegan { .. }
        | Event::Reserved { .. }
        | Event::Printed { .. }
        | Event::RecordedOffline { .. }
        | Event::Voided { .. }
        | Event::Revived { .. }
        | Event::Called { .. }
        | Event::Recalled { .. }
        | Event::Started { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::HoldEnded { .. }
        | Event::Transferred { .. }
        | Event::Completed { .. }
        | Event::Closed { .. }
        | Event::Rejoined { .. }
        | Event::Redirected { .. }
        | Event::Undone { .. }
        | Event::CounterOpened { .. }
        | Event::CounterPaused { .. }
        | Event::CounterClosed { .. }
        | Event::ServiceSuspended { .. }
        | Event::ServiceRestored { .. } => serde_json::to_value(event).unwrap()["event"].clone(),
    };
    kind.as_str().unwrap().to_owned()
}

#[test]
fn names_on_paper_are_read_back_exactly() {
    for text in ["A-001", "A-047", "A-999", "A-1000", "E9-012", "T20-007", "M99-001", "K1-4294967295"] {
        let number: Number = text.parse().unwrap();
        assert_eq!(number.to_string(), text);
        let json = serde_json::to_string(&number).unwrap();
        assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
    }
    assert_eq!(PREFIXES.map(|letter| Prefix::try_from(letter).unwrap().letter()), PREFIXES);
    for text in [
        "",
        "A",
        "A-",
        "-001",
        "A001",
        "B-001",
        "a-001",
        "A-01",
        "A-0001",
        "A-000",
        "A0-001",
        "A100-001",
        "A01-001",
        "A+1-001",
        "A1-01",
        "A-+01",
        "A-1 ",
        "AA-001",
        "A1-4294967296",
    ] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
}

#[test]
fn codes_are_short_and_plain() {
    use queue::ids::{CODE_BYTES_MAX, ServiceCode};
    for text in ["A01", "uz-Latn", "clerk_7", &"x".repeat(CODE_BYTES_MAX)] {
        assert_eq!(text.parse::<ServiceCode>().unwrap().as_str(), text);
    }
    for text in ["", "oʻ", "a b", "a/b", &"x".repeat(CODE_BYTES_MAX + 1)] {
        assert!(text.parse::<ServiceCode>().is_err(), "{text}");
        assert!(serde_json::from_value::<ServiceCode>(text.into()).is_err(), "{text}");
    }
    assert_eq!(service("A01").to_string(), "A01");
    assert_eq!(String::from(service("A01")), "A01");
    assert_eq!(ticket(1).to_string(), "00000000-0000-0000-0000-000000000001");
}
