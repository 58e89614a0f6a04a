//! The hall's end of the line: every consignment gets the next place in the transaction that makes it.
//!
//! What the office has not taken can still move: when a new life begins, or one is taken off the line, those behind it
//! are packed again at their new places, under the same ids.

use crate::{Applications, LIMITS, Settings, StoreError};
use hhx::{
    Code, Envelope, Hash,
    container::{self, Entry},
    line::{Position, Stream},
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A consignment before it has a place.
pub(crate) struct Consignment<'a> {
    pub(crate) envelope: Envelope,
    pub(crate) entries: &'a [Entry<'a>],
    pub(crate) stream: Stream,
}

/// A row of the outbox.
#[derive(Clone, Copy)]
struct Row {
    epoch: u32,
    seq: u64,
    standing: Standing,
}

/// What a hall may rely on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The office has not taken it.
    Untaken,
    /// It has, but would lose it with its disk.
    Taken,
    /// Another machine or a backup of the office has it, too.
    Durable,
}

/// The word for a stream in the file and in a log.
pub(crate) const fn word(stream: Stream) -> &'static str {
    match stream {
        Stream::Documents => "documents",
        Stream::Statistics => "statistics",
    }
}

/// Gives a consignment the next place, and keeps it as it will be sent.
pub(crate) fn put_on(db: &Connection, settings: &Settings, consignment: Consignment<'_>) -> Result<(), StoreError> {
    let Consignment { mut envelope, entries, stream } = consignment;
    envelope.line = Some(next_place(db, settings.epoch, stream)?);
    let made_at = envelope.sent_at.as_millisecond();
    let (id, case_id) = (envelope.consignment_id, envelope.case_id);
    let packed = Packed::new(envelope, entries, settings)?;
    let sql = "insert into outbox (stream, epoch, seq, consignment_id, case_id, envelope, container, made_at)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let place = packed.place;
    db.execute(
        sql,
        params![
            word(stream),
            place.epoch,
            place.seq,
            id.as_bytes(),
            case_id.as_bytes(),
            packed.envelope.0,
            packed.container,
            made_at
        ],
    )?;
    Ok(())
}

struct Packed {
    place: Position,
    envelope: Hash,
    container: Vec<u8>,
}

impl Packed {
    fn new(envelope: Envelope, entries: &[Entry<'_>], settings: &Settings) -> Result<Self, StoreError> {
        let container = container::pack(envelope, entries, &settings.signer)?;
        let envelope = container::peek(&container, &LIMITS)?;
        let place = envelope.line.ok_or(StoreError::Damaged)?;
        Ok(Self { place, envelope: Hash::of(&envelope.to_bytes()), container })
    }
}

fn next_place(db: &Connection, epoch: u32, stream: Stream) -> Result<Position, StoreError> {
    let sql = "select seq, envelope from outbox where stream = ?1 and epoch = ?2 order by seq desc limit 1";
    let last = db.query_row(sql, params![word(stream), epoch], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (seq, prev): (u64, [u8; 32]) = last.unwrap_or((0, Hash::ZERO.0));
    Ok(Position { epoch, seq: seq + 1, stream, prev: Hash(prev) })
}

impl Applications {
    /// What the office may lack of an earlier life goes onto the line of this one, in its order. It may have taken it and
    /// been restored since, and nobody asks about the line of a life that is over; what it has, it knows again.
    pub(crate) fn begin_life(&self) -> Result<(), StoreError> {
        let epoch = self.settings().epoch;
        for stream in [Stream::Documents, Stream::Statistics] {
            let mut db = self.db();
            let tx = db.transaction()?;
            let moved = self.move_up(&tx, stream, |row| row.epoch < epoch && row.standing != Standing::Durable)?;
            tx.commit()?;
            if moved > 0 {
                let stream = word(stream);
                tracing::info!(epoch, stream, moved, "{moved} consignments of {stream} wait in life {epoch} now");
            }
        }
        Ok(())
    }

    /// Takes a consignment off the line for a person to look at, and lets those behind it move up.
    pub(crate) fn take_off(&self, id: Uuid, (code, detail): (Code, &str), now: Timestamp) -> Result<(), StoreError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "select stream, seq from outbox where consignment_id = ?1 and receipt is null";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?));
        let Some((stream, seq)) = tx.query_row(sql, [id.as_bytes()], row).optional()? else { return Ok(()) };
        let stream = if stream == word(Stream::Documents) { Stream::Documents } else { Stream::Statistics };
        let sql = "insert into parked (consignment_id, case_id, container, code, detail, parked_at)
                   select consignment_id, case_id, container, ?2, ?3, ?4 from outbox where consignment_id = ?1";
        tx.execute(sql, params![id.as_bytes(), code.word(), detail, now.as_millisecond()])?;
        tx.execute("delete from outbox where consignment_id = ?1", [id.as_bytes()])?;
        let epoch = self.settings().epoch;
        self.move_up(&tx, stream, |row| row.epoch == epoch && row.seq > seq && row.standing == Standing::Untaken)?;
        tx.commit()?;
        let code = code.word();
        tracing::error!(%id, code, "consignment {id} is put aside for a person: {code}");
        Ok(())
    }

    /// Packs again, at the end of the line of this life, what `which` chooses.
    fn move_up(&self, db: &Connection, stream: Stream, which: impl Fn(&Row) -> bool) -> Result<usize, StoreError> {
        let mut moving = rows(db, stream)?;
        moving.retain(|row| which(row));
        let mut containers = Vec::new();
        for row in &moving {
            let sql = "delete from outbox where stream = ?1 and epoch = ?2 and seq = ?3 returning container";
            let key = params![word(stream), row.epoch, row.seq];
            containers.push(db.query_row(sql, key, |row| row.get::<_, Vec<u8>>(0))?);
        }
        for container in &containers {
            // An earlier life may have signed with a key that is lost.
            let opened = container::contents(container, &LIMITS)?;
            let files = opened.envelope.files.clone();
            let entries = files.iter().filter_map(|file| {
                let bytes = opened.entries.get(&file.name)?;
                Some(Entry { name: &file.name, media_type: &file.media_type, role: file.role, bytes })
            });
            let entries: Vec<Entry<'_>> = entries.collect();
            put_on(db, self.settings(), Consignment { envelope: opened.envelope, entries: &entries, stream })?;
        }
        Ok(moving.len())
    }
}

fn rows(db: &Connection, stream: Stream) -> Result<Vec<Row>, StoreError> {
    // The latest receipt of a life says how far that life is durable.
    let sql = "select epoch, seq, receipt is null,
                 coalesce(max(cast(json_extract(receipt, '$.durable_high_water') as integer)) over (partition by epoch), 0)
               from outbox where stream = ?1 order by epoch, seq";
    let mut rows = db.prepare(sql)?;
    let rows = rows.query_map([word(stream)], |row| {
        let (epoch, seq, untaken, durable): (u32, u64, bool, u64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let standing = match untaken {
            true => Standing::Untaken,
            false if seq > durable => Standing::Taken,
            false => Standing::Durable,
        };
        Ok(Row { epoch, seq, standing })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
