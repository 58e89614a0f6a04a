//! How large everything is, so that a number is read from ten metres on the television that hangs there.
//!
//! A capital letter is read at ease from two hundred times its height: fifty millimetres for ten metres. The screen's
//! diagonal turns that into pixels; rows follow from the number, and how many there are from what is left. Deliberately
//! absent: colours and places, which are Slint's.

use crate::post::Face;

/// How far away a number is read, if nobody says otherwise.
pub const READ_FROM_M: f64 = 10.0;
/// A capital of Noto Sans is this part of its font size.
pub const CAPITAL_PER_FONT: f64 = 0.714;
/// Below this part of the screen's short side a number looks lost, above it no number and counter fit one row.
const NUMBER_PER_SHORT: std::ops::RangeInclusive<f64> = 0.12..=0.165;
/// The same of a bar's height.
const NUMBER_PER_BAR: std::ops::RangeInclusive<f64> = 0.3..=0.5;
/// The screen's short side is this many units; the design's unit is eight pixels of 1080.
const UNITS: f64 = 135.0;
/// A bar's height is this many.
const UNITS_OF_BAR: f64 = 45.0;
/// From here on, width against height, a screen is a bar.
const BAR_FROM: f64 = 2.4;

/// What is known of a screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Pixels across.
    pub width_px: f64,
    /// Pixels down.
    pub height_px: f64,
    /// The diagonal.
    pub diagonal_inch: f64,
    /// From how far it is read.
    pub read_from_m: f64,
}

/// Which way a screen hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Wider than high: earlier calls beside the current ones.
    Landscape,
    /// Higher than wide: earlier calls below.
    Portrait,
    /// A stretched panel, as 1920 × 360: calls beside each other, no header.
    Bar,
}

/// What wants room besides the current calls.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The face.
    pub face: &'a Face,
    /// Whether there is anything to announce.
    pub strip: Strip,
    /// Categories somebody waits for.
    pub next: usize,
}

/// The line at the foot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// Nothing to say.
    Absent,
    /// A line of information.
    There,
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
    /// Rows of current calls, at least one.
    pub rows: usize,
    /// Calls beside each other, at least one.
    pub columns: usize,
    /// Earlier calls that have room.
    pub earlier: usize,
    /// Categories whose next numbers have room.
    pub next: usize,
    /// Lines of a lobby board from top to bottom, at least one.
    pub lines: usize,
    /// Lines beside each other.
    pub line_columns: usize,
}

const HEADER_LANDSCAPE: f64 = 16.0;
const HEADER_PORTRAIT: f64 = 30.0;
/// The headings above current calls.
const HEADINGS: f64 = 9.0;
/// Room for the dots of pages, and a margin.
const FOOT: f64 = 6.0;
/// The line of information; on a bar it holds the clock too, and is always there.
const STRIP: f64 = 10.0;
const STRIP_OF_BAR: f64 = 9.0;
/// The height of an earlier call.
const EARLIER_ROW: f64 = 11.0;
/// The height of a category with its next numbers.
const NEXT_ROW: f64 = 11.0;
/// What separates the lists beside the calls.
const APART: f64 = 3.0;
/// The height of a line of a lobby board.
const LINE: f64 = 14.0;
/// The gap between rows.
const GAP: f64 = 2.0;
/// A row's height for its number.
const ROW_PER_NUMBER: f64 = 1.06;
/// A call's width on a bar for its number: number, arrow, counter.
const CALL_PER_NUMBER: f64 = 5.6;
/// Two columns of earlier calls on a portrait screen.
const EARLIER_ON_PORTRAIT: usize = 8;
const NEXT_MAX: usize = 4;
/// A bar's margins.
const EDGE_OF_BAR: f64 = 3.0;

impl Layout {
    /// The sizes for a screen.
    pub fn of(screen: Screen, parts: Parts<'_>) -> Layout {
        let (width, height) = (screen.width_px.max(1.0), screen.height_px.max(1.0));
        let shape = shape(width, height);
        let short = match shape {
            // A window flatter than 16:9 is measured by what its height leaves for rows.
            Shape::Landscape => height.min(width * 9.0 / 16.0),
            Shape::Portrait => width.min(height * 9.0 / 16.0),
            Shape::Bar => height,
        };
        let (units, range) = match shape {
            Shape::Landscape | Shape::Portrait => (UNITS, NUMBER_PER_SHORT),
            Shape::Bar => (UNITS_OF_BAR, NUMBER_PER_BAR),
        };
        let unit_px = short / units;
        let number_px = number_px(screen).clamp(short * range.start(), short * range.end());
        let space = Space { shape, wide: width / unit_px, high: height / unit_px, parts };
        let room_px = (space.of_calls() * unit_px).max(1.0);
        let gap_px = GAP * unit_px;
        let rows = whole((room_px + gap_px) / (number_px * ROW_PER_NUMBER + gap_px)).max(1);
        let columns = match shape {
            Shape::Landscape | Shape::Portrait => 1,
            Shape::Bar => {
                let across = width - 2.0 * EDGE_OF_BAR * unit_px + gap_px;
                whole(across / (number_px * CALL_PER_NUMBER + gap_px)).max(1)
            }
        };
        let row_px = ((room_px + gap_px) / count(rows) - gap_px).max(1.0);
        let (earlier, next) = space.beside();
        let (lines, line_columns) = space.of_lobby();
        let number_px = match parts.face {
            Face::Counter(_) => space.alone() * unit_px,
            Face::Hall | Face::Lobby | Face::Information => number_px,
        };
        Layout { shape, unit_px, number_px, row_px, rows, columns, earlier, next, lines, line_columns }
    }

    /// Calls on one page.
    pub fn calls(&self) -> usize {
        self.rows * self.columns
    }
}

fn shape(width: f64, height: f64) -> Shape {
    match width / height {
        ratio if ratio >= BAR_FROM => Shape::Bar,
        ratio if ratio >= 1.0 => Shape::Landscape,
        _ => Shape::Portrait,
    }
}

/// A screen measured in units.
struct Space<'a> {
    shape: Shape,
    wide: f64,
    high: f64,
    parts: Parts<'a>,
}

impl Space<'_> {
    /// What header and strip leave.
    fn middle(&self) -> f64 {
        let strip = match self.parts.strip {
            Strip::Absent => 0.0,
            Strip::There => STRIP,
        };
        match self.shape {
            Shape::Landscape => self.high - HEADER_LANDSCAPE - strip,
            Shape::Portrait => self.high - HEADER_PORTRAIT - strip,
            Shape::Bar => self.high - STRIP_OF_BAR,
        }
    }

    /// What current calls have from top to bottom.
    fn of_calls(&self) -> f64 {
        match (self.shape, self.parts.face) {
            (Shape::Bar, _) => self.middle() - 2.0 * GAP,
            (Shape::Portrait, Face::Information) => self.middle() / 2.0 - HEADINGS - FOOT,
            (Shape::Portrait, _) => self.middle() - HEADINGS - FOOT - self.below(),
            (Shape::Landscape, _) => self.middle() - HEADINGS - FOOT,
        }
    }

    /// The lists below the calls of a portrait screen, with a margin.
    fn below(&self) -> f64 {
        let next = count(self.parts.next.min(NEXT_MAX).div_ceil(2));
        let next = if next > 0.0 { HEADINGS + next * NEXT_ROW + APART } else { 0.0 };
        HEADINGS + 4.0 * EARLIER_ROW + next + 4.0
    }

    /// Earlier calls and next numbers that have room.
    fn beside(&self) -> (usize, usize) {
        match (self.shape, self.parts.face) {
            (Shape::Landscape, Face::Hall) => {
                let room = self.middle() - 2.0;
                let next = self.parts.next.min(NEXT_MAX);
                let of_next = if next > 0 { HEADINGS + count(next) * NEXT_ROW + APART } else { 0.0 };
                (whole((room - of_next - HEADINGS) / EARLIER_ROW).clamp(1, 10), next)
            }
            (Shape::Portrait, Face::Hall) => (EARLIER_ON_PORTRAIT, self.parts.next.min(NEXT_MAX)),
            (Shape::Bar, _) | (_, Face::Counter(_) | Face::Lobby | Face::Information) => (0, 0),
        }
    }

    fn of_lobby(&self) -> (usize, usize) {
        let (lines, columns) = match self.shape {
            Shape::Landscape => ((self.middle() - FOOT - 3.0) / LINE, 2),
            Shape::Portrait => ((self.middle() - FOOT - 3.0) / LINE, 1),
            Shape::Bar => ((self.middle() - 2.0) / LINE, 2),
        };
        (whole(lines).max(1), columns)
    }

    /// The number above one counter.
    fn alone(&self) -> f64 {
        match self.shape {
            Shape::Bar => (self.high * 0.62).min(self.wide * 0.62 / 3.4),
            Shape::Landscape => (self.middle() * 0.42).min(self.wide / 3.6),
            Shape::Portrait => (self.middle() * 0.3).min(self.wide / 3.6),
        }
    }
}

/// The font size whose capitals are read at ease from where people stand.
pub fn number_px(screen: Screen) -> f64 {
    let capital_mm = screen.read_from_m * 1_000.0 / 200.0;
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

    const ALONE: Parts<'static> = Parts { face: &Face::Hall, strip: Strip::Absent, next: 0 };
    const WHOLE: Parts<'static> = Parts { face: &Face::Hall, strip: Strip::There, next: 6 };

    fn screen(width_px: f64, height_px: f64, diagonal_inch: f64) -> Screen {
        Screen { width_px, height_px, diagonal_inch, read_from_m: READ_FROM_M }
    }

    /// The height of a capital on the wall.
    fn capital_mm(screen: Screen, parts: Parts<'_>) -> f64 {
        let mm_per_px = screen.diagonal_inch * 25.4 / screen.width_px.hypot(screen.height_px);
        Layout::of(screen, parts).number_px * CAPITAL_PER_FONT * mm_per_px
    }

    #[test]
    fn a_number_is_read_from_ten_metres_on_every_television() {
        let sizes = [(1920.0, 1080.0), (1080.0, 1920.0), (1280.0, 720.0), (3840.0, 2160.0)];
        let information = Parts { face: &Face::Information, ..WHOLE };
        for (width, height) in sizes {
            for diagonal in [40.0, 43.0, 50.0, 55.0, 65.0] {
                for parts in [ALONE, WHOLE, information] {
                    let mm = capital_mm(screen(width, height, diagonal), parts);
                    assert!(mm >= 49.0, "{width}x{height} of {diagonal} inches: {mm:.1} mm");
                }
            }
        }
    }

    #[test]
    fn a_stretched_bar_is_read_from_ten_metres_and_shows_two_calls() {
        let bar = screen(1920.0, 360.0, 37.0);
        assert!(capital_mm(bar, WHOLE) >= 49.0);
        let layout = Layout::of(bar, WHOLE);
        assert_eq!((layout.shape, layout.rows, layout.columns, layout.earlier), (Shape::Bar, 1, 2, 0));
        let counter = Face::Counter("5".to_owned());
        assert!(capital_mm(bar, Parts { face: &counter, ..ALONE }) >= 60.0, "one number alone is larger still");
    }

    #[test]
    fn whoever_stands_nearer_sees_more_rows() {
        let near = Screen { read_from_m: 4.0, ..screen(1920.0, 1080.0, 65.0) };
        let far = Screen { read_from_m: 10.0, ..near };
        assert!(Layout::of(near, ALONE).rows >= Layout::of(far, ALONE).rows);
        assert!(Layout::of(near, ALONE).number_px <= Layout::of(far, ALONE).number_px);
    }

    #[test]
    fn a_small_screen_gives_what_it_can() {
        let mm = capital_mm(screen(1920.0, 1080.0, 24.0), ALONE);
        assert!((30.0..50.0).contains(&mm), "{mm:.1} mm");
    }

    #[test]
    fn the_same_television_shows_the_same_board_at_every_resolution() {
        let rows = |width, height| Layout::of(screen(width, height, 43.0), ALONE).rows;
        assert_eq!([rows(1280.0, 720.0), rows(1920.0, 1080.0), rows(3840.0, 2160.0)], [5, 5, 5]);
        let (hd, uhd) =
            (Layout::of(screen(1920.0, 1080.0, 43.0), ALONE), Layout::of(screen(3840.0, 2160.0, 43.0), ALONE));
        assert!((uhd.number_px / hd.number_px - 2.0).abs() < 1e-9);
        assert!((hd.unit_px - 8.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn rows_always_fit(
            width in 100.0..8_000.0_f64, height in 100.0..8_000.0_f64, diagonal in 5.0..120.0_f64,
            face in 0_usize..4, there in any::<bool>(), next in 0_usize..9,
        ) {
            let faces = [Face::Hall, Face::Counter("5".to_owned()), Face::Lobby, Face::Information];
            let strip = if there { Strip::There } else { Strip::Absent };
            let parts = Parts { face: &faces[face], strip, next };
            let layout = Layout::of(screen(width, height, diagonal), parts);
            let space = Space { shape: layout.shape, wide: width / layout.unit_px, high: height / layout.unit_px, parts };
            let used = (layout.row_px + GAP * layout.unit_px) * count(layout.rows) - GAP * layout.unit_px;
            prop_assert!(layout.rows == 1 || used <= space.of_calls() * layout.unit_px + 0.01, "{layout:?} uses {used}");
            let alone = matches!(parts.face, Face::Counter(_));
            prop_assert!(alone || layout.rows == 1 || layout.row_px >= layout.number_px, "{layout:?}");
            prop_assert!(layout.next <= next && layout.lines >= 1 && layout.calls() >= 1);
        }
    }
}
