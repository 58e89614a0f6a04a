//! The rungs of the ladder: a clock nobody can believe, a disk that takes nothing, a printer that is out, an opened door.

use super::*;
use crate::{
    pins::{self, Tamper},
    session::{Readiness, Storage},
};
use wire::{
    fleet::{DoorOpened, KioskCondition},
    kiosk::OtherKiosk,
    layout::Wording,
};

fn minute(bench: &Bench) -> Option<String> {
    bench.views.borrow().last().unwrap().minute.map(|at| at.to_string())
}

fn readiness(bench: &Bench) -> Readiness {
    bench.views.borrow().last().unwrap().shown.readiness
}

fn reads(wording: &str) -> Wording {
    let text = || wording.to_owned();
    Wording { uz_latn: text(), uz_cyrl: text(), ru: text(), kaa: text(), en: text() }
}

#[test]
fn a_clock_that_differs_from_the_hubs_gives_way_to_it() {
    let mut bench = Bench::new("clock-off");
    bench.now.at = "2026-12-24T01:00:00Z".parse().unwrap();
    bench.connect(1);
    let job = bench.own_job();
    assert_eq!(job.text.when, "23.11.2026  10:00", "the hub's time in Tashkent");
    assert_eq!(minute(&bench).as_deref(), Some("2026-11-23T10:00:00"));
    // The line is cut: the hub's time goes on by the steady clock.
    bench.now.ms += 3_600_000;
    bench.give(Input::Look);
    assert_eq!(minute(&bench).as_deref(), Some("2026-11-23T11:00:00"));
}

#[test]
fn without_a_hub_a_clock_of_another_time_is_not_shown_and_not_printed() {
    for (name, at) in [("before-the-program", "1970-01-01T00:00:07Z"), ("before-the-hub", "2026-11-20T05:00:00Z")] {
        let mut bench = Bench::new(name);
        bench.connect(1);
        bench.now.at = at.parse().unwrap();
        let mut bench = bench.restart(Evidence::NotOut);
        assert_eq!(minute(&bench), None, "{name}");
        let job = bench.own_job();
        assert_eq!(job.text.when, words::say(Lang::Ru, "paper.ticket.no-time"), "{name}");
        bench.give(Input::Printer(Word::Printed(job)));
        bench.give(Input::Tap(Tap::Done));
        // A technician, or the system, sets the clock.
        bench.now.at = "2026-11-23T06:00:00Z".parse().unwrap();
        bench.give(Input::Look);
        assert_eq!(minute(&bench).as_deref(), Some("2026-11-23T11:00:00"), "{name}");
    }
}

#[test]
fn a_disk_that_fails_is_found_before_anybody_asks_and_a_disk_that_works_again_too() {
    let mut bench = Bench::new("disk");
    bench.connect(1);
    bench.driver.store.becomes(Storage::Fails);
    bench.pass(PROBE_EVERY_MS);
    assert_eq!(readiness(&bench), Readiness::NoStorage);
    bench.requests();
    for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
        bench.give(Input::Tap(tap));
    }
    assert!(matches!(bench.screen(), Screen::Sorry { why: Sorry::NotRecorded, .. }));
    let asked = bench.requests();
    assert!(!asked.iter().any(|request| matches!(request, Request::Take { .. })), "no number is even asked for");
    bench.give(Input::Tap(Tap::Home));
    bench.driver.store.becomes(Storage::Works);
    bench.pass(PROBE_AGAIN_MS);
    assert_eq!(readiness(&bench), Readiness::Ready);
    assert_eq!(bench.own_job().text.number, "A1-001");
}

#[test]
fn the_hubs_answer_finds_a_failing_disk_as_well() {
    let mut bench = Bench::new("disk-meets");
    bench.connect(1);
    bench.driver.store.becomes(Storage::Fails);
    bench.pass(HOME_EVERY_MS);
    bench.requests();
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    assert_eq!(readiness(&bench), Readiness::NoStorage, "within seconds");
}

#[test]
fn a_first_ticket_that_cannot_be_written_down_is_the_last_that_is_tried() {
    let mut bench = Bench::new("disk-first");
    bench.connect(1);
    bench.driver.store.becomes(Storage::Fails);
    for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
        bench.give(Input::Tap(tap));
    }
    assert!(matches!(bench.screen(), Screen::Sorry { why: Sorry::NotRecorded, .. }));
    assert_eq!(readiness(&bench), Readiness::NoStorage);
}

#[test]
fn a_journal_that_cannot_be_opened_leaves_a_screen_that_says_where_to_go() {
    let mut bench = Bench::new("salvage");
    bench.requests();
    bench.give(Input::Hub(Reply::Home(Ok(KioskHome { service_desk: Some(reads("Room 101")), ..home(1) }))));
    for lang in Lang::ALL {
        bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
    }
    let (file, now) = (bench.file.clone(), bench.now);
    drop(bench);
    // A folder where the log should be: the file itself can still be read.
    let log = PathBuf::from(format!("{}-wal", file.display()));
    std::fs::create_dir_all(log.join("in-the-way")).unwrap();
    let error = Store::open(&file).unwrap_err();
    assert!(error.is_the_disks(), "{error:?}");
    let mut bench = Bench::with(Store::salvage(&file).unwrap(), file.clone(), now, Evidence::NotOut);
    bench.driver.has_lost(file, now);
    assert_eq!(readiness(&bench), Readiness::NoStorage);
    assert_eq!(bench.views.borrow().last().unwrap().hall.desk(Lang::Ru), Some("Room 101"));
    for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
        bench.give(Input::Tap(tap));
    }
    assert!(matches!(bench.screen(), Screen::Sorry { why: Sorry::NotRecorded, .. }));
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    bench.pass(PROBE_AGAIN_MS);
    assert_eq!((readiness(&bench), bench.driver.course()), (Readiness::NoStorage, Course::GoesOn));
    std::fs::remove_dir_all(&log).unwrap();
    bench.pass(PROBE_AGAIN_MS);
    assert_eq!(bench.driver.course(), Course::Ends, "with the journal it begins anew");
}

#[test]
fn a_kiosk_without_paper_knows_where_there_is_some_also_after_a_cold_start() {
    let mut bench = Bench::new("next-kiosk");
    bench.requests();
    let other = |place: &str, prints| OtherKiosk { place: reads(place), prints };
    let others = vec![other("in the yard", false), other("by the stairs", true)];
    let desk = Some(reads("Room 101"));
    bench.give(Input::Hub(Reply::Home(Ok(KioskHome { others, service_desk: desk, ..home(1) }))));
    let hall = |bench: &Bench| bench.views.borrow().last().unwrap().hall.clone();
    assert_eq!(hall(&bench).next_kiosk(Lang::Kaa), Some("by the stairs"));
    let bench = bench.restart(Evidence::NotOut);
    assert_eq!(hall(&bench).next_kiosk(Lang::Kaa), Some("by the stairs"), "as last heard");
    assert_eq!(hall(&bench).desk(Lang::Ru), Some("Room 101"));
}

#[test]
fn a_cold_start_without_a_hub_knows_layout_and_addresses() {
    let mut bench = Bench::new("kept-facts");
    bench.requests();
    let number = wire::layout::Block::of(wire::layout::BlockKind::Number);
    let layout = wire::layout::TicketLayout::new(vec![number]).unwrap();
    let (ticket_layout, public_address) = (Some(layout.clone()), Some("http://10.0.0.2:8480".to_owned()));
    bench.give(Input::Hub(Reply::Home(Ok(KioskHome { ticket_layout, public_address, ..home(1) }))));
    for lang in Lang::ALL {
        bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
    }
    let mut bench = bench.restart(Evidence::NotOut);
    let job = bench.own_job();
    assert_eq!((&*job.text.layout, job.text.address.starts_with("http://10.0.0.2:8480/t/")), (&layout, true));
}

#[test]
fn another_try_is_safe_when_the_printer_never_had_a_byte() {
    let mut bench = Bench::new("never-had");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::NotPrinted(job.clone(), Fault::Silent)));
    bench.give(Input::Printer(Word::Is(Condition::Ready)));
    bench.give(Input::Tap(Tap::Again));
    assert_eq!(the_ticket(bench.jobs.try_recv().unwrap()).ticket, job.ticket);
    // One that gave no answer at all may still print.
    let mut bench = Bench::new("no-answer");
    bench.connect(1);
    bench.own_job();
    bench.pass(crate::session::PRINT_MS);
    bench.give(Input::Printer(Word::Is(Condition::Ready)));
    bench.give(Input::Tap(Tap::Again));
    assert!(bench.jobs.try_recv().is_err());
}

/// A kiosk whose door has a switch.
fn with_door(mut bench: Bench) -> (Bench, Receiver<pins::Order>) {
    let (orders, ordered) = sync_channel(pins::ORDERS_MAX);
    bench.driver.wire(orders);
    bench.give(Input::Printer(Word::Is(Condition::Ready)));
    (bench, ordered)
}

fn condition(bench: &mut Bench, home: KioskHome) -> Option<KioskCondition> {
    bench.requests();
    bench.give(Input::Hub(Reply::Home(Ok(home))));
    let told = bench.requests().into_iter().find_map(|request| match request {
        Request::Tell(Telling::Condition(condition)) => Some(condition),
        _ => None,
    });
    if let Some(told) = &told {
        bench.give(Input::Hub(Reply::Told(Telling::Condition(told.clone()), Ok(()))));
    }
    told
}

fn seen(order: &pins::Order) -> bool {
    *order == pins::Order::TamperSeen
}

#[test]
fn an_opened_door_is_told_until_the_manager_has_seen_it_and_the_kiosk_goes_on() {
    let mut bench = Bench::new("door");
    bench.connect(1);
    let (mut bench, orders) = with_door(bench);
    condition(&mut bench, home(1));
    bench.give(Input::Pins(Sign::Tamper(Tamper::Opened)));
    let at = bench.now.at.to_string();
    let told = condition(&mut bench, home(1)).unwrap();
    assert_eq!(told.door, Some(DoorOpened { at: at.clone(), seen: false }));
    assert_eq!(bench.own_job().text.number, "A1-001", "visitors are served");
    // The burglar pulls the plug: it is not forgotten.
    let (mut bench, orders_after) = with_door(bench.restart(Evidence::NotOut));
    drop(orders);
    let told = condition(&mut bench, home(1)).unwrap();
    assert_eq!(told.door, Some(DoorOpened { at: at.clone(), seen: false }));
    bench.give(Input::Pins(Sign::Tamper(Tamper::Opened)));
    let other = KioskHome { door_seen: Some("2026-11-01T00:00:00Z".to_owned()), ..home(1) };
    condition(&mut bench, other);
    assert!(!orders_after.try_iter().any(|order| seen(&order)), "another opening was seen");
    let noted = KioskHome { door_seen: Some(at.clone()), ..home(1) };
    let told = condition(&mut bench, noted.clone()).unwrap();
    assert_eq!(told.door, Some(DoorOpened { at, seen: true }), "it is still open");
    assert!(orders_after.try_iter().any(|order| seen(&order)), "the latch is told");
    bench.give(Input::Pins(Sign::Tamper(Tamper::Shut)));
    assert_eq!(condition(&mut bench, noted).unwrap().door, None);
    let (mut bench, _orders) = with_door(bench.restart(Evidence::NotOut));
    assert_eq!(condition(&mut bench, home(1)).unwrap().door, None);
}

#[test]
fn a_printer_out_of_order_is_told_as_that() {
    let mut bench = Bench::new("broken-told");
    bench.connect(1);
    bench.give(Input::Printer(Word::Is(Condition::Faulty(Fault::Broken))));
    let told = condition(&mut bench, home(1)).unwrap();
    assert_eq!(told.printer, wire::fleet::PrinterState::Broken);
}
