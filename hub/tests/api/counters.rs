//! A clerk at a counter.

use crate::hall::TestHall;
use queue::time::Span;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_visitor_is_called_served_and_done() {
    let hall = TestHall::open().await;
    let ticket = hall.kiosk().takes("A01").await;
    let clerk = hall.staff("Dilnoza").await;
    assert_eq!(clerk.act("1", "open").await.state().stage, "free");
    let called = clerk.act("1", "call-next").await.state();
    assert_eq!((called.stage.as_str(), called.counter.as_str()), ("called", "1"));
    assert_eq!((called.number, called.ticket_id), (Some(ticket.number.clone()), Some(ticket.ticket_id)));
    assert_eq!(clerk.act("1", "start").await.state().stage, "serving");
    let done = clerk.act_with("1", "complete", json!({"outcome": "served"})).await.state();
    assert_eq!((done.stage.as_str(), done.number), ("closed", Some(ticket.number)));
    let figures = hall.stranger().get("/api/v1/hall").await.is(200);
    assert_eq!((&figures["served"], &figures["waiting"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn nobody_waiting_is_204_without_a_body() {
    let hall = TestHall::open().await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let seq = hall.seq().await;
    let answer = clerk.act("1", "call-next").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn two_clerks_pressing_together_get_two_visitors() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    for _ in 0..2 {
        kiosk.takes("A01").await;
    }
    let (one, two) = (hall.clerk_at("Dilnoza", "1").await, hall.clerk_at("Jasur", "2").await);
    let (one, two) = tokio::join!(one.act("1", "call-next"), two.act("2", "call-next"));
    assert_ne!(one.state().ticket_id, two.state().ticket_id);
}

#[tokio::test]
async fn a_repeated_action_is_answered_as_the_first_time() {
    let hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let body = json!({"command_id": Uuid::now_v7()});
    let first = clerk.act_with("1", "call-next", body.clone()).await.state();
    clerk.act("1", "start").await.state();
    let again = clerk.act_with("1", "call-next", body.clone()).await.state();
    assert_eq!(first, again);
    clerk.act_with("1", "recall", body).await.problem(409, "command-id-reused");
}

#[tokio::test]
async fn every_way_round_a_counter() {
    let hall = TestHall::open().await;
    let ticket = hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    clerk.act("1", "call-next").await.state();
    clerk.act("1", "recall").await.problem(409, "recall-too-soon");
    hall.later(Span::seconds(11));
    assert_eq!(clerk.act("1", "recall").await.state().stage, "called");
    clerk.act("1", "start").await.state();
    let held = clerk.act_with("1", "hold", json!({"reason": "documents", "minutes": 10})).await.state();
    assert_eq!(held.stage, "held");
    let resumed = clerk.act_with("1", "resume", json!({"ticket_id": ticket.ticket_id})).await.state();
    assert_eq!((resumed.stage.as_str(), resumed.number), ("serving", Some(ticket.number)));
    let body = json!({"service": "M01", "placing": "first", "back_to_me": true});
    hall.clerk_at("Jasur", "2").await;
    assert_eq!(clerk.act_with("1", "transfer", body).await.state().stage, "waiting");
    assert_eq!(clerk.act("1", "undo").await.state().stage, "serving");
    assert_eq!(clerk.act("1", "complete").await.state().stage, "closed");
    assert_eq!(clerk.act_with("1", "pause", json!({"reason": "lunch"})).await.state().stage, "paused");
    assert_eq!(clerk.act("1", "open").await.state().stage, "free");
    assert_eq!(clerk.act("1", "open").await.state().stage, "free", "opening twice is harmless");
    assert_eq!(clerk.act("1", "close").await.state().stage, "closed");
    assert_eq!(clerk.act("1", "close").await.state().stage, "closed");
}

#[tokio::test]
async fn calling_out_of_order_needs_the_right_to() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    let second = kiosk.takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let body = json!({"ticket_id": second.ticket_id});
    clerk.act_with("1", "call-this", body.clone()).await.problem(403, "picking-not-allowed");
    clerk.act("1", "close").await.state();
    let picker = hall.clerk_at("Sevara", "1").await;
    assert_eq!(picker.act_with("1", "call-this", body).await.state().number, Some(second.number));
}

#[tokio::test]
async fn only_the_clerk_at_a_counter_acts_there() {
    let hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    hall.clerk_at("Dilnoza", "1").await;
    let other = hall.staff("Jasur").await;
    let seq = hall.seq().await;
    for action in ["call-next", "recall", "start", "complete", "hold", "no-show", "undo", "pause", "close"] {
        other.act("1", action).await.problem(403, "not-your-counter");
    }
    other.act("1", "open").await.problem(409, "counter-taken");
    hall.kiosk().act("1", "call-next").await.problem(403, "not-allowed");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_repeated_close_is_answered_though_another_clerk_sits_there_now() {
    let hall = TestHall::open().await;
    let first = hall.clerk_at("Dilnoza", "1").await;
    let body = json!({"command_id": Uuid::now_v7()});
    let closed = first.act_with("1", "close", body.clone()).await.state();
    hall.clerk_at("Sevara", "1").await;
    assert_eq!(first.act_with("1", "close", body).await.state(), closed);
    first.act("1", "close").await.problem(403, "not-your-counter");
}

#[tokio::test]
async fn a_manager_closes_a_counter_somebody_forgot() {
    let hall = TestHall::open().await;
    hall.clerk_at("Dilnoza", "1").await;
    let manager = hall.manager().await;
    manager.act("1", "call-next").await.problem(403, "not-your-counter");
    assert_eq!(manager.act("1", "close").await.state().stage, "closed");
}

#[tokio::test]
async fn a_transfer_names_one_known_place() {
    let hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    clerk.act("1", "call-next").await.state();
    clerk.act("1", "start").await.state();
    let seq = hall.seq().await;
    for (body, status, code) in [
        (json!({}), 422, "one-target"),
        (json!({"service": "M01", "counter": "2"}), 422, "one-target"),
        (json!({"service": "no such"}), 404, "no-such-value"),
        (json!({"service": "Z99"}), 404, "no-such-service"),
        (json!({"counter": "99"}), 404, "no-such-counter"),
        (json!({"clerk": "nobody"}), 404, "no-such-value"),
        (json!({"service": "M01", "placing": "last"}), 404, "no-such-value"),
    ] {
        clerk.act_with("1", "transfer", body).await.problem(status, code);
    }
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn a_hall_goes_on_after_a_restart() {
    let mut hall = TestHall::open().await;
    let first = hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let token = clerk.token().to_owned();
    hall.reopen().await;
    let clerk = hall.stranger().with_token(&token);
    assert_eq!(clerk.act("1", "call-next").await.state().number, Some(first.number), "still signed in, still there");
    assert_eq!(hall.kiosk().reserves("A01").await.number, "A-002");
}
