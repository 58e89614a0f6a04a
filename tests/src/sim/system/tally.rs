//! What was done to halls, counted.

use crate::sim::network::Carried;
use std::collections::BTreeMap;

/// What was done to a hall.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps of the script.
    pub steps: u64,
    /// Faults by kind.
    pub faults: BTreeMap<String, u64>,
    /// What the cables did.
    pub carried: Carried,
    /// Commands that were done.
    pub done: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Commands that the disk did not take.
    pub not_saved: u64,
    /// Papers.
    pub papers: u64,
    /// Times everything came to rest.
    pub calms: u64,
}

impl Tally {
    /// Adds another hall's.
    pub fn add(&mut self, other: &Tally) {
        self.steps += other.steps;
        for (kind, times) in &other.faults {
            *self.faults.entry(kind.clone()).or_default() += times;
        }
        self.carried.sent += other.carried.sent;
        self.carried.lost += other.carried.lost;
        self.carried.twice += other.carried.twice;
        self.done += other.done;
        self.refused += other.refused;
        self.not_saved += other.not_saved;
        self.papers += other.papers;
        self.calms += other.calms;
    }
}
