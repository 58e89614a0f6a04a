//! `proof sim`: runs halls, says what was done and looked at, shortens what fails.
#![expect(clippy::print_stdout, reason = "a command prints its figures")]

use anyhow::Result;
use std::{path::PathBuf, process::ExitCode, time::Instant};
use tests::sim::{
    self, Sum,
    assertions::{self, PROMISES},
    shrink,
    trace::Keep,
    transitions::{Script, script},
};

/// So many failing halls are made short; of more, the seed is enough.
const SHORTENED_MAX: usize = 2;

/// `proof sim`.
#[derive(clap::Args)]
pub(crate) struct Halls {
    /// How many halls.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Prints everything that happens in one hall.
    #[arg(long)]
    trace: bool,
    /// A script that was kept, instead of seeds.
    #[arg(long)]
    script: Option<PathBuf>,
    /// A failing hall is not shortened.
    #[arg(long)]
    long: bool,
}

/// Halls from a seed on, or one kept script.
pub(crate) fn run(halls: &Halls) -> Result<ExitCode> {
    // A panic is a finding like another, and is told as one.
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(path) = &halls.script {
        return Ok(one(&Script::read(&std::fs::read_to_string(path)?)?));
    }
    if halls.trace {
        return Ok(one(&script(halls.from)));
    }
    let began = Instant::now();
    let sum = sim::run_many(halls.from, halls.seeds);
    report(&sum, began.elapsed().as_secs_f64());
    let shortened = if halls.long { 0 } else { SHORTENED_MAX };
    for failure in sum.failures.iter().take(shortened) {
        println!("\nseed {}: {}", failure.seed, failure.broken);
        let short = shrink::shorten(&script(failure.seed), failure.broken.promise);
        println!("{} steps are enough:\n{}", short.steps.len(), short.written());
    }
    for failure in sum.failures.iter().skip(shortened) {
        println!("seed {}: {}", failure.seed, failure.broken);
    }
    let blind: Vec<_> = (1..=17).filter(|promise| !sum.looked.0.contains_key(promise)).collect();
    for promise in blind.iter().filter(|_| sum.halls >= 100) {
        println!("FAIL promise {promise} was never looked at: {}", assertions::name(*promise));
    }
    let failed = sum.failures.len() + if sum.halls >= 100 { blind.len() } else { 0 };
    println!("{} passed, {failed} failed", sum.halls - sum.failures.len() as u64);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn one(script: &Script) -> ExitCode {
    let outcome = sim::run(script, Keep::Lines);
    outcome.lines.iter().for_each(|line| println!("{line}"));
    println!("digest {:016x}", outcome.digest);
    match outcome.broken {
        Some(broken) => {
            println!("{broken}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

fn report(sum: &Sum, seconds: f64) {
    let (tally, carried) = (&sum.tally, sum.tally.carried);
    let days = u32::try_from(sum.days).map_or(0.0, f64::from);
    println!(
        "{} halls, {} hall-days in {seconds:.0} s: {:.1} a second",
        sum.halls,
        sum.days,
        days / seconds.max(0.001)
    );
    println!(
        "{} steps; {} commands done, {} refused, {} not saved; {} papers; {} times at rest",
        tally.steps, tally.done, tally.refused, tally.not_saved, tally.papers, tally.calms
    );
    println!("{} messages, {} lost, {} twice", carried.sent, carried.lost, carried.twice);
    let faults: Vec<String> = tally.faults.iter().map(|(kind, times)| format!("{kind} {times}")).collect();
    println!("faults: {}", faults.join(", "));
    println!("looked at:");
    for promise in (1..=17).filter(|n| usize::from(*n) <= PROMISES.len() + 2) {
        let times = sum.looked.0.get(&promise).copied().unwrap_or(0);
        println!("{promise:>4} {times:>9} {}", assertions::name(promise));
    }
}
