//! The board: what is called now and where, and the stream that keeps a display equal to the hub.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/board`, and the `snapshot` event of `/api/v1/board/stream`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// The hub's epoch: a display refuses a lower one.
    pub epoch: u32,
    /// The service day; a new one empties the board.
    pub day: u32,
    /// Current calls, newest first.
    pub calls: Vec<BoardCall>,
    /// The last calls that are over, newest first, at most [`RECENT_MAX`].
    pub recent: Vec<BoardCall>,
}

/// Calls that are over and still shown small.
pub const RECENT_MAX: usize = 8;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardCall {
    /// The ticket's number.
    pub number: String,
    /// The counter.
    pub counter: String,
    /// The call's number: a recall has a new one. Each is announced once. Never restarts.
    pub call_seq: u64,
    /// When, RFC 3339 in UTC.
    pub called_at: String,
    /// `called` until service begins, then `serving`.
    pub stage: String,
    /// The visitor's language, for the voice.
    pub language: String,
}

/// One event of `/api/v1/board/stream`. The SSE `event:` field is `snapshot`, `change` or `beat`; `id:` is the
/// journal's sequence number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoardEvent {
    /// The whole board: first of all, and after a gap.
    Snapshot(Board),
    /// One thing changed.
    Change(BoardChange),
    /// The hub lives: every two seconds, and first of all on a resumed stream, with its epoch and clock.
    Beat(Beat),
}

/// What can change on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum BoardChange {
    /// A visitor was called, or called again: replaces the counter's call.
    Called {
        /// The call.
        call: BoardCall,
    },
    /// Service began: no longer blinking.
    Serving {
        /// The counter.
        counter: String,
        /// The call it belongs to.
        call_seq: u64,
    },
    /// A call is over: it leaves the large rows and heads the recent ones.
    Over {
        /// The counter.
        counter: String,
        /// The call it belongs to.
        call_seq: u64,
    },
    /// A step was taken back: the call leaves without a trace.
    Undone {
        /// The counter.
        counter: String,
        /// The call it belongs to.
        call_seq: u64,
    },
    /// A service day began or ended: the board is empty.
    Day {
        /// The day's number.
        day: u32,
    },
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beat {
    /// The hub's epoch: a resumed stream is believed only if it is the one known.
    pub epoch: u32,
    /// The hub's clock, RFC 3339 in UTC.
    pub at: String,
}

impl Board {
    /// Applies one change. The hub and every display use this same function, so they cannot differ.
    pub fn apply(&mut self, change: &BoardChange) {
        match change {
            BoardChange::Called { call } => {
                self.calls.retain(|c| c.counter != call.counter);
                // A step that was taken back, or a visitor who came back, brings a number out of the recent ones.
                self.recent.retain(|c| c.number != call.number);
                self.calls.insert(0, call.clone());
            }
            BoardChange::Serving { counter, call_seq } => {
                if let Some(call) = self.calls.iter_mut().find(|c| c.counter == *counter && c.call_seq == *call_seq) {
                    "serving".clone_into(&mut call.stage);
                }
            }
            BoardChange::Over { counter, call_seq } => {
                if let Some(call) = self.take(counter, *call_seq) {
                    self.recent.retain(|c| c.number != call.number);
                    self.recent.insert(0, call);
                    self.recent.truncate(RECENT_MAX);
                }
            }
            BoardChange::Undone { counter, call_seq } => drop(self.take(counter, *call_seq)),
            BoardChange::Day { day } => *self = Board { epoch: self.epoch, day: *day, ..Board::default() },
        }
    }

    fn take(&mut self, counter: &str, call_seq: u64) -> Option<BoardCall> {
        let at = self.calls.iter().position(|c| c.counter == counter && c.call_seq == call_seq)?;
        Some(self.calls.remove(at))
    }
}
