//! Tickets that a kiosk printed alone, let in by the code on their paper before the kiosk can report them.

use crate::hall::{MORNING, TestHall, User};
use queue::time::Time;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::{
    admission::{Admission, KioskKey},
    kiosk::KioskHome,
    seen::KEY_HEADER,
    tickets::{TicketStage, TicketState},
};

fn key(seed: u8) -> KioskKey {
    KioskKey::from_seed(&[seed; 32])
}

/// A ticket that kiosk 1 printed three minutes ago.
fn claim(serial: u32) -> Admission {
    let ticket = Uuid::now_v7();
    Admission {
        epoch: 0,
        day: Some(1),
        ticket,
        number: format!("A1-{serial:03}"),
        service: "A01".to_owned(),
        further: vec!["M06".to_owned()],
        quantity: 2,
        language: "ru".to_owned(),
        printed_at_s: u32::try_from(MORNING.0 / 1_000 - 180).unwrap(),
    }
}

async fn kiosk_with(hall: &TestHall, key: &KioskKey) -> User {
    let kiosk = hall.kiosk();
    keeps(&kiosk, key).await;
    kiosk
}

async fn keeps(kiosk: &User, key: &KioskKey) {
    says_key(kiosk, &key.public().text()).await.is(200);
}

async fn says_key(kiosk: &User, key: &str) -> crate::hall::Answer {
    kiosk.send(kiosk.request(reqwest::Method::GET, "/api/v1/kiosk").header(KEY_HEADER, key)).await
}

async fn admits(clerk: &User, code: &str) -> crate::hall::Answer {
    clerk.post("/api/v1/tickets/admit", json!({"command_id": Uuid::now_v7(), "code": code})).await
}

fn report(claim: &Admission, now: Time) -> Value {
    let moment = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    json!({
        "command_id": Uuid::now_v7(), "ticket_id": claim.ticket, "number": claim.number, "service": claim.service,
        "services": claim.further, "quantity": claim.quantity, "language": claim.language, "class": "elderly",
        "day": claim.day, "printed_at": moment(i64::from(claim.printed_at_s) * 1_000), "sent_at": moment(now.0),
    })
}

async fn issued(hall: &TestHall) -> u64 {
    hall.stranger().get("/api/v1/hall").await.is(200)["issued"].as_u64().unwrap()
}

#[tokio::test]
async fn a_ticket_is_let_in_and_the_kiosks_report_is_the_same_ticket() {
    let hall = TestHall::open().await;
    let (kiosk, clerk) = (kiosk_with(&hall, &key(1)).await, hall.staff("Dilnoza").await);
    let home: KioskHome = kiosk.get("/api/v1/kiosk").await.read(200);
    assert_eq!((home.epoch, home.day), (0, Some(1)), "what the claims of these tests say");
    let claim = claim(12);
    let code = key(1).sign("zomin", &claim).unwrap();
    let admitted: TicketStage = admits(&clerk, &code).await.read(200);
    assert_eq!(
        (admitted.ticket_id, admitted.number.as_str(), admitted.stage.as_str()),
        (claim.ticket, "A1-012", "waiting")
    );
    // It waits since it was printed: before a ticket that was taken a minute later.
    let later = kiosk.takes("A01").await;
    let state: TicketState = clerk.get(&format!("/api/v1/tickets/{}", later.ticket_id)).await.read(200);
    assert_eq!(state.ahead, 1);
    let seq = hall.seq().await;
    let reported: TicketStage = kiosk.post("/api/v1/tickets/offline", report(&claim, hall.now())).await.read(200);
    assert_eq!((reported.ticket_id, reported.number.as_str()), (claim.ticket, "A1-012"));
    assert_eq!((hall.seq().await, issued(&hall).await), (seq, 2), "the report has changed nothing");
}

#[tokio::test]
async fn in_whatever_order_it_is_one_visit() {
    let hall = TestHall::open().await;
    let (kiosk, clerk) = (kiosk_with(&hall, &key(1)).await, hall.staff("Dilnoza").await);
    for (nth, order) in ["ar", "ra", "aa", "rr", "ara", "aar", "raa", "arra"].into_iter().enumerate() {
        let claim = claim(u32::try_from(nth).unwrap() + 1);
        let code = key(1).sign("zomin", &claim).unwrap();
        for step in order.chars() {
            let stage: TicketStage = match step {
                'a' => admits(&clerk, &code).await.read(200),
                _ => kiosk.post("/api/v1/tickets/offline", report(&claim, hall.now())).await.read(200),
            };
            assert_eq!((stage.ticket_id, stage.stage.as_str()), (claim.ticket, "waiting"), "{order}");
        }
        assert_eq!(issued(&hall).await, nth as u64 + 1, "{order}");
    }
}

#[tokio::test]
async fn whoever_was_served_already_is_not_let_in_again() {
    let hall = TestHall::open().await;
    let (_kiosk, clerk) = (kiosk_with(&hall, &key(1)).await, hall.clerk_at("Dilnoza", "1").await);
    let claim = Admission { further: Vec::new(), ..claim(1) };
    let code = key(1).sign("zomin", &claim).unwrap();
    admits(&clerk, &code).await.is(200);
    clerk.act("1", "call-next").await.is(200);
    clerk.act("1", "start").await.is(200);
    clerk.act("1", "complete").await.is(200);
    let again: TicketStage = admits(&clerk, &code).await.read(200);
    assert_eq!(again.stage, "closed");
    clerk.act("1", "call-next").await.is(204);
}

#[tokio::test]
async fn the_clerk_sees_the_class_that_is_not_on_paper() {
    let hall = TestHall::open().await;
    let (kiosk, clerk) = (kiosk_with(&hall, &key(1)).await, hall.clerk_at("Dilnoza", "1").await);
    kiosk.takes("A01").await;
    let code = key(1).sign("zomin", &claim(1)).unwrap();
    let body = |class: &str| json!({"command_id": Uuid::now_v7(), "code": code, "class": class});
    clerk.post("/api/v1/tickets/admit", body("royal")).await.problem(404, "no-such-value");
    clerk.post("/api/v1/tickets/admit", body("disability-1-2")).await.is(200);
    assert_eq!(clerk.act("1", "call-next").await.state().number.as_deref(), Some("A1-001"));
}

#[tokio::test]
async fn what_no_kiosk_of_this_hall_signed_is_not_let_in() {
    let hall = TestHall::open().await;
    let (kiosk, clerk) = (hall.kiosk(), hall.staff("Dilnoza").await);
    let code = key(1).sign("zomin", &claim(1)).unwrap();
    admits(&clerk, &code).await.problem(409, "code-not-ours");
    keeps(&kiosk, &key(1)).await;
    keeps(&hall.device("kiosk-2"), &key(2)).await;
    let codes = [
        key(1).sign("chortoq", &claim(1)).unwrap(),
        key(3).sign("zomin", &claim(1)).unwrap(),
        // Kiosk 2 signs for its own lane only; no kiosk has lane 9; the hub's numbers are not a kiosk's to give.
        key(2).sign("zomin", &claim(1)).unwrap(),
        key(1).sign("zomin", &Admission { number: "A9-001".to_owned(), ..claim(1) }).unwrap(),
        key(1).sign("zomin", &Admission { number: "A-001".to_owned(), ..claim(1) }).unwrap(),
    ];
    for code in codes {
        admits(&clerk, &code).await.problem(409, "code-not-ours");
    }
    for nothing in ["", "A1-001", "https://example.org/", &code[..60]] {
        admits(&clerk, nothing).await.problem(422, "no-code");
    }
    assert_eq!(issued(&hall).await, 0);
    admits(&clerk, &format!("http://10.0.0.2:8480/t/{}#{}", Uuid::nil(), code.to_lowercase())).await.is(200);
}

#[tokio::test]
async fn a_paper_of_another_day_is_not_let_in() {
    let hall = TestHall::open().await;
    let (_kiosk, clerk) = (kiosk_with(&hall, &key(1)).await, hall.staff("Dilnoza").await);
    let yesterday = u32::try_from(MORNING.0 / 1_000 - 24 * 3_600).unwrap();
    let old = Admission { printed_at_s: yesterday, day: Some(7), ..claim(1) };
    admits(&clerk, &key(1).sign("zomin", &old).unwrap()).await.problem(409, "printed-another-day");
    // A day is counted within an epoch: the same number under another hub says nothing.
    let elsewhere = Admission { epoch: 2, day: Some(1), ..old.clone() };
    admits(&clerk, &key(1).sign("zomin", &elsewhere).unwrap()).await.problem(409, "printed-another-day");
    // A kiosk whose clock stands still since yesterday, but which the hub had told of this day.
    let clock_wrong = Admission { day: Some(1), ..old };
    admits(&clerk, &key(1).sign("zomin", &clock_wrong).unwrap()).await.is(200);
    // And one whose clock is ahead: nobody waits from the future.
    let ahead = Admission { printed_at_s: u32::MAX, ..claim(2) };
    admits(&clerk, &key(1).sign("zomin", &ahead).unwrap()).await.is(200);
}

#[tokio::test]
async fn a_new_disk_has_a_new_key_and_papers_of_before_are_still_good() {
    let mut hall = TestHall::open().await;
    let kiosk = kiosk_with(&hall, &key(1)).await;
    keeps(&kiosk, &key(2)).await;
    keeps(&kiosk, &key(2)).await;
    hall.reopen().await;
    let (kiosk, clerk) = (hall.kiosk(), hall.staff("Dilnoza").await);
    admits(&clerk, &key(1).sign("zomin", &claim(1)).unwrap()).await.is(200);
    admits(&clerk, &key(2).sign("zomin", &claim(2)).unwrap()).await.is(200);
    for seed in 3..=6 {
        keeps(&kiosk, &key(seed)).await;
    }
    admits(&clerk, &key(2).sign("zomin", &claim(3)).unwrap()).await.problem(409, "code-not-ours");
    admits(&clerk, &key(3).sign("zomin", &claim(4)).unwrap()).await.is(200);
    // What is no key is as if nothing had been said.
    says_key(&kiosk, &"A".repeat(52)).await.is(200);
    says_key(&kiosk, "nonsense").await.is(200);
    admits(&clerk, &key(6).sign("zomin", &claim(5)).unwrap()).await.is(200);
}
