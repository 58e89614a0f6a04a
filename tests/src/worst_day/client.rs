//! One machine's line to the hub, and what became of each request: when, how long, with which answer.
//!
//! A line that breaks, or an answer that takes longer than the machine has patience, is "away"; the next request opens
//! a new line. Nothing is repeated here: who asks decides.

use crate::keepalive::{Connection, Reply};
use serde_json::Value;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// What a request is for, as the figures name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What would I be told?
    Offer,
    /// A number, please.
    Issue,
    /// It is on paper.
    Printed,
    /// It was printed alone.
    Offline,
    /// Who is next?
    Call,
    /// The visitor is here.
    Start,
    /// Every other key of a clerk.
    Key,
    /// The visitor is served.
    Complete,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 8] =
        [Kind::Offer, Kind::Issue, Kind::Printed, Kind::Offline, Kind::Call, Kind::Start, Kind::Key, Kind::Complete];

    /// The name in a figure.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Offer => "offer",
            Kind::Issue => "issue",
            Kind::Printed => "printed",
            Kind::Offline => "offline",
            Kind::Call => "call",
            Kind::Start => "start",
            Kind::Key => "key",
            Kind::Complete => "complete",
        }
    }
}

/// What became of one request.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// What for.
    pub kind: Kind,
    /// When it was sent.
    pub at: Instant,
    /// Until the answer, or until patience ended.
    pub took: Duration,
    /// The answer's status; nothing if there was none.
    pub status: Option<u16>,
}

/// A line to the hub.
pub struct Client {
    address: SocketAddr,
    token: String,
    line: Option<Connection>,
    /// Every request so far.
    pub requests: Vec<Request>,
}

/// No answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away;

impl Client {
    /// A machine or a browser with this token.
    pub fn new(address: SocketAddr, token: &str) -> Client {
        Client { address, token: token.to_owned(), line: None, requests: vec![] }
    }

    /// `GET`, within some patience.
    pub async fn get(&mut self, kind: Kind, path: &str, patience: Duration) -> Result<Reply, Away> {
        self.ask(kind, (path, None), patience).await
    }

    /// `POST`, within some patience.
    pub async fn post(&mut self, kind: Kind, path: &str, body: &Value, patience: Duration) -> Result<Reply, Away> {
        self.ask(kind, (path, Some(body)), patience).await
    }

    async fn ask(
        &mut self,
        kind: Kind,
        (path, body): (&str, Option<&Value>),
        patience: Duration,
    ) -> Result<Reply, Away> {
        let at = Instant::now();
        let line = self.line.take();
        let asked = async {
            let mut line = match line {
                Some(line) => line,
                None => Connection::open(self.address, Some(&self.token)).await?,
            };
            let reply = match body {
                Some(body) => line.post(path, body).await?,
                None => line.get(path).await?,
            };
            std::io::Result::Ok((line, reply))
        };
        let answered = timeout(patience, asked).await.ok().and_then(Result::ok);
        let status = answered.as_ref().map(|(_, reply)| reply.status);
        self.requests.push(Request { kind, at, took: at.elapsed(), status });
        let (line, reply) = answered.ok_or(Away)?;
        self.line = Some(line).filter(|_| reply.header("connection") != Some("close"));
        Ok(reply)
    }
}
