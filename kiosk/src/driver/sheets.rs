//! The driver's half that prints what is no ticket: a copy of a paper that is out, the list of what to bring, what a
//! technician wants on paper.
//!
//! Nothing is written down for them, because nothing depends on them: a copy has its ticket's number and identity, and a
//! list has neither. They go in between tickets; a printer that is busy says so at once.

use super::{Driver, Now, View, receipts};
use crate::{
    checkup::Sheet,
    facts,
    paper::{self, Edition, Piece, paper_text},
    printer::SheetJob,
    session::{Attempt, Fault, Found, News, ReportOnPaper, Slip, Wish},
};
use uuid::Uuid;

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SheetFor {
    /// A copy of this attempt's ticket.
    Copy(Attempt, Uuid),
    /// What to bring.
    List,
    /// The receipt of an application.
    Receipt(Attempt),
    /// How an application stands.
    Progress,
    /// A technician's test.
    Test,
    /// A technician's report.
    Report,
}

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn print_copy(&mut self, attempt: Attempt, slip: &Slip, now: Now) -> Option<News> {
        let address = self.ports.pages.address(slip, self.known(), self.best_time(now));
        let mut text = paper_text(slip, &self.book, address, self.time.time(now));
        text.edition = Edition::Copy;
        self.print_sheet(SheetFor::Copy(attempt, slip.ticket), paper::ticket(&text, &text.layout), now)
    }

    pub(super) fn print_list(&mut self, wish: &Wish, now: Now) -> Option<News> {
        let lang = wish.language;
        let Some((_, service)) = self.book.service(&wish.service, lang) else {
            return Some(News::ListNotPrinted(Fault::Silent));
        };
        let mut pieces = vec![Piece::line(self.book.hall(lang)), Piece::Rule, Piece::title(service.name.clone())];
        pieces.push(Piece::line(words::say(lang, "kiosk.about.documents")));
        pieces.extend(service.documents.iter().map(|document| Piece::Item { text: document.name.clone() }));
        pieces.push(Piece::Rule);
        let facts = facts::of_service(service, lang);
        pieces.extend(facts.iter().map(|fact| Piece::line(format!("{}: {}", fact.label, fact.text))));
        self.print_sheet(SheetFor::List, pieces, now)
    }

    pub(super) fn print_sheet(&mut self, what: SheetFor, pieces: Vec<Piece>, now: Now) -> Option<News> {
        let sheet = (self.ports.identity)(now.at);
        match self.ports.printer.try_send(SheetJob { sheet, pieces }.into()) {
            Ok(()) => {
                self.sheets.insert(sheet, what);
                None
            }
            Err(_) => Some(not_out(what, Fault::Silent)),
        }
    }

    pub(super) fn sheet_is_out(&mut self, sheet: Uuid, now: Now) -> Option<News> {
        match self.sheets.remove(&sheet)? {
            SheetFor::Copy(attempt, ticket) => {
                tracing::info!(%ticket, "a copy of ticket {ticket} is on paper");
                self.copied(ticket, now);
                Some(News::Printed { attempt })
            }
            SheetFor::List => Some(News::ListPrinted),
            SheetFor::Receipt(attempt) => Some(self.receipt_is_out(attempt)),
            SheetFor::Progress => Some(News::ProgressPrinted(Ok(()))),
            SheetFor::Test => Some(News::Found(Found::Sheet(Sheet::Out))),
            SheetFor::Report => Some(News::Reported(ReportOnPaper::Out)),
        }
    }

    pub(super) fn sheet_is_not_out(&mut self, sheet: Uuid, fault: Fault) -> Option<News> {
        tracing::warn!(%sheet, ?fault, "sheet {sheet} is not on paper: {fault:?}");
        self.sheets.remove(&sheet).map(|what| not_out(what, fault))
    }
}

fn not_out(what: SheetFor, fault: Fault) -> News {
    match what {
        SheetFor::Copy(attempt, _) => News::NotPrinted { attempt, fault },
        SheetFor::List => News::ListNotPrinted(fault),
        SheetFor::Receipt(attempt) => receipts::receipt_is_not_out(attempt, fault),
        SheetFor::Progress => News::ProgressPrinted(Err(fault)),
        SheetFor::Test => News::Found(Found::Sheet(Sheet::NotOut(fault))),
        SheetFor::Report => News::Reported(ReportOnPaper::Failed(fault)),
    }
}
