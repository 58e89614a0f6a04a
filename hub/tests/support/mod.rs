//! A hall in a directory of its own, with a clock that only the test moves.
#![expect(dead_code, reason = "each test file uses its part")]

use hub::{
    config::Config,
    journal::{Done, Durability, FILE_NAME, Journal, NotDone, OpenError, Opening, Submission, Views},
};
use queue::{
    calendar::Date,
    command::{Actor, Channel, Class, Command, Wish},
    event::Event,
    hall::Hall,
    ids::{CommandId, TicketId},
    time::Time,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
};
use uuid::Uuid;

/// Noon of 23 November 2026 in Tashkent.
pub(crate) const NOON: i64 = 1_795_417_200_000;

/// A directory that goes with the test.
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("navbat-journal-{}-{n}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Place(dir)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join(FILE_NAME)
    }

    /// What a power cut would leave: the files as they are now.
    pub(crate) fn copy(&self) -> Place {
        let copy = Place::new();
        for entry in fs::read_dir(&self.0).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if !name.ends_with("-shm") && !name.ends_with(".lock") {
                fs::copy(entry.path(), copy.0.join(name)).unwrap();
            }
        }
        copy
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything the journal keeps in memory.
pub(crate) type Memory = (Hall, Views, u64);

/// An open journal of the demo hall.
pub(crate) struct TestHall {
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) config: Arc<Config>,
    next: AtomicU64,
    runtime: tokio::runtime::Runtime,
}

impl TestHall {
    pub(crate) fn open(dir: &Path) -> TestHall {
        TestHall::try_open(dir).unwrap()
    }

    pub(crate) fn try_open(dir: &Path) -> Result<TestHall, OpenError> {
        let clock = Arc::new(AtomicI64::new(NOON));
        let config = Arc::new(Config::demo());
        let ticking = Arc::clone(&clock);
        let journal = Journal::open(Opening {
            dir: dir.to_owned(),
            rules: Arc::clone(config.rules()),
            durability: Durability::Full,
            clock: Arc::new(move || Time(ticking.load(Ordering::SeqCst))),
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Ok(TestHall { journal, clock, config, next: AtomicU64::new(1), runtime })
    }

    /// A hall with an open service day and a clerk at each of the four counters.
    pub(crate) fn open_for_business(dir: &Path) -> TestHall {
        let hall = TestHall::open(dir);
        hall.done(Command::OpenDay { date: date("2026-11-23") });
        for n in 1..=4 {
            let (counter, clerk) = (n.to_string().parse().unwrap(), format!("clerk-{n}").parse().unwrap());
            hall.done(Command::OpenCounter { counter, clerk });
        }
        hall
    }

    pub(crate) fn wait_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn fresh_id(&self) -> CommandId {
        let seq = u128::from(self.next.fetch_add(1, Ordering::Relaxed));
        // The process and the hall's next seq keep ids apart after a reopening.
        CommandId(Uuid::from_u128((u128::from(*self.journal.revision().borrow()) << 64) | seq))
    }

    pub(crate) fn submit(&self, command: Command) -> Result<Done, NotDone> {
        self.submit_as(self.fresh_id(), command)
    }

    pub(crate) fn submit_as(&self, command_id: CommandId, command: Command) -> Result<Done, NotDone> {
        self.journal.submit_blocking(submission(command_id, command))
    }

    pub(crate) fn done(&self, command: Command) -> Vec<Event> {
        self.submit(command).unwrap().events
    }

    /// A ticket that is on paper.
    pub(crate) fn ticket(&self, n: u128, service: &str) -> TicketId {
        let ticket = TicketId(Uuid::from_u128(n));
        self.done(reserve(ticket, service));
        self.done(Command::ConfirmPrinted { ticket });
        ticket
    }

    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&hub::journal::Reading<'_>) -> T + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.journal.ask(question)).unwrap()
    }

    pub(crate) fn memory(&self) -> Memory {
        self.ask(|reading| (reading.hall.clone(), reading.views.clone(), reading.seq))
    }

    pub(crate) fn close(self) {
        self.runtime.block_on(self.journal.close());
    }
}

pub(crate) fn submission(command_id: CommandId, command: Command) -> Submission {
    Submission { command_id, device: Some("kiosk-1".parse().unwrap()), actor: Actor::Hub, command }
}

pub(crate) fn reserve(ticket: TicketId, service: &str) -> Command {
    let wish = Wish {
        service: service.parse().unwrap(),
        further: Vec::new(),
        quantity: 1,
        class: Class::Ordinary,
        language: "uz-Latn".parse().unwrap(),
        channel: Channel::Kiosk,
    };
    Command::Reserve { ticket, wish }
}

pub(crate) fn date(text: &str) -> Date {
    Date(text.parse().unwrap())
}

/// A connection that may do what a hub never does.
pub(crate) fn tamper(place: &Place, sql: &str) {
    let conn = rusqlite::Connection::open(place.file()).unwrap();
    conn.execute_batch("drop trigger if exists entry_is_never_changed; drop trigger if exists entry_is_never_deleted;")
        .unwrap();
    conn.execute_batch(sql).unwrap();
}
