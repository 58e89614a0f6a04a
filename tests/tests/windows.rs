//! Real programs beside a real hub: the queue display as lines and as a window on a screen of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::{Value, json};
use std::{
    fs::File,
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::Receiver,
};
use tests::{
    hall::{Hall, PATIENCE, binary},
    keepalive::Connection,
    load,
    screen::Screen,
    stage::{self, Program},
};
use tokio::runtime::Runtime;

/// Saffron, the colour of a call and of nothing else.
const CALL: [u8; 3] = [0xf5, 0xac, 0x0f];

fn folder(name: &str) -> PathBuf {
    stage::folder(env!("CARGO_TARGET_TMPDIR"), &format!("windows/{name}")).unwrap()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn post(hall: &Hall, token: &str, path: &str, more: Value) -> Value {
    let mut way = Connection::open(hall.address, Some(token)).await.unwrap();
    stage::post(&mut way, path, &more).await.unwrap()
}

async fn ticket(hall: &Hall) -> Value {
    let token = &hall.facts.device_token;
    let taken = post(hall, token, "/api/v1/tickets", json!({"service": "A01", "language": "ru"})).await;
    let path = format!("/api/v1/tickets/{}/printed", taken["ticket_id"].as_str().unwrap());
    post(hall, token, &path, json!({})).await;
    taken
}

async fn clerk(hall: &Hall) -> String {
    let clerk = &hall.facts.clerks[0];
    load::sit_down(hall.address, &clerk.name, &clerk.pin, "1").await.unwrap()
}

fn display(hall: &Hall) -> Command {
    let mut display = Command::new(binary("queue-display").unwrap());
    display.args(["--hub", &hall.facts.url, "--token", hall.facts.display_token.as_ref().unwrap()]);
    display.stdin(Stdio::null()).stderr(Stdio::null());
    display
}

/// The next line that shows a thing.
fn next(lines: &Receiver<Value>, show: &str) -> Value {
    loop {
        let line = lines.recv_timeout(PATIENCE).unwrap();
        if line["show"] == show {
            return line;
        }
    }
}

#[test]
fn hall_display_announces_each_call_once_and_equals_the_board_after_the_hub_came_back() {
    let folder = folder("lines");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let runtime = runtime();
    let mut program = Program::start(display(&hall).arg("--headless-json").stdout(Stdio::piped())).unwrap();
    let lines = program.says().unwrap();
    assert_eq!(next(&lines, "board")["board"]["calls"], json!([]));

    let token = runtime.block_on(clerk(&hall));
    let first = runtime.block_on(ticket(&hall));
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/call-next", json!({})));
    assert_eq!(next(&lines, "announcement")["call"]["number"], first["number"]);
    hall.kill().unwrap();
    loop {
        if next(&lines, "stale")["stale"] == true {
            break;
        }
    }

    let hall = Hall::start_at(&folder.join("hall"), &address, |_| Ok(())).unwrap();
    let token = runtime.block_on(clerk(&hall));
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/start", json!({})));
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/complete", json!({})));
    let second = runtime.block_on(ticket(&hall));
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/call-next", json!({})));
    let announced = next(&lines, "announcement");
    assert_eq!(announced["call"]["number"], second["number"], "the first call is not announced again");
    let board = runtime.block_on(async {
        let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await.unwrap();
        hub.get("/api/v1/board").await.unwrap().json()
    });
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/start", json!({})));
    let shown = next(&lines, "board");
    assert_eq!(shown["board"]["recent"], board["recent"]);
    assert_eq!(shown["board"]["calls"][0]["stage"], "serving");
}

/// A display keeps nothing on its disk, but what it logs may end on one: then nothing is missing but the log.
#[test]
fn hall_display_whose_log_cannot_be_written_goes_on() {
    let folder = folder("full").join("hall");
    let hall = Hall::start(&folder, |_| Ok(())).unwrap();
    let address = hall.address.to_string();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut display = display(&hall);
    let mut program = Program::start(display.arg("--headless-json").stderr(full).stdout(Stdio::piped())).unwrap();
    let lines = program.says().unwrap();
    next(&lines, "board");
    // A hub that is lost is a line in the log.
    hall.kill().unwrap();
    while next(&lines, "stale")["stale"] != true {}
    let hall = Hall::start_at(&folder, &address, |_| Ok(())).unwrap();
    let runtime = runtime();
    let token = runtime.block_on(clerk(&hall));
    let taken = runtime.block_on(ticket(&hall));
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/call-next", json!({})));
    assert_eq!(next(&lines, "announcement")["call"]["number"], taken["number"]);
}

#[test]
fn hall_display_hears_of_an_alert_that_a_manager_posts() {
    let hall = Hall::start(&folder("alert").join("hall"), |_| Ok(())).unwrap();
    let mut program = Program::start(display(&hall).arg("--headless-json").stdout(Stdio::piped())).unwrap();
    let lines = program.says().unwrap();
    next(&lines, "board");
    let words = |text: &str| json!({"uz-Latn": text, "uz-Cyrl": text, "ru": text, "kaa": text, "en": text});
    let posted = runtime().block_on(async {
        let manager = &hall.facts.manager;
        let token = load::sign_in(hall.address, &manager.name, &manager.pin).await.unwrap();
        let notice = json!({"severity": "extreme", "title": words("Leave the building")});
        post(&hall, &token, "/api/v1/notices", notice).await
    });
    assert_eq!(next(&lines, "alert")["notices"], json!([posted["id"]]));
}

#[test]
fn hall_display_window_shows_a_call_in_the_colour_of_calls() {
    let folder = folder("display");
    let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
    let runtime = runtime();
    let screen = Screen::open(&folder, 1280, 720).unwrap();
    let mut command = display(&hall);
    command.args(["--size", "1280x720"]).env("DISPLAY", &screen.display).env_remove("WAYLAND_DISPLAY");
    let command = command.env("SLINT_BACKEND", "winit-software").stdout(Stdio::null());
    let _program = Program::start(command).unwrap();
    screen.shows("the board's window", |picture| picture.colours() > 20).unwrap();

    let token = runtime.block_on(clerk(&hall));
    runtime.block_on(ticket(&hall));
    let quiet = screen.picture().unwrap().dots_near(CALL);
    runtime.block_on(post(&hall, &token, "/api/v1/counters/1/call-next", json!({})));
    let picture = screen.shows("a call", |picture| picture.dots_near(CALL) > quiet + 2_000).unwrap();
    picture.save(&folder.join("display.png")).unwrap();
}
