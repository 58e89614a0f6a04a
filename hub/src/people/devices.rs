//! Devices: enrolled once with a pairing code that a manager reads out, known afterwards by their own token.
//!
//! Pairing codes live in memory only: ten minutes, and five wrong codes end every open one, so that eight digits are
//! enough.

use super::{By, People, PeopleError, Token, store, token::TokenHash};
use queue::{
    ids::{ClerkId, DeviceId},
    time::{Span, Time},
};
use rusqlite::{Connection, params};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// Digits of a pairing code.
pub const PAIRING_CODE_DIGITS: usize = 8;
/// A code is good this long.
const PAIRING_WITHIN: Span = Span::minutes(10);
/// Wrong codes that end every open pairing.
const PAIRING_TRIES_MAX: u32 = 5;
/// Pairings open at once.
const PAIRINGS_MAX: usize = 16;
/// Tokens one device may have; a new one beyond ends the oldest.
const TOKENS_PER_DEVICE_MAX: i64 = 8;
/// Journals remembered of one kiosk: disks do not break more often.
const JOURNALS_PER_DEVICE_MAX: u32 = 1_000;

/// Why a device is not paired.
#[derive(Debug, thiserror::Error)]
pub enum PairingRefused {
    /// No open pairing has this code.
    #[error("no open pairing has this code")]
    WrongCode,
    /// Too many pairings are open.
    #[error("too many pairings are open")]
    TooMany,
    /// `people.db` failed.
    #[error("people.db failed")]
    People(#[from] PeopleError),
}

/// Pairings that wait for their device.
#[derive(Default)]
pub(super) struct Pairings(Mutex<Open>);

#[derive(Default)]
struct Open {
    waiting: Vec<Pairing>,
    wrong: u32,
}

struct Pairing {
    code: String,
    device: DeviceId,
    since: Time,
}

impl People {
    /// The device of a token.
    pub fn device(&self, token: &str) -> Option<DeviceId> {
        let hash = TokenHash::of(token)?;
        self.0.devices.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned()
    }

    /// Gives a device a token of its own.
    pub fn enrol(&self, device: &DeviceId, by: &By, now: Time) -> Result<Token, PeopleError> {
        let token = Token::random().ok_or(PeopleError::Hashing)?;
        let hash = TokenHash::of(token.as_str()).ok_or(PeopleError::Hashing)?;
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "insert into device_token (token_hash, device, made_at) values (?1, ?2, ?3)";
        tx.execute(sql, params![hash.0, device.as_str(), now.0])?;
        let sql = "delete from device_token where device = ?1 and rowid not in
                   (select rowid from device_token where device = ?1 order by made_at desc, rowid desc limit ?2)";
        tx.execute(sql, params![device.as_str(), TOKENS_PER_DEVICE_MAX])?;
        store::audit(&tx, &store::Change { at: now, by, what: "enrol", whom: device.as_str() })?;
        tx.commit()?;
        *self.0.devices.write().unwrap_or_else(PoisonError::into_inner) = load(&db)?;
        Ok(token)
    }

    /// A code that a manager reads out to whoever installs the device.
    pub fn offer_pairing(&self, device: &DeviceId, by: &ClerkId, now: Time) -> Result<String, PairingRefused> {
        let code = random_code().ok_or(PeopleError::Hashing)?;
        let mut open = self.0.pairings.open(now);
        if open.waiting.len() >= PAIRINGS_MAX {
            return Err(PairingRefused::TooMany);
        }
        open.waiting.push(Pairing { code: code.clone(), device: device.clone(), since: now });
        open.wrong = 0;
        let by = By::Staff(by.clone());
        store::audit(&self.db(), &store::Change { at: now, by: &by, what: "offer-pairing", whom: device.as_str() })?;
        Ok(code)
    }

    /// Ends a pairing: the device gets its token, the code is gone.
    pub fn pair(&self, code: &str, now: Time) -> Result<(DeviceId, Token), PairingRefused> {
        let device = {
            let mut open = self.0.pairings.open(now);
            let Some(at) = open.waiting.iter().position(|p| p.code == code) else {
                open.wrong += 1;
                if open.wrong >= PAIRING_TRIES_MAX && !open.waiting.is_empty() {
                    tracing::warn!("open pairings ended after {PAIRING_TRIES_MAX} wrong codes");
                    open.waiting.clear();
                }
                return Err(PairingRefused::WrongCode);
            };
            open.waiting.swap_remove(at).device
        };
        let token = self.enrol(&device, &By::Shell, now)?;
        Ok((device, token))
    }
}

impl People {
    /// Which journal of a kiosk this is, from 1: the first, or one that came after a disk was lost.
    pub fn generation(&self, device: &DeviceId, journal: Uuid, now: Time) -> Result<u32, PeopleError> {
        if let Some(known) =
            self.0.journals.read().unwrap_or_else(PoisonError::into_inner).get(&(device.clone(), journal))
        {
            return Ok(*known);
        }
        let db = self.db();
        let sql = "insert or ignore into kiosk_journal (device, journal, first_at) select ?1, ?2, ?3
                   where (select count(*) from kiosk_journal where device = ?1) < ?4";
        db.execute(sql, params![device.as_str(), journal.as_bytes(), now.0, JOURNALS_PER_DEVICE_MAX])?;
        let journals = journals(&db)?;
        let nth = journals.get(&(device.clone(), journal)).copied().unwrap_or(JOURNALS_PER_DEVICE_MAX);
        if nth > 1 {
            tracing::warn!(%device, nth, "kiosk {device} comes with its journal number {nth}: its disk was replaced");
        }
        *self.0.journals.write().unwrap_or_else(PoisonError::into_inner) = journals;
        Ok(nth)
    }
}

impl Pairings {
    fn open(&self, now: Time) -> std::sync::MutexGuard<'_, Open> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.waiting.retain(|p| now.since(p.since) < PAIRING_WITHIN && p.since <= now);
        open
    }
}

/// Every kiosk's journals, and which of its kiosk each is.
pub(super) fn journals(db: &Connection) -> Result<BTreeMap<(DeviceId, Uuid), u32>, PeopleError> {
    let sql = "select device, journal, row_number() over (partition by device order by nth) from kiosk_journal";
    let mut rows = db.prepare(sql)?;
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 16]>(1)?, row.get(2)?)))?;
    let mut journals = BTreeMap::new();
    for row in rows {
        let (device, journal, nth) = row?;
        if let Ok(device) = device.parse() {
            journals.insert((device, Uuid::from_bytes(journal)), nth);
        }
    }
    Ok(journals)
}

/// Every device's tokens.
pub(super) fn load(db: &Connection) -> Result<HashMap<TokenHash, DeviceId>, PeopleError> {
    let mut rows = db.prepare("select token_hash, device from device_token")?;
    let rows = rows.query_map([], |row| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, String>(1)?)))?;
    let mut devices = HashMap::new();
    for row in rows {
        let (hash, device) = row?;
        if let Ok(device) = device.parse() {
            devices.insert(TokenHash(hash), device);
        }
    }
    Ok(devices)
}

fn random_code() -> Option<String> {
    let limit = 10_u32.pow(u32::try_from(PAIRING_CODE_DIGITS).ok()?);
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).ok()?;
    // 2^64 is so much larger than the limit that the remainder favours no code in any way that matters.
    let code = u64::from_le_bytes(bytes) % u64::from(limit);
    Some(format!("{code:0PAIRING_CODE_DIGITS$}"))
}
