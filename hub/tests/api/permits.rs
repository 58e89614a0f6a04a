//! No write without a permit: the API's own description is walked, and each write is tried without a token and with
//! the wrong one.

use crate::hall::{TestHall, User};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Writes that need no token, because they are how one gets a token.
const ENTRIES: [&str; 2] = ["/api/v1/sessions", "/api/v1/pairings"];

/// Every write of the API with the tokens it takes.
fn writes() -> Vec<(Method, String, Vec<String>)> {
    let description: Value = serde_json::from_str(&hub::http::description()).unwrap();
    let mut writes = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap().iter().filter(|(method, _)| *method != "get") {
            let method: Method = method.to_uppercase().parse().unwrap();
            if method == Method::POST && ENTRIES.contains(&path.as_str()) {
                continue;
            }
            let tokens = operation["security"].as_array().unwrap().iter();
            let tokens = tokens.flat_map(|s| s.as_object().unwrap().keys().cloned()).collect();
            writes.push((method, path.clone(), tokens));
        }
    }
    writes
}

async fn attempt(user: &User, method: &Method, path: &str) -> crate::hall::Answer {
    let ticket = Uuid::now_v7().to_string();
    let path = path.replace("{counter}", "1").replace("{ticket_id}", &ticket);
    let path = path.replace("{code}", "A01").replace("{clerk}", "clerk-1").replace("{notice_id}", &ticket);
    let body = json!({"command_id": Uuid::now_v7()});
    user.send(user.request(method.clone(), &path).json(&body)).await
}

#[tokio::test]
async fn every_write_needs_a_token() {
    let hall = TestHall::open().await;
    let (stranger, seq) = (hall.stranger(), hall.seq().await);
    let writes = writes();
    assert!(writes.len() > 20, "the description lists the writes");
    for (method, path, tokens) in writes {
        assert!(!tokens.is_empty(), "{method} {path} says which token it takes");
        attempt(&stranger, &method, &path).await.problem(401, "sign-in-needed");
    }
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn every_write_refuses_the_wrong_token() {
    let hall = TestHall::open().await;
    let (kiosk, display, clerk) = (hall.kiosk(), hall.device("display-1"), hall.staff("Dilnoza").await);
    let seq = hall.seq().await;
    for (method, path, tokens) in writes() {
        let takes = |token: &str| tokens.iter().any(|t| t == token);
        if !takes("device") {
            attempt(&kiosk, &method, &path).await.problem(403, "not-allowed");
        }
        if !takes("staff") {
            attempt(&clerk, &method, &path).await.problem(403, "not-allowed");
        }
        let looked = attempt(&display, &method, &path).await;
        assert!(looked.status == 403, "a display only looks: {method} {path} {}", looked.body);
    }
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_cookie_writes_only_from_the_hubs_own_pages() {
    let hall = TestHall::open().await;
    let clerk = hall.staff("Dilnoza").await;
    let stranger = hall.stranger();
    let cookie = format!("other=1; navbat_session={}", clerk.token());
    let open = |headers: &[(&'static str, &'static str)]| {
        let body = json!({"command_id": Uuid::now_v7()});
        let request = stranger.request(Method::POST, "/api/v1/counters/1/open").json(&body).header("cookie", &cookie);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    stranger.send(open(&[("sec-fetch-site", "cross-site")])).await.problem(403, "cross-site");
    stranger.send(open(&[("sec-fetch-site", "same-site")])).await.problem(403, "cross-site");
    stranger.send(open(&[("origin", "http://evil.example")])).await.problem(403, "cross-site");
    stranger.send(open(&[("origin", "null")])).await.problem(403, "cross-site");
    stranger.send(open(&[("origin", "http://hall.local"), ("host", "hall.local")])).await.is(200);
    stranger.send(open(&[("sec-fetch-site", "same-origin")])).await.is(200);
}

#[tokio::test]
async fn who_sits_where_is_told_to_staff_only() {
    let hall = TestHall::open().await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let counter = |figures: Value| figures["counters"][0].clone();
    assert_eq!(counter(hall.stranger().get("/api/v1/hall").await.is(200))["clerk"], Value::Null);
    assert_eq!(counter(clerk.get("/api/v1/hall").await.is(200))["clerk"], "clerk-1");
}
