//! What a visitor types on the screen's own keyboard: a bounded line and which letters the keys carry.
//!
//! The keyboard is the kiosk's, so no input method of a system can put anything else in. Deliberately absent: where
//! the keys stand; `keyboard` has the rows.

use serde::Serialize;
use words::Lang;

/// Characters of one line.
pub const LINE_CHARS_MAX: usize = 40;

/// A line being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// What stands there.
    pub line: String,
    /// Which letters the keys carry.
    pub script: Script,
}

/// A keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Script {
    /// Uzbek in Latin letters, with oʻ gʻ ʼ and those of the alphabet of 2026; English too.
    UzbekLatin,
    /// Uzbek in Cyrillic letters.
    UzbekCyrillic,
    /// Russian.
    Russian,
    /// Karakalpak in Latin letters.
    Karakalpak,
    /// Digits and signs.
    Digits,
    /// Digits alone, large.
    Pad,
    /// Digits and a comma.
    CommaPad,
    /// The letters and digits of a document's number.
    Code,
}

/// Whether the keys write small or large letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// Small.
    Small,
    /// Large, for one letter.
    Large,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stroke {
    /// Letters, as the key shows them.
    Letters(String),
    /// A space.
    Space,
    /// Takes the last character back.
    Erase,
    /// Other letters.
    Script(Script),
    /// The next letter large, or small again.
    Shift,
    /// Another line.
    NewLine,
}

impl Script {
    /// The keyboard that fits a language.
    pub const fn of(language: Lang) -> Script {
        match language {
            Lang::UzLatn | Lang::En => Script::UzbekLatin,
            Lang::UzCyrl => Script::UzbekCyrillic,
            Lang::Ru => Script::Russian,
            Lang::Kaa => Script::Karakalpak,
        }
    }
}

impl Typed {
    /// An empty line.
    pub fn new(language: Lang) -> Typed {
        Typed { line: String::new(), script: Script::of(language) }
    }

    /// One key. A full line takes no more; a space never stands first or twice.
    pub fn press(&mut self, stroke: Stroke) {
        match stroke {
            Stroke::Letters(letters) => {
                if self.line.chars().count() + letters.chars().count() <= LINE_CHARS_MAX {
                    self.line.push_str(&letters);
                }
            }
            Stroke::Space => {
                if !self.line.is_empty() && !self.line.ends_with(' ') && self.line.chars().count() < LINE_CHARS_MAX {
                    self.line.push(' ');
                }
            }
            Stroke::Erase => self.erase(),
            Stroke::Script(script) => self.script = script,
            // One line, and letters are folded.
            Stroke::Shift | Stroke::NewLine => {}
        }
    }

    /// oʻ and gʻ are one letter: they come with one key and go with one.
    fn erase(&mut self) {
        let last = self.line.pop();
        if last == Some('\u{02bb}') {
            self.line.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(strokes: &[Stroke]) -> String {
        let mut typed = Typed::new(Lang::UzLatn);
        strokes.iter().for_each(|stroke| typed.press(stroke.clone()));
        typed.line
    }

    fn letters(text: &str) -> Stroke {
        Stroke::Letters(text.to_owned())
    }

    #[test]
    fn a_letter_of_two_signs_goes_at_once() {
        assert_eq!(typed(&[letters("y"), letters("oʻ"), Stroke::Erase]), "y");
        assert_eq!(typed(&[letters("m"), letters("aʼ"), Stroke::Erase]), "ma");
        assert_eq!(typed(&[Stroke::Erase]), "");
    }

    #[test]
    fn spaces_stand_between_words_only() {
        assert_eq!(typed(&[Stroke::Space, letters("a"), Stroke::Space, Stroke::Space, letters("b")]), "a b");
    }

    #[test]
    fn a_line_is_bounded() {
        let many = vec![letters("ю"); LINE_CHARS_MAX + 5];
        assert_eq!(typed(&many).chars().count(), LINE_CHARS_MAX);
    }
}
