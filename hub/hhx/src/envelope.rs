//! The envelope: what every consignment says of itself, and all that may be read without a key.
//!
//! No name, phone, identity number, address or free text of a citizen is in it: those are in the sealed body. Keys that
//! are not known are kept and ignored, at the top only, so that an older office can pass on what a newer hall wrote.
//! The same shape is published as a JSON Schema; tests hold both together.

use crate::{CaseStatus, Hash, line::Position, receipt::Outcome};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The version this crate speaks.
pub const VERSION: &str = "1.0";
/// The JSON Schema of an envelope, which an office serves to whoever writes the other end.
pub const SCHEMA: &str = include_str!("../schema/envelope-1.0.json");

/// What a consignment says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The protocol's version, `1.0`; a reader refuses another major.
    pub hhx: String,
    /// The same at every attempt.
    pub consignment_id: Uuid,
    /// What it is.
    pub message_type: MessageType,
    /// The case it belongs to: the same from the application to the answer.
    pub case_id: Uuid,
    /// The consignment it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<Uuid>,
    /// When it was written, by the sender's clock.
    pub sent_at: Timestamp,
    /// A rehearsal: it is taken, numbered apart, and never answered by law.
    pub test: bool,
    /// Who sends.
    pub from: Party,
    /// To whom.
    pub to: Vec<Party>,
    /// The place on the sender's line; what goes from an office to a hall has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Position>,
    /// What service is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// A new status of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// R2 or R3, for `ack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// A day's figures, for the statistics' stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Value>,
    /// The container's other entries.
    pub files: Vec<File>,
    /// Who signs the manifest, and with what force.
    pub signature: SignedAs,
    /// What a newer version has added.
    #[serde(flatten)]
    pub ext: BTreeMap<String, Value>,
}

/// What a consignment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// Asks for a service.
    Application,
    /// An application, proposal or complaint in the sense of ЗРУ-445.
    Appeal,
    /// The office's answer, with its papers.
    Answer,
    /// A decision of the khokim.
    Decision,
    /// News of a case.
    Status,
    /// A task for somebody.
    Task,
    /// What became of a task.
    TaskReport,
    /// More for a case that is there.
    Addition,
    /// The citizen takes it back.
    Recall,
    /// R2 or R3.
    Ack,
    /// A day's figures.
    Figures,
}

/// Who sends or is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The office by its code: `soato:1708401`.
    pub party: String,
    /// The machine, as `hub-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The unit within.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What is asked for, without what the citizen wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The code in the catalogue, as `A01`.
    pub code: String,
    /// The form as it was filled in: the hash of its description.
    pub catalogue_version: String,
    /// The hall's own number, on the citizen's slip.
    pub number: String,
    /// When the citizen filed it.
    pub filed_at: Timestamp,
    /// The language to answer in.
    pub language: String,
    /// The ticket it came with, if any: an id, not a number that is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Uuid>,
    /// To what the citizen agreed.
    pub consent: Consent,
}

/// Proof of consent that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Version of the text.
    pub text_version: String,
    /// SHA-256 of the text as it was shown.
    pub sha256: Hash,
    /// When.
    pub at: Timestamp,
    /// Where: `kiosk` or `counter`.
    pub channel: String,
}

/// News of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct News {
    /// It stands so now.
    pub status: CaseStatus,
    /// Since then.
    pub at: Timestamp,
    /// The answer is due on this day, if that has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

/// An entry of the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where in the container: `doc/…` or `att/…`.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Of the bytes as they are in the container.
    pub sha256: Hash,
    /// What it is for.
    pub role: Role,
}

/// What an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The header of the seal, readable.
    Seal,
    /// The body.
    Main,
    /// What was added to it.
    Attachment,
}

/// Who signs, and what that is worth. Stated here, under the signature, so that it cannot be told otherwise later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAs {
    /// With which kind of key.
    pub mode: SignatureMode,
    /// Whether it binds in law: true for `eimzo` only.
    pub legal: bool,
    /// The certificate's serial number, in hexadecimal.
    pub cert_serial: String,
}

/// With which kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureMode {
    /// A person's key of the national centre.
    Eimzo,
    /// The machine key of an office.
    OrgSeal,
    /// A key made for development, without legal force.
    Dev,
}

/// Why an envelope is not one.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not JSON, or not of this shape.
    #[error("the envelope is not as described: {0}")]
    Shape(#[from] serde_json::Error),
    /// Another major version.
    #[error("HHX {0} is not spoken here")]
    Version(String),
    /// The bytes are not RFC 8785.
    #[error("the envelope is not in canonical form")]
    NotCanonical,
    /// Force in law is claimed by a key that has none.
    #[error("only a signature of the national centre has legal force")]
    FalseForce,
}

impl Envelope {
    /// One that says nothing yet but who writes to whom, about which case, when.
    #[must_use]
    pub fn new(message_type: MessageType, case_id: Uuid, (from, to): (Party, Party), sent_at: Timestamp) -> Self {
        Self {
            hhx: VERSION.to_owned(),
            consignment_id: Uuid::now_v7(),
            message_type,
            case_id,
            in_reply_to: None,
            sent_at,
            test: false,
            from,
            to: vec![to],
            line: None,
            service: None,
            news: None,
            outcome: None,
            figures: None,
            files: Vec::new(),
            // Whoever packs it says with which key.
            signature: SignedAs { mode: SignatureMode::Dev, legal: false, cert_serial: String::new() },
            ext: BTreeMap::new(),
        }
    }

    /// The canonical bytes: what is packed, hashed and chained.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::canonical(self)
    }

    /// Reads the bytes of an envelope.
    ///
    /// # Errors
    ///
    /// If they are none, or not in canonical form.
    pub fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let version: VersionOnly = serde_json::from_slice(bytes)?;
        if version.hhx.split('.').next() != VERSION.split('.').next() {
            return Err(EnvelopeError::Version(version.hhx.chars().take(16).collect()));
        }
        let value: Value = serde_json::from_slice(bytes)?;
        if crate::canonical(&value) != bytes {
            return Err(EnvelopeError::NotCanonical);
        }
        let envelope: Self = serde_json::from_value(value)?;
        if envelope.signature.legal && envelope.signature.mode != SignatureMode::Eimzo {
            return Err(EnvelopeError::FalseForce);
        }
        Ok(envelope)
    }
}

#[derive(Deserialize)]
struct VersionOnly {
    hhx: String,
}
