//! An office on a PostgreSQL of its own, and a hall that sends to it.

use hhx::{
    Envelope, Hash,
    body::Body,
    calendar::Calendar,
    container::{self, Entry, Limits},
    envelope::{Consent, MessageType, Party, Role, Service, SignatureMode},
    line::{Position, Stream},
    seal::{self, Bound, Recipient, SecretKey},
    sign::Signer,
    term::WorkingHours,
};
use jiff::{Timestamp, civil::time};
use khokimiyat::{
    accept::{self, NotTaken, Receipt},
    cluster::Cluster,
    halls::{self, HallId, Known},
    keys::{self, Pair},
    office::{Clock, Cookies, Durable, Inner, Offices},
    store::Store,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

/// The office of the tests.
pub(crate) const OFFICE: &str = "1708401";

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// An office with its database. `DATABASE_URL` names one that is there already, which must be empty.
pub(crate) struct Bench {
    _cluster: Option<Cluster>,
    _folder: Folder,
    address: String,
    pair: Pair,
    seal: String,
    clock: Arc<Mutex<Timestamp>>,
}

impl Bench {
    /// Starts the database. Monday 23 November 2026, ten in the morning in Tashkent.
    pub(crate) fn start() -> Bench {
        let folder = Folder(std::env::temp_dir().join(format!("khokimiyat-{}", Uuid::now_v7().simple())));
        let (cluster, address) = match std::env::var("DATABASE_URL") {
            Ok(address) => (None, address),
            Err(_) => {
                let cluster = Cluster::start(&folder.0).expect("PostgreSQL starts");
                let address = cluster.address();
                (Some(cluster), address)
            }
        };
        let clock = Arc::new(Mutex::new("2026-11-23T05:00:00Z".parse().expect("a moment")));
        let pair = Pair::new("office").expect("a certificate");
        let seal = keys::hex(&SecretKey::new().expect("randomness")).to_string();
        Bench { _cluster: cluster, _folder: folder, address, pair, seal, clock }
    }

    /// An instance: another one each time, which knows of the others only through the database.
    pub(crate) async fn instance(&self) -> Offices {
        self.instance_that_forgets(Durable::AtCommit).await
    }

    /// An instance whose halls may forget what it has at this time.
    pub(crate) async fn instance_that_forgets(&self, durable: Durable) -> Offices {
        let key = keys::of_hex(&self.seal).expect("a key");
        let office = keys::office(&self.pair, SignatureMode::Dev, vec![key]).expect("keys");
        let now = Arc::clone(&self.clock);
        let clock: Clock = Arc::new(move || *now.lock().expect("nobody panics with the clock"));
        Offices::new(Inner {
            store: Store::open(&self.address).await.expect("the database opens"),
            offices: BTreeMap::from([(OFFICE.to_owned(), office)]),
            calendar: Calendar::built_in(),
            hours: WorkingHours { from: time(9, 0, 0, 0), until: time(18, 0, 0, 0) },
            limits: Limits { container_bytes: 4 << 20, ..Limits::USUAL },
            durable,
            clock,
            cookies: Cookies::Plain,
        })
    }

    /// It is this moment now.
    pub(crate) fn set(&self, now: &str) {
        *self.clock.lock().expect("nobody panics with the clock") = now.parse().expect("a moment");
    }
}

/// A hall with its line.
pub(crate) struct Hall {
    pub(crate) id: HallId,
    pub(crate) epoch: u32,
    pub(crate) seq: u64,
    pub(crate) chain: Hash,
    pub(crate) token: String,
    signer: Signer,
    to: Recipient,
}

/// A consignment as it lies in the hall's outbox.
#[derive(Clone)]
pub(crate) struct Packed {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
}

impl Hall {
    /// Enrols a hall.
    pub(crate) async fn enrol(offices: &Offices, hub: &str) -> Hall {
        let pair = Pair::new(hub).expect("a certificate");
        let id = HallId { office: OFFICE.to_owned(), hub: hub.to_owned() };
        let token = halls::new_token().expect("randomness");
        let known = Known { token: &token, certificates: &pair.certificate };
        halls::add(offices, &id, known, offices.now()).await.expect("the hall is added");
        let signer = pair.signer(SignatureMode::Dev).expect("a signer");
        let to = offices.offices[OFFICE].seal_keys[0].recipient.clone();
        Hall { id, epoch: 1, seq: 0, chain: Hash::ZERO, token, signer, to }
    }

    /// The next consignment: somebody asks for a service.
    pub(crate) fn file(&mut self, service: &str) -> Packed {
        self.file_as(service, Uuid::now_v7(), "Gʻulomov Oʻtkir")
    }

    /// The next consignment, of a case and a person.
    pub(crate) fn file_as(&mut self, service: &str, case_id: Uuid, name: &str) -> Packed {
        let number = format!("{}-{}", self.id.hub, self.seq + 1);
        let answers = BTreeMap::from([
            ("full_name".to_owned(), json!({ "text": name })),
            ("appeal_text".to_owned(), json!({ "text": "Koʻchamizda chiroq yoʻq" })),
        ]);
        let body = Body {
            case_id,
            service: service.to_owned(),
            catalogue_version: "1".to_owned(),
            answers,
            attachments: vec![],
        };
        let schema = format!("{service}/1");
        let bound = Bound { hub: self.id.hub.clone(), epoch: self.epoch, number: number.clone(), schema };
        let body = serde_json::to_vec(&body).expect("a body");
        let sealed = seal::seal(bound, std::slice::from_ref(&self.to), &[&body]).expect("a seal");
        let header = hhx::canonical(&sealed.header);
        let octets = "application/octet-stream";
        let entries = [
            Entry { name: "doc/seal.json", media_type: "application/json", role: Role::Seal, bytes: &header },
            Entry { name: "doc/body.sealed", media_type: octets, role: Role::Main, bytes: &sealed.pieces[0] },
        ];
        let at = "2026-11-23T04:59:00Z".parse().expect("a moment");
        let consent = Consent { text_version: "1".into(), sha256: Hash::of(b"consent"), at, channel: "kiosk".into() };
        let asked = Service {
            code: service.to_owned(),
            catalogue_version: "1".into(),
            number,
            filed_at: at,
            language: "uz-Latn".into(),
            ticket: None,
            consent,
        };
        let envelope = Envelope { service: Some(asked), ..self.blank(MessageType::Appeal, case_id) };
        self.pack(envelope, &entries)
    }

    /// An envelope without content for the next place.
    pub(crate) fn blank(&self, kind: MessageType, case_id: Uuid) -> Envelope {
        let party = format!("soato:{}", self.id.office);
        let prev = self.chain;
        let from = Party { party: party.clone(), system: Some(self.id.hub.clone()), unit: None };
        let to = Party { party, system: None, unit: None };
        let at = "2026-11-23T05:00:00Z".parse().expect("a moment");
        let line = Some(Position { epoch: self.epoch, seq: self.seq + 1, stream: Stream::Documents, prev });
        Envelope { line, ..Envelope::new(kind, case_id, (from, to), at) }
    }

    /// Packs it and takes its place on the line.
    pub(crate) fn pack(&mut self, envelope: Envelope, entries: &[Entry<'_>]) -> Packed {
        let bytes = container::pack(envelope, entries, &self.signer).expect("a container");
        let envelope = container::peek(&bytes, &Limits::USUAL).expect("its envelope");
        self.seq += 1;
        self.chain = Hash::of(&envelope.to_bytes());
        Packed { envelope, bytes }
    }

    /// Sends it to an instance.
    pub(crate) async fn send(&self, offices: &Offices, packed: &Packed) -> Result<Receipt, NotTaken> {
        accept::accept(offices, &self.id, packed.bytes.clone()).await
    }
}

/// One number out of the database.
pub(crate) async fn count(offices: &Offices, sql: &str) -> i64 {
    let db = offices.store.connection().await.expect("a connection");
    db.query_one(sql, &[]).await.expect("a number").get(0)
}

/// The code of a refusal.
pub(crate) fn code(answer: &Result<Receipt, NotTaken>) -> &'static str {
    match answer {
        Ok(Receipt::First(_)) => "first",
        Ok(Receipt::Again(_)) => "again",
        Err(NotTaken::Refused { code, .. }) => code.word(),
        Err(NotTaken::Store(error)) => panic!("the database: {error:?}"),
    }
}
