//! Every bad input of a hall's day: its problem, its sentence in the asked language, and nothing changed.

use crate::hall::{MORNING, TestHall, User};
use queue::time::Span;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn wish() -> Value {
    json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "uz-Latn"})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body.as_object_mut().unwrap().insert(field.to_owned(), value);
    body
}

/// Sends the same bad body in two languages and compares the sentences.
async fn bad(user: &User, path: &str, body: &str, expected: (u16, &str, [&str; 2])) {
    let (status, code, sentences) = expected;
    for (lang, sentence) in ["ru", "en"].into_iter().zip(sentences) {
        let answer = user.speaking(lang).post_raw(path, body.to_owned()).await;
        assert_eq!(answer.headers["content-language"], lang);
        assert_eq!(answer.problem(status, code), sentence);
    }
}

#[tokio::test]
async fn malformed_json_is_told_where() {
    let hall = TestHall::open().await;
    let seq = hall.seq().await;
    let sentences =
        ["Запрос не является правильным JSON: строка 2, знак 1.", "The request is not proper JSON: line 2, column 1."];
    bad(&hall.kiosk(), "/api/v1/tickets", "{\"service\": 3,\n", (400, "malformed-json", sentences)).await;
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_body_that_is_not_what_it_should_be() {
    let hall = TestHall::open().await;
    let (kiosk, seq) = (hall.kiosk(), hall.seq().await);
    for body in [
        json!({}),
        json!([]),
        json!("A01"),
        with(wish(), "colour", json!("red")),
        with(wish(), "command_id", json!("not-a-uuid")),
        with(wish(), "quantity", json!(-1)),
        with(wish(), "quantity", json!(70000)),
    ] {
        let answer = kiosk.post("/api/v1/tickets", body).await;
        assert!(answer.body.contains("\"detail\""), "{}", answer.body);
        answer.problem(422, "wrong-body");
    }
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn values_that_the_hall_does_not_know() {
    let hall = TestHall::open().await;
    let (kiosk, seq) = (hall.kiosk(), hall.seq().await);
    for (field, value, status, code) in [
        ("service", json!("Z99"), 404, "no-such-service"),
        ("service", json!("no such code!"), 404, "no-such-value"),
        ("service", json!(""), 404, "no-such-value"),
        ("language", json!("tlh"), 404, "no-such-value"),
        ("class", json!("royal"), 404, "no-such-value"),
        ("quantity", json!(0), 422, "quantity"),
        ("quantity", json!(51), 422, "quantity"),
        ("services", json!(["A01"]), 422, "services-on-ticket"),
        ("services", json!(["A02", "A03", "A04", "A05", "M01"]), 422, "services-on-ticket"),
        ("services", json!(["Z99"]), 404, "no-such-service"),
    ] {
        kiosk.post("/api/v1/tickets", with(wish(), field, value)).await.problem(status, code);
    }
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn an_unknown_service_is_told_in_the_asked_language() {
    let hall = TestHall::open().await;
    let body = with(wish(), "service", json!("Z99"));
    for (lang, sentence) in [
        ("uz-Latn", "«Z99» xizmati bu zalda yoʻq."),
        ("uz-Cyrl", "«Z99» хизмати бу залда йўқ."),
        ("ru", "Услуги «Z99» в этом зале нет."),
        ("kaa", "«Z99» xızmeti bul zalda joq."),
        ("en", "This hall has no service “Z99”."),
    ] {
        let said =
            hall.kiosk().speaking(lang).post("/api/v1/tickets", body.clone()).await.problem(404, "no-such-service");
        assert_eq!(said, sentence);
        let path = format!("/api/v1/tickets?lang={lang}");
        let said = hall.kiosk().speaking("de").post(&path, body.clone()).await.problem(404, "no-such-service");
        assert_eq!(said, sentence);
    }
}

#[tokio::test]
async fn the_wrong_stage() {
    let hall = TestHall::open().await;
    let ticket = hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    clerk.act("1", "call-next").await.state();
    clerk.act("1", "start").await.state();
    let seq = hall.seq().await;
    let said = clerk.speaking("en").act("1", "no-show").await.problem(409, "wrong-stage");
    assert_eq!(said, format!("This is not possible: ticket {} is now being served.", ticket.number));
    let said = clerk.speaking("ru").act("1", "recall").await.problem(409, "wrong-stage");
    assert_eq!(said, format!("Это невозможно: талон {} сейчас в состоянии «обслуживается».", ticket.number));
    clerk.act("1", "call-next").await.problem(409, "counter-busy");
    clerk.act_with("1", "resume", json!({"ticket_id": ticket.ticket_id})).await;
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn an_oversized_body() {
    let hall = TestHall::open().await;
    let seq = hall.seq().await;
    let sentences = ["Запрос слишком велик, можно не более 16 KiB.", "The request is too large: at most 16 KiB."];
    let body = " ".repeat(16 * 1024 + 1);
    bad(&hall.kiosk(), "/api/v1/tickets", &body, (413, "body-too-large", sentences)).await;
    // Without a length nobody knows before the end.
    let chunks = (0..20).map(|_| Ok::<_, std::io::Error>(" ".repeat(1024)));
    let endless = reqwest::Body::wrap_stream(tokio_stream::iter(chunks));
    hall.kiosk().post_raw("/api/v1/tickets", endless).await.problem(413, "body-too-large");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_body_of_another_kind() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let form = kiosk.request(Method::POST, "/api/v1/tickets").form(&[("service", "A01")]);
    kiosk.send(form).await.problem(415, "not-json");
    let none = kiosk.request(Method::POST, "/api/v1/tickets");
    kiosk.send(none).await.problem(415, "not-json");
}

#[tokio::test]
async fn tokens_that_open_nothing() {
    let hall = TestHall::open().await;
    let (stranger, clerk) = (hall.stranger(), hall.staff("Dilnoza").await);
    let elsewhere = TestHall::open().await;
    let seq = hall.seq().await;
    stranger.post("/api/v1/tickets", wish()).await.problem(401, "sign-in-needed");
    for token in ["short", &"f".repeat(64), elsewhere.kiosk().token(), elsewhere.staff("Dilnoza").await.token()] {
        let foreign = stranger.with_token(token).speaking("en");
        let answer = foreign.post("/api/v1/tickets", wish()).await;
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert_eq!(answer.problem(401, "token-unknown"), "This token is not of this hall. Sign in again.");
    }
    hall.later(Span::minutes(30));
    let said = clerk.speaking("ru").act("1", "open").await.problem(401, "session-expired");
    assert_eq!(said, "Сеанс закончился. Войдите заново.");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_command_id_used_for_something_else() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let first = wish();
    kiosk.post("/api/v1/tickets", first.clone()).await.is(201);
    let seq = hall.seq().await;
    for other in [with(first.clone(), "service", json!("A02")), with(first.clone(), "quantity", json!(2))] {
        let said = kiosk.speaking("en").post("/api/v1/tickets", other).await.problem(409, "command-id-reused");
        assert_eq!(said, "This command id was used for another command.");
    }
    let clerk = hall.staff("Dilnoza").await;
    let body = json!({"command_id": first["command_id"]});
    clerk.act_with("1", "open", body).await.problem(409, "command-id-reused");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_clock_set_back_breaks_nothing() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    hall.later(Span::minutes(120));
    let first = kiosk.takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    hall.earlier(Span::minutes(3 * 60 + 24 * 60));
    assert!(hall.now() < MORNING);
    let second = kiosk.takes("A01").await;
    assert_eq!(second.number, "A-002", "the day goes on");
    assert_eq!(clerk.act("1", "call-next").await.state().number, Some(first.number), "nobody is reordered");
    clerk.act("1", "start").await.state();
    assert_eq!(clerk.act("1", "complete").await.state().stage, "closed");
    let figures = hall.stranger().get("/api/v1/hall").await.is(200);
    assert_eq!((&figures["served"], &figures["longest_wait_min"]), (&json!(1), &json!(0)), "no negative wait");
}

#[tokio::test]
async fn addresses_that_lead_nowhere() {
    let hall = TestHall::open().await;
    let (stranger, kiosk) = (hall.stranger(), hall.kiosk());
    stranger.get("/api/v1/nothing").await.problem(404, "not-found");
    stranger.get("/api/v1/tickets/zz").await.problem(400, "bad-path");
    stranger.get(&format!("/api/v1/tickets/{}", Uuid::now_v7())).await.problem(404, "no-such-ticket");
    stranger.get("/api/v1/services/a%20b/offer").await.problem(400, "bad-path");
    stranger.get("/api/v1/services/%ff/offer").await.problem(400, "bad-path");
    let clerk = hall.staff("Dilnoza").await;
    clerk.act("99", "open").await.problem(404, "no-such-counter");
    clerk.act("1", "dance").await.problem(404, "not-found");
    kiosk
        .post(&format!("/api/v1/tickets/{}/printed", Uuid::now_v7()), json!({"command_id": Uuid::now_v7()}))
        .await
        .problem(404, "no-such-ticket");
    let answer = stranger.send(stranger.request(Method::PUT, "/api/v1/tickets")).await;
    assert_eq!(answer.headers["allow"], "POST");
    answer.problem(405, "method-not-allowed");
}
