//! After the last visitor: the papers, read with a scanner, beside the hub's journal, read from its file.

use super::tally::Tally;
use crate::{
    printer::{End, Paper, dots, marked},
    verdict::Verdict,
};
use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};
use uuid::Uuid;

/// Pictures for one call of the scanner.
const SCANNED_AT_ONCE: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Closing {
    /// Whole papers that carry a ticket.
    papers: usize,
    /// Those marked as copies.
    copies: usize,
    /// Whole papers without a code: lists.
    lists: usize,
    /// Torn pieces.
    torn: usize,
    /// Tickets on more than one unmarked paper.
    doubles: Vec<String>,
    /// On paper, and not waiting at the hub; or under another number than the visitor saw.
    lost: Vec<String>,
    /// Numbers of two tickets.
    doubled_numbers: Vec<String>,
    /// Waits at the hub, and nobody holds it: without a reason.
    called_for_nobody: Vec<String>,
    /// The same with a reason: the printer fell silent over it, or the kiosk was killed.
    doubtful: usize,
    /// Numbers the hub took back because no paper came.
    voided: usize,
    /// Tickets at the hub.
    tickets: usize,
    /// Of those, numbers of the kiosks' own.
    own: usize,
}

/// A ticket in the hub's file.
struct Row {
    number: String,
    stage: String,
    closing: Option<String>,
}

pub(super) fn look(folder: &Path, tally: &Tally) -> Result<Closing> {
    let rows = rows(&folder.join("data"))?;
    let mut closing = Closing { tickets: rows.len(), ..Closing::default() };
    closing.own = rows.values().filter(|row| row.number.split('-').next().is_some_and(|lane| lane.len() > 1)).count();
    // The hub takes a number back a minute after it gave it.
    let unprinted =
        |row: &Row| row.stage == "reserved" || row.closing.as_deref().is_some_and(|why| why.contains("unprinted"));
    closing.voided = rows.values().filter(|row| unprinted(row)).count();
    let (mut unmarked, mut papers) = (BTreeMap::<Uuid, u32>::new(), BTreeSet::new());
    for (paper, ticket) in tally.papers.iter().zip(scanned(&folder.join("papers"), &tally.papers)?) {
        let copy = marked(paper);
        match (paper.end, ticket) {
            (End::Torn, _) => closing.torn += 1,
            (End::Cut, None) => closing.lists += 1,
            (End::Cut, Some(_)) => {
                closing.papers += 1;
                closing.copies += usize::from(copy);
            }
        }
        // A torn piece too: who can read the number on it may wait with it.
        papers.extend(ticket);
        if let (Some(ticket), false) = (ticket, copy) {
            *unmarked.entry(ticket).or_default() += 1;
        }
    }
    let name = |ticket: &Uuid| format!("{} {ticket}", tally.shown.get(ticket).map_or("?", String::as_str));
    closing.doubles = unmarked.iter().filter(|(_, many)| **many > 1).map(|(ticket, _)| name(ticket)).collect();
    let held: BTreeSet<Uuid> = papers.iter().chain(&tally.taken).copied().collect();
    for ticket in &held {
        let row = rows.get(ticket).filter(|row| row.stage == "waiting");
        let shown = tally.shown.get(ticket);
        if row.is_none_or(|row| shown.is_some_and(|shown| *shown != row.number)) {
            let at = rows.get(ticket).map_or("unknown", |row| row.stage.as_str());
            closing.lost.push(format!("{} is {at}", name(ticket)));
        }
    }
    for (ticket, _) in rows.iter().filter(|(ticket, row)| row.stage == "waiting" && !held.contains(*ticket)) {
        if tally.doubtful.contains(ticket) || !tally.shown.contains_key(ticket) {
            closing.doubtful += 1;
        } else {
            closing.called_for_nobody.push(name(ticket));
        }
    }
    let mut seen = BTreeSet::new();
    closing.doubled_numbers = rows.values().map(|row| row.number.clone()).filter(|n| !seen.insert(n.clone())).collect();
    Ok(closing)
}

impl Closing {
    pub(super) fn told(&self, tally: &Tally) -> String {
        let listed = |all: &mut dyn Iterator<Item = (String, u64)>| {
            let mut all: Vec<_> = all.collect();
            all.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
            all.iter().map(|(what, many)| format!("{many} {what}")).collect::<Vec<_>>().join(", ")
        };
        let named = |all: &BTreeMap<&'static str, u64>| listed(&mut all.iter().map(|(k, v)| ((*k).to_owned(), *v)));
        let lines = [
            format!("visitors: {} ({})", tally.visitors, named(&tally.ends)),
            format!(
                "tickets at the hub: {}, of them {} of the kiosks' own numbers, {} taken back because no paper came",
                self.tickets, self.own, self.voided
            ),
            format!(
                "papers: {} tickets ({} marked as copies), {} lists, {} torn pieces; {} numbers on the screen instead",
                self.papers,
                self.copies,
                self.lists,
                self.torn,
                tally.on_screen.len()
            ),
            format!("told why not: {}", listed(&mut tally.refused.iter().map(|(k, v)| (k.clone(), *v)))),
            format!("gone wrong: {}", named(&tally.troubles)),
            format!(
                "two unmarked papers of one ticket: {}; two tickets of one number: {}; on paper and not in the queue: {}",
                self.doubles.len(),
                self.doubled_numbers.len(),
                self.lost.len()
            ),
            format!(
                "in the queue and in nobody's hand: {}, and {} of which the printer or the killed kiosk could not tell",
                self.called_for_nobody.len(),
                self.doubtful
            ),
            format!(
                "a kiosk's memory: {} MiB at most, grown by {} KiB at most in one of {} lives",
                tally.resident_kib / 1024,
                tally.grown_kib,
                tally.lives
            ),
        ];
        lines.join("\n")
    }

    pub(super) fn verdict(&self, tally: &Tally, visitors: u64) -> Verdict {
        let mut verdict = Verdict::default();
        let none = |all: &[String]| if all.is_empty() { String::new() } else { format!(": {all:?}") };
        verdict.check(format!("{visitors} visitors came"), || tally.visitors == visitors);
        verdict.check("visitors got tickets, and something went wrong", || {
            self.papers > 0 && !tally.troubles.is_empty() && tally.taken.len() as u64 * 4 > visitors
        });
        verdict.check(format!("nobody holds two originals{}", none(&self.doubles)), || self.doubles.is_empty());
        let doubled = &self.doubled_numbers;
        verdict.check(format!("no number is two people's{}", none(doubled)), || doubled.is_empty());
        let lost = &self.lost;
        verdict.check(format!("all paper is in the queue, as it says{}", none(lost)), || lost.is_empty());
        let nobody = &self.called_for_nobody;
        verdict.check(format!("nobody is called who is not there{}", none(nobody)), || nobody.is_empty());
        verdict
    }
}

fn rows(folder: &Path) -> Result<BTreeMap<Uuid, Row>> {
    let file = folder.join(hub::journal::FILE_NAME);
    let db = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let mut query = db.prepare("select ticket, number, stage, closing from ticket")?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, [u8; 16]>(0)?, Row { number: row.get(1)?, stage: row.get(2)?, closing: row.get(3)? }))
    })?;
    rows.map(|row| row.map(|(ticket, row)| (Uuid::from_bytes(ticket), row)).map_err(anyhow::Error::from)).collect()
}

/// The tickets that the papers' codes lead to, in the order of the papers.
fn scanned(folder: &Path, papers: &[Paper]) -> Result<Vec<Option<Uuid>>> {
    fs::create_dir_all(folder)?;
    let mut read = vec![None; papers.len()];
    let mut files = vec![];
    for (nth, paper) in papers.iter().enumerate() {
        if let Some(picture) = dots(paper) {
            fs::write(folder.join(format!("{nth}.png")), picture)?;
            files.push(format!("{nth}.png"));
        }
    }
    for some in files.chunks(SCANNED_AT_ONCE) {
        let output = Command::new("zbarimg").args(["-q", "--xml"]).args(some).current_dir(folder).output()?;
        let (text, mut nth) = (String::from_utf8_lossy(&output.stdout).into_owned(), None);
        for line in text.lines() {
            if let Some((_, rest)) = line.split_once("<source href='") {
                nth = rest.split('.').next().and_then(|name| name.parse::<usize>().ok());
            }
            let ticket = line.split_once("/t/").and_then(|(_, rest)| rest.get(..36)?.parse().ok());
            if let (Some(nth), Some(ticket)) = (nth, ticket) {
                read[nth] = Some(ticket);
            }
        }
    }
    Ok(read)
}
