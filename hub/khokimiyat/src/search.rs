//! Finding a name whatever alphabet it is typed in.
//!
//! `Gʻulomov`, `G'ulomov`, `Ğulomov` and `Ғуломов` are one person. Both what is kept and what is looked for are folded to
//! small letters of the 1995 Latin alphabet without apostrophes; Russian and Karakalpak letters fall on the nearest ones.
//! What folding loses (`oʻ` and `o` become one) only makes a list a little longer. Absent on purpose: stemming.

/// Words in a question; more narrow it down no further.
const WORDS_MAX: usize = 6;

/// Text as it is looked for.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars().flat_map(char::to_lowercase) {
        match latin(letter, before) {
            Some(folded) => out.push_str(folded),
            // Before the letters: the signs of oʻ and gʻ are letters to Unicode.
            None if is_apostrophe(letter) => {}
            None if letter.is_alphanumeric() || "-/".contains(letter) => out.push(letter),
            None if out.ends_with(' ') || out.is_empty() => {}
            None => out.push(' '),
        }
        before = letter;
    }
    out.truncate(out.trim_end().len());
    out
}

/// The words of a question as patterns of `like`, every one of which must be found.
pub fn patterns(asked: &str) -> Vec<String> {
    let folded = fold(asked);
    let words = folded.split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX);
    // Folding leaves no `%` and no `_`: they are no letters.
    words.map(|word| format!("%{word}%")).collect()
}

fn is_apostrophe(letter: char) -> bool {
    "'`´‘’‛ʹʻʼʽˈ′＇".contains(letter)
}

/// What a letter becomes; nothing for one that stays. `е` is `ye` at the beginning of a word and after a vowel.
fn latin(letter: char, before: char) -> Option<&'static str> {
    let after_vowel = "аеёиоуўэюяы".contains(before);
    let begins = !before.is_alphabetic() || after_vowel || "ъь".contains(before);
    Some(match letter {
        'а' | 'á' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' | 'ğ' | 'ǵ' => "g",
        'д' => "d",
        'е' if begins => "ye",
        'е' | 'э' => "e",
        'ё' => "yo",
        'ж' => "j",
        'з' => "z",
        'и' | 'і' | 'ı' | 'ы' => "i",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' | 'ń' => "n",
        'о' | 'ў' | 'ö' | 'ó' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ú' | 'ү' => "u",
        'ф' => "f",
        'х' => "x",
        'ҳ' => "h",
        'ц' if after_vowel => "ts",
        'ц' => "s",
        'ч' | 'ç' => "ch",
        'ш' | 'ş' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'қ' => "q",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_four_alphabets_is_one_name() {
        for name in ["Gʻulomov Oʻtkir", "G'ulomov O`tkir", "Ğulomov Ötkir", "Ғуломов Ўткир", "ҒУЛОМОВ  ЎТКИР"]
        {
            assert_eq!(fold(name), "gulomov otkir", "{name}");
        }
        for (latin, cyrillic) in [
            ("Doʻstlik", "Дўстлик"),
            ("maʼlumotnoma", "маълумотнома"),
            ("Yelena", "Елена"),
            ("konstitutsiya", "конституция"),
            ("poyezd", "поезд"),
            ("Shokir", "ШОКИР"),
            ("yoʻllanma", "йўлланма"),
        ] {
            assert_eq!(fold(latin), fold(cyrillic), "{latin}");
        }
        assert_eq!(fold("Shokir"), fold("Şokir"));
        assert_eq!(fold("Chortoq"), fold("Çortoq"));
    }

    #[test]
    fn a_registration_number_is_found_as_it_is_written() {
        assert_eq!(fold("M-12/26"), "m-12/26");
        assert_eq!(patterns(" M-12/26  Karimov "), ["%m-12/26%", "%karimov%"]);
        assert_eq!(patterns("%_%"), [""; 0]);
    }

    #[test]
    fn a_question_has_few_words() {
        assert_eq!(patterns(&"a ".repeat(100)).len(), WORDS_MAX);
    }
}
