//! A hub that another one has taken the place of, told so by a kiosk.

use crate::hall::{Answer, TestHall, User};
use hub::{config::Config, epoch};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::{kiosk::KioskHome, seen::SEEN_HEADER};

const HOME: &str = "/api/v1/kiosk";

impl User {
    async fn having_seen(&self, seen: &str) -> Answer {
        self.send(self.request(Method::GET, HOME).header(SEEN_HEADER, seen)).await
    }

    async fn with_journal(&self, journal: Uuid) -> KioskHome {
        let request = self.request(Method::GET, HOME).header("navbat-journal", journal.to_string());
        self.send(request).await.read(200)
    }
}

fn ticket() -> Value {
    json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "ru"})
}

#[tokio::test]
async fn a_hub_that_was_overtaken_does_nothing_more_until_a_person_has_decided() {
    let mut hall = TestHall::open().await;
    let (kiosk, clerk) = (hall.kiosk(), hall.clerk_at("Dilnoza", "1").await);
    kiosk.takes("A01").await;
    let seq = hall.seq().await;
    kiosk.having_seen("1").await.problem(409, "fenced");
    // Whoever asks, seen or not.
    kiosk.get(HOME).await.problem(409, "fenced");
    kiosk.post("/api/v1/tickets", ticket()).await.problem(409, "fenced");
    clerk.act("1", "call-next").await.problem(409, "fenced");
    hall.stranger().get("/api/v1/board/stream").await.problem(409, "fenced");
    assert_eq!(hall.seq().await, seq);
    let page = clerk.get("/counters/1?lang=en").await;
    assert!(page.body.contains("data-testid=\"fence\""), "staff are told on the page: {}", page.body);
    assert!(page.body.contains("Another server has taken over this hall"));

    hall.reopen().await;
    let kiosk = hall.kiosk();
    kiosk.get(HOME).await.problem(409, "fenced");

    hall.stop().await;
    let config = Config::demo();
    let begun = epoch::begin(&epoch::Hall { config: &config, dir: hall.dir(), clock: hall.clock() }, 0).await.unwrap();
    assert_eq!(begun, 2, "above what was seen");
    hall.reopen().await;
    let kiosk = hall.kiosk();
    assert_eq!(kiosk.having_seen("1").await.read::<KioskHome>(200).epoch, 2);
    assert_eq!(kiosk.takes("A01").await.number, "A-11001", "far above what any other hub gave");
}

#[tokio::test]
async fn a_command_that_tells_of_a_higher_epoch_is_not_done() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let seq = hall.seq().await;
    let request = kiosk.request(Method::POST, "/api/v1/tickets").header(SEEN_HEADER, "1").json(&ticket());
    kiosk.send(request).await.problem(409, "fenced");
    assert_eq!(hall.seq().await, seq);
}

#[tokio::test]
async fn only_a_device_of_the_hall_is_believed() {
    let hall = TestHall::open().await;
    let (kiosk, clerk) = (hall.kiosk(), hall.staff("Dilnoza").await);
    for (user, said) in [(&hall.stranger(), "9"), (&clerk, "9"), (&kiosk, "nine"), (&kiosk, "0"), (&kiosk, "9.8")] {
        let request = user.request(Method::GET, "/api/v1/hall").header(SEEN_HEADER, said);
        user.send(request).await.is(200);
    }
    kiosk.takes("A01").await;
}

#[tokio::test]
async fn a_kiosk_that_was_moved_from_another_hall_stops_nobody_and_gives_nothing() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.having_seen("elsewhere/7").await.problem(403, "not-allowed");
    let here = Config::demo().id().to_owned();
    assert_eq!(kiosk.having_seen(&format!("{here}/0")).await.read::<KioskHome>(200).hall, here);
}

#[tokio::test]
async fn what_a_kiosk_has_seen_is_part_of_the_hubs_own_journal() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    let home: KioskHome = kiosk.get(HOME).await.read(200);
    let seen = |seq: u64, hash: &str| format!("0.{seq}.{hash}");
    kiosk.takes("A01").await;
    kiosk.having_seen(&seen(home.chain.seq, &home.chain.hash)).await.is(200);
    let ahead = seen(home.chain.seq + 99, &home.chain.hash);
    kiosk.having_seen(&ahead).await.problem(409, "fenced");

    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    kiosk.having_seen(&seen(1, &"a".repeat(64))).await.problem(409, "fenced");
    kiosk.post("/api/v1/tickets", ticket()).await.problem(409, "fenced");
}

#[tokio::test]
async fn a_display_that_nobody_told_is_let_go() {
    let hall = TestHall::open().await;
    let stranger = hall.stranger();
    let mut stream = stranger.request(Method::GET, "/api/v1/board/stream").send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "the snapshot");
    hall.kiosk().having_seen("1").await.problem(409, "fenced");
    let ends = async { while stream.chunk().await.unwrap().is_some() {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), ends).await.expect("with the next beat");
}

#[tokio::test]
async fn a_kiosk_with_another_journal_is_another_generation() {
    let mut hall = TestHall::open().await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let kiosk = hall.kiosk();
    assert_eq!(kiosk.get(HOME).await.read::<KioskHome>(200).generation, 0, "it does not say");
    let mut found = Vec::new();
    for journal in [first, first, second, first] {
        found.push(kiosk.with_journal(journal).await.generation);
    }
    assert_eq!(found, [1, 1, 2, 1]);
    assert_eq!(hall.device("kiosk-2").with_journal(Uuid::now_v7()).await.generation, 1, "kiosks are not each other");
    hall.reopen().await;
    assert_eq!(hall.kiosk().with_journal(second).await.generation, 2);
}
