//! Bytes by their hash: what came and what is given back with an answer.

use crate::store::StoreError;
use deadpool_postgres::GenericClient;
use hhx::Hash;

/// Keeps bytes, once.
pub async fn keep(db: &impl GenericClient, office: &str, sha256: Hash, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "insert into blob (office, sha256, bytes) values ($1, $2, $3) on conflict do nothing";
    db.execute(sql, &[&office, &&sha256.0[..], &bytes]).await?;
    Ok(())
}

/// The bytes of a hash.
pub async fn read(db: &impl GenericClient, office: &str, sha256: Hash) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "select bytes from blob where office = $1 and sha256 = $2";
    Ok(db.query_opt(sql, &[&office, &&sha256.0[..]]).await?.map(|row| row.get(0)))
}
