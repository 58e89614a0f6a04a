//! What a printer says about itself: `DLE EOT n`, one byte out, one byte back, and what the bits mean.
//!
//! The bytes are written here and not taken from `escpos`: it sends a stray NUL with every question.

use crate::session::{Condition, Fault};

/// A question for the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// Why it is off line.
    Offline,
    /// What is broken.
    Error,
    /// How much paper there is.
    Paper,
}

impl Query {
    /// All that is asked, in order.
    pub const ALL: [Query; 3] = [Query::Offline, Query::Error, Query::Paper];

    /// The bytes of the question.
    pub const fn bytes(self) -> [u8; 3] {
        match self {
            Query::Offline => [0x10, 0x04, 2],
            Query::Error => [0x10, 0x04, 3],
            Query::Paper => [0x10, 0x04, 4],
        }
    }
}

/// Bits that are fixed in every answer: `0xx1xx10`.
pub(super) const FIXED: u8 = 0b0001_0010;
pub(super) const FIXED_MASK: u8 = 0b1001_0011;
pub(super) const COVER_OPEN: u8 = 0b0000_0100;
pub(super) const CUTTER_OR_JAM: u8 = 0b0000_1000;
pub(super) const UNRECOVERABLE: u8 = 0b0010_0000;
pub(super) const NEAR_END: u8 = 0b0000_1100;
pub(super) const PAPER_END: u8 = 0b0110_0000;

/// Reads the answers to [`Query::ALL`]; an answer that is none means a printer that does not talk.
pub fn condition(answers: [u8; 3]) -> Condition {
    if answers.iter().any(|answer| answer & FIXED_MASK != FIXED) {
        return Condition::Faulty(Fault::Silent);
    }
    let [offline, error, paper] = answers;
    if offline & COVER_OPEN != 0 {
        Condition::Faulty(Fault::CoverOpen)
    } else if paper & PAPER_END != 0 {
        Condition::Faulty(Fault::PaperOut)
    } else if error & UNRECOVERABLE != 0 {
        Condition::Faulty(Fault::Broken)
    } else if error & CUTTER_OR_JAM != 0 {
        Condition::Faulty(Fault::Jam)
    } else if paper & NEAR_END != 0 {
        Condition::PaperLow
    } else {
        Condition::Ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_become_conditions() {
        let cases = [
            ([0x12, 0x12, 0x12], Condition::Ready),
            ([0x12, 0x12, 0x1e], Condition::PaperLow),
            ([0x32, 0x12, 0x7e], Condition::Faulty(Fault::PaperOut)),
            ([0x16, 0x12, 0x12], Condition::Faulty(Fault::CoverOpen)),
            ([0x52, 0x1a, 0x12], Condition::Faulty(Fault::Jam)),
            ([0x12, 0x32, 0x12], Condition::Faulty(Fault::Broken)),
            ([0x52, 0x3a, 0x12], Condition::Faulty(Fault::Broken)),
            ([0x00, 0x12, 0x12], Condition::Faulty(Fault::Silent)),
            ([0xff, 0xff, 0xff], Condition::Faulty(Fault::Silent)),
        ];
        for (answers, expected) in cases {
            assert_eq!(condition(answers), expected, "{answers:x?}");
        }
    }

    #[test]
    fn a_question_is_three_bytes_without_a_stray_nul() {
        assert_eq!(Query::ALL.map(Query::bytes).concat(), [0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]);
    }
}
