//! Kiosks tell of themselves, and the manager sees it.

use crate::hall::{Answer, TestHall, User};
use hub::config::Config;
use queue::{ids::TicketId, time::Span};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;
use wire::kiosk::KioskHome;

/// Presses the button beside an opened cabinet, and sees the page that follows.
async fn notes(user: &User, kiosk: &str, at: &str) -> Answer {
    let request = user.request(Method::POST, &format!("/manager/kiosks/{kiosk}/door"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    user.send(request.body(format!("at={}", at.replace(':', "%3A")))).await
}

fn test_of(parts: &Value) -> Value {
    json!({"command_id": Uuid::now_v7(), "parts": parts})
}

#[tokio::test]
async fn a_managers_page_shows_who_answers_and_what_the_printer_says() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await.speaking("en"));
    let page = manager.get("/manager/kiosks").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("never heard yet") && page.body.contains("Not tested yet."), "{}", page.body);
    let body = json!({"printer": "paper-out", "version": "0.1.0"});
    kiosk.send(kiosk.request(Method::PUT, "/api/v1/kiosk/condition").json(&body)).await.is(204);
    let page = manager.get("/manager/kiosks").await;
    assert!(page.body.contains("connected") && page.body.contains("No paper") && page.body.contains("0.1.0"));
    hall.later(Span::minutes(12));
    let page = manager.get("/manager/kiosks").await;
    assert!(page.body.contains("silent for 12 minutes"), "{}", page.body);
    kiosk.get("/api/v1/kiosk").await.is(200);
    let page = manager.get("/manager/kiosks").await;
    assert!(page.body.contains("connected") && page.body.contains("No paper"), "what it told is still known");
    assert_eq!(hall.staff("Dilnoza").await.get("/manager/kiosks").await.status, 403);
}

#[tokio::test]
async fn a_managers_page_shows_displays_that_fall_silent() {
    let hall = TestHall::open().await;
    let (display, manager) = (hall.device("display-1"), hall.manager().await.speaking("en"));
    // What the card of one display says.
    let card = async || {
        let page = manager.get("/manager/kiosks").await;
        let (_, card) = page.body.split_once("data-testid=\"display-display-1\"").unwrap();
        card.split_once("</section>").unwrap().0.to_owned()
    };
    assert!(card().await.contains("never heard yet"), "{}", card().await);
    display.get("/api/v1/display").await.is(200);
    assert!(card().await.contains("connected") && card().await.contains("hall board"), "{}", card().await);
    hall.later(Span::minutes(3));
    assert!(card().await.contains("silent for 3 minutes"), "{}", card().await);
    assert!(manager.get("/manager/kiosks").await.body.contains("above window 1"));
}

#[tokio::test]
async fn a_self_test_is_kept_once_and_only_the_last_ones_are() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await.speaking("en"));
    let parts = json!([
        {"part": "printer", "result": "failed", "code": "cutter-7"},
        {"part": "touch", "result": "passed"},
        {"part": "lamp", "result": "not-present"},
    ]);
    let report = test_of(&parts);
    kiosk.post("/api/v1/kiosk/self-tests", report.clone()).await.is(204);
    kiosk.post("/api/v1/kiosk/self-tests", report).await.is(204);
    let page = manager.get("/manager/kiosks").await;
    assert!(page.body.contains("20.03.2026 10:00"), "{}", page.body);
    assert!(page.body.contains("Printer: does not work") && page.body.contains("cutter-7"));
    assert!(page.body.contains("Touchscreen: works") && page.body.contains("Status lamp: none"));
    for _ in 0..30 {
        kiosk.post("/api/v1/kiosk/self-tests", test_of(&json!([{"part": "keys", "result": "passed"}]))).await.is(204);
    }
    let device = "kiosk-1".parse().unwrap();
    assert_eq!(hall.hub().people.self_tests(&device).unwrap().len(), 20);
    let wrong = [
        json!([]),
        json!([{"part": "touch", "result": "passed"}, {"part": "touch", "result": "failed"}]),
        json!([{"part": "touch", "result": "failed", "code": "<script>"}]),
    ];
    for parts in wrong {
        kiosk.post("/api/v1/kiosk/self-tests", test_of(&parts)).await.problem(404, "no-such-value");
    }
    let parts = json!([{"part": "flux", "result": "passed"}]);
    kiosk.post("/api/v1/kiosk/self-tests", test_of(&parts)).await.problem(422, "wrong-body");
}

#[tokio::test]
async fn a_copy_is_written_down_once_and_changes_nothing_in_the_queue() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await.speaking("en"));
    let ticket = kiosk.takes("A01").await;
    let seq = hall.seq().await;
    let copy = json!({"command_id": Uuid::now_v7(), "ticket_id": ticket.ticket_id, "at": "2026-03-20T04:59:00Z"});
    kiosk.post("/api/v1/kiosk/reprints", copy.clone()).await.is(204);
    kiosk.post("/api/v1/kiosk/reprints", copy).await.is(204);
    let copies = hall.hub().people.reprints(TicketId(ticket.ticket_id)).unwrap();
    assert_eq!(copies.len(), 1);
    assert_eq!(copies[0].device, "kiosk-1");
    assert_eq!(hall.seq().await, seq);
    let page = manager.get(&format!("/reception?number={}", ticket.number)).await;
    assert!(page.body.contains("Copies: 1, last at 09:59"), "{}", page.body);
    let wrong = json!({"command_id": Uuid::now_v7(), "ticket_id": ticket.ticket_id, "at": "yesterday"});
    kiosk.post("/api/v1/kiosk/reprints", wrong).await.problem(422, "bad-time");
}

#[tokio::test]
async fn kiosks_get_the_hash_of_the_service_pin_and_it_opens_nothing_here() {
    let hall = TestHall::open().await;
    let home: KioskHome = hall.kiosk().get("/api/v1/kiosk").await.read(200);
    let hash = home.service_pin.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
    assert!(!hash.contains("70361842"));
    let body = json!({"name": "Rustam", "pin": "70361842"});
    hall.stranger().post("/api/v1/sessions", body).await.problem(401, "sign-in-failed");
    hall.device("display-1").get("/api/v1/kiosk").await.problem(403, "not-allowed");
    let without = include_str!("../../demo/hall.toml").replace("service_pin = \"70361842\"", "");
    let hall = TestHall::open_with(Config::parse(&without, Path::new("hall.toml")).unwrap()).await;
    let home: KioskHome = hall.kiosk().get("/api/v1/kiosk").await.read(200);
    assert_eq!(home.service_pin, None);
}

#[tokio::test]
async fn the_ticket_layout_is_previewed_in_every_language_of_the_hall() {
    let own = "\n[ticket_layout]\nblocks = [{ kind = \"number\", size = \"huge\" }, { kind = \"text\", text = \
        { uz-Latn = \"Xush kelibsiz\", uz-Cyrl = \"Хуш келибсиз\", ru = \"Добро пожаловать\", kaa = \"Xosh keldińiz\", \
        en = \"Welcome\" } }]\n";
    let text = format!("{}{own}", include_str!("../../demo/hall.toml"));
    let hall = TestHall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await;
    let manager = hall.manager().await;
    for mm in ["80", "58"] {
        let page = manager.get(&format!("/manager/paper?mm={mm}")).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.matches("data-testid=\"paper\"").count(), 10, "two layouts in five languages");
        assert!(page.body.contains("Добро пожаловать") && page.body.contains("Номер талона"), "{}", page.body);
        assert!(page.body.contains("[[ticket_layout.blocks]]"), "what to write into the file");
    }
    assert_eq!(manager.get("/manager/paper?mm=70").await.status, 400);
    // What the page says to write is what the file takes.
    let page = manager.get("/manager/paper").await;
    let toml = page.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    let toml = toml.replace("&quot;", "\"").replace("&#34;", "\"");
    let again = format!("{}\n{toml}", include_str!("../../demo/hall.toml"));
    let again = Config::parse(&again, Path::new("hall.toml")).unwrap();
    let first = Config::parse(&text, Path::new("hall.toml")).unwrap();
    assert_eq!(again.shared_by_kiosks().ticket_layout, first.shared_by_kiosks().ticket_layout);
}

#[tokio::test]
async fn an_opened_cabinet_is_shown_until_the_manager_has_noted_it() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await.speaking("en"));
    let tells = async |door: Value| {
        let body = json!({"printer": "ready", "version": "0.1.0", "door": door});
        kiosk.send(kiosk.request(Method::PUT, "/api/v1/kiosk/condition").json(&body)).await
    };
    let at = "2026-03-20T04:58:00Z";
    tells(json!({"at": at, "seen": false})).await.is(204);
    let page = manager.get("/manager/kiosks").await;
    assert!(page.body.contains("opened, 20.03.2026 09:58") && page.body.contains("I know"), "{}", page.body);
    assert_eq!(kiosk.get("/api/v1/kiosk").await.read::<KioskHome>(200).door_seen, None);
    let clerk = hall.staff("Dilnoza").await;
    for (user, kiosk, at, status) in
        [(&clerk, "kiosk-1", at, 403), (&manager, "kiosk-9", at, 404), (&manager, "kiosk-1", "noon", 422)]
    {
        assert_eq!(notes(user, kiosk, at).await.status, status, "{kiosk} {at}");
    }
    let page = notes(&manager, "kiosk-1", at).await;
    assert!(page.body.contains("opened, 20.03.2026 09:58; seen") && !page.body.contains("I know"), "{}", page.body);
    let home: KioskHome = kiosk.get("/api/v1/kiosk").await.read(200);
    assert_eq!(home.door_seen.as_deref(), Some(at), "the kiosk hears of it");
    // Another opening is another.
    tells(json!({"at": "2026-03-20T04:59:00Z", "seen": false})).await.is(204);
    assert!(manager.get("/manager/kiosks").await.body.contains("I know"));
    tells(Value::Null).await.is(204);
    assert!(!manager.get("/manager/kiosks").await.body.contains("opened, 20.03.2026"), "shut");
    tells(json!({"at": "yesterday", "seen": false})).await.problem(422, "bad-time");
}

#[tokio::test]
async fn a_kiosk_learns_which_other_one_has_paper() {
    let hall = TestHall::open().await;
    let (kiosk, second) = (hall.kiosk(), hall.device("kiosk-2"));
    let others = async || kiosk.get("/api/v1/kiosk").await.read::<KioskHome>(200).others;
    let found = others().await;
    assert_eq!((found.len(), found[0].place.en.as_str(), found[0].prints), (1, "opposite counter 5", false));
    let tells = async |printer: &str| {
        let body = json!({"printer": printer, "version": "0.1.0"});
        second.send(second.request(Method::PUT, "/api/v1/kiosk/condition").json(&body)).await.is(204);
    };
    tells("paper-low").await;
    assert!(others().await[0].prints);
    tells("broken").await;
    assert!(!others().await[0].prints);
    tells("ready").await;
    hall.later(Span::minutes(2));
    assert!(!others().await[0].prints, "nobody has heard of it since");
}

#[tokio::test]
async fn a_self_test_that_waited_keeps_its_own_date() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await.speaking("en"));
    let parts = json!([{"part": "touch", "result": "passed"}]);
    let mut late = test_of(&parts);
    late["at"] = json!("2026-03-19T06:30:00Z");
    kiosk.post("/api/v1/kiosk/self-tests", late).await.is(204);
    assert!(manager.get("/manager/kiosks").await.body.contains("19.03.2026 11:30"));
    let mut ahead = test_of(&parts);
    ahead["at"] = json!("2030-01-01T00:00:00Z");
    kiosk.post("/api/v1/kiosk/self-tests", ahead).await.is(204);
    assert!(!manager.get("/manager/kiosks").await.body.contains("2030"), "not later than it came");
    let mut wrong = test_of(&parts);
    wrong["at"] = json!("soon");
    kiosk.post("/api/v1/kiosk/self-tests", wrong).await.problem(422, "bad-time");
}
