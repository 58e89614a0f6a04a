//! The technician at the kiosk: a held corner, a PIN, a list of parts to try one by one or all in a row, a report.
//!
//! It is a screen like the others, so no visitor's conversation can go on beside it, and it closes by itself. Parts that
//! a machine can judge answer within a time; what only a person can judge is asked. Deliberately absent: hands. The driver
//! prints, plays, writes and asks, and tells what it found.

use super::{
    Effect, Fault, Screen, Session, Tap,
    pin::{Gate, Pad},
    typing::Stroke,
};
use crate::{
    checkup::{Checkup, Clock, Disk, Fittings, Hub, Judged, Sheet, Sound, Spot},
    keys::Key,
    pins::{Power, Sign, Tamper},
};
use serde::Serialize;
use std::io;
use wire::fleet::Part;
use words::Lang;

/// A pad that nobody types on is left.
pub const PIN_MS: u64 = 30_000;
/// A list that nobody touches is left: the kiosk is for visitors.
pub const SERVICE_MS: u64 = 180_000;
/// How long a part that a machine judges may take.
pub const TRY_MS: u64 = 30_000;
/// How long a person may take for one part.
pub const PERSON_MS: u64 = 60_000;

/// The technician's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The language to read it in.
    pub language: Lang,
    /// What is being done.
    pub step: Step,
    /// What was found so far.
    #[serde(skip)]
    pub checkup: Checkup,
    /// Where the report is.
    pub report: ReportOnPaper,
    #[serde(skip)]
    run: Run,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The parts are listed.
    List,
    /// A part is being tried.
    Trying(Part),
    /// Only a person can say whether it worked.
    Judging(Part),
}

/// Where the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportOnPaper {
    /// Nobody asked for one.
    None,
    /// It is being printed.
    Printing,
    /// It is out.
    Out,
    /// It did not come out.
    Failed(Fault),
}

/// How many parts are tried in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    One,
    /// These after this one, the next last; then a report.
    All(Vec<Part>),
}

/// What the driver found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// What became of the test sheet.
    Sheet(Sheet),
    /// Whether there is anything to speak with; if so, it speaks.
    Sound(Sound),
    /// What the hub said.
    Hub(Hub),
    /// What the clock is worth.
    Clock(Clock),
    /// What the disk is worth.
    Disk(Disk),
}

/// Who judges a part.
enum Judge {
    Machine,
    Person,
}

impl Service {
    /// Nothing was tried yet.
    pub fn new(language: Lang, fittings: Fittings) -> Service {
        let (step, report) = (Step::List, ReportOnPaper::None);
        Service { language, step, checkup: Checkup::new(fittings), report, run: Run::One }
    }

    /// How long this step waits before something happens by itself.
    pub(super) fn patience_ms(&self) -> u64 {
        match self.step {
            Step::List => SERVICE_MS,
            Step::Judging(_) => PERSON_MS,
            Step::Trying(part) => match judge(part) {
                Judge::Machine => TRY_MS,
                Judge::Person => PERSON_MS,
            },
        }
    }

    /// A touch gives a person more time, a machine never.
    pub(super) fn waits_for_person(&self) -> bool {
        self.patience_ms() != TRY_MS
    }

    fn begin(&mut self, part: Part, effects: &mut Vec<Effect>) {
        self.checkup.again(part);
        self.step = if part == Part::Lamp { Step::Judging(part) } else { Step::Trying(part) };
        effects.push(Effect::Try { part, language: self.language });
    }

    fn next(&mut self, effects: &mut Vec<Effect>) {
        self.step = Step::List;
        match &mut self.run {
            Run::One => {}
            Run::All(left) => match left.pop() {
                Some(part) => self.begin(part, effects),
                None => {
                    self.run = Run::One;
                    self.print(effects);
                }
            },
        }
    }

    fn print(&mut self, effects: &mut Vec<Effect>) {
        if self.report != ReportOnPaper::Printing {
            self.report = ReportOnPaper::Printing;
            effects.push(Effect::Report { checkup: self.checkup.clone(), language: self.language });
        }
    }

    fn tapped(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, self.step) {
            (Tap::Try(part), Step::List) => {
                self.run = Run::One;
                self.begin(part, effects);
            }
            (Tap::TryAll, Step::List) => {
                self.run = Run::All(self.checkup.standing().iter().rev().map(|(part, _)| *part).collect());
                self.next(effects);
            }
            (Tap::Spot(spot), Step::Trying(Part::Touch)) => {
                self.checkup.touched(spot);
                if self.checkup.spots().len() == Spot::ALL.len() {
                    self.next(effects);
                }
            }
            (Tap::Judge(judged), Step::Judging(part)) => self.judged(part, judged, effects),
            (Tap::Skip, Step::Trying(part)) if matches!(judge(part), Judge::Person) => self.next(effects),
            (Tap::Report, Step::List) => self.print(effects),
            (Tap::Restart, Step::List) => effects.push(Effect::Restart),
            (_, _) => {}
        }
    }

    fn judged(&mut self, part: Part, judged: Judged, effects: &mut Vec<Effect>) {
        match part {
            Part::Speaker => self.checkup.speaker(Sound::Device, judged),
            Part::Lamp => self.checkup.lamp(judged),
            Part::Printer
            | Part::Touch
            | Part::Keys
            | Part::Network
            | Part::Clock
            | Part::Storage
            | Part::Presence
            | Part::Tamper
            | Part::Relay => {}
        }
        self.next(effects);
    }

    fn found(&mut self, found: &Found, effects: &mut Vec<Effect>) {
        match (found, self.step) {
            (Found::Sheet(sheet), Step::Trying(Part::Printer)) => self.checkup.sheet(*sheet),
            (Found::Sound(Sound::Device), Step::Trying(Part::Speaker)) => {
                self.step = Step::Judging(Part::Speaker);
                return;
            }
            (Found::Sound(Sound::None), Step::Trying(Part::Speaker)) => self.checkup.speaker(Sound::None, Judged::Bad),
            (Found::Hub(hub), Step::Trying(Part::Network)) => self.checkup.network(*hub),
            (Found::Clock(clock), Step::Trying(Part::Clock)) => self.checkup.clock(*clock),
            (Found::Disk(disk), Step::Trying(Part::Storage)) => self.checkup.disk(disk),
            // What comes too late was already judged.
            (_, _) => return,
        }
        self.next(effects);
    }

    fn sensed(&mut self, sign: Sign, effects: &mut Vec<Effect>) {
        self.checkup.saw(sign);
        let done = match (self.step, sign) {
            (Step::Trying(Part::Keys), Sign::Key(_)) => self.checkup.keys_left().is_empty(),
            (Step::Trying(Part::Presence), Sign::Somebody)
            | (Step::Trying(Part::Tamper), Sign::Tamper(Tamper::Shut))
            | (Step::Trying(Part::Relay), Sign::Printer(Power::Back | Power::Refused)) => true,
            (_, _) => false,
        };
        if done {
            self.next(effects);
        }
    }

    /// The step took too long.
    fn late(&mut self, effects: &mut Vec<Effect>) {
        match self.step {
            Step::List => {}
            Step::Judging(part) => return self.judged(part, Judged::Bad, effects),
            Step::Trying(part) => match part {
                Part::Printer => self.checkup.sheet(Sheet::NotOut(Fault::Silent)),
                Part::Speaker => self.checkup.speaker(Sound::None, Judged::Bad),
                Part::Network => self.checkup.network(Hub::Away),
                Part::Clock => self.checkup.clock(Clock::Alone),
                Part::Storage => self.checkup.disk(&Disk::Fails(io::ErrorKind::TimedOut)),
                Part::Relay => self.checkup.saw(Sign::Printer(Power::Refused)),
                // What was not shown stays as it was: not tried, or not whole.
                Part::Touch | Part::Keys | Part::Presence | Part::Lamp | Part::Tamper => {}
            },
        }
        self.next(effects);
    }
}

fn judge(part: Part) -> Judge {
    match part {
        Part::Touch | Part::Keys | Part::Presence | Part::Lamp | Part::Tamper => Judge::Person,
        Part::Printer | Part::Speaker | Part::Network | Part::Clock | Part::Storage | Part::Relay => Judge::Machine,
    }
}

impl Session {
    pub(super) fn technician(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, &mut self.screen) {
            (Tap::Knock, Screen::Attract) => effects.push(Effect::Knock),
            (Tap::Enter, Screen::Pin { typed, pad: pad @ (Pad::Ready | Pad::Wrong), .. }) if typed.count() > 0 => {
                *pad = Pad::Checking;
                effects.push(Effect::CheckPin(std::mem::take(typed)));
            }
            (tap, Screen::Service(service)) => service.tapped(tap, effects),
            (_, _) => {}
        }
    }

    /// A key of the pad. One that comes too late or does not belong there does nothing.
    pub(super) fn pin_key(&mut self, stroke: &Stroke) {
        let Screen::Pin { typed, pad, .. } = &mut self.screen else { return };
        match (stroke, *pad) {
            (_, Pad::Checking | Pad::Wait { .. })
            | (Stroke::Space | Stroke::Script(_) | Stroke::Shift | Stroke::NewLine, _) => return,
            (Stroke::Letters(letters), Pad::Ready | Pad::Wrong) => typed.press(letters),
            (Stroke::Erase, Pad::Ready | Pad::Wrong) => typed.erase(),
        }
        *pad = Pad::Ready;
    }

    /// Another language for the technician's own screens.
    pub(super) fn technician_reads(&mut self, new: Lang) {
        match &mut self.screen {
            Screen::Pin { language, .. } => *language = new,
            Screen::Service(service) => service.language = new,
            _ => {}
        }
    }

    /// Whether the pad opens for whoever held the corner.
    pub(super) fn knocked(&mut self, gate: Gate, language: Lang) {
        let pad = match gate {
            Gate::Absent => return,
            Gate::Open => Pad::Ready,
            Gate::Wait { minutes } => Pad::Wait { minutes },
        };
        if self.screen == Screen::Attract {
            self.screen = Screen::Pin { language, typed: Default::default(), pad };
        }
    }

    /// The PIN was right.
    pub(super) fn admitted(&mut self, fittings: Fittings) {
        let Screen::Pin { language, pad: Pad::Checking, .. } = self.screen else { return };
        let mut service = Service::new(language, fittings);
        service.checkup.printer(self.printer);
        self.screen = Screen::Service(Box::new(service));
    }

    /// It was wrong.
    pub(super) fn not_admitted(&mut self, gate: Gate) {
        if let Screen::Pin { pad: pad @ Pad::Checking, .. } = &mut self.screen {
            *pad = match gate {
                Gate::Open | Gate::Absent => Pad::Wrong,
                Gate::Wait { minutes } => Pad::Wait { minutes },
            };
        }
    }

    pub(super) fn found(&mut self, found: &Found, effects: &mut Vec<Effect>) {
        if let Screen::Service(service) = &mut self.screen {
            service.found(found, effects);
        }
    }

    pub(super) fn reported(&mut self, report: ReportOnPaper) {
        if let Screen::Service(service) = &mut self.screen {
            service.report = report;
        }
    }

    /// A wire or a key while the technician is there. Keys go on moving in the window, but for when they are tried.
    pub(super) fn sensed(&mut self, sign: Sign, effects: &mut Vec<Effect>) {
        let Screen::Service(service) = &mut self.screen else { return };
        let tried = service.step == Step::Trying(Part::Keys);
        service.sensed(sign, effects);
        if let Sign::Key(key @ (Key::Previous | Key::Next | Key::Select)) = sign
            && !tried
        {
            effects.push(Effect::Press(key));
        }
    }

    pub(super) fn technician_late(&mut self, effects: &mut Vec<Effect>) {
        match &mut self.screen {
            Screen::Service(service) if service.step != Step::List => service.late(effects),
            screen => {
                let screen = screen.clone();
                self.leave(&screen, effects);
            }
        }
    }

    /// One step back: from a part to the list, from the list to the visitors.
    pub(super) fn technician_back(&mut self, effects: &mut Vec<Effect>) {
        match &mut self.screen {
            Screen::Service(service) if service.step != Step::List => {
                (service.run, service.step) = (Run::One, Step::List);
            }
            screen => {
                let screen = screen.clone();
                self.leave(&screen, effects);
            }
        }
    }
}
