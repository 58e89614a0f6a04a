//! An answer on its way to a hall: made when somebody there needs it, sealed to the key they show.
//!
//! The key lives in the hall's memory, so what is fetched is readable only as long as the machine that asked is on: a
//! stolen hub gives up no answer either. Absent on purpose: a copy in the inbox, which would wait on a disk.

use crate::{
    blob,
    halls::HallId,
    office::Offices,
    outgoing::{self, About},
    store::StoreError,
};
pub use hhx::body::{Answer, Paper};
use hhx::{
    container::Packing,
    envelope::MessageType,
    seal::{self, Bound, Recipient},
};
use tokio_postgres::types::Json;
use uuid::Uuid;

/// The container of a case's answer; nothing if there is none for this hall.
pub async fn sealed(
    offices: &Offices,
    hall: &HallId,
    case_id: Uuid,
    key: &Recipient,
) -> Result<Option<Vec<u8>>, StoreError> {
    let db = offices.store.connection().await?;
    let sql = "select a.outcome, a.text, a.reg_no, a.files, f.number, f.service from answer a
               join case_file f on f.office = a.office and f.case_id = a.case_id
               where a.office = $1 and a.case_id = $2 and f.hub = $3 order by a.at desc limit 1";
    let Some(row) = db.query_opt(sql, &[&hall.office, &case_id, &hall.hub]).await? else { return Ok(None) };
    let attachments = row.get::<_, Json<Vec<Paper>>>(3).0;
    let answer = Answer { case_id, outcome: row.get(0), text: row.get(1), reg_no: row.get(2), attachments };
    let mut pieces = vec![serde_json::to_vec(&answer).map_err(|_| StoreError::Row("an answer"))?];
    for paper in &answer.attachments {
        let bytes = blob::read(&db, &hall.office, paper.sha256).await?;
        pieces.push(bytes.ok_or(StoreError::Row("a paper of an answer"))?);
    }
    let bound = Bound { hub: hall.hub.clone(), epoch: 0, number: row.get(4), schema: "answer".to_owned() };
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let Ok(sealed) = seal::seal(bound, std::slice::from_ref(key), &pieces) else { return Ok(None) };
    let header = hhx::canonical(&sealed.header);
    let packing = Packing::of("doc/main.sealed", &header, &sealed.pieces);
    let about = About { case_id, in_reply_to: None };
    let envelope = outgoing::blank(hall, MessageType::Answer, about, offices.now());
    outgoing::pack(offices, &hall.office, envelope, &packing.entries()).map(Some)
}
