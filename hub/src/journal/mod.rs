//! The hall's journal: one plain thread owns the write connection and the one [`Hall`], decides every command in turn,
//! and answers only after the disk has it.
//!
//! Everything that waits when the thread looks shares one transaction and one fsync (group commit): at 64 writers that
//! is twenty times the rate of a transaction each. Clerks go first, otherwise everyone keeps the order of arrival; reads
//! take turns with writes, a few at a time. Within a batch later commands see what earlier ones did; nobody outside sees
//! anything before the commit. If the commit fails, memory is rebuilt from the disk, every caller is told "not done",
//! and nothing is published. `synchronous = full` because in a power cut `normal` gives a number that is on paper to a
//! second person.
//!
//! Deliberately absent: a pool of writers (SQLite has one), reads inside the write transaction, a clock of its own
//! (the caller passes one), and any way to change or delete an entry.

mod backup;
mod batch;
pub mod beside;
mod board;
mod carry;
mod entry;
mod error;
mod fingerprint;
pub mod live;
mod lock;
mod migrate;
pub mod now;
mod place;
mod scribe;
mod state;
mod store;
mod verify;
mod views;
mod waiting;

pub use backup::{Backup, BackupError, applications_of, backed_up, backup};
pub use board::{BoardFeed, Published, RING_MAX};
pub use error::OpenError;
pub use lock::Lock;
pub use migrate::bring_further;
pub use place::Place;
pub use scribe::Scribe;
pub use store::FILE_NAME;
pub use verify::{FAULTS_MAX, Fault, Verified, verify, verify_at, verify_file};
pub use views::{Card, Stay, Views};

use queue::{
    command::{Actor, Command},
    event::Event,
    hall::Hall,
    ids::{ClerkId, CommandId, CounterId, DeviceId},
    refusal::Refusal,
    rules::Rules,
    time::Time,
};
use std::{fmt, sync::Arc};
use tokio::sync::{mpsc, oneshot, watch};
use waiting::Waiting;

/// Jobs that may wait for the journal thread, sorted or not; beyond, callers are told to come back.
pub const JOBS_MAX: usize = 8192;
/// Jobs that share one transaction.
pub const BATCH_MAX: usize = 1024;

/// The hub's clock, given by whoever opens the journal.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// How sure a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk before anyone is answered.
    Full,
    /// In the operating system's hands: loses answered commands in a power cut. Only the negative control uses it.
    Normal,
}

/// How to open a journal.
pub struct Opening {
    /// Where it lies.
    pub place: Place,
    /// What the queue decides by.
    pub rules: Arc<Rules>,
    /// How sure a commit is.
    pub durability: Durability,
    /// The hub's clock.
    pub clock: Clock,
}

/// One command on its way into the journal.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The command's identity. The same id again is answered with the same events and changes nothing.
    pub command_id: CommandId,
    /// The device it came from.
    pub device: Option<DeviceId>,
    /// Who gives it.
    pub actor: Actor,
    /// What is asked for. A ticket id made by the hub must follow from the command id (the same bits will do), so
    /// that the repeated command is the same command.
    pub command: Command,
}

/// Who must sit at a counter, or nobody, for a command to be done there. Looked at together with the command, so
/// that nobody sits down in between, and after it is known that the command is new, so that a repeated one is answered
/// as the first time whoever sits there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Where.
    pub counter: CounterId,
    /// Who.
    pub clerk: ClerkId,
}

/// Whether a command id was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Done now.
    First,
    /// Done before: these are the events of then.
    Again,
}

/// A command that is done and on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The sequence number of its last event, or of the journal if there is none.
    pub seq: u64,
    /// When it was decided.
    pub at: Time,
    /// What happened. Empty: there was nothing to do, and nothing is recorded.
    pub events: Vec<Event>,
    /// Now or before.
    pub repeat: Repeat,
}

/// A command that is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// The queue's rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The id belongs to another command.
    #[error("this command id was used for another command")]
    CommandIdReused,
    /// Another clerk sits at the counter.
    #[error("another clerk sits at counter {0}")]
    SeatTaken(CounterId),
    /// Too many wait; come back in a second.
    #[error("too many commands wait")]
    Busy,
    /// The disk has no room: nothing changed, nothing was published.
    #[error("the disk is full")]
    DiskFull,
    /// The disk did not take it: nothing changed, nothing was published.
    #[error("the journal cannot write")]
    Broken,
    /// The hub is stopping.
    #[error("the journal is closed")]
    Stopped,
}

/// What a question sees: the hall as of the last commit.
pub struct Reading<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// What it decides by.
    pub rules: &'a Rules,
    /// Today's tickets and counters with their times.
    pub views: &'a Views,
    /// The hub's clock.
    pub at: Time,
    /// The last sequence number.
    pub seq: u64,
    store: &'a store::Store,
}

impl Reading<'_> {
    /// The hash of an entry as 64 hexadecimal digits, if there is such an entry.
    pub fn hash_at(&self, seq: u64) -> Result<Option<String>, NotDone> {
        entry::hash_of(self.store.connection(), seq).map(|hash| hash.map(|hash| entry::hex(&hash))).map_err(|error| {
            tracing::error!(%error, seq, "entry {seq} of the journal cannot be read");
            NotDone::Broken
        })
    }
}

/// A handle to the journal thread. The thread ends when it is told to or when the last handle is gone.
#[derive(Clone)]
pub struct Journal {
    jobs: mpsc::Sender<Job>,
    revision: watch::Receiver<u64>,
    board: BoardFeed,
}

enum Job {
    Write(Box<Write>),
    Ask(Question),
    Close(oneshot::Sender<()>),
}

struct Write {
    submission: Submission,
    seat: Option<Seat>,
    answer: oneshot::Sender<Result<Done, NotDone>>,
}

type Question = Box<dyn FnOnce(&Reading<'_>) + Send>;

impl Journal {
    /// Opens a hall's journal: locks the directory, checks and migrates the file, replays the day, compares it with
    /// the views, and starts the thread.
    pub fn open(opening: Opening) -> Result<Journal, OpenError> {
        let (jobs, receiver) = mpsc::channel(JOBS_MAX - waiting::SORTED_MAX);
        let scribe = Scribe::open(opening)?;
        let (revision, board) = (scribe.revision(), scribe.board());
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || scribe.run(Waiting::new(receiver)))
            .map_err(OpenError::Thread)?;
        Ok(Journal { jobs, revision, board })
    }

    /// Does a command and waits until it is on the disk.
    pub async fn submit(&self, submission: Submission) -> Result<Done, NotDone> {
        self.enqueue(submission, None)?.await.unwrap_or(Err(NotDone::Stopped))
    }

    /// [`Journal::submit`] of a clerk at a counter: not done if another one sits there.
    pub async fn submit_from(&self, seat: Seat, submission: Submission) -> Result<Done, NotDone> {
        self.enqueue(submission, Some(seat))?.await.unwrap_or(Err(NotDone::Stopped))
    }

    /// [`Journal::submit`] for a plain thread; panics inside an async runtime.
    pub fn submit_blocking(&self, submission: Submission) -> Result<Done, NotDone> {
        self.enqueue(submission, None)?.blocking_recv().unwrap_or(Err(NotDone::Stopped))
    }

    /// Asks something of the hall, on the journal thread, between two batches, a few at a time. Must be quick: everyone
    /// waits.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reading<'_>) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Ask(Box::new(move |reading| drop(answer.send(question(reading))))))?;
        answered.await.map_err(|_| NotDone::Stopped)
    }

    /// The last committed sequence number, and every later one.
    pub fn revision(&self) -> watch::Receiver<u64> {
        self.revision.clone()
    }

    /// The board and its changes.
    pub fn board(&self) -> BoardFeed {
        self.board.clone()
    }

    /// Waits until the thread has ended: closed, or because the disk failed.
    pub async fn ended(&self) {
        let mut revision = self.revision();
        while revision.changed().await.is_ok() {}
    }

    /// Does what waits, writes everything into the one file, and stops the thread.
    pub async fn close(&self) {
        let (closing, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(closing)).await.is_ok() {
            let _ = closed.await;
        }
    }

    fn enqueue(
        &self,
        submission: Submission,
        seat: Option<Seat>,
    ) -> Result<oneshot::Receiver<Result<Done, NotDone>>, NotDone> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Write(Box::new(Write { submission, seat, answer })))?;
        Ok(answered)
    }

    fn send(&self, job: Job) -> Result<(), NotDone> {
        self.jobs.try_send(job).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => NotDone::Busy,
            mpsc::error::TrySendError::Closed(_) => NotDone::Stopped,
        })
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("seq", &*self.revision.borrow()).finish_non_exhaustive()
    }
}
