//! The demo hall's services as a kiosk has them, and one view of every screen: what pictures and overflow tests show.

pub(crate) mod applications;

use kiosk::{
    book::Book,
    checkup::{Clock, Disk, Fittings, Hub, Judged, Sheet, Sound, Spot, Voice},
    driver::{Link, ServiceFacts, View},
    hall::HallFacts,
    pins::Line,
    session::{
        Again, Aim, Asked, Attempt, Comfort, CopyOnPaper, Digits, Fault, Hearing, ListOnPaper, Medium, Pad, Panel,
        Presence, Readiness, ReportOnPaper, Screen, Script, Service as Technician, Shown, Slip, Sorry, Staffed, Step,
        Stroke, Told, Turn, Typed, Wish,
    },
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;
use wire::{
    fleet::Part,
    hall::{Catalogue, Category, Named},
    kiosk::{KioskHome, OtherKiosk, Purpose},
    layout::Wording,
    problem::Problem,
    services::{CategoryNow, DayUnit, HallNow, Service, ServiceNow, ServiceState, Term},
    tickets::WaitMinutes,
};
use words::Lang;

const SERVICES: &str = include_str!("../../../hub/catalogue/services.json");
const CLASSES: &str = include_str!("../../../hub/catalogue/classes.toml");
const HALL: &str = include_str!("../../../hub/demo/hall.toml");

/// The whole catalogue in five languages.
pub(crate) fn book() -> Book {
    Book::new(Lang::ALL.map(|lang| (lang, page(lang))))
}

/// The catalogue in one language.
pub(crate) fn page(lang: Lang) -> Catalogue {
    let services: Value = serde_json::from_str(SERVICES).expect("the catalogue is part of the repository");
    let classes: toml::Table = CLASSES.parse().expect("the catalogue is part of the repository");
    let hall: toml::Table = HALL.parse().expect("the catalogue is part of the repository");
    let hall = hall["hall"]["name"][lang.tag()].as_str();
    Catalogue {
        language: lang.tag().to_owned(),
        hall: hall.expect("the hall has a name in every language").to_owned(),
        categories: categories(&services, lang),
        classes: named_classes(&classes, lang),
        outcomes: vec![],
    }
}

fn categories(services: &Value, lang: Lang) -> Vec<Category> {
    let mut by_letter: BTreeMap<String, Vec<Service>> = BTreeMap::new();
    for service in services["services"].as_array().expect("the catalogue is part of the repository") {
        let text = |value: &Value| value.as_str().expect("the catalogue is part of the repository").to_owned();
        let (code, name) = (text(&service["code"]), text(&service["names"][lang.tag()]));
        let documents = service["documents"].as_array().map(Vec::as_slice).unwrap_or_default();
        let documents = documents.iter().map(|d| Named { code: text(&d["id"]), name: text(&d["names"][lang.tag()]) });
        let provider = text(&service["provider"]);
        let named = Service {
            documents: documents.collect(),
            // The fee itself is the hub's to work out; here it only has to look like one.
            fee_soum: Some(if service["fee_bhm"].as_f64() == Some(0.0) { 0 } else { 123_600 }),
            term: Some(Term { days: 15, unit: DayUnit::Working }),
            provider: words::lookup(lang, &format!("hall.provider.{provider}"))
                .map(|name| Named { code: provider.clone(), name: name.to_owned() }),
            code,
            name,
        };
        by_letter.entry(text(&service["category"])).or_default().push(named);
    }
    let name = |code: &str| {
        services["categories"][code][lang.tag()].as_str().expect("the catalogue is part of the repository").to_owned()
    };
    by_letter.into_iter().map(|(code, services)| Category { name: name(&code), code, services }).collect()
}

fn named_classes(classes: &toml::Table, lang: Lang) -> Vec<Named> {
    let all = classes["class"].as_array().expect("the catalogue is part of the repository");
    let text = |value: &toml::Value| value.as_str().expect("the catalogue is part of the repository").to_owned();
    all.iter().map(|class| Named { code: text(&class["id"]), name: text(&class["names"][lang.tag()]) }).collect()
}

/// One view.
pub(crate) fn view(book: &Arc<Book>, screen: Screen) -> View {
    View {
        shown: Shown {
            screen,
            presence: Presence::Here,
            readiness: Readiness::Ready,
            comfort: Comfort::default(),
            panel: Panel::Closed,
            hearing: Hearing::Off,
        },
        hall: hall(),
        purposes: Purpose::ALL.to_vec(),
        fileable: Arc::new(["A01", "K01", "M01"].map(str::to_owned).into()),
        pressed: (0, None),
        page: "http://hub.local:8480/t/01935a1c-0000-7000-8000-000000000000".to_owned(),
        book: Arc::clone(book),
        link: Link::Up,
        reports: 0,
        minute: Some(jiff::civil::date(2026, 11, 23).at(10, 24, 0, 0)),
        service: facts(),
        looks: 0,
    }
}

/// The hall on a Monday morning: most is well, some is not.
fn hall() -> HallFacts {
    let category = |code: &str, waiting| CategoryNow { code: code.to_owned(), waiting };
    let service = |code: &str, state| ServiceNow {
        service: code.to_owned(),
        state,
        why: Some("no-forms".to_owned()),
        opens: Some("2026-11-24T04:00:00Z".to_owned()),
        waiting: 0,
        wait_minutes: None,
        counters_open: 1,
    };
    let now = HallNow {
        waiting: 23,
        counters_open: 5,
        categories: vec![category("A", 4), category("K", 12), category("M", 1), category("T", 6)],
        services: vec![
            service("M02", ServiceState::Suspended),
            service("M03", ServiceState::Closed),
            service("M04", ServiceState::NobodyServes),
            service("M05", ServiceState::Full),
        ],
    };
    let mut hall = HallFacts::default();
    hall.told(&KioskHome { now: Some(now), ..KioskHome::default() });
    hall
}

/// What a technician reads of the kiosk.
fn facts() -> ServiceFacts {
    ServiceFacts {
        device: "kiosk-1".to_owned(),
        hub: "http://hub.local:8480".to_owned(),
        heard_minutes: Some(12),
        tests_waiting: 1,
        door: Some(jiff::civil::date(2026, 11, 23).at(10, 20, 0, 0)),
    }
}

/// A self-test half-way: most is well, some is not.
fn technician(language: Lang, step: Step) -> Screen {
    let fittings = Fittings { lines: Line::all().collect(), voice: Voice::Fitted };
    let mut service = Technician::new(language, fittings);
    Spot::ALL[..3].iter().for_each(|spot| service.checkup.touched(*spot));
    service.checkup.sheet(Sheet::Out);
    service.checkup.speaker(Sound::Device, Judged::Bad);
    service.checkup.network(Hub::Answered { after_ms: 1_250 });
    service.checkup.clock(Clock::Alone);
    service.checkup.disk(&Disk::Full { free_bytes: 3 << 20 });
    (service.step, service.report) = (step, ReportOnPaper::Failed(Fault::CoverOpen));
    Screen::Service(Box::new(service))
}

/// What the hall says of itself, in every language.
fn wording(of: fn(&toml::Table) -> &toml::Value) -> Wording {
    let hall: toml::Table = HALL.parse().expect("the demo hall is part of the repository");
    of(&hall).clone().try_into().expect("the demo hall is part of the repository")
}

/// The kiosk with something missing: every rung of the ladder that is not a screen of its own.
pub(crate) fn rungs(book: &Arc<Book>, lang: Lang) -> Vec<(&'static str, View)> {
    let sorry = Screen::Sorry { wish: wish(lang), why: Sorry::NoPrinter(Fault::PaperOut) };
    let offer = Screen::Offer { wish: wish(lang), told: told() };
    let without = |screen: Screen, readiness: Readiness| {
        let mut view = view(book, screen);
        view.shown.readiness = readiness;
        view.hall.desk = Some(wording(|hall| &hall["kiosks"]["service_desk"]));
        view.hall.others = vec![OtherKiosk { place: wording(|hall| &hall["kiosk"][1]["place"]), prints: true }];
        view
    };
    let no_printer = Readiness::NoPrinter(Fault::PaperOut);
    let mut no_time = view(book, Screen::Attract);
    no_time.minute = None;
    let mut intro = view(book, applications::intro(lang));
    intro.link = Link::Down;
    vec![
        ("form-away", intro),
        ("attract-no-time", no_time),
        ("attract-no-storage", without(Screen::Attract, Readiness::NoStorage)),
        ("attract-no-printer", without(Screen::Attract, no_printer)),
        ("offer-no-storage", without(offer, Readiness::NoStorage)),
        ("sorry-next-kiosk", without(sorry, no_printer)),
    ]
}

/// A line that was typed.
fn typed(language: Lang) -> Typed {
    let line = match language {
        Lang::UzLatn | Lang::En => "kad",
        Lang::UzCyrl | Lang::Ru => "кад",
        Lang::Kaa => "jer",
    };
    let mut typed = Typed::new(language);
    line.chars().for_each(|letter| typed.press(Stroke::Letters(letter.to_string())));
    typed
}

pub(crate) fn wish(language: Lang) -> Wish {
    Wish {
        language,
        category: "K".to_owned(),
        service: "K01".to_owned(),
        further: vec![],
        turn: Turn::Ordinary,
        medium: Medium::Paper,
    }
}

pub(crate) fn told() -> Told {
    Told::Place { ahead: 7, wait_minutes: Some(WaitMinutes { low: 15, high: 25 }), staffed: Staffed::Open }
}

pub(crate) fn slip(language: Lang, number: &str) -> Slip {
    Slip { ticket: Uuid::from_u128(0x0193_5a1c), number: number.to_owned(), wish: wish(language), told: told() }
}

fn refusal(lang: Lang) -> Problem {
    let sentence = words::lookup(lang, "problem.refusal.service-closed").unwrap_or("service-closed");
    let service = book().service_name(&wish(lang).service, lang);
    Problem {
        kind: "urn:navbat:problem:service-closed".to_owned(),
        code: "service-closed".to_owned(),
        status: 409,
        title: words::filled(sentence, &[("service", &service)]),
        detail: None,
    }
}

/// Every screen a visitor of this language can see, by name.
pub(crate) fn screens(lang: Lang) -> Vec<(&'static str, Screen)> {
    let attempt = Attempt(1);
    let again = Again::Possible;
    let alone = Slip { told: Told::Unseen, ..slip(lang, "K1-012") };
    let not_yet = Told::Place { ahead: 0, wait_minutes: None, staffed: Staffed::NotYet };
    let offer = |told| Screen::Offer { wish: wish(lang), told };
    let declared = Wish { turn: Turn::Declared("caregiver".to_owned()), ..wish(lang) };
    let several = Wish { further: vec!["T01".to_owned(), "M02".to_owned()], ..wish(lang) };
    let on_screen = Slip { wish: Wish { medium: Medium::Screen, ..wish(lang) }, ..slip(lang, "K-047") };
    let uncopied = CopyOnPaper::Failed(Fault::CoverOpen, 1);
    let mut digits = Typed::new(lang);
    digits.press(Stroke::Script(Script::Digits));
    let mut pin = Digits::default();
    pin.press("703618");
    let mut all = vec![
        ("attract", Screen::Attract),
        ("asleep", Screen::Asleep),
        ("purposes", Screen::Purposes { language: lang }),
        ("categories", Screen::Categories { language: lang, aim: Aim::Ticket }),
        ("categories-further", Screen::Categories { language: lang, aim: Aim::Further(Box::new(wish(lang))) }),
        ("services", Screen::Services { language: lang, category: "M".to_owned(), aim: Aim::Ticket }),
        ("services-short", Screen::Services { language: lang, category: "E".to_owned(), aim: Aim::Ticket }),
        ("search", Screen::Search { language: lang, typed: typed(lang), aim: Aim::Ticket }),
        ("search-digits", Screen::Search { language: lang, typed: digits, aim: Aim::Ticket }),
        ("about", Screen::About { wish: wish(lang), told: told(), list: ListOnPaper::Offered }),
        ("about-printing", Screen::About { wish: wish(lang), told: told(), list: ListOnPaper::Printing }),
        ("about-printed", Screen::About { wish: wish(lang), told: told(), list: ListOnPaper::Out }),
        ("about-failed", Screen::About { wish: wish(lang), told: told(), list: ListOnPaper::Failed(Fault::Jam) }),
        ("offer", offer(told())),
        ("offer-asking", offer(Told::Asking)),
        ("offer-first", offer(not_yet)),
        ("offer-unseen", offer(Told::Unseen)),
        ("offer-refused", offer(Told::Refused(refusal(lang)))),
        ("offer-declared", Screen::Offer { wish: declared, told: told() }),
        ("classes", Screen::Classes { wish: wish(lang), told: told() }),
        ("taking", Screen::Taking { wish: wish(lang), attempt, asked: Asked::Hub }),
        ("printing", Screen::Printing { slip: slip(lang, "K-047"), attempt }),
        ("offer-several", Screen::Offer { wish: several, told: told() }),
        ("taken", Screen::Taken { slip: slip(lang, "K-047"), attempt, copy: CopyOnPaper::Offered(2) }),
        ("taken-copying", Screen::Taken { slip: slip(lang, "K-047"), attempt, copy: CopyOnPaper::Printing(1) }),
        ("taken-alone", Screen::Taken { slip: alone, attempt, copy: CopyOnPaper::Over }),
        ("on-screen", Screen::Taken { slip: on_screen.clone(), attempt, copy: CopyOnPaper::Over }),
        ("taken-copy-failed", Screen::Taken { slip: slip(lang, "K-047"), attempt, copy: uncopied }),
        ("doubtful", Screen::Taken { slip: on_screen, attempt, copy: CopyOnPaper::Doubtful(Fault::Jam, 2) }),
        ("stuck", Screen::Stuck { slip: slip(lang, "K-1000"), attempt, fault: Fault::Jam, again }),
        ("silent", Screen::Stuck { slip: slip(lang, "K-047"), attempt, fault: Fault::Silent, again: Again::Never }),
        ("pin", Screen::Pin { language: lang, typed: pin, pad: Pad::Wrong }),
        ("pin-wait", Screen::Pin { language: lang, typed: Digits::default(), pad: Pad::Wait { minutes: 32 } }),
        ("service", technician(lang, Step::List)),
        ("service-touch", technician(lang, Step::Trying(Part::Touch))),
        ("service-keys", technician(lang, Step::Trying(Part::Keys))),
        ("service-relay", technician(lang, Step::Trying(Part::Relay))),
        ("service-lamp", technician(lang, Step::Judging(Part::Lamp))),
        ("sorry", Screen::Sorry { wish: wish(lang), why: Sorry::NoPrinter(Fault::PaperOut) }),
        ("sorry-refused", Screen::Sorry { wish: wish(lang), why: Sorry::Refused(refusal(lang)) }),
        ("sorry-not-admitted", Screen::Sorry { wish: wish(lang), why: Sorry::NotAdmitted }),
        ("sorry-no-number", Screen::Sorry { wish: wish(lang), why: Sorry::NoNumber }),
        ("sorry-not-recorded", Screen::Sorry { wish: wish(lang), why: Sorry::NotRecorded }),
        ("categories-application", Screen::Categories { language: lang, aim: Aim::Application }),
    ];
    all.extend(applications::screens(lang));
    all
}
