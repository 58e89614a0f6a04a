//! What a kiosk tells its hub about itself: the state of its printer, what its technician found, copies it printed.
//!
//! Codes only: each has a name in `words`, as `hall.part.<code>`, `hall.test.<code>`, `hall.printer.<code>`. Deliberately
//! absent: commands the other way. A kiosk is told nothing that it does not ask for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Parts in one report.
pub const PARTS_MAX: usize = 24;
/// The longest code of a fault, and of a version, in bytes.
pub const CODE_BYTES_MAX: usize = 32;

/// `PUT /api/v1/kiosk/condition`: how the kiosk is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KioskCondition {
    /// What the printer says.
    pub printer: PrinterState,
    /// The kiosk's program.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9._+-]{1,32}$", example = "0.1.0"))]
    pub version: String,
    /// That its cabinet was opened; absent when it is shut and everybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<DoorOpened>,
}

/// A cabinet was opened. Told until a person has seen it and the door is shut: a burglar shuts it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DoorOpened {
    /// When, by the kiosk's clock.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    /// Whether a technician or the manager has seen it: then it is only open.
    pub seen: bool,
}

/// What a printer says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PrinterState {
    /// Prints.
    Ready,
    /// Prints; somebody should bring paper.
    PaperLow,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Paper or cutter is stuck.
    Jam,
    /// Says that it is at fault until it is switched off and on, or repaired.
    Broken,
    /// Does not answer.
    Silent,
}

/// `POST /api/v1/kiosk/self-tests`: what a technician's self-test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Identity of the request: the same report is kept once.
    pub command_id: Uuid,
    /// When it was made, as far as the kiosk knows; a report may have waited for the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: Option<String>,
    /// Each part once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 24))]
    pub parts: Vec<PartTest>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartTest {
    /// Which.
    pub part: Part,
    /// How it went.
    pub result: TestResult,
    /// A short code for whoever repairs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9._+-]{1,32}$", example = "paper-out"))]
    pub code: Option<String>,
}

/// A part of a kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The ticket printer.
    Printer,
    /// The touchscreen.
    Touch,
    /// Loudspeaker or headphones.
    Speaker,
    /// The three tactile keys.
    Keys,
    /// The way to the hub.
    Network,
    /// The clock, beside the hub's.
    Clock,
    /// The disk.
    Storage,
    /// The presence sensor.
    Presence,
    /// The status lamp.
    Lamp,
    /// The tamper switch.
    Tamper,
    /// The relay of the printer's power.
    Relay,
}

/// How a part's test went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TestResult {
    /// It works.
    Passed,
    /// It does not.
    Failed,
    /// This kiosk has none.
    NotPresent,
}

/// `POST /api/v1/kiosk/reprints`: a copy of a ticket was printed, marked as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reprinted {
    /// Identity of the request: the same copy is kept once.
    pub command_id: Uuid,
    /// The ticket.
    pub ticket_id: Uuid,
    /// When, by the kiosk's clock.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

impl PrinterState {
    /// All of them.
    pub const ALL: [PrinterState; 7] = [
        PrinterState::Ready,
        PrinterState::PaperLow,
        PrinterState::PaperOut,
        PrinterState::CoverOpen,
        PrinterState::Jam,
        PrinterState::Broken,
        PrinterState::Silent,
    ];

    /// Whether a visitor gets paper there.
    pub const fn prints(self) -> bool {
        match self {
            PrinterState::Ready | PrinterState::PaperLow => true,
            PrinterState::PaperOut
            | PrinterState::CoverOpen
            | PrinterState::Jam
            | PrinterState::Broken
            | PrinterState::Silent => false,
        }
    }

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            PrinterState::Ready => "ready",
            PrinterState::PaperLow => "paper-low",
            PrinterState::PaperOut => "paper-out",
            PrinterState::CoverOpen => "cover-open",
            PrinterState::Jam => "jam",
            PrinterState::Broken => "broken",
            PrinterState::Silent => "silent",
        }
    }
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 11] = [
        Part::Printer,
        Part::Touch,
        Part::Speaker,
        Part::Keys,
        Part::Network,
        Part::Clock,
        Part::Storage,
        Part::Presence,
        Part::Lamp,
        Part::Tamper,
        Part::Relay,
    ];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Part::Printer => "printer",
            Part::Touch => "touch",
            Part::Speaker => "speaker",
            Part::Keys => "keys",
            Part::Network => "network",
            Part::Clock => "clock",
            Part::Storage => "storage",
            Part::Presence => "presence",
            Part::Lamp => "lamp",
            Part::Tamper => "tamper",
            Part::Relay => "relay",
        }
    }
}

impl TestResult {
    /// All of them.
    pub const ALL: [TestResult; 3] = [TestResult::Passed, TestResult::Failed, TestResult::NotPresent];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            TestResult::Passed => "passed",
            TestResult::Failed => "failed",
            TestResult::NotPresent => "not-present",
        }
    }
}

impl SelfTest {
    /// Whether it has some parts, each once, with codes that are codes.
    pub fn is_well_formed(&self) -> bool {
        let mut parts: Vec<Part> = self.parts.iter().map(|test| test.part).collect();
        parts.sort_unstable();
        parts.dedup();
        let each_once = parts.len() == self.parts.len() && (1..=PARTS_MAX).contains(&parts.len());
        each_once && self.parts.iter().all(|test| test.code.as_deref().is_none_or(is_code))
    }
}

/// Letters, digits and `._+-`, not many.
pub fn is_code(text: &str) -> bool {
    (1..=CODE_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
}
