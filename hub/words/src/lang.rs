//! The five languages and their plural rules.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language Navbat speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Lang {
    /// Uzbek in Latin script, the default.
    #[default]
    #[serde(rename = "uz-Latn")]
    UzLatn,
    /// Uzbek in Cyrillic script.
    #[serde(rename = "uz-Cyrl")]
    UzCyrl,
    /// Russian.
    #[serde(rename = "ru")]
    Ru,
    /// Karakalpak in Latin script.
    #[serde(rename = "kaa")]
    Kaa,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// A plural form, as in CLDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plural {
    /// 1, 21, 31 in Russian; 1 in English.
    One,
    /// 2–4, 22–24 in Russian.
    Few,
    /// 0, 5–20 in Russian.
    Many,
    /// Everything else; the only form of Uzbek and Karakalpak.
    Other,
}

/// A tag that is none of the five.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a language is one of uz-Latn, uz-Cyrl, ru, kaa, en")]
pub struct NotALanguage;

impl Lang {
    /// All five, the default first.
    pub const ALL: [Lang; 5] = [Lang::UzLatn, Lang::UzCyrl, Lang::Ru, Lang::Kaa, Lang::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::UzLatn => "uz-Latn",
            Lang::UzCyrl => "uz-Cyrl",
            Lang::Ru => "ru",
            Lang::Kaa => "kaa",
            Lang::En => "en",
        }
    }

    /// The language's name in itself: what a person looks for on the first screen.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::UzLatn => "Oʻzbekcha",
            Lang::UzCyrl => "Ўзбекча",
            Lang::Ru => "Русский",
            Lang::Kaa => "Qaraqalpaqsha",
            Lang::En => "English",
        }
    }

    /// The plural form of a count. Source: CLDR plural rules for uz, kk (for kaa), ru, en.
    pub const fn plural(self, n: u64) -> Plural {
        match (self, n % 10, n % 100) {
            (Lang::UzLatn | Lang::UzCyrl | Lang::Kaa, _, _) => Plural::Other,
            (Lang::En, _, _) => {
                if n == 1 {
                    Plural::One
                } else {
                    Plural::Other
                }
            }
            (Lang::Ru, 1, teen) if teen != 11 => Plural::One,
            (Lang::Ru, 2..=4, teen) if teen < 12 || teen > 14 => Plural::Few,
            (Lang::Ru, _, _) => Plural::Many,
        }
    }

    /// The forms a counted sentence of this language must have.
    pub const fn plurals(self) -> &'static [Plural] {
        match self {
            Lang::UzLatn | Lang::UzCyrl | Lang::Kaa => &[Plural::Other],
            Lang::En => &[Plural::One, Plural::Other],
            Lang::Ru => &[Plural::One, Plural::Few, Plural::Many],
        }
    }
}

impl FromStr for Lang {
    type Err = NotALanguage;
    fn from_str(tag: &str) -> Result<Self, NotALanguage> {
        Lang::ALL.into_iter().find(|lang| lang.tag() == tag).ok_or(NotALanguage)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}
