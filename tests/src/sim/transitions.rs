//! What can happen in a hall: a list drawn from a seed, plain enough to be shortened and kept as text.
//!
//! A step names machines and people by small numbers that are resolved against the hall as it is then, so that any part
//! of a list is a list. Each step carries its own chance: taking others away does not change what it does.

use super::network::{FAIR, Line, Weather};
use crate::chance::Chance;
use serde::{Deserialize, Serialize};

/// A hall and what happens in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The seed it was drawn from, which the machines still draw from.
    pub seed: u64,
    /// The hall.
    pub shape: Shape,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// A hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// 1 to 6.
    pub kiosks: u8,
    /// 1 to 20.
    pub counters: u8,
    /// 1 to 5.
    pub displays: u8,
    /// 0 by arrival, 1 classes, from 2 on classes with a cap of one less.
    pub policy: u8,
    /// 0 around the clock, 1 until the evening, 2 with an hour of service left when the hall begins.
    pub hours: u8,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// So long after the one before.
    pub after_ms: u64,
    /// What it may still choose from.
    pub chance: u64,
    /// What.
    pub what: What,
}

/// A machine of the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Machine {
    /// The hub.
    Hub,
    /// A kiosk.
    Kiosk(u8),
    /// A display.
    Display(u8),
    /// The browsers of all clerks: they have a cable and nothing else that breaks.
    Desks,
}

/// How a machine stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// The program is killed, the machine goes on.
    Kill,
    /// Power cut: everything unsynced is gone.
    Cut,
    /// Power cut: of what is unsynced, any part is there.
    Torn,
}

/// What is wrong with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ailment {
    /// No room.
    Full,
    /// Nothing can be written.
    Broken,
    /// One write fails.
    OneWrite,
    /// One sync fails.
    OneSync,
    /// The power goes in the middle of the n-th write from now.
    CutAtWrite(u8),
    /// … of the n-th sync.
    CutAtSync(u8),
    /// Well again.
    Mended,
}

/// How a printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mood {
    /// Prints.
    Fine,
    /// Jams in the middle of the next ticket.
    JamNext,
    /// Has no paper.
    PaperOut,
    /// Takes half a minute for a ticket.
    Slow,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A visitor wants a ticket from a kiosk.
    Visit { kiosk: u8 },
    /// Somebody touches a kiosk's screen.
    Touch { kiosk: u8 },
    /// A ticket at the reception desk.
    Reception,
    /// A clerk does what comes next.
    Work { counter: u8 },
    /// A clerk does something else.
    Act { counter: u8 },
    /// Staff do something with a ticket: give it up, let it rejoin, call it out of order.
    Ticket { counter: u8 },
    /// A manager changes something.
    Manage,
    /// A cable changes.
    Cable { machine: Machine, weather: Weather },
    /// A printer changes.
    Printer { kiosk: u8, mood: Mood },
    /// A machine stops, and starts again after so long.
    Stop { machine: Machine, how: Stop, for_ms: u32 },
    /// A disk falls ill.
    Disk { machine: Machine, ailment: Ailment },
    /// A clock jumps.
    Clock { machine: Machine, by_ms: i64 },
    /// A clock loses its battery: 1970.
    NoBattery { machine: Machine },
    /// The hub's disk is copied.
    Backup,
    /// The hub is put back to the last copy, or begins anew without one, under a higher epoch.
    Restore,
    /// A kiosk is replaced by a new machine with an empty disk.
    NewKiosk { kiosk: u8 },
    /// The night passes.
    Night,
    /// Everything is mended and the hall is looked at when it has come to rest.
    Calm,
}

const MINUTE_MS: u64 = 60_000;
const YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// Draws a script.
pub fn script(seed: u64) -> Script {
    let mut chance = Chance::new(seed);
    let shape = shape(&mut chance);
    let steps = (0..chance.between(40, 220)).map(|_| step(&mut chance, &shape)).collect();
    Script { seed, shape, steps }
}

fn shape(chance: &mut Chance) -> Shape {
    // Most halls are small; the largest are there all the same.
    let mut few = |most: u64| {
        let bound = chance.between(1, most + 1);
        u8::try_from(chance.between(1, bound + 1)).unwrap_or(1)
    };
    let (kiosks, counters, displays) = (few(6), few(20), few(5));
    let policy = u8::try_from(chance.between(0, 5)).unwrap_or(1);
    let hours = [0, 0, 0, 1, 1, 2][pick(chance, 6)];
    Shape { kiosks, counters, displays, policy, hours }
}

fn step(chance: &mut Chance, shape: &Shape) -> Step {
    let after_ms = match chance.between(0, 100) {
        0..60 => chance.between(0, 1_500),
        60..92 => chance.between(1_500, 8_000),
        92..98 => chance.between(8_000, 30_000),
        _ => chance.between(30_000, 8 * MINUTE_MS),
    };
    Step { after_ms, chance: chance.draw(), what: what(chance, shape) }
}

fn what(chance: &mut Chance, shape: &Shape) -> What {
    let kiosk = small(chance, shape.kiosks);
    let counter = small(chance, shape.counters);
    match chance.between(0, 1_000) {
        0..250 => What::Visit { kiosk },
        250..280 => What::Touch { kiosk },
        280..310 => What::Reception,
        310..640 => What::Work { counter },
        640..720 => What::Act { counter },
        720..770 => What::Ticket { counter },
        770..785 => What::Manage,
        785..850 => What::Cable { machine: machine(chance, shape), weather: weather(chance) },
        850..880 => {
            What::Printer { kiosk, mood: [Mood::JamNext, Mood::PaperOut, Mood::Slow, Mood::Fine][pick(chance, 4)] }
        }
        880..915 => stop(chance, shape),
        915..950 => What::Disk { machine: with_disk(chance, shape), ailment: ailment(chance) },
        950..970 => What::Clock { machine: with_disk(chance, shape), by_ms: jump(chance) },
        970..975 => What::NoBattery { machine: with_disk(chance, shape) },
        975..982 => What::Backup,
        982..986 => What::Restore,
        986..989 => What::NewKiosk { kiosk },
        989..992 => What::Night,
        _ => What::Calm,
    }
}

fn stop(chance: &mut Chance, shape: &Shape) -> What {
    let machine = match machine(chance, shape) {
        Machine::Desks => Machine::Hub,
        other => other,
    };
    let how = [Stop::Kill, Stop::Cut, Stop::Torn][pick(chance, 3)];
    let for_ms = if chance.coin() { chance.between(500, 5_000) } else { chance.between(5_000, 90_000) };
    What::Stop { machine, how, for_ms: u32::try_from(for_ms).unwrap_or(u32::MAX) }
}

fn ailment(chance: &mut Chance) -> Ailment {
    let n = u8::try_from(chance.between(1, 9)).unwrap_or(1);
    match chance.between(0, 10) {
        0 => Ailment::Full,
        1 => Ailment::Broken,
        2 => Ailment::OneWrite,
        3 => Ailment::OneSync,
        4 | 5 => Ailment::CutAtWrite(n),
        6 | 7 => Ailment::CutAtSync(n),
        _ => Ailment::Mended,
    }
}

fn weather(chance: &mut Chance) -> Weather {
    let pct = |chance: &mut Chance, most| u8::try_from(chance.between(0, most)).unwrap_or(0);
    match chance.between(0, 10) {
        0..3 => Weather { line: Line::Cut, ..FAIR },
        3 => Weather { line: Line::NothingBack, ..FAIR },
        4 => Weather { line: Line::NothingThere, ..FAIR },
        5..8 => {
            let late_ms_max = [80, 450, 2_500, 9_000][pick(chance, 4)];
            Weather { line: Line::Whole, lost_pct: pct(chance, 40), twice_pct: pct(chance, 40), late_ms_max }
        }
        _ => FAIR,
    }
}

/// A clock is mostly a little wrong, and sometimes by years.
fn jump(chance: &mut Chance) -> i64 {
    let most = [2_000, 600_000, 7_200_000, 26 * 3_600_000, YEAR_MS, 10 * YEAR_MS][pick(chance, 6)];
    let by = i64::try_from(chance.between(0, most.unsigned_abs() + 1)).unwrap_or(0);
    if chance.coin() { by } else { -by }
}

fn machine(chance: &mut Chance, shape: &Shape) -> Machine {
    match chance.between(0, 8) {
        0 | 1 => Machine::Hub,
        2..5 => Machine::Kiosk(small(chance, shape.kiosks)),
        5 | 6 => Machine::Display(small(chance, shape.displays)),
        _ => Machine::Desks,
    }
}

fn with_disk(chance: &mut Chance, shape: &Shape) -> Machine {
    if chance.coin() { Machine::Hub } else { Machine::Kiosk(small(chance, shape.kiosks)) }
}

fn small(chance: &mut Chance, many: u8) -> u8 {
    u8::try_from(chance.between(0, u64::from(many.max(1)))).unwrap_or(0)
}

/// One of so many.
pub fn pick(chance: &mut Chance, many: usize) -> usize {
    usize::try_from(chance.between(0, many.max(1) as u64)).unwrap_or(0)
}

impl Script {
    /// One JSON line for the hall and one for each step: what a failing run is kept as.
    pub fn written(&self) -> String {
        let head = serde_json::to_string(&(self.seed, self.shape)).unwrap_or_default();
        let steps = self.steps.iter().map(|step| serde_json::to_string(step).unwrap_or_default());
        std::iter::once(head).chain(steps).collect::<Vec<_>>().join("\n") + "\n"
    }

    /// What was written; lines that begin with `#` say why it is kept.
    pub fn read(text: &str) -> anyhow::Result<Script> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let head = lines.next().ok_or_else(|| anyhow::anyhow!("a script begins with its seed and its hall"))?;
        let (seed, shape) = serde_json::from_str(head)?;
        let steps = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
        Ok(Script { seed, shape, steps })
    }
}

impl What {
    /// Its name, for counting.
    pub fn kind(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        match value {
            serde_json::Value::String(name) => name,
            other => other.as_object().and_then(|map| map.keys().next().cloned()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_read_is_the_script_written() {
        for seed in 0..20 {
            let drawn = script(seed);
            assert_eq!(Script::read(&format!("# why\n{}", drawn.written())).unwrap(), drawn);
        }
    }

    #[test]
    fn everything_that_can_happen_happens_in_some_hall() {
        let all: Vec<Script> = (0..1_000).map(script).collect();
        let mut kinds: Vec<String> = all.iter().flat_map(|script| &script.steps).map(|step| step.what.kind()).collect();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), 18, "{kinds:?}");
        let most = |of: fn(&Shape) -> u8| all.iter().map(|script| of(&script.shape)).max();
        assert_eq!((most(|s| s.kiosks), most(|s| s.counters), most(|s| s.displays)), (Some(6), Some(20), Some(5)));
    }
}
