//! What a board keeps in memory after a day: a process of its own, a clock that runs ahead, and every call of a busy hall.

use super::{beat, called, snapshot};
use crate::{
    figures::{Bar, figure, judged},
    off_screen::OffScreen,
};
use anyhow::{Context, Result};
use queue_display::{
    board::{Display, Event, Moment},
    program::{Face, TICK_MS},
    window::Window,
};
use serde_json::Value;
use slint::ComponentHandle;
use std::{process::Command, time::Duration};
use wire::board::{BoardChange, BoardEvent};

/// What a board may take.
const RESIDENT_MIB: f64 = 40.0;
/// What is no growth: pages that the allocator keeps.
const GROWTH_MIB: f64 = 1.0;
const HOUR_MS: u64 = 3_600_000;
const BEAT_MS: u64 = 2_000;
/// Somebody is called every half minute, at one of ten counters.
const CALL_MS: u64 = 30_000;
const COUNTERS: u64 = 10;

pub(super) fn figures(hours: u64, show: &mut impl FnMut(Value)) -> Result<()> {
    let own = std::env::current_exe()?;
    let output = Command::new(own).args(["bench-display-day", &hours.to_string()]).output()?;
    anyhow::ensure!(output.status.success(), "the board's day ended with {}", output.status);
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let of = |name: &str| said[name].as_f64().with_context(|| format!("the day said {said}"));
    let (first, last) = (of("after-an-hour")?, of("after-all")?);
    show(figure("display-resident-after-1-hour", first, "MiB", "itself: 1920 × 1080, its buffer included"));
    let name = format!("display-resident-after-{hours}-hours");
    show(judged(figure(&name, last, "MiB", "40 MiB"), Bar::AtMost(last, RESIDENT_MIB)));
    let growth = last - first;
    show(judged(
        figure("display-resident-growth", growth, "MiB", "none: pages of the allocator"),
        Bar::AtMost(growth, GROWTH_MIB),
    ));
    Ok(())
}

/// Hangs for so many hours, and prints what it keeps.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
pub(in crate::bench) fn day(hours: u64) -> Result<()> {
    let mut screen = OffScreen::open(1920, 1080)?;
    let mut window = Window::new()?;
    window.ui().show()?;
    let mut display = Display::new(Moment(0));
    let (mut after_an_hour, mut seq) = (0.0, 0);
    for at in (0..=hours * HOUR_MS).step_by(usize::try_from(TICK_MS)?) {
        let mut events = vec![];
        if at == 0 {
            events.push(snapshot());
        }
        if at % BEAT_MS == 0 {
            events.push(beat(i64::try_from(at)?));
        }
        if at % CALL_MS == 0 {
            // The counter's call before this one is over.
            let counter = seq % COUNTERS + 1;
            if seq >= COUNTERS {
                let call_seq = seq + 1 - COUNTERS;
                events.push(BoardEvent::Change(BoardChange::Over { counter: counter.to_string(), call_seq }));
            }
            seq += 1;
            events.push(called(counter, seq));
        }
        screen.wait(Duration::from_millis(TICK_MS));
        screen.change(|| {
            for event in events.into_iter().map(Event::Stream).chain([Event::Tick]) {
                let announced = display.handle(Moment(at), event);
                let Ok(()) = window.show(Moment(at), &display, announced.as_ref());
            }
        });
        if at == HOUR_MS {
            after_an_hour = resident_mib()?;
        }
    }
    println!("{}", serde_json::json!({"after-an-hour": after_an_hour, "after-all": resident_mib()?}));
    Ok(())
}

fn resident_mib() -> Result<f64> {
    Ok(crate::bench::resident_mib(std::process::id())?)
}
