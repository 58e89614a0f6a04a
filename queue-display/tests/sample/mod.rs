//! A hall on a Monday morning, for looking at and for measuring: real names, all faces, all states.

use queue_display::{
    board::{Display, Event, Moment},
    post::Orders,
};
use serde_json::Value;
use std::collections::BTreeMap;
use wire::{
    board::{Beat, Board, BoardCall, BoardEvent},
    display::{Arrow, CounterNow, CounterState, DisplayFace, DisplayHome, DisplayPost, NextInLine, Notice, Severity},
    hall::{Catalogue, Category},
    layout::Wording,
    services::{HallNow, Service, ServiceNow, ServiceState},
    tickets::WaitMinutes,
};
use words::Lang;

const SERVICES: &str = include_str!("../../../hub/catalogue/services.json");

/// What a display may be asked to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    /// Nothing is called, nothing announced.
    Empty,
    /// A few calls.
    Calls,
    /// More calls than rows, everything announced.
    Full,
    /// The hub is silent.
    Stale,
    /// A whole screen's alert.
    Alert,
    /// The hub is not found yet.
    Connecting,
}

pub(crate) const SCENES: [Scene; 6] =
    [Scene::Empty, Scene::Calls, Scene::Full, Scene::Stale, Scene::Alert, Scene::Connecting];
pub(crate) const FACES: [DisplayFace; 4] =
    [DisplayFace::Hall, DisplayFace::Counter, DisplayFace::Lobby, DisplayFace::Information];

pub(crate) fn orders(languages: &str) -> Orders {
    let languages = languages.parse().expect("the samples speak languages of the house");
    Orders { languages: Some(languages), diagonal_inch: Some(43.0), ..Orders::default() }
}

/// Brings a display into a scene, and says when to look at it.
pub(crate) fn play(display: &mut Display, scene: Scene, face: DisplayFace) -> Moment {
    if scene == Scene::Connecting {
        return Moment(0);
    }
    for lang in Lang::ALL {
        display.handle(Moment(0), Event::Names { lang, names: Box::new(names(lang)) });
    }
    let (calls, recent) = match scene {
        Scene::Empty | Scene::Connecting => (vec![], vec![]),
        Scene::Calls | Scene::Stale | Scene::Alert => (some(), earlier()),
        Scene::Full => (many(), earlier()),
    };
    let begin = Board { epoch: 1, day: 1, calls: Vec::new(), recent: Vec::new() };
    let beat = |at: &str| Event::Stream(BoardEvent::Beat(Beat { epoch: 1, at: at.to_owned() }));
    display.handle(Moment(0), Event::Stream(BoardEvent::Snapshot(begin)));
    display.handle(Moment(0), beat("2026-03-20T05:42:00Z"));
    display.handle(Moment(0), Event::Home(Box::new(home(scene, face))));
    let board = Board { epoch: 1, day: 1, calls, recent };
    display.handle(Moment(0), Event::Stream(BoardEvent::Snapshot(board)));
    let settled = Moment(3_000 * 6);
    for n in 0..=6 {
        display.handle(Moment(3_000 * n), Event::Tick);
    }
    if scene != Scene::Stale {
        display.handle(settled, beat("2026-03-20T05:42:18Z"));
    }
    settled
}

pub(crate) fn call(number: &str, counter: &str, call_seq: u64, stage: &str) -> BoardCall {
    BoardCall {
        number: number.to_owned(),
        counter: counter.to_owned(),
        call_seq,
        called_at: "2026-03-20T05:41:30Z".to_owned(),
        stage: stage.to_owned(),
        language: "uz-Latn".to_owned(),
    }
}

fn some() -> Vec<BoardCall> {
    vec![
        call("A-047", "5", 9, "called"),
        call("K-012", "2", 8, "called"),
        call("A1-003", "1", 7, "serving"),
        call("E-031", "12", 6, "serving"),
    ]
}

fn many() -> Vec<BoardCall> {
    let more = (0..9_u32).map(|n| call(&format!("M-{:03}", 40 - n), &(20 + n).to_string(), u64::from(n), "serving"));
    some().into_iter().chain(more).collect()
}

fn earlier() -> Vec<BoardCall> {
    let calls = [("A-046", "3"), ("T-009", "4"), ("O-022", "7"), ("K-011", "2"), ("A-045", "5"), ("E-030", "12")];
    let more = [("A-1044", "1"), ("M-007", "6")];
    (0..).zip(calls.into_iter().chain(more)).map(|(n, (number, counter))| call(number, counter, n, "serving")).collect()
}

/// What things are called in the catalogue of the house.
pub(crate) fn names(lang: Lang) -> Catalogue {
    let all: Value = serde_json::from_str(SERVICES).expect("the catalogue is part of the repository");
    let text = |value: &Value| value.as_str().expect("the catalogue is part of the repository").to_owned();
    let mut by_letter: BTreeMap<String, Vec<Service>> = BTreeMap::new();
    for service in all["services"].as_array().expect("the catalogue is part of the repository") {
        let (code, name) = (text(&service["code"]), text(&service["names"][lang.tag()]));
        by_letter.entry(text(&service["category"])).or_default().push(Service { code, name, ..Service::default() });
    }
    let name = |code: &str| text(&all["categories"][code][lang.tag()]);
    let categories = by_letter.into_iter().map(|(code, services)| Category { name: name(&code), code, services });
    let hall = match lang {
        Lang::UzLatn => "Zomin tumani hokimligi yagona darchasi",
        Lang::UzCyrl => "Зомин тумани ҳокимлиги ягона дарчаси",
        Lang::Ru => "Единое окно хокимията Зааминского района",
        Lang::Kaa => "Zomin rayonı hákimliginiń birden-bir aynası",
        Lang::En => "Zaamin District Khokimiyat One-Stop Shop",
    };
    Catalogue {
        language: lang.tag().to_owned(),
        hall: hall.to_owned(),
        categories: categories.collect(),
        classes: vec![],
        outcomes: vec![],
    }
}

fn home(scene: Scene, face: DisplayFace) -> DisplayHome {
    let next = |letter: &str, from: u32| NextInLine {
        category: letter.to_owned(),
        numbers: (from..from + 3).map(|n| format!("{letter}-{n:03}")).collect(),
    };
    let arrows = [("5", Arrow::Left), ("2", Arrow::Right), ("1", Arrow::Up)];
    let counter = |(counter, state): (&str, CounterState)| CounterNow { counter: counter.to_owned(), state };
    let empty = scene == Scene::Empty;
    DisplayHome {
        device: "display-1".to_owned(),
        epoch: 1,
        post: DisplayPost {
            face,
            counter: (face == DisplayFace::Counter).then(|| "5".to_owned()),
            arrows: arrows.map(|(counter, arrow)| (counter.to_owned(), arrow)).into_iter().collect(),
            ..DisplayPost::default()
        },
        now: now(),
        next: if empty { vec![] } else { vec![next("A", 48), next("K", 13), next("M", 41), next("T", 10)] },
        counters: [("5", CounterState::Paused), ("2", CounterState::Open)].map(counter).into(),
        notices: match scene {
            Scene::Empty | Scene::Connecting => vec![],
            Scene::Calls | Scene::Stale | Scene::Full => vec![hours()],
            Scene::Alert => vec![alert()],
        },
    }
}

fn now() -> HallNow {
    let all: Value = serde_json::from_str(SERVICES).expect("the catalogue is part of the repository");
    let codes = all["services"].as_array().expect("the catalogue is part of the repository");
    let service = |(n, service): (u32, &Value)| {
        let low = 5 * (1 + n % 5);
        let wait = WaitMinutes { low, high: low + 5 * (n % 4) };
        let (state, waiting, wait) = match n % 9 {
            3 => (ServiceState::Suspended, 0, None),
            4 => (ServiceState::NobodyServes, 2, None),
            5 => (ServiceState::Open, 0, None),
            7 => (ServiceState::Full, 0, None),
            _ => (ServiceState::Open, 1 + n * 7 % 23, Some(wait)),
        };
        ServiceNow {
            service: service["code"].as_str().expect("the catalogue is part of the repository").to_owned(),
            state,
            why: None,
            opens: None,
            waiting,
            wait_minutes: wait,
            counters_open: 1,
        }
    };
    HallNow { waiting: 23, counters_open: 5, categories: vec![], services: (0..).zip(codes).map(service).collect() }
}

fn hours() -> Notice {
    let title = Wording {
        uz_latn: "23-mart, dushanba, Navroʻz bayrami munosabati bilan dam olish kuni".to_owned(),
        uz_cyrl: "23-март, душанба, Наврўз байрами муносабати билан дам олиш куни".to_owned(),
        ru: "Понедельник 23 марта — выходной в честь праздника Навруз".to_owned(),
        kaa: "23-mart, dúyshembi, Nawrız bayramı múnásibeti menen dem alıs kúni".to_owned(),
        en: "Monday 23 March is a day off for Navruz".to_owned(),
    };
    let text = Wording {
        uz_latn: "Yagona darcha 24-mart, seshanba kuni soat 9:00 da ochiladi. Shoshilinch masalada 1144 ga qoʻngʻiroq qiling.".to_owned(),
        uz_cyrl: "Ягона дарча 24-март, сешанба куни соат 9:00 да очилади. Шошилинч масалада 1144 га қўнғироқ қилинг.".to_owned(),
        ru: "Единое окно откроется во вторник 24 марта в 9:00. По срочным вопросам звоните 1144.".to_owned(),
        kaa: "Birden-bir ayna 24-mart, siyshembi kúni saat 9:00 de ashıladı. Asıǵıs máselede 1144 ke qońıraw etiń.".to_owned(),
        en: "The One-Stop Shop opens again on Tuesday 24 March at 9:00. For urgent matters call 1144.".to_owned(),
    };
    Notice { id: "navruz".to_owned(), severity: Severity::Minor, title, text: Some(text) }
}

fn alert() -> Notice {
    let title = Wording {
        uz_latn: "Sel xavfi: daryo boʻyiga bormang".to_owned(),
        uz_cyrl: "Сел хавфи: дарё бўйига борманг".to_owned(),
        ru: "Угроза селя: не подходите к реке".to_owned(),
        kaa: "Sel qáwpi: dárya boyına barmań".to_owned(),
        en: "Mudflow danger: stay away from the river".to_owned(),
    };
    let text = Wording {
        uz_latn: "Soat 18:00 gacha. Zomin va Duoba qishloqlari aholisi balandroq joyga koʻtarilsin. Yordam: 112."
            .to_owned(),
        uz_cyrl: "Соат 18:00 гача. Зомин ва Дуоба қишлоқлари аҳолиси баландроқ жойга кўтарилсин. Ёрдам: 112."
            .to_owned(),
        ru: "До 18:00. Жителям сёл Заамин и Дуоба подняться на возвышенность. Помощь: 112.".to_owned(),
        kaa: "Saat 18:00 ge shekem. Zomin hám Duoba awılları xalqı bálentirek jerge kóterilsin. Járdem: 112."
            .to_owned(),
        en: "Until 18:00. People of Zaamin and Duoba should move to higher ground. Help: 112.".to_owned(),
    };
    Notice { id: "sel".to_owned(), severity: Severity::Severe, title, text: Some(text) }
}
