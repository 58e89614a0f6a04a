//! The real kiosk at a real hub, with a printer in the network that fails in the middle of things: each visitor has one
//! ticket in the queue, and of all papers with its number one at most is not marked as a copy.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};
use tests::{
    hall::{Hall, PATIENCE, binary},
    headless::Headless,
    keepalive::Connection,
    printer::{End, FakePrinter, Fault, Mishap, Model, When, marked},
    screen::until,
    stage,
};
use tokio::runtime::Runtime;

/// The way from the first screen to the printer.
const WAY: [&str; 6] = ["await ready", "language ru", "category A", "service A01", "await offer", "take"];

struct Scene {
    printer: FakePrinter,
    hall: Hall,
    kiosk: Headless,
    runtime: Runtime,
}

impl Scene {
    fn open(name: &str) -> Scene {
        let folder = folder(name);
        let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
        let printer = FakePrinter::start(Model::Tells).unwrap();
        let mut command = Command::new(binary("kiosk").unwrap());
        command.args(["--hub", &hall.facts.url, "--autopilot", "-", "--printer", &printer.option(), "--data"]);
        command.arg(folder.join("kiosk")).env("NAVBAT_TOKEN", &hall.facts.device_token);
        command.stderr(fs::File::create(folder.join("kiosk.log")).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Scene { printer, hall, kiosk: Headless::start(command).unwrap(), runtime }
    }

    fn tap(&mut self, lines: &[&str]) {
        self.kiosk.say(&(lines.join("\n") + "\n")).unwrap();
    }

    /// What the screen shows when it fits.
    fn shows(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.kiosk.shows(what, fits).unwrap()
    }

    fn screen(&self, screen: &str) -> Value {
        self.shows(screen, |shown| shown["screen"] == screen)
    }

    /// The ticket waits at the hub under the number that the visitor was shown, and nobody else does.
    fn one_waits(&self, slip: &Value) {
        let id = slip["ticket"].as_str().unwrap();
        let state = until("the hub has the ticket waiting", || {
            let state = self.get(&format!("/api/v1/tickets/{id}"))?;
            Ok(Some(state).filter(|state| state["stage"] == "waiting"))
        });
        assert_eq!(state.unwrap()["number"], slip["number"]);
        assert_eq!(self.get("/api/v1/hall").unwrap()["waiting"], 1);
    }

    fn get(&self, path: &str) -> std::io::Result<Value> {
        self.runtime.block_on(async {
            let mut hub = Connection::open(self.hall.address, Some(&self.hall.facts.device_token)).await?;
            Ok(hub.get(path).await?.json())
        })
    }

    /// What came out: how each paper ended, and whether it is marked as a copy.
    fn papers(&self) -> Vec<(End, bool)> {
        self.printer.papers().iter().map(|paper| (paper.end, marked(paper))).collect()
    }

    /// The visitor prints a copy of the number on the screen as soon as the printer is well.
    fn copy(&mut self) -> Value {
        let well =
            self.shows("a printer that is well", |shown| shown["screen"] == "taken" && shown["readiness"] == "ready");
        self.tap(&["copy"]);
        let taken = self.shows("the copy", |shown| shown["copy"]["offered"] == 1);
        assert_eq!(well["slip"], taken["slip"], "the same ticket");
        taken["slip"].clone()
    }
}

fn folder(name: &str) -> PathBuf {
    stage::folder(env!("CARGO_TARGET_TMPDIR"), &format!("paper/{name}")).unwrap()
}

#[test]
fn hall_printer_in_the_network_prints_a_ticket_when_its_cover_is_shut() {
    let mut scene = Scene::open("cover");
    scene.shows("a printer that is well", |shown| shown["readiness"] == "ready");
    scene.printer.suffers(Fault::Cover);
    scene.shows("an open cover", |shown| shown["readiness"]["no-printer"] == "cover-open");
    scene.tap(&WAY[1..]);
    scene.screen("sorry");
    scene.tap(&["home"]);
    assert_eq!(scene.papers(), [], "no number is taken that cannot be printed");
    scene.printer.mend();
    scene.tap(&WAY);
    let taken = scene.screen("taken");
    assert_eq!(taken["slip"]["number"], "A-001");
    scene.one_waits(&taken["slip"]);
    assert_eq!(scene.papers(), [(End::Cut, false)]);
}

#[test]
fn hall_paper_that_runs_out_amid_a_ticket_or_with_it_counts_and_is_followed_by_a_copy() {
    for (name, when, end) in [("out", When::Bytes(20_000), End::Torn), ("out-at-cut", When::Cut, End::Cut)] {
        let mut scene = Scene::open(name);
        scene.printer.plan(when, Mishap::Fault(Fault::Out));
        scene.tap(&WAY);
        let taken = scene.screen("taken");
        assert_eq!(taken["copy"]["doubtful"][0], "paper-out", "{name}");
        scene.one_waits(&taken["slip"]);
        scene.printer.waits_for(1, PATIENCE).unwrap();
        scene.printer.mend();
        let slip = scene.copy();
        scene.one_waits(&slip);
        assert_eq!(scene.papers(), [(end, false), (End::Cut, true)], "{name}");
    }
}

#[test]
fn hall_printer_that_dies_amid_a_ticket_prints_a_copy_when_it_is_back() {
    let mut scene = Scene::open("dies");
    scene.printer.plan(When::Received(20_000), Mishap::Dies);
    scene.tap(&WAY);
    scene.screen("taken");
    scene.printer.revive();
    let slip = scene.copy();
    scene.one_waits(&slip);
    // How much of the first was on paper when it died is chance.
    let papers = scene.papers();
    assert_eq!(papers.last(), Some(&(End::Cut, true)));
    assert!(papers[..papers.len() - 1].iter().all(|paper| *paper == (End::Torn, false)), "{papers:?}");
}

#[test]
fn hall_line_that_is_cut_after_the_last_byte_leaves_the_ticket_in_the_queue() {
    let mut scene = Scene::open("line");
    scene.printer.plan(When::Cut, Mishap::LosesLine);
    scene.tap(&WAY);
    let taken = scene.screen("taken");
    scene.one_waits(&taken["slip"]);
    assert_eq!(scene.papers(), [(End::Cut, false)]);
}
