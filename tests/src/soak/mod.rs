//! A thousand visitors at four kiosks, and everything goes wrong: printers jam, run out, open, fall silent and die amid a
//! ticket, the hub is away, slow, mute or hears twice, kiosks are killed. Who comes and what goes wrong is drawn from a
//! seed; at the end the papers are read with a scanner and laid beside the hub's journal.
//!
//! The programs are real: the hub, the kiosks without their windows, printers in the network, lines between. Only the
//! kiosks' clocks run ten times faster, so that a visitor who is forgotten after a minute costs six seconds; the printers'
//! time stays real, so a fast day is harder than a slow one. Deliberately absent: power cuts (`proof power` has them).

mod closing;
mod machine;
mod tally;
mod visitor;

use crate::{
    chance::Chance,
    hall,
    verdict::Verdict,
    worst_day::{hub::Hub, plan::Size},
};
use anyhow::{Context, Result};
use machine::Machine;
use std::{
    fs,
    path::Path,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};
use tally::Tally;

/// How large it is.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Visitors, over all kiosks.
    #[arg(long, default_value_t = 1_000)]
    pub visitors: u64,
    /// Kiosks.
    #[arg(long, default_value_t = 4)]
    pub kiosks: usize,
    /// Who comes, and what goes wrong.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many times faster the kiosks' clocks run.
    #[arg(long, default_value_t = 10)]
    pub times: u32,
}

/// Runs it and prints the closing figures.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
pub fn run(settings: &Settings, folder: &Path) -> Result<Verdict> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let size = Size { tickets: 0, counters: 6, kiosks: settings.kiosks, displays: 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (hub, tokens) = runtime.block_on(async {
        let hub = Hub::start(folder, size).await?;
        let tokens = hub.admit(size).await?;
        anyhow::Ok((hub, tokens))
    })?;
    let since_ms = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let pace = kiosk::clock::Pace { since_ms, times: settings.times };
    let before_kib = hub.needs()?.resident_kib;
    let threads: Vec<_> = (0..settings.kiosks)
        .map(|nth| {
            let (folder, token, address) =
                (folder.join(format!("kiosk-{}", nth + 1)), tokens.kiosks[nth].clone(), hub.address);
            let visitors = settings.visitors / settings.kiosks as u64
                + u64::from((nth as u64) < settings.visitors % settings.kiosks as u64);
            let chance = Chance::new(settings.seed.wrapping_mul(1_000_003) + nth as u64);
            thread::spawn(move || -> Result<Tally> {
                let mut machine = Machine::start(&folder, address, &token, pace).context("the kiosk did not start")?;
                let walked = machine.serve(visitors, chance);
                walked.with_context(|| format!("kiosk {}; see {}", nth + 1, folder.display()))
            })
        })
        .collect();
    let mut tally = Tally::default();
    for thread in threads {
        tally.add(thread.join().map_err(|_| anyhow::anyhow!("a kiosk's thread panicked"))??);
    }
    let after_kib = hub.needs()?.resident_kib;
    hub.stop()?;
    let verified = hall::verify(&folder.join("data"));
    let closing = closing::look(folder, &tally)?;
    println!("{}", closing.told(&tally));
    println!("the hub's memory: {} MiB before, {} MiB after", before_kib / 1024, after_kib / 1024);
    let mut verdict = closing.verdict(&tally, settings.visitors);
    verdict.check("the hub's journal verifies from its first entry", || verified.is_ok());
    Ok(verdict)
}
