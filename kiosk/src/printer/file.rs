//! A printer whose paper is a folder and whose condition is a word in a file, so that a test or a person can jam it.
//!
//! `condition` in the folder holds one word: `ready`, `paper-low`, `paper-out`, `cover-open`, `jammed`, `broken`, `silent`,
//! `jam-mid-print`, which spoils the next ticket half-way, or `jam-at-cut`, which spoils nothing; both then read `jammed`
//! until somebody writes `ready`. Without the file the printer is ready. A ticket is `NUMBER-TICKETID.png` (one bit per dot), `.escpos` (the bytes) and `.txt`
//! (its lines); a copy of one that is there has `.copy` before its ending. The PNG appears last and at once, so a PNG is a
//! whole paper.

use super::{
    Begun, Device, Evidence, Impression, Progress, Unsent,
    status::{COVER_OPEN, CUTTER_OR_JAM, FIXED, NEAR_END, PAPER_END, Query, UNRECOVERABLE},
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
    JamAtCut,
    Jammed,
    Broken,
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
            "jam-at-cut" => State::JamAtCut,
            "jammed" => State::Jammed,
            "broken" => State::Broken,
            _ => State::Silent,
        }
    }

    fn path(&self, job: &Impression<'_>, ending: &str) -> PathBuf {
        self.dir.join(format!("{}-{}{ending}", job.name, job.id))
    }

    fn spoil(&self, job: &Impression<'_>) -> io::Result<()> {
        let half = job.raster.upper(job.raster.height() / 2).png().map_err(io::Error::other)?;
        write_whole(&self.path(job, ".spoilt.png"), &half)?;
        self.jam()
    }

    fn print(&self, job: &Impression<'_>) -> io::Result<()> {
        match self.state() {
            State::JamMidPrint => return self.spoil(job),
            State::PaperOut | State::CoverOpen | State::Jammed | State::Broken => return Ok(()),
            State::Silent => return Err(io::ErrorKind::TimedOut.into()),
            State::Ready | State::PaperLow | State::JamAtCut => {}
        }
        // A copy of a paper that is out lies beside it.
        let copy = if self.path(job, ".png").exists() { ".copy" } else { "" };
        let path = |ending| self.path(job, &format!("{copy}.{ending}"));
        write_whole(&path("txt"), job.lines.join("\n").as_bytes())?;
        write_whole(&path("escpos"), job.bytes)?;
        write_whole(&path("png"), &job.raster.png().map_err(io::Error::other)?)?;
        if self.state() == State::JamAtCut { self.jam() } else { Ok(()) }
    }

    fn jam(&self) -> io::Result<()> {
        write_whole(&self.dir.join(CONDITION), b"jammed\n")
    }
}

impl Device for FilePrinter {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        let bits = match (query, self.state()) {
            (_, State::Silent) => return Err(io::ErrorKind::TimedOut.into()),
            (Query::Offline, State::CoverOpen) => COVER_OPEN,
            (Query::Error, State::Jammed) => CUTTER_OR_JAM,
            (Query::Error, State::Broken) => UNRECOVERABLE,
            (Query::Paper, State::PaperLow) => NEAR_END,
            (Query::Paper, State::PaperOut) => NEAR_END | PAPER_END,
            (Query::Offline | Query::Error | Query::Paper, _) => 0,
        };
        Ok(FIXED | bits)
    }

    fn send(&mut self, job: &Impression<'_>) -> Result<(), Unsent> {
        self.print(job).map_err(|source| Unsent { begun: Begun::Nothing, source })
    }

    /// A folder prints at once.
    fn progress(&mut self) -> Progress {
        match self.state() {
            State::Jammed | State::Broken | State::PaperOut | State::CoverOpen => Progress::Printing,
            State::Ready | State::PaperLow | State::JamMidPrint | State::JamAtCut | State::Silent => Progress::Done,
        }
    }

    /// A folder holds nothing back.
    fn discard(&mut self) {}

    /// Half a paper is a paper: the number can be read.
    fn evidence(&mut self, ticket: Uuid) -> Evidence {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Evidence::None };
        let papers = ["png", "spoilt.png"].map(|ending| format!("-{ticket}.{ending}"));
        let is_paper = |name: &str| papers.iter().any(|paper| name.ends_with(paper));
        let out = entries.flatten().any(|entry| is_paper(&entry.file_name().to_string_lossy()));
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
