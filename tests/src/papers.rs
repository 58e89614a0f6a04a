//! What the kiosk sends to a printer, read back by programs that are not ours: a parser and a renderer of printer jobs
//! give the same dots and a code that scans, and a point-of-sale client agrees with the kiosk about the printer's state.

#[path = "../../kiosk/tests/sample/mod.rs"]
pub(crate) mod sample;

use crate::{
    printer::{FakePrinter, Fault, Model},
    verdict::Verdict,
};
use anyhow::{Context, Result, ensure};
use kiosk::{
    paper::{Edition, PaperText, Piece, Press, Raster, Width, paper_text},
    printer::encode,
    session::{Slip, Told},
};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};
use words::Lang;

/// The programs that are not ours.
#[derive(Debug, Clone, clap::Args)]
pub struct Readers {
    /// The decoder of `tests/decoders`.
    #[arg(long)]
    pub decoder: PathBuf,
    /// A Python that has `python-escpos`.
    #[arg(long)]
    pub python: PathBuf,
}

/// A paper: what it is called, what its code says, its dots and its bytes.
struct Sample {
    name: String,
    code: Option<String>,
    raster: Raster,
}

/// Everything, in a folder of its own.
pub fn run(readers: &Readers, folder: &Path) -> Result<Verdict> {
    fs::create_dir_all(folder)?;
    let mut verdict = Verdict::default();
    for (millimetres, width) in [("80", Width::Mm80), ("58", Width::Mm58)] {
        // A platform belongs to a thread: each width has its own.
        let drawn = thread::spawn(move || draw(width)).join();
        let samples = drawn.map_err(|_| anyhow::anyhow!("the paper's thread panicked"))??;
        for sample in samples {
            let name = format!("{millimetres} mm {}", sample.name);
            let prefix = folder.join(name.replace(' ', "-"));
            match decoded(&readers.decoder, millimetres, &prefix, &sample.raster) {
                Ok(read) => {
                    verdict.check(format!("{name}: the job is a reset, pictures and a cut"), || read.plain);
                    verdict.check(format!("{name}: the dots are ours, bit for bit"), || read.same);
                }
                Err(error) => verdict.check(format!("{name}: the decoder reads it: {error:#}"), || false),
            }
            if let Some(code) = &sample.code {
                // Not off the drawn paper: that renderer leaves a gap between two bands of a picture.
                let read = scanned(&prefix.with_extension("dots.png"))?;
                verdict.check(format!("{name}: the code in the decoded dots leads to the ticket"), || read == *code);
            }
        }
    }
    verdict.add(client(&readers.python)?);
    Ok(verdict)
}

fn draw(width: Width) -> Result<Vec<Sample>> {
    let press = Press::new(width)?;
    let book = sample::book();
    let now: jiff::Timestamp = "2026-11-23T05:24:00Z".parse().map_err(anyhow::Error::msg)?;
    let mut samples = vec![];
    for lang in Lang::ALL {
        let text = |slip: &Slip| paper_text(slip, &book, format!("http://hub.local:8480/tickets/{}", slip.ticket), now);
        let mut put = |kind: &str, text: &PaperText| {
            let (name, code) = (format!("{kind} {lang}"), Some(text.address.clone()));
            samples.push(Sample { name, code, raster: press.draw(text) });
        };
        put("ticket", &text(&sample::slip(lang, "K-047")));
        put("copy", &PaperText { edition: Edition::Copy, ..text(&sample::slip(lang, "K-1000")) });
        put("alone", &text(&Slip { told: Told::Unseen, ..sample::slip(lang, "M1-1012") }));
        let names = book.services("M", lang).iter().map(|service| Piece::Item { text: service.name.clone() });
        let list: Vec<Piece> =
            [Piece::title(book.category_name("M", lang)), Piece::Rule].into_iter().chain(names).collect();
        samples.push(Sample { name: format!("list {lang}"), code: None, raster: press.sheet(&list) });
    }
    Ok(samples)
}

/// What the decoder made of a job.
struct Read {
    plain: bool,
    same: bool,
}

fn decoded(decoder: &Path, millimetres: &str, prefix: &Path, raster: &Raster) -> Result<Read> {
    let bytes = encode(raster).map_err(|error| anyhow::anyhow!("{error}"))?;
    let ours = prefix.with_extension("png");
    fs::write(&ours, raster.png()?)?;
    fs::write(prefix.with_extension("escpos"), &bytes)?;
    let mut command = Command::new(decoder);
    command.arg(millimetres).arg(prefix).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut program = command.spawn().with_context(|| format!("{} cannot be run", decoder.display()))?;
    program.stdin.take().context("the decoder has no input")?.write_all(&bytes)?;
    ensure!(program.wait()?.success(), "the decoder failed");
    let nodes = fs::read_to_string(prefix.with_extension("nodes"))?;
    let nodes = nodes.lines().map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
    let kinds: Vec<&str> = nodes.iter().filter_map(|node| node["type"].as_str()).collect();
    let plain = match &kinds[..] {
        ["init", pictures @ .., "cut"] => !pictures.is_empty() && pictures.iter().all(|kind| *kind == "raster-image"),
        _ => false,
    };
    Ok(Read { plain, same: dots(&ours)? == dots(&prefix.with_extension("dots.png"))? })
}

/// The size and the bits of a picture.
fn dots(path: &Path) -> Result<(u32, u32, Vec<u8>)> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    ensure!(reader.info().bit_depth == png::BitDepth::One, "{} has one bit per dot", path.display());
    let mut bits = vec![0; reader.output_buffer_size().context("a picture fits into memory")?];
    let frame = reader.next_frame(&mut bits)?;
    Ok((frame.width, frame.height, bits))
}

fn scanned(path: &Path) -> Result<String> {
    let read = Command::new("zbarimg").args(["-q", "--raw"]).arg(path).output().context("zbarimg cannot be run")?;
    Ok(String::from_utf8_lossy(&read.stdout).trim().to_owned())
}

/// Another program asks the printer that is not there, and comes to the same result.
fn client(python: &Path) -> Result<Verdict> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("printer_client.py");
    let printer = FakePrinter::start(Model::Plain)?;
    let mut verdict = Verdict::default();
    let cases = [
        (None, "online 2"),
        (Some(Fault::NearEnd), "online 1"),
        (Some(Fault::Out), "offline 0"),
        (Some(Fault::Cover), "offline 2"),
    ];
    for (fault, expected) in cases {
        printer.mend();
        fault.into_iter().for_each(|fault| printer.suffers(fault));
        let told = Command::new(python).arg(&script).arg(printer.port().to_string()).output()?;
        let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
        verdict.check(format!("python-escpos about {fault:?}: {told}, expected {expected}"), || told == expected);
    }
    Ok(verdict)
}
