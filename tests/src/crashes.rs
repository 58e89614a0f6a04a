//! Crash after crash in the same halls: start, load, SIGKILL (and a power cut), verify, come back, audit.
//!
//! Nothing sleeps: the moment of the kill is the time-out of a wait for an end of the load that never comes.

use crate::{
    audit::{Findings, Numbers, audit},
    chance::Chance,
    hall::{Hall, verify},
    load::{self, Done, Load},
    powercut::{Cut, Disk, Loss, build_shim, under_shim},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Rounds in one hall's folder before a fresh one begins.
const ROUNDS_PER_HALL: u64 = 25;
/// Visitors at the kiosks while the hub is killed.
const VISITORS: usize = 8;
/// Clerks calling while the hub is killed.
const CLERKS: usize = 2;

/// What is done to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// SIGKILL: what the system has taken is safe.
    Kill,
    /// SIGKILL and a power cut: only what was synced is safe.
    Power(Cut),
}

/// The sum over all crashes.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Crashes done.
    pub crashes: u64,
    /// What audits found.
    pub findings: Findings,
    /// What `hub verify` objected to.
    pub unverified: Vec<String>,
    /// Sectors taken and left by power cuts.
    pub loss: Loss,
}

/// Crashes a real hub so many times.
pub fn crash_hubs(place: &Path, blow: Blow, times: u64, seed: u64) -> io::Result<Sum> {
    fs::create_dir_all(place)?;
    let shim = build_shim(place)?;
    let mut chance = Chance::new(seed);
    let mut sum = Sum::default();
    let mut hall = Rounds::new(place, 0)?;
    for round in 0..times {
        if round > 0 && round % ROUNDS_PER_HALL == 0 {
            hall.last_audit(&mut sum)?;
            hall = Rounds::new(place, round / ROUNDS_PER_HALL)?;
        }
        hall.round(blow, &shim, &mut chance, &mut sum)?;
        sum.crashes += 1;
    }
    hall.last_audit(&mut sum)?;
    Ok(sum)
}

/// One hall that crashes again and again.
struct Rounds {
    folder: PathBuf,
    clerks: Vec<(String, String)>,
    numbers: Numbers,
    unaudited: Vec<Done>,
}

impl Rounds {
    fn new(place: &Path, nth: u64) -> io::Result<Rounds> {
        let folder = place.join(format!("hall-{nth}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Rounds { folder, clerks: vec![], numbers: Numbers::default(), unaudited: vec![] })
    }

    /// Comes back from the last crash, audits it, loads, crashes again, verifies.
    fn round(&mut self, blow: Blow, shim: &Path, chance: &mut Chance, sum: &mut Sum) -> io::Result<()> {
        let disk = Disk::remember(&self.folder)?;
        let diary = self.folder.with_extension("diary");
        let hall = Hall::start(&self.folder, |command| match blow {
            Blow::Kill => Ok(()),
            Blow::Power(_) => under_shim(command, shim, &self.folder, &diary),
        })?;
        let load = self.come_back(&hall, sum)?;
        let done = load_until(load, Duration::from_millis(chance.between(10, 150)), || hall.kill())?;
        if let Blow::Power(cut) = blow {
            let loss = disk.cut(&self.folder, &diary, cut, chance)?;
            sum.loss.sectors_lost += loss.sectors_lost;
            sum.loss.sectors_kept += loss.sectors_kept;
        }
        if let Err(e) = verify(&self.folder) {
            sum.unverified.push(e.to_string());
        }
        self.unaudited = done;
        Ok(())
    }

    fn come_back(&mut self, hall: &Hall, sum: &mut Sum) -> io::Result<Load> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(load::clerks(hall.address, &hall.facts, &mut self.clerks, CLERKS))?;
        let load = Load {
            address: hall.address,
            device_token: hall.facts.device_token.clone(),
            clerks: self.clerks.clone(),
            visitors: VISITORS,
        };
        sum.findings.add(audit(&load, &self.unaudited, &mut self.numbers)?);
        self.unaudited.clear();
        Ok(load)
    }

    fn last_audit(&mut self, sum: &mut Sum) -> io::Result<()> {
        let hall = Hall::start(&self.folder, |_| Ok(()))?;
        self.come_back(&hall, sum)?;
        hall.kill()
    }
}

/// Runs a load, and after its first acknowledgement and `moment` more calls `blow`.
fn load_until(load: Load, moment: Duration, blow: impl FnOnce() -> io::Result<()>) -> io::Result<Vec<Done>> {
    let (heard, first) = mpsc::channel();
    let (ended, end) = mpsc::channel::<()>();
    let loading = thread::spawn(move || {
        let done = load.run(&heard);
        drop(ended);
        done
    });
    // Either may say that the load ended by itself: then its error tells why.
    let _ = first.recv();
    let _ = end.recv_timeout(moment);
    blow()?;
    loading.join().map_err(|_| io::Error::other("the load panicked"))?
}
