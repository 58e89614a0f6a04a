//! A hall in a directory of its own, with a clock that only the test moves.
#![expect(dead_code, clippy::unwrap_used, reason = "each test file uses its part; a test fails by panicking")]

use hub::{
    config::Config,
    journal::{Done, Durability, FILE_NAME, Journal, NotDone, OpenError, Opening, Submission, Views},
};
use queue::{
    calendar::Date,
    command::{Actor, CancelledBy, Channel, Class, Command, Placing, Return, Target, Wish},
    event::Event,
    hall::Hall,
    ids::{CommandId, CounterId, TicketId},
    time::Time,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
        mpsc,
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
        TestHall::open_as(dir, Durability::Full)
    }

    /// With `Normal`, for tests of thousands of commands that are not about durability.
    pub(crate) fn open_as(dir: &Path, durability: Durability) -> Result<TestHall, OpenError> {
        let clock = Arc::new(AtomicI64::new(NOON));
        let config = Arc::new(Config::demo());
        let ticking = Arc::clone(&clock);
        let journal = Journal::open(Opening {
            place: dir.to_owned().into(),
            rules: Arc::clone(config.rules()),
            durability,
            clock: Arc::new(move || Time(ticking.load(Ordering::SeqCst))),
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Ok(TestHall { journal, clock, config, next: AtomicU64::new(1), runtime })
    }

    /// A hall with an open service day and a clerk at each of the four counters.
    pub(crate) fn open_for_business(dir: &Path) -> TestHall {
        TestHall::open(dir).begin_business()
    }

    pub(crate) fn begin_business(self) -> TestHall {
        let hall = self;
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
        self.done(Command::ConfirmPrinted { ticket, number: None });
        ticket
    }

    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&hub::journal::Reading<'_>) -> T + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.journal.ask(question)).unwrap()
    }

    pub(crate) fn wait_for<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// Holds the journal's thread in a question until the gate opens.
    pub(crate) fn stand_still(&self) -> Gate {
        let (stands, standing) = mpsc::channel();
        let (open, gate) = mpsc::channel::<()>();
        let journal = self.journal.clone();
        let asking = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let question = move |_: &hub::journal::Reading<'_>| {
                stands.send(()).unwrap();
                let _ = gate.recv();
            };
            runtime.block_on(journal.ask(question)).unwrap();
        });
        standing.recv().unwrap();
        Gate { open, asking }
    }

    pub(crate) fn memory(&self) -> Memory {
        self.ask(|reading| (reading.hall.clone(), reading.views.clone(), reading.seq))
    }

    pub(crate) fn close(self) {
        self.runtime.block_on(self.journal.close());
    }
}

/// Holds the journal's thread.
pub(crate) struct Gate {
    open: mpsc::Sender<()>,
    asking: std::thread::JoinHandle<()>,
}

impl Gate {
    pub(crate) fn opens(self) {
        drop(self.open);
        self.asking.join().unwrap();
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

pub(crate) fn counter(id: &str) -> CounterId {
    id.parse().unwrap()
}

/// A day in which everything happens once.
pub(crate) fn eventful_day() -> Vec<(i64, Command)> {
    let one = || counter("1");
    let ticket = |n: u128| TicketId(Uuid::from_u128(n));
    let mut offline = reserve(ticket(90), "K01");
    if let Command::Reserve { wish, .. } = offline {
        let (number, printed_at) = ("K1-001".parse().unwrap(), Time(NOON - 60_000));
        offline = Command::RecordOffline { ticket: ticket(90), number, wish, printed_at };
    }
    let mut steps: Vec<(i64, Command)> = Vec::new();
    for n in 1..=8 {
        steps.push((1, reserve(ticket(n), "A01")));
        steps.push((1, Command::ConfirmPrinted { ticket: ticket(n), number: None }));
    }
    steps.extend([
        (1, reserve(ticket(9), "M01")),
        (1, offline),
        (1, Command::CallNext { counter: one() }),
        (11, Command::Recall { counter: one() }),
        (5, Command::Start { counter: one() }),
        (60, Command::Complete { counter: one(), outcome: "served".parse().unwrap() }),
        (5, Command::Undo { counter: one() }),
        (5, Command::Hold { counter: one(), why: "other".parse().unwrap(), until: None }),
        (5, Command::Resume { counter: one(), ticket: ticket(1) }),
        (5, Command::Complete { counter: one(), outcome: "documents-missing".parse().unwrap() }),
        // The reservation that was never printed runs out, then proves to be on paper.
        (60, Command::Tick),
        (5, Command::ConfirmPrinted { ticket: ticket(9), number: None }),
        (5, Command::CallNext { counter: one() }),
        (5, Command::Undo { counter: one() }),
        (5, Command::CallNext { counter: one() }),
        (11, Command::NoShow { counter: one() }),
        (11, Command::Rejoin { ticket: ticket(2) }),
        (5, Command::CallThis { counter: one(), ticket: ticket(5) }),
        (5, Command::Start { counter: one() }),
        (
            5,
            Command::Transfer {
                counter: one(),
                to: Target::Service("M02".parse().unwrap()),
                placing: Placing::First,
                back: Return::BackToMe,
            },
        ),
        (5, Command::Undo { counter: one() }),
        (
            5,
            Command::Transfer {
                counter: one(),
                to: Target::Counter(counter("2")),
                placing: Placing::InOrder,
                back: Return::No,
            },
        ),
        (5, Command::CallNext { counter: counter("2") }),
        (5, Command::Start { counter: counter("2") }),
        (5, Command::Cancel { ticket: ticket(6), by: CancelledBy::Visitor }),
        (5, Command::PauseCounter { counter: counter("3"), why: "lunch".parse().unwrap() }),
        (5, Command::SuspendService { service: "T01".parse().unwrap(), why: "system-down".parse().unwrap() }),
        (5, Command::CallNext { counter: one() }),
        (5, Command::Hold { counter: one(), why: "payment".parse().unwrap(), until: None }),
        (5, Command::CloseCounter { counter: counter("4") }),
        (5, Command::CloseDay),
        (5, Command::OpenDay { date: date("2026-11-24") }),
        (5, Command::OpenCounter { counter: one(), clerk: "clerk-1".parse().unwrap() }),
        (1, reserve(ticket(100), "A01")),
    ]);
    steps
}
