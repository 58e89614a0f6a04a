//! The four voices of five languages: both scripts of Uzbek sound the same.

use std::{fmt, str::FromStr};
use words::Lang;

/// A language as it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// Uzbek, in either script.
    Uz,
    /// Karakalpak.
    Kaa,
    /// Russian.
    Ru,
    /// English.
    En,
}

/// A name that is no voice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a voice is one of uz, kaa, ru, en")]
pub struct NotATongue;

impl Tongue {
    /// All four.
    pub const ALL: [Tongue; 4] = [Tongue::Uz, Tongue::Kaa, Tongue::Ru, Tongue::En];

    /// The voice that speaks a language.
    pub const fn of(lang: Lang) -> Tongue {
        match lang {
            Lang::UzLatn | Lang::UzCyrl => Tongue::Uz,
            Lang::Kaa => Tongue::Kaa,
            Lang::Ru => Tongue::Ru,
            Lang::En => Tongue::En,
        }
    }

    /// The language whose sentences this voice says.
    pub const fn lang(self) -> Lang {
        match self {
            Tongue::Uz => Lang::UzLatn,
            Tongue::Kaa => Lang::Kaa,
            Tongue::Ru => Lang::Ru,
            Tongue::En => Lang::En,
        }
    }

    /// The name of its folder in a set of packs.
    pub const fn name(self) -> &'static str {
        match self {
            Tongue::Uz => "uz",
            Tongue::Kaa => "kaa",
            Tongue::Ru => "ru",
            Tongue::En => "en",
        }
    }
}

impl FromStr for Tongue {
    type Err = NotATongue;
    fn from_str(name: &str) -> Result<Self, NotATongue> {
        Tongue::ALL.into_iter().find(|tongue| tongue.name() == name).ok_or(NotATongue)
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
