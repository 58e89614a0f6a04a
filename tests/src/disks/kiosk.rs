//! The kiosk's own disk breaks: a sentence on the screen, no paper without a row, and visitors are served again when
//! the disk is.

use super::{Play, scene::Scene};
use crate::{
    chance::Chance,
    hall::Hall,
    headless::{self, Headless, papers, rows},
    powercut::{Cut, Disk},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub(super) const PLAYS: &[Play] = &[
    ("kiosk full disk", full),
    ("kiosk fsync error", fsync_error),
    ("kiosk fsync error and another start", fsync_error_and_a_start),
];

/// A visitor who is told that there is no ticket, and leaves.
const IN_VAIN: &str = "language uz-Latn\ncategory A\nservice A01\nawait offer\ntake\nawait sorry\nhome\n";

/// The kiosk's folder holds journal and paper; only the journal's disk breaks.
struct Stage {
    folder: PathBuf,
    hall: Hall,
}

impl Stage {
    fn set(scene: &mut Scene) -> io::Result<Stage> {
        let folder = scene.folder.clone();
        scene.narrow("journal")?;
        fs::create_dir_all(folder.join("paper"))?;
        let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
        Ok(Stage { folder, hall })
    }

    fn kiosk(&self, scene: &Scene) -> io::Result<Headless> {
        let mut command = headless::command(&self.hall.facts.url, &self.hall.facts.device_token, &self.folder)?;
        scene.lay(&mut command);
        let mut kiosk = Headless::start(command)?;
        kiosk.say("await up\nawait ready\n")?;
        Ok(kiosk)
    }

    fn papers(&self) -> io::Result<usize> {
        papers(&self.folder.join("paper")).map(|papers| papers.len())
    }
}

fn full(scene: &mut Scene) -> io::Result<()> {
    let stage = Stage::set(scene)?;
    breaks_and_mends(scene, &stage, "enospc")?;
    every_paper_has_its_row(scene, &stage.folder)
}

/// And then the power goes: what the failed fsync covered never reached the disk.
fn fsync_error(scene: &mut Scene) -> io::Result<()> {
    let stage = Stage::set(scene)?;
    let disk = Disk::remember(&scene.folder)?;
    breaks_and_mends(scene, &stage, "eio-fsync")?;
    disk.cut(&scene.folder, &scene.shim.diary, Cut::Drop, &mut Chance::new(1))?;
    every_paper_has_its_row(scene, &stage.folder)
}

/// A kiosk that starts anew sees in its log what the disk never got, and must not print on top of it.
fn fsync_error_and_a_start(scene: &mut Scene) -> io::Result<()> {
    let stage = Stage::set(scene)?;
    let disk = Disk::remember(&scene.folder)?;
    let mut kiosk = stage.kiosk(scene)?;
    kiosk.say(headless::VISIT)?;
    kiosk.shows("a ticket", |shown| shown["screen"] == "taken")?;
    scene.disk("eio-fsync")?;
    kiosk.say(IN_VAIN)?;
    kiosk.shows("no ticket", |shown| shown["screen"] == "sorry")?;
    drop(kiosk);
    scene.disk("")?;
    let mut kiosk = stage.kiosk(scene)?;
    kiosk.say(headless::VISIT)?;
    let again = kiosk.shows("a ticket", |shown| shown["screen"] == "taken");
    scene.check("the next visitor is served", again.is_ok() && stage.papers()? == 2);
    drop(kiosk);
    disk.cut(&scene.folder, &scene.shim.diary, Cut::Drop, &mut Chance::new(1))?;
    every_paper_has_its_row(scene, &stage.folder)
}

fn breaks_and_mends(scene: &mut Scene, stage: &Stage, fault: &str) -> io::Result<()> {
    let mut kiosk = stage.kiosk(scene)?;
    kiosk.say(headless::VISIT)?;
    kiosk.shows("a ticket", |shown| shown["screen"] == "taken")?;
    scene.disk(fault)?;
    kiosk.say(IN_VAIN)?;
    let shown = kiosk.shows("no ticket", |shown| shown["screen"] == "sorry")?;
    scene.said.push(format!("the screen says: {}", shown["why"]));
    scene.check("the visitor is told that nothing could be written down", shown["why"] == "not-recorded");
    scene.check("there is no paper for it", stage.papers()? == 1);
    let read_only = kiosk.shows("that it can only be read", |shown| shown["readiness"] == "no-storage");
    scene.check("the next visitor finds that it can only be read", read_only.is_ok());
    scene.disk("")?;
    kiosk.say("await ready\n")?;
    kiosk.say(headless::VISIT)?;
    let again = kiosk.shows("a ticket", |shown| shown["screen"] == "taken");
    scene.check("the next visitor is served", again.is_ok() && stage.papers()? == 2);
    Ok(())
}

fn every_paper_has_its_row(scene: &mut Scene, folder: &Path) -> io::Result<()> {
    let rows = rows(&folder.join("journal"), &folder.join("copy"))?;
    let papers = papers(&folder.join("paper"))?;
    let missing: Vec<_> = papers.iter().filter(|(ticket, _)| !rows.contains_key(ticket)).collect();
    scene.said.extend(missing.iter().map(|(ticket, number)| format!("{number} {ticket} is not in the journal")));
    scene.check("every paper is in the journal", missing.is_empty() && papers.len() == 2);
    Ok(())
}
