//! What every answer carries, and what a browser is told to be careful about.

use crate::hall::TestHall;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn answers_of_the_api_are_neither_kept_nor_shown_as_pages() {
    let hall = TestHall::open().await;
    for path in ["/api/v1/board", "/api/v1/nothing", "/health"] {
        let headers = hall.stranger().get(path).await.headers;
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
        assert!(headers.contains_key("x-request-id"));
    }
}

#[tokio::test]
async fn pages_load_only_what_the_hub_serves() {
    let hall = TestHall::open().await;
    let policy = hall.stranger().get("/").await.headers["content-security-policy"].to_str().unwrap().to_owned();
    for part in ["default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn the_hall_speaks_its_own_language_unless_asked() {
    let hall = TestHall::open().await;
    let answer = hall.stranger().get("/api/v1/nothing").await;
    assert_eq!(answer.headers["content-language"], "uz-Latn");
    assert_eq!(answer.problem(404, "not-found"), "Bu manzilda hech narsa yoʻq.");
    let answer = hall.stranger().speaking("fr, ru;q=0.5, en;q=0.4").get("/api/v1/nothing").await;
    assert_eq!(answer.problem(404, "not-found"), "По этому адресу ничего нет.");
}

#[tokio::test]
async fn a_head_is_answered_like_a_get() {
    let hall = TestHall::open().await;
    let stranger = hall.stranger();
    let answer = stranger.send(stranger.request(Method::HEAD, "/api/v1/board")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
}

#[tokio::test]
async fn the_hall_is_well_and_says_so() {
    let hall = TestHall::open().await;
    let health = hall.stranger().get("/health").await.is(200);
    assert_eq!((&health["status"], &health["streams"]), (&json!("ok"), &json!(0)));
}

#[tokio::test]
async fn a_manager_closes_the_day_and_it_stays_closed() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    let body = || json!({"command_id": uuid::Uuid::now_v7()});
    manager.post("/api/v1/day/close", body()).await.is(204);
    let wish = json!({"command_id": uuid::Uuid::now_v7(), "service": "A01", "language": "ru"});
    hall.kiosk().post("/api/v1/tickets", wish).await.problem(409, "day-shut");
    manager.post("/api/v1/day/open", body()).await.is(204);
    assert_eq!(hall.kiosk().reserves("A01").await.number, "A-001", "a new day counts from one");
    manager.post("/api/v1/day/open", body()).await.is(204);
}
