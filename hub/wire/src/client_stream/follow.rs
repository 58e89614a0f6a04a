//! What a display may believe of a stream: the fence against an older hub, and no change twice.
//!
//! A hub that was replaced or restored has a higher epoch; one that comes back from the dead has a lower, and what it
//! says is refused until a person has dealt with it. A change that a resumed stream repeats is passed over by its
//! sequence number, because an old `called` after its `over` would call a visitor who has gone home. Deliberately
//! absent: what a board looks like, and memory over a restart of the program: the first hub seen is believed.

use crate::board::{BoardChange, BoardEvent};
use std::time::Duration;

/// More counters than any hall has: a board with more is not believed, so that no buffer grows without end.
pub const COUNTERS_MAX: usize = 256;
/// After this long away a snapshot is asked for: within it no technician restores a hub from a backup, whose numbers
/// could have caught up with the last one seen and hide that history was cut.
const RESUME_MS_MAX: u64 = 30_000;

/// Why a stream is not believed. The caller drops the connection; the next one begins with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// A hub of the past.
    #[error("a hub of epoch {got} speaks, but epoch {known} was seen")]
    LowerEpoch {
        /// The highest seen.
        known: u32,
        /// What this one says.
        got: u32,
    },
    /// A change to a board nobody has.
    #[error("a change came before the snapshot")]
    NoSnapshot,
    /// No hall is that large.
    #[error("the board has more than {COUNTERS_MAX} counters")]
    TooManyCounters,
}

/// Follows the board's stream over any number of connections.
#[derive(Debug, Default)]
pub struct Follow {
    epoch: Option<u32>,
    last: Option<u64>,
    counters: Counters,
    link: Link,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// The next connection brings a snapshot first.
    #[default]
    Unsynced,
    /// What comes continues the board already known.
    Synced,
}

/// The counters with a call now; only their number matters.
type Counters = std::collections::BTreeSet<String>;

impl Follow {
    /// Begins a connection after so long without one, and says from where to resume.
    pub fn connect(&mut self, away: Duration) -> Option<u64> {
        if away > Duration::from_millis(RESUME_MS_MAX) {
            self.link = Link::Unsynced;
        }
        if self.last.is_none() {
            self.link = Link::Unsynced;
        }
        match self.link {
            Link::Synced => self.last,
            Link::Unsynced => None,
        }
    }

    /// The event if it may be believed, nothing if it is old or says nothing yet.
    ///
    /// # Errors
    /// The stream must not be believed; what was believed before still stands.
    pub fn believe(&mut self, id: Option<u64>, event: BoardEvent) -> Result<Option<BoardEvent>, Distrust> {
        let believed = self.weigh(id, event);
        if believed.is_err() {
            self.link = Link::Unsynced;
        }
        believed
    }

    fn weigh(&mut self, id: Option<u64>, event: BoardEvent) -> Result<Option<BoardEvent>, Distrust> {
        match &event {
            BoardEvent::Snapshot(board) => {
                match self.epoch {
                    Some(known) if board.epoch < known => {
                        return Err(Distrust::LowerEpoch { known, got: board.epoch });
                    }
                    Some(_) | None => {}
                }
                if board.calls.len() > COUNTERS_MAX {
                    return Err(Distrust::TooManyCounters);
                }
                self.counters = board.calls.iter().map(|call| call.counter.clone()).collect();
                (self.epoch, self.last, self.link) = (Some(board.epoch), id, Link::Synced);
                Ok(Some(event))
            }
            BoardEvent::Change(_) if self.link == Link::Unsynced => Err(Distrust::NoSnapshot),
            BoardEvent::Change(_) if id.is_some() && id <= self.last => Ok(None),
            BoardEvent::Change(change) => {
                self.count(change)?;
                self.last = id.or(self.last);
                Ok(Some(event))
            }
            BoardEvent::Beat(_) if self.link == Link::Unsynced => Ok(None),
            BoardEvent::Beat(_) => Ok(Some(event)),
        }
    }

    fn count(&mut self, change: &BoardChange) -> Result<(), Distrust> {
        match change {
            BoardChange::Called { call } => {
                self.counters.insert(call.counter.clone());
                if self.counters.len() > COUNTERS_MAX { Err(Distrust::TooManyCounters) } else { Ok(()) }
            }
            BoardChange::Day { .. } => {
                self.counters.clear();
                Ok(())
            }
            BoardChange::Serving { .. } | BoardChange::Over { .. } | BoardChange::Undone { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Beat, Board, BoardCall};

    fn call(counter: &str, call_seq: u64) -> BoardCall {
        BoardCall {
            number: format!("A-{call_seq:03}"),
            counter: counter.to_owned(),
            call_seq,
            called_at: "2026-03-21T05:00:00Z".to_owned(),
            stage: "called".to_owned(),
            language: "uz-Latn".to_owned(),
        }
    }

    fn snapshot(epoch: u32, counters: usize) -> BoardEvent {
        let calls = (0..counters).map(|n| call(&n.to_string(), n as u64)).collect();
        BoardEvent::Snapshot(Board { epoch, day: 1, calls, recent: Vec::new() })
    }

    fn called(counter: &str) -> BoardEvent {
        BoardEvent::Change(BoardChange::Called { call: call(counter, 900) })
    }

    fn beat() -> BoardEvent {
        BoardEvent::Beat(Beat { at: "2026-03-21T05:00:00Z".to_owned() })
    }

    const BLINK: Duration = Duration::from_secs(1);

    #[test]
    fn a_lower_epoch_is_refused_and_a_higher_one_taken() {
        let mut follow = Follow::default();
        assert!(follow.believe(Some(9), snapshot(3, 0)).unwrap().is_some());
        assert_eq!(follow.believe(Some(99), snapshot(2, 0)), Err(Distrust::LowerEpoch { known: 3, got: 2 }));
        assert_eq!(follow.connect(BLINK), None, "after distrust the next connection begins with a snapshot");
        assert_eq!(follow.believe(Some(100), beat()), Ok(None), "a refused hub gives no sign of life");
        assert!(follow.believe(Some(4), snapshot(4, 0)).unwrap().is_some());
        assert_eq!(follow.connect(BLINK), Some(4));
    }

    #[test]
    fn a_change_needs_a_snapshot_first() {
        assert_eq!(Follow::default().believe(Some(1), called("1")), Err(Distrust::NoSnapshot));
    }

    #[test]
    fn a_repeated_change_is_passed_over() {
        let mut follow = Follow::default();
        follow.believe(Some(9), snapshot(1, 0)).unwrap();
        assert_eq!(follow.believe(Some(9), called("1")), Ok(None), "the snapshot has it");
        assert!(follow.believe(Some(10), called("1")).unwrap().is_some());
        assert_eq!(follow.connect(BLINK), Some(10));
        assert_eq!(follow.believe(Some(10), called("1")), Ok(None));
        assert!(follow.believe(Some(11), called("1")).unwrap().is_some());
    }

    #[test]
    fn a_beat_moves_no_resume_point() {
        let mut follow = Follow::default();
        follow.believe(Some(9), snapshot(1, 0)).unwrap();
        assert!(follow.believe(Some(12), beat()).unwrap().is_some());
        assert_eq!(follow.connect(BLINK), Some(9));
    }

    #[test]
    fn after_a_long_absence_a_snapshot_is_asked_for() {
        let mut follow = Follow::default();
        follow.believe(Some(9), snapshot(1, 0)).unwrap();
        assert_eq!(follow.connect(Duration::from_millis(RESUME_MS_MAX + 1)), None);
        assert_eq!(follow.believe(Some(10), called("1")), Err(Distrust::NoSnapshot));
    }

    #[test]
    fn a_board_of_any_size_is_not_believed() {
        assert!(Follow::default().believe(Some(1), snapshot(1, COUNTERS_MAX)).is_ok());
        let mut follow = Follow::default();
        assert_eq!(follow.believe(Some(1), snapshot(1, COUNTERS_MAX + 1)), Err(Distrust::TooManyCounters));
        follow.believe(Some(1), snapshot(1, COUNTERS_MAX)).unwrap();
        assert!(follow.believe(Some(2), called("0")).is_ok());
        assert_eq!(follow.believe(Some(3), called("one more")), Err(Distrust::TooManyCounters));
    }
}
