//! A screen of its own for a real window: Xvfb, whose frame buffer is a file that the test reads.
//!
//! No screenshot tool and no window manager: the frame buffer is an XWD picture, and its header says where the dots are.

use crate::hall::PATIENCE;
use std::{
    fs, io,
    io::{BufRead, BufReader},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// How often a condition is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A running X server.
#[derive(Debug)]
pub struct Screen {
    server: Child,
    frame: PathBuf,
    /// The value of `DISPLAY`.
    pub display: String,
}

/// What a screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Dots across.
    pub width: usize,
    /// Dots down.
    pub height: usize,
    /// Red, green, blue, row by row.
    pub dots: Vec<[u8; 3]>,
}

impl Screen {
    /// Starts a server with one screen; its frame buffer lies in `folder`.
    pub fn open(folder: &Path, width: u32, height: u32) -> io::Result<Screen> {
        fs::create_dir_all(folder)?;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24"), "-fbdir"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = server.stdout.take().ok_or_else(|| io::Error::other("the X server has no output"))?;
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number)?;
        let display = format!(":{}", number.trim());
        Ok(Screen { server, frame: folder.join("Xvfb_screen0"), display })
    }

    /// What it shows now.
    pub fn picture(&self) -> io::Result<Picture> {
        picture(&fs::read(&self.frame)?).ok_or_else(|| io::Error::other("not an XWD picture"))
    }

    /// Some rows as they lie in its memory: quick to read.
    pub fn rows(&self, wanted: &[usize]) -> io::Result<Vec<u8>> {
        let file = fs::File::open(&self.frame)?;
        let mut head = [0; 100];
        file.read_exact_at(&mut head, 0)?;
        let word = |at: usize| u32::from_be_bytes([head[at * 4], head[at * 4 + 1], head[at * 4 + 2], head[at * 4 + 3]]);
        let (start, stride) = (u64::from(word(0)) + u64::from(word(19)) * 12, u64::from(word(12)));
        let mut rows = vec![0; wanted.len() * word(12) as usize];
        for (row, y) in rows.chunks_exact_mut(word(12) as usize).zip(wanted) {
            file.read_exact_at(row, start + stride * *y as u64)?;
        }
        Ok(rows)
    }

    /// Waits until it shows something that fits.
    pub fn shows(&self, what: &str, fits: impl Fn(&Picture) -> bool) -> io::Result<Picture> {
        until(what, || Ok(Some(self.picture()?).filter(&fits)))
    }

    /// Presses a key or clicks, as `xdotool` says it.
    pub fn press(&self, words: &[&str]) -> io::Result<()> {
        let status = Command::new("xdotool").env("DISPLAY", &self.display).args(words).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("xdotool {words:?}: {status}"))) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Picture {
    /// How many different colours.
    pub fn colours(&self) -> usize {
        let mut all = self.dots.clone();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    /// How many dots are about of a colour.
    pub fn dots_near(&self, colour: [u8; 3]) -> usize {
        let near = |dot: &&[u8; 3]| dot.iter().zip(colour).all(|(have, wanted)| have.abs_diff(wanted) <= 12);
        self.dots.iter().filter(near).count()
    }

    /// Keeps it as a PNG for a person to look at.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let size = |n: usize| u32::try_from(n).map_err(io::Error::other);
        let mut encoder = png::Encoder::new(fs::File::create(path)?, size(self.width)?, size(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().map_err(io::Error::other)?;
        writer.write_image_data(self.dots.as_flattened()).map_err(io::Error::other)
    }
}

/// Waits until something is there, looking again and again, with patience that ends.
pub fn until<T>(what: &str, mut look: impl FnMut() -> io::Result<Option<T>>) -> io::Result<T> {
    let began = Instant::now();
    // Nobody ever sends: receiving is how to pause between two looks.
    let (_alive, pause) = mpsc::channel::<()>();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if began.elapsed() > PATIENCE {
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("never: {what}")));
        }
        let _ = pause.recv_timeout(LOOK_EVERY);
    }
}

/// An XWD picture of 32 bits a dot, as Xvfb keeps it.
fn picture(bytes: &[u8]) -> Option<Picture> {
    let word = |at: usize| -> Option<usize> {
        let four: [u8; 4] = bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(four)).ok()
    };
    let (header, width, height, stride, colours) = (word(0)?, word(4)?, word(5)?, word(12)?, word(19)?);
    if word(11)? != 32 {
        return None;
    }
    let start = header + colours * 12;
    let mut dots = Vec::with_capacity(width * height);
    for row in bytes.get(start..start + stride * height)?.chunks_exact(stride) {
        dots.extend(row.chunks_exact(4).take(width).map(|dot| [dot[2], dot[1], dot[0]]));
    }
    Some(Picture { width, height, dots })
}
