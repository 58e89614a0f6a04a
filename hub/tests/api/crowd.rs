//! Everybody at once: who finds no place is told so early, and a clerk's key works all the same.

use crate::hall::{TestHall, User};
use hub::http::entrances::{Entrance, Place};
use std::{sync::mpsc, time::Duration};
use tokio::{sync::oneshot, task::JoinSet};
use uuid::Uuid;

/// How long anything may take to happen before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

fn fill(hall: &TestHall, entrance: Entrance) -> Vec<Place> {
    std::iter::from_fn(|| hall.hub().entrances.enter(entrance)).collect()
}

async fn looks_at_a_ticket(visitor: &User) -> crate::hall::Answer {
    visitor.get(&format!("/api/v1/tickets/{}", Uuid::now_v7())).await
}

#[tokio::test]
async fn clerks_kiosks_and_displays_work_while_visitors_find_no_place() {
    let hall = TestHall::open().await;
    let (clerk, kiosk, display) = (hall.clerk_at("Dilnoza", "1").await, hall.kiosk(), hall.device("display-1"));
    let held = fill(&hall, Entrance::Visitor);
    assert_eq!(held.len(), Entrance::Visitor.places());

    let visitor = hall.stranger();
    for path in ["/api/v1/hall", "/api/v1/catalogue", "/api/v1/board", "/static/console.css"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.headers["retry-after"], "1", "{path}");
        answer.problem(503, "busy");
    }
    let ticket = kiosk.takes("A01").await;
    assert_eq!(clerk.act("1", "call-next").await.state().number.unwrap(), ticket.number);
    display.get("/api/v1/board").await.is(200);
    visitor.get("/health").await.is(200);
    hall.staff("Jasur").await.act("2", "open").await.is(200);

    drop(held);
    visitor.get("/api/v1/hall").await.is(200);
}

#[tokio::test]
async fn a_page_that_finds_no_place_says_so_in_a_page() {
    let hall = TestHall::open().await;
    let held = fill(&hall, Entrance::Visitor);
    let answer = hall.stranger().speaking("en").get(&format!("/t/{}", Uuid::now_v7())).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["retry-after"]), (503, &"1".parse().unwrap()));
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(answer.body.contains("The server is busy. Try again in a moment."), "{}", answer.body);
    drop(held);
}

#[tokio::test]
async fn each_lane_is_full_by_itself() {
    let hall = TestHall::open().await;
    let (clerk, kiosk) = (hall.clerk_at("Dilnoza", "1").await, hall.kiosk());
    let held = fill(&hall, Entrance::Staff);
    clerk.act("1", "call-next").await.problem(503, "busy");
    kiosk.takes("A01").await;
    drop(held);
    let held = fill(&hall, Entrance::Kiosk);
    kiosk.get("/api/v1/kiosk").await.problem(503, "busy");
    clerk.act("1", "call-next").await.is(200);
    drop(held);
    // A token that opens nothing opens no entrance either.
    let _held = fill(&hall, Entrance::Visitor);
    hall.stranger().with_token("stolen").act("1", "call-next").await.problem(503, "busy");
}

/// The journal stands still, so whoever is answered did not wait for it.
#[tokio::test]
async fn a_visitor_too_many_is_told_at_once_and_the_others_are_answered() {
    let hall = TestHall::open().await;
    let (stands, standing) = oneshot::channel();
    let (open, gate) = mpsc::channel::<()>();
    let hub = hall.hub().clone();
    let held = tokio::spawn(async move {
        let stand_still = move |_: &hub::journal::Reading<'_>| {
            let _ = stands.send(());
            let _ = gate.recv();
        };
        hub.journal.ask(stand_still).await
    });
    standing.await.unwrap();

    let mut waiting = JoinSet::new();
    for _ in 0..Entrance::Visitor.places() {
        let visitor = hall.stranger();
        waiting.spawn(async move { looks_at_a_ticket(&visitor).await });
    }
    let all_inside = async {
        while hall.hub().entrances.inside(Entrance::Visitor) < Entrance::Visitor.places() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, all_inside).await.unwrap();
    let answer = tokio::time::timeout(PATIENCE, looks_at_a_ticket(&hall.stranger())).await.unwrap();
    assert_eq!(answer.headers["retry-after"], "1");
    answer.problem(503, "busy");

    open.send(()).unwrap();
    held.await.unwrap().unwrap();
    for answer in waiting.join_all().await {
        answer.problem(404, "no-such-ticket");
    }
    assert_eq!(hall.hub().entrances.inside(Entrance::Visitor), 0);
    assert_eq!(hall.hub().entrances.refused(Entrance::Visitor), 1);
}
