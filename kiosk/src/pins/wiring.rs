//! Which wire ends where: the `[pins]` table of the configuration, read strictly.
//!
//! A technician writes it once, standing beside an open cabinet: whatever is not exactly understood is refused with what
//! was expected, and two wires on one pin are refused, because one of them would be dead.

use crate::keys::Key;
use serde::{Deserialize, de};
use std::{collections::BTreeMap, fmt, path::PathBuf, str::FromStr};

/// Pins of the 40-pin header that are free: 0 and 1 belong to the memory of a board that is plugged on.
const PINS: std::ops::RangeInclusive<u8> = 2..=27;
/// A long press is longer than a slow one and shorter than patience.
const HOLD_MS: std::ops::RangeInclusive<u64> = 500..=5_000;

/// A wire of the kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// Something that sees whether somebody is there.
    Presence,
    /// The switch of the cabinet's door: on while it is open.
    Tamper,
    /// The lamp on top.
    Lamp,
    /// The relay in the printer's supply: on while the current is cut.
    PrinterPower,
    /// A key.
    Key(Key),
}

/// Which way a wire goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

impl Line {
    /// Every line.
    pub fn all() -> impl Iterator<Item = Line> {
        [Line::Presence, Line::Tamper, Line::Lamp, Line::PrinterPower].into_iter().chain(Key::ALL.map(Line::Key))
    }

    /// As it is called in configurations, folders and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Line::Presence => "presence",
            Line::Tamper => "tamper",
            Line::Lamp => "lamp",
            Line::PrinterPower => "printer-power",
            Line::Key(key) => key.name(),
        }
    }

    pub(super) const fn way(self) -> Way {
        match self {
            Line::Lamp | Line::PrinterPower => Way::Out,
            Line::Presence | Line::Tamper | Line::Key(_) => Way::In,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: serde::Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        let name = String::deserialize(text)?;
        Line::all().find(|line| line.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Line::all().map(Line::name).collect();
            de::Error::custom(format!("there is no line `{name}`: expected one of {}", names.join(", ")))
        })
    }
}

/// Where a wire ends, and what voltage means what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wire {
    /// The pin, as Broadcom numbers it (GPIO17 is 17, not its place on the header).
    pub bcm: u8,
    /// The voltage that means yes.
    pub active: Active,
    /// What holds the wire when nothing drives it.
    pub bias: Option<Bias>,
}

/// The voltage that means yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Active {
    /// 3.3 V.
    High,
    /// 0 V: a switch to ground.
    Low,
}

/// What holds an input that nothing drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bias {
    /// Nothing: there is a resistor outside.
    Off,
    /// A resistor to 3.3 V.
    Up,
    /// A resistor to ground.
    Down,
}

/// Who knows the levels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum By {
    /// A Raspberry Pi's header.
    Pi,
    /// Files in a folder.
    Folder(PathBuf),
    /// Nobody.
    None,
}

impl FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("file", dir)) if !dir.is_empty() => Ok(By::Folder(dir.into())),
            None if text == "pi" => Ok(By::Pi),
            None if text == "none" => Ok(By::None),
            Some(_) | None => Err("pins are pi, file:FOLDER or none".to_owned()),
        }
    }
}

impl TryFrom<String> for By {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// The table as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    by: Option<By>,
    hold_ms: Option<u64>,
    #[serde(default)]
    lines: BTreeMap<Line, Wire>,
}

/// The table, found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    /// Who knows the levels.
    pub by: By,
    /// How long a long press is, if there are any.
    pub hold_ms: Option<u64>,
    /// The wires.
    pub wires: BTreeMap<Line, Wire>,
}

/// The table makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongWiring {
    /// A pin that does not exist or is taken.
    #[error("[pins.lines] {line}: there is no free pin {bcm}: expected a Broadcom number from {} to {}", PINS.start(), PINS.end())]
    NoPin {
        /// The line.
        line: Line,
        /// The pin.
        bcm: u8,
    },
    /// Two wires on one pin.
    #[error("[pins.lines] {one} and {other} are both on pin {bcm}: expected a pin of its own for each")]
    Shared {
        /// The first.
        one: Line,
        /// The second.
        other: Line,
        /// The pin.
        bcm: u8,
    },
    /// An output with a resistor.
    #[error("[pins.lines] {0} is driven by the kiosk: expected no bias")]
    DrivenBias(Line),
    /// A long press that is none.
    #[error("[pins] hold-ms is {0}: expected from {from} to {to}", from = HOLD_MS.start(), to = HOLD_MS.end())]
    Hold(u64),
}

impl Written {
    /// Looks at the whole; `by` is the flag, which goes before the file.
    pub fn wiring(self, by: Option<By>) -> Result<Wiring, WrongWiring> {
        let Written { by: written, hold_ms, lines } = self;
        if let Some(ms) = hold_ms.filter(|ms| !HOLD_MS.contains(ms)) {
            return Err(WrongWiring::Hold(ms));
        }
        let mut taken: BTreeMap<u8, Line> = BTreeMap::new();
        for (line, wire) in &lines {
            let (line, bcm) = (*line, wire.bcm);
            if !PINS.contains(&bcm) {
                return Err(WrongWiring::NoPin { line, bcm });
            }
            if let Some(one) = taken.insert(bcm, line) {
                return Err(WrongWiring::Shared { one, other: line, bcm });
            }
            if line.way() == Way::Out && wire.bias.is_some() {
                return Err(WrongWiring::DrivenBias(line));
            }
        }
        let by = by.or(written).unwrap_or(if lines.is_empty() { By::None } else { By::Pi });
        Ok(Wiring { by, hold_ms, wires: lines })
    }
}

impl Wiring {
    /// The lines there are: in a folder all of them, unless some are named.
    pub fn lines(&self) -> Vec<Line> {
        match self.by {
            By::None => Vec::new(),
            By::Folder(_) if self.wires.is_empty() => Line::all().collect(),
            By::Pi | By::Folder(_) => self.wires.keys().copied().collect(),
        }
    }
}
