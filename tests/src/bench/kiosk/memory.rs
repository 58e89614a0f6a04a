//! What the kiosk keeps in memory, with its window open, while visitor after visitor takes a ticket: what grows from the
//! thousandth to the ten-thousandth is a leak.

use crate::bench::resident_mib;
use crate::{
    figures::{Bar, figure, judged, round},
    hall::Hall,
    headless::Headless,
    printer::{FakePrinter, Model},
    screen::Screen,
    window::on_screen,
};
use anyhow::Result;
use serde_json::{Value, json};
use std::{path::Path, time::Instant};
use words::Lang;

/// What the kiosk may take.
const RESIDENT_MIB: f64 = 60.0;
/// What is no growth: pages that the allocator keeps.
const GROWTH_MIB: f64 = 1.0;

pub(super) fn figures(tickets: u64, folder: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
    let printer = FakePrinter::start(Model::Tells)?;
    let screen = Screen::open(folder, 1080, 1920)?;
    let mut command = on_screen(&screen, folder, &hall.facts.url, &hall.facts.device_token)?;
    command.args(["--printer", &printer.option(), "--autopilot", "-", "--with-window"]);
    let mut kiosk = Headless::start(command)?;
    kiosk.say("await ready\nawait up\n")?;
    let began = Instant::now();
    let early = (tickets / 10).max(1);
    let (mut at_early, mut seen, mut last) = (0.0, vec![], Value::Null);
    for nth in 1..=tickets {
        let lang = Lang::ALL[usize::try_from(nth)? % Lang::ALL.len()];
        let (category, service) = [("A", "A01"), ("K", "K01"), ("M", "M02"), ("T", "T01")][usize::try_from(nth)? % 4];
        kiosk.say(&format!(
            "language {lang}\ncategory {category}\nservice {service}\nawait offer\ntake\nawait taken\n"
        ))?;
        let another = |shown: &Value| shown["screen"] == "taken" && shown["slip"]["ticket"] != last;
        last = kiosk.shows("a ticket", another)?["slip"]["ticket"].take();
        kiosk.say("done\nawait attract\n")?;
        printer.forget();
        if nth % early == 0 {
            let now = resident_mib(kiosk.id())?;
            seen.push(round(now));
            at_early = if nth == early { now } else { at_early };
        }
    }
    let resident = resident_mib(kiosk.id())?;
    let per_ticket = began.elapsed().as_secs_f64() / tickets as f64;
    hall.kill()?;
    show(figure(&format!("kiosk-resident-after-{early}-tickets"), at_early, "MiB", "itself"));
    let name = format!("kiosk-resident-after-{tickets}-tickets");
    show(judged(figure(&name, resident, "MiB", "60 MiB"), Bar::AtMost(resident, RESIDENT_MIB)));
    let mut line = judged(
        figure("kiosk-resident-growth", resident - at_early, "MiB", "none: pages of the allocator"),
        Bar::AtMost(resident - at_early, GROWTH_MIB),
    );
    line["on-the-way"] = json!(seen);
    show(line);
    show(figure("kiosk-tickets", 1.0 / per_ticket, "1/s", "itself: one visitor after the other, without thinking"));
    Ok(())
}
