//! Whether a form is filled in: every answer becomes its normal form, or a fault that stands beside its field.
//!
//! All faults are told at once: who comes back to a form wants to see everything that is wrong. What has passed once
//! passes again unchanged, so kiosk, hub and office may each check.

use crate::{
    answer::{ANSWERS_BYTES_MAX, Address, Agreed, Answer, Answers, Attached, TEXT_CHARS_MAX},
    attachment::{FILES_BYTES_MAX, Media, NAME_CHARS_MAX, file_name},
    fault::{Code, Fault, Part},
    form::{Choice, Field, FieldId, Form, Kind, Need, Site, When},
    identity::{self, NotPinfl},
    places,
    plain::{self, NotNumber},
    text,
};
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use std::collections::BTreeMap;

/// The first day that is looked at: nobody alive was born before.
const FIRST_YEAR: i16 = 1900;
/// How far ahead somebody may wish.
const AHEAD_DAYS_MAX: i64 = 366;
/// The letters of a place's name.
const PLACE_CHARS_MAX: usize = 120;
/// The letters of a house's or flat's number.
const HOUSE_CHARS_MAX: usize = 20;

/// A form that is filled in. There is no other way to one than [`check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    service: String,
    version: String,
    answers: Answers,
}

/// One field's answer in its normal form, none if it stays empty, or what is wrong with it.
type Passed = Result<Option<Answer>, Vec<Fault>>;

/// Checks a form.
pub fn check(form: &Form, answers: &Answers, today: Date) -> Result<Checked, Vec<Fault>> {
    let unknown = answers.0.keys().filter(|id| form.field(id.as_str()).is_none());
    let mut faults: Vec<Fault> = unknown.map(|id| Fault::of(id, Code::UnknownField)).collect();
    let mut normal = BTreeMap::new();
    for field in &form.fields {
        match check_field(form, field, answers.get(field.id.as_str()), today) {
            Ok(Some(answer)) => drop(normal.insert(field.id.clone(), answer)),
            Ok(None) => {}
            Err(of_field) => faults.extend(of_field),
        }
    }
    let answers = Answers(normal);
    faults.extend(too_much(&answers));
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Checked { service: form.service.clone(), version: form.version.clone(), answers })
}

/// Checks one field: what a kiosk asks after each step.
pub fn check_field(form: &Form, field: &Field, answer: Option<&Answer>, today: Date) -> Passed {
    let Some(answer) = answer.filter(|answer| !is_empty(answer)) else {
        return match (field.need, &field.kind) {
            (_, Kind::Consent) => Err(vec![Fault::of(&field.id, Code::Consent)]),
            (Need::Required, _) => Err(vec![Fault::of(&field.id, Code::Required)]),
            (Need::Optional, _) => Ok(None),
        };
    };
    let passed = match (&field.kind, answer) {
        (Kind::Address { site }, Answer::Address(given)) => address(&field.id, *site, given).map(Answer::Address),
        (Kind::Files { accept, bytes_max, count_max }, Answer::Files(given)) => {
            files(&field.id, given, &Taken { accept, bytes_max: *bytes_max, count_max: *count_max }).map(Answer::Files)
        }
        (Kind::Consent, Answer::Agreed(given)) => agreed(form, field, given).map(Answer::Agreed),
        (Kind::Address { .. } | Kind::Files { .. } | Kind::Consent, _) => Err(vec![Fault::of(&field.id, Code::Shape)]),
        (kind, Answer::Text(typed)) => written(&field.id, kind, typed, today).map(Answer::Text).map_err(|f| vec![f]),
        (_, Answer::Address(_) | Answer::Files(_) | Answer::Agreed(_)) => Err(vec![Fault::of(&field.id, Code::Shape)]),
    };
    passed.map(Some)
}

impl Checked {
    /// The service's code.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The version of the form that was filled in.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What is written, in its normal form.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The same, to be sealed.
    pub fn into_answers(self) -> Answers {
        self.answers
    }

    /// The last four digits of the phone: what a person proves with that an application is theirs.
    pub fn last_four(&self) -> Option<&str> {
        let phone = self.answers.text("phone")?;
        phone.get(phone.len().checked_sub(4)?..)
    }
}

fn is_empty(answer: &Answer) -> bool {
    match answer {
        Answer::Text(text) => text.trim().is_empty(),
        Answer::Address(address) => address.parts().iter().all(|part| part.trim().is_empty()),
        Answer::Files(files) => files.is_empty(),
        Answer::Agreed(_) => false,
    }
}

/// The application as a whole; the longest answer is the one to shorten.
fn too_much(answers: &Answers) -> Option<Fault> {
    let size = serde_json::to_vec(answers).map_or(usize::MAX, |json| json.len());
    let (longest, _) = answers.0.iter().max_by_key(|(_, answer)| answer.size())?;
    (size > ANSWERS_BYTES_MAX).then(|| Fault::of(longest, Code::TooMuch))
}

fn written(id: &FieldId, kind: &Kind, typed: &str, today: Date) -> Result<String, Fault> {
    let code = |code| Fault::of(id, code);
    match kind {
        Kind::Text { chars_max } => words_of(id, text::line(typed), *chars_max),
        Kind::Lines { chars_max } => words_of(id, text::lines(typed), *chars_max),
        Kind::Pinfl => identity::pinfl(typed, today).map_err(|why| match why {
            NotPinfl::Characters => code(Code::PinflCharacters),
            NotPinfl::Length => code(Code::PinflLength),
            NotPinfl::Century | NotPinfl::Birthday | NotPinfl::District | NotPinfl::Serial | NotPinfl::Control => {
                code(Code::PinflWrong)
            }
        }),
        Kind::Stir => identity::stir(typed).ok_or_else(|| code(Code::Stir)),
        Kind::IdDocument => identity::id_document(typed).ok_or_else(|| code(Code::IdDoc)),
        Kind::Phone => plain::phone(typed).ok_or_else(|| code(Code::Phone)),
        Kind::Cadastral => plain::cadastral(typed).ok_or_else(|| code(Code::Cadastral)),
        Kind::Date { when } => day(id, *when, typed, today),
        Kind::Number { min, max, decimals } => number(id, (*min, *max, *decimals), typed),
        Kind::Select { options } => chosen(id, options, typed),
        Kind::Address { .. } | Kind::Files { .. } | Kind::Consent => Err(code(Code::Shape)),
    }
}

fn words_of(id: &FieldId, normal: String, chars_max: usize) -> Result<String, Fault> {
    let chars_max = chars_max.min(TEXT_CHARS_MAX);
    if normal.chars().count() > chars_max {
        return Err(Fault::of(id, Code::TooLong).with("max", &chars_max));
    }
    if normal.chars().any(char::is_alphanumeric) { Ok(normal) } else { Err(Fault::of(id, Code::NoLetters)) }
}

fn day(id: &FieldId, when: When, typed: &str, today: Date) -> Result<String, Fault> {
    let day = plain::day(typed).ok_or_else(|| Fault::of(id, Code::DateUnreadable))?;
    let (first, last) = match when {
        When::Past if day > today => return Err(Fault::of(id, Code::DateFuture)),
        When::Past => (Date::constant(FIRST_YEAR, 1, 1), today),
        When::Ahead if day < today => return Err(Fault::of(id, Code::DatePast)),
        When::Ahead => (today, today.saturating_add(AHEAD_DAYS_MAX.days())),
    };
    if (first..=last).contains(&day) {
        return Ok(day.to_string());
    }
    Err(Fault::of(id, Code::DateFar).with("from", &plain::day_shown(first)).with("to", &plain::day_shown(last)))
}

fn number(id: &FieldId, (min, max, decimals): (u32, u32, u8), typed: &str) -> Result<String, Fault> {
    let (normal, value) = plain::number(typed, decimals).map_err(|why| match (why, decimals) {
        (NotNumber::Unreadable, _) => Fault::of(id, Code::NumberUnreadable),
        (NotNumber::Decimals, 0) => Fault::of(id, Code::NumberWhole),
        (NotNumber::Decimals, most) => Fault::of(id, Code::NumberDecimals).with("max", &most),
    })?;
    let unit = 10u64.pow(decimals.into());
    if value < u64::from(min) * unit {
        return Err(Fault::of(id, Code::NumberSmall).with("min", &min));
    }
    if value > u64::from(max) * unit {
        return Err(Fault::of(id, Code::NumberLarge).with("max", &max));
    }
    Ok(normal)
}

fn chosen(id: &FieldId, options: &[Choice], typed: &str) -> Result<String, Fault> {
    let code = typed.trim();
    let known = options.iter().any(|option| option.code == code);
    if known { Ok(code.to_owned()) } else { Err(Fault::of(id, Code::Option)) }
}

fn address(id: &FieldId, site: Site, given: &Address) -> Result<Address, Vec<Fault>> {
    let fault = |code, part| Fault::of(id, code).at(part);
    let mut normal = Address {
        district: given.district.trim().to_owned(),
        elsewhere: text::line(&given.elsewhere),
        settlement: text::line(&given.settlement),
        street: text::line(&given.street),
        house: text::line(&given.house),
        flat: text::line(&given.flat),
    };
    let mut faults = vec![];
    match normal.district.as_str() {
        "" => faults.push(fault(Code::Required, Part::District)),
        places::ELSEWHERE if normal.elsewhere.is_empty() => faults.push(fault(Code::Required, Part::Elsewhere)),
        places::ELSEWHERE => {}
        soato if places::district(soato).is_none() => faults.push(fault(Code::District, Part::District)),
        _ => normal.elsewhere.clear(),
    }
    if normal.settlement.is_empty() && normal.street.is_empty() {
        faults.push(fault(Code::Place, Part::Settlement));
    }
    if site == Site::Home && normal.house.is_empty() {
        faults.push(fault(Code::Required, Part::House));
    }
    let bounded = [
        (&normal.elsewhere, Part::Elsewhere, PLACE_CHARS_MAX),
        (&normal.settlement, Part::Settlement, PLACE_CHARS_MAX),
        (&normal.street, Part::Street, PLACE_CHARS_MAX),
        (&normal.house, Part::House, HOUSE_CHARS_MAX),
        (&normal.flat, Part::Flat, HOUSE_CHARS_MAX),
    ];
    let long = bounded.iter().filter(|(text, _, most)| text.chars().count() > *most);
    faults.extend(long.map(|(_, part, most)| fault(Code::TooLong, *part).with("max", &most)));
    if faults.is_empty() { Ok(normal) } else { Err(faults) }
}

/// The files that a field takes.
struct Taken<'a> {
    accept: &'a [Media],
    bytes_max: u64,
    count_max: usize,
}

fn files(id: &FieldId, given: &[Attached], taken: &Taken<'_>) -> Result<Vec<Attached>, Vec<Fault>> {
    let fault = |code| Fault::of(id, code);
    if given.len() > taken.count_max {
        return Err(vec![fault(Code::FilesMany).with("max", &taken.count_max)]);
    }
    let faults: Vec<Fault> = given.iter().filter_map(|file| file_fault(id, file, taken)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let together = given.iter().fold(0u64, |sum, file| sum.saturating_add(file.size));
    if together > FILES_BYTES_MAX {
        return Err(vec![fault(Code::FilesTogether).with("max", &(FILES_BYTES_MAX >> 20))]);
    }
    Ok(given.iter().map(|file| Attached { name: file_name(&file.name), ..file.clone() }).collect())
}

fn file_fault(id: &FieldId, file: &Attached, taken: &Taken<'_>) -> Option<Fault> {
    let name = file_name(&file.name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let named = file.media.endings().iter().any(|known| ending.eq_ignore_ascii_case(known));
    let hashed = file.sha256.len() == 64 && file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let code = match file {
        _ if !hashed => Code::Shape,
        _ if !taken.accept.contains(&file.media) => Code::FileKind,
        _ if !named || name.chars().count() > NAME_CHARS_MAX => Code::FileName,
        file if file.size == 0 => Code::FileEmpty,
        file if file.size > taken.bytes_max => {
            return Some(Fault::of(id, Code::FileLarge).with("max", &(taken.bytes_max >> 20)));
        }
        _ => return None,
    };
    Some(Fault::of(id, code))
}

fn agreed(form: &Form, field: &Field, given: &Agreed) -> Result<Agreed, Vec<Fault>> {
    if form.consent.sha256(given.language) == given.sha256 {
        Ok(given.clone())
    } else {
        Err(vec![Fault::of(&field.id, Code::ConsentOtherText)])
    }
}
