//! `proof`: what takes minutes and prints figures, so that it is a command and not a test.
//!
//! `tests/run` calls it; by hand it takes more crashes, another seed, another mode. Each part ends with
//! `N passed, N failed`.
#![expect(clippy::print_stdout, reason = "a command prints its table")]

mod report_sim;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};
use tests::{
    bench,
    crashes::{
        checkpoint_for_ever, migrate,
        proof::{self, Cuts, Kills},
    },
    defects, disks,
    network::{self, lab::Lab, line},
    papers, pins, soak, tree,
    verdict::Verdict,
    worst_day,
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
    /// SIGKILL hub and kiosk under load, come back, verify, audit.
    Kill(Kills),
    /// Cut the power of hub and kiosk under load; with the controls that must fail.
    Power(Cuts),
    /// Full, broken, slow and damaged disks under hub and kiosk.
    Disks {
        /// Only scenes whose name holds this.
        #[arg(long, default_value = "")]
        only: String,
    },
    /// What the kiosk sends to a printer, read back by programs that are not ours.
    Paper(papers::Readers),
    /// A national worst day on one hub.
    Load(worst_day::Settings),
    /// Simulated halls in virtual time, with everything going wrong; a failing one is shortened and printed.
    Sim(report_sim::Halls),
    /// The figures, one JSON object a line.
    Bench(bench::Settings),
    /// Visitors at kiosks, and everything goes wrong; closing figures.
    Soak(soak::Settings),
    /// The window that the kiosk's start is laid beside.
    #[command(hide = true)]
    BenchWindow,
    /// A day of a queue display, for its figures.
    #[command(hide = true)]
    BenchDisplayDay { hours: u64 },
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
    /// The kiosk's wires through rppal, on a Raspberry Pi that is a file. Needs root.
    Pins,
    /// The line between a device and a hub in the network proof.
    #[command(hide = true)]
    Line { listen: SocketAddr, to: SocketAddr },
    /// What the power-cut proof kills: writes to a folder until it dies.
    #[command(hide = true)]
    Writer { folder: PathBuf, durability: Durability },
    /// What moves a file's write-ahead log until it dies.
    #[command(hide = true)]
    Checkpointer { file: PathBuf },
    /// What brings a hall's file to a newer shape.
    #[command(hide = true)]
    Migrator { folder: PathBuf },
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().proof {
        Proof::Load(settings) => worst_day::run(&settings, &place("load")).map(|checks| Verdict::from(checks).tell()),
        Proof::Kill(kills) => Ok(proof::kill(&kills, &place("kill"))?.tell()),
        Proof::Power(cuts) => Ok(proof::power(&cuts, &place("power"))?.tell()),
        Proof::Paper(readers) => Ok(papers::run(&readers, &place("paper"))?.tell()),
        Proof::Disks { only } => Ok(disks::run(&place("disks"), &only)?.tell()),
        Proof::Sim(halls) => report_sim::run(&halls),
        Proof::Bench(settings) => bench::run(&settings).map(|()| ExitCode::SUCCESS),
        Proof::Soak(settings) => Ok(soak::run(&settings, &place("soak"))?.tell()),
        Proof::BenchWindow => bench::bare_window().map(|()| ExitCode::SUCCESS),
        Proof::BenchDisplayDay { hours } => bench::display_day(hours).map(|()| ExitCode::SUCCESS),
        Proof::Defects(settings) => {
            print!("{}", defects::run(&settings, &place("defects"))?);
            Ok(ExitCode::SUCCESS)
        }
        Proof::Network { scene, tickets } => network(scene.as_deref(), tickets),
        Proof::Pins => Ok(pins::run(&place("pins"))?),
        Proof::Line { listen, to } => Ok(line::run(listen, to).map(|()| ExitCode::SUCCESS)?),
        Proof::Writer { folder, durability } => writer::write(&folder, durability).map(|()| ExitCode::SUCCESS),
        Proof::Migrator { folder } => migrate(&folder).map(|()| ExitCode::SUCCESS),
        Proof::Checkpointer { file } => Ok(checkpoint_for_ever(&file).map(|()| ExitCode::SUCCESS)?),
    }
}

fn network(scene: Option<&str>, tickets: u32) -> Result<ExitCode> {
    if let Some(lab) = Lab::here() {
        return Ok(Verdict::from(network::play(&lab, &place("network"), scene, tickets)).tell());
    }
    match Lab::make().and_then(|made| made.enter()) {
        Ok(status) => Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))),
        Err(error) => {
            let why = format!("network namespaces can be made here (root and `ip` are needed): {error}");
            Ok(Verdict::from(vec![(why, false)]).tell())
        }
    }
}

/// Halls under test lie in the target folder: on the same disk as the build, never in the tree.
fn place(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree::root().join("target"), PathBuf::from);
    target.join("proof").join(name)
}

#[cfg(test)]
mod checks {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_part_of_the_proof_has_options_of_its_own() {
        Arguments::command().debug_assert();
    }
}
