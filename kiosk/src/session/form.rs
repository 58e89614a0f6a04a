//! The conversation about an application: filling in, sending, the receipt, and asking what became of one.
//!
//! A form is left only by whoever wants to leave it: it waits longer than other screens, and a hub that goes away takes
//! nothing of it. Deliberately absent: steps and lines (`filling`, `writing`).

use super::{
    Attempt, COPIES_MAX, Condition, CopyOnPaper, Effect, Fault, ListOnPaper, News, Presence, Screen, Session, Tap,
    asking::{Asked, Note, Progress, Question, QuestionPart, Word},
    filed::{Application, Arrived, Filed, Sending},
    filling::{Asks, Filling, Left},
    writing,
};
use jiff::civil::Date;
use wire::problem::Problem;
use words::Lang;

/// Untouched so long, whoever fills in a form is asked whether they are still here: time to find a passport in a bag, or
/// to read the consent twice. Every key begins it anew.
pub const FORM_MS: u64 = 180_000;
/// How long that question stays, where so much can be lost.
pub const FORM_PRESENCE_MS: u64 = 60_000;
/// How long a filled-in form waits for a hub that is away.
pub const KEPT_MS: u64 = 600_000;
/// How long the sending may take before its visitor is told that it does.
pub const SEND_MS: u64 = 20_000;
/// How long the receipt stays.
pub const RECEIPT_MS: u64 = 60_000;
/// How long steps and dates stay.
pub const PROGRESS_MS: u64 = 90_000;

/// What the hall takes at its kiosks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Takes {
    /// Applications.
    pub applications: Applications,
    /// The category and the service in whose queue results are collected.
    pub collect: Option<(String, String)>,
}

/// Whether applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Applications {
    /// They are.
    Taken,
    /// They are not.
    #[default]
    NotTaken,
}

/// Whether the hub answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hub {
    /// It does.
    There,
    /// It does not.
    Away,
}

/// What became of an application that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is filed: its number, when, and when an answer is due.
    Filed {
        /// The hall's number.
        number: String,
        /// When, RFC 3339.
        filed_at: String,
        /// The day an answer is due.
        due: Option<Date>,
    },
    /// The hub does not answer.
    Away(Arrived),
    /// The hall said no.
    Refused(Problem),
}

impl Session {
    /// A tap on a screen about applications.
    pub(super) fn applied(&mut self, tap: Tap, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Form(mut filling) => match self.fill(&mut filling, tap, effects) {
                Left::No => self.screen = Screen::Form(filling),
                Left::Yes => {}
            },
            Screen::Sending { filling, attempt, how } => match (tap, how) {
                (Tap::Again, Sending::Away(_)) => {
                    effects.push(Effect::FileAgain { attempt });
                    self.screen = Screen::Sending { filling, attempt, how: Sending::UnderWay };
                }
                (Tap::Instead, Sending::Away(_) | Sending::Refused(_)) => {
                    effects.push(Effect::Unfile { attempt });
                    let service = filling.form.service.clone();
                    self.aimed(super::Aim::Ticket, (filling.language, filling.category.clone(), service), effects);
                }
                (_, _) => {}
            },
            Screen::Filed { filed, attempt } => self.receipt(tap, (*filed, attempt), effects),
            Screen::Question(mut question) => {
                match tap {
                    Tap::Stroke(stroke) => question.press(&stroke),
                    Tap::Next if question.next() == Asked::Now => self.ask_hub(&mut question, effects),
                    _ => {}
                }
                self.screen = Screen::Question(question);
            }
            Screen::Progress(mut progress) => match (tap, progress.slip) {
                (Tap::PrintList, ListOnPaper::Offered | ListOnPaper::Failed(_)) => {
                    effects.push(Effect::PrintProgress((*progress).clone()));
                    progress.slip = ListOnPaper::Printing;
                    self.screen = Screen::Progress(progress);
                }
                (Tap::Done, _) => self.leave(&Screen::Progress(progress), effects),
                (_, _) => {}
            },
            _ => {}
        }
    }

    /// A tap on a step; whether the form is left.
    fn fill(&mut self, filling: &mut Filling, tap: Tap, effects: &mut Vec<Effect>) -> Left {
        let before = filling.at;
        let today = self.today;
        match tap {
            Tap::Stroke(stroke) => writing::press(filling, &stroke),
            Tap::Line(nth) => {
                filling.focus = nth;
                filling.case = writing::case(filling);
            }
            Tap::Pick(code) if matches!(filling.asks(), Asks::Choice(_)) => {
                filling.pick(&code);
                filling.next(today);
            }
            Tap::Pick(name) => self.pick_file(filling, &name, effects),
            Tap::Next => filling.next(today),
            Tap::Agree => {
                filling.agree();
                filling.next(today);
            }
            Tap::Mend(nth) => filling.mend(nth),
            Tap::Instead if filling.asks() == Asks::Intro => {
                let service = filling.form.service.clone();
                self.aimed(super::Aim::Ticket, (filling.language, filling.category.clone(), service), effects);
                return Left::Yes;
            }
            Tap::Send => return self.send(filling, effects),
            _ => {}
        }
        if filling.at != before && filling.asks() == Asks::Files {
            effects.push(Effect::LookForFiles);
        }
        Left::No
    }

    /// A file on offer is attached, one that is attached is taken away.
    fn pick_file(&self, filling: &mut Filling, name: &str, effects: &mut Vec<Effect>) {
        if filling.attached.iter().any(|document| document.what.name == name) {
            return filling.detach(name);
        }
        let Some(field) = filling.field() else { return };
        let forms::Kind::Files { accept, bytes_max, .. } = &field.kind else { return };
        effects.push(Effect::TakeFile { name: name.to_owned(), accept: accept.clone(), bytes_max: *bytes_max });
        filling.faults.clear();
    }

    fn send(&mut self, filling: &Filling, effects: &mut Vec<Effect>) -> Left {
        let Some(ready) = filling.ready.clone() else { return Left::No };
        self.attempts += 1;
        let attempt = Attempt(self.attempts);
        let application = Application {
            language: filling.language,
            category: filling.category.clone(),
            ready,
            files: filling.attached.clone(),
        };
        effects.push(Effect::File { attempt, application });
        self.screen = Screen::Sending { filling: Box::new(filling.clone()), attempt, how: Sending::UnderWay };
        Left::Yes
    }

    fn receipt(&mut self, tap: Tap, (mut filed, attempt): (Filed, Attempt), effects: &mut Vec<Effect>) {
        match (tap, filed.receipt, self.printer) {
            (Tap::Copy, CopyOnPaper::Offered(left) | CopyOnPaper::Failed(_, left), _)
            | (Tap::Copy, CopyOnPaper::Doubtful(_, left), Condition::Ready | Condition::PaperLow)
                if left > 0 =>
            {
                effects.push(Effect::PrintReceipt { attempt, filed: filed.clone() });
                filed.receipt = CopyOnPaper::Printing(left - 1);
                self.screen = Screen::Filed { filed: Box::new(filed), attempt };
            }
            (Tap::Done, _, _) => self.leave(&Screen::Filed { filed: Box::new(filed), attempt }, effects),
            (_, _, _) => {}
        }
    }

    fn ask_hub(&mut self, question: &mut Question, effects: &mut Vec<Effect>) {
        self.attempts += 1;
        let attempt = Attempt(self.attempts);
        let (number, tail) = (question.number.clone(), question.tail.clone());
        effects.push(Effect::Ask { attempt, number, tail, language: question.language });
        question.note = Note::Asking(attempt);
    }

    /// One step back, without losing anything.
    pub(super) fn back_in_application(&mut self, effects: &mut Vec<Effect>) {
        match self.screen.clone() {
            Screen::Form(mut filling) => match filling.back() {
                Left::No => {
                    if filling.asks() == Asks::Files {
                        effects.push(Effect::LookForFiles);
                    }
                    self.screen = Screen::Form(filling);
                }
                Left::Yes => {
                    let (language, category) = (filling.language, filling.category.clone());
                    self.screen = Screen::Services { language, category, aim: super::Aim::Application };
                }
            },
            // What may have arrived is not changed any more.
            Screen::Sending { filling, attempt, how: Sending::Away(Arrived::No) | Sending::Refused(_) } => {
                effects.push(Effect::Unfile { attempt });
                self.screen = Screen::Form(filling);
            }
            Screen::Question(mut question) => match question.part {
                QuestionPart::Number => self.screen = Screen::Purposes { language: question.language },
                QuestionPart::Tail => {
                    (question.part, question.note) = (QuestionPart::Number, Note::None);
                    self.screen = Screen::Question(question);
                }
            },
            Screen::Progress(progress) => self.screen = Screen::Purposes { language: progress.language },
            screen @ Screen::Filed { .. } => self.leave(&screen, effects),
            _ => {}
        }
    }

    /// News about an application.
    pub(super) fn application_news(&mut self, news: News, effects: &mut Vec<Effect>) {
        match (news, &mut self.screen) {
            (News::Takes(takes), _) => self.takes = takes,
            (News::Today(today), _) => self.today = today,
            (News::Hub(hub), _) => self.hub = hub,
            // Only whoever still looks at services wants the form.
            (News::Form { language, category, form }, Screen::Services { .. } | Screen::Search { .. }) => {
                self.screen = Screen::Form(Box::new(Filling::new(language, category, form)));
            }
            (News::FilesOffered(offered), Screen::Form(filling)) if filling.asks() == Asks::Files => {
                filling.offered = offered;
            }
            (News::FileTaken(taken), Screen::Form(filling)) if filling.asks() == Asks::Files => match taken {
                Ok(document) => filling.attach(document),
                Err((code, params)) => {
                    let id = filling.field().map(|field| field.id.clone());
                    let fault = id.map(|id| forms::Fault { params, ..forms::Fault::of(&id, code) });
                    filling.faults = fault.into_iter().collect();
                }
            },
            (News::Sent { attempt, outcome }, Screen::Sending { attempt: of, .. }) if attempt == *of => {
                self.sent(attempt, outcome, effects);
            }
            (News::Became { attempt, word }, Screen::Question(question)) if question.note == Note::Asking(attempt) => {
                match word {
                    Word::Seen(seen) => {
                        self.screen = Screen::Progress(Box::new(Progress::new(question.language, seen)));
                    }
                    Word::Refused(problem) => question.note = Note::Refused(problem),
                    Word::Away => question.note = Note::Away,
                }
            }
            (News::ProgressPrinted(done), Screen::Progress(progress)) => progress.printed(done),
            (News::ReceiptPrinted { attempt, done }, Screen::Filed { filed, attempt: of }) if attempt == *of => {
                receipt_printed(filed, done);
            }
            (_, _) => {}
        }
    }

    fn sent(&mut self, attempt: Attempt, outcome: Outcome, effects: &mut Vec<Effect>) {
        let Screen::Sending { filling, how, .. } = &mut self.screen else { return };
        match outcome {
            Outcome::Away(arrived) => *how = Sending::Away(arrived),
            Outcome::Refused(problem) => *how = Sending::Refused(problem),
            Outcome::Filed { number, filed_at, due } => {
                let filed = Filed {
                    language: filling.language,
                    category: filling.category.clone(),
                    service: filling.form.service.clone(),
                    number,
                    filed_at,
                    due,
                    receipt: CopyOnPaper::Over,
                };
                let receipt = match self.printer {
                    Condition::Ready | Condition::PaperLow => {
                        effects.push(Effect::PrintReceipt { attempt, filed: filed.clone() });
                        CopyOnPaper::Printing(COPIES_MAX)
                    }
                    Condition::Faulty(fault) => CopyOnPaper::Failed(fault, COPIES_MAX),
                };
                // The answers go with the form: from here on a number is all there is.
                self.screen = Screen::Filed { filed: Box::new(Filed { receipt, ..filed }), attempt };
                self.presence = Presence::Here;
            }
        }
    }

    /// What a screen about applications waits for before it does something by itself.
    pub(super) fn application_patience_ms(&self) -> Option<u64> {
        match (&self.screen, self.presence) {
            (Screen::Sending { how: Sending::UnderWay, .. }, _) => Some(SEND_MS),
            (Screen::Form(_) | Screen::Sending { .. }, Presence::Asked) => Some(FORM_PRESENCE_MS),
            (Screen::Form(_), Presence::Here) => Some(FORM_MS),
            (Screen::Sending { .. }, Presence::Here) => Some(KEPT_MS),
            (Screen::Filed { .. }, _) => Some(RECEIPT_MS),
            (Screen::Progress(_), Presence::Here) => Some(PROGRESS_MS),
            (Screen::Progress(_), Presence::Asked) => Some(super::PRESENCE_MS),
            _ => None,
        }
    }

    /// Where a purpose of this family leads.
    pub(super) fn began(&mut self, purpose: wire::kiosk::Purpose, language: Lang, effects: &mut Vec<Effect>) {
        use wire::kiosk::Purpose;
        match purpose {
            Purpose::Ticket => self.screen = Screen::Categories { language, aim: super::Aim::Ticket },
            Purpose::Application => self.screen = Screen::Categories { language, aim: super::Aim::Application },
            Purpose::Ask => self.screen = Screen::Question(Box::new(Question::new(language))),
            Purpose::Collect => {
                if let Some((category, service)) = self.takes.collect.clone() {
                    self.aimed(super::Aim::Ticket, (language, category, service), effects);
                }
            }
            Purpose::Announcements | Purpose::Opinion => {}
        }
    }
}

fn receipt_printed(filed: &mut Filed, done: Result<(), Fault>) {
    let CopyOnPaper::Printing(left) = filed.receipt else { return };
    filed.receipt = match done {
        Ok(()) if left == 0 => CopyOnPaper::Over,
        Ok(()) => CopyOnPaper::Offered(left),
        Err(fault) => CopyOnPaper::Failed(fault, left),
    };
}
