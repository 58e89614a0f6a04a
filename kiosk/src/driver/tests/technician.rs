//! A technician at the kiosk: in with a PIN, through every part, out with a report; and everyone else stays out.

use super::*;
use crate::{
    checkup::{Disk, Fittings, Judged, Sound, Spot, Verdict, Voice},
    paper::Piece,
    pins::{self, Line, Power, Tamper},
    session::{Pad, ReportOnPaper, SERVICE_MS, Step, Stroke, TRY_MS},
    workshop::{Done, Pin, TASKS_MAX, Task},
};
use wire::fleet::{Part, SelfTest, TestResult};

const HASH: &str = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";

/// A kiosk with a PIN and everything a technician can try.
struct Place {
    bench: Bench,
    tasks: Receiver<Task>,
    orders: Receiver<pins::Order>,
}

impl Place {
    fn new(name: &str) -> Place {
        let mut bench = Bench::new(name);
        assert_eq!(bench.requests(), [asks_home()]);
        bench.give(Input::Hub(Reply::Home(Ok(with_pin()))));
        for lang in Lang::ALL {
            assert_eq!(bench.requests(), [Request::Catalogue(lang)]);
            bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
        }
        Place::around(bench)
    }

    fn around(mut bench: Bench) -> Place {
        let (tasks, asked) = sync_channel(TASKS_MAX);
        let (orders, ordered) = sync_channel(pins::ORDERS_MAX);
        let fittings = Fittings { lines: Line::all().collect(), voice: Voice::Fitted };
        let (device, hub) = ("kiosk-1".to_owned(), "http://hub".to_owned());
        bench.driver.equip(Workshop { tasks, fittings, device, hub });
        bench.driver.wire(orders);
        bench.driver.give_voice(Box::new(|_| {}));
        Place { bench, tasks: asked, orders: ordered }
    }

    fn restart(self) -> Place {
        Place::around(self.bench.restart(Evidence::NotOut))
    }

    fn tap(&mut self, tap: Tap) {
        self.bench.give(Input::Tap(tap));
    }

    /// Types and enters digits; what the workshop is asked.
    fn types(&mut self, pin: &str) -> Option<Task> {
        for digit in pin.chars() {
            self.tap(Tap::Stroke(Stroke::Letters(digit.to_string())));
        }
        self.tap(Tap::Enter);
        self.tasks.try_recv().ok()
    }

    fn tries(&mut self, pin: Pin) {
        let task = self.types("70361842").unwrap();
        let Task::Pin { digits, .. } = &task else { panic!("{task:?}") };
        assert_eq!(digits.expose(), "70361842");
        self.bench.give(Input::Workshop(Done::Pin(pin)));
    }

    fn enters(&mut self) {
        self.tap(Tap::Knock);
        self.tries(Pin::Right);
        assert_eq!(self.step(), Step::List);
    }

    fn step(&self) -> Step {
        let Screen::Service(service) = self.bench.screen() else { panic!("{:?}", self.bench.screen()) };
        service.step
    }

    fn verdict(&self, part: Part) -> Option<Verdict> {
        let Screen::Service(service) = self.bench.screen() else { panic!("{:?}", self.bench.screen()) };
        let standing = service.checkup.standing();
        standing.into_iter().find(|(of, _)| *of == part).and_then(|(_, verdict)| verdict.cloned())
    }

    /// The sheet that is with the printer.
    fn sheet(&mut self) -> crate::printer::SheetJob {
        match self.bench.jobs.try_recv().unwrap() {
            Order::Sheet(sheet) => sheet,
            Order::Ticket(job) => panic!("a ticket: {job:?}"),
        }
    }

    fn signs(&mut self, signs: impl IntoIterator<Item = Sign>) {
        signs.into_iter().for_each(|sign| self.bench.give(Input::Pins(sign)));
    }

    fn tests(&mut self) -> Vec<SelfTest> {
        let asked = self.bench.requests().into_iter();
        let test = |request| match request {
            Request::Tell(Telling::Test(test)) => Some(test),
            _ => None,
        };
        asked.filter_map(test).collect()
    }

    fn hub_says(&mut self, answer: Result<KioskHome, NoAnswer>) {
        assert!(self.bench.requests().contains(&asks_home()), "the hub is asked at once");
        self.bench.now.ms += 40;
        self.bench.give(Input::Hub(Reply::Home(answer)));
    }
}

fn with_pin() -> KioskHome {
    KioskHome { service_pin: Some(HASH.to_owned()), ..home(1) }
}

fn now_home(bench: &Bench) -> KioskHome {
    KioskHome { at: bench.now.at.to_string(), ..with_pin() }
}

fn words_on(pieces: &[Piece]) -> String {
    pieces.iter().filter_map(Piece::words).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_a_pin_nothing_opens_and_nothing_is_said() {
    let mut place = Place::around(Bench::new("no-pin"));
    place.bench.connect(1);
    let shown = place.bench.views.borrow().len();
    place.tap(Tap::Knock);
    assert_eq!((place.bench.screen(), place.bench.views.borrow().len()), (Screen::Attract, shown));
    place.bench.give(Input::Pins(Sign::Key(Key::Service)));
    assert_eq!(place.bench.screen(), Screen::Attract);
}

#[test]
fn a_visitor_in_the_middle_of_something_cannot_be_pushed_aside() {
    let mut place = Place::new("visitor");
    place.tap(Tap::Language(Lang::Ru));
    place.tap(Tap::Knock);
    assert!(matches!(place.bench.screen(), Screen::Categories { .. }));
    place.tap(Tap::Home);
    place.bench.give(Input::Pins(Sign::Key(Key::Service)));
    assert!(matches!(place.bench.screen(), Screen::Pin { .. }), "the technician's key asks for the PIN too");
    place.tap(Tap::Language(Lang::Ru));
    place.tap(Tap::Take);
    assert!(matches!(place.bench.screen(), Screen::Pin { language: Lang::Ru, .. }), "only its language changes");
}

#[test]
fn wrong_pins_cost_more_and_more_time_and_a_restart_gives_none_of_it_back() {
    let mut place = Place::new("wrong");
    place.tap(Tap::Knock);
    for _ in 0..PINS_FREE {
        place.tries(Pin::Wrong);
        assert!(matches!(place.bench.screen(), Screen::Pin { pad: Pad::Wrong, .. }));
    }
    place.tries(Pin::Wrong);
    assert!(matches!(place.bench.screen(), Screen::Pin { pad: Pad::Wait { minutes: 1 }, .. }));
    assert_eq!(place.types("70361842"), None, "nothing is compared now");
    let mut place = place.restart();
    place.tap(Tap::Knock);
    assert!(matches!(place.bench.screen(), Screen::Pin { pad: Pad::Wait { minutes: 1 }, .. }), "after a restart too");
    place.bench.pass(PIN_WAIT_FIRST_MS);
    assert_eq!(place.bench.screen(), Screen::Attract, "the pad does not stay");
    place.tap(Tap::Knock);
    // The plug is pulled while the digits are compared: the try counts all the same.
    assert!(place.types("70361842").is_some());
    let mut place = place.restart();
    place.bench.pass(PIN_WAIT_FIRST_MS);
    place.tap(Tap::Knock);
    assert_eq!(place.types("1"), None, "twice as long");
    place.bench.pass(PIN_WAIT_FIRST_MS);
    place.tap(Tap::Knock);
    place.tries(Pin::Right);
    assert_eq!(place.step(), Step::List);
    place.tap(Tap::Back);
    place.tap(Tap::Knock);
    place.tries(Pin::Wrong);
    assert!(matches!(place.bench.screen(), Screen::Pin { pad: Pad::Wrong, .. }), "a right one forgets the wrong ones");
}

#[test]
fn the_longest_wait_is_an_hour() {
    let mut place = Place::new("hour");
    for _ in 0..20 {
        place.tap(Tap::Knock);
        place.tries(Pin::Wrong);
        place.tap(Tap::Back);
        place.bench.now.ms += PIN_WAIT_MS_MAX;
    }
    place.tap(Tap::Knock);
    assert!(matches!(place.bench.screen(), Screen::Pin { pad: Pad::Ready, .. }));
}

#[test]
fn every_part_in_a_row_ends_with_a_report_on_paper_and_at_the_hub() {
    let mut place = Place::new("all");
    place.bench.give(Input::Printer(Word::Is(Condition::Ready)));
    place.enters();
    place.bench.requests();
    place.tap(Tap::TryAll);
    assert_eq!(place.step(), Step::Trying(Part::Printer));
    let sheet = place.sheet().sheet;
    place.bench.give(Input::Printer(Word::SheetPrinted(sheet)));
    for spot in Spot::ALL {
        assert_eq!(place.step(), Step::Trying(Part::Touch));
        place.tap(Tap::Spot(spot));
    }
    assert_eq!(place.tasks.try_recv(), Ok(Task::Sound));
    place.bench.give(Input::Workshop(Done::Sound(Sound::Device)));
    assert_eq!(place.step(), Step::Judging(Part::Speaker));
    place.tap(Tap::Judge(Judged::Good));
    assert_eq!(place.step(), Step::Trying(Part::Keys));
    place.signs(Key::ALL.map(Sign::Key));
    assert_eq!(place.step(), Step::Trying(Part::Network));
    let answer = now_home(&place.bench);
    place.hub_says(Ok(answer));
    assert_eq!(place.step(), Step::Trying(Part::Clock));
    let answer = now_home(&place.bench);
    place.hub_says(Ok(answer));
    assert!(matches!(place.tasks.try_recv(), Ok(Task::Disk(_))));
    place.bench.give(Input::Workshop(Done::Disk(Disk::Good { free_bytes: 1 << 30 })));
    assert_eq!(place.step(), Step::Trying(Part::Presence));
    place.signs([Sign::Nobody, Sign::Somebody]);
    assert_eq!(place.step(), Step::Judging(Part::Lamp));
    let lamps: Vec<pins::Order> = place.orders.try_iter().collect();
    assert_eq!(lamps.last(), Some(&pins::Order::Lamp(pins::Lamp::Double)), "the lamp shows something to judge");
    place.tap(Tap::Judge(Judged::Good));
    assert_eq!(place.step(), Step::Trying(Part::Tamper));
    place.signs([Sign::Tamper(Tamper::Opened)]);
    assert!(place.orders.try_iter().any(|order| order == pins::Order::TamperSeen), "the technician has opened it");
    place.signs([Sign::Tamper(Tamper::Shut)]);
    assert_eq!(place.step(), Step::Trying(Part::Relay));
    assert!(place.orders.try_iter().any(|order| order == pins::Order::PowerCyclePrinter));
    place.signs([Sign::Printer(Power::Cut), Sign::Printer(Power::Back)]);
    assert_eq!(place.step(), Step::List);
    let report = place.sheet();
    let paper = words_on(&report.pieces);
    assert!(paper.contains("kiosk-1") && paper.contains("23.11.2026  10:0"), "{paper}");
    assert!(paper.ends_with(words::say(Lang::UzLatn, "kiosk.service.all-well")), "{paper}");
    let tests = place.tests();
    assert_eq!(tests.len(), 1);
    assert!(tests[0].parts.iter().all(|part| part.result == TestResult::Passed), "{:?}", tests[0].parts);
    assert_eq!(tests[0].at.as_deref(), Some(place.bench.now.at.to_string().as_str()));
    place.bench.give(Input::Printer(Word::SheetPrinted(report.sheet)));
    let Screen::Service(service) = place.bench.screen() else { panic!("left") };
    assert_eq!(service.report, ReportOnPaper::Out);
}

#[test]
fn what_does_not_work_is_found_by_itself() {
    let mut place = Place::new("broken");
    place.enters();
    place.tap(Tap::Try(Part::Printer));
    let sheet = place.sheet().sheet;
    place.bench.give(Input::Printer(Word::SheetNotPrinted(sheet, Fault::CoverOpen)));
    assert_eq!(place.verdict(Part::Printer), Some(Verdict::Failed("cover-open".to_owned())));
    place.tap(Tap::Try(Part::Network));
    place.hub_says(Err(NoAnswer::Away(String::new())));
    assert_eq!(place.verdict(Part::Network), Some(Verdict::Failed("no-answer".to_owned())));
    place.tap(Tap::Try(Part::Clock));
    let ahead = KioskHome { at: "2026-11-23T04:00:00Z".to_owned(), ..with_pin() };
    place.hub_says(Ok(ahead));
    assert!(matches!(place.verdict(Part::Clock), Some(Verdict::Failed(code)) if code.starts_with("off-s-3")));
    place.tap(Tap::Try(Part::Speaker));
    place.bench.give(Input::Workshop(Done::Sound(Sound::None)));
    assert_eq!(place.verdict(Part::Speaker), Some(Verdict::Failed("no-device".to_owned())));
    // A thread that does not answer holds nobody up.
    place.tap(Tap::Try(Part::Storage));
    place.bench.pass(TRY_MS);
    assert_eq!((place.step(), place.verdict(Part::Storage)), (Step::List, Some(Verdict::Failed("fails".to_owned()))));
    place.bench.give(Input::Workshop(Done::Disk(Disk::Good { free_bytes: 1 << 30 })));
    assert_eq!(place.verdict(Part::Storage), Some(Verdict::Failed("fails".to_owned())), "too late is too late");
    place.tap(Tap::Try(Part::Keys));
    place.tap(Tap::Skip);
    assert_eq!((place.step(), place.verdict(Part::Keys)), (Step::List, None));
}

#[test]
fn a_report_is_kept_until_the_hub_has_it_and_sent_once() {
    let mut place = Place::new("kept");
    place.enters();
    place.tap(Tap::Report);
    place.sheet();
    place.bench.requests();
    let mut place = place.restart();
    place.bench.requests();
    let answer = with_pin();
    place.bench.give(Input::Hub(Reply::Home(Ok(answer.clone()))));
    let tests = place.tests();
    assert_eq!(tests.len(), 1, "after a power cut it is still there");
    let told = Telling::Test(tests[0].clone());
    place.bench.give(Input::Hub(Reply::Told(told.clone(), Err(NoAnswer::Away(String::new())))));
    place.bench.give(Input::Hub(Reply::Home(Ok(answer.clone()))));
    assert_eq!(place.tests(), tests, "the same command id");
    place.bench.give(Input::Hub(Reply::Told(told, Ok(()))));
    place.bench.give(Input::Hub(Reply::Home(Ok(answer))));
    assert_eq!(place.tests(), []);
    assert_eq!(place.bench.driver.store.self_tests().unwrap(), []);
}

#[test]
fn it_closes_by_itself_and_leaves_nothing() {
    let mut place = Place::new("closes");
    place.enters();
    place.bench.pass(SERVICE_MS - 1);
    place.tap(Tap::Here);
    place.bench.pass(SERVICE_MS - 1);
    assert_eq!(place.step(), Step::List);
    place.bench.pass(1);
    assert_eq!(place.bench.screen(), Screen::Attract);
    assert_eq!(place.bench.views.borrow().last().unwrap().service, ServiceFacts::default());
    place.tap(Tap::Try(Part::Printer));
    assert!(place.bench.jobs.try_recv().is_err(), "the PIN is asked for again");
}

#[test]
fn the_program_ends_only_when_a_technician_wants_it() {
    let mut place = Place::new("ends");
    place.tap(Tap::Restart);
    assert_eq!(place.bench.driver.course(), Course::GoesOn);
    place.enters();
    place.tap(Tap::Restart);
    assert_eq!(place.bench.driver.course(), Course::Ends);
}
