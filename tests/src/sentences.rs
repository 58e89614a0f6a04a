//! Checks of the sentences: five languages say the same, in their own letters, and nothing is said by nobody.
//!
//! The files are read again from TOML and not through the catalogue, which is lenient where a test must not be.

use crate::tree::{self, Source};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};
use words::{FACES, Lang, Plural};

/// A sentence's forms: one under `""`, or one per plural name.
pub type Forms = BTreeMap<String, String>;
/// Every key of one language.
pub type Keys = BTreeMap<String, Forms>;

/// All sentences of a language, by key.
pub fn read(lang: Lang) -> Keys {
    let mut keys = Keys::new();
    for face in FACES {
        let path = tree::root().join(format!("hub/words/sentences/{face}/{lang}.toml"));
        let text = std::fs::read_to_string(&path).expect("each face has a file per language");
        let table: Table = text.parse().expect("a sentence file is TOML");
        collect(face, &table, &mut keys);
    }
    keys
}

fn collect(path: &str, table: &Table, keys: &mut Keys) {
    for (name, value) in table {
        let key = format!("{path}.{name}");
        match value {
            Value::String(text) => drop(keys.insert(key, Forms::from([(String::new(), text.clone())]))),
            Value::Table(inner) => match plural_forms(inner) {
                Some(forms) => drop(keys.insert(key, forms)),
                None => collect(&key, inner, keys),
            },
            other => drop(keys.insert(key, Forms::from([(format!("not a text: {other}"), String::new())]))),
        }
    }
}

fn plural_forms(table: &Table) -> Option<Forms> {
    let is_form = |name: &String| ["one", "few", "many", "other"].contains(&name.as_str());
    if table.is_empty() || !table.keys().all(is_form) {
        return None;
    }
    table.iter().map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
}

/// Keys that one language has and another has not.
pub fn missing(all: &BTreeMap<Lang, Keys>) -> Vec<String> {
    let every: BTreeSet<&String> = all.values().flat_map(Keys::keys).collect();
    let absent = |key: &&String| -> Vec<String> {
        let without = all.iter().filter(|(_, keys)| !keys.contains_key(*key));
        without.map(|(lang, _)| format!("{key} is missing in {lang}")).collect()
    };
    every.iter().flat_map(absent).collect()
}

/// Plural forms that a language needs and a counted sentence lacks, or has too many of.
pub fn plurals(lang: Lang, keys: &Keys) -> Vec<String> {
    let wanted: BTreeSet<&str> = lang.plurals().iter().map(|plural| plural_name(*plural)).collect();
    let mut found = vec![];
    for (key, forms) in keys {
        let have: BTreeSet<&str> = forms.keys().map(String::as_str).collect();
        if have != BTreeSet::from([""]) && have != wanted {
            found.push(format!("{key} in {lang} has the forms {have:?}, wants {wanted:?}"));
        }
    }
    found
}

fn plural_name(plural: Plural) -> &'static str {
    match plural {
        Plural::One => "one",
        Plural::Few => "few",
        Plural::Many => "many",
        Plural::Other => "other",
    }
}

/// A sentence that has other `{names}` than the same sentence in the default language, or is counted in one
/// language and plain in the other.
pub fn placeholders(lang: Lang, keys: &Keys, default: &Keys) -> Vec<String> {
    let mut found = vec![];
    for (key, forms) in keys {
        let Some(original) = default.get(key) else { continue };
        let wanted: BTreeSet<&str> = original.values().flat_map(|text| names(text)).collect();
        if forms.contains_key("") != original.contains_key("") {
            found.push(format!("{key} is counted in one of {lang}, {} and plain in the other", Lang::default()));
        }
        for text in forms.values() {
            let mut have: BTreeSet<&str> = names(text).collect();
            // "one visitor" may say its number by a word.
            if !forms.contains_key("") && wanted.contains("n") {
                have.insert("n");
            }
            if have != wanted {
                found.push(format!("{key} in {lang} names {have:?}, wants {wanted:?}"));
            }
        }
    }
    found
}

/// The `{names}` of a sentence.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Sentences that will not fit where the English one fits.
pub fn overlong(lang: Lang, keys: &Keys, english: &Keys) -> Vec<String> {
    let longest = |forms: &Forms| forms.values().map(|text| text.chars().count()).max().unwrap_or(0);
    let mut found = vec![];
    for (key, forms) in keys {
        let Some(original) = english.get(key) else { continue };
        let (have, most) = (longest(forms), longest(original) * 9 / 5 + 20);
        if have > most {
            found.push(format!("{key} in {lang} has {have} letters, at most {most}"));
        }
    }
    found
}

/// Empty, untrimmed or shouted sentences, and letters that do not belong to the language's script.
pub fn spelling(lang: Lang, key: &str, text: &str) -> Vec<String> {
    let mut found = vec![];
    let mut say = |what: &str| found.push(format!("{key} in {lang} {what}: {text}"));
    if text.trim().is_empty() {
        say("is empty");
    }
    if text.trim() != text || text.contains("  ") {
        say("has stray spaces");
    }
    if text.contains(['\'', '"', '`']) {
        say("has an ASCII quote");
    }
    if matches!(lang, Lang::UzLatn | Lang::Kaa) && text.contains(['\u{2018}', '\u{2019}']) {
        say("has a quote for oʻ, gʻ (U+02BB) or the tutuq (U+02BC)");
    }
    let latin_only = matches!(lang, Lang::UzLatn | Lang::Kaa | Lang::En);
    if latin_only && text.chars().any(is_cyrillic) {
        say("has Cyrillic letters");
    }
    let words = || text.split(|c: char| !c.is_alphabetic());
    if words().any(|word| word.chars().any(is_cyrillic) && word.chars().any(|c| c.is_ascii_alphabetic())) {
        say("mixes two scripts in one word");
    }
    let loud = |word: &str| word.chars().count() > 4 && word.chars().all(char::is_uppercase);
    if words().any(loud) {
        say("shouts");
    }
    found
}

fn is_cyrillic(c: char) -> bool {
    ('\u{0400}'..='\u{052f}').contains(&c)
}

/// Keys written as literals in the product's sources, with where each stands.
pub fn used(sources: &[Source]) -> BTreeMap<String, String> {
    literals(sources).filter(|(literal, _)| is_key(literal)).collect()
}

/// The beginnings of keys that are put together at run time from a code: `"problem.refusal.{}"`, or the name of a
/// known table alone, `"hall.outcome"`. Whoever owns the codes has the test that each code has its sentence.
pub fn families(sources: &[Source], known: &Keys) -> BTreeSet<String> {
    let family = |literal: String| -> Option<String> {
        let (start, whole) = match literal.split_once('{') {
            Some((start, _)) => (start.to_owned(), false),
            None => (format!("{literal}."), true),
        };
        let shaped = start.matches('.').count() == 2 && start.ends_with('.') && is_key(&format!("{start}x"));
        (shaped && (!whole || known.keys().any(|key| key.starts_with(&start)))).then_some(start)
    };
    literals(sources).filter_map(|(literal, _)| family(literal)).collect()
}

/// Quoted text on the product's lines of code, with where it stands.
fn literals(sources: &[Source]) -> impl Iterator<Item = (String, String)> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for source in sources.iter().filter(|s| matches!(s.extension(), "rs" | "slint" | "html" | "js" | "xml")) {
        for (at, line) in source.product_lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for literal in line.split(['"', '\'']).skip(1).filter(|text| begins_with_a_face(text)) {
                found.entry(literal.to_owned()).or_insert_with(|| format!("{}:{at}", source.path));
            }
        }
    }
    found.into_iter()
}

fn begins_with_a_face(literal: &str) -> bool {
    FACES.contains(&literal.split('.').next().unwrap_or_default())
}

fn is_key(literal: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    begins_with_a_face(literal) && literal.split('.').count() > 2 && literal.split('.').all(plain)
}
