//! The catalogue: `sentences/<face>/<language>.toml`, embedded and read once.
//!
//! A key is `<face>.<table>.<name>` as the file nests it. A sentence is text, or, where it counts something,
//! a table of plural forms (`one`, `few`, `many`, `other`).

use crate::{Lang, Plural};
use std::{collections::BTreeMap, sync::LazyLock};
use toml::{Table, Value};

/// The faces of Navbat: who says the sentence.
pub const FACES: [&str; 9] = ["hall", "kiosk", "display", "console", "problem", "paper", "voice", "form", "office"];

/// A sentence: one form, or one per plural.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// The same for every count.
    Plain(String),
    /// By count.
    Counted(BTreeMap<Plural, String>),
}

impl Sentence {
    /// The form for a plural; a counted sentence without it answers with its last form.
    pub fn form(&self, plural: Plural) -> &str {
        match self {
            Sentence::Plain(text) => text,
            Sentence::Counted(forms) => {
                forms.get(&plural).or_else(|| forms.values().next_back()).map_or("", String::as_str)
            }
        }
    }
}

/// The sentence of a key in a language.
pub fn sentence(lang: Lang, key: &str) -> Option<&'static Sentence> {
    CATALOGUE[&lang].get(key)
}

/// Every key of a language.
pub fn keys(lang: Lang) -> impl Iterator<Item = (&'static str, &'static Sentence)> {
    CATALOGUE[&lang].iter().map(|(key, sentence)| (key.as_str(), sentence))
}

type Keys = BTreeMap<String, Sentence>;

static CATALOGUE: LazyLock<BTreeMap<Lang, Keys>> =
    LazyLock::new(|| Lang::ALL.into_iter().map(|lang| (lang, read(lang))).collect());

fn read(lang: Lang) -> Keys {
    let mut keys = Keys::new();
    for (face, text) in FACES.into_iter().zip(sources(lang)) {
        let table: Table = text.parse().expect("the catalogue is part of the program and parsed by its tests");
        collect(face, &table, &mut keys);
    }
    keys
}

fn collect(path: &str, table: &Table, keys: &mut Keys) {
    for (name, value) in table {
        let key = format!("{path}.{name}");
        match value {
            Value::String(text) => drop(keys.insert(key, Sentence::Plain(text.clone()))),
            Value::Table(inner) => match counted(inner) {
                Some(forms) => drop(keys.insert(key, Sentence::Counted(forms))),
                None => collect(&key, inner, keys),
            },
            _ => {}
        }
    }
}

fn counted(table: &Table) -> Option<BTreeMap<Plural, String>> {
    let form = |name: &str| match name {
        "one" => Some(Plural::One),
        "few" => Some(Plural::Few),
        "many" => Some(Plural::Many),
        "other" => Some(Plural::Other),
        _ => None,
    };
    table.iter().map(|(name, text)| Some((form(name)?, text.as_str()?.to_owned()))).collect()
}

macro_rules! faces {
    ($lang:literal) => {
        [
            include_str!(concat!("../sentences/hall/", $lang, ".toml")),
            include_str!(concat!("../sentences/kiosk/", $lang, ".toml")),
            include_str!(concat!("../sentences/display/", $lang, ".toml")),
            include_str!(concat!("../sentences/console/", $lang, ".toml")),
            include_str!(concat!("../sentences/problem/", $lang, ".toml")),
            include_str!(concat!("../sentences/paper/", $lang, ".toml")),
            include_str!(concat!("../sentences/voice/", $lang, ".toml")),
            include_str!(concat!("../sentences/form/", $lang, ".toml")),
            include_str!(concat!("../sentences/office/", $lang, ".toml")),
        ]
    };
}

fn sources(lang: Lang) -> [&'static str; 9] {
    match lang {
        Lang::UzLatn => faces!("uz-Latn"),
        Lang::UzCyrl => faces!("uz-Cyrl"),
        Lang::Ru => faces!("ru"),
        Lang::Kaa => faces!("kaa"),
        Lang::En => faces!("en"),
    }
}
