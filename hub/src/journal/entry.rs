//! A row of the journal, its place in the hash chain, and how it is written and read.
//!
//! `hash` is SHA-256 over the previous hash and every field, each framed by its length, so that no two different rows
//! have the same bytes. Whoever changes, removes or swaps a row breaks the chain from there on.

use super::fingerprint::Fingerprint;
use queue::{
    command::Actor,
    event::Event,
    ids::{CommandId, DeviceId},
    time::Time,
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A link of the chain.
pub(super) type Hash = [u8; 32];

/// What the first row follows.
pub(super) const GENESIS: Hash = [0; 32];
/// The shape of events this program writes.
pub(super) const VERSION: u16 = 1;

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) day: u32,
    pub(super) at: Time,
    pub(super) device: Option<DeviceId>,
    pub(super) nth: u32,
    pub(super) command_id: CommandId,
    /// As written, so that the chain does not depend on how a later program writes JSON.
    pub(super) actor: String,
    pub(super) version: u16,
    /// As written.
    pub(super) event: String,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) prev_hash: Hash,
    pub(super) hash: Hash,
}

/// An actor or event as the journal writes it.
pub(super) fn written<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("actors and events are plain data with text keys")
}

impl Entry {
    /// The hash this row must have.
    pub(super) fn proper_hash(&self) -> Hash {
        let mut bytes = Sha256::new();
        let mut field = |value: &[u8]| {
            bytes.update((value.len() as u64).to_be_bytes());
            bytes.update(value);
        };
        field(b"navbat entry");
        field(&self.prev_hash);
        field(&self.seq.to_be_bytes());
        field(&self.day.to_be_bytes());
        field(&self.at.0.to_be_bytes());
        // A code is never empty, so an empty field is a missing device.
        field(self.device.as_ref().map_or("", DeviceId::as_str).as_bytes());
        field(&self.nth.to_be_bytes());
        field(self.command_id.0.as_bytes());
        field(self.actor.as_bytes());
        field(&self.version.to_be_bytes());
        field(self.event.as_bytes());
        field(self.fingerprint.as_ref().map_or(&[], |fingerprint| fingerprint.as_slice()));
        bytes.finalize().into()
    }

    /// The event, if this program knows its shape.
    pub(super) fn event(&self) -> Result<Event, serde_json::Error> {
        serde_json::from_str(&self.event)
    }

    /// The actor, if this program knows it.
    pub(super) fn actor(&self) -> Result<Actor, serde_json::Error> {
        serde_json::from_str(&self.actor)
    }
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select seq, day, at, device, nth, command_id, actor, version, event, fingerprint, prev_hash, hash ",
            "from entry where ",
            $which
        )
    };
}

/// Appends rows.
pub(super) fn append(conn: &Connection, entries: &[Entry]) -> rusqlite::Result<()> {
    let sql = "insert into entry (seq, day, at, device, nth, command_id, actor, version, event, fingerprint, prev_hash, \
               hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = conn.prepare_cached(sql)?;
    for entry in entries {
        insert.execute(params![
            entry.seq,
            entry.day,
            entry.at.0,
            entry.device.as_ref().map(DeviceId::as_str),
            entry.nth,
            entry.command_id.0.as_bytes(),
            entry.actor,
            entry.version,
            entry.event,
            entry.fingerprint.as_ref().map(Fingerprint::as_slice),
            entry.prev_hash,
            entry.hash,
        ])?;
    }
    Ok(())
}

/// The rows of one command, in order.
pub(super) fn of_command(conn: &Connection, id: CommandId) -> rusqlite::Result<Vec<Entry>> {
    let mut select = conn.prepare_cached(select!("command_id = ? order by nth"))?;
    let rows = select.query_map([id.0.as_bytes()], read)?;
    rows.collect()
}

/// Every row after `seq`, in order, one by one.
pub(super) fn each_after<E: From<rusqlite::Error>>(
    conn: &Connection,
    seq: u64,
    mut take: impl FnMut(Entry) -> Result<(), E>,
) -> Result<(), E> {
    let mut select = conn.prepare_cached(select!("seq > ? order by seq"))?;
    let mut rows = select.query([seq])?;
    while let Some(row) = rows.next()? {
        take(read(row)?)?;
    }
    Ok(())
}

/// The hash of a row, if it is there.
pub(super) fn hash_of(conn: &Connection, seq: u64) -> rusqlite::Result<Option<Hash>> {
    conn.query_row("select hash from entry where seq = ?", [seq], |row| row.get(0)).optional()
}

/// A hash as it is written for people and on the wire.
pub(super) fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let device: Option<String> = row.get(3)?;
    let device = device.map(|code| code.parse().map_err(|e| wrong(3, e))).transpose()?;
    Ok(Entry {
        seq: row.get(0)?,
        day: row.get(1)?,
        at: Time(row.get(2)?),
        device,
        nth: row.get(4)?,
        command_id: CommandId(Uuid::from_bytes(row.get(5)?)),
        actor: row.get(6)?,
        version: row.get(7)?,
        event: row.get(8)?,
        fingerprint: row.get(9)?,
        prev_hash: row.get(10)?,
        hash: row.get(11)?,
    })
}

fn wrong(column: usize, e: queue::ids::NotACode) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(e))
}
