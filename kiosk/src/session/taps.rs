//! What a tap does on each screen. A tap that does not belong to the screen does nothing: it is the second one of a
//! double tap, or a finger that was slower than the screen.

use super::{
    Aim, Attempt, COPIES_MAX, CatalogueState, Condition, CopyOnPaper, Effect, FURTHER_MAX, Hearing, ListOnPaper,
    Medium, Panel, Screen, Sending, Session, Sorry, Storage, Tap, Told, Turn, Typed, Wish, wish::Again, wish::Asked,
};
use crate::keys::Key;
use wire::kiosk::Purpose;
use words::Lang;

impl Session {
    pub(super) fn tapped(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        if self.screen == Screen::Asleep && !matches!(tap, Tap::Language(_)) {
            return self.wake();
        }
        match tap {
            Tap::Comfort => self.panel = Panel::Comfort,
            Tap::Close => self.panel = Panel::Closed,
            Tap::Size(size) => self.comfort.size = size,
            Tap::Contrast(contrast) => self.comfort.contrast = contrast,
            Tap::Reach(reach) => self.comfort.reach = reach,
            Tap::Back if self.screen.is_about_applications() => self.back_in_application(effects),
            Tap::Back => self.back(effects),
            Tap::Home => self.home(effects),
            // That it was touched is all it says.
            Tap::Here => {}
            tap if self.screen.is_about_applications() => self.applied(tap, effects),
            Tap::Stroke(stroke) if matches!(self.screen, Screen::Pin { .. }) => self.pin_key(&stroke),
            Tap::Language(language) if matches!(self.screen, Screen::Pin { .. } | Screen::Service(_)) => {
                self.technician_reads(language);
            }
            tap @ (Tap::Knock
            | Tap::Enter
            | Tap::Try(_)
            | Tap::TryAll
            | Tap::Spot(_)
            | Tap::Judge(_)
            | Tap::Skip
            | Tap::Report
            | Tap::Restart) => self.technician(tap, effects),
            tap @ (Tap::Further | Tap::Without(_) | Tap::About | Tap::PrintList | Tap::Classes | Tap::Turn(_)) => {
                self.wished(tap, effects);
            }
            tap @ (Tap::Take | Tap::OnScreen | Tap::Again | Tap::Copy | Tap::Done) => self.number(tap, effects),
            tap => self.chose(tap, effects),
        }
    }

    /// On the way to a service.
    fn chose(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, self.screen.clone()) {
            // A language is no accident: it wakes and chooses at once.
            (Tap::Language(language), Screen::Asleep | Screen::Attract) if self.catalogue == CatalogueState::Known => {
                self.screen = match self.purposes().as_slice() {
                    [] | [Purpose::Ticket] => Screen::Categories { language, aim: Aim::Ticket },
                    _ => Screen::Purposes { language },
                };
            }
            (Tap::Purpose(purpose), Screen::Purposes { language }) if self.purposes().contains(&purpose) => {
                self.began(purpose, language, effects);
            }
            (Tap::Category(category), Screen::Categories { language, aim }) => {
                self.screen = Screen::Services { language, category, aim };
            }
            (Tap::Search, Screen::Categories { language, aim } | Screen::Services { language, aim, .. }) => {
                self.screen = Screen::Search { language, typed: Typed::new(language), aim };
            }
            (Tap::Stroke(stroke), Screen::Search { language, mut typed, aim }) => {
                typed.press(stroke);
                self.screen = Screen::Search { language, typed, aim };
            }
            (Tap::Service(service), Screen::Services { language, category, aim }) => {
                self.aimed(aim, (language, category, service), effects);
            }
            (Tap::Found { category, service }, Screen::Search { language, aim, .. }) => {
                self.aimed(aim, (language, category, service), effects);
            }
            (_, _) => {}
        }
    }

    /// At a service.
    fn wished(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, self.screen.clone()) {
            (Tap::Further, Screen::Offer { wish, told: Told::Asking | Told::Place { .. } | Told::Unseen })
                if wish.further.len() < FURTHER_MAX =>
            {
                self.screen = Screen::Categories { language: wish.language, aim: Aim::Further(Box::new(wish)) };
            }
            (Tap::Without(service), Screen::Offer { mut wish, told }) => {
                wish.further.retain(|further| *further != service);
                self.screen = Screen::Offer { wish, told };
            }
            (Tap::About, Screen::Offer { wish, told }) => {
                self.screen = Screen::About { wish, told, list: ListOnPaper::Offered };
            }
            (Tap::PrintList, Screen::About { wish, told, list: ListOnPaper::Offered | ListOnPaper::Failed(_) }) => {
                effects.push(Effect::PrintList(wish.clone()));
                self.screen = Screen::About { wish, told, list: ListOnPaper::Printing };
            }
            (Tap::Classes, Screen::Offer { wish, told }) => self.screen = Screen::Classes { wish, told },
            (Tap::Turn(turn), Screen::Classes { wish, .. }) => self.ask(Wish { turn, ..wish }, effects),
            (_, _) => {}
        }
    }

    /// About the number.
    fn number(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match (tap, self.screen.clone()) {
            (Tap::Take, Screen::Offer { wish, told }) => match told {
                Told::Refused(_) => {}
                Told::Asking | Told::Place { .. } | Told::Unseen => self.take(wish, effects),
            },
            (Tap::OnScreen, Screen::Sorry { wish, why: Sorry::NoPrinter(_) }) => {
                self.reserve(Wish { medium: Medium::Screen, ..wish }, effects);
            }
            // It counts from now on, whether or not the paper comes one day.
            (Tap::OnScreen, Screen::Stuck { mut slip, attempt, .. }) => {
                slip.wish.medium = Medium::Screen;
                effects.push(Effect::ShowNumber { attempt, slip: slip.clone() });
                self.screen = Screen::Printing { slip, attempt };
            }
            (Tap::Again, Screen::Stuck { slip, attempt, again: Again::Possible, .. }) => {
                effects.push(Effect::Print { attempt, slip: slip.clone() });
                self.screen = Screen::Printing { slip, attempt };
            }
            (Tap::Copy, Screen::Taken { slip, attempt, copy }) => {
                let left = match (copy, self.printer) {
                    (CopyOnPaper::Offered(left) | CopyOnPaper::Failed(_, left), _)
                    | (CopyOnPaper::Doubtful(_, left), Condition::Ready | Condition::PaperLow) => left,
                    (CopyOnPaper::Doubtful(..), Condition::Faulty(_))
                    | (CopyOnPaper::Printing(_) | CopyOnPaper::Over, _) => 0,
                };
                if left > 0 {
                    effects.push(Effect::PrintCopy { attempt, slip: slip.clone() });
                    self.screen = Screen::Taken { slip, attempt, copy: CopyOnPaper::Printing(left - 1) };
                }
            }
            (Tap::Done, screen @ Screen::Taken { .. }) => self.leave(&screen, effects),
            (_, _) => {}
        }
    }

    fn back(&mut self, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Categories { aim: Aim::Further(wish), .. } => self.ask(*wish, effects),
            Screen::Categories { language, aim: Aim::Ticket | Aim::Application } if self.purposes().len() > 1 => {
                self.screen = Screen::Purposes { language };
            }
            Screen::Services { language, aim, .. } | Screen::Search { language, aim, .. } => {
                self.screen = Screen::Categories { language, aim };
            }
            Screen::Offer { wish, .. } | Screen::Sorry { wish, .. } => {
                let Wish { language, category, .. } = wish;
                self.screen = Screen::Services { language, category, aim: Aim::Ticket };
            }
            Screen::About { wish, told, .. } | Screen::Classes { wish, told } => {
                self.screen = Screen::Offer { wish, told };
            }
            screen @ (Screen::Purposes { .. }
            | Screen::Categories { .. }
            | Screen::Taken { .. }
            | Screen::Stuck { .. }) => self.leave(&screen, effects),
            Screen::Pin { .. } | Screen::Service(_) => self.technician_back(effects),
            Screen::Asleep
            | Screen::Attract
            | Screen::Taking { .. }
            | Screen::Printing { .. }
            | Screen::Form(_)
            | Screen::Sending { .. }
            | Screen::Filed { .. }
            | Screen::Question(_)
            | Screen::Progress(_) => {}
        }
    }

    fn home(&mut self, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Taking { .. } | Screen::Printing { .. } | Screen::Sending { how: Sending::UnderWay, .. } => {}
            screen => self.leave(&screen, effects),
        }
    }

    pub(super) fn aimed(
        &mut self,
        aim: Aim,
        (language, category, service): (Lang, String, String),
        effects: &mut Vec<Effect>,
    ) {
        let wish = match aim {
            Aim::Application => return effects.push(Effect::OpenForm { language, category, service }),
            Aim::Ticket => {
                Wish { language, category, service, further: Vec::new(), turn: Turn::Ordinary, medium: Medium::Paper }
            }
            Aim::Further(mut wish) => {
                // The same service twice is one service.
                if wish.service != service && !wish.further.contains(&service) {
                    wish.further.push(service);
                }
                *wish
            }
        };
        self.ask(wish, effects);
    }

    fn ask(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        effects.push(Effect::AskOffer(wish.clone()));
        self.screen = Screen::Offer { wish, told: Told::Asking };
    }

    fn take(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        match (self.storage, self.printer) {
            // What cannot be written down is not promised: the hub is not even asked.
            (Storage::Fails, _) => self.screen = Screen::Sorry { wish, why: Sorry::NotRecorded },
            (Storage::Works, Condition::Faulty(fault)) => {
                self.screen = Screen::Sorry { wish, why: Sorry::NoPrinter(fault) };
            }
            (Storage::Works, Condition::Ready | Condition::PaperLow) => self.reserve(wish, effects),
        }
    }

    fn reserve(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        self.attempts += 1;
        let attempt = Attempt(self.attempts);
        effects.push(Effect::Take { attempt, wish: wish.clone() });
        self.screen = Screen::Taking { wish, attempt, asked: Asked::Hub };
    }
}

impl Session {
    /// A key of the kiosk. On a dark screen it only wakes, as a touch does.
    pub(super) fn key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        if self.screen == Screen::Asleep {
            self.wake();
            return;
        }
        match key {
            Key::Previous | Key::Next | Key::Select => effects.push(Effect::Press(key)),
            Key::Headphones => {
                self.hearing = match self.hearing {
                    Hearing::Off => Hearing::On,
                    Hearing::On => Hearing::Off,
                };
            }
            Key::Repeat | Key::Slower | Key::Faster | Key::Louder | Key::Softer => effects.push(Effect::Voice(key)),
            Key::Service => self.technician(Tap::Knock, effects),
        }
    }

    pub(super) fn wake(&mut self) {
        if self.screen == Screen::Asleep {
            self.screen = Screen::Attract;
        }
    }
}

/// What can be done about a paper that is out: a number that was only shown has nothing to copy.
pub(super) fn copies(medium: Medium, printer: Condition) -> CopyOnPaper {
    match (medium, printer) {
        (Medium::Paper, Condition::Ready | Condition::PaperLow) => CopyOnPaper::Offered(COPIES_MAX),
        (Medium::Paper, Condition::Faulty(_)) | (Medium::Screen, _) => CopyOnPaper::Over,
    }
}
