//! Paper: tickets, lists and reports as Slint pieces drawn off-screen, one bit deep.
//!
//! No printer's code page has all letters of the five languages, so paper is always a picture. Slint's software renderer
//! draws it with the same typeface as the screen. A platform belongs to a thread, so the renderer lives in the printer's
//! thread beside the window's own platform. Deliberately absent: printer languages; `printer` has those.

pub(crate) mod code;
mod lay;
mod piece;
mod raster;
#[cfg(test)]
mod tests;
mod text;

pub use code::CODE_ROWS_MAX;
pub use lay::ticket;
pub use piece::{PIECES_MAX, Piece};
pub use raster::{Raster, THRESHOLD};
pub use text::{Edition, PaperText, copy_mark, date_and_time, paper_text};

use crate::ui::{self, Sheet};
use slint::{
    ComponentHandle, ModelRc, PhysicalSize, PlatformError, Rgb8Pixel, VecModel,
    platform::{
        Platform, SetPlatformError, WindowAdapter,
        software_renderer::{MinimalSoftwareWindow, RepaintBufferType},
    },
};
use std::rc::Rc;
use wire::layout::PAPER_DOTS;

/// The longest strip: 60 cm at 8 dots to the millimetre.
pub const DOTS_DOWN_MAX: u32 = 4_800;
/// The longest ticket: 25 cm. A layout that makes it longer is not used.
const TICKET_DOTS_MAX: u32 = 2_000;
/// The colour of the line that ends a strip.
const END: Rgb8Pixel = Rgb8Pixel { r: 255, g: 0, b: 0 };
/// White below the last line, so the cutter does not touch it.
const FOOT_DOTS: usize = 12;
/// White between two pieces.
const GAP_DOTS: f32 = 8.0;

/// How wide the paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// 80 mm paper, 576 dots.
    Mm80,
    /// 58 mm paper, 384 dots.
    Mm58,
}

impl Width {
    /// Dots across the print head.
    pub const fn dots(self) -> u32 {
        match self {
            Width::Mm80 => 576,
            Width::Mm58 => 384,
        }
    }

    /// White between two pieces.
    const fn gap(self) -> f32 {
        match self {
            Width::Mm80 => GAP_DOTS,
            Width::Mm58 => GAP_DOTS * 0.75,
        }
    }
}

/// The renderer cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The thread has another platform already.
    #[error("this thread draws something else already")]
    Platform(#[from] SetPlatformError),
    /// The component cannot be made.
    #[error("the paper cannot be drawn")]
    Sheet(#[from] PlatformError),
}

/// Draws paper. Lives in one thread.
pub struct Press {
    window: Rc<MinimalSoftwareWindow>,
    sheet: Sheet,
    width: Width,
}

struct OffScreen(Rc<MinimalSoftwareWindow>);

impl Platform for OffScreen {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }
}

impl Press {
    /// Sets this thread up for drawing.
    pub fn new(width: Width) -> Result<Press, PaperError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(OffScreen(window.clone())))?;
        let sheet = Sheet::new()?;
        sheet.show()?;
        #[expect(clippy::cast_precision_loss, reason = "a dozen dots")]
        sheet.set_margin((piece::MARGIN_DOTS * width.dots() / PAPER_DOTS) as f32);
        sheet.set_gap(width.gap());
        window.set_size(PhysicalSize::new(width.dots(), DOTS_DOWN_MAX));
        Ok(Press { window, sheet, width })
    }

    /// Draws one ticket. One that its hall's layout makes too long is drawn without it: a visitor needs a number today, and
    /// the manager sees the preview.
    pub fn draw(&self, text: &PaperText) -> Raster {
        match self.strip(&text.pieces(), TICKET_DOTS_MAX) {
            Strip::Whole(raster) => raster,
            Strip::Cut(_) => {
                tracing::error!("the hall's layout makes a ticket longer than {TICKET_DOTS_MAX} dots: it is not used");
                self.strip(&lay::bare(text), TICKET_DOTS_MAX).raster()
            }
        }
    }

    /// Draws a list or a report, as far as one strip goes.
    pub fn sheet(&self, pieces: &[Piece]) -> Raster {
        let strip = self.strip(&pieces[..pieces.len().min(PIECES_MAX)], DOTS_DOWN_MAX);
        if pieces.len() > PIECES_MAX || matches!(strip, Strip::Cut(_)) {
            let pieces = pieces.len();
            tracing::warn!(pieces, "a sheet of {pieces} pieces is cut short");
        }
        strip.raster()
    }

    /// How high pieces are is known when they are drawn: Slint makes them then. So the strip is drawn in its full length,
    /// and cut off at the coloured line below the last piece.
    fn strip(&self, pieces: &[Piece], dots_down_max: u32) -> Strip {
        let pieces: Vec<ui::Piece> = pieces.iter().map(|piece| piece.drawn(self.width)).collect();
        self.sheet.set_pieces(ModelRc::new(VecModel::from(pieces)));
        self.window.set_size(PhysicalSize::new(self.width.dots(), dots_down_max));
        let (width, height) = (self.width.dots() as usize, dots_down_max as usize);
        let mut pixels = vec![Rgb8Pixel { r: 255, g: 255, b: 255 }; width * height];
        slint::platform::update_timers_and_animations();
        self.window.request_redraw();
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, width);
        });
        let end = pixels.chunks_exact(width).position(|row| row[width / 2] == END);
        pixels.truncate(end.unwrap_or(height) * width);
        let white = Rgb8Pixel { r: 255, g: 255, b: 255 };
        pixels.resize(pixels.len() + FOOT_DOTS * width, white);
        let grey: Vec<u8> = pixels.iter().map(|pixel| pixel.g).collect();
        let raster = Raster::from_grey(width, &grey);
        match end {
            Some(_) => Strip::Whole(raster),
            None => Strip::Cut(raster),
        }
    }
}

/// What came of drawing.
enum Strip {
    Whole(Raster),
    /// Up to the longest strip there is.
    Cut(Raster),
}

impl Strip {
    fn raster(self) -> Raster {
        match self {
            Strip::Whole(raster) | Strip::Cut(raster) => raster,
        }
    }
}
