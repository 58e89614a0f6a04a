//! One bit per dot, as the print head burns it: most significant bit first, one is black, rows padded to bytes.

/// Darker than this becomes black. Measured on 203 dpi heads: 170 gives even stems, 128 loses thin ones.
pub const THRESHOLD: u8 = 170;

/// A picture for a print head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    bits: Vec<u8>,
}

impl Raster {
    /// From grey pixels, row by row.
    pub fn from_grey(width: usize, grey: &[u8]) -> Raster {
        let height = grey.len() / width.max(1);
        let stride = width.div_ceil(8);
        let mut bits = vec![0; stride * height];
        for (y, row) in grey.chunks_exact(width.max(1)).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, pixel)| **pixel < THRESHOLD) {
                bits[y * stride + x / 8] |= 0x80 >> (x % 8);
            }
        }
        quieten(&mut bits);
        Raster { width, height, bits }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Bytes per row.
    pub fn stride(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// The bytes of some rows.
    pub fn rows(&self, from: usize, to: usize) -> &[u8] {
        &self.bits[from * self.stride()..to * self.stride()]
    }

    /// Whether nothing is burnt in this row.
    pub fn is_white(&self, row: usize) -> bool {
        self.rows(row, row + 1).iter().all(|byte| *byte == 0)
    }

    /// The upper part: what a jam leaves.
    #[must_use]
    pub fn upper(&self, rows: usize) -> Raster {
        let height = rows.min(self.height);
        Raster { width: self.width, height, bits: self.rows(0, height).to_vec() }
    }

    /// The picture as a one-bit PNG, for people and tests.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut out = Vec::new();
        let size = |dots: usize| u32::try_from(dots).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&mut out, size(self.width), size(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let inverted: Vec<u8> = self.bits.iter().map(|byte| !byte).collect();
        encoder.write_header()?.write_image_data(&inverted)?;
        Ok(out)
    }
}

/// A printer listens for questions (`DLE EOT`, `DLE ENQ`, `DLE DC4`) inside pictures too, and would answer what nobody
/// asked. One more dot beside another makes them dots.
fn quieten(bits: &mut [u8]) {
    const DLE: u8 = 0x10;
    for at in 1..bits.len() {
        if bits[at - 1] == DLE && matches!(bits[at], 0x04 | 0x05 | 0x14) {
            bits[at - 1] = 0x18;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_packed_from_the_left() {
        let mut grey = vec![255; 20];
        (grey[0], grey[9], grey[10], grey[11]) = (0, 169, 170, 0);
        let raster = Raster::from_grey(10, &grey);
        assert_eq!((raster.width(), raster.height(), raster.stride()), (10, 2, 2));
        assert_eq!(raster.rows(0, 2), [0x80, 0x40, 0x40, 0x00]);
        assert!(!raster.is_white(1) && Raster::from_grey(10, &[255; 10]).is_white(0));
        assert_eq!(raster.upper(1).rows(0, 1), [0x80, 0x40]);
    }

    #[test]
    fn no_dots_look_like_a_question() {
        let mut grey = vec![255; 32];
        for black in [3, 13, 19, 29] {
            grey[black] = 0;
        }
        assert_eq!(Raster::from_grey(32, &grey).rows(0, 1), [0x18, 0x04, 0x18, 0x04]);
    }
}
