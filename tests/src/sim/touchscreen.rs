//! A kiosk of a simulated hall: the real driver with its session, journal, lane and outbox; a cable; a printer.
//!
//! The printer is a thing of its own: it finishes a ticket when the kiosk has long lost its power, and may be unable to
//! say afterwards whether it did.

use super::{
    disk::{Disk, Loss, VFS},
    hub::Asker,
    network::Cable,
    time::WallClock,
    transitions::{Mood, pick},
};
use crate::chance::Chance;
use jiff::Timestamp;
use kiosk::{
    driver::{Driver, Input, Now, Ports, View},
    net::{self, Asking, REQUESTS_MAX, Reply, Request},
    printer::{Evidence, JOBS_MAX, Job, Order, Word},
    session::{Condition, Fault, Screen, Tap, Turn},
    signing::Pages,
    store::{Store, StoreError},
};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::Rc,
    sync::mpsc::{Receiver, sync_channel},
};
use tokio::sync::mpsc;
use uuid::Uuid;
use words::Lang;

type Show = Box<dyn FnMut(&View)>;

/// The machine.
pub struct Touchscreen {
    /// Who it is for the hub.
    pub asker: Asker,
    /// Its disk.
    pub disk: Disk,
    /// Its clock.
    pub wall: WallClock,
    /// Its cable.
    pub cable: Cable,
    /// Its printer.
    pub printer: Printer,
    /// The program, while it runs.
    pub life: Option<Life>,
    /// How often it was started: what belongs to an earlier life is nobody's.
    pub boot: u32,
    chance: Chance,
}

/// The running program.
pub struct Life {
    driver: Driver<Show>,
    asked: mpsc::Receiver<Asking>,
    jobs: Receiver<Order>,
    shown: Rc<RefCell<Option<View>>>,
    /// Requests without an answer.
    pub open: BTreeMap<u64, Request>,
}

/// The printer.
#[derive(Debug)]
pub struct Printer {
    /// How it is.
    pub mood: Mood,
    /// Whether it can say after a crash what it printed.
    memory: Memory,
    /// What it is printing, and for which life of the kiosk.
    pub busy: Option<(Job, u32)>,
    /// Whole papers that came out.
    out: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    Knows,
    CannotTell,
}

/// A job that a crash left without an answer: its ticket, and whether anybody can know.
pub type Unsure = Vec<(Uuid, Evidence)>;

impl Touchscreen {
    /// A new machine, switched off.
    pub fn new(asker: Asker, mut chance: Chance) -> Touchscreen {
        let memory = if chance.between(0, 4) == 0 { Memory::CannotTell } else { Memory::Knows };
        let printer = Printer { mood: Mood::Fine, memory, busy: None, out: Vec::new() };
        let (cable, disk) = (Cable::new(Chance::new(chance.draw())), Disk::new());
        Touchscreen { asker, disk, wall: WallClock::default(), cable, printer, life: None, boot: 0, chance }
    }

    /// The program starts. What the printer could not say is handed back.
    pub fn start(&mut self, now_ms: u64) -> Result<Unsure, StoreError> {
        self.disk.restore(&self.disk.image());
        let store = Store::open_on(&self.disk.path("kiosk.sqlite"), VFS)?;
        let (hub, asked) = mpsc::channel(REQUESTS_MAX);
        let (printer, jobs) = sync_channel(JOBS_MAX);
        let shown: Rc<RefCell<Option<View>>> = Rc::default();
        let seen = Rc::clone(&shown);
        let mut chance = Chance::new(self.chance.draw());
        let ports = Ports {
            hub,
            printer,
            screen: Box::new(move |view: &View| *seen.borrow_mut() = Some(view.clone())) as Show,
            identity: Box::new(move |at| identity(at, &mut chance)),
            pages: Pages::plain("http://hub"),
        };
        let mut unsure = Unsure::new();
        let device = &self.printer;
        let driver = Driver::new(store, ports, self.now(now_ms), |job| {
            let evidence = device.evidence(job.ticket);
            unsure.push((job.ticket, evidence));
            evidence
        })?;
        self.boot += 1;
        self.life = Some(Life { driver, asked, jobs, shown, open: BTreeMap::new() });
        self.take(Input::Printer(Word::Is(self.printer.condition())), now_ms);
        Ok(unsure)
    }

    /// The machine stops, and its disk comes up with what is left.
    pub fn stop(&mut self, loss: Loss) {
        self.life = None;
        self.disk.restart(loss, &mut self.chance);
    }

    /// Something comes in.
    pub fn take(&mut self, input: Input, now_ms: u64) {
        let now = self.now(now_ms);
        if let Some(life) = &mut self.life {
            life.driver.take(input, now);
        }
    }

    /// Time has passed.
    pub fn look(&mut self, now_ms: u64) {
        let now = self.now(now_ms);
        if let Some(life) = &mut self.life {
            life.driver.look(now);
        }
    }

    /// When it wants to look again.
    pub fn idle_ms(&self, now_ms: u64) -> Option<u64> {
        self.life.as_ref().map(|life| life.driver.idle_ms(self.now(now_ms)).max(1))
    }

    /// What the program asked the hub since the last time.
    pub fn asked(&mut self) -> Vec<Asking> {
        let Some(life) = &mut self.life else { return Vec::new() };
        let asked = std::iter::from_fn(|| life.asked.try_recv().ok());
        // What a kiosk tells of itself touches no queue: it takes none of the simulated line.
        asked.filter(|asking| !matches!(asking.request, Request::Tell(_))).collect()
    }

    /// What the printer is to print, if it has nothing to do.
    pub fn job(&mut self) -> Option<Job> {
        if self.printer.busy.is_some() {
            return None;
        }
        match self.life.as_ref()?.jobs.try_recv().ok()? {
            Order::Ticket(job) => Some(*job),
            // Nobody asks for lists here.
            Order::Sheet(_) => None,
        }
    }

    /// What is on the screen, and beside it.
    pub fn view(&self) -> Option<View> {
        self.life.as_ref()?.shown.borrow().clone()
    }

    /// A visitor walks up and asks for a ticket: the taps, in order.
    pub fn visit(&mut self, chance: &mut Chance) -> Vec<Tap> {
        let Some(view) = self.view() else { return Vec::new() };
        let mut taps = match view.shown.screen {
            Screen::Asleep | Screen::Attract | Screen::Taking { .. } | Screen::Printing { .. } => Vec::new(),
            Screen::Taken { .. } => vec![Tap::Done],
            _ => vec![Tap::Home],
        };
        let lang = Lang::ALL[pick(chance, Lang::ALL.len())];
        let categories = view.book.categories(lang);
        let Some(category) = categories.get(pick(chance, categories.len())) else { return Vec::new() };
        let service = &category.services[pick(chance, category.services.len())];
        taps.extend([Tap::Language(lang), Tap::Category(category.code.clone()), Tap::Service(service.code.clone())]);
        if chance.between(0, 3) == 0 {
            let classes = view.book.classes(lang);
            let class = &classes[pick(chance, classes.len())];
            taps.extend([Tap::Classes, Tap::Turn(Turn::Declared(class.code.clone()))]);
        }
        taps.push(Tap::Take);
        taps
    }

    fn now(&self, now_ms: u64) -> Now {
        let at = Timestamp::from_millisecond(self.wall.at(now_ms).0).unwrap_or(Timestamp::UNIX_EPOCH);
        Now { at, ms: now_ms }
    }
}

impl Printer {
    /// How it is, as it says itself.
    pub fn condition(&self) -> Condition {
        match self.mood {
            Mood::Fine | Mood::JamNext | Mood::Slow => Condition::Ready,
            Mood::PaperOut => Condition::Faulty(Fault::PaperOut),
        }
    }

    /// Begins a ticket; how long it takes.
    pub fn begin(&mut self, job: Job, boot: u32, chance: &mut Chance) -> u64 {
        self.busy = Some((job, boot));
        match self.mood {
            Mood::Slow => chance.between(15_000, 30_000),
            Mood::Fine | Mood::JamNext | Mood::PaperOut => chance.between(300, 2_500),
        }
    }

    /// Ends it: what it says, and to which life of the kiosk.
    pub fn end(&mut self) -> Option<(Word, u32)> {
        let (job, boot) = self.busy.take()?;
        let word = match self.mood {
            Mood::Fine | Mood::Slow => {
                self.out.push(job.ticket);
                Word::Printed(job)
            }
            // Half of the jams come with the cut, when the paper is whole already; the others before the first byte.
            Mood::JamNext => {
                self.mood = Mood::Fine;
                if job.ticket.as_bytes()[15].is_multiple_of(2) {
                    self.out.push(job.ticket);
                    Word::Doubtful(job, Fault::Jam)
                } else {
                    Word::NotPrinted(job, Fault::Jam)
                }
            }
            Mood::PaperOut => Word::NotPrinted(job, Fault::PaperOut),
        };
        Some((word, boot))
    }

    fn evidence(&self, ticket: Uuid) -> Evidence {
        match self.memory {
            Memory::CannotTell => Evidence::None,
            Memory::Knows if self.out.contains(&ticket) => Evidence::Out,
            Memory::Knows => Evidence::NotOut,
        }
    }
}

/// What a kiosk hears when nothing comes back.
pub fn away(request: &Request) -> Reply {
    net::unanswered(request)
}

/// A UUIDv7 whose chance is the simulation's.
pub fn identity(at: Timestamp, chance: &mut Chance) -> Uuid {
    let ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&chance.draw().to_be_bytes());
    bytes[8..].copy_from_slice(&chance.draw().to_be_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}
