//! Finds a service by its letters, whatever the script: `yer`, `ер`, `Ўзбек` and `özbek` find what they mean.
//!
//! Text is folded to a rough Latin skeleton that all spellings of a word share: apostrophes go, letters that differ only
//! between scripts or by the ear fall together. Rough is right here: a service found too many costs a glance, one
//! found too few costs the visit. Deliberately absent: transliteration for showing, and guessing at typing errors.

use crate::book::Book;
use words::Lang;

/// Services a search shows: what fits a screen or two.
pub const FOUND_MAX: usize = 12;

/// A service that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its category.
    pub category: String,
    /// The service.
    pub service: String,
}

/// Services of which some name has a word for each typed beginning: those whose name in the visitor's own language
/// has come first. Nothing typed finds nothing.
pub fn search(book: &Book, lang: Lang, typed: &str) -> Vec<Found> {
    let wanted: Vec<String> = fold(typed).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for category in book.categories(lang) {
        for service in &category.services {
            let found = || Found { category: category.code.clone(), service: service.code.clone() };
            if fits(&wanted, &format!("{} {}", service.name, service.code)) {
                own.push(found());
            } else if Lang::ALL.into_iter().any(|lang| fits(&wanted, &book.service_name(&service.code, lang))) {
                other.push(found());
            }
        }
    }
    own.extend(other);
    own.truncate(FOUND_MAX);
    own
}

fn fits(wanted: &[String], name: &str) -> bool {
    let name = fold(name);
    wanted.iter().all(|beginning| name.split(' ').any(|word| word.starts_with(beginning.as_str())))
}

/// The skeleton of a text: lower-case Latin letters, digits and single spaces.
pub fn fold(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match skeleton(letter) {
            Some(letters) => latin.push_str(letters),
            None if letter.is_ascii_alphanumeric() => latin.push(letter),
            None if APOSTROPHES.contains(&letter) || letter.is_alphanumeric() => {}
            None => latin.push(' '),
        }
    }
    // After the letters, because a script may write as one letter what another writes as two.
    let latin = latin.replace("'o", "yo").replace('\'', "").replace("ts", "s").replace("ye", "e");
    without_soft_a(&latin)
}

/// What keyboards and books write for oʻ, gʻ and the tutuq belgisi.
const APOSTROPHES: [char; 13] = [
    '\'', '`', '\u{b4}', '\u{2018}', '\u{2019}', '\u{201b}', '\u{2b9}', '\u{2bb}', '\u{2bc}', '\u{2bd}', '\u{2c8}',
    '\u{2032}', '\u{ff07}',
];

/// A letter's share of the skeleton. The soft sign is an apostrophe until it is known what follows.
const fn skeleton(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'á' | 'ә' => "a",
        'б' => "b",
        'в' | 'w' => "v",
        'г' | 'ғ' | 'ğ' | 'ǵ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "yo",
        'ж' => "j",
        'з' => "z",
        'и' | 'ы' | 'ı' | 'í' => "i",
        'й' => "y",
        'к' | 'қ' | 'q' | 'c' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' | 'ń' => "n",
        'о' | 'ў' | 'ө' | 'ö' | 'ó' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ц' => "s",
        'т' => "t",
        'у' | 'ү' | 'ú' | 'ü' => "u",
        'ф' => "f",
        'х' | 'ҳ' | 'x' => "h",
        'ч' | 'ç' => "kh",
        'ш' | 'щ' | 'ş' => "sh",
        'ъ' => "",
        'ь' => "'",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

/// сентябрь and sentabr are one month: after a consonant я is a.
fn without_soft_a(latin: &str) -> String {
    let letters: Vec<char> = latin.chars().collect();
    let mut out = String::with_capacity(latin.len());
    for (i, letter) in letters.iter().enumerate() {
        let soft = *letter == 'y'
            && letters.get(i + 1) == Some(&'a')
            && i > 0
            && letters[i - 1].is_ascii_alphabetic()
            && !"aeiouy".contains(letters[i - 1]);
        if !soft && !(*letter == ' ' && (out.is_empty() || out.ends_with(' '))) {
            out.push(*letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_in_every_spelling() {
        let same = [
            ["Oʻzbekiston", "Ўзбекистон"],
            ["O'zbekiston", "Özbekiston"],
            ["GʻALLAOROL", "Ғаллаорол"],
            ["Isʼhoq", "Исҳоқ"],
            ["maʼlumotnoma", "маълумотнома"],
            ["yer", "ер"],
            ["Yelena", "Елена"],
            ["premyera", "премьера"],
            ["obyekt", "объект"],
            ["konstitutsiya", "конституция"],
            ["ketsa", "кетса"],
            ["protsent", "процент"],
            ["litsenziya", "лицензия"],
            ["sirk", "цирк"],
            ["sentabr", "сентябрь"],
            ["tayyor", "тайёр"],
            ["poyezd", "поезд"],
            ["yoʻl", "йўл"],
            ["moʻjiza", "мўъжиза"],
            ["byudjet", "бюджет"],
            ["hokimiyat", "ҳокимият"],
            ["maʼyus", "маъюс"],
            ["batalyon", "батальон"],
            ["chipta", "чипта"],
            ["çipta", "чипта"],
            ["şahar", "шаҳар"],
            ["rayon", "район"],
            ["iyun", "июнь"],
        ];
        for [a, b] in same {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn words_stay_words() {
        assert_eq!(fold("  Yer, uy-joy  (kadastr)"), "er uy joy kadastr ");
        assert_eq!(fold("№ 12/А"), "12 a");
        assert_ne!(fold("nikoh"), fold("nafaqa"));
    }
}
