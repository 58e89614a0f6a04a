//! Text as espeak-ng reads it right: numbers as words, and each language in the letters its voice knows.
//!
//! Its Uzbek reads digits one by one and spells a word that has the letter ʼ of the catalogue, its Russian and Kazakh switch to English at a Latin letter, and there is no
//! Karakalpak: that is respelt in Kazakh letters. A studio's speaker is given the text itself.

use crate::{
    Tongue,
    numbers::{self, Form, NUMBER_MAX},
};

/// The apostrophe of Uzbek, U+02BC, which espeak-ng knows only as the one of a typewriter.
const TUTUQ: char = 'ʼ';

/// The text to hand over.
pub fn aloud(tongue: Tongue, text: &str) -> String {
    // A piece of a sentence begins and ends with what stood around a blank.
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !".?!".contains(c)).trim_start_matches(['.', ' ']);
    let text = in_words(tongue, text);
    let text = match tongue {
        Tongue::Uz => text.replace(TUTUQ, "'"),
        Tongue::Kaa => kazakh(&text),
        Tongue::Ru => in_cyrillic(&text),
        Tongue::En => text,
    };
    // A sign that is no letter (an arrow, a per cent, a quotation mark) would be read out by its name.
    let silent = |c: char| !c.is_alphanumeric() && !" ,.:;?!-–—…'’ʻ".contains(c);
    text.replace(silent, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Digits as words; before a hyphen an ordinal, where the language writes one so.
fn in_words(tongue: Tongue, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(at);
        out.push_str(before);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, after) = digits.split_at(end);
        let hyphen = numbers::has_ordinals(tongue.lang()) && after.starts_with('-');
        let form = if hyphen { Form::Ordinal } else { Form::Cardinal };
        let number = number.parse().unwrap_or(NUMBER_MAX + 1);
        out.push_str(&numbers::words(tongue, number, form));
        rest = if hyphen { &after[1..] } else { after };
        if hyphen {
            out.push(' ');
        }
    }
    out + rest
}

/// Russian with its Latin words in Russian letters: an abbreviation letter by letter, a word as it is written. What is
/// said otherwise (`Wi-Fi`) stands in `spoken/ru.toml`.
fn in_cyrillic(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphabetic() {
            word.push(c);
            continue;
        }
        let abbreviation = word.chars().all(char::is_uppercase);
        let names: Vec<&str> = word.chars().map(|letter| russian_letter(letter, abbreviation)).collect();
        out.push_str(&names.join(if abbreviation { " " } else { "" }));
        word.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

/// A Latin letter's name in Russian, or the letter that sounds like it.
fn russian_letter(letter: char, name: bool) -> &'static str {
    let (named, sound) = match letter.to_ascii_lowercase() {
        'a' => ("а", "а"),
        'b' => ("бэ", "б"),
        'c' => ("цэ", "к"),
        'd' => ("дэ", "д"),
        'e' => ("е", "е"),
        'f' => ("эф", "ф"),
        'g' => ("гэ", "г"),
        'h' => ("аш", "х"),
        'i' => ("ай", "и"),
        'j' => ("джей", "дж"),
        'k' => ("ка", "к"),
        'l' => ("эль", "л"),
        'm' => ("эм", "м"),
        'n' => ("эн", "н"),
        'o' => ("о", "о"),
        'p' => ("пэ", "п"),
        'q' => ("кью", "к"),
        'r' => ("ар", "р"),
        's' => ("эс", "с"),
        't' => ("тэ", "т"),
        'u' => ("у", "у"),
        'v' => ("вэ", "в"),
        'w' => ("дабл ю", "в"),
        'x' => ("икс", "кс"),
        'y' => ("игрек", "и"),
        _ => ("зет", "з"),
    };
    if name { named } else { sound }
}

/// Karakalpak Latin in the Kazakh letters that sound so.
fn kazakh(text: &str) -> String {
    let letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut out = String::with_capacity(2 * text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let pair = match (letter, letters.get(at + 1)) {
            ('s', Some('h')) => Some("ш"),
            ('c', Some('h')) => Some("ч"),
            _ => None,
        };
        match pair {
            Some(sound) => out.push_str(sound),
            None => out.push(kazakh_letter(*letter)),
        }
        at += if pair.is_some() { 2 } else { 1 };
    }
    out
}

fn kazakh_letter(letter: char) -> char {
    match letter {
        'a' => 'а',
        'á' => 'ә',
        'b' => 'б',
        'c' => 'ц',
        'd' => 'д',
        'e' => 'е',
        'f' => 'ф',
        'g' => 'г',
        'ǵ' => 'ғ',
        'h' | 'x' => 'х',
        // The capital of the dotless letter is Í, which becomes small as í.
        'ı' | 'í' => 'ы',
        'i' => 'і',
        'j' => 'ж',
        'k' => 'к',
        'q' => 'қ',
        'l' => 'л',
        'm' => 'м',
        'n' => 'н',
        'ń' => 'ң',
        'o' => 'о',
        'ó' => 'ө',
        'p' => 'п',
        'r' => 'р',
        's' => 'с',
        't' => 'т',
        'u' => 'ұ',
        'ú' => 'ү',
        'v' => 'в',
        'w' => 'у',
        'y' => 'й',
        'z' => 'з',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{is_notes, script};

    #[test]
    fn numbers_become_words() {
        assert_eq!(aloud(Tongue::Uz, "70 yoshdan oshgan"), "yetmish yoshdan oshgan");
        assert_eq!(aloud(Tongue::Uz, "2026-yil 23-noyabr"), "ikki ming yigirma oltinchi yil yigirma uchinchi noyabr");
        assert_eq!(aloud(Tongue::Uz, "Maʼlumot toʻliq"), "Ma'lumot toʻliq");
        assert_eq!(aloud(Tongue::En, "the 112 of them"), "the one hundred and twelve of them");
        assert_eq!(aloud(Tongue::Ru, "1 к 3"), "один к три");
    }

    #[test]
    fn pieces_lose_what_stood_around_their_blanks() {
        assert_eq!(aloud(Tongue::Uz, "-oynaga marhamat."), "oynaga marhamat.");
        assert_eq!(aloud(Tongue::Ru, ", подойдите к окну номер "), "подойдите к окну номер");
        assert_eq!(aloud(Tongue::En, "What brings you here?"), "What brings you here?");
        assert_eq!(aloud(Tongue::Ru, "». Готово."), "Готово.");
    }

    #[test]
    fn latin_in_russian_is_said_in_russian() {
        assert_eq!(aloud(Tongue::Ru, "Сканируйте QR-код, введите PIN"), "Сканируйте кью ар-код, введите пэ ай эн");
        assert_eq!(aloud(Tongue::Ru, "Откройте Chromium"), "Откройте кхромиум");
    }

    #[test]
    fn signs_are_not_read_out() {
        assert_eq!(aloud(Tongue::Ru, "Услуга «Паспорт» → 50 %"), "Услуга Паспорт пятьдесят");
    }

    #[test]
    fn karakalpak_is_respelt() {
        assert_eq!(aloud(Tongue::Kaa, "Qaysı másele menen keldińiz?"), "қайсы мәселе менен келдіңіз?");
        assert_eq!(aloud(Tongue::Kaa, "úshinshi aynaǵa shaqırıw"), "үшінші айнаға шақырыу");
    }

    #[test]
    fn every_line_is_in_the_letters_its_voice_knows() {
        for tongue in Tongue::ALL {
            for (id, text) in script(tongue).lines().filter(|(id, _)| !is_notes(id)) {
                let words = aloud(tongue, text);
                let cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
                let known = |c: char| match tongue {
                    Tongue::Ru | Tongue::Kaa => cyrillic(c),
                    Tongue::Uz => c.is_ascii_alphabetic() || "ʻ'".contains(c),
                    Tongue::En => c.is_ascii_alphabetic() || "'’".contains(c),
                };
                let strange = words.chars().find(|c| !known(*c) && !" ,.:;?!-–—…".contains(*c));
                assert_eq!(strange, None, "{tongue} {id}: {words}");
                assert!(words.contains(char::is_alphabetic), "{tongue} {id}: {words}");
                let roman = |word: &str| ["I", "II", "III", "IV"].contains(&word) && tongue != Tongue::En;
                assert!(!text.split(' ').any(roman), "{tongue} {id}: {text}");
            }
        }
    }
}
