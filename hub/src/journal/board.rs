//! The board: what the events change on it, and the feed that keeps every display equal to the hub.
//!
//! A change is serialised once, as the frame that goes to every display. The feed remembers the last changes, so that
//! a display that was away for a moment goes on where it stopped; whoever was away longer gets a fresh snapshot.

use bytes::Bytes;
use queue::{event::Event, hall::Hall, ids::CounterId, stage::Step, time::Time};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::broadcast;
use wire::board::{Board, BoardCall, BoardChange};

/// Changes that are remembered for displays that come back, and that may wait for a slow one.
pub const RING_MAX: usize = 1024;

/// A committed change of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The journal's sequence number.
    pub seq: u64,
    /// What changed.
    pub change: BoardChange,
    /// The frame of the event stream, ready to send.
    pub frame: Bytes,
}

/// The board as displays see it. Cheap to clone.
#[derive(Clone)]
pub struct BoardFeed {
    shared: Arc<Mutex<Shared>>,
    changes: broadcast::Sender<Arc<Published>>,
}

struct Shared {
    seq: u64,
    board: Arc<Board>,
    ring: VecDeque<Arc<Published>>,
    /// Changes up to here are no longer, or were never, in the ring.
    floor: u64,
}

impl BoardFeed {
    /// The board and the sequence number it is as of. Subscribe first, then take the snapshot, then skip changes up
    /// to its number: nothing is lost or shown twice.
    pub fn snapshot(&self) -> (u64, Arc<Board>) {
        let shared = self.shared();
        (shared.seq, Arc::clone(&shared.board))
    }

    /// Every change from now on. A reader that falls behind by [`RING_MAX`] is told so and takes a snapshot.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.changes.subscribe()
    }

    /// The changes after `seq`; `None` if they are not all remembered, or `seq` is from another journal's future.
    pub fn since(&self, seq: u64) -> Option<Vec<Arc<Published>>> {
        let shared = self.shared();
        if seq < shared.floor || seq > shared.seq {
            return None;
        }
        Some(shared.ring.iter().filter(|published| published.seq > seq).cloned().collect())
    }

    /// A feed that begins with this board; `floor` is where the journal's replay began.
    pub(super) fn new(board: Board, seq: u64, floor: u64) -> BoardFeed {
        let shared = Shared { seq, board: Arc::new(board), ring: VecDeque::with_capacity(RING_MAX), floor };
        BoardFeed { shared: Arc::new(Mutex::new(shared)), changes: broadcast::Sender::new(RING_MAX) }
    }

    /// Publishes what a commit changed. Only the journal thread calls this, after the commit.
    pub(super) fn publish(&self, board: &Board, seq: u64, changes: Vec<(u64, BoardChange)>) {
        let published: Vec<_> = changes.into_iter().map(|(seq, change)| Arc::new(published(seq, change))).collect();
        {
            let mut shared = self.shared();
            shared.seq = seq;
            if shared.board.epoch != board.epoch {
                // No change says so: whoever resumes takes a snapshot.
                shared.ring.clear();
                shared.floor = seq;
            }
            if shared.board.epoch != board.epoch || !published.is_empty() {
                shared.board = Arc::new(board.clone());
            }
            for change in &published {
                shared.remember(Arc::clone(change));
            }
        }
        for change in published {
            // Nobody listens: nothing to do.
            let _ = self.changes.send(change);
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        // Nothing inside can be half done: a poisoned lock is as good as another.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn remember(&mut self, change: Arc<Published>) {
        if self.ring.len() == RING_MAX
            && let Some(oldest) = self.ring.pop_front()
        {
            self.floor = oldest.seq;
        }
        self.ring.push_back(change);
    }
}

/// What an event changes on the board. `hall` has evolved by it, `board` has not.
pub(super) fn change(board: &Board, hall: &Hall, event: &Event) -> Option<BoardChange> {
    match event {
        Event::Called { counter, .. } | Event::Recalled { counter, .. } | Event::Resumed { counter, .. } => {
            call_at(hall, counter).map(|call| BoardChange::Called { call })
        }
        Event::Started { counter, .. } => {
            let call_seq = shown_at(board, counter)?.call_seq;
            Some(BoardChange::Serving { counter: counter.to_string(), call_seq })
        }
        Event::Held { counter, .. } | Event::Transferred { counter, .. } | Event::Completed { counter, .. } => {
            shown_at(board, counter).map(over)
        }
        Event::Closed { number, .. } => {
            let number = number.to_string();
            board.calls.iter().find(|call| call.number == number).map(over)
        }
        Event::Undone { counter, step: Step::Call, .. } => {
            let call = shown_at(board, counter)?;
            Some(BoardChange::Undone { counter: call.counter.clone(), call_seq: call.call_seq })
        }
        // The ticket is back at the counter under its old call number, so nobody announces it again; or it left.
        Event::Undone { counter, .. } => match call_at(hall, counter) {
            Some(call) => Some(BoardChange::Called { call }),
            None => shown_at(board, counter).map(over),
        },
        Event::DayOpened { day, .. } | Event::DayClosed { day } => Some(BoardChange::Day { day: *day }),
        Event::EpochBegan { .. }
        | Event::Reserved { .. }
        | Event::Printed { .. }
        | Event::RecordedOffline { .. }
        | Event::Voided { .. }
        | Event::Revived { .. }
        | Event::HoldEnded { .. }
        | Event::Rejoined { .. }
        | Event::Redirected { .. }
        | Event::CounterOpened { .. }
        | Event::CounterPaused { .. }
        | Event::CounterClosed { .. }
        | Event::ServiceSuspended { .. }
        | Event::ServiceRestored { .. } => None,
    }
}

/// A moment as the wire writes it.
pub(super) fn rfc3339(at: Time) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

fn shown_at<'a>(board: &'a Board, counter: &CounterId) -> Option<&'a BoardCall> {
    board.calls.iter().find(|call| call.counter == counter.as_str())
}

fn over(call: &BoardCall) -> BoardChange {
    BoardChange::Over { counter: call.counter.clone(), call_seq: call.call_seq }
}

/// The call that stands at a counter now.
fn call_at(hall: &Hall, counter: &CounterId) -> Option<BoardCall> {
    let call = hall.call_at(counter)?;
    Some(BoardCall {
        number: call.visit.number.to_string(),
        counter: counter.to_string(),
        call_seq: call.call_seq,
        called_at: rfc3339(call.called_at),
        stage: call.visit.stage.name().to_owned(),
        language: call.visit.language.to_string(),
    })
}

fn published(seq: u64, change: BoardChange) -> Published {
    let json = serde_json::to_string(&change).expect("a change is plain data with text keys");
    Published { seq, change, frame: Bytes::from(format!("event: change\nid: {seq}\ndata: {json}\n\n")) }
}
