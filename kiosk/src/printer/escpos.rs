//! A ticket as bytes for the printer. `escpos` is the encoder over a spool in memory: a job is sent whole or not at
//! all. Its own raster command is not used: it shrinks pictures and sends them in one piece.
//!
//! Bands are cut in white rows, so a printer that pauses between two bands leaves no seam inside a letter.

use crate::paper::Raster;
use escpos::{driver::Driver, errors::PrinterError, printer::Printer, utils::Protocol};
use std::{cell::RefCell, rc::Rc};

/// Rows per band: small printers buffer about 16 kB.
const BAND_ROWS_MAX: usize = 240;
/// Bytes of the largest band, with its head.
pub(super) const BAND_BYTES_MAX: usize = BAND_ROWS_MAX * 72 + 8;

/// Encodes one ticket: reset, picture, cut.
pub fn job(raster: &Raster) -> Result<Vec<u8>, PrinterError> {
    let spool = Spool::default();
    let mut printer = Printer::new(spool.clone(), Protocol::default(), None);
    printer.init()?;
    for (from, to) in bands(raster) {
        printer.custom(&band(raster, from, to))?;
    }
    printer.print_cut()?;
    Ok(spool.0.take())
}

/// `GS v 0`: rows of dots.
fn band(raster: &Raster, from: usize, to: usize) -> Vec<u8> {
    let [stride_low, stride_high] = u16::try_from(raster.stride()).unwrap_or(u16::MAX).to_le_bytes();
    let [rows_low, rows_high] = u16::try_from(to - from).unwrap_or(u16::MAX).to_le_bytes();
    let mut bytes = vec![0x1d, b'v', b'0', 0, stride_low, stride_high, rows_low, rows_high];
    bytes.extend_from_slice(raster.rows(from, to));
    bytes
}

fn bands(raster: &Raster) -> Vec<(usize, usize)> {
    let mut bands = Vec::new();
    let mut from = 0;
    while from < raster.height() {
        let full = from + BAND_ROWS_MAX;
        let to = if full >= raster.height() {
            raster.height()
        } else {
            (from + 1..=full).rev().find(|row| raster.is_white(*row)).unwrap_or(full)
        };
        bands.push((from, to));
        from = to;
    }
    bands
}

/// Collects what the encoder would send.
#[derive(Clone, Default)]
struct Spool(Rc<RefCell<Vec<u8>>>);

impl Driver for Spool {
    fn name(&self) -> String {
        "spool".to_owned()
    }

    fn write(&self, bytes: &[u8]) -> Result<(), PrinterError> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize, PrinterError> {
        Ok(0)
    }

    fn flush(&self) -> Result<(), PrinterError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text-like stripes: 20 black rows, 20 white ones.
    fn stripes(rows: usize) -> Raster {
        let grey: Vec<u8> = (0..rows).flat_map(|row| [if row / 20 % 2 == 0 { 0 } else { 255 }; 16]).collect();
        Raster::from_grey(16, &grey)
    }

    #[test]
    fn bands_cover_everything_and_are_cut_in_white() {
        let raster = stripes(1_000);
        let bands = bands(&raster);
        assert_eq!((bands[0].0, bands.last().unwrap().1), (0, 1_000));
        for pair in bands.windows(2) {
            assert_eq!(pair[0].1, pair[1].0);
            assert!(raster.is_white(pair[0].1), "cut at {}", pair[0].1);
        }
        assert!(bands.iter().all(|(from, to)| to - from <= BAND_ROWS_MAX));
    }

    /// A printer that pauses between two bands leaves a seam, and a seam through a code is no code.
    #[test]
    fn a_code_is_in_one_band() {
        let code = 60..60 + crate::paper::CODE_ROWS_MAX;
        let grey: Vec<u8> = (0..400).flat_map(|row| [if code.contains(&row) { 0 } else { 255 }; 16]).collect();
        let bands = bands(&Raster::from_grey(16, &grey));
        assert!(bands.iter().all(|(from, _)| !(code.start + 1..code.end).contains(from)), "{bands:?}");
    }

    #[test]
    fn black_without_end_is_cut_all_the_same() {
        assert_eq!(bands(&Raster::from_grey(8, &[0; 8 * 500])), [(0, 240), (240, 480), (480, 500)]);
    }

    #[test]
    fn a_job_resets_draws_and_cuts() {
        let raster = stripes(30);
        let bytes = job(&raster).unwrap();
        assert!(bytes.starts_with(&[0x1b, b'@']), "{:x?}", &bytes[..8]);
        let picture = [&[0x1d, b'v', b'0', 0, 2, 0, 30, 0][..], raster.rows(0, 30)].concat();
        let at = bytes.windows(picture.len()).position(|window| window == picture).unwrap();
        let end = &bytes[at + picture.len()..];
        assert!(end.windows(2).any(|window| window == [0x1d, b'V']), "{end:x?}");
    }
}
