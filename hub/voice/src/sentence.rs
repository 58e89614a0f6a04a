//! A sentence of the catalogue as recordings and blanks: the one place that knows how a key becomes clip names.
//!
//! Planner and generator both ask here, so what is planned is what is recorded. A piece without a letter or digit (a
//! dash, an arrow, a full stop) has no recording.

use crate::{Tongue, numbers::Form};
use words::{Plural, Sentence};

/// A stretch of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A recording.
    Spoken {
        /// Its name.
        id: String,
        /// What it says.
        text: &'a str,
    },
    /// A blank to fill.
    Blank {
        /// Its name in the catalogue.
        name: &'a str,
        /// How a number stands there.
        form: Form,
    },
}

/// The pieces of a sentence in the form for a count, or in its only form. `None` for a key the catalogue lacks.
pub fn pieces(tongue: Tongue, key: &str, count: Option<u64>) -> Option<Vec<Piece<'static>>> {
    let lang = tongue.lang();
    Some(match words::sentence(lang, key)? {
        Sentence::Plain(text) => cut(tongue, key, text),
        counted @ Sentence::Counted(_) => {
            let plural = lang.plural(count.unwrap_or(0));
            cut(tongue, &format!("{key}#{}", plural_name(plural)), counted.form(plural))
        }
    })
}

/// The pieces of every form of a sentence.
pub fn all_pieces(tongue: Tongue, key: &str, sentence: &'static Sentence) -> Vec<Piece<'static>> {
    match sentence {
        Sentence::Plain(text) => cut(tongue, key, text),
        Sentence::Counted(forms) => {
            let of_form = |(plural, text): (&Plural, &'static String)| {
                cut(tongue, &format!("{key}#{}", plural_name(*plural)), text)
            };
            forms.iter().flat_map(of_form).collect()
        }
    }
}

fn cut<'a>(tongue: Tongue, name: &str, sentence: &'a str) -> Vec<Piece<'a>> {
    if !sentence.contains('{') {
        return vec![Piece::Spoken { id: name.to_owned(), text: sentence }];
    }
    let separator = if name.contains('#') { '.' } else { '#' };
    let mut pieces = vec![];
    let mut spoken = 0;
    for (at, stretch) in sentence.split('{').enumerate() {
        let (blank, text) = if at == 0 { ("", stretch) } else { stretch.split_once('}').unwrap_or((stretch, "")) };
        if !blank.is_empty() {
            pieces.push(Piece::Blank { name: blank, form: form(tongue, text) });
        }
        if text.contains(char::is_alphanumeric) {
            pieces.push(Piece::Spoken { id: format!("{name}{separator}{spoken}"), text });
            spoken += 1;
        }
    }
    pieces
}

/// How a number stands before what follows. Uzbek and Karakalpak write an ordinal with a hyphen, `5-oyna`; in Russian
/// minutes, seconds and thousands are feminine.
pub(crate) fn form(tongue: Tongue, after: &str) -> Form {
    let hyphened = after.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let feminine = ["минут", "секунд", "тысяч"].iter().any(|stem| after.trim_start().starts_with(stem));
    match tongue {
        Tongue::Uz | Tongue::Kaa if hyphened => Form::Ordinal,
        Tongue::Ru if feminine => Form::Feminine,
        Tongue::Uz | Tongue::Kaa | Tongue::Ru | Tongue::En => Form::Cardinal,
    }
}

fn plural_name(plural: Plural) -> &'static str {
    match plural {
        Plural::One => "one",
        Plural::Few => "few",
        Plural::Many => "many",
        Plural::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(id: &str, text: &'static str) -> Piece<'static> {
        Piece::Spoken { id: id.to_owned(), text }
    }

    fn blank(name: &'static str, form: Form) -> Piece<'static> {
        Piece::Blank { name, form }
    }

    #[test]
    fn a_plain_sentence_is_one_recording() {
        let pieces = pieces(Tongue::Uz, "kiosk.categories.title", None).unwrap();
        assert_eq!(pieces, [spoken("kiosk.categories.title", "Qaysi masala bilan keldingiz?")]);
    }

    #[test]
    fn a_hyphen_after_a_blank_asks_for_an_ordinal() {
        let expected = [
            spoken("a.b#0", "Chipta "),
            blank("ticket", Form::Cardinal),
            blank("counter", Form::Ordinal),
            spoken("a.b#1", "-oynaga marhamat."),
        ];
        let cut_up = cut(Tongue::Uz, "a.b", "Chipta {ticket}, {counter}-oynaga marhamat.");
        assert_eq!(cut_up, expected);
        assert_eq!(cut(Tongue::Ru, "a", "{n}-"), [blank("n", Form::Cardinal)]);
    }

    #[test]
    fn a_counted_sentence_has_a_recording_for_each_form() {
        let pieces = pieces(Tongue::Ru, "kiosk.number.ahead", Some(3)).unwrap();
        let expected = [
            spoken("kiosk.number.ahead#few.0", "Перед вами "),
            blank("n", Form::Cardinal),
            spoken("kiosk.number.ahead#few.1", " человека"),
        ];
        assert_eq!(pieces, expected);
        assert_eq!(cut(Tongue::Ru, "a#few", "через {n} минуты")[1], blank("n", Form::Feminine));
    }
}
