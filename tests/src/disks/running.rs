//! The disk breaks under a hub that runs.

use super::{
    Play,
    scene::{Answer, Scene},
};
use crate::{
    chance::Chance,
    hall::Hall,
    powercut::{Cut, Disk},
};
use std::{io, time::Instant};
use uuid::Uuid;

pub(super) const PLAYS: &[Play] = &[
    ("full disk", full),
    ("write error", write_error),
    ("fsync error", fsync_error),
    ("fsync error and a cut", fsync_error_and_a_cut),
    ("read-only disk", read_only),
    ("slow disk", slow),
];

/// A full disk is no reason to stop: nothing new is promised, everything old is told, and room is enough to go on.
fn full(scene: &mut Scene) -> io::Result<()> {
    let hall = scene.hub()?;
    scene.visitors(&hall, 20)?;
    let before = scene.get(&hall, "/health")?;
    scene.disk("enospc")?;
    let command = Uuid::now_v7();
    let full = Answer::Problem(503, "disk-full".to_owned());
    let answer = scene.take_by(&hall, command)?;
    scene.said.push(format!("{answer:?}"));
    scene.check("a ticket is refused with 503 disk-full", answer == full);
    let again = scene.take(&hall)?;
    scene.check("so is the next", again == full);
    let meanwhile = scene.get(&hall, "/health")?;
    scene.check("the hub is well and nothing has changed", before.0 == 200 && meanwhile == before);
    scene.disk("")?;
    let answer = scene.take_by(&hall, command)?;
    scene.check("with room, the same command is done", answer == Answer::Taken);
    scene.visitors(&hall, 20)?;
    scene.all_is_kept(&hall)?;
    hall.kill()?;
    scene.verified();
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    hall.stop()
}

fn write_error(scene: &mut Scene) -> io::Result<()> {
    broken(scene, "eio-write", 74, "the disk failed")
}

fn read_only(scene: &mut Scene) -> io::Result<()> {
    broken(scene, "erofs", 74, "the disk failed")?;
    scene.disk("erofs")?;
    scene.hub_refuses(77, "cannot write in")
}

/// A hub whose disk fails stops at once: what the disk has taken since is not known.
fn broken(scene: &mut Scene, fault: &str, code: i32, words: &str) -> io::Result<()> {
    let hall = scene.hub()?;
    scene.visitors(&hall, 20)?;
    scene.disk(fault)?;
    let answer = scene.take(&hall)?;
    scene.check("nothing is promised", answer != Answer::Taken);
    scene.hub_ends(hall, code, words)?;
    scene.disk("")?;
    scene.verified();
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    scene.visitors(&hall, 5)?;
    hall.stop()
}

/// After a failed fsync the system may hold as written what the disk never got, and no later fsync brings it back. What
/// is promised after the hub came back must survive a power cut all the same.
fn fsync_error(scene: &mut Scene) -> io::Result<()> {
    let disk = Disk::remember(&scene.folder)?;
    let hall = scene.hub()?;
    scene.visitors(&hall, 20)?;
    scene.disk("eio-fsync")?;
    let answer = scene.take(&hall)?;
    scene.check("nothing is promised", answer != Answer::Taken);
    stops_at_the_sync(scene, hall)?;
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    scene.visitors(&hall, 20)?;
    hall.kill()?;
    let loss = disk.cut(&scene.folder, &scene.shim.diary, Cut::Drop, &mut Chance::new(1))?;
    scene.said.push(format!("the cut took {} sectors", loss.sectors_lost));
    scene.check("the failed fsync lost something", loss.sectors_lost > 0);
    scene.verified();
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    hall.stop()
}

/// The worst moment for the power to go: while the next hub moves into the file what the disk never got into the log.
/// The commit that failed is the first to touch a page since the file was whole, so that nothing in the log covers it.
fn fsync_error_and_a_cut(scene: &mut Scene) -> io::Result<()> {
    let mut chance = Chance::new(7);
    for _ in 0..CUTS {
        scene.again()?;
        scene.stopped_hall()?;
        let disk = Disk::remember(&scene.folder)?;
        scene.shim.forget()?;
        let hall = scene.hub()?;
        scene.visitors(&hall, 20)?;
        let clerk = scene.clerk(&hall)?;
        scene.disk("eio-fsync")?;
        let opened = scene.opens_counter(&hall, &clerk);
        scene.check("nothing is promised", !opened);
        stops_at_the_sync(scene, hall)?;
        let step = chance.between(1, START_NOTES);
        scene.hub_cut_off(step)?;
        let loss = disk.cut(&scene.folder, &scene.shim.diary, Cut::Torn, &mut chance)?;
        scene.said.push(format!("cut at step {step} of the start: {} sectors", loss.sectors_lost));
        scene.verified();
        let hall = scene.hub()?;
        scene.all_is_kept(&hall)?;
        hall.kill()?;
    }
    Ok(())
}

/// Cuts amid a start.
const CUTS: u64 = 6;
/// A start does about so many things to its files before it serves.
const START_NOTES: u64 = 24;

/// The fsync failed under a command: the hub ends, and what it left is sound as far as anybody can see.
fn stops_at_the_sync(scene: &mut Scene, hall: Hall) -> io::Result<()> {
    scene.hub_ends(hall, 74, "the disk failed")?;
    scene.disk("")?;
    scene.verified();
    Ok(())
}

/// Nothing is wrong with slowness but waiting: everything is done, and shared.
fn slow(scene: &mut Scene) -> io::Result<()> {
    let hall = scene.hub()?;
    scene.disk("slow 100")?;
    let began = Instant::now();
    scene.visitors(&hall, 5)?;
    scene.said.push(format!("10 commands in {} ms at 100 ms a sync", began.elapsed().as_millis()));
    scene.all_is_kept(&hall)?;
    hall.kill()?;
    scene.disk("")?;
    scene.verified();
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    hall.stop()
}
