//! What stands on a ticket, in the visitor's language, with the official name in Uzbek below when that differs.

use crate::{book::Book, figures, session::Slip};
use jiff::{Timestamp, tz};
use words::Lang;

/// The lines of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperText {
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
    /// Date and time.
    pub when: String,
    /// What the code is for.
    pub scan: String,
    /// What to do now.
    pub foot: String,
    /// The address in the code.
    pub address: String,
}

/// Writes a ticket's lines.
pub fn paper_text(slip: &Slip, book: &Book, address: String, at: Timestamp) -> PaperText {
    let lang = slip.wish.language;
    let service = book.service_name(&slip.wish.service, lang);
    let official = book.service_name(&slip.wish.service, Lang::UzLatn);
    let place = figures::on_paper(&slip.told, lang);
    PaperText {
        hall: book.hall(lang),
        label: words::say(lang, "paper.ticket.label").to_owned(),
        number: slip.number.clone(),
        official: if official == service { String::new() } else { official },
        service,
        ahead: place.ahead,
        wait: place.wait,
        when: tz::offset(5).to_datetime(at).strftime("%d.%m.%Y  %H:%M").to_string(),
        scan: words::say(lang, "paper.ticket.scan").to_owned(),
        foot: words::say(lang, "paper.ticket.foot").to_owned(),
        address,
    }
}

impl PaperText {
    /// Every line that is not empty, from above.
    pub fn lines(&self) -> Vec<&str> {
        [
            &self.hall,
            &self.label,
            &self.number,
            &self.service,
            &self.official,
            &self.ahead,
            &self.wait,
            &self.when,
            &self.address,
            &self.scan,
            &self.foot,
        ]
        .into_iter()
        .map(String::as_str)
        .filter(|line| !line.is_empty())
        .collect()
    }
}
