//! What a counter does with an application: sees where it stands, reads today's, adds to it, hands the answer over.
//!
//! Today's is opened with the key of the day, which is only in memory: tomorrow, or after a restart, nobody in the hall
//! reads it any more, and that is said. Deliberately absent: keeping anything that was opened.

use crate::{
    Applications, LIMITS, Number, Seen, Slot, StoreError,
    ask::seen,
    file::{BODY, PIECE_BYTES_MAX, PIECES_MAX, millis},
    inbox::{go_to, status_of},
    line,
};
use hhx::{
    CaseStatus, Hash,
    body::{Answer, Body},
    container::{self, Opened, Packing},
    envelope::{MessageType, News, Role},
    line::Stream,
    seal::{Header, Opener, SealError},
};
use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Applications that are shown of one ticket.
const OF_TICKET_MAX: u32 = 20;

/// An application as the hall knows it without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The case.
    pub case_id: Uuid,
    /// The ticket it came with.
    pub ticket: Option<Uuid>,
    /// Where it stands.
    pub seen: Seen,
    /// Whether its answer was handed over in this hall.
    pub handed_over: bool,
}

/// Why something sealed is not opened here.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// There is no such case here, or its consignment was erased on schedule.
    #[error("there is no such application here")]
    Gone,
    /// It is sealed to the key of another day, or of before the hub was started.
    #[error("it was not sealed to today's key")]
    OtherDay,
    /// It is not what it should be.
    #[error("what is sealed is broken")]
    Broken,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was added or handed over.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// There is no such case here.
    #[error("there is no such application here")]
    NoCase,
    /// The case does not go there from where it stands.
    #[error("the case does not go there from where it stands")]
    NotNow,
    /// The office has given no key that may be sealed to now.
    #[error("there is no key of the office for today")]
    NoKey,
    /// The seal is bound to something else, or its pieces are not as described.
    #[error("the seal does not belong to this case")]
    ForeignSeal,
    /// Randomness.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// More for a case, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The same again is the same addition.
    pub id: Uuid,
    /// The case.
    pub case_id: Uuid,
    /// The readable part of the seal.
    pub seal: Header,
    /// The closed pieces.
    pub pieces: Vec<Vec<u8>>,
}

/// An answer of the office, opened.
pub struct Opening {
    /// What the office writes.
    pub answer: Answer,
    /// Its papers, in the answer's order.
    pub papers: Vec<Zeroizing<Vec<u8>>>,
}

macro_rules! of_database {
    ($($not:ident),+) => {$(
        impl From<rusqlite::Error> for $not {
            fn from(error: rusqlite::Error) -> Self {
                Self::Store(error.into())
            }
        }
    )+};
}

of_database!(NotOpened, NotDone);

impl Applications {
    /// What was filed with a ticket, in its order.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn of_ticket(&self, ticket: Uuid) -> Result<Vec<Known>, StoreError> {
        let db = self.db();
        let mut rows = db.prepare("select case_id from filed where ticket = ?1 order by filed_at limit ?2")?;
        let rows = rows.query_map(params![ticket.as_bytes(), OF_TICKET_MAX], |row| row.get(0))?;
        let cases: Vec<[u8; 16]> = rows.collect::<Result<_, _>>()?;
        cases.into_iter().filter_map(|case| known(&db, Uuid::from_bytes(case)).transpose()).collect()
    }

    /// The application with a number, as typed; nothing if there is none.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn by_number(&self, typed: &str) -> Result<Option<Known>, StoreError> {
        let Ok(number) = typed.parse::<Number>() else { return Ok(None) };
        let db = self.db();
        let sql = "select case_id from filed where number = ?1";
        let found = db.query_row(sql, [number.to_string()], |row| row.get(0)).optional()?;
        found.map_or(Ok(None), |case| known(&db, Uuid::from_bytes(case)))
    }

    /// Where a case stands; nothing if it is not of this hall.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn known(&self, case_id: Uuid) -> Result<Option<Known>, StoreError> {
        known(&self.db(), case_id)
    }

    /// Opens what was written today.
    ///
    /// # Errors
    ///
    /// If it is not here, not of today, or broken.
    pub fn open_today(&self, case_id: Uuid, today: Date) -> Result<Body, NotOpened> {
        let bytes = self.open_piece(case_id, 0, today)?;
        let body: Body = serde_json::from_slice(&bytes).map_err(|_| NotOpened::Broken)?;
        if body.case_id == case_id { Ok(body) } else { Err(NotOpened::Broken) }
    }

    /// Opens one piece of what was sealed today: 0 is the body, then the files in its order.
    ///
    /// # Errors
    ///
    /// If it is not here, not of today, or broken.
    pub fn open_piece(&self, case_id: Uuid, nth: u32, today: Date) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let container = self.application_of(case_id)?;
        let certificate = std::slice::from_ref(&self.settings().certificate);
        let opened = container::open(&container, &LIMITS, certificate).map_err(|_| NotOpened::Broken)?;
        self.piece_of(&opened, nth, today)
    }

    /// What more for a case is sealed to and bound to: its own number, in this life.
    ///
    /// # Errors
    ///
    /// If there is no such case or no key, or the case is over.
    pub fn slot_for_more(&self, case_id: Uuid, now: Timestamp, today: Date) -> Result<Slot, NotDone> {
        let settings = self.settings();
        let known = self.known(case_id)?.ok_or(NotDone::NoCase)?;
        if known.seen.status.is_over() {
            return Err(NotDone::NotNow);
        }
        let recipients = self.recipients(now, today)?.ok_or(NotDone::NoKey)?;
        let (hub, epoch) = (settings.hub.clone(), settings.epoch);
        Ok(Slot { case_id, number: known.seen.number, hub, epoch, recipients })
    }

    /// Sends more for a case. The same again changes nothing.
    ///
    /// # Errors
    ///
    /// If there is no such case, it is over, or the seal is of something else.
    pub fn add(&self, addition: &Addition, now: Timestamp) -> Result<(), NotDone> {
        let Addition { id, case_id, seal, pieces } = addition;
        let mut db = self.db();
        let tx = db.transaction()?;
        if sent(&tx, *id)? {
            return Ok(());
        }
        let known = known(&tx, *case_id)?.ok_or(NotDone::NoCase)?;
        if known.seen.status.is_over() {
            return Err(NotDone::NotNow);
        }
        let count = u32::try_from(pieces.len()).ok().filter(|count| (1..=PIECES_MAX).contains(count));
        let sound = count == Some(seal.pieces) && pieces.iter().all(|piece| piece.len() <= PIECE_BYTES_MAX);
        if !sound || seal.bound.number != known.seen.number || !self.is_for_office(seal) {
            return Err(NotDone::ForeignSeal);
        }
        let mut envelope = self.blank(MessageType::Addition, *case_id, now);
        envelope.consignment_id = *id;
        let header = serde_json::to_vec(seal).map_err(|_| StoreError::Damaged)?;
        let packing = Packing::of(BODY, &header, pieces);
        let consignment = line::Consignment { envelope, entries: &packing.entries(), stream: Stream::Documents };
        line::put_on(&tx, self.settings(), consignment)?;
        tx.commit()?;
        tracing::info!(%case_id, "more was added to case {case_id}");
        Ok(())
    }

    /// Opens an answer that the office sealed to the key of the day.
    ///
    /// # Errors
    ///
    /// If it is not for this case, not to today's key, or broken.
    pub fn open_answer(&self, case_id: Uuid, container: &[u8], today: Date) -> Result<Opening, NotOpened> {
        let known = self.known(case_id)?.ok_or(NotOpened::Gone)?;
        let settings = self.settings();
        let opened = container::open(container, &LIMITS, &settings.office_certificates).map_err(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, %case_id, "the answer to case {case_id} is none");
            NotOpened::Broken
        })?;
        let header = header_of(&opened).ok_or(NotOpened::Broken)?;
        let bound = (header.bound.hub == settings.hub) && header.bound.number == known.seen.number;
        if opened.envelope.case_id != case_id || opened.envelope.message_type != MessageType::Answer || !bound {
            return Err(NotOpened::Broken);
        }
        let answer: Answer =
            serde_json::from_slice(&self.piece_of(&opened, 0, today)?).map_err(|_| NotOpened::Broken)?;
        let nths = (1..).zip(&answer.attachments).map(|(nth, _)| nth);
        let papers = nths.map(|nth| self.piece_of(&opened, nth, today)).collect::<Result<Vec<_>, _>>()?;
        let whole = papers.iter().zip(&answer.attachments).all(|(paper, named)| Hash::of(paper) == named.sha256);
        if whole && answer.case_id == case_id { Ok(Opening { answer, papers }) } else { Err(NotOpened::Broken) }
    }

    /// The answer was handed over: the case is closed here, and the office is told. Said twice it is as said once.
    ///
    /// # Errors
    ///
    /// If there is no such case, or no answer to hand over.
    pub fn hand_over(&self, case_id: Uuid, now: Timestamp) -> Result<(), NotDone> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let (status, _) = status_of(&tx, case_id)?.ok_or(NotDone::NoCase)?;
        if sent(&tx, handing_over(case_id))? {
            return Ok(());
        }
        match status {
            CaseStatus::Closed => {}
            CaseStatus::Answered | CaseStatus::Issued | CaseStatus::Rejected => {
                go_to(&tx, case_id, (CaseStatus::Closed, now))?;
            }
            _ => return Err(NotDone::NotNow),
        }
        let mut envelope = self.blank(MessageType::Status, case_id, now);
        envelope.consignment_id = handing_over(case_id);
        envelope.news = Some(News { status: CaseStatus::Closed, at: millis(now), due: None });
        line::put_on(&tx, self.settings(), line::Consignment { envelope, entries: &[], stream: Stream::Documents })?;
        tx.commit()?;
        tracing::info!(%case_id, "the answer to case {case_id} was handed over");
        Ok(())
    }

    pub(crate) fn is_for_office(&self, seal: &Header) -> bool {
        let office = |key_id: &str| self.settings().office_keys.iter().any(|key| key.recipient.key_id == key_id);
        seal.bound.hub == self.settings().hub && seal.keys.iter().any(|key| office(&key.key_id))
    }

    /// The consignment that a case began with, as it was sent.
    fn application_of(&self, case_id: Uuid) -> Result<Vec<u8>, NotOpened> {
        let db = self.db();
        let sql = "select container from outbox where case_id = ?1
                   union all select container from parked where case_id = ?1";
        let mut rows = db.prepare(sql)?;
        let rows = rows.query_map([case_id.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?;
        for container in rows {
            let container = container?;
            let envelope = container::peek(&container, &LIMITS).map_err(|_| NotOpened::Broken)?;
            if matches!(envelope.message_type, MessageType::Application | MessageType::Appeal) {
                return Ok(container);
            }
        }
        Err(NotOpened::Gone)
    }

    fn piece_of(&self, opened: &Opened, nth: u32, today: Date) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let header = header_of(opened).ok_or(NotOpened::Broken)?;
        let mut named = opened.envelope.files.iter().filter(|file| match nth {
            0 => file.role == Role::Main,
            _ => file.role == Role::Attachment,
        });
        let place = usize::try_from(nth.saturating_sub(1)).map_err(|_| NotOpened::Gone)?;
        let file = named.nth(place).ok_or(NotOpened::Gone)?;
        let closed = opened.entries.get(&file.name).ok_or(NotOpened::Broken)?;
        let day = self.0.day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (_, key) = day.as_ref().filter(|(of, _)| *of == today).ok_or(NotOpened::OtherDay)?;
        let opener = Opener::new(&header, key).map_err(|error| match error {
            SealError::NotForThisKey => NotOpened::OtherDay,
            SealError::NoRandomness | SealError::NotAKey | SealError::Broken => NotOpened::Broken,
        })?;
        opener.open(nth, closed).map_err(|_| NotOpened::Broken)
    }
}

fn header_of(opened: &Opened) -> Option<Header> {
    let seal = opened.envelope.files.iter().find(|file| file.role == Role::Seal)?;
    serde_json::from_slice(opened.entries.get(&seal.name)?).ok()
}

fn known(db: &Connection, case_id: Uuid) -> Result<Option<Known>, StoreError> {
    let sql = "select ticket from filed where case_id = ?1";
    let found = db.query_row(sql, [case_id.as_bytes()], |row| row.get::<_, Option<[u8; 16]>>(0)).optional()?;
    let Some(ticket) = found else { return Ok(None) };
    let handed_over = sent(db, handing_over(case_id))?;
    Ok(Some(Known { case_id, ticket: ticket.map(Uuid::from_bytes), seen: seen(db, case_id)?, handed_over }))
}

/// Whether a consignment with this id is on the line, or was put aside.
fn sent(db: &Connection, id: Uuid) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from outbox where consignment_id = ?1)
                 or exists (select 1 from parked where consignment_id = ?1)";
    Ok(db.query_row(sql, [id.as_bytes()], |row| row.get(0))?)
}

/// A case's answer is handed over once, so that consignment has one id.
fn handing_over(case_id: Uuid) -> Uuid {
    let digest = Hash::of(&[case_id.as_bytes().as_slice(), b"handed over"].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.0[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
