//! The whole kiosk without a display: real touches on real pixels, the real driver, journal and printer thread; only
//! the hub is scripted. Time moves when a test says so.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "the walk needs the catalogue, the pictures need every screen")]
mod sample;

use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, TestingBackend, TestingBackendOptions, mock_elapsed_time,
};
use kiosk::{
    checkup::Fittings,
    driver::{Driver, Input, Now, Ports, View, Workshop},
    face,
    keys::Key,
    net::{Asking, Reply, Request},
    paper::Width,
    printer::{self, Evidence, FilePrinter, JOBS_MAX, Order, Word},
    session::{Answer, Condition, IDLE_MS, PRESENCE_MS, RESERVE_MS, Tap},
    signing::Pages,
    store::Store,
    ui::{Face, KioskWindow, Page, ServiceStep},
    workshop::{self, Done, Folders, TASKS_MAX},
};
use slint::{
    ComponentHandle, LogicalPosition,
    platform::{PointerEventButton, WindowEvent},
};
use std::{
    cell::RefCell,
    collections::VecDeque,
    fs,
    path::PathBuf,
    rc::Rc,
    sync::mpsc::{Receiver, channel, sync_channel},
    time::Duration,
};
use tokio::sync::mpsc;
use uuid::Uuid;
use wire::{
    hall::Catalogue,
    kiosk::{ChainLink, KioskHome},
    tickets::{TicketStage, TicketTaken},
};
use words::Lang;

/// Longer than the guard against the second tap of a double tap.
const SETTLED: Duration = Duration::from_millis(500);
/// One picture on the screen.
const FRAME: Duration = Duration::from_millis(20);

/// The technician's.
const PIN: &str = "70361842";

type Screen = Box<dyn FnMut(&View)>;

struct Hall {
    window: KioskWindow,
    driver: Driver<Screen>,
    taps: Rc<RefCell<VecDeque<Tap>>>,
    asked: mpsc::Receiver<Asking>,
    words: Receiver<Word>,
    done: Receiver<Done>,
    hub: Hub,
    now: Now,
    dir: PathBuf,
    taken: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hub {
    Answers,
    Away,
}

impl Hall {
    fn open(name: &str) -> Hall {
        slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        })))
        .unwrap();
        let dir = std::env::temp_dir().join(format!("kiosk-flow-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        let window = KioskWindow::new().unwrap();
        let taps: Rc<RefCell<VecDeque<Tap>>> = Rc::default();
        let queue = Rc::clone(&taps);
        face::bind(&window, move |tap| queue.borrow_mut().push_back(tap));
        window.window().set_size(slint::PhysicalSize::new(1080, 1920));
        let (requests, asked) = mpsc::channel(16);
        let (jobs, printing) = sync_channel::<Order>(JOBS_MAX);
        let (say, words) = channel();
        let device = FilePrinter::new(&dir).unwrap();
        std::thread::spawn(move || printer::run(device, Width::Mm80, &printing, |word| drop(say.send(word))));
        let shown = window.as_weak();
        let mut made = 0;
        let ports = Ports {
            hub: requests,
            printer: jobs,
            screen: Box::new(move |view: &View| face::show(&shown.unwrap(), view)) as Screen,
            identity: Box::new(move |_| {
                made += 1;
                Uuid::from_u128(made)
            }),
            pages: Pages::plain("http://hub.local:8480"),
        };
        let now = Now { at: "2026-11-23T05:24:00Z".parse().unwrap(), ms: 0 };
        let store = Store::open(&dir.join("kiosk.sqlite")).unwrap();
        let mut driver = Driver::new(store, ports, now, |_| Evidence::NotOut).unwrap();
        let (tasks, tasked) = sync_channel(TASKS_MAX);
        let (say, done) = channel();
        let folders = Folders { data: dir.clone(), documents: None };
        std::thread::spawn(move || workshop::run(&folders, &tasked, |one| drop(say.send(one))));
        let (device, hub) = ("kiosk-1".to_owned(), "http://hub.local:8480".to_owned());
        driver.equip(Workshop { tasks, fittings: Fittings::default(), device, hub });
        let mut hall = Hall { window, driver, taps, asked, words, done, hub: Hub::Answers, now, dir, taken: 46 };
        hall.window.show().unwrap();
        hall.settle();
        hall
    }

    /// Hands everything over that is under way, until nothing moves any more.
    fn settle(&mut self) {
        loop {
            let tap = self.taps.borrow_mut().pop_front();
            if let Some(tap) = tap {
                self.driver.take(Input::Tap(tap), self.now);
            } else if let Ok(Asking { request, .. }) = self.asked.try_recv() {
                self.answer(request);
            } else if let Ok(word) = self.words.try_recv() {
                self.driver.take(Input::Printer(word), self.now);
            } else {
                break;
            }
        }
        // First the screen notices that it has changed and raises its guard, then the guard falls.
        mock_elapsed_time(FRAME);
        mock_elapsed_time(SETTLED);
    }

    /// Waits for the printer's answer to a job.
    fn printed(&mut self) {
        loop {
            let word = self.words.recv_timeout(Duration::from_secs(60)).unwrap();
            let answer = !matches!(word, Word::Is(_));
            self.driver.take(Input::Printer(word), self.now);
            if answer {
                return self.settle();
            }
        }
    }

    /// Waits for the answer to a technician's errand.
    fn worked(&mut self) {
        let done = self.done.recv_timeout(Duration::from_secs(60)).unwrap();
        self.driver.take(Input::Workshop(done), self.now);
        self.settle();
    }

    /// Holds a finger on the screen.
    fn hold(&mut self, at: (f32, f32), held: Duration) {
        let (position, button) = (LogicalPosition::new(at.0, at.1), PointerEventButton::Left);
        self.window.window().dispatch_event(WindowEvent::PointerPressed { position, button });
        // Time passes for the timer and is then noticed.
        mock_elapsed_time(FRAME);
        mock_elapsed_time(held);
        self.window.window().dispatch_event(WindowEvent::PointerReleased { position, button });
        self.settle();
    }

    /// Waits until the screen offers another try, because the printer says that it is well.
    fn well_again(&mut self) {
        loop {
            let word = self.words.recv_timeout(Duration::from_secs(60)).unwrap();
            let well = word == Word::Is(Condition::Ready);
            self.driver.take(Input::Printer(word), self.now);
            self.settle();
            if well {
                return;
            }
        }
    }

    fn answer(&mut self, request: Request) {
        let away = || wire::client::NoAnswer::Away("no connection".to_owned());
        let up = self.hub == Hub::Answers;
        let reply = match request {
            Request::Home { .. } => Reply::Home(if up { Ok(home()) } else { Err(away()) }),
            Request::Catalogue(lang) => Reply::Catalogue(lang, if up { Ok(page(lang)) } else { Err(away()) }),
            Request::Report { report, .. } => {
                let stage =
                    TicketStage { ticket_id: report.ticket, number: String::new(), stage: String::new(), entry: 1 };
                Reply::Report(report, if up { Ok(stage) } else { Err(away()) })
            }
            Request::Offer(wish) if up => Reply::Offer(wish, sample::told()),
            Request::Take { attempt, ticket } if up => {
                self.taken += 1;
                let taken = TicketTaken {
                    ticket_id: ticket.ticket_id.unwrap(),
                    number: format!("K-{:03}", self.taken),
                    ahead: 7,
                    wait_minutes: None,
                };
                Reply::Take(attempt, Answer::Taken(taken))
            }
            Request::Tell(telling) if up => Reply::Told(telling, Ok(())),
            // A cable that is pulled says nothing.
            Request::Offer(_)
            | Request::Take { .. }
            | Request::Tell(_)
            | Request::Lists(_)
            | Request::Reserve { .. }
            | Request::Piece { .. }
            | Request::File { .. }
            | Request::Ask { .. } => return,
        };
        self.driver.take(Input::Hub(reply), self.now);
    }

    fn pass(&mut self, ms: u64) {
        self.now.ms += ms;
        self.driver.look(self.now);
        self.settle();
    }

    fn tap(&mut self, label: &str) {
        one(&self.window, label).mock_single_click(PointerEventButton::Left);
        self.settle();
    }

    fn page(&self) -> Page {
        self.window.global::<Face>().get_page()
    }

    fn number(&self) -> String {
        self.window.global::<Face>().get_number().into()
    }

    fn papers(&self) -> Vec<String> {
        let names = fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut papers: Vec<String> = names
            .filter(|n| n.ends_with(".png") && !n.contains("spoilt"))
            .map(|n| n[..n.len() - 41].to_owned())
            .collect();
        papers.sort();
        papers
    }

    fn becomes(&self, word: &str) {
        fs::write(self.dir.join("condition"), word).unwrap();
    }

    fn walk_to_offer(&mut self) {
        self.tap("Русский");
        self.tap("Земля, жильё и кадастр");
        self.tap("Оформление кадастрового паспорта");
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn home() -> KioskHome {
    KioskHome {
        device: "kiosk-1".to_owned(),
        epoch: 1,
        day: Some(1),
        lane: 1,
        lane_serials: vec![],
        at: "2026-11-23T05:24:00Z".to_owned(),
        languages: vec![],
        hall: "zomin".to_owned(),
        chain: ChainLink::default(),
        backed_up: 0,
        generation: 1,
        service_pin: Some(hash(PIN)),
        ..KioskHome::default()
    }
}

/// A hash as the hub makes one, but cheap.
fn hash(pin: &str) -> String {
    let params = Params::new(64, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_with_salt(pin.as_bytes(), b"one salt for all").unwrap().to_string()
}

fn page(lang: Lang) -> Catalogue {
    sample::page(lang)
}

fn one(window: &KioskWindow, label: &str) -> ElementHandle {
    let buttons: Vec<_> = ElementHandle::find_by_accessible_label(window, label)
        .filter(|element| element.accessible_role() == Some(AccessibleRole::Button))
        .collect();
    assert_eq!(buttons.len(), 1, "buttons labelled {label:?}");
    buttons.into_iter().next().unwrap()
}

#[test]
fn a_visitor_touches_four_times_and_holds_a_ticket() {
    let mut hall = Hall::open("ticket");
    hall.walk_to_offer();
    let face = hall.window.global::<Face>();
    assert_eq!((face.get_ahead().as_str(), face.get_ahead_label().as_str()), ("7", "человек перед вами"));
    assert_eq!(face.get_wait().as_str(), "15–25");
    hall.tap("Взять талон");
    assert_eq!((hall.page(), hall.number().as_str()), (Page::Printing, "K-047"));
    hall.printed();
    assert_eq!((hall.page(), hall.papers()), (Page::Taken, vec!["K-047".to_owned()]));
    let text = fs::read_dir(&hall.dir).unwrap().flatten().find(|e| e.path().extension().is_some_and(|x| x == "txt"));
    let text = fs::read_to_string(text.unwrap().path()).unwrap();
    assert!(text.contains("Оформление кадастрового паспорта\nKadastr pasportini rasmiylashtirish"), "{text}");
    hall.tap("Готово");
    assert_eq!((hall.page(), hall.number().as_str()), (Page::Attract, ""));
}

#[test]
fn a_double_tap_is_one_ticket_and_lands_on_nothing_else() {
    let mut hall = Hall::open("double");
    hall.walk_to_offer();
    let take = one(&hall.window, "Взять талон");
    take.mock_single_click(PointerEventButton::Left);
    take.mock_single_click(PointerEventButton::Left);
    assert_eq!(hall.taps.borrow().len(), 2, "both touches arrive");
    hall.settle();
    hall.printed();
    assert_eq!(hall.papers(), ["K-047"]);
    assert_eq!(hall.page(), Page::Taken, "the second touch did not press what came after");
    // The screen changes under the finger: the second touch of a quick pair falls on a guard.
    hall.tap("Готово");
    one(&hall.window, "Русский").mock_single_click(PointerEventButton::Left);
    let tap = hall.taps.borrow_mut().pop_front().unwrap();
    hall.driver.take(Input::Tap(tap), hall.now);
    mock_elapsed_time(FRAME);
    mock_elapsed_time(FRAME);
    one(&hall.window, "Земля, жильё и кадастр").mock_single_click(PointerEventButton::Left);
    assert!(hall.taps.borrow().is_empty());
    hall.settle();
    assert_eq!(hall.page(), Page::Categories);
}

#[test]
fn without_a_hub_the_kiosk_gives_its_own_number_and_reports_it_later() {
    let mut hall = Hall::open("alone");
    hall.hub = Hub::Away;
    hall.walk_to_offer();
    hall.tap("Взять талон");
    assert_eq!(hall.page(), Page::Taking);
    hall.pass(RESERVE_MS);
    assert_eq!(hall.number(), "K1-001");
    hall.printed();
    assert_eq!(hall.papers(), ["K1-001"]);
    let reports = |hall: &Hall| {
        let store = Store::open(&hall.dir.join("kiosk.sqlite")).unwrap();
        store.waiting_reports().unwrap()
    };
    assert_eq!(reports(&hall), 1);
    hall.hub = Hub::Answers;
    for _ in 0..4 {
        hall.pass(10_000);
    }
    assert_eq!(reports(&hall), 0);
}

/// The number counts and is on the screen with a code; when the printer is well there is a copy.
fn jams(word: &str, whole: usize) {
    let mut hall = Hall::open(word);
    hall.walk_to_offer();
    hall.becomes(word);
    hall.tap("Взять талон");
    hall.printed();
    assert_eq!((hall.page(), hall.number().as_str(), hall.papers().len()), (Page::Taken, "K-047", whole));
    let says = |hall: &Hall, label| ElementHandle::find_by_accessible_label(&hall.window, label).next().is_some();
    assert!(says(&hall, "Ваш номер действует") && !says(&hall, "Напечатать копию"));
    assert!(hall.window.global::<Face>().get_code().size().width > 0, "a code for a phone");
    hall.becomes("ready");
    hall.well_again();
    hall.tap("Напечатать копию");
    hall.printed();
    assert_eq!((hall.page(), hall.papers().len()), (Page::Taken, whole + 1));
}

#[test]
fn a_printer_that_jams_half_way_leaves_a_number_that_counts_and_a_copy() {
    jams("jam-mid-print", 0);
}

#[test]
fn a_printer_that_jams_at_the_cut_leaves_a_paper_that_counts_and_a_copy() {
    jams("jam-at-cut", 1);
}

#[test]
fn an_idle_visitor_is_asked_and_forgotten_without_a_trace() {
    let mut hall = Hall::open("idle");
    hall.walk_to_offer();
    hall.pass(IDLE_MS);
    hall.tap("Да, продолжить");
    assert_eq!(hall.page(), Page::Offer);
    hall.pass(IDLE_MS);
    one(&hall.window, "Завершить");
    hall.pass(PRESENCE_MS);
    let face = hall.window.global::<Face>();
    assert_eq!((hall.page(), face.get_service_name().as_str(), face.get_category().as_str()), (Page::Attract, "", ""));
}

/// Three keys are enough: the next control, the one before, press.
#[test]
fn with_keys_alone_a_visitor_gets_a_ticket_and_a_question_keeps_the_keys() {
    let mut hall = Hall::open("keys");
    let reached: Rc<RefCell<Vec<String>>> = Rc::default();
    let hears = Rc::clone(&reached);
    face::bind_keys(&hall.window, move |label| hears.borrow_mut().push(label.to_owned()), |_| false);
    let walk_to = |hall: &mut Hall, label: &str| {
        for _ in 0..40 {
            if reached.borrow().last().is_some_and(|last| last == label) {
                break;
            }
            face::press(&hall.window, Key::Next);
            mock_elapsed_time(FRAME);
        }
        assert_eq!(reached.borrow().last().map(String::as_str), Some(label));
        face::press(&hall.window, Key::Select);
        hall.settle();
    };
    for label in ["Русский", "Земля, жильё и кадастр", "Оформление кадастрового паспорта"]
    {
        walk_to(&mut hall, label);
    }
    assert_eq!(hall.page(), Page::Offer);
    hall.pass(IDLE_MS);
    reached.borrow_mut().clear();
    for _ in 0..6 {
        face::press(&hall.window, Key::Next);
        mock_elapsed_time(FRAME);
    }
    let heard: std::collections::BTreeSet<String> = reached.borrow().iter().cloned().collect();
    assert_eq!(heard.into_iter().collect::<Vec<_>>(), ["Да, продолжить", "Завершить"], "what lies under the question");
    walk_to(&mut hall, "Да, продолжить");
    walk_to(&mut hall, "Взять талон");
    hall.printed();
    assert_eq!((hall.page(), hall.papers()), (Page::Taken, vec!["K-047".to_owned()]));
}

/// Whoever does not know of the corner never finds it, and whoever does needs the PIN.
#[test]
fn a_technician_holds_the_corner_types_the_pin_and_gets_a_report_on_paper() {
    let mut hall = Hall::open("technician");
    let corner = (60.0, 60.0);
    hall.hold(corner, Duration::from_secs(4));
    assert_eq!(hall.page(), Page::Attract, "not long enough");
    hall.hold((540.0, 60.0), Duration::from_secs(6));
    assert_eq!(hall.page(), Page::Attract, "not there");
    hall.hold(corner, Duration::from_secs(6));
    assert_eq!(hall.page(), Page::Pin);
    for digit in "11112222".chars() {
        hall.tap(&digit.to_string());
    }
    assert_eq!(hall.window.global::<Face>().get_pin_dots().as_str(), "●●●●●●●●", "nobody reads along");
    hall.tap("Kirish");
    hall.worked();
    assert_eq!(hall.window.global::<Face>().get_pin_note().as_str(), "PIN-kod notoʻgʻri.");
    for digit in PIN.chars() {
        hall.tap(&digit.to_string());
    }
    hall.tap("Kirish");
    hall.worked();
    assert_eq!(hall.page(), Page::Service);
    hall.tap("Hammasini tekshirish");
    hall.printed();
    let step = |hall: &Hall| hall.window.global::<Face>().get_service_step();
    assert_eq!(step(&hall), ServiceStep::Touch);
    for at in [(60.0, 60.0), (1020.0, 60.0), (60.0, 1860.0), (1020.0, 1860.0), (540.0, 960.0)] {
        hall.hold(at, FRAME);
    }
    // The hub has answered about network and clock; the disk is tried by a thread.
    hall.worked();
    assert_eq!(step(&hall), ServiceStep::List);
    hall.printed();
    let report = fs::read_dir(&hall.dir).unwrap().flatten().map(|entry| entry.path());
    let texts =
        report.filter(|path| path.extension().is_some_and(|x| x == "txt")).map(|p| fs::read_to_string(p).unwrap());
    let texts: Vec<String> = texts.collect();
    let report = texts.iter().find(|text| text.contains("Oʻz-oʻzini tekshirish")).unwrap();
    assert!(report.contains("Sensorli ekran  ishlaydi") && report.contains("23.11.2026  10:24"), "{report}");
    assert!(report.contains("Hammasi ishlaydi"), "{report}");
    hall.driver.take(Input::Tap(Tap::Home), hall.now);
    hall.settle();
    assert_eq!(hall.page(), Page::Attract);
}

/// The same with a keyboard that the technician carries: no finger, no gesture.
#[test]
fn a_technician_gets_in_with_keys_alone() {
    let mut hall = Hall::open("technician-keys");
    let reached: Rc<RefCell<Vec<String>>> = Rc::default();
    let hears = Rc::clone(&reached);
    face::bind_keys(&hall.window, move |label| hears.borrow_mut().push(label.to_owned()), |_| false);
    hall.driver.take(Input::Pins(kiosk::pins::Sign::Key(Key::Service)), hall.now);
    hall.settle();
    assert_eq!(hall.page(), Page::Pin);
    let types = |hall: &mut Hall, text: slint::SharedString| {
        hall.window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        hall.window.window().dispatch_event(WindowEvent::KeyReleased { text });
        hall.settle();
    };
    for digit in PIN.chars() {
        types(&mut hall, digit.into());
    }
    types(&mut hall, slint::platform::Key::Return.into());
    hall.worked();
    assert_eq!(hall.page(), Page::Service);
    reached.borrow_mut().clear();
    for _ in 0..60 {
        if reached.borrow().last().is_some_and(|last| last == "Xotira") {
            break;
        }
        face::press(&hall.window, Key::Next);
        mock_elapsed_time(FRAME);
    }
    face::press(&hall.window, Key::Select);
    hall.settle();
    hall.worked();
    let face = hall.window.global::<Face>();
    let parts: Vec<_> = slint::Model::iter(&face.get_service_parts()).collect();
    let storage = parts.iter().find(|part| part.code == "storage").unwrap();
    assert_ne!(storage.look, "untried");
}
