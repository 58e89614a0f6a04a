//! The figures of Navbat, measured in one run on one machine: every bar is a ratio or a size, and prints as met
//! or missed. Nothing here fails a build: a loaded machine is not a defect.

mod against;
mod display;
mod hub;
mod kiosk;
mod proofs;
mod replay;
mod sqlite;
mod streams;

use crate::{
    figures::{Bar, figure, judged, median},
    hall::{Hall, PATIENCE},
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Tickets per round at 64 connections; a sixteenth of it one at a time.
    #[arg(long, default_value_t = 6400)]
    pub issues: usize,
    /// Rounds, interleaved; medians count.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Displays in the largest fan-out.
    #[arg(long, default_value_t = 1000)]
    pub displays: usize,
    /// Calls per fan-out.
    #[arg(long, default_value_t = 60)]
    pub calls: usize,
    /// How much of the kiosk is measured.
    #[command(flatten)]
    pub kiosk: kiosk::Amount,
    /// How much of the display is measured.
    #[command(flatten)]
    pub display: display::Amount,
    /// The figures of one machine only.
    #[arg(long)]
    pub only: Option<Only>,
    /// The lines of an earlier run, to lay this one beside.
    #[arg(long)]
    pub against: Option<PathBuf>,
}

/// A machine of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    /// The hub, its disk and its streams; the other proofs.
    Hub,
    /// The kiosk.
    Kiosk,
    /// The queue display.
    Display,
}

/// Tickets of a full day.
const DAY: usize = 3_000;

/// Runs everything and prints it.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
pub fn run(settings: &Settings) -> Result<()> {
    let place = crate::tree::root().join("target").join("bench");
    let place = std::env::var_os("CARGO_TARGET_DIR").map_or(place, |dir| Path::new(&dir).join("proof/bench"));
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place)?;
    let then = settings.against.as_deref().map(against::read).transpose()?;
    let mut all = vec![];
    let mut show = |figure: Value| {
        println!("{figure}");
        all.push(figure);
    };
    let wanted = |machine| settings.only.is_none_or(|only| only == machine);
    if wanted(Only::Hub) {
        throughput(settings, &place, &mut show)?;
        day(settings, &place, &mut show)?;
        replay::figures(&place, settings.rounds, &mut show)?;
    }
    if wanted(Only::Kiosk) {
        kiosk::figures(&settings.kiosk, &place, &mut show)?;
    }
    if wanted(Only::Display) {
        display::figures(&settings.display, &place, &mut show)?;
    }
    if wanted(Only::Hub) {
        proofs::figures(&mut show)?;
    }
    if let Some(then) = then {
        against::compared(&then, &all).iter().for_each(|line| println!("{line}"));
    }
    Ok(())
}

/// Durable issue: the hub against what its own disk and SQLite can do.
fn throughput(settings: &Settings, place: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    let singles = settings.issues.div_ceil(16);
    let mut all: [Vec<f64>; 6] = Default::default();
    for round in 0..settings.rounds {
        let folder = place.join(format!("round-{round}"));
        fs::create_dir_all(folder.join("hall"))?;
        all[0].push(sqlite::bare_commit_p50(&folder.join("bare.db"), singles)?);
        all[1].push(sqlite::group_commit(&folder.join("group.db"), settings.issues)?);
        all[2].push(sqlite::one_transaction_each(&folder.join("each.db"), singles)?);
        let hall = Hall::start(&folder.join("hall"), |_| Ok(())).context("the hub did not start")?;
        all[3].push(hub::request_p50(&hall, singles)?);
        let before = hall.processor_s()?;
        all[4].push(hub::issues(&hall, settings.issues, 64)?);
        all[5].push((hall.processor_s()? - before) / settings.issues as f64);
        hall.kill()?;
    }
    let [bare, group, each, single, http, processor] = all.map(median);
    show(figure("sqlite-commit-p50", bare * 1e3, "ms", "itself: one bare insert, WAL, synchronous=FULL"));
    show(figure("group-commit-issues", group, "1/s", "itself: one writer, 64 submitters, no HTTP, same rows"));
    show(figure("one-transaction-each-issues", each, "1/s", "itself: shared connection, 64 threads, same rows"));
    let name = "hub-request-p50-at-1";
    show(judged(figure(name, single * 1e3, "ms", "sqlite-commit-p50"), Bar::AtMost(single / bare, 2.0)));
    let name = "hub-issues-at-64";
    show(judged(figure(name, http, "1/s", "group-commit-issues"), Bar::AtLeast(http / group, 0.5)));
    show(judged(figure(name, http, "1/s", "one-transaction-each-issues"), Bar::AtLeast(http / each, 10.0)));
    show(figure("hub-processor-per-issue", processor * 1e6, "us", "itself: all threads, 64 connections"));
    Ok(())
}

/// A full day: memory, displays, start.
fn day(settings: &Settings, place: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    let folder = place.join("day");
    fs::create_dir_all(&folder)?;
    let hall = Hall::start(&folder, |_| Ok(()))?;
    hub::issues(&hall, DAY, 16)?;
    let resident = hall.resident_kib()? as f64 / 1024.0;
    show(judged(figure("resident-with-3000-tickets", resident, "MiB", "40 MiB"), Bar::AtMost(resident, 40.0)));

    let one = streams::fan_out(&hall, 1, settings.calls)?;
    show(figure("call-to-1-display-p50", one.last_p50 * 1e3, "ms", "itself"));
    show(figure("call-to-1-display-p99", one.all_p99 * 1e3, "ms", "itself"));
    let hundred = streams::fan_out(&hall, 100, settings.calls)?;
    let bar = Bar::AtMost(hundred.all_p99 / one.all_p99, 4.0);
    show(judged(figure("call-to-100-displays-p99", hundred.all_p99 * 1e3, "ms", "call-to-1-display-p99"), bar));
    let floor = streams::bare_sockets(settings.displays, settings.calls)?;
    let name = format!("bare-write-to-last-of-{}-p50", settings.displays);
    show(figure(&name, floor * 1e3, "ms", "itself: one thread, one write a socket, no hub"));
    let thousand = streams::fan_out(&hall, settings.displays, settings.calls)?;
    let bar = Bar::AtMost(thousand.last_p50 / one.last_p50, 10.0);
    let name = format!("call-to-last-of-{}-displays-p50", settings.displays);
    show(judged(figure(&name, thousand.last_p50 * 1e3, "ms", "call-to-1-display-p50"), bar));
    let lost = (one.lost + hundred.lost + thousand.lost) as f64;
    show(judged(figure("calls-lost", lost, "calls", "none"), Bar::AtMost(lost, 0.0)));
    let name = format!("resident-with-{}-streams", settings.displays);
    show(judged(figure(&name, thousand.resident_mib, "MiB", "64 MiB"), Bar::AtMost(thousand.resident_mib, 64.0)));
    hall.kill()?;

    let mut starts = vec![];
    for _ in 0..settings.rounds.max(3) {
        let hall = Hall::start(&folder, |_| Ok(()))?;
        hub::healthy(&hall, PATIENCE)?;
        starts.push(hall.ready.as_secs_f64());
        hall.kill()?;
    }
    let start = median(starts);
    show(judged(figure("start-to-ready-with-3000-tickets", start * 1e3, "ms", "1000 ms"), Bar::AtMost(start, 1.0)));
    Ok(())
}

/// The window that the kiosk's start is laid beside.
pub fn bare_window() -> Result<()> {
    kiosk::bare_window()
}

/// A day of a queue display, in a process of its own.
pub fn display_day(hours: u64) -> Result<()> {
    display::day(hours)
}

/// Seconds as the figures count them.
fn seconds(spans: Vec<Duration>) -> Vec<f64> {
    spans.into_iter().map(|span| span.as_secs_f64()).collect()
}

/// Resident memory of a process now, in MiB.
fn resident_mib(id: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|word| word.parse::<f64>().ok());
    kib.map(|kib| kib / 1024.0).ok_or_else(|| io::Error::other("no VmRSS"))
}
