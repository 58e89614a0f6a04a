//! After the day: what the journal on the disk says, read without the hub, against what everybody remembers.

use super::{clerk, display, kiosk};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    time::Instant,
};
use uuid::Uuid;
use wire::board::Board;

/// A claim, and whether it holds.
pub type Check = (String, bool);

/// What the journal says.
#[derive(Default)]
pub struct Journal {
    /// Entries.
    pub entries: u64,
    numbers: BTreeMap<Uuid, String>,
    on_paper: BTreeSet<Uuid>,
    /// Numbers that two tickets have.
    doubled: Vec<String>,
    /// Calls of each counter, in order.
    calls: BTreeMap<String, Vec<u64>>,
    /// Services that were completed.
    pub served: usize,
}

impl Journal {
    /// Reads every entry.
    pub fn read(folder: &Path) -> io::Result<Journal> {
        let unreadable = |e: rusqlite::Error| io::Error::other(format!("the journal cannot be read: {e}"));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = Connection::open_with_flags(folder.join(hub::journal::FILE_NAME), flags).map_err(unreadable)?;
        let mut rows = file.prepare("select event from entry order by seq").map_err(unreadable)?;
        let mut rows = rows.query([]).map_err(unreadable)?;
        let mut journal = Journal::default();
        while let Some(row) = rows.next().map_err(unreadable)? {
            let text: String = row.get(0).map_err(unreadable)?;
            journal.take(&serde_json::from_str(&text)?);
        }
        journal.find_doubled();
        Ok(journal)
    }

    fn take(&mut self, event: &Value) {
        self.entries += 1;
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let ticket: Uuid = text("ticket").parse().unwrap_or_default();
        match text("event") {
            "reserved" => drop(self.numbers.insert(ticket, text("number").to_owned())),
            "printed" | "revived" => drop(self.on_paper.insert(ticket)),
            "recorded-offline" => {
                self.numbers.insert(ticket, text("number").to_owned());
                self.on_paper.insert(ticket);
            }
            "called" | "recalled" | "resumed" => {
                let call = event["call_seq"].as_u64().unwrap_or_default();
                self.calls.entry(text("counter").to_owned()).or_default().push(call);
            }
            "completed" => self.served += 1,
            _ => {}
        }
    }

    fn find_doubled(&mut self) {
        let mut seen = BTreeSet::new();
        let numbers = self.numbers.values().filter(|number| !seen.insert(number.as_str()));
        self.doubled = numbers.cloned().collect();
    }

    /// Calls of all counters.
    pub fn calls(&self) -> BTreeSet<u64> {
        self.calls.values().flatten().copied().collect()
    }

    /// When each call was pressed, by its number; nothing if a counter's presses and calls do not match.
    pub fn pressed(&self, clerks: &[(String, clerk::Done)]) -> Option<BTreeMap<u64, Instant>> {
        let mut pressed = BTreeMap::new();
        for (counter, done) in clerks {
            let calls = self.calls.get(counter).map_or(&[][..], Vec::as_slice);
            if calls.len() != done.calls.len() {
                return None;
            }
            pressed.extend(calls.iter().copied().zip(done.calls.iter().copied()));
        }
        (pressed.len() == self.calls().len()).then_some(pressed)
    }

    /// Everything on paper is there, under its number, once.
    pub fn papers(&self, tickets: usize, kiosks: &[kiosk::Done]) -> Vec<Check> {
        let papers: Vec<_> = kiosks.iter().flat_map(|kiosk| &kiosk.acknowledged).collect();
        let there = |paper: &&&kiosk::Paper| {
            self.numbers.get(&paper.id) == Some(&paper.number) && self.on_paper.contains(&paper.id)
        };
        let found = papers.iter().filter(there).count();
        let refused: Vec<_> = kiosks.iter().flat_map(|kiosk| &kiosk.refused).collect();
        vec![
            (format!("{} of {tickets} visitors have a ticket on paper", papers.len()), papers.len() == tickets),
            (format!("no visitor was refused: {}", first(&refused)), refused.is_empty()),
            (format!("{found} of {} acknowledged tickets stand in the journal", papers.len()), found == papers.len()),
            (format!("no number is given twice: {}", first(&self.doubled)), self.doubled.is_empty()),
        ]
    }

    /// Each display has the board, and heard each call once.
    pub fn displays(&self, board: &Board, displays: &[display::Done]) -> Vec<Check> {
        let calls = self.calls();
        let equal = displays.iter().filter(|display| display.board == *board).count();
        let missed: usize =
            displays.iter().map(|d| calls.iter().filter(|call| !d.calls.contains_key(call)).count()).sum();
        let more_than_once = |display: &display::Done| {
            let foreign = display.calls.keys().filter(|call| !calls.contains(call)).count();
            foreign + display.calls.values().filter(|(_, times)| *times != 1).count()
        };
        let doubled: usize = displays.iter().map(more_than_once).sum();
        vec![
            (format!("{equal} of {} displays equal the board", displays.len()), equal == displays.len()),
            (format!("each display heard each of {} calls: {missed} missed", calls.len()), missed == 0),
            (format!("no display heard a call twice or one that was none: {doubled}"), doubled == 0),
        ]
    }
}

/// The first of some complaints.
pub fn first(complaints: &[impl AsRef<str>]) -> String {
    complaints.first().map_or_else(|| "none".to_owned(), |one| format!("{}, first {}", complaints.len(), one.as_ref()))
}
