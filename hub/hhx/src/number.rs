//! The number on a citizen's slip: digits only, because it is typed on a kiosk by somebody in a hurry.
//!
//! `1-000174-6`: the hub's life, the serial number in it, and a check digit after Damm (2004), which finds every single
//! wrong digit and every pair that changed places. It is not secret: whoever asks says the last four digits of the
//! phone, too.

use std::{fmt, str::FromStr};

/// An application's number in its hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    epoch: u32,
    serial: u32,
}

/// Not a number, or one that was mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the number of an application")]
pub struct NotANumber;

/// The highest serial number: six digits last a hall for four years, and each life begins anew.
const SERIAL_MAX: u32 = 999_999;

/// A totally anti-symmetric quasigroup of order 10, from Damm's dissertation.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

impl Number {
    /// A number, as long as there are any in this life.
    #[must_use]
    pub fn new(epoch: u32, serial: u32) -> Option<Self> {
        (1..=SERIAL_MAX).contains(&serial).then_some(Self { epoch, serial })
    }

    /// The life it was given in, and its place there.
    pub fn place(self) -> (u32, u32) {
        (self.epoch, self.serial)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = damm(&format!("{}{:06}", self.epoch, self.serial));
        write!(f, "{}-{:06}-{check}", self.epoch, self.serial)
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// Reads it with or without what stands between the digits.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        if text.len() > 64 || text.chars().any(|letter| !letter.is_ascii_digit() && !" -‑–".contains(letter)) {
            return Err(NotANumber);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !(8..=17).contains(&digits.len()) || damm(&digits) != 0 {
            return Err(NotANumber);
        }
        let (epoch, rest) = digits.split_at(digits.len() - 7);
        let epoch: u32 = epoch.parse().map_err(|_| NotANumber)?;
        let number = Self::new(epoch, rest[..6].parse().map_err(|_| NotANumber)?).ok_or(NotANumber)?;
        // One number is written in one way.
        (number.digits() == digits).then_some(number).ok_or(NotANumber)
    }
}

impl Number {
    fn digits(self) -> String {
        self.to_string().replace('-', "")
    }
}

fn damm(digits: &str) -> u8 {
    digits.bytes().fold(0, |interim, digit| DAMM[usize::from(interim)][usize::from(digit - b'0')])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 572 with its check digit 4 is the example everybody gives.
    #[test]
    fn the_known_example() {
        assert_eq!(damm("572"), 4);
        assert_eq!(damm("5724"), 0);
    }

    proptest! {
        #[test]
        fn it_reads_as_it_is_written(epoch in 1u32..=u32::MAX, serial in 1u32..=SERIAL_MAX) {
            let number = Number::new(epoch, serial).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            prop_assert_eq!(number.digits().parse(), Ok(number));
        }

        #[test]
        fn one_wrong_digit_is_found(epoch in 1u32..100, serial in 1u32..=SERIAL_MAX, at in 0usize..9, add in 1u8..10) {
            let mut digits = Number::new(epoch, serial).unwrap().digits().into_bytes();
            let at = at % digits.len();
            digits[at] = b'0' + (digits[at] - b'0' + add) % 10;
            prop_assert_eq!(String::from_utf8(digits).unwrap().parse::<Number>(), Err(NotANumber));
        }

        #[test]
        fn two_that_changed_places_are_found(epoch in 1u32..100, serial in 1u32..=SERIAL_MAX, at in 0usize..8) {
            let mut digits = Number::new(epoch, serial).unwrap().digits().into_bytes();
            let at = at % (digits.len() - 1);
            prop_assume!(digits[at] != digits[at + 1]);
            digits.swap(at, at + 1);
            prop_assert_eq!(String::from_utf8(digits).unwrap().parse::<Number>(), Err(NotANumber));
        }

        #[test]
        fn nothing_breaks_it(text in ".{0,80}") {
            let _ = text.parse::<Number>();
        }
    }
}
