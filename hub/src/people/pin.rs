//! PINs: which are too easy, and how they are kept (argon2id).
//!
//! m = 46 MiB, t = 1, p = 1 is OWASP's first choice; memory of that size is given back to the system after each check.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// The shortest PIN.
pub const PIN_DIGITS_MIN: usize = 4;
/// The longest PIN.
pub const PIN_DIGITS_MAX: usize = 12;

/// Why a PIN is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Not 4 to 12 digits.
    NotDigits,
    /// One digit again and again, or a pair or half repeated: `0000`, `1212`, `123123`.
    Repeating,
    /// Digits in a row, up or down: `1234`, `9876`.
    InARow,
    /// Looks like a year, which people choose: `1985`.
    Year,
}

/// What one check costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// What a hall uses.
    Full,
    /// For tests, which sign in hundreds of times.
    Cheap,
}

/// Refuses PINs that a passer-by would try first.
pub(super) fn strong_enough(pin: &str) -> Result<(), Weakness> {
    let digits = pin.as_bytes();
    let right_length = (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&digits.len());
    if !right_length || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Weakness::NotDigits);
    }
    let repeats =
        |every: usize| digits.len().is_multiple_of(every) && digits.chunks(every).all(|c| c == &digits[..every]);
    if (1..digits.len()).any(repeats) {
        return Err(Weakness::Repeating);
    }
    let steps = |up: u8| digits.windows(2).all(|two| (two[0] - b'0' + up) % 10 == two[1] - b'0');
    if steps(1) || steps(9) {
        return Err(Weakness::InARow);
    }
    if digits.len() == 4 && (digits.starts_with(b"19") || digits.starts_with(b"20")) {
        return Err(Weakness::Year);
    }
    Ok(())
}

/// The PHC string of a PIN, with its own salt.
pub(super) fn hash(pin: &str, cost: Cost) -> Option<String> {
    hasher(cost).hash_password(pin.as_bytes()).ok().map(|phc| phc.to_string())
}

/// The PHC string of a PIN that kiosks check themselves: more rounds in less memory.
pub(super) fn hash_for_kiosks(pin: &str, cost: Cost) -> Option<String> {
    let (memory_kib, rounds) = match cost {
        Cost::Full => (7 * 1024, 5),
        Cost::Cheap => (64, 1),
    };
    argon2id(memory_kib, rounds).hash_password(pin.as_bytes()).ok().map(|phc| phc.to_string())
}

/// Whether a PIN is the one that was hashed. The parameters are read from the hash, so they can grow later.
pub(super) fn is_right(pin: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| hasher(Cost::Full).verify_password(pin.as_bytes(), &hash).is_ok())
}

/// Spends the time of a check for a name nobody has, so that the time does not tell which names exist.
pub(super) fn pretend(pin: &str, cost: Cost) {
    drop(hash(pin, cost));
}

fn hasher(cost: Cost) -> Argon2<'static> {
    let memory_kib = match cost {
        Cost::Full => 46 * 1024,
        Cost::Cheap => 64,
    };
    argon2id(memory_kib, 1)
}

fn argon2id(memory_kib: u32, rounds: u32) -> Argon2<'static> {
    let params = Params::new(memory_kib, rounds, 1, None).expect("the parameters are constants inside argon2's ranges");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_pins_are_refused() {
        for (pin, why) in [
            ("", Weakness::NotDigits),
            ("123", Weakness::NotDigits),
            ("12a4", Weakness::NotDigits),
            ("1234567890123", Weakness::NotDigits),
            ("٤٨١٥", Weakness::NotDigits),
            ("0000", Weakness::Repeating),
            ("4747", Weakness::Repeating),
            ("815815", Weakness::Repeating),
            ("3456", Weakness::InARow),
            ("8901", Weakness::InARow),
            ("43210", Weakness::InARow),
            ("1987", Weakness::Year),
            ("2004", Weakness::Year),
        ] {
            assert_eq!(strong_enough(pin), Err(why), "{pin}");
        }
        for pin in ["4815", "2580", "199407", "70361842"] {
            assert_eq!(strong_enough(pin), Ok(()), "{pin}");
        }
    }

    #[test]
    fn a_hash_knows_its_pin_and_no_other() {
        let phc = hash("4815", Cost::Cheap).unwrap();
        assert!(is_right("4815", &phc));
        assert!(!is_right("4816", &phc));
        assert!(!is_right("4815", "not a hash"));
    }

    #[test]
    fn a_hall_pays_the_full_price() {
        let phc = hash("4815", Cost::Full).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{phc}");
    }
}
