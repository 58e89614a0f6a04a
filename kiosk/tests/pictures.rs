//! Every screen in five languages, as designed, with the largest text and in high contrast, dot by dot beside what was agreed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;
#[path = "../../tests/shared/pictures.rs"]
mod shared;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions, mock_elapsed_time};
use kiosk::{
    driver::View,
    face,
    session::{Comfort, Contrast, Panel, Presence, Screen, TextSize},
    ui::KioskWindow,
};
use shared::Pictures;
use slint::{ComponentHandle, PhysicalSize};
use std::{sync::Arc, time::Duration};
use words::Lang;

/// Half of the panel: every dot of a letter counts, and there are a quarter as many.
const HALF: f32 = 0.5;
/// Everything that comes in has come.
const SETTLED: Duration = Duration::from_millis(600);

/// Every view of a language: each screen, and what lies over one.
fn views(lang: Lang) -> Vec<(&'static str, View)> {
    let book = Arc::new(sample::book());
    let screens = sample::screens(lang).into_iter();
    let mut views: Vec<_> = screens.map(|(name, screen)| (name, sample::view(&book, screen))).collect();
    views.extend(sample::rungs(&book, lang));
    for (name, presence, panel) in
        [("presence", Presence::Asked, Panel::Closed), ("comfort", Presence::Here, Panel::Comfort)]
    {
        let mut over = sample::view(&book, Screen::Offer { wish: sample::wish(lang), told: sample::told() });
        (over.shown.presence, over.shown.panel) = (presence, panel);
        views.push((name, over));
    }
    // A bar that runs is never twice the same.
    views.retain(|(name, _)| !["taking", "printing", "sending"].contains(name));
    views
}

#[test]
fn every_screen_is_drawn_as_it_was_agreed() {
    let options = TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let mut pictures = Pictures::agreed("pictures.txt");
    let designed = Comfort::default();
    for (how, comfort) in [
        ("", designed),
        ("-largest", Comfort { size: TextSize::Largest, ..designed }),
        ("-contrast", Comfort { contrast: Contrast::WhiteOnBlack, ..designed }),
    ] {
        // Colours know no language.
        let langs = if how == "-contrast" { &Lang::ALL[..1] } else { &Lang::ALL[..] };
        for lang in langs.iter().copied() {
            for (name, mut view) in views(lang) {
                view.shown.comfort = comfort;
                // A new window each: nothing of the one before shows.
                let window = KioskWindow::new().unwrap();
                face::bind(&window, |_| {});
                window.window().dispatch_event(slint::platform::WindowEvent::ScaleFactorChanged { scale_factor: HALF });
                window.window().set_size(PhysicalSize::new(540, 960));
                face::show(&window, &view);
                window.show().unwrap();
                mock_elapsed_time(SETTLED);
                pictures.drawn(&format!("{name}-{lang}{how}"), &window.window().take_snapshot().unwrap());
                window.hide().unwrap();
            }
        }
    }
    pictures.end();
}
