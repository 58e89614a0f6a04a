//! All the machines of one cabinet: edges, orders and time in; levels and signs out. No clock, no wires.

use super::{
    Edge, Lamp, Level, Line, Order, Power, Sign, Wiring,
    button::{Button, Held},
    debounce::{DOOR_MS, Debounce, KEY_MS, SENSOR_MS},
    lamp::Blinker,
    presence::{Change, Presence},
    relay::Relay,
    tamper::Latch,
};
use crate::keys::Key;
use std::collections::BTreeMap;

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Drive an output.
    Set(Line, Level),
    /// Tell the driver.
    Say(Sign),
}

/// The wires of one kiosk and what they mean.
#[derive(Debug, Clone)]
pub struct Cabinet {
    inputs: BTreeMap<Line, Input>,
    lamp: Option<Blinker>,
    relay: Option<Relay>,
}

#[derive(Debug, Clone)]
struct Input {
    contact: Debounce,
    meaning: Meaning,
}

#[derive(Debug, Clone)]
enum Meaning {
    Presence(Presence),
    Tamper(Latch),
    Button(Button),
}

impl Cabinet {
    /// As it is wired.
    pub fn new(wiring: &Wiring) -> Cabinet {
        let lines = wiring.lines();
        let input = |line: Line| match line {
            Line::Presence => Some((SENSOR_MS, Meaning::Presence(Presence::Empty))),
            Line::Tamper => Some((DOOR_MS, Meaning::Tamper(Latch::Shut))),
            Line::Lamp | Line::PrinterPower => None,
            Line::Key(key) => Some((KEY_MS, Meaning::Button(Button::new(key, held(key, wiring.hold_ms))))),
        };
        let input = |line| input(line).map(|(ms, meaning)| (line, Input { contact: Debounce::new(ms), meaning }));
        Cabinet {
            inputs: lines.iter().copied().filter_map(input).collect(),
            lamp: lines.contains(&Line::Lamp).then(Blinker::new),
            relay: lines.contains(&Line::PrinterPower).then(Relay::default),
        }
    }

    /// What the outputs are at the start: the printer has current, whatever ended the program before.
    pub fn begin(&self) -> Vec<Deed> {
        let relay = self.relay.iter().map(|_| Deed::Set(Line::PrinterPower, Level::Off));
        relay.chain(self.lamp.iter().map(|_| Deed::Set(Line::Lamp, Level::Off))).collect()
    }

    /// What they are when the program ends: a lamp that is lit over a kiosk without a program lies.
    pub fn end(&self) -> Vec<Deed> {
        self.begin()
    }

    /// A line has another level.
    pub fn edge(&mut self, edge: Edge) -> Vec<Deed> {
        let mut deeds = self.pass(edge.ms);
        if let Some(input) = self.inputs.get_mut(&edge.line) {
            input.contact.edge(edge.ms, edge.level);
        }
        deeds.extend(self.pass(edge.ms));
        deeds
    }

    /// The driver wants something.
    pub fn order(&mut self, ms: u64, order: Order) -> Vec<Deed> {
        let mut deeds = self.pass(ms);
        match order {
            Order::Lamp(lamp) => deeds.extend(self.show(ms, lamp)),
            Order::PowerCyclePrinter => {
                // Without a relay nobody can be told that the current was cut, and it was not.
                let (level, power) = self.relay.as_mut().map_or((None, Power::Refused), |relay| relay.cycle(ms));
                deeds.extend(level.map(|level| Deed::Set(Line::PrinterPower, level)));
                deeds.push(Deed::Say(Sign::Printer(power)));
            }
            Order::TamperSeen => {
                for input in self.inputs.values_mut() {
                    if let Meaning::Tamper(latch) = &mut input.meaning {
                        deeds.extend(latch.seen().map(Sign::Tamper).map(Deed::Say));
                    }
                }
            }
        }
        deeds
    }

    /// Time has passed.
    pub fn pass(&mut self, ms: u64) -> Vec<Deed> {
        let mut deeds: Vec<Deed> = Vec::new();
        for input in self.inputs.values_mut() {
            deeds.extend(input.pass(ms).map(Deed::Say));
        }
        deeds.extend(self.lamp.as_mut().and_then(|lamp| lamp.pass(ms)).map(|level| Deed::Set(Line::Lamp, level)));
        if let Some((level, power)) = self.relay.as_mut().and_then(|relay| relay.pass(ms)) {
            deeds.extend([Deed::Set(Line::PrinterPower, level), Deed::Say(Sign::Printer(power))]);
        }
        deeds
    }

    /// When [`Cabinet::pass`] has something to do at the latest.
    pub fn due_ms(&self) -> u64 {
        let inputs = self.inputs.values().map(Input::due_ms);
        let lamp = self.lamp.iter().map(Blinker::due_ms);
        inputs.chain(lamp).chain(self.relay.iter().map(Relay::due_ms)).min().unwrap_or(u64::MAX)
    }

    fn show(&mut self, ms: u64, lamp: Lamp) -> Option<Deed> {
        let level = self.lamp.as_mut()?.show(ms, lamp)?;
        Some(Deed::Set(Line::Lamp, level))
    }
}

impl Input {
    /// Time first, then a level that has settled: a press that became long before it ended was long.
    fn pass(&mut self, ms: u64) -> impl Iterator<Item = Sign> + use<> {
        let became = self.meaning.pass(ms);
        let settled = self.contact.pass(ms).and_then(|level| self.meaning.level(ms, level));
        became.into_iter().chain(settled)
    }

    fn due_ms(&self) -> u64 {
        self.contact.due_ms().min(match &self.meaning {
            Meaning::Presence(presence) => presence.due_ms(),
            Meaning::Tamper(_) => u64::MAX,
            Meaning::Button(button) => button.due_ms(),
        })
    }
}

impl Meaning {
    fn level(&mut self, ms: u64, level: Level) -> Option<Sign> {
        match self {
            Meaning::Presence(presence) => presence.level(ms, level).map(sign),
            Meaning::Tamper(latch) => latch.level(level).map(Sign::Tamper),
            Meaning::Button(button) => button.level(ms, level).map(Sign::Key),
        }
    }

    fn pass(&mut self, ms: u64) -> Option<Sign> {
        match self {
            Meaning::Presence(presence) => presence.pass(ms).map(sign),
            Meaning::Tamper(_) => None,
            Meaning::Button(button) => button.pass(ms).map(Sign::Key),
        }
    }
}

fn sign(change: Change) -> Sign {
    match change {
        Change::Came => Sign::Somebody,
        Change::Went => Sign::Nobody,
    }
}

/// Who has two switches goes back by holding one and hears again by holding the other.
fn held(key: Key, hold_ms: Option<u64>) -> Option<Held> {
    let second = match key {
        Key::Next => Key::Previous,
        Key::Select => Key::Repeat,
        Key::Previous
        | Key::Headphones
        | Key::Repeat
        | Key::Slower
        | Key::Faster
        | Key::Louder
        | Key::Softer
        | Key::Service => {
            return None;
        }
    };
    hold_ms.map(|ms| Held { ms, key: second })
}
