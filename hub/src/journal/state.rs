//! What the journal's entries add up to: the hall, its views, the board, and the end of the chain.
//!
//! Serving, replaying and verifying take events in through the same function, so memory after a restart is memory
//! before it.

use super::{
    board,
    entry::{self, Entry, GENESIS, Hash},
    verify::Fault,
    views::{Changed, Views},
};
use queue::{
    event::Event,
    hall::{Day, Hall},
    time::Time,
};
use rusqlite::Connection;
use wire::board::{Board, BoardChange};

/// The hall and everything derived from it, as of `seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) hall: Hall,
    pub(super) views: Views,
    pub(super) board: Board,
    pub(super) seq: u64,
    pub(super) head: Hash,
}

/// Why a replay stops.
#[derive(Debug)]
pub(super) enum ReplayError {
    /// The journal contradicts itself.
    Fault(Fault),
    /// It cannot be read.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for ReplayError {
    fn from(e: rusqlite::Error) -> Self {
        ReplayError::Database(e)
    }
}

impl From<Fault> for ReplayError {
    fn from(fault: Fault) -> Self {
        ReplayError::Fault(fault)
    }
}

impl State {
    /// Before the first entry.
    pub(super) fn empty() -> State {
        State { hall: Hall::default(), views: Views::default(), board: Board::default(), seq: 0, head: GENESIS }
    }

    /// After an entry that opened a service day, when nothing of the days before matters but this hall.
    pub(super) fn at_day_opening(hall: Hall, seq: u64, head: Hash) -> State {
        let board = Board { epoch: hall.epoch, day: number_of(&hall), ..Board::default() };
        State { views: Views::at_day_opening(&hall), hall, board, seq, head }
    }

    /// The service day's number: the open one, or the last.
    pub(super) fn day(&self) -> u32 {
        number_of(&self.hall)
    }

    /// Takes one event in; answers what changes on the board.
    pub(super) fn take_in(&mut self, at: Time, event: &Event, changed: &mut Changed) -> Option<BoardChange> {
        queue::evolve(&mut self.hall, at, event);
        let now = at.max(self.hall.latest);
        self.views.apply(&self.hall, now, event, changed);
        let change = board::change(&self.board, &self.hall, event);
        if let Some(change) = &change {
            self.board.apply(change);
        }
        self.board.epoch = self.hall.epoch;
        change
    }

    /// Takes a row of the journal in, after checking that it follows.
    pub(super) fn replay(&mut self, row: &Entry) -> Result<Option<BoardChange>, Fault> {
        let seq = self.seq + 1;
        if row.seq != seq {
            return Err(Fault::Missing { seq, found: row.seq });
        }
        if row.prev_hash != self.head || row.hash != row.proper_hash() {
            return Err(Fault::Chain { seq });
        }
        let event = row.event().map_err(|e| Fault::Unreadable { seq, what: e.to_string() })?;
        let change = self.take_in(row.at, &event, &mut Changed::default());
        (self.seq, self.head) = (seq, row.hash);
        Ok(change)
    }

    /// Takes every row after this state in.
    pub(super) fn replay_rest(
        &mut self,
        conn: &Connection,
        mut see: impl FnMut(u64, BoardChange),
    ) -> Result<(), ReplayError> {
        entry::each_after(conn, self.seq, |row| {
            if let Some(change) = self.replay(&row)? {
                see(row.seq, change);
            }
            Ok(())
        })
    }
}

fn number_of(hall: &Hall) -> u32 {
    match hall.day {
        Day::Shut { last } => last,
        Day::Open { number, .. } => number,
    }
}
