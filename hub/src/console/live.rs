//! The stream behind a live page: fragments when the hall has changed, and a sign of life.
//!
//! The journal's revision is watched, not queued: a slow browser skips to the newest state and never falls behind.
//! Only fragments that say something new are sent. Minutes pass without events, so every beat looks again.

use axum::{
    body::Bytes,
    response::{
        IntoResponse,
        sse::{Event, Sse},
    },
};
use std::{convert::Infallible, future::Future, time::Duration};
use tokio::{
    sync::{broadcast, broadcast::error::RecvError, mpsc, watch},
    time::sleep,
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

/// A browser that takes nothing for this long comes back by itself.
const STALL_MAX: Duration = Duration::from_secs(20);
/// Events on their way to one browser.
const EVENTS_MAX: usize = 4;

/// What makes a stream look again.
pub struct Pulse {
    /// The journal's revision.
    pub revision: watch::Receiver<u64>,
    /// Revisions this close together are one picture.
    pub coalesce: Duration,
    /// What the page must be of; another one reloads itself.
    pub version: String,
    /// The hub's heart: the page takes three missing beats for a lost hub.
    pub beats: broadcast::Receiver<Bytes>,
}

/// The live blocks of a page as of a revision.
pub struct Picture {
    /// The journal's sequence number.
    pub revision: u64,
    /// One element each, always in the same order.
    pub fragments: Vec<String>,
}

/// Answers with a stream of pictures, until the browser leaves, the
/// session is over or the hub goes down.
pub fn stream<F>(pulse: Pulse, look: impl Fn() -> F + Send + 'static) -> impl IntoResponse
where
    F: Future<Output = Option<Picture>> + Send + 'static,
{
    let (events, sent) = mpsc::channel(EVENTS_MAX);
    tokio::spawn(run(pulse, look, events));
    Sse::new(ReceiverStream::new(sent).map(Ok::<_, Infallible>))
}

async fn run<F>(mut pulse: Pulse, look: impl Fn() -> F, events: mpsc::Sender<Event>)
where
    F: Future<Output = Option<Picture>>,
{
    let mut shown: Vec<String> = Vec::new();
    let mut why = Some(Why::Beat);
    if events.send(Event::default().event("hello").data(&pulse.version)).await.is_err() {
        return;
    }
    while let Some(woken) = why {
        let Some(picture) = look().await else { return };
        let event = news(&mut shown, picture).or_else(|| woken.sign_of_life());
        if let Some(event) = event
            && events.send_timeout(event, STALL_MAX).await.is_err()
        {
            return;
        }
        why = tokio::select! {
            () = events.closed() => None,
            why = pulse.next() => why,
        };
    }
}

/// Why a stream looks again.
enum Why {
    /// The hall has changed, though perhaps not here.
    Changed,
    /// Minutes pass, and the page wants a sign of life.
    Beat,
}

impl Why {
    fn sign_of_life(self) -> Option<Event> {
        match self {
            Why::Changed => None,
            // A browser drops an event without data.
            Why::Beat => Some(Event::default().event("beat").data("1")),
        }
    }
}

impl Pulse {
    /// Waits for the next reason to look; none comes when the hub goes down.
    async fn next(&mut self) -> Option<Why> {
        tokio::select! {
            changed = self.revision.changed() => {
                changed.ok()?;
                sleep(self.coalesce).await;
                self.revision.mark_unchanged();
                Some(Why::Changed)
            }
            beat = self.beats.recv() => match beat {
                Ok(_) | Err(RecvError::Lagged(_)) => Some(Why::Beat),
                Err(RecvError::Closed) => None,
            },
        }
    }
}

/// What a picture says that was not said before.
fn news(shown: &mut Vec<String>, picture: Picture) -> Option<Event> {
    let pairs = picture.fragments.iter().enumerate();
    let fresh: String =
        pairs.filter(|(at, text)| shown.get(*at) != Some(text)).map(|(_, text)| text.as_str()).collect();
    *shown = picture.fragments;
    // A carriage return would end the line of an event.
    let fresh = fresh.replace('\r', "");
    (!fresh.is_empty()).then(|| Event::default().event("patch").id(picture.revision.to_string()).data(fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(revision: u64, fragments: &[&str]) -> Picture {
        Picture { revision, fragments: fragments.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[test]
    fn only_what_is_new_is_sent() {
        let mut shown = Vec::new();
        assert!(news(&mut shown, picture(1, &["a", "b"])).is_some());
        assert!(news(&mut shown, picture(2, &["a", "b"])).is_none());
        let event = format!("{:?}", news(&mut shown, picture(3, &["a", "c"])));
        assert!(event.contains('c') && !event.contains("data: a"), "{event}");
    }
}
