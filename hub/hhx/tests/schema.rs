//! The published JSON Schema says of an envelope what the code says: what we make is valid, what we refuse is not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod signer;

use hhx::{
    CaseStatus, Code, Envelope, Hash,
    container::{self, Entry, Limits},
    envelope::{Consent, EnvelopeError, MessageType, News, Party, Role, SCHEMA, Service},
    line::{Position, Stream},
    receipt::{Outcome, Registration},
};
use jiff::Timestamp;
use jsonschema::Validator;
use serde_json::{Value, json};
use signer::Pair;
use uuid::Uuid;

fn validator() -> Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

fn at() -> Timestamp {
    "2026-11-23T05:00:00.25Z".parse().unwrap()
}

fn blank(kind: MessageType) -> Envelope {
    let party = |system: Option<&str>| Party {
        party: "soato:1708401".to_owned(),
        system: system.map(str::to_owned),
        unit: None,
    };
    Envelope::new(kind, Uuid::now_v7(), (party(Some("hub-01")), party(None)), at())
}

fn asked() -> Service {
    Service {
        code: "A01".to_owned(),
        catalogue_version: "1".to_owned(),
        number: "1-000001-9".to_owned(),
        filed_at: at(),
        language: "uz-Latn".to_owned(),
        ticket: Some(Uuid::now_v7()),
        consent: Consent {
            text_version: "1".to_owned(),
            sha256: Hash::of(b"text"),
            at: at(),
            channel: "kiosk".to_owned(),
        },
    }
}

fn on_line(stream: Stream) -> Option<Position> {
    Some(Position { epoch: 1, seq: 1, stream, prev: Hash::ZERO })
}

/// One of each kind that a hall or an office makes, as it is packed.
fn each_kind() -> Vec<Value> {
    let registration = Registration {
        journal: "murojaat".to_owned(),
        index: 1,
        reg_no: "M-1/26".to_owned(),
        reg_date: "2026-11-23".parse().unwrap(),
        registered_by: "office".to_owned(),
    };
    let reply = Some(Uuid::now_v7());
    let news = |status| Some(News { status, at: at(), due: Some("2026-12-08".parse().unwrap()) });
    let due = Some("2026-12-08".parse().unwrap());
    let registered = Some(Outcome::Registered { registration, due });
    let refused = Some(Outcome::Refused { code: Code::CatalogueOutdated, text: "unknown".to_owned() });
    let documents = on_line(Stream::Documents);
    let mut all = vec![
        Envelope { service: Some(asked()), line: documents, ..blank(MessageType::Appeal) },
        Envelope { service: Some(asked()), line: documents, ..blank(MessageType::Application) },
        Envelope { line: documents, ..blank(MessageType::Recall) },
        Envelope { line: documents, ..blank(MessageType::Addition) },
        Envelope { outcome: registered, in_reply_to: reply, ..blank(MessageType::Ack) },
        Envelope { outcome: refused, in_reply_to: reply, ..blank(MessageType::Ack) },
        Envelope { figures: Some(json!({"n": 1})), line: on_line(Stream::Statistics), ..blank(MessageType::Figures) },
    ];
    let told = CaseStatus::ALL.map(|status| Envelope { news: news(status), ..blank(MessageType::Status) });
    all.extend(told);
    all.push(Envelope { news: news(CaseStatus::Answered), ..blank(MessageType::Answer) });
    let pair = Pair::new();
    let (signer, trusted) = (pair.signer(), pair.trusted());
    let pack = |envelope: Envelope| {
        let json = "application/json";
        let octets = "application/octet-stream";
        let entries = [
            Entry { name: "doc/seal.json", media_type: json, role: Role::Seal, bytes: b"{}" },
            Entry { name: "doc/body.sealed", media_type: octets, role: Role::Main, bytes: b"closed" },
            Entry { name: "att/01.sealed", media_type: octets, role: Role::Attachment, bytes: b"closed too" },
        ];
        let bytes = container::pack(envelope, &entries, &signer).unwrap();
        serde_json::to_value(container::open(&bytes, &Limits::USUAL, &trusted).unwrap().envelope).unwrap()
    };
    all.into_iter().map(pack).collect()
}

#[test]
fn every_envelope_that_is_made_is_valid() {
    let (validator, made) = (validator(), each_kind());
    assert_eq!(made.len(), 22);
    for envelope in made {
        let faults: Vec<String> =
            validator.iter_errors(&envelope).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
        assert_eq!(faults, [""; 0], "{envelope}");
    }
}

#[test]
fn what_a_newer_one_has_added_is_valid_at_the_top() {
    let mut envelope = each_kind().remove(0);
    envelope["hhx"] = json!("1.7");
    envelope["added_later"] = json!({"anything": [1, 2]});
    assert!(validator().is_valid(&envelope));
    let read = Envelope::read(&hhx::canonical(&envelope)).unwrap();
    assert_eq!(read.ext["added_later"], json!({"anything": [1, 2]}));
    assert_eq!(hhx::canonical(&envelope), read.to_bytes(), "and is passed on");
}

/// Each is wrong in one way; those that the code refuses too are marked.
fn wrong() -> Vec<(&'static str, Value, bool)> {
    let good = || each_kind().remove(0);
    let with = |path: &str, value: Value| {
        let mut envelope = good();
        *envelope.pointer_mut(path).unwrap() = value;
        envelope
    };
    let without = |name: &str| {
        let mut envelope = good();
        envelope.as_object_mut().unwrap().remove(name).unwrap();
        envelope
    };
    let mut more = good();
    more["line"]["more"] = json!(1);
    let mut force = good();
    force["signature"]["legal"] = json!(true);
    let mut ack = each_kind().remove(4);
    ack.as_object_mut().unwrap().remove("outcome");
    vec![
        ("another major version", with("/hhx", json!("2.0")), true),
        ("no version", without("hhx"), true),
        ("no id", without("consignment_id"), true),
        ("an id that is none", with("/consignment_id", json!("7")), true),
        ("an unknown kind", with("/message_type", json!("parcel")), true),
        ("no sender", without("from"), true),
        ("nobody to send to", with("/to", json!([])), false),
        ("a sender without a code", with("/from/party", json!("Jizzax")), false),
        ("no place on the line", without("line"), false),
        ("a place before the first", with("/line/seq", json!(0)), false),
        ("a place with more", more, true),
        ("a chain that is no hash", with("/line/prev", json!("00")), true),
        ("a third stream", with("/line/stream", json!("urgent")), true),
        ("an appeal without a service", without("service"), false),
        ("an unknown language", with("/service/language", json!("tlh")), false),
        ("a file outside", with("/files/0/name", json!("../etc/passwd")), false),
        ("a role that is none", with("/files/0/role", json!("virus")), true),
        ("force in law that a key for development has not", force, true),
        ("a moment that is none", with("/sent_at", json!("yesterday")), true),
        ("an acknowledgement of nothing", ack, false),
        ("no object", json!([]), true),
    ]
}

#[test]
fn what_is_wrong_is_not_valid() {
    let validator = validator();
    for (what, envelope, refused) in wrong() {
        assert!(!validator.is_valid(&envelope), "{what}: {envelope}");
        let read = Envelope::read(&hhx::canonical(&envelope));
        assert!(!refused || read.is_err(), "{what} is read");
        if what == "another major version" {
            assert!(matches!(read, Err(EnvelopeError::Version(_))));
        }
    }
}
