//! The hall's kiosks and displays as its manager sees them: who answers, what the printer says, whether a cabinet was opened, what the
//! technician found last.
//!
//! One button: that an opened cabinet was seen. Absent on purpose: any other. A kiosk asks and tells; nothing is done to
//! it from afar.

use super::{
    frame::{Frame, show},
    page::Page,
    words_of::{clock, coded, dated},
};
use crate::{
    config::DisplayEntry,
    http::{
        Fault, Hub,
        fleet::{Heard, SILENT_AFTER},
        permit::Manager,
        tickets::moment,
    },
    people::KeptTest,
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use queue::{calendar::date_at, ids::DeviceId, time::Time};
use serde::Deserialize;
use wire::{
    display::DisplayFace,
    fleet::{PrinterState, TestResult},
};
use words::Lang;

/// Self-tests that are shown of one kiosk.
const TESTS_SHOWN: usize = 3;

/// The page.
#[derive(Template)]
#[template(path = "fleet.html")]
struct FleetPage<'a> {
    page: &'a Page,
    kiosks: Vec<KioskRow>,
    displays: Vec<DisplayRow>,
}

/// One display: it shows or it is dark.
struct DisplayRow {
    device: String,
    face: String,
    link: Link,
    heard: String,
}

/// One kiosk.
struct KioskRow {
    device: String,
    lane: u8,
    link: Link,
    heard: String,
    printer: String,
    printer_look: &'static str,
    version: String,
    place: Option<String>,
    door: Option<DoorRow>,
    tests: Vec<TestRow>,
}

/// A cabinet that was opened.
struct DoorRow {
    /// The kiosk's own word for the moment, given back when the manager has seen it.
    at: String,
    /// What to read.
    sentence: String,
    look: &'static str,
}

/// What the form of an opened cabinet sends.
#[derive(Debug, Deserialize)]
pub struct DoorSeen {
    at: String,
}

/// Whether it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Up,
    Down,
}

/// One self-test.
struct TestRow {
    when: String,
    parts: Vec<PartRow>,
}

struct PartRow {
    name: String,
    result: String,
    look: &'static str,
    code: String,
}

/// `GET /manager/kiosks`.
pub async fn page(State(hub): State<Hub>, frame: Frame, Manager(member): Manager) -> Result<Response, Fault> {
    let asking = hub.clone();
    let kept = tokio::task::spawn_blocking(move || {
        let kiosks = asking.config.kiosks().iter();
        kiosks.map(|kiosk| asking.people.self_tests(&kiosk.device)).collect::<Result<Vec<_>, _>>()
    });
    let tests = kept.await.map_err(|_| Fault::Internal)??;
    let (lang, now) = (frame.lang, hub.now());
    let rows = hub.config.kiosks().iter().zip(tests).map(|(kiosk, tests)| {
        let heard = hub.fleet.of(&kiosk.device);
        let tests = tests.iter().take(TESTS_SHOWN).map(|kept| test(&hub, lang, kept)).collect();
        let place = kiosk.place.as_ref().map(|place| place.of(lang.tag()).to_owned());
        let door = heard.as_ref().and_then(|heard| door(&hub, lang, heard));
        let row = row((kiosk.device.to_string(), kiosk.lane), heard, tests, (lang, now));
        KioskRow { place, door, ..row }
    });
    let displays = hub.config.displays().iter().map(|display| display_row(&hub, display, (lang, now)));
    let (kiosks, displays) = (rows.collect(), displays.collect());
    let shown = FleetPage { page: &frame.still(&hub, Some(&member)), kiosks, displays };
    Ok(show(StatusCode::OK, &shown))
}

/// `POST /manager/kiosks/{device}/door`: somebody looks after it. The kiosk hears of it when it asks next.
pub async fn saw_door(
    State(hub): State<Hub>,
    Manager(member): Manager,
    Path(device): Path<String>,
    sent: Result<Form<DoorSeen>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(DoorSeen { at }) = sent.map_err(|_| Fault::WrongBody { detail: "at".to_owned() })?;
    let device: DeviceId = device.parse().map_err(|_| Fault::NotFound)?;
    if hub.config.kiosks().iter().all(|kiosk| kiosk.device != device) {
        return Err(Fault::NotFound);
    }
    if moment(&at).is_none() {
        return Err(Fault::BadTime { name: "at" });
    }
    tracing::info!(%device, by = %member.id, "{} has seen that the cabinet of {device} was opened", member.id);
    hub.fleet.saw_door(&device, &at);
    Ok(Redirect::to("/manager/kiosks").into_response())
}

fn door(hub: &Hub, lang: Lang, heard: &Heard) -> Option<DoorRow> {
    let door = heard.condition.as_ref()?.door.clone()?;
    let at = moment(&door.at)?;
    let rules = hub.config.rules();
    let when = format!("{} {}", dated(date_at(rules, at)), clock(at, rules));
    let seen = door.seen || heard.door_seen.as_ref() == Some(&door.at);
    let (key, look) = if seen { ("console.fleet.door-seen", "unknown") } else { ("console.fleet.door-opened", "ill") };
    Some(DoorRow { at: door.at, sentence: words::fill(lang, key, &[("when", &when)]), look })
}

fn row((device, lane): (String, u8), heard: Option<Heard>, tests: Vec<TestRow>, (lang, now): (Lang, Time)) -> KioskRow {
    let (link, heard_words) = linked(heard.as_ref(), (lang, now));
    let condition = heard.and_then(|heard| heard.condition);
    let printer = condition.as_ref().map(|condition| condition.printer);
    KioskRow {
        device,
        lane,
        link,
        heard: heard_words,
        printer: printer.map_or_else(|| "—".to_owned(), |state| coded(lang, "hall.printer", state.code())),
        printer_look: match printer {
            Some(PrinterState::Ready) => "well",
            None => "unknown",
            Some(_) => "ill",
        },
        version: condition.map_or_else(|| "—".to_owned(), |condition| condition.version),
        place: None,
        door: None,
        tests,
    }
}

fn display_row(hub: &Hub, display: &DisplayEntry, (lang, now): (Lang, Time)) -> DisplayRow {
    let (link, heard) = linked(hub.fleet.of(&display.device).as_ref(), (lang, now));
    let face = match (display.post.face, &display.post.counter) {
        (DisplayFace::Counter, Some(counter)) => {
            words::fill(lang, "console.fleet.face-counter", &[("counter", counter)])
        }
        (DisplayFace::Hall, _) | (DisplayFace::Counter, None) => words::say(lang, "console.fleet.face-hall").to_owned(),
        (DisplayFace::Lobby, _) => words::say(lang, "console.fleet.face-lobby").to_owned(),
        (DisplayFace::Information, _) => words::say(lang, "console.fleet.face-information").to_owned(),
    };
    DisplayRow { device: display.device.to_string(), face, link, heard }
}

/// Whether a machine answers, and since when it has not.
fn linked(heard: Option<&Heard>, (lang, now): (Lang, Time)) -> (Link, String) {
    let silent = heard.map(|heard| now.since(heard.at));
    let link = if silent.is_some_and(|silent| silent <= SILENT_AFTER) { Link::Up } else { Link::Down };
    let said = match (silent, link) {
        (_, Link::Up) => words::say(lang, "console.fleet.up").to_owned(),
        (Some(silent), Link::Down) => words::count(lang, "console.fleet.silent", silent.whole_minutes(), &[]),
        (None, Link::Down) => words::say(lang, "console.fleet.never").to_owned(),
    };
    (link, said)
}

fn test(hub: &Hub, lang: Lang, kept: &KeptTest) -> TestRow {
    let rules = hub.config.rules();
    // A report may have waited for the hub: then its own date counts, but it was not made later than it came.
    let at = kept.test.at.as_deref().and_then(moment).map_or(kept.at, |made| made.min(kept.at));
    let part = |test: &wire::fleet::PartTest| PartRow {
        name: coded(lang, "hall.part", test.part.code()),
        result: coded(lang, "hall.test", test.result.code()),
        look: match test.result {
            TestResult::Passed => "well",
            TestResult::Failed => "ill",
            TestResult::NotPresent => "unknown",
        },
        code: test.code.clone().unwrap_or_default(),
    };
    TestRow {
        when: format!("{} {}", dated(date_at(rules, at)), clock(at, rules)),
        parts: kept.test.parts.iter().map(part).collect(),
    }
}

impl Link {
    fn up(self) -> bool {
        self == Link::Up
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::fleet::Part;

    #[test]
    fn every_code_of_the_fleet_has_a_name_in_every_language() {
        let parts = Part::ALL.map(|part| ("hall.part", part.code()));
        let results = TestResult::ALL.map(|result| ("hall.test", result.code()));
        let printers = PrinterState::ALL.map(|state| ("hall.printer", state.code()));
        for (table, code) in parts.into_iter().chain(results).chain(printers) {
            for lang in Lang::ALL {
                assert_ne!(coded(lang, table, code), code, "{table} {code} in {lang}");
            }
        }
    }
}
