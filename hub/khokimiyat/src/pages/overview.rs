//! What the head looks at first: what is overdue, and what will be.

use super::{
    frame::{NoPage, Page, Seen},
    journal::{self, Line},
};
use crate::office::Offices;
use askama::Template;
use axum::{extract::State, response::Response};
use hhx::term::Urgency;

/// Lines that are shown: an office with more overdue needs another tool than a list.
const LINES_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage<'a> {
    page: &'a Page,
    figures: [(&'static str, i64); 5],
    lines: Vec<Line>,
}

/// `GET /overview`.
pub(super) async fn page(State(offices): State<Offices>, seen: Seen) -> Result<Response, NoPage> {
    let (page, today) = (&seen.page, offices.today());
    let db = offices.store.connection().await?;
    let sql = "select count(*) filter (where due_date < $2), count(*) filter (where responsible is null),
                 count(*), (select count(*) from quarantine where office = $1 and settled_at is null),
                 (select count(*) from alarm where office = $1 and seen_at is null)
               from case_file where office = $1 and not over";
    let row = db.query_one(sql, &[&seen.who.office, &today]).await?;
    let figures = [
        (page.say("office.overview.overdue"), row.get(0)),
        (page.say("office.overview.unassigned"), row.get(1)),
        (page.say("office.overview.waiting"), row.get(2)),
        (page.say("office.overview.quarantine"), row.get(3)),
        (page.say("office.overview.alarms"), row.get(4)),
    ];
    let sql = format!(
        "select {} from case_file f where f.office = $1 and not f.over order by f.due_date, f.reg_index limit $2",
        journal::COLUMNS
    );
    let rows = db.query(&sql, &[&seen.who.office, &LINES_MAX]).await?;
    let lines = rows.iter().map(|row| journal::line(&offices, page, row));
    let lines = lines.filter(|line| line.urgency != Some(Urgency::Calm)).collect();
    Ok(seen.show(&OverviewPage { page, figures, lines }))
}
