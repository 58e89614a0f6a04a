//! The languages of a board: the first always stands, the others take turns beside it.
//!
//! Two at once is what can be read in passing; a hall with three or more still shows each. Deliberately absent: the
//! visitor's own language. A board speaks to everybody; the call's language is for the voice.

use crate::board::Moment;
use std::str::FromStr;
use words::{Lang, NotALanguage};

/// How long a language stands beside the first.
pub const STAND_MS: u64 = 8_000;

/// The languages, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    first: Lang,
    others: Vec<Lang>,
}

impl Languages {
    /// These, each once; `None` of none.
    pub fn of(all: impl IntoIterator<Item = Lang>) -> Option<Languages> {
        let mut each: Vec<Lang> = Vec::new();
        for lang in all {
            if !each.contains(&lang) {
                each.push(lang);
            }
        }
        let first = *each.first()?;
        Some(Languages { first, others: each.split_off(1) })
    }

    /// The language that always stands.
    pub fn first(&self) -> Lang {
        self.first
    }

    /// The language that stands beside it now.
    pub fn second(&self, at: Moment) -> Option<Lang> {
        let count = self.others.len().max(1);
        self.others.get(usize::try_from(at.0 / STAND_MS).unwrap_or(0) % count).copied()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Lang> + '_ {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// The two that most halls speak.
impl Default for Languages {
    fn default() -> Languages {
        Languages { first: Lang::UzLatn, others: vec![Lang::Ru] }
    }
}

impl FromStr for Languages {
    type Err = NotALanguage;

    /// Reads `uz-Latn,ru`; a language named twice stands once.
    fn from_str(tags: &str) -> Result<Languages, NotALanguage> {
        let all: Vec<Lang> = tags.split(',').map(|tag| tag.trim().parse()).collect::<Result<_, _>>()?;
        Languages::of(all).ok_or(NotALanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_take_turns() {
        let languages: Languages = "uz-Latn, ru,kaa,ru".parse().unwrap();
        let stands = |ms| languages.second(Moment(ms));
        assert_eq!(languages.first(), Lang::UzLatn);
        assert_eq!([stands(0), stands(STAND_MS), stands(2 * STAND_MS)], [Lang::Ru, Lang::Kaa, Lang::Ru].map(Some));
        assert_eq!("en".parse::<Languages>().unwrap().second(Moment(5)), None);
        for wrong in ["", "uz", "ru,,en"] {
            assert!(wrong.parse::<Languages>().is_err(), "{wrong}");
        }
    }
}
