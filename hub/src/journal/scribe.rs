//! The journal thread: takes what waits, decides it, writes it, publishes it, answers it; then the next.

use super::{
    Clock, OpenError, Opening, Question, Reading,
    batch::Batch,
    board::BoardFeed,
    state::{ReplayError, State},
    store::{self, Store},
    waiting::Waiting,
};
use queue::rules::Rules;
use rusqlite::{Transaction, TransactionBehavior};
use std::sync::Arc;
use tokio::sync::watch;

/// The one who writes.
pub(super) struct Scribe {
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
}

impl Scribe {
    /// Opens the store and replays the day.
    pub(super) fn open(opening: Opening, revised: watch::Sender<u64>) -> Result<(Scribe, BoardFeed), OpenError> {
        let (store, opened) = store::open(&opening.dir, opening.durability)?;
        let (state, feed) = (opened.state, opened.feed);
        revised.send_replace(state.seq);
        tracing::info!(seq = state.seq, day = state.day(), "journal open at seq {}", state.seq);
        let scribe = Scribe {
            store,
            rules: opening.rules,
            clock: opening.clock,
            state: Memory::Sound(Box::new(state)),
            feed: feed.clone(),
            revised,
        };
        Ok((scribe, feed))
    }

    /// Works until closed, or until every handle is gone.
    pub(super) fn run(mut self, mut waiting: Waiting) {
        while let Some(round) = waiting.next() {
            self.write(round.writes);
            self.ask(round.questions);
        }
        self.store.finish();
        drop(self);
        for closed in waiting.closing() {
            let _ = closed.send(());
        }
    }

    fn write(&mut self, writes: Vec<super::Write>) {
        if writes.is_empty() {
            return;
        }
        let Some(state) = self.state.recovered(&self.store) else {
            for write in writes {
                let _ = write.answer.send(Err(super::NotDone::Broken));
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
            Err(e) => {
                tracing::error!("a batch was not written, nothing of it happened: {e}");
                self.state = Memory::Lost;
                // Nobody is told "not done" before memory says so too.
                let _ = self.state.recovered(&self.store);
                batch.answer_broken();
            }
        }
    }

    fn ask(&mut self, questions: Vec<Question>) {
        // Without a memory a question is dropped, and who asked is told that the journal is closed.
        let Some(state) = self.state.recovered(&self.store) else { return };
        for question in questions {
            question(&Reading {
                hall: &state.hall,
                rules: &self.rules,
                views: &state.views,
                at: (self.clock)(),
                seq: state.seq,
            });
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
            Memory::Lost => None,
        }
    }
}

/// Decides and writes in one transaction, begun before the first look-up: a hundred look-ups then take one lock.
fn commit(
    batch: &mut Batch,
    state: &mut State,
    (store, rules, clock): (&Store, &Rules, &Clock),
    writes: Vec<super::Write>,
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
