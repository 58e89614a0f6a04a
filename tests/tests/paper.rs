//! The real kiosk at a real hub, with a printer in the network that fails in the middle of things: each visitor has one
//! ticket in the queue, and of all papers with its number one at most is not marked as a copy.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};
use tests::{
    hall::{Hall, PATIENCE, binary},
    keepalive::Connection,
    printer::{End, FakePrinter, Fault, Mishap, Model, When, marked},
    screen::until,
};
use tokio::runtime::Runtime;

/// The way from the first screen to the printer.
const WAY: [&str; 6] = ["await ready", "language ru", "category A", "service A01", "await offer", "take"];

struct Scene {
    printer: FakePrinter,
    hall: Hall,
    program: Child,
    taps: ChildStdin,
    shown: Receiver<Value>,
    runtime: Runtime,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Scene {
    fn open(name: &str) -> Scene {
        let folder = folder(name);
        let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
        let printer = FakePrinter::start(Model::Tells).unwrap();
        let mut command = Command::new(binary("kiosk").unwrap());
        command.args(["--hub", &hall.facts.url, "--autopilot", "-", "--printer", &printer.option(), "--data"]);
        command.arg(folder.join("kiosk")).env("NAVBAT_TOKEN", &hall.facts.device_token);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(fs::File::create(folder.join("kiosk.log")).unwrap());
        let mut program = command.spawn().unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let (send, shown) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = send.send(serde_json::from_str(&line).unwrap());
            }
        });
        let taps = program.stdin.take().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Scene { printer, hall, program, taps, shown, runtime }
    }

    fn tap(&mut self, lines: &[&str]) {
        self.taps.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
        self.taps.flush().unwrap();
    }

    /// What the screen shows when it fits.
    fn shows(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let Ok(shown) = self.shown.recv_timeout(PATIENCE) else { panic!("the kiosk never showed {what}") };
            if fits(&shown) {
                return shown;
            }
        }
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

    /// The visitor prints the same number again as soon as the screen offers it.
    fn again(&mut self) -> Value {
        let stuck = self.shows("another try", |shown| shown["screen"] == "stuck" && shown["again"] == "possible");
        self.tap(&["again"]);
        let taken = self.screen("taken");
        assert_eq!(stuck["slip"], taken["slip"], "the same ticket");
        taken["slip"].clone()
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paper").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("hall")).unwrap();
    folder
}

#[test]
fn hall_printer_in_the_network_prints_a_ticket_when_its_cover_is_shut() {
    let mut scene = Scene::open("cover");
    scene.tap(&["await ready"]);
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
fn hall_paper_that_runs_out_amid_a_ticket_is_followed_by_a_copy() {
    let mut scene = Scene::open("out");
    scene.printer.plan(When::Bytes(20_000), Mishap::Fault(Fault::Out));
    scene.tap(&WAY);
    let stuck = scene.screen("stuck");
    assert_eq!(stuck["fault"], "paper-out");
    assert_eq!(scene.get("/api/v1/hall").unwrap()["waiting"], 0, "half a ticket is none");
    scene.printer.waits_for(1, PATIENCE).unwrap();
    scene.printer.mend();
    let slip = scene.again();
    scene.one_waits(&slip);
    assert_eq!(scene.papers(), [(End::Torn, false), (End::Cut, true)]);
}

#[test]
fn hall_printer_that_dies_amid_a_ticket_prints_a_copy_when_it_is_back() {
    let mut scene = Scene::open("dies");
    scene.printer.plan(When::Received(20_000), Mishap::Dies);
    scene.tap(&WAY);
    scene.screen("stuck");
    scene.printer.revive();
    let slip = scene.again();
    scene.one_waits(&slip);
    assert_eq!(scene.papers(), [(End::Torn, false), (End::Cut, true)]);
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
