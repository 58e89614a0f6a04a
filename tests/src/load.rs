//! Visitors and clerks at full speed until the hub dies, remembering only what the hub acknowledged.
//!
//! An answer that never came is no acknowledgement: what it was about may have happened or not.

use crate::{hall::Facts, keepalive::Connection};
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::mpsc::Sender};
use uuid::Uuid;

/// Services of the demo hall, one per category letter, so that every lane counts.
const SERVICES: [&str; 4] = ["A01", "M01", "K01", "O01"];

/// One acknowledged write.
#[derive(Debug, Clone)]
pub enum Done {
    /// A number was given.
    Reserved(Ticket),
    /// The paper was acknowledged.
    Printed(Ticket),
    /// A clerk's action with its answer.
    AtCounter { clerk: usize, path: String, body: Value, status: u16, answer: Value },
}

/// A ticket that was acknowledged.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its identity.
    pub id: Uuid,
    /// Its name on paper.
    pub number: String,
    /// The request that asked for it.
    pub body: Value,
}

/// Who asks, and where.
#[derive(Debug, Clone)]
pub struct Load {
    /// The hub.
    pub address: SocketAddr,
    /// The kiosk's token.
    pub device_token: String,
    /// Clerks' tokens with their counters.
    pub clerks: Vec<(String, String)>,
    /// Visitors at once.
    pub visitors: usize,
}

impl Load {
    /// Runs until the hub is gone; `first` hears of each acknowledgement's arrival.
    pub fn run(&self, heard: &Sender<()>) -> io::Result<Vec<Done>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for visitor in 0..self.visitors {
                let (load, heard) = (self.clone(), heard.clone());
                tasks.spawn(async move { load.visitor(visitor, &heard).await });
            }
            for clerk in 0..self.clerks.len() {
                let (load, heard) = (self.clone(), heard.clone());
                tasks.spawn(async move { load.clerk(clerk, &heard).await });
            }
            let mut done = vec![];
            while let Some(one) = tasks.join_next().await {
                done.extend(one.map_err(io::Error::other)??);
            }
            Ok(done)
        })
    }

    async fn visitor(&self, nth: usize, heard: &Sender<()>) -> io::Result<Vec<Done>> {
        let mut done = vec![];
        let Ok(mut hub) = Connection::open(self.address, Some(&self.device_token)).await else { return Ok(done) };
        loop {
            let service = SERVICES[(nth + done.len()) % SERVICES.len()];
            let body = json!({"command_id": Uuid::now_v7(), "service": service, "language": "uz-Latn"});
            let Ok(reply) = hub.post("/api/v1/tickets", &body).await else { return Ok(done) };
            let answer = expect(reply.status, &[201], &reply.json())?;
            let ticket = ticket(&answer, body)?;
            done.push(Done::Reserved(ticket.clone()));
            let path = format!("/api/v1/tickets/{}/printed", ticket.id);
            let Ok(reply) = hub.post(&path, &json!({"command_id": Uuid::now_v7()})).await else { return Ok(done) };
            expect(reply.status, &[200], &reply.json())?;
            done.push(Done::Printed(ticket));
            let _ = heard.send(());
        }
    }

    async fn clerk(&self, clerk: usize, heard: &Sender<()>) -> io::Result<Vec<Done>> {
        let (token, counter) = &self.clerks[clerk];
        let mut done = vec![];
        let Ok(mut hub) = Connection::open(self.address, Some(token)).await else { return Ok(done) };
        for action in ["call-next", "start", "complete"].iter().cycle() {
            let path = format!("/api/v1/counters/{counter}/{action}");
            let mut body = json!({"command_id": Uuid::now_v7()});
            if *action == "complete" {
                body["outcome"] = json!("served");
            }
            let Ok(reply) = hub.post(&path, &body).await else { return Ok(done) };
            // A counter that was busy when the hub died goes on where it was: its first steps may be refused.
            let answer = expect(reply.status, &[200, 204, 409, 422], &reply.json())?;
            if reply.status == 200 {
                done.push(Done::AtCounter { clerk, path, body, status: reply.status, answer });
            }
            let _ = heard.send(());
        }
        Ok(done)
    }
}

/// Signs a clerk in and opens a counter; returns the token.
pub async fn sit_down(address: SocketAddr, name: &str, pin: &str, counter: &str) -> io::Result<String> {
    let token = sign_in(address, name, pin).await?;
    open_counter(address, &token, counter).await?;
    Ok(token)
}

/// Signs somebody in; returns the token.
pub async fn sign_in(address: SocketAddr, name: &str, pin: &str) -> io::Result<String> {
    let mut hub = Connection::open(address, None).await?;
    let reply = hub.post("/api/v1/sessions", &json!({"name": name, "pin": pin})).await?;
    let answer = expect(reply.status, &[201], &reply.json())?;
    Ok(answer["token"].as_str().unwrap_or_default().to_owned())
}

/// Opens a counter; one that the same clerk has open already is fine.
pub async fn open_counter(address: SocketAddr, token: &str, counter: &str) -> io::Result<()> {
    let mut hub = Connection::open(address, Some(token)).await?;
    let path = format!("/api/v1/counters/{counter}/open");
    let reply = hub.post(&path, &json!({"command_id": Uuid::now_v7()})).await?;
    expect(reply.status, &[200, 204, 409], &reply.json()).map(drop)
}

/// The first clerks with a counter each, signed in; tokens that still work are kept.
pub async fn clerks(
    address: SocketAddr,
    facts: &Facts,
    known: &mut Vec<(String, String)>,
    many: usize,
) -> io::Result<()> {
    let still = match known.first() {
        Some((token, counter)) => open_counter(address, token, counter).await.is_ok(),
        None => false,
    };
    if !still {
        known.clear();
        for clerk in facts.clerks.iter().filter(|clerk| clerk.counter.is_some()).take(many) {
            let counter = clerk.counter.clone().unwrap_or_default();
            known.push((sit_down(address, &clerk.name, &clerk.pin, &counter).await?, counter));
        }
    }
    Ok(())
}

fn ticket(answer: &Value, body: Value) -> io::Result<Ticket> {
    let id = answer["ticket_id"].as_str().and_then(|text| text.parse().ok());
    let number = answer["number"].as_str().map(str::to_owned);
    match (id, number) {
        (Some(id), Some(number)) => Ok(Ticket { id, number, body }),
        _ => Err(io::Error::other(format!("not a ticket: {answer}"))),
    }
}

/// The answer, if its status is one of the expected.
pub fn expect(status: u16, expected: &[u16], answer: &Value) -> io::Result<Value> {
    if expected.contains(&status) { Ok(answer.clone()) } else { Err(io::Error::other(format!("{status}: {answer}"))) }
}
