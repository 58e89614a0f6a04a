//! What is on the disk before a paper is, and after: the real driver and journal between a scripted hub and a scripted
//! printer, and a disk that refuses exactly one thing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::Timestamp;
use kiosk::{
    driver::{Driver, Input, Now, Ports, View},
    net::{Asking, Reply, Request},
    printer::{Evidence, JOBS_MAX, Job, Order, Word},
    session::{Medium, RESERVE_MS, Tap, Turn, Wish},
    signing::Pages,
    store::{Kind, Report, Store},
};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, sync_channel},
};
use tokio::sync::mpsc;
use uuid::Uuid;
use wire::{
    client::NoAnswer,
    hall::{Catalogue, Category},
    kiosk::KioskHome,
    services::Service,
};
use words::Lang;

type Screens = Box<dyn FnMut(&View)>;

/// A journal's file in a folder of its own.
fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("written-down").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("kiosk.sqlite")
}

fn now(ms: u64) -> Now {
    let at: Timestamp = "2026-11-23T05:00:00Z".parse().unwrap();
    Now { at: at + std::time::Duration::from_millis(ms), ms }
}

fn home() -> KioskHome {
    KioskHome {
        device: "kiosk-1".to_owned(),
        epoch: 1,
        day: Some(1),
        lane: 1,
        at: "2026-11-23T05:00:00Z".to_owned(),
        hall: "zomin".to_owned(),
        generation: 1,
        ..KioskHome::default()
    }
}

fn page(lang: Lang) -> Catalogue {
    let services = vec![Service { code: "A01".to_owned(), name: "A01".to_owned(), ..Service::default() }];
    Catalogue {
        language: lang.tag().to_owned(),
        hall: "Zomin".to_owned(),
        categories: vec![Category { code: "A".to_owned(), name: "A".to_owned(), services }],
        classes: vec![],
        outcomes: vec![],
    }
}

/// A kiosk that knows its hall.
struct Bench {
    driver: Driver<Screens>,
    asked: mpsc::Receiver<Asking>,
    jobs: Receiver<Order>,
    file: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let file = file(name);
        let (hub, asked) = mpsc::channel(16);
        let (printer, jobs) = sync_channel(JOBS_MAX);
        let mut made = 0;
        let identity = Box::new(move |_| {
            made += 1;
            Uuid::from_u128(made)
        });
        let screen = Box::new(|_: &View| {}) as Screens;
        let ports = Ports { hub, printer, screen, identity, pages: Pages::plain("http://hub") };
        let driver = Driver::new(Store::open(&file).unwrap(), ports, now(0), |_| Evidence::NotOut).unwrap();
        let mut bench = Bench { driver, asked, jobs, file };
        bench.requests();
        bench.give(Input::Hub(Reply::Home(Ok(home()))));
        for lang in Lang::ALL {
            bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
        }
        bench
    }

    fn give(&mut self, input: Input) {
        self.driver.take(input, now(0));
    }

    fn requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.asked.try_recv().ok()).map(|asking| asking.request).collect()
    }

    /// A visitor asks for a ticket, and the hub says nothing.
    fn visitor(&mut self) -> Option<Job> {
        for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
            self.give(Input::Tap(tap));
        }
        self.requests();
        self.driver.look(now(RESERVE_MS));
        match self.jobs.try_recv().ok()? {
            Order::Ticket(job) => Some(*job),
            Order::Sheet(_) => None,
        }
    }

    /// The report that goes out next.
    fn report(&mut self) -> Option<Report> {
        self.requests().into_iter().find_map(|request| match request {
            Request::Report { report, .. } => Some(report),
            _ => None,
        })
    }
}

/// From now on the disk refuses this, and nothing else.
fn refuse(file: &Path, what: &str) {
    let sql = format!("create trigger full before {what} begin select raise(abort, 'the disk is full'); end");
    Connection::open(file).unwrap().execute_batch(&sql).unwrap();
}

fn mend(file: &Path) {
    Connection::open(file).unwrap().execute_batch("drop trigger full").unwrap();
}

#[test]
fn nothing_goes_to_the_printer_before_it_is_written_down() {
    let mut bench = Bench::new("before");
    refuse(&bench.file, "update of stage on ticket when new.stage = 'printing'");
    assert!(bench.visitor().is_none(), "a paper that no restart would know of");
    mend(&bench.file);
    let mut bench = Bench::new("before-mended");
    assert!(bench.visitor().is_some());
}

#[test]
fn a_paper_and_its_report_are_written_down_together_or_not_at_all() {
    let file = file("together");
    let mut store = Store::open(&file).unwrap();
    let at = now(0).at;
    let (intent, ticket, command) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    store.meet(&home(), at, Uuid::now_v7).unwrap();
    let wish = Wish {
        language: Lang::Ru,
        category: "A".to_owned(),
        service: "A01".to_owned(),
        further: vec![],
        turn: Turn::Ordinary,
        medium: Medium::Paper,
    };
    store.intend(intent, &wish, at).unwrap();
    store.assign_own(intent, ticket).unwrap();
    store.printing(ticket).unwrap();
    refuse(&file, "insert on outbox");
    store.printed(ticket, command, at).unwrap_err();
    mend(&file);
    store.printed(ticket, command, at).unwrap();
    assert_eq!(store.next_report().unwrap().map(|report| report.ticket), Some(ticket));
}

#[test]
fn a_kiosk_that_is_not_admitted_keeps_its_reports() {
    let mut bench = Bench::new("not-admitted");
    let job = bench.visitor().unwrap();
    bench.give(Input::Printer(Word::Printed(job)));
    let report = bench.report().unwrap();
    assert!(matches!(report.kind, Kind::Offline { .. }));
    bench.give(Input::Hub(Reply::Report(report.clone(), Err(NoAnswer::NotAdmitted))));
    let waits = Store::open(&bench.file).unwrap().next_report().unwrap();
    assert_eq!(waits, Some(report));
}
