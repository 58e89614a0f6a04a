//! A name in all five languages. All are required: a missing one would show a visitor someone else's language.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// One thing's name in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    #[serde(rename = "uz-Latn")]
    uz_latn: String,
    #[serde(rename = "uz-Cyrl")]
    uz_cyrl: String,
    ru: String,
    kaa: String,
    en: String,
}

impl Names {
    /// The names that something has for itself, language by language.
    pub fn of(name: impl Fn(Lang) -> String) -> Names {
        Names {
            uz_latn: name(Lang::UzLatn),
            uz_cyrl: name(Lang::UzCyrl),
            ru: name(Lang::Ru),
            kaa: name(Lang::Kaa),
            en: name(Lang::En),
        }
    }

    /// The name in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::UzLatn => &self.uz_latn,
            Lang::UzCyrl => &self.uz_cyrl,
            Lang::Ru => &self.ru,
            Lang::Kaa => &self.kaa,
            Lang::En => &self.en,
        }
    }
}
