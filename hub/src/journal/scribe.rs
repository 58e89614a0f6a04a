//! The journal thread: takes what waits, decides it, writes it, publishes it, answers it; then the next.
//!
//! The thread is a loop over the [`Scribe`]; whoever has time in its own hands, a simulated hall, calls it directly.

use super::{
    Clock, Done, NotDone, OpenError, Opening, Question, Reading, Seat, Submission, Write,
    batch::Batch,
    board::BoardFeed,
    state::{ReplayError, State},
    store::{self, Store},
    waiting::Waiting,
};
use queue::rules::Rules;
use rusqlite::{ErrorCode, Transaction, TransactionBehavior};
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

/// The one who writes.
pub struct Scribe {
    store: Store,
    rules: Arc<Rules>,
    clock: Clock,
    state: Memory,
    feed: BoardFeed,
    revised: watch::Sender<u64>,
}

/// Whether memory equals the disk.
enum Memory {
    /// It does.
    Sound(Box<State>),
    /// A commit failed and the disk could not be read since.
    Lost,
    /// The disk failed. What it took last is not known, and a sync that succeeds after one that failed proves
    /// nothing: the journal is not touched any more.
    Abandoned,
}

impl Scribe {
    /// Opens the store and replays the day.
    pub fn open(opening: Opening) -> Result<Scribe, OpenError> {
        let (store, opened) = store::open(&opening.place, opening.durability)?;
        let (state, feed) = (opened.state, opened.feed);
        let revised = watch::Sender::new(state.seq);
        tracing::info!(seq = state.seq, day = state.day(), "journal open at seq {}", state.seq);
        Ok(Scribe {
            store,
            rules: opening.rules,
            clock: opening.clock,
            state: Memory::Sound(Box::new(state)),
            feed,
            revised,
        })
    }

    /// The board and its changes.
    pub fn board(&self) -> BoardFeed {
        self.feed.clone()
    }

    /// The last committed sequence number, and every later one.
    pub fn revision(&self) -> watch::Receiver<u64> {
        self.revised.subscribe()
    }

    /// Does commands that wait together: they share one transaction. At most [`super::BATCH_MAX`] at once.
    pub fn submit(&mut self, waiting: Vec<(Option<Seat>, Submission)>) -> Vec<Result<Done, NotDone>> {
        let together = waiting.into_iter().map(|(seat, submission)| {
            let (answer, answered) = oneshot::channel();
            (Write { submission, seat, answer }, answered)
        });
        let (writes, answers): (Vec<_>, Vec<_>) = together.unzip();
        self.write(writes);
        answers.into_iter().map(|mut answered| answered.try_recv().unwrap_or(Err(NotDone::Stopped))).collect()
    }

    /// What the hall is now; `None` while memory could not be read back after a failed commit.
    pub fn reading(&mut self) -> Option<Reading<'_>> {
        let state = self.state.recovered(&self.store)?;
        Some(Reading {
            hall: &state.hall,
            rules: &self.rules,
            views: &state.views,
            at: (self.clock)(),
            seq: state.seq,
            store: &self.store,
        })
    }

    /// Writes everything into the one file.
    pub fn finish(self) {
        self.store.finish();
    }

    /// Works until closed, or until every handle is gone.
    pub(super) fn run(mut self, mut waiting: Waiting) {
        while let Some(round) = waiting.next() {
            self.write(round.writes);
            self.ask(round.questions);
            if let Memory::Abandoned = self.state {
                // Whoever waits is told that the journal is closed; `Journal::ended` tells the hub.
                return;
            }
        }
        self.finish();
        for closed in waiting.closing() {
            let _ = closed.send(());
        }
    }

    fn write(&mut self, writes: Vec<Write>) {
        if writes.is_empty() {
            return;
        }
        let Some(state) = self.state.recovered(&self.store) else {
            for write in writes {
                let _ = write.answer.send(Err(NotDone::Broken));
            }
            return;
        };
        let mut batch = Batch::default();
        match commit(&mut batch, state, (&self.store, &self.rules, &self.clock), writes) {
            Ok(()) => {
                if !batch.is_empty() {
                    self.feed.publish(&state.board, state.seq, batch.take_board());
                    self.revised.send_replace(state.seq);
                }
                batch.answer();
            }
            Err(e) => self.not_written(batch, &e),
        }
    }

    fn not_written(&mut self, batch: Batch, error: &rusqlite::Error) {
        let why = Why::of(error);
        tracing::error!("a batch was not written, nothing of it happened: {error}");
        if why == Why::DiskFailed {
            self.state = Memory::Abandoned;
            self.store.abandon();
            return batch.answer_none(&NotDone::Broken);
        }
        self.state = Memory::Lost;
        // Nobody is told "not done" before memory says so too.
        let _ = self.state.recovered(&self.store);
        batch.answer_none(if why == Why::DiskFull { &NotDone::DiskFull } else { &NotDone::Broken });
    }

    fn ask(&mut self, questions: Vec<Question>) {
        // Without a memory a question is dropped, and who asked is told that the journal is closed.
        for question in questions {
            let Some(reading) = self.reading() else { return };
            question(&reading);
        }
    }
}

impl Memory {
    /// The state, read back from the disk if it ran ahead of a commit that failed.
    fn recovered(&mut self, store: &Store) -> Option<&mut State> {
        if let Memory::Lost = self {
            match store.replayed(|_, _| {}) {
                Ok(state) => *self = Memory::Sound(Box::new(state)),
                Err(ReplayError::Fault(fault)) => tracing::error!("the journal does not add up: {fault}"),
                Err(ReplayError::Database(e)) => tracing::error!("the journal cannot be read back: {e}"),
            }
        }
        match self {
            Memory::Sound(state) => Some(state),
            Memory::Lost | Memory::Abandoned => None,
        }
    }
}

/// Why a batch was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// No room: goes on when there is.
    DiskFull,
    /// The disk or the file is not what it should be: nothing goes on.
    DiskFailed,
    /// Anything else.
    Passing,
}

impl Why {
    fn of(error: &rusqlite::Error) -> Why {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Why::DiskFull,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied,
            ) => Why::DiskFailed,
            _ => Why::Passing,
        }
    }
}

/// Decides and writes in one transaction, begun before the first look-up: a hundred look-ups then take one lock.
fn commit(
    batch: &mut Batch,
    state: &mut State,
    (store, rules, clock): (&Store, &Rules, &Clock),
    writes: Vec<Write>,
) -> rusqlite::Result<()> {
    let begun = Transaction::new_unchecked(store.connection(), TransactionBehavior::Immediate);
    let tx = match begun {
        Ok(tx) => tx,
        Err(e) => {
            batch.give_up(writes);
            return Err(e);
        }
    };
    for write in writes {
        batch.decide(state, rules, &tx, clock(), write);
    }
    if batch.is_empty() {
        return tx.rollback();
    }
    // Dropping it without a commit rolls back.
    batch.write(&tx, state)?;
    tx.commit()
}
