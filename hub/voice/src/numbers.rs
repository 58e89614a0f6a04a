//! Numbers as words: which recordings make 347, and what they say.
//!
//! The words are data of the catalogue (`voice.number.*`), the same parts in every language: 0–19, tens, hundreds and
//! thousands. What differs stays in the data: a hundred or thousand before tens or ones has its own words
//! (`voice.joined.*`: "two hundred and"), a hundred or thousand within a larger number too (`voice.within.*`: "bir yuz"
//! beside "yuz"), and so have one and two before a feminine noun (`voice.feminine.*`: «одна минута»). Ordinals are made of the last word by a rule, and only where the
//! language calls counters by them. Deliberately absent: numbers of five digits, which no ticket, counter or minute has, and
//! ordinals right of every round hundred beyond a thousand ("bir ming bir yuzinchi"), which no counter has.

use crate::Tongue;
use words::Lang;

/// The largest number that can be said.
pub const NUMBER_MAX: u32 = 9_999;

/// What a number stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Alone, or before a masculine noun.
    Cardinal,
    /// Before a feminine noun: minutes in Russian.
    Feminine,
    /// The fifth window, not window five.
    Ordinal,
}

/// The names of a number's recordings, in order. A number that is too large is said digit by digit.
pub fn clips(number: u32, form: Form) -> Vec<String> {
    if number > NUMBER_MAX {
        return number.to_string().bytes().map(|digit| format!("voice.number.{}", digit - b'0')).collect();
    }
    let mut parts = parts(number);
    let last = parts.pop().expect("every number has a last part");
    let mut clips: Vec<String> = parts.into_iter().map(spoken).collect();
    clips.push(match (form, last) {
        (Form::Ordinal, Piece::Plain(n) | Piece::Within(n)) => format!("ordinal.{n}"),
        (Form::Feminine, Piece::Plain(n @ (1 | 2))) => format!("voice.feminine.{n}"),
        (_, piece) => spoken(piece),
    });
    clips
}

/// A number written out. Empty where the language has no such words, which a test excludes.
pub fn words(tongue: Tongue, number: u32, form: Form) -> String {
    let words: Vec<String> = clips(number, form).iter().filter_map(|name| word(tongue, name)).collect();
    words.join(" ")
}

/// What a recording of a number says.
pub fn word(tongue: Tongue, name: &str) -> Option<String> {
    match name.strip_prefix("ordinal.") {
        Some(n) => Some(ordinal(tongue, words::lookup(tongue.lang(), &format!("voice.number.{n}"))?)),
        None => words::lookup(tongue.lang(), name).map(str::to_owned),
    }
}

/// Whether counters and years are called by ordinals, which these languages write as `5-oyna`.
pub fn has_ordinals(lang: Lang) -> bool {
    match lang {
        Lang::UzLatn | Lang::UzCyrl | Lang::Kaa => true,
        Lang::Ru | Lang::En => false,
    }
}

/// Every number that has a recording of its own.
pub fn recorded() -> impl Iterator<Item = u32> {
    (0..20).chain((20..100).step_by(10)).chain((100..1_000).step_by(100)).chain((1_000..10_000).step_by(1_000))
}

/// Every number that has a recording before another part.
pub fn joined() -> impl Iterator<Item = u32> {
    recorded().filter(|n| *n >= 100)
}

#[derive(Clone, Copy)]
enum Piece {
    Plain(u32),
    Joined(u32),
    Within(u32),
}

fn spoken(piece: Piece) -> String {
    match piece {
        Piece::Plain(n) => format!("voice.number.{n}"),
        Piece::Joined(n) => format!("voice.joined.{n}"),
        Piece::Within(n @ (100 | 1_000)) => format!("voice.within.{n}"),
        Piece::Within(n) => format!("voice.number.{n}"),
    }
}

fn parts(number: u32) -> Vec<Piece> {
    let (thousands, hundreds, rest) = (number / 1_000 * 1_000, number % 1_000 / 100 * 100, number % 100);
    let mut parts = vec![];
    match (thousands, hundreds, rest) {
        (0, _, _) => {}
        (_, 0, 0) => parts.push(Piece::Plain(thousands)),
        (_, 0, _) => parts.push(Piece::Joined(thousands)),
        _ => parts.push(Piece::Within(thousands)),
    }
    match (thousands, hundreds, rest) {
        (_, 0, _) => {}
        (0, _, 0) => parts.push(Piece::Plain(hundreds)),
        (_, _, 0) => parts.push(Piece::Within(hundreds)),
        _ => parts.push(Piece::Joined(hundreds)),
    }
    match rest {
        0 if number > 0 => {}
        0..20 => parts.push(Piece::Plain(rest)),
        _ if rest % 10 == 0 => parts.push(Piece::Plain(rest)),
        _ => parts.extend([Piece::Plain(rest / 10 * 10), Piece::Plain(rest % 10)]),
    }
    parts
}

/// The ordinal of a cardinal, by its last word: uz -nchi after a vowel, else -inchi; kaa -nshı, -nshi after a vowel, else
/// -ınshı, -inshi by the harmony of the last vowel. The other two languages call by cardinals.
fn ordinal(tongue: Tongue, cardinal: &str) -> String {
    let vowel = |c: char| "aeiouáıóú".contains(c);
    let after_vowel = cardinal.chars().next_back().is_some_and(vowel);
    let front = cardinal.chars().rev().find(|c| vowel(*c)).is_some_and(|c| "eiáóú".contains(c));
    let ending = match (tongue, after_vowel, front) {
        (Tongue::Uz, true, _) => "nchi",
        (Tongue::Uz, false, _) => "inchi",
        (Tongue::Kaa, true, true) => "nshi",
        (Tongue::Kaa, true, false) => "nshı",
        (Tongue::Kaa, false, true) => "inshi",
        (Tongue::Kaa, false, false) => "ınshı",
        (Tongue::Ru | Tongue::En, _, _) => "",
    };
    format!("{cardinal}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(number: u32, form: Form) -> [String; 4] {
        Tongue::ALL.map(|tongue| words(tongue, number, form))
    }

    #[test]
    fn numbers_are_said_as_each_language_says_them() {
        assert_eq!(all(0, Form::Cardinal), ["nol", "nol", "ноль", "zero"]);
        assert_eq!(all(47, Form::Cardinal), ["qirq yetti", "qırıq jeti", "сорок семь", "forty seven"]);
        assert_eq!(all(100, Form::Cardinal), ["yuz", "júz", "сто", "one hundred"]);
        assert_eq!(
            all(111, Form::Cardinal),
            ["bir yuz oʻn bir", "bir júz on bir", "сто одиннадцать", "one hundred and eleven"]
        );
        assert_eq!(all(2_001, Form::Cardinal)[2..], ["две тысячи один", "two thousand and one"]);
        assert_eq!(all(1_100, Form::Cardinal)[..2], ["bir ming bir yuz", "bir mıń bir júz"]);
        assert_eq!(all(1_000, Form::Cardinal), ["ming", "mıń", "одна тысяча", "one thousand"]);
    }

    #[test]
    fn ordinals_follow_the_last_sound() {
        let said = [1, 2, 5, 10, 20, 47].map(|n| [Tongue::Uz, Tongue::Kaa].map(|t| words(t, n, Form::Ordinal)));
        assert_eq!(said[0], ["birinchi", "birinshi"]);
        assert_eq!(said[1], ["ikkinchi", "ekinshi"]);
        assert_eq!(said[2], ["beshinchi", "besinshi"]);
        assert_eq!(said[3], ["oʻninchi", "onınshı"]);
        assert_eq!(said[4], ["yigirmanchi", "jigirmanshı"]);
        assert_eq!(said[5], ["qirq yettinchi", "qırıq jetinshi"]);
    }

    #[test]
    fn minutes_are_feminine_in_russian() {
        assert_eq!(words(Tongue::Ru, 21, Form::Feminine), "двадцать одна");
        assert_eq!(words(Tongue::Ru, 12, Form::Feminine), "двенадцать");
        assert_eq!(words(Tongue::Uz, 21, Form::Feminine), "yigirma bir");
    }

    #[test]
    fn every_part_of_every_number_has_its_word() {
        for number in 0..=NUMBER_MAX {
            for form in [Form::Cardinal, Form::Feminine, Form::Ordinal] {
                for name in clips(number, form) {
                    for tongue in Tongue::ALL {
                        assert!(word(tongue, &name).is_some(), "{tongue} {name}");
                    }
                }
            }
        }
        assert_eq!(clips(10_007, Form::Cardinal).len(), 5);
    }
}
