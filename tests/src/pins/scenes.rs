//! What is done to the wires, and what has to come of it.

use super::header::{Header, Resistor, Use, Volts};
use crate::{headless, screen::until, verdict::Verdict};
use kiosk::{
    keys::Key,
    pins::{self, Active, Bias, By, Cabinet, Lamp, Line, OFF_MS, Order, PiLines, Power, Sign, Tamper, Wire, Wiring},
};
use std::{
    fs, io,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

const PRESENCE: u8 = 17;
const NEXT: u8 = 5;
const DOOR: u8 = 6;
const LAMP: u8 = 23;
const POWER: u8 = 24;
/// Nobody's pin.
const OTHER: u8 = 20;

/// How long a sign may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Nobody listens there: the kiosk is alone.
const NOBODY: &str = "http://127.0.0.1:9";

fn wiring() -> Wiring {
    let wire = |bcm, active, bias| Wire { bcm, active, bias };
    let wires = [
        (Line::Presence, wire(PRESENCE, Active::High, Some(Bias::Down))),
        (Line::Key(Key::Next), wire(NEXT, Active::Low, Some(Bias::Up))),
        (Line::Tamper, wire(DOOR, Active::Low, None)),
        (Line::Lamp, wire(LAMP, Active::High, None)),
        (Line::PrinterPower, wire(POWER, Active::Low, None)),
    ];
    Wiring { by: By::Pi, hold_ms: None, wires: wires.into() }
}

/// The wires' thread over rppal, and this proof at both of its ends.
struct Bench<'a> {
    header: &'a Header,
    orders: SyncSender<Order>,
    signs: Receiver<Sign>,
    verdict: Verdict,
}

impl Bench<'_> {
    fn holds(&mut self, what: &str, found: io::Result<bool>) {
        match found {
            Ok(held) => self.verdict.check(what, || held),
            Err(error) => self.verdict.check(format!("{what}: {error}"), || false),
        }
    }

    fn does(&mut self, what: &str, pin: u8, volts: Volts) {
        let driven = self.header.is_driven(pin, volts);
        self.holds(what, driven);
    }

    fn says(&mut self, what: &str, sign: Sign) {
        let said = self.signs.recv_timeout(PATIENCE);
        self.verdict.check(format!("{what}: {said:?}"), || said == Ok(sign));
    }

    fn order(&mut self, order: Order) {
        let given = self.header.forget().and_then(|()| self.orders.send(order).map_err(io::Error::other));
        self.holds(&format!("{order:?} is taken"), given.map(|()| true));
    }
}

/// The adaptor and the machines, wire by wire.
pub(super) fn adaptor(header: &Header) -> Verdict {
    let opened = header.reset(&[NEXT, DOOR]).map_err(|error| error.to_string());
    let lines = opened.and_then(|()| PiLines::new(&wiring()).map_err(|error| format!("{error}: {error:?}")));
    let lines = match lines {
        Ok(lines) => lines,
        Err(error) => return Verdict::from(vec![(format!("rppal takes the file for a Raspberry Pi: {error}"), false)]),
    };
    let (orders, ordered) = sync_channel(pins::ORDERS_MAX);
    let (say, signs) = sync_channel(16);
    let wires = thread::spawn(move || {
        pins::run(lines, Cabinet::new(&wiring()), &ordered, |sign| {
            // Nobody listens any more when the proof is over.
            let _ = say.send(sign);
        });
    });
    let mut bench = Bench { header, orders, signs, verdict: Verdict::default() };
    bench.verdict.check("rppal takes the file for a Raspberry Pi", || true);
    set_up(&mut bench);
    touched(&mut bench);
    driven(&mut bench);
    let Bench { orders, mut verdict, .. } = bench;
    let ended = header.forget().is_ok();
    drop(orders);
    verdict.check("the thread ends", || ended && wires.join().is_ok());
    verdict.check("and leaves the lamp dark", || header.is_driven(LAMP, Volts::Low).is_ok_and(|driven| driven));
    verdict.check("and the printer with current", || header.is_driven(POWER, Volts::High).is_ok_and(|driven| driven));
    let kept = header.used_as(LAMP).ok() == Some(Use::Out) && header.used_as(POWER).ok() == Some(Use::Out);
    verdict.check("and its outputs stay outputs: a relay does not click when the program ends", || kept);
    verdict
}

fn set_up(bench: &mut Bench<'_>) {
    bench.does("the printer has current at the start (a relay that works with 0 V)", POWER, Volts::High);
    for (name, pin, way) in [("lamp", LAMP, Use::Out), ("relay", POWER, Use::Out), ("key", NEXT, Use::In)] {
        let found = bench.header.used_as(pin).map(|found| found == way);
        bench.holds(&format!("the {name}'s pin is set up: {way:?}"), found);
    }
    for (name, pin, by) in
        [("key", NEXT, Resistor::Up), ("sensor", PRESENCE, Resistor::Down), ("door", DOOR, Resistor::None)]
    {
        let found = bench.header.held_by(pin).map(|found| found == by);
        bench.holds(&format!("the {name}'s resistor: {by:?}"), found);
    }
}

fn touched(bench: &mut Bench<'_>) {
    let drive = |pin, volts| bench.header.drive(pin, volts).is_ok();
    let moved = drive(OTHER, Volts::High) && drive(PRESENCE, Volts::High);
    bench.verdict.check("a pin that is nobody's, and somebody comes", || moved);
    bench.says("somebody is seen, and nothing else", Sign::Somebody);
    let moved = bench.header.drive(NEXT, Volts::Low).is_ok();
    bench.verdict.check("a key goes down", || moved);
    bench.says("it is heard", Sign::Key(Key::Next));
    let moved = bench.header.drive(NEXT, Volts::High).is_ok() && bench.header.drive(DOOR, Volts::Low).is_ok();
    bench.verdict.check("it comes up, and the door is opened", || moved);
    bench.says("the door is told, the key is not told again", Sign::Tamper(Tamper::Opened));
}

fn driven(bench: &mut Bench<'_>) {
    bench.order(Order::Lamp(Lamp::Steady));
    bench.does("the lamp is lit", LAMP, Volts::High);
    bench.order(Order::Lamp(Lamp::Dark));
    bench.does("the lamp is dark", LAMP, Volts::Low);
    bench.order(Order::PowerCyclePrinter);
    bench.does("the printer's current is cut", POWER, Volts::Low);
    bench.says("that is told", Sign::Printer(Power::Cut));
    let (cut, forgotten) = (Instant::now(), bench.header.forget());
    bench.holds("what was driven is forgotten", forgotten.map(|()| true));
    bench.does("the current comes back", POWER, Volts::High);
    let off_ms = cut.elapsed().as_millis();
    // The clock here began some moments after the cut.
    bench.verdict.check(format!("after {off_ms} ms"), || off_ms + 1_000 > u128::from(OFF_MS));
    bench.says("that is told too", Sign::Printer(Power::Back));
}

/// The whole kiosk, as a technician sets it up.
pub(super) fn program(header: &Header, place: &Path) -> Verdict {
    let mut verdict = Verdict::default();
    match blinks(header, &place.join("kiosk")) {
        Ok(checks) => checks.into_iter().for_each(|(what, held)| verdict.check(what, || held)),
        Err(error) => verdict.check(format!("the kiosk runs: {error}"), || false),
    }
    verdict
}

fn blinks(header: &Header, folder: &Path) -> io::Result<Vec<(String, bool)>> {
    fs::create_dir_all(folder)?;
    let config = folder.join("kiosk.toml");
    let table = format!("[pins.lines]\nlamp = {{ bcm = {LAMP}, active = 'high' }}\n");
    fs::write(&config, table)?;
    header.reset(&[])?;
    let mut command = headless::command(NOBODY, "token", folder)?;
    command.arg("--config").arg(&config);
    let kiosk = headless::Headless::start(command)?;
    let mut checks = Vec::new();
    // Alone and without a catalogue it serves nobody: its lamp blinks fast.
    for volts in [Volts::High, Volts::Low, Volts::High, Volts::Low] {
        checks.push((format!("the kiosk's lamp blinks: {volts:?}"), header.is_driven(LAMP, volts)?));
        header.forget()?;
    }
    drop(kiosk);
    let log = fs::read_to_string(folder.join("kiosk.log"))?;
    checks.push(("its log says that the wires are minded".to_owned(), log.contains("wires that are minded: 1")));
    let config_of_a_pi = fs::read_to_string(&config)?;
    checks.extend(without_a_header(folder, &config_of_a_pi)?);
    Ok(checks)
}

/// The same configuration on a machine that has no pins.
fn without_a_header(folder: &Path, table: &str) -> io::Result<Vec<(String, bool)>> {
    let folder = folder.join("elsewhere");
    fs::create_dir_all(&folder)?;
    let config = folder.join("kiosk.toml");
    fs::write(&config, table)?;
    let mut command = headless::command(NOBODY, "token", &folder)?;
    // Without the shim the chip is none.
    command.arg("--config").arg(&config).env_remove("LD_PRELOAD");
    let kiosk = headless::Headless::start(command)?;
    let shown = kiosk.shows("its first screen", |view| view["screen"] == "attract");
    // The wires have a thread of their own, which may come later than the screen.
    let said = || -> io::Result<usize> {
        let log = fs::read_to_string(folder.join("kiosk.log"))?;
        Ok(log.lines().filter(|line| line.contains("goes on without its wires")).count())
    };
    let heard = until("the line about wires", || Ok(Some(said()?).filter(|lines| *lines > 0)));
    drop(kiosk);
    let lines = if heard.is_ok() { said()? } else { 0 };
    Ok(vec![
        ("without pins the kiosk shows its screen".to_owned(), shown.is_ok()),
        (format!("and says so in one line: {lines}"), lines == 1),
    ])
}
