//! What the kiosk tells its hub about itself: how its printer is and its cabinet, which copies it printed, what its
//! technician found. Told when the hub has just said who it is, until the hub has it. Self-tests are on the disk; the rest
//! lives in memory only: the next start tells the condition anew, and a copy that nobody heard of was a paper with a number
//! the hub knows.

use super::{Driver, Now, View};
use crate::{
    net::{Request, Telling},
    session::{Condition, Fault},
    store::SELF_TESTS_MAX,
};
use std::collections::VecDeque;
use uuid::Uuid;
use wire::{
    client::NoAnswer,
    fleet::{KioskCondition, PrinterState, Reprinted, SelfTest},
};

/// Copies that may wait for the hub: half an hour of a queue that loses its papers.
const COPIES_WAITING_MAX: usize = 32;

/// What the hub has been told, and what it has not.
#[derive(Debug, Default)]
pub(super) struct Tellings {
    condition: Option<KioskCondition>,
    copies: VecDeque<Reprinted>,
    tests: VecDeque<SelfTest>,
}

impl Tellings {
    /// With the self-tests that are on the disk.
    pub(super) fn with(tests: Vec<SelfTest>) -> Tellings {
        Tellings { tests: tests.into(), ..Tellings::default() }
    }

    /// A self-test was made.
    pub(super) fn tested(&mut self, test: SelfTest) {
        if self.tests.len() == SELF_TESTS_MAX {
            self.tests.pop_front();
        }
        self.tests.push_back(test);
    }

    /// Self-tests that wait for the hub.
    pub(super) fn tests_waiting(&self) -> usize {
        self.tests.len()
    }
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
        let printer = self.cabinet.reviver.condition().map(state);
        let (version, door) = (env!("CARGO_PKG_VERSION").to_owned(), self.cabinet.told());
        let now = printer.map(|printer| KioskCondition { printer, version, door });
        if let Some(condition) = now.filter(|now| self.tellings.condition.as_ref() != Some(now)) {
            // Nobody waits for it: asked again when the hub answers next.
            let _ = self.ask(Request::Tell(Telling::Condition(condition)));
        }
        if let Some(copy) = self.tellings.copies.front().cloned() {
            let _ = self.ask(Request::Tell(Telling::Copy(copy)));
        }
        if let Some(test) = self.tellings.tests.front().cloned() {
            let _ = self.ask(Request::Tell(Telling::Test(test)));
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
            Telling::Condition(condition) => self.tellings.condition = Some(condition.clone()),
            // A refusal will not change by being asked again.
            Telling::Copy(copy) => self.tellings.copies.retain(|other| other.command_id != copy.command_id),
            Telling::Test(test) => {
                self.tellings.tests.retain(|other| other.command_id != test.command_id);
                if let Err(error) = self.store.forget_self_test(test.command_id) {
                    // It is sent again after the next start, and kept there once.
                    tracing::error!(%error, "it could not be written down that the hub has a self-test");
                    self.disk.failed(&error);
                }
            }
        }
        let waits = !self.tellings.copies.is_empty() || !self.tellings.tests.is_empty();
        if waits && !refused {
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
        Condition::Faulty(Fault::Jam) => PrinterState::Jam,
        Condition::Faulty(Fault::Broken) => PrinterState::Broken,
        Condition::Faulty(Fault::Silent) => PrinterState::Silent,
    }
}
