//! The hub crashes under load, again and again.

use super::{Blow, Sum, checkpoint};
use crate::{
    audit::{Numbers, audit},
    chance::Chance,
    hall::{Hall, verify},
    load::{self, Done, Load},
    powercut::{Disk, Shim, build_shim},
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

/// Crashes a real hub so many times.
pub fn crash_hubs(place: &Path, blow: Blow, times: u64, seed: u64) -> io::Result<Sum> {
    fs::create_dir_all(place)?;
    let library = build_shim(place)?;
    let mut chance = Chance::new(seed);
    let mut sum = Sum::default();
    let mut hall = Rounds::new(place, &library, 0)?;
    for round in 0..times {
        if round > 0 && round % ROUNDS_PER_HALL == 0 {
            hall.last_audit(&mut sum)?;
            hall = Rounds::new(place, &library, round / ROUNDS_PER_HALL)?;
        }
        hall.round(blow, &mut chance, &mut sum)?;
        sum.crashes += 1;
    }
    hall.last_audit(&mut sum)?;
    Ok(sum)
}

/// One hall that crashes again and again.
struct Rounds {
    folder: PathBuf,
    shim: Shim,
    clerks: Vec<(String, String)>,
    numbers: Numbers,
    unaudited: Vec<Done>,
}

impl Rounds {
    fn new(place: &Path, library: &Path, nth: u64) -> io::Result<Rounds> {
        let folder = place.join(format!("hall-{nth}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let shim = Shim::over(library, &folder);
        Ok(Rounds { folder, shim, clerks: vec![], numbers: Numbers::default(), unaudited: vec![] })
    }

    /// Comes back from the last crash, audits it, loads, crashes again, verifies.
    fn round(&mut self, blow: Blow, chance: &mut Chance, sum: &mut Sum) -> io::Result<()> {
        let disk = Disk::remember(&self.folder)?;
        let hall = Hall::start(&self.folder, |command| match blow {
            Blow::Kill => Ok(()),
            Blow::Power(_) | Blow::Checkpoint(_) | Blow::Migration(_) => self.shim.begin(command),
        })?;
        let load = self.come_back(&hall, sum)?;
        let journal = self.folder.join(::hub::journal::FILE_NAME);
        let mover = match blow {
            Blow::Kill | Blow::Power(_) | Blow::Migration(_) => None,
            Blow::Checkpoint(_) => Some(checkpoint::beside(&self.shim, &journal)?),
        };
        let done = load_until(load, Duration::from_millis(chance.between(10, 150)), || {
            // The current goes for both at once: which of them a signal reaches first is chance.
            mover.map_or(Ok(()), |mut mover| mover.kill().and_then(|()| mover.wait().map(drop)))?;
            hall.kill()
        })?;
        if let Some(cut) = blow.cut() {
            sum.amid_checkpoint += u64::from(self.shim.was_writing(&journal)?);
            sum.loss.add(disk.cut(&self.folder, &self.shim.diary, cut, chance)?);
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
