//! Base32 as in RFC 4648 without padding, read in either case: what a scanner types whatever lock is on.
//!
//! One text per bytes: leftover bits must be zero, so that no two texts are the same code. Written here because it is
//! twenty lines; absent: streaming, other alphabets.

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The text of bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

/// The bytes of a text of at most so many characters.
pub(crate) fn decode(text: &str, bytes_max: usize) -> Option<Vec<u8>> {
    if text.len() > bytes_max.div_ceil(5) * 8 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|own| own.eq_ignore_ascii_case(&letter))?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // A whole letter too many, or bits that no byte needed.
    (bits < 5 && held == 0).then_some(bytes)
}

fn letter(value: u32) -> char {
    LETTERS.get(value as usize & 31).map_or('=', |letter| char::from(*letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_the_rfc() {
        let vectors =
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")];
        for (plain, text) in vectors {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text, 64).as_deref(), Some(plain.as_bytes()));
            assert_eq!(decode(&text.to_lowercase(), 64).as_deref(), Some(plain.as_bytes()));
        }
        for wrong in ["M", "MZ", "MY=", "M1", "MZXW6YTBO", "ў", "M Y"] {
            assert_eq!(decode(wrong, 64), None, "{wrong}");
        }
        assert_eq!(decode("MZXW6YTBOI", 3), None, "too long");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode(&encode(&bytes), 200), Some(bytes));
        }

        #[test]
        fn no_two_texts_are_the_same_bytes(text in "[A-Z2-7]{0,40}") {
            if let Some(bytes) = decode(&text, 64) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
