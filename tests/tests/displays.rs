//! Three displays, each on a line of its own that is cut again and again, and five hundred calls: each hears each once.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::Receiver,
};
use tests::{
    hall::{Hall, PATIENCE, binary},
    keepalive::Connection,
    load,
    stage::{self, Program, post},
};

const CALLS: usize = 500;
const DISPLAYS: usize = 3;
/// A turn without a voice, shorter than a hall's, so that five hundred do not take twenty minutes.
const TURN_MS: &str = "10";

/// A line to the hub that does what it is told.
struct Line {
    _program: Program,
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
    address: String,
}

impl Line {
    fn lay(hall: &Hall) -> Line {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new(binary("proof").unwrap());
        command.args(["line", &address, &hall.address.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = Program::start(&mut command).unwrap();
        let (orders, said) = (program.child().stdin.take().unwrap(), program.child().stdout.take().unwrap());
        let mut line = Line { _program: program, orders, said: BufReader::new(said), address };
        line.hear("ready");
        line
    }

    fn tell(&mut self, word: &str) {
        writeln!(self.orders, "{word}").unwrap();
        self.hear(word);
    }

    fn hear(&mut self, word: &str) {
        let mut said = String::new();
        self.said.read_line(&mut said).unwrap();
        assert_eq!(said.trim(), word);
    }
}

/// A display, and what it says.
struct Display {
    _program: Program,
    line: Line,
    lines: Receiver<Value>,
    /// How often each call was announced.
    heard: BTreeMap<u64, usize>,
}

impl Display {
    fn hang(hall: &Hall) -> Display {
        let line = Line::lay(hall);
        let mut command = Command::new(binary("queue-display").unwrap());
        command.args(["--hub", &format!("http://{}", line.address), "--headless-json", "--turn-ms", TURN_MS]);
        command.env("NAVBAT_TOKEN", hall.facts.display_token.as_ref().unwrap());
        command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::piped());
        let mut program = Program::start(&mut command).unwrap();
        let lines = program.says().unwrap();
        Display { _program: program, line, lines, heard: BTreeMap::new() }
    }

    /// Reads on until all of these were announced.
    fn hears(&mut self, calls: &[u64]) {
        while !calls.iter().all(|call| self.heard.contains_key(call)) {
            let line = self.lines.recv_timeout(PATIENCE).unwrap();
            if line["show"] == "announcement" {
                *self.heard.entry(line["call"]["call_seq"].as_u64().unwrap()).or_default() += 1;
            }
        }
    }
}

/// A clerk at a counter who has somebody to call.
struct Desk {
    counter: String,
    service: &'static str,
    way: Connection,
}

async fn desks(hall: &Hall) -> Vec<Desk> {
    let mut desks = vec![];
    for (clerk, service) in hall.facts.clerks.iter().zip(["A01", "M01", "E01", "O01"]) {
        let counter = clerk.counter.clone().unwrap();
        let token = load::sit_down(hall.address, &clerk.name, &clerk.pin, &counter).await.unwrap();
        desks.push(Desk { counter, service, way: Connection::open(hall.address, Some(&token)).await.unwrap() });
    }
    desks
}

/// Everybody is called at once; gives back the calls' numbers.
async fn call_all(hall: &Hall, kiosk: &mut Connection, desks: &mut [Desk]) -> Vec<u64> {
    for desk in desks.iter() {
        let taken = post(kiosk, "/api/v1/tickets", &json!({"service": desk.service, "language": "ru"})).await.unwrap();
        post(kiosk, &format!("/api/v1/tickets/{}/printed", taken["ticket_id"].as_str().unwrap()), &json!({}))
            .await
            .unwrap();
    }
    for desk in desks.iter_mut() {
        post(&mut desk.way, &format!("/api/v1/counters/{}/call-next", desk.counter), &json!({})).await.unwrap();
    }
    let mut way = Connection::open(hall.address, Some(&hall.facts.device_token)).await.unwrap();
    let board = way.get("/api/v1/board").await.unwrap().json();
    let calls = board["calls"].as_array().unwrap();
    assert_eq!(calls.len(), desks.len());
    calls.iter().map(|call| call["call_seq"].as_u64().unwrap()).collect()
}

async fn serve_all(desks: &mut [Desk]) {
    for desk in desks {
        for step in ["start", "complete"] {
            post(&mut desk.way, &format!("/api/v1/counters/{}/{step}", desk.counter), &json!({})).await.unwrap();
        }
    }
}

#[test]
fn hall_three_displays_announce_five_hundred_calls_once_each_whatever_their_lines_do() {
    let hall =
        Hall::start(&stage::folder(env!("CARGO_TARGET_TMPDIR"), "displays").unwrap().join("hall"), |_| Ok(())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut displays: Vec<Display> = (0..DISPLAYS).map(|_| Display::hang(&hall)).collect();
    let mut desks = runtime.block_on(desks(&hall));
    let mut kiosk = runtime.block_on(Connection::open(hall.address, Some(&hall.facts.device_token))).unwrap();
    // The first board of a display is as old as it may be: it has to be there before the first call.
    for display in &displays {
        while display.lines.recv_timeout(PATIENCE).unwrap()["show"] != "board" {}
    }
    let mut cuts = 0;
    let mut called = 0;
    for round in 0.. {
        if called >= CALLS {
            break;
        }
        // Every fifth round somebody's line is cut before the calls, and comes back after them.
        let cut = (round % 5 == 0).then_some(round / 5 % DISPLAYS);
        if let Some(cut) = cut {
            displays[cut].line.tell("refuse");
            cuts += 1;
        }
        let calls = runtime.block_on(call_all(&hall, &mut kiosk, &mut desks));
        if let Some(cut) = cut {
            displays[cut].line.tell("pass");
        }
        displays.iter_mut().for_each(|display| display.hears(&calls));
        runtime.block_on(serve_all(&mut desks));
        called += calls.len();
    }
    for display in &mut displays {
        let more = display.lines.try_iter().filter(|line| line["show"] == "announcement").count();
        let once = display.heard.values().filter(|times| **times == 1).count();
        assert_eq!((display.heard.len(), once, more), (called, called, 0), "calls heard, heard once, heard late");
    }
    assert!(called >= CALLS && cuts >= 20, "{called} calls, {cuts} cuts");
}
