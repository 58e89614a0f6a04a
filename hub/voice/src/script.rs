//! What a voice has to record: every clip's name with the words it says, per voice.
//!
//! A speaker's script, the generator's list of work and the list a pack is checked against are this one list. It is
//! made of the catalogue of sentences, the shared catalogue of services, and `spoken/*.toml`, which says how to read
//! aloud what is written otherwise (`ID`, `I va II`). A hall's own names are added from its file.

use crate::{ClipId, Tongue, numbers, sentence, sentence::Piece};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Table;

/// Families of the sentences that a kiosk or display may say, by the beginnings of their keys.
const SPOKEN: [&str; 6] =
    ["kiosk.", "display.empty.", "display.stale.", "problem.refusal.", "hall.suspend.", "hall.provider."];
/// Of those, what is only written.
const WRITTEN: [&str; 6] =
    ["kiosk.date.", "kiosk.month.", "kiosk.weekday.", "kiosk.service.", "kiosk.why.", "kiosk.key."];
/// Sentences of the voice itself; numbers and letters are listed apart.
const CALLS: [&str; 6] =
    ["voice.call.", "voice.alert.", "voice.amount.", "voice.ticket.", "voice.range.", "voice.audio."];
/// Two notes before a call.
pub const CHIME: &str = "chime";
/// Notes before an alert.
pub const ATTENTION: &str = "attention";

/// Everything one voice says.
#[derive(Debug, Clone)]
pub struct Script {
    /// Whose.
    pub tongue: Tongue,
    lines: BTreeMap<ClipId, String>,
}

/// A hall's file of its own names is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum NamesError {
    /// Not TOML, or not tables of languages.
    #[error("the names are not tables like [service.Z01] with a text per language: {0}")]
    Shape(#[from] toml::de::Error),
    /// A clip's name is letters, digits, dots and hyphens.
    #[error("{0} cannot be a clip's name")]
    Name(String),
}

/// A hall's own names: kind, code, language tag, text.
type Names = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

/// The name of the clip of a document; a code may have what no clip's name has.
pub(crate) fn document(code: &str) -> String {
    format!("document.{}", code.replace('_', "-"))
}

/// Whether a clip is notes and has no words.
pub fn is_notes(id: &ClipId) -> bool {
    [CHIME, ATTENTION].contains(&id.as_str())
}

/// The script of a voice, from what every hall shares.
pub fn script(tongue: Tongue) -> Script {
    let mut script = Script { tongue, lines: BTreeMap::new() };
    script.add_sentences();
    script.add_numbers_and_letters();
    script.add_catalogue();
    script.lay_over(&spoken(tongue));
    script
}

impl Script {
    /// Names and words in the order of the names.
    pub fn lines(&self) -> impl Iterator<Item = (&ClipId, &str)> {
        self.lines.iter().map(|(id, text)| (id, text.as_str()))
    }

    /// The words of a clip.
    pub fn text(&self, id: &ClipId) -> Option<&str> {
        self.lines.get(id).or_else(|| self.lines.get(&id.falling())).map(String::as_str)
    }

    /// Adds a hall's own names, `[service.Z01]` with `uz-Latn = "…"`, and replaces shared ones.
    pub fn add_names(&mut self, text: &str) -> Result<(), NamesError> {
        let names: Names = toml::from_str(text)?;
        for (kind, codes) in names {
            for (code, texts) in codes {
                let name = format!("{kind}.{code}");
                let id = ClipId::new(&name).ok_or(NamesError::Name(name))?;
                if let Some(text) = texts.get(self.tongue.lang().tag()) {
                    self.lines.insert(id, text.clone());
                }
            }
        }
        Ok(())
    }

    fn add_sentences(&mut self) {
        let starts = |key: &str, with: &[&str]| with.iter().any(|start| key.starts_with(start));
        let spoken = |key: &str| (starts(key, &SPOKEN) && !starts(key, &WRITTEN)) || starts(key, &CALLS);
        for (key, sentence) in words::keys(self.tongue.lang()).filter(|(key, _)| spoken(key)) {
            for piece in sentence::all_pieces(self.tongue, key, sentence) {
                match piece {
                    Piece::Spoken { id, text } => self.add(&id, text),
                    Piece::Blank { .. } => {}
                }
            }
        }
    }

    fn add_numbers_and_letters(&mut self) {
        let plain = numbers::recorded().map(|n| format!("voice.number.{n}"));
        let feminine = [1, 2].map(|n| format!("voice.feminine.{n}"));
        let within = [100, 1_000].map(|n| format!("voice.within.{n}"));
        for name in plain.chain(feminine).chain(within) {
            self.add_in_two_takes(&name);
        }
        // Something always follows these.
        let joined = numbers::joined().map(|n| format!("voice.joined.{n}"));
        let ordinals = numbers::recorded().map(|n| format!("ordinal.{n}"));
        let has_ordinals = numbers::has_ordinals(self.tongue.lang());
        let ordinals = ordinals.filter(|_| has_ordinals);
        for name in joined.chain(ordinals) {
            let text = numbers::word(self.tongue, &name).unwrap_or_default();
            self.add(&format!("{name}~"), &text);
        }
        for letter in words::keys(self.tongue.lang()).map(|(key, _)| key).filter(|key| key.starts_with("voice.letter."))
        {
            self.add_in_two_takes(letter);
        }
    }

    fn add_in_two_takes(&mut self, name: &str) {
        let text = words::lookup(self.tongue.lang(), name).unwrap_or_default();
        self.add(name, text);
        self.add(&format!("{name}~"), text);
    }

    fn add_catalogue(&mut self) {
        let tag = self.tongue.lang().tag();
        let services: Services = serde_json::from_str(include_str!("../../catalogue/services.json"))
            .expect("the catalogue is part of the program and read by its tests");
        let classes: Classes = toml::from_str(include_str!("../../catalogue/classes.toml"))
            .expect("the classes are part of the program and read by its tests");
        let categories = services.categories.iter().map(|(letter, names)| (format!("category.{letter}"), names));
        let coded = services.services.iter().map(|row| (format!("service.{}", row.code), &row.names));
        let classes = classes.class.iter().map(|row| (format!("class.{}", row.id), &row.names));
        let documents = services.services.iter().flat_map(|row| &row.documents);
        let documents = documents.map(|row| (document(&row.id), &row.names));
        for (name, names) in categories.chain(coded).chain(classes).chain(documents) {
            self.add(&name, names.get(tag).map_or("", String::as_str));
        }
        self.add(&format!("language.{}", self.tongue), self.tongue.lang().own_name());
        self.add(CHIME, "");
        self.add(ATTENTION, "");
    }

    fn add(&mut self, name: &str, text: &str) {
        let id = ClipId::new(name).expect("keys and codes are plain names");
        self.lines.insert(id, text.to_owned());
    }

    /// Replaces the words of both takes.
    fn lay_over(&mut self, spoken: &BTreeMap<String, String>) {
        for (id, text) in &mut self.lines {
            if let Some(words) = spoken.get(id.falling().as_str()) {
                text.clone_from(words);
            }
        }
    }
}

/// What is read aloud otherwise than it is written, by the clip's name.
pub fn spoken(tongue: Tongue) -> BTreeMap<String, String> {
    let text = match tongue {
        Tongue::Uz => include_str!("../spoken/uz.toml"),
        Tongue::Kaa => include_str!("../spoken/kaa.toml"),
        Tongue::Ru => include_str!("../spoken/ru.toml"),
        Tongue::En => include_str!("../spoken/en.toml"),
    };
    let table: Table = text.parse().expect("the file is part of the program and read by its tests");
    table.into_iter().filter_map(|(name, text)| Some((name, text.as_str()?.to_owned()))).collect()
}

/// Names per language tag.
type Texts = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Services {
    categories: BTreeMap<String, Texts>,
    services: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    names: Texts,
    #[serde(default)]
    documents: Vec<ClassRow>,
}

#[derive(Deserialize)]
struct Classes {
    class: Vec<ClassRow>,
}

#[derive(Deserialize)]
struct ClassRow {
    id: String,
    names: Texts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_voice_says_the_same_things() {
        let names = |tongue| -> Vec<String> {
            let script = script(tongue);
            // Forms of plurals, pieces between blanks and ordinals differ by language.
            let same = |id: &&ClipId| {
                !id.as_str().contains('#') && !id.as_str().contains("ordinal") && !id.as_str().starts_with("language")
            };
            script.lines().map(|(id, _)| id).filter(same).map(ToString::to_string).collect()
        };
        let uz = names(Tongue::Uz);
        assert!(uz.len() > 230, "{}", uz.len());
        for tongue in Tongue::ALL {
            assert_eq!(names(tongue), uz, "{tongue}");
        }
    }

    #[test]
    fn every_line_has_words_and_every_reading_a_line() {
        for tongue in Tongue::ALL {
            let script = script(tongue);
            for (id, text) in script.lines() {
                assert_eq!(text.trim().is_empty(), is_notes(id), "{tongue} {id}");
            }
            for name in spoken(tongue).keys() {
                assert!(script.text(&ClipId::new(name).unwrap()).is_some(), "{tongue} has no {name} to read otherwise");
            }
        }
    }

    #[test]
    fn a_hall_adds_its_own_names() {
        let mut script = script(Tongue::Uz);
        let names = "[service.Z01]\nuz-Latn = \"Bozor\"\nru = \"Рынок\"\n[category.A]\nuz-Latn = \"Boshqa\"\n";
        script.add_names(names).unwrap();
        assert_eq!(script.text(&ClipId::new("service.Z01").unwrap()), Some("Bozor"));
        assert_eq!(script.text(&ClipId::new("category.A").unwrap()), Some("Boshqa"));
        assert!(matches!(script.add_names("[service.\"a/b\"]\nru = \"x\""), Err(NamesError::Name(_))));
        assert!(matches!(script.add_names("service = 3"), Err(NamesError::Shape(_))));
    }
}
