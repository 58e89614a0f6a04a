//! A power cut for a folder: what the disk holds when the current goes, rebuilt from the shim's diary.
//!
//! Before a round the folder is remembered; during it `shim/powercut.c` notes every write, every fsync and every change
//! of a name; after the process is killed each file is put back to its last fsync, with nothing ([`Cut::Drop`]) or with
//! a random part of what came later, torn at 512 bytes ([`Cut::Torn`]). Names changed since the folder's last fsync are
//! put back too: all of them, or the last few, because file systems keep their order. What a failed fsync covered is
//! never saved by a later one. SQLite's `-shm` is memory and is removed. The creation of a file counts as saved at once.

use crate::{
    chance::Chance,
    diary::{Kind, Note, notes},
};
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
    /// Nothing, and the disk lied: no fsync saved anything. A control that must lose.
    Lie,
}

/// The shim, laid over the programs of one folder.
#[derive(Debug, Clone)]
pub struct Shim {
    library: PathBuf,
    folder: PathBuf,
    /// What the programs did.
    pub diary: PathBuf,
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
    /// Names that were put back.
    pub names_lost: u64,
}

impl Loss {
    /// Adds another cut.
    pub fn add(&mut self, other: Loss) {
        self.sectors_lost += other.sectors_lost;
        self.sectors_kept += other.sectors_kept;
        self.names_lost += other.names_lost;
    }
}

/// Builds the shim beside the other things under test.
pub fn build_shim(folder: &Path) -> io::Result<PathBuf> {
    let (source, shim) = (crate::tree::root().join("tests/shim/powercut.c"), folder.join("powercut.so"));
    fs::create_dir_all(folder)?;
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&shim).arg(&source).arg("-ldl");
    if compiler.status()?.success() { Ok(shim) } else { Err(io::Error::other("the shim does not compile")) }
}

impl Shim {
    /// Over one folder, with its diary beside it.
    pub fn over(library: &Path, folder: &Path) -> Shim {
        Shim { library: library.to_owned(), folder: folder.to_owned(), diary: folder.with_extension("diary") }
    }

    /// Begins the diary anew: for the first program after [`Disk::remember`].
    pub fn begin(&self, command: &mut Command) -> io::Result<()> {
        self.forget()?;
        self.lay(command);
        Ok(())
    }

    /// Throws the diary away.
    pub fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.diary) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Goes on with the diary: for a program beside or after the first.
    pub fn lay(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).env("POWERCUT_DIR", &self.folder).env("POWERCUT_LOG", &self.diary);
    }

    /// Ends a program by SIGKILL right after so many notes about paths that hold a text.
    pub fn stop_after(command: &mut Command, notes: u64, aim: &str) {
        command.env("POWERCUT_STOP", notes.to_string()).env("POWERCUT_AIM", aim);
    }

    /// Where a program under the shim reads what is wrong with its disk.
    pub fn listen_for_faults(command: &mut Command, file: &Path) {
        command.env("POWERCUT_FAULT", file);
    }

    /// Whether the diary ends amid unsynced writes to a file.
    pub fn was_writing(&self, file: &Path) -> io::Result<bool> {
        let (diary, inode) = (read_or_nothing(&self.diary)?, fs::metadata(file)?.ino());
        let last = notes(&diary).filter(|note| note.inode == inode).last();
        Ok(last.is_some_and(|note| matches!(note.kind, Kind::Written | Kind::Truncated | Kind::SyncBegan)))
    }
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
        let diary = read_or_nothing(diary)?;
        let mut replay = Replay { cut, chance, pending: BTreeMap::new(), names: vec![], loss: Loss::default() };
        replay.run(&mut self.0, &diary);
        for path in files(folder)? {
            if path.to_string_lossy().ends_with("-shm") {
                fs::remove_file(&path)?;
            } else if let Some(saved) = self.0.get(&fs::metadata(&path)?.ino()) {
                fs::write(&path, saved)?;
            } else {
                return Err(io::Error::other(format!("{} came from nowhere: the shim saw no write", path.display())));
            }
        }
        replay.put_names_back()?;
        Ok(replay.loss)
    }
}

/// The diary, followed to its end.
struct Replay<'a, 'b> {
    cut: Cut,
    chance: &'b mut Chance,
    /// Writes that no sync has saved, and how many of them the sync under way covers.
    pending: BTreeMap<u64, (Vec<Note<'a>>, usize)>,
    /// Names that no sync has saved.
    names: Vec<Name>,
    loss: Loss,
}

/// A name that was changed, and what is to be put back under it.
struct Name {
    old: PathBuf,
    new: Option<PathBuf>,
    image: Option<Vec<u8>>,
}

impl<'a> Replay<'a, '_> {
    fn run(&mut self, disk: &mut BTreeMap<u64, Vec<u8>>, diary: &'a [u8]) {
        for note in notes(diary) {
            let (waiting, covered) = self.pending.entry(note.inode).or_default();
            match note.kind {
                Kind::New => {
                    waiting.clear();
                    *covered = 0;
                    disk.insert(note.inode, vec![]);
                }
                Kind::Written | Kind::Truncated => waiting.push(note),
                Kind::SyncBegan => *covered = waiting.len(),
                Kind::SyncDone if self.cut == Cut::Lie => {}
                Kind::SyncDone => {
                    let file = disk.entry(note.inode).or_default();
                    let saved = std::mem::take(covered).min(waiting.len());
                    waiting.drain(..saved).for_each(|note| apply(file, &note));
                }
                Kind::SyncFailed => {
                    let lost: Vec<Note<'a>> = waiting.drain(..std::mem::take(covered)).collect();
                    let file = disk.entry(note.inode).or_default();
                    lost.iter().for_each(|note| lose(file, note, self.cut, self.chance, &mut self.loss));
                }
                Kind::NamesSynced => self.names.clear(),
                Kind::Renamed => {
                    let (old, new) = note.names();
                    self.names.push(Name { old, new: Some(new), image: disk.get(&note.offset).cloned() });
                }
                Kind::Removed => {
                    let image = disk.get(&note.inode).cloned();
                    self.names.push(Name { old: note.names().0, new: None, image });
                }
            }
        }
        for (inode, (notes, _)) in std::mem::take(&mut self.pending) {
            let file = disk.entry(inode).or_default();
            notes.iter().for_each(|note| lose(file, note, self.cut, self.chance, &mut self.loss));
        }
    }

    /// The last names first, as they came.
    fn put_names_back(&mut self) -> io::Result<()> {
        let all = self.names.len() as u64;
        let lost = if self.cut == Cut::Torn && all > 0 { self.chance.between(0, all + 1) } else { all };
        for _ in 0..lost {
            let Some(name) = self.names.pop() else { break };
            match (&name.new, name.image) {
                (Some(new), image) => {
                    fs::rename(new, &name.old)?;
                    image.map_or(Ok(()), |image| fs::write(new, image))?;
                }
                (None, image) => fs::write(&name.old, image.unwrap_or_default())?,
            }
        }
        self.loss.names_lost += lost;
        Ok(())
    }
}

fn apply(file: &mut Vec<u8>, note: &Note<'_>) {
    if note.kind == Kind::Truncated {
        file.resize(note.at(), 0);
        return;
    }
    let end = note.at() + note.bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[note.at()..end].copy_from_slice(note.bytes);
}

fn lose(file: &mut Vec<u8>, note: &Note<'_>, cut: Cut, chance: &mut Chance, loss: &mut Loss) {
    let mut at = note.at();
    let mut rest = note.bytes;
    if note.kind == Kind::Truncated && cut == Cut::Torn && chance.coin() {
        apply(file, note);
    }
    while !rest.is_empty() {
        let (sector, after) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
        if cut == Cut::Torn && chance.coin() {
            apply(file, &Note { offset: at as u64, bytes: sector, ..*note });
            loss.sectors_kept += 1;
        } else {
            loss.sectors_lost += 1;
        }
        at += sector.len();
        rest = after;
    }
}

fn read_or_nothing(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(vec![]) } else { Err(e) })
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
