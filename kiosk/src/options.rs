//! How the program is started: flags, or a TOML file with the same names, flags first.

use crate::{
    bare::Allow,
    clock::Pace,
    keys::KeyMap,
    paper::Width,
    pins::{self, By, Wiring, WrongWiring},
    printer::Address,
};
use clap::Parser;
use serde::Deserialize;
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    str::FromStr,
};

/// A configuration is a few lines.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The touchscreen of a hall.
#[derive(Parser)]
#[command(name = "kiosk", version, about)]
pub struct Flags {
    /// A TOML file with these names.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The hub, as http://hub.local:8480
    #[arg(long)]
    hub: Option<String>,
    /// This kiosk's token, given when it was paired; better in NAVBAT_TOKEN or the file, where no list of processes
    /// shows it.
    #[arg(long)]
    token: Option<String>,
    /// The folder of the kiosk's journal.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The printer: tcp:HOST[:PORT], usb:/dev/usb/lpN, serial:/dev/ttyX[:BAUD] or file:FOLDER; a folder `paper` beside the
    /// journal if missing
    #[arg(long)]
    printer: Option<Address>,
    /// The paper's width in millimetres: 80 or 58
    #[arg(long)]
    paper: Option<Paper>,
    /// The hub's address for visitors' phones, if it differs.
    #[arg(long)]
    pages: Option<String>,
    /// The window's size in design pixels, as 1080x1920
    #[arg(long)]
    size: Option<Size>,
    /// Screen pixels per design pixel, so that a portrait kiosk fits on a laptop: 0.45
    #[arg(long, value_parser = zoom)]
    zoom: Option<f32>,
    /// The window on the whole screen.
    #[arg(long)]
    fullscreen: bool,
    /// The device's id, for the log.
    #[arg(long)]
    device_id: Option<String>,
    /// Who knows the levels of the kiosk's wires: pi, file:FOLDER or none
    #[arg(long)]
    pins: Option<By>,
    /// Folders of recordings for the audio mode, the best first; none if missing.
    #[arg(long, value_name = "FOLDER")]
    voice: Vec<PathBuf>,
    /// The loudspeaker or headphones, as ALSA calls it: default
    #[arg(long, value_name = "DEVICE")]
    sound: Option<String>,
    /// A folder that holds what a document camera or a visitor's USB stick offers; without one nothing can be attached.
    #[arg(long, value_name = "FOLDER")]
    documents: Option<PathBuf>,
    /// No window: takes taps as lines from a file, or from - (standard input), and prints what the screen shows.
    #[arg(long, value_name = "FILE")]
    pub autopilot: Option<PathBuf>,
    /// With --autopilot: the window all the same, for whoever looks on.
    #[arg(long, requires = "autopilot")]
    pub with_window: bool,
    /// For proofs: clocks that run faster since a moment, as SINCE_MS:TIMES.
    #[arg(long, hide = true)]
    pub pace: Option<Pace>,
}

/// The same in a file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    hub: Option<String>,
    token: Option<String>,
    data: Option<PathBuf>,
    printer: Option<Address>,
    paper: Option<Paper>,
    pages: Option<String>,
    size: Option<Size>,
    zoom: Option<f32>,
    fullscreen: Option<bool>,
    device_id: Option<String>,
    #[serde(default)]
    voice: Vec<PathBuf>,
    sound: Option<String>,
    documents: Option<PathBuf>,
    #[serde(default)]
    pins: pins::Written,
    #[serde(default)]
    keys: KeyMap,
    #[serde(default)]
    input: Heard,
}

/// Who may speak on the bare screen, besides touchscreens.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Heard {
    #[serde(default)]
    allow: Vec<Allow>,
}

/// What the program runs with.
#[derive(Clone, PartialEq)]
pub struct Options {
    /// The hub's address.
    pub hub: String,
    /// This kiosk's token.
    pub token: String,
    /// The folder of the journal.
    pub data: PathBuf,
    /// The printer.
    pub printer: Address,
    /// The paper.
    pub paper: Paper,
    /// The hub's address on a visitor's phone.
    pub pages: String,
    /// The window.
    pub window: Frame,
    /// Screen pixels per design pixel.
    pub zoom: f32,
    /// The device's id.
    pub device_id: String,
    /// The kiosk's wires.
    pub pins: Wiring,
    /// What a keypad types.
    pub keys: KeyMap,
    /// The keypads that are heard on the bare screen.
    pub allowed: Vec<Allow>,
    /// Folders of recordings.
    pub voice: Vec<PathBuf>,
    /// The loudspeaker.
    pub sound: String,
    /// What can be attached to an application.
    pub documents: Option<PathBuf>,
}

/// How the window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// On the whole screen.
    Whole,
    /// With this size.
    Sized(Size),
}

/// A paper's width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Paper(pub Width);

/// A window's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Size {
    /// Across.
    pub width: u16,
    /// Down.
    pub height: u16,
}

/// What is wrong with how the program was started.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The file cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {why}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where and what.
        why: String,
    },
    /// The wires make no sense.
    #[error(transparent)]
    Pins(#[from] WrongWiring),
    /// Neither flag nor line.
    #[error("--{0} is missing, and so is `{0}` in the configuration")]
    Missing(&'static str),
}

impl Flags {
    /// Flags, environment and file together, in this order.
    pub fn options(self, token: Option<String>) -> Result<Options, OptionsError> {
        let written = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let missing = OptionsError::Missing;
        let hub = self.hub.or(written.hub).ok_or(missing("hub"))?;
        let data = self.data.or(written.data).ok_or(missing("data"))?;
        let whole = self.fullscreen || written.fullscreen.unwrap_or_default();
        let size = self.size.or(written.size).unwrap_or(Size { width: 1080, height: 1920 });
        let pages = self.pages.or(written.pages).unwrap_or_else(|| hub.clone());
        Ok(Options {
            token: self.token.or(token).or(written.token).ok_or(missing("token"))?,
            printer: self.printer.or(written.printer).unwrap_or_else(|| Address::File(data.join("paper"))),
            data,
            paper: self.paper.or(written.paper).unwrap_or(Paper(Width::Mm80)),
            pages: pages.trim_end_matches('/').to_owned(),
            window: if whole { Frame::Whole } else { Frame::Sized(size) },
            zoom: self.zoom.or(written.zoom).unwrap_or(1.0).clamp(0.1, 4.0),
            device_id: self.device_id.or(written.device_id).unwrap_or_else(|| "kiosk".to_owned()),
            pins: written.pins.wiring(self.pins)?,
            keys: written.keys,
            allowed: written.input.allow,
            voice: if self.voice.is_empty() { written.voice } else { self.voice },
            documents: self.documents.or(written.documents),
            sound: self.sound.or(written.sound).unwrap_or_else(|| "default".to_owned()),
            hub,
        })
    }
}

fn read(path: &Path) -> Result<Written, OptionsError> {
    let unreadable = |source| OptionsError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    File::open(path).map_err(unreadable)?.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(unreadable)?;
    toml::from_str(&text).map_err(|error| OptionsError::Wrong { path: path.to_owned(), why: error.to_string() })
}

impl FromStr for Paper {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "80" => Ok(Paper(Width::Mm80)),
            "58" => Ok(Paper(Width::Mm58)),
            _ => Err("paper is 80 or 58 millimetres wide".to_owned()),
        }
    }
}

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match sides {
            Some((width @ 320..=7680, height @ 320..=7680)) => Ok(Size { width, height }),
            _ => Err("a size is WIDTHxHEIGHT, each from 320 to 7680".to_owned()),
        }
    }
}

fn zoom(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|zoom| (0.1..=4.0).contains(zoom)).ok_or_else(|| "a zoom is from 0.1 to 4".to_owned())
}

macro_rules! from_text {
    ($($kind:ty),*) => {$(
        impl TryFrom<String> for $kind {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
    )*};
}
from_text!(Paper, Size);

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(args: &[&str]) -> Flags {
        Flags::try_parse_from([&["kiosk"], args].concat()).unwrap()
    }

    #[test]
    fn flags_are_enough() {
        let options = flags(&["--hub", "http://hub:1/", "--data", "/d"]).options(Some("t".to_owned())).unwrap();
        assert_eq!((options.pages.as_str(), options.paper), ("http://hub:1", Paper(Width::Mm80)));
        assert_eq!(options.window, Frame::Sized(Size { width: 1080, height: 1920 }));
        assert_eq!(options.printer, Address::File("/d/paper".into()));
    }

    #[test]
    fn a_flag_goes_before_the_file_and_unknown_names_are_refused() {
        let path = std::env::temp_dir().join(format!("kiosk-options-{}.toml", std::process::id()));
        let lines =
            "hub = 'http://a'\ntoken = 't'\ndata = '/d'\nprinter = 'file:/p'\npaper = '58'\nsize = '1920x1080'\n";
        std::fs::write(&path, lines).unwrap();
        let from_file = ["--config", path.to_str().unwrap()];
        let options = flags(&[&from_file[..], &["--hub", "http://b"]].concat()).options(None).unwrap();
        assert_eq!((options.hub.as_str(), options.paper), ("http://b", Paper(Width::Mm58)));
        assert_eq!((options.pins.by, options.allowed), (By::None, vec![]));
        let more = "[pins.lines]\nnext = { bcm = 5, active = 'low' }\n[input]\nallow = ['046d:c31c']\n";
        std::fs::write(&path, format!("{lines}{more}")).unwrap();
        let options = flags(&from_file).options(None).unwrap();
        assert_eq!((options.pins.by, options.allowed), (By::Pi, vec![Allow::Number(0x046d, 0xc31c)]));
        let options = flags(&[&from_file[..], &["--pins", "none"]].concat()).options(None).unwrap();
        assert_eq!(options.pins.by, By::None, "the flag goes before the file");
        std::fs::write(&path, "hubb = 'http://a'").unwrap();
        let error = flags(&from_file).options(None).err().unwrap();
        assert!(error.to_string().contains("unknown field `hubb`"), "{error}");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            flags(&["--hub", "http://a", "--data", "/d"]).options(None).err().unwrap().to_string(),
            "--token is missing, and so is `token` in the configuration"
        );
        for wrong in ["10x10", "1080", "axb", "99999x99999"] {
            assert!(Flags::try_parse_from(["kiosk", "--size", wrong]).is_err(), "{wrong}");
        }
    }
}
