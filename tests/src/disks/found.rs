//! What a hub finds in its folder when it starts: it never begins anew where a hall was.

use super::{Play, scene::Scene};
use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
};

pub(super) const PLAYS: &[Play] = &[
    ("full at the start", full),
    ("read-only at the start", read_only),
    ("corrupted page", corrupted),
    ("missing log", no_log),
    ("truncated file", truncated),
    ("emptied file", emptied),
    ("missing file", missing),
    ("text for a file", text),
    ("another program's file", another),
    ("a newer hub's file", newer),
    ("broken people", people),
    ("two hubs", two),
];

/// A person has to look: 65 of sysexits, `DATAERR`.
const DATA: i32 = 65;
/// It may get better by itself, or somebody has to make room: 75, `TEMPFAIL`.
const LATER: i32 = 75;
/// The right to write is missing: 77, `NOPERM`.
const NO_RIGHT: i32 = 77;

const PAGE: u64 = 4096;

fn full(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    scene.disk("enospc")?;
    scene.hub_refuses(LATER, "is full: make room first")?;
    scene.disk("")?;
    comes_back(scene)
}

fn read_only(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    scene.disk("erofs")?;
    scene.hub_refuses(NO_RIGHT, "cannot write in")?;
    scene.disk("")?;
    comes_back(scene)
}

fn comes_back(scene: &mut Scene) -> io::Result<()> {
    scene.verified();
    let hall = scene.hub()?;
    scene.all_is_kept(&hall)?;
    hall.stop()
}

fn corrupted(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    let file = File::options().write(true).open(scene.file(""))?;
    for page in 2..file.metadata()?.len() / PAGE {
        file.write_all_at(&[0xa5; 64], page * PAGE + 16)?;
    }
    scene.hub_refuses(DATA, "is damaged: restore a backup")?;
    scene.not_verified();
    Ok(())
}

/// Without its log the file is sound, and a lie: it lacks what was promised last.
fn no_log(scene: &mut Scene) -> io::Result<()> {
    scene.killed_hall()?;
    fs::remove_file(scene.file("-wal"))?;
    let _ = fs::remove_file(scene.file("-shm"));
    scene.hub_refuses(DATA, "its write-ahead log is missing")
}

fn truncated(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    let file = File::options().write(true).open(scene.file(""))?;
    file.set_len(file.metadata()?.len() / PAGE / 2 * PAGE)?;
    scene.hub_refuses(DATA, "is damaged: restore a backup")?;
    scene.not_verified();
    Ok(())
}

fn emptied(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    File::options().write(true).open(scene.file(""))?.set_len(0)?;
    scene.hub_refuses(DATA, "is gone")
}

fn missing(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    fs::remove_file(scene.file(""))?;
    scene.hub_refuses(DATA, "is gone")
}

fn text(scene: &mut Scene) -> io::Result<()> {
    fs::write(scene.file(""), "navbat\n".repeat(1000))?;
    scene.hub_refuses(DATA, "is not a database")?;
    scene.not_verified();
    Ok(())
}

fn another(scene: &mut Scene) -> io::Result<()> {
    sql(scene, "create table song (id integer) strict")?;
    scene.hub_refuses(DATA, "is a database of another program")?;
    scene.not_verified();
    Ok(())
}

fn newer(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    sql(scene, "pragma user_version = 99")?;
    scene.hub_refuses(DATA, "was written by a newer hub")
}

fn people(scene: &mut Scene) -> io::Result<()> {
    scene.stopped_hall()?;
    fs::write(scene.folder.join("people.db"), "navbat\n".repeat(1000))?;
    scene.hub_refuses(DATA, "people.db")
}

fn two(scene: &mut Scene) -> io::Result<()> {
    let hall = scene.hub()?;
    scene.visitors(&hall, 1)?;
    scene.hub_refuses(LATER, "another hub has")?;
    scene.all_is_kept(&hall)?;
    hall.stop()
}

fn sql(scene: &Scene, sql: &str) -> io::Result<()> {
    let done = rusqlite::Connection::open(scene.file("")).and_then(|conn| conn.execute_batch(sql));
    done.map_err(io::Error::other)
}
