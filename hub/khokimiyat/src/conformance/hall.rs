//! A hall that sends what a hall may send, and what none should.

use super::Fault;
use hhx::{
    Envelope, Hash,
    body::{Attachment, Body},
    container::{self, Entry, Limits, Packing},
    envelope::{self, Consent, MessageType, Party, Service, SignatureMode},
    line::{Position, Stream},
    seal::{self, Bound, Recipient},
    sign::Signer,
};
use jiff::Timestamp;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};
use uuid::Uuid;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The last four digits of the phone that every rehearsal has.
pub(super) const TAIL: &str = "4567";
/// The service that every rehearsal asks for: an appeal.
const SERVICE: &str = "A01";

/// The hall that visits.
pub(super) struct Hall {
    party: String,
    pub(super) hub: String,
    pub(super) epoch: u32,
    pub(super) seq: u64,
    pub(super) chain: Hash,
    signer: Signer,
    to: Recipient,
}

/// A consignment as it is sent.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) envelope: Envelope,
    pub(super) hash: Hash,
    pub(super) bytes: Vec<u8>,
}

/// What a rehearsal is made of.
pub(super) struct Plan<'a> {
    pub(super) case_id: Uuid,
    pub(super) service: &'a str,
    pub(super) attachments: &'a [&'a [u8]],
}

impl Plan<'_> {
    /// A new appeal without anything added.
    pub(super) fn appeal() -> Plan<'static> {
        Plan { case_id: Uuid::now_v7(), service: SERVICE, attachments: &[] }
    }
}

impl Hall {
    pub(super) fn new((office, hub): (&str, &str), signer: Signer, to: Recipient) -> Hall {
        let party = format!("soato:{office}");
        Hall { party, hub: hub.to_owned(), epoch: 0, seq: 0, chain: Hash::ZERO, signer, to }
    }

    pub(super) fn begin_life(&mut self, epoch: u32) {
        (self.epoch, self.seq, self.chain) = (epoch, 0, Hash::ZERO);
    }

    /// It was taken: the next place.
    pub(super) fn went(&mut self, made: &Made) {
        (self.seq, self.chain) = (self.seq + 1, made.hash);
    }

    /// The next consignment.
    pub(super) fn appeal(&self) -> Result<Made, Fault> {
        self.made(&Plan::appeal(), |_| {})
    }

    /// The next consignment with something changed before it is signed.
    pub(super) fn made(&self, plan: &Plan<'_>, change: impl FnOnce(&mut Envelope)) -> Result<Made, Fault> {
        let number = format!("{}-{:06}", self.epoch, self.seq + 1);
        let body = serde_json::to_vec(&body(plan)).map_err(|error| error.to_string())?;
        let bound = Bound {
            hub: self.hub.clone(),
            epoch: self.epoch,
            number: number.clone(),
            schema: format!("{}/1", plan.service),
        };
        let pieces: Vec<&[u8]> = std::iter::once(body.as_slice()).chain(plan.attachments.iter().copied()).collect();
        let sealed =
            seal::seal(bound, std::slice::from_ref(&self.to), &pieces).map_err(|error| format!("the seal: {error}"))?;
        let header = hhx::canonical(&sealed.header);
        let packing = Packing::of("doc/body.sealed", &header, &sealed.pieces);
        let mut envelope = self.blank(MessageType::Appeal, plan.case_id);
        envelope.service = Some(asked(plan.service, number));
        change(&mut envelope);
        self.pack(envelope, &packing.entries())
    }

    /// An envelope for the next place.
    pub(super) fn blank(&self, kind: MessageType, case_id: Uuid) -> Envelope {
        let party = |system: Option<&String>| Party { party: self.party.clone(), system: system.cloned(), unit: None };
        let line = Some(Position { epoch: self.epoch, seq: self.seq + 1, stream: Stream::Documents, prev: self.chain });
        let parties = (party(Some(&self.hub)), party(None));
        Envelope { line, test: true, ..Envelope::new(kind, case_id, parties, Timestamp::now()) }
    }

    pub(super) fn pack(&self, envelope: Envelope, entries: &[Entry<'_>]) -> Result<Made, Fault> {
        packed(envelope, entries, &self.signer)
    }

    /// What was made, at the next place of this life, under the same id.
    pub(super) fn moved(&self, made: &Made) -> Result<Made, Fault> {
        let contents = container::contents(&made.bytes, &Limits::USUAL).map_err(|error| error.to_string())?;
        let envelope = Envelope { line: self.blank(MessageType::Appeal, Uuid::nil()).line, ..contents.envelope };
        let files = envelope.files.clone();
        let entries = entries(&files, &contents.entries);
        self.pack(envelope, &entries)
    }

    /// The next consignment, signed by somebody nobody knows.
    pub(super) fn forged(&self) -> Result<Made, Fault> {
        let pair = crate::keys::Pair::new("stranger").map_err(|error| error.to_string())?;
        let stranger = pair.signer(SignatureMode::Dev).map_err(|error| error.to_string())?;
        let made = self.appeal()?;
        let contents = container::contents(&made.bytes, &Limits::USUAL).map_err(|error| error.to_string())?;
        let files = contents.envelope.files.clone();
        let entries = entries(&files, &contents.entries);
        packed(contents.envelope, &entries, &stranger)
    }
}

/// What a container has besides its envelope, to be packed again.
fn entries<'a>(files: &'a [envelope::File], bytes: &'a BTreeMap<String, Vec<u8>>) -> Vec<Entry<'a>> {
    let entry = |file: &'a envelope::File| {
        let bytes = bytes.get(&file.name)?;
        Some(Entry { name: &file.name, media_type: &file.media_type, role: file.role, bytes })
    };
    files.iter().filter_map(entry).collect()
}

/// The same container with its entries changed after it was signed.
pub(super) fn tampered(made: &Made, change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Result<Made, Fault> {
    let read = || -> zip::result::ZipResult<Vec<(String, Vec<u8>)>> {
        let mut zip = ZipArchive::new(Cursor::new(&made.bytes))?;
        let mut all = vec![];
        for at in 0..zip.len() {
            let mut file = zip.by_index(at)?;
            let (name, mut bytes) = (file.name()?.into_owned(), vec![]);
            file.read_to_end(&mut bytes)?;
            all.push((name, bytes));
        }
        Ok(all)
    };
    let write = |all: &[(String, Vec<u8>)]| -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in all {
            zip.start_file(name.as_str(), options)?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    };
    let mut all = read().map_err(|error| error.to_string())?;
    change(&mut all);
    let bytes = write(&all).map_err(|error| error.to_string())?;
    let envelope = all.iter().find(|(name, _)| name == "envelope.json").map(|(_, bytes)| Hash::of(bytes));
    Ok(Made { envelope: made.envelope.clone(), hash: envelope.unwrap_or(made.hash), bytes })
}

fn packed(envelope: Envelope, entries: &[Entry<'_>], signer: &Signer) -> Result<Made, Fault> {
    let mut envelope = envelope;
    let bytes = container::pack(envelope.clone(), entries, signer).map_err(|error| error.to_string())?;
    // One of another version is not read here either; what was packed is known all the same.
    if let Ok(read) = container::peek(&bytes, &Limits { envelope_bytes: 1 << 24, ..Limits::USUAL }) {
        envelope = read;
    }
    let hash = Hash::of(&envelope.to_bytes());
    Ok(Made { envelope, hash, bytes })
}

fn asked(service: &str, number: String) -> Service {
    let now = Timestamp::now();
    Service {
        code: service.to_owned(),
        catalogue_version: "1".to_owned(),
        number,
        filed_at: now,
        language: "uz-Latn".to_owned(),
        ticket: None,
        consent: Consent {
            text_version: "1".to_owned(),
            sha256: Hash::of(b"a rehearsal"),
            at: now,
            channel: "counter".to_owned(),
        },
    }
}

fn body(plan: &Plan<'_>) -> Body {
    let attachment = |bytes: &&[u8]| Attachment {
        field: "attachments".to_owned(),
        name: "rehearsal.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: bytes.len() as u64,
        sha256: Hash::of(bytes),
    };
    let answers = BTreeMap::from([
        ("full_name".to_owned(), json!({ "text": "Sinov Sinovov" })),
        ("phone".to_owned(), json!({ "text": format!("+99890123{TAIL}") })),
        ("appeal_text".to_owned(), json!({ "text": "sinov" })),
    ]);
    Body {
        case_id: plan.case_id,
        service: plan.service.to_owned(),
        catalogue_version: "1".to_owned(),
        answers,
        attachments: plan.attachments.iter().map(attachment).collect(),
    }
}
