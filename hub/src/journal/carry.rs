//! Where a replay may begin: the hall right after a service day opened, when it is still almost empty.
//!
//! One row, replaced at each opening, so that a start replays one day and not ten years. It is only written if the
//! hall built from it equals the hall in memory, and `verify` builds it again from the first entry and compares.

use super::{entry, state::State};
use queue::{
    calendar::Date,
    hall::{Day, Hall, Samples},
    ids::{Reason, ServiceCode},
    number::{Lane, Prefix},
    time::Time,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Carry {
    epoch: u32,
    day: u32,
    date: Date,
    since: Time,
    suspended: BTreeMap<ServiceCode, Reason>,
    learned: BTreeMap<ServiceCode, Samples>,
    latest: Time,
    order: u64,
    call_seq: u64,
    /// The hub's lane does not begin at one on the day after an epoch began.
    #[serde(default)]
    floors: BTreeMap<Prefix, u32>,
}

/// The carry of a hall, if the hall is no more than that.
pub(super) fn of(hall: &Hall) -> Option<String> {
    let Day::Open { number, date, since } = hall.day else { return None };
    let carry = Carry {
        epoch: hall.epoch,
        day: number,
        date,
        since,
        suspended: hall.suspended.clone(),
        learned: hall.learned.clone(),
        latest: hall.latest,
        order: hall.order,
        call_seq: hall.call_seq,
        floors: hall.serials.iter().map(|((_, prefix), serial)| (*prefix, *serial)).collect(),
    };
    let text = serde_json::to_string(&carry).expect("a carry is plain data with text keys");
    (hall_of(&text).as_ref() == Ok(hall)).then_some(text)
}

/// Keeps the carry of the entry that opened a day.
pub(super) fn write(conn: &Connection, seq: u64, carry: &str) -> rusqlite::Result<()> {
    conn.execute("insert or replace into carry (id, seq, hall) values (1, ?, ?)", params![seq, carry])?;
    Ok(())
}

/// The kept carry and its entry.
pub(super) fn kept(conn: &Connection) -> rusqlite::Result<Option<(u64, String)>> {
    conn.query_row("select seq, hall from carry where id = 1", [], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Where to begin a replay: at the carry if there is a readable one, else before the first entry.
pub(super) fn start(conn: &Connection) -> rusqlite::Result<State> {
    let Some((seq, text)) = kept(conn)? else { return Ok(State::empty()) };
    let (Ok(hall), Some(head)) = (hall_of(&text), entry::hash_of(conn, seq)?) else { return Ok(State::empty()) };
    Ok(State::at_day_opening(hall, seq, head))
}

fn hall_of(text: &str) -> Result<Hall, String> {
    let carry: Carry = serde_json::from_str(text).map_err(|e| e.to_string())?;
    Ok(Hall {
        epoch: carry.epoch,
        day: Day::Open { number: carry.day, date: carry.date, since: carry.since },
        suspended: carry.suspended,
        learned: carry.learned,
        latest: carry.latest,
        order: carry.order,
        call_seq: carry.call_seq,
        serials: carry.floors.into_iter().map(|(prefix, serial)| ((Lane::Hub, prefix), serial)).collect(),
        ..Hall::default()
    })
}
