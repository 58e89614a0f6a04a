//! Pictures of screens beside those that were agreed on: one line each in a file, name and fingerprint of every dot.
//!
//! A face is drawn by a renderer in software from fonts of our own, so the same code draws the same dots everywhere. What
//! was drawn otherwise is written as a picture into `target/tmp/pictures`, to be looked at; `tests/run pictures` agrees to
//! it. Deliberately absent: the agreed pictures themselves, which would weigh more than the program.

use slint::{Rgba8Pixel, SharedPixelBuffer};
use std::{collections::BTreeMap, env, fmt::Write, fs, io, path::PathBuf};

/// Who sets it agrees to what is drawn.
const AGREE: &str = "NAVBAT_AGREE_TO_PICTURES";

/// What is drawn now and what was agreed on.
pub(crate) struct Pictures {
    agreed_at: PathBuf,
    agreed: BTreeMap<String, String>,
    drawn: BTreeMap<String, String>,
    otherwise: Vec<String>,
}

impl Pictures {
    /// Those of a file beside the tests.
    pub(crate) fn agreed(file: &str) -> Pictures {
        let agreed_at = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
        let text = fs::read_to_string(&agreed_at).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        let agreed = lines.map(|(name, print)| (name.to_owned(), print.to_owned())).collect();
        Pictures { agreed_at, agreed, drawn: BTreeMap::new(), otherwise: vec![] }
    }

    /// One was drawn.
    pub(crate) fn drawn(&mut self, name: &str, dots: &SharedPixelBuffer<Rgba8Pixel>) {
        let print = fingerprint(dots);
        if self.agreed.get(name) != Some(&print) {
            save(name, dots).unwrap();
            self.otherwise.push(name.to_owned());
        }
        assert!(self.drawn.insert(name.to_owned(), print).is_none(), "{name} was drawn twice");
    }

    /// All were drawn.
    pub(crate) fn end(self) {
        let gone: Vec<&String> = self.agreed.keys().filter(|name| !self.drawn.contains_key(*name)).collect();
        if self.otherwise.is_empty() && gone.is_empty() {
            return;
        }
        if env::var_os(AGREE).is_some() {
            let mut text = String::new();
            self.drawn.iter().for_each(|(name, print)| writeln!(text, "{name} {print}").unwrap());
            return fs::write(&self.agreed_at, text).unwrap();
        }
        panic!(
            "drawn otherwise: {:?}, not drawn any more: {gone:?}; look at target/tmp/pictures, then `tests/run pictures`",
            self.otherwise
        );
    }
}

/// In the manner of FNV-1a over all dots: nobody is to be deceived, a change is to be seen.
fn fingerprint(dots: &SharedPixelBuffer<Rgba8Pixel>) -> String {
    let mut print = 0xcbf2_9ce4_8422_2325_u64 ^ u64::from(dots.width());
    let mut add = |word: u64| print = (print ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    // Two dots at a time: what is not optimised has many of them to go through.
    let (pairs, rest) = dots.as_bytes().as_chunks::<8>();
    pairs.iter().for_each(|pair| add(u64::from_le_bytes(*pair)));
    rest.iter().for_each(|byte| add(u64::from(*byte)));
    format!("{print:016x}")
}

fn save(name: &str, dots: &SharedPixelBuffer<Rgba8Pixel>) -> io::Result<()> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder)?;
    let file = io::BufWriter::new(fs::File::create(folder.join(format!("{name}.png")))?);
    let mut encoder = png::Encoder::new(file, dots.width(), dots.height());
    encoder.set_color(png::ColorType::Rgba);
    Ok(encoder.write_header()?.write_image_data(dots.as_bytes())?)
}
