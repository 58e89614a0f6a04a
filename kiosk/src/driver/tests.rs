//! The driver between a scripted hub and a scripted printer, in time that only moves when a test says so.

use super::*;
use crate::{
    net::Telling,
    printer::{JOBS_MAX, Job, Order},
    session::{Answer, Condition, Fault, RESERVE_MS, Screen, Sorry},
    store::{Kind, Report},
};
use std::{
    cell::RefCell,
    path::PathBuf,
    rc::Rc,
    sync::mpsc::{Receiver, sync_channel},
};
use wire::{
    client::NoAnswer,
    hall::{Catalogue, Category},
    kiosk::{ChainLink, KioskHome},
    problem::Problem,
    services::Service,
    tickets::{TicketStage, TicketTaken},
};
use words::Lang;

type Screens = Box<dyn FnMut(&View)>;

struct Bench {
    driver: Driver<Screens>,
    asked: mpsc::Receiver<Asking>,
    jobs: Receiver<Order>,
    views: Rc<RefCell<Vec<View>>>,
    now: Now,
    file: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let file = std::env::temp_dir().join(format!("kiosk-driver-{name}-{}.sqlite", std::process::id()));
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
        }
        Bench::start(file, Now { at: "2026-11-23T05:00:00Z".parse().unwrap(), ms: 1_000 }, Evidence::NotOut)
    }

    fn start(file: PathBuf, now: Now, evidence: Evidence) -> Bench {
        Bench::with(Store::open(&file).unwrap(), file, now, evidence)
    }

    fn with(store: Store, file: PathBuf, now: Now, evidence: Evidence) -> Bench {
        let (hub, asked) = mpsc::channel(16);
        let (printer, jobs) = sync_channel(JOBS_MAX);
        let views: Rc<RefCell<Vec<View>>> = Rc::default();
        let seen = Rc::clone(&views);
        let mut made = u128::from(now.ms) * 1_000;
        let ports = Ports {
            hub,
            printer,
            screen: Box::new(move |view: &View| seen.borrow_mut().push(view.clone())) as Screens,
            identity: Box::new(move |_| {
                made += 1;
                Uuid::from_u128(made)
            }),
            pages: Pages::plain("http://hub"),
        };
        let driver = Driver::new(store, ports, now, |_| evidence).unwrap();
        Bench { driver, asked, jobs, views, now, file }
    }

    /// The power goes and comes back: only the file is left.
    fn restart(self, evidence: Evidence) -> Bench {
        let (file, now) = (self.file.clone(), Now { ms: self.now.ms + 60_000, ..self.now });
        drop(self);
        Bench::start(file, now, evidence)
    }

    fn give(&mut self, input: Input) {
        self.driver.take(input, self.now);
    }

    fn pass(&mut self, ms: u64) {
        self.now.ms += ms;
        self.now.at += std::time::Duration::from_millis(ms);
        self.driver.look(self.now);
    }

    /// What the hub was asked since the last time.
    fn requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.asked.try_recv().ok()).map(|asking| asking.request).collect()
    }

    fn screen(&self) -> Screen {
        self.views.borrow().last().unwrap().shown.screen.clone()
    }

    /// The hub answers; the kiosk learns its lane and its services.
    fn connect(&mut self, epoch: u32) {
        assert_eq!(self.requests(), [asks_home()]);
        self.give(Input::Hub(Reply::Home(Ok(home(epoch)))));
        for lang in Lang::ALL {
            assert_eq!(self.requests(), [Request::Catalogue(lang)]);
            self.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
        }
    }

    fn walk_to_take(&mut self) -> Request {
        for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
            self.give(Input::Tap(tap));
        }
        let asked = self.requests();
        asked.into_iter().find(|request| matches!(request, Request::Take { .. })).unwrap()
    }

    /// A visitor with a number of the kiosk's own lane, as far as the printer.
    fn own_job(&mut self) -> Job {
        self.walk_to_take();
        self.pass(RESERVE_MS);
        the_ticket(self.jobs.try_recv().unwrap())
    }
}

fn the_ticket(order: Order) -> Job {
    match order {
        Order::Ticket(job) => *job,
        Order::Sheet(sheet) => panic!("not a ticket: {sheet:?}"),
    }
}

fn home(epoch: u32) -> KioskHome {
    KioskHome {
        device: "kiosk-1".to_owned(),
        epoch,
        day: Some(1),
        lane: 1,
        lane_serials: vec![],
        at: "2026-11-23T05:00:00Z".to_owned(),
        languages: vec![],
        hall: "zomin".to_owned(),
        chain: ChainLink { seq: 7, hash: "a".repeat(64) },
        backed_up: 0,
        generation: 1,
        ..KioskHome::default()
    }
}

/// The journal's identity is the first the bench makes.
fn asks_home() -> Request {
    Request::Home { journal: Uuid::from_u128(1_000_001) }
}

fn stage(entry: u64) -> TicketStage {
    TicketStage { ticket_id: Uuid::nil(), number: String::new(), stage: "waiting".to_owned(), entry }
}

fn page(lang: Lang) -> Catalogue {
    let services = vec![Service { code: "A01".to_owned(), name: format!("A01 {lang}"), ..Service::default() }];
    Catalogue {
        language: lang.tag().to_owned(),
        hall: "Zomin".to_owned(),
        categories: vec![Category { code: "A".to_owned(), name: "A".to_owned(), services }],
        classes: vec![],
        outcomes: vec![],
    }
}

fn taken(request: &Request, number: &str) -> (Attempt, TicketTaken) {
    let Request::Take { attempt, ticket } = request else { panic!("{request:?}") };
    let ticket_id = ticket.ticket_id.unwrap();
    (*attempt, TicketTaken { ticket_id, number: number.to_owned(), ahead: 2, wait_minutes: None })
}

fn reports(requests: &[Request]) -> Vec<&Report> {
    let mut found = vec![];
    for request in requests {
        if let Request::Report { report, .. } = request {
            found.push(report);
        }
    }
    found
}

#[test]
fn from_the_tap_to_the_hub_knowing_that_it_is_on_paper() {
    let mut bench = Bench::new("whole");
    bench.connect(1);
    let request = bench.walk_to_take();
    let (attempt, ticket) = taken(&request, "A-047");
    bench.give(Input::Hub(Reply::Take(attempt, Answer::Taken(ticket.clone()))));
    let job = the_ticket(bench.jobs.try_recv().unwrap());
    assert_eq!((job.ticket, job.text.number.as_str()), (ticket.ticket_id, "A-047"));
    assert_eq!(job.text.address, format!("http://hub/t/{}", ticket.ticket_id));
    assert_eq!((job.text.service.as_str(), job.text.official.as_str()), ("A01 ru", "A01 uz-Latn"));
    assert_eq!(bench.requests(), [], "nothing is confirmed before the paper is out");
    bench.give(Input::Printer(Word::Printed(job)));
    assert!(matches!(bench.screen(), Screen::Taken { .. }));
    let requests = bench.requests();
    let report = reports(&requests)[0].clone();
    assert_eq!((report.ticket, &report.kind), (ticket.ticket_id, &Kind::Printed));
    bench.give(Input::Hub(Reply::Report(report, Ok(stage(4)))));
    assert_eq!((bench.requests(), bench.views.borrow().last().unwrap().reports), (vec![], 0));
}

#[test]
fn a_ticket_is_laid_out_as_the_hub_last_said() {
    let mut bench = Bench::new("layout");
    assert_eq!(bench.requests(), [asks_home()]);
    let number = wire::layout::Block::of(wire::layout::BlockKind::Number);
    let layout = wire::layout::TicketLayout::new(vec![number]).unwrap();
    bench.give(Input::Hub(Reply::Home(Ok(KioskHome { ticket_layout: Some(layout.clone()), ..home(1) }))));
    for lang in Lang::ALL {
        bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
    }
    assert_eq!(*bench.own_job().text.layout, layout);
}

#[test]
fn a_silent_hub_costs_400_ms_and_its_late_answer_nothing() {
    let mut bench = Bench::new("late");
    bench.connect(1);
    let request = bench.walk_to_take();
    bench.pass(RESERVE_MS - 1);
    assert!(bench.jobs.try_recv().is_err());
    bench.pass(1);
    let job = the_ticket(bench.jobs.try_recv().unwrap());
    let (attempt, late) = taken(&request, "A-047");
    assert_eq!(job.text.number, "A1-001");
    assert_ne!(job.ticket, late.ticket_id, "the hub may hold the first identity under another number");
    bench.give(Input::Hub(Reply::Take(attempt, Answer::Taken(late))));
    assert!(bench.jobs.try_recv().is_err(), "one tap, one paper");
    bench.give(Input::Printer(Word::Printed(job.clone())));
    let requests = bench.requests();
    let report = reports(&requests)[0];
    assert_eq!((report.ticket, report.number.as_str()), (job.ticket, "A1-001"));
    assert!(matches!(&report.kind, Kind::Offline { service, .. } if service == "A01"));
}

#[test]
fn a_clock_that_is_set_makes_no_ticket_older() {
    let mut bench = Bench::new("clock-set");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Printed(job)));
    let requests = bench.requests();
    let report = reports(&requests)[0].clone();
    bench.give(Input::Hub(Reply::Report(report, Err(NoAnswer::Away("no connection".to_owned())))));
    bench.now.at += jiff::SignedDuration::from_hours(24 * 365);
    bench.pass(RETRY_FIRST_MS);
    bench.requests();
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    let requests = bench.requests();
    let Kind::Offline { printed_at, .. } = &reports(&requests)[0].kind else { panic!("not of its own lane") };
    assert!(bench.now.at.as_millisecond() - printed_at.as_millisecond() < 10_000, "printed a moment ago");
}

#[test]
fn a_report_is_sent_until_the_hub_has_it() {
    let mut bench = Bench::new("until");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Printed(job)));
    let requests = bench.requests();
    let report = reports(&requests)[0].clone();
    let away = || NoAnswer::Away("no connection".to_owned());
    bench.give(Input::Hub(Reply::Report(report.clone(), Err(away()))));
    assert_eq!(bench.requests(), [], "not before the hub has said again who it is");
    bench.pass(RETRY_FIRST_MS);
    assert_eq!(bench.requests(), [asks_home()]);
    bench.give(Input::Hub(Reply::Home(Err(away()))));
    bench.pass(RETRY_MS_MAX);
    assert_eq!(bench.requests(), [asks_home()]);
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    let requests = bench.requests();
    assert_eq!(reports(&requests), [&report], "the same command id");
}

#[test]
fn a_paper_whose_visitor_has_left_still_reaches_the_queue() {
    let mut bench = Bench::new("left");
    bench.connect(1);
    let job = bench.own_job();
    // The printer says nothing for so long that the visitor is forgotten.
    for _ in 0..4 {
        bench.pass(60_000);
    }
    assert_eq!(bench.screen(), Screen::Attract);
    bench.requests();
    bench.give(Input::Printer(Word::Printed(job)));
    assert_eq!(bench.driver.reports(), 1);
    assert_eq!(bench.screen(), Screen::Attract);
}

#[test]
fn what_did_not_come_out_is_never_reported() {
    let mut bench = Bench::new("jam");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::NotPrinted(job.clone(), Fault::Jam)));
    assert!(matches!(bench.screen(), Screen::Stuck { .. }));
    bench.give(Input::Printer(Word::Is(Condition::Ready)));
    bench.give(Input::Tap(Tap::Again));
    let again = the_ticket(bench.jobs.try_recv().unwrap());
    assert_eq!((again.ticket, &again.text.number), (job.ticket, &job.text.number));
    bench.give(Input::Printer(Word::NotPrinted(again, Fault::PaperOut)));
    bench.give(Input::Tap(Tap::Home));
    assert_eq!((bench.driver.reports(), bench.screen()), (0, Screen::Attract));
}

#[test]
fn what_may_be_on_paper_is_reported_and_shown_with_its_code_even_if_nobody_stands_there() {
    let mut bench = Bench::new("doubtful");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Doubtful(job.clone(), Fault::PaperOut)));
    assert_eq!(bench.driver.reports(), 1);
    let Screen::Taken { slip, .. } = bench.screen() else { panic!("{:?}", bench.screen()) };
    assert_eq!((slip.ticket, slip.number.as_str()), (job.ticket, job.text.number.as_str()));
    assert_eq!(bench.views.borrow().last().unwrap().page, job.text.address);
    // The next one leaves before the printer says anything.
    bench.give(Input::Tap(Tap::Done));
    let job = bench.own_job();
    for _ in 0..4 {
        bench.pass(60_000);
    }
    bench.give(Input::Printer(Word::Doubtful(job, Fault::Silent)));
    assert_eq!((bench.driver.reports(), bench.screen()), (2, Screen::Attract));
}

#[test]
fn a_number_on_the_screen_counts_whatever_the_printer_says_of_it_later() {
    for never in [true, false] {
        let mut bench = Bench::new(&format!("stuck-screen-{never}"));
        bench.connect(1);
        let job = bench.own_job();
        if never {
            bench.pass(crate::session::PRINT_MS);
        } else {
            bench.give(Input::Printer(Word::NotPrinted(job.clone(), Fault::Silent)));
        }
        assert!(matches!(bench.screen(), Screen::Stuck { .. }));
        bench.give(Input::Tap(Tap::OnScreen));
        assert!(matches!(bench.screen(), Screen::Taken { .. }), "{:?}", bench.screen());
        assert_eq!(bench.driver.reports(), 1);
        for word in
            [Word::Printed(job.clone()), Word::Doubtful(job.clone(), Fault::Jam), Word::NotPrinted(job, Fault::Jam)]
        {
            bench.give(Input::Printer(word));
        }
        assert_eq!(bench.restart(Evidence::NotOut).driver.reports(), 1, "once, also after a start");
    }
}

#[test]
fn after_a_crash_while_printing_the_printer_decides_and_doubt_counts_for_the_paper() {
    for (evidence, expected) in [(Evidence::Out, 1), (Evidence::None, 1), (Evidence::NotOut, 0)] {
        let mut bench = Bench::new(&format!("crash-{evidence:?}"));
        bench.connect(1);
        bench.own_job();
        let bench = bench.restart(evidence);
        assert_eq!(bench.driver.reports(), expected, "{evidence:?}");
        let again = bench.restart(Evidence::Out);
        assert_eq!(again.driver.reports(), expected, "decided once");
    }
}

#[test]
fn a_cold_start_without_a_hub_serves_visitors() {
    let mut bench = Bench::new("cold");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Printed(job)));
    let mut bench = bench.restart(Evidence::NotOut);
    assert_eq!(bench.screen(), Screen::Attract);
    let job = bench.own_job();
    assert_eq!((job.text.number.as_str(), job.text.service.as_str()), ("A1-002", "A01 ru"));
    bench.give(Input::Printer(Word::Printed(job)));
    assert_eq!(bench.driver.reports(), 2);
}

#[test]
fn a_kiosk_the_hub_has_never_met_gives_no_number() {
    let mut bench = Bench::new("never-met");
    bench.requests();
    for lang in Lang::ALL {
        bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
    }
    bench.walk_to_take();
    bench.pass(RESERVE_MS);
    assert!(matches!(bench.screen(), Screen::Sorry { why: Sorry::NoNumber, .. }), "{:?}", bench.screen());
    assert!(bench.jobs.try_recv().is_err());
}

#[test]
fn an_older_hub_is_told_nothing() {
    let mut bench = Bench::new("fence");
    bench.connect(3);
    let job = bench.own_job();
    bench.pass(HOME_EVERY_MS);
    assert_eq!(bench.requests(), [asks_home()]);
    bench.give(Input::Printer(Word::Printed(job)));
    bench.give(Input::Hub(Reply::Home(Ok(home(2)))));
    assert_eq!((bench.requests(), bench.driver.reports()), (vec![], 1));
    assert_eq!(bench.views.borrow().last().unwrap().link, Link::Fenced, "staff are told");
    bench.pass(RETRY_MS_MAX);
    assert_eq!(bench.requests(), [asks_home()]);
    bench.give(Input::Hub(Reply::Home(Ok(home(4)))));
    assert_eq!(reports(&bench.requests()).len(), 1);
    assert_eq!(bench.views.borrow().last().unwrap().link, Link::Up);
}

#[test]
fn a_hub_that_knows_it_was_overtaken_gives_no_number_and_gets_no_report() {
    let mut bench = Bench::new("overtaken");
    bench.connect(3);
    let asking = {
        bench.pass(HOME_EVERY_MS);
        bench.asked.try_recv().unwrap()
    };
    assert_eq!(
        asking.seen.unwrap().to_string(),
        format!("zomin/3.7.{}", "a".repeat(64)),
        "every request says what was seen"
    );
    bench.give(Input::Hub(Reply::Home(Err(NoAnswer::Fenced))));
    assert_eq!(bench.views.borrow().last().unwrap().link, Link::Fenced);
    let job = bench.own_job();
    assert_eq!(job.text.number, "A1-001");
    bench.give(Input::Printer(Word::Printed(job)));
    assert_eq!(reports(&bench.requests()).len(), 0);
}

#[test]
fn a_hub_between_two_days_gets_the_report_when_the_next_one_is_open() {
    let mut bench = Bench::new("day-shut");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Printed(job)));
    let requests = bench.requests();
    let report = reports(&requests)[0].clone();
    let code = "day-shut".to_owned();
    let shut = Problem { kind: String::new(), code, status: 409, title: String::new(), detail: None };
    bench.give(Input::Hub(Reply::Report(report.clone(), Err(NoAnswer::Refused(shut)))));
    assert_eq!(bench.driver.reports(), 1, "it is not refused for good");
    bench.pass(REPORT_AGAIN_MS);
    assert_eq!(bench.requests(), [asks_home()]);
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    assert_eq!(reports(&bench.requests()), [&report]);
}

#[test]
fn what_the_hub_refuses_for_good_does_not_hold_up_the_rest() {
    let mut bench = Bench::new("poison");
    bench.connect(1);
    for _ in 0..2 {
        let job = bench.own_job();
        bench.give(Input::Printer(Word::Printed(job)));
        bench.give(Input::Tap(Tap::Done));
    }
    // The first report went out as soon as its paper was out.
    let first = bench.driver.store.next_report().unwrap().unwrap();
    let problem = Problem {
        kind: String::new(),
        code: "number-taken".to_owned(),
        status: 409,
        title: String::new(),
        detail: None,
    };
    bench.requests();
    bench.give(Input::Hub(Reply::Report(first, Err(NoAnswer::Refused(problem)))));
    let requests = bench.requests();
    assert_eq!(reports(&requests)[0].number, "A1-002");
}

#[test]
fn waiting_for_nothing_is_not_busy() {
    let mut bench = Bench::new("idle");
    assert!(bench.driver.idle_ms(bench.now) > 100, "a request is on the line");
    bench.connect(1);
    assert!(bench.driver.idle_ms(bench.now) > 100);
    bench.walk_to_take();
    assert_eq!(bench.driver.idle_ms(bench.now), RESERVE_MS);
}

mod cabinet;
mod ladder;
mod technician;

#[test]
fn a_list_and_a_copy_go_to_the_printer_and_into_no_journal() {
    let mut bench = Bench::new("sheets");
    bench.connect(1);
    let job = bench.own_job();
    bench.give(Input::Printer(Word::Printed(job)));
    let reports = bench.driver.reports();
    bench.give(Input::Tap(Tap::Copy));
    let Order::Sheet(copy) = bench.jobs.try_recv().unwrap() else { panic!("a copy is a sheet") };
    assert!(copy.pieces.iter().any(|piece| matches!(piece, crate::paper::Piece::Mark { .. })), "{:?}", copy.pieces);
    bench.give(Input::Printer(Word::SheetPrinted(copy.sheet)));
    assert_eq!(bench.driver.reports(), reports, "the ticket was reported once");
    assert!(matches!(bench.screen(), Screen::Taken { copy: crate::session::CopyOnPaper::Offered(1), .. }));
    for tap in [Tap::Done, Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned())] {
        bench.give(Input::Tap(tap));
    }
    bench.give(Input::Tap(Tap::About));
    bench.give(Input::Tap(Tap::PrintList));
    let Order::Sheet(list) = bench.jobs.try_recv().unwrap() else { panic!("a list is a sheet") };
    bench.give(Input::Printer(Word::SheetNotPrinted(list.sheet, Fault::Jam)));
    let Screen::About { list, .. } = bench.screen() else { panic!("left") };
    assert_eq!(list, crate::session::ListOnPaper::Failed(Fault::Jam));
}

#[test]
fn a_number_on_the_screen_is_reported_like_one_on_paper() {
    let mut bench = Bench::new("on-screen");
    bench.connect(1);
    bench.give(Input::Printer(Word::Is(Condition::Faulty(Fault::PaperOut))));
    for tap in [Tap::Language(Lang::Ru), Tap::Category("A".to_owned()), Tap::Service("A01".to_owned()), Tap::Take] {
        bench.give(Input::Tap(tap));
    }
    assert!(matches!(bench.screen(), Screen::Sorry { why: Sorry::NoPrinter(Fault::PaperOut), .. }));
    bench.give(Input::Tap(Tap::OnScreen));
    bench.pass(RESERVE_MS);
    let Screen::Taken { slip, .. } = bench.screen() else { panic!("{:?}", bench.screen()) };
    assert_eq!((slip.number.as_str(), bench.driver.reports()), ("A1-001", 1));
    assert!(bench.jobs.try_recv().is_err(), "no paper");
    let page = bench.views.borrow().last().unwrap().page.clone();
    assert!(page.starts_with(&format!("http://hub/t/{}", slip.ticket)), "{page}");
}

#[test]
fn in_audio_mode_every_screen_and_control_is_said_and_nothing_after_it() {
    use crate::{keys::Key, spoken::Speech};
    let mut bench = Bench::new("voice");
    bench.connect(1);
    let said: Rc<RefCell<Vec<Speech>>> = Rc::default();
    let hears = Rc::clone(&said);
    bench.driver.give_voice(Box::new(move |speech| hears.borrow_mut().push(speech)));
    bench.give(Input::Tap(Tap::Language(Lang::Ru)));
    assert!(said.borrow().is_empty(), "nobody asked");
    bench.give(Input::Pins(Sign::Key(Key::Headphones)));
    bench.give(Input::Reached("Назад".to_owned()));
    bench.give(Input::Pins(Sign::Key(Key::Slower)));
    bench.give(Input::Tap(Tap::Category("A".to_owned())));
    bench.give(Input::Tap(Tap::Home));
    bench.give(Input::Reached("Назад".to_owned()));
    let category = vec![voice::Say::Category("A".to_owned()), voice::Say::key("kiosk.services.hint")];
    let said = said.borrow();
    let Some(Speech::Say(Lang::Ru, first)) = said.first() else { panic!("{said:?}") };
    assert_eq!(first.last(), Some(&voice::Say::key("kiosk.categories.hint")), "how it works, then the screen");
    assert_eq!(
        said[1..],
        [
            Speech::Say(Lang::Ru, vec![voice::Say::key("kiosk.way.back")]),
            Speech::Slower,
            Speech::Say(Lang::Ru, category),
            Speech::Forget,
        ]
    );
}

#[test]
fn the_hub_is_told_of_the_printer_and_of_copies_until_it_has_it() {
    let mut bench = Bench::new("tellings");
    bench.connect(1);
    let tells = |bench: &mut Bench| -> Vec<Telling> {
        let asked = bench.requests().into_iter();
        asked.filter_map(|request| if let Request::Tell(telling) = request { Some(telling) } else { None }).collect()
    };
    bench.give(Input::Printer(Word::Is(Condition::PaperLow)));
    assert!(tells(&mut bench).is_empty(), "not before the hub has said who it is");
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    let told = tells(&mut bench);
    let [Telling::Condition(condition)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(condition.printer, wire::fleet::PrinterState::PaperLow);
    // No answer: again with the next. An answer: never again.
    bench.give(Input::Hub(Reply::Told(told[0].clone(), Err(NoAnswer::Away(String::new())))));
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    assert_eq!(tells(&mut bench), told);
    bench.give(Input::Hub(Reply::Told(told[0].clone(), Ok(()))));
    bench.give(Input::Hub(Reply::Home(Ok(home(1)))));
    assert_eq!(tells(&mut bench), []);
}
