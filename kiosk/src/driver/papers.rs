//! The driver's half between a number and its paper: sends it to the printer, or shows it, and hears what came of it.

use super::{Driver, Now, View};
use crate::{
    paper::paper_text,
    printer::{Job, Word},
    session::{Attempt, Event, Fault, News, NotAssigned, Slip},
};
use jiff::Timestamp;
use uuid::Uuid;

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn print(&mut self, attempt: Attempt, slip: &Slip, now: Now) -> Option<News> {
        let ticket = slip.ticket;
        if let Err(error) = self.store.printing(ticket) {
            tracing::error!(%error, %ticket, "ticket {ticket} may not be printed: it could not be written down");
            self.disk.failed(&error);
            return Some(News::NotPrinted { attempt, fault: Fault::Silent });
        }
        let address = self.ports.pages.address(slip, self.known(), self.best_time(now));
        let job = Job { attempt, ticket, text: paper_text(slip, &self.book, address, self.time.time(now)) };
        match self.ports.printer.try_send(job.into()) {
            Ok(()) => {
                self.cabinet.reviver.sent();
                None
            }
            Err(_) => {
                self.not_printed(ticket);
                Some(News::NotPrinted { attempt, fault: Fault::Silent })
            }
        }
    }

    /// A number on the screen is as good as one on paper: the visitor has seen it, so it counts. What the printer says of it
    /// later changes nothing.
    pub(super) fn show_number(&mut self, attempt: Attempt, slip: &Slip, now: Now) -> News {
        let (ticket, command) = (slip.ticket, (self.ports.identity)(now.at));
        self.page = self.ports.pages.address(slip, self.known(), self.best_time(now));
        let written = self.store.shown(ticket, command, now.at);
        match written {
            Ok(()) => {
                tracing::info!(%ticket, "ticket {ticket} is on the screen: the printer cannot print");
                News::Printed { attempt }
            }
            Err(error) => {
                tracing::error!(%error, %ticket, "ticket {ticket} may not be shown: it could not be written down");
                self.disk.failed(&error);
                self.not_printed(ticket);
                News::NotAssigned { attempt, why: NotAssigned::NotRecorded }
            }
        }
    }

    /// For what has to have a time: the kiosk's own if nobody knows better.
    pub(super) fn best_time(&self, now: Now) -> Timestamp {
        self.time.time(now).unwrap_or(now.at)
    }

    /// Its number may be in somebody's hand: whatever comes now, the hub is told of it.
    fn counts(&mut self, ticket: Uuid, now: Now) {
        let command = (self.ports.identity)(now.at);
        self.unrecorded.push((ticket, command, now.at));
        self.record_late();
    }

    pub(super) fn printer_says(&mut self, word: Word, now: Now) {
        self.cabinet.reviver.heard(now.ms, &word);
        let news = match word {
            Word::Is(condition) => News::Printer(condition),
            Word::Printed(job) => {
                self.counts(job.ticket, now);
                tracing::info!(ticket = %job.ticket, "ticket {} is on paper", job.ticket);
                News::Printed { attempt: job.attempt }
            }
            Word::Doubtful(job, fault) => {
                self.counts(job.ticket, now);
                tracing::warn!(ticket = %job.ticket, ?fault, "ticket {} may be on paper and counts: {fault:?}", job.ticket);
                self.page.clone_from(&job.text.address);
                News::Doubtful { attempt: job.attempt, fault }
            }
            Word::NotPrinted(job, fault) => {
                tracing::warn!(ticket = %job.ticket, ?fault, "ticket {} is not on paper: {fault:?}", job.ticket);
                self.not_printed(job.ticket);
                News::NotPrinted { attempt: job.attempt, fault }
            }
            Word::SheetPrinted(sheet) => match self.sheet_is_out(sheet, now) {
                Some(news) => news,
                None => return,
            },
            Word::SheetNotPrinted(sheet, fault) => match self.sheet_is_not_out(sheet, fault) {
                Some(news) => news,
                None => return,
            },
        };
        self.run(Event::News(news), now);
    }
}
