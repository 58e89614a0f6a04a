//! What a document camera or a USB stick offers: a folder that holds its files, listed by name and size and read bounded.
//!
//! Whoever stands at the kiosk may have brought the stick, so names, sizes and bytes are a stranger's: only plain files of
//! the folder itself are seen, no link is followed, and what a file is is read from its bytes (`forms::inspect`).
//! Deliberately absent: mounting, which is systemd's; pictures of the pages.

use crate::session::{Document, Offered, OnOffer};
use forms::{Code, FILES_BYTES_MAX, Media, Param};
use std::{
    cmp::Reverse,
    fs,
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
    time::SystemTime,
};
use zeroize::Zeroizing;

/// Entries of a folder that are looked at: a full stick must not hold up a visitor.
const ENTRIES_MAX: usize = 2_000;
/// Files that are offered, the newest first: what the camera has just made is on top.
pub const OFFERED_MAX: usize = 40;
/// The bytes of a name: a file system's own bound.
const NAME_BYTES_MAX: usize = 255;

/// Lists what may be attached.
pub fn list(folder: Option<&Path>) -> Offered {
    let Some(folder) = folder else { return Offered::Nowhere };
    // A stick that is not there is a folder that is not there, or an empty one.
    let Ok(entries) = fs::read_dir(folder) else { return Offered::Files(Vec::new()) };
    let mut found: Vec<(Reverse<SystemTime>, OnOffer)> =
        entries.take(ENTRIES_MAX).filter_map(|entry| entry.ok().and_then(|entry| offer(&entry))).collect();
    found.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Offered::Files(found.into_iter().take(OFFERED_MAX).map(|(_, file)| file).collect())
}

/// Reads one of them.
pub fn take(folder: &Path, name: &str, (accept, bytes_max): (&[Media], u64)) -> Result<Document, (Code, Vec<Param>)> {
    let bytes = read(folder, name, bytes_max.min(FILES_BYTES_MAX)).map_err(|error| {
        tracing::warn!(%error, "a file that was to be attached cannot be read");
        (Code::FileCutShort, Vec::new())
    })?;
    let what = forms::inspect(name, &bytes, (accept, bytes_max))?;
    Ok(Document { what, bytes: Arc::new(bytes) })
}

fn offer(entry: &fs::DirEntry) -> Option<(Reverse<SystemTime>, OnOffer)> {
    let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
    let (_, ending) = name.rsplit_once('.')?;
    let known = Media::ALL.iter().flat_map(|media| media.endings()).any(|known| ending.eq_ignore_ascii_case(known));
    // Of the entry itself, not of what a link leads to.
    let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let made = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    (known && name.len() <= NAME_BYTES_MAX).then_some((Reverse(made), OnOffer { name, size: about.len() }))
}

/// At most one byte more than is taken: `forms` says that it is too much.
fn read(folder: &Path, name: &str, bytes_max: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    if name.contains(['/', '\\', '\0']) || name.starts_with('.') || name.len() > NAME_BYTES_MAX {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(|_| io::ErrorKind::Unsupported)?;
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(folder.join(name))?;
    let size = file
        .metadata()
        .and_then(|about| if about.is_file() { Ok(about.len()) } else { Err(io::ErrorKind::InvalidInput.into()) })?;
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let room = usize::try_from(size.min(bytes_max) + 2).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kiosk-documents-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("inside")).unwrap();
        folder
    }

    fn names(offered: Offered) -> Vec<String> {
        let Offered::Files(files) = offered else { panic!("{offered:?}") };
        files.into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn only_plain_files_of_the_folder_are_offered() {
        let folder = folder("list");
        for name in ["ariza.pdf", "rasm.JPG", ".hidden.pdf", "virus.exe", "noending", "inside/deep.pdf"] {
            fs::write(folder.join(name), PDF).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.join("link.pdf")).unwrap();
        fs::create_dir(folder.join("folder.pdf")).unwrap();
        let mut offered = names(list(Some(&folder)));
        offered.sort();
        assert_eq!(offered, ["ariza.pdf", "rasm.JPG"]);
        assert_eq!(list(None), Offered::Nowhere);
        assert_eq!(list(Some(&folder.join("gone"))), Offered::Files(vec![]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_is_read_bounded_and_never_through_a_link() {
        let folder = folder("take");
        fs::write(folder.join("ariza.pdf"), PDF).unwrap();
        fs::write(folder.join("large.pdf"), [PDF, &vec![b' '; 2 << 20]].concat()).unwrap();
        std::os::unix::fs::symlink(folder.join("ariza.pdf"), folder.join("link.pdf")).unwrap();
        let take = |name: &str| take(&folder, name, (&Media::ALL, 1 << 20)).map_err(|(code, _)| code);
        let document = take("ariza.pdf").unwrap();
        assert_eq!((document.what.size, document.bytes.as_slice()), (PDF.len() as u64, PDF));
        assert_eq!(take("large.pdf").unwrap_err(), Code::FileLarge);
        for refused in ["link.pdf", "../take/ariza.pdf", "inside", "none.pdf", ".hidden.pdf", ""] {
            assert_eq!(take(refused).unwrap_err(), Code::FileCutShort, "{refused}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_full_stick_is_bounded() {
        let folder = folder("full");
        for nth in 0..OFFERED_MAX + 10 {
            fs::write(folder.join(format!("{nth:03}.png")), b"x").unwrap();
        }
        assert_eq!(names(list(Some(&folder))).len(), OFFERED_MAX);
        fs::remove_dir_all(folder).unwrap();
    }
}
