//! The network thread against a hub that breaks off: it resumes where it was; and what it asks besides.

#![expect(clippy::unwrap_used, reason = "a hub that fails fails the test")]

mod asking;

use asking::{answer, asked};
use queue_display::{board::Event, network::Hub};
use std::{io::Write, net::TcpListener, thread};
use tokio::sync::mpsc;
use wire::{
    board::{Beat, Board, BoardCall, BoardChange, BoardEvent},
    display::DisplayFace,
};
use words::Lang;

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
const SNAPSHOT: &str = "event: snapshot\nid: 4\ndata: {\"epoch\":2,\"day\":1,\"calls\":[],\"recent\":[]}\n\nevent: beat\ndata: {\"epoch\":2,\"at\":\"T\"}\n\n";
const CALLED: &str = "event: beat\ndata: {\"epoch\":2,\"at\":\"T\"}\n\nid: 6\nevent: change\ndata: {\"change\":\"called\",\"call\":{\"number\":\"A-001\",\"counter\":\"3\",\"call_seq\":1,\
    \"called_at\":\"T\",\"stage\":\"called\",\"language\":\"ru\"}}\n\n";
const OLDER: &str = "event: snapshot\nid: 9\ndata: {\"epoch\":1,\"day\":1,\"calls\":[],\"recent\":[]}\n\n";

const HOME: &str = r#"{"device":"display-1","epoch":2,"post":{"face":"hologram","languages":["ru","tlh"]},
    "now":{"waiting":0,"counters_open":0,"categories":[],"services":[]}}"#;

/// Answers with these streams, one after another, each broken off at its end, and whatever else is asked in between;
/// gives back how the streams were asked for.
fn hub(streams: Vec<&'static str>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let mut heads = vec![];
        while heads.len() < streams.len() {
            let (mut socket, _) = listener.accept().unwrap();
            let head = asked(&mut socket);
            if head.starts_with("get /api/v1/board/stream ") {
                socket.write_all(STREAM.as_bytes()).unwrap();
                socket.write_all(streams[heads.len()].as_bytes()).unwrap();
                heads.push(head);
            } else if head.starts_with("get /api/v1/display ") {
                answer(&mut socket, "200 OK", HOME);
            } else if head.starts_with("get /api/v1/catalogue?lang=ru ") {
                let body = r#"{"language":"ru","hall":"Зал","categories":[],"classes":[],"outcomes":[]}"#;
                answer(&mut socket, "200 OK", body);
            } else {
                answer(&mut socket, "503 Service Unavailable", "{}");
            }
        }
        heads
    });
    (address, serving)
}

fn follow(address: &str) -> mpsc::Receiver<Event> {
    let (sender, events) = mpsc::channel(64);
    Hub::new(address, "secret").unwrap().follow(sender).unwrap();
    events
}

#[test]
fn a_broken_stream_is_resumed_and_an_older_hub_refused() {
    let (address, serving) = hub(vec![SNAPSHOT, CALLED, OLDER, CALLED, SNAPSHOT]);
    let mut events = follow(&address);
    let mut next = || {
        loop {
            match events.blocking_recv().unwrap() {
                Event::Home(_) | Event::Names { .. } => {}
                event => return event,
            }
        }
    };
    let board = || Event::Stream(BoardEvent::Snapshot(Board { epoch: 2, day: 1, ..Board::default() }));
    let beat = || Event::Stream(BoardEvent::Beat(Beat { epoch: 2, at: "T".to_owned() }));
    let call = BoardCall {
        number: "A-001".to_owned(),
        counter: "3".to_owned(),
        call_seq: 1,
        called_at: "T".to_owned(),
        stage: "called".to_owned(),
        language: "ru".to_owned(),
    };
    assert_eq!([next(), next()], [board(), beat()]);
    assert_eq!([next(), next()], [beat(), Event::Stream(BoardEvent::Change(BoardChange::Called { call }))]);
    // The older hub's board does not come through, only that it is there; nor does a change without a snapshot after it.
    assert_eq!([next(), next(), next()], [Event::Overtaken, board(), beat()]);
    let heads = serving.join().unwrap();
    let resumed: Vec<Option<&str>> =
        heads.iter().map(|head| head.lines().find_map(|line| line.strip_prefix("last-event-id: "))).collect();
    assert_eq!(resumed, [None, Some("4"), Some("6"), None, None]);
    assert!(heads.iter().all(|head| head.contains("authorization: bearer secret")));
}

#[test]
fn what_to_show_besides_is_asked_and_an_answer_that_fails_is_left_out() {
    let (address, _serving) = hub(vec![SNAPSHOT; 1_000]);
    let mut events = follow(&address);
    let (mut home, mut names) = (None, vec![]);
    while home.is_none() || names.is_empty() {
        match events.blocking_recv().unwrap() {
            Event::Home(told) => home = Some(told),
            Event::Names { lang, names: told } => names.push((lang, told.hall)),
            _ => {}
        }
    }
    assert_eq!(home.unwrap().post.face, DisplayFace::Hall, "a face of the future is a hall board");
    assert_eq!(names, [(Lang::Ru, "Зал".to_owned())]);
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    assert!(Hub::new("hall", "secret").is_err());
}
