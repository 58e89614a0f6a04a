//! From the finger that lifts off "take a ticket" to the job at the printer: a real pointer on the real window, the real
//! hub, a printer in the network. The way to that button is walked by lines, so that two hundred tickets take minutes.

use crate::{
    figures::{Bar, figure, judged, percentile},
    hall::{Hall, PATIENCE},
    headless::Headless,
    printer::{FakePrinter, Model},
    screen::Screen,
    screen_reader::{Listening, Reader},
    window::{Finger, KIOSK, SETTLED, on_screen, pause},
};
use anyhow::Result;
use serde_json::Value;
use std::path::Path;
use words::Lang;

/// What a ticket may take.
const TOUCH_MS: f64 = 150.0;

pub(super) fn figures(touches: usize, folder: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
    let printer = FakePrinter::start(Model::Tells)?;
    let screen = Screen::open(folder, 1080, 1920)?;
    let reader = Reader::start(folder)?;
    let mut command = on_screen(&screen, folder, &hall.facts.url, &hall.facts.device_token)?;
    command.args(["--printer", &printer.option(), "--autopilot", "-", "--with-window"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &reader.address);
    let mut kiosk = Headless::start(command)?;
    let mut finger = Finger::at(&screen)?;
    kiosk.say("await ready\nawait up\n")?;
    let (mut first, mut last, mut places) = (vec![], vec![], vec![]);
    for nth in 0..touches {
        let lang = Lang::ALL[nth % Lang::ALL.len()];
        kiosk.say(&format!("language {lang}\ncategory A\nservice A01\nawait offer\n"))?;
        kiosk.shows("an offer", |shown| shown["screen"] == "offer" && shown["told"]["place"].is_object())?;
        // The button stands where it stands in each language's screen; a tree that nobody reads costs nothing.
        let place = match places.get(nth) {
            Some(place) => *place,
            None if nth < Lang::ALL.len() => {
                let name = words::say(lang, "kiosk.offer.take");
                let take = reader.finds(name, KIOSK, |nodes| nodes.iter().find(|node| node.name == name).cloned())?;
                places.push(take.middle());
                take.middle()
            }
            None => {
                reader.listens(Listening::No)?;
                places[nth % Lang::ALL.len()]
            }
        };
        // The screen listens a moment after it has come up.
        pause(SETTLED);
        finger.press(place)?;
        let lifted = finger.lift()?;
        let (begun, whole) = printer.job_after(lifted, PATIENCE)?;
        first.push((begun - lifted).as_secs_f64() * 1e3);
        last.push((whole - lifted).as_secs_f64() * 1e3);
        kiosk.shows("a ticket", |shown| shown["screen"] == "taken")?;
        kiosk.say("done\n")?;
        printer.forget();
    }
    hall.kill()?;
    let p = |spans: &Vec<f64>, percent| percentile(spans.clone(), percent);
    show(figure("touch-to-first-byte-at-the-printer-p50", p(&first, 50), "ms", "itself"));
    show(figure("touch-to-first-byte-at-the-printer-p99", p(&first, 99), "ms", "itself"));
    show(figure("touch-to-job-at-the-printer-p50", p(&last, 50), "ms", "itself: its last byte"));
    let p99 = p(&last, 99);
    show(judged(figure("touch-to-job-at-the-printer-p99", p99, "ms", "150 ms"), Bar::AtMost(p99, TOUCH_MS)));
    Ok(())
}
