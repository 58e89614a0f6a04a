//! A kiosk with its printer and its line: visitors come to it one after the other, and something goes wrong for some.

use super::{tally::Tally, visitor::Visitor};
use crate::{
    chance::Chance,
    hall::binary,
    headless::Headless,
    network::machines::Line,
    printer::{FakePrinter, Fault, Mishap, Model, When},
};
use anyhow::{Context, Result};
use kiosk::clock::Pace;
use serde_json::Value;
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};
use uuid::Uuid;

/// More views than any visitor needs: what goes on for longer is stuck.
const VIEWS_MAX: usize = 400;

/// After so many visitors a kiosk has drawn every screen and paper: what it grows by later is counted.
const GROWN_UP: u64 = 20;

/// What goes wrong while a visitor is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// The printer has it before anybody comes.
    Printer(Fault, &'static str),
    /// The printer gets it amid a ticket.
    Amid(When, Mishap, &'static str),
    /// The line to the hub.
    Line(&'static str, &'static str),
    /// The kiosk is killed after so many views.
    Killed(u64),
}

pub(super) struct Machine {
    folder: PathBuf,
    token: String,
    pace: Pace,
    address: SocketAddr,
    printer: FakePrinter,
    line: Line,
    kiosk: Headless,
    /// What the screen showed last.
    last: Value,
    born_kib: u64,
    /// Visitors in this life.
    served: u64,
    tally: Tally,
}

impl Machine {
    pub(super) fn start(folder: &Path, hub: SocketAddr, token: &str, pace: Pace) -> Result<Machine> {
        fs::create_dir_all(folder)?;
        let (address, line) = line_to(hub)?;
        let printer = FakePrinter::start(Model::Tells)?;
        let kiosk = begin(folder, address, (token, &printer), pace)?;
        let mut machine = Machine {
            folder: folder.to_owned(),
            token: token.to_owned(),
            pace,
            address,
            printer,
            line,
            kiosk,
            last: Value::Null,
            born_kib: 0,
            served: 0,
            tally: Tally { lives: 1, ..Tally::default() },
        };
        machine.kiosk.say("await ready\nawait up\n")?;
        machine.see("the hub", |view| view["link"] == "up" && view["readiness"] == "ready")?;
        Ok(machine)
    }

    /// Serves so many visitors, then waits until everything is well and told.
    pub(super) fn serve(&mut self, visitors: u64, mut chance: Chance) -> Result<Tally> {
        for _ in 0..visitors {
            let (visitor, trouble) = (Visitor::drawn(&mut chance), drawn(&mut chance));
            self.visit(visitor, trouble, &mut chance)?;
        }
        self.printer.calm();
        self.line.says("pass")?;
        self.see("the first screen", |view| view["screen"] == "attract" || view["screen"] == "asleep")?;
        self.kiosk.say("await up\nawait reported\n")?;
        self.see("everything told", |view| view["link"] == "up" && view["reports"] == 0)?;
        self.weigh()?;
        self.tally.papers = self.printer.papers();
        Ok(std::mem::take(&mut self.tally))
    }

    fn visit(&mut self, mut visitor: Visitor, trouble: Trouble, chance: &mut Chance) -> Result<()> {
        self.tally.visitors += 1;
        self.see("the first screen", |view| view["screen"] == "attract" || view["screen"] == "asleep")?;
        self.begins(trouble)?;
        self.kiosk.say(&visitor.begins())?;
        let (mut slip, mut helped, mut end) = (Value::Null, false, "left without a word");
        for nth in 0..VIEWS_MAX {
            if trouble == Trouble::Killed(nth as u64) {
                self.killed(&slip)?;
                self.tally.end("kiosk killed");
                return Ok(());
            }
            let before = self.last.clone();
            let view = self.next()?;
            self.note(&view, &before, &mut slip, &mut end);
            let screen = view["screen"].as_str().unwrap_or_default();
            if nth > 0 && (screen == "attract" || screen == "asleep") {
                break;
            }
            // Somebody of the hall comes and sees to the printer.
            let stopped = matches!(screen, "stuck" | "sorry") || view["copy"]["doubtful"].is_array();
            if !helped && stopped && chance.coin() {
                self.printer.calm();
                helped = true;
            }
            if let Some(taps) = visitor.answer(&view) {
                self.kiosk.say(&taps)?;
            }
            anyhow::ensure!(nth + 1 < VIEWS_MAX, "a visitor never came to an end: {view}");
        }
        self.tally.end(end);
        self.served += 1;
        if self.served == GROWN_UP {
            self.born_kib = self.resident_kib()?;
        }
        if trouble != Trouble::None {
            self.printer.calm();
            self.line.says("pass")?;
        }
        Ok(())
    }

    /// What a view says about this visitor's ticket.
    fn note(&mut self, view: &Value, before: &Value, slip: &mut Value, end: &mut &'static str) {
        let told = view["told"]["refused"]["code"].as_str().or_else(|| view["why"]["refused"]["code"].as_str());
        let code = told.map(str::to_owned).or_else(|| match &view["why"] {
            Value::String(why) => Some(why.clone()),
            why => why["no-printer"].as_str().map(|fault| format!("printer {fault}")),
        });
        if let Some(code) = code.filter(|_| view["screen"] != before["screen"] || view["told"] != before["told"]) {
            *self.tally.refused.entry(code).or_default() += 1;
        }
        *end = match view["screen"].as_str().unwrap_or_default() {
            "taken" => "with a ticket",
            "sorry" => "told why not",
            "stuck" => "left without the paper",
            "attract" | "asleep" => end,
            _ if view["told"]["refused"].is_object() => "told why not",
            _ => "left without a word",
        };
        if !view["slip"].is_object() {
            return;
        }
        *slip = view["slip"].clone();
        let Some(ticket) = ticket(slip) else { return };
        self.tally.shown.insert(ticket, slip["number"].as_str().unwrap_or_default().to_owned());
        if view["screen"] == "taken" {
            self.tally.taken.insert(ticket);
            if slip["wish"]["medium"] == "screen" {
                self.tally.on_screen.insert(ticket);
            }
        }
        if view["screen"] == "stuck" && view["fault"] == "silent" {
            self.tally.doubtful.insert(ticket);
        }
    }

    fn begins(&mut self, trouble: Trouble) -> Result<()> {
        let kind = match trouble {
            Trouble::None => return Ok(()),
            Trouble::Printer(fault, kind) => {
                self.printer.suffers(fault);
                kind
            }
            Trouble::Amid(when, mishap, kind) => {
                self.printer.plan(when, mishap);
                kind
            }
            Trouble::Line(word, kind) => {
                self.line.says(word)?;
                kind
            }
            // Counted when it happens: the visitor may be quicker.
            Trouble::Killed(_) => return Ok(()),
        };
        *self.tally.troubles.entry(kind).or_default() += 1;
        Ok(())
    }

    /// SIGKILL, and a new start on the same journal.
    fn killed(&mut self, slip: &Value) -> Result<()> {
        self.weigh()?;
        self.tally.doubtful.extend(ticket(slip));
        let (token, printer) = (self.token.clone(), &self.printer);
        self.kiosk.kill()?;
        self.kiosk = begin(&self.folder, self.address, (&token, printer), self.pace)?;
        self.tally.lives += 1;
        *self.tally.troubles.entry("kiosk killed").or_default() += 1;
        (self.last, self.born_kib, self.served) = (Value::Null, 0, 0);
        Ok(())
    }

    /// The next thing the screen shows.
    fn next(&mut self) -> Result<Value> {
        self.last = self.kiosk.shows("anything", |_| true)?;
        Ok(self.last.clone())
    }

    fn see(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Result<()> {
        while !fits(&self.last) {
            self.last = self.kiosk.shows(what, |_| true).with_context(|| format!("waited for {what}"))?;
        }
        Ok(())
    }

    fn weigh(&mut self) -> Result<()> {
        let now = self.resident_kib()?;
        self.tally.resident_kib = self.tally.resident_kib.max(now);
        if self.born_kib > 0 {
            let grown = i64::try_from(now)? - i64::try_from(self.born_kib)?;
            self.tally.grown_kib = self.tally.grown_kib.max(grown);
        }
        Ok(())
    }

    fn resident_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.kiosk.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).context("no VmRSS")
    }
}

/// A line on a free port; between asking for one and listening on it somebody else may take it, then another one is asked for.
fn line_to(hub: SocketAddr) -> Result<(SocketAddr, Line)> {
    let mut tries = 0;
    loop {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        match Line::by(Command::new(std::env::current_exe()?), address, hub) {
            Ok(line) => return Ok((address, line)),
            Err(_) if tries < 5 => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

fn begin(folder: &Path, hub: SocketAddr, (token, printer): (&str, &FakePrinter), pace: Pace) -> Result<Headless> {
    let mut command = Command::new(binary("kiosk")?);
    command.args(["--pace", &format!("{}:{}", pace.since_ms, pace.times)]);
    command.args(["--hub", &format!("http://{hub}"), "--printer", &printer.option(), "--autopilot", "-", "--data"]);
    command.arg(folder.join("journal")).env("NAVBAT_TOKEN", token);
    command.stderr(File::options().create(true).append(true).open(folder.join("kiosk.log"))?);
    Ok(Headless::start(command)?)
}

fn ticket(slip: &Value) -> Option<Uuid> {
    slip["ticket"].as_str()?.parse().ok()
}

/// Four of ten visitors see nothing go wrong.
fn drawn(chance: &mut Chance) -> Trouble {
    let bytes = usize::try_from(chance.between(200, 40_000)).unwrap_or(200);
    let when = match chance.between(0, 4) {
        0 => When::Received(bytes),
        1 => When::Cut,
        _ => When::Bytes(bytes),
    };
    match chance.between(0, 100) {
        0..40 => Trouble::None,
        40..43 => Trouble::Printer(Fault::Out, "no paper"),
        43..46 => Trouble::Printer(Fault::Cover, "cover open"),
        46..49 => Trouble::Printer(Fault::NearEnd, "paper low"),
        49..51 => Trouble::Printer(Fault::Mute, "printer silent"),
        51..54 => Trouble::Amid(when, Mishap::Fault(Fault::Out), "paper ends amid a ticket"),
        54..58 => Trouble::Amid(when, Mishap::Fault(Fault::Cutter), "jam amid a ticket"),
        58..61 => Trouble::Amid(when, Mishap::Fault(Fault::Cover), "cover opened amid a ticket"),
        61..63 => Trouble::Amid(when, Mishap::Fault(Fault::Broken), "printer breaks amid a ticket"),
        63..66 => Trouble::Amid(when, Mishap::Fault(Fault::Mute), "printer falls silent amid a ticket"),
        66..69 => Trouble::Amid(when, Mishap::Dies, "printer loses power amid a ticket"),
        69..72 => Trouble::Amid(when, Mishap::LosesLine, "printer's line breaks amid a ticket"),
        72..77 => Trouble::Line("refuse", "hub refuses connections"),
        77..80 => Trouble::Line("stall", "hub says nothing"),
        80..84 => Trouble::Line("slow 60", "hub slow"),
        84..88 => Trouble::Line("swallow", "hub's answers lost"),
        88..92 => Trouble::Line("twice", "hub hears everything twice, answers lost"),
        _ => Trouble::Killed(chance.between(1, 12)),
    }
}
