//! Files: what they are is read from their first and last bytes, never taken from their name.
//!
//! A file from a stranger's USB stick is opened by somebody at the office. Absent on purpose: rendering, and a look
//! inside a PDF; the office's machine opens it fenced in. A picture cut short is found for PNG and PDF, which say
//! where they end; cameras write what they like after the end of a JPEG.

use crate::{
    answer::Attached,
    fault::{Code, Param},
    form::hex,
    text,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// All files of an application together.
pub const FILES_BYTES_MAX: u64 = 20 << 20;
/// The letters of a file's name.
pub(crate) const NAME_CHARS_MAX: usize = 120;
/// Within so many last bytes a PDF says that it ends.
const PDF_TAIL_BYTES: usize = 1024;

/// What a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Media {
    /// PDF.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
}

impl Media {
    /// All.
    pub const ALL: [Media; 3] = [Media::Pdf, Media::Jpeg, Media::Png];

    /// As HTTP names it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Media::Pdf => "application/pdf",
            Media::Jpeg => "image/jpeg",
            Media::Png => "image/png",
        }
    }

    /// How names of such files end.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Media::Pdf => &["pdf"],
            Media::Jpeg => &["jpg", "jpeg"],
            Media::Png => &["png"],
        }
    }

    fn of(bytes: &[u8]) -> Option<Media> {
        Media::ALL.into_iter().find(|media| bytes.starts_with(media.head()))
    }

    const fn head(self) -> &'static [u8] {
        match self {
            Media::Pdf => b"%PDF-",
            Media::Jpeg => &[0xff, 0xd8, 0xff],
            Media::Png => b"\x89PNG\r\n\x1a\n",
        }
    }

    fn ends(self, bytes: &[u8]) -> bool {
        match self {
            Media::Pdf => {
                let tail = &bytes[bytes.len().saturating_sub(PDF_TAIL_BYTES)..];
                tail.windows(5).any(|window| window == b"%%EOF")
            }
            Media::Png => bytes.ends_with(b"IEND\xaeB\x60\x82"),
            Media::Jpeg => true,
        }
    }
}

/// Looks at a file that somebody attaches: what travels of it if it is sound, else what is wrong.
pub fn inspect(name: &str, bytes: &[u8], (accept, bytes_max): (&[Media], u64)) -> Result<Attached, (Code, Vec<Param>)> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err((Code::FileEmpty, vec![]));
    }
    if size > bytes_max {
        return Err((Code::FileLarge, vec![("max", (bytes_max >> 20).to_string())]));
    }
    let media = Media::of(bytes).filter(|media| accept.contains(media)).ok_or((Code::FileKind, vec![]))?;
    let name = file_name(name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !media.endings().iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return Err((Code::FileName, vec![]));
    }
    if !media.ends(bytes) {
        return Err((Code::FileCutShort, vec![]));
    }
    Ok(Attached { name, media, size, sha256: hex(&Sha256::digest(bytes)) })
}

/// A file's name without its folders and signs that file systems refuse, its ending kept.
pub(crate) fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().map(|c| if "<>:\"|?*".contains(c) { ' ' } else { c }).collect();
    let plain = text::line(&plain);
    if plain.chars().count() <= NAME_CHARS_MAX {
        return plain;
    }
    let (stem, ending) = plain.rsplit_once('.').unwrap_or((&plain, ""));
    let ending: String = ending.chars().take(8).collect();
    let stem: String = stem.chars().take(NAME_CHARS_MAX - 9).collect();
    format!("{}.{ending}", stem.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xaeB\x60\x82";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0....";

    fn looked(name: &str, bytes: &[u8]) -> Result<Media, Code> {
        inspect(name, bytes, (&Media::ALL, 1 << 20)).map(|sound| sound.media).map_err(|(code, _)| code)
    }

    #[test]
    fn the_bytes_say_what_a_file_is() {
        assert_eq!(looked("ariza.pdf", PDF), Ok(Media::Pdf));
        assert_eq!(looked("rasm.PNG", PNG), Ok(Media::Png));
        assert_eq!(looked("DSC_1.JPG", JPEG), Ok(Media::Jpeg));
        assert_eq!(looked("ariza.pdf", b"MZ\x90\0"), Err(Code::FileKind), "a program under another name");
        assert_eq!(looked("ariza.pdf.exe", PDF), Err(Code::FileName));
        assert_eq!(looked("ariza.png", PDF), Err(Code::FileName));
        assert_eq!(looked("ariza", PDF), Err(Code::FileName));
        assert_eq!(looked("ariza.pdf", b""), Err(Code::FileEmpty));
        assert_eq!(looked("ariza.pdf", &PDF[..20]), Err(Code::FileCutShort));
        assert_eq!(looked("rasm.png", &PNG[..20]), Err(Code::FileCutShort));
        assert_eq!(inspect("a.pdf", PDF, (&[Media::Png], 1 << 20)).unwrap_err().0, Code::FileKind);
        let large = inspect("a.pdf", PDF, (&Media::ALL, 10)).unwrap_err();
        assert_eq!(large.0, Code::FileLarge);
    }

    #[test]
    fn what_travels_of_a_file_is_its_size_and_hash() {
        let sound = inspect("C:\\Users\\a\\ariza.pdf", PDF, (&Media::ALL, 1 << 20)).unwrap();
        assert_eq!((sound.name.as_str(), sound.size), ("ariza.pdf", PDF.len() as u64));
        assert_eq!(sound.sha256, hex(&Sha256::digest(PDF)));
    }

    #[test]
    fn a_name_has_no_folders_no_marks_and_a_bounded_length() {
        assert_eq!(file_name("../../etc/passwd.pdf"), "passwd.pdf");
        assert_eq!(file_name("a\u{202e}fdp.exe.pdf"), "afdp.exe.pdf");
        let long = file_name(&format!("{}.jpeg", "я".repeat(500)));
        assert!(long.chars().count() <= NAME_CHARS_MAX && long.ends_with(".jpeg"));
        assert_eq!(file_name(&long), long);
    }
}
