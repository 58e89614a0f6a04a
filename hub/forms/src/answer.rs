//! What a person wrote, as it travels from kiosk or page to the hub: bounded, and never readable in a log.
//!
//! `Debug` of everything here tells names of fields and lengths only: a panic, a trace or a failed test must not print
//! somebody's number. Absent on purpose: `Display`.

use crate::{attachment::Media, form::FieldId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use words::Lang;

/// All answers as JSON.
pub const ANSWERS_BYTES_MAX: usize = 64 << 10;
/// The letters of any text in an answer.
pub(crate) const TEXT_CHARS_MAX: usize = 4000;
/// More fields than any form has.
const ANSWERS_MAX: usize = 64;

/// What a person wrote, by field.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<FieldId, Answer>);

/// What is written in one field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Everything that is typed or chosen: numbers and days too, and the code of an option.
    Text(String),
    /// An address.
    Address(Address),
    /// Files, which travel beside.
    Files(Vec<Attached>),
    /// The consent.
    Agreed(Agreed),
}

/// An address.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// The SOATO code of the city or district, or [`crate::places::ELSEWHERE`].
    pub district: String,
    /// Region and district in words, if elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub elsewhere: String,
    /// Mahalla or village.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub settlement: String,
    /// Street.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// House.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub house: String,
    /// Flat.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub flat: String,
}

/// A file by what it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// What it is.
    pub media: Media,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// The consent that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The language in which the text was read.
    pub language: Lang,
    /// SHA-256 of the text that was shown, in hexadecimal.
    pub sha256: String,
}

/// Bytes that are no answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// More than [`ANSWERS_BYTES_MAX`].
    #[error("answers are at most 64 KiB of JSON")]
    TooLarge,
    /// Not the JSON that is wanted. What was there instead is not repeated: it may be somebody's number.
    #[error("answers are an object of fields; line {line}, column {column} is not")]
    Shape {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
}

impl Answers {
    /// Reads answers, with a look at their size first.
    pub fn read(json: &[u8]) -> Result<Answers, Unreadable> {
        if json.len() > ANSWERS_BYTES_MAX {
            return Err(Unreadable::TooLarge);
        }
        let read: Result<Answers, _> = serde_json::from_slice(json);
        let answers = read.map_err(|error| Unreadable::Shape { line: error.line(), column: error.column() })?;
        if answers.0.len() > ANSWERS_MAX { Err(Unreadable::TooLarge) } else { Ok(answers) }
    }

    /// What is written in a field.
    pub fn get(&self, id: &str) -> Option<&Answer> {
        self.0.get(id)
    }

    /// The text of a field.
    pub fn text(&self, id: &str) -> Option<&str> {
        match self.get(id)? {
            Answer::Text(text) => Some(text),
            Answer::Address(_) | Answer::Files(_) | Answer::Agreed(_) => None,
        }
    }

    /// Every file of every field.
    pub fn files(&self) -> impl Iterator<Item = &Attached> {
        self.0.values().flat_map(|answer| match answer {
            Answer::Files(files) => files.as_slice(),
            Answer::Text(_) | Answer::Address(_) | Answer::Agreed(_) => &[],
        })
    }
}

impl Answer {
    /// The bytes of its text.
    pub(crate) fn size(&self) -> usize {
        match self {
            Answer::Text(text) => text.len(),
            Answer::Address(address) => address.parts().iter().map(|part| part.len()).sum(),
            Answer::Files(files) => files.iter().map(|file| file.name.len() + file.sha256.len() + 64).sum(),
            Answer::Agreed(agreed) => agreed.sha256.len() + 16,
        }
    }
}

impl Address {
    pub(crate) fn parts(&self) -> [&String; 6] {
        [&self.district, &self.elsewhere, &self.settlement, &self.street, &self.house, &self.flat]
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Text(text) => write!(f, "Text({} letters)", text.chars().count()),
            Answer::Address(address) => address.fmt(f),
            Answer::Files(files) => files.fmt(f),
            Answer::Agreed(agreed) => agreed.fmt(f),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.parts().iter().filter(|part| !part.is_empty()).count();
        write!(f, "Address({given} parts)")
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attached({:?}, {} bytes)", self.media, self.size)
    }
}
