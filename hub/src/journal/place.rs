//! Where a journal lies: in a directory of this machine, or on a disk that SQLite reaches through another VFS.
//!
//! Everything but the way to the file is the same code for both, so what a simulated disk does to a journal is what a
//! real one would do. Deliberately absent: paths that are URIs, by which a folder's name could choose a VFS.

use super::{OpenError, lock::Lock, migrate, store};
use rusqlite::{Connection, OpenFlags};
use std::{fs, path::PathBuf};

/// Where a journal lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the hall's directory; made if missing, locked while the journal is open.
    Directory(PathBuf),
    /// A file of a VFS that is registered with SQLite. One machine has one hub there, so nothing is locked, and the
    /// newest shape is made in the file itself.
    Vfs {
        /// The file's name for the VFS.
        file: PathBuf,
        /// The VFS's name for SQLite.
        vfs: &'static str,
    },
}

impl From<PathBuf> for Place {
    fn from(dir: PathBuf) -> Place {
        Place::Directory(dir)
    }
}

impl Place {
    /// The journal's file.
    pub fn file(&self) -> PathBuf {
        match self {
            Place::Directory(dir) => dir.join(store::FILE_NAME),
            Place::Vfs { file, .. } => file.clone(),
        }
    }

    /// Opens the file.
    pub(super) fn connect(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match self {
            Place::Directory(_) => Connection::open_with_flags(self.file(), flags),
            Place::Vfs { file, vfs } => Connection::open_with_flags_and_vfs(file, flags, *vfs),
        }
    }

    /// Makes the place, keeps other hubs out for as long as the lock lives, and brings the file to the newest shape.
    pub(super) fn prepare(&self) -> Result<Option<Lock>, OpenError> {
        match self {
            Place::Directory(dir) => {
                fs::create_dir_all(dir).map_err(|e| OpenError::io(dir, e))?;
                let lock = Lock::take(dir)?;
                lock.settle(&self.file())?;
                migrate::bring_up_to_date(dir, &self.file())?;
                store::make_room_for_log(&self.file());
                Ok(Some(lock))
            }
            Place::Vfs { file, .. } => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
                let mut conn = self.connect(flags).map_err(|e| OpenError::of_database(file, e))?;
                migrate::bring_in_place(&mut conn, file)?;
                Ok(None)
            }
        }
    }
}
