//! The kiosk's wires: keys, presence sensor, lamp, printer relay, tamper switch; one thread that nobody waits for.
//!
//! What a wire means is decided by pure machines in virtual time ([`Cabinet`]); [`Lines`] is the only thing that differs
//! between a Raspberry Pi, a folder that a test or a person writes into, and a machine without wires. Levels are read on
//! a short tick and not by interrupts: a finger and a door are slow, a tick costs nothing one can measure, and it is the
//! same code on every machine, in the proof with simulated registers too. Deliberately absent: what a sign leads to (the
//! driver and the session know) and paper sensors (the printer is asked).

mod button;
mod cabinet;
mod debounce;
mod folder;
mod lamp;
mod presence;
mod raspberry;
mod relay;
mod tamper;
#[cfg(test)]
mod tests;
mod wiring;

pub use button::STUCK_MS;
pub use cabinet::{Cabinet, Deed};
pub use debounce::{DOOR_MS, KEY_MS, SENSOR_MS};
pub use folder::FolderLines;
pub use lamp::Lamp;
pub use presence::HOLD_MS;
pub use raspberry::{NoPins, PiLines};
pub use relay::{CYCLES_AN_HOUR_MAX, OFF_MS, WARM_MS};
pub use wiring::{Active, Bias, By, Line, Wire, Wiring, Written, WrongWiring};

use crate::keys::Key;
use std::{
    collections::VecDeque,
    error::Error,
    sync::mpsc::{Receiver, TryRecvError},
    thread::{self, JoinHandle},
    time::Duration,
};

/// Orders that may wait: a lamp, a relay, a latch, and room for haste.
pub const ORDERS_MAX: usize = 16;
/// How long an order may wait for the thread to look at it.
const ORDER_MS: u64 = 50;

/// Whether a line's meaning holds: the key is down, somebody is there, the lamp is lit, the power is cut. What voltage
/// that is, the wiring says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It does.
    On,
    /// It does not.
    Off,
}

/// A line has another level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// When.
    pub ms: u64,
    /// Which.
    pub line: Line,
    /// What it is now.
    pub level: Level,
}

/// Where wires end. Every input line that is `On` at the start is told as an edge.
pub trait Lines {
    /// Milliseconds since some moment; never runs back.
    fn now_ms(&self) -> u64;
    /// Drives an output.
    fn set(&mut self, line: Line, level: Level);
    /// The next edge of an input, or nothing when it is `until_ms`.
    fn next(&mut self, until_ms: u64) -> Option<Edge>;
}

/// Wires that are looked at again and again, without interrupts.
trait Looked: Lines {
    /// How often.
    const TICK_MS: u64;
    /// Looks once.
    fn look(&mut self);
    /// What was found and nobody has taken yet.
    fn found(&mut self) -> &mut VecDeque<Edge>;
}

/// [`Lines::next`] by looking.
fn next_of<L: Looked>(lines: &mut L, until_ms: u64) -> Option<Edge> {
    loop {
        if let Some(edge) = lines.found().pop_front() {
            return Some(edge);
        }
        lines.look();
        if lines.found().is_empty() {
            let left_ms = until_ms.saturating_sub(lines.now_ms());
            if left_ms == 0 {
                return None;
            }
            thread::sleep(Duration::from_millis(left_ms.min(L::TICK_MS)));
        }
    }
}

/// What the wires say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Somebody stands in front.
    Somebody,
    /// Nobody has for a while.
    Nobody,
    /// A key was pressed.
    Key(Key),
    /// The cabinet's door.
    Tamper(Tamper),
    /// The printer's current.
    Printer(Power),
}

/// The cabinet's door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// It was opened. Said once, until a technician has seen it.
    Opened,
    /// It is shut, and a technician has seen it.
    Shut,
}

/// What became of an order to cut the printer's current for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// It is cut.
    Cut,
    /// It is back.
    Back,
    /// It stays: it was cut too often in an hour, or a moment ago.
    Refused,
}

/// What the wires are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Show this with the lamp.
    Lamp(Lamp),
    /// Cut the printer's current for a moment.
    PowerCyclePrinter,
    /// A technician has seen that the cabinet was opened.
    TamperSeen,
}

/// Begins the wires' thread, if there are wires. Where there are none, or they cannot be used, one line says so and the
/// kiosk goes on: a touchscreen and a printer are enough for a visitor.
pub fn start(
    wiring: &Wiring,
    orders: Receiver<Order>,
    say: impl FnMut(Sign) + Send + 'static,
) -> Option<JoinHandle<()>> {
    let (cabinet, count) = (Cabinet::new(wiring), wiring.lines().len());
    let started = match &wiring.by {
        By::None => {
            tracing::info!("no wires are configured: no keys, no presence, no lamp");
            return None;
        }
        By::Pi => PiLines::new(wiring).map(|lines| thread::spawn(move || run(lines, cabinet, &orders, say))),
        By::Folder(dir) => FolderLines::new(dir, &wiring.lines())
            .map(|lines| thread::spawn(move || run(lines, cabinet, &orders, say)))
            .map_err(NoPins::NoFolder),
    };
    match started {
        Ok(thread) => {
            tracing::info!(count, "wires that are minded: {count}");
            Some(thread)
        }
        Err(error) => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(%error, why, "{error}: {why}; the kiosk goes on without its wires");
            None
        }
    }
}

/// The wires' thread: runs until nobody gives orders any more, then leaves the printer with current and the lamp dark.
pub fn run(mut lines: impl Lines, mut cabinet: Cabinet, orders: &Receiver<Order>, mut say: impl FnMut(Sign)) {
    perform(cabinet.begin(), &mut lines, &mut say);
    loop {
        match orders.try_recv() {
            Ok(order) => {
                let deeds = cabinet.order(lines.now_ms(), order);
                perform(deeds, &mut lines, &mut say);
            }
            Err(TryRecvError::Empty) => {
                let until_ms = cabinet.due_ms().min(lines.now_ms() + ORDER_MS);
                let deeds = match lines.next(until_ms) {
                    Some(edge) => cabinet.edge(edge),
                    None => cabinet.pass(lines.now_ms()),
                };
                perform(deeds, &mut lines, &mut say);
            }
            Err(TryRecvError::Disconnected) => break,
        }
    }
    perform(cabinet.end(), &mut lines, &mut say);
}

fn perform(deeds: Vec<Deed>, lines: &mut impl Lines, say: &mut impl FnMut(Sign)) {
    for deed in deeds {
        match deed {
            Deed::Set(line, level) => lines.set(line, level),
            Deed::Say(sign) => say(sign),
        }
    }
}
