//! The header of a Raspberry Pi, through rppal's registers.
//!
//! Levels are read every few milliseconds: see the module above. What the kiosk drives keeps its level when the program
//! ends, so that a program that dies does not switch a printer off and on; the machine that stands behind decides what
//! it should be. Deliberately absent: interrupts, pulse widths, other boards.

use super::{Active, Bias, Edge, Level, Line, Lines, Looked, Wire, Wiring, next_of, wiring::Way};
use rppal::gpio::{self, Gpio, InputPin, OutputPin};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    time::Instant,
};

/// How often levels are read: four times before a key is believed.
const TICK_MS: u64 = 5;
const _: () = assert!(TICK_MS * 4 <= super::KEY_MS);

/// This machine has no such header.
#[derive(Debug, thiserror::Error)]
pub enum NoPins {
    /// No header at all, or not for us.
    #[error("this machine has no pins, or they may not be used")]
    NoHeader(#[source] gpio::Error),
    /// The folder in place of one.
    #[error("the folder of wires cannot be used")]
    NoFolder(#[source] io::Error),
    /// One pin.
    #[error("pin {bcm} for {line} cannot be used")]
    NoPin {
        /// The line.
        line: Line,
        /// The pin.
        bcm: u8,
        /// Why.
        source: gpio::Error,
    },
}

/// The header.
#[derive(Debug)]
pub struct PiLines {
    start: Instant,
    inputs: BTreeMap<Line, Contact>,
    outputs: BTreeMap<Line, (OutputPin, Active)>,
    found: VecDeque<Edge>,
}

#[derive(Debug)]
struct Contact {
    pin: InputPin,
    active: Active,
    level: Level,
}

impl PiLines {
    /// Takes the pins. An output is set to `Off` in the moment it becomes one: a relay that clicks at every start wears
    /// out.
    pub fn new(wiring: &Wiring) -> Result<PiLines, NoPins> {
        let header = Gpio::new().map_err(NoPins::NoHeader)?;
        let mut lines = PiLines {
            start: Instant::now(),
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
            found: VecDeque::new(),
        };
        for (line, wire) in &wiring.wires {
            let (line, Wire { bcm, active, bias }) = (*line, *wire);
            let pin = header.get(bcm).map_err(|source| NoPins::NoPin { line, bcm, source })?;
            match line.way() {
                Way::In => {
                    let pin = match bias {
                        Some(Bias::Up) => pin.into_input_pullup(),
                        Some(Bias::Down) => pin.into_input_pulldown(),
                        Some(Bias::Off) | None => pin.into_input(),
                    };
                    lines.inputs.insert(line, Contact { pin, active, level: Level::Off });
                }
                Way::Out => {
                    let mut pin = match active {
                        Active::High => pin.into_output_low(),
                        Active::Low => pin.into_output_high(),
                    };
                    pin.set_reset_on_drop(false);
                    lines.outputs.insert(line, (pin, active));
                }
            }
        }
        Ok(lines)
    }
}

impl Looked for PiLines {
    const TICK_MS: u64 = TICK_MS;

    fn look(&mut self) {
        let ms = self.now_ms();
        for (line, contact) in &mut self.inputs {
            let level = match (contact.pin.is_high(), contact.active) {
                (true, Active::High) | (false, Active::Low) => Level::On,
                (false, Active::High) | (true, Active::Low) => Level::Off,
            };
            if level != contact.level {
                contact.level = level;
                self.found.push_back(Edge { ms, line: *line, level });
            }
        }
    }

    fn found(&mut self) -> &mut VecDeque<Edge> {
        &mut self.found
    }
}

impl Lines for PiLines {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn set(&mut self, line: Line, level: Level) {
        let Some((pin, active)) = self.outputs.get_mut(&line) else { return };
        match (level, *active) {
            (Level::On, Active::High) | (Level::Off, Active::Low) => pin.set_high(),
            (Level::Off, Active::High) | (Level::On, Active::Low) => pin.set_low(),
        }
    }

    fn next(&mut self, until_ms: u64) -> Option<Edge> {
        next_of(self, until_ms)
    }
}
