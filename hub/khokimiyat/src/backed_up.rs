//! What a backup has: a hall may forget what another machine has too, and not before.
//!
//! Whoever backs up asks for the marks first, makes the copy, and says afterwards that it is good. What was committed
//! before the marks were read is in the copy, whatever came while it was made. Absent on purpose: the backup itself,
//! which is the database's own.

use crate::{audit, office::Offices, store::StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How far one stream of one life of a hall's hub has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamMark {
    /// The office.
    pub office: String,
    /// The hall's hub.
    pub hub: String,
    /// The hub's life.
    pub epoch: i32,
    /// `documents` or `statistics`.
    pub stream: String,
    /// The last that was taken.
    pub high_water: i64,
}

/// How far every stream of every hall has come.
///
/// # Errors
///
/// If the database cannot be read.
pub async fn marks(offices: &Offices) -> Result<Vec<StreamMark>, StoreError> {
    let sql = "select office, hub, epoch, stream, high_water from stream order by office, hub, epoch, stream";
    let db = offices.store.connection().await?;
    let mark = |row: &tokio_postgres::Row| StreamMark {
        office: row.get(0),
        hub: row.get(1),
        epoch: row.get(2),
        stream: row.get(3),
        high_water: row.get(4),
    };
    Ok(db.query(sql, &[]).await?.iter().map(mark).collect())
}

/// A backup has everything up to these marks. Said twice, or after a later one, it changes nothing.
///
/// # Errors
///
/// If a mark is beyond what this office has taken, which means another office's or a later backup's marks; then nothing is
/// changed. If the database cannot be written.
pub async fn backed_up(offices: &Offices, marks: &[StreamMark]) -> Result<usize, NotBackedUp> {
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await.map_err(StoreError::from)?;
    let mut moved = 0;
    for mark in marks {
        let sql = "select high_water, durable_high_water from stream
                   where office = $1 and hub = $2 and epoch = $3 and stream = $4 for update";
        let row = tx.query_opt(sql, &[&mark.office, &mark.hub, &mark.epoch, &mark.stream]).await;
        let row = row.map_err(StoreError::from)?;
        let known = row.map(|row| (row.get::<_, i64>(0), row.get::<_, i64>(1)));
        let Some((_, durable)) = known.filter(|(high_water, _)| mark.high_water <= *high_water) else {
            return Err(NotBackedUp::Beyond(Box::new(mark.clone())));
        };
        if mark.high_water > durable {
            let sql = "update stream set durable_high_water = $5
                       where office = $1 and hub = $2 and epoch = $3 and stream = $4";
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
                [&mark.office, &mark.hub, &mark.epoch, &mark.stream, &mark.high_water];
            tx.execute(sql, &values).await.map_err(StoreError::from)?;
            let after =
                Some(json!({ "hub": mark.hub, "epoch": mark.epoch, "stream": mark.stream, "to": mark.high_water }));
            let (who, what, before) = ("shell", "backed-up", Some(json!({ "to": durable })));
            let entry =
                audit::Entry { office: &mark.office, at: offices.now(), who, what, case_id: None, before, after };
            audit::add(&tx, entry).await?;
            moved += 1;
        }
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(moved)
}

/// Why nothing was noted.
#[derive(Debug, thiserror::Error)]
pub enum NotBackedUp {
    /// The office has not come so far.
    #[error("{}/{} has not come to {} of its {} in life {}: these marks are not this database's", .0.office, .0.hub, .0.high_water, .0.stream, .0.epoch)]
    Beyond(Box<StreamMark>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
