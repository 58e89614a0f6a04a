//! The composition root: journal, people, reconcilers and HTTP become one running hub.
//!
//! A reconciler is woken by a timer, takes no input, compares what is with what should be, and gives a command like
//! everyone else; running it twice is harmless. `main`, the demo and the tests start a hub by this same way.

use crate::{
    config::Config,
    exchange::{self, Exchange, ExchangeError},
    fence::Fence,
    filing::Filing,
    http::{
        Fault, Giver, Hub, Parts, connections,
        entrances::{Entrance, Entrances},
        fleet::Fleet,
        hall::Figures,
        router,
        stream::BoardStream,
    },
    journal::{Clock, Durability, Journal, OpenError, Opening},
    people::{By, Cost, Member, People, PeopleError, Picking, Role},
    systemd,
};
use queue::{
    calendar::{Date, Opening as Hours, date_at, hall_opening},
    command::{Actor, Command},
    hall::Day,
    rules::Rules,
    time::Time,
};
use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};
use uuid::Uuid;

/// Between two looks at timers, the service day and the watchdog.
const TICK_EVERY: Duration = Duration::from_secs(1);
/// Between two sweeps of sessions.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What a hub is started with.
pub struct Options {
    /// The hall.
    pub config: Config,
    /// Its folder; made if it is not there.
    pub dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The hub's clock.
    pub clock: Clock,
    /// How sure a commit is.
    pub durability: Durability,
    /// What a PIN check costs.
    pub cost: Cost,
}

/// Why a hub does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder.
    #[error("the folder {} cannot be made", dir.display())]
    Dir {
        /// Which.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal.
    #[error("the journal does not open")]
    Journal(#[from] OpenError),
    /// The people.
    #[error("the hall's people cannot be read")]
    People(#[from] PeopleError),
    /// The address.
    #[error("{listen} cannot be listened on")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The fence.
    #[error("the fence in {} cannot be read", dir.display())]
    Fence {
        /// Where.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What citizens filed.
    #[error("the hall's line to its office cannot be opened")]
    Exchange(#[from] ExchangeError),
    /// A task of the start was lost.
    #[error("the start was interrupted")]
    Interrupted,
}

/// The disk failed under a hub that served.
#[derive(Debug, thiserror::Error)]
#[error("the disk failed under the journal in {}: the hub stops; check the disk, then start it again", dir.display())]
pub struct DiskLost {
    dir: PathBuf,
}

/// A hub that serves.
pub struct Running {
    hub: Hub,
    address: SocketAddr,
    stop: watch::Sender<()>,
    serving: JoinHandle<()>,
    reconcilers: JoinSet<()>,
}

/// Opens everything and begins to serve.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let Options { config, dir, listen, clock, durability, cost } = options;
    std::fs::create_dir_all(&dir).map_err(|source| StartError::Dir { dir: dir.clone(), source })?;
    let config = Arc::new(config);
    let (journal, people) = open(&config, dir.clone(), &clock, (durability, cost)).await?;
    let epoch = journal.board().snapshot().1.epoch;
    let fence = Fence::open(&dir, epoch).map_err(|source| StartError::Fence { dir: dir.clone(), source })?;
    // On the line to the office lives count from 1; the journal's first epoch is 0.
    let life = epoch.saturating_add(1);
    let exchange = config.exchange().map(|entry| Exchange::open(entry, &dir, life)).transpose()?;
    let listener = TcpListener::bind(listen).await.map_err(|source| StartError::Listen { listen, source })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { listen, source })?;

    let (stream, heart) = BoardStream::new(journal.board(), Arc::clone(&clock));
    let (figures, entrances, fleet) = (Figures::default(), Entrances::default(), Fleet::default());
    let filing = Filing::default();
    if let Some(exchange) = &exchange {
        filing.by(exchange.at_counters(&config, &clock));
    }
    let parts =
        Parts { journal, config, people, stream, clock, figures, entrances, fleet, fence, filing, exchange, dir };
    let hub = Hub::new(parts);
    let mut day = ServiceDay::default();
    day.reconcile(&hub).await;

    let mut reconcilers = JoinSet::new();
    reconcilers.spawn(heart.run());
    reconcilers.spawn(tick(hub.clone(), day));
    reconcilers.spawn(sweep(hub.clone()));
    if let Some(exchange) = hub.exchange.clone() {
        reconcilers.spawn(exchange::run(exchange, Arc::clone(&hub.clock)));
    }
    let (stop, mut stopped) = watch::channel(());
    let router = router(hub.clone());
    let serving = tokio::spawn(async move {
        connections::serve(listener, router, async move { drop(stopped.changed().await) }).await;
    });
    systemd::say("READY=1");
    tracing::info!(%address, "the hub serves on {address}");
    Ok(Running { hub, address, stop, serving, reconcilers })
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the journal has given up its disk. What the disk took last is not known: nothing may be said any more.
    pub async fn lost_its_disk(&self) -> DiskLost {
        self.hub.journal.ended().await;
        DiskLost { dir: self.hub.dir.clone() }
    }

    /// Its parts, for the demo and for tests.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Ends streams, lets requests finish, drains the journal.
    pub async fn stop(mut self) {
        systemd::say("STOPPING=1");
        self.reconcilers.shutdown().await;
        // Whoever serves may be gone already; then there is nobody to tell.
        let _ = self.stop.send(());
        let _ = self.serving.await;
        self.hub.journal.close().await;
        if let Err(error) = self.hub.people.sweep(self.hub.now()) {
            tracing::error!(error = &error as &dyn std::error::Error, "the sessions could not be kept");
        }
        tracing::info!("the hub has stopped");
    }
}

/// The machine's clock. The only place that reads it.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    })
}

/// Both files are opened off the runtime: a long replay must not hold up a signal.
async fn open(
    config: &Arc<Config>,
    dir: PathBuf,
    clock: &Clock,
    (durability, cost): (Durability, Cost),
) -> Result<(Journal, People), StartError> {
    let (config, clock) = (Arc::clone(config), Arc::clone(clock));
    let opened = tokio::task::spawn_blocking(move || {
        let rules = Arc::clone(config.rules());
        // The journal first: it knows what to say of a folder that is full, read-only or in use.
        let opening = Opening { place: dir.clone().into(), rules, durability, clock: Arc::clone(&clock) };
        let journal = Journal::open(opening)?;
        let people = People::open(&dir, members(&config), cost)?;
        first_pins(&config, &people, clock())?;
        Ok((journal, people))
    });
    opened.await.map_err(|_| StartError::Interrupted)?
}

/// The people of a configuration.
pub fn members(config: &Config) -> Vec<Member> {
    let member = |entry: &crate::config::StaffEntry| Member {
        id: entry.id.clone(),
        name: entry.name.clone(),
        role: match entry.role {
            crate::config::Role::Clerk => Role::Clerk,
            crate::config::Role::Manager => Role::Manager,
        },
        picking: if entry.may_pick { Picking::Allowed } else { Picking::NotAllowed },
    };
    config.staff().iter().map(member).collect()
}

/// PINs of the configuration count only until somebody has one of their own.
fn first_pins(config: &Config, people: &People, now: Time) -> Result<(), PeopleError> {
    for entry in config.staff() {
        if let Some(pin) = &entry.pin
            && !people.has_pin(&entry.id)?
        {
            people.set_pin(&entry.id, pin, &By::Shell, now)?;
        }
    }
    if let Some(pin) = &config.shared_by_kiosks().service_pin
        && people.service_pin()?.is_none()
    {
        people.set_service_pin(pin, &By::Shell, now)?;
    }
    Ok(())
}

/// Timers of the queue, the service day, and the watchdog that must not be fed if the journal does not answer.
async fn tick(hub: Hub, mut day: ServiceDay) {
    let mut crowds = Crowds::default();
    let mut every = tokio::time::interval(TICK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match by_hub(&hub, Command::Tick).await {
            // A full disk is seen by everyone who asks; a restart would only take the boards away too.
            Outcome::Done | Outcome::NoRoom => systemd::say("WATCHDOG=1"),
            Outcome::NotDone => {}
        }
        day.reconcile(&hub).await;
        crowds.tell(&hub);
    }
}

/// One line a second for each entrance that had no place for somebody, however many they were.
#[derive(Default)]
struct Crowds {
    told: [u64; Entrance::ALL.len()],
}

impl Crowds {
    fn tell(&mut self, hub: &Hub) {
        for (entrance, told) in Entrance::ALL.into_iter().zip(&mut self.told) {
            let refused = hub.entrances.refused(entrance);
            let fresh = refused - std::mem::replace(told, refused);
            if fresh > 0 {
                let name = entrance.name();
                tracing::warn!(entrance = name, fresh, "too many at once: {fresh} of {name} were told to come back");
            }
        }
    }
}

async fn sweep(hub: Hub) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let (people, now) = (hub.people.clone(), hub.now());
        let swept = tokio::task::spawn_blocking(move || people.sweep(now)).await;
        if let Ok(Err(error)) = swept {
            tracing::error!(error = &error as &dyn std::error::Error, "the sessions could not be swept");
        }
    }
}

/// Opens the day of a date once, and closes it when the date has passed. A day that a manager closed stays closed.
#[derive(Debug, Default)]
pub struct ServiceDay {
    /// The last date that was seen open.
    opened: Option<Date>,
}

impl ServiceDay {
    /// What is due with this day at this time, if anything; asked again after it was done. `last` is the date of the
    /// open or the last day: a hub that was started again must not open what a manager closed.
    pub fn due(&mut self, (day, last): (&Day, Option<Date>), rules: &Rules, now: Time) -> Option<Command> {
        let today = date_at(rules, now);
        self.opened = self.opened.max(last);
        if let Day::Open { date, .. } = *day {
            // A clock set back does not end a day.
            return (date < today).then_some(Command::CloseDay);
        }
        let due = self.opened.is_none_or(|opened| opened < today) && takes_tickets(rules, now);
        due.then_some(Command::OpenDay { date: today })
    }

    async fn reconcile(&mut self, hub: &Hub) {
        // Closing yesterday's day makes today's due; then nothing is.
        for _ in 0..2 {
            let asked = hub.journal.ask(|reading| (reading.hall.day.clone(), reading.views.date()));
            let Ok((day, last)) = asked.await else { return };
            let Some(command) = self.due((&day, last), hub.config.rules(), hub.now()) else { return };
            let opens = if let Command::OpenDay { date } = command { Some(date) } else { None };
            if by_hub(hub, command).await != Outcome::Done {
                return;
            }
            if let Some(today) = opens {
                self.opened = Some(today);
                tracing::info!(date = %today.0, "service day of {} is open", today.0);
            }
        }
    }
}

/// Whether the hall is open now, or in a break between two stretches.
fn takes_tickets(rules: &Rules, now: Time) -> bool {
    match hall_opening(rules, now) {
        Hours::Open { .. } | Hours::Break { .. } => true,
        Hours::Shut { .. } | Hours::Holiday { .. } => false,
    }
}

/// What became of the hub's own command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The disk is full, and the journal says so.
    NoRoom,
    NotDone,
}

async fn by_hub(hub: &Hub, command: Command) -> Outcome {
    let name = command_name(&command);
    let submitted = hub.submit(Uuid::now_v7(), Giver::Staff(Actor::Hub), command).await;
    let Err(fault) = submitted else { return Outcome::Done };
    tracing::warn!(code = fault.code(), "the hub's own {name} was not done: {}", fault.code());
    if fault == Fault::DiskFull { Outcome::NoRoom } else { Outcome::NotDone }
}

fn command_name(command: &Command) -> &'static str {
    match command {
        Command::Tick => "tick",
        Command::OpenDay { .. } => "open-day",
        Command::CloseDay => "close-day",
        _ => "command",
    }
}
