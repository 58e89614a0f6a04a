//! What can be seen on a piece of paper: its dots, and whether it is marked as a copy.

use super::{
    Paper,
    stream::{Kind, Reader},
};

/// Bytes of the head of a picture, which come as a token of their own.
const HEAD_BYTES: usize = 8;

/// Whether a paper carries the black band of a copy: rows that are black from edge to edge, more than a rule has.
pub fn marked(paper: &Paper) -> bool {
    const RULE_ROWS_MAX: usize = 8;
    let mut run = 0;
    for row in rows(paper) {
        let edges = [row[3], row[row.len() - 4]];
        run = if edges == [0xff, 0xff] { run + 1 } else { 0 };
        if run > RULE_ROWS_MAX {
            return true;
        }
    }
    false
}

/// The dots as a picture of one bit each, white on the outside; nothing if nothing was burnt.
pub fn dots(paper: &Paper) -> Option<Vec<u8>> {
    let rows = rows(paper);
    let stride = rows.iter().map(Vec::len).max()?;
    let (width, height) = (u32::try_from(stride * 8).ok()?, u32::try_from(rows.len()).ok()?);
    let bits = rows.iter().flat_map(|row| row.iter().map(|byte| !byte).chain(std::iter::repeat(0xff)).take(stride));
    let bits: Vec<u8> = bits.collect();
    let mut picture = vec![];
    let mut encoder = png::Encoder::new(&mut picture, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(&bits).ok()?;
    Some(picture)
}

fn rows(paper: &Paper) -> Vec<Vec<u8>> {
    let mut reader = Reader::default();
    let tokens = paper.bytes.iter().filter_map(|byte| reader.push(*byte).token);
    let rows = tokens.filter(|token| token.kind == Kind::Picture && token.bytes.len() > HEAD_BYTES);
    rows.map(|token| token.bytes).collect()
}
