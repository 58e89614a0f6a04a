//! The demo hall's services as a kiosk has them, and one view of every screen: what pictures and overflow tests show.

use kiosk::{
    book::Book,
    driver::{Link, View},
    session::{
        Again, Asked, Attempt, Fault, Presence, Readiness, Screen, Shown, Slip, Sorry, Staffed, Told, Turn, Wish,
    },
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;
use wire::{
    hall::{Catalogue, Category, Named},
    problem::Problem,
    services::Service,
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
        let named = Service { code, name, ..Service::default() };
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
        shown: Shown { screen, presence: Presence::Here, readiness: Readiness::Ready },
        book: Arc::clone(book),
        link: Link::Up,
        reports: 0,
        minute: jiff::civil::date(2026, 11, 23).at(10, 24, 0, 0),
        looks: 0,
    }
}

pub(crate) fn wish(language: Lang) -> Wish {
    Wish { language, category: "K".to_owned(), service: "K01".to_owned(), turn: Turn::Ordinary }
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
    vec![
        ("attract", Screen::Attract),
        ("categories", Screen::Categories { language: lang }),
        ("services", Screen::Services { language: lang, category: "M".to_owned() }),
        ("services-short", Screen::Services { language: lang, category: "E".to_owned() }),
        ("offer", offer(told())),
        ("offer-asking", offer(Told::Asking)),
        ("offer-first", offer(not_yet)),
        ("offer-unseen", offer(Told::Unseen)),
        ("offer-refused", offer(Told::Refused(refusal(lang)))),
        ("offer-declared", Screen::Offer { wish: declared, told: told() }),
        ("classes", Screen::Classes { wish: wish(lang), told: told() }),
        ("taking", Screen::Taking { wish: wish(lang), attempt, asked: Asked::Hub }),
        ("printing", Screen::Printing { slip: slip(lang, "K-047"), attempt }),
        ("taken", Screen::Taken { slip: slip(lang, "K-047") }),
        ("taken-alone", Screen::Taken { slip: alone }),
        ("stuck", Screen::Stuck { slip: slip(lang, "K-1000"), attempt, fault: Fault::Jam, again }),
        ("silent", Screen::Stuck { slip: slip(lang, "K-047"), attempt, fault: Fault::Silent, again: Again::NotYet }),
        ("sorry", Screen::Sorry { wish: wish(lang), why: Sorry::NoPrinter(Fault::PaperOut) }),
    ]
}
