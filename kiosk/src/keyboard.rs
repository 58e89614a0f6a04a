//! Where the keys of the screen's keyboard stand, per script. Data, so that a letter is added in one place.
//!
//! Every letter of the five languages has a key: Uzbek Latin with oʻ gʻ ʼ and those of the alphabet of 2026 (ş ç ö ğ),
//! which mean the same words. Searching has no capitals, it folds them away; a form has, and Karakalpak ı has one that no
//! rule of Unicode knows.

use crate::session::{Case, Script, Stroke};

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What it does.
    pub does: Does,
    /// How many times as wide as a letter, in tenths.
    pub wide_tenths: u8,
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Writes these letters.
    Letters(&'static str),
    /// Writes a space.
    Space,
    /// Takes the last character back.
    Erase,
    /// Shows other keys.
    Script(Script),
    /// Makes the next letter large, or small again.
    Shift,
    /// Begins another line.
    NewLine,
}

/// Whether what is written has lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One.
    One,
    /// Several.
    Several,
}

const fn erase() -> Key {
    Key { does: Does::Erase, wide_tenths: 18 }
}

/// The rows of a script, from above.
pub fn rows(script: Script) -> Vec<Vec<Key>> {
    let letters: &[&str] = match script {
        Script::UzbekLatin => &["q w e r t y u i o p oʻ", "a s d f g h j k l gʻ ʼ", "z x c v b n m ş ç ö ğ"],
        Script::UzbekCyrillic => &["й ц у к е н г ш ў з х ъ", "ф қ в а п р о л д ж э ғ", "я ч с м и т ь б ю ҳ ё"],
        Script::Russian => &["й ц у к е н г ш щ з х ъ", "ф ы в а п р о л д ж э ё", "я ч с м и т ь б ю"],
        Script::Karakalpak => &["q w e r t y u ú i ı o ó p", "a á s d f g ǵ h j k l", "z x c v b n ń m ʼ"],
        Script::Digits => &["1 2 3 4 5 6 7 8 9 0", "- / . , : ; ? !", "( ) « » № % +"],
        Script::Pad => &["1 2 3", "4 5 6", "7 8 9", "0"],
        Script::CommaPad => &["1 2 3", "4 5 6", "7 8 9", ", 0"],
        Script::Code => &["1 2 3 4 5 6 7 8 9 0", "Q W E R T Y U I O P", "A S D F G H J K L", "Z X C V B N M"],
    };
    let mut rows: Vec<Vec<Key>> = letters
        .iter()
        .map(|row| row.split(' ').map(|letters| Key { does: Does::Letters(letters), wide_tenths: 10 }).collect())
        .collect();
    if let Some(last) = rows.last_mut() {
        last.push(match script {
            Script::Pad | Script::CommaPad => Key { does: Does::Erase, wide_tenths: 10 },
            _ => erase(),
        });
        if script == Script::Pad {
            last[0].wide_tenths = 20;
        }
    }
    match script {
        Script::Pad | Script::CommaPad | Script::Code => {}
        Script::UzbekLatin | Script::UzbekCyrillic | Script::Russian | Script::Karakalpak | Script::Digits => {
            rows.push(foot(script));
        }
    }
    rows
}

/// The rows for a form: with capitals, and with a key for another line where there are lines.
pub fn form_rows(script: Script, lines: Lines) -> Vec<Vec<Key>> {
    let mut rows = rows(script);
    match script {
        Script::Pad | Script::CommaPad | Script::Code => return rows,
        Script::Digits => {}
        Script::UzbekLatin | Script::UzbekCyrillic | Script::Russian | Script::Karakalpak => {
            if let Some(foot) = rows.last_mut() {
                foot.insert(0, Key { does: Does::Shift, wide_tenths: 14 });
            }
        }
    }
    if lines == Lines::Several
        && let Some(foot) = rows.last_mut()
    {
        foot.push(Key { does: Does::NewLine, wide_tenths: 14 });
    }
    rows
}

/// What a key writes.
pub fn cased(letters: &str, case: Case) -> String {
    match case {
        Case::Small => letters.to_owned(),
        Case::Large => letters.chars().map(large).collect(),
    }
}

/// Small letters and their large ones. Karakalpak has Í over ı and I over i, which no rule of Unicode knows.
const SMALL: &str = "abcdefghijklmnopqrstuvwxyzşçöğáǵıńóúабвгдежзийклмнопрстуфхцчшщъыьэюяёўқғҳ";
const LARGE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZŞÇÖĞÁǴÍŃÓÚАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁЎҚҒҲ";

fn large(letter: char) -> char {
    SMALL.chars().zip(LARGE.chars()).find(|(small, _)| *small == letter).map_or(letter, |(_, large)| large)
}

/// Other scripts, and the space.
fn foot(script: Script) -> Vec<Key> {
    let all = [Script::UzbekLatin, Script::UzbekCyrillic, Script::Russian, Script::Karakalpak, Script::Digits];
    let others = all.into_iter().filter(|other| *other != script);
    let mut foot: Vec<Key> = others.map(|other| Key { does: Does::Script(other), wide_tenths: 14 }).collect();
    foot.insert(2, Key { does: Does::Space, wide_tenths: 32 });
    foot
}

impl Script {
    /// The code in callbacks and scripts.
    pub const fn code(self) -> &'static str {
        match self {
            Script::UzbekLatin => "uzbek-latin",
            Script::UzbekCyrillic => "uzbek-cyrillic",
            Script::Russian => "russian",
            Script::Karakalpak => "karakalpak",
            Script::Digits => "digits",
            Script::Pad => "pad",
            Script::CommaPad => "comma-pad",
            Script::Code => "code",
        }
    }

    /// What stands on the key that brings it: a few of its own letters, as the script writes them.
    pub const fn label(self) -> &'static str {
        match self {
            Script::UzbekLatin => "oʻ gʻ",
            Script::UzbekCyrillic => "ўқғ",
            Script::Russian => "щы",
            Script::Karakalpak => "áǵń",
            Script::Digits | Script::Pad | Script::CommaPad => "123",
            Script::Code => "ABC",
        }
    }

    fn parse(code: &str) -> Option<Script> {
        let all = [Script::UzbekLatin, Script::UzbekCyrillic, Script::Russian, Script::Karakalpak, Script::Digits];
        all.into_iter().find(|script| script.code() == code)
    }
}

/// The keys of a PIN pad, row by row, as deeds.
pub const fn pad() -> [&'static str; 12] {
    [
        "letters 1",
        "letters 2",
        "letters 3",
        "letters 4",
        "letters 5",
        "letters 6",
        "letters 7",
        "letters 8",
        "letters 9",
        "erase",
        "letters 0",
        "enter",
    ]
}

/// A key's deed as a word, and back.
pub fn stroke(does: &str) -> Option<Stroke> {
    match does.split_once(' ') {
        Some(("letters", letters)) if letters.chars().count() <= 2 => Some(Stroke::Letters(letters.to_owned())),
        Some(("script", code)) => Script::parse(code).map(Stroke::Script),
        Some(_) => None,
        None if does == "space" => Some(Stroke::Space),
        None if does == "erase" => Some(Stroke::Erase),
        None if does == "shift" => Some(Stroke::Shift),
        None if does == "line" => Some(Stroke::NewLine),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters each alphabet has, from its law or school book; apostrophes are U+02BB and U+02BC.
    const ALPHABETS: [(Script, &str); 4] = [
        (Script::UzbekLatin, "a b d e f g h i j k l m n o p q r s t u v x y z oʻ gʻ ʼ ş ç ö ğ c w"),
        (Script::UzbekCyrillic, "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш ъ ь э ю я ў қ ғ ҳ"),
        (Script::Russian, "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"),
        (Script::Karakalpak, "a á b c d e f g ǵ h x ı i j k q l m n ń o ó p r s t u ú v w y z"),
    ];

    #[test]
    fn every_letter_has_one_key() {
        for (script, alphabet) in ALPHABETS {
            let keys: Vec<&str> = rows(script)
                .concat()
                .into_iter()
                .filter_map(|key| match key.does {
                    Does::Letters(letters) => Some(letters),
                    Does::Space | Does::Erase | Does::Script(_) | Does::Shift | Does::NewLine => None,
                })
                .collect();
            for letter in alphabet.split(' ') {
                assert_eq!(keys.iter().filter(|key| **key == letter).count(), 1, "{script:?} {letter}");
            }
        }
    }

    #[test]
    fn every_script_is_one_key_away() {
        for (script, _) in ALPHABETS {
            let foot = rows(script).pop().unwrap();
            assert_eq!(foot.iter().filter(|key| matches!(key.does, Does::Script(_))).count(), 4);
        }
    }

    #[test]
    fn a_form_has_capitals_and_lines() {
        assert_eq!(["q", "oʻ", "ў", "ı", "ǵ"].map(|letter| cased(letter, Case::Large)), ["Q", "Oʻ", "Ў", "Í", "Ǵ"]);
        let deeds = |lines| form_rows(Script::UzbekLatin, lines).concat().into_iter().map(|key| key.does);
        assert!(
            deeds(Lines::One).any(|does| does == Does::Shift) && deeds(Lines::One).all(|does| does != Does::NewLine)
        );
        assert!(deeds(Lines::Several).any(|does| does == Does::NewLine));
        assert_eq!(form_rows(Script::Pad, Lines::One).concat().len(), 11, "ten digits, and one to take back");
    }

    #[test]
    fn deeds_are_read_back() {
        assert_eq!(stroke("letters oʻ"), Some(Stroke::Letters("oʻ".to_owned())));
        assert_eq!(stroke("script russian"), Some(Stroke::Script(Script::Russian)));
        assert_eq!((stroke("space"), stroke("erase")), (Some(Stroke::Space), Some(Stroke::Erase)));
        assert_eq!((stroke("letters abc"), stroke("script klingon"), stroke("")), (None, None, None));
    }
}
