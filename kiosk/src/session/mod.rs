//! The conversation with a visitor: one pure function from what happened to what has to be done.
//!
//! It has no clock and no hands: time comes in as a ringing alarm, deeds go out as [`Effect`]s, and `driver` does them.
//! So a test can walk every path in microseconds, and the property tests can walk paths nobody thought of. There is
//! one visitor, one alarm, one attempt at a time. Deliberately absent: text (the face has it), numbers (hub and store
//! find them) and whether a paper counts (the driver records that, even when the visitor has long gone).

mod event;
mod screen;
#[cfg(test)]
mod tests;

pub use event::{Answer, Condition, Effect, Event, News, NotAssigned, Tap};
pub use screen::{
    Again, Asked, Attempt, Fault, Presence, Readiness, Screen, Shown, Slip, Sorry, Staffed, Told, Turn, Wish,
};

use crate::pins::Sign;
use wire::tickets::TicketTaken;

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

/// One kiosk's conversation.
#[derive(Debug)]
pub struct Session {
    screen: Screen,
    presence: Presence,
    catalogue: CatalogueState,
    printer: Condition,
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
            catalogue: CatalogueState::Unknown,
            printer: Condition::Ready,
            attempts: 0,
            alarms: 0,
        }
    }
}

impl Session {
    /// What is shown now.
    pub fn shown(&self) -> Shown {
        Shown { screen: self.screen.clone(), presence: self.presence, readiness: self.readiness() }
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
            // Whoever presses a key is there; where it leads is the screen's business, as with a touch.
            Event::Sign(Sign::Key(_)) => {
                self.presence = Presence::Here;
                By::Visitor
            }
            Event::Sign(Sign::Somebody | Sign::Nobody | Sign::Tamper(_) | Sign::Printer(_)) => By::Machine,
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

    fn readiness(&self) -> Readiness {
        match (self.catalogue, self.printer) {
            (CatalogueState::Unknown, _) => Readiness::NoCatalogue,
            (CatalogueState::Known, Condition::Faulty(fault)) => Readiness::NoPrinter(fault),
            (CatalogueState::Known, Condition::Ready | Condition::PaperLow) => Readiness::Ready,
        }
    }

    /// A touch gives a visitor more time, a machine never.
    fn waits_for_visitor(&self) -> bool {
        match self.screen {
            Screen::Attract | Screen::Taking { .. } | Screen::Printing { .. } | Screen::Taken { .. } => false,
            Screen::Categories { .. }
            | Screen::Services { .. }
            | Screen::Offer { .. }
            | Screen::Classes { .. }
            | Screen::Stuck { .. }
            | Screen::Sorry { .. } => true,
        }
    }

    fn waits_anew(&self, before: &Shown) -> bool {
        if self.presence != before.presence {
            return true;
        }
        match (&before.screen, &self.screen) {
            // Figures arrive while the visitor thinks: only the first answer starts the visitor's time.
            (Screen::Offer { told, .. }, Screen::Offer { told: now, .. }) => {
                (*told == Told::Asking) != (*now == Told::Asking)
            }
            (Screen::Taking { asked, .. }, Screen::Taking { asked: now, .. }) => asked != now,
            (before, now) => std::mem::discriminant(before) != std::mem::discriminant(now),
        }
    }

    /// How long this screen waits before something happens by itself.
    fn patience_ms(&self) -> Option<u64> {
        match (&self.screen, self.presence) {
            (Screen::Attract, _) => None,
            (Screen::Taking { asked: Asked::Hub, .. }, _) => Some(RESERVE_MS),
            (Screen::Taking { asked: Asked::Journal | Asked::OwnLane, .. }, _) => Some(RECORD_MS),
            (Screen::Printing { .. }, _) => Some(PRINT_MS),
            (Screen::Taken { .. }, _) => Some(TAKEN_MS),
            (_, Presence::Asked) => Some(PRESENCE_MS),
            (Screen::Offer { told: Told::Asking, .. }, Presence::Here) => Some(OFFER_MS),
            (
                Screen::Categories { .. }
                | Screen::Services { .. }
                | Screen::Offer { .. }
                | Screen::Classes { .. }
                | Screen::Stuck { .. }
                | Screen::Sorry { .. },
                Presence::Here,
            ) => Some(IDLE_MS),
        }
    }

    fn tapped(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, self.screen.clone()) {
            (Tap::Language(language), Screen::Attract) if self.catalogue == CatalogueState::Known => {
                self.screen = Screen::Categories { language };
            }
            (Tap::Category(category), Screen::Categories { language }) => {
                self.screen = Screen::Services { language, category };
            }
            (Tap::Service(service), Screen::Services { language, category }) => {
                self.ask(Wish { language, category, service, turn: Turn::Ordinary }, effects);
            }
            (Tap::Classes, Screen::Offer { wish, told }) => self.screen = Screen::Classes { wish, told },
            (Tap::Turn(turn), Screen::Classes { wish, .. }) => self.ask(Wish { turn, ..wish }, effects),
            (Tap::Take, Screen::Offer { wish, told }) => match told {
                Told::Refused(_) => {}
                Told::Asking | Told::Place { .. } | Told::Unseen => self.take(wish, effects),
            },
            (Tap::Again, Screen::Stuck { slip, attempt, again: Again::Possible, .. }) => {
                effects.push(Effect::Print { attempt, slip: slip.clone() });
                self.screen = Screen::Printing { slip, attempt };
            }
            (Tap::Done, Screen::Taken { .. }) => self.screen = Screen::Attract,
            (Tap::Back, screen) => self.back(screen, effects),
            (Tap::Home, Screen::Taking { .. } | Screen::Printing { .. }) => {}
            (Tap::Home, screen) => self.leave(&screen, effects),
            // A second tap of a double tap, or a finger that was slower than the screen.
            (_, _) => {}
        }
    }

    fn back(&mut self, screen: Screen, effects: &mut Vec<Effect>) {
        match screen {
            Screen::Services { language, .. } => self.screen = Screen::Categories { language },
            Screen::Offer { wish, .. } | Screen::Sorry { wish, .. } => {
                self.screen = Screen::Services { language: wish.language, category: wish.category };
            }
            Screen::Classes { wish, told } => self.screen = Screen::Offer { wish, told },
            Screen::Categories { .. } | Screen::Taken { .. } | Screen::Stuck { .. } => self.leave(&screen, effects),
            Screen::Attract | Screen::Taking { .. } | Screen::Printing { .. } => {}
        }
    }

    fn ask(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        effects.push(Effect::AskOffer(wish.clone()));
        self.screen = Screen::Offer { wish, told: Told::Asking };
    }

    fn take(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        if let Condition::Faulty(fault) = self.printer {
            self.screen = Screen::Sorry { wish, why: Sorry::NoPrinter(fault) };
            return;
        }
        self.attempts += 1;
        let attempt = Attempt(self.attempts);
        effects.push(Effect::Take { attempt, wish: wish.clone() });
        self.screen = Screen::Taking { wish, attempt, asked: Asked::Hub };
    }

    /// Every trace of the visitor goes.
    fn leave(&mut self, screen: &Screen, effects: &mut Vec<Effect>) {
        if let Screen::Stuck { attempt, .. } = screen {
            effects.push(Effect::GiveUp { attempt: *attempt });
        }
        self.presence = Presence::Here;
        self.screen = Screen::Attract;
    }

    fn learned(&mut self, news: News, effects: &mut Vec<Effect>) {
        match news {
            News::Catalogue => self.catalogue = CatalogueState::Known,
            News::Printer(condition) => self.condition(condition),
            News::Offered { wish, told } => self.offered(&wish, told),
            News::Answered { attempt, answer } => self.answered(attempt, answer, effects),
            News::Assigned { attempt, slip } => {
                if let Some((_, Asked::Journal | Asked::OwnLane)) = self.taking(attempt) {
                    effects.push(Effect::Print { attempt, slip: slip.clone() });
                    self.screen = Screen::Printing { slip, attempt };
                }
            }
            News::NotAssigned { attempt, why } => {
                if let Some((wish, _)) = self.taking(attempt) {
                    let why = match why {
                        NotAssigned::NoLane => Sorry::NoNumber,
                        NotAssigned::NotRecorded => Sorry::NotRecorded,
                    };
                    self.screen = Screen::Sorry { wish, why };
                }
            }
            News::Printed { attempt: printed } => match &self.screen {
                Screen::Printing { slip, attempt } | Screen::Stuck { slip, attempt, .. } if *attempt == printed => {
                    self.screen = Screen::Taken { slip: slip.clone() };
                    self.presence = Presence::Here;
                }
                _ => {}
            },
            News::NotPrinted { attempt: failed, fault } => match &self.screen {
                Screen::Printing { slip, attempt } | Screen::Stuck { slip, attempt, .. } if *attempt == failed => {
                    self.screen = Screen::Stuck { slip: slip.clone(), attempt: failed, fault, again: Again::NotYet };
                }
                _ => {}
            },
        }
    }

    fn condition(&mut self, condition: Condition) {
        self.printer = condition;
        if let Screen::Stuck { fault, again, .. } = &mut self.screen {
            match condition {
                // A printer that said nothing may still hold the first paper: a second try could print it twice.
                Condition::Ready | Condition::PaperLow if *fault != Fault::Silent => *again = Again::Possible,
                Condition::Ready | Condition::PaperLow => {}
                Condition::Faulty(now) => {
                    *again = Again::NotYet;
                    // What the printer has denied stays denied when it is switched off to be mended.
                    if *fault != Fault::Silent && now != Fault::Silent {
                        *fault = now;
                    }
                }
            }
        }
    }

    fn offered(&mut self, about: &Wish, news: Told) {
        match &mut self.screen {
            Screen::Offer { wish, told } | Screen::Classes { wish, told } if wish == about && news != Told::Asking => {
                *told = news;
            }
            _ => {}
        }
    }

    fn answered(&mut self, attempt: Attempt, answer: Answer, effects: &mut Vec<Effect>) {
        // Too late is too late: the kiosk's own number is final, the hub voids its own after a minute.
        let Some((wish, Asked::Hub)) = self.taking(attempt) else { return };
        match answer {
            Answer::Taken(taken) => self.assign_hub(wish, attempt, taken, effects),
            Answer::Away => self.assign_own(wish, attempt, effects),
            Answer::Refused(problem) => self.screen = Screen::Sorry { wish, why: Sorry::Refused(problem) },
            Answer::NotAdmitted => self.screen = Screen::Sorry { wish, why: Sorry::NotAdmitted },
        }
    }

    fn assign_hub(&mut self, wish: Wish, attempt: Attempt, taken: TicketTaken, effects: &mut Vec<Effect>) {
        effects.push(Effect::AssignHub { attempt, taken });
        self.screen = Screen::Taking { wish, attempt, asked: Asked::Journal };
    }

    fn assign_own(&mut self, wish: Wish, attempt: Attempt, effects: &mut Vec<Effect>) {
        effects.push(Effect::AssignOwn { attempt });
        self.screen = Screen::Taking { wish, attempt, asked: Asked::OwnLane };
    }

    fn taking(&self, of: Attempt) -> Option<(Wish, Asked)> {
        match &self.screen {
            Screen::Taking { wish, attempt, asked } if *attempt == of => Some((wish.clone(), *asked)),
            _ => None,
        }
    }

    fn rang(&mut self, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Attract => {}
            Screen::Taking { wish, attempt, asked: Asked::Hub } => self.assign_own(wish, attempt, effects),
            Screen::Taking { wish, asked: Asked::Journal | Asked::OwnLane, .. } => {
                self.screen = Screen::Sorry { wish, why: Sorry::NotRecorded };
            }
            Screen::Printing { slip, attempt } => {
                self.screen = Screen::Stuck { slip, attempt, fault: Fault::Silent, again: Again::NotYet };
            }
            Screen::Taken { .. } => self.screen = Screen::Attract,
            Screen::Offer { wish, told: Told::Asking } if self.presence == Presence::Here => {
                self.screen = Screen::Offer { wish, told: Told::Unseen };
            }
            screen @ (Screen::Categories { .. }
            | Screen::Services { .. }
            | Screen::Offer { .. }
            | Screen::Classes { .. }
            | Screen::Stuck { .. }
            | Screen::Sorry { .. }) => match self.presence {
                Presence::Here => self.presence = Presence::Asked,
                Presence::Asked => self.leave(&screen, effects),
            },
        }
    }
}
