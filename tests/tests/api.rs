//! The API as the issue fixes it, asked from outside of a real hub: shapes, repeats, refusals, streams, restarts.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    hall::{Facts, Hall, PATIENCE, binary, verify},
    keepalive::{Connection, Reply},
    load,
};
use tokio::{runtime::Runtime, time::timeout};
use uuid::Uuid;

/// One hall and everyone who may ask it something.
struct Stage {
    hall: Hall,
    folder: PathBuf,
    runtime: Runtime,
}

impl Stage {
    fn open(name: &str) -> Stage {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Stage::on(folder)
    }

    fn on(folder: PathBuf) -> Stage {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Stage { hall: Hall::start(&folder, |_| Ok(())).unwrap(), folder, runtime }
    }

    fn facts(&self) -> &Facts {
        &self.hall.facts
    }

    fn send(&self, method: &str, path: &str, token: Option<&str>, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let address: SocketAddr = self.hall.address;
        let asked = async { Connection::open(address, token).await?.send(method, path, headers, body).await };
        self.runtime.block_on(async { timeout(PATIENCE, asked).await.unwrap().unwrap() })
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        let body = body.to_string();
        self.send("POST", path, Some(token), &[("content-type", "application/json")], body.as_bytes())
    }

    fn get(&self, path: &str, token: &str) -> Reply {
        self.send("GET", path, Some(token), &[], b"")
    }

    fn kiosk(&self) -> String {
        self.facts().device_token.clone()
    }

    /// The clerk of a counter, signed in, and the counter open.
    fn clerk(&self, counter: &str) -> String {
        let person = self.facts().clerks.iter().find(|clerk| clerk.counter.as_deref() == Some(counter)).unwrap();
        let sitting = load::sit_down(self.hall.address, &person.name, &person.pin, counter);
        self.runtime.block_on(sitting).unwrap()
    }

    fn manager(&self) -> String {
        let person = &self.facts().manager;
        self.runtime.block_on(load::sign_in(self.hall.address, &person.name, &person.pin)).unwrap()
    }

    fn ticket(&self, service: &str) -> Value {
        let taken = self.post("/api/v1/tickets", &self.kiosk(), &wish(service));
        assert_eq!(taken.status, 201, "{}", taken.json());
        let path = format!("/api/v1/tickets/{}/printed", taken.json()["ticket_id"].as_str().unwrap());
        let printed = self.post(&path, &self.kiosk(), &command());
        assert_eq!(printed.status, 200, "{}", printed.json());
        taken.json()
    }

    fn press(&self, token: &str, counter: &str, action: &str) -> Reply {
        self.post(&format!("/api/v1/counters/{counter}/{action}"), token, &command())
    }

    fn figures(&self) -> Value {
        self.get("/api/v1/hall", &self.manager()).json()
    }
}

fn command() -> Value {
    json!({"command_id": Uuid::now_v7()})
}

fn wish(service: &str) -> Value {
    json!({"command_id": Uuid::now_v7(), "service": service, "language": "uz-Latn"})
}

#[track_caller]
fn is_problem(reply: &Reply, status: u16) -> String {
    let body = reply.json();
    assert_eq!(reply.status, status, "{body}");
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{body}");
    assert_eq!(body["status"], status);
    let code = body["code"].as_str().unwrap().to_owned();
    assert_eq!(body["type"], format!("urn:navbat:problem:{code}"));
    assert!(body["title"].as_str().unwrap().len() > 5, "{body}");
    code
}

#[test]
fn hall_takes_prints_and_shows_a_ticket() {
    let stage = Stage::open("ticket");
    let asked = wish("A01");
    let taken = stage.post("/api/v1/tickets", &stage.kiosk(), &asked);
    assert_eq!(taken.status, 201);
    let ticket = taken.json();
    let fields: Vec<&String> = ticket.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["ahead", "number", "ticket_id", "wait_minutes"]);
    assert_eq!((&ticket["number"], &ticket["ahead"]), (&json!("A-001"), &json!(0)));

    let again = stage.post("/api/v1/tickets", &stage.kiosk(), &asked);
    assert_eq!((again.status, again.json()), (201, ticket.clone()), "the same command gives the same answer");
    let mut other = asked;
    other["service"] = json!("A02");
    is_problem(&stage.post("/api/v1/tickets", &stage.kiosk(), &other), 409);

    let path = format!("/api/v1/tickets/{}", ticket["ticket_id"].as_str().unwrap());
    let state = stage.get(&path, &stage.kiosk()).json();
    assert_eq!((&state["stage"], &state["number"]), (&json!("reserved"), &json!("A-001")));
    assert!(state["why"].as_str().unwrap().len() > 5);
    assert_eq!(stage.post(&format!("{path}/printed"), &stage.kiosk(), &command()).status, 200);
    assert_eq!(stage.get(&path, &stage.kiosk()).json()["stage"], "waiting");
    assert_eq!(stage.figures()["issued"], 1, "one command was sent twice and happened once");
}

#[test]
fn hall_calls_serves_and_finishes() {
    let stage = Stage::open("serve");
    let clerk = stage.clerk("1");
    assert_eq!(stage.press(&clerk, "1", "call-next").status, 204, "nobody waits");
    let ticket = stage.ticket("A01");
    let called = stage.press(&clerk, "1", "call-next");
    assert_eq!(called.status, 200);
    let expected = json!({"counter": "1", "stage": "called", "number": "A-001", "ticket_id": ticket["ticket_id"]});
    assert_eq!(called.json(), expected);
    let board = stage.get("/api/v1/board", &stage.kiosk()).json();
    let call = &board["calls"][0];
    assert_eq!((&call["number"], &call["counter"]), (&json!("A-001"), &json!("1")));
    assert!(call["call_seq"].is_u64() && call["called_at"].is_string(), "{call}");
    is_problem(&stage.press(&clerk, "1", "recall"), 409);
    is_problem(&stage.press(&clerk, "1", "call-next"), 409);
    assert_eq!(stage.press(&clerk, "1", "start").json()["stage"], "serving");
    let finish = json!({"command_id": Uuid::now_v7(), "outcome": "served"});
    assert_eq!(stage.post("/api/v1/counters/1/complete", &clerk, &finish).json()["stage"], "closed");
    let figures = stage.figures();
    assert_eq!((&figures["served"], &figures["waiting"], &figures["at_counters"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(stage.press(&clerk, "1", "undo").json()["stage"], "serving");
    is_problem(&stage.press(&clerk, "1", "close"), 409);
}

#[test]
fn hall_refuses_bad_input_in_a_sentence_and_changes_nothing() {
    let stage = Stage::open("bad-input");
    let (kiosk, clerk) = (stage.kiosk(), stage.clerk("1"));
    stage.ticket("A01");
    let before = stage.figures();
    let raw = |body: &[u8]| {
        stage.send("POST", "/api/v1/tickets", Some(&kiosk), &[("content-type", "application/json")], body)
    };
    is_problem(&raw(b"{\"command_id\": "), 400);
    is_problem(&raw(b"[]"), 422);
    is_problem(&raw(&[0xff, 0xfe]), 400);
    is_problem(&raw(&vec![b' '; 64 << 10]), 413);
    let mut unknown_field = wish("A01");
    unknown_field["vip"] = json!(true);
    is_problem(&stage.post("/api/v1/tickets", &kiosk, &unknown_field), 422);
    for (field, value) in [("service", "Z99"), ("language", "xx"), ("class", "royal"), ("command_id", "1")] {
        let mut wrong = wish("A01");
        wrong[field] = json!(value);
        let reply = stage.post("/api/v1/tickets", &kiosk, &wrong);
        assert!((400..500).contains(&reply.status), "{field}: {}", reply.status);
        is_problem(&reply, reply.status);
    }
    let typeless = stage.send("POST", "/api/v1/tickets", Some(&kiosk), &[], wish("A01").to_string().as_bytes());
    is_problem(&typeless, 415);
    is_problem(&stage.press(&clerk, "1", "start"), 409);
    is_problem(&stage.press(&clerk, "99", "open"), 404);
    is_problem(&stage.get("/api/v1/nothing-here", &kiosk), 404);
    is_problem(&stage.get(&format!("/api/v1/tickets/{}", Uuid::now_v7()), &kiosk), 404);
    is_problem(&stage.send("DELETE", "/api/v1/tickets", Some(&kiosk), &[], b""), 405);
    let after = stage.figures();
    for figure in ["issued", "reserved", "waiting", "at_counters", "held", "closed", "served"] {
        assert_eq!(before[figure], after[figure], "{figure}");
    }
}

#[test]
fn hall_lets_everyone_do_only_what_is_theirs() {
    let stage = Stage::open("permits");
    let (kiosk, clerk) = (stage.kiosk(), stage.clerk("1"));
    is_problem(&stage.send("GET", "/api/v1/kiosk", None, &[], b""), 401);
    is_problem(&stage.post("/api/v1/tickets", "not-a-token", &wish("A01")), 401);
    is_problem(&stage.press(&kiosk, "1", "call-next"), 403);
    is_problem(&stage.press(&clerk, "2", "call-next"), 409);
    stage.clerk("2");
    is_problem(&stage.press(&clerk, "2", "call-next"), 403);
    is_problem(&stage.get("/api/v1/kiosk", &clerk), 403);
    let wrong = json!({"name": stage.facts().clerks[0].name, "pin": "000000"});
    is_problem(&stage.post("/api/v1/sessions", "", &wrong), 401);
    let health = stage.send("GET", "/health", None, &[], b"");
    assert_eq!(health.status, 200);
}

#[test]
fn hall_speaks_the_asked_language() {
    let stage = Stage::open("languages");
    let mut titles = vec![];
    for lang in words::Lang::ALL {
        let headers = [("accept-language", lang.tag()), ("content-type", "application/json")];
        let body = wish("Z99").to_string();
        let reply = stage.send("POST", "/api/v1/tickets", Some(&stage.kiosk()), &headers, body.as_bytes());
        titles.push(reply.json()["title"].as_str().unwrap().to_owned());
        let names = stage.get(&format!("/api/v1/catalogue?lang={lang}"), &stage.kiosk()).json();
        assert_eq!(names["language"], lang.tag());
        assert!(names["categories"].as_array().unwrap().len() > 3, "{names}");
    }
    let mut distinct = titles.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 5, "{titles:?}");
}

#[test]
fn hall_streams_its_board_and_resumes_after_the_last_seen() {
    let stage = Stage::open("stream");
    let clerk = stage.clerk("1");
    let mut stream = stage.runtime.block_on(open_stream(&stage, None));
    let (event, _, board) = stage.runtime.block_on(next_event(&mut stream));
    assert_eq!((event.as_str(), &board["calls"]), ("snapshot", &json!([])));
    stage.ticket("A01");
    stage.press(&clerk, "1", "call-next");
    let (event, id, change) = stage.runtime.block_on(next_event(&mut stream));
    assert_eq!((event.as_str(), &change["change"]), ("change", &json!("called")));
    assert_eq!(change["call"]["number"], "A-001");
    drop(stream);
    stage.press(&clerk, "1", "start");
    let mut resumed = stage.runtime.block_on(open_stream(&stage, Some(&id)));
    let (event, _, change) = stage.runtime.block_on(next_event(&mut resumed));
    assert_eq!((event.as_str(), &change["change"]), ("change", &json!("serving")), "only what was missed");
    let mut gap = stage.runtime.block_on(open_stream(&stage, Some("999999")));
    let (event, ..) = stage.runtime.block_on(next_event(&mut gap));
    assert_eq!(event, "snapshot", "an id that never was means a fresh start");
}

async fn open_stream(stage: &Stage, last: Option<&str>) -> Connection {
    let mut stream = Connection::open(stage.hall.address, Some(&stage.facts().device_token)).await.unwrap();
    assert_eq!(stream.subscribe("/api/v1/board/stream", last).await.unwrap(), 200);
    stream
}

/// The next event that is no beat: its name, id and data.
async fn next_event(stream: &mut Connection) -> (String, String, Value) {
    let (mut name, mut id) = (String::new(), String::new());
    loop {
        let line = timeout(PATIENCE, stream.line()).await.unwrap().unwrap();
        match line.split_once(':') {
            Some(("event", value)) => value.trim().clone_into(&mut name),
            Some(("id", value)) => value.trim().clone_into(&mut id),
            Some(("data", value)) if name != "beat" => return (name, id, serde_json::from_str(value.trim()).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn hall_continues_after_a_restart_and_verifies() {
    let stage = Stage::open("restart");
    let clerk = stage.clerk("1");
    stage.ticket("A01");
    let second = stage.ticket("A01");
    let pressed = command();
    let called = stage.post("/api/v1/counters/1/call-next", &clerk, &pressed);
    let Stage { hall, folder, .. } = stage;
    hall.stop().unwrap();
    verify(&folder).unwrap();

    let stage = Stage::on(folder);
    let again = stage.post("/api/v1/counters/1/call-next", &clerk_token(&stage), &pressed);
    assert_eq!((again.status, again.json()), (200, called.json()), "answered as before the restart");
    let path = format!("/api/v1/tickets/{}", second["ticket_id"].as_str().unwrap());
    assert_eq!(stage.get(&path, &stage.kiosk()).json()["number"], "A-002");
    assert_eq!(stage.ticket("A01")["number"], "A-003");
    let Stage { hall, folder, .. } = stage;
    hall.stop().unwrap();
    verify(&folder).unwrap();
}

fn clerk_token(stage: &Stage) -> String {
    let person = &stage.facts().clerks.iter().find(|clerk| clerk.counter.as_deref() == Some("1")).unwrap();
    stage.runtime.block_on(load::sign_in(stage.hall.address, &person.name, &person.pin)).unwrap()
}

#[test]
fn hall_backs_up_while_it_works_and_a_tampered_journal_is_found() {
    let stage = Stage::open("backup");
    stage.ticket("A01");
    let copy = stage.folder.join("../backup-copy");
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(&copy).unwrap();
    let file = copy.join(hub::journal::FILE_NAME);
    let backup = Command::new(binary("hub").unwrap()).arg("backup").arg(&stage.folder).arg(&file).output().unwrap();
    assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
    stage.ticket("A01");
    verify(&copy).unwrap();
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("drop trigger entry_is_never_changed").unwrap();
    let changed =
        db.execute("update entry set event = replace(event, 'A01', 'A02') where event like '%A01%'", []).unwrap();
    assert!(changed > 0, "the copy has the ticket");
    drop(db);
    let said = verify(&copy).unwrap_err().to_string();
    assert!(said.contains("hub verify"), "{said}");
}

#[test]
fn hall_describes_itself() {
    let stage = Stage::open("openapi");
    let described = stage.send("GET", "/api/openapi.json", None, &[], b"").json();
    assert!(described["openapi"].as_str().unwrap().starts_with("3."));
    let shape = |path: &String| {
        path.split('/').map(|p| if p.starts_with('{') { "{}" } else { p }).collect::<Vec<_>>().join("/")
    };
    let paths: Vec<String> = described["paths"].as_object().unwrap().keys().map(shape).collect();
    let actions =
        ["open", "call-next", "call-this", "recall", "start", "complete", "hold", "resume", "transfer", "no-show"];
    let actions = actions.iter().chain(&["undo", "pause", "close"]).map(|name| format!("/api/v1/counters/{{}}/{name}"));
    let others = ["tickets", "tickets/{}/printed", "tickets/{}", "sessions", "board", "catalogue", "hall"];
    let others = others.iter().map(|name| format!("/api/v1/{name}"));
    for path in actions.chain(others).chain(["/health".to_owned()]) {
        assert!(paths.contains(&path), "{path} is not described");
    }
}
