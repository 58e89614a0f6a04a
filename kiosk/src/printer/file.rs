//! A printer whose paper is a folder and whose condition is a word in a file, so that a test or a person can jam it.
//!
//! `condition` in the folder holds one word: `ready`, `paper-low`, `paper-out`, `cover-open`, `jammed`, `silent`, or
//! `jam-mid-print`, which spoils the next ticket half-way and then reads `jammed` until somebody writes `ready`. Without
//! the file the printer is ready. A ticket is `NUMBER-TICKETID.png` (one bit per dot), `.escpos` (the bytes) and `.txt`
//! (its lines); the PNG appears last and at once, so a PNG is a whole paper.

use super::{
    Device, Evidence, Sheet,
    status::{COVER_OPEN, CUTTER_OR_JAM, FIXED, NEAR_END, PAPER_END, Query},
};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use uuid::Uuid;

const CONDITION: &str = "condition";
const WORD_BYTES_MAX: u64 = 32;

/// A folder that prints.
#[derive(Debug)]
pub struct FilePrinter {
    dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    PaperLow,
    PaperOut,
    CoverOpen,
    JamMidPrint,
    Jammed,
    Silent,
}

impl FilePrinter {
    /// Uses a folder, which is made if it is missing.
    pub fn new(dir: &Path) -> io::Result<FilePrinter> {
        fs::create_dir_all(dir)?;
        Ok(FilePrinter { dir: dir.to_owned() })
    }

    fn state(&self) -> State {
        let mut word = String::new();
        match File::open(self.dir.join(CONDITION)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return State::Ready,
            Err(_) => return State::Silent,
            Ok(file) => {
                if file.take(WORD_BYTES_MAX).read_to_string(&mut word).is_err() {
                    return State::Silent;
                }
            }
        }
        match word.trim() {
            "ready" | "" => State::Ready,
            "paper-low" => State::PaperLow,
            "paper-out" => State::PaperOut,
            "cover-open" => State::CoverOpen,
            "jam-mid-print" => State::JamMidPrint,
            "jammed" => State::Jammed,
            _ => State::Silent,
        }
    }

    fn path(&self, sheet: &Sheet<'_>, ending: &str) -> PathBuf {
        self.dir.join(format!("{}-{}.{ending}", sheet.number, sheet.ticket))
    }

    fn spoil(&self, sheet: &Sheet<'_>) -> io::Result<()> {
        let half = sheet.raster.upper(sheet.raster.height() / 2).png().map_err(io::Error::other)?;
        write_whole(&self.path(sheet, "spoilt.png"), &half)?;
        write_whole(&self.dir.join(CONDITION), b"jammed\n")
    }
}

impl Device for FilePrinter {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        let bits = match (query, self.state()) {
            (_, State::Silent) => return Err(io::ErrorKind::TimedOut.into()),
            (Query::Offline, State::CoverOpen) => COVER_OPEN,
            (Query::Error, State::Jammed) => CUTTER_OR_JAM,
            (Query::Paper, State::PaperLow) => NEAR_END,
            (Query::Paper, State::PaperOut) => NEAR_END | PAPER_END,
            (Query::Offline | Query::Error | Query::Paper, _) => 0,
        };
        Ok(FIXED | bits)
    }

    fn send(&mut self, sheet: &Sheet<'_>) -> io::Result<()> {
        match self.state() {
            State::JamMidPrint => return self.spoil(sheet),
            State::PaperOut | State::CoverOpen | State::Jammed => return Ok(()),
            State::Silent => return Err(io::ErrorKind::TimedOut.into()),
            State::Ready | State::PaperLow => {}
        }
        write_whole(&self.path(sheet, "txt"), sheet.lines.join("\n").as_bytes())?;
        write_whole(&self.path(sheet, "escpos"), sheet.bytes)?;
        write_whole(&self.path(sheet, "png"), &sheet.raster.png().map_err(io::Error::other)?)
    }

    fn evidence(&mut self, ticket: Uuid) -> Evidence {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Evidence::None };
        let whole = format!("-{ticket}.png");
        let out = entries.flatten().any(|entry| entry.file_name().to_string_lossy().ends_with(&whole));
        if out { Evidence::Out } else { Evidence::NotOut }
    }
}

/// Whole or not at all, also when the power goes.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}
