//! "What became of my application": its number, the last four digits of the phone, then steps and dates.
//!
//! A mistyped number is told at once by its check digit, before anybody is asked. Deliberately absent: whether it exists;
//! the hub alone knows, and counts how often somebody asks.

use super::{
    private::Private,
    screen::Attempt,
    typing::Stroke,
    wish::{Fault, ListOnPaper},
};
use hhx::number::Number;
use serde::Serialize;
use std::sync::Arc;
use wire::{applications::ApplicationSeen, problem::Problem};
use words::Lang;

/// The digits of the longest number, and of the end of a phone's.
const NUMBER_DIGITS_MAX: usize = 12;
const TAIL_DIGITS: usize = 4;
/// What follows the hub's life in a number: six digits and one that checks them.
const SERIAL_DIGITS: usize = 7;

/// Somebody asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The visitor's language.
    pub language: Lang,
    /// What is typed now.
    pub part: QuestionPart,
    /// The digits of the number.
    pub number: Private,
    /// The last digits of the phone.
    pub tail: Private,
    /// What is to be said beside it.
    pub note: Note,
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionPart {
    /// The number on the paper.
    Number,
    /// The last four digits of the phone.
    Tail,
}

/// What is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// Nothing.
    None,
    /// There is no such number: a digit is wrong.
    Mistyped,
    /// Four digits are needed.
    Short,
    /// The hub is asked.
    Asking(Attempt),
    /// The hub does not answer.
    Away,
    /// The hall's answer, in the visitor's language.
    Refused(Problem),
}

/// What became of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The visitor's language.
    pub language: Lang,
    /// Steps and dates.
    #[serde(skip)]
    pub seen: Arc<ApplicationSeen>,
    /// Whether it is on paper.
    pub slip: ListOnPaper,
}

/// What the hub says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// This.
    Seen(Arc<ApplicationSeen>),
    /// No, and why.
    Refused(Problem),
    /// Nothing.
    Away,
}

impl Question {
    /// Nothing is typed yet.
    pub fn new(language: Lang) -> Question {
        let (number, tail) = Default::default();
        Question { language, part: QuestionPart::Number, number, tail, note: Note::None }
    }

    /// A key.
    pub(super) fn press(&mut self, stroke: &Stroke) {
        if matches!(self.note, Note::Asking(_)) {
            return;
        }
        let (line, most) = match self.part {
            QuestionPart::Number => (&mut self.number, NUMBER_DIGITS_MAX),
            QuestionPart::Tail => (&mut self.tail, TAIL_DIGITS),
        };
        match stroke {
            Stroke::Letters(letters) => {
                let digits = letters.chars().all(|letter| letter.is_ascii_digit());
                if digits && line.count() + letters.len() <= most {
                    line.push(letters);
                }
            }
            Stroke::Erase => line.pop(),
            Stroke::Space | Stroke::Script(_) | Stroke::Shift | Stroke::NewLine => {}
        }
        self.note = Note::None;
    }

    /// Goes on; whether the hub is to be asked now.
    pub(super) fn next(&mut self) -> Asked {
        match (self.part, &self.note) {
            (_, Note::Asking(_)) => {}
            (QuestionPart::Number, _) => {
                (self.part, self.note) = match self.number.expose().parse::<Number>() {
                    Ok(_) => (QuestionPart::Tail, Note::None),
                    Err(_) => (QuestionPart::Number, Note::Mistyped),
                }
            }
            (QuestionPart::Tail, _) if self.tail.count() == TAIL_DIGITS => return Asked::Now,
            (QuestionPart::Tail, _) => self.note = Note::Short,
        }
        Asked::NotYet
    }

    /// The number as it stands on the paper, as far as it is typed: `1-000174-6`.
    pub fn number_shown(&self) -> String {
        let digits = self.number.expose();
        // The hub's life stands before the rest, and is one digit for years.
        let life = digits.len().saturating_sub(SERIAL_DIGITS).max(1);
        let groups = [digits.get(..life), digits.get(life..life + 6), digits.get(life + 6..)];
        match groups {
            [Some(life), Some(serial), Some("")] => format!("{life}-{serial}"),
            [Some(life), Some(serial), Some(check)] => format!("{life}-{serial}-{check}"),
            _ if digits.len() > 1 => format!("{}-{}", &digits[..1], &digits[1..]),
            _ => digits.to_owned(),
        }
    }
}

/// Whether the hub is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// With these digits.
    Now,
    /// Something is missing.
    NotYet,
}

impl Progress {
    /// What the hub said.
    pub fn new(language: Lang, seen: Arc<ApplicationSeen>) -> Progress {
        Progress { language, seen, slip: ListOnPaper::Offered }
    }

    /// What became of the slip.
    pub(super) fn printed(&mut self, done: Result<(), Fault>) {
        if self.slip == ListOnPaper::Printing {
            self.slip = done.map_or_else(ListOnPaper::Failed, |()| ListOnPaper::Out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> Question {
        let mut question = Question::new(Lang::Ru);
        digits.chars().for_each(|digit| question.press(&Stroke::Letters(digit.to_string())));
        question
    }

    #[test]
    fn a_number_is_read_as_it_stands_on_the_paper() {
        let number = Number::new(1, 174).unwrap().to_string();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(typed(&digits).number_shown(), number);
        let shown: Vec<String> = ["", "1", "12", "1000174"].iter().map(|digits| typed(digits).number_shown()).collect();
        assert_eq!(shown, ["", "1", "1-2", "1-000174"]);
    }

    #[test]
    fn a_wrong_digit_is_told_before_anybody_is_asked() {
        let number = Number::new(1, 174).unwrap().to_string();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let mut wrong = typed(&format!("2{}", &digits[1..]));
        assert_eq!((wrong.next(), wrong.part, &wrong.note), (Asked::NotYet, QuestionPart::Number, &Note::Mistyped));
        let mut right = typed(&digits);
        assert_eq!((right.next(), right.part), (Asked::NotYet, QuestionPart::Tail));
        right.press(&Stroke::Letters("4".to_owned()));
        assert_eq!((right.next(), &right.note), (Asked::NotYet, &Note::Short));
        (0..9).for_each(|_| right.press(&Stroke::Letters("7".to_owned())));
        assert_eq!((right.next(), right.tail.expose()), (Asked::Now, "4777"));
    }
}
