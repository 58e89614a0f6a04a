//! `proof power` and `proof kill`: which programs crash how often and how, what must hold, and the controls that must
//! fail. Hub and kiosk crash beside each other, so that neither waits for the other's disk.
#![expect(clippy::print_stdout, reason = "a proof prints its figures")]

use super::{Blow, Sum, crash_hubs, crash_kiosks, crash_migrations};
use crate::{
    powercut::Cut,
    verdict::Verdict,
    writer::{self, Durability},
};
use anyhow::{Result, anyhow};
use clap::ValueEnum;
use std::{path::Path, path::PathBuf, thread, time::Instant};

/// What is left of unsynced writes, and when the cut comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Nothing is left.
    Drop,
    /// Torn sectors are left.
    Torn,
    /// Amid a checkpoint; one half drops, one half tears.
    Checkpoint,
    /// Amid a migration of the hub's file; one half drops, one half tears.
    Migration,
}

/// What loses its power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// The hub, over HTTP.
    Hub,
    /// The kiosk, with a printer of files.
    Kiosk,
    /// The bare journal, with the two controls.
    Writer,
}

/// `proof power`.
#[derive(Debug, Clone, clap::Args)]
pub struct Cuts {
    /// How often.
    #[arg(long, default_value_t = 100)]
    pub crashes: u64,
    /// How; all, with a share each, if not named.
    #[arg(long)]
    pub mode: Option<Mode>,
    /// What; hub and kiosk, with the controls, if not named.
    #[arg(long)]
    pub target: Option<Target>,
    /// Chooses the moments and the torn sectors.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `proof kill`.
#[derive(Debug, Clone, clap::Args)]
pub struct Kills {
    /// How often.
    #[arg(long, default_value_t = 100)]
    pub times: u64,
    /// What; three quarters the hub, one quarter the kiosk, if not named.
    #[arg(long)]
    pub target: Option<Target>,
    /// Chooses the moments.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// One program that crashes so often in one way.
#[derive(Clone)]
struct Work {
    name: String,
    target: Target,
    blow: Blow,
    times: u64,
}

/// SIGKILLs.
pub fn kill(kills: &Kills, place: &Path) -> Result<Verdict> {
    let of = |target, times| Work { name: format!("SIGKILL of the {}", name(target)), target, blow: Blow::Kill, times };
    let work = match kills.target {
        Some(target) => vec![of(target, kills.times)],
        None => {
            let kiosk = kills.times / 4;
            vec![of(Target::Hub, kills.times - kiosk), of(Target::Kiosk, kiosk)]
        }
    };
    run(&work, place, kills.seed)
}

/// Power cuts.
pub fn power(cuts: &Cuts, place: &Path) -> Result<Verdict> {
    let modes = match cuts.mode {
        Some(mode) => vec![mode],
        None => vec![Mode::Drop, Mode::Torn, Mode::Checkpoint, Mode::Migration],
    };
    let targets = match cuts.target {
        Some(target) => vec![target],
        None => vec![Target::Hub, Target::Kiosk],
    };
    let pairs = targets.iter().flat_map(|target| modes.iter().map(|mode| (*target, *mode)));
    let parts: Vec<(Target, Mode)> = pairs.filter(|(target, mode)| has(*target, *mode)).collect();
    let mut work = vec![];
    for (nth, (target, mode)) in (0..).zip(&parts) {
        // What does not divide goes to the first ones.
        let many = parts.len() as u64;
        work.extend(cuts_of(*target, *mode, cuts.crashes / many + u64::from(nth < cuts.crashes % many)));
    }
    work.retain(|work| work.times > 0);
    let (writers, programs): (Vec<Work>, Vec<Work>) = work.into_iter().partition(|w| w.target == Target::Writer);
    let mut verdict = run(&programs, place, cuts.seed)?;
    for work in &writers {
        verdict.add(writer_keeps(work, place, cuts.seed)?);
    }
    if cuts.target.is_none() || cuts.target == Some(Target::Writer) {
        verdict.add(controls(place, cuts.crashes.min(CONTROLS_MAX), cuts.seed)?);
    }
    Ok(verdict)
}

/// The kiosk's file has one shape, and the writer has no checkpointer beside it.
fn has(target: Target, mode: Mode) -> bool {
    match mode {
        Mode::Drop | Mode::Torn => true,
        Mode::Checkpoint => target != Target::Writer,
        Mode::Migration => target == Target::Hub,
    }
}

/// A control that has failed so often has shown it.
const CONTROLS_MAX: u64 = 20;

fn cuts_of(target: Target, mode: Mode, times: u64) -> Vec<Work> {
    let work = |how: &str, blow, times| Work { name: format!("{} {how}", name(target)), target, blow, times };
    match mode {
        Mode::Drop => vec![work("drop", Blow::Power(Cut::Drop), times)],
        Mode::Torn => vec![work("torn", Blow::Power(Cut::Torn), times)],
        Mode::Checkpoint => vec![
            work("checkpoint drop", Blow::Checkpoint(Cut::Drop), times / 2),
            work("checkpoint torn", Blow::Checkpoint(Cut::Torn), times - times / 2),
        ],
        Mode::Migration => vec![
            work("migration drop", Blow::Migration(Cut::Drop), times / 2),
            work("migration torn", Blow::Migration(Cut::Torn), times - times / 2),
        ],
    }
}

fn name(target: Target) -> &'static str {
    match target {
        Target::Hub => "hub",
        Target::Kiosk => "kiosk",
        Target::Writer => "writer",
    }
}

/// One thread for hubs, one for kiosks.
fn run(work: &[Work], place: &Path, seed: u64) -> Result<Verdict> {
    let threads: Vec<_> = [Target::Hub, Target::Kiosk]
        .map(|target| {
            let mine: Vec<Work> = work.iter().filter(|work| work.target == target).cloned().collect();
            let place = place.to_owned();
            thread::spawn(move || mine.iter().map(|work| crash(work, &place, seed)).collect::<Result<Vec<Verdict>>>())
        })
        .into();
    let mut verdict = Verdict::default();
    for thread in threads {
        let found = thread.join().map_err(|_| anyhow!("a proof panicked"))??;
        found.into_iter().for_each(|found| verdict.add(found));
    }
    Ok(verdict)
}

/// A few cuts may all miss the checkpoints: then as many are made again, at other moments.
const ATTEMPTS_MAX: u64 = 4;

fn crash(work: &Work, place: &Path, seed: u64) -> Result<Verdict> {
    let (mut verdict, mut amid, mut crashes) = (Verdict::default(), 0, 0);
    let enough = |amid: u64, crashes: u64| !matches!(work.blow, Blow::Checkpoint(_)) || amid * 10 >= crashes;
    for attempt in 0..ATTEMPTS_MAX {
        let began = Instant::now();
        let place = folder(place, &format!("{} {attempt}", work.name));
        let seed = seed + attempt * 1_000;
        let sum = match (work.blow, work.target) {
            (Blow::Migration(cut), _) => crash_migrations(&place, cut, work.times, seed)?,
            (blow, Target::Kiosk) => crash_kiosks(&place, blow, work.times, seed)?,
            (blow, Target::Hub | Target::Writer) => crash_hubs(&place, blow, work.times, seed)?,
        };
        report(&work.name, &sum, began);
        verdict.add(checks(&work.name, &sum));
        (amid, crashes) = (amid + sum.amid_checkpoint, crashes + sum.crashes);
        if enough(amid, crashes) {
            break;
        }
    }
    if let Blow::Checkpoint(_) = work.blow {
        verdict.check(format!("{}: {amid} cuts fell amid a checkpoint", work.name), || enough(amid, crashes));
    }
    Ok(verdict)
}

fn writer_keeps(work: &Work, place: &Path, seed: u64) -> Result<Verdict> {
    let (began, Some(cut)) = (Instant::now(), work.blow.cut()) else { return Ok(Verdict::default()) };
    let sum = writer::crash_writers(&folder(place, &work.name), Durability::Full, cut, work.times, seed)?;
    report(&work.name, &sum, began);
    Ok(checks(&work.name, &sum))
}

/// Without its fsync the journal loses; a counter without a journal gives numbers twice; a kiosk on a disk that lies
/// forgets papers. A proof that cannot find these proves nothing.
fn controls(place: &Path, times: u64, seed: u64) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let cut = Cut::Drop;
    let began = Instant::now();
    let sum = writer::crash_writers(&folder(place, "control normal"), Durability::Normal, cut, times, seed)?;
    report("control: synchronous=NORMAL", &sum, began);
    verdict.check("control: synchronous=NORMAL loses", || !sum.findings.lost.is_empty());
    let began = Instant::now();
    let sum = writer::crash_writers(&folder(place, "control naive"), Durability::Naive, cut, times, seed)?;
    report("control: a naive counter", &sum, began);
    verdict.check("control: a naive counter doubles", || !sum.findings.doubled.is_empty());
    let began = Instant::now();
    let lie = Blow::Power(Cut::Lie);
    let sum = crash_kiosks(&folder(place, "control lie"), lie, times.min(4), seed)?;
    report("control: a kiosk's disk that lies", &sum, began);
    verdict.check("control: a kiosk on a disk that lies forgets papers", || !sum.findings.lost.is_empty());
    let began = Instant::now();
    let sum = crash_migrations(&folder(place, "control migration"), Cut::Lie, times, seed)?;
    report("control: a migration on a disk that lies", &sum, began);
    verdict.check("control: a migration on a disk that lies leaves no sound file", || !sum.unverified.is_empty());
    Ok(verdict)
}

fn checks(name: &str, sum: &Sum) -> Verdict {
    let (findings, mut verdict) = (&sum.findings, Verdict::default());
    for line in [&findings.lost, &findings.doubled, &sum.unverified].into_iter().flat_map(|lines| lines.iter().take(5))
    {
        println!("  {name}: {line}");
    }
    let many = findings.acknowledged;
    verdict.check(format!("{name}: {many} promises were made in {} crashes", sum.crashes), || {
        many as u64 * 4 > sum.crashes
    });
    verdict.check(format!("{name}: chain, replay and views agree after each crash"), || sum.unverified.is_empty());
    verdict.check(format!("{name}: nothing promised is lost"), || findings.lost.is_empty());
    verdict.check(format!("{name}: no number is given twice"), || findings.doubled.is_empty());
    verdict
}

fn report(what: &str, sum: &Sum, began: Instant) {
    let (findings, loss) = (&sum.findings, sum.loss);
    println!(
        "{what}: {} crashes ({} amid a checkpoint), {} promises, {} lost, {} doubled, {} unverified; \
         {} unsynced sectors lost, {} kept, {} names lost; {} s",
        sum.crashes,
        sum.amid_checkpoint,
        findings.acknowledged,
        findings.lost.len(),
        findings.doubled.len(),
        sum.unverified.len(),
        loss.sectors_lost,
        loss.sectors_kept,
        loss.names_lost,
        began.elapsed().as_secs()
    );
}

fn folder(place: &Path, name: &str) -> PathBuf {
    place.join(name.replace(' ', "-"))
}
