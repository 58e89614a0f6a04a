//! The kiosk's wires on a Raspberry Pi that is a file: rppal's own code reads and writes registers, and the proof is the
//! hardware behind them.
//!
//! The proof starts itself again in a mount namespace of its own, in which `/dev/gpiomem` is a file, `/proc/cpuinfo` names a
//! Pi 4B, and `shim/header.c` answers for the chip: nothing outside sees any of it. First the kiosk's adaptor and its
//! machines run here, key by key; then the whole kiosk runs, and its lamp blinks. Needs root, `mount`, `unshare` and a C
//! compiler; without them it fails and says so. Deliberately absent: interrupts, which a file has none of and the kiosk
//! does not use.

mod header;
mod scenes;

use crate::verdict::Verdict;
use header::Header;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// Set for the proof that runs inside: the folder of its machine.
const INSIDE: &str = "NAVBAT_HEADER";

/// Plays it all.
pub fn run(place: &Path) -> io::Result<ExitCode> {
    if let Some(folder) = env::var_os(INSIDE) {
        let header = Header::enter(Path::new(&folder))?;
        let mut verdict = scenes::adaptor(&header);
        verdict.add(scenes::program(&header, place));
        return Ok(verdict.tell());
    }
    match inside(place) {
        Ok(status) => Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))),
        Err(error) => {
            let why = format!("a machine with pins can be made here (root, unshare, mount and cc are needed): {error}");
            Ok(Verdict::from(vec![(why, false)]).tell())
        }
    }
}

/// This program again, in a namespace of its own.
fn inside(place: &Path) -> io::Result<std::process::ExitStatus> {
    let _ = fs::remove_dir_all(place);
    let folder = place.join("machine");
    fs::create_dir_all(&folder)?;
    let shim = build_shim(place)?;
    let mut proof = Command::new("unshare");
    proof.args(["--mount", "--propagation", "private"]).arg(env::current_exe()?).arg("pins");
    // A namespace that cannot be made is told by unshare itself, before the proof is there to tell it.
    proof.env(INSIDE, &folder).env("LD_PRELOAD", shim).status()
}

fn build_shim(place: &Path) -> io::Result<PathBuf> {
    let (source, shim) = (crate::tree::root().join("tests/shim/header.c"), place.join("header.so"));
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&shim).arg(&source).arg("-ldl");
    if compiler.status()?.success() { Ok(shim) } else { Err(io::Error::other("the shim does not compile")) }
}
