//! The halls of an office: known by a token of which only the hash is kept.
//!
//! Behind a proxy that ends mutual TLS the certificate's name takes the token's place; an instance keeps neither in memory.

use crate::{audit, office::Offices, store::StoreError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt;

/// Digits of a token.
const TOKEN_DIGITS: usize = 64;

/// A hall by its office and its hub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HallId {
    /// The office's code.
    pub office: String,
    /// The hub's name, as `hub-01`.
    pub hub: String,
}

impl fmt::Display for HallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.office, self.hub)
    }
}

/// The hall of a token.
pub async fn of_token(offices: &Offices, token: &str) -> Result<Option<HallId>, StoreError> {
    let Some(hash) = hash(token) else { return Ok(None) };
    let db = offices.store.connection().await?;
    let statement = db.prepare_cached("select office, hub from hall where token_hash = $1").await?;
    let row = db.query_opt(&statement, &[&&hash[..]]).await?;
    let hall = row.map(|row| HallId { office: row.get(0), hub: row.get(1) });
    Ok(hall.filter(|hall| offices.offices.contains_key(&hall.office)))
}

/// Whether a hall is enrolled at an office of this server.
pub async fn is_known(offices: &Offices, hall: &HallId) -> Result<bool, StoreError> {
    let db = offices.store.connection().await?;
    let sql = "select 1 from hall where office = $1 and hub = $2";
    let found = db.query_opt(sql, &[&hall.office, &hall.hub]).await?.is_some();
    Ok(found && offices.offices.contains_key(&hall.office))
}

/// The certificates, PEM, of those who sign for a hall.
pub async fn certificates(offices: &Offices, hall: &HallId) -> Result<String, StoreError> {
    let db = offices.store.connection().await?;
    let statement = db.prepare_cached("select certificates from hall where office = $1 and hub = $2").await?;
    let row = db.query_opt(&statement, &[&hall.office, &hall.hub]).await?;
    Ok(row.map(|row| row.get(0)).unwrap_or_default())
}

/// What a hall is known by.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What it shows.
    pub token: &'a str,
    /// Who signs for it, PEM; several while one replaces another.
    pub certificates: &'a str,
}

/// Adds a hall, or gives one that is there a new token and certificate.
pub async fn add(offices: &Offices, hall: &HallId, known: Known<'_>, at: Timestamp) -> Result<(), StoreError> {
    let hash = hash(known.token).ok_or(StoreError::Row("a token"))?;
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await?;
    let sql = "insert into hall (office, hub, token_hash, certificates, added_at) values ($1, $2, $3, $4, $5)
               on conflict (office, hub)
               do update set token_hash = excluded.token_hash, certificates = excluded.certificates";
    tx.execute(sql, &[&hall.office, &hall.hub, &&hash[..], &known.certificates, &at]).await?;
    let (who, what, after) = ("shell", "add-hall", Some(serde_json::json!({ "hub": hall.hub })));
    let entry = audit::Entry { office: &hall.office, at, who, what, case_id: None, before: None, after };
    audit::add(&tx, entry).await?;
    Ok(tx.commit().await?)
}

/// A new token from the system's randomness.
pub fn new_token() -> Option<String> {
    let mut bytes = [0; TOKEN_DIGITS / 2];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is kept of a token; nothing for text that cannot be one.
pub fn hash(token: &str) -> Option<[u8; 32]> {
    let sound = token.len() == TOKEN_DIGITS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| Sha256::digest(token.as_bytes()).into())
}
