//! The real kiosk beside a real hub: a ticket on file paper, a hub that goes away, and the window on a screen of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tests::{
    hall::{Hall, binary},
    headless::Headless,
    keepalive::Connection,
    load,
    screen::{Screen, until},
    stage::{self, Program},
};
use tokio::runtime::Runtime;

/// A kiosk without a window, and the tickets it has printed.
struct Kiosk {
    program: Headless,
    papers: Vec<String>,
}

fn command(hall: &Hall, folder: &Path) -> Command {
    let mut kiosk = Command::new(binary("kiosk").unwrap());
    kiosk.args(["--hub", &hall.facts.url, "--data"]).arg(folder.join("kiosk"));
    kiosk.arg("--printer").arg(format!("file:{}", folder.join("paper").display()));
    kiosk.env("NAVBAT_TOKEN", &hall.facts.device_token).stderr(fs::File::create(folder.join("kiosk.log")).unwrap());
    kiosk
}

impl Kiosk {
    fn start(hall: &Hall, folder: &Path) -> Kiosk {
        let mut command = command(hall, folder);
        command.args(["--autopilot", "-"]);
        Kiosk { program: Headless::start(command).unwrap(), papers: vec![] }
    }

    fn tap(&mut self, lines: &[&str]) {
        self.program.say(&(lines.join("\n") + "\n")).unwrap();
    }

    /// Takes a ticket and waits for its paper.
    fn ticket(&mut self, language: &str) -> Paper {
        let language = format!("language {language}");
        self.tap(&["await ready", &language, "category A", "service A01", "await offer", "take", "await taken"]);
        let before = std::mem::take(&mut self.papers);
        let another = |shown: &Value| !before.iter().any(|id| shown["slip"]["ticket"] == id.as_str());
        let shown = self.program.shows("a ticket", |shown| shown["screen"] == "taken" && another(shown)).unwrap();
        let slip = &shown["slip"];
        let (number, id) = (slip["number"].as_str().unwrap().to_owned(), slip["ticket"].as_str().unwrap().to_owned());
        self.papers = before;
        self.papers.push(id.clone());
        self.tap(&["done"]);
        Paper { number, id }
    }
}

/// A ticket in a visitor's hand.
struct Paper {
    number: String,
    id: String,
}

impl Paper {
    fn picture(&self, folder: &Path) -> PathBuf {
        folder.join("paper").join(format!("{}-{}.png", self.number, self.id))
    }
}

fn folder(name: &str) -> PathBuf {
    stage::folder(env!("CARGO_TARGET_TMPDIR"), &format!("kiosk/{name}")).unwrap()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Waits until the hub has a ticket waiting under the number that is on its paper.
fn waits(runtime: &Runtime, hall: &Hall, paper: &Paper) {
    let state = until("the hub has the ticket waiting", || {
        runtime.block_on(async {
            let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await?;
            let state = hub.get(&format!("/api/v1/tickets/{}", paper.id)).await?.json();
            Ok(Some(state).filter(|state| state["stage"] == "waiting"))
        })
    });
    assert_eq!(state.unwrap()["number"], paper.number.as_str());
}

#[test]
fn hall_kiosk_prints_a_ticket_whose_code_leads_to_it() {
    let folder = folder("ticket");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let mut kiosk = Kiosk::start(&hall, &folder);
    let paper = kiosk.ticket("ru");
    assert_eq!(paper.number, "A-001");
    let read = Command::new("zbarimg").args(["-q", "--raw"]).arg(paper.picture(&folder)).output().unwrap();
    let read = String::from_utf8(read.stdout).unwrap();
    let address = format!("{}/t/{}", hall.facts.url.trim_end_matches('/'), paper.id);
    assert_eq!(read.trim(), address, "a phone finds the ticket's own page");
    assert!(paper.picture(&folder).with_extension("escpos").metadata().unwrap().len() > 1_000);
    let runtime = runtime();
    waits(&runtime, &hall, &paper);
    let page = runtime.block_on(async {
        let mut browser = Connection::open(hall.address, None).await.unwrap();
        browser.get(&format!("/t/{}", paper.id)).await.unwrap()
    });
    assert_eq!(page.status, 200);
    assert!(String::from_utf8_lossy(&page.body).contains("A-001"));
}

#[test]
fn hall_kiosk_gives_numbers_of_its_own_while_the_hub_is_away_and_reports_them() {
    let folder = folder("offline");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let mut kiosk = Kiosk::start(&hall, &folder);
    let runtime = runtime();
    let before = kiosk.ticket("uz-Latn");
    waits(&runtime, &hall, &before);
    hall.kill().unwrap();
    let alone = [kiosk.ticket("uz-Cyrl"), kiosk.ticket("kaa")];
    assert_eq!([alone[0].number.as_str(), alone[1].number.as_str()], ["A1-001", "A1-002"]);
    assert!(alone.iter().all(|paper| paper.picture(&folder).exists()));

    let hall = Hall::start_at(&folder.join("hall"), &address, |_| Ok(())).unwrap();
    kiosk.tap(&["await up", "await reported"]);
    for paper in alone.iter().chain([&before]) {
        waits(&runtime, &hall, paper);
    }
    let clerk = &hall.facts.clerks[0];
    let called = runtime.block_on(async {
        let token = load::sit_down(hall.address, &clerk.name, &clerk.pin, "1").await.unwrap();
        let mut hub = Connection::open(hall.address, Some(&token)).await.unwrap();
        let body = serde_json::json!({"command_id": uuid::Uuid::now_v7()});
        hub.post("/api/v1/counters/1/call-next", &body).await.unwrap().json()
    });
    assert_eq!(called["number"], before.number.as_str(), "who came first is called first");
}

#[test]
fn hall_kiosk_paper_of_a_kiosk_that_is_cut_off_is_let_in_by_its_code_and_is_one_ticket() {
    let folder = folder("admitted");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let mut kiosk = Kiosk::start(&hall, &folder);
    kiosk.tap(&["await up", "await ready"]);
    kiosk.ticket("en");
    hall.kill().unwrap();
    let paper = kiosk.ticket("ru");
    assert_eq!(paper.number, "A1-001");
    // The cable is out: the hub comes back, the kiosk does not.
    drop(kiosk);
    let read = Command::new("zbarimg").args(["-q", "--raw"]).arg(paper.picture(&folder)).output().unwrap();
    let scanned = String::from_utf8(read.stdout).unwrap();
    assert!(scanned.contains(&format!("/t/{}#NAVBAT1.", paper.id)), "{scanned}");
    let hall = Hall::start_at(&folder.join("hall"), &address, |_| Ok(())).unwrap();
    let (runtime, clerk) = (runtime(), &hall.facts.clerks[0]);
    let (admitted, issued) = runtime.block_on(async {
        let token = load::sit_down(hall.address, &clerk.name, &clerk.pin, "1").await.unwrap();
        let mut hub = Connection::open(hall.address, Some(&token)).await.unwrap();
        let body = serde_json::json!({"command_id": uuid::Uuid::now_v7(), "code": scanned});
        let admitted = hub.post("/api/v1/tickets/admit", &body).await.unwrap().json();
        (admitted, hub.get("/api/v1/hall").await.unwrap().json()["issued"].clone())
    });
    assert_eq!((&admitted["number"], &admitted["stage"]), (&Value::from("A1-001"), &Value::from("waiting")));
    assert_eq!(issued, 2);
    let mut kiosk = Kiosk::start(&hall, &folder);
    kiosk.tap(&["await up", "await reported"]);
    let again = kiosk.ticket("en");
    waits(&runtime, &hall, &again);
    waits(&runtime, &hall, &paper);
    let figures = runtime.block_on(async {
        let mut hub = Connection::open(hall.address, None).await.unwrap();
        hub.get("/api/v1/hall").await.unwrap().json()
    });
    assert_eq!(figures["issued"], 3, "the kiosk's report was the same ticket");
}

#[test]
fn hall_kiosk_killed_with_paper_out_reports_it_when_it_is_back() {
    let folder = folder("killed");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let mut kiosk = Kiosk::start(&hall, &folder);
    kiosk.tap(&["await up", "await ready"]);
    kiosk.ticket("en");
    hall.kill().unwrap();
    let paper = kiosk.ticket("en");
    drop(kiosk);
    let hall = Hall::start_at(&folder.join("hall"), &address, |_| Ok(())).unwrap();
    let _kiosk = Kiosk::start(&hall, &folder);
    waits(&runtime(), &hall, &paper);
}

/// The power went after the paper was out and before that was written down: the printer's folder is the evidence.
#[test]
fn hall_kiosk_cut_off_amid_a_paper_asks_the_printer_whether_it_came_out() {
    let folder = folder("evidence");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let mut kiosk = Kiosk::start(&hall, &folder);
    kiosk.tap(&["await up", "await ready"]);
    kiosk.ticket("en");
    hall.kill().unwrap();
    let (out, not_out) = (kiosk.ticket("en"), kiosk.ticket("en"));
    drop(kiosk);
    still_printing(&folder, &[&out, &not_out]);
    fs::remove_file(not_out.picture(&folder)).unwrap();
    let hall = Hall::start_at(&folder.join("hall"), &address, |_| Ok(())).unwrap();
    let mut kiosk = Kiosk::start(&hall, &folder);
    waits(&runtime(), &hall, &out);
    // What comes later is reported later: the hub has heard everything there is to hear of the paper that is not out.
    kiosk.tap(&["await up"]);
    let later = kiosk.ticket("en");
    waits(&runtime(), &hall, &later);
    assert_eq!(known(&runtime(), &hall, &not_out), 404);
}

/// Puts a kiosk's journal back to the moment before it was written down that these papers are out.
fn still_printing(folder: &Path, papers: &[&Paper]) {
    let db = rusqlite::Connection::open(folder.join("kiosk/kiosk.sqlite")).unwrap();
    for paper in papers {
        assert_eq!(db.execute("delete from outbox where ticket_id = ?", [&paper.id]).unwrap(), 1);
        let sql = "update ticket set stage = 'printing' where ticket_id = ?";
        assert_eq!(db.execute(sql, [&paper.id]).unwrap(), 1);
    }
}

/// How the hub answers who asks for a ticket.
fn known(runtime: &Runtime, hall: &Hall, paper: &Paper) -> u16 {
    runtime.block_on(async {
        let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await.unwrap();
        hub.get(&format!("/api/v1/tickets/{}", paper.id)).await.unwrap().status
    })
}

#[test]
fn hall_kiosk_window_opens_and_answers_the_first_touch() {
    let folder = folder("window");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let screen = Screen::open(&folder, 540, 960).unwrap();
    let mut command = command(&hall, &folder);
    command.args(["--size", "1080x1920", "--zoom", "0.5"]).env("DISPLAY", &screen.display);
    command.env("SLINT_BACKEND", "winit-software").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    let _window = Program::start(command.stdout(Stdio::null())).unwrap();
    // While the services are not known there is a notice, and no language can be chosen.
    let notice = [0xfb, 0xe8, 0xe4];
    let first = screen.shows("the first screen", |picture| {
        picture.colours() > 30 && picture.dots_near(notice) < picture.dots.len() / 1_000
    });
    let touched = first.and_then(|first| {
        first.save(&folder.join("kiosk-first.png"))?;
        // The languages stand below the middle; the first touch anywhere on one leads to the categories.
        screen.press(&["mousemove", "270", "600", "click", "1"])?;
        let differs = |picture: &tests::screen::Picture| {
            let changed = picture.dots.iter().zip(&first.dots).filter(|(a, b)| a != b).count();
            changed > first.dots.len() / 4
        };
        screen.shows("the categories", differs)
    });
    touched.unwrap().save(&folder.join("kiosk-touched.png")).unwrap();
}
