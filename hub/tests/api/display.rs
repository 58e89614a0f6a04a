//! What a display learns: its face and place, who is next, what is announced.

use crate::hall::{MORNING, TestHall, User};
use hub::config::Config;
use queue::time::Span;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;
use wire::{
    display::{
        Arrow, CounterState, DisplayFace, DisplayHome, DisplayPost, DisplayVoice, Flash, LoudFrom, NEXT_MAX, Severity,
    },
    seen::SEEN_HEADER,
    services::HallNow,
    tickets::TicketTaken,
};

const HOME: &str = "/api/v1/display";
const DEMO: &str = include_str!("../../demo/hall.toml");

impl User {
    async fn display_home(&self) -> DisplayHome {
        self.get(HOME).await.read(200)
    }

    /// Takes a ticket of a class and prints it.
    async fn takes_as(&self, service: &str, class: &str) -> TicketTaken {
        let body = json!({"command_id": Uuid::now_v7(), "service": service, "language": "uz-Latn", "class": class});
        let ticket: TicketTaken = self.post("/api/v1/tickets", body).await.read(201);
        let path = format!("/api/v1/tickets/{}/printed", ticket.ticket_id);
        self.post(&path, json!({"command_id": Uuid::now_v7()})).await.is(200);
        ticket
    }
}

fn numbers(home: &DisplayHome, category: &str) -> Vec<String> {
    home.next.iter().find(|line| line.category == category).map(|line| line.numbers.clone()).unwrap_or_default()
}

fn states(home: &DisplayHome) -> Vec<(&str, CounterState)> {
    home.counters.iter().map(|counter| (counter.counter.as_str(), counter.state)).collect()
}

#[tokio::test]
async fn a_display_is_told_its_face_where_it_hangs_and_how_it_speaks() {
    let hall = TestHall::open().await;
    let home = hall.device("display-1").display_home().await;
    assert_eq!((home.device.as_str(), home.epoch), ("display-1", 0));
    let at = |from_min: u16, db: i8| LoudFrom { from_min, db };
    let arrows = [("1", Arrow::Left), ("2", Arrow::Left), ("3", Arrow::Right), ("4", Arrow::Right)];
    let expected = DisplayPost {
        face: DisplayFace::Hall,
        counter: None,
        languages: ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"].map(str::to_owned).to_vec(),
        diagonal_inch: Some(43),
        read_from_m: Some(10),
        arrows: arrows.into_iter().map(|(counter, arrow)| (counter.to_owned(), arrow)).collect(),
        voice: Some(DisplayVoice {
            languages: vec!["uz-Latn".to_owned(), "ru".to_owned()],
            hours: vec![at(7 * 60, -6), at(9 * 60, 0), at(18 * 60, -6), at(22 * 60, -12)],
        }),
        flash: Flash::Row,
    };
    assert_eq!(home.post, expected);
    let posts = [("display-2", DisplayFace::Counter), ("display-3", DisplayFace::Lobby)];
    for (device, face) in posts.into_iter().chain([("display-4", DisplayFace::Information)]) {
        let home = hall.device(device).display_home().await;
        assert_eq!((home.post.face, home.post.voice), (face, None), "{device}");
        assert_eq!(home.post.counter.is_some(), face == DisplayFace::Counter);
    }
    let above = hall.device("display-2").display_home().await.post;
    assert_eq!((above.counter.as_deref(), above.flash), (Some("1"), Flash::Screen));
}

#[tokio::test]
async fn who_is_next_comes_by_category_in_the_order_of_the_calls() {
    let hall = TestHall::open().await;
    let (kiosk, display) = (hall.kiosk(), hall.device("display-1"));
    assert_eq!(display.display_home().await.next, [], "nobody waits");
    let first = kiosk.takes("A01").await;
    let second = kiosk.takes("A02").await;
    let courtesy = kiosk.takes_as("A03", "elderly").await;
    let by_law = kiosk.takes_as("A01", "disability-1-2").await;
    let other = kiosk.takes("M01").await;
    kiosk.reserves("A01").await;
    let home = display.display_home().await;
    let order = [&by_law, &courtesy, &first, &second].map(|ticket| ticket.number.clone());
    assert_eq!(numbers(&home, "A"), order);
    assert_eq!(numbers(&home, "M"), std::slice::from_ref(&other.number));
    let categories: Vec<&str> = home.next.iter().map(|line| line.category.as_str()).collect();
    assert_eq!(categories, ["A", "M"], "in the catalogue's order, without those nobody waits for");
    // And so they are called.
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    for number in order {
        assert_eq!(clerk.act("1", "call-next").await.state().number, Some(number));
        clerk.act("1", "start").await.is(200);
        clerk.act("1", "complete").await.is(200);
    }
    assert_eq!(numbers(&display.display_home().await, "A"), Vec::<String>::new());
}

#[tokio::test]
async fn only_the_first_few_are_next_and_nobody_who_was_set_aside() {
    let hall = TestHall::open().await;
    let (kiosk, display) = (hall.kiosk(), hall.device("display-1"));
    let mut taken = Vec::new();
    for _ in 0..NEXT_MAX + 3 {
        taken.push(kiosk.takes("K01").await.number);
    }
    assert_eq!(numbers(&display.display_home().await, "K"), taken[..NEXT_MAX]);
    let clerk = hall.clerk_at("Gulnora", "3").await;
    clerk.act("3", "call-next").await.is(200);
    assert_eq!(numbers(&display.display_home().await, "K"), taken[1..=NEXT_MAX]);
    clerk.act_with("3", "hold", json!({"reason": "documents"})).await.is(200);
    assert_eq!(numbers(&display.display_home().await, "K"), taken[1..=NEXT_MAX], "set aside is not next");
}

#[tokio::test]
async fn every_counter_says_whether_somebody_is_there() {
    let hall = TestHall::open().await;
    let display = hall.device("display-1");
    let closed = CounterState::Closed;
    let all = |first: CounterState, second: CounterState| [("1", first), ("2", second), ("3", closed), ("4", closed)];
    assert_eq!(states(&display.display_home().await), all(closed, closed));
    let dilnoza = hall.clerk_at("Dilnoza", "1").await;
    hall.clerk_at("Jasur", "2").await;
    assert_eq!(states(&display.display_home().await), all(CounterState::Open, CounterState::Open));
    dilnoza.act_with("1", "pause", json!({"reason": "lunch"})).await.is(200);
    assert_eq!(states(&display.display_home().await), all(CounterState::Paused, CounterState::Open));
    dilnoza.act("1", "close").await.is(200);
    assert_eq!(states(&display.display_home().await), all(closed, CounterState::Open));
}

#[tokio::test]
async fn the_hall_now_is_what_everyone_is_told() {
    let hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let home = hall.device("display-3").display_home().await;
    let now: HallNow = hall.stranger().get("/api/v1/services").await.read(200);
    assert_eq!(home.now, now);
    assert_eq!(home.now.waiting, 1);
}

#[tokio::test]
async fn notices_come_at_their_time_the_most_urgent_first() {
    let words = |text: &str| {
        let lines = ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"].map(|tag| format!("{tag} = \"{text}\""));
        lines.join("\n")
    };
    // 10:00 in Tashkent is the morning of the tests.
    let notice = |id: &str, keys: &str| format!("\n[[notice]]\nid = \"{id}\"\n{keys}\n[notice.title]\n{}\n", words(id));
    let late = "severity = \"extreme\"\nfrom = \"2026-03-20T10:30\"\nuntil = \"2026-03-20T06:00:00Z\"";
    let past = "until = \"2026-03-20T10:00\"";
    let text =
        format!("{DEMO}{}{}{}", notice("flood", late), notice("past", past), notice("lift", "severity = \"severe\""));
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    let display = hall.device("display-4");
    let ids = |home: &DisplayHome| home.notices.iter().map(|notice| notice.id.clone()).collect::<Vec<_>>();
    let always = ["hours", "documents", "council", "zaamin"];
    let home = display.display_home().await;
    assert_eq!(hall.now(), MORNING);
    assert_eq!(ids(&home), [&["lift"][..], &always].concat());
    assert_eq!((home.notices[0].severity, home.notices[1].severity), (Severity::Severe, Severity::Minor));
    assert_eq!(home.notices[1].title.ru, "Зал открыт круглосуточно");
    hall.later(Span::minutes(30));
    assert_eq!(ids(&display.display_home().await), [&["flood", "lift"][..], &always].concat());
    hall.later(Span::minutes(30));
    assert_eq!(ids(&display.display_home().await), [&["lift"][..], &always].concat());
}

#[tokio::test]
async fn only_a_display_of_the_hall_is_told() {
    let hall = TestHall::open().await;
    let seq = hall.seq().await;
    hall.stranger().get(HOME).await.problem(401, "sign-in-needed");
    hall.stranger().with_token("stolen").get(HOME).await.problem(401, "token-unknown");
    hall.kiosk().get(HOME).await.problem(403, "not-allowed");
    hall.staff("Dilnoza").await.get(HOME).await.problem(403, "not-allowed");
    hall.manager().await.get(HOME).await.problem(403, "not-allowed");
    // Paired once, and no longer in the file.
    hall.device("display-9").get(HOME).await.problem(403, "not-allowed");
    let display = hall.device("display-1");
    for (path, method) in [(HOME, Method::POST), (HOME, Method::DELETE)] {
        let answer = display.send(display.request(method, path)).await;
        assert_eq!(answer.headers["allow"], "GET,HEAD");
        answer.problem(405, "method-not-allowed");
    }
    display.get("/api/v1/display/next").await.problem(404, "not-found");
    // What is in the query or the headers and means nothing changes nothing.
    display.get("/api/v1/display?lang=tlh&x=%ff").await.is(200);
    for said in ["", "nine", "-1", "1.2", "99999999999999999999"] {
        display.send(display.request(Method::GET, HOME).header(SEEN_HEADER, said)).await.is(200);
    }
    assert_eq!(hall.seq().await, seq, "looking changes nothing");
}

#[tokio::test]
async fn a_display_that_has_seen_another_hub_stops_this_one() {
    let hall = TestHall::open().await;
    let display = hall.device("display-1");
    let having_seen = |seen: &'static str| display.send(display.request(Method::GET, HOME).header(SEEN_HEADER, seen));
    having_seen("0").await.is(200);
    having_seen("elsewhere/7").await.problem(403, "not-allowed");
    having_seen("1").await.problem(409, "fenced");
    display.get(HOME).await.problem(409, "fenced");
    hall.kiosk().get("/api/v1/kiosk").await.problem(409, "fenced");
}

#[tokio::test]
async fn displays_find_a_place_while_visitors_find_none() {
    let hall = TestHall::open().await;
    let entrance = hub::http::entrances::Entrance::Visitor;
    let _held: Vec<_> = std::iter::from_fn(|| hall.hub().entrances.enter(entrance)).collect();
    hall.stranger().get("/api/v1/services").await.problem(503, "busy");
    hall.device("display-1").get(HOME).await.is(200);
}

#[tokio::test]
async fn a_display_of_an_older_file_has_every_default() {
    let (before, _) = DEMO.split_once("[[display]]").unwrap();
    let old = format!("{before}[[display]]\nid = \"display-1\"\n");
    let hall = TestHall::open_with(Config::parse(&old, Path::new("hall.toml")).unwrap()).await;
    let home: Value = hall.device("display-1").get(HOME).await.is(200);
    let languages = json!(["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"]);
    assert_eq!(home["post"], json!({"face": "hall", "languages": languages, "arrows": {}, "flash": "row"}));
    assert_eq!(home["notices"], json!([]));
}
