//! A newer hub brings a file to its shape, and the power goes at each thing it does to the disk, one after the other.
//!
//! The code is the hub's own; there is only one shape so far, so the second one is made up here. The old file is one of
//! a hub that was killed, with tickets that are only in its write-ahead log. After each cut there must be a file of
//! either shape with every entry in it, and the next start must bring it to the new one. Every other crash cuts the
//! making of a hall's first file: then there may be none yet.

use super::Sum;
use crate::{
    chance::Chance,
    diary::notes,
    hall::Hall,
    load::{self, Load},
    powercut::{Cut, Disk, Shim, build_shim},
};
use hub::journal::{FILE_NAME, Verified, bring_further, verify, verify_file};
use rusqlite::OpenFlags;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

/// The shape of a program that is not written yet.
const NEXT_SHAPE: &str = "create table shift (id integer primary key, clerk text not null) strict;
    insert into shift select seq, actor from entry;
    alter table day add column note text;";
/// Its version.
const NEXT: u32 = 2;

/// What the power goes under: brings a hall's folder to the next shape.
pub fn migrate(folder: &Path) -> anyhow::Result<()> {
    Ok(bring_further(folder, &[NEXT_SHAPE])?)
}

/// Cuts the power so many times.
pub fn crash_migrations(place: &Path, cut: Cut, times: u64, seed: u64) -> io::Result<Sum> {
    fs::create_dir_all(place)?;
    let library = build_shim(place)?;
    let (mut chance, mut sum) = (Chance::new(seed), Sum::default());
    let template = template(&place.join("template"))?;
    let before = verify(&template).map_err(|faults| io::Error::other(format!("the template: {faults:?}")))?;
    let birth = Subject { folder: place.join("birth"), from: None, before: None };
    let growth = Subject { folder: place.join("growth"), from: Some(template), before: Some(before) };
    let steps = [growth.steps(&library)?, birth.steps(&library)?];
    for nth in 0..times {
        let (subject, steps) = if nth % 2 == 0 { (&growth, steps[0]) } else { (&birth, steps[1]) };
        subject.crash(&library, spread(nth / 2, steps), (cut, &mut chance), &mut sum)?;
        sum.crashes += 1;
    }
    Ok(sum)
}

/// The n-th step to be cut at: the last first, where files change places, then all over, each once before any twice.
fn spread(nth: u64, steps: u64) -> u64 {
    let stride = (steps * 2 / 5..).find(|stride| *stride > 0 && prime_to(*stride, steps)).unwrap_or(1);
    steps - nth * stride % steps
}

fn prime_to(a: u64, b: u64) -> bool {
    if b == 0 { a == 1 } else { prime_to(b, a % b) }
}

/// What is brought to the next shape.
struct Subject {
    folder: PathBuf,
    from: Option<PathBuf>,
    before: Option<Verified>,
}

impl Subject {
    /// How many things are done to the disk when nothing happens.
    fn steps(&self, library: &Path) -> io::Result<u64> {
        let shim = self.fresh(library)?;
        if !run(&self.folder, |command| shim.begin(command))? {
            return Err(io::Error::other("the migration fails without a power cut"));
        }
        Ok(notes(&fs::read(&shim.diary)?).count() as u64)
    }

    fn fresh(&self, library: &Path) -> io::Result<Shim> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        for entry in self.from.iter().map(fs::read_dir).collect::<io::Result<Vec<_>>>()?.into_iter().flatten() {
            let entry = entry?;
            fs::copy(entry.path(), self.folder.join(entry.file_name()))?;
        }
        Ok(Shim::over(library, &self.folder))
    }

    fn crash(&self, library: &Path, step: u64, (cut, chance): (Cut, &mut Chance), sum: &mut Sum) -> io::Result<()> {
        let shim = self.fresh(library)?;
        let disk = Disk::remember(&self.folder)?;
        run(&self.folder, |command| {
            Shim::stop_after(command, step, "");
            shim.begin(command)
        })?;
        sum.loss.add(disk.cut(&self.folder, &shim.diary, cut, chance)?);
        let file = self.folder.join(FILE_NAME);
        let shape = shape(&file);
        if self.before.is_some() || shape.is_some() {
            self.compare(&format!("cut at step {step}, shape {shape:?}"), sum);
        }
        if !run(&self.folder, |_| Ok(()))? || self::shape(&file) != Some(NEXT) {
            sum.findings.lost.push(format!("cut at step {step}: the next start does not bring it to the new shape"));
        }
        self.compare(&format!("after step {step} and another start"), sum);
        Ok(())
    }

    /// Sound, and with every entry.
    fn compare(&self, when: &str, sum: &mut Sum) {
        sum.findings.acknowledged += 1;
        match verify_file(&self.folder.join(FILE_NAME)) {
            Err(faults) => sum.unverified.push(format!("{when}: {}", faults[0])),
            Ok(found) if self.before.as_ref().is_some_and(|before| *before != found) => {
                sum.findings.lost.push(format!("{when}: {found:?}"));
            }
            Ok(_) => {}
        }
    }
}

/// Runs the migration to its end, whatever that is; answers whether it was done.
fn run(folder: &Path, prepare: impl FnOnce(&mut Command) -> io::Result<()>) -> io::Result<bool> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("migrator").arg(folder).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(fs::File::options().create(true).append(true).open(folder.with_extension("log"))?);
    prepare(&mut command)?;
    Ok(command.status()?.success())
}

/// The shape of a file that can be read.
fn shape(file: &Path) -> Option<u32> {
    if !file.exists() {
        return None;
    }
    // Reading only: to open a file for writing is to mend it.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = rusqlite::Connection::open_with_flags(file, flags).ok()?;
    conn.query_row("pragma user_version", [], |row| row.get(0)).ok()
}

/// A hall that was killed at work.
fn template(folder: &Path) -> io::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let hall = Hall::start(folder, |_| Ok(()))?;
    let mut clerks = vec![];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(load::clerks(hall.address, &hall.facts, &mut clerks, 1))?;
    let load = Load { address: hall.address, device_token: hall.facts.device_token.clone(), clerks, visitors: 4 };
    let (heard, acknowledged) = mpsc::channel();
    let loading = thread::spawn(move || load.run(&heard));
    let enough = acknowledged.iter().take(40).count();
    hall.kill()?;
    loading.join().map_err(|_| io::Error::other("the load panicked"))??;
    if enough < 40 {
        return Err(io::Error::other("the load ended early"));
    }
    let _ = fs::remove_file(folder.join(format!("{FILE_NAME}-shm")));
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_step_is_cut_at_before_any_is_twice() {
        for steps in 1..200 {
            let cut: BTreeSet<u64> = (0..steps).map(|nth| spread(nth, steps)).collect();
            assert_eq!(cut, (1..=steps).collect());
            assert_eq!(spread(0, steps), steps);
        }
    }
}
