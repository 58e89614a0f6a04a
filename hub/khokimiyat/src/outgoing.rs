//! What goes from an office to its halls: receipts, news of a case, answers. Each hall has an inbox of its own, in order.
//!
//! A hall dials out and asks for what is after its cursor. The cursor is taken under the hall's lock, so what is visible
//! is complete: nothing with a smaller cursor can appear later. Nothing personal goes through the inbox: what an answer
//! says is fetched when somebody at the hall needs it, sealed to a key that lives only as long as they need it.

use crate::{
    halls::HallId,
    office::{Office, Offices},
    store::StoreError,
};
use deadpool_postgres::{GenericClient, Transaction};
use hhx::{
    CaseStatus, Envelope,
    container::{self, Entry},
    envelope::{MessageType, News, Party},
    receipt::Outcome,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// What one answer of the inbox has at most.
pub const BATCH_MAX: i64 = 50;

/// A consignment that waits for its hall.
#[derive(Debug, Serialize)]
pub struct Waiting {
    /// Where it stands: `after` of the next question.
    pub cursor: i64,
    /// Its id.
    pub consignment_id: Uuid,
    /// The container, base64.
    pub container: String,
}

/// Of which case, in answer to what.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The case.
    pub case_id: Uuid,
    /// The consignment it answers.
    pub in_reply_to: Option<Uuid>,
}

/// A signature of the office, base64.
pub fn signature(offices: &Offices, office: &str, bytes: &[u8]) -> Result<String, StoreError> {
    let signed =
        signer(offices, office)?.signer.sign(bytes).map_err(|_| StoreError::Row("the office's certificate"))?;
    Ok(base64(&signed))
}

/// R2 or R3 for a consignment.
pub async fn acknowledge(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    envelope: &Envelope,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let about = About { case_id: envelope.case_id, in_reply_to: Some(envelope.consignment_id) };
    let ack = Envelope { outcome: Some(outcome), ..blank(hall, MessageType::Ack, about, at) };
    send(offices, tx, hall, ack, &[]).await.map(drop)
}

/// A new status of a case.
pub async fn tell(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    case_id: Uuid,
    (status, due): (CaseStatus, Option<Date>),
) -> Result<Uuid, StoreError> {
    let kind = match status {
        CaseStatus::Answered | CaseStatus::Issued | CaseStatus::Rejected => MessageType::Answer,
        _ => MessageType::Status,
    };
    let news = Envelope {
        news: Some(News { status, at, due }),
        ..blank(hall, kind, About { case_id, in_reply_to: None }, at)
    };
    send(offices, tx, hall, news, &[]).await
}

/// What waits for a hall after a cursor, for a line that speaks JSON.
pub async fn after(db: &impl GenericClient, hall: &HallId, cursor: i64) -> Result<Vec<Waiting>, StoreError> {
    let waiting = |laid: Laid| Waiting {
        cursor: laid.cursor,
        consignment_id: laid.consignment_id,
        container: base64(&laid.container),
    };
    Ok(containers_after(db, hall, cursor).await?.into_iter().map(waiting).collect())
}

/// What waits for a hall after a cursor.
pub async fn containers_after(db: &impl GenericClient, hall: &HallId, cursor: i64) -> Result<Vec<Laid>, StoreError> {
    let sql = "select cursor, consignment_id, container from inbox
               where office = $1 and hub = $2 and cursor > $3 and acked_at is null order by cursor limit $4";
    let rows = db.query(sql, &[&hall.office, &hall.hub, &cursor, &BATCH_MAX]).await?;
    let laid =
        |row: &tokio_postgres::Row| Laid { cursor: row.get(0), consignment_id: row.get(1), container: row.get(2) };
    Ok(rows.iter().map(laid).collect())
}

/// A container that waits for its hall.
#[derive(Debug)]
pub struct Laid {
    /// Where it stands.
    pub cursor: i64,
    /// Its id.
    pub consignment_id: Uuid,
    /// Its bytes.
    pub container: Vec<u8>,
}

/// A hall has it for good. Said twice it is as said once.
pub async fn acked(db: &impl GenericClient, hall: &HallId, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "update inbox set acked_at = coalesce(acked_at, $4)
               where office = $1 and hub = $2 and consignment_id = $3";
    Ok(db.execute(sql, &[&hall.office, &hall.hub, &id, &at]).await? == 1)
}

/// An envelope with nothing in it yet.
pub fn blank(hall: &HallId, kind: MessageType, about: About, at: Timestamp) -> Envelope {
    let party = format!("soato:{}", hall.office);
    let from = Party { party: party.clone(), system: None, unit: None };
    let to = Party { party, system: Some(hall.hub.clone()), unit: None };
    Envelope { in_reply_to: about.in_reply_to, ..Envelope::new(kind, about.case_id, (from, to), at) }
}

/// Packs and signs for an office.
pub fn pack(offices: &Offices, office: &str, envelope: Envelope, entries: &[Entry<'_>]) -> Result<Vec<u8>, StoreError> {
    container::pack(envelope, entries, &signer(offices, office)?.signer)
        .map_err(|_| StoreError::Row("an outgoing consignment"))
}

/// The caller holds the hall's lock.
async fn send(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    envelope: Envelope,
    entries: &[Entry<'_>],
) -> Result<Uuid, StoreError> {
    let (id, case_id, at) = (envelope.consignment_id, envelope.case_id, envelope.sent_at);
    let kind = json!(envelope.message_type);
    let container = pack(offices, &hall.office, envelope, entries)?;
    let sql = "with next as (update hall set inbox_last = inbox_last + 1 where office = $1 and hub = $2
                             returning inbox_last)
               insert into inbox (office, hub, cursor, consignment_id, case_id, message_type, container, made_at)
               select $1, $2, inbox_last, $3, $4, $5, $6, $7 from next";
    let statement = tx.prepare_cached(sql).await?;
    let kind = kind.as_str().unwrap_or_default();
    tx.execute(&statement, &[&hall.office, &hall.hub, &id, &case_id, &kind, &container, &at]).await?;
    Ok(id)
}

fn signer<'a>(offices: &'a Offices, office: &str) -> Result<&'a Office, StoreError> {
    offices.offices.get(office).ok_or(StoreError::Row("an office"))
}

/// Bytes as base64.
pub fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
