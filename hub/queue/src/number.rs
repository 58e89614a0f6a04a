//! A ticket's name on paper: `A-047` from the hub's lane, `A1-012` from kiosk 1 alone.

use crate::limits::KIOSK_LANE_MAX;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The letters that have one shape in Latin and Cyrillic script, so that paper, board and voice agree.
/// Source: `hub/catalogue/services.json`, `meta.prefix_rule`.
pub const PREFIXES: [char; 6] = ['A', 'K', 'M', 'O', 'T', 'E'];

/// The letter of a service's category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub struct Prefix(char);

/// Who counts: the hub, or one kiosk when it is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The hub's own lane.
    Hub,
    /// A kiosk's own lane, 1 to [`KIOSK_LANE_MAX`], used when the hub does not answer in time.
    Kiosk(u8),
}

/// A ticket number. Unique per service day; serials never wrap: `A-999` is followed by `A-1000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// The category's letter.
    pub prefix: Prefix,
    /// Who counted.
    pub lane: Lane,
    /// The count, from 1.
    pub serial: u32,
}

/// Text that is not a ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a ticket number looks like A-047 or A1-012, with a letter of {PREFIXES:?}")]
pub struct NotANumber;

impl Prefix {
    /// The letter.
    pub fn letter(self) -> char {
        self.0
    }
}

impl TryFrom<char> for Prefix {
    type Error = NotANumber;
    fn try_from(letter: char) -> Result<Self, NotANumber> {
        if PREFIXES.contains(&letter) { Ok(Self(letter)) } else { Err(NotANumber) }
    }
}

impl From<Prefix> for char {
    fn from(prefix: Prefix) -> char {
        prefix.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lane {
            Lane::Hub => write!(f, "{}-{:03}", self.prefix.0, self.serial),
            Lane::Kiosk(lane) => write!(f, "{}{lane}-{:03}", self.prefix.0, self.serial),
        }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> String {
        number.to_string()
    }
}

impl TryFrom<String> for Number {
    type Error = NotANumber;
    fn try_from(text: String) -> Result<Self, NotANumber> {
        text.parse()
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// Accepts exactly what `Display` writes.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (name, serial) = text.split_once('-').ok_or(NotANumber)?;
        let mut letters = name.chars();
        let prefix = Prefix::try_from(letters.next().ok_or(NotANumber)?)?;
        let lane = match letters.as_str() {
            "" => Lane::Hub,
            digits => Lane::Kiosk(digits.parse().map_err(|_| NotANumber)?),
        };
        if let Lane::Kiosk(lane) = lane
            && !(1..=KIOSK_LANE_MAX).contains(&lane)
        {
            return Err(NotANumber);
        }
        let number = Number { prefix, lane, serial: serial.parse().map_err(|_| NotANumber)? };
        if number.serial > 0 && number.to_string() == text { Ok(number) } else { Err(NotANumber) }
    }
}
