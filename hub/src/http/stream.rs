//! The board's stream: every display gets the same bytes, serialised once by whoever made them.
//!
//! The heart takes what the journal publishes, adds a beat when it is time, and passes both on; a stream is one
//! subscription to it and what it has to catch up with. So the journal's thread wakes one reader, not a thousand, and
//! the thousand are woken where they run. Whoever falls behind is cut off: it comes back with `Last-Event-ID` and misses
//! nothing. When the hub goes down the heart stops, and with it the streams.

use super::kiosk::rfc3339;
use crate::journal::{BoardFeed, Clock, Published, RING_MAX};
use axum::body::Bytes;
use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    broadcast::{
        self,
        error::{RecvError, TryRecvError},
    },
};
use tokio_stream::{Stream, wrappers::BroadcastStream};
use wire::board::{Beat, Board};

/// Streams at once.
pub const STREAMS_MAX: usize = 2000;
/// Between two signs of life.
pub const BEAT_EVERY: Duration = Duration::from_secs(2);
/// Beats that may wait for a slow page of the console.
const BEATS_WAITING_MAX: usize = 8;
/// Frames that may wait for a slow display: what a subscription remembers is shared, so this is not per display.
const FRAMES_WAITING_MAX: usize = RING_MAX;

/// Where streams come from. Cheap to clone.
#[derive(Clone)]
pub struct BoardStream(Arc<Source>);

struct Source {
    feed: BoardFeed,
    /// Never read from, as `beats`: only the pattern for new subscriptions, so that the heart alone decides when they
    /// end.
    frames: broadcast::Receiver<Frame>,
    beats: broadcast::Receiver<Bytes>,
    clock: Clock,
    places: Arc<Semaphore>,
    snapshot: Mutex<Option<(u64, Bytes)>>,
}

/// What goes to every display.
#[derive(Debug, Clone)]
enum Frame {
    Change(Arc<Published>),
    Beat(Bytes),
    /// The heart itself missed changes: everybody comes back with what they saw last.
    Cut,
}

impl BoardStream {
    /// The streams of a feed, and the heart that beats for them until it is dropped.
    pub fn new(feed: BoardFeed, clock: Clock) -> (BoardStream, Heart) {
        let (to_pages, beats) = broadcast::channel(BEATS_WAITING_MAX);
        let (to_displays, frames) = broadcast::channel(FRAMES_WAITING_MAX);
        let places = Arc::new(Semaphore::new(STREAMS_MAX));
        let heart =
            Heart { changes: feed.subscribe(), feed: feed.clone(), clock: Arc::clone(&clock), to_displays, to_pages };
        let source = Source { feed, frames, beats, clock, places, snapshot: Mutex::new(None) };
        (BoardStream(Arc::new(source)), heart)
    }

    /// The board now.
    pub fn board(&self) -> Board {
        Board::clone(&self.0.feed.snapshot().1)
    }

    /// Streams that are open.
    pub fn streams(&self) -> usize {
        STREAMS_MAX - self.0.places.available_permits()
    }

    /// The heart's beats alone, for streams of another kind; they end when the hub goes down.
    pub fn beats(&self) -> broadcast::Receiver<Bytes> {
        self.0.beats.resubscribe()
    }

    /// A stream from after `seen` if that is remembered, else from a snapshot; nothing if there are too many already.
    pub fn follow(&self, seen: Option<u64>) -> Option<Frames> {
        let place = Arc::clone(&self.0.places).try_acquire_owned().ok()?;
        let frames = BroadcastStream::new(self.0.frames.resubscribe());
        let mut first = VecDeque::new();
        let from = match seen.and_then(|seen| Some((seen, self.0.feed.since(seen)?))) {
            Some((seen, missed)) => {
                // A beat at once: the reader knows the line is good, and that this is the hub it knew.
                first.push_back(beat_frame(&self.0.feed, &self.0.clock));
                first.extend(missed.iter().map(|published| published.frame.clone()));
                missed.last().map_or(seen, |last| last.seq)
            }
            None => {
                let (seq, frame) = self.snapshot();
                first.push_back(frame);
                seq
            }
        };
        Some(Frames { first, frames, from, _place: place })
    }

    /// The snapshot's frame, serialised once per state of the board.
    fn snapshot(&self) -> (u64, Bytes) {
        let (seq, board) = self.0.feed.snapshot();
        let mut kept = self.0.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, frame)) = kept.as_ref()
            && *of == seq
        {
            return (seq, frame.clone());
        }
        let json = serde_json::to_string(&*board).expect("a board is plain data with text keys");
        let frame = Bytes::from(format!("event: snapshot\nid: {seq}\ndata: {json}\n\n"));
        *kept = Some((seq, frame.clone()));
        (seq, frame)
    }
}

/// One reader's frames.
pub struct Frames {
    first: VecDeque<Bytes>,
    frames: BroadcastStream<Frame>,
    from: u64,
    _place: OwnedSemaphorePermit,
}

impl Stream for Frames {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(frame) = self.first.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        loop {
            return match Pin::new(&mut self.frames).poll_next(cx) {
                // Subscribed before the snapshot was taken, so some of it may come again.
                Poll::Ready(Some(Ok(Frame::Change(published)))) if published.seq <= self.from => continue,
                Poll::Ready(Some(Ok(Frame::Change(published)))) => Poll::Ready(Some(Ok(published.frame.clone()))),
                Poll::Ready(Some(Ok(Frame::Beat(beat)))) => Poll::Ready(Some(Ok(beat))),
                // Fell behind, or the hub goes down.
                Poll::Ready(Some(Ok(Frame::Cut) | Err(_)) | None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            };
        }
    }
}

/// What makes streams live: they end when it is dropped.
pub struct Heart {
    changes: broadcast::Receiver<Arc<Published>>,
    feed: BoardFeed,
    clock: Clock,
    to_displays: broadcast::Sender<Frame>,
    to_pages: broadcast::Sender<Bytes>,
}

impl Heart {
    /// Passes changes on and beats, until it is dropped or the journal is gone.
    pub async fn run(mut self) {
        let mut every = tokio::time::interval(BEAT_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                change = self.changes.recv() => match change {
                    Err(RecvError::Closed) => return,
                    change => self.pass(change.ok()),
                },
                _ = every.tick() => self.beat(),
            }
        }
    }

    /// Passes on the changes that wait, for whoever has time in its own hands.
    pub fn pass_on(&mut self) {
        loop {
            match self.changes.try_recv() {
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
                change => self.pass(change.ok()),
            }
        }
    }

    /// One sign of life. That nobody listens is no failure.
    pub fn beat(&self) {
        let beat = beat_frame(&self.feed, &self.clock);
        let _ = self.to_pages.send(beat.clone());
        let _ = self.to_displays.send(Frame::Beat(beat));
    }

    fn pass(&self, change: Option<Arc<Published>>) {
        let _ = self.to_displays.send(change.map_or(Frame::Cut, Frame::Change));
    }
}

fn beat_frame(feed: &BoardFeed, clock: &Clock) -> Bytes {
    let beat = Beat { epoch: feed.snapshot().1.epoch, at: rfc3339(clock()) };
    let json = serde_json::to_string(&beat).expect("a beat is plain data with text keys");
    Bytes::from(format!("event: beat\ndata: {json}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Config,
        journal::{Durability, Journal, Opening},
    };
    use queue::time::Time;
    use tokio_stream::StreamExt;

    fn journal(name: &str) -> (Journal, Clock) {
        let dir = std::env::temp_dir().join(format!("navbat-stream-{}-{name}", std::process::id()));
        let clock: Clock = Arc::new(|| Time(0));
        let rules = Arc::clone(Config::demo().rules());
        let opening = Opening { place: dir.into(), rules, durability: Durability::Normal, clock: Arc::clone(&clock) };
        (Journal::open(opening).unwrap(), clock)
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_is_cut_off() {
        let (journal, clock) = journal("slow");
        let (stream, heart) = BoardStream::new(journal.board(), clock);
        tokio::spawn(heart.run());
        let (mut slow, mut quick) = (stream.follow(None).unwrap(), stream.follow(None).unwrap());
        assert!(slow.next().await.is_some(), "the snapshot");
        assert!(quick.next().await.is_some());
        for _ in 0..FRAMES_WAITING_MAX * 2 {
            assert!(quick.next().await.is_some(), "a beat");
        }
        assert!(slow.next().await.is_none());
        assert_eq!(stream.streams(), 2);
        drop((slow, quick));
        assert_eq!(stream.streams(), 0);
    }

    #[tokio::test]
    async fn streams_end_with_the_heart() {
        let (journal, clock) = journal("heart");
        let (stream, heart) = BoardStream::new(journal.board(), clock);
        let mut reader = stream.follow(None).unwrap();
        assert!(reader.next().await.is_some());
        drop(heart);
        assert!(reader.next().await.is_none());
    }

    #[tokio::test]
    async fn there_are_only_so_many_streams() {
        let (journal, clock) = journal("many");
        let (stream, _heart) = BoardStream::new(journal.board(), clock);
        let readers: Vec<_> = (0..STREAMS_MAX).map(|_| stream.follow(None).unwrap()).collect();
        assert!(stream.follow(None).is_none());
        drop(readers);
        assert!(stream.follow(None).is_some());
    }
}
