//! An application from the kiosk through the hub to an office and back: sealed, numbered at once, handed over, seen.

use crate::{
    hall::{Answer, TestHall, User},
    office::{Folder, Office},
};
use hhx::{
    CaseStatus,
    envelope::{MessageType, News},
    receipt::{Outcome, Registration},
    seal::{Bound, Opener, Recipient, seal},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use uuid::Uuid;
use wire::applications::{ApplicationFiled, ApplicationSeen, ApplicationSlot};
use words::Lang;

const DEMO: &str = include_str!("../../demo/hall.toml");
const SECRET: &str = "30101909990010";

/// What a kiosk does before it files.
async fn prepared(kiosk: &User) -> (ApplicationSlot, Value) {
    let asked = json!({"command_id": Uuid::now_v7()});
    let slot: ApplicationSlot = kiosk.post("/api/v1/applications/slots", asked).await.read(201);
    let form = forms::form("A01").unwrap();
    let bound = Bound {
        hub: slot.hub.clone(),
        epoch: slot.epoch,
        number: slot.number.clone(),
        schema: format!("A01/{}", form.version),
    };
    let recipients: Vec<Recipient> = slot
        .recipients
        .iter()
        .map(|key| Recipient { key_id: key.key_id.clone(), public: key.public.clone() })
        .collect();
    let sealed = seal(bound, &recipients, &[SECRET.as_bytes()]).unwrap();
    let path = format!("/api/v1/applications/{}/pieces/0", slot.case_id);
    let request = kiosk.request(Method::PUT, &path).header("content-type", "application/octet-stream");
    kiosk.send(request.body(sealed.pieces[0].clone())).await.is(204);
    let body = json!({
        "case_id": slot.case_id,
        "seal": serde_json::to_string(&sealed.header).unwrap(),
        "service": "A01",
        "form_version": form.version,
        "language": "uz-Latn",
        "consent": form.consent.sha256(Lang::UzLatn),
        "phone_tail": "4567",
    });
    (slot, body)
}

async fn files(kiosk: &User, body: &Value) -> Answer {
    kiosk.post("/api/v1/applications", body.clone()).await
}

async fn asks(kiosk: &User, number: &str, tail: &str) -> Answer {
    kiosk.post("/api/v1/applications/ask", json!({"number": number, "phone_tail": tail})).await
}

#[tokio::test]
async fn an_application_is_filed_handed_over_registered_and_seen() {
    let (office, folder) = (Office::new(), Folder::new());
    let url = office.serve().await;
    let hall = TestHall::open_with(office.config_of(&folder, &url, DEMO)).await;
    office.0.state.lock().unwrap().trusted = fs::read_to_string(hall.dir().join("signing-certificate.pem")).unwrap();
    let kiosk = hall.kiosk();
    let (slot, body) = prepared(&kiosk).await;
    let filed: ApplicationFiled = files(&kiosk, &body).await.read(201);
    assert_eq!((filed.number.as_str(), filed.due.as_deref()), (slot.number.as_str(), Some("2026-04-04")));
    assert_eq!(files(&kiosk, &body).await.read::<ApplicationFiled>(201), filed, "the same hand twice");

    let arrived = office.next().await;
    assert_eq!((arrived.envelope.case_id, arrived.envelope.message_type), (slot.case_id, MessageType::Appeal));
    let header = serde_json::from_slice(&arrived.entries["doc/seal.json"]).unwrap();
    let opener = Opener::new(&header, &office.0.key).unwrap();
    assert_eq!(&opener.open(0, &arrived.entries["doc/body.sealed"]).unwrap()[..], SECRET.as_bytes());

    office.write(&arrived, |envelope| {
        let registration = Registration {
            journal: "murojaat".into(),
            index: 12,
            reg_no: "M-12/2026".into(),
            reg_date: "2026-03-20".parse().unwrap(),
            registered_by: "registrar-1".into(),
        };
        envelope.outcome = Some(Outcome::Registered { registration, due: Some("2026-04-06".parse().unwrap()) });
    });
    office.0.fetched.notified().await;
    let seen: ApplicationSeen = asks(&kiosk, &filed.number, "4567").await.read(200);
    assert_eq!((seen.status.as_str(), seen.due.as_deref()), ("registered", Some("2026-04-06")));
    assert_eq!(seen.registration.unwrap().number, "M-12/2026");
    let steps: Vec<&str> = seen.steps.iter().map(|step| step.status.as_str()).collect();
    assert_eq!(steps, ["submitted", "delivered", "registered"]);

    office.write(&arrived, |envelope| {
        envelope.message_type = MessageType::Status;
        envelope.news = Some(News { status: CaseStatus::Assigned, at: envelope.sent_at, due: None });
    });
    office.0.fetched.notified().await;
    let seen: ApplicationSeen = asks(&kiosk, &filed.number, "4567").await.read(200);
    assert_eq!(seen.status, "assigned");
}

#[tokio::test]
async fn it_has_its_number_and_its_day_when_the_office_is_away() {
    let (office, folder) = (Office::new(), Folder::new());
    // Nobody listens there.
    let hall = TestHall::open_with(office.config_of(&folder, "http://127.0.0.1:9", DEMO)).await;
    let kiosk = hall.kiosk();
    let (_, body) = prepared(&kiosk).await;
    let filed: ApplicationFiled = files(&kiosk, &body).await.read(201);
    let seen: ApplicationSeen = asks(&kiosk, &filed.number, "4567").await.read(200);
    assert_eq!((seen.status.as_str(), seen.due), ("submitted", filed.due));
}

#[tokio::test]
async fn no_file_of_the_hub_holds_what_was_written_nor_its_key() {
    let (office, folder) = (Office::new(), Folder::new());
    let mut hall = TestHall::open_with(office.config_of(&folder, "http://127.0.0.1:9", DEMO)).await;
    let kiosk = hall.kiosk();
    let (_, body) = prepared(&kiosk).await;
    files(&kiosk, &body).await.is(201);
    hall.stop().await;
    let mut files_seen = 0;
    for entry in fs::read_dir(hall.dir()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        files_seen += 1;
        let found = bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
        assert!(!found, "{}", path.display());
        assert!(!bytes.windows(32).any(|part| part == office.0.key.bytes()), "{}", path.display());
    }
    assert!(files_seen >= 4, "journal, people, applications, keys");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_reason() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = TestHall::open_with(office.config_of(&folder, "http://127.0.0.1:9", DEMO)).await;
    let kiosk = hall.kiosk();
    let (slot, body) = prepared(&kiosk).await;
    let with = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    for (field, value, status, code) in [
        ("form_version", json!("old"), 409, "form-outdated"),
        ("consent", json!("0".repeat(64)), 422, "consent-other"),
        ("seal", json!("{}"), 422, "seal-foreign"),
        ("service", json!("A02"), 409, "form-outdated"),
        ("service", json!("Z99"), 404, "no-such-value"),
        ("language", json!("de"), 404, "no-such-value"),
        ("phone_tail", json!("45678"), 422, "bad-phone-tail"),
        ("case_id", json!(Uuid::nil()), 404, "no-slot"),
        ("name", json!("Karimov"), 422, "wrong-body"),
    ] {
        files(&kiosk, &with(field, value)).await.problem(status, code);
    }
    let piece = format!("/api/v1/applications/{}/pieces/11", slot.case_id);
    kiosk.send(kiosk.request(Method::PUT, &piece).body("x")).await.problem(422, "pieces-wrong");
    asks(&kiosk, "1-000001-9", "4567").await.problem(422, "bad-number");
    asks(&kiosk, &slot.number, "4567").await.problem(404, "no-application");
    files(&kiosk, &body).await.is(201);
    asks(&kiosk, &slot.number, "0000").await.problem(404, "no-application");
    hall.stranger().post("/api/v1/applications", body).await.problem(401, "sign-in-needed");
}

#[tokio::test]
async fn whoever_tries_endings_is_told_to_come_back() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = TestHall::open_with(office.config_of(&folder, "http://127.0.0.1:9", DEMO)).await;
    let kiosk = hall.kiosk();
    let (slot, body) = prepared(&kiosk).await;
    files(&kiosk, &body).await.is(201);
    for tail in ["0000", "0001", "0002", "0003", "0004"] {
        asks(&kiosk, &slot.number, tail).await.problem(404, "no-application");
    }
    let answer = asks(&kiosk, &slot.number, "4567").await;
    assert!(answer.headers.contains_key("retry-after"));
    answer.problem(429, "asked-too-often");
}

#[tokio::test]
async fn a_hall_without_an_office_says_so() {
    let hall = TestHall::open().await;
    let asked = json!({"command_id": Uuid::now_v7()});
    hall.kiosk().post("/api/v1/applications/slots", asked).await.problem(404, "no-exchange");
}
