#![doc = include_str!("../README.md")]

mod ask;
mod desk;
mod file;
mod inbox;
mod keys;
mod learn;
mod line;
mod outbox;
mod store;
mod verify;

pub use ask::{Asked, NotTold, Seen};
pub use desk::{Addition, Known, NotDone, NotOpened, Opening};
pub use file::{Filed, Filing, NotFiled, PIECE_BYTES_MAX, PIECES_MAX};
pub use hhx::{number::Number, seal::Slot, tail::PhoneTail};
pub use inbox::{NotTaken, Taking};
pub use keys::{DAY_KEY, NoSigner, OfficeKey, signer_in};
pub use learn::{Learned, Lesson};
pub use outbox::{Answer, Due, Halt, Parcel, Waiting, pause_ms};
pub use store::{FILE_NAME, StoreError};
pub use verify::{Fault, Sound, verify};

use hhx::{
    container::Limits,
    seal::{Recipient, SecretKey},
    sign::Signer,
};
use jiff::civil::Date;
use rusqlite::Connection;
use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use x509_cert::Certificate;

/// What a container of this hall may be.
pub const LIMITS: Limits = Limits::USUAL;

/// Who this hall is, and whom it writes to.
pub struct Settings {
    /// The hub's name at its office, as `hub-01`.
    pub hub: String,
    /// The office the hall belongs to, as `soato:1708209`; applications are addressed to it.
    pub party: String,
    /// The hub's life.
    pub epoch: u32,
    /// Keys of the office that may be sealed to.
    pub office_keys: Vec<OfficeKey>,
    /// Certificates the office signs with.
    pub office_certificates: Vec<Certificate>,
    /// The hall's own signer.
    pub signer: Signer,
    /// The signer's certificate.
    pub certificate: Certificate,
    /// A rehearsal: said on every consignment.
    pub test: bool,
}

/// Everything citizens filed in this hall. Cheap to clone.
#[derive(Clone)]
pub struct Applications(Arc<Inner>);

struct Inner {
    db: Mutex<Connection>,
    settings: Settings,
    day: Mutex<Option<(Date, SecretKey)>>,
    asked: Mutex<ask::Limits>,
}

impl Applications {
    /// Opens the hall's file, makes it if there is none, and brings what waits onto the line of this life.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened, or is a newer program's.
    pub fn open(folder: &Path, settings: Settings) -> Result<Applications, StoreError> {
        let db = store::open(&folder.join(FILE_NAME))?;
        let inner = Inner { db: Mutex::new(db), settings, day: Mutex::default(), asked: Mutex::default() };
        let applications = Applications(Arc::new(inner));
        applications.begin_life()?;
        Ok(applications)
    }

    /// The key of the day, made when it is first asked for; yesterday's goes, and with it what it opened.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn day_key(&self, today: Date) -> Result<Recipient, hhx::seal::SealError> {
        let mut day = self.0.day.lock().unwrap_or_else(PoisonError::into_inner);
        if day.as_ref().is_none_or(|(of, _)| *of != today) {
            *day = Some((today, SecretKey::new()?));
        }
        let (_, key) = day.as_ref().expect("it was made above");
        Ok(key.recipient.clone())
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // Every write is one transaction, so a panic between two of them leaves a whole file behind.
        self.0.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }
}
