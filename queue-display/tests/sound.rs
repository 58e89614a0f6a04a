//! The real display speaks: a hub that calls, the program, `aplay`, ALSA, and a file where the loudspeaker would be.

#![expect(clippy::unwrap_used, reason = "a program that fails fails the test")]

mod asking;
#[path = "../../hub/voice/tests/support/mod.rs"]
mod support;

use asking::{answer, asked};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};
use support::{Folder, assert_one_after_another, card, make_clips, samples};
use voice::{
    Part,
    loudness::{TARGET_LUFS, lufs},
    plan::{Calling, call_in},
};
use words::Lang;

/// A process that ends with its test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const SNAPSHOT: &str = "event: snapshot\nid: 1\ndata: {\"epoch\":1,\"day\":1,\"calls\":[],\"recent\":[]}\n\n";
const BEAT: &str = "event: beat\ndata: {\"epoch\":1,\"at\":\"2026-03-20T05:00:00Z\"}\n\n";
const HOME: &str = r#"{"device":"display-1","epoch":1,"post":{"voice":{"languages":["uz-Latn","ru"],"hours":[]}},
    "now":{"waiting":0,"counters_open":0,"categories":[],"services":[]}}"#;

/// Ticket, counter, language: the last only shows by its turn that the one before it has ended.
const CALLS: [(&str, &str, &str); 3] = [("A-047", "5", "kaa"), ("K1-012", "3", "ru"), ("M-001", "1", "en")];

/// A hub that tells the display how to speak, and calls three visitors at once as soon as it has been told.
fn hub() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, mut told, mut called) = (None::<TcpStream>, false, false);
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let head = asked(&mut socket);
            if head.starts_with("get /api/v1/board/stream ") {
                // On a slow machine the display finds the hub silent, and comes back for the rest.
                let board = if head.contains("last-event-id:") { "" } else { SNAPSHOT };
                socket.write_all(format!("{HEAD}{board}{BEAT}").as_bytes()).unwrap();
                stream = Some(socket);
            } else {
                // What is asked after the answer to `display` proves that it was read.
                let home = head.starts_with("get /api/v1/display ");
                let (status, body) = if home { ("200 OK", HOME) } else { ("404 Not Found", "{}") };
                answer(&mut socket, status, body);
                told |= !home;
            }
            if told
                && !called
                && let Some(stream) = &mut stream
            {
                stream.write_all(calls().as_bytes()).unwrap();
                called = true;
            }
        }
    });
    address
}

fn calls() -> String {
    let frame = |(n, (number, counter, language)): (usize, &(&str, &str, &str))| {
        let call = format!(
            "{{\"number\":\"{number}\",\"counter\":\"{counter}\",\"call_seq\":{n},\"called_at\":\"2026-03-20T05:00:00Z\",\
             \"stage\":\"called\",\"language\":\"{language}\"}}"
        );
        format!("id: {}\nevent: change\ndata: {{\"change\":\"called\",\"call\":{call}}}\n\n", n + 1)
    };
    CALLS.iter().enumerate().map(|(n, call)| frame((n + 1, call))).collect()
}

fn announced(lines: &mut BufReader<ChildStdout>) -> Value {
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the display ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["show"] == "announcement" {
            return line["call"]["number"].clone();
        }
    }
}

#[test]
fn two_calls_at_once_are_heard_one_after_another_in_the_visitors_language_first() {
    let folder = Folder::new("display");
    let spoken: Vec<Vec<Part>> = CALLS[..2]
        .iter()
        .map(|(number, counter, language)| {
            let mut langs = vec![language.parse::<Lang>().unwrap()];
            langs.extend([Lang::UzLatn, Lang::Ru]);
            call_in(&langs, Calling::First, number, counter)
        })
        .collect();
    make_clips(folder.path(), &spoken);
    let (config, wire) = card(folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-display"));
    command.args(["--hub", &hub(), "--headless-json", "--sound", "hall", "--voice"]).arg(folder.path());
    command.env("NAVBAT_TOKEN", "secret").env("ALSA_CONFIG_PATH", config);
    let program = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut program = Program(program);
    let mut lines = BufReader::new(program.0.stdout.take().unwrap());
    for (number, _, _) in CALLS {
        assert_eq!(announced(&mut lines), number);
    }
    drop(program);
    let heard = samples(&wire);
    assert_one_after_another(&heard, folder.path(), &spoken);
    let level = lufs(&heard).unwrap();
    assert!((level - TARGET_LUFS).abs() <= 2.0, "{level} LUFS came out");
}
