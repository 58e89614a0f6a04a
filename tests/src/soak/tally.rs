//! What happened at the kiosks, as their screens and printers told it.

use crate::printer::Paper;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Counted at one kiosk, or at all.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Visitors who came.
    pub(super) visitors: u64,
    /// How they ended.
    pub(super) ends: BTreeMap<&'static str, u64>,
    /// Why there was no ticket, by the screen's own code.
    pub(super) refused: BTreeMap<String, u64>,
    /// What went wrong, by kind.
    pub(super) troubles: BTreeMap<&'static str, u64>,
    /// Numbers that visitors were shown, by ticket.
    pub(super) shown: BTreeMap<Uuid, String>,
    /// Tickets that visitors saw as done.
    pub(super) taken: BTreeSet<Uuid>,
    /// Those that came on the screen instead of paper.
    pub(super) on_screen: BTreeSet<Uuid>,
    /// Tickets in the printer's hands when it fell silent or the kiosk was killed: a paper nobody can vouch for.
    pub(super) doubtful: BTreeSet<Uuid>,
    /// What left the printers.
    pub(super) papers: Vec<Paper>,
    /// Memory of a kiosk: what it grew by over its longest life, and the most it had.
    pub(super) grown_kib: i64,
    pub(super) resident_kib: u64,
    /// Programs that were started.
    pub(super) lives: u64,
}

impl Tally {
    pub(super) fn end(&mut self, how: &'static str) {
        *self.ends.entry(how).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: Tally) {
        self.visitors += other.visitors;
        other.ends.into_iter().for_each(|(how, many)| *self.ends.entry(how).or_default() += many);
        other.refused.into_iter().for_each(|(why, many)| *self.refused.entry(why).or_default() += many);
        other.troubles.into_iter().for_each(|(what, many)| *self.troubles.entry(what).or_default() += many);
        self.shown.extend(other.shown);
        self.taken.extend(other.taken);
        self.on_screen.extend(other.on_screen);
        self.doubtful.extend(other.doubtful);
        self.papers.extend(other.papers);
        self.grown_kib = self.grown_kib.max(other.grown_kib);
        self.resident_kib = self.resident_kib.max(other.resident_kib);
        self.lives += other.lives;
    }
}
