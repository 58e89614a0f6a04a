//! The journal through crashes (a reopened file), days, epochs and hubs that come and go.

use super::*;
use crate::session::Medium;
use std::path::PathBuf;
use wire::{
    hall::{Catalogue, Category},
    kiosk::{ChainLink, KioskHome, LaneSerial},
    seen::Seen,
    services::Service,
};
use words::Lang;

/// A file of its own that goes with the test.
struct Disk(PathBuf);

impl Disk {
    fn new(name: &str) -> Disk {
        let dir = std::env::temp_dir().join(format!("kiosk-store-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        Disk(dir)
    }

    fn open(&self) -> Store {
        Store::open(&self.0.join("kiosk.sqlite")).unwrap()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const MORNING: &str = "2026-11-23T05:00:00Z";
const NEXT_MORNING: &str = "2026-11-24T05:00:00Z";

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn wish() -> Wish {
    Wish {
        language: Lang::Kaa,
        category: "A".to_owned(),
        service: "A01".to_owned(),
        further: vec!["K02".to_owned(), "T01".to_owned()],
        turn: Turn::Declared("elderly".to_owned()),
        medium: Medium::Paper,
    }
}

fn home(epoch: u32, day: u32, seen: u32) -> KioskHome {
    KioskHome {
        device: "kiosk-1".to_owned(),
        epoch,
        day: Some(day),
        lane: 1,
        lane_serials: vec![LaneSerial { prefix: "A".to_owned(), serial: seen }],
        at: MORNING.to_owned(),
        languages: vec!["uz-Latn".to_owned()],
        hall: "zomin".to_owned(),
        chain: ChainLink::default(),
        backed_up: 0,
        generation: 1,
        ..KioskHome::default()
    }
}

fn taken(n: u128) -> TicketTaken {
    TicketTaken { ticket_id: uuid(n), number: "A-047".to_owned(), ahead: 1, wait_minutes: None }
}

/// Identities from 9,000 on.
fn anew() -> impl FnMut() -> Uuid {
    let mut made = 9_000;
    move || {
        made += 1;
        uuid(made)
    }
}

/// Everything the hub must be told, delivered in entries from `entry` on.
fn deliver(store: &mut Store, mut entry: u64) -> Vec<Report> {
    let mut told = Vec::new();
    while let Some(report) = store.next_report().unwrap() {
        store.delivered(report.seq, entry).unwrap();
        entry += 1;
        told.push(report);
    }
    told
}

/// One ticket with the hub's number, on paper.
fn from_hub(store: &mut Store, n: u128, when: &str) {
    store.intend(uuid(n), &wish(), at(when)).unwrap();
    store.assign_hub(uuid(n), &TicketTaken { number: format!("A-{n:03}"), ..taken(n) }).unwrap();
    print(store, n, when);
}

/// One own-lane ticket as far as `assigned`; its identity is `n + 1000`.
fn own(store: &mut Store, n: u128, when: &str) -> String {
    store.intend(uuid(n), &wish(), at(when)).unwrap();
    store.assign_own(uuid(n), uuid(n + 1000)).unwrap()
}

fn print(store: &mut Store, ticket: u128, when: &str) {
    store.printing(uuid(ticket)).unwrap();
    store.printed(uuid(ticket), uuid(ticket + 5000), at(when)).unwrap();
}

#[test]
fn a_printed_ticket_is_reported_after_any_restart_until_the_hub_has_it() {
    let disk = Disk::new("reported");
    let mut store = disk.open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    store.intend(uuid(1), &wish(), at(MORNING)).unwrap();
    store.assign_hub(uuid(1), &taken(1)).unwrap();
    print(&mut store, 1, MORNING);
    own(&mut store, 2, MORNING);
    print(&mut store, 1002, MORNING);
    drop(store);

    let mut store = disk.open();
    assert_eq!(store.recover().unwrap(), []);
    let first = store.next_report().unwrap().unwrap();
    assert_eq!((first.ticket, first.command, first.kind), (uuid(1), uuid(5001), Kind::Printed));
    store.delivered(first.seq, 1).unwrap();
    let second = store.next_report().unwrap().unwrap();
    assert_eq!((second.number.as_str(), second.command), ("A1-001", uuid(6002)));
    assert_eq!(
        second.kind,
        Kind::Offline {
            service: "A01".to_owned(),
            further: vec!["K02".to_owned(), "T01".to_owned()],
            language: "kaa".to_owned(),
            class: Some("elderly".to_owned()),
            day: Some(9),
            printed_at: at(MORNING),
        }
    );
    store.refused(second.seq, "number-taken").unwrap();
    assert_eq!((store.next_report().unwrap(), store.waiting_reports().unwrap()), (None, 0));
}

#[test]
fn a_crash_before_the_printer_was_asked_leaves_nothing() {
    let disk = Disk::new("before");
    let mut store = disk.open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    store.intend(uuid(1), &wish(), at(MORNING)).unwrap();
    store.intend(uuid(2), &wish(), at(MORNING)).unwrap();
    store.assign_hub(uuid(2), &taken(2)).unwrap();
    own(&mut store, 3, MORNING);
    own(&mut store, 4, MORNING);
    store.printing(uuid(1004)).unwrap();
    store.unprinted(uuid(1004)).unwrap();
    drop(store);

    let mut store = disk.open();
    assert_eq!(store.recover().unwrap(), []);
    assert_eq!(store.next_report().unwrap(), None);
    assert!(store.printing(uuid(2)).is_err(), "a dropped ticket is never printed");
    assert_eq!(own(&mut store, 5, MORNING), "A1-003", "holes, but no number twice");
}

#[test]
fn a_crash_while_printing_is_a_question_for_the_printer() {
    let disk = Disk::new("while");
    let mut store = disk.open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    own(&mut store, 1, MORNING);
    store.printing(uuid(1001)).unwrap();
    drop(store);

    let mut store = disk.open();
    let unanswered = store.recover().unwrap();
    assert_eq!(unanswered, [Unanswered { ticket: uuid(1001), number: "A1-001".to_owned() }]);
    store.printed(uuid(1001), uuid(7), at(MORNING)).unwrap();
    assert_eq!(store.next_report().unwrap().unwrap().ticket, uuid(1001));
}

#[test]
fn nothing_is_printed_that_is_not_assigned_and_nothing_reported_twice() {
    let disk = Disk::new("order");
    let mut store = disk.open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    store.intend(uuid(1), &wish(), at(MORNING)).unwrap();
    assert!(store.printing(uuid(1)).is_err());
    assert!(store.printed(uuid(1), uuid(2), at(MORNING)).is_err());
    store.assign_hub(uuid(1), &taken(1)).unwrap();
    assert!(store.assign_own(uuid(1), uuid(3)).is_err(), "the first decision is final");
    print(&mut store, 1, MORNING);
    store.printed(uuid(1), uuid(9), at(MORNING)).unwrap();
    store.unprinted(uuid(1)).unwrap();
    store.shown(uuid(1), uuid(10), at(MORNING)).unwrap();
    assert_eq!(store.waiting_reports().unwrap(), 1, "what counts goes on counting, and is reported once");
}

#[test]
fn without_a_word_from_the_hub_there_is_no_lane() {
    let mut store = Disk::new("no-lane").open();
    store.intend(uuid(1), &wish(), at(MORNING)).unwrap();
    assert!(matches!(store.assign_own(uuid(1), uuid(2)), Err(StoreError::NoLane)));
}

#[test]
fn the_lane_goes_on_after_the_highest_number_anyone_saw() {
    let disk = Disk::new("highest");
    let mut store = disk.open();
    store.meet(&home(1, 9, 11), at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 1, MORNING), "A1-012");
    // The hub has not heard of 012 yet.
    store.meet(&home(1, 9, 11), at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 2, MORNING), "A1-013");
    drop(store);
    assert_eq!(own(&mut disk.open(), 3, MORNING), "A1-014");
}

#[test]
fn a_lane_restarts_with_a_service_day_of_the_hub_and_never_by_the_calendar() {
    let mut store = Disk::new("day").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    own(&mut store, 1, MORNING);
    print(&mut store, 1001, MORNING);
    // Midnight passes without a word from the hub.
    assert_eq!(own(&mut store, 2, NEXT_MORNING), "A1-002");
    print(&mut store, 1002, NEXT_MORNING);
    // The hub opens day 10. Neither number has reached it: both may be filed under day 10.
    store.meet(&home(1, 10, 0), at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 3, NEXT_MORNING), "A1-003");
    print(&mut store, 1003, NEXT_MORNING);
    while let Some(report) = store.next_report().unwrap() {
        store.delivered(report.seq, 1).unwrap();
    }
    // Day 11, everything delivered: from one again.
    store.meet(&home(1, 11, 0), at("2026-11-25T05:00:00Z"), anew()).unwrap();
    assert_eq!(own(&mut store, 4, "2026-11-25T05:00:00Z"), "A1-001");
}

#[test]
fn a_day_between_days_does_not_restart_the_lane() {
    let mut store = Disk::new("between").open();
    store.meet(&home(1, 9, 3), at(MORNING), anew()).unwrap();
    store.meet(&KioskHome { day: None, lane_serials: vec![], ..home(1, 9, 0) }, at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 1, NEXT_MORNING), "A1-004");
}

#[test]
fn a_higher_epoch_is_offered_the_days_tickets_again_and_a_lower_one_is_refused() {
    let mut store = Disk::new("epoch").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    own(&mut store, 1, MORNING);
    print(&mut store, 1001, MORNING);
    own(&mut store, 2, NEXT_MORNING);
    print(&mut store, 1002, NEXT_MORNING);
    let mut before = Vec::new();
    while let Some(report) = store.next_report().unwrap() {
        store.delivered(report.seq, 1).unwrap();
        before.push(report);
    }
    assert_eq!(store.meet(&home(3, 9, 0), at(NEXT_MORNING), anew()).unwrap(), Meeting::NewEpoch { again: 2 });
    let again = deliver(&mut store, 1);
    assert_eq!(again, before, "the same reports with the same command ids");
    assert_eq!(own(&mut store, 3, NEXT_MORNING), "A1-003", "the restored hub knows less than the paper");
    let fenced = store.meet(&home(2, 9, 40), at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(fenced, Meeting::Fenced { offered: 2, known: 3 });
    assert_eq!((store.epoch().unwrap(), own(&mut store, 4, NEXT_MORNING).as_str()), (3, "A1-004"));
}

#[test]
fn a_restored_hub_is_told_the_whole_ticket_whose_number_a_hub_gave_before() {
    let disk = Disk::new("whole");
    let mut store = disk.open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    from_hub(&mut store, 1, MORNING);
    assert_eq!(deliver(&mut store, 5)[0].kind, Kind::Printed);
    // On its way to the printer while the hub is replaced.
    store.intend(uuid(2), &wish(), at(MORNING)).unwrap();
    store.assign_hub(uuid(2), &TicketTaken { number: "A-002".to_owned(), ..taken(2) }).unwrap();
    drop(store);

    let mut store = disk.open();
    // A start drops what was never printed; here the program went on.
    assert_eq!(store.meet(&home(2, 9, 0), at(MORNING), anew()).unwrap(), Meeting::NewEpoch { again: 1 });
    print(&mut store, 2, MORNING);
    let told = deliver(&mut store, 1);
    assert!(told.iter().all(|report| matches!(report.kind, Kind::Offline { .. })), "{told:?}");
    assert_eq!((told[0].number.as_str(), told[0].command), ("A-001", uuid(9_001)), "another command than before");
    assert_eq!((told[1].number.as_str(), told[1].command), ("A-002", uuid(5_002)));
    // What says the same is the same command.
    store.meet(&home(3, 9, 0), at(MORNING), anew()).unwrap();
    assert_eq!(deliver(&mut store, 1), told);
    // And a number of the new hub is only confirmed.
    from_hub(&mut store, 4, MORNING);
    assert_eq!(deliver(&mut store, 9)[0].kind, Kind::Printed);
}

#[test]
fn of_an_earlier_day_only_what_no_backup_has_is_offered_again() {
    let mut store = Disk::new("earlier").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    for n in 1..=3 {
        from_hub(&mut store, n, MORNING);
    }
    deliver(&mut store, 1);
    // A backup has the first two entries.
    store.meet(&KioskHome { backed_up: 2, ..home(1, 10, 0) }, at(NEXT_MORNING), anew()).unwrap();
    from_hub(&mut store, 4, NEXT_MORNING);
    deliver(&mut store, 4);
    assert_eq!(store.meet(&home(2, 10, 0), at(NEXT_MORNING), anew()).unwrap(), Meeting::NewEpoch { again: 2 });
    let numbers: Vec<String> = deliver(&mut store, 1).into_iter().map(|report| report.number).collect();
    assert_eq!(numbers, ["A-003", "A-004"]);
}

#[test]
fn what_was_printed_today_is_offered_again_however_many_days_the_hub_opened_since() {
    let mut store = Disk::new("jumped").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    from_hub(&mut store, 1, MORNING);
    deliver(&mut store, 1);
    // The hub's clock jumps, and jumps again; a backup of the first day is put back.
    store.meet(&KioskHome { backed_up: 1, ..home(1, 10, 0) }, at(MORNING), anew()).unwrap();
    store.meet(&KioskHome { backed_up: 1, ..home(1, 11, 0) }, at(MORNING), anew()).unwrap();
    assert_eq!(store.meet(&home(2, 9, 0), at(MORNING), anew()).unwrap(), Meeting::NewEpoch { again: 1 });
    assert_eq!(deliver(&mut store, 1)[0].number, "A-001");
    store.meet(&KioskHome { backed_up: 1, ..home(2, 10, 0) }, at(NEXT_MORNING), anew()).unwrap();
    store.meet(&KioskHome { backed_up: 1, ..home(2, 11, 0) }, at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(store.meet(&home(3, 9, 0), at(NEXT_MORNING), anew()).unwrap(), Meeting::NewEpoch { again: 0 });
}

#[test]
fn what_no_backup_has_is_kept_longer() {
    let mut store = Disk::new("kept").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    for n in 1..=2 {
        from_hub(&mut store, n, MORNING);
    }
    deliver(&mut store, 1);
    store.meet(&KioskHome { backed_up: 1, ..home(1, 9, 0) }, at(MORNING), anew()).unwrap();
    let kept =
        |store: &Store| -> u32 { store.db.query_row("select count(*) from ticket", [], |row| row.get(0)).unwrap() };
    let after =
        |days: i64| Timestamp::from_millisecond(at(MORNING).as_millisecond() + days * 24 * 3_600_000 + 1).unwrap();
    store.housekeep(after(KEEP_DAYS_MAX)).unwrap();
    assert_eq!(kept(&store), 2, "a clock that ran ahead takes nothing with it: the hub's days say so too");
    store.meet(&KioskHome { backed_up: 1, ..home(1, 11, 0) }, at(MORNING), anew()).unwrap();
    store.housekeep(after(KEEP_DAYS - 1)).unwrap();
    assert_eq!(kept(&store), 2);
    store.housekeep(after(KEEP_DAYS)).unwrap();
    assert_eq!(kept(&store), 1);
    store.housekeep(after(KEEP_DAYS_MAX)).unwrap();
    assert_eq!(kept(&store), 0, "a hub without backups does not fill the disk");
}

#[test]
fn a_backup_of_another_life_counts_for_nothing() {
    let mut store = Disk::new("other-life").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    from_hub(&mut store, 1, MORNING);
    deliver(&mut store, 40);
    store.meet(&home(2, 10, 0), at(NEXT_MORNING), anew()).unwrap();
    store.refused(1, "printed-another-day").unwrap();
    from_hub(&mut store, 2, NEXT_MORNING);
    deliver(&mut store, 50);
    store.meet(&KioskHome { backed_up: 49, ..home(2, 10, 0) }, at(NEXT_MORNING), anew()).unwrap();
    let backed_up: u32 = store.db.query_row("select sum(backed_up) from outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(backed_up, 0);
}

#[test]
fn a_new_journal_leaves_room_for_what_went_with_the_old_one() {
    let second = |day: Option<u32>, seen: u32| KioskHome { generation: 2, day, ..home(1, 9, seen) };
    let mut store = Disk::new("second").open();
    store.meet(&second(Some(9), 12), at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 1, MORNING), "A1-2001");
    store.meet(&second(Some(9), 12), at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 2, MORNING), "A1-2002", "once");
    // A letter the hub has not seen from this kiosk.
    let other = Wish { category: "K".to_owned(), ..wish() };
    store.intend(uuid(3), &other, at(MORNING)).unwrap();
    assert_eq!(store.assign_own(uuid(3), uuid(1003)).unwrap(), "K1-2001");
    store.recover().unwrap();
    store.meet(&second(Some(10), 0), at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 4, NEXT_MORNING), "A1-001", "the next day is nobody else's");

    let mut store = Disk::new("second-between").open();
    store.meet(&second(None, 0), at(MORNING), anew()).unwrap();
    store.meet(&second(Some(9), 0), at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 1, MORNING), "A1-2001", "numbers of before the opening are filed under this day");
    store.recover().unwrap();
    store.meet(&second(Some(10), 0), at(NEXT_MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 2, NEXT_MORNING), "A1-001");
}

#[test]
fn a_third_journal_leaves_room_for_two() {
    let third = KioskHome { generation: 3, ..home(1, 9, 0) };
    let mut store = Disk::new("third").open();
    store.meet(&third, at(MORNING), anew()).unwrap();
    assert_eq!(own(&mut store, 1, MORNING), "A1-4001", "the second may have printed from 2001 on, alone");
}

#[test]
fn what_was_seen_of_a_hub_only_grows() {
    let link = |seq| ChainLink { seq, hash: seq.to_string() };
    let disk = Disk::new("seen");
    let mut store = disk.open();
    assert_eq!(store.seen().unwrap(), None);
    for (epoch, seq) in [(1, 5), (1, 9), (1, 7)] {
        store.meet(&KioskHome { chain: link(seq), ..home(epoch, 9, 0) }, at(MORNING), anew()).unwrap();
    }
    drop(store);
    let mut store = disk.open();
    assert_eq!(store.seen().unwrap(), Some(Seen { hall: Some("zomin".to_owned()), epoch: 1, link: Some(link(9)) }));
    store.meet(&KioskHome { chain: link(3), ..home(2, 9, 0) }, at(MORNING), anew()).unwrap();
    assert_eq!(
        store.seen().unwrap(),
        Some(Seen { hall: Some("zomin".to_owned()), epoch: 2, link: Some(link(3)) }),
        "another life"
    );
}

#[test]
fn a_hub_that_counts_its_days_again_finds_no_number_taken() {
    let mut store = Disk::new("days-again").open();
    for (epoch, day, n) in [(1, 57, 1), (1, 58, 2), (2, 57, 3), (2, 58, 4)] {
        store.meet(&home(epoch, day, 0), at(MORNING), anew()).unwrap();
        store.recover().unwrap();
        own(&mut store, n, NEXT_MORNING);
    }
}

#[test]
fn a_journal_says_who_it_is() {
    let disk = Disk::new("who");
    assert_eq!(disk.open().journal(uuid(1)).unwrap(), uuid(1));
    assert_eq!(disk.open().journal(uuid(2)).unwrap(), uuid(1));
}

#[test]
fn a_cold_start_knows_the_services_in_every_language() {
    let disk = Disk::new("catalogue");
    let named = |name: &str| Service { code: "A01".to_owned(), name: name.to_owned(), ..Service::default() };
    let catalogue = |language: Lang| Catalogue {
        language: language.tag().to_owned(),
        hall: "Zomin".to_owned(),
        categories: vec![Category {
            code: "A".to_owned(),
            name: "A".to_owned(),
            services: vec![named(language.own_name())],
        }],
        classes: vec![],
        outcomes: vec![],
    };
    let mut store = disk.open();
    for language in Lang::ALL {
        store.keep_catalogue(language, &catalogue(language), at(MORNING)).unwrap();
        store.keep_catalogue(language, &catalogue(language), at(NEXT_MORNING)).unwrap();
    }
    drop(store);
    let kept = disk.open().catalogues().unwrap();
    assert_eq!(kept.len(), 5);
    assert!(kept.iter().all(|(language, kept)| *kept == catalogue(*language)));
}

#[test]
fn what_was_declared_is_forgotten_when_the_day_is_over_and_the_hub_has_it() {
    let mut store = Disk::new("housekeep").open();
    store.meet(&home(1, 9, 0), at(MORNING), anew()).unwrap();
    for n in [1, 2] {
        own(&mut store, n, MORNING);
        print(&mut store, n + 1000, MORNING);
    }
    let first = store.next_report().unwrap().unwrap();
    store.delivered(first.seq, 1).unwrap();
    let declared = |store: &Store| -> Vec<bool> {
        let mut query = store.db.prepare("select class is not null from ticket order by ticket_id").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    store.housekeep(at(MORNING)).unwrap();
    assert_eq!(declared(&store), [true, true]);
    store.housekeep(at(NEXT_MORNING)).unwrap();
    assert_eq!(declared(&store), [false, true], "the hub has not heard of the second one");
    store.meet(&home(1, 11, 0), at("2027-01-24T05:00:00Z"), anew()).unwrap();
    store.housekeep(at("2027-01-24T05:00:00Z")).unwrap();
    assert_eq!(declared(&store), [true], "never deleted before the hub has it");
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let disk = Disk::new("newer");
    disk.open().db.pragma_update(None, "user_version", 99).unwrap();
    let again = Store::open(&disk.0.join("kiosk.sqlite"));
    assert!(matches!(again, Err(StoreError::Newer { found: 99, known: 4 })));
}

#[test]
fn a_number_that_does_not_fit_on_paper_is_refused() {
    let mut store = Disk::new("long").open();
    store.intend(uuid(1), &wish(), at(MORNING)).unwrap();
    let taken = TicketTaken { number: "A".repeat(13), ..taken(1) };
    assert!(matches!(store.assign_hub(uuid(1), &taken), Err(StoreError::NumberTooLong(13))));
}
