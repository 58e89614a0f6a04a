//! The board's feed and the hall's figures: a display that follows equals the hub, and what a manager sees is counted
//! from what happened.

mod support;

use hub::journal::{Durability, RING_MAX, live::hall_figures};
use queue::{command::Command, ids::TicketId};
use std::sync::Arc;
use support::{Place, TestHall, counter, eventful_day, reserve};
use uuid::Uuid;
use wire::board::{Board, BoardChange};

/// A clerk calls and finishes one ticket after the other: two changes each.
fn call_and_finish(hall: &TestHall, times: u32) {
    for _ in 0..times {
        hall.done(Command::CallNext { counter: counter("1") });
        hall.done(Command::NoShow { counter: counter("1") });
    }
}

#[test]
fn a_display_that_follows_the_changes_equals_the_hub_at_every_step() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let feed = hall.journal.board();
    let mut changes = feed.subscribe();
    let (mut seq, board) = feed.snapshot();
    let mut display = Board::clone(&board);
    let mut seen = 0;
    for (seconds, command) in eventful_day() {
        hall.wait_seconds(seconds);
        let what = format!("{command:?}");
        hall.done(command);
        while let Ok(published) = changes.try_recv() {
            assert!(published.seq > seq, "{what}: sequence numbers rise");
            seq = published.seq;
            display.apply(&published.change);
            seen += 1;
        }
        let (now, board) = feed.snapshot();
        assert_eq!((&display, now), (&*board, *hall.journal.revision().borrow()), "{what}");
    }
    assert!(seen >= 18, "only {seen} changes");
    assert!(display.calls.is_empty() && display.day == 2);
}

#[test]
fn the_board_shows_who_is_called_where_and_forgets_a_call_taken_back() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    let board = || Board::clone(&hall.journal.board().snapshot().1);
    hall.done(Command::CallNext { counter: counter("1") });
    let [call] = &board().calls[..] else { panic!("one call") };
    assert_eq!((&call.number[..], &call.counter[..], &call.stage[..]), ("A-001", "1", "called"));
    assert_eq!((&call.called_at[..], &call.language[..]), ("2026-11-23T07:00:00Z", "uz-Latn"));
    hall.done(Command::Undo { counter: counter("1") });
    assert_eq!((board().calls, board().recent), (Vec::new(), Vec::new()));

    hall.done(Command::CallNext { counter: counter("1") });
    hall.done(Command::Start { counter: counter("1") });
    assert_eq!(board().calls[0].stage, "serving");
    let call_seq = board().calls[0].call_seq;
    hall.done(Command::Complete { counter: counter("1"), outcome: "served".parse().unwrap() });
    assert_eq!((board().calls.len(), board().recent[0].call_seq), (0, call_seq));
    // Taken back: at the counter again, under the same call, so nobody announces it twice.
    hall.done(Command::Undo { counter: counter("1") });
    assert_eq!((board().calls[0].call_seq, &board().calls[0].stage[..]), (call_seq, "serving"));
    assert_eq!(board().recent, Vec::new());
}

#[test]
fn a_frame_is_ready_for_the_stream() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    let mut changes = hall.journal.board().subscribe();
    let seq = hall.submit(Command::CallNext { counter: counter("1") }).unwrap().seq;
    let published = changes.try_recv().unwrap();
    assert_eq!(published.seq, seq);
    assert_eq!(
        String::from_utf8(published.frame.to_vec()).unwrap(),
        format!(
            "event: change\nid: {seq}\ndata: {{\"change\":\"called\",\"call\":{{\"number\":\"A-001\",\"counter\":\"1\",\
             \"call_seq\":1,\"called_at\":\"2026-11-23T07:00:00Z\",\"stage\":\"called\",\"language\":\"uz-Latn\"}}}}\n\n"
        )
    );
}

#[test]
fn a_display_resumes_where_it_stopped_also_after_a_restart_of_the_hub() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    for n in 1..=5 {
        hall.ticket(n, "A01");
    }
    call_and_finish(&hall, 1);
    let (seq, _) = hall.journal.board().snapshot();
    call_and_finish(&hall, 2);
    let missed = |hall: &TestHall| hall.journal.board().since(seq).unwrap();
    assert_eq!(missed(&hall).len(), 4);
    assert!(matches!(missed(&hall)[0].change, BoardChange::Called { .. }));
    let before = missed(&hall);
    let (now, _) = hall.journal.board().snapshot();
    assert_eq!(hall.journal.board().since(now), Some(Vec::new()));
    hall.close();

    let again = TestHall::open(&place.0);
    assert_eq!(missed(&again), before);
}

#[test]
fn a_gap_or_another_journals_future_asks_for_a_snapshot() {
    let place = Place::new();
    let hall = TestHall::open_as(&place.0, Durability::Normal).unwrap().begin_business();
    let (early, _) = hall.journal.board().snapshot();
    assert_eq!(hall.journal.board().since(early + 1000), None);
    let rounds = u32::try_from(RING_MAX / 2).unwrap() + 1;
    for n in 1..=rounds {
        hall.ticket(u128::from(n), "A01");
    }
    call_and_finish(&hall, rounds);
    assert_eq!(hall.journal.board().since(early), None);
    let (now, _) = hall.journal.board().snapshot();
    let oldest_kept = hall.journal.board().since(now - u64::try_from(RING_MAX).unwrap()).unwrap();
    assert_eq!(oldest_kept.len(), RING_MAX);
}

#[test]
fn the_figures_count_what_happened() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let config = Arc::clone(&hall.config);
    for n in 1..=4 {
        hall.ticket(n, "A01");
    }
    hall.ticket(5, "K01");
    hall.done(reserve(TicketId(Uuid::from_u128(6)), "T01"));
    // An hour later, at 13:00 in Tashkent.
    hall.wait_seconds(3600);
    hall.done(Command::Tick);
    hall.done(Command::CallNext { counter: counter("1") });
    hall.done(Command::Start { counter: counter("1") });
    hall.wait_seconds(600);
    hall.done(Command::Complete { counter: counter("1"), outcome: "served".parse().unwrap() });
    hall.done(Command::CallNext { counter: counter("1") });
    hall.done(Command::PauseCounter { counter: counter("3"), why: "lunch".parse().unwrap() });
    hall.done(Command::CallNext { counter: counter("2") });
    hall.done(Command::Hold { counter: counter("2"), why: "payment".parse().unwrap(), until: None });
    hall.done(Command::CloseCounter { counter: counter("4") });
    hall.wait_seconds(120);

    let figures = hall.ask(move |reading| hall_figures(reading, &config));
    assert_eq!(
        figures.issued,
        figures.reserved + figures.waiting + figures.at_counters + figures.held + figures.closed
    );
    assert_eq!((figures.issued, figures.reserved, figures.waiting), (5, 0, 2));
    assert_eq!((figures.at_counters, figures.held, figures.closed, figures.served), (1, 1, 1, 1));
    assert_eq!((figures.day, figures.date.as_deref()), (Some(1), Some("2026-11-23")));
    assert_eq!(figures.longest_wait_min, 72);
    assert_eq!(figures.name, "Zomin tumani hokimligi yagona darchasi");

    let service = |code: &str| figures.services.iter().find(|service| service.service == code).unwrap();
    assert_eq!((service("A01").waiting, service("A01").issued, service("A01").counters_open), (1, 4, 2));
    assert_eq!((service("K01").waiting, service("K01").longest_wait_min), (1, 72));
    assert_eq!(service("K01").counters_open, 0, "counter 3 is paused and counter 4 closed");
    assert_eq!(service("T01").issued, 0, "a number that ran out is not a ticket");
    assert_eq!(figures.services.len(), 30);

    let stages: Vec<_> = figures.counters.iter().map(|counter| (&counter.stage[..], counter.minutes)).collect();
    assert_eq!(stages, [("called", 2), ("free", 2), ("paused", 2), ("closed", 2)]);
    assert_eq!(figures.counters[0].number.as_deref(), Some("A-002"));
    assert_eq!(figures.counters[0].clerk.as_deref(), Some("clerk-1"));

    assert_eq!(figures.hours.len(), 24);
    assert_eq!((figures.hours[12].issued, figures.hours[13].served), (5, 1));
}
