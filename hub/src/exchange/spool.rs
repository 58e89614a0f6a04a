//! The office reached through a folder: a USB stick, protected mail, a courier with a disk.
//!
//! `out/` is what goes, `ack/` are receipts that came for it, `in/` is what the office wrote, `taken/` names what of it is
//! kept here, `err/` is what could not be read. A file appears whole or not at all: it is written beside its name, synced and renamed. The containers are
//! the same bytes as over HTTPS, and a folder that was carried twice does nothing twice.

use applications::{Answer, Parcel};
use hhx::{
    container::EXTENSION,
    receipt::{Delivered, Problem},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// What a hall reads from the folder at most in one file.
const FILE_BYTES_MAX: u64 = 110 * 1024 * 1024;

/// Makes the five folders.
pub(super) fn prepare(folder: &Path) -> io::Result<()> {
    ["out", "in", "ack", "taken", "err"].iter().try_for_each(|name| fs::create_dir_all(folder.join(name)))
}

/// Puts a parcel out, if it is not out already.
pub(super) fn put(folder: &Path, parcel: &Parcel) -> io::Result<()> {
    let path = folder.join("out").join(format!("{}.{EXTENSION}", parcel.id));
    if same(&path, &parcel.container)? { Ok(()) } else { write(&path, &parcel.container) }
}

/// The answer that came for a consignment, if one did.
pub(super) fn answer(folder: &Path, id: Uuid) -> io::Result<Option<Answer>> {
    let Some(bytes) = read(&folder.join("ack").join(format!("{id}.json")))? else { return Ok(None) };
    if let Ok(receipt) = serde_json::from_slice::<Delivered>(&bytes) {
        return Ok(Some(Answer::Taken(receipt)));
    }
    Ok(serde_json::from_slice::<Problem>(&bytes).ok().map(Answer::Not))
}

/// Takes away what the office has: the parcel and its receipt.
pub(super) fn done(folder: &Path, id: Uuid) -> io::Result<()> {
    for path in [format!("out/{id}.{EXTENSION}"), format!("ack/{id}.json")] {
        remove(&folder.join(path))?;
    }
    Ok(())
}

/// What came from the office, by name.
pub(super) fn came(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("in"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == EXTENSION) {
            names.push(path);
        }
    }
    names.sort();
    let mut all = Vec::new();
    for path in names.into_iter().take(50) {
        all.extend(read(&path)?.map(|bytes| (path, bytes)));
    }
    Ok(all)
}

/// Takes away what was kept, and leaves its name for the office: it need not lay it out again.
pub(super) fn kept(folder: &Path, path: &Path) -> io::Result<()> {
    let name = Path::new(path.file_stem().unwrap_or_default()).with_extension("taken");
    write(&folder.join("taken").join(name), &[])?;
    remove(path)
}

/// Puts aside what could not be read, for a person.
pub(super) fn set_aside(folder: &Path, path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default();
    fs::rename(path, folder.join("err").join(name))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn same(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let length = bytes.len() as u64;
    match fs::metadata(path) {
        Ok(found) if found.len() == length => Ok(read(path)?.as_deref() == Some(bytes)),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(found) if found.len() > FILE_BYTES_MAX => Ok(None),
        Ok(_) => fs::read(path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("tmp");
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
