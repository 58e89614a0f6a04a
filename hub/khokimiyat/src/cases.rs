//! A hall's own cases, page by page: what a hub that was restored or replaced asks once.
//!
//! It gets what a kiosk shows and what a question is answered by, nothing that a citizen wrote. The steps are those that
//! the hall was told, read from its inbox, so both ends say the same of a case.

use crate::{halls::HallId, office::Offices, store::StoreError};
use hhx::{
    CaseStatus,
    cases::{Case, PAGE_MAX, Page, STEPS_MAX, Step},
    container::{self, Limits},
    receipt::Outcome,
    tail::PhoneTail,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a page begins: after this case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    received_at: Timestamp,
    case_id: Uuid,
}

impl Place {
    /// Before the first case.
    pub const FIRST: Place = Place { received_at: Timestamp::UNIX_EPOCH, case_id: Uuid::nil() };

    /// Reads what a page called its end.
    pub fn read(text: &str) -> Option<Place> {
        let (micros, case_id) = text.split_once('.')?;
        let received_at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some(Place { received_at, case_id: case_id.parse().ok()? })
    }

    fn written(self) -> String {
        format!("{}.{}", self.received_at.as_microsecond(), self.case_id)
    }
}

/// The cases of a hall after a place.
pub async fn page(offices: &Offices, hall: &HallId, after: Place) -> Result<Page, StoreError> {
    let db = offices.store.connection().await?;
    let sql = "select f.case_id, f.number, f.service, f.appeal, f.language, f.reg_no, f.reg_date, f.due_date,
                 f.received_at, f.body -> 'answers' -> 'phone' ->> 'text', c.envelope -> 'service' ->> 'filed_at'
               from case_file f
               left join lateral (
                 select envelope from consignment c where c.office = f.office and c.case_id = f.case_id
                 and c.message_type in ('application', 'appeal') order by c.received_at limit 1) c on true
               where f.office = $1 and f.hub = $2 and (f.received_at, f.case_id) > ($3, $4)
               order by f.received_at, f.case_id limit $5";
    let most = i64::try_from(PAGE_MAX).unwrap_or(i64::MAX);
    let Place { received_at, case_id } = after;
    let rows = db.query(sql, &[&hall.office, &hall.hub, &received_at, &case_id, &most]).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let sql = "select case_id, container from inbox where office = $1 and hub = $2 and case_id = any($3)
               order by cursor";
    let told = db.query(sql, &[&hall.office, &hall.hub, &ids]).await?;
    drop(db);
    // Fifty slow hashes, and ZIPs to look into: away from the threads that serve others.
    let page = tokio::task::spawn_blocking(move || {
        let mut steps: BTreeMap<Uuid, Vec<Step>> = BTreeMap::new();
        for row in &told {
            steps.entry(row.get(0)).or_default().extend(step(row.get(1)));
        }
        let cases: Vec<Case> =
            rows.iter().map(|row| case(row, steps.remove(&row.get(0)).unwrap_or_default())).collect();
        let end = rows.last().map(|row| Place { received_at: row.get(8), case_id: row.get(0) });
        let next = if cases.len() == PAGE_MAX { end.map(Place::written) } else { None };
        Page { cases, next }
    });
    page.await.map_err(|_| StoreError::Row("a hall's case"))
}

fn case(row: &tokio_postgres::Row, told: Vec<Step>) -> Case {
    let (case_id, received_at): (Uuid, Timestamp) = (row.get(0), row.get(8));
    let phone: Option<String> = row.get(9);
    let filed_at: Option<String> = row.get(10);
    let delivered = Step { status: CaseStatus::Delivered, at: received_at };
    Case {
        case_id,
        number: row.get(1),
        service: row.get(2),
        appeal: row.get(3),
        language: row.get(4),
        filed_at: filed_at.and_then(|at| at.parse().ok()).unwrap_or(received_at),
        reg_no: row.get(5),
        reg_date: row.get(6),
        due: row.get(7),
        phone_tail: phone.and_then(|phone| PhoneTail::of_phone(&phone)).map(|tail| tail.hashed(case_id)),
        steps: std::iter::once(delivered).chain(told).take(STEPS_MAX).collect(),
    }
}

/// What a consignment to the hall says of its case.
fn step(bytes: &[u8]) -> Option<Step> {
    let envelope = container::peek(bytes, &Limits::USUAL).ok()?;
    match (envelope.outcome, envelope.news) {
        (Some(Outcome::Registered { .. }), _) => Some(Step { status: CaseStatus::Registered, at: envelope.sent_at }),
        (_, Some(news)) => Some(Step { status: news.status, at: news.at }),
        (Some(Outcome::Refused { .. }) | None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_it_is_written() {
        let place = Place { received_at: "2026-11-23T05:00:00.000001Z".parse().unwrap(), case_id: Uuid::from_u128(7) };
        assert_eq!(Place::read(&place.written()), Some(place));
        for wrong in ["", "1", "1.x", "x.00000000-0000-0000-0000-000000000007"] {
            assert_eq!(Place::read(wrong), None, "{wrong}");
        }
    }
}
