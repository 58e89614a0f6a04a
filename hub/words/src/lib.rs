#![doc = include_str!("../README.md")]

mod catalogue;
mod lang;
mod names;

pub use catalogue::{FACES, Sentence, keys, sentence};
pub use lang::{Lang, NotALanguage, Plural};
pub use names::Names;

/// The sentence of a key, as it stands in the catalogue. A missing key is its own sentence: visible on the
/// screen, caught by the tests.
pub fn say(lang: Lang, key: &'static str) -> &'static str {
    sentence(lang, key).map_or(key, |s| s.form(Plural::Other))
}

/// The sentence of a key with its `{names}` filled in.
pub fn fill(lang: Lang, key: &'static str, names: &[(&str, &str)]) -> String {
    filled(say(lang, key), names)
}

/// The sentence of a key in the plural form of `n`, with `{n}` and other `{names}` filled in.
pub fn count(lang: Lang, key: &'static str, n: u64, names: &[(&str, &str)]) -> String {
    let form = sentence(lang, key).map_or(key, |s| s.form(lang.plural(n)));
    filled(&form.replace("{n}", &n.to_string()), names)
}

/// A sentence asked for by a key known only at run time (`refusal.<code>`, a reason of the configuration).
pub fn lookup(lang: Lang, key: &str) -> Option<&'static str> {
    sentence(lang, key).map(|s| s.form(Plural::Other))
}

/// Fills the `{names}` of a sentence. What is filled in is never scanned again.
pub fn filled(sentence: &str, names: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match names.iter().find(|(n, _)| *n == name) {
                    Some((_, value)) => out.push_str(value),
                    None => out.extend(["{", name, "}"]),
                }
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
