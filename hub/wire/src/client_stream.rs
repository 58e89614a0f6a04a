//! The board's stream as a client reads it: server-sent events over one long answer.
//!
//! Three parts, so that all but the socket is pure: [`Frames`] cuts bytes into frames, [`Follow`] decides what a
//! display may believe, [`BoardSource`] opens connections. Reconnecting is the caller's loop: it owns time and chance,
//! [`pause_before`] only says how long. Deliberately absent: the `retry:` field, because the hall's machines agree on
//! one policy and no hub can slow a display down for hours.

mod follow;
mod frames;

pub use follow::{COUNTERS_MAX, Distrust, Follow};
pub use frames::{EVENT_BYTES_MAX, Frame, Frames, LINE_BYTES_MAX, TooLong};

use crate::{
    board::BoardEvent,
    seen::{SEEN_HEADER, Seen},
};
use std::{collections::VecDeque, time::Duration};

/// Without a byte for this long the connection counts as dead: three beats of the hub and a little more.
pub const SILENCE_MS_MAX: u64 = 7_000;
/// The longest time a hub may take to begin its answer.
pub const ANSWER_MS_MAX: u64 = 5_000;
/// The longest time a connection may take to open.
const CONNECT_MS_MAX: u64 = 2_000;
/// The longest pause between two attempts: a hall is a local network and its people wait for this board.
pub const PAUSE_MS_MAX: u64 = 3_000;
const PAUSE_MS_FIRST: u64 = 250;

/// Why there is no stream, or no more of it.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// No request can be made at all.
    #[error("the client of the stream cannot be made")]
    NoClient(#[source] reqwest::Error),
    /// No connection, or it broke.
    #[error("the hub cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// Nothing came for too long.
    #[error("the hub is silent")]
    Silent,
    /// The hub closed the stream.
    #[error("the hub ended the stream")]
    Ended,
    /// The hub does not want this client: 401 or 403 mean the token, others the hub.
    #[error("the hub answered {0} to the board's stream")]
    Refused(u16),
    /// A line or an event beyond the limits.
    #[error("the stream is not one of this hub's")]
    TooLong(#[source] TooLong),
    /// A frame that is not what its name says.
    #[error("a frame of the stream cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

/// How long to wait before an attempt (1 is the first after a loss), half of it by `chance`, so that a hall full of
/// displays does not come back in one instant.
pub fn pause_before(attempt: u32, chance: u32) -> Duration {
    let whole_ms = PAUSE_MS_FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(PAUSE_MS_MAX);
    let by_chance_ms = whole_ms / 2 * u64::from(chance) / u64::from(u32::MAX);
    Duration::from_millis(whole_ms / 2 + by_chance_ms)
}

/// What a frame says. A name this client does not know is none of its business: hubs may grow.
///
/// # Errors
/// A frame whose data is not what its name says.
pub fn read(frame: &Frame) -> Result<Option<BoardEvent>, serde_json::Error> {
    Ok(match frame.event.as_str() {
        "snapshot" => Some(BoardEvent::Snapshot(serde_json::from_str(&frame.data)?)),
        "change" => Some(BoardEvent::Change(serde_json::from_str(&frame.data)?)),
        "beat" => Some(BoardEvent::Beat(serde_json::from_str(&frame.data)?)),
        _ => None,
    })
}

/// Where the board comes from: a hub and this device's token.
#[derive(Debug, Clone)]
pub struct BoardSource {
    http: reqwest::Client,
    hub: String,
    token: String,
}

/// One connection to `/api/v1/board/stream`.
#[derive(Debug)]
pub struct BoardStream {
    answer: reqwest::Response,
    frames: Frames,
    ready: VecDeque<Frame>,
}

impl BoardSource {
    /// The board of the hub at `hub` (`http://hub.local:8080`) for the device with this token.
    ///
    /// # Errors
    /// [`StreamError::NoClient`].
    pub fn new(hub: &str, token: &str) -> Result<BoardSource, StreamError> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(CONNECT_MS_MAX))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(StreamError::NoClient)?;
        Ok(BoardSource { http, hub: hub.trim_end_matches('/').to_owned(), token: token.to_owned() })
    }

    /// Asks for the stream, from after `resume` if the hub still can, and tells the hub what was seen.
    ///
    /// # Errors
    /// [`StreamError::Unreachable`], [`StreamError::Silent`] or [`StreamError::Refused`].
    pub async fn open(&self, resume: Option<u64>, seen: &Seen) -> Result<BoardStream, StreamError> {
        let mut request = self
            .http
            .get(format!("{}/api/v1/board/stream", self.hub))
            .bearer_auth(&self.token)
            .header(reqwest::header::ACCEPT, "text/event-stream")
            .header(SEEN_HEADER, seen.to_string());
        if let Some(seq) = resume {
            request = request.header("Last-Event-ID", seq);
        }
        let answer = tokio::time::timeout(Duration::from_millis(ANSWER_MS_MAX), request.send())
            .await
            .map_err(|_| StreamError::Silent)?
            .map_err(StreamError::Unreachable)?;
        match answer.status().as_u16() {
            200 => Ok(BoardStream { answer, frames: Frames::default(), ready: VecDeque::new() }),
            status => Err(StreamError::Refused(status)),
        }
    }
}

impl BoardStream {
    /// The next event, with the journal's sequence number if it has one.
    ///
    /// # Errors
    /// Any but [`StreamError::Refused`]; after one the stream is of no more use.
    pub async fn next(&mut self) -> Result<(Option<u64>, BoardEvent), StreamError> {
        loop {
            while let Some(frame) = self.ready.pop_front() {
                if let Some(event) = read(&frame).map_err(StreamError::Unreadable)? {
                    return Ok((frame.id, event));
                }
            }
            let bytes = tokio::time::timeout(Duration::from_millis(SILENCE_MS_MAX), self.answer.chunk())
                .await
                .map_err(|_| StreamError::Silent)?
                .map_err(StreamError::Unreachable)?
                .ok_or(StreamError::Ended)?;
            self.ready.extend(self.frames.feed(&bytes).map_err(StreamError::TooLong)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// A hub that answers one request with these writes, each its own packet, and gives back what was asked.
    async fn hub(writes: Vec<&'static str>) -> (BoardSource, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let source = BoardSource::new(&format!("http://{}/", listener.local_addr().unwrap()), "secret").unwrap();
        let asked = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = socket.read(&mut request).await.unwrap();
            for write in writes {
                socket.write_all(write.as_bytes()).await.unwrap();
                socket.flush().await.unwrap();
            }
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (source, asked)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_stream_is_read_to_its_end() {
        let writes = vec![
            OK,
            ": hello\n\nevent: snapshot\nid: 7\ndata: {\"epoch\":1,\"day\":2,",
            "\"calls\":[],\"recent\":[]}\n\nevent: weather\ndata: fine\n\nevent: beat\nda",
            "ta: {\"epoch\":1,\"at\":\"2026-03-21T05:00:00Z\"}\n\n",
        ];
        let (source, asked) = hub(writes).await;
        let mut stream = source.open(Some(6), &Seen { hall: None, epoch: 3, link: None }).await.unwrap();
        let board = crate::board::Board { epoch: 1, day: 2, ..Default::default() };
        assert_eq!(stream.next().await.unwrap(), (Some(7), BoardEvent::Snapshot(board)));
        let beat = crate::board::Beat { epoch: 1, at: "2026-03-21T05:00:00Z".to_owned() };
        assert_eq!(stream.next().await.unwrap(), (Some(7), BoardEvent::Beat(beat)));
        assert!(matches!(stream.next().await, Err(StreamError::Ended)));
        let asked = asked.await.unwrap().to_lowercase();
        assert!(asked.starts_with("get /api/v1/board/stream http/1.1"), "{asked}");
        assert!(asked.contains("authorization: bearer secret") && asked.contains("last-event-id: 6"), "{asked}");
        assert!(asked.contains("navbat-seen: 3\r\n"), "{asked}");
    }

    #[tokio::test]
    async fn a_token_the_hub_does_not_know_is_told_apart() {
        let (source, asked) = hub(vec!["HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"]).await;
        assert!(matches!(
            source.open(None, &Seen { hall: None, epoch: 0, link: None }).await,
            Err(StreamError::Refused(401))
        ));
        assert!(!asked.await.unwrap().to_lowercase().contains("last-event-id"));
    }

    #[tokio::test]
    async fn what_is_no_stream_is_an_error() {
        let (source, _asked) = hub(vec![OK, "event: change\ndata: {}\n\n"]).await;
        assert!(matches!(
            source.open(None, &Seen { hall: None, epoch: 0, link: None }).await.unwrap().next().await,
            Err(StreamError::Unreadable(_))
        ));
    }

    proptest! {
        #[test]
        fn a_pause_grows_to_its_limit_and_never_beyond(attempt in 0_u32..100, chance: u32) {
            let pause = pause_before(attempt, chance);
            prop_assert!(pause >= Duration::from_millis(PAUSE_MS_FIRST / 2));
            prop_assert!(pause <= Duration::from_millis(PAUSE_MS_MAX));
            prop_assert!(pause_before(attempt + 1, chance) >= pause);
        }
    }

    #[test]
    fn an_event_of_a_younger_hub_is_passed_over() {
        let frame = Frame { id: Some(3), event: "weather".to_owned(), data: "sunny".to_owned() };
        assert!(read(&frame).unwrap().is_none());
    }

    #[test]
    fn a_change_that_is_none_is_an_error() {
        let frame = Frame { id: Some(3), event: "change".to_owned(), data: "{}".to_owned() };
        assert!(read(&frame).is_err());
    }
}
