//! What waits to be handed over: one parcel at a time, in order, for ever.
//!
//! Whoever sends asks for the next parcel, sends it by whatever binding, and says what the answer was; everything that
//! has to be remembered is in the file before it says so. Deliberately absent: the network, and any clock.

use crate::{Applications, StoreError, file, line};
use hhx::{
    CaseStatus, Code, Hash,
    code::Remedy,
    line::{Mark, Stream},
    receipt::{Delivered, Problem},
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use uuid::Uuid;

/// The first pause after a failure.
const PAUSE_MS_MIN: u64 = 5_000;
/// The longest.
const PAUSE_MS_MAX: u64 = 15 * 60 * 1000;

/// Parcels that are in memory at one time.
const PARCELS_AT_ONCE: u32 = 20;

/// Something to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The consignment.
    pub id: Uuid,
    /// On this stream.
    pub stream: Stream,
    /// The container, the same bytes at every attempt.
    pub container: Vec<u8>,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parcel({}, {} bytes)", self.id, self.container.len())
    }
}

/// What the office said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// R1, the first or again.
    Taken(Delivered),
    /// A stable code.
    Not(Problem),
    /// Nothing that can be understood: as if it had not been sent.
    Silence,
}

/// What the sender does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The next parcel at once.
    Next,
    /// The same again after [`pause_ms`].
    Later,
    /// Nothing more on this stream; people decide, and start the hub again.
    Halted(Halt),
}

/// Why nothing more is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Halt {
    /// A later life of this hall speaks to the office.
    Fenced,
    /// Two hubs write under one name.
    Fork,
    /// The office asks for consignments that this hall has erased.
    Forgotten,
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Consignments that the office has not taken.
    pub untaken: u64,
    /// Those put aside for a person.
    pub parked: u64,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
}

/// The pause after so many failures in a row: twice as long each time, and by chance between half and the whole of it,
/// so that two hundred halls do not come back in the same second after a power cut.
#[must_use]
pub fn pause_ms(failures: u32, chance: u64) -> u64 {
    let whole = PAUSE_MS_MIN.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(PAUSE_MS_MAX);
    whole / 2 + chance % (whole / 2 + 1)
}

impl Applications {
    /// The next parcel of a stream, if one waits.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn next_parcel(&self, stream: Stream) -> Result<Option<Parcel>, StoreError> {
        let sql = "select consignment_id, container from outbox where stream = ?1 and epoch = ?2 and receipt is null
                   order by seq limit 1";
        let epoch = self.settings().epoch;
        let row =
            |row: &rusqlite::Row<'_>| Ok(Parcel { id: Uuid::from_bytes(row.get(0)?), stream, container: row.get(1)? });
        Ok(self.db().query_row(sql, params![line::word(stream), epoch], row).optional()?)
    }

    /// Everything that waits on both streams, in its order, as far as a folder takes it at one time.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn waiting_parcels(&self) -> Result<Vec<Parcel>, StoreError> {
        let sql = "select consignment_id, container from outbox where stream = ?1 and epoch = ?2 and receipt is null
                   order by seq limit ?3";
        let (db, epoch) = (self.db(), self.settings().epoch);
        let mut all = Vec::new();
        for stream in [Stream::Documents, Stream::Statistics] {
            let mut rows = db.prepare(sql)?;
            let rows = rows.query_map(params![line::word(stream), epoch, PARCELS_AT_ONCE], |row| {
                Ok(Parcel { id: Uuid::from_bytes(row.get(0)?), stream, container: row.get(1)? })
            })?;
            for row in rows {
                all.push(row?);
            }
        }
        Ok(all)
    }

    /// Remembers what the office said to a parcel.
    ///
    /// # Errors
    ///
    /// If it cannot be remembered: then the parcel will be sent again, which is harmless.
    pub fn answered(&self, parcel: &Parcel, answer: &Answer, now: Timestamp) -> Result<Due, StoreError> {
        match answer {
            Answer::Silence => Ok(Due::Later),
            Answer::Taken(receipt) if !self.is_genuine(parcel, receipt) => {
                let id = parcel.id;
                tracing::warn!(%id, "the receipt for consignment {id} is not for it, or not the office's");
                Ok(Due::Later)
            }
            Answer::Taken(receipt) => self.taken(parcel, receipt, now).map(|()| Due::Next),
            Answer::Not(problem) => match problem.code.remedy() {
                Remedy::Again => Ok(Due::Later),
                Remedy::Park => self.take_off(parcel.id, (problem.code, &problem.detail), now).map(|()| Due::Next),
                Remedy::GoOnFromMark => self.go_back_to(parcel.stream, problem.mark),
                Remedy::Stop if problem.code == Code::Fork => Ok(Due::Halted(Halt::Fork)),
                Remedy::Stop => Ok(Due::Halted(Halt::Fenced)),
            },
        }
    }

    /// Compares what the office says it has with what this hall believes; asked with every look into its inbox. An office
    /// that was restored is sent again what it lacks, even when nothing new is filed.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or written.
    pub fn compare(&self, stream: Stream, mark: Mark) -> Result<Due, StoreError> {
        let epoch = self.settings().epoch;
        if mark.epoch > epoch {
            return Ok(Due::Halted(Halt::Fenced));
        }
        let sql = "select coalesce(max(seq), 0), coalesce(max(seq) filter (where receipt is not null), 0)
                   from outbox where stream = ?1 and epoch = ?2";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (last, believed): (u64, u64) = self.db().query_row(sql, params![line::word(stream), epoch], row)?;
        let high_water = if mark.epoch == epoch { mark.high_water } else { 0 };
        if high_water > last {
            // Somebody wrote in our name what we never did: a twin, or we were restored without a new life.
            return Ok(Due::Halted(Halt::Fork));
        }
        if high_water < believed { self.go_back_to(stream, Some(mark)) } else { Ok(Due::Next) }
    }

    /// How much waits on both streams.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn waiting(&self) -> Result<Waiting, StoreError> {
        let db = self.db();
        let sql = "select count(*), min(made_at) from outbox where receipt is null";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?));
        let (untaken, oldest) = db.query_row(sql, [], row)?;
        let parked = db.query_row("select count(*) from parked", [], |row| row.get(0))?;
        Ok(Waiting { untaken, parked, oldest: oldest.and_then(|ms| Timestamp::from_millisecond(ms).ok()) })
    }

    /// Forgets containers that the office has durably, made before a time: answers and files are erased on schedule.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn forget_before(&self, before: Timestamp) -> Result<usize, StoreError> {
        let sql = "delete from outbox where made_at < ?1 and receipt is not null
                   and seq <= cast(json_extract(receipt, '$.durable_high_water') as integer)
                   and exists (select 1 from outbox as later where later.stream = outbox.stream
                               and (later.epoch, later.seq) > (outbox.epoch, outbox.seq))";
        Ok(self.db().execute(sql, [before.as_millisecond()])?)
    }

    /// For this parcel, and signed by a key of the office.
    ///
    /// The receipt may be over other bytes: those the same consignment had in an earlier life, of which a hub that was
    /// restored twice knows nothing. That the office read what was sent is already certain: a container that was
    /// changed on its way is none.
    fn is_genuine(&self, parcel: &Parcel, receipt: &Delivered) -> bool {
        let signature = hhx::receipt::signature(receipt).unwrap_or_default();
        let signed = hhx::sign::verify(&receipt.to_sign(), &signature, &self.settings().office_certificates).is_ok();
        if signed && receipt.sha256 != Hash::of(&parcel.container) {
            let id = parcel.id;
            tracing::warn!(%id, "the office has consignment {id} under an earlier place");
        }
        signed && receipt.consignment_id == parcel.id
    }

    fn taken(&self, parcel: &Parcel, receipt: &Delivered, now: Timestamp) -> Result<(), StoreError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let text = serde_json::to_string(receipt).map_err(|_| StoreError::Damaged)?;
        let sql = "update outbox set receipt = ?2 where consignment_id = ?1 and receipt is null";
        if tx.execute(sql, params![parcel.id.as_bytes(), text])? > 0 {
            delivered(&tx, parcel.id, now)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// The office is behind what we believe: it was restored. What it lacks is sent again from there.
    fn go_back_to(&self, stream: Stream, mark: Option<Mark>) -> Result<Due, StoreError> {
        let Some(mark) = mark else { return Ok(Due::Later) };
        let epoch = self.settings().epoch;
        let high_water = if mark.epoch == epoch { mark.high_water } else { 0 };
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "select count(*) from outbox where stream = ?1 and epoch = ?2 and seq = ?3";
        let stream = line::word(stream);
        let there: i64 = tx.query_row(sql, params![stream, epoch, high_water + 1], |row| row.get(0))?;
        if there == 0 {
            return Ok(Due::Halted(Halt::Forgotten));
        }
        let sql = "update outbox set receipt = null where stream = ?1 and epoch = ?2 and seq > ?3";
        tx.execute(sql, params![stream, epoch, high_water])?;
        tx.commit()?;
        tracing::warn!(stream, high_water, "the office has {stream} up to {high_water} only: sending again from there");
        Ok(Due::Next)
    }
}

/// The first receipt of a case's first consignment is its second step.
fn delivered(db: &Connection, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let sql = "update filed set status = ?2
               where case_id = (select case_id from outbox where consignment_id = ?1) and status = ?3
               returning case_id";
    let (is, was) = (CaseStatus::Delivered, CaseStatus::Submitted);
    let moved = db.query_row(sql, params![id.as_bytes(), is.word(), was.word()], |row| row.get(0)).optional()?;
    if let Some(case_id) = moved {
        file::step(db, Uuid::from_bytes(case_id), (is, now))?;
    }
    Ok(())
}
