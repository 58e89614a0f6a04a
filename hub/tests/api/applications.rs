//! An application from the kiosk through the hub to an office and back: sealed, numbered at once, handed over, seen.

use crate::hall::{Answer, TestHall, User};
use ::applications::LIMITS;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    CaseStatus, Envelope, Hash,
    container::{self, Opened},
    envelope::{MessageType, News, SignatureMode},
    line::{Known, Mark, Verdict},
    receipt::{Delivered, Outcome, Registration},
    seal::{Bound, Opener, Recipient, SecretKey, seal},
    sign::Signer,
};
use hub::config::Config;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, sync::Notify};
use uuid::Uuid;
use wire::applications::{ApplicationFiled, ApplicationSeen, ApplicationSlot};
use words::Lang;

const SECRET: &str = "30101909990010";

/// An office on loopback that takes what it is sent and writes back what the test puts into its inbox.
#[derive(Clone)]
struct Office(Arc<Desk>);

struct Desk {
    key: SecretKey,
    signing_key: String,
    certificate: String,
    state: Mutex<Received>,
    took: Notify,
    fetched: Notify,
}

#[derive(Default)]
struct Received {
    mark: Option<Mark>,
    /// The hall's certificate, once it has one.
    trusted: String,
    opened: Vec<Opened>,
    inbox: Vec<(Uuid, Vec<u8>)>,
}

impl Office {
    fn new() -> Office {
        let made = rcgen::generate_simple_self_signed(vec!["office".to_owned()]).unwrap();
        Office(Arc::new(Desk {
            key: SecretKey::new().unwrap(),
            signing_key: made.signing_key.serialize_pem(),
            certificate: made.cert.pem(),
            state: Mutex::default(),
            took: Notify::new(),
            fetched: Notify::new(),
        }))
    }

    fn signer(&self) -> Signer {
        Signer::from_pem(&self.0.signing_key, &self.0.certificate, SignatureMode::Dev).unwrap()
    }

    async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/consignments", post(take))
            .route("/v1/inbox", get(inbox))
            .route("/v1/inbox/{id}/ack", post(acknowledge))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    /// The demo hall with this office.
    fn config(&self, folder: &Folder, url: &str) -> Config {
        fs::write(folder.0.join("office.pem"), &self.0.certificate).unwrap();
        fs::write(folder.0.join("token"), "a token of the hall\n").unwrap();
        let public = &self.0.key.recipient.public;
        let text = format!(
            "{}\n[exchange]\nhub = \"hub-01\"\nparty = \"soato:1708209\"\nurl = \"{url}\"\ntoken = \"token\"\n\
             certificate = \"office.pem\"\n[[exchange.key]]\npublic = \"{public}\"\n",
            include_str!("../../demo/hall.toml")
        );
        Config::parse(&text, &folder.0.join("hall.toml")).unwrap()
    }

    fn write(&self, about: &Opened, change: impl FnOnce(&mut Envelope)) {
        let mut envelope = Envelope {
            consignment_id: Uuid::now_v7(),
            message_type: MessageType::Ack,
            in_reply_to: Some(about.envelope.consignment_id),
            line: None,
            service: None,
            ..about.envelope.clone()
        };
        change(&mut envelope);
        let id = envelope.consignment_id;
        let container = container::pack(envelope, &[], &self.signer()).unwrap();
        self.0.state.lock().unwrap().inbox.push((id, container));
    }

    async fn next(&self) -> Opened {
        self.0.took.notified().await;
        self.0.state.lock().unwrap().opened.last().unwrap().clone()
    }
}

async fn take(State(office): State<Office>, body: Bytes) -> (StatusCode, String) {
    let mut state = office.0.state.lock().unwrap();
    let trusted = hhx::sign::certificates(&state.trusted).unwrap();
    let opened = container::open(&body, &LIMITS, &trusted).unwrap();
    let mark = state.mark.unwrap_or(Mark::NONE);
    let Verdict::Keep(moved) = mark.judge((opened.envelope.line.unwrap(), opened.envelope_hash), Known::Not) else {
        panic!("the line is in order")
    };
    state.mark = Some(moved);
    let receipt = Delivered {
        receipt_id: Uuid::now_v7(),
        consignment_id: opened.envelope.consignment_id,
        sha256: Hash::of(&body),
        received_at: "2026-03-20T05:00:00Z".parse().unwrap(),
        high_water: moved.high_water,
        durable_high_water: moved.high_water,
        chain: moved.chain,
        signature: String::new(),
    };
    let receipt = receipt.signed(&office.signer()).unwrap();
    state.opened.push(opened);
    office.0.took.notify_one();
    (StatusCode::CREATED, serde_json::to_string(&receipt).unwrap())
}

/// The whole inbox, always: what came twice is known by its id.
async fn inbox(State(office): State<Office>) -> String {
    let waiting = loop {
        let waiting = office.0.state.lock().unwrap().inbox.clone();
        if !waiting.is_empty() {
            break waiting;
        }
        tokio::task::yield_now().await;
    };
    let consignments = (1..).zip(waiting).map(|(cursor, (id, container)): (u64, _)| {
        json!({"cursor": cursor, "consignment_id": id, "container": STANDARD.encode(container)})
    });
    json!({"consignments": consignments.collect::<Vec<_>>()}).to_string()
}

async fn acknowledge(State(office): State<Office>) -> StatusCode {
    office.0.state.lock().unwrap().inbox.clear();
    office.0.fetched.notify_one();
    StatusCode::NO_CONTENT
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("navbat-office-{}", Uuid::now_v7()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

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
    let hall = TestHall::open_with(office.config(&folder, &url)).await;
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
    let hall = TestHall::open_with(office.config(&folder, "http://127.0.0.1:9")).await;
    let kiosk = hall.kiosk();
    let (_, body) = prepared(&kiosk).await;
    let filed: ApplicationFiled = files(&kiosk, &body).await.read(201);
    let seen: ApplicationSeen = asks(&kiosk, &filed.number, "4567").await.read(200);
    assert_eq!((seen.status.as_str(), seen.due), ("submitted", filed.due));
}

#[tokio::test]
async fn no_file_of_the_hub_holds_what_was_written_nor_its_key() {
    let (office, folder) = (Office::new(), Folder::new());
    let mut hall = TestHall::open_with(office.config(&folder, "http://127.0.0.1:9")).await;
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
    let hall = TestHall::open_with(office.config(&folder, "http://127.0.0.1:9")).await;
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
    let hall = TestHall::open_with(office.config(&folder, "http://127.0.0.1:9")).await;
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
