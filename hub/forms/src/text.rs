//! Typed text in its normal form: apostrophes, blanks, and nothing that cannot be seen.
//!
//! A person's own words stay as typed otherwise: no capitals, no transliteration, no corrected spelling.

/// What a keyboard, a phone or a word processor offers for oʻ, gʻ and the tutuq.
const APOSTROPHES: [char; 8] = ['\'', '\u{2018}', '\u{2019}', '`', '\u{b4}', '\u{2b9}', '\u{2c8}', '\u{2032}'];

/// The sign of oʻ and gʻ.
const TURNED: char = '\u{2bb}';
/// The tutuq.
const TUTUQ: char = '\u{2bc}';

/// Letters of the two scripts' same shape, Cyrillic first.
const LOOK_ALIKES: [(char, char); 22] = [
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('а', 'A'),
    ('в', 'B'),
    ('с', 'C'),
    ('е', 'E'),
    ('н', 'H'),
    ('к', 'K'),
    ('м', 'M'),
    ('о', 'O'),
    ('р', 'P'),
    ('т', 'T'),
    ('х', 'X'),
];

/// One line: every run of blanks is one space.
pub fn line(typed: &str) -> String {
    apostrophes(&blanks(typed))
}

/// Several lines: blanks as in a line, at most one empty line between two.
pub fn lines(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut empty = 0;
    // A lone carriage return ends a line too.
    for row in typed.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}']) {
        let row = line(row);
        if row.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        out.push_str(&row);
        empty = 0;
    }
    out
}

/// A code on a document: blanks and hyphens gone, letters Latin and large.
pub fn code(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c) && !is_invisible(*c));
    kept.map(large_latin).collect()
}

/// A number: blanks, hyphens and brackets gone.
pub fn digits(typed: &str) -> String {
    let noise = |c: char| c.is_whitespace() || is_hyphen(c) || is_invisible(c) || matches!(c, '(' | ')' | '.');
    typed.chars().filter(|c| !noise(*c)).collect()
}

/// Hyphens and dashes that stand between groups of digits.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn large_latin(c: char) -> char {
    match u8::try_from(c) {
        Ok(small @ b'a'..=b'z') => char::from(small - b'a' + b'A'),
        _ => LOOK_ALIKES.iter().find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| *latin),
    }
}

fn blanks(typed: &str) -> String {
    let seen: String = typed.chars().filter(|c| !is_invisible(*c) || c.is_whitespace()).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, marks of direction, joiners and soft hyphens: they hide or turn what is read.
fn is_invisible(c: char) -> bool {
    let c_is = |from: char, to: char| (from..=to).contains(&c);
    c.is_control()
        || c == '\u{ad}'
        || c == '\u{61c}'
        || c == '\u{feff}'
        || c_is('\u{200b}', '\u{200f}')
        || c_is('\u{202a}', '\u{202e}')
        || c_is('\u{2060}', '\u{206f}')
        || c_is('\u{fff9}', '\u{fffb}')
        || c_is('\u{e0000}', '\u{e007f}')
}

/// Every apostrophe inside a word becomes the letter it stands for; a quotation mark stays one.
fn apostrophes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let c = if APOSTROPHES.contains(&c) { apostrophe(before, c, after) } else { c };
        out.push(c);
        before = c;
    }
    out
}

fn apostrophe(before: char, c: char, after: char) -> char {
    match before {
        'o' | 'O' | 'g' | 'G' => TURNED,
        TURNED if after.is_alphabetic() => TUTUQ,
        _ if before.is_ascii_alphabetic() && after.is_alphabetic() => TUTUQ,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn apostrophes_become_the_letters_they_stand_for() {
        let typed = [
            ("O'zbekiston", "Oʻzbekiston"),
            ("G`afur", "Gʻafur"),
            ("ma’no", "maʼno"),
            ("bo‘", "boʻ"),
            ("Is'hoq", "Isʼhoq"),
            ("mo''jiza", "moʻʼjiza"),
            ("'salom'", "'salom'"),
            ("Oʻzbek maʼno", "Oʻzbek maʼno"),
            ("it´s", "itʼs"),
        ];
        for (typed, normal) in typed {
            assert_eq!(line(typed), normal);
        }
    }

    #[test]
    fn blanks_and_what_cannot_be_seen_go() {
        assert_eq!(line("  Ali \t\u{200b}Vali\u{202e}\u{a0}ogʻli \r\n"), "Ali Vali ogʻli");
        assert_eq!(lines("\n\n bir \r\n\r\n\r\n\tikki\ruch\n"), "bir\n\nikki\nuch");
        assert_eq!(code(" аа 123–4567"), "AA1234567");
        assert_eq!(digits("+998 (90) 123-45-67"), "+998901234567");
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_as_it_is(typed in "[ -~oOgG'`‘’ʻʼ´\r\n\t\u{200b}\u{202e}а-яўқғҳ]{0,80}|\\PC{0,60}") {
            for normal in [line, lines, code, digits] {
                let once = normal(&typed);
                prop_assert_eq!(normal(&once), once);
            }
        }
    }
}
