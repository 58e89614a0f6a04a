//! How large everything is, so that a number is read from ten metres on the television that hangs there.
//!
//! A capital letter is read at ease from two hundred times its height: fifty millimetres for ten metres. The screen's
//! diagonal turns that into pixels; rows follow from the number, and how many there are from what is left. Deliberately
//! absent: colours and places, which are Slint's.

/// How far away a number is read.
pub const READ_FROM_M: f64 = 10.0;
/// A capital of Noto Sans is this part of its font size.
pub const CAPITAL_PER_FONT: f64 = 0.714;
/// Below this part of the screen's short side a number looks lost, above it no number and counter fit one row.
const NUMBER_PER_SHORT: std::ops::RangeInclusive<f64> = 0.12..=0.165;
/// The screen's short side is this many units; the design's unit is eight pixels of 1080.
const UNITS: f64 = 135.0;

/// What is known of a screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Pixels across.
    pub width_px: f64,
    /// Pixels down.
    pub height_px: f64,
    /// The diagonal.
    pub diagonal_inch: f64,
}

/// Which way a screen hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Wider than high: earlier calls beside the current ones.
    Landscape,
    /// Higher than wide: earlier calls below.
    Portrait,
}

/// The sizes of a board, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Which way it hangs.
    pub shape: Shape,
    /// The grid.
    pub unit_px: f64,
    /// The font size of a current call.
    pub number_px: f64,
    /// The height of its row.
    pub row_px: f64,
    /// Rows on a page of current calls, at least one.
    pub rows: usize,
    /// Earlier calls that have room.
    pub earlier: usize,
}

/// Units of the parts above and below the current calls: header, headings, foot.
const AROUND_LANDSCAPE: f64 = 16.0 + 9.0 + 6.0;
/// The same with the earlier calls and a margin below.
const AROUND_PORTRAIT: f64 = 30.0 + 9.0 + 6.0 + EARLIER_PORTRAIT + 4.0;
/// Heading and four lines of earlier calls in two columns.
const EARLIER_PORTRAIT: f64 = 9.0 + 4.0 * EARLIER_ROW;
/// The height of an earlier call.
const EARLIER_ROW: f64 = 11.0;
/// The gap between rows.
const GAP: f64 = 2.0;
/// A row's height for its number.
const ROW_PER_NUMBER: f64 = 1.06;
/// The lines of earlier calls in two columns on a portrait screen.
const EARLIER_ON_PORTRAIT: usize = 8;

impl Layout {
    /// The sizes for a screen.
    pub fn of(screen: Screen) -> Layout {
        let (width, height) = (screen.width_px.max(1.0), screen.height_px.max(1.0));
        let shape = if width >= height { Shape::Landscape } else { Shape::Portrait };
        let short = match shape {
            // A window flatter than 16:9 is measured by what its height leaves for rows.
            Shape::Landscape => height.min(width * 9.0 / 16.0),
            Shape::Portrait => width.min(height * 9.0 / 16.0),
        };
        let unit_px = short / UNITS;
        let number_px = number_px(screen).clamp(short * NUMBER_PER_SHORT.start(), short * NUMBER_PER_SHORT.end());
        let around = match shape {
            Shape::Landscape => AROUND_LANDSCAPE,
            Shape::Portrait => AROUND_PORTRAIT,
        };
        let (room_px, gap_px) = ((height - around * unit_px).max(1.0), GAP * unit_px);
        let rows = whole((room_px + gap_px) / (number_px * ROW_PER_NUMBER + gap_px)).max(1);
        let row_px = (room_px + gap_px) / count(rows) - gap_px;
        let earlier = match shape {
            Shape::Landscape => whole(room_px / (EARLIER_ROW * unit_px)).max(1),
            Shape::Portrait => EARLIER_ON_PORTRAIT,
        };
        Layout { shape, unit_px, number_px, row_px: row_px.max(1.0), rows, earlier }
    }
}

/// The font size whose capitals are read at ease from [`READ_FROM_M`].
pub fn number_px(screen: Screen) -> f64 {
    let capital_mm = READ_FROM_M * 1_000.0 / 200.0;
    let px_per_mm = screen.width_px.hypot(screen.height_px) / (screen.diagonal_inch.max(1.0) * 25.4);
    capital_mm * px_per_mm / CAPITAL_PER_FONT
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows on a screen is small")]
fn whole(n: f64) -> usize {
    n.clamp(0.0, 1_000.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows on a screen is small")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn screen(width_px: f64, height_px: f64, diagonal_inch: f64) -> Screen {
        Screen { width_px, height_px, diagonal_inch }
    }

    /// The height of a capital on the wall.
    fn capital_mm(screen: Screen) -> f64 {
        let mm_per_px = screen.diagonal_inch * 25.4 / screen.width_px.hypot(screen.height_px);
        Layout::of(screen).number_px * CAPITAL_PER_FONT * mm_per_px
    }

    #[test]
    fn a_number_is_read_from_ten_metres_on_every_television() {
        let sizes = [(1920.0, 1080.0), (1080.0, 1920.0), (1280.0, 720.0), (3840.0, 2160.0)];
        for (width, height) in sizes {
            for diagonal in [40.0, 43.0, 50.0, 55.0, 65.0] {
                let mm = capital_mm(screen(width, height, diagonal));
                assert!(mm >= 49.0, "{width}x{height} of {diagonal} inches: {mm:.1} mm");
            }
        }
    }

    #[test]
    fn a_small_screen_gives_what_it_can() {
        let mm = capital_mm(screen(1920.0, 1080.0, 24.0));
        assert!((30.0..50.0).contains(&mm), "{mm:.1} mm");
    }

    #[test]
    fn the_same_television_shows_the_same_board_at_every_resolution() {
        let rows = |width, height| Layout::of(screen(width, height, 43.0)).rows;
        assert_eq!([rows(1280.0, 720.0), rows(1920.0, 1080.0), rows(3840.0, 2160.0)], [5, 5, 5]);
        let (hd, uhd) = (Layout::of(screen(1920.0, 1080.0, 43.0)), Layout::of(screen(3840.0, 2160.0, 43.0)));
        assert!((uhd.number_px / hd.number_px - 2.0).abs() < 1e-9);
        assert!((hd.unit_px - 8.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn rows_always_fit(width in 100.0..8_000.0_f64, height in 100.0..8_000.0_f64, diagonal in 5.0..120.0_f64) {
            let layout = Layout::of(screen(width, height, diagonal));
            let around = match layout.shape { Shape::Landscape => AROUND_LANDSCAPE, Shape::Portrait => AROUND_PORTRAIT };
            let used = around * layout.unit_px + layout.row_px * count(layout.rows)
                + GAP * layout.unit_px * count(layout.rows - 1);
            prop_assert!(layout.rows == 1 || used <= height + 0.01, "{layout:?} uses {used}");
            prop_assert!(layout.rows == 1 || layout.row_px >= layout.number_px, "{layout:?}");
        }
    }
}
