//! The driver's half that talks to the hub: what an answer means, and what to ask next.

use super::{Driver, Link, Now, View, errands::Errand};
use crate::{
    book::Changed,
    net::{Reply, Request},
    session::{Answer, Event, News},
    store::{Meeting, Report},
};
use std::sync::Arc;
use wire::{client::NoAnswer, kiosk::KioskHome};

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn replied(&mut self, reply: Reply, now: Now) {
        match reply {
            Reply::Offer(wish, told) => self.run(Event::News(News::Offered { wish, told }), now),
            Reply::Take(attempt, answer) => {
                if matches!(answer, Answer::Taken(_) | Answer::Refused(_)) {
                    self.errands.heard(now.ms);
                }
                self.run(Event::News(News::Answered { attempt, answer }), now);
            }
            Reply::Home(Ok(home)) => self.met(&home, now),
            Reply::Catalogue(lang, Ok(page)) => {
                if let Err(error) = self.store.keep_catalogue(lang, &page, now.at) {
                    tracing::error!(%error, "the catalogue could not be kept");
                }
                self.errands.done();
                if Arc::make_mut(&mut self.book).put(lang, page) == Changed::Yes && self.has_services() {
                    self.run(Event::News(News::Catalogue), now);
                }
            }
            Reply::Report(report, done) => self.reported(&report, done, now),
            Reply::Home(Err(error)) | Reply::Catalogue(_, Err(error)) => self.lost(&error, now),
        }
    }

    fn lost(&mut self, error: &NoAnswer, now: Now) {
        if self.errands.link() == Link::Up {
            tracing::warn!(%error, "the hub does not answer; the kiosk works alone");
        }
        self.errands.failed(now.ms);
    }

    fn met(&mut self, home: &KioskHome, now: Now) {
        match self.store.meet(home, now.at) {
            Ok(Meeting::Known) => {
                if self.errands.link() == Link::Down {
                    tracing::info!(epoch = home.epoch, "the hub answers");
                }
                self.errands.met(now.ms);
            }
            Ok(Meeting::NewEpoch { again }) => {
                tracing::warn!(epoch = home.epoch, again, "the hub has a new epoch: {again} tickets are offered again");
                self.errands.met(now.ms);
                self.errands.renew_catalogue(now.ms);
            }
            Ok(Meeting::Fenced { offered, known }) => {
                tracing::error!(offered, known, "a hub of an older epoch answers; it is not believed");
                self.errands.failed(now.ms);
            }
            Err(error) => {
                tracing::error!(%error, "what the hub said could not be written down");
                self.errands.failed(now.ms);
            }
        }
    }

    fn reported(&mut self, report: &Report, done: Result<(), NoAnswer>, now: Now) {
        let ticket = report.ticket;
        let written = match done {
            Ok(()) => self.store.delivered(report.seq),
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
            Errand::Home => Some(Request::Home),
            Errand::Catalogue(lang) => Some(Request::Catalogue(lang)),
            Errand::Report => match self.store.next_report() {
                Ok(report) => report.map(|report| Request::Report { report, sent_at: now.at }),
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read");
                    None
                }
            },
        };
        let sent = request.is_some_and(|request| self.ports.hub.try_send(request).is_ok());
        if !sent {
            self.errands.failed(now.ms);
        }
    }
}
