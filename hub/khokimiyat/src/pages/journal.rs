//! A journal: its newest numbers first, found by name, number or word in any alphabet.
//!
//! Pages go on from the last number that was seen (keyset), so the thousandth costs what the first does.

use super::frame::{NoPage, Page, Seen, journal_name};
use crate::{
    audit,
    catalogue::{self, JournalName},
    office::Offices,
    search,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hhx::term::{Due, Urgency};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

/// Lines of a page.
const LINES: usize = 50;
/// What is looked at of a question.
const ASKED_CHARS_MAX: usize = 100;

/// What is asked.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    /// `year.index` of the last line that was seen.
    #[serde(default)]
    before: String,
}

/// A line of a list of cases.
pub(super) struct Line {
    pub(super) case_id: Uuid,
    pub(super) reg_no: String,
    pub(super) reg_date: Date,
    pub(super) correspondent: String,
    pub(super) service: String,
    pub(super) status: String,
    pub(super) due: Date,
    pub(super) urgency: Option<Urgency>,
    at: (i32, i32),
}

impl Line {
    /// How a due date looks.
    pub(super) fn look(&self) -> &'static str {
        match self.urgency {
            Some(Urgency::Overdue(_)) => "urgent",
            Some(Urgency::OneDay | Urgency::ThreeDays) => "soon",
            Some(Urgency::Calm) | None => "",
        }
    }
}

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage<'a> {
    page: &'a Page,
    title: String,
    journal: &'static str,
    asked: String,
    lines: Vec<Line>,
    next: Option<String>,
}

/// The columns of a [`Line`], of `case_file f`.
pub(super) const COLUMNS: &str = "f.case_id, f.reg_no, f.reg_date, f.correspondent, f.service, f.status, f.due, \
     f.over, f.reg_year, f.reg_index";

/// A row of [`COLUMNS`] as a line.
pub(super) fn line(offices: &Offices, page: &Page, row: &tokio_postgres::Row) -> Line {
    let due = row.get::<_, Json<Due>>(6).0;
    let over: bool = row.get(7);
    let service: &str = row.get(4);
    Line {
        case_id: row.get(0),
        reg_no: row.get(1),
        reg_date: row.get(2),
        correspondent: row.get(3),
        service: catalogue::service(service).map_or(service, |known| known.name(page.lang)).to_owned(),
        status: page.status(row.get(5)),
        due: due.date,
        urgency: (!over).then(|| due.urgency(offices.today(), &offices.calendar)),
        at: (row.get(8), row.get(9)),
    }
}

/// `GET /journals/{journal}`.
pub(super) async fn page(
    State(offices): State<Offices>,
    seen: Seen,
    Path(journal): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, NoPage> {
    let journal = JournalName::of(&journal).ok_or(NoPage::NotFound)?;
    let question: String = asked.q.chars().take(ASKED_CHARS_MAX).collect();
    let (year, index) = before(&asked.before);
    let patterns = search::patterns(&question);
    // One condition a word: the index of trigrams answers `like`, and does not answer `like all`.
    let found: String = (0..patterns.len()).map(|nth| format!(" and f.looked_for like ${}", nth + 6)).collect();
    // What goes out has numbers of its own for cases of other journals: its lines come from the journal itself.
    let sql = match journal {
        JournalName::Murojaat | JournalName::Kiruvchi => format!(
            "select {COLUMNS} from case_file f where f.office = $1 and f.journal = $2
               and (f.reg_year, f.reg_index) < ($3, $4) {found}
             order by f.reg_year desc, f.reg_index desc limit $5"
        ),
        _ => format!(
            "select {} from journal j join case_file f on f.office = j.office and f.case_id = j.case_id
             where j.office = $1 and j.journal = $2 and (j.reg_year, j.reg_index) < ($3, $4)
               {found} order by j.reg_year desc, j.reg_index desc limit $5",
            COLUMNS.replace("f.reg_", "j.reg_")
        ),
    };
    let db = offices.store.connection().await?;
    let limit = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let word = journal.word();
    let mut asked_for: Vec<&(dyn ToSql + Sync)> = vec![&seen.who.office, &word, &year, &index, &limit];
    asked_for.extend(patterns.iter().map(|pattern| pattern as &(dyn ToSql + Sync)));
    // A search is planned anew each time: how rare its words are decides between the two indexes.
    let rows = db.query(&sql, &asked_for).await?;
    let mut lines: Vec<Line> = rows.iter().map(|row| line(&offices, &seen.page, row)).collect();
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let next = lines.last().filter(|_| more).map(|last| format!("{}.{}", last.at.0, last.at.1));
    let after = json!({ "journal": journal.word(), "searched": !patterns.is_empty(), "lines": lines.len() });
    let entry = audit::Entry {
        office: &seen.who.office,
        at: offices.now(),
        who: &seen.who.id,
        what: "see-journal",
        case_id: None,
        before: None,
        after: Some(after),
    };
    audit::add(&db, entry).await?;
    let title = journal_name(seen.page.lang, journal);
    Ok(seen.show(&JournalPage { page: &seen.page, title, journal: journal.word(), asked: question, lines, next }))
}

fn before(text: &str) -> (i32, i32) {
    let pair = text.split_once('.').and_then(|(year, index)| Some((year.parse().ok()?, index.parse().ok()?)));
    pair.unwrap_or((i32::MAX, i32::MAX))
}
