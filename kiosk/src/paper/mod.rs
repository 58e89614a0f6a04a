//! The paper ticket: a Slint component drawn off-screen, one bit deep.
//!
//! No printer's code page has all letters of the five languages, so a ticket is always a picture. Slint's software
//! renderer draws it with the same typeface as the screen. A platform belongs to a thread, so the renderer lives in the
//! printer's thread beside the window's own platform. Deliberately absent: printer languages; `printer` has those.

mod code;
mod raster;
mod text;

pub use raster::{Raster, THRESHOLD};
pub use text::{PaperText, paper_text};

use crate::ui::Ticket;
use slint::{
    ComponentHandle, PhysicalSize, PlatformError, Rgb8Pixel,
    platform::{
        Platform, SetPlatformError, WindowAdapter,
        software_renderer::{MinimalSoftwareWindow, RepaintBufferType},
    },
};
use std::rc::Rc;

/// The longest ticket: 25 cm at 8 dots to the millimetre.
const DOTS_DOWN_MAX: u32 = 2_000;
/// White below the last line, so the cutter does not touch it.
const FOOT_DOTS: usize = 16;

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

    const fn scale(self) -> f32 {
        match self {
            Width::Mm80 => 1.0,
            Width::Mm58 => 2.0 / 3.0,
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
    #[error("the ticket cannot be drawn")]
    Ticket(#[from] PlatformError),
}

/// Draws tickets. Lives in one thread.
pub struct Press {
    window: Rc<MinimalSoftwareWindow>,
    ticket: Ticket,
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
        let ticket = Ticket::new()?;
        ticket.show()?;
        ticket.set_k(width.scale());
        window.set_size(PhysicalSize::new(width.dots(), DOTS_DOWN_MAX));
        Ok(Press { window, ticket, width })
    }

    /// Draws one ticket.
    pub fn draw(&self, text: &PaperText) -> Raster {
        self.set(text);
        let width = self.width.dots() as usize;
        let mut pixels = vec![Rgb8Pixel { r: 255, g: 255, b: 255 }; width * DOTS_DOWN_MAX as usize];
        slint::platform::update_timers_and_animations();
        self.window.request_redraw();
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, width);
        });
        let dark = |row: &[Rgb8Pixel]| row.iter().any(|pixel| pixel.g < THRESHOLD);
        let last = pixels.chunks_exact(width).rposition(dark).unwrap_or(0);
        let height = (last + 1 + FOOT_DOTS).min(DOTS_DOWN_MAX as usize);
        let grey: Vec<u8> = pixels[..height * width].iter().map(|pixel| pixel.g).collect();
        Raster::from_grey(width, &grey)
    }

    fn set(&self, text: &PaperText) {
        let ticket = &self.ticket;
        ticket.set_hall(text.hall.as_str().into());
        ticket.set_label(text.label.as_str().into());
        ticket.set_number(text.number.as_str().into());
        ticket.set_service(text.service.as_str().into());
        ticket.set_official(text.official.as_str().into());
        ticket.set_ahead(text.ahead.as_str().into());
        ticket.set_wait(text.wait.as_str().into());
        ticket.set_when(text.when.as_str().into());
        ticket.set_scan(text.scan.as_str().into());
        ticket.set_foot(text.foot.as_str().into());
        let dots_max = self.width.dots() as usize * 11 / 20;
        ticket.set_code(code::code(&text.address, dots_max).unwrap_or_default());
    }
}
