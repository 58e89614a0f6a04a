//! A visitor's ticket.

use crate::hall::TestHall;
use queue::time::Span;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_ticket_is_taken_printed_and_asked_for() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let ticket = kiosk.reserves("A01").await;
    assert_eq!((ticket.number.as_str(), ticket.ahead), ("A-001", 0));
    let path = format!("/api/v1/tickets/{}", ticket.ticket_id);
    let state = kiosk.get(&path).await.is(200);
    assert_eq!(state["stage"], "reserved");

    let printed = kiosk.post(&format!("{path}/printed"), json!({"command_id": Uuid::now_v7()})).await.is(200);
    assert_eq!(printed["stage"], "waiting");
    let state = kiosk.get(&format!("{path}?lang=en")).await.is(200);
    assert_eq!((&state["stage"], &state["number"]), (&json!("waiting"), &json!("A-001")));
    assert_eq!(
        state["why"],
        words::fill(words::Lang::En, "problem.why.nobody-serves", &[("service", service_en().as_str())])
    );
}

fn service_en() -> String {
    let config = hub::config::Config::demo();
    config.service_name(&"A01".parse().unwrap(), words::Lang::En).to_owned()
}

#[tokio::test]
async fn the_same_command_gives_the_same_answer() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let body = json!({"command_id": Uuid::now_v7(), "service": "M01", "language": "ru"});
    let first = kiosk.post("/api/v1/tickets", body.clone()).await.is(201);
    let seq = hall.seq().await;
    kiosk.takes("M01").await;
    let again = kiosk.post("/api/v1/tickets", body).await.is(201);
    assert_eq!(first, again);
    assert_eq!(hall.seq().await, seq + 2, "only the other ticket was added");
}

#[tokio::test]
async fn a_ticket_has_the_identity_its_kiosk_gave_it() {
    let hall = TestHall::open().await;
    let (ticket, command) = (Uuid::now_v7(), Uuid::now_v7());
    let body = json!({"command_id": command, "ticket_id": ticket, "service": "K01", "language": "kaa",
        "class": "courtesy", "services": ["A01"], "quantity": 20});
    let taken = hall.kiosk().post("/api/v1/tickets", body).await.is(201);
    assert_eq!(taken["ticket_id"], json!(ticket));
}

#[tokio::test]
async fn reception_needs_no_printer() {
    let hall = TestHall::open().await;
    let ticket = hall.staff("Dilnoza").await.reserves("A01").await;
    let state = hall.stranger().get(&format!("/api/v1/tickets/{}", ticket.ticket_id)).await.is(200);
    assert_eq!(state["stage"], "waiting");
}

#[tokio::test]
async fn printing_twice_is_harmless_and_late_printing_revives() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let ticket = kiosk.takes("A01").await;
    let path = format!("/api/v1/tickets/{}/printed", ticket.ticket_id);
    let again = kiosk.post(&path, json!({"command_id": Uuid::now_v7()})).await.is(200);
    assert_eq!(again["stage"], "waiting");
}

#[tokio::test]
async fn a_ticket_printed_alone_waits_since_it_was_printed() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let body = json!({"command_id": Uuid::now_v7(), "ticket_id": Uuid::now_v7(), "number": "A1-007", "service": "A01",
        "language": "uz-Cyrl", "printed_at": "2026-03-20T03:00:00Z", "sent_at": "2026-03-20T03:10:00Z"});
    let recorded = kiosk.post("/api/v1/tickets/offline", body.clone()).await.is(200);
    assert_eq!((&recorded["number"], &recorded["stage"]), (&json!("A1-007"), &json!("waiting")));
    let again = kiosk.post("/api/v1/tickets/offline", body).await.is(200);
    assert_eq!(recorded, again);
    let home = kiosk.get("/api/v1/kiosk").await.is(200);
    assert_eq!(home["lane_serials"], json!([{"prefix": "A", "serial": 7}]));
    let figures = hall.stranger().get("/api/v1/hall").await.is(200);
    assert_eq!(figures["longest_wait_min"], 10, "by the kiosk's own difference, not by its clock");
}

#[tokio::test]
async fn a_ticket_of_this_service_day_waits_today_whatever_the_kiosks_clock_did() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let body = |day: u32| {
        json!({"command_id": Uuid::now_v7(), "ticket_id": Uuid::now_v7(), "number": "A1-007", "service": "A01",
            "language": "ru", "day": day, "printed_at": "1970-01-01T00:00:00Z", "sent_at": "2026-03-20T03:10:00Z"})
    };
    kiosk.post("/api/v1/tickets/offline", body(2)).await.problem(409, "printed-another-day");
    kiosk.post("/api/v1/tickets/offline", body(1)).await.is(200);
}

#[tokio::test]
async fn a_kiosk_reports_only_numbers_of_its_own_lane() {
    let hall = TestHall::open().await;
    let body = json!({"command_id": Uuid::now_v7(), "ticket_id": Uuid::now_v7(), "number": "A2-007", "service": "A01",
        "language": "ru", "printed_at": "2026-03-20T03:00:00Z", "sent_at": "2026-03-20T03:10:00Z"});
    let seq = hall.seq().await;
    hall.kiosk().post("/api/v1/tickets/offline", body).await.problem(422, "not-a-kiosk-number");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_ticket_is_given_up_and_a_no_show_rejoins() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let first = kiosk.takes("A01").await;
    let path = format!("/api/v1/tickets/{}/cancel", first.ticket_id);
    let closed = kiosk.post(&path, json!({"command_id": Uuid::now_v7()})).await.is(200);
    assert_eq!(closed["stage"], "closed");

    let second = kiosk.takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    assert_eq!(clerk.act("1", "call-next").await.state().number, Some(second.number));
    hall.later(Span::seconds(30));
    assert_eq!(clerk.act("1", "no-show").await.state().stage, "closed");
    let path = format!("/api/v1/tickets/{}/rejoin", second.ticket_id);
    let back = clerk.post(&path, json!({"command_id": Uuid::now_v7()})).await.is(200);
    assert_eq!(back["stage"], "waiting");
}

#[tokio::test]
async fn an_offer_says_what_a_newcomer_would_be_told() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    kiosk.takes("A01").await;
    let offer = kiosk.get("/api/v1/services/A01/offer?lang=ru").await.is(200);
    assert_eq!((&offer["ahead"], &offer["staffed"]), (&json!(2), &json!(false)));
    hall.clerk_at("Dilnoza", "1").await;
    let offer = kiosk.get("/api/v1/services/A01/offer?class=statutory").await.is(200);
    assert_eq!((&offer["ahead"], &offer["staffed"]), (&json!(0), &json!(true)));
    kiosk.get("/api/v1/services/Z99/offer").await.problem(404, "no-such-service");
    kiosk.get("/api/v1/services/A01/offer?class=royal").await.problem(400, "bad-query");
}

#[tokio::test]
async fn a_suspended_service_gives_no_tickets_and_says_why() {
    let hall = TestHall::open().await;
    let (kiosk, manager) = (hall.kiosk(), hall.manager().await);
    let body = json!({"command_id": Uuid::now_v7(), "reason": "no-forms"});
    manager.post("/api/v1/services/A01/suspend", body).await.is(204);
    let body = json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "en"});
    let sentence = kiosk.speaking("en").post("/api/v1/tickets", body).await.problem(409, "service-suspended");
    assert!(sentence.contains("no forms left"), "{sentence}");
    let offer = kiosk.get("/api/v1/services/A01/offer?lang=en").await.is(200);
    assert_eq!(offer["refusal"]["code"], "service-suspended");
    manager.post("/api/v1/services/A01/restore", json!({"command_id": Uuid::now_v7()})).await.is(204);
    kiosk.takes("A01").await;
}

#[tokio::test]
async fn the_catalogue_is_in_the_asked_language() {
    let hall = TestHall::open().await;
    let stranger = hall.stranger();
    for (lang, name) in [("en", "Served"), ("ru", "Услуга оказана"), ("uz-Cyrl", "Хизмат кўрсатилди")]
    {
        let catalogue = stranger.get(&format!("/api/v1/catalogue?lang={lang}")).await.is(200);
        assert_eq!(catalogue["language"], lang);
        assert_eq!(catalogue["outcomes"][0], json!({"code": "served", "name": name}));
        let services =
            catalogue["categories"].as_array().unwrap().iter().map(|c| c["services"].as_array().unwrap().len());
        assert_eq!(services.sum::<usize>(), 30);
    }
    stranger.get("/api/v1/catalogue?lang=tlh").await.problem(400, "bad-query");
}
