//! From the start of the process to the first screen that can be touched: the languages stand there and can be chosen.
//!
//! The screen's own memory is looked at, so what counts is what a visitor sees; beside it stands a window that shows
//! nothing, for what the machine and the toolkit take anyway.

use crate::bench::resident_mib;
use crate::{
    figures::{Bar, figure, judged, percentile},
    hall::{Hall, PATIENCE},
    screen::Screen,
    window::{on_screen, pause},
};
use anyhow::{Context, Result};
use kiosk::ui::Sheet;
use serde_json::Value;
use slint::ComponentHandle;
use std::{
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

/// Rows of the screen on which the languages stand.
const ROWS: [usize; 8] = [1_100, 1_200, 1_300, 1_400, 1_500, 1_600, 1_700, 1_800];
/// What a start may take.
const START_MS: f64 = 500.0;

pub(super) fn figures(starts: usize, folder: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
    let screen = Screen::open(folder, 1080, 1920)?;
    let kiosk = || on_screen(&screen, folder, &hall.facts.url, &hall.facts.device_token);
    let dark = screen.rows(&ROWS)?;
    let mut program = Shown(kiosk()?.spawn()?);
    // While the services are not known there is a notice, and no language can be chosen.
    let notice = [0xfb, 0xe8, 0xe4];
    screen.shows("the first screen", |picture| {
        picture.colours() > 30 && picture.dots_near(notice) < picture.dots.len() / 1_000
    })?;
    // It has its own small signs to settle: the hub's figures, the printer.
    pause(Duration::from_secs(1));
    let usable = screen.rows(&ROWS)?;
    anyhow::ensure!(usable != dark, "nothing is shown");
    let resident = resident_mib(program.0.id())?;
    program.end();
    let (mut spans, mut bare) = (vec![], vec![]);
    for _ in 0..starts {
        spans.push(until_shown(&mut kiosk()?, &screen, |rows| *rows == usable)?);
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench-window"]).env("DISPLAY", &screen.display).env("SLINT_BACKEND", "winit-software");
        command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
        bare.push(until_shown(&mut command, &screen, |rows| *rows != dark)?);
    }
    let (p50, worst, bare) = (percentile(spans.clone(), 50), percentile(spans, 100), percentile(bare, 50));
    show(figure("bare-window-start-p50", bare, "ms", "itself: a window of the same toolkit that shows nothing"));
    show(judged(figure("kiosk-start-to-usable-p50", p50, "ms", "500 ms"), Bar::AtMost(p50, START_MS)));
    show(judged(figure("kiosk-start-to-usable-worst", worst, "ms", "500 ms"), Bar::AtMost(worst, START_MS)));
    show(figure("kiosk-start-beside-bare", p50 / bare, "times", "bare-window-start-p50"));
    show(figure("kiosk-resident-at-start", resident, "MiB", "itself"));
    hall.kill()?;
    Ok(())
}

struct Shown(Child);

impl Shown {
    fn end(&mut self) {
        // Ended already is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.end();
    }
}

/// Milliseconds from the start until the screen shows what fits; the screen is dark before and after.
fn until_shown(command: &mut Command, screen: &Screen, fits: impl Fn(&Vec<u8>) -> bool) -> Result<f64> {
    waits(screen, |rows| rows.iter().all(|byte| *byte == 0)).context("the screen does not get dark")?;
    let began = Instant::now();
    let mut program = Shown(command.spawn()?);
    let shown = waits(screen, fits);
    let span = began.elapsed();
    program.end();
    shown?;
    Ok(span.as_secs_f64() * 1e3)
}

fn waits(screen: &Screen, fits: impl Fn(&Vec<u8>) -> bool) -> Result<()> {
    let began = Instant::now();
    while !fits(&screen.rows(&ROWS)?) {
        anyhow::ensure!(began.elapsed() < PATIENCE, "the screen never showed it");
        pause(Duration::from_millis(1));
    }
    Ok(())
}

/// A window of the same toolkit with nothing in it, until it is ended.
pub(crate) fn bare_window() -> Result<()> {
    let sheet = Sheet::new()?;
    sheet.window().set_size(slint::LogicalSize::new(1080.0, 1920.0));
    Ok(sheet.run()?)
}
