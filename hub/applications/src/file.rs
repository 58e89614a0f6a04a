//! Filing: a slot with a number first, then the sealed pieces, then one transaction that makes it an application.
//!
//! The number is reserved before the seal is made, because the seal is bound to it; a slot nobody fills costs a number
//! and nothing else. The transaction that keeps the application also gives its consignment a place on the line, so
//! there is neither a hole in the line nor an application that is not on it.

use crate::{Applications, Number, PhoneTail, StoreError, keys, line};
use hhx::{
    CaseStatus, Envelope,
    container::Packing,
    envelope::{Consent, MessageType, Service},
    line::Stream,
    seal::{Bound, Header, Recipient, SealError, Slot},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The largest sealed piece: 10 MiB as the catalogue allows, and the seal's tag.
pub const PIECE_BYTES_MAX: usize = 10 * 1024 * 1024 + 16;
/// The body and ten attachments.
pub const PIECES_MAX: u32 = 11;
/// Applications that are being written at one time: as many as there are kiosks and counters, and room.
const SLOTS_MAX: i64 = 200;
/// A slot that nobody filled is given up.
const SLOT_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// An application as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The slot's case.
    pub case_id: Uuid,
    /// The readable part of the seal.
    pub seal: Header,
    /// The service's code.
    pub service: String,
    /// The form as it was filled in.
    pub catalogue_version: String,
    /// Whether it is an appeal or asks for a service.
    pub message_type: MessageType,
    /// The language to answer in.
    pub language: String,
    /// The ticket it came with.
    pub ticket: Option<Uuid>,
    /// To what the citizen agreed.
    pub consent: Consent,
    /// What will be asked for besides the number.
    pub phone_tail: Option<PhoneTail>,
    /// The day an answer is due by law, reckoned from today.
    pub due: Option<Date>,
}

/// What the slip says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The case.
    pub case_id: Uuid,
    /// The hall's number.
    pub number: String,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// The day an answer is due.
    pub due: Option<Date>,
}

/// Why an application was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotFiled {
    /// No such slot: it was given up, or the hub was restored. Ask for another and seal again.
    #[error("there is no such slot")]
    NoSlot,
    /// Too many are being written.
    #[error("too many applications are being written at once")]
    Full,
    /// This life has no more numbers.
    #[error("the numbers of this life are used up")]
    NumbersUsedUp,
    /// The office has given no key that may be sealed to now.
    #[error("there is no key of the office for today")]
    NoKey,
    /// Randomness or keys.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The seal is bound to something else, or not sealed to the office.
    #[error("the seal does not belong to this slot")]
    ForeignSeal,
    /// A piece is missing, too large, or one too many.
    #[error("the pieces are not those of the seal")]
    Pieces,
    /// The same case was filed with something else.
    #[error("the case is filed already")]
    Reused,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for NotFiled {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Applications {
    /// Reserves a number. The same command gets the same slot, with the keys of now.
    ///
    /// # Errors
    ///
    /// If there is no key, no number or no room.
    pub fn reserve(&self, command_id: Uuid, now: Timestamp, today: Date) -> Result<Slot, NotFiled> {
        let settings = self.settings();
        let recipients = self.recipients(now, today)?.ok_or(NotFiled::NoKey)?;
        let mut db = self.db();
        let tx = db.transaction()?;
        tx.execute("delete from slot where made_at < ?1", [(now - SLOT_KEPT).as_millisecond()])?;
        let known = "select case_id, serial from slot where command_id = ?1 and epoch = ?2";
        let known = tx
            .query_row(known, params![command_id.as_bytes(), settings.epoch], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (case_id, serial) = match known {
            Some((case_id, serial)) => (Uuid::from_bytes(case_id), serial),
            None => new_slot(&tx, (command_id, settings.epoch), now)?,
        };
        tx.commit()?;
        let number = Number::new(settings.epoch, serial).ok_or(NotFiled::NumbersUsedUp)?.to_string();
        Ok(Slot { case_id, number, hub: settings.hub.clone(), epoch: settings.epoch, recipients })
    }

    /// Keeps a sealed piece of a slot until it is filed; again replaces it.
    ///
    /// # Errors
    ///
    /// If there is no such slot, or the piece is too large or one too many.
    pub fn keep_piece(&self, case_id: Uuid, nth: u32, closed: &[u8]) -> Result<(), NotFiled> {
        if nth >= PIECES_MAX || closed.len() > PIECE_BYTES_MAX {
            return Err(NotFiled::Pieces);
        }
        let db = self.db();
        if serial_of(&db, case_id, self.settings().epoch)?.is_none() {
            return Err(NotFiled::NoSlot);
        }
        let sql = "insert into piece (case_id, nth, closed) values (?1, ?2, ?3)
                   on conflict (case_id, nth) do update set closed = excluded.closed";
        db.execute(sql, params![case_id.as_bytes(), nth, closed])?;
        Ok(())
    }

    /// Makes a slot an application. The same again is answered as the first time.
    ///
    /// # Errors
    ///
    /// If it does not fit its slot or its seal; then nothing is changed.
    pub fn file(&self, filing: &Filing, now: Timestamp) -> Result<Filed, NotFiled> {
        let settings = self.settings();
        let mut db = self.db();
        let tx = db.transaction()?;
        if let Some((filed, seal)) = filed(&tx, filing.case_id)? {
            let same = serde_json::from_str(&seal).ok() == Some(filing.seal.clone());
            return if same { Ok(filed) } else { Err(NotFiled::Reused) };
        }
        let serial = serial_of(&tx, filing.case_id, settings.epoch)?.ok_or(NotFiled::NoSlot)?;
        let number = Number::new(settings.epoch, serial).ok_or(NotFiled::NumbersUsedUp)?.to_string();
        self.belongs(&filing.seal, &number, filing)?;
        let pieces = pieces(&tx, filing.case_id)?;
        if pieces.is_empty() || u32::try_from(pieces.len()) != Ok(filing.seal.pieces) {
            return Err(NotFiled::Pieces);
        }
        keep(&tx, filing, (&number, now))?;
        let header = serde_json::to_vec(&filing.seal).map_err(|_| StoreError::Damaged)?;
        let envelope = self.envelope(filing, &number, now);
        let packing = Packing::of(BODY, &header, &pieces);
        let consignment = line::Consignment { envelope, entries: &packing.entries(), stream: Stream::Documents };
        line::put_on(&tx, settings, consignment)?;
        tx.execute("delete from slot where case_id = ?1", [filing.case_id.as_bytes()])?;
        tx.commit()?;
        let case_id = filing.case_id;
        tracing::info!(%case_id, service = filing.service, "application {case_id} is filed");
        Ok(Filed { case_id, number, filed_at: millis(now), due: filing.due })
    }

    /// What was filed by a command, if it was: whoever seals anew at every attempt asks this first.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn filed_by(&self, command_id: Uuid) -> Result<Option<Filed>, NotFiled> {
        let db = self.db();
        let sql = "select case_id from filed where command_id = ?1";
        let known = db.query_row(sql, [command_id.as_bytes()], |row| row.get(0)).optional()?;
        let Some(case_id) = known else { return Ok(None) };
        Ok(filed(&db, Uuid::from_bytes(case_id))?.map(|(filed, _)| filed))
    }

    /// For whom whatever is sealed now must be: the office, then the key of the day; nothing if the office has no key.
    pub(crate) fn recipients(&self, now: Timestamp, today: Date) -> Result<Option<Vec<Recipient>>, SealError> {
        let Some(office) = keys::newest(&self.settings().office_keys, now) else { return Ok(None) };
        Ok(Some(vec![office.recipient.clone(), self.day_key(today)?]))
    }

    /// Whether the seal is for this slot, and the office can open it.
    fn belongs(&self, seal: &Header, number: &str, filing: &Filing) -> Result<(), NotFiled> {
        let settings = self.settings();
        let bound = Bound {
            hub: settings.hub.clone(),
            epoch: settings.epoch,
            number: number.to_owned(),
            schema: format!("{}/{}", filing.service, filing.catalogue_version),
        };
        if seal.seal == 1 && seal.bound == bound && self.is_for_office(seal) {
            Ok(())
        } else {
            Err(NotFiled::ForeignSeal)
        }
    }

    fn envelope(&self, filing: &Filing, number: &str, now: Timestamp) -> Envelope {
        let service = Service {
            code: filing.service.clone(),
            catalogue_version: filing.catalogue_version.clone(),
            number: number.to_owned(),
            filed_at: millis(now),
            language: filing.language.clone(),
            ticket: filing.ticket,
            consent: filing.consent.clone(),
        };
        let mut envelope = self.blank(filing.message_type, filing.case_id, now);
        envelope.service = Some(service);
        envelope
    }

    /// An envelope of this hall that says nothing yet.
    pub(crate) fn blank(&self, message_type: MessageType, case_id: Uuid, now: Timestamp) -> Envelope {
        let settings = self.settings();
        let party = |system: Option<String>| hhx::envelope::Party { party: settings.party.clone(), system, unit: None };
        let parties = (party(Some(settings.hub.clone())), party(None));
        Envelope { test: settings.test, ..Envelope::new(message_type, case_id, parties, millis(now)) }
    }
}

fn new_slot(db: &Connection, (command_id, epoch): (Uuid, u32), now: Timestamp) -> Result<(Uuid, u32), NotFiled> {
    if db.query_row("select count(*) from slot", [], |row| row.get::<_, i64>(0))? >= SLOTS_MAX {
        return Err(NotFiled::Full);
    }
    let sql = "insert into serial (epoch, last) values (?1, 1)
               on conflict (epoch) do update set last = last + 1 returning last";
    let serial: u32 = db.query_row(sql, [epoch], |row| row.get(0))?;
    Number::new(epoch, serial).ok_or(NotFiled::NumbersUsedUp)?;
    let case_id = Uuid::now_v7();
    // A command of another life has a number nobody may use any more.
    db.execute("delete from slot where command_id = ?1", [command_id.as_bytes()])?;
    let sql = "insert into slot (case_id, command_id, epoch, serial, made_at) values (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![case_id.as_bytes(), command_id.as_bytes(), epoch, serial, now.as_millisecond()])?;
    Ok((case_id, serial))
}

fn serial_of(db: &Connection, case_id: Uuid, epoch: u32) -> Result<Option<u32>, rusqlite::Error> {
    let sql = "select serial from slot where case_id = ?1 and epoch = ?2";
    db.query_row(sql, params![case_id.as_bytes(), epoch], |row| row.get(0)).optional()
}

fn pieces(db: &Connection, case_id: Uuid) -> Result<Vec<Vec<u8>>, NotFiled> {
    let mut rows = db.prepare("select nth, closed from piece where case_id = ?1 order by nth")?;
    let rows = rows.query_map([case_id.as_bytes()], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let mut all = Vec::new();
    for row in rows {
        let (nth, closed) = row?;
        if usize::try_from(nth) != Ok(all.len()) {
            return Err(NotFiled::Pieces);
        }
        all.push(closed);
    }
    Ok(all)
}

fn keep(db: &Connection, filing: &Filing, (number, now): (&str, Timestamp)) -> Result<(), NotFiled> {
    let sql = "insert into filed
                 (case_id, command_id, number, seal, kind, service, language, ticket, filed_at, due, status, phone_tail)
               values (?1, (select command_id from slot where case_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let seal = serde_json::to_string(&filing.seal).map_err(|_| StoreError::Damaged)?;
    let tail = filing.phone_tail.as_ref().map(|tail| tail.hashed(filing.case_id));
    let ticket = filing.ticket.map(Uuid::into_bytes);
    let due = filing.due.map(|due| due.to_string());
    let status = CaseStatus::Submitted;
    let kind = if filing.message_type == MessageType::Appeal { "appeal" } else { "application" };
    let row = params![
        filing.case_id.as_bytes(),
        number,
        seal,
        kind,
        filing.service,
        filing.language,
        ticket,
        now.as_millisecond(),
        due,
        status.word(),
        tail
    ];
    db.execute(sql, row)?;
    step(db, filing.case_id, (status, now))?;
    Ok(())
}

/// Writes down a step of a case.
pub(crate) fn step(db: &Connection, case_id: Uuid, (status, at): (CaseStatus, Timestamp)) -> rusqlite::Result<()> {
    let sql = "insert into step (case_id, nth, status, at)
               values (?1, (select coalesce(max(nth), 0) + 1 from step where case_id = ?1), ?2, ?3)";
    db.execute(sql, params![case_id.as_bytes(), status.word(), at.as_millisecond()])?;
    Ok(())
}

fn filed(db: &Connection, case_id: Uuid) -> Result<Option<(Filed, String)>, NotFiled> {
    let sql = "select number, filed_at, due, seal from filed where case_id = ?1";
    let row = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, Option<String>>(2)?,
            row.get::<_, String>(3)?,
        ))
    };
    let Some((number, filed_at, due, seal)) = db.query_row(sql, [case_id.as_bytes()], row).optional()? else {
        return Ok(None);
    };
    let filed_at = Timestamp::from_millisecond(filed_at).map_err(|_| StoreError::Damaged)?;
    let due = due.map(|due| due.parse().map_err(|_| StoreError::Damaged)).transpose()?;
    Ok(Some((Filed { case_id, number, filed_at, due }, seal)))
}

/// The name of the body in a container.
pub(crate) const BODY: &str = "doc/body.sealed";

/// As it reads back from the file, so that the first answer and a repeated one are the same.
pub(crate) fn millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
