//! A name in all five languages. All are required: a missing one would show a visitor someone else's language.

use serde::Deserialize;
use words::Lang;

/// One thing's name in every language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

/// A code and its name in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesOf {
    /// The code.
    pub code: String,
    /// Its name.
    pub names: Names,
}

impl Names {
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
