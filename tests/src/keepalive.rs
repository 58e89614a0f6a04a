//! One HTTP/1.1 connection that stays open: the cheapest client there is, so that a benchmark on two cores
//! measures the hub and not its client, and a test sees every byte of an answer.

use serde_json::Value;
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The largest answer a test expects.
const ANSWER_MAX: usize = 8 << 20;

/// A connection to a hub.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    token: Option<String>,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The head, as sent.
    pub head: String,
    /// The body, without transfer coding.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Connection {
    /// Connects; `token` goes along with each request.
    pub async fn open(address: SocketAddr, token: Option<&str>) -> io::Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, token: token.map(str::to_owned), buffer: Vec::with_capacity(4096) })
    }

    /// `GET`.
    pub async fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.send("GET", path, &[], b"").await
    }

    /// `POST` of a JSON body.
    pub async fn post(&mut self, path: &str, body: &Value) -> io::Result<Reply> {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes()).await
    }

    /// Any request.
    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Reply> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: hall\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(token) = &self.token {
            request.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<Reply> {
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        self.buffer.drain(..head_end);
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(not_http)?;
        let mut reply = Reply { status, head, body: vec![] };
        reply.body = match reply.header("content-length").map(str::parse) {
            Some(length) => self.take(length.map_err(|_| not_http())?).await?,
            None if reply.header("transfer-encoding") == Some("chunked") => self.chunks().await?,
            None => vec![],
        };
        Ok(reply)
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = vec![];
        loop {
            let end = loop {
                match find(&self.buffer, b"\r\n") {
                    Some(at) => break at,
                    None => self.more().await?,
                }
            };
            let size =
                std::str::from_utf8(&self.buffer[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
            self.buffer.drain(..end + 2);
            let size = size.ok_or_else(not_http)?;
            body.extend(self.take(size).await?);
            self.take(2).await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.buffer.len() > ANSWER_MAX {
            return Err(io::Error::other("an answer without end"));
        }
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// The next line of a stream that never ends, without transfer coding: for server-sent events, where each
    /// event is sent whole and a chunk's size stands on a line of its own.
    pub async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.more().await?;
        }
    }

    /// Whatever comes next on a stream, as it comes: at least one byte. The cheapest way to hear that something happened.
    pub async fn heard(&mut self) -> io::Result<&[u8]> {
        self.buffer.clear();
        self.more().await?;
        Ok(&self.buffer)
    }

    /// Asks for a stream of events and reads its head.
    pub async fn subscribe(&mut self, path: &str, last_id: Option<&str>) -> io::Result<u16> {
        let resume = last_id.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        let token = self.token.as_ref().map_or_else(String::new, |t| format!("authorization: Bearer {t}\r\n"));
        let request = format!("GET {path} HTTP/1.1\r\nhost: hall\r\naccept: text/event-stream\r\n{resume}{token}\r\n");
        self.stream.write_all(request.as_bytes()).await?;
        let head = self.line().await?;
        while !self.line().await?.is_empty() {}
        head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(not_http)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn not_http() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an HTTP answer")
}
