//! A hall in a folder of its own, and an office that can open what it is sent.

use applications::{Applications, Filed, Filing, OfficeKey, Settings, Slot, signer_in};
use hhx::{
    Hash,
    envelope::{Consent, MessageType, SignatureMode},
    seal::{Bound, SecretKey, seal},
    sign::Signer,
};
use jiff::{Timestamp, civil::Date};
use std::{
    fs,
    path::{Path, PathBuf},
};
use uuid::Uuid;

pub(crate) const HUB: &str = "hub-01";
pub(crate) const PARTY: &str = "soato:1708209";
/// What a citizen wrote, and what must be found in no file.
pub(crate) const SECRET: &str = "30101909990010";

pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("navbat-applications-{}", Uuid::now_v7()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The office's keys.
pub(crate) struct Office {
    pub(crate) key: SecretKey,
    signing_key: String,
    certificate: String,
}

impl Office {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["office".to_owned()]).unwrap();
        let (signing_key, certificate) = (made.signing_key.serialize_pem(), made.cert.pem());
        Self { key: SecretKey::new().unwrap(), signing_key, certificate }
    }

    pub(crate) fn signer(&self) -> Signer {
        Signer::from_pem(&self.signing_key, &self.certificate, SignatureMode::Dev).unwrap()
    }

    pub(crate) fn hall(&self, folder: &Path, epoch: u32) -> Applications {
        Applications::open(folder, self.settings(folder, epoch)).unwrap()
    }

    pub(crate) fn settings(&self, folder: &Path, epoch: u32) -> Settings {
        let (signer, certificate) = signer_in(folder, HUB).unwrap();
        let office_key = OfficeKey {
            recipient: self.key.recipient.clone(),
            from: Timestamp::UNIX_EPOCH,
            until: "2099-01-01T00:00:00Z".parse().unwrap(),
        };
        Settings {
            hub: HUB.to_owned(),
            party: PARTY.to_owned(),
            epoch,
            office_keys: vec![office_key],
            office_certificates: hhx::sign::certificates(&self.certificate).unwrap(),
            signer,
            certificate,
            test: false,
        }
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub(crate) fn today() -> Date {
    "2026-11-23".parse().unwrap()
}

pub(crate) fn filing(slot: &Slot, header: hhx::seal::Header) -> Filing {
    Filing {
        case_id: slot.case_id,
        seal: header,
        service: "A01".to_owned(),
        catalogue_version: "v1".to_owned(),
        message_type: MessageType::Appeal,
        language: "uz-Latn".to_owned(),
        ticket: Some(Uuid::from_u128(7)),
        consent: Consent {
            text_version: "1".to_owned(),
            sha256: Hash::of(b"text"),
            at: now(),
            channel: "kiosk".to_owned(),
        },
        phone_tail: Some("4567".parse().unwrap()),
        due: Some("2026-12-08".parse().unwrap()),
    }
}

/// What a kiosk seals for a slot.
pub(crate) fn sealed(slot: &Slot) -> hhx::seal::Sealed {
    let bound =
        Bound { hub: slot.hub.clone(), epoch: slot.epoch, number: slot.number.clone(), schema: "A01/v1".to_owned() };
    seal(bound, &slot.recipients, &[SECRET.as_bytes(), b"a scan"]).unwrap()
}

/// Files an application as a kiosk does.
pub(crate) fn file(hall: &Applications) -> Filed {
    let slot = hall.reserve(Uuid::now_v7(), now(), today()).unwrap();
    let sealed = sealed(&slot);
    for (nth, piece) in (0..).zip(&sealed.pieces) {
        hall.keep_piece(slot.case_id, nth, piece).unwrap();
    }
    hall.file(&filing(&slot, sealed.header), now()).unwrap()
}
