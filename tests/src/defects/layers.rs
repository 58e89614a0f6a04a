//! The layers of proof, as commands that fail if the layer finds something.

use super::weave::SWITCH;
use anyhow::{Result, ensure};
use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
};

/// A layer that takes longer than this has found something: it waits for what no longer comes.
const SECONDS_MAX: &str = "900";
/// With less room than this nobody can say why something fails.
const ROOM_BYTES_MIN: u64 = 2 << 30;

/// One layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The rules' own tests and random days.
    Rules,
    /// Every command in every stage, as text.
    Table,
    /// The hub's tests: journal, API, console.
    Hub,
    /// The wire's tests.
    Wire,
    /// The kiosk's tests.
    Kiosk,
    /// The display's tests.
    Display,
    /// The journals on the disk that loses, the programs on disks that fail.
    Disk,
    /// Simulated halls.
    Sim,
    /// Real programs from outside.
    Halls,
    /// Power cuts of the real programs.
    Power,
    /// SIGKILLs of the real programs.
    Kill,
}

/// How much of the layers that could go on for ever.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Simulated hall-days.
    pub seeds: u64,
    /// Power cuts, and a third as many kills.
    pub crashes: u64,
}

impl Layer {
    /// In the order of cost.
    pub const ALL: [Layer; 11] = [
        Layer::Rules,
        Layer::Table,
        Layer::Wire,
        Layer::Hub,
        Layer::Kiosk,
        Layer::Display,
        Layer::Disk,
        Layer::Sim,
        Layer::Halls,
        Layer::Power,
        Layer::Kill,
    ];

    /// The column's head.
    pub fn title(self) -> &'static str {
        match self {
            Layer::Rules => "rules",
            Layer::Table => "table",
            Layer::Hub => "hub",
            Layer::Wire => "wire",
            Layer::Kiosk => "kiosk",
            Layer::Display => "display",
            Layer::Disk => "disk",
            Layer::Sim => "sim",
            Layer::Halls => "halls",
            Layer::Power => "power",
            Layer::Kill => "kill",
        }
    }

    /// What runs, for people.
    pub fn what(self) -> &'static str {
        match self {
            Layer::Rules => "`hub/queue`: rules, random days, invariants",
            Layer::Table => "`hub/queue`: the decision table",
            Layer::Hub => "`hub`: journal on SQLite, API in the same process, console pages, stream",
            Layer::Wire => "`hub/wire`: client, stream, fence",
            Layer::Kiosk => "`kiosk`: session, driver, journal, printer, window",
            Layer::Display => "`queue-display`: board, announcements, window",
            Layer::Disk => {
                "`tests`: the journals on the disk that loses; the real programs on full, broken, slow and damaged disks"
            }
            Layer::Sim => "`tests`: simulated halls, the kept scripts first",
            Layer::Halls => "`tests`: real hub, kiosk and display from outside",
            Layer::Power => "power cuts of the real hub; of the real kiosk if that is what is broken",
            Layer::Kill => "SIGKILLs of the real hub; of the real kiosk if that is what is broken",
        }
    }

    /// Whether a program that this layer runs contains the file at all.
    pub fn contains(self, path: &str) -> bool {
        let (queue, wire) = (path.starts_with("hub/queue/"), path.starts_with("hub/wire/"));
        let (kiosk, display) = (path.starts_with("kiosk/"), path.starts_with("queue-display/"));
        match self {
            Layer::Rules | Layer::Table => queue,
            Layer::Wire => wire,
            Layer::Hub => !kiosk && !display,
            Layer::Power | Layer::Kill => !display,
            Layer::Disk => !display && !wire,
            Layer::Kiosk => kiosk || wire,
            Layer::Display => display || wire,
            Layer::Sim | Layer::Halls => true,
        }
    }

    /// Runs the layer in a tree that is built.
    pub fn run(self, place: &Place<'_>, effort: Effort) -> Result<Finding> {
        let (seeds, crashes) = (effort.seeds.to_string(), effort.crashes.to_string());
        let kills = (effort.crashes / 2).max(1).to_string();
        match self {
            Layer::Rules => place.tests("package(queue) and not binary(decision_table)"),
            Layer::Table => place.tests("package(queue) and binary(decision_table)"),
            Layer::Hub => place.tests("package(hub)"),
            Layer::Wire => place.tests("package(wire)"),
            Layer::Kiosk => place.tests("package(kiosk)"),
            Layer::Display => place.tests("package(queue-display)"),
            Layer::Disk => match place.tests("package(tests) and binary(disk)")? {
                Finding::Missed => place.proof(&["disks"]),
                found => Ok(found),
            },
            Layer::Sim => match place.tests("package(tests) and binary(sim)")? {
                Finding::Missed => place.proof(&["sim", "--long", "--seeds", &seeds]),
                found => Ok(found),
            },
            Layer::Halls => place.tests("package(tests) and test(/^hall_/)"),
            Layer::Power => place.proof(&["power", "--target", place.broken_program(), "--crashes", &crashes]),
            Layer::Kill => place.proof(&["kill", "--target", place.broken_program(), "--times", &kills]),
        }
    }
}

/// What a layer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It fails.
    Caught,
    /// It passes.
    Missed,
    /// The program does not contain what is broken.
    Elsewhere,
}

/// A tree, where it is built, and which of its defects the programs have.
pub struct Place<'a> {
    /// The scratch tree.
    pub tree: &'a Path,
    /// Its target folder.
    pub target: &'a Path,
    /// Where the output of what runs next is written.
    pub log: &'a Path,
    /// Nothing is broken without one.
    pub subject: Option<Subject<'a>>,
}

/// A defect as the layers need it.
pub struct Subject<'a> {
    /// For the switch.
    pub name: &'a str,
    /// The program that crashes is the kiosk.
    pub kiosk: bool,
}

impl Place<'_> {
    /// Builds what all layers need, as `tests/run` does; whether that went well. Takes the time it takes.
    pub fn build(&self) -> Result<bool> {
        self.ends_well(Command::new("cargo").args(["nextest", "run", "--workspace", "--no-run", "--cargo-quiet"]))
    }

    fn tests(&self, which: &str) -> Result<Finding> {
        let args = ["nextest", "run", "--workspace", "--profile", "defects", "--cargo-quiet", "-E", which];
        // What fails once and passes then was a busy machine, not the defect.
        let passes = self.succeeds("cargo", &args)? || self.succeeds("cargo", &args)?;
        Ok(if passes { Finding::Missed } else { Finding::Caught })
    }

    fn proof(&self, args: &[&str]) -> Result<Finding> {
        let passes = self.succeeds(&self.target.join("debug/proof").to_string_lossy(), args)?;
        Ok(if passes { Finding::Missed } else { Finding::Caught })
    }

    fn broken_program(&self) -> &'static str {
        if self.subject.as_ref().is_some_and(|subject| subject.kiosk) { "kiosk" } else { "hub" }
    }

    fn succeeds(&self, program: &str, args: &[&str]) -> Result<bool> {
        self.ends_well(Command::new("timeout").args(["--kill-after=10", SECONDS_MAX, program]).args(args))
    }

    fn ends_well(&self, command: &mut Command) -> Result<bool> {
        self.has_room()?;
        let log = File::create(self.log)?;
        command.current_dir(self.tree).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        command.env("CARGO_TARGET_DIR", self.target).env_remove(SWITCH);
        if let Some(subject) = &self.subject {
            command.env(SWITCH, subject.name);
        }
        let status = command.status()?;
        self.has_room()?;
        Ok(status.success())
    }

    /// A full disk makes everything fail, and is no finding.
    fn has_room(&self) -> Result<()> {
        let disk = rustix::fs::statvfs(self.tree)?;
        let room = disk.f_bavail.saturating_mul(disk.f_frsize);
        ensure!(room >= ROOM_BYTES_MIN, "only {room} bytes are free on the disk: nothing can be said");
        Ok(())
    }
}
