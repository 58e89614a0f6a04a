//! An executor's tasks, the most urgent first.

use super::{
    frame::{NoPage, Page, Seen},
    journal::{self, Line},
};
use crate::office::Offices;
use askama::Template;
use axum::{extract::State, response::Response};

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage<'a> {
    page: &'a Page,
    lines: Vec<Line>,
}

/// `GET /tasks`.
pub(super) async fn page(State(offices): State<Offices>, seen: Seen) -> Result<Response, NoPage> {
    let db = offices.store.connection().await?;
    let sql = format!(
        "select {} from case_file f
         where f.office = $1 and not f.over and exists (select 1 from task t where t.office = f.office
           and t.case_id = f.case_id and t.executor = $2 and t.done_at is null)
         order by f.due_date, f.reg_year, f.reg_index limit 200",
        journal::COLUMNS
    );
    let rows = db.query(&sql, &[&seen.who.office, &seen.who.id]).await?;
    let lines = rows.iter().map(|row| journal::line(&offices, &seen.page, row)).collect();
    Ok(seen.show(&TasksPage { page: &seen.page, lines }))
}
