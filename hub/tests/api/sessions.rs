//! Signing in and out, lock-out, pairing.

use crate::hall::{Answer, TestHall};
use queue::time::Span;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

async fn tries(hall: &TestHall, name: &str, pin: &str) -> Answer {
    hall.stranger().speaking("en").post("/api/v1/sessions", json!({"name": name, "pin": pin})).await
}

#[tokio::test]
async fn staff_sign_in_by_name_and_pin() {
    let hall = TestHall::open().await;
    let clerk = tries(&hall, "Dilnoza", "2846").await.is(201);
    assert_eq!(clerk["role"], "clerk");
    assert_eq!(clerk["token"].as_str().unwrap().len(), 64);
    assert_eq!(tries(&hall, " rustam ", "640281").await.is(201)["role"], "manager");
    for (name, pin) in [("Dilnoza", "2847"), ("Dilnoza", ""), ("Nobody", "2846"), ("", "")] {
        assert_eq!(tries(&hall, name, pin).await.problem(401, "sign-in-failed"), "The name or the PIN is wrong.");
    }
}

#[tokio::test]
async fn wrong_pins_wait_longer_and_longer_and_then_need_a_manager() {
    let hall = TestHall::open().await;
    for _ in 0..5 {
        tries(&hall, "Dilnoza", "0001").await.problem(401, "sign-in-failed");
    }
    let waits = tries(&hall, "Dilnoza", "2846").await;
    assert_eq!(waits.headers["retry-after"], "15");
    assert_eq!(waits.problem(429, "sign-in-wait"), "Too many wrong PINs. Try again in 15 seconds.");
    let mut wait = Span::seconds(15);
    for _ in 5..15 {
        hall.later(wait);
        tries(&hall, "Dilnoza", "0001").await.problem(401, "sign-in-failed");
        wait = Span(wait.0 * 2);
    }
    hall.later(Span::minutes(60 * 24));
    tries(&hall, "Dilnoza", "2846").await.problem(403, "sign-in-locked");
    tries(&hall, "Jasur", "5193").await.is(201);

    let body = json!({"command_id": Uuid::now_v7()});
    hall.manager().await.post("/api/v1/staff/clerk-1/unlock", body).await.is(204);
    tries(&hall, "Dilnoza", "2846").await.is(201);
}

#[tokio::test]
async fn a_restart_is_no_way_around_a_lock() {
    let mut hall = TestHall::open().await;
    for _ in 0..5 {
        tries(&hall, "Dilnoza", "0001").await.problem(401, "sign-in-failed");
    }
    hall.reopen().await;
    tries(&hall, "Dilnoza", "2846").await.problem(429, "sign-in-wait");
}

#[tokio::test]
async fn a_session_lasts_while_it_is_used_but_not_for_ever() {
    let hall = TestHall::open().await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    for _ in 0..24 {
        hall.later(Span::minutes(29));
        clerk.act("1", "call-next").await.is(204);
    }
    hall.later(Span::minutes(12 * 60 - 24 * 29));
    clerk.act("1", "call-next").await.problem(401, "session-expired");
}

#[tokio::test]
async fn signing_out_ends_the_token() {
    let hall = TestHall::open().await;
    let clerk = hall.staff("Dilnoza").await;
    clerk.send(clerk.request(Method::DELETE, "/api/v1/sessions")).await.is(204);
    clerk.act("1", "open").await.problem(401, "token-unknown");
}

#[tokio::test]
async fn a_device_is_paired_by_a_code_once() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    let offer = manager.post("/api/v1/pairings/offers", json!({"device": "kiosk-2"})).await.is(201);
    let code = offer["code"].as_str().unwrap();
    assert_eq!(code.len(), 8);
    let paired = hall.stranger().post("/api/v1/pairings", json!({"code": code})).await.is(201);
    assert_eq!(paired["device"], "kiosk-2");
    let kiosk = hall.stranger().with_token(paired["token"].as_str().unwrap());
    assert_eq!(kiosk.get("/api/v1/kiosk").await.is(200)["lane"], 2);
    hall.stranger().post("/api/v1/pairings", json!({"code": code})).await.problem(403, "pairing-failed");
    manager.post("/api/v1/pairings/offers", json!({"device": "toaster"})).await.problem(404, "no-such-device");
}

#[tokio::test]
async fn pairing_codes_grow_old_and_are_not_guessed() {
    let hall = TestHall::open().await;
    let (manager, stranger) = (hall.manager().await, hall.stranger());
    let offers =
        async || manager.post("/api/v1/pairings/offers", json!({"device": "kiosk-2"})).await.is(201)["code"].clone();
    let code = offers().await;
    hall.later(Span::minutes(10));
    stranger.post("/api/v1/pairings", json!({"code": code})).await.problem(403, "pairing-failed");
    let code = offers().await;
    for _ in 0..5 {
        stranger.post("/api/v1/pairings", json!({"code": "wrong"})).await.problem(403, "pairing-failed");
    }
    stranger.post("/api/v1/pairings", json!({"code": code})).await.problem(403, "pairing-failed");
}
