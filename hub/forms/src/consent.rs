//! The consent to processing, as it is shown: its text in five languages, a version, and a hash of the exact text.
//!
//! What a person agreed to must be provable years later, in the language in which it was read: the hash travels with
//! the application, and a form refuses an agreement to another text.

use crate::form::hex;
use sha2::{Digest, Sha256};
use words::Lang;

/// The version of the text. Whoever changes the sentence `form.consent.text` in any language counts it up: a test
/// holds the texts of each version.
pub(crate) const VERSION: u32 = 1;

/// What is consented to in one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    provider: String,
}

impl Consent {
    /// The consent of a service by the code of who answers.
    pub(crate) fn of(provider: String) -> Consent {
        Consent { provider }
    }

    /// The version of the text.
    pub fn version(&self) -> u32 {
        VERSION
    }

    /// The text, exactly as it is to be shown.
    pub fn text(&self, lang: Lang) -> String {
        let provider = words::lookup(lang, &format!("hall.provider.{}", self.provider)).unwrap_or(&self.provider);
        words::fill(lang, "form.consent.text", &[("provider", provider)])
    }

    /// SHA-256 of the text in UTF-8, in hexadecimal.
    pub fn sha256(&self, lang: Lang) -> String {
        hex(&Sha256::digest(self.text(lang)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of all five sentences, by version: a changed sentence is a new version, and old ones stay here.
    const VERSIONS: [(u32, &str); 1] = [(1, "9d97f4d56d9c77f202c48748d6fd7ef61fd9e2606ff4dcde65a549be0e8aff6c")];

    #[test]
    fn a_changed_sentence_is_a_new_version() {
        let texts = Lang::ALL.map(|lang| words::say(lang, "form.consent.text")).join("\n");
        assert_eq!((VERSION, &*hex(&Sha256::digest(texts))), VERSIONS[VERSIONS.len() - 1]);
    }

    #[test]
    fn the_text_names_who_answers_and_each_language_has_its_hash() {
        let consent = Consent::of("khokimiyat".to_owned());
        for lang in Lang::ALL {
            let provider = words::say(lang, "hall.provider.khokimiyat");
            assert!(consent.text(lang).contains(provider), "{lang}");
            assert!(!consent.text(lang).contains('{'), "{lang}");
        }
        let hashes: std::collections::BTreeSet<_> = Lang::ALL.map(|lang| consent.sha256(lang)).into_iter().collect();
        assert_eq!(hashes.len(), 5);
        assert_ne!(consent.sha256(Lang::En), Consent::of("cadastre".to_owned()).sha256(Lang::En));
    }
}
