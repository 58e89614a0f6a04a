//! What was added to a case after it was filed: a text, scanned documents, in the order in which they came.
//!
//! They stay sealed until somebody looks at the case. An auditor sees that something came, and not what.

use super::frame::{NoPage, Seen};
use crate::{audit, filing, office::Offices, people::Official, people::Role, store::StoreError};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use deadpool_postgres::Object;
use hhx::{
    body::Body,
    container::{self, Opened},
};
use jiff::Timestamp;
use uuid::Uuid;

/// Additions of one case that are shown.
const SHOWN_MAX: i64 = 20;

/// Something that was added.
pub(super) struct Addition {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) text: String,
    /// Each with its place, from 1.
    pub(super) papers: Vec<(usize, String)>,
}

/// What was added to a case.
pub(super) async fn of_case(
    offices: &Offices,
    db: &Object,
    who: &Official,
    case_id: Uuid,
) -> Result<Vec<Addition>, NoPage> {
    let sql = "select c.consignment_id, c.received_at, b.bytes, h.certificates from consignment c
               join blob b on b.office = c.office and b.sha256 = c.sha256
               join hall h on h.office = c.office and h.hub = c.hub
               where c.office = $1 and c.case_id = $2 and c.message_type = 'addition'
                 and not exists (select 1 from quarantine q
                                 where q.office = c.office and q.consignment_id = c.consignment_id)
               order by c.received_at, c.seq limit $3";
    let rows = db.query(sql, &[&who.office, &case_id, &SHOWN_MAX]).await?;
    let mut all = Vec::new();
    for row in &rows {
        let (id, at) = (row.get(0), row.get(1));
        if who.role == Role::Auditor {
            all.push(Addition { id, at, text: String::new(), papers: vec![] });
            continue;
        }
        let opened = opened(offices, row.get(2), row.get(3))?;
        let body = body(offices, who, &opened)?;
        let papers = body.attachments.iter().map(|paper| paper.name.clone());
        let papers = (1..).zip(papers).collect();
        all.push(Addition { id, at, text: filing::addition_text(&body), papers });
    }
    Ok(all)
}

/// `GET /cases/{case_id}/additions/{consignment_id}/{nth}`: a document, opened now for this person.
pub(super) async fn paper(
    State(offices): State<Offices>,
    seen: Seen,
    Path((case_id, id, nth)): Path<(Uuid, Uuid, u32)>,
) -> Result<Response, NoPage> {
    let who = &seen.who;
    if who.role == Role::Auditor {
        return Err(NoPage::NotFound);
    }
    let db = offices.store.connection().await?;
    let sql = "select b.bytes, h.certificates from consignment c
               join blob b on b.office = c.office and b.sha256 = c.sha256
               join hall h on h.office = c.office and h.hub = c.hub
               where c.office = $1 and c.case_id = $2 and c.consignment_id = $3 and c.message_type = 'addition'";
    let row = db.query_opt(sql, &[&who.office, &case_id, &id]).await?.ok_or(NoPage::NotFound)?;
    let opened = opened(&offices, row.get(0), row.get(1))?;
    let place = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1)).ok_or(NoPage::NotFound)?;
    let body = body(&offices, who, &opened)?;
    let attachment = body.attachments.get(place).ok_or(NoPage::NotFound)?;
    let office = offices.offices.get(&who.office).ok_or(NoPage::NotFound)?;
    let bytes = filing::open_piece(office, &opened, nth).ok_or(NoPage::NotFound)?;
    let (office, at, case_id) = (who.office.as_str(), offices.now(), Some(case_id));
    audit::add(&db, audit::Entry { office, at, who: &who.id, what: "see-paper", case_id, before: None, after: None })
        .await?;
    Ok(inline(&attachment.media_type, bytes))
}

/// A document as a browser shows it; what a browser would run is never shown by it.
pub(super) fn inline(media_type: &str, bytes: Vec<u8>) -> Response {
    let shown = matches!(media_type, "application/pdf" | "image/jpeg" | "image/png");
    let kind = if shown { media_type.to_owned() } else { "application/octet-stream".to_owned() };
    let about = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    (about, bytes).into_response()
}

fn opened(offices: &Offices, bytes: &[u8], certificates: &str) -> Result<Opened, NoPage> {
    let trusted = hhx::sign::certificates(certificates).unwrap_or_default();
    Ok(container::open(bytes, &offices.limits, &trusted).map_err(|_| StoreError::Row("a container"))?)
}

fn body(offices: &Offices, who: &Official, opened: &Opened) -> Result<Body, NoPage> {
    let office = offices.offices.get(&who.office).ok_or(NoPage::NotFound)?;
    let bytes = filing::open_piece(office, opened, 0).ok_or(StoreError::Row("an addition"))?;
    Ok(serde_json::from_slice(&bytes).map_err(|_| StoreError::Row("an addition"))?)
}
