#![doc = include_str!("../README.md")]

use anyhow::{Context, bail, ensure};
use hardless_escpos::{Node, parse};
use hardless_render::{PaperWidth, RenderOptions, render_png};
use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// A job is some tens of kilobytes.
const JOB_BYTES_MAX: u64 = 4 * 1024 * 1024;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [width, prefix] = &args[..] else { bail!("usage: decoders 80|58 PREFIX < JOB") };
    let paper =
        PaperWidth::try_from(width.parse::<u16>().context("a width is 80 or 58")?).map_err(anyhow::Error::msg)?;
    let mut job = Vec::new();
    io::stdin().take(JOB_BYTES_MAX).read_to_end(&mut job)?;
    let nodes = parse(&job);
    let file = |ending: &str| PathBuf::from(format!("{prefix}.{ending}"));
    let mut list = BufWriter::new(File::create(file("nodes"))?);
    for node in &nodes {
        serde_json::to_writer(&mut list, node)?;
        writeln!(list)?;
    }
    list.flush()?;
    dots(&nodes, &file("dots.png"))?;
    let options = RenderOptions { paper, ..RenderOptions::default() };
    fs::write(file("paper.png"), render_png(&nodes, &options)?)?;
    Ok(())
}

/// All pictures of a job below each other.
fn dots(nodes: &[Node], path: &Path) -> anyhow::Result<()> {
    let (mut across, mut down, mut bits) = (None, 0, Vec::new());
    for node in nodes {
        if let Node::RasterImage { width_bytes, height, double_width, double_height, data } = node {
            ensure!(!double_width && !double_height, "a picture is not doubled");
            ensure!(across.is_none_or(|across| across == *width_bytes), "all bands are equally wide");
            across = Some(*width_bytes);
            down += u32::from(*height);
            // Black is one for the printer and zero for PNG.
            bits.extend(data.iter().map(|byte| !byte));
        }
    }
    let across = across.context("the job has no picture")?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), u32::from(across) * 8, down);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header()?.write_image_data(&bits)?;
    Ok(())
}
