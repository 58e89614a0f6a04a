//! What stands on a ticket, in the visitor's language, with the official name in Uzbek below when that differs.

use super::{Piece, lay};
use crate::{
    book::Book,
    figures,
    session::{Slip, Told},
};
use jiff::{Timestamp, tz};
use std::sync::Arc;
use wire::layout::TicketLayout;
use words::Lang;

/// The words of one ticket, and how its hall wants them laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperText {
    /// The visitor's language.
    pub language: Lang,
    /// Whether this is the first paper with this number.
    pub edition: Edition,
    /// The hall.
    pub hall: String,
    /// "Ticket number".
    pub label: String,
    /// The number.
    pub number: String,
    /// The service in the visitor's language.
    pub service: String,
    /// The service in Uzbek for the clerk; empty if the visitor reads Uzbek in Latin script.
    pub official: String,
    /// How many are before; empty if unknown.
    pub ahead: String,
    /// How long it may take; empty if unknown.
    pub wait: String,
    /// That the hub had no part in it; empty if it had.
    pub alone: String,
    /// Date and time, or that nobody knows them.
    pub when: String,
    /// What the code is for.
    pub scan: String,
    /// What to do now.
    pub foot: String,
    /// What a copy is marked with.
    pub copy: String,
    /// What the code says.
    pub address: String,
    /// The layout.
    pub layout: Arc<TicketLayout>,
}

/// Papers with one number: one of them is the ticket, all others say that they are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Nothing of this ticket was printed before.
    Original,
    /// A paper with this number, whole or half, may be about: this one is marked.
    Copy,
}

/// Writes a ticket's words. Nobody may know what time it is: then the paper says that instead of a wrong one.
pub fn paper_text(slip: &Slip, book: &Book, address: String, at: impl Into<Option<Timestamp>>) -> PaperText {
    let lang = slip.wish.language;
    let say = |key| words::say(lang, key).to_owned();
    let service = book.service_name(&slip.wish.service, lang);
    let official = book.service_name(&slip.wish.service, Lang::UzLatn);
    let place = figures::on_paper(&slip.told, lang);
    PaperText {
        language: lang,
        edition: Edition::Original,
        hall: book.hall(lang),
        label: say("paper.ticket.label"),
        number: slip.number.clone(),
        official: if official == service { String::new() } else { official },
        service,
        ahead: place.ahead,
        wait: place.wait,
        alone: if slip.told == Told::Unseen { say("paper.ticket.alone") } else { String::new() },
        when: at.into().map_or_else(|| say("paper.ticket.no-time"), date_and_time),
        scan: say("paper.ticket.scan"),
        foot: say("paper.ticket.foot"),
        copy: copy_mark(lang),
        address,
        layout: book.layout(),
    }
}

/// A moment in Asia/Tashkent as it stands on paper.
pub fn date_and_time(at: Timestamp) -> String {
    tz::offset(5).to_datetime(at).strftime("%d.%m.%Y  %H:%M").to_string()
}

/// The mark of a copy, for the visitor and for the clerk.
pub fn copy_mark(lang: Lang) -> String {
    let clerk = if lang == Lang::Ru { Lang::UzLatn } else { Lang::Ru };
    let copy = |lang| words::say(lang, "paper.ticket.copy");
    format!("{} / {}", copy(lang), copy(clerk))
}

impl PaperText {
    /// The ticket's pieces from above.
    pub fn pieces(&self) -> Vec<Piece> {
        lay::ticket(self, &self.layout)
    }
}
