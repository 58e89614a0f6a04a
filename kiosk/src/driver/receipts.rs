//! The driver's half that prints what an applicant takes home: the receipt, and a slip with how the application stands.
//!
//! A receipt says what was filed and nothing of what was written: it lies about, and whoever finds it must learn nothing.
//! Nothing is written down for it, because the hub has the application; the number on the screen is as good.

use super::{Driver, Now, View, sheets::SheetFor};
use crate::{
    facts, figures,
    paper::{self, Piece},
    session::{Attempt, Fault, Filed, News, Progress},
};
use jiff::{Timestamp, civil::Date, tz};
use wire::layout::{Align, BlockSize, Weight};
use words::Lang;

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn print_receipt(&mut self, attempt: Attempt, filed: &Filed, now: Now) -> Option<News> {
        let mut pieces = Vec::new();
        if self.receipt_out == Some(attempt) {
            pieces.push(Piece::Mark { text: paper::copy_mark(filed.language) });
        }
        pieces.extend(self.receipt(filed));
        self.print_sheet(SheetFor::Receipt(attempt), pieces, now)
    }

    /// Where a phone asks what became of it.
    pub(super) fn application_page(&self, number: &str) -> String {
        self.ports.pages.application(number)
    }

    pub(super) fn print_progress(&mut self, progress: &Progress, now: Now) -> Option<News> {
        let (lang, seen) = (progress.language, &progress.seen);
        let say = |key| words::say(lang, key);
        let mut pieces = vec![Piece::line(self.book.hall(lang)), Piece::Rule];
        pieces.push(Piece::line(say("paper.receipt.number")));
        pieces.push(large(&seen.number));
        pieces.push(Piece::title(self.book.service_name(&seen.service, lang)));
        if let Some(registered) = &seen.registration {
            let date = registered.date.parse::<Date>().map(|date| figures::long_date(date, lang));
            pieces.push(Piece::Rule);
            pieces.push(Piece::line(say("paper.receipt.registered")));
            pieces.push(Piece::title(registered.number.clone()));
            pieces.extend(date.ok().map(Piece::line));
        }
        pieces.push(Piece::Rule);
        for step in &seen.steps {
            let when =
                step.at.parse::<Timestamp>().map(|at| tz::offset(5).to_datetime(at).strftime("%d.%m.%Y").to_string());
            pieces.push(Piece::Pair {
                text: facts::status(&step.status, lang),
                aside: when.unwrap_or_default(),
                weight: Weight::Regular,
            });
        }
        pieces.extend(due_lines(seen.due.as_deref().and_then(|due| due.parse().ok()), lang));
        pieces.push(Piece::Code { address: self.application_page(&seen.number), align: Align::Center });
        self.print_sheet(SheetFor::Progress, pieces, now)
    }

    fn receipt(&self, filed: &Filed) -> Vec<Piece> {
        let lang = filed.language;
        let say = |key| words::say(lang, key);
        let mut pieces = vec![
            Piece::line(self.book.hall(lang)),
            Piece::Rule,
            Piece::line(say("paper.receipt.filed")),
            Piece::title(self.book.service_name(&filed.service, lang)),
        ];
        pieces.extend(filed.filed_at.parse().ok().map(|at| Piece::line(paper::date_and_time(at))));
        pieces.extend([Piece::Rule, Piece::line(say("paper.receipt.number")), large(&filed.number)]);
        pieces.extend(due_lines(filed.due, lang));
        pieces.push(Piece::Rule);
        pieces.push(Piece::line(say("paper.receipt.ask")));
        pieces.push(Piece::Code { address: self.application_page(&filed.number), align: Align::Center });
        let documents = self.book.service(&filed.service, lang).map(|(_, service)| service.documents.as_slice());
        let documents = documents.unwrap_or_default();
        if !documents.is_empty() {
            pieces.extend([Piece::Rule, Piece::line(say("paper.receipt.bring"))]);
            pieces.extend(documents.iter().map(|document| Piece::Item { text: document.name.clone() }));
        }
        pieces
    }

    pub(super) fn receipt_is_out(&mut self, attempt: Attempt) -> News {
        self.receipt_out = Some(attempt);
        News::ReceiptPrinted { attempt, done: Ok(()) }
    }
}

/// What became of a receipt that is not on paper.
pub(super) fn receipt_is_not_out(attempt: Attempt, fault: Fault) -> News {
    News::ReceiptPrinted { attempt, done: Err(fault) }
}

fn due_lines(due: Option<Date>, lang: Lang) -> Vec<Piece> {
    let Some(due) = due else { return Vec::new() };
    vec![Piece::line(words::say(lang, "paper.receipt.due")), Piece::title(figures::long_date(due, lang))]
}

fn large(number: &str) -> Piece {
    Piece::Line { text: number.to_owned(), size: BlockSize::Huge, weight: Weight::Bold, align: Align::Center }
}
