//! The line from a hall to its office: every consignment has a place on it, and the office knows how far it has come.
//!
//! A place is `(epoch, seq)` in one of two streams and the hash of the envelope before, so that a lost consignment, a
//! hub that was restored, and two hubs under one name are each seen as what they are. The rule is pure: the office asks
//! it inside the transaction that keeps the consignment.

use crate::Hash;
use serde::{Deserialize, Serialize};

/// Documents go before statistics, and one does not wait for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Applications, what belongs to them, and acknowledgements.
    Documents,
    /// A day's figures.
    Statistics,
}

/// A consignment's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The hub's life: it grows with every restore and replacement.
    pub epoch: u32,
    /// Dense from 1 in each epoch and stream.
    pub seq: u64,
    /// On this stream.
    pub stream: Stream,
    /// SHA-256 of the canonical envelope at `seq - 1`; zeros at 1.
    pub prev: Hash,
}

/// How far a stream has come at the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Of this life.
    pub epoch: u32,
    /// The last taken.
    pub high_water: u64,
    /// SHA-256 of the canonical envelope of the last taken; zeros if none.
    pub chain: Hash,
}

/// Whether the office has a consignment with this id already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It came before, maybe at another place: it gets its first receipt.
    Before,
    /// It is new.
    Not,
}

/// What is done with a consignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Keep it, and move the mark there.
    Keep(Mark),
    /// Give its first receipt, and move the mark there: it moves if the consignment has a new place, that of a hub that
    /// was restored before the first receipt came.
    Again(Mark),
    /// Do not take it.
    Not(Breach),
}

/// Why a place is not the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// Something before it is missing.
    Gap,
    /// It is of a life that is over.
    Fenced,
    /// It does not go on from what was taken, or stands where another was taken.
    Fork,
}

impl Mark {
    /// Nothing taken yet.
    pub const NONE: Self = Self { epoch: 0, high_water: 0, chain: Hash::ZERO };

    /// What is done with an envelope of this hash at this place.
    ///
    /// A life that is over is told so first, whatever it sends.
    #[must_use]
    pub fn judge(self, (place, envelope): (Position, Hash), known: Known) -> Verdict {
        match (self.take(place, envelope), known) {
            (Err(Breach::Fenced), _) => Verdict::Not(Breach::Fenced),
            (Ok(moved), Known::Not) => Verdict::Keep(moved),
            (moved, Known::Before) => Verdict::Again(moved.unwrap_or(self)),
            (Err(breach), Known::Not) => Verdict::Not(breach),
        }
    }

    /// The mark after taking an envelope with this hash at this place, if it is the next one.
    ///
    /// The first of a higher epoch closes the one before.
    ///
    /// # Errors
    ///
    /// What kind of breach it is.
    pub fn take(self, place: Position, envelope: Hash) -> Result<Self, Breach> {
        if place.epoch < self.epoch {
            return Err(Breach::Fenced);
        }
        let here = if place.epoch > self.epoch { Self { epoch: place.epoch, ..Self::NONE } } else { self };
        if place.seq > here.high_water + 1 {
            return Err(Breach::Gap);
        }
        if place.seq <= here.high_water || place.prev != here.chain {
            return Err(Breach::Fork);
        }
        Ok(Self { epoch: here.epoch, high_water: place.seq, chain: envelope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(epoch: u32, seq: u64, prev: Hash) -> Position {
        Position { epoch, seq, stream: Stream::Documents, prev }
    }

    #[test]
    fn the_next_one_is_taken_and_moves_the_mark() {
        let (one, two) = (Hash::of(b"1"), Hash::of(b"2"));
        let first = Mark::NONE.take(place(1, 1, Hash::ZERO), one).unwrap();
        assert_eq!(first, Mark { epoch: 1, high_water: 1, chain: one });
        assert_eq!(first.take(place(1, 2, one), two), Ok(Mark { epoch: 1, high_water: 2, chain: two }));
    }

    #[test]
    fn what_is_missing_forked_or_over_is_told_apart() {
        let mark = Mark { epoch: 2, high_water: 5, chain: Hash::of(b"5") };
        let new = Hash::of(b"new");
        assert_eq!(mark.take(place(2, 7, new), new), Err(Breach::Gap));
        assert_eq!(mark.take(place(2, 6, new), new), Err(Breach::Fork));
        assert_eq!(mark.take(place(2, 5, Hash::of(b"4")), new), Err(Breach::Fork));
        assert_eq!(mark.take(place(1, 9, new), new), Err(Breach::Fenced));
        assert_eq!(mark.take(place(2, 0, Hash::ZERO), new), Err(Breach::Fork));
    }

    #[test]
    fn what_came_before_gets_its_receipt_and_moves_the_mark_only_forward() {
        let mark = Mark { epoch: 2, high_water: 5, chain: Hash::of(b"5") };
        let same = Hash::of(b"5");
        assert_eq!(mark.judge((place(2, 5, Hash::of(b"4")), same), Known::Before), Verdict::Again(mark));
        let moved = Mark { epoch: 3, high_water: 1, chain: same };
        assert_eq!(mark.judge((place(3, 1, Hash::ZERO), same), Known::Before), Verdict::Again(moved));
        assert_eq!(mark.judge((place(1, 5, same), same), Known::Before), Verdict::Not(Breach::Fenced));
        assert_eq!(mark.judge((place(2, 7, same), same), Known::Not), Verdict::Not(Breach::Gap));
    }

    #[test]
    fn a_new_life_begins_at_one() {
        let mark = Mark { epoch: 2, high_water: 5, chain: Hash::of(b"5") };
        let new = Hash::of(b"new");
        assert_eq!(mark.take(place(3, 1, Hash::ZERO), new), Ok(Mark { epoch: 3, high_water: 1, chain: new }));
        assert_eq!(mark.take(place(3, 2, Hash::ZERO), new), Err(Breach::Gap));
        assert_eq!(mark.take(place(3, 1, Hash::of(b"5")), new), Err(Breach::Fork));
    }
}
