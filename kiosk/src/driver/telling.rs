//! What the kiosk tells its hub about itself: how its printer is, which copies it printed. Told when the hub has just said
//! who it is, until the hub has it. It lives in memory only: the next start tells the printer's condition anew, and a
//! copy that nobody heard of was a paper with a number the hub knows.

use super::{Driver, Now, View};
use crate::{
    net::{Request, Telling},
    session::{Condition, Fault},
};
use std::collections::VecDeque;
use uuid::Uuid;
use wire::{
    client::NoAnswer,
    fleet::{KioskCondition, PrinterState, Reprinted},
};

/// Copies that may wait for the hub: half an hour of a queue that loses its papers.
const COPIES_WAITING_MAX: usize = 32;

/// What the hub has been told, and what it has not.
#[derive(Debug, Default)]
pub(super) struct Tellings {
    condition: Option<PrinterState>,
    copies: VecDeque<Reprinted>,
}

impl<S: FnMut(&View)> Driver<S> {
    /// A copy is out.
    pub(super) fn copied(&mut self, ticket: Uuid, now: Now) {
        let copy = Reprinted { command_id: (self.ports.identity)(now.at), ticket_id: ticket, at: now.at.to_string() };
        if self.tellings.copies.len() == COPIES_WAITING_MAX {
            self.tellings.copies.pop_front();
        }
        self.tellings.copies.push_back(copy);
        self.tell();
    }

    /// A hub that is to be believed has answered.
    pub(super) fn tell(&mut self) {
        let now = self.cabinet.reviver.condition().map(state);
        if let Some(printer) = now.filter(|now| self.tellings.condition != Some(*now)) {
            let condition = KioskCondition { printer, version: env!("CARGO_PKG_VERSION").to_owned() };
            // Nobody waits for it: asked again when the hub answers next.
            let _ = self.ask(Request::Tell(Telling::Condition(condition)));
        }
        if let Some(copy) = self.tellings.copies.front().cloned() {
            let _ = self.ask(Request::Tell(Telling::Copy(copy)));
        }
    }

    /// Another hub knows nothing.
    pub(super) fn tell_anew(&mut self) {
        self.tellings.condition = None;
    }

    pub(super) fn told_hub(&mut self, telling: &Telling, done: Result<(), NoAnswer>) {
        let refused = match done {
            Ok(()) => false,
            Err(NoAnswer::Refused(problem)) => {
                tracing::warn!(
                    code = problem.code,
                    "the hub does not take what the kiosk tells of itself: {}",
                    problem.code
                );
                true
            }
            Err(_) => return,
        };
        match telling {
            Telling::Condition(condition) => self.tellings.condition = Some(condition.printer),
            // A refusal will not change by being asked again.
            Telling::Copy(copy) => self.tellings.copies.retain(|other| other.command_id != copy.command_id),
        }
        if !refused && !self.tellings.copies.is_empty() {
            self.tell();
        }
    }
}

fn state(condition: Condition) -> PrinterState {
    match condition {
        Condition::Ready => PrinterState::Ready,
        Condition::PaperLow => PrinterState::PaperLow,
        Condition::Faulty(Fault::PaperOut) => PrinterState::PaperOut,
        Condition::Faulty(Fault::CoverOpen) => PrinterState::CoverOpen,
        // Somebody has to look at it; what exactly, the kiosk's own log says.
        Condition::Faulty(Fault::Jam | Fault::Broken) => PrinterState::Jam,
        Condition::Faulty(Fault::Silent) => PrinterState::Silent,
    }
}
