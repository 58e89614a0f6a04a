//! The journal through SQLite: what is answered is on the disk, what is on the disk is what memory was, the same
//! command is done once, and a commit that fails never happened.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use hub::journal::{Done, Durability, NotDone, Repeat, Submission, verify};
use queue::{
    command::{Actor, CancelledBy, Command, Placing, Return, Target},
    event::Event,
    ids::TicketId,
    refusal::Refusal,
};
use std::{
    pin::Pin,
    task::{Context, Waker},
};
use support::{Place, TestHall, counter, date, eventful_day, reserve, submission};
use uuid::Uuid;

#[test]
fn a_hall_killed_after_any_step_comes_back_as_it_was() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    for (step, (seconds, command)) in eventful_day().into_iter().enumerate() {
        hall.wait_seconds(seconds);
        let what = format!("step {step}: {command:?}");
        let events = hall.submit(command).unwrap_or_else(|e| panic!("{what}: {e}")).events;
        assert!(!events.is_empty(), "{what} does nothing");

        let cut = place.copy();
        let again = TestHall::open(&cut.0);
        assert_eq!(again.memory(), hall.memory(), "{what}");
        assert_eq!(*again.journal.board().snapshot().1, *hall.journal.board().snapshot().1, "{what}");
    }
}

#[test]
fn a_whole_day_verifies_and_counts_its_entries() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    for (seconds, command) in eventful_day() {
        hall.wait_seconds(seconds);
        hall.submit(command).unwrap();
    }
    let (_, _, seq) = hall.memory();
    // Also while the hub runs.
    let verified = verify(&place.0).unwrap();
    assert_eq!((verified.entries, verified.days, verified.tickets), (seq, 2, 11));
    hall.close();
    assert_eq!(verify(&place.0).unwrap(), verified);
}

#[test]
fn an_answered_command_survives_the_kill_that_follows() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let ticket = hall.ticket(1, "A01");
    let cut = place.copy();
    drop(hall);
    let again = TestHall::open(&cut.0);
    assert_eq!(again.ask(move |reading| reading.hall.visits[&ticket].stage.name()), "waiting");
}

#[test]
fn the_same_command_id_gives_the_same_events_and_no_new_ones() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let command = reserve(TicketId(Uuid::from_u128(7)), "A01");
    let id = hall.fresh_id();
    let first = hall.submit_as(id, command.clone()).unwrap();
    assert_eq!(first.repeat, Repeat::First);

    hall.wait_seconds(3);
    let again = hall.submit_as(id, command.clone()).unwrap();
    assert_eq!(again.repeat, Repeat::Again);
    assert_eq!((&again.events, again.seq, again.at), (&first.events, first.seq, first.at));
    assert_eq!(hall.memory().2, first.seq);

    // Also by the hub that comes after.
    hall.close();
    let later = TestHall::open(&place.0);
    let again = later.submit_as(id, command).unwrap();
    assert_eq!((again.events, again.repeat), (first.events, Repeat::Again));
}

#[test]
fn a_command_id_reused_for_another_command_is_refused_and_changes_nothing() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let id = hall.fresh_id();
    hall.submit_as(id, reserve(TicketId(Uuid::from_u128(7)), "A01")).unwrap();
    let before = hall.memory();
    for other in [reserve(TicketId(Uuid::from_u128(7)), "A02"), reserve(TicketId(Uuid::from_u128(8)), "A01")] {
        assert_eq!(hall.submit_as(id, other), Err(NotDone::CommandIdReused));
    }
    assert_eq!(hall.submit_as(id, Command::CallNext { counter: counter("1") }), Err(NotDone::CommandIdReused));
    assert_eq!(hall.memory(), before);
}

#[test]
fn a_repeated_hold_is_the_same_hold_although_the_clock_went_on() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    hall.done(Command::CallNext { counter: counter("1") });
    let id = hall.fresh_id();
    let hold = |now: i64, minutes: i64| Command::Hold {
        counter: counter("1"),
        why: "other".parse().unwrap(),
        until: Some(queue::time::Time(now + minutes * 60_000)),
    };
    let now = || hall.clock.load(std::sync::atomic::Ordering::SeqCst);
    let first = hall.submit_as(id, hold(now(), 5)).unwrap();
    hall.wait_seconds(4);
    assert_eq!(hall.submit_as(id, hold(now(), 5)).unwrap().events, first.events);
    assert_eq!(hall.submit_as(id, hold(now(), 9)), Err(NotDone::CommandIdReused));
}

#[test]
fn a_refusal_and_a_command_with_nothing_to_do_are_not_recorded() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let before = hall.memory();
    let unknown = hall.submit(reserve(TicketId(Uuid::from_u128(1)), "Z99"));
    assert_eq!(unknown, Err(NotDone::Refused(Refusal::NoSuchService("Z99".parse().unwrap()))));
    let nobody = hall.submit(Command::CallNext { counter: counter("1") }).unwrap();
    assert_eq!((nobody.events, nobody.seq), (Vec::new(), before.2));
    assert_eq!(hall.memory(), before);
}

#[test]
fn what_waits_together_shares_one_commit() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let commits_before = commits(&place);
    let (entered, inside) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let asking = {
        let journal = hall.journal.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime
                .block_on(journal.ask(move |_| {
                    entered.send(()).unwrap();
                    held.recv().unwrap();
                }))
                .unwrap();
        })
    };
    inside.recv().unwrap();
    // The journal thread stands still, so all of these wait before it looks again.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answers = runtime.block_on(async {
        let waiting: Vec<_> = (1..=50u128)
            .map(|n| {
                let journal = hall.journal.clone();
                let id = queue::ids::CommandId(Uuid::from_u128(0xffff_0000 + n));
                let mut submit = Box::pin(async move {
                    journal.submit(submission(id, reserve(TicketId(Uuid::from_u128(n)), "A01"))).await
                });
                // The first poll puts the command into the channel.
                let poll = Future::poll(submit.as_mut(), &mut Context::from_waker(Waker::noop()));
                assert!(poll.is_pending());
                submit
            })
            .collect();
        release.send(()).unwrap();
        let mut answers = Vec::new();
        for submit in waiting {
            answers.push(submit.await.unwrap());
        }
        answers
    });
    asking.join().unwrap();
    let numbers: std::collections::BTreeSet<_> = answers
        .iter()
        .map(|done| match &done.events[..] {
            [Event::Reserved { number, .. }] => *number,
            other => panic!("one reservation each, not {other:?}"),
        })
        .collect();
    assert_eq!(numbers.len(), 50);
    assert_eq!(commits(&place) - commits_before, 1);
}

#[test]
fn the_same_command_twice_in_one_batch_is_done_once() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let id = hall.fresh_id();
    let command = || reserve(TicketId(Uuid::from_u128(7)), "A01");
    let (entered, inside) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (first, again, other) = runtime.block_on(async {
        let holding = hall.journal.ask(move |_| {
            entered.send(()).unwrap();
            held.recv().unwrap();
        });
        let first = hall.journal.submit(submission(id, command()));
        let again = hall.journal.submit(submission(id, command()));
        let other = hall.journal.submit(submission(id, Command::Tick));
        let releasing = async {
            inside.recv().unwrap();
            release.send(()).unwrap();
        };
        // All five begin in this order, and only then the journal thread goes on.
        let (_, first, again, other, ()) = tokio::join!(holding, first, again, other, releasing);
        (first.unwrap(), again.unwrap(), other)
    });
    assert_eq!((first.repeat, again.repeat), (Repeat::First, Repeat::Again));
    assert_eq!((&first.events, first.seq), (&again.events, again.seq));
    assert_eq!(other, Err(NotDone::CommandIdReused));
    assert_eq!(hall.memory().2, first.seq);
}

#[test]
fn a_commit_that_fails_never_happened_and_the_journal_goes_on() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    // A row that points nowhere is only found at the commit itself.
    let poison = rusqlite::Connection::open(place.file()).unwrap();
    poison
        .execute_batch(
            "create table nowhere (id integer primary key) strict;
             create table poison (id integer references nowhere (id) deferrable initially deferred) strict;
             create trigger poisoned after insert on entry when new.event like '%\"K02\"%'
             begin insert into poison (id) values (1); end;",
        )
        .unwrap();
    let before = hall.memory();
    let board = hall.journal.board().snapshot();
    let mut revision = hall.journal.revision();
    revision.mark_unchanged();
    let mut changes = hall.journal.board().subscribe();

    let id = hall.fresh_id();
    let poisoned = reserve(TicketId(Uuid::from_u128(2)), "K02");
    assert_eq!(hall.submit_as(id, poisoned.clone()), Err(NotDone::Broken));
    assert_eq!(hall.memory(), before);
    assert_eq!(hall.journal.board().snapshot(), board);
    assert!(!revision.has_changed().unwrap());
    assert!(changes.try_recv().is_err());
    assert_eq!(verify(&place.0).unwrap().entries, before.2);

    // The next command gets the next number, and the poisoned one succeeds when the cause is gone.
    hall.ticket(3, "A01");
    poison.execute_batch("drop trigger poisoned").unwrap();
    let done = hall.submit_as(id, poisoned).unwrap();
    assert_eq!((done.repeat, done.seq), (Repeat::First, before.2 + 3));
    let memory = hall.memory();
    hall.close();
    let again = TestHall::open(&place.0);
    assert_eq!(again.memory(), memory);
    assert_eq!(verify(&place.0).unwrap().entries, memory.2);
}

#[test]
fn a_closed_journal_takes_nothing_more() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let journal = hall.journal.clone();
    hall.close();
    let late = journal.submit_blocking(submission(queue::ids::CommandId(Uuid::from_u128(1)), Command::Tick));
    assert_eq!(late, Err(NotDone::Stopped));
    assert!(!place.0.join("hall.sqlite-wal").exists(), "the write-ahead log is in the file");
}

#[test]
fn four_thousand_chances_leave_a_journal_that_adds_up() {
    let place = Place::new();
    let hall = TestHall::open_as(&place.0, Durability::Normal).unwrap().begin_business();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut accepted = 0;
    for n in 0..4_000u128 {
        hall.wait_seconds(i64::from(chance.below(20)) - 1);
        accepted += u32::from(hall.submit(random_command(&mut chance, n)).is_ok());
    }
    assert!(accepted > 1_200, "only {accepted} commands were accepted: this proves little");
    let memory = hall.memory();
    hall.close();
    verify(&place.0).unwrap();
    assert_eq!(TestHall::open(&place.0).memory(), memory);
}

/// A small generator: the same numbers at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(n)).unwrap()
    }
}

fn random_command(chance: &mut Chance, n: u128) -> Command {
    let at = || counter("1");
    let counter = counter(&(1 + chance.below(4)).to_string());
    let services = ["A01", "A02", "K01", "M01", "O01", "T01", "E01"];
    let service = services[chance.below(7) as usize];
    let some_ticket = TicketId(Uuid::from_u128(n.saturating_sub(u128::from(chance.below(60)))));
    let reason = || "other".parse().unwrap();
    match chance.below(100) {
        0..=19 => reserve(TicketId(Uuid::from_u128(n)), service),
        20..=37 => Command::ConfirmPrinted { ticket: some_ticket, number: None },
        38..=52 => Command::CallNext { counter },
        53..=62 => Command::Start { counter },
        63..=70 => Command::Complete { counter, outcome: "served".parse().unwrap() },
        71..=74 => Command::Undo { counter },
        75..=77 => Command::Recall { counter },
        78..=80 => Command::NoShow { counter },
        81..=82 => Command::Rejoin { ticket: some_ticket },
        83..=84 => Command::CallThis { counter, ticket: some_ticket },
        85..=86 => Command::Hold { counter, why: reason(), until: None },
        87..=88 => Command::Resume { counter, ticket: some_ticket },
        89..=90 => Command::Transfer {
            counter,
            to: Target::Service(service.parse().unwrap()),
            placing: Placing::InOrder,
            back: Return::BackToMe,
        },
        91 => Command::Transfer { counter, to: Target::Counter(at()), placing: Placing::First, back: Return::No },
        92..=93 => Command::Cancel { ticket: some_ticket, by: CancelledBy::Staff },
        94..=95 => Command::Tick,
        96 => Command::PauseCounter { counter, why: reason() },
        97..=98 => {
            let clerk = format!("clerk-{counter}").parse().unwrap();
            Command::OpenCounter { counter, clerk }
        }
        _ if chance.below(10) == 0 => Command::CloseDay,
        _ => Command::OpenDay { date: date("2026-11-24") },
    }
}

/// Commits in the write-ahead log: frames that carry the file's size.
fn commits(place: &Place) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let log = std::fs::read(place.0.join("hall.sqlite-wal")).unwrap();
    let word = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let page = usize::try_from(word(&log[8..12])).unwrap();
    let frames = log[HEADER..].chunks_exact(FRAME_HEADER + page);
    frames.filter(|frame| word(&frame[4..8]) != 0).count()
}

/// Somebody who gave a command and waits for the answer.
struct Caller<'a>(Pin<Box<dyn Future<Output = Result<Done, NotDone>> + 'a>>);

impl<'a> Caller<'a> {
    /// The command waits for the journal's thread when this returns.
    fn gives(hall: &'a TestHall, actor: Actor, command: Command) -> Caller<'a> {
        let submission = Submission { actor, ..submission(hall.fresh_id(), command) };
        let mut answer: Pin<Box<dyn Future<Output = _>>> = Box::pin(hall.journal.submit(submission));
        let polled = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending(), "{polled:?}");
        Caller(answer)
    }

    fn answer(self, hall: &TestHall) -> Done {
        hall.wait_for(self.0).unwrap()
    }
}

#[test]
fn a_clerk_is_decided_before_kiosks_who_came_first_and_questions_in_between() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    let gate = hall.stand_still();
    let kiosks: Vec<_> = (2..40)
        .map(|n| {
            let reserve = reserve(TicketId(Uuid::from_u128(n)), "A01");
            Caller::gives(&hall, Actor::Kiosk("kiosk-1".parse().unwrap()), reserve)
        })
        .collect();
    let call = Command::CallNext { counter: counter("1") };
    let clerk = Caller::gives(&hall, Actor::Clerk("clerk-1".parse().unwrap()), call);
    gate.opens();

    let called = clerk.answer(&hall).seq;
    let reserved: Vec<u64> = kiosks.into_iter().map(|kiosk| kiosk.answer(&hall).seq).collect();
    assert!(reserved.iter().all(|seq| *seq > called), "called at {called}, reserved at {reserved:?}");
    assert!(reserved.is_sorted(), "kiosks keep their order: {reserved:?}");
}
