//! The shim's diary: what a program did to the files of one folder, note by note.
//!
//! A note that was torn by the program's end is the last one and is left out: nobody was told that it was done.

use std::path::PathBuf;

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// What was done.
    pub kind: Kind,
    /// To which file.
    pub inode: u64,
    /// Where; for [`Kind::Renamed`] the file that had the new name before, or 0.
    pub offset: u64,
    /// The bytes written, or the names.
    pub bytes: &'a [u8],
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The file was made.
    New,
    /// Bytes were written.
    Written,
    /// The file was cut to a length.
    Truncated,
    /// A sync began.
    SyncBegan,
    /// It is done.
    SyncDone,
    /// It failed.
    SyncFailed,
    /// The names of a folder were synced.
    NamesSynced,
    /// The file has another name.
    Renamed,
    /// The file has no name.
    Removed,
}

impl Note<'_> {
    /// The place in the file.
    pub fn at(&self) -> usize {
        usize::try_from(self.offset).unwrap_or(usize::MAX)
    }

    /// The old name and the new one.
    pub fn names(&self) -> (PathBuf, PathBuf) {
        let mut names = self.bytes.split(|byte| *byte == 0).map(|name| String::from_utf8_lossy(name).into_owned());
        (names.next().unwrap_or_default().into(), names.next().unwrap_or_default().into())
    }
}

/// The whole records.
pub fn notes(mut diary: &[u8]) -> impl Iterator<Item = Note<'_>> {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    std::iter::from_fn(move || {
        let (head, rest) = diary.split_at_checked(25)?;
        let length = usize::try_from(number(&head[17..25])).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        diary = rest;
        Some(Note { kind: kind(head[0])?, inode: number(&head[1..9]), offset: number(&head[9..17]), bytes })
    })
}

fn kind(letter: u8) -> Option<Kind> {
    Some(match letter {
        b'N' => Kind::New,
        b'W' => Kind::Written,
        b'T' => Kind::Truncated,
        b'B' => Kind::SyncBegan,
        b'E' => Kind::SyncDone,
        b'F' => Kind::SyncFailed,
        b'D' => Kind::NamesSynced,
        b'R' => Kind::Renamed,
        b'U' => Kind::Removed,
        _ => return None,
    })
}
