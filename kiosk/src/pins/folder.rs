//! Wires that are files, so that a test or a person can press a key without a soldering iron.
//!
//! `FOLDER/next` holds one word: `on` while the key is down, `off` while it is up, `press` to have it pressed once and
//! read `off` when that is done. So do `presence` and `tamper`. The kiosk writes `on` or `off` into `lamp` and
//! `printer-power`. A missing file is off; a word that means nothing changes nothing.

use super::{Edge, Level, Line, Lines, Looked, next_of, wiring::Way};
use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Instant,
};

const WORD_BYTES_MAX: u64 = 32;
/// How often the files are read.
const TICK_MS: u64 = 20;
/// How long a `press` lasts.
const PRESS_MS: u64 = 100;

/// A folder of wires.
#[derive(Debug)]
pub struct FolderLines {
    dir: PathBuf,
    start: Instant,
    inputs: BTreeMap<Line, Finger>,
    found: VecDeque<Edge>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Finger {
    level: Level,
    press: Press,
}

/// The word `press`, which is one press however long it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    None,
    /// Until then.
    Until(u64),
    /// Over, and the word has not gone yet.
    Over,
}

impl FolderLines {
    /// Uses a folder, which is made if it is missing.
    pub fn new(dir: &Path, lines: &[Line]) -> io::Result<FolderLines> {
        fs::create_dir_all(dir)?;
        let rest = Finger { level: Level::Off, press: Press::None };
        let inputs = lines.iter().filter(|line| line.way() == Way::In).map(|line| (*line, rest)).collect();
        Ok(FolderLines { dir: dir.to_owned(), start: Instant::now(), inputs, found: VecDeque::new() })
    }
}

impl Looked for FolderLines {
    const TICK_MS: u64 = TICK_MS;

    fn look(&mut self) {
        let ms = self.now_ms();
        for (line, finger) in &mut self.inputs {
            let path = self.dir.join(line.name());
            let word = word(&path);
            let level = match (finger.press, word.as_str()) {
                (Press::Until(lifts_ms), _) if ms < lifts_ms => Level::On,
                (Press::Until(_), _) => {
                    // Whoever waits for the end of the press waits for this word.
                    if let Err(error) = write(&path, "off") {
                        tracing::warn!(%error, %line, "the line {line} cannot be let go");
                    }
                    finger.press = Press::Over;
                    Level::Off
                }
                (Press::Over, "press") => Level::Off,
                (Press::None, "press") => {
                    finger.press = Press::Until(ms + PRESS_MS);
                    Level::On
                }
                (Press::None | Press::Over, "on") => Level::On,
                (Press::None | Press::Over, "off" | "") => Level::Off,
                (Press::None | Press::Over, _) => finger.level,
            };
            if finger.press == Press::Over && word != "press" {
                finger.press = Press::None;
            }
            if level != finger.level {
                finger.level = level;
                self.found.push_back(Edge { ms, line: *line, level });
            }
        }
    }

    fn found(&mut self) -> &mut VecDeque<Edge> {
        &mut self.found
    }
}

impl Lines for FolderLines {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn set(&mut self, line: Line, level: Level) {
        let word = match level {
            Level::On => "on",
            Level::Off => "off",
        };
        if let Err(error) = write(&self.dir.join(line.name()), word) {
            tracing::warn!(%error, %line, "the line {line} cannot be set");
        }
    }

    fn next(&mut self, until_ms: u64) -> Option<Edge> {
        next_of(self, until_ms)
    }
}

fn word(path: &Path) -> String {
    let mut word = String::new();
    // A file that is missing or is being written is off, as a wire that is not there.
    let read = File::open(path).and_then(|file| file.take(WORD_BYTES_MAX).read_to_string(&mut word));
    if read.is_err() {
        return String::new();
    }
    word.trim().to_owned()
}

fn write(path: &Path, word: &str) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, format!("{word}\n"))?;
    fs::rename(&part, path)
}
