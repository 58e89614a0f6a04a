//! Numbers of people and organisations: what is in them is checked, and nothing is derived from them.
//!
//! A PINFL tells sex and birthday. They are looked at here to find a slip of the finger, and nowhere else. The control
//! digit of a STIR has no published rule, so it is not checked.

use crate::text;
use jiff::civil::Date;

/// Digits of a PINFL.
const PINFL_DIGITS: usize = 14;
/// Weights of the control digit, repeating: the rule 7-3-1 of travel documents.
const WEIGHTS: [u32; 3] = [7, 3, 1];

/// Why a text is no PINFL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPinfl {
    /// There is something else than digits.
    Characters,
    /// It has not 14 digits.
    Length,
    /// The first digit is none of 1 to 6.
    Century,
    /// There is no such birthday, or it has not come.
    Birthday,
    /// The district is 000.
    District,
    /// The serial is 000.
    Serial,
    /// The control digit is another.
    Control,
}

/// The 14 digits of a PINFL.
pub fn pinfl(typed: &str, today: Date) -> Result<String, NotPinfl> {
    let plain = text::digits(typed);
    let digits: Vec<u32> = plain.chars().map(|c| c.to_digit(10)).collect::<Option<_>>().ok_or(NotPinfl::Characters)?;
    if digits.len() != PINFL_DIGITS {
        return Err(NotPinfl::Length);
    }
    let century = match digits[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return Err(NotPinfl::Century),
    };
    let number = |at: usize, length: usize| digits[at..at + length].iter().fold(0, |sum, digit| sum * 10 + digit);
    let born = i16::try_from(century + number(5, 2)).ok().and_then(|year| {
        let (month, day) = (i8::try_from(number(3, 2)).ok()?, i8::try_from(number(1, 2)).ok()?);
        Date::new(year, month, day).ok()
    });
    if born.is_none_or(|born| born > today) {
        return Err(NotPinfl::Birthday);
    }
    if number(7, 3) == 0 {
        return Err(NotPinfl::District);
    }
    if number(10, 3) == 0 {
        return Err(NotPinfl::Serial);
    }
    if control(&digits[..PINFL_DIGITS - 1]) != digits[PINFL_DIGITS - 1] {
        return Err(NotPinfl::Control);
    }
    Ok(plain)
}

/// The control digit of the digits before it.
pub fn control(digits: &[u32]) -> u32 {
    digits.iter().zip(WEIGHTS.iter().cycle()).map(|(digit, weight)| digit * weight).sum::<u32>() % 10
}

/// The nine digits of a STIR.
pub fn stir(typed: &str) -> Option<String> {
    let plain = text::digits(typed);
    let sound = plain.len() == 9 && plain.bytes().all(|b| b.is_ascii_digit()) && plain.as_bytes()[0] >= b'2';
    sound.then_some(plain)
}

/// Two Latin letters and seven digits of a passport or an ID card; Cyrillic letters of the same shape are taken for Latin.
pub fn id_document(typed: &str) -> Option<String> {
    let code = text::code(typed);
    let bytes = code.as_bytes();
    let sound =
        bytes.len() == 9 && bytes[..2].iter().all(u8::is_ascii_alphabetic) && bytes[2..].iter().all(u8::is_ascii_digit);
    sound.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// Synthetic: the district 999 is given to nobody.
    const VECTORS: [&str; 4] = ["30101909990010", "43112999990026", "52902049990034", "61506109990046"];
    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn synthetic_numbers_pass_with_and_without_blanks() {
        for number in VECTORS {
            assert_eq!(pinfl(number, TODAY).as_deref(), Ok(number));
        }
        assert_eq!(pinfl(" 3 010190 999-001 0 ", TODAY).as_deref(), Ok(VECTORS[0]));
    }

    #[test]
    fn each_rule_refuses_alone() {
        let with_control = |first: &str| {
            let digits: Vec<u32> = first.chars().filter_map(|c| c.to_digit(10)).collect();
            format!("{first}{}", control(&digits))
        };
        assert_eq!(pinfl("3010190999001O", TODAY), Err(NotPinfl::Characters));
        assert_eq!(pinfl("3010190999001", TODAY), Err(NotPinfl::Length));
        assert_eq!(pinfl("301019099900100", TODAY), Err(NotPinfl::Length));
        assert_eq!(pinfl("", TODAY), Err(NotPinfl::Length));
        assert_eq!(pinfl(&with_control("7010190999001"), TODAY), Err(NotPinfl::Century));
        assert_eq!(pinfl(&with_control("0010190999001"), TODAY), Err(NotPinfl::Century));
        for born in ["310290", "290201", "000190", "010090", "011390"] {
            assert_eq!(pinfl(&with_control(&format!("3{born}999001")), TODAY), Err(NotPinfl::Birthday), "{born}");
        }
        assert_eq!(pinfl(&with_control("5241126999001"), TODAY), Err(NotPinfl::Birthday), "tomorrow");
        assert!(pinfl(&with_control("5231126999001"), TODAY).is_ok(), "today");
        assert_eq!(pinfl(&with_control("3010190000001"), TODAY), Err(NotPinfl::District));
        assert_eq!(pinfl(&with_control("3010190999000"), TODAY), Err(NotPinfl::Serial));
        assert_eq!(pinfl("30101909990011", TODAY), Err(NotPinfl::Control));
    }

    /// Each weight has no divisor in common with 10, so another digit in one place is always another sum.
    #[test]
    fn every_single_wrong_digit_is_found() {
        for number in VECTORS {
            for place in 0..PINFL_DIGITS {
                for digit in '0'..='9' {
                    let mut wrong: Vec<char> = number.chars().collect();
                    wrong[place] = digit;
                    let wrong: String = wrong.into_iter().collect();
                    assert_eq!(pinfl(&wrong, TODAY).is_ok(), wrong == number, "{wrong}");
                }
            }
        }
    }

    #[test]
    fn neighbours_that_changed_places_are_found_unless_they_differ_by_five() {
        for number in VECTORS {
            let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
            for place in 0..PINFL_DIGITS - 1 {
                let mut swapped = digits.clone();
                swapped.swap(place, place + 1);
                let found = control(&swapped[..PINFL_DIGITS - 1]) != swapped[PINFL_DIGITS - 1];
                let apart = digits[place].abs_diff(digits[place + 1]);
                assert_eq!(found, !apart.is_multiple_of(5), "{number} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_of_any_number_is_found(
            first in proptest::collection::vec(0u32..10, 13), place in 0usize..14, by in 1u32..10,
        ) {
            let mut digits = first.clone();
            digits.push(control(&first));
            digits[place] = (digits[place] + by) % 10;
            prop_assert_ne!(control(&digits[..13]), digits[13]);
        }
    }

    #[test]
    fn a_taxpayers_number_has_nine_digits_from_2() {
        assert_eq!(stir("310 006 777").as_deref(), Some("310006777"));
        for wrong in ["110006777", "31000677", "3100067777", "31000677a", ""] {
            assert_eq!(stir(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_passport_is_read_in_both_scripts_and_sizes() {
        for typed in ["AB1234567", "ab 1234567", "АВ1234567", "ав-1234567", "аB 123 45 67"] {
            assert_eq!(id_document(typed).as_deref(), Some("AB1234567"), "{typed}");
        }
        for wrong in ["A1234567", "ABC123456", "AB123456", "AB12345678", "Ж91234567", "1234567AB", ""] {
            assert_eq!(id_document(wrong), None, "{wrong}");
        }
    }
}
