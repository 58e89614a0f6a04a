//! The technician's PIN as it is typed: digits that nobody sees, and whether the pad listens.
//!
//! The digits leave this type only to be checked: neither the screen, nor a log, nor the autopilot's lines get them.
//! Deliberately absent: the hash and the count of wrong ones; the driver has both.

use serde::{Serialize, Serializer};
use std::fmt;

/// Digits of the longest PIN.
pub const PIN_DIGITS_MAX: usize = 12;

/// Digits that were typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Digits(String);

impl Digits {
    /// Takes the digits of what a key carries.
    pub fn press(&mut self, letters: &str) {
        let room = PIN_DIGITS_MAX.saturating_sub(self.0.len());
        self.0.extend(letters.chars().filter(char::is_ascii_digit).take(room));
    }

    /// Takes the last one back.
    pub fn erase(&mut self) {
        self.0.pop();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The digits themselves, for whoever compares them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} digits", self.count())
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{} digits", self.count()))
    }
}

/// What the pad says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pad {
    /// It waits for digits.
    Ready,
    /// They are being compared.
    Checking,
    /// They were not right; others may be.
    Wrong,
    /// Too many were wrong.
    Wait {
        /// For so long.
        minutes: u32,
    },
}

/// Whether the technician's PIN may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// There is no PIN, so there is no such screen.
    Absent,
    /// It may.
    Open,
    /// Too many were wrong.
    Wait {
        /// For so long.
        minutes: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_and_never_shown() {
        let mut digits = Digits::default();
        for letters in ["7", "0", "x", "٣", "3618429999999"] {
            digits.press(letters);
        }
        assert_eq!((digits.count(), digits.expose()), (PIN_DIGITS_MAX, "703618429999"));
        digits.erase();
        assert_eq!(format!("{digits:?} {}", serde_json::to_string(&digits).unwrap()), "11 digits \"11 digits\"");
    }
}
