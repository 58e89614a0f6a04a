//! How long a screen takes to change: every screen in five languages after every other, as a visitor walks, 1080 × 1920,
//! drawn by the software renderer into one reused buffer, so that only what changed is drawn.
//!
//! A change may need several frames; the longest of them counts, and setting the screen's words belongs to it.

use crate::{
    figures::{Bar, figure, judged, percentile, round},
    off_screen::OffScreen,
    papers::sample,
};
use anyhow::Result;
use kiosk::{driver::View, face, session::Panel, session::Presence, ui::KioskWindow};
use serde_json::{Value, json};
use slint::ComponentHandle;
use std::{collections::BTreeMap, sync::Arc, thread, time::Duration};
use words::Lang;

const WIDTH: u32 = 1080;
const HEIGHT: u32 = 1920;
/// What one frame may take.
const FRAME_MS: f64 = 16.0;
/// Longer than the guard against the second tap of a double tap.
const BETWEEN: Duration = Duration::from_millis(500);

/// Milliseconds by screen.
type Spans = BTreeMap<String, Vec<f64>>;

pub(super) fn figures(tours: usize, show: &mut impl FnMut(Value)) -> Result<()> {
    // A platform belongs to a thread.
    let toured = thread::spawn(move || tour(tours)).join();
    let spans = toured.map_err(|_| anyhow::anyhow!("the tour's thread panicked"))??;
    let all: Vec<f64> = spans.values().flatten().copied().collect();
    let by_screen: BTreeMap<&str, [f64; 2]> = spans
        .iter()
        .map(|(name, spans)| (name.as_str(), [50, 100].map(|p| round(percentile(spans.clone(), p)))))
        .collect();
    let slowest = |nth: usize| {
        let all = by_screen.iter().map(|(name, spans)| (spans[nth], *name));
        all.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or_default()
    };
    let (p50, p99) = (percentile(all.clone(), 50), percentile(all, 99));
    show(judged(figure("kiosk-frame-p50", p50, "ms", "16 ms"), Bar::AtMost(p50, FRAME_MS)));
    show(judged(figure("kiosk-frame-p99", p99, "ms", "16 ms"), Bar::AtMost(p99, FRAME_MS)));
    for (nth, name) in [(0, "kiosk-frame-p50-of-the-slowest-screen"), (1, "kiosk-frame-worst")] {
        let (span, screen) = slowest(nth);
        let mut line = judged(figure(name, span, "ms", "16 ms"), Bar::AtMost(span, FRAME_MS));
        line["screen"] = json!(screen);
        if nth == 1 {
            line["p50-and-worst-by-screen"] = json!(by_screen);
        }
        show(line);
    }
    Ok(())
}

/// The longest frame of a change, in milliseconds.
fn change(screen: &mut OffScreen, window: &KioskWindow, view: &View) -> f64 {
    let longest = screen.change(|| face::show(window, view));
    screen.wait(BETWEEN);
    longest.as_secs_f64() * 1e3
}

fn tour(tours: usize) -> Result<Spans> {
    let mut screen = OffScreen::open(WIDTH, HEIGHT)?;
    let window = KioskWindow::new()?;
    face::bind(&window, |_| {});
    window.show()?;
    let mut change = |view: &View| change(&mut screen, &window, view);
    let book = Arc::new(sample::book());
    let mut spans = Spans::new();
    for _ in 0..tours {
        for lang in Lang::ALL {
            let screens = sample::screens(lang).into_iter();
            let screens = screens.map(|(name, screen)| (name, sample::view(&book, screen)));
            for (name, view) in screens.chain(sample::rungs(&book, lang)) {
                spans.entry(name.to_owned()).or_default().push(change(&view));
            }
            let mut over = sample::view(&book, sample::screens(lang).swap_remove(0).1);
            over.shown.panel = Panel::Comfort;
            spans.entry("comfort".to_owned()).or_default().push(change(&over));
            (over.shown.panel, over.shown.presence) = (Panel::Closed, Presence::Asked);
            spans.entry("presence".to_owned()).or_default().push(change(&over));
        }
    }
    Ok(spans)
}
