//! `proof`: what takes minutes and prints figures, so that it is a command and not a test.
//!
//! `tests/run` calls it; by hand it takes more crashes, another seed, another mode. Each part ends with
//! `N passed, N failed`.
#![expect(clippy::print_stdout, reason = "a command prints its figures")]

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Instant};
use tests::{
    bench,
    crashes::{self, Blow, Sum},
    defects,
    network::{self, lab::Lab, line},
    powercut::Cut,
    tree, worst_day,
    writer::{self, Durability},
};

#[derive(Parser)]
#[command(about = "Proofs of Navbat that print figures")]
struct Arguments {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Subcommand)]
enum Proof {
    /// SIGKILL the hub under load, come back, verify, audit.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 100)]
        times: u64,
        /// Chooses the moments.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Cut the power of the hub under load; with the negative controls.
    Power {
        /// How often.
        #[arg(long, default_value_t = 100)]
        crashes: u64,
        /// What is left of unsynced writes; both, half of the crashes each, if not named.
        #[arg(long)]
        mode: Option<Mode>,
        /// The hub over HTTP, or the bare journal; the hub, with the journal as control, if not named.
        #[arg(long)]
        target: Option<Target>,
        /// Chooses the moments and the torn sectors.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// A national worst day on one hub.
    Load(worst_day::Settings),
    /// The figures, one JSON object a line.
    Bench(bench::Settings),
    /// Plants defects one by one and asks every layer of proof what it sees; prints a table.
    Defects(defects::Settings),
    /// Real programs in network namespaces: bad lines, pulled cables, restored and replaced hubs. Needs root.
    Network {
        /// One scene only.
        scene: Option<String>,
        /// Tickets while the kiosk is cut off.
        #[arg(long, default_value_t = 12)]
        tickets: u32,
    },
    /// The line between a device and a hub in the network proof.
    #[command(hide = true)]
    Line { listen: SocketAddr, to: SocketAddr },
    /// What the power-cut proof kills: writes to a folder until it dies.
    #[command(hide = true)]
    Writer { folder: PathBuf, durability: Durability },
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    Drop,
    Torn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    Hub,
    Writer,
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().proof {
        Proof::Kill { times, seed } => kill(times, seed),
        Proof::Power { crashes, mode, target, seed } => power(crashes, mode, target, seed),
        Proof::Load(settings) => worst_day::run(&settings, &place("load")).map(|checks| verdict(&checks)),
        Proof::Bench(settings) => bench::run(&settings).map(|()| ExitCode::SUCCESS),
        Proof::Defects(settings) => {
            print!("{}", defects::run(&settings, &place("defects"))?);
            Ok(ExitCode::SUCCESS)
        }
        Proof::Network { scene, tickets } => network(scene.as_deref(), tickets),
        Proof::Line { listen, to } => Ok(line::run(listen, to).map(|()| ExitCode::SUCCESS)?),
        Proof::Writer { folder, durability } => writer::write(&folder, durability).map(|()| ExitCode::SUCCESS),
    }
}

fn network(scene: Option<&str>, tickets: u32) -> Result<ExitCode> {
    if let Some(lab) = Lab::here() {
        return Ok(verdict(&network::play(&lab, &place("network"), scene, tickets)));
    }
    match Lab::make().and_then(|made| made.enter()) {
        Ok(status) => Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))),
        Err(error) => {
            let why = format!("network namespaces can be made here (root and `ip` are needed): {error}");
            Ok(verdict(&[(why, false)]))
        }
    }
}

fn kill(times: u64, seed: u64) -> Result<ExitCode> {
    let began = Instant::now();
    let sum = crashes::crash_hubs(&place("kill"), Blow::Kill, times, seed)?;
    report("SIGKILL of the hub", &sum, began);
    examples(&sum);
    Ok(verdict(&checks(&sum)))
}

fn power(crashes: u64, mode: Option<Mode>, target: Option<Target>, seed: u64) -> Result<ExitCode> {
    let cuts = match mode {
        Some(Mode::Drop) => vec![("drop", Cut::Drop, crashes)],
        Some(Mode::Torn) => vec![("torn", Cut::Torn, crashes)],
        None => vec![("drop", Cut::Drop, crashes / 2), ("torn", Cut::Torn, crashes - crashes / 2)],
    };
    let mut verdicts = vec![];
    for (name, cut, times) in cuts {
        if target != Some(Target::Writer) {
            let began = Instant::now();
            let sum = crashes::crash_hubs(&place(&format!("power-hub-{name}")), Blow::Power(cut), times, seed)?;
            report(&format!("power cut of the hub, {name}"), &sum, began);
            examples(&sum);
            verdicts.extend(checks(&sum));
        }
        if target != Some(Target::Hub) {
            verdicts.extend(controls(name, cut, times, seed)?);
        }
    }
    Ok(verdict(&verdicts))
}

/// The journal alone keeps everything; without its fsync it loses; a counter without a journal gives numbers twice.
fn controls(name: &str, cut: Cut, times: u64, seed: u64) -> Result<Vec<(String, bool)>> {
    let mut verdicts = vec![];
    for durability in [Durability::Full, Durability::Normal, Durability::Naive] {
        let began = Instant::now();
        let place = place(&format!("power-{durability:?}-{name}"));
        let sum = writer::crash_writers(&place, durability, cut, times, seed)?;
        report(&format!("power cut of a writer, {durability:?}, {name}"), &sum, began);
        match durability {
            Durability::Full => {
                examples(&sum);
                verdicts.extend(checks(&sum));
            }
            Durability::Normal => {
                verdicts.push(("control: synchronous=NORMAL loses".into(), !sum.findings.lost.is_empty()));
            }
            Durability::Naive => {
                verdicts.push(("control: a naive counter doubles".into(), !sum.findings.doubled.is_empty()));
            }
        }
    }
    Ok(verdicts)
}

fn checks(sum: &Sum) -> Vec<(String, bool)> {
    let did_something = sum.findings.acknowledged as u64 > sum.crashes;
    vec![
        (format!("{} writes were acknowledged", sum.findings.acknowledged), did_something),
        (format!("the chain, replay and views agree after each of {} crashes", sum.crashes), sum.unverified.is_empty()),
        ("nothing acknowledged is lost".into(), sum.findings.lost.is_empty()),
        ("no number is given twice".into(), sum.findings.doubled.is_empty()),
    ]
}

fn report(what: &str, sum: &Sum, began: Instant) {
    let (findings, loss) = (&sum.findings, sum.loss);
    println!(
        "{what}: {} crashes, {} acknowledged, {} lost, {} doubled, {} unverified; {} unsynced sectors lost, {} kept; {} s",
        sum.crashes,
        findings.acknowledged,
        findings.lost.len(),
        findings.doubled.len(),
        sum.unverified.len(),
        loss.sectors_lost,
        loss.sectors_kept,
        began.elapsed().as_secs()
    );
}

/// What was found, where nothing should be.
fn examples(sum: &Sum) {
    let found = [&sum.findings.lost, &sum.findings.doubled, &sum.unverified];
    for line in found.iter().flat_map(|lines| lines.iter().take(5)) {
        println!("  {line}");
    }
}

fn verdict(checks: &[(String, bool)]) -> ExitCode {
    for (what, held) in checks {
        println!("{} {what}", if *held { "ok  " } else { "FAIL" });
    }
    let failed = checks.iter().filter(|(_, held)| !held).count();
    println!("{} passed, {failed} failed", checks.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Halls under test lie in the target folder: on the same disk as the build, never in the tree.
fn place(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree::root().join("target"), PathBuf::from);
    target.join("proof").join(name)
}
