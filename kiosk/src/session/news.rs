//! What the machines report, and what it changes for the visitor.

use super::{
    Again, Answer, Asked, Attempt, COPIES_MAX, CatalogueState, Condition, CopyOnPaper, Effect, Fault, ListOnPaper,
    Medium, News, NotAssigned, Presence, Screen, Session, Slip, Sorry, Told, Wish, taps::copies,
};
use wire::{kiosk::Purpose, tickets::TicketTaken};

/// What this kiosk has screens for. The hall may offer more.
const BUILT: [Purpose; 4] = [Purpose::Ticket, Purpose::Application, Purpose::Ask, Purpose::Collect];

impl Session {
    pub(super) fn learned(&mut self, news: News, effects: &mut Vec<Effect>) {
        match news {
            News::Catalogue => self.catalogue = CatalogueState::Known,
            News::Purposes(purposes) => {
                self.purposes = purposes.into_iter().filter(|purpose| BUILT.contains(purpose)).collect();
            }
            News::Printer(condition) => self.condition(condition),
            News::Storage(storage) => self.storage = storage,
            News::Knocked(gate, language) => self.knocked(gate, language),
            News::Admitted(fittings) => self.admitted(fittings),
            News::NotAdmitted(gate) => self.not_admitted(gate),
            News::Found(found) => self.found(&found, effects),
            News::Reported(report) => self.reported(report),
            News::Offered { wish, told } => self.offered(&wish, told),
            News::Answered { attempt, answer } => self.answered(attempt, answer, effects),
            News::Assigned { attempt, slip } => self.assigned(attempt, slip, effects),
            News::NotAssigned { attempt, why } => {
                if let Some(wish) = self.without_number(attempt) {
                    let why = match why {
                        NotAssigned::NoLane => Sorry::NoNumber,
                        NotAssigned::NotRecorded => Sorry::NotRecorded,
                    };
                    self.screen = Screen::Sorry { wish, why };
                }
            }
            News::Printed { attempt } => self.printed(attempt),
            News::Doubtful { attempt, fault } => self.doubtful(attempt, fault),
            News::NotPrinted { attempt, fault } => self.not_printed(attempt, fault),
            news @ (News::Takes(_)
            | News::Today(_)
            | News::Hub(_)
            | News::Form { .. }
            | News::FilesOffered(_)
            | News::FileTaken(_)
            | News::Sent { .. }
            | News::Became { .. }
            | News::ReceiptPrinted { .. }
            | News::ProgressPrinted(_)) => self.application_news(news, effects),
            News::ListPrinted => self.list(ListOnPaper::Out),
            News::ListNotPrinted(fault) => self.list(ListOnPaper::Failed(fault)),
        }
    }

    fn assigned(&mut self, of: Attempt, slip: Slip, effects: &mut Vec<Effect>) {
        let Some((_, Asked::Journal | Asked::OwnLane)) = self.taking(of) else { return };
        effects.push(match slip.wish.medium {
            Medium::Paper => Effect::Print { attempt: of, slip: slip.clone() },
            Medium::Screen => Effect::ShowNumber { attempt: of, slip: slip.clone() },
        });
        self.screen = Screen::Printing { slip, attempt: of };
    }

    fn printed(&mut self, of: Attempt) {
        match self.screen.clone() {
            Screen::Printing { slip, attempt } | Screen::Stuck { slip, attempt, .. } if attempt == of => {
                let copy = copies(slip.wish.medium, self.printer);
                self.screen = Screen::Taken { slip, attempt, copy };
                self.presence = Presence::Here;
            }
            Screen::Taken { slip, attempt, copy: CopyOnPaper::Printing(left) } if attempt == of => {
                let copy = if left == 0 { CopyOnPaper::Over } else { CopyOnPaper::Offered(left) };
                self.screen = Screen::Taken { slip, attempt, copy };
            }
            _ => {}
        }
    }

    /// Nobody can say whether the paper is whole, so the number is on the screen too: it counts either way.
    fn doubtful(&mut self, of: Attempt, fault: Fault) {
        match self.screen.clone() {
            Screen::Printing { mut slip, attempt } | Screen::Stuck { mut slip, attempt, .. } if attempt == of => {
                slip.wish.medium = Medium::Screen;
                self.screen = Screen::Taken { slip, attempt, copy: CopyOnPaper::Doubtful(fault, COPIES_MAX) };
                self.presence = Presence::Here;
            }
            _ => {}
        }
    }

    fn not_printed(&mut self, of: Attempt, fault: Fault) {
        match self.screen.clone() {
            Screen::Printing { slip, attempt } | Screen::Stuck { slip, attempt, .. } if attempt == of => {
                self.screen = Screen::Stuck { slip, attempt, fault, again: Again::NotYet };
            }
            Screen::Taken { slip, attempt, copy: CopyOnPaper::Printing(left) } if attempt == of => {
                self.screen = Screen::Taken { slip, attempt, copy: CopyOnPaper::Failed(fault, left) };
            }
            _ => {}
        }
    }

    fn list(&mut self, now: ListOnPaper) {
        if let Screen::About { list, .. } = &mut self.screen
            && *list == ListOnPaper::Printing
        {
            *list = now;
        }
    }

    fn condition(&mut self, condition: Condition) {
        self.printer = condition;
        match &mut self.screen {
            Screen::Service(service) => service.checkup.printer(condition),
            // A printer that is still at it may bring the first paper: a second try could print it twice.
            Screen::Stuck { again: Again::Never, .. } => {}
            Screen::Stuck { fault, again, .. } => match condition {
                Condition::Ready | Condition::PaperLow => *again = Again::Possible,
                Condition::Faulty(now) => {
                    *again = Again::NotYet;
                    // What the printer has denied stays denied when it is switched off to be mended.
                    if now != Fault::Silent {
                        *fault = now;
                    }
                }
            },
            _ => {}
        }
    }

    fn offered(&mut self, about: &Wish, news: Told) {
        match &mut self.screen {
            Screen::Offer { wish, told } | Screen::Classes { wish, told } | Screen::About { wish, told, .. }
                if wish == about && news != Told::Asking =>
            {
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

    pub(super) fn assign_own(&mut self, wish: Wish, attempt: Attempt, effects: &mut Vec<Effect>) {
        effects.push(Effect::AssignOwn { attempt });
        self.screen = Screen::Taking { wish, attempt, asked: Asked::OwnLane };
    }

    /// Who is told that there is no number: also who was just about to see it.
    fn without_number(&self, of: Attempt) -> Option<Wish> {
        match &self.screen {
            Screen::Printing { slip, attempt } if *attempt == of => Some(slip.wish.clone()),
            _ => self.taking(of).map(|(wish, _)| wish),
        }
    }

    fn taking(&self, of: Attempt) -> Option<(Wish, Asked)> {
        match &self.screen {
            Screen::Taking { wish, attempt, asked } if *attempt == of => Some((wish.clone(), *asked)),
            _ => None,
        }
    }
}
