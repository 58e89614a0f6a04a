//! The kiosk crashes while visitors take tickets, beside a hub that lives and without one: nothing printed is forgotten.
//!
//! The paper is outside the power cut, as paper is. After each crash every paper must stand in the kiosk's journal, as
//! printed or as being printed, and no two papers may have one number. At the end the kiosk comes back for good: the
//! hub must then have every paper waiting, and nothing else.

use super::{Blow, Sum, checkpoint};
use crate::{
    audit::{Findings, Numbers},
    chance::Chance,
    hall::{Hall, verify},
    headless::{self, Headless, papers, rows},
    keepalive::Connection,
    powercut::{Disk, Shim, build_shim},
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use uuid::Uuid;

/// Rounds with one kiosk and its hub before fresh ones begin.
const ROUNDS_PER_HALL: u64 = 50;
/// Visitors a round could serve; the kill comes first.
const VISITORS: usize = 40;
/// The kill comes after fewer changes of the screen than this: a visit has about eight.
const VIEWS: u64 = 32;
/// Nobody listens there: the kiosk is alone.
const NOBODY: &str = "http://127.0.0.1:9";

/// Crashes a real kiosk so many times.
pub fn crash_kiosks(place: &Path, blow: Blow, times: u64, seed: u64) -> io::Result<Sum> {
    fs::create_dir_all(place)?;
    let library = build_shim(place)?;
    let mut chance = Chance::new(seed);
    let mut sum = Sum::default();
    let mut rounds = Rounds::new(place, &library, 0)?;
    for round in 0..times {
        if round > 0 && round % ROUNDS_PER_HALL == 0 {
            rounds.last_audit(&mut sum)?;
            rounds = Rounds::new(place, &library, round / ROUNDS_PER_HALL)?;
        }
        rounds.round(blow, &mut chance, &mut sum)?;
        sum.crashes += 1;
    }
    rounds.last_audit(&mut sum)?;
    Ok(sum)
}

/// One kiosk that crashes again and again beside a hub that does not.
struct Rounds {
    hall: Hall,
    folder: PathBuf,
    shim: Shim,
    numbers: Numbers,
    papers: BTreeMap<Uuid, String>,
}

impl Rounds {
    fn new(place: &Path, library: &Path, nth: u64) -> io::Result<Rounds> {
        let folder = place.join(format!("kiosk-{nth}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for part in ["hall", "journal", "paper"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
        let shim = Shim::over(library, &folder.join("journal"));
        let rounds = Rounds { hall, folder, shim, numbers: Numbers::default(), papers: BTreeMap::new() };
        // Once the kiosk has met its hub it knows its lane and its services, and can be alone.
        rounds.visit_hub("await up\nawait ready\nquit\n")?;
        Ok(rounds)
    }

    /// Visitors, a crash, a look at papers and journal.
    fn round(&mut self, blow: Blow, chance: &mut Chance, sum: &mut Sum) -> io::Result<()> {
        let journal = self.folder.join("journal");
        let disk = Disk::remember(&journal)?;
        let hub = if chance.coin() { self.hall.facts.url.clone() } else { NOBODY.to_owned() };
        let mut command = self.command(&hub)?;
        if blow.cut().is_some() {
            self.shim.begin(&mut command)?;
        }
        let mut kiosk = Headless::start(command)?;
        kiosk.say(&["await ready\n", &headless::VISIT.repeat(VISITORS)].concat())?;
        let file = journal.join("kiosk.sqlite");
        let mover = match blow {
            Blow::Kill | Blow::Power(_) | Blow::Migration(_) => None,
            Blow::Checkpoint(_) => Some(checkpoint::beside(&self.shim, &file)?),
        };
        // Sometimes right after the start, when the last crash is being mended; mostly amid a visit.
        kiosk.until_views(chance.between(1, VIEWS))?;
        kiosk.work_for(Duration::from_millis(chance.between(0, 40)));
        mover.map_or(Ok(()), |mut mover| mover.kill().and_then(|()| mover.wait().map(drop)))?;
        drop(kiosk);
        if let Some(cut) = blow.cut() {
            sum.amid_checkpoint += u64::from(self.shim.was_writing(&file)?);
            sum.loss.add(disk.cut(&journal, &self.shim.diary, cut, chance)?);
        }
        sum.findings.add(self.compare()?);
        Ok(())
    }

    /// Every paper stands in the journal, and no number on two.
    fn compare(&mut self) -> io::Result<Findings> {
        let rows = rows(&self.folder.join("journal"), &self.folder.join("copy"))?;
        let mut found = Findings::default();
        for (ticket, number) in papers(&self.folder.join("paper"))? {
            match rows.get(&ticket) {
                Some((known, stage)) if *known == number && matches!(stage.as_str(), "printing" | "printed") => {}
                row => found.lost.push(format!("{number} {ticket} is on paper, the journal says {row:?}")),
            }
            if self.papers.insert(ticket, number.clone()).is_none() {
                found.acknowledged += 1;
                found.doubled.extend(self.numbers.give(&number, ticket));
            }
        }
        Ok(found)
    }

    /// The kiosk comes back and reports; the hub has every paper waiting, once, and no other ticket.
    fn last_audit(&mut self, sum: &mut Sum) -> io::Result<()> {
        self.visit_hub("await up\nawait reported\nquit\n")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (address, token) = (self.hall.address, self.hall.facts.device_token.clone());
        let lost = &mut sum.findings.lost;
        runtime.block_on(async {
            let mut hub = Connection::open(address, Some(&token)).await?;
            for (ticket, number) in &self.papers {
                let state = hub.get(&format!("/api/v1/tickets/{ticket}")).await?.json();
                if state["stage"] != "waiting" || state["number"] != number.as_str() {
                    lost.push(format!("{number} {ticket} is on paper, the hub says {state}"));
                }
            }
            io::Result::Ok(())
        })?;
        let manager = &self.hall.facts.manager;
        let waiting = runtime.block_on(async {
            let token = crate::load::sign_in(address, &manager.name, &manager.pin).await?;
            let mut hub = Connection::open(address, Some(&token)).await?;
            io::Result::Ok(hub.get("/api/v1/hall").await?.json()["waiting"].as_u64())
        })?;
        if waiting != Some(self.papers.len() as u64) {
            let said = format!("{} papers, but {waiting:?} tickets wait", self.papers.len());
            sum.findings.doubled.push(said);
        }
        if let Err(e) = verify(&self.folder.join("hall")) {
            sum.unverified.push(e.to_string());
        }
        Ok(())
    }

    fn command(&self, hub: &str) -> io::Result<Command> {
        headless::command(hub, &self.hall.facts.device_token, &self.folder)
    }

    /// Runs a script against the hub to its end.
    fn visit_hub(&self, script: &str) -> io::Result<()> {
        let mut kiosk = Headless::start(self.command(&self.hall.facts.url)?)?;
        kiosk.say(script)?;
        kiosk.until_end()
    }
}
