//! Disks that are full, broken, slow, read-only or damaged, under the real programs: they say one clear sentence and
//! stop, or refuse and stay truthful; they never promise what is not on the disk.
//!
//! Faults are injected by the power-cut shim, so nothing here needs to be root. Deliberately absent: what a disk does
//! to a program it kills (`proof power`).

mod found;
mod kiosk;
mod running;
mod scene;

use crate::{powercut::build_shim, verdict::Verdict};
use scene::Scene;
use std::{fs, io, path::Path, time::Instant};

/// A scene's name and what happens in it.
type Play = (&'static str, fn(&mut Scene) -> io::Result<()>);

/// Plays every scene whose name holds `only`.
#[expect(clippy::print_stdout, reason = "a proof prints what was said")]
pub fn run(place: &Path, only: &str) -> io::Result<Verdict> {
    fs::create_dir_all(place)?;
    let library = build_shim(place)?;
    let plays: Vec<Play> = [running::PLAYS, found::PLAYS, kiosk::PLAYS].concat();
    let mut verdict = Verdict::default();
    for (name, play) in plays.into_iter().filter(|(name, _)| name.contains(only)) {
        let began = Instant::now();
        let mut scene = Scene::new(place, &library, name)?;
        let played = play(&mut scene);
        println!("{name}: {} ms", began.elapsed().as_millis());
        for line in &scene.said {
            println!("  {line}");
        }
        let Scene { verdict: mut found, folder, .. } = scene;
        if let Err(e) = played {
            println!("  {e}");
            found.check(format!("{name}: was played to its end"), || false);
        }
        // What is left of a scene is for whoever looks at a failure; the others would fill the disk of the machine itself.
        if found.holds() {
            fs::remove_dir_all(folder)?;
        }
        verdict.add(found);
    }
    Ok(verdict)
}
