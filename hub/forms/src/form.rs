//! What a form is: fields in the order in which they are asked, each with its kind, and the consent that closes it.
//!
//! Everything here is data out of the catalogue; a kind says what may be written, `check` holds it to that.

use crate::{attachment::Media, consent::Consent};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use words::{Lang, Names};

/// The letters of a field's name.
const FIELD_ID_CHARS_MAX: usize = 32;

/// A field's name in the catalogue, as `appeal_text`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldId(String);

/// A text that is no name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a field's name is 1 to 32 small Latin letters, digits and underscores")]
pub struct NotAFieldId;

/// The form of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The service's code, as `A01`.
    pub service: String,
    /// SHA-256 of all that follows, in hexadecimal: another text, option or rule is another version.
    pub version: String,
    /// The fields, in the order in which they are asked; the consent is the last.
    pub fields: Vec<Field>,
    /// What is consented to.
    pub consent: Consent,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub id: FieldId,
    /// What is asked.
    pub labels: Names,
    /// What may be written.
    pub kind: Kind,
    /// Whether it may stay empty.
    pub need: Need,
    /// Who may see it in full.
    pub sensitivity: Sensitivity,
}

/// What may be written into a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// One line.
    Text {
        /// The letters.
        chars_max: usize,
    },
    /// Several lines.
    Lines {
        /// The letters.
        chars_max: usize,
    },
    /// A person's identification number.
    Pinfl,
    /// A taxpayer's identification number.
    Stir,
    /// The series and number of a passport or an ID card.
    IdDocument,
    /// A telephone number of the country.
    Phone,
    /// An address.
    Address {
        /// Of what.
        site: Site,
    },
    /// A cadastral number.
    Cadastral,
    /// A day.
    Date {
        /// On which side of today.
        when: When,
    },
    /// A number.
    Number {
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
        /// Digits after the comma.
        decimals: u8,
    },
    /// One of several.
    Select {
        /// Those.
        options: Vec<Choice>,
    },
    /// Files.
    Files {
        /// What they may be.
        accept: Vec<Media>,
        /// The size of each.
        bytes_max: u64,
        /// How many.
        count_max: usize,
    },
    /// The consent.
    Consent,
}

/// One of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its code: what travels.
    pub code: String,
    /// Its name.
    pub names: Names,
}

/// What an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// Where somebody lives: has a house number.
    Home,
    /// A plot or a building: may have none yet.
    Plot,
}

/// On which side of today a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Has come: a birth, a document.
    Past,
    /// Today or to come, within a year: a wish.
    Ahead,
}

/// Whether a field may stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// It must be filled in.
    Required,
    /// It may stay empty.
    Optional,
}

/// Who may see what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Whoever sees the application.
    Open,
    /// The person and who works on it; others see a mask.
    Personal,
    /// As personal, and of a special category by law: others see nothing of it.
    Special,
}

impl FieldId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FieldId {
    type Error = NotAFieldId;
    fn try_from(text: String) -> Result<Self, NotAFieldId> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let sound = (1..=FIELD_ID_CHARS_MAX).contains(&text.len()) && text.chars().all(plain);
        if sound { Ok(FieldId(text)) } else { Err(NotAFieldId) }
    }
}

impl From<FieldId> for String {
    fn from(id: FieldId) -> String {
        id.0
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for FieldId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Form {
    /// A form with the version that its content gives it.
    pub(crate) fn of(service: String, fields: Vec<Field>, consent: Consent) -> Form {
        let whole = (&service, &fields, consent.version(), Lang::ALL.map(|lang| consent.sha256(lang)));
        let bytes = serde_json::to_vec(&whole).expect("a form is plain data");
        Form { version: hex(&Sha256::digest(bytes)), service, fields, consent }
    }

    /// The field of a name.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id.as_str() == id)
    }
}

impl Field {
    /// What is asked, in a language.
    pub fn label(&self, lang: Lang) -> &str {
        self.labels.get(lang)
    }

    /// How to fill it in, where its label does not say it already.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let key = match &self.kind {
            Kind::Pinfl => "form.hint.pinfl",
            Kind::IdDocument => "form.hint.id-doc",
            Kind::Stir => "form.hint.stir",
            Kind::Phone => "form.hint.phone",
            Kind::Date { .. } => "form.hint.date",
            Kind::Cadastral => "form.hint.cadastral",
            Kind::Files { bytes_max, .. } => {
                let max = (bytes_max >> 20).to_string();
                return Some(words::fill(lang, "form.hint.files", &[("max", &max)]));
            }
            _ if self.need == Need::Optional => "form.hint.optional",
            _ => return None,
        };
        Some(words::say(lang, key).to_owned())
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
