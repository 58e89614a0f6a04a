//! A technician's self-test: what was tried and what was seen, part by part, until it is a dated report.
//!
//! It only collects. The screen asks the technician, the driver asks printer and hub, two small probes look at the disk
//! and for a loudspeaker; each tells what it found, in any order and as often as it likes, and the last word counts. A
//! part that was not tried has failed: a report with a hole in it would be read as a good one. Deliberately absent: the
//! screen, the paper, the clock and the way to the hub.

mod clock;
mod report;
mod speaker;
mod storage;
#[cfg(test)]
mod tests;

pub use clock::{Clock, DOUBT_MS, NOT_BEFORE, judge_clock};
pub use report::{Finding, Report, Verdict, key_name, part_name, result_name, why};
pub use speaker::{SOUND, Sound, find_sound};
pub use storage::{Disk, FREE_BYTES_MIN, try_disk};

use crate::{
    pins::{Line, Power, Sign, Tamper},
    session::{Condition, Fault},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use wire::fleet::Part;

/// A hub that takes longer to answer is too slow for the 400 ms a visitor waits.
pub const ROUND_TRIP_MS_MAX: u64 = 300;

/// What a kiosk has, beside screen, printer, network, clock and disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fittings {
    /// Its wires, and the keys of its keypad.
    pub lines: BTreeSet<Line>,
    /// Whether it is meant to speak.
    pub voice: Voice,
}

/// Whether a kiosk is meant to speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Voice {
    /// It is.
    Fitted,
    /// It is not.
    #[default]
    None,
}

/// A place on the screen to touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
    /// The middle.
    Middle,
}

impl Spot {
    /// Every spot.
    pub const ALL: [Spot; 5] = [Spot::TopLeft, Spot::TopRight, Spot::BottomLeft, Spot::BottomRight, Spot::Middle];
}

/// What the technician says about something only a person can judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Seen or heard as it should be.
    Good,
    /// Not.
    Bad,
}

/// What became of the test sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// It is out.
    Out,
    /// It is not.
    NotOut(Fault),
}

/// What the hub said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hub {
    /// It answered, after so long.
    Answered {
        /// From question to answer.
        after_ms: u64,
    },
    /// It did not.
    Away,
    /// It is not this kiosk's hub any more.
    Fenced,
}

/// A self-test under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    fittings: Fittings,
    spots: BTreeSet<Spot>,
    /// Lines that were seen to work.
    lines: BTreeSet<Line>,
    condition: Option<Condition>,
    verdicts: BTreeMap<Part, Verdict>,
}

impl Checkup {
    /// Of this kiosk. Nothing has been tried.
    pub fn new(fittings: Fittings) -> Checkup {
        Checkup { fittings, spots: BTreeSet::new(), lines: BTreeSet::new(), condition: None, verdicts: BTreeMap::new() }
    }

    /// A part is tried anew: what was seen of it before does not count.
    pub fn again(&mut self, part: Part) {
        self.verdicts.remove(&part);
        match part {
            Part::Touch => self.spots.clear(),
            Part::Keys => self.lines.clear(),
            Part::Printer
            | Part::Speaker
            | Part::Network
            | Part::Clock
            | Part::Storage
            | Part::Presence
            | Part::Lamp
            | Part::Tamper
            | Part::Relay => {}
        }
    }

    /// A spot of the screen was touched.
    pub fn touched(&mut self, spot: Spot) {
        self.spots.insert(spot);
        let touched = self.spots.len();
        let verdict = if touched == Spot::ALL.len() { Verdict::Passed } else { Verdict::failed("spots", touched) };
        self.verdicts.insert(Part::Touch, verdict);
    }

    /// A wire said something, or a key of a keypad was pressed.
    pub fn saw(&mut self, sign: Sign) {
        match sign {
            Sign::Key(key) => {
                self.lines.insert(Line::Key(key));
                self.verdicts.insert(Part::Keys, self.keys());
            }
            Sign::Somebody => self.pass(Part::Presence),
            // Only a door that was opened and is shut again has a switch that switches.
            Sign::Tamper(Tamper::Opened) => self.fail(Part::Tamper, "open"),
            Sign::Tamper(Tamper::Shut) => self.pass(Part::Tamper),
            Sign::Printer(Power::Cut) => self.fail(Part::Relay, "cut"),
            Sign::Printer(Power::Back) => self.pass(Part::Relay),
            Sign::Printer(Power::Refused) => self.fail(Part::Relay, "refused"),
            Sign::Nobody => {}
        }
    }

    /// The printer says how it is.
    pub fn printer(&mut self, condition: Condition) {
        self.condition = Some(condition);
        if let Condition::Faulty(fault) = condition {
            self.fail(Part::Printer, fault_code(fault));
        }
    }

    /// A test sheet was printed, or was not.
    pub fn sheet(&mut self, sheet: Sheet) {
        match (sheet, self.condition) {
            (Sheet::NotOut(fault), _) | (Sheet::Out, Some(Condition::Faulty(fault))) => {
                self.fail(Part::Printer, fault_code(fault));
            }
            (Sheet::Out, Some(Condition::PaperLow)) => {
                self.verdicts.insert(Part::Printer, Verdict::PassedWith("paper-low".to_owned()));
            }
            (Sheet::Out, Some(Condition::Ready) | None) => self.pass(Part::Printer),
        }
    }

    /// The loudspeaker was looked for, and a clip was played that the technician heard or not.
    pub fn speaker(&mut self, sound: Sound, judged: Judged) {
        match (sound, judged) {
            (Sound::None, _) => self.fail(Part::Speaker, "no-device"),
            (Sound::Device, Judged::Bad) => self.fail(Part::Speaker, "not-heard"),
            (Sound::Device, Judged::Good) => self.pass(Part::Speaker),
        }
    }

    /// The lamp was lit, and the technician saw it or not.
    pub fn lamp(&mut self, judged: Judged) {
        match judged {
            Judged::Good => self.pass(Part::Lamp),
            Judged::Bad => self.fail(Part::Lamp, "not-seen"),
        }
    }

    /// The hub was asked.
    pub fn network(&mut self, hub: Hub) {
        match hub {
            Hub::Answered { after_ms: 0..=ROUND_TRIP_MS_MAX } => self.pass(Part::Network),
            Hub::Answered { after_ms } => {
                self.verdicts.insert(Part::Network, Verdict::failed("slow", after_ms));
            }
            Hub::Away => self.fail(Part::Network, "no-answer"),
            Hub::Fenced => self.fail(Part::Network, "fenced"),
        }
    }

    /// The clock was compared.
    pub fn clock(&mut self, clock: Clock) {
        match clock {
            Clock::Sound => self.pass(Part::Clock),
            Clock::Alone => {
                self.verdicts.insert(Part::Clock, Verdict::PassedWith("not-compared".to_owned()));
            }
            Clock::OffBy { ms } => {
                self.verdicts.insert(Part::Clock, Verdict::failed("off-s", ms.unsigned_abs() / 1_000));
            }
            Clock::BeforeItsTime => self.fail(Part::Clock, "in-the-past"),
        }
    }

    /// The disk was tried.
    pub fn disk(&mut self, disk: &Disk) {
        match disk {
            Disk::Good { .. } => self.pass(Part::Storage),
            Disk::Full { free_bytes } => {
                self.verdicts.insert(Part::Storage, Verdict::failed("free-mib", free_bytes >> 20));
            }
            Disk::Lies => self.fail(Part::Storage, "reads-otherwise"),
            Disk::Journal => self.fail(Part::Storage, "journal"),
            Disk::Fails(kind) => {
                tracing::warn!(?kind, "the disk failed its self-test: {kind:?}");
                self.fail(Part::Storage, "fails");
            }
        }
    }

    /// What has been found so far, every part of the kiosk once.
    pub fn report(&self, at: impl Into<Option<Timestamp>>) -> Report {
        let verdict = |part: Part| match (self.has(part), self.verdicts.get(&part)) {
            (Has::No, _) => Verdict::NotPresent,
            (Has::Yes, Some(verdict)) => verdict.clone(),
            (Has::Yes, None) => Verdict::Failed("not-tried".to_owned()),
        };
        Report { at: at.into(), parts: Part::ALL.map(|part| (part, verdict(part))).to_vec() }
    }

    /// The parts this kiosk has, each with what is to be said of it; nothing of one that was not tried.
    pub fn standing(&self) -> Vec<(Part, Option<&Verdict>)> {
        let there = Part::ALL.into_iter().filter(|part| self.has(*part) == Has::Yes);
        there.map(|part| (part, self.verdicts.get(&part))).collect()
    }

    /// The spots that were touched.
    pub fn spots(&self) -> &BTreeSet<Spot> {
        &self.spots
    }

    /// The keys that are still to be pressed, in the order of the list.
    pub fn keys_left(&self) -> Vec<Line> {
        self.fittings.lines.iter().filter(|line| is_key(**line) && !self.lines.contains(line)).copied().collect()
    }

    fn keys(&self) -> Verdict {
        match self.keys_left().as_slice() {
            [] => Verdict::Passed,
            [line, ..] => Verdict::Failed(format!("no-{line}")),
        }
    }

    fn has(&self, part: Part) -> Has {
        let lines = &self.fittings.lines;
        let there = match part {
            Part::Printer | Part::Touch | Part::Network | Part::Clock | Part::Storage => true,
            Part::Speaker => self.fittings.voice == Voice::Fitted,
            Part::Keys => lines.iter().any(|line| is_key(*line)),
            Part::Presence => lines.contains(&Line::Presence),
            Part::Lamp => lines.contains(&Line::Lamp),
            Part::Tamper => lines.contains(&Line::Tamper),
            Part::Relay => lines.contains(&Line::PrinterPower),
        };
        if there { Has::Yes } else { Has::No }
    }

    fn pass(&mut self, part: Part) {
        self.verdicts.insert(part, Verdict::Passed);
    }

    fn fail(&mut self, part: Part, code: &str) {
        self.verdicts.insert(part, Verdict::Failed(code.to_owned()));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Yes,
    No,
}

fn is_key(line: Line) -> bool {
    matches!(line, Line::Key(_))
}

const fn fault_code(fault: Fault) -> &'static str {
    match fault {
        Fault::PaperOut => "paper-out",
        Fault::CoverOpen => "cover-open",
        Fault::Jam => "jam",
        Fault::Broken => "broken",
        Fault::Silent => "silent",
    }
}
