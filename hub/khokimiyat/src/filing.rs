//! What a hall's consignment becomes at the office: a registered case, more for a case, a case taken back.
//!
//! Everything the catalogue knows is registered at once, with the number, the day and the term that the law or the
//! catalogue gives; an appeal cannot be refused registration (ЗРУ-445 art. 23). The office opens the seal here, because a
//! registrar has to find a case by a name. Absent on purpose: attachments, which stay sealed until somebody opens one.

use crate::{
    audit,
    catalogue::{self, Service},
    halls::HallId,
    number,
    office::{Office, Offices, local},
    outgoing, search,
    store::StoreError,
};
use deadpool_postgres::Transaction;
use hhx::{
    CaseStatus, Code, Envelope,
    body::Body,
    container::Opened,
    envelope::Role,
    receipt::{Outcome, Registration},
    seal::{Header, Opener},
    status::Appeal,
    term::{Due, registration_day},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_postgres::types::Json;
use uuid::Uuid;

/// A body of a form is far smaller.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// What is shown of a text in a list.
const SUMMARY_CHARS_MAX: usize = 160;
/// What is searched of one case.
const SEARCH_CHARS_MAX: usize = 2_000;

/// What became of a consignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filed {
    /// It is where it belongs.
    Kept,
    /// It is not what it should be.
    Poisoned(Code, String),
}

/// Opens a case and registers it.
pub async fn open_case(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    opened: &Opened,
) -> Result<Filed, StoreError> {
    let envelope = &opened.envelope;
    let Some(asked) = &envelope.service else { return poisoned(Code::Validation, "no service is asked for") };
    let Some(service) = catalogue::service(&asked.code) else {
        return poisoned(Code::CatalogueOutdated, "the office does not know this service");
    };
    let body = match open_body(offices, hall, opened) {
        Ok(body) if body.case_id == envelope.case_id && body.service == asked.code => body,
        Ok(_) => return poisoned(Code::Validation, "the sealed body is of another application"),
        Err(why) => return poisoned(Code::Validation, why),
    };
    if let Some((registration, due)) = registered_before(tx, hall, envelope.case_id).await? {
        let again = Outcome::Registered { registration, due: Some(due) };
        outgoing::acknowledge(offices, tx, hall, at, envelope, again).await?;
        return Ok(Filed::Kept);
    }
    let came = local(at);
    let day = registration_day(came, offices.hours, &offices.calendar);
    let due = Due::counted(came.date(), service.term, &offices.calendar);
    let taken = number::take(tx, &hall.office, service.journal, day).await?;
    let registration = Registration { registered_by: "office".to_owned(), ..taken };
    insert(tx, hall, at, envelope, (service, &body, &registration, &due)).await?;
    let after = json!({ "reg_no": registration.reg_no, "due": due.date, "status": CaseStatus::Registered.word() });
    note(tx, hall, at, ("register", envelope.case_id), after).await?;
    let outcome = Outcome::Registered { registration, due: Some(due.date) };
    outgoing::acknowledge(offices, tx, hall, at, envelope, outcome).await?;
    Ok(Filed::Kept)
}

/// More for a case: whoever waited for it goes on, and the hall is told.
pub async fn add(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    opened: &Opened,
) -> Result<Filed, StoreError> {
    let envelope = &opened.envelope;
    let Some((status, _)) = standing(tx, hall, envelope.case_id).await? else {
        return poisoned(Code::Validation, "there is no such case");
    };
    let sql = "select number from case_file where office = $1 and case_id = $2";
    let number: String = tx.query_one(sql, &[&hall.office, &envelope.case_id]).await?.get(0);
    match body_bound_to(offices, hall, opened, &number) {
        Ok(body) if body.case_id == envelope.case_id => {}
        Ok(_) => return poisoned(Code::Validation, "the sealed body is of another application"),
        Err(why) => return poisoned(Code::Validation, why),
    }
    if status == CaseStatus::NeedInfo {
        stand(offices, tx, hall, at, (envelope.case_id, CaseStatus::InWork)).await?;
    }
    let after = json!({ "consignment": envelope.consignment_id });
    note(tx, hall, at, ("addition", envelope.case_id), after).await?;
    Ok(Filed::Kept)
}

/// The hall has handed the answer over: the case is over here too, if it was not put away before.
pub async fn handed_over(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    envelope: &Envelope,
) -> Result<Filed, StoreError> {
    let Some((status, appeal)) = standing(tx, hall, envelope.case_id).await? else {
        return poisoned(Code::Validation, "there is no such case");
    };
    if envelope.news.as_ref().map(|news| news.status) != Some(CaseStatus::Closed) {
        return poisoned(Code::Validation, "a hall only says that an answer was handed over");
    }
    if status != CaseStatus::Closed {
        if !status.may_become(CaseStatus::Closed, appeal) {
            return poisoned(Code::Validation, "there is no answer that could be handed over");
        }
        stand(offices, tx, hall, at, (envelope.case_id, CaseStatus::Closed)).await?;
    }
    note(tx, hall, at, ("handed-over", envelope.case_id), json!({ "status": CaseStatus::Closed.word() })).await?;
    Ok(Filed::Kept)
}

/// The citizen takes it back, if it is not answered yet.
pub async fn recall(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    envelope: &Envelope,
) -> Result<Filed, StoreError> {
    let Some((status, appeal)) = standing(tx, hall, envelope.case_id).await? else {
        return poisoned(Code::Validation, "there is no such case");
    };
    if !status.may_become(CaseStatus::Recalled, appeal) {
        return poisoned(Code::Validation, "the case is over");
    }
    stand(offices, tx, hall, at, (envelope.case_id, CaseStatus::Recalled)).await?;
    note(tx, hall, at, ("recall", envelope.case_id), json!({ "status": CaseStatus::Recalled.word() })).await?;
    Ok(Filed::Kept)
}

/// Opens one piece of what was sealed: 0 is the body, then the attachments in order.
pub fn open_piece(office: &Office, opened: &Opened, nth: u32) -> Option<Vec<u8>> {
    let named = |role: Role| opened.envelope.files.iter().filter(move |file| file.role == role);
    let header: Header = serde_json::from_slice(opened.entries.get(&named(Role::Seal).next()?.name)?).ok()?;
    let piece = match nth {
        0 => named(Role::Main).next()?,
        nth => named(Role::Attachment).nth(usize::try_from(nth).ok()? - 1)?,
    };
    let closed = opened.entries.get(&piece.name)?;
    let mut openers = office.seal_keys.iter().filter_map(|key| Opener::new(&header, key).ok());
    Some(openers.next()?.open(nth, closed).ok()?.to_vec())
}

/// What an addition says in words.
pub fn addition_text(body: &Body) -> String {
    text(body, &["text"])
}

fn open_body(offices: &Offices, hall: &HallId, opened: &Opened) -> Result<Body, &'static str> {
    let asked = opened.envelope.service.as_ref().ok_or("no service is asked for")?;
    body_bound_to(offices, hall, opened, &asked.number)
}

fn body_bound_to(offices: &Offices, hall: &HallId, opened: &Opened, number: &str) -> Result<Body, &'static str> {
    let office = offices.offices.get(&hall.office).ok_or("there is no such office")?;
    let seal = opened.envelope.files.iter().find(|file| file.role == Role::Seal).ok_or("it is not sealed")?;
    let header: Header = opened
        .entries
        .get(&seal.name)
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .ok_or("the seal's header is not readable")?;
    if header.bound.hub != hall.hub || header.bound.number != number {
        return Err("the seal is bound to another application");
    }
    let bytes = open_piece(office, opened, 0).ok_or("the seal does not open with the office's keys")?;
    if bytes.len() > BODY_BYTES_MAX {
        return Err("the body is too long");
    }
    serde_json::from_slice(&bytes).map_err(|_| "the sealed body is not as described")
}

async fn registered_before(
    tx: &Transaction<'_>,
    hall: &HallId,
    case_id: Uuid,
) -> Result<Option<(Registration, jiff::civil::Date)>, StoreError> {
    let sql = "select journal, reg_index, reg_no, reg_date, due_date from case_file
               where office = $1 and case_id = $2";
    let Some(row) = tx.query_opt(sql, &[&hall.office, &case_id]).await? else { return Ok(None) };
    let registration = Registration {
        journal: row.get(0),
        index: u32::try_from(row.get::<_, i32>(1)).map_err(|_| StoreError::Row("a registration"))?,
        reg_no: row.get(2),
        reg_date: row.get(3),
        registered_by: "office".to_owned(),
    };
    Ok(Some((registration, row.get(4))))
}

async fn insert(
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    envelope: &Envelope,
    (service, body, registration, due): (&Service, &Body, &Registration, &Due),
) -> Result<(), StoreError> {
    let asked = envelope.service.as_ref().ok_or(StoreError::Row("a service"))?;
    let correspondent = text(body, &["full_name", "organization", "org_name"]);
    let summary: String = text(body, &["appeal_text", "subject", "question"]).chars().take(SUMMARY_CHARS_MAX).collect();
    let all = format!("{correspondent} {} {} {summary}", registration.reg_no, asked.number);
    let looked_for: String = search::fold(&all).chars().take(SEARCH_CHARS_MAX).collect();
    let (year, index) = (i32::from(registration.reg_date.year()), i32::try_from(registration.index));
    let index = index.map_err(|_| StoreError::Row("a registration"))?;
    let (appeal, status) = (service.appeal == Appeal::Yes, CaseStatus::Registered.word());
    let sql = "with filed as (
                 insert into case_file (office, case_id, hub, service, appeal, test, number, language, status, journal,
                   reg_year, reg_index, reg_no, reg_date, received_at, due_date, due, correspondent, summary,
                   looked_for, body)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                 returning office, case_id),
               numbered as (
                 insert into journal (office, journal, reg_year, reg_index, reg_no, reg_date, registered_at,
                   registered_by, case_id)
                 select office, $10, $11, $12, $13, $14, $15, 'office', case_id from filed)
               insert into card (office, case_id) select office, case_id from filed";
    let statement = tx.prepare_cached(sql).await?;
    tx.execute(
        &statement,
        &[
            &hall.office,
            &envelope.case_id,
            &hall.hub,
            &asked.code,
            &appeal,
            &envelope.test,
            &asked.number,
            &asked.language,
            &status,
            &registration.journal,
            &year,
            &index,
            &registration.reg_no,
            &registration.reg_date,
            &at,
            &due.date,
            &Json(due),
            &correspondent,
            &summary,
            &looked_for,
            &Json(body),
        ],
    )
    .await?;
    Ok(())
}

/// The first of these fields that has text.
fn text(body: &Body, fields: &[&str]) -> String {
    let written = |field: &&str| match serde_json::from_value(body.answers.get(*field)?.clone()).ok()? {
        forms::Answer::Text(text) => Some(text),
        forms::Answer::Address(_) | forms::Answer::Files(_) | forms::Answer::Agreed(_) => None,
    };
    fields.iter().find_map(written).unwrap_or_default()
}

/// Where a case of this hall stands, locked.
async fn standing(
    tx: &Transaction<'_>,
    hall: &HallId,
    case_id: Uuid,
) -> Result<Option<(CaseStatus, Appeal)>, StoreError> {
    let sql = "select status, appeal from case_file where office = $1 and case_id = $2 and hub = $3 for update";
    let Some(row) = tx.query_opt(sql, &[&hall.office, &case_id, &hall.hub]).await? else { return Ok(None) };
    let appeal = if row.get(1) { Appeal::Yes } else { Appeal::No };
    Ok(Some((status(row.get(0))?, appeal)))
}

/// Goes on to a status, and tells the hall.
async fn stand(
    offices: &Offices,
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    (case_id, to): (Uuid, CaseStatus),
) -> Result<(), StoreError> {
    let sql = "update case_file set status = $3, over = $4, version = version + 1 where office = $1 and case_id = $2";
    tx.execute(sql, &[&hall.office, &case_id, &to.word(), &to.is_over()]).await?;
    outgoing::tell(offices, tx, hall, at, case_id, (to, None)).await.map(drop)
}

/// The status of a word in the database.
pub fn status(word: &str) -> Result<CaseStatus, StoreError> {
    CaseStatus::of(word).ok_or(StoreError::Row("a status"))
}

async fn note(
    tx: &Transaction<'_>,
    hall: &HallId,
    at: Timestamp,
    (what, case_id): (&str, Uuid),
    after: Value,
) -> Result<(), StoreError> {
    let (office, who) = (hall.office.as_str(), hall.hub.as_str());
    audit::add(tx, audit::Entry { office, at, who, what, case_id: Some(case_id), before: None, after: Some(after) })
        .await
}

fn poisoned(code: Code, why: &str) -> Result<Filed, StoreError> {
    Ok(Filed::Poisoned(code, why.to_owned()))
}
