//! The last four digits of a phone: with the number on the slip, what a citizen shows that an application is theirs.
//!
//! Hall and office reckon one slow hash of them, salted by the case, so that a hall that was restored can be given back
//! what it answers questions by, and a stolen disk tells four digits of somebody's phone after hours, and no name to them.

use argon2::{Algorithm, Argon2, Params, Version};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Memory of one reckoning: what a small machine can spare while a citizen waits.
const MEMORY_KIB: u32 = 8 * 1024;
/// How often the memory is gone through.
const TURNS: u32 = 2;

/// The last four digits of a phone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PhoneTail([u8; 4]);

/// It is not four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the end of a phone is four digits")]
pub struct NotATail;

impl PhoneTail {
    /// The end of a whole phone number, if it ends in four digits.
    #[must_use]
    pub fn of_phone(phone: &str) -> Option<Self> {
        phone.get(phone.len().checked_sub(4)?..)?.parse().ok()
    }

    /// A slow hash, salted by the case, in hexadecimal.
    ///
    /// # Panics
    ///
    /// Never: parameters, salt and length are within argon2's bounds, and a test reckons one.
    #[must_use]
    pub fn hashed(self, case_id: Uuid) -> String {
        let params = Params::new(MEMORY_KIB, TURNS, 1, Some(32)).expect("the parameters are within argon2's bounds");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut hash = [0; 32];
        argon.hash_password_into(&self.0, case_id.as_bytes(), &mut hash).expect("salt and length are argon2's");
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl FromStr for PhoneTail {
    type Err = NotATail;

    fn from_str(text: &str) -> Result<Self, NotATail> {
        let digits: [u8; 4] = text.as_bytes().try_into().map_err(|_| NotATail)?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits)).ok_or(NotATail)
    }
}

impl fmt::Debug for PhoneTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneTail")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_four_digits_and_its_hash_is_of_its_case() {
        let tail = PhoneTail::of_phone("+998901234567").unwrap();
        assert_eq!(Ok(tail), "4567".parse());
        for wrong in ["", "456", "45678", "456x", "٤٥٦٧"] {
            assert_eq!(wrong.parse::<PhoneTail>(), Err(NotATail), "{wrong}");
        }
        assert_eq!(PhoneTail::of_phone("12"), None);
        assert_ne!(tail.hashed(Uuid::from_u128(1)), tail.hashed(Uuid::from_u128(2)));
        assert_eq!(format!("{tail:?}"), "PhoneTail");
    }
}
