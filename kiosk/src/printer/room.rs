//! The printer's thread: takes orders, watches each until it is out, keeps what the printer has not answered yet.

use super::{Begun, Device, Impression, Job, Order, Progress, Query, SheetJob, Word, condition, escpos};
use crate::{
    paper::{Edition, Press, Raster, Width},
    session::{Condition, Fault},
};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How often an idle printer is asked how it is.
const ASK_EVERY_MS: u64 = 1_000;
/// How often a printing one is.
const WATCH_EVERY_MS: u64 = 100;
/// How long a job is watched before other things are looked at; the session is more patient.
const WATCH_MS_MAX: u64 = 10_000;

/// How long a printer may owe an answer. What has been silent for so long is not printing any more: the paper counts, as
/// after a power cut, and the printer's current may be cut.
const UNANSWERED_MS_MAX: u64 = 60_000;

const _: () = assert!(WATCH_MS_MAX < UNANSWERED_MS_MAX && crate::session::PRINT_MS < UNANSWERED_MS_MAX);
const _: () = assert!(WATCH_EVERY_MS < ASK_EVERY_MS && WATCH_MS_MAX < crate::session::PRINT_MS);

/// The printer's thread: runs until nobody sends orders any more.
pub fn run(device: impl Device, width: Width, orders: &Receiver<impl Into<Order>>, mut say: impl FnMut(Word)) {
    let press = match Press::new(width) {
        Ok(press) => press,
        Err(error) => {
            tracing::error!(%error, "the paper cannot be drawn");
            say(Word::Is(Condition::Faulty(Fault::Silent)));
            return;
        }
    };
    let mut room = Room { device, press, known: None, begun: None, unanswered: None };
    loop {
        room.look(&mut say);
        match orders.recv_timeout(Duration::from_millis(ASK_EVERY_MS)) {
            Ok(order) => room.print(order.into(), &mut say),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

struct Room<D> {
    device: D,
    press: Press,
    /// What was last said about the printer.
    known: Option<Condition>,
    /// The last ticket of which a byte may be on paper.
    begun: Option<Uuid>,
    /// A job the printer has whole and still prints or fell silent over, and since when.
    unanswered: Option<Unanswered>,
}

struct Unanswered {
    /// Nothing if all that can be said about it was said: it only holds up the next.
    order: Option<Order>,
    since: Instant,
}

/// What became of a job.
enum Outcome {
    Out,
    /// Not a dot of it is on paper.
    Not(Fault),
    /// The printer had some of it.
    Doubtful(Fault),
    /// The printer had it whole and says nothing.
    Silence,
    /// It still prints.
    NotYet,
}

impl<D: Device> Room<D> {
    /// Asks the printer how it is, and what became of a job it owes an answer for.
    fn look(&mut self, say: &mut impl FnMut(Word)) {
        let now = self.ask();
        if self.known != Some(now) {
            self.known = Some(now);
            say(Word::Is(now));
        }
        if let Some(Unanswered { order, since }) = self.unanswered.take() {
            match (self.outcome(now), order) {
                (Outcome::Silence | Outcome::NotYet, order)
                    if since.elapsed() < Duration::from_millis(UNANSWERED_MS_MAX) =>
                {
                    self.unanswered = Some(Unanswered { order, since });
                }
                (_, None) => {}
                (Outcome::Silence | Outcome::NotYet, Some(order)) => self.answer(order, Outcome::Out, say),
                (outcome, Some(order)) => self.answer(order, outcome, say),
            }
        }
    }

    fn print(&mut self, mut order: Order, say: &mut impl FnMut(Word)) {
        if self.unanswered.is_some() {
            self.look(say);
        }
        if self.unanswered.is_some() {
            return self.answer(order, Outcome::Not(Fault::Silent), say);
        }
        if let Condition::Faulty(fault) = self.ask() {
            return self.answer(order, Outcome::Not(fault), say);
        }
        if let Order::Ticket(job) = &mut order
            && self.begun == Some(job.ticket)
        {
            job.text.edition = Edition::Copy;
        }
        let outcome = self.send(&order);
        self.answer(order, outcome, say);
    }

    fn send(&mut self, order: &Order) -> Outcome {
        let (id, name, lines, raster) = self.draw(order);
        let bytes = match escpos::job(&raster) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(job = %id, %error, "job {id} cannot be encoded");
                return Outcome::Not(Fault::Broken);
            }
        };
        let impression = Impression { id, name, lines, raster: &raster, bytes: &bytes };
        let sent = self.device.send(&impression);
        let begun = sent.as_ref().map_or_else(|unsent| unsent.begun, |()| Begun::Part);
        if let (Order::Ticket(job), Begun::Part) = (order, begun) {
            self.begun = Some(job.ticket);
        }
        match sent {
            Ok(()) => self.watch(),
            Err(unsent) => {
                let error = unsent.source;
                tracing::warn!(job = %id, %error, ?begun, "job {id} could not be sent to the printer: {begun:?}");
                let fault = match (self.ask(), begun) {
                    // Somebody has to look after it, and whoever does will find out.
                    (Condition::Faulty(Fault::Silent), Begun::Part) | (Condition::Ready | Condition::PaperLow, _) => {
                        Fault::Jam
                    }
                    (Condition::Faulty(fault), _) => fault,
                };
                match begun {
                    Begun::Nothing => Outcome::Not(fault),
                    Begun::Part => Outcome::Doubtful(fault),
                }
            }
        }
    }

    fn draw<'a>(&self, order: &'a Order) -> (Uuid, &'a str, Vec<String>, Raster) {
        match order {
            Order::Ticket(job) => {
                let Job { ticket, text, .. } = &**job;
                let lines = text.pieces().iter().filter_map(|piece| piece.words()).collect();
                (*ticket, &text.number, lines, self.press.draw(text))
            }
            Order::Sheet(SheetJob { sheet, pieces }) => {
                let lines = pieces.iter().filter_map(|piece| piece.words()).collect();
                (*sheet, "sheet", lines, self.press.sheet(pieces))
            }
        }
    }

    /// A printer that still prints has not printed.
    fn watch(&mut self) -> Outcome {
        let until = Instant::now() + Duration::from_millis(WATCH_MS_MAX);
        loop {
            let now = self.ask();
            match self.outcome(now) {
                Outcome::Silence | Outcome::NotYet if Instant::now() < until => {
                    thread::sleep(Duration::from_millis(WATCH_EVERY_MS));
                }
                outcome => return outcome,
            }
        }
    }

    fn outcome(&mut self, now: Condition) -> Outcome {
        match now {
            Condition::Faulty(Fault::Silent) => Outcome::Silence,
            Condition::Faulty(fault) => match self.device.progress() {
                Progress::Done => Outcome::Out,
                Progress::Printing | Progress::Unknown => {
                    self.device.discard();
                    Outcome::Doubtful(fault)
                }
            },
            Condition::Ready | Condition::PaperLow => match self.device.progress() {
                // What it cannot say any more is believed: a paper nobody calls costs a citizen the day.
                Progress::Done | Progress::Unknown => Outcome::Out,
                Progress::Printing => Outcome::NotYet,
            },
        }
    }

    fn answer(&mut self, order: Order, outcome: Outcome, say: &mut impl FnMut(Word)) {
        if let Outcome::Not(fault) | Outcome::Doubtful(fault) = outcome {
            // Who is told of a fault is told of its end too, even if it was mended before the next look.
            let now = Some(Condition::Faulty(fault));
            if self.known != now {
                self.known = now;
                say(Word::Is(Condition::Faulty(fault)));
            }
        }
        match (order, outcome) {
            (order, Outcome::NotYet) => {
                self.unanswered = Some(Unanswered { order: Some(order), since: Instant::now() });
            }
            // Its visitor need not wait for it to talk again; whoever comes next has to.
            (order, Outcome::Silence) => {
                self.unanswered = Some(Unanswered { order: None, since: Instant::now() });
                self.answer(order, Outcome::Doubtful(Fault::Silent), say);
            }
            (Order::Ticket(job), Outcome::Out) => say(Word::Printed(*job)),
            (Order::Ticket(job), Outcome::Doubtful(fault)) => say(Word::Doubtful(*job, fault)),
            (Order::Ticket(job), Outcome::Not(fault)) => say(Word::NotPrinted(*job, fault)),
            (Order::Sheet(job), Outcome::Out) => say(Word::SheetPrinted(job.sheet)),
            (Order::Sheet(job), Outcome::Doubtful(fault) | Outcome::Not(fault)) => {
                say(Word::SheetNotPrinted(job.sheet, fault));
            }
        }
    }

    /// How the printer is. A fault is believed when it is said twice: dots of a picture can look like a question, and its
    /// answer then comes before ours.
    fn ask(&mut self) -> Condition {
        match self.ask_once() {
            Condition::Faulty(Fault::Silent) => Condition::Faulty(Fault::Silent),
            Condition::Faulty(_) => self.ask_once(),
            well @ (Condition::Ready | Condition::PaperLow) => well,
        }
    }

    fn ask_once(&mut self) -> Condition {
        let mut answers = [0; 3];
        for (answer, query) in answers.iter_mut().zip(Query::ALL) {
            match self.device.ask(query) {
                Ok(byte) => *answer = byte,
                Err(_) => return Condition::Faulty(Fault::Silent),
            }
        }
        condition(answers)
    }
}
