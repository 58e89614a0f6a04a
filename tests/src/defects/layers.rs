//! The layers of proof, as commands that fail if the layer finds something.

use std::{
    collections::BTreeSet,
    fs::File,
    path::Path,
    process::{Command, Stdio},
};

/// A layer that takes longer than this has found something: it waits for what no longer comes.
const SECONDS_MAX: &str = "1500";

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
    /// The journals on the disk that loses.
    Disk,
    /// Simulated halls.
    Sim,
    /// Real programs from outside.
    Halls,
    /// Power cuts of the real hub.
    Power,
    /// SIGKILLs of the real hub.
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
            Layer::Disk => "`tests`: the journals on the disk that loses",
            Layer::Sim => "`tests`: simulated halls",
            Layer::Halls => "`tests`: real hub, kiosk and display from outside",
            Layer::Power => "power cuts of the real hub",
            Layer::Kill => "SIGKILLs of the real hub",
        }
    }

    /// The packages it runs: built alone, because a hundred builds of everything take a day.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Layer::Rules | Layer::Table => &["--package", "queue"],
            Layer::Hub => &["--package", "hub"],
            Layer::Wire => &["--package", "wire", "--all-features"],
            Layer::Kiosk => &["--package", "kiosk"],
            Layer::Display => &["--package", "queue-display"],
            Layer::Disk => &["--package", "tests", "--test", "disk"],
            Layer::Sim | Layer::Power | Layer::Kill => &["--package", "hub", "--package", "tests", "--bins"],
            Layer::Halls => &["--workspace"],
        }
    }

    /// How they are built.
    fn build(self) -> &'static [&'static str] {
        match self {
            Layer::Sim | Layer::Power | Layer::Kill => &["build", "--quiet"],
            Layer::Rules
            | Layer::Table
            | Layer::Hub
            | Layer::Wire
            | Layer::Kiosk
            | Layer::Display
            | Layer::Disk
            | Layer::Halls => &["nextest", "run", "--no-run", "--cargo-quiet"],
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
            Layer::Power | Layer::Kill => !kiosk && !display,
            Layer::Disk => !display && !wire,
            Layer::Kiosk => kiosk || wire,
            Layer::Display => display || wire,
            Layer::Sim | Layer::Halls => true,
        }
    }

    /// Runs the layer in a tree that is built.
    pub fn run(self, place: &Place<'_>, effort: Effort) -> Finding {
        match self {
            Layer::Rules => place.tests(self, "not binary(decision_table)"),
            Layer::Table => place.tests(self, "binary(decision_table)"),
            Layer::Hub => place.tests(self, "package(hub)"),
            Layer::Wire => place.tests(self, "package(wire)"),
            Layer::Kiosk => place.tests(self, "package(kiosk)"),
            Layer::Display => place.tests(self, "package(queue-display)"),
            Layer::Disk => place.tests(self, "binary(disk)"),
            Layer::Sim => place.proof(&["sim", "--seeds", &effort.seeds.to_string()]),
            Layer::Halls => place.tests(self, "package(tests) and test(/^hall_/)"),
            Layer::Power => place.proof(&["power", "--target", "hub", "--crashes", &effort.crashes.to_string()]),
            Layer::Kill => {
                place.proof(&["kill", "--target", "hub", "--times", &(effort.crashes / 3).max(1).to_string()])
            }
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
    /// The compiler finds it.
    NotBuilt,
}

/// A tree, and where it is built.
pub struct Place<'a> {
    /// The scratch tree.
    pub tree: &'a Path,
    /// Its target folder.
    pub target: &'a Path,
    /// Where the output of what runs next is written.
    pub log: &'a Path,
}

impl Place<'_> {
    /// Builds what these layers need; whether that went well.
    pub fn build(&self, layers: &[Layer]) -> bool {
        let wanted: BTreeSet<_> = layers.iter().map(|layer| [layer.build(), layer.packages()].concat()).collect();
        wanted.into_iter().all(|args| self.succeeds("cargo", &args))
    }

    fn tests(&self, layer: Layer, which: &str) -> Finding {
        let args = ["nextest", "run", "--cargo-quiet", "--status-level", "fail", "-E", which];
        self.finding("cargo", &[&args, layer.packages()].concat())
    }

    fn proof(&self, args: &[&str]) -> Finding {
        self.finding(&self.target.join("debug/proof").to_string_lossy(), args)
    }

    /// What fails once and passes then was a busy machine, not the defect.
    fn finding(&self, program: &str, args: &[&str]) -> Finding {
        let passes = self.succeeds(program, args) || self.succeeds(program, args);
        if passes { Finding::Missed } else { Finding::Caught }
    }

    fn succeeds(&self, program: &str, args: &[&str]) -> bool {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=10", SECONDS_MAX, program]).args(args).current_dir(self.tree).stdin(Stdio::null());
        // Quick to link; line numbers of a planted defect interest nobody.
        command.env("CARGO_TARGET_DIR", self.target).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "1");
        if let Ok(log) = File::create(self.log)
            && let Ok(same) = log.try_clone()
        {
            command.stdout(log).stderr(same);
        }
        command.status().is_ok_and(|status| status.success())
    }
}
