//! The driver's half that talks to the hub: what an answer means, and what to ask next.

use super::{Driver, Link, Now, View, errands::Errand};
use crate::{
    book::Changed,
    hall::Kept,
    net::{Asking, Reply, Request},
    session::{Answer, Event, News},
    signing::Known,
    store::{Meeting, Report},
};
use std::sync::Arc;
use wire::{client::NoAnswer, kiosk::KioskHome, tickets::TicketStage};

/// The hub's code for a time between two service days.
const DAY_SHUT: &str = "day-shut";

/// The network thread has too much to do.
pub(super) struct Unasked;

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn ask(&self, request: Request) -> Result<(), Unasked> {
        self.ports.hub.try_send(Asking { request, seen: self.seen.clone() }).map_err(|_| Unasked)
    }

    pub(super) fn replied(&mut self, reply: Reply, now: Now) {
        match reply {
            Reply::Offer(wish, told) => self.run(Event::News(News::Offered { wish, told }), now),
            Reply::Take(attempt, answer) => {
                if matches!(answer, Answer::Taken(_) | Answer::Refused(_)) {
                    self.errands.heard(now.ms);
                }
                self.run(Event::News(News::Answered { attempt, answer }), now);
            }
            Reply::Home(Ok(home)) => {
                self.met(&home, now);
                self.hub_was_tried(Some(&home), now);
                if self.errands.link() == Link::Up {
                    self.file_what_waits(now);
                }
            }
            Reply::Catalogue(lang, Ok(page)) => {
                if let Err(error) = self.store.keep_catalogue(lang, &page, now.at) {
                    tracing::error!(%error, "the catalogue could not be kept");
                }
                self.errands.done();
                if Arc::make_mut(&mut self.book).put(lang, page) == Changed::Yes && self.has_services() {
                    self.run(Event::News(News::Catalogue), now);
                    self.reckon(now);
                }
            }
            Reply::Report(report, done) => self.reported(&report, done, now),
            Reply::Told(telling, done) => self.told_hub(&telling, done),
            Reply::Lists(of, lists) => self.hall_lists(of, lists, now),
            Reply::Slot(attempt, slot) => self.reserved(attempt, slot, now),
            Reply::Put(piece, done) => self.put(piece, done, now),
            Reply::Filed(attempt, done) => self.filed(attempt, done, now),
            Reply::Became(attempt, said) => self.became(attempt, said, now),
            Reply::Home(Err(error)) => {
                self.lost(&error, now);
                self.hub_was_tried(None, now);
            }
            Reply::Catalogue(_, Err(error)) => self.lost(&error, now),
        }
    }

    fn lost(&mut self, error: &NoAnswer, now: Now) {
        if let NoAnswer::Fenced = error {
            return self.fenced(now);
        }
        if self.errands.link() == Link::Up {
            tracing::warn!(%error, "the hub does not answer; the kiosk works alone");
        }
        self.errands.failed(now.ms);
        self.hall.cut_off();
    }

    fn fenced(&mut self, now: Now) {
        if self.errands.link() != Link::Fenced {
            let seen = self.seen.as_ref().map(ToString::to_string).unwrap_or_default();
            tracing::error!(seen, "a hub answers that was overtaken; it is not believed, the kiosk works alone");
        }
        self.errands.fenced(now.ms);
        self.hall.cut_off();
    }

    /// What is known of the hub; a ticket is printed without its day rather than not at all.
    pub(super) fn known(&self) -> Known<'_> {
        let day = self.store.day().unwrap_or_else(|error| {
            tracing::error!(%error, "the service day cannot be read");
            None
        });
        Known { seen: self.seen.as_ref(), day }
    }

    fn met(&mut self, home: &KioskHome, now: Now) {
        if let Some(address) = &home.public_address {
            self.ports.pages.move_to(address);
        }
        let identity = &mut self.ports.identity;
        let met = self.store.meet(home, now.at, || identity(now.at));
        match &met {
            Ok(_) => self.disk.took(now.ms),
            Err(error) => self.disk.failed(error),
        }
        match self.store.seen() {
            Ok(seen) => self.seen = seen,
            Err(error) => tracing::error!(%error, "what was seen of the hub cannot be read"),
        }
        if matches!(met, Ok(Meeting::Known | Meeting::NewEpoch { .. })) {
            self.lay_out(home);
        }
        match met {
            Ok(Meeting::Known) => {
                self.told(home, now);
                if self.errands.link() != Link::Up {
                    tracing::info!(epoch = home.epoch, "the hub answers");
                }
                self.errands.met(now.ms);
            }
            Ok(Meeting::NewEpoch { again }) => {
                self.tell_anew();
                self.told(home, now);
                tracing::warn!(epoch = home.epoch, again, "the hub has a new epoch: {again} tickets are offered again");
                self.errands.met(now.ms);
                self.errands.renew_catalogue(now.ms);
            }
            Ok(Meeting::Fenced { offered, known }) => {
                tracing::debug!(offered, known, "a hub of epoch {offered} answers, but {known} was seen");
                self.fenced(now);
            }
            Err(error) => {
                tracing::error!(%error, "what the hub said could not be written down");
                self.errands.failed(now.ms);
            }
        }
    }

    /// How the hall wants its tickets.
    fn lay_out(&mut self, home: &KioskHome) {
        let layout = home.ticket_layout.clone().unwrap_or_default();
        if *self.book.layout() != layout && Arc::make_mut(&mut self.book).lay_out(layout) == Changed::Yes {
            tracing::info!("the hall lays its tickets out in another way");
        }
    }

    /// What the hub says of the hall; a word this kiosk does not know is no purpose.
    fn told(&mut self, home: &KioskHome, now: Now) {
        self.hall.told(home);
        self.time.heard(now.ms, &home.at);
        self.bench.heard_ms = Some(now.ms);
        self.keep(Kept::of(home));
        self.manager_saw(home.door_seen.as_deref());
        let purposes = home.purposes.iter().filter_map(|code| code.parse().ok()).collect();
        self.run(Event::News(News::Purposes(purposes)), now);
        self.hall_takes(home, now);
        self.tell();
    }

    /// For a cold start without a hub; written only when it says something else.
    fn keep(&mut self, kept: Kept) {
        if kept == self.kept {
            return;
        }
        if kept.service_pin != self.kept.service_pin {
            self.new_pin();
        }
        if let Err(error) = self.store.keep_facts(&kept) {
            tracing::error!(%error, "what the hub says of the hall could not be kept");
            self.disk.failed(&error);
        }
        self.kept = kept;
    }

    fn reported(&mut self, report: &Report, done: Result<TicketStage, NoAnswer>, now: Now) {
        let ticket = report.ticket;
        let written = match done {
            Ok(stage) => self.store.delivered(report.seq, stage.entry),
            // Between two service days there is no queue to put it into.
            Err(NoAnswer::Refused(problem)) if problem.code == DAY_SHUT => return self.errands.postponed(now.ms),
            Err(NoAnswer::Refused(problem)) => {
                let code = &problem.code;
                tracing::error!(%ticket, code, "the hub refuses the printed ticket {ticket}: {code}");
                self.store.refused(report.seq, code)
            }
            Err(error) => return self.lost(&error, now),
        };
        match written {
            Ok(()) => self.errands.done(),
            Err(error) => {
                // It is sent again with the same command id, which changes nothing at the hub.
                tracing::error!(%error, %ticket, "it could not be written down that the hub has ticket {ticket}");
                self.errands.failed(now.ms);
            }
        }
    }

    pub(super) fn run_errands(&mut self, now: Now) {
        let reports = self.reports();
        let Some(errand) = self.errands.next(now.ms, reports) else { return };
        let request = match errand {
            Errand::Home => {
                self.bench.asked_ms = now.ms;
                Some(Request::Home { journal: self.journal })
            }
            Errand::Catalogue(lang) => Some(Request::Catalogue(lang)),
            Errand::Report => match self.store.next_report() {
                Ok(report) => report.map(|report| Request::Report { report, sent_at: now.at }),
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read");
                    None
                }
            },
        };
        let sent = request.is_some_and(|request| self.ask(request).is_ok());
        if !sent {
            self.errands.failed(now.ms);
        }
    }
}
