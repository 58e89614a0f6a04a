//! A form as it is read back: before it is sent, on the receipt, at the counter and at the office.
//!
//! Who reads decides how much: the person sees everything, everybody else sees masks. A mask never shows more than the
//! last two digits of a number.

use crate::{
    answer::{Address, Answer, Answers, Attached},
    form::{Choice, Field, FieldId, Form, Kind, Sensitivity},
    places, plain,
};
use std::fmt;
use words::Lang;

/// What stands for a hidden letter.
const MASK: char = '•';
/// Bytes of a kilobyte as people count files.
const KILOBYTE: u64 = 1024;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// The person, or who works on the application.
    Own,
    /// Anybody: a paper that lies about, a screen behind which people stand.
    Others,
}

/// One line of a summary.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The field.
    pub field: FieldId,
    /// What was asked.
    pub label: String,
    /// What is written.
    pub shown: String,
}

/// Says which field, and not what is in it.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({})", self.field)
    }
}

/// Reads a form back, field by field; what stayed empty is left out.
pub fn summary(form: &Form, answers: &Answers, (lang, eyes): (Lang, Eyes)) -> Vec<Line> {
    let line = |field: &Field| {
        let answer = answers.get(field.id.as_str())?;
        let shown = match eyes {
            Eyes::Own => shown(field, answer, lang),
            Eyes::Others => masked(field, answer, lang),
        };
        Some(Line { field: field.id.clone(), label: field.label(lang).to_owned(), shown })
    };
    form.fields.iter().filter_map(line).collect()
}

fn shown(field: &Field, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Text(text) => match &field.kind {
            Kind::Phone => plain::phone_shown(text),
            Kind::Date { .. } => plain::day(text).map_or_else(|| text.clone(), plain::day_shown),
            Kind::Number { .. } => plain::number_shown(text, lang),
            Kind::Select { options } => option_name(options, text, lang).to_owned(),
            _ => text.clone(),
        },
        Answer::Address(address) => address_shown(address, lang),
        Answer::Files(files) => files.iter().map(|file| file_shown(file, lang)).collect::<Vec<_>>().join("\n"),
        Answer::Agreed(_) => words::say(lang, "form.summary.agreed").to_owned(),
    }
}

fn masked(field: &Field, answer: &Answer, lang: Lang) -> String {
    match (field.sensitivity, answer) {
        (Sensitivity::Open, _) | (_, Answer::Agreed(_)) => shown(field, answer, lang),
        (Sensitivity::Special, _) => hidden(3),
        (Sensitivity::Personal, Answer::Address(address)) => district_shown(address, lang),
        (Sensitivity::Personal, Answer::Files(files)) => hidden(files.len().min(3)),
        (Sensitivity::Personal, Answer::Text(text)) => match &field.kind {
            Kind::Pinfl => ends(text, 1, 1),
            Kind::IdDocument => ends(text, 2, 2),
            Kind::Phone => format!("+998 {0} {0}{1} {0} {2}", hidden(2), MASK, last(text, 2)),
            Kind::Date { .. } => format!("{0}.{0}.{1}", hidden(2), hidden(4)),
            _ => text
                .split_whitespace()
                .map(|word| format!("{}{}", first(word, 1), hidden(3)))
                .collect::<Vec<_>>()
                .join(" "),
        },
    }
}

/// The first and last letters, and as many signs between them as there are letters.
fn ends(text: &str, head: usize, tail: usize) -> String {
    let between = text.chars().count().saturating_sub(head + tail);
    if between == 0 { hidden(3) } else { format!("{}{}{}", first(text, head), hidden(between), last(text, tail)) }
}

fn first(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

fn last(text: &str, letters: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(letters)).collect()
}

fn hidden(letters: usize) -> String {
    std::iter::repeat_n(MASK, letters).collect()
}

fn option_name<'a>(options: &'a [Choice], code: &'a str, lang: Lang) -> &'a str {
    options.iter().find(|option| option.code == code).map_or(code, |option| option.names.get(lang))
}

fn address_shown(address: &Address, lang: Lang) -> String {
    let numbered = |key: &'static str, n: &String| -> Option<String> {
        let bare = n.chars().all(|c| c.is_alphanumeric() || c == '/' || c == '-');
        let written = || if bare { words::fill(lang, key, &[("n", n)]) } else { n.clone() };
        (!n.is_empty()).then(written)
    };
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    let parts = [
        Some(district_shown(address, lang)),
        given(&address.settlement),
        given(&address.street),
        numbered("form.address.house-n", &address.house),
        numbered("form.address.flat-n", &address.flat),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn district_shown(address: &Address, lang: Lang) -> String {
    match places::district(&address.district) {
        None if address.elsewhere.is_empty() => words::say(lang, "form.address.another-region").to_owned(),
        None => address.elsewhere.clone(),
        Some(district) => match district.region() {
            Some(region) => format!("{}, {}", region.name(lang), district.name(lang)),
            None => district.name(lang).to_owned(),
        },
    }
}

fn file_shown(file: &Attached, lang: Lang) -> String {
    let size = file.size.div_ceil(KILOBYTE).to_string();
    words::fill(lang, "form.summary.file", &[("name", &file.name), ("size", &size)])
}
