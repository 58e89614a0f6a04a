//! Does what the session asks for, and tells it what came of it: the one place where screen, journal, hub and printer
//! meet. They meet in one channel of [`Input`]s; nothing is shared.
//!
//! The order is the promise: the intent is on disk before the hub is asked, the number before the printer is, and the
//! printed paper with its report before the visitor is thanked. A printed paper is recorded even when its visitor has
//! left. Time and chance come in as arguments, so a test can drive a day in a second.

mod applications;
mod cabinet;
mod disk;
mod errands;
mod fate;
mod filing;
mod hub;
mod numbers;
mod papers;
mod reading;
mod receipts;
mod revive;
mod sheets;
mod technician;
mod telling;
#[cfg(test)]
mod tests;
mod timekeeper;

pub use disk::{PROBE_AGAIN_MS, PROBE_EVERY_MS};
pub use errands::{CATALOGUE_EVERY_MS, HOME_EVERY_MS, Link, REPORT_AGAIN_MS, RETRY_FIRST_MS, RETRY_MS_MAX};
pub use revive::SILENT_MS;
pub use technician::{Course, PIN_WAIT_FIRST_MS, PIN_WAIT_MS_MAX, PINS_FREE, ServiceFacts, Workshop};

use crate::{
    book::Book,
    hall::{HallFacts, Kept},
    keys::Key,
    net::{Asking, Reply, Request},
    pins::Sign,
    printer::{Evidence, Order, Word},
    session::{Attempt, Effect, Event, News, Session, Shown, Tap, Told, Wish},
    signing::Pages,
    store::{Store, StoreError, Unanswered},
    workshop::Done,
};
use applications::HallForms;
use cabinet::Cabinet;
use disk::DiskWatch;
use errands::Errands;
use fate::recover;
use filing::Filing;
use hub::Unasked;
use jiff::{Timestamp, tz};
pub use reading::Voice;
use sheets::SheetFor;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, mpsc::SyncSender},
};
use technician::Bench;
use telling::Tellings;
use timekeeper::Timekeeper;
use tokio::sync::mpsc;
use uuid::Uuid;
use wire::{kiosk::Purpose, seen::Seen};

/// Old rows are looked for this often.
const HOUSEKEEP_EVERY_MS: u64 = 3_600_000;

/// A wall clock that differs from the steady one by less was not set: it drifts, and is slewed.
const CLOCK_SET_MS_MIN: i64 = 10_000;

/// What comes in, from everywhere.
#[expect(clippy::large_enum_variant, reason = "one at a time, and it is looked at at once")]
#[derive(Debug)]
pub enum Input {
    /// A visitor.
    Tap(Tap),
    /// The network thread.
    Hub(Reply),
    /// The printer thread.
    Printer(Word),
    /// The wires' thread.
    Pins(Sign),
    /// The technician's slow errands.
    Workshop(Done),
    /// The keys have reached a control with these words on it.
    Reached(String),
    /// Nothing: the driver looks at what is due, and shows everything anew.
    Look,
    /// The program ends.
    Stop,
}

/// The two clocks: one for people, one that only runs forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// What the wall clock says.
    pub at: Timestamp,
    /// Milliseconds since some moment; never runs back.
    pub ms: u64,
}

/// Everything a face needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The screen.
    pub shown: Shown,
    /// The names of things.
    pub book: Arc<Book>,
    /// Whether the hub can be reached.
    pub link: Link,
    /// The hall as a whole.
    pub hall: HallFacts,
    /// The last key that moves or presses, with how many there were: who has seen fewer passes it on to the window.
    pub pressed: (u64, Option<Key>),
    /// What visitors can do here.
    pub purposes: Vec<Purpose>,
    /// The services one can apply for here.
    pub fileable: Arc<BTreeSet<String>>,
    /// The address of the shown ticket's or application's page.
    pub page: String,
    /// Reports that wait for the hub.
    pub reports: u32,
    /// The minute it is, in Asia/Tashkent; nothing if nobody knows.
    pub minute: Option<jiff::civil::DateTime>,
    /// What a technician reads of the kiosk; empty for visitors.
    pub service: ServiceFacts,
    /// How often [`Input::Look`] has come in: who asked for a look knows an older view by it.
    pub looks: u64,
}

/// Where the driver's hands reach.
pub struct Ports<S> {
    /// To the network thread.
    pub hub: mpsc::Sender<Asking>,
    /// To the printer thread.
    pub printer: SyncSender<Order>,
    /// To the screen.
    pub screen: S,
    /// Makes identities.
    pub identity: Box<dyn FnMut(Timestamp) -> Uuid + Send>,
    /// Tickets' own pages as a visitor's phone reaches them.
    pub pages: Pages,
}

/// The driver.
pub struct Driver<S> {
    session: Session,
    store: Store,
    book: Arc<Book>,
    hall: HallFacts,
    /// What of it is on the disk.
    kept: Kept,
    ports: Ports<S>,
    errands: Errands,
    cabinet: Cabinet,
    disk: DiskWatch,
    bench: Bench,
    time: Timekeeper,
    /// Who the journal is, and what it has seen of the hub.
    journal: Uuid,
    seen: Option<Seen>,
    alarm: Option<(u64, u64)>,
    housekeep_due_ms: u64,
    taking: BTreeMap<Attempt, (Uuid, Wish)>,
    /// Papers that are out while the disk could not say so; tried again until it can.
    unrecorded: Vec<(Uuid, Uuid, Timestamp)>,
    looks: u64,
    /// See [`View::pressed`].
    pressed: (u64, Option<Key>),
    /// The address of the ticket that is on the screen instead of paper.
    page: String,
    voice: Option<Voice>,
    /// Papers beside tickets that the printer has in hand.
    sheets: BTreeMap<Uuid, SheetFor>,
    tellings: Tellings,
    hall_forms: HallForms,
    /// An application on its way into the hub.
    filing: Option<Filing>,
    /// The application whose receipt is out.
    receipt_out: Option<Attempt>,
    last: Option<View>,
    /// The two clocks when they were last looked at.
    clocks: Now,
}

impl<S: FnMut(&View)> Driver<S> {
    /// Takes up where the journal left off. `evidence` asks the printer about jobs it never answered.
    pub fn new(
        mut store: Store,
        ports: Ports<S>,
        now: Now,
        evidence: impl FnMut(&Unanswered) -> Evidence,
    ) -> Result<Driver<S>, StoreError> {
        let mut ports = ports;
        recover(&mut store, &mut ports, now, evidence)?;
        let kept = store.facts()?;
        kept.public_address.iter().for_each(|address| ports.pages.move_to(address));
        let mut book = Book::new(store.catalogues()?);
        book.lay_out(kept.layout.clone().unwrap_or_default());
        let journal = store.journal((ports.identity)(now.at))?;
        let seen = store.seen()?;
        let (bench, tests) = (Bench::new(&store, now)?, store.self_tests()?);
        let mut driver = Driver {
            session: Session::default(),
            book: Arc::new(book),
            hall: HallFacts::remembered(&kept),
            kept,
            ports,
            errands: Errands::new(now.ms),
            cabinet: Cabinet::remembering(store.door()?),
            disk: DiskWatch::new(now.ms),
            bench,
            time: Timekeeper::new(store.hub_said()?),
            store,
            journal,
            seen,
            alarm: None,
            housekeep_due_ms: now.ms,
            taking: BTreeMap::new(),
            unrecorded: Vec::new(),
            looks: 0,
            pressed: (0, None),
            page: String::new(),
            voice: None,
            sheets: BTreeMap::new(),
            tellings: Tellings::with(tests),
            hall_forms: HallForms::default(),
            filing: None,
            receipt_out: None,
            last: None,
            clocks: now,
        };
        if driver.has_services() {
            driver.run(Event::News(News::Catalogue), now);
        }
        driver.look(now);
        Ok(driver)
    }

    /// The one way in.
    pub fn take(&mut self, input: Input, now: Now) {
        self.mind_the_clock(now);
        match input {
            Input::Tap(tap) => self.run(Event::Tap(tap), now),
            Input::Hub(reply) => self.replied(reply, now),
            Input::Printer(word) => self.printer_says(word, now),
            Input::Reached(label) => self.reached(&label),
            Input::Pins(sign) => self.pins_say(sign, now),
            Input::Workshop(done @ (Done::Documents(_) | Done::Document(_))) => self.documents_say(done, now),
            Input::Workshop(done) => self.workshop_says(done, now),
            Input::Look => self.looks += 1,
            Input::Stop => {}
        }
        self.look(now);
    }

    /// How long nothing can happen by itself.
    pub fn idle_ms(&self, now: Now) -> u64 {
        let alarm = self.alarm.map_or(u64::MAX, |(due, _)| due);
        let retry = if self.unrecorded.is_empty() { u64::MAX } else { now.ms + 1_000 };
        let second = now.ms + 1_000;
        alarm.min(retry).min(self.errands.due_ms().max(now.ms + 1)).min(second).saturating_sub(now.ms)
    }

    /// Does what is due.
    pub fn look(&mut self, now: Now) {
        self.mind_the_clock(now);
        if let Some((due, number)) = self.alarm
            && now.ms >= due
        {
            self.alarm = None;
            self.run(Event::Rang(number), now);
        }
        self.time.say(now);
        self.tell_day(now);
        self.tell_link(now);
        self.record_late();
        self.watch_disk(now);
        self.release_latch();
        self.revive_printer(now);
        self.run_errands(now);
        if now.ms >= self.housekeep_due_ms {
            self.housekeep_due_ms = now.ms + HOUSEKEEP_EVERY_MS;
            if let Err(error) = self.store.housekeep(now.at) {
                tracing::error!(%error, "old rows could not be deleted");
            }
        }
        self.show(now);
    }

    /// A wall clock that was set in between would make a ticket of a minute ago one of last year.
    fn mind_the_clock(&mut self, now: Now) {
        let passed_ms = i64::try_from(now.ms.saturating_sub(self.clocks.ms)).unwrap_or(i64::MAX);
        let by_ms = now.at.as_millisecond() - self.clocks.at.as_millisecond() - passed_ms;
        if by_ms.abs() < CLOCK_SET_MS_MIN {
            return;
        }
        tracing::warn!(by_ms, "the clock was set by {by_ms} ms");
        match self.store.clock_was_set(by_ms) {
            Ok(()) => self.clocks = now,
            Err(error) => tracing::error!(%error, "what was printed before the clock was set keeps the old time"),
        }
    }

    fn run(&mut self, event: Event, now: Now) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.session.handle(event) {
                events.extend(self.effect(effect, now).map(Event::News));
            }
        }
    }

    fn effect(&mut self, effect: Effect, now: Now) -> Option<News> {
        match effect {
            Effect::Show(_) => None,
            Effect::Alarm { after_ms, number } => {
                self.alarm = Some((now.ms + after_ms, number));
                None
            }
            Effect::AskOffer(wish) => {
                let sent = self.ask(Request::Offer(wish.clone()));
                sent.err().map(|Unasked| News::Offered { wish, told: Told::Unseen })
            }
            Effect::Take { attempt, wish } => self.take_number(attempt, wish, now),
            Effect::AssignHub { attempt, taken } => self.assign_hub(attempt, &taken),
            Effect::AssignOwn { attempt } => self.assign_own(attempt, now),
            Effect::Print { attempt, slip } => self.print(attempt, &slip, now),
            Effect::ShowNumber { attempt, slip } => Some(self.show_number(attempt, &slip, now)),
            Effect::PrintCopy { attempt, slip } => self.print_copy(attempt, &slip, now),
            Effect::PrintList(wish) => self.print_list(&wish, now),
            effect @ (Effect::OpenForm { .. }
            | Effect::LookForFiles
            | Effect::TakeFile { .. }
            | Effect::File { .. }
            | Effect::FileAgain { .. }
            | Effect::Unfile { .. }
            | Effect::PrintReceipt { .. }
            | Effect::Ask { .. }
            | Effect::PrintProgress(_)) => self.apply(effect, now),
            Effect::Press(key) => {
                self.pressed = (self.pressed.0 + 1, Some(key));
                None
            }
            Effect::Voice(key) => {
                self.voice_key(key);
                None
            }
            Effect::Knock => Some(self.knock(now)),
            Effect::CheckPin(digits) => self.check_pin(digits, now),
            Effect::Try { part, language } => self.try_part(part, language, now),
            Effect::Report { checkup, language } => self.report(&checkup, language, now),
            Effect::Restart => {
                self.end("a technician wants it");
                None
            }
            Effect::GiveUp { attempt } => {
                self.taking.remove(&attempt);
                None
            }
        }
    }

    fn reports(&self) -> u32 {
        self.store.waiting_reports().unwrap_or_else(|error| {
            tracing::error!(%error, "the outbox cannot be counted");
            0
        })
    }

    fn has_services(&self) -> bool {
        self.book.languages().into_iter().any(|lang| !self.book.categories(lang).is_empty())
    }

    fn show(&mut self, now: Now) {
        self.light();
        let minute = self.time.time(now).map(|at| tz::offset(5).to_datetime(at));
        let view = View {
            shown: self.session.shown(),
            book: Arc::clone(&self.book),
            link: self.errands.link(),
            hall: self.hall.clone(),
            purposes: self.session.purposes(),
            fileable: self.hall_forms.fileable(),
            pressed: self.pressed,
            page: self.page(),
            reports: self.reports(),
            minute: minute.map(|at| at.date().at(at.hour(), at.minute(), 0, 0)),
            service: self.service_facts(now),
            looks: self.looks,
        };
        if self.last.as_ref() != Some(&view) {
            (self.ports.screen)(&view);
            self.read_aloud(&view);
            self.last = Some(view);
        }
    }
}
