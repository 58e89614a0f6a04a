//! What is wrong with a field: a stable code, the field, and a sentence in the person's language.
//!
//! A fault never holds what was typed, so it may be logged and counted.

use crate::form::FieldId;
use serde::Serialize;
use words::Lang;

/// A name in a sentence and what stands for it: a bound, never an answer.
pub type Param = (&'static str, String);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The field it stands beside.
    pub field: FieldId,
    /// The part of an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// What.
    pub code: Code,
    /// The bounds that the sentence names.
    pub params: Vec<Param>,
}

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The region: narrows the districts, and is not kept.
    Region,
    /// City or district.
    District,
    /// Region and district in words.
    Elsewhere,
    /// Mahalla or village.
    Settlement,
    /// Street.
    Street,
    /// House.
    House,
    /// Flat.
    Flat,
}

impl Part {
    /// All, in the order in which they are asked.
    pub const ALL: [Part; 7] =
        [Part::Region, Part::District, Part::Elsewhere, Part::Settlement, Part::Street, Part::House, Part::Flat];

    /// Its name.
    pub fn label(self, lang: Lang) -> &'static str {
        let key = match self {
            Part::Region => "form.address.region",
            Part::District => "form.address.district",
            Part::Elsewhere => "form.address.elsewhere",
            Part::Settlement => "form.address.settlement",
            Part::Street => "form.address.street",
            Part::House => "form.address.house",
            Part::Flat => "form.address.flat",
        };
        words::say(lang, key)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)+) => {
        /// What can be wrong with a field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// All.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The sentence's key.
            const fn key(self) -> &'static str {
                match self { $(Code::$name => $key,)+ }
            }
        }
    };
}

codes! {
    /// Nothing is written.
    Required = "form.fault.required",
    /// The form has no such field.
    UnknownField = "form.fault.unknown-field",
    /// An address where a text is wanted, and the like.
    Shape = "form.fault.shape",
    /// More letters than fit.
    TooLong = "form.fault.too-long",
    /// More in all fields together than an application may have.
    TooMuch = "form.fault.too-much",
    /// Nothing but signs.
    NoLetters = "form.fault.no-letters",
    /// Something else than digits.
    PinflCharacters = "form.fault.pinfl-characters",
    /// Not 14 digits.
    PinflLength = "form.fault.pinfl-length",
    /// A date, a district or the control digit cannot be.
    PinflWrong = "form.fault.pinfl-wrong",
    /// No taxpayer's number.
    Stir = "form.fault.stir",
    /// No passport's number.
    IdDoc = "form.fault.id-doc",
    /// No phone of the country.
    Phone = "form.fault.phone",
    /// No cadastral number.
    Cadastral = "form.fault.cadastral",
    /// No day that there is.
    DateUnreadable = "form.fault.date-unreadable",
    /// To come, where it must have come.
    DateFuture = "form.fault.date-future",
    /// Past, where it must be to come.
    DatePast = "form.fault.date-past",
    /// Further away than makes sense.
    DateFar = "form.fault.date-far",
    /// No number.
    NumberUnreadable = "form.fault.number-unreadable",
    /// A fraction, where things are counted.
    NumberWhole = "form.fault.number-whole",
    /// Too exact.
    NumberDecimals = "form.fault.number-decimals",
    /// Below the smallest.
    NumberSmall = "form.fault.number-small",
    /// Above the largest.
    NumberLarge = "form.fault.number-large",
    /// None of the options.
    Option = "form.fault.option",
    /// None of the districts.
    District = "form.fault.district",
    /// Neither settlement nor street.
    Place = "form.fault.place",
    /// More files than fit.
    FilesMany = "form.fault.files-many",
    /// Larger together than an application may be.
    FilesTogether = "form.fault.files-together",
    /// No kind of file that is taken.
    FileKind = "form.fault.file-kind",
    /// A name that says another kind.
    FileName = "form.fault.file-name",
    /// An empty file.
    FileEmpty = "form.fault.file-empty",
    /// A file without its end.
    FileCutShort = "form.fault.file-cut-short",
    /// Larger than is taken.
    FileLarge = "form.fault.file-large",
    /// No consent.
    Consent = "form.fault.consent",
    /// Consent to a text that is not this form's.
    ConsentOtherText = "form.fault.consent-other-text",
}

impl Fault {
    /// A fault of a field.
    pub fn of(field: &FieldId, code: Code) -> Fault {
        Fault { field: field.clone(), part: None, code, params: vec![] }
    }

    /// The same, of a part of an address.
    pub(crate) fn at(self, part: Part) -> Fault {
        Fault { part: Some(part), ..self }
    }

    /// The same, with a bound for its sentence.
    pub(crate) fn with(mut self, name: &'static str, bound: &impl ToString) -> Fault {
        self.params.push((name, bound.to_string()));
        self
    }

    /// What to say beside the field.
    pub fn sentence(&self, lang: Lang) -> String {
        let named: Vec<(&str, &str)> = self.params.iter().map(|(name, bound)| (*name, bound.as_str())).collect();
        words::fill(lang, self.code.key(), &named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_sentence_under_its_own_name() {
        for code in Code::ALL {
            let name = serde_json::to_value(code).unwrap();
            assert_eq!(code.key().strip_prefix("form.fault."), name.as_str());
            for lang in Lang::ALL {
                assert_ne!(words::say(lang, code.key()), code.key(), "{lang}");
            }
        }
    }
}
