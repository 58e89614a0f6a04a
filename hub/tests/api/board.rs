//! The board and its stream.

use crate::hall::TestHall;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// A display that reads frames.
struct Display {
    answer: Response,
    read: String,
}

/// One frame: its name, its id, its data.
#[derive(Debug, PartialEq)]
struct Frame {
    event: String,
    id: Option<u64>,
    data: Value,
}

impl Display {
    async fn follow(hall: &TestHall, seen: Option<u64>) -> Display {
        let user = hall.stranger();
        let mut request = user.request(Method::GET, "/api/v1/board/stream");
        if let Some(seen) = seen {
            request = request.header("last-event-id", seen);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Display { answer, read: String::new() }
    }

    /// The next frame, beats included; nothing when the stream ends.
    async fn any(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let frame = Frame {
                    event: field("event:").unwrap().to_owned(),
                    id: field("id:").map(|id| id.parse().unwrap()),
                    data: serde_json::from_str(field("data:").unwrap()).unwrap(),
                };
                self.read = rest.to_owned();
                return Some(frame);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.answer.chunk()).await;
            let chunk = chunk.expect("a stream is never silent for long").unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn next(&mut self) -> Frame {
        loop {
            let frame = self.any().await.expect("the stream goes on");
            if frame.event != "beat" {
                return frame;
            }
        }
    }
}

#[tokio::test]
async fn a_display_gets_a_snapshot_and_then_every_change() {
    let hall = TestHall::open().await;
    let ticket = hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let mut display = Display::follow(&hall, None).await;
    let first = display.next().await;
    assert_eq!((first.event.as_str(), first.id), ("snapshot", Some(hall.seq().await)));
    assert_eq!(first.data["calls"], json!([]));

    clerk.act("1", "call-next").await.state();
    let called = display.next().await;
    assert_eq!((called.event.as_str(), &called.data["change"]), ("change", &json!("called")));
    let call = &called.data["call"];
    assert_eq!((&call["number"], &call["counter"]), (&json!(ticket.number), &json!("1")));
    assert_eq!(called.id, Some(hall.seq().await));
    clerk.act("1", "start").await.state();
    assert_eq!(display.next().await.data["change"], "serving");
    clerk.act("1", "complete").await.state();
    assert_eq!(display.next().await.data["change"], "over");

    let board = hall.stranger().get("/api/v1/board").await.is(200);
    assert_eq!(board["calls"], json!([]));
    assert_eq!(board["recent"][0]["number"], json!(ticket.number));
}

#[tokio::test]
async fn a_display_that_was_away_goes_on_where_it_stopped() {
    let hall = TestHall::open().await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let mut display = Display::follow(&hall, None).await;
    let seen = display.next().await.id.unwrap();
    drop(display);
    hall.kiosk().takes("A01").await;
    clerk.act("1", "call-next").await.state();
    clerk.act("1", "start").await.state();

    let mut display = Display::follow(&hall, Some(seen)).await;
    assert_eq!(display.any().await.unwrap().event, "beat", "a sign of life at once");
    let (called, serving) = (display.next().await, display.next().await);
    assert_eq!((&called.data["change"], &serving.data["change"]), (&json!("called"), &json!("serving")));
    assert!(seen < called.id.unwrap() && called.id < serving.id);
    clerk.act("1", "complete").await.state();
    assert_eq!(display.next().await.data["change"], "over");
}

#[tokio::test]
async fn after_a_gap_there_is_a_fresh_snapshot() {
    let mut hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    clerk.act("1", "call-next").await.state();
    // From another journal's future, and words.
    for seen in [Some(1_000_000), Some(u64::MAX)] {
        assert_eq!(Display::follow(&hall, seen).await.next().await.event, "snapshot");
    }
    hall.reopen().await;
    let snapshot = Display::follow(&hall, None).await.next().await;
    assert_eq!(snapshot.data["calls"][0]["stage"], "called", "the board outlives the hub");
}

#[tokio::test]
async fn the_hub_gives_signs_of_life_with_its_clock() {
    let hall = TestHall::open().await;
    let mut display = Display::follow(&hall, None).await;
    assert_eq!(display.any().await.unwrap().event, "snapshot");
    let beat = display.any().await.unwrap();
    assert_eq!((beat.event.as_str(), beat.id), ("beat", None));
    assert_eq!(beat.data, json!({"at": "2026-03-20T05:00:00Z", "epoch": 0}));
}

#[tokio::test]
async fn streams_end_when_the_hub_goes_down() {
    let mut hall = TestHall::open().await;
    let mut display = Display::follow(&hall, None).await;
    assert_eq!(display.next().await.event, "snapshot");
    hall.stop().await;
    while let Some(frame) = display.any().await {
        assert_eq!(frame.event, "beat");
    }
}
