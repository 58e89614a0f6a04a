//! How long a row takes to change on a screen of 3840 × 2160, drawn by the software renderer.

use super::{beat, called, snapshot};
use crate::{
    figures::{Bar, figure, judged, percentile},
    off_screen::OffScreen,
};
use anyhow::Result;
use queue_display::{
    board::{Display, Event, Moment},
    program::Face,
    window::Window,
};
use serde_json::Value;
use slint::ComponentHandle;
use std::{thread, time::Duration};

/// What one frame may take.
const FRAME_MS: f64 = 16.0;
/// Longer than a turn and its pulses.
const BETWEEN_MS: u64 = 5_000;
const COUNTERS: u64 = 4;

pub(super) fn figures(rows: u64, show: &mut impl FnMut(Value)) -> Result<()> {
    let drawn = thread::spawn(move || draw(rows)).join();
    let spans = drawn.map_err(|_| anyhow::anyhow!("the board's thread panicked"))??;
    let (p50, worst) = (percentile(spans.clone(), 50), percentile(spans, 99));
    show(judged(figure("display-4k-row-p50", p50, "ms", "16 ms"), Bar::AtMost(p50, FRAME_MS)));
    show(judged(figure("display-4k-row-p99", worst, "ms", "16 ms"), Bar::AtMost(worst, FRAME_MS)));
    Ok(())
}

/// Visitor after visitor is called again at one of four counters: one row changes and pulses, four stand.
fn draw(rows: u64) -> Result<Vec<f64>> {
    let mut screen = OffScreen::open(3840, 2160)?;
    let mut window = Window::new()?;
    window.ui().show()?;
    let mut display = Display::new(Moment(0));
    let mut at = 0;
    let mut spans = vec![];
    let mut take = |display: &mut Display, at: u64, event| {
        let announced = display.handle(Moment(at), event);
        let Ok(()) = window.show(Moment(at), display, announced.as_ref());
    };
    take(&mut display, 0, Event::Stream(snapshot()));
    for seq in 1..=COUNTERS {
        take(&mut display, 0, Event::Stream(called(seq, seq)));
    }
    for seq in COUNTERS + 1..=COUNTERS + rows {
        at += BETWEEN_MS;
        screen.wait(Duration::from_millis(BETWEEN_MS));
        screen.change(|| take(&mut display, at, Event::Stream(beat(i64::try_from(at).unwrap_or_default()))));
        screen.change(|| take(&mut display, at, Event::Tick));
        // The newest call heads the board: the row that changes is the same counter's, called again.
        let again = Event::Stream(called(COUNTERS, seq));
        spans.push(screen.change(|| take(&mut display, at, again)).as_secs_f64() * 1e3);
    }
    Ok(spans)
}
