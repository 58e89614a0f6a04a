//! What a display may believe of a stream: the fence against an older hub, and no change twice.
//!
//! A hub that was replaced or restored has a higher epoch; one that comes back from the dead has a lower, and what it
//! says is refused until a person has dealt with it. A resumed stream begins with a beat, and goes on only if that
//! beat's epoch is the known one: with another, history was cut and only a snapshot tells the truth. A change that a resumed stream repeats is passed over by its
//! sequence number, because an old `called` after its `over` would call a visitor who has gone home. Deliberately
//! absent: what a board looks like, and memory over a restart of the program: the first hub seen is believed.

use crate::{
    board::{Beat, Board, BoardChange, BoardEvent},
    seen::Seen,
};
use std::collections::BTreeSet;

/// More counters than any hall has: a board with more is not believed, so that no buffer grows without end.
pub const COUNTERS_MAX: usize = 256;
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
    /// Another hub than the one to resume from.
    #[error("the stream resumes in epoch {got}, but it broke off in epoch {known}")]
    OtherEpoch {
        /// Where it broke off.
        known: u32,
        /// What this one says.
        got: u32,
    },
    /// A change to a board nobody has, or to one that may be another hub's.
    #[error("a change came before the hub said which board it changes")]
    NoBoard,
    /// No hall is that large.
    #[error("the board has more than {COUNTERS_MAX} counters")]
    TooManyCounters,
}

/// Follows the board's stream over any number of connections.
#[derive(Debug, Default)]
pub struct Follow {
    epoch: u32,
    /// The last sequence number that changed the board.
    last: Option<u64>,
    /// The counters that had a call since the snapshot; only their number matters.
    counters: BTreeSet<String>,
    link: Link,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// The board is not known: only a snapshot counts.
    #[default]
    Unknown,
    /// A stream was asked to go on after [`Follow::last`], and has not said yet who it is.
    Resuming,
    /// What comes continues the known board.
    Known,
}

impl Follow {
    /// What a hub is told: one that is behind it learns that it was overtaken.
    pub fn seen(&self) -> Seen {
        Seen { hall: None, epoch: self.epoch, link: None }
    }

    /// Begins a connection, and says after what to resume.
    pub fn connect(&mut self) -> Option<u64> {
        match (self.link, self.last) {
            (Link::Known | Link::Resuming, Some(last)) => {
                self.link = Link::Resuming;
                Some(last)
            }
            (Link::Unknown, _) | (_, None) => {
                self.link = Link::Unknown;
                None
            }
        }
    }

    /// The event if it may be believed, nothing if it is old or says nothing yet.
    ///
    /// # Errors
    /// The stream must not be believed; what was believed before still stands.
    pub fn believe(&mut self, id: Option<u64>, event: BoardEvent) -> Result<Option<BoardEvent>, Distrust> {
        let believed = match &event {
            BoardEvent::Snapshot(board) => self.begin(id, board).map(|()| Some(event)),
            BoardEvent::Change(change) => self.go_on(id, change).map(|news| news.then_some(event)),
            BoardEvent::Beat(beat) => self.recognise(beat).map(|news| news.then_some(event)),
        };
        if believed.is_err() {
            self.link = Link::Unknown;
        }
        believed
    }

    fn begin(&mut self, id: Option<u64>, board: &Board) -> Result<(), Distrust> {
        if board.epoch < self.epoch {
            return Err(Distrust::LowerEpoch { known: self.epoch, got: board.epoch });
        }
        if board.calls.len() > COUNTERS_MAX {
            return Err(Distrust::TooManyCounters);
        }
        self.counters = board.calls.iter().map(|call| call.counter.clone()).collect();
        (self.epoch, self.last, self.link) = (board.epoch, id, Link::Known);
        Ok(())
    }

    /// Whether the change is news.
    fn go_on(&mut self, id: Option<u64>, change: &BoardChange) -> Result<bool, Distrust> {
        match self.link {
            Link::Unknown | Link::Resuming => Err(Distrust::NoBoard),
            Link::Known if id.is_some() && id <= self.last => Ok(false),
            Link::Known => {
                self.count(change)?;
                self.last = id.or(self.last);
                Ok(true)
            }
        }
    }

    /// Whether the beat is a sign of the known hub.
    fn recognise(&mut self, beat: &Beat) -> Result<bool, Distrust> {
        let (known, got) = (self.epoch, beat.epoch);
        match self.link {
            Link::Unknown => Ok(false),
            Link::Resuming | Link::Known if got < known => Err(Distrust::LowerEpoch { known, got }),
            Link::Resuming | Link::Known if got > known => Err(Distrust::OtherEpoch { known, got }),
            Link::Resuming | Link::Known => {
                self.link = Link::Known;
                Ok(true)
            }
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

    fn beat(epoch: u32) -> BoardEvent {
        BoardEvent::Beat(Beat { epoch, at: "2026-03-21T05:00:00Z".to_owned() })
    }

    /// A display that knows the board of epoch 3 as of number 9.
    fn following() -> Follow {
        let mut follow = Follow::default();
        assert!(follow.believe(Some(9), snapshot(3, 0)).unwrap().is_some());
        follow
    }

    #[test]
    fn a_lower_epoch_is_refused_and_a_higher_one_taken() {
        let mut follow = following();
        assert_eq!(follow.believe(Some(99), snapshot(2, 0)), Err(Distrust::LowerEpoch { known: 3, got: 2 }));
        assert_eq!(follow.connect(), None, "after distrust the next connection begins with a snapshot");
        assert_eq!(follow.believe(None, beat(3)), Ok(None), "before the snapshot nothing is a sign of life");
        assert!(follow.believe(Some(4), snapshot(4, 0)).unwrap().is_some());
        assert_eq!(follow.connect(), Some(4));
        assert_eq!(follow.seen(), Seen { hall: None, epoch: 4, link: None });
    }

    #[test]
    fn a_change_needs_a_board() {
        assert_eq!(Follow::default().believe(Some(1), called("1")), Err(Distrust::NoBoard));
    }

    #[test]
    fn a_resumed_stream_says_first_who_it_is() {
        let mut follow = following();
        assert_eq!(follow.connect(), Some(9));
        assert_eq!(follow.believe(Some(10), called("1")), Err(Distrust::NoBoard));
        for (epoch, distrust) in
            [(2, Distrust::LowerEpoch { known: 3, got: 2 }), (4, Distrust::OtherEpoch { known: 3, got: 4 })]
        {
            let mut follow = following();
            follow.connect();
            assert_eq!(follow.believe(None, beat(epoch)), Err(distrust));
            assert_eq!(follow.connect(), None);
        }
        let mut follow = following();
        follow.connect();
        assert!(follow.believe(None, beat(3)).unwrap().is_some());
        assert!(follow.believe(Some(10), called("1")).unwrap().is_some());
    }

    #[test]
    fn a_resume_that_broke_off_at_once_is_tried_again() {
        let mut follow = following();
        assert_eq!([follow.connect(), follow.connect()], [Some(9), Some(9)]);
    }

    #[test]
    fn a_repeated_change_is_passed_over() {
        let mut follow = following();
        assert_eq!(follow.believe(Some(9), called("1")), Ok(None), "the snapshot has it");
        assert!(follow.believe(Some(10), called("1")).unwrap().is_some());
        assert_eq!(follow.believe(Some(10), called("1")), Ok(None));
        assert!(follow.believe(Some(11), called("1")).unwrap().is_some());
        assert_eq!(follow.connect(), Some(11));
    }

    #[test]
    fn a_beat_moves_no_resume_point() {
        let mut follow = following();
        assert!(follow.believe(Some(12), beat(3)).unwrap().is_some());
        assert_eq!(follow.connect(), Some(9));
    }

    #[test]
    fn a_board_without_a_number_is_not_resumed() {
        let mut follow = Follow::default();
        follow.believe(None, snapshot(1, 0)).unwrap();
        assert_eq!(follow.connect(), None);
        assert_eq!(follow.believe(Some(10), called("1")), Err(Distrust::NoBoard));
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
