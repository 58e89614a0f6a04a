//! The views as tables: written from memory, and compared with it.
//!
//! One function per table says what a row is; writing and comparing both use it, so they cannot disagree.

use super::{Card, Changed, CounterRow, DayRow, Stay, Views};
use crate::journal::verify::Fault;
use queue::{
    command::{Channel, Class},
    ids::{CounterId, TicketId},
    number::{Lane, Number},
    time::Time,
};
use rusqlite::{
    Connection, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};
use std::{collections::BTreeMap, sync::LazyLock};

type Cell<'a> = ToSqlOutput<'a>;

struct Table {
    name: &'static str,
    /// The key's columns first.
    columns: &'static [&'static str],
    keys: usize,
}

const TICKET: Table = Table {
    name: "ticket",
    columns: &[
        "day",
        "ticket",
        "number",
        "service",
        "class",
        "language",
        "channel",
        "quantity",
        "stage",
        "counter",
        "clerk",
        "reserved_at",
        "queued_at",
        "first_called_at",
        "last_called_at",
        "started_at",
        "ended_at",
        "closing",
        "outcome",
        "held_ms",
        "served_ms",
        "calls",
        "ahead",
        "quoted_low_min",
        "quoted_high_min",
    ],
    keys: 2,
};

const STAY: Table = Table {
    name: "stay",
    columns: &[
        "day",
        "ticket",
        "nth",
        "service",
        "queued_at",
        "first_called_at",
        "last_called_at",
        "started_at",
        "ended_at",
        "ending",
        "outcome",
        "counter",
        "clerk",
        "waited_ms",
        "held_ms",
        "served_ms",
        "calls",
        "out_of_order",
    ],
    keys: 3,
};

const NUMBER: Table = Table { name: "number", columns: &["day", "prefix", "lane", "serial", "ticket"], keys: 4 };

const COUNTER: Table =
    Table { name: "counter_state", columns: &["counter", "stage", "clerk", "ticket", "since"], keys: 1 };

const DAY: Table = Table { name: "day", columns: &["day", "date", "opened_at", "closed_at"], keys: 1 };

/// Writes what changed. A number that was given before breaks the transaction: the last fence against a double.
pub(in crate::journal) fn write(conn: &Connection, views: &Views, changed: &Changed) -> rusqlite::Result<()> {
    static UPSERT: LazyLock<[String; 4]> = LazyLock::new(|| [&TICKET, &STAY, &COUNTER, &DAY].map(upsert));
    static INSERT_NUMBER: LazyLock<String> = LazyLock::new(|| insert(&NUMBER));
    let [ticket_sql, stay_sql, counter_sql, day_sql] = &*UPSERT;

    let mut number = conn.prepare_cached(&INSERT_NUMBER)?;
    for (day, given, ticket) in &changed.numbers {
        number.execute(params_from_iter(number_row(*day, *given, *ticket)))?;
    }
    let mut ticket = conn.prepare_cached(ticket_sql)?;
    let mut stay = conn.prepare_cached(stay_sql)?;
    let today = changed.cards.iter().filter_map(|id| views.cards.get(id));
    for card in changed.settled.iter().flat_map(|settled| settled.cards.values()).chain(today) {
        ticket.execute(params_from_iter(ticket_row(card)))?;
        for (nth, row) in card.stays.iter().enumerate() {
            stay.execute(params_from_iter(stay_row(card, nth, row)))?;
        }
        trim_stays(conn, card)?;
    }
    if changed.new_day {
        conn.execute("delete from counter_state", [])?;
    }
    let mut counter = conn.prepare_cached(counter_sql)?;
    for id in &changed.counters {
        if let Some(row) = views.counters.get(id) {
            counter.execute(params_from_iter(counter_row(id, row)))?;
        }
    }
    let mut day = conn.prepare_cached(day_sql)?;
    let days = changed.settled.iter().filter_map(|settled| settled.day.as_ref());
    for row in days.chain(views.day.as_ref().filter(|_| changed.day)) {
        day.execute(params_from_iter(day_row(row)))?;
    }
    Ok(())
}

/// A step that was taken back takes its stay along.
fn trim_stays(conn: &Connection, card: &Card) -> rusqlite::Result<()> {
    if card.undone {
        let mut trim = conn.prepare_cached("delete from stay where day = ? and ticket = ? and nth >= ?")?;
        trim.execute(params_from_iter([int(card.day), blob(&card.ticket), count(card.stays.len())]))?;
    }
    Ok(())
}

/// Compares the tables with one day's views, and the counters' if these views are the last day's.
pub(in crate::journal) fn compare_day(conn: &Connection, views: &Views) -> rusqlite::Result<Vec<Fault>> {
    let Some(day) = &views.day else { return Ok(Vec::new()) };
    let cards = || views.cards.values();
    let stays =
        cards().flat_map(|card| card.stays.iter().enumerate().map(move |(nth, stay)| stay_row(card, nth, stay)));
    let numbers = views.numbers.iter().map(|(number, ticket)| number_row(day.day, *number, *ticket));
    let mut faults = compare(conn, &DAY, Some(day.day), [day_row(day)])?;
    faults.extend(compare(conn, &NUMBER, Some(day.day), numbers)?);
    faults.extend(compare(conn, &TICKET, Some(day.day), cards().map(ticket_row))?);
    faults.extend(compare(conn, &STAY, Some(day.day), stays)?);
    Ok(faults)
}

/// Compares the counters' table with the last day's views.
pub(in crate::journal) fn compare_counters(conn: &Connection, views: &Views) -> rusqlite::Result<Vec<Fault>> {
    compare(conn, &COUNTER, None, views.counters.iter().map(|(id, row)| counter_row(id, row)))
}

/// Rows of days the journal does not know.
pub(in crate::journal) fn strays(conn: &Connection, last_day: u32) -> rusqlite::Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for table in [&TICKET, &STAY, &NUMBER, &DAY] {
        let sql = format!("select count(*) from {} where day < 1 or day > ?", table.name);
        let rows: u64 = conn.query_row(&sql, [last_day], |row| row.get(0))?;
        if rows > 0 {
            faults.push(Fault::Strays { table: table.name, rows });
        }
    }
    Ok(faults)
}

fn compare<'a>(
    conn: &Connection,
    table: &Table,
    day: Option<u32>,
    expected: impl IntoIterator<Item = Vec<Cell<'a>>>,
) -> rusqlite::Result<Vec<Fault>> {
    let mut expected: BTreeMap<String, Vec<Value>> = expected
        .into_iter()
        .map(|row| row.iter().map(value).collect())
        .map(|row: Vec<_>| (key(table, &row), row))
        .collect();
    let filter = if day.is_some() { "where day = ?" } else { "" };
    let mut select =
        conn.prepare_cached(&format!("select {} from {} {filter}", table.columns.join(", "), table.name))?;
    let mut rows = select.query(params_from_iter(day))?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        let found: Vec<Value> = (0..table.columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
        let key = key(table, &found);
        let Some(proper) = expected.remove(&key) else {
            faults.push(Fault::ViewTooMuch { table: table.name, row: key });
            continue;
        };
        for ((column, found), proper) in table.columns.iter().zip(&found).zip(&proper).filter(|((_, a), b)| a != b) {
            let (found, proper) = (shown(found), shown(proper));
            faults.push(Fault::ViewDiffers { table: table.name, row: key.clone(), column, found, proper });
        }
    }
    faults.extend(expected.into_keys().map(|row| Fault::ViewMissing { table: table.name, row }));
    Ok(faults)
}

fn key(table: &Table, row: &[Value]) -> String {
    let keys: Vec<_> = row.iter().take(table.keys).map(shown).collect();
    keys.join(" ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => x.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => match uuid::Uuid::from_slice(bytes) {
            Ok(id) => id.to_string(),
            Err(_) => format!("{} bytes", bytes.len()),
        },
    }
}

fn insert(table: &Table) -> String {
    let holes = vec!["?"; table.columns.len()].join(", ");
    format!("insert into {} ({}) values ({holes})", table.name, table.columns.join(", "))
}

fn upsert(table: &Table) -> String {
    let (keys, rest) = table.columns.split_at(table.keys);
    let set: Vec<_> = rest.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!("{} on conflict ({}) do update set {}", insert(table), keys.join(", "), set.join(", "))
}

fn ticket_row(card: &Card) -> Vec<Cell<'_>> {
    vec![
        int(card.day),
        blob(&card.ticket),
        Cell::Owned(Value::Text(card.number.to_string())),
        text(card.service.as_str()),
        text(class(card.class)),
        text(card.language.as_str()),
        text(channel(card.channel)),
        int(card.quantity),
        text(card.stage),
        card.counter.as_ref().map_or(NULL, |counter| text(counter.as_str())),
        card.clerk.as_ref().map_or(NULL, |clerk| text(clerk.as_str())),
        time(Some(card.reserved_at)),
        time(card.queued_at),
        time(card.first_called_at),
        time(card.last_called_at),
        time(card.started_at),
        time(card.ended_at),
        card.closing.map_or(NULL, text),
        card.outcome.as_ref().map_or(NULL, |outcome| text(outcome.as_str())),
        span(card.held().0),
        span(card.served().0),
        int(card.calls),
        card.ahead.map_or(NULL, int),
        card.quoted.map_or(NULL, |quoted| int(quoted.low_min)),
        card.quoted.map_or(NULL, |quoted| int(quoted.high_min)),
    ]
}

fn stay_row<'a>(card: &'a Card, nth: usize, stay: &'a Stay) -> Vec<Cell<'a>> {
    vec![
        int(card.day),
        blob(&card.ticket),
        count(nth),
        text(stay.service.as_str()),
        time(Some(stay.queued_at)),
        time(stay.first_called_at),
        time(stay.last_called_at),
        time(stay.started_at),
        time(stay.ended_at),
        stay.ending.map_or(NULL, text),
        stay.outcome.as_ref().map_or(NULL, |outcome| text(outcome.as_str())),
        stay.counter.as_ref().map_or(NULL, |counter| text(counter.as_str())),
        stay.clerk.as_ref().map_or(NULL, |clerk| text(clerk.as_str())),
        stay.waited.map_or(NULL, |waited| span(waited.0)),
        span(stay.held.0),
        span(stay.served.0),
        int(stay.calls),
        int(u32::from(stay.out_of_order)),
    ]
}

fn number_row(day: u32, number: Number, ticket: TicketId) -> Vec<Cell<'static>> {
    let lane = match number.lane {
        Lane::Hub => 0,
        Lane::Kiosk(lane) => lane,
    };
    let prefix = Cell::Owned(Value::Text(number.prefix.letter().to_string()));
    vec![int(day), prefix, int(lane), int(number.serial), Cell::Owned(Value::Blob(ticket.0.as_bytes().to_vec()))]
}

fn counter_row<'a>(id: &'a CounterId, row: &'a CounterRow) -> Vec<Cell<'a>> {
    vec![
        text(id.as_str()),
        text(row.stage),
        row.clerk.as_ref().map_or(NULL, |clerk| text(clerk.as_str())),
        row.ticket.as_ref().map_or(NULL, blob),
        time(Some(row.since)),
    ]
}

fn day_row(row: &DayRow) -> Vec<Cell<'static>> {
    let date = Cell::Owned(Value::Text(row.date.0.to_string()));
    vec![int(row.day), date, time(Some(row.opened_at)), time(row.closed_at)]
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Statutory => "statutory",
        Class::Courtesy => "courtesy",
        Class::Ordinary => "ordinary",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Kiosk => "kiosk",
        Channel::Reception => "reception",
        Channel::Phone => "phone",
    }
}

const NULL: Cell<'static> = Cell::Owned(Value::Null);

fn text(text: &str) -> Cell<'_> {
    Cell::Borrowed(ValueRef::Text(text.as_bytes()))
}

fn int(n: impl Into<i64>) -> Cell<'static> {
    Cell::Owned(Value::Integer(n.into()))
}

fn count(n: usize) -> Cell<'static> {
    int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn span(ms: u64) -> Cell<'static> {
    int(i64::try_from(ms).unwrap_or(i64::MAX))
}

fn time(at: Option<Time>) -> Cell<'static> {
    at.map_or(NULL, |at| int(at.0))
}

fn blob(ticket: &TicketId) -> Cell<'_> {
    Cell::Borrowed(ValueRef::Blob(ticket.0.as_bytes()))
}

fn value(cell: &Cell<'_>) -> Value {
    match cell {
        ToSqlOutput::Borrowed(borrowed) => Value::try_from(*borrowed).unwrap_or(Value::Null),
        ToSqlOutput::Owned(owned) => owned.clone(),
        _ => Value::Null,
    }
}
