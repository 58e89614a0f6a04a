//! What must hold when the network is calm again: every paper once in the queue, every board the hub's, every call
//! announced once.

use super::machines::{Display, Paper};
use crate::{
    hall::{Facts, Person},
    keepalive::Connection,
    load,
    screen::until,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io, net::SocketAddr};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// What was checked, and whether it held.
pub type Checks = Vec<(String, bool)>;

/// Somebody who asks a hub directly.
#[derive(Debug)]
pub struct Asker {
    runtime: Runtime,
    address: SocketAddr,
    token: String,
}

impl Asker {
    /// With a device's token.
    pub fn device(address: SocketAddr, token: &str) -> io::Result<Asker> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Asker { runtime, address, token: token.to_owned() })
    }

    /// Signs somebody in, and sits them down if they have a counter.
    pub fn staff(address: SocketAddr, person: &Person) -> io::Result<Asker> {
        let mut asker = Asker::device(address, "")?;
        let signed_in = match &person.counter {
            Some(counter) => asker.runtime.block_on(load::sit_down(address, &person.name, &person.pin, counter)),
            None => asker.runtime.block_on(load::sign_in(address, &person.name, &person.pin)),
        };
        asker.token = signed_in?;
        Ok(asker)
    }

    /// `GET`: status and body.
    pub fn get(&self, path: &str) -> io::Result<(u16, Value)> {
        let reply = self
            .runtime
            .block_on(async { Connection::open(self.address, Some(&self.token)).await?.get(path).await })?;
        Ok((reply.status, reply.json()))
    }

    /// A page as its text.
    pub fn page(&self, path: &str) -> io::Result<String> {
        let reply = self.runtime.block_on(async {
            let headers = [("cookie", format!("navbat_session={}", self.token))];
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Connection::open(self.address, None).await?.send("GET", path, &headers, b"").await
        })?;
        Ok(String::from_utf8_lossy(&reply.body).into_owned())
    }

    /// `POST` with a command id of its own, and these fields.
    pub fn post(&self, path: &str, mut body: Value) -> io::Result<(u16, Value)> {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("command_id".to_owned(), json!(Uuid::now_v7()));
        }
        let reply = self
            .runtime
            .block_on(async { Connection::open(self.address, Some(&self.token)).await?.post(path, &body).await })?;
        Ok((reply.status, reply.json()))
    }

    /// [`Asker::post`] that has to be done.
    pub fn done(&self, path: &str, body: Value) -> io::Result<Value> {
        let (status, answer) = self.post(path, body)?;
        load::expect(status, &[200, 201, 204], &answer).map_err(|e| io::Error::other(format!("{path}: {e}")))
    }

    /// The first event of the board's stream, asked from after `seen`.
    pub fn first_event(&self, seen: u64) -> io::Result<String> {
        self.runtime.block_on(async {
            let mut stream = Connection::open(self.address, Some(&self.token)).await?;
            stream.subscribe("/api/v1/board/stream", Some(&seen.to_string())).await?;
            loop {
                if let Some(event) = stream.line().await?.strip_prefix("event: ") {
                    return Ok(event.to_owned());
                }
            }
        })
    }

    /// The journal's last entry.
    pub fn seq(&self) -> io::Result<u64> {
        Ok(self.get("/health")?.1["seq"].as_u64().unwrap_or_default())
    }
}

/// Waits until the hub has each paper waiting under its number, and says whether it has no other ticket besides.
pub fn every_paper_waits_once(hub: &Asker, papers: &[Paper]) -> io::Result<Checks> {
    let wanted = papers.len() as u64;
    until("every paper waits", || Ok((hub.get("/api/v1/hall")?.1["waiting"].as_u64() >= Some(wanted)).then_some(())))?;
    let mut strangers = Vec::new();
    for paper in papers {
        let state = hub.get(&format!("/api/v1/tickets/{}", paper.id))?.1;
        if state["number"] != paper.number.as_str() || state["stage"] != "waiting" {
            strangers.push(format!("{paper:?}: {state}"));
        }
    }
    let numbers: BTreeSet<&String> = papers.iter().map(|paper| &paper.number).collect();
    let waiting = hub.get("/api/v1/hall")?.1["waiting"].clone();
    Ok(vec![
        (format!("each of {wanted} papers waits under its own number {}", strangers.join("; ")), strangers.is_empty()),
        (format!("no number is on two of {wanted} papers"), numbers.len() == papers.len()),
        (format!("nothing else waits ({waiting} of {wanted})"), waiting == wanted),
    ])
}

/// Calls that wait for their announcement before the visitor is served; a display takes its time for each.
const AWAITED: usize = 4;

/// Calls everybody, one after the other, the first and the last few with patience; says whether each paper was called
/// once, and everything the display did is what the hub did.
pub fn everybody_is_called_once(
    address: SocketAddr,
    facts: &Facts,
    papers: &[Paper],
    display: &mut Display,
) -> io::Result<Checks> {
    display.look();
    let before = display.announced.len();
    let clerk = Asker::staff(address, &facts.clerks[0])?;
    let (mut called, mut patient) = (Vec::new(), Vec::new());
    for nth in 0..papers.len() {
        let state = clerk.done("/api/v1/counters/1/call-next", json!({}))?;
        let number = state["number"].as_str().unwrap_or_default().to_owned();
        let announced = number.clone();
        let awaited = nth < AWAITED || nth + AWAITED >= papers.len();
        display.shows("a call is announced", |display| {
            !awaited || display.announced[before..].iter().any(|(number, _, _)| *number == announced)
        })?;
        if awaited {
            patient.push(number.clone());
        }
        clerk.done("/api/v1/counters/1/start", json!({}))?;
        clerk.done("/api/v1/counters/1/complete", json!({}))?;
        called.push(number);
    }
    let mut expected: Vec<String> = papers.iter().map(|paper| paper.number.clone()).collect();
    let mut found = called.clone();
    expected.sort();
    found.sort();
    let (_, board) = clerk.get("/api/v1/board")?;
    display.shows("the display has the hub's board", |display| display.board == board)?;
    let announced: Vec<String> = display.announced[before..].iter().map(|(number, _, _)| number.clone()).collect();
    Ok(vec![
        (format!("each of {} papers is called once", papers.len()), expected == found),
        ("the display announced no call twice, and each in its order".to_owned(), in_order(&announced, &called)),
        (format!("the {} calls that were waited for were announced", patient.len()), in_order(&patient, &announced)),
        ("the display's board is the hub's".to_owned(), display.board == board),
    ])
}

/// Whether these are some of those, in their order.
fn in_order(some: &[String], all: &[String]) -> bool {
    let mut all = all.iter();
    some.iter().all(|one| all.any(|other| other == one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_or_out_of_order_is_found() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(in_order(&words("a c"), &words("a b c")));
        assert!(!in_order(&words("c a"), &words("a b c")));
        assert!(!in_order(&words("a a"), &words("a b c")));
        assert!(!in_order(&words("d"), &words("a b c")));
    }
}
