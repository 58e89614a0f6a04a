//! What happened in a hall, as lines: printed when asked for, always hashed, so that two runs of a seed can be compared.

use std::fmt::{self, Write};

/// The lines so far.
#[derive(Debug)]
pub struct Trace {
    digest: u64,
    line: String,
    keep: Keep,
    kept: Vec<String>,
}

/// Whether lines are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Only their digest.
    Digest,
    /// All of them.
    Lines,
}

impl Trace {
    /// No lines yet.
    pub fn new(keep: Keep) -> Trace {
        Trace { digest: 0xcbf2_9ce4_8422_2325, line: String::new(), keep, kept: Vec::new() }
    }

    /// One line.
    pub fn say(&mut self, now_ms: u64, what: fmt::Arguments<'_>) {
        self.line.clear();
        let _ = write!(self.line, "{}.{:03} {what}", now_ms / 1000, now_ms % 1000);
        for byte in self.line.bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.keep == Keep::Lines {
            self.kept.push(self.line.clone());
        }
    }

    /// A number that depends on every line.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The lines, if they were kept.
    pub fn lines(&self) -> &[String] {
        &self.kept
    }
}
