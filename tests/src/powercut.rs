//! A power cut for a folder: what the disk holds when the current goes, rebuilt from the shim's diary.
//!
//! Before a round the folder is remembered; during it `shim/powercut.c` notes every write and every completed
//! fsync; after the process is killed each file is put back to its last fsync, with nothing ([`Cut::Drop`]) or with
//! a random part of what came later, torn at 512 bytes ([`Cut::Torn`]). SQLite's `-shm` is memory and is removed.
//! Creation and renaming of files count as saved at once, and a disk that lies about fsync is not modelled.

use crate::chance::Chance;
use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

/// Disks write sectors whole.
const SECTOR: usize = 512;

/// What is left of writes that no fsync has saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing.
    Drop,
    /// A random subset of their sectors.
    Torn,
}

/// The files of a folder, by inode.
#[derive(Debug, Default)]
pub struct Disk(BTreeMap<u64, Vec<u8>>);

/// How many writes a cut took and left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loss {
    /// Sectors that never reached the disk.
    pub sectors_lost: u64,
    /// Unsaved sectors that reached it all the same.
    pub sectors_kept: u64,
}

/// Builds the shim beside the other things under test.
pub fn build_shim(folder: &Path) -> io::Result<PathBuf> {
    let (source, shim) = (crate::tree::root().join("tests/shim/powercut.c"), folder.join("powercut.so"));
    fs::create_dir_all(folder)?;
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&shim).arg(&source).arg("-ldl");
    if compiler.status()?.success() { Ok(shim) } else { Err(io::Error::other("the shim does not compile")) }
}

/// What a program under the shim is started with.
pub fn under_shim(command: &mut Command, shim: &Path, folder: &Path, diary: &Path) -> io::Result<()> {
    match fs::remove_file(diary) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    command.env("LD_PRELOAD", shim).env("POWERCUT_DIR", folder).env("POWERCUT_LOG", diary);
    Ok(())
}

impl Disk {
    /// Remembers a folder before a round. Everything in it counts as saved.
    pub fn remember(folder: &Path) -> io::Result<Disk> {
        let mut disk = Disk::default();
        for path in files(folder)? {
            disk.0.insert(fs::metadata(&path)?.ino(), fs::read(&path)?);
        }
        Ok(disk)
    }

    /// Cuts the power after the process is dead: rewrites the folder to what the disk would hold.
    pub fn cut(mut self, folder: &Path, diary: &Path, cut: Cut, chance: &mut Chance) -> io::Result<Loss> {
        let diary =
            fs::read(diary).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(vec![]) } else { Err(e) })?;
        let pending = self.replay(&diary);
        let mut loss = Loss::default();
        for (inode, notes) in pending {
            let file = self.0.entry(inode).or_default();
            for note in notes {
                lose(file, &note, cut, chance, &mut loss);
            }
        }
        for path in files(folder)? {
            if path.to_string_lossy().ends_with("-shm") {
                fs::remove_file(&path)?;
            } else if let Some(saved) = self.0.get(&fs::metadata(&path)?.ino()) {
                fs::write(&path, saved)?;
            } else {
                return Err(io::Error::other(format!("{} came from nowhere: the shim saw no write", path.display())));
            }
        }
        Ok(loss)
    }

    /// Applies what was saved; returns what was not, per inode in order.
    fn replay<'a>(&mut self, diary: &'a [u8]) -> BTreeMap<u64, Vec<Note<'a>>> {
        let mut pending: BTreeMap<u64, Vec<Note<'a>>> = BTreeMap::new();
        let mut covered: BTreeMap<u64, usize> = BTreeMap::new();
        for note in notes(diary) {
            let waiting = pending.entry(note.inode).or_default();
            match note.kind {
                b'N' => {
                    waiting.clear();
                    self.0.insert(note.inode, vec![]);
                }
                b'B' => drop(covered.insert(note.inode, waiting.len())),
                b'E' => {
                    let saved = covered.remove(&note.inode).unwrap_or(0).min(waiting.len());
                    let file = self.0.entry(note.inode).or_default();
                    for note in waiting.drain(..saved) {
                        apply(file, &note);
                    }
                }
                _ => waiting.push(note),
            }
        }
        pending
    }
}

/// One record of the diary.
#[derive(Debug, Clone, Copy)]
struct Note<'a> {
    kind: u8,
    inode: u64,
    offset: usize,
    bytes: &'a [u8],
}

/// The whole records; a torn one at the end was never acknowledged by anybody.
fn notes(mut diary: &[u8]) -> impl Iterator<Item = Note<'_>> {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    std::iter::from_fn(move || {
        let (head, rest) = diary.split_at_checked(25)?;
        let length = usize::try_from(number(&head[17..25])).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        diary = rest;
        let offset = usize::try_from(number(&head[9..17])).ok()?;
        Some(Note { kind: head[0], inode: number(&head[1..9]), offset, bytes })
    })
}

fn apply(file: &mut Vec<u8>, note: &Note<'_>) {
    if note.kind == b'T' {
        file.resize(note.offset, 0);
        return;
    }
    let end = note.offset + note.bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[note.offset..end].copy_from_slice(note.bytes);
}

fn lose(file: &mut Vec<u8>, note: &Note<'_>, cut: Cut, chance: &mut Chance, loss: &mut Loss) {
    let mut at = note.offset;
    let mut rest = note.bytes;
    if note.kind == b'T' && cut == Cut::Torn && chance.coin() {
        apply(file, note);
    }
    while !rest.is_empty() {
        let (sector, after) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
        if cut == Cut::Torn && chance.coin() {
            apply(file, &Note { offset: at, bytes: sector, ..*note });
            loss.sectors_kept += 1;
        } else {
            loss.sectors_lost += 1;
        }
        at += sector.len();
        rest = after;
    }
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => found.extend(files(&entry.path())?),
            false => found.push(entry.path()),
        }
    }
    Ok(found)
}
