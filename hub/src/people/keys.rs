//! The keys kiosks sign their own tickets' codes with: the hub keeps the public halves.
//!
//! A kiosk has one key as long as its disk lives, and papers of before are good until the day is over, so the last few of
//! each kiosk count. Absent on purpose: taking a key back; a withdrawn device signs nothing new, and codes are of one day.

use super::{By, People, PeopleError, store};
use queue::{ids::DeviceId, time::Time};
use rusqlite::{Connection, params};
use std::{collections::BTreeMap, sync::PoisonError};
use wire::admission::PublicKey;

/// Keys that count of one kiosk: disks do not break more often in a day.
const KEYS_PER_DEVICE_MAX: i64 = 4;

/// The keys of every kiosk.
pub(super) type Keys = BTreeMap<DeviceId, Vec<PublicKey>>;

impl People {
    /// The keys that count for a kiosk.
    pub fn kiosk_keys(&self, device: &DeviceId) -> Vec<PublicKey> {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).get(device).cloned().unwrap_or_default()
    }

    /// Keeps a kiosk's key; one that is known already changes nothing.
    pub fn keep_kiosk_key(&self, device: &DeviceId, key: PublicKey, now: Time) -> Result<(), PeopleError> {
        if self.kiosk_keys(device).contains(&key) {
            return Ok(());
        }
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "insert or ignore into kiosk_key (device, public, first_at) values (?1, ?2, ?3)";
        tx.execute(sql, params![device.as_str(), key.bytes(), now.0])?;
        let sql = "delete from kiosk_key where device = ?1 and nth not in
                   (select nth from kiosk_key where device = ?1 order by nth desc limit ?2)";
        tx.execute(sql, params![device.as_str(), KEYS_PER_DEVICE_MAX])?;
        store::audit(&tx, &store::Change { at: now, by: &By::Shell, what: "kiosk-key", whom: device.as_str() })?;
        tx.commit()?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = load(&db)?;
        tracing::info!(%device, "kiosk {device} signs with a key that is new here");
        Ok(())
    }
}

/// Every kiosk's keys.
pub(super) fn load(db: &Connection) -> Result<Keys, PeopleError> {
    let mut rows = db.prepare("select device, public from kiosk_key order by nth")?;
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 32]>(1)?)))?;
    let mut keys = Keys::new();
    for row in rows {
        let (device, public) = row?;
        if let (Ok(device), Some(key)) = (device.parse(), PublicKey::from_bytes(&public)) {
            keys.entry(device).or_default().push(key);
        }
    }
    Ok(keys)
}
