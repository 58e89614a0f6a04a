//! The conversation with a visitor: one pure function from what happened to what has to be done.
//!
//! It has no clock and no hands: time comes in as a ringing alarm, deeds go out as [`Effect`]s, and `driver` does them.
//! So a test can walk every path in microseconds, and the property tests can walk paths nobody thought of. There is
//! one visitor, one alarm, one attempt at a time. Deliberately absent: text (the face has it), numbers (hub and store
//! find them) and whether a paper counts (the driver records that, even when the visitor has long gone).

mod asking;
mod comfort;
mod effect;
mod event;
mod filed;
mod filling;
mod form;
mod news;
mod pin;
mod private;
mod screen;
mod taps;
mod technician;
#[cfg(test)]
mod tests;
mod typing;
mod walk;
mod wish;
mod writing;

pub use asking::{Note, Progress, Question, QuestionPart, Word};
pub use comfort::{Comfort, Contrast, Hearing, Panel, Reach, TextSize};
pub use effect::Effect;
pub use event::{Answer, Condition, Event, News, NotAssigned, Storage, Tap};
pub use filed::{Application, Arrived, Filed, Sending};
pub use filling::{Asks, At, Filling, Offered, OnOffer, Slot, of_slot};
pub use form::{
    Applications, FORM_MS, FORM_PRESENCE_MS, Hub, KEPT_MS, Outcome, PROGRESS_MS, RECEIPT_MS, SEND_MS, Takes,
};
pub use pin::{Digits, Gate, PIN_DIGITS_MAX, Pad};
pub use private::{Document, Private, Ready, Written};
pub use screen::{Attempt, Presence, Readiness, Screen, Shown};
pub use technician::{Found, PERSON_MS, PIN_MS, ReportOnPaper, SERVICE_MS, Service, Step, TRY_MS};
pub use typing::{Case, LINE_CHARS_MAX, Script, Stroke, Typed};
pub use wish::{Again, Aim, Asked, CopyOnPaper, Fault, ListOnPaper, Medium, Slip, Sorry, Staffed, Told, Turn, Wish};
pub use writing::{script, several_lines, shown};

use crate::pins::Sign;
use jiff::civil::Date;
use wire::kiosk::Purpose;

/// How long the hub may take to find a number before the kiosk takes one of its own.
pub const RESERVE_MS: u64 = 400;
/// How long the question "how many are before me" may stay open.
pub const OFFER_MS: u64 = 1_500;
/// How long the kiosk's own disk may take.
pub const RECORD_MS: u64 = 5_000;
/// How long a printer may take for one ticket.
pub const PRINT_MS: u64 = 20_000;
/// Untouched so long, the visitor is asked whether they are still here. Long enough to read a page slowly.
pub const IDLE_MS: u64 = 45_000;
/// How long that question stays.
pub const PRESENCE_MS: u64 = 15_000;
/// How long the number stays on the screen when the paper is out.
pub const TAKEN_MS: u64 = 10_000;
/// How long it stays when there is no paper: time to find a phone and take a picture.
pub const ON_SCREEN_MS: u64 = 60_000;
/// Nobody has touched the first screen for so long: it goes dark.
pub const SLEEP_MS: u64 = 180_000;
/// Copies of one paper: with the ten seconds after each they end within a minute of the first.
pub const COPIES_MAX: u8 = 2;
/// Further services on one ticket.
pub const FURTHER_MAX: usize = 3;

/// One kiosk's conversation.
#[derive(Debug)]
pub struct Session {
    screen: Screen,
    presence: Presence,
    comfort: Comfort,
    panel: Panel,
    hearing: Hearing,
    catalogue: CatalogueState,
    purposes: Vec<Purpose>,
    takes: Takes,
    today: Date,
    hub: Hub,
    printer: Condition,
    storage: Storage,
    attempts: u64,
    alarms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CatalogueState {
    Unknown,
    Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Visitor,
    Machine,
}

impl Default for Session {
    fn default() -> Self {
        Session {
            screen: Screen::Attract,
            presence: Presence::Here,
            comfort: Comfort::default(),
            panel: Panel::Closed,
            hearing: Hearing::Off,
            catalogue: CatalogueState::Unknown,
            purposes: vec![Purpose::Ticket],
            takes: Takes::default(),
            today: Date::constant(2026, 1, 1),
            hub: Hub::Away,
            printer: Condition::Ready,
            storage: Storage::Works,
            attempts: 0,
            alarms: 0,
        }
    }
}

impl Session {
    /// What is shown now.
    pub fn shown(&self) -> Shown {
        Shown {
            screen: self.screen.clone(),
            presence: self.presence,
            readiness: self.readiness(),
            comfort: self.comfort,
            panel: self.panel,
            hearing: self.hearing,
        }
    }

    /// The screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// What a visitor can do here now: what the hall says, as far as this kiosk can do it and the hall takes it.
    pub fn purposes(&self) -> Vec<Purpose> {
        let can = |purpose: &Purpose| match purpose {
            Purpose::Ticket => true,
            Purpose::Application | Purpose::Ask => self.takes.applications == Applications::Taken,
            Purpose::Collect => self.takes.collect.is_some(),
            Purpose::Announcements | Purpose::Opinion => false,
        };
        self.purposes.iter().copied().filter(can).collect()
    }

    /// The day by which a form is checked.
    pub fn today(&self) -> Date {
        self.today
    }

    /// Whether the hub answered last time.
    pub fn hub(&self) -> Hub {
        self.hub
    }

    /// The one way in: what happened, and what has to be done about it.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let before = self.shown();
        let mut effects = Vec::new();
        let by = match event {
            Event::Tap(tap) => {
                self.presence = Presence::Here;
                self.tapped(tap, &mut effects);
                By::Visitor
            }
            Event::News(news) => {
                self.learned(news, &mut effects);
                By::Machine
            }
            Event::Sign(sign) if matches!(self.screen, Screen::Service(_)) => {
                self.sensed(sign, &mut effects);
                if matches!(sign, Sign::Key(_)) { By::Visitor } else { By::Machine }
            }
            // Whoever presses a key is there; where it leads is the screen's business, as with a touch.
            Event::Sign(Sign::Key(key)) => {
                self.presence = Presence::Here;
                self.key(key, &mut effects);
                By::Visitor
            }
            Event::Sign(Sign::Somebody) => {
                self.wake();
                By::Machine
            }
            Event::Sign(Sign::Nobody | Sign::Tamper(_) | Sign::Printer(_)) => By::Machine,
            Event::Rang(number) => {
                if number == self.alarms {
                    self.rang(&mut effects);
                }
                By::Machine
            }
        };
        if let Some(after_ms) = self.patience_ms()
            && (self.waits_for_visitor() && by == By::Visitor || self.waits_anew(&before))
        {
            self.alarms += 1;
            effects.push(Effect::Alarm { after_ms, number: self.alarms });
        }
        let shown = self.shown();
        if shown != before {
            effects.push(Effect::Show(shown));
        }
        effects
    }

    /// Whether the kiosk can serve anyone at all.
    pub fn readiness(&self) -> Readiness {
        match (self.catalogue, self.storage, self.printer) {
            (CatalogueState::Unknown, _, _) => Readiness::NoCatalogue,
            (CatalogueState::Known, Storage::Fails, _) => Readiness::NoStorage,
            (CatalogueState::Known, Storage::Works, Condition::Faulty(fault)) => Readiness::NoPrinter(fault),
            (CatalogueState::Known, Storage::Works, Condition::Ready | Condition::PaperLow) => Readiness::Ready,
        }
    }

    /// A touch gives a visitor more time, a machine never.
    fn waits_for_visitor(&self) -> bool {
        match &self.screen {
            Screen::Asleep
            | Screen::Taking { .. }
            | Screen::Printing { .. }
            | Screen::Sending { how: Sending::UnderWay, .. } => false,
            Screen::Service(service) => service.waits_for_person(),
            Screen::Attract
            | Screen::Purposes { .. }
            | Screen::Categories { .. }
            | Screen::Services { .. }
            | Screen::Search { .. }
            | Screen::Offer { .. }
            | Screen::About { .. }
            | Screen::Classes { .. }
            | Screen::Taken { .. }
            | Screen::Stuck { .. }
            | Screen::Sorry { .. }
            | Screen::Form(_)
            | Screen::Sending { how: Sending::Away(_) | Sending::Refused(_), .. }
            | Screen::Filed { .. }
            | Screen::Question(_)
            | Screen::Progress(_)
            | Screen::Pin { .. } => true,
        }
    }

    fn waits_anew(&self, before: &Shown) -> bool {
        // The first screen can go to sleep from the moment it can serve.
        let serves = |readiness: Readiness| readiness != Readiness::NoCatalogue;
        if self.presence != before.presence || serves(self.readiness()) != serves(before.readiness) {
            return true;
        }
        match (&before.screen, &self.screen) {
            // Figures arrive while the visitor thinks: only the first answer starts the visitor's time.
            (Screen::Offer { told, .. }, Screen::Offer { told: now, .. }) => {
                (*told == Told::Asking) != (*now == Told::Asking)
            }
            (Screen::Taking { asked, .. }, Screen::Taking { asked: now, .. }) => asked != now,
            (Screen::Taken { copy, .. }, Screen::Taken { copy: now, .. }) => copy != now,
            (Screen::Sending { how, .. }, Screen::Sending { how: now, .. }) => how != now,
            (Screen::Filed { filed, .. }, Screen::Filed { filed: now, .. }) => filed.receipt != now.receipt,
            (Screen::Question(question), Screen::Question(now)) => question.note != now.note,
            (Screen::Pin { pad, .. }, Screen::Pin { pad: now, .. }) => pad != now,
            (Screen::Service(service), Screen::Service(now)) => service.step != now.step,
            (before, now) => std::mem::discriminant(before) != std::mem::discriminant(now),
        }
    }

    /// How long this screen waits before something happens by itself.
    fn patience_ms(&self) -> Option<u64> {
        match (&self.screen, self.presence) {
            (Screen::Asleep, _) => None,
            // What somebody changed before choosing a language goes with them.
            (Screen::Attract, _) if self.touched() => Some(IDLE_MS),
            (Screen::Attract, _) => (self.catalogue == CatalogueState::Known).then_some(SLEEP_MS),
            (Screen::Taking { asked: Asked::Hub, .. }, _) => Some(RESERVE_MS),
            (Screen::Taking { asked: Asked::Journal | Asked::OwnLane, .. }, _) => Some(RECORD_MS),
            (Screen::Printing { .. } | Screen::Taken { copy: CopyOnPaper::Printing(_), .. }, _) => Some(PRINT_MS),
            (Screen::Taken { slip, .. }, _) => Some(match slip.wish.medium {
                Medium::Paper => TAKEN_MS,
                Medium::Screen => ON_SCREEN_MS,
            }),
            (Screen::Form(_) | Screen::Sending { .. } | Screen::Filed { .. } | Screen::Progress(_), _) => {
                self.application_patience_ms()
            }
            (Screen::Pin { .. }, _) => Some(PIN_MS),
            (Screen::Service(service), _) => Some(service.patience_ms()),
            (_, Presence::Asked) => Some(PRESENCE_MS),
            (Screen::Offer { told: Told::Asking, .. }, Presence::Here) => Some(OFFER_MS),
            (
                Screen::Purposes { .. }
                | Screen::Categories { .. }
                | Screen::Services { .. }
                | Screen::Search { .. }
                | Screen::Offer { .. }
                | Screen::About { .. }
                | Screen::Classes { .. }
                | Screen::Stuck { .. }
                | Screen::Question(_)
                | Screen::Sorry { .. },
                Presence::Here,
            ) => Some(IDLE_MS),
        }
    }

    fn touched(&self) -> bool {
        self.comfort != Comfort::default() || self.panel != Panel::Closed || self.hearing == Hearing::On
    }

    /// Every trace of the visitor goes.
    fn leave(&mut self, screen: &Screen, effects: &mut Vec<Effect>) {
        match screen {
            Screen::Stuck { attempt, .. } => effects.push(Effect::GiveUp { attempt: *attempt }),
            Screen::Sending { attempt, .. } => effects.push(Effect::Unfile { attempt: *attempt }),
            _ => {}
        }
        self.presence = Presence::Here;
        self.comfort = Comfort::default();
        self.panel = Panel::Closed;
        self.hearing = Hearing::Off;
        self.screen = Screen::Attract;
    }

    fn rang(&mut self, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Asleep => {}
            screen @ Screen::Attract if self.touched() => self.leave(&screen, effects),
            Screen::Attract => self.screen = Screen::Asleep,
            Screen::Taking { wish, attempt, asked: Asked::Hub } => self.assign_own(wish, attempt, effects),
            Screen::Taking { wish, asked: Asked::Journal | Asked::OwnLane, .. } => {
                self.screen = Screen::Sorry { wish, why: Sorry::NotRecorded };
            }
            Screen::Printing { slip, attempt } => {
                self.screen = Screen::Stuck { slip, attempt, fault: Fault::Silent, again: Again::Never };
            }
            Screen::Taken { slip, attempt, copy: CopyOnPaper::Printing(left) } => {
                self.screen = Screen::Taken { slip, attempt, copy: CopyOnPaper::Failed(Fault::Silent, left) };
            }
            screen @ (Screen::Taken { .. } | Screen::Filed { .. }) => self.leave(&screen, effects),
            // Nobody knows how far it came.
            Screen::Sending { filling, attempt, how: Sending::UnderWay } => {
                self.screen = Screen::Sending { filling, attempt, how: Sending::Away(Arrived::Perhaps) };
            }
            Screen::Pin { .. } | Screen::Service(_) => self.technician_late(effects),
            Screen::Offer { wish, told: Told::Asking } if self.presence == Presence::Here => {
                self.screen = Screen::Offer { wish, told: Told::Unseen };
            }
            screen @ (Screen::Purposes { .. }
            | Screen::Categories { .. }
            | Screen::Services { .. }
            | Screen::Search { .. }
            | Screen::Offer { .. }
            | Screen::About { .. }
            | Screen::Classes { .. }
            | Screen::Stuck { .. }
            | Screen::Form(_)
            | Screen::Sending { how: Sending::Away(_) | Sending::Refused(_), .. }
            | Screen::Question(_)
            | Screen::Progress(_)
            | Screen::Sorry { .. }) => match self.presence {
                Presence::Here => self.presence = Presence::Asked,
                Presence::Asked => self.leave(&screen, effects),
            },
        }
    }
}
