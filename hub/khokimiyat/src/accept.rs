//! Taking a consignment: exactly once in effect, in one transaction.
//!
//! The row of the hall is the lock: whatever instance a hall talks to, its consignments are judged one after the other.
//! What came before gets its first receipt again. What is next on the line is kept, registered and receipted in the same
//! commit, so a crash leaves all of it or nothing. What stands soundly on the line but is not what it should be goes to
//! quarantine and the line goes on: one bad application must not hold up a hundred good ones.
//! Absent on purpose: memory. Two instances that know nothing of each other are one office.

use crate::{
    audit, blob,
    filing::{self, Filed},
    halls::{self, HallId},
    office::{Durable, Offices},
    outgoing,
    store::StoreError,
};
use deadpool_postgres::{GenericClient, Transaction};
use hhx::{
    Code, Envelope, Hash,
    container::{self, Opened},
    envelope::MessageType,
    line::{Breach, Known, Mark, Position, Stream, Verdict},
    receipt::{Delivered, Outcome},
    sign,
};
use jiff::Timestamp;
use serde_json::json;
use tokio_postgres::types::Json;
use uuid::Uuid;

/// R1, and whether it was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It came for the first time.
    First(Delivered),
    /// It came before: the first receipt.
    Again(Delivered),
}

/// Why there is no R1.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is not taken, for this reason.
    #[error("not taken: {code:?}, {detail}")]
    Refused {
        /// For programs.
        code: Code,
        /// For people.
        detail: String,
        /// How far the stream has come.
        mark: Option<Mark>,
    },
    /// Nothing was decided.
    #[error("the office could not take it now")]
    Store(#[from] StoreError),
}

/// What arrived, as far as it could be read.
struct Arrived {
    envelope: Envelope,
    hash: Hash,
    sha256: Hash,
    place: Position,
    content: Result<Opened, (Code, String)>,
}

impl NotTaken {
    fn refused(code: Code, detail: impl Into<String>) -> NotTaken {
        NotTaken::Refused { code, detail: detail.into(), mark: None }
    }
}

impl From<tokio_postgres::Error> for NotTaken {
    fn from(error: tokio_postgres::Error) -> Self {
        NotTaken::Store(error.into())
    }
}

/// Takes what a hall posts.
pub async fn accept(offices: &Offices, hall: &HallId, bytes: Vec<u8>) -> Result<Receipt, NotTaken> {
    let (arrived, bytes) = read(offices, hall, bytes).await?;
    let at = offices.now();
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await.map_err(StoreError::from)?;
    let epoch = lock(&tx, hall).await?;
    let first = first_receipt(&tx, hall, &arrived).await?;
    let known = if first.is_some() { Known::Before } else { Known::Not };
    let mark = mark(&tx, hall, epoch, arrived.place).await?;
    let next = match mark.judge((arrived.place, arrived.hash), known) {
        Verdict::Keep(next) | Verdict::Again(next) => next,
        Verdict::Not(breach) => return Err(told(tx, hall, at, (breach, mark), &arrived).await?),
    };
    if next.epoch > epoch {
        begin_life(&tx, hall, at, (epoch, next.epoch)).await?;
    }
    if let Some(receipt) = first {
        // A hub that was restored sends what is here under a new place: the line moves on, nothing is done twice.
        if next != mark {
            move_mark(&tx, hall, arrived.place.stream, next).await?;
        }
        tx.commit().await?;
        return Ok(Receipt::Again(receipt));
    }
    let receipt = sign(offices, hall, at, &arrived, next, durable(offices, &tx, hall, next, arrived.place).await?)?;
    blob::keep(&tx, &hall.office, arrived.sha256, &bytes).await?;
    keep(&tx, hall, at, &arrived, &receipt).await?;
    move_mark(&tx, hall, arrived.place.stream, next).await?;
    file(offices, &tx, hall, at, &arrived).await?;
    tx.commit().await?;
    Ok(Receipt::First(receipt))
}

/// How far the present life of a hall's hub has come with documents and statistics, and the last place of its inbox.
pub async fn standing(db: &impl GenericClient, hall: &HallId) -> Result<(Mark, Mark, i64), StoreError> {
    let sql = "select h.epoch, h.inbox_last, s.stream, s.high_water, s.chain from hall h
               left join stream s on s.office = h.office and s.hub = h.hub and s.epoch = h.epoch
               where h.office = $1 and h.hub = $2";
    let (mut documents, mut statistics, mut last) = (Mark::NONE, Mark::NONE, 0);
    for row in db.query(sql, &[&hall.office, &hall.hub]).await? {
        let epoch = u32::try_from(row.get::<_, i32>(0)).map_err(|_| StoreError::Row("a hall's epoch"))?;
        (documents.epoch, statistics.epoch, last) = (epoch, epoch, row.get(1));
        let Some(stream) = row.get::<_, Option<&str>>(2) else { continue };
        let mark = if stream == word(Stream::Documents) { &mut documents } else { &mut statistics };
        mark.high_water = u64::try_from(row.get::<_, i64>(3)).map_err(|_| StoreError::Row("a high-water mark"))?;
        mark.chain = Hash(row.get::<_, &[u8]>(4).try_into().map_err(|_| StoreError::Row("a chain"))?);
    }
    Ok((documents, statistics, last))
}

/// Reads a container away from the threads that serve others. Without a readable place on the line it is nobody's.
async fn read(offices: &Offices, hall: &HallId, bytes: Vec<u8>) -> Result<(Arrived, Vec<u8>), NotTaken> {
    let certificates = halls::certificates(offices, hall).await?;
    let (offices, hall) = (offices.clone(), hall.clone());
    let read = tokio::task::spawn_blocking(move || {
        let trusted = sign::certificates(&certificates).unwrap_or_default();
        let sha256 = Hash::of(&bytes);
        let (envelope, hash, content) = match container::open(&bytes, &offices.limits, &trusted) {
            Ok(opened) => (opened.envelope.clone(), opened.envelope_hash, Ok(opened)),
            Err(error) => {
                let wrong = (error.code(), error.to_string());
                let Ok(envelope) = container::peek(&bytes, &offices.limits) else {
                    return Err(NotTaken::refused(wrong.0, wrong.1));
                };
                let hash = Hash::of(&envelope.to_bytes());
                (envelope, hash, Err(wrong))
            }
        };
        let Some(place) = envelope.line else {
            return Err(NotTaken::refused(Code::Validation, "it has no place on a line"));
        };
        let ours = envelope.from.party == format!("soato:{}", hall.office)
            && envelope.from.system.as_deref() == Some(hall.hub.as_str());
        if !ours || place.epoch == 0 || i64::try_from(place.seq).is_err() || i32::try_from(place.epoch).is_err() {
            return Err(NotTaken::refused(Code::InvalidAddressee, "it is not from the hall that posts it"));
        }
        Ok((Arrived { envelope, hash, sha256, place, content }, bytes))
    });
    read.await.map_err(|_| NotTaken::refused(Code::Validation, "it could not be read"))?
}

/// Locks the hall, and says which life of its hub is the present one.
async fn lock(tx: &Transaction<'_>, hall: &HallId) -> Result<u32, NotTaken> {
    let sql = "select epoch from hall where office = $1 and hub = $2 for update";
    let statement = tx.prepare_cached(sql).await?;
    let epoch: i32 = tx.query_one(&statement, &[&hall.office, &hall.hub]).await?.get(0);
    Ok(u32::try_from(epoch).map_err(|_| StoreError::Row("a hall's epoch"))?)
}

async fn first_receipt(tx: &Transaction<'_>, hall: &HallId, arrived: &Arrived) -> Result<Option<Delivered>, NotTaken> {
    let sql = "select hub, receipt from consignment where office = $1 and consignment_id = $2";
    let Some(row) = tx.query_opt(sql, &[&hall.office, &arrived.envelope.consignment_id]).await? else {
        return Ok(None);
    };
    if row.get::<_, String>(0) != hall.hub {
        return Err(NotTaken::refused(Code::Validation, "another hall's consignment has this id"));
    }
    Ok(Some(row.get::<_, Json<Delivered>>(1).0))
}

/// How far the stream has come in the life that the consignment is of, or in the present one if that is later.
async fn mark(tx: &Transaction<'_>, hall: &HallId, epoch: u32, place: Position) -> Result<Mark, NotTaken> {
    if place.epoch > epoch {
        return Ok(Mark { epoch, ..Mark::NONE });
    }
    let sql = "select high_water, chain from stream where office = $1 and hub = $2 and epoch = $3 and stream = $4";
    let life = i32::try_from(epoch).map_err(|_| StoreError::Row("a hall's epoch"))?;
    let row = tx.query_opt(sql, &[&hall.office, &hall.hub, &life, &word(place.stream)]).await?;
    let Some(row) = row else { return Ok(Mark { epoch, ..Mark::NONE }) };
    let high_water = u64::try_from(row.get::<_, i64>(0)).map_err(|_| StoreError::Row("a high-water mark"))?;
    let chain: [u8; 32] = row.get::<_, &[u8]>(1).try_into().map_err(|_| StoreError::Row("a chain"))?;
    Ok(Mark { epoch, high_water, chain: Hash(chain) })
}

/// Says why a place is not the next one. A fork is written down: two hubs write under one name.
async fn told(
    tx: Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    (breach, mark): (Breach, Mark),
    arrived: &Arrived,
) -> Result<NotTaken, NotTaken> {
    let (code, detail) = match breach {
        Breach::Gap => (Code::Gap, "something before it is missing"),
        Breach::Fenced => (Code::Fenced, "a later life of this hall speaks already"),
        Breach::Fork => (Code::Fork, "it does not go on from what was taken"),
    };
    if breach == Breach::Fork {
        let detail = json!({ "place": arrived.place, "mark": mark, "consignment": arrived.envelope.consignment_id });
        alarm(&tx, hall, at, "fork", detail).await?;
        tx.commit().await?;
        tracing::error!(hub = %hall.hub, office = %hall.office, "hall {hall}: two hubs write under one name");
    }
    Ok(NotTaken::Refused { code, detail: detail.to_owned(), mark: Some(mark) })
}

async fn begin_life(
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    (before, now): (u32, u32),
) -> Result<(), NotTaken> {
    let epoch = i32::try_from(now).map_err(|_| StoreError::Row("a hall's epoch"))?;
    let sql = "update hall set epoch = $3 where office = $1 and hub = $2";
    tx.execute(sql, &[&hall.office, &hall.hub, &epoch]).await?;
    if before > 0 {
        alarm(tx, hall, at, "new_life", json!({ "before": before, "now": now })).await?;
        tracing::warn!(hub = %hall.hub, office = %hall.office, "hall {hall} begins life {now} after {before}");
    }
    Ok(())
}

async fn alarm(
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    what: &str,
    detail: serde_json::Value,
) -> Result<(), NotTaken> {
    let sql = "insert into alarm (office, at, hub, what, detail) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&hall.office, &at, &hall.hub, &what, &detail]).await?;
    Ok(())
}

/// What the hall may forget.
async fn durable(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    next: Mark,
    place: Position,
) -> Result<u64, NotTaken> {
    match offices.durable {
        Durable::AtCommit => Ok(next.high_water),
        Durable::AtBackup => {
            let sql = "select durable_high_water from stream
                       where office = $1 and hub = $2 and epoch = $3 and stream = $4";
            let epoch = i32::try_from(next.epoch).map_err(|_| StoreError::Row("a hall's epoch"))?;
            let row = tx.query_opt(sql, &[&hall.office, &hall.hub, &epoch, &word(place.stream)]).await?;
            let mark = row.map_or(0, |row| row.get::<_, i64>(0));
            Ok(u64::try_from(mark).map_err(|_| StoreError::Row("a durable mark"))?)
        }
    }
}

fn sign(
    offices: &Offices,
    hall: &HallId,
    at: Timestamp,
    arrived: &Arrived,
    next: Mark,
    durable_high_water: u64,
) -> Result<Delivered, NotTaken> {
    let receipt = Delivered {
        receipt_id: Uuid::now_v7(),
        consignment_id: arrived.envelope.consignment_id,
        sha256: arrived.sha256,
        received_at: at,
        high_water: next.high_water,
        durable_high_water,
        chain: next.chain,
        signature: String::new(),
    };
    let signature = outgoing::signature(offices, &hall.office, &receipt.to_sign())?;
    Ok(Delivered { signature, ..receipt })
}

async fn keep(
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    arrived: &Arrived,
    receipt: &Delivered,
) -> Result<(), NotTaken> {
    let sql = "insert into consignment
               (office, consignment_id, hub, epoch, stream, seq, message_type, case_id, envelope, sha256, received_at,
                receipt) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let Arrived { envelope, place, sha256, .. } = arrived;
    let kind = serde_json::to_value(envelope.message_type).unwrap_or_default();
    let (epoch, seq) = (i32::try_from(place.epoch), i64::try_from(place.seq));
    let (Ok(epoch), Ok(seq)) = (epoch, seq) else { return Err(StoreError::Row("a place on the line").into()) };
    let statement = tx.prepare_cached(sql).await?;
    let sha256 = &sha256.0[..];
    let (stream, kind) = (word(place.stream), kind.as_str().unwrap_or_default());
    let (envelope, receipt, id, case) = (Json(envelope), Json(receipt), envelope.consignment_id, envelope.case_id);
    tx.execute(
        &statement,
        &[&hall.office, &id, &hall.hub, &epoch, &stream, &seq, &kind, &case, &envelope, &sha256, &at, &receipt],
    )
    .await?;
    Ok(())
}

async fn move_mark(tx: &Transaction<'_>, hall: &HallId, stream: Stream, mark: Mark) -> Result<(), NotTaken> {
    let sql = "insert into stream (office, hub, epoch, stream, high_water, chain) values ($1, $2, $3, $4, $5, $6)
               on conflict (office, hub, epoch, stream)
               do update set high_water = excluded.high_water, chain = excluded.chain";
    let (epoch, high_water) = (i32::try_from(mark.epoch), i64::try_from(mark.high_water));
    let (Ok(epoch), Ok(high_water)) = (epoch, high_water) else { return Err(StoreError::Row("a mark").into()) };
    let (stream, chain) = (word(stream), &mark.chain.0[..]);
    let statement = tx.prepare_cached(sql).await?;
    tx.execute(&statement, &[&hall.office, &hall.hub, &epoch, &stream, &high_water, &chain]).await?;
    Ok(())
}

/// Makes of it what it is for the office; what it cannot be goes to quarantine and the hall is told (R3).
async fn file(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    arrived: &Arrived,
) -> Result<(), NotTaken> {
    let envelope = &arrived.envelope;
    let filed = match &arrived.content {
        Err(wrong) => Filed::Poisoned(wrong.0, wrong.1.clone()),
        Ok(opened) => match envelope.message_type {
            MessageType::Application | MessageType::Appeal => filing::open_case(offices, tx, hall, at, opened).await?,
            MessageType::Addition => filing::add(offices, tx, hall, at, opened).await?,
            MessageType::Recall => filing::recall(offices, tx, hall, at, envelope).await?,
            MessageType::Status => filing::handed_over(offices, tx, hall, at, envelope).await?,
            MessageType::Figures => Filed::Kept,
            MessageType::Answer
            | MessageType::Decision
            | MessageType::Task
            | MessageType::TaskReport
            | MessageType::Ack => Filed::Poisoned(Code::Validation, "an office does not take this from a hall".into()),
        },
    };
    let Filed::Poisoned(code, text) = filed else { return Ok(()) };
    let sql = "insert into quarantine (office, consignment_id, code, detail, at) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&hall.office, &envelope.consignment_id, &code.word(), &text, &at]).await?;
    tracing::warn!(consignment = %envelope.consignment_id, code = code.word(),
        "consignment {} of hall {hall} is in quarantine", envelope.consignment_id);
    audit::add(
        tx,
        audit::Entry {
            office: &hall.office,
            at,
            who: &hall.hub,
            what: "quarantine",
            case_id: Some(envelope.case_id),
            before: None,
            after: Some(json!({ "consignment": envelope.consignment_id, "code": code.word() })),
        },
    )
    .await?;
    outgoing::acknowledge(offices, tx, hall, at, envelope, Outcome::Refused { code, text }).await?;
    Ok(())
}

fn word(stream: Stream) -> &'static str {
    match stream {
        Stream::Documents => "documents",
        Stream::Statistics => "statistics",
    }
}
