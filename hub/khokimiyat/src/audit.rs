//! The audit: who did or saw what, and when, written in the transaction that did it.

use crate::store::StoreError;
use deadpool_postgres::GenericClient;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The office.
    pub office: &'a str,
    /// When.
    pub at: Timestamp,
    /// An official's id, or a hub's.
    pub who: &'a str,
    /// What, as `see-case`.
    pub what: &'a str,
    /// Of which case.
    pub case_id: Option<Uuid>,
    /// What was, without personal data.
    pub before: Option<Value>,
    /// What is.
    pub after: Option<Value>,
}

/// Adds an entry.
pub async fn add(db: &impl GenericClient, entry: Entry<'_>) -> Result<(), StoreError> {
    let sql = "insert into audit (office, at, who, what, case_id, before, after) values ($1, $2, $3, $4, $5, $6, $7)";
    let Entry { office, at, who, what, case_id, before, after } = entry;
    db.execute(sql, &[&office, &at, &who, &what, &case_id, &before, &after]).await?;
    Ok(())
}
