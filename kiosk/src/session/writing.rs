//! What a key does to the line of a form, and how the line is read: digits in groups, dates and phones behind a mask.
//!
//! A line keeps what was typed and no more: groups and masks are drawn, so nothing has to be taken out again. Deliberately
//! absent: whether it is right; that is asked at "next".

use super::{
    filling::{Filling, Slot, empty_address},
    typing::{Case, Script, Stroke},
};
use forms::{Answer, Kind, Part};
use zeroize::Zeroize;

/// Letters of a place's name, and of a house's or flat's number, as `forms` bounds them.
const PLACE_CHARS_MAX: usize = 120;
const HOUSE_CHARS_MAX: usize = 20;
/// Digits, and their comma.
const NUMBER_CHARS_MAX: usize = 12;
/// Two letters and seven digits.
const CODE_CHARS_MAX: usize = 9;
/// What stands for a digit that is still to come.
const BLANK: char = '_';

/// What may be written into a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Words.
    Words(usize),
    /// Digits behind a mask: a blank is a digit.
    Masked(&'static str),
    /// A number, with so many digits after the comma.
    Number(u8),
    /// A document's number.
    Code,
}

/// The keys that belong to the line in use.
pub fn script(filling: &Filling) -> Script {
    match takes(filling) {
        Some(Takes::Masked(_) | Takes::Number(0)) => Script::Pad,
        Some(Takes::Number(_)) => Script::CommaPad,
        Some(Takes::Code) => Script::Code,
        Some(Takes::Words(_)) | None => filling.letters,
    }
}

/// Whether the line in use has several lines itself.
pub fn several_lines(filling: &Filling) -> bool {
    filling.field().is_some_and(|field| matches!(field.kind, Kind::Lines { .. }))
}

/// Whether the next letter is large by itself: at the beginning of a sentence, and of every word of a name.
pub(super) fn case(filling: &Filling) -> Case {
    let (Some(Takes::Words(_)), Some(slot)) = (takes(filling), filling.active()) else { return Case::Small };
    let line = filling.line(slot);
    let name = filling.field().is_some_and(|field| field.id.as_str().ends_with("name"));
    let begins = line.trim_end_matches(' ').is_empty() || line.ends_with(['\n', '.', '!', '?']);
    let sentence = line.ends_with(' ') && line.trim_end().ends_with(['.', '!', '?']);
    let word = (name || slot != Slot::Whole) && line.ends_with([' ', '-']);
    if begins || sentence || word { Case::Large } else { Case::Small }
}

/// A key.
pub(super) fn press(filling: &mut Filling, stroke: &Stroke) {
    let (Some(takes), Some(slot)) = (takes(filling), filling.active()) else { return };
    match stroke {
        Stroke::Shift => {
            filling.case = if filling.case == Case::Small { Case::Large } else { Case::Small };
            return;
        }
        Stroke::Script(script) => {
            filling.letters = *script;
            return;
        }
        Stroke::Letters(_) | Stroke::Space | Stroke::Erase | Stroke::NewLine => {}
    }
    // Room for what is added, so that no half of it stays behind where it was.
    let before = filling.line(slot);
    let mut line = String::with_capacity(before.len() + 8);
    match takes {
        Takes::Masked(_) => line.extend(before.chars().filter(char::is_ascii_digit)),
        Takes::Words(_) | Takes::Number(_) | Takes::Code => line.push_str(before),
    }
    match (takes, stroke) {
        (_, Stroke::Erase) => {
            // oʻ and gʻ are one letter.
            if line.pop() == Some('\u{02bb}') {
                line.pop();
            }
        }
        (Takes::Words(most), Stroke::Letters(letters)) => {
            if line.chars().count() + letters.chars().count() <= most {
                line.push_str(letters);
            }
        }
        (Takes::Words(most), Stroke::Space | Stroke::NewLine) => {
            let sign = if *stroke == Stroke::Space { ' ' } else { '\n' };
            let idle = line.is_empty() || line.ends_with("\n\n") || (sign == ' ' && line.ends_with([' ', '\n']));
            if !idle && (sign == ' ' || several_lines(filling)) && line.chars().count() < most {
                line.push(sign);
            }
        }
        (takes, Stroke::Letters(letters)) => letters.chars().for_each(|letter| add(&mut line, letter, takes)),
        (_, _) => {}
    }
    put(filling, slot, line);
    filling.case = case(filling);
}

/// A digit, a comma or a document's letter, if it belongs here.
fn add(line: &mut String, letter: char, takes: Takes) {
    let chars = line.chars().count();
    let fits = match takes {
        Takes::Words(_) => false,
        Takes::Masked(mask) => letter.is_ascii_digit() && chars < mask.matches(BLANK).count(),
        Takes::Number(decimals) => {
            let comma = letter == ',' && decimals > 0 && !line.is_empty() && !line.contains(',');
            chars < NUMBER_CHARS_MAX && (letter.is_ascii_digit() || comma)
        }
        Takes::Code => letter.is_ascii_alphanumeric() && chars < CODE_CHARS_MAX,
    };
    if fits {
        line.push(letter);
    }
}

/// A line as it is read: groups, and blanks for what is still to come.
pub fn shown(filling: &Filling, slot: Slot) -> String {
    let line = filling.line(slot);
    match of_slot(filling, slot) {
        Some(Takes::Masked(mask)) => masked(line, mask),
        Some(Takes::Words(_) | Takes::Number(_) | Takes::Code) | None => line.to_owned(),
    }
}

/// What `forms` reads of a line.
fn answered(takes: Takes, line: String) -> String {
    match takes {
        // A date's parts have to be told apart.
        Takes::Masked(DATE) => masked(&line, DATE).split(BLANK).next().unwrap_or_default().to_owned(),
        Takes::Masked(_) | Takes::Words(_) | Takes::Number(_) | Takes::Code => line,
    }
}

const PINFL: &str = "____ ____ ____ __";
const STIR: &str = "___ ___ ___";
const PHONE: &str = "+998 __ ___ __ __";
const DATE: &str = "__.__.____";
const CADASTRAL: &str = "__:__:__:__:__:____/____:___";

/// Digits put where the mask has blanks. What a cadastral number need not have is left away.
fn masked(digits: &str, mask: &str) -> String {
    let mut digits = digits.chars().filter(char::is_ascii_digit);
    let shown: String =
        mask.chars().map(|sign| if sign == BLANK { digits.next().unwrap_or(BLANK) } else { sign }).collect();
    if mask != CADASTRAL {
        return shown;
    }
    let [land, building]: [usize; 2] = [19, 24];
    match shown.find(BLANK) {
        Some(at) if at <= land + 1 => shown[..land].to_owned(),
        Some(at) if at <= building + 1 => shown[..building].to_owned(),
        Some(_) | None => shown,
    }
}

fn takes(filling: &Filling) -> Option<Takes> {
    of_slot(filling, filling.active()?)
}

fn of_slot(filling: &Filling, slot: Slot) -> Option<Takes> {
    Some(match slot {
        Slot::Part(Part::House | Part::Flat) => Takes::Words(HOUSE_CHARS_MAX),
        Slot::Part(_) => Takes::Words(PLACE_CHARS_MAX),
        Slot::Whole => match &filling.field()?.kind {
            Kind::Text { chars_max } | Kind::Lines { chars_max } => Takes::Words(*chars_max),
            Kind::Pinfl => Takes::Masked(PINFL),
            Kind::Stir => Takes::Masked(STIR),
            Kind::Phone => Takes::Masked(PHONE),
            Kind::Date { .. } => Takes::Masked(DATE),
            Kind::Cadastral => Takes::Masked(CADASTRAL),
            Kind::Number { decimals, .. } => Takes::Number(*decimals),
            Kind::IdDocument => Takes::Code,
            Kind::Address { .. } | Kind::Select { .. } | Kind::Files { .. } | Kind::Consent => return None,
        },
    })
}

/// Writes a line; the one before is wiped.
fn put(filling: &mut Filling, slot: Slot, line: String) {
    let (Some(id), Some(takes)) = (filling.field().map(|field| field.id.clone()), of_slot(filling, slot)) else {
        return;
    };
    filling.faults.retain(|fault| !super::filling::of_slot(fault, slot));
    let answers = &mut filling.written.answers_mut().0;
    match slot {
        Slot::Whole => {
            if let Some(Answer::Text(mut before)) = answers.insert(id, Answer::Text(answered(takes, line))) {
                before.zeroize();
            }
        }
        Slot::Part(part) => {
            let Answer::Address(address) = answers.entry(id).or_insert_with(empty_address) else { return };
            let place = match part {
                Part::Region | Part::District => return,
                Part::Elsewhere => &mut address.elsewhere,
                Part::Settlement => &mut address.settlement,
                Part::Street => &mut address.street,
                Part::House => &mut address.house,
                Part::Flat => &mut address.flat,
            };
            std::mem::replace(place, line).zeroize();
        }
    }
}
