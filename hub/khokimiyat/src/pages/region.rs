//! Sums by office: a region sees those of its cities and districts, everybody else their own.
//!
//! Sums only: a region reads no case of another office. They are counted when asked, from the rows themselves.

use super::frame::{NoPage, Page, Seen};
use crate::{catalogue, office::Offices};
use askama::Template;
use axum::{extract::State, response::Response};

/// The sums of one office this year.
struct Sums {
    name: String,
    registered: i64,
    waiting: i64,
    overdue: i64,
    over: i64,
}

#[derive(Template)]
#[template(path = "region.html")]
struct RegionPage<'a> {
    page: &'a Page,
    offices: Vec<Sums>,
    all: Sums,
}

/// `GET /region`.
pub(super) async fn page(State(offices): State<Offices>, seen: Seen) -> Result<Response, NoPage> {
    let today = offices.today();
    let db = offices.store.connection().await?;
    let sql = "select o.office, count(f.case_id) filter (where f.reg_year = $3),
                 count(f.case_id) filter (where not f.over),
                 count(f.case_id) filter (where not f.over and f.due_date < $2),
                 count(f.case_id) filter (where f.over and f.reg_year = $3)
               from office o left join case_file f on f.office = o.office and not f.test
               where o.office = $1 or o.parent = $1 group by o.office order by o.office";
    let rows = db.query(sql, &[&seen.who.office, &today, &i32::from(today.year())]).await?;
    let name = |code: &str| catalogue::place(code).map_or(code, |place| place.name(seen.page.lang)).to_owned();
    let sums = |row: &tokio_postgres::Row| Sums {
        name: name(row.get(0)),
        registered: row.get(1),
        waiting: row.get(2),
        overdue: row.get(3),
        over: row.get(4),
    };
    let sums: Vec<Sums> = rows.iter().map(sums).collect();
    let total = |of: fn(&Sums) -> i64| sums.iter().map(of).sum();
    let all = Sums {
        name: seen.page.say("office.region.all").to_owned(),
        registered: total(|it| it.registered),
        waiting: total(|it| it.waiting),
        overdue: total(|it| it.overdue),
        over: total(|it| it.over),
    };
    Ok(seen.show(&RegionPage { page: &seen.page, offices: sums, all }))
}
