//! The driver's half that serves the technician: counts wrong PINs on the disk, tries parts, makes the report.
//!
//! The count is written before digits are compared, so pulling the plug gains nobody a try; after a start the whole wait
//! begins anew, because only the steady clock is believed. A disk that fails keeps nobody out: it is what the technician
//! came for. Deliberately absent: the conversation, which is the session's.

use super::{Driver, Link, Now, View, sheets::SheetFor};
use crate::{
    checkup::{Checkup, Disk, Fittings, Hub, Sound},
    paper::{Piece, date_and_time},
    pins::Order,
    session::{Digits, Event, Found, Gate, News, Screen},
    spoken::Speech,
    store::{Store, StoreError, Whole},
    workshop::{Done, Hash, Pin, Task},
};
use jiff::{civil::DateTime, tz};
use std::sync::mpsc::SyncSender;
use voice::Say;
use wire::{
    fleet::{Part, TestResult},
    kiosk::KioskHome,
    layout::Weight,
};
use words::Lang;

/// Wrong PINs in a row that cost nothing.
pub const PINS_FREE: u32 = 2;
/// The wait after the next one; twice as long after each further one.
pub const PIN_WAIT_FIRST_MS: u64 = 30_000;
/// But never longer than this.
pub const PIN_WAIT_MS_MAX: u64 = 3_600_000;

const MINUTE_MS: u64 = 60_000;

/// What a technician needs beside the driver's own hands.
#[derive(Debug)]
pub struct Workshop {
    /// To the thread for what takes time.
    pub tasks: SyncSender<Task>,
    /// What this kiosk has.
    pub fittings: Fittings,
    /// Its id.
    pub device: String,
    /// Its hub's address.
    pub hub: String,
}

/// What a technician reads of the kiosk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFacts {
    /// Its id.
    pub device: String,
    /// Its hub's address.
    pub hub: String,
    /// Minutes since the hub answered; nothing if it has not since the start.
    pub heard_minutes: Option<u64>,
    /// Self-tests that wait for the hub.
    pub tests_waiting: usize,
    /// When the cabinet was opened, if it is not shut.
    pub door: Option<DateTime>,
}

/// The technician's side of the driver.
#[derive(Debug)]
pub(super) struct Bench {
    workshop: Option<Workshop>,
    wrong_pins: u32,
    /// No PIN is compared before this.
    shut_until_ms: u64,
    /// What waits for the hub's next answer.
    tried: Option<Part>,
    /// When the hub was last asked how things stand.
    pub(super) asked_ms: u64,
    /// When it last answered.
    pub(super) heard_ms: Option<u64>,
    course: Course,
}

/// Whether the program goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It does.
    GoesOn,
    /// It ends, so that what watches it begins it anew.
    Ends,
}

impl Bench {
    pub(super) fn new(store: &Store, now: Now) -> Result<Bench, StoreError> {
        let wrong_pins = store.wrong_pins()?;
        Ok(Bench {
            workshop: None,
            wrong_pins,
            shut_until_ms: now.ms.saturating_add(wait_ms(wrong_pins)),
            tried: None,
            asked_ms: now.ms,
            heard_ms: None,
            course: Course::GoesOn,
        })
    }
}

/// How long after so many wrong PINs in a row none is compared.
fn wait_ms(wrong: u32) -> u64 {
    match wrong.checked_sub(PINS_FREE + 1) {
        None => 0,
        Some(further) => PIN_WAIT_FIRST_MS.saturating_mul(1 << further.min(10)).min(PIN_WAIT_MS_MAX),
    }
}

impl<S: FnMut(&View)> Driver<S> {
    /// Gives the driver what a technician needs; without it there is no technician's screen.
    pub fn equip(&mut self, workshop: Workshop) {
        self.bench.workshop = Some(workshop);
    }

    /// Whether the program goes on.
    pub fn course(&self) -> Course {
        self.bench.course
    }

    pub(super) fn end(&mut self, why: &str) {
        tracing::info!(why, "the program begins anew: {why}");
        self.bench.course = Course::Ends;
    }

    pub(super) fn knock(&self, now: Now) -> News {
        let language = self.book.languages().first().copied().unwrap_or_default();
        News::Knocked(self.gate(now), language)
    }

    fn gate(&self, now: Now) -> Gate {
        if self.kept.service_pin.is_none() || self.bench.workshop.is_none() {
            return Gate::Absent;
        }
        match self.bench.shut_until_ms.saturating_sub(now.ms) {
            0 => Gate::Open,
            left => Gate::Wait { minutes: u32::try_from(left.div_ceil(MINUTE_MS)).unwrap_or(u32::MAX) },
        }
    }

    pub(super) fn check_pin(&mut self, digits: Digits, now: Now) -> Option<News> {
        let gate = self.gate(now);
        let (Gate::Open, Some(hash)) = (gate, self.kept.service_pin.clone()) else {
            return Some(News::NotAdmitted(gate));
        };
        self.count_pins(self.bench.wrong_pins.saturating_add(1));
        self.task(Task::Pin { digits, hash: Hash(hash) }).is_none().then_some(News::NotAdmitted(gate))
    }

    /// The hub has another PIN: mistakes with the old one are forgotten.
    pub(super) fn new_pin(&mut self) {
        self.bench.shut_until_ms = 0;
        if self.bench.wrong_pins > 0 {
            self.count_pins(0);
        }
    }

    fn count_pins(&mut self, wrong: u32) {
        self.bench.wrong_pins = wrong;
        if let Err(error) = self.store.keep_wrong_pins(wrong) {
            tracing::error!(%error, "it could not be written down how many PINs were wrong");
            self.disk.failed(&error);
        }
    }

    pub(super) fn workshop_says(&mut self, done: Done, now: Now) {
        let news = match done {
            Done::Pin(Pin::Right) => self.admit(),
            Done::Pin(Pin::Wrong) => {
                let wrong = self.bench.wrong_pins;
                tracing::warn!(wrong, "a wrong PIN at the technician's screen, {wrong} in a row");
                self.bench.shut_until_ms = now.ms.saturating_add(wait_ms(wrong));
                News::NotAdmitted(self.gate(now))
            }
            Done::Sound(sound) => {
                if sound == Sound::Device {
                    self.speak();
                }
                News::Found(Found::Sound(sound))
            }
            Done::Disk(disk) => News::Found(Found::Disk(disk)),
            Done::Documents(_) | Done::Document(_) => return,
        };
        self.run(Event::News(news), now);
    }

    fn admit(&mut self) -> News {
        self.count_pins(0);
        tracing::info!("the technician's screen was opened");
        // Whoever has the PIN and stands here has seen it.
        self.door_seen();
        let workshop = self.bench.workshop.as_ref();
        News::Admitted(workshop.map(|workshop| workshop.fittings.clone()).unwrap_or_default())
    }

    fn speak(&mut self) {
        let language = self.session.shown().screen.language().unwrap_or_default();
        if let Some(voice) = self.voice.as_mut() {
            voice(Speech::Say(language, vec![Say::key("kiosk.attract.welcome"), Say::key("kiosk.attract.choose")]));
        }
    }

    pub(super) fn try_part(&mut self, part: Part, language: Lang, now: Now) -> Option<News> {
        match part {
            Part::Printer => self.print_sheet(SheetFor::Test, self.test_sheet(language), now),
            Part::Speaker => self.task(Task::Sound).is_none().then_some(News::Found(Found::Sound(Sound::None))),
            Part::Storage => self.try_storage(now),
            Part::Network | Part::Clock => {
                self.bench.tried = Some(part);
                self.errands.now(now.ms);
                None
            }
            Part::Relay => {
                // An order that finds no room is not carried out: the step ends by its time.
                let _ = self.order(Order::PowerCyclePrinter);
                None
            }
            Part::Touch | Part::Keys | Part::Presence | Part::Lamp | Part::Tamper => None,
        }
    }

    fn try_storage(&mut self, now: Now) -> Option<News> {
        match self.store.check() {
            Ok(Whole::Yes) => {}
            Ok(Whole::No) | Err(_) => return Some(News::Found(Found::Disk(Disk::Journal))),
        }
        let busy = Disk::Fails(std::io::ErrorKind::ResourceBusy);
        self.task(Task::Disk(now.ms)).is_none().then_some(News::Found(Found::Disk(busy)))
    }

    /// The hub has answered or has not, and somebody may wait for that.
    pub(super) fn hub_was_tried(&mut self, home: Option<&KioskHome>, now: Now) {
        let Some(part) = self.bench.tried.take() else { return };
        let after_ms = now.ms.saturating_sub(self.bench.asked_ms);
        let hub = match (home, self.errands.link()) {
            (_, Link::Fenced) => Hub::Fenced,
            (Some(_), Link::Up | Link::Down) => Hub::Answered { after_ms },
            (None, Link::Up | Link::Down) => Hub::Away,
        };
        let found = match part {
            Part::Clock => Found::Clock(self.time.clock(now)),
            _ => Found::Hub(hub),
        };
        self.run(Event::News(News::Found(found)), now);
    }

    fn test_sheet(&self, language: Lang) -> Vec<Piece> {
        let letters = "Oʻoʻ Gʻgʻ Şş Çç Ññ Ўў Ққ Ғғ Ҳҳ Ёё Щщ Áá Ǵǵ Ńń Íı 0123456789";
        vec![
            Piece::line(self.book.hall(language)),
            Piece::title(words::say(language, "kiosk.service.test-sheet")),
            Piece::Rule,
            Piece::line(letters),
            Piece::Mark { text: self.device() },
        ]
    }

    /// Prints and keeps what was found; the hub gets it as soon as it answers.
    pub(super) fn report(&mut self, checkup: &Checkup, language: Lang, now: Now) -> Option<News> {
        let report = checkup.report(self.time.time(now));
        let test = report.to_hub((self.ports.identity)(now.at));
        if let Err(error) = self.store.keep_self_test(&test) {
            tracing::error!(%error, "a self-test could not be kept for the hub");
            self.disk.failed(&error);
        }
        let result = report.result();
        tracing::info!(?result, "a technician's self-test is done: {result:?}");
        self.tellings.tested(test);
        self.tell();
        let say = |key| words::say(language, key);
        let when = report.at.map(date_and_time);
        let pair = |text: &str, aside: &str, weight| Piece::Pair { text: text.into(), aside: aside.into(), weight };
        let mut pieces = vec![
            Piece::line(self.book.hall(language)),
            Piece::title(say("kiosk.service.paper-title")),
            pair(&self.device(), env!("CARGO_PKG_VERSION"), Weight::Regular),
            Piece::line(when.unwrap_or_else(|| say("paper.ticket.no-time").to_owned())),
            Piece::Rule,
        ];
        for finding in report.findings(language) {
            pieces.push(pair(finding.part, finding.said, Weight::Bold));
            pieces.extend(finding.why.map(Piece::line));
        }
        pieces.push(Piece::Rule);
        pieces.push(Piece::title(match result {
            TestResult::Passed | TestResult::NotPresent => say("kiosk.service.all-well"),
            TestResult::Failed => say("kiosk.service.not-well"),
        }));
        self.print_sheet(SheetFor::Report, pieces, now)
    }

    pub(super) fn service_facts(&self, now: Now) -> ServiceFacts {
        let Screen::Service(_) = self.session.screen() else { return ServiceFacts::default() };
        let workshop = self.bench.workshop.as_ref();
        ServiceFacts {
            device: self.device(),
            hub: workshop.map(|workshop| workshop.hub.clone()).unwrap_or_default(),
            heard_minutes: self.bench.heard_ms.map(|ms| now.ms.saturating_sub(ms) / MINUTE_MS),
            tests_waiting: self.tellings.tests_waiting(),
            door: self.cabinet.opened().map(|at| tz::offset(5).to_datetime(at)),
        }
    }

    fn device(&self) -> String {
        self.bench.workshop.as_ref().map(|workshop| workshop.device.clone()).unwrap_or_default()
    }

    /// Nothing if the workshop has no room or is gone.
    pub(super) fn task(&self, task: Task) -> Option<()> {
        self.bench.workshop.as_ref()?.tasks.try_send(task).ok()
    }
}
