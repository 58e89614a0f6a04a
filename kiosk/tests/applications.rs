//! An application from the first question to the receipt: the real session and the real driver between a scripted hub and a
//! scripted printer. What was written is looked for wherever it must not be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "sample/applications.rs"]
#[expect(dead_code, reason = "the pictures need every screen, this test the walk")]
mod walk;

use hhx::seal::{Opener, SecretKey};
use kiosk::{
    autopilot,
    driver::{Driver, Input, Now, Ports, View},
    net::{Asking, Reply, Request, unanswered},
    printer::{Evidence, JOBS_MAX, Order, SheetJob, Word},
    session::{
        Application, Arrived, Asks, Effect, Event, FORM_MS, FORM_PRESENCE_MS, Filling, News, Note, Outcome, Presence,
        Screen, Sending, Session, Stroke, Takes, Tap,
    },
    signing::Pages,
    store::Store,
};
use std::{
    cell::RefCell,
    io,
    path::PathBuf,
    rc::Rc,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, sync_channel},
    },
};
use tokio::sync::mpsc;
use uuid::Uuid;
use wire::{
    applications::{ApplicationFiled, ApplicationSlot, FormLists, SealRecipient},
    client::NoAnswer,
    hall::{Catalogue, Category},
    kiosk::{KioskApplications, KioskHome, Purpose},
    problem::Problem,
    services::Service,
};
use words::Lang;

const NAME: &str = "Karimova Zulfiya Rustamovna";
const PHONE: &str = "901234567";

fn tap(session: &mut Session, tap: Tap) -> Vec<Effect> {
    session.handle(Event::Tap(tap))
}

fn news(session: &mut Session, news: News) -> Vec<Effect> {
    session.handle(Event::News(news))
}

fn filling(session: &Session) -> Filling {
    match session.screen() {
        Screen::Form(filling) => (**filling).clone(),
        other => panic!("not at a form: {other:?}"),
    }
}

fn field(session: &Session) -> String {
    filling(session).field().map(|field| field.id.to_string()).unwrap_or_default()
}

fn at_summary() -> Session {
    walk::until(walk::begin(Lang::UzLatn, "A01"), |filling| filling.asks() == Asks::Summary)
}

fn sent() -> (Session, kiosk::session::Attempt, Application) {
    let mut session = at_summary();
    let effects = tap(&mut session, Tap::Send);
    let file = effects.into_iter().find_map(|effect| match effect {
        Effect::File { attempt, application } => Some((attempt, application)),
        _ => None,
    });
    let (attempt, application) = file.unwrap();
    (session, attempt, application)
}

fn write(session: &mut Session, text: &str) {
    for letter in text.chars() {
        let stroke = if letter == ' ' { Stroke::Space } else { Stroke::Letters(letter.to_string()) };
        tap(session, Tap::Stroke(stroke));
    }
}

fn planted() -> [String; 4] {
    [walk::pinfl(), NAME.to_owned(), PHONE.to_owned(), "mahalla".to_owned()].map(|text| match text.as_str() {
        "mahalla" => "Navbahor".to_owned(),
        _ => text,
    })
}

#[test]
fn a_hall_that_takes_no_applications_offers_none() {
    let mut session = Session::default();
    news(&mut session, News::Catalogue);
    news(&mut session, News::Purposes(Purpose::ALL.to_vec()));
    assert_eq!(session.purposes(), [Purpose::Ticket]);
    let collect = Some(("A".to_owned(), "A08".to_owned()));
    news(&mut session, News::Takes(Takes { collect, ..Takes::default() }));
    assert_eq!(session.purposes(), [Purpose::Ticket, Purpose::Collect]);
    tap(&mut session, Tap::Language(Lang::Ru));
    tap(&mut session, Tap::Purpose(Purpose::Application));
    assert!(matches!(session.screen(), Screen::Purposes { .. }), "what is not offered cannot be chosen");
    tap(&mut session, Tap::Purpose(Purpose::Collect));
    let Screen::Offer { wish, .. } = session.screen() else { panic!("{:?}", session.screen()) };
    assert_eq!(wish.service, "A08", "collecting is a queue of its own");
}

#[test]
fn a_step_is_left_only_in_order_and_going_back_loses_nothing() {
    let mut session = walk::begin(Lang::UzLatn, "A01");
    tap(&mut session, Tap::Next);
    tap(&mut session, Tap::Next);
    assert_eq!(filling(&session).faults[0].sentence(Lang::En), "Please fill this in.");
    write(&mut session, "karimova zulfiya rustamovna");
    tap(&mut session, Tap::Next);
    assert_eq!(field(&session), "pinfl");
    write(&mut session, "30101909990011");
    tap(&mut session, Tap::Next);
    let sentence = filling(&session).faults[0].sentence(Lang::En);
    assert_eq!(sentence, "One of the digits is wrong. Please compare with the document.");
    tap(&mut session, Tap::Stroke(Stroke::Erase));
    assert!(filling(&session).faults.is_empty(), "who mends is not scolded while mending");
    tap(&mut session, Tap::Back);
    let before = filling(&session);
    assert_eq!(before.line(before.active().unwrap()), "karimova zulfiya rustamovna");
    tap(&mut session, Tap::Next);
    let back = filling(&session);
    assert_eq!(kiosk::session::shown(&back, back.active().unwrap()), "3010 1909 9900 1_");
}

#[test]
fn digits_are_shown_in_groups_and_nothing_else_can_be_typed() {
    let mut session =
        walk::until(walk::begin(Lang::UzLatn, "A01"), |f| f.field().is_some_and(|f| f.id.as_str() == "phone"));
    write(&mut session, "9a0 12-345");
    let now = filling(&session);
    assert_eq!(kiosk::session::shown(&now, now.active().unwrap()), "+998 90 123 45 __");
    let service = forms::Forms::with(&forms::Lists::new());
    let date = service.iter().find(|form| form.field("child_birth_date").is_some()).unwrap().service.clone();
    let here = |f: &Filling| f.field().is_some_and(|field| field.id.as_str() == "child_birth_date");
    let mut session = walk::until(walk::begin(Lang::UzLatn, &date), here);
    write(&mut session, "210320");
    let now = filling(&session);
    assert_eq!(kiosk::session::shown(&now, now.active().unwrap()), "21.03.20__");
    (0..4).for_each(|_| drop(tap(&mut session, Tap::Stroke(Stroke::Erase))));
    let now = filling(&session);
    assert_eq!(kiosk::session::shown(&now, now.active().unwrap()), "21.__.____");
}

#[test]
fn every_form_of_the_catalogue_can_be_filled_in() {
    let mut walked = 0;
    for form in forms::Forms::with(&forms::Lists::new()).iter() {
        let session = walk::until(walk::begin(Lang::UzLatn, &form.service), |filling| filling.asks() == Asks::Summary);
        assert!(filling(&session).ready.is_some(), "{} is not in order when it is read back", form.service);
        walked += 1;
    }
    assert_eq!(walked, 30);
}

#[test]
fn what_is_mended_leads_back_to_the_summary() {
    let mut session = at_summary();
    tap(&mut session, Tap::Mend(2));
    assert_eq!(field(&session), "phone");
    tap(&mut session, Tap::Stroke(Stroke::Erase));
    write(&mut session, "8");
    tap(&mut session, Tap::Next);
    let now = filling(&session);
    assert_eq!((now.asks(), now.ready.unwrap().checked().last_four()), (Asks::Summary, Some("4568")));
    // Another region has other districts: an address is mended as a whole.
    tap(&mut session, Tap::Mend(3));
    tap(&mut session, Tap::Pick("other".to_owned()));
    assert!(matches!(filling(&session).asks(), Asks::Lines(_)), "elsewhere is written in words");
    write(&mut session, "Toshkent");
    tap(&mut session, Tap::Next);
    tap(&mut session, Tap::Next);
    tap(&mut session, Tap::Next);
    assert_eq!(filling(&session).asks(), Asks::Summary);
}

#[test]
fn a_hub_that_is_away_takes_nothing_of_it() {
    let (mut session, attempt, _) = sent();
    news(&mut session, News::Sent { attempt, outcome: Outcome::Away(Arrived::No) });
    let effects = tap(&mut session, Tap::Again);
    assert!(effects.contains(&Effect::FileAgain { attempt }), "{effects:?}");
    news(&mut session, News::Sent { attempt, outcome: Outcome::Away(Arrived::No) });
    tap(&mut session, Tap::Back);
    assert_eq!(filling(&session).asks(), Asks::Summary, "nothing is lost by looking at it again");

    let (mut session, attempt, _) = sent();
    news(&mut session, News::Sent { attempt, outcome: Outcome::Away(Arrived::Perhaps) });
    tap(&mut session, Tap::Back);
    assert!(matches!(session.screen(), Screen::Sending { .. }), "what may have arrived is not changed any more");
    let effects = tap(&mut session, Tap::Instead);
    assert!(effects.contains(&Effect::Unfile { attempt }), "{effects:?}");
    assert!(matches!(session.screen(), Screen::Offer { .. }));
}

#[test]
fn a_form_waits_long_and_then_forgets() {
    let mut session = walk::begin(Lang::UzLatn, "A01");
    let alarm = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Alarm { after_ms, number } => Some((*after_ms, *number)),
            _ => None,
        })
    };
    let effects = tap(&mut session, Tap::Next);
    let (after_ms, number) = alarm(&effects).unwrap();
    assert_eq!(after_ms, FORM_MS);
    let effects = session.handle(Event::Rang(number));
    let (after_ms, number) = alarm(&effects).unwrap();
    assert_eq!((after_ms, session.shown().presence), (FORM_PRESENCE_MS, Presence::Asked));
    session.handle(Event::Rang(number));
    assert_eq!(session.screen(), &Screen::Attract);

    let (mut session, attempt, _) = sent();
    news(&mut session, News::Sent { attempt, outcome: Outcome::Away(Arrived::No) });
    let effects = tap(&mut session, Tap::Home);
    assert!(effects.contains(&Effect::Unfile { attempt }), "the driver forgets it too: {effects:?}");
}

#[test]
fn nothing_that_is_written_can_be_read_off_a_screen_or_an_effect() {
    let (session, attempt, application) = sent();
    let mut said = format!("{application:?} {:?}", Effect::File { attempt, application: application.clone() });
    let looks = RefCell::new(String::new());
    let record = |session: &Session| {
        let shown = session.shown();
        looks.borrow_mut().push_str(&format!("{shown:?} {}\n", serde_json::to_string(&shown).unwrap()));
    };
    record(&session);
    walk::until(walk::begin(Lang::UzLatn, "A01"), |filling| {
        looks.borrow_mut().push_str(&format!("{filling:?} {}\n", serde_json::to_string(filling).unwrap()));
        filling.asks() == Asks::Summary
    });
    said.push_str(&looks.borrow());
    assert!(said.contains("A01") && said.contains("appeal_text"), "{said}");
    for secret in planted() {
        assert!(!said.contains(&secret), "{secret} can be read");
    }
}

#[test]
fn a_question_asks_the_hub_once_and_says_what_it_says() {
    let mut session = walk::begin(Lang::Ru, "A01");
    tap(&mut session, Tap::Home);
    tap(&mut session, Tap::Language(Lang::Ru));
    tap(&mut session, Tap::Purpose(Purpose::Ask));
    let number = hhx::number::Number::new(1, 174).unwrap().to_string();
    write(&mut session, &number.replace('-', ""));
    tap(&mut session, Tap::Next);
    write(&mut session, "4567");
    let effects = tap(&mut session, Tap::Next);
    let asked: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Ask { .. })).collect();
    assert_eq!(asked.len(), 1);
    assert!(tap(&mut session, Tap::Next).iter().all(|effect| !matches!(effect, Effect::Ask { .. })), "a double tap");
    let Effect::Ask { attempt, .. } = asked[0] else { unreachable!() };
    let problem = problem("asked-too-often");
    news(&mut session, News::Became { attempt: *attempt, word: kiosk::session::Word::Refused(problem.clone()) });
    let Screen::Question(question) = session.screen() else { panic!("{:?}", session.screen()) };
    assert_eq!(question.note, Note::Refused(problem));
}

fn problem(code: &str) -> Problem {
    let (kind, title) = (format!("urn:navbat:problem:{code}"), code.to_owned());
    Problem { kind, code: code.to_owned(), status: 409, title, detail: None }
}

// The driver.

type Screens = Box<dyn FnMut(&View)>;

struct Bench {
    driver: Driver<Screens>,
    asked: mpsc::Receiver<Asking>,
    jobs: Receiver<Order>,
    lines: Rc<RefCell<String>>,
    screen: Rc<RefCell<Option<Screen>>>,
    folder: PathBuf,
    office: SecretKey,
    now: Now,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("applications").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let (hub, asked) = mpsc::channel(32);
        let (printer, jobs) = sync_channel(JOBS_MAX);
        let (lines, screen): (Rc<RefCell<String>>, Rc<RefCell<Option<Screen>>>) = Default::default();
        let (said, seen) = (Rc::clone(&lines), Rc::clone(&screen));
        let mut made = 0;
        let ports = Ports {
            hub,
            printer,
            screen: Box::new(move |view: &View| {
                said.borrow_mut().push_str(&format!("{}\n", autopilot::line(view)));
                *seen.borrow_mut() = Some(view.shown.screen.clone());
            }) as Screens,
            identity: Box::new(move |_| {
                made += 1;
                Uuid::from_u128(made)
            }),
            pages: Pages::plain("http://hub"),
        };
        let now = Now { at: "2026-11-23T05:00:00Z".parse().unwrap(), ms: 0 };
        let store = Store::open(&folder.join("kiosk.sqlite")).unwrap();
        let driver = Driver::new(store, ports, now, |_| Evidence::NotOut).unwrap();
        let office = SecretKey::new().unwrap();
        let mut bench = Bench { driver, asked, jobs, lines, screen, folder, office, now };
        bench.requests();
        bench.meet();
        for lang in Lang::ALL {
            bench.give(Input::Hub(Reply::Catalogue(lang, Ok(page(lang)))));
        }
        bench
    }

    fn give(&mut self, input: Input) {
        self.driver.take(input, self.now);
    }

    fn tap(&mut self, tap: Tap) {
        self.give(Input::Tap(tap));
    }

    /// The hub answers how things stand, and gives its lists if it is asked for them.
    fn meet(&mut self) -> Vec<Request> {
        let forms = forms::Forms::with(&forms::Lists::new());
        let versions = forms.iter().map(|form| (form.service.clone(), form.version.clone())).collect();
        let applications = Some(KioskApplications { forms: versions, lists: "1".to_owned() });
        let home = KioskHome {
            device: "kiosk-1".to_owned(),
            epoch: 1,
            day: Some(1),
            lane: 1,
            at: "2026-11-23T05:00:00Z".to_owned(),
            hall: "zomin".to_owned(),
            generation: 1,
            purposes: ["ticket", "application", "ask"].map(str::to_owned).into(),
            applications,
            ..KioskHome::default()
        };
        self.give(Input::Hub(Reply::Home(Ok(home))));
        let (lists, others): (Vec<_>, Vec<_>) =
            self.requests().into_iter().partition(|request| matches!(request, Request::Lists(_)));
        if let Some(Request::Lists(of)) = lists.into_iter().next() {
            self.give(Input::Hub(Reply::Lists(of, Ok(FormLists::default()))));
        }
        others
    }

    fn requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.asked.try_recv().ok()).map(|asking| asking.request).collect()
    }

    /// What the hub was asked about an application.
    fn about(&mut self) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| {
            matches!(request, Request::Reserve { .. } | Request::Piece { .. } | Request::File { .. })
        });
        requests
    }

    fn screen(&self) -> Screen {
        self.screen.borrow().clone().unwrap()
    }

    /// A visitor who fills in the whole form and sends it.
    fn fill(&mut self) {
        for wanted in [
            Tap::Language(Lang::UzLatn),
            Tap::Purpose(Purpose::Application),
            Tap::Category("A".to_owned()),
            Tap::Service("A01".to_owned()),
            Tap::Next,
        ] {
            self.tap(wanted);
        }
        for answer in [NAME, &walk::pinfl(), PHONE] {
            self.write(answer);
            self.tap(Tap::Next);
        }
        self.tap(Tap::Pick("1708".to_owned()));
        self.tap(Tap::Pick("1708218".to_owned()));
        self.write("Navbahor");
        self.tap(Tap::Next);
        self.write("12");
        self.tap(Tap::Next);
        self.write("Chiroq yoq");
        self.tap(Tap::Next);
        self.tap(Tap::Pick("paper".to_owned()));
        self.tap(Tap::Next);
        self.tap(Tap::Agree);
        self.tap(Tap::Send);
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            let stroke = if letter == ' ' { Stroke::Space } else { Stroke::Letters(letter.to_string()) };
            self.tap(Tap::Stroke(stroke));
        }
    }

    fn slot(&self, number: &str) -> ApplicationSlot {
        let recipient = &self.office.recipient;
        let (key_id, public) = (recipient.key_id.clone(), recipient.public.clone());
        ApplicationSlot {
            case_id: Uuid::from_u128(77),
            number: number.to_owned(),
            hub: "hub-01".to_owned(),
            epoch: 1,
            recipients: vec![SealRecipient { key_id, public }],
        }
    }

    /// The hub gives a place and takes the pieces; what it is asked last.
    fn up_to_filing(&mut self, number: &str) -> (Vec<Vec<u8>>, Request) {
        let mut asked = self.about();
        let mut pieces = vec![];
        loop {
            let [request] = &asked[..] else { panic!("one thing at a time: {asked:?}") };
            match request {
                Request::Reserve { attempt, .. } => {
                    self.give(Input::Hub(Reply::Slot(*attempt, Ok(self.slot(number)))));
                }
                Request::Piece { attempt, nth, closed, .. } => {
                    pieces.push(closed.to_vec());
                    self.give(Input::Hub(Reply::Put((*attempt, *nth), Ok(()))));
                }
                other => return (pieces, other.clone()),
            }
            asked = self.about();
        }
    }
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

fn filed(request: &Request, number: &str) -> Reply {
    let Request::File { attempt, filing } = request else { panic!("{request:?}") };
    let filed = ApplicationFiled {
        case_id: filing.case_id,
        number: number.to_owned(),
        filed_at: "2026-11-23T05:00:00Z".to_owned(),
        due: Some("2026-12-08".to_owned()),
    };
    Reply::Filed(*attempt, Ok(filed))
}

/// Everything that is logged while `work` goes on.
fn logged(work: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, work);
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn what_is_filed_is_sealed_on_the_kiosk_and_nothing_of_it_stays_there() {
    let mut said = String::new();
    let log = logged(|| {
        let mut bench = Bench::new("sealed");
        bench.fill();
        let (pieces, request) = bench.up_to_filing("1-000174-6");
        let Request::File { filing, .. } = &request else { panic!("{request:?}") };
        assert_eq!((filing.service.as_str(), filing.phone_tail.as_deref()), ("A01", Some("4567")));
        let header: hhx::seal::Header = serde_json::from_str(&filing.seal).unwrap();
        let body = Opener::new(&header, &bench.office).unwrap().open(0, &pieces[0]).unwrap();
        let body: hhx::body::Body = serde_json::from_slice(&body).unwrap();
        assert_eq!(body.answers["pinfl"]["text"], walk::pinfl());
        assert_eq!(body.answers["phone"]["text"], "+998901234567");
        assert_eq!((header.bound.number.as_str(), header.bound.epoch), ("1-000174-6", 1));

        bench.give(Input::Hub(filed(&request, "1-000174-6")));
        let Screen::Filed { filed, .. } = bench.screen() else { panic!("{:?}", bench.screen()) };
        assert_eq!(filed.number, "1-000174-6");
        let Ok(Order::Sheet(SheetJob { sheet, pieces })) = bench.jobs.try_recv() else { panic!("no receipt") };
        let paper: Vec<String> = pieces.iter().filter_map(kiosk::paper::Piece::words).collect();
        for wanted in ["1-000174-6", "http://hub/a/1-000174-6"] {
            assert!(paper.iter().any(|line| line == wanted), "{paper:?}");
        }
        assert!(paper.iter().any(|line| line.contains("2026")), "the day of the answer in words: {paper:?}");
        bench.give(Input::Printer(Word::SheetPrinted(sheet)));
        bench.tap(Tap::Copy);
        let Ok(Order::Sheet(copy)) = bench.jobs.try_recv() else { panic!("no copy") };
        assert!(matches!(copy.pieces[0], kiosk::paper::Piece::Mark { .. }), "a copy is marked");
        bench.tap(Tap::Done);
        bench.tap(Tap::Home);
        said.push_str(&bench.lines.borrow());
        said.push_str(&paper.join("\n"));
        drop(bench.driver);
        for entry in std::fs::read_dir(&bench.folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            said.push_str(&String::from_utf8_lossy(&bytes));
        }
    });
    assert!(log.contains("is filed") && said.contains("\"filed\""), "it was looked at: {log}");
    for secret in planted() {
        assert!(!log.contains(&secret) && !said.contains(&secret), "{secret} was kept");
    }
}

#[test]
fn answers_lost_on_the_way_are_asked_for_again_with_the_same_ids() {
    let mut bench = Bench::new("lost");
    bench.fill();
    let first = bench.about();
    bench.give(Input::Hub(unanswered(&first[0])));
    assert!(matches!(bench.screen(), Screen::Sending { how: Sending::Away(Arrived::No), .. }));
    // The hub is met again: it goes on by itself, and is given the same place.
    let mut again = bench.meet();
    again.retain(|request| matches!(request, Request::Reserve { .. }));
    assert_eq!(again, first);
    let Request::Reserve { attempt, .. } = &again[0] else { panic!("{again:?}") };
    bench.give(Input::Hub(Reply::Slot(*attempt, Ok(bench.slot("1-000174-6")))));
    let piece = bench.about();
    bench.give(Input::Hub(unanswered(&piece[0])));
    bench.tap(Tap::Again);
    assert_eq!(bench.about(), piece, "the same piece under the same seal");
    let Request::Piece { attempt, nth, .. } = &piece[0] else { panic!("{piece:?}") };
    bench.give(Input::Hub(Reply::Put((*attempt, *nth), Ok(()))));
    let filing = bench.about();
    bench.give(Input::Hub(unanswered(&filing[0])));
    assert!(matches!(bench.screen(), Screen::Sending { how: Sending::Away(Arrived::Perhaps), .. }));
    bench.tap(Tap::Again);
    assert_eq!(bench.about(), filing);
    bench.give(Input::Hub(filed(&filing[0], "1-000174-6")));
    assert!(matches!(bench.screen(), Screen::Filed { .. }));
}

#[test]
fn a_hub_that_was_restored_gets_it_sealed_anew() {
    let mut bench = Bench::new("restored");
    bench.fill();
    let reserved = bench.about();
    let Request::Reserve { attempt, asked } = &reserved[0] else { panic!("{reserved:?}") };
    let first_command = asked.command_id;
    bench.give(Input::Hub(Reply::Slot(*attempt, Ok(bench.slot("1-000174-6")))));
    let piece = bench.about();
    let Request::Piece { attempt, nth, .. } = &piece[0] else { panic!("{piece:?}") };
    bench.give(Input::Hub(Reply::Put((*attempt, *nth), Err(NoAnswer::Refused(problem("no-slot"))))));
    let again = bench.about();
    let Request::Reserve { attempt, asked } = &again[0] else { panic!("{again:?}") };
    assert_ne!(asked.command_id, first_command, "the old place is gone");
    bench.give(Input::Hub(Reply::Slot(*attempt, Ok(bench.slot("2-000001-9")))));
    let (pieces, request) = bench.up_to_filing("2-000001-9");
    let Request::File { filing, .. } = &request else { panic!("{request:?}") };
    let header: hhx::seal::Header = serde_json::from_str(&filing.seal).unwrap();
    assert_eq!((header.bound.number.as_str(), pieces.len()), ("2-000001-9", 1));
    bench.give(Input::Hub(filed(&request, "2-000001-9")));
    assert!(matches!(bench.screen(), Screen::Filed { .. }));
}

#[test]
fn a_form_of_another_version_is_not_offered() {
    let mut bench = Bench::new("version");
    let applications =
        KioskApplications { forms: [("A01".to_owned(), "other".to_owned())].into(), lists: "1".to_owned() };
    let home = KioskHome {
        epoch: 1,
        day: Some(1),
        lane: 1,
        hall: "zomin".to_owned(),
        at: "2026-11-23T05:00:00Z".to_owned(),
        generation: 1,
        purposes: ["ticket", "application"].map(str::to_owned).into(),
        applications: Some(applications),
        ..KioskHome::default()
    };
    bench.give(Input::Hub(Reply::Home(Ok(home))));
    bench.tap(Tap::Language(Lang::Ru));
    assert!(matches!(bench.screen(), Screen::Categories { .. }), "tickets alone: {:?}", bench.screen());
}
