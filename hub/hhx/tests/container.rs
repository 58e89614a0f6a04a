//! A container is the same bytes every time, and nothing in it can be changed, added, left out or blown up.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod signer;

use hhx::{
    Code, Envelope, Hash,
    container::{self, ContainerError, Entry, Limits},
    envelope::{MessageType, Party, Role, SignatureMode, SignedAs},
    line::{Position, Stream},
};
use signer::Pair;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

fn envelope() -> Envelope {
    Envelope {
        hhx: "1.0".into(),
        consignment_id: Uuid::from_u128(1),
        message_type: MessageType::Appeal,
        case_id: Uuid::from_u128(2),
        in_reply_to: None,
        sent_at: "2026-11-23T09:00:00Z".parse().unwrap(),
        test: false,
        from: Party { party: "soato:1708401".into(), system: Some("hub-01".into()), unit: None },
        to: vec![Party { party: "soato:1708401".into(), system: None, unit: None }],
        line: Some(Position { epoch: 1, seq: 1, stream: Stream::Documents, prev: Hash::ZERO }),
        service: None,
        news: None,
        outcome: None,
        figures: None,
        files: vec![],
        signature: SignedAs { mode: SignatureMode::Dev, legal: false, cert_serial: String::new() },
        ext: BTreeMap::new(),
    }
}

const ENTRIES: [Entry<'static>; 2] = [
    Entry { name: "doc/body.sealed", media_type: "application/octet-stream", role: Role::Main, bytes: b"sealed body" },
    Entry { name: "att/01.sealed", media_type: "application/octet-stream", role: Role::Attachment, bytes: b"sealed" },
];

fn packed(pair: &Pair) -> Vec<u8> {
    container::pack(envelope(), &ENTRIES, &pair.signer()).unwrap()
}

fn open(bytes: &[u8], pair: &Pair) -> Result<container::Opened, ContainerError> {
    container::open(bytes, &Limits::USUAL, &pair.trusted())
}

/// Packs the entries of a container again, changed.
fn repacked(bytes: &[u8], change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        entries.push((file.name().unwrap().into_owned(), read));
    }
    change(&mut entries);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn entry<'a>(entries: &'a mut [(String, Vec<u8>)], name: &str) -> &'a mut Vec<u8> {
    &mut entries.iter_mut().find(|(found, _)| found == name).unwrap().1
}

#[test]
fn it_opens_as_it_was_packed() {
    let pair = Pair::new();
    let opened = open(&packed(&pair), &pair).unwrap();
    assert_eq!(opened.entries["doc/body.sealed"], b"sealed body");
    assert_eq!(opened.envelope.files.len(), 2);
    assert_eq!(opened.envelope.signature.mode, SignatureMode::Dev);
    assert!(!opened.envelope.signature.legal);
    assert_eq!(opened.envelope_hash, Hash::of(&opened.envelope.to_bytes()));
}

#[test]
fn the_same_consignment_is_the_same_bytes() {
    let pair = Pair::new();
    assert_eq!(packed(&pair), packed(&pair));
}

#[test]
fn every_changed_entry_is_found() {
    let pair = Pair::new();
    let packed = packed(&pair);
    for name in
        ["mimetype", "envelope.json", "doc/body.sealed", "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"]
    {
        let changed = repacked(&packed, |entries| *entry(entries, name).last_mut().unwrap() ^= 1);
        assert!(open(&changed, &pair).is_err(), "{name}");
    }
    let body = repacked(&packed, |entries| entry(entries, "doc/body.sealed")[0] ^= 1);
    assert_eq!(open(&body, &pair).unwrap_err().code(), Code::HashMismatch);
}

#[test]
fn an_entry_added_left_out_or_doubled_is_found() {
    let pair = Pair::new();
    let packed = packed(&pair);
    let added = repacked(&packed, |entries| entries.push(("att/02.sealed".into(), b"more".to_vec())));
    assert_eq!(open(&added, &pair).unwrap_err().code(), Code::Validation);
    let fewer = repacked(&packed, |entries| entries.retain(|(name, _)| name != "att/01.sealed"));
    assert_eq!(open(&fewer, &pair).unwrap_err().code(), Code::Validation);
    let unsigned = repacked(&packed, |entries| entries.retain(|(name, _)| !name.ends_with("p7s")));
    assert_eq!(open(&unsigned, &pair).unwrap_err().code(), Code::Validation);
}

#[test]
fn a_stranger_does_not_sign_for_anybody() {
    let (pair, stranger) = (Pair::new(), Pair::new());
    assert_eq!(open(&packed(&stranger), &pair).unwrap_err().code(), Code::SignatureInvalid);
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let pair = Pair::new();
    for name in ["../etc/passwd", "doc/../x", "/doc/x", "doc/", "doc/.x", "doc/a/b", "Karimov.pdf", "doc/пас"] {
        let entry = Entry { name, ..ENTRIES[0] };
        assert!(container::pack(envelope(), &[entry], &pair.signer()).is_err(), "{name}");
        let planted = repacked(&packed(&pair), |entries| entries.push((name.into(), vec![])));
        assert!(open(&planted, &pair).is_err(), "{name}");
    }
}

#[test]
fn limits_hold_before_anything_is_unpacked() {
    let pair = Pair::new();
    let packed = packed(&pair);
    let over = |limits: Limits| container::open(&packed, &limits, &pair.trusted()).unwrap_err().code();
    assert_eq!(over(Limits { container_bytes: packed.len() - 1, ..Limits::USUAL }), Code::SizeLimit);
    assert_eq!(over(Limits { unpacked_bytes: 100, ..Limits::USUAL }), Code::SizeLimit);
    assert_eq!(over(Limits { envelope_bytes: 100, ..Limits::USUAL }), Code::SizeLimit);
    assert_eq!(over(Limits { entries: 5, ..Limits::USUAL }), Code::SizeLimit);
}

#[test]
fn a_bomb_stays_small() {
    let pair = Pair::new();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("mimetype", SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
        .unwrap();
    zip.write_all(container::MEDIA_TYPE.as_bytes()).unwrap();
    zip.start_file("envelope.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b' '; 8 * 1024 * 1024]).unwrap();
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000, "it is small on the wire");
    assert_eq!(open(&bomb, &pair).unwrap_err().code(), Code::SizeLimit);
}

#[test]
fn half_a_container_and_no_container_are_told() {
    let pair = Pair::new();
    let packed = packed(&pair);
    for length in [0, 1, 30, packed.len() / 2, packed.len() - 1] {
        assert_eq!(open(&packed[..length], &pair).unwrap_err().code(), Code::Validation, "{length}");
    }
}

#[test]
fn another_version_another_form_and_false_force_are_refused() {
    let pair = Pair::new();
    let other = container::pack(Envelope { hhx: "2.0".into(), ..envelope() }, &ENTRIES, &pair.signer()).unwrap();
    assert_eq!(open(&other, &pair).unwrap_err().code(), Code::UnsupportedVersion);
    let canonical = envelope().to_bytes();
    assert!(Envelope::read(&canonical).is_ok());
    let spaced = [b" ", canonical.as_slice()].concat();
    assert!(Envelope::read(&spaced).is_err());
    let mut claimed = envelope();
    claimed.signature.legal = true;
    assert!(Envelope::read(&claimed.to_bytes()).is_err());
}

#[test]
fn what_a_newer_version_adds_is_kept() {
    let mut newer = envelope();
    newer.ext.insert("weight".into(), 7.into());
    let read = Envelope::read(&newer.to_bytes()).unwrap();
    assert_eq!(read.ext["weight"], 7);
    assert_eq!(read.to_bytes(), newer.to_bytes());
}
