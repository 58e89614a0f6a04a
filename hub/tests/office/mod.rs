//! An office on loopback: takes what it is sent, and writes back what the test puts into its inbox.

use ::applications::LIMITS;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    Envelope, Hash,
    container::{self, Opened, Packing},
    envelope::{MessageType, SignatureMode},
    line::{Known, Mark, Verdict},
    receipt::Delivered,
    seal::{Bound, Recipient, SecretKey, seal},
    sign::Signer,
};
use hub::config::Config;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, sync::Notify};
use uuid::Uuid;

/// The office.
#[derive(Clone)]
pub(crate) struct Office(pub(crate) Arc<Desk>);

pub(crate) struct Desk {
    pub(crate) key: SecretKey,
    pub(crate) signing_key: String,
    pub(crate) certificate: String,
    pub(crate) state: Mutex<Received>,
    pub(crate) took: Notify,
    pub(crate) fetched: Notify,
}

#[derive(Default)]
pub(crate) struct Received {
    pub(crate) mark: Option<Mark>,
    /// The hall's certificate, once it has one.
    pub(crate) trusted: String,
    pub(crate) opened: Vec<Opened>,
    pub(crate) inbox: Vec<(Uuid, Vec<u8>)>,
    /// Answers with their papers, by case.
    pub(crate) answers: BTreeMap<Uuid, (hhx::body::Answer, Vec<Vec<u8>>)>,
}

impl Office {
    pub(crate) fn new() -> Office {
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

    pub(crate) async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/consignments", post(take))
            .route("/v1/inbox", get(inbox))
            .route("/v1/cases/{id}/answer", get(answer))
            .route("/v1/inbox/{id}/ack", post(acknowledge))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    /// A hall with this office.
    pub(crate) fn config_of(&self, folder: &Folder, url: &str, hall: &str) -> Config {
        Config::load(&self.hall_file(folder, url, hall)).unwrap()
    }

    /// The hall's file, with what it names beside it.
    pub(crate) fn hall_file(&self, folder: &Folder, url: &str, hall: &str) -> PathBuf {
        fs::write(folder.0.join("office.pem"), &self.0.certificate).unwrap();
        fs::write(folder.0.join("token"), "a token of the hall\n").unwrap();
        let public = &self.0.key.recipient.public;
        let text = format!(
            "{hall}\n[exchange]\nhub = \"hub-01\"\nparty = \"soato:1708209\"\nurl = \"{url}\"\ntoken = \"token\"\n\
             certificate = \"office.pem\"\n[[exchange.key]]\npublic = \"{public}\"\n"
        );
        let path = folder.0.join("hall.toml");
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn write(&self, about: &Opened, change: impl FnOnce(&mut Envelope)) {
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

    pub(crate) async fn next(&self) -> Opened {
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

/// Sealed to whoever asks, as an office does it; 503 for a case that the office does not want to speak of.
async fn answer(
    State(office): State<Office>,
    Path(case_id): Path<Uuid>,
    Query(key): Query<Recipient>,
) -> Result<Vec<u8>, StatusCode> {
    let state = office.0.state.lock().unwrap();
    let (answer, papers) = state.answers.get(&case_id).ok_or(StatusCode::NOT_FOUND)?;
    if answer.text.is_empty() {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let asked = &state.opened.iter().find(|opened| opened.envelope.case_id == case_id).unwrap().envelope;
    let number = asked.service.as_ref().unwrap().number.clone();
    let bound = Bound { hub: "hub-01".to_owned(), epoch: 0, number, schema: "answer".to_owned() };
    let body = serde_json::to_vec(answer).unwrap();
    let pieces: Vec<&[u8]> = std::iter::once(body.as_slice()).chain(papers.iter().map(Vec::as_slice)).collect();
    let sealed = seal(bound, &[key], &pieces).unwrap();
    let header = hhx::canonical(&sealed.header);
    let packing = Packing::of("doc/main.sealed", &header, &sealed.pieces);
    let envelope = Envelope {
        consignment_id: Uuid::now_v7(),
        message_type: MessageType::Answer,
        line: None,
        service: None,
        files: Vec::new(),
        ..asked.clone()
    };
    Ok(container::pack(envelope, &packing.entries(), &office.signer()).unwrap())
}

async fn acknowledge(State(office): State<Office>) -> StatusCode {
    office.0.state.lock().unwrap().inbox.clear();
    office.0.fetched.notify_one();
    StatusCode::NO_CONTENT
}

pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
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
