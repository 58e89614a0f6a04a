//! When a printer that says nothing gets its current cut for a moment.
//!
//! A printer hangs so now and then that only its switch helps, and the nearest person who may open the cabinet is in
//! another town. A minute of silence is more than any cover, cutter or cable needs; never while a ticket is with the
//! printer, because half a paper is worse than none. How often is the relay's business. Time is an argument.

use crate::{
    printer::Word,
    session::{Condition, Fault},
};

/// So long a printer says nothing before its current is cut.
pub const SILENT_MS: u64 = 60_000;

/// Watches the printer.
#[derive(Debug, Default)]
pub(super) struct Reviver {
    /// What it said last.
    condition: Option<Condition>,
    /// Since when it has been silent, or since when it was last tried.
    silent_since_ms: Option<u64>,
    /// Tickets that are with the printer.
    printing: usize,
    told: Told,
}

/// Whether it has been said that a person is needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Told {
    #[default]
    No,
    Yes,
}

/// Whether a refusal is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Yes,
    No,
}

impl Reviver {
    /// What the printer said last, if it ever did.
    pub(super) fn condition(&self) -> Option<Condition> {
        self.condition
    }

    /// A ticket is with the printer.
    pub(super) fn sent(&mut self) {
        self.printing += 1;
    }

    /// The printer's thread said something.
    pub(super) fn heard(&mut self, ms: u64, word: &Word) {
        let condition = match word {
            Word::Is(condition) => *condition,
            Word::Printed(_) => {
                self.printing = self.printing.saturating_sub(1);
                match self.condition {
                    Some(Condition::PaperLow) => Condition::PaperLow,
                    Some(Condition::Ready | Condition::Faulty(_)) | None => Condition::Ready,
                }
            }
            Word::NotPrinted(_, fault) | Word::Doubtful(_, fault) => {
                self.printing = self.printing.saturating_sub(1);
                Condition::Faulty(*fault)
            }
            Word::SheetPrinted(_) => return,
            Word::SheetNotPrinted(_, fault) => Condition::Faulty(*fault),
        };
        self.condition = Some(condition);
        match condition {
            Condition::Faulty(Fault::Silent) => {
                self.silent_since_ms.get_or_insert(ms);
            }
            Condition::Ready | Condition::PaperLow | Condition::Faulty(_) => {
                self.silent_since_ms = None;
                self.told = Told::No;
            }
        }
    }

    /// Whether the current is to be cut now. Asked again, it waits anew.
    pub(super) fn due(&mut self, ms: u64) -> Option<()> {
        self.silent_since_ms.filter(|since| self.printing == 0 && ms >= since + SILENT_MS)?;
        self.silent_since_ms = Some(ms);
        Some(())
    }

    /// The current was not cut.
    pub(super) fn refused(&mut self) -> First {
        match std::mem::replace(&mut self.told, Told::Yes) {
            Told::No => First::Yes,
            Told::Yes => First::No,
        }
    }
}
