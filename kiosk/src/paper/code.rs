//! The QR code of a ticket's own page, in whole dots: a print head cannot burn half a dot, and a blurred code is no code.

use fast_qr::{ECL, QRBuilder};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// White modules around the code, as the standard asks.
const QUIET: usize = 4;
/// Dots of one module below which phones give up: a quarter of a millimetre.
const MODULE_DOTS_MIN: usize = 3;

/// Rows of a code: less than a printer takes at a time, because a seam through a code is no code.
pub const CODE_ROWS_MAX: usize = 236;

/// The code of `address`, about `dots` wide and never wider than `dots_max`; none if no code holds it.
pub(crate) fn code(address: &str, dots: usize, dots_max: usize) -> Option<Image> {
    let qr = QRBuilder::new(address).ecl(ECL::M).build().ok()?;
    let modules = qr.size + 2 * QUIET;
    let whole = (CODE_ROWS_MAX / qr.size).max(MODULE_DOTS_MIN);
    let module = (dots / modules).max(MODULE_DOTS_MIN).min(whole).min(dots_max / modules);
    let side = modules * module;
    if module == 0 {
        return None;
    }
    let size = u32::try_from(side).ok()?;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(size, size);
    for (i, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (i % side / module, i / side / module);
        let inside = |at: usize| (QUIET..QUIET + qr.size).contains(&at);
        let black = inside(x) && inside(y) && qr[y - QUIET][x - QUIET].value();
        let grey = if black { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: grey, g: grey, b: grey };
    }
    Some(Image::from_rgb8(pixels))
}
