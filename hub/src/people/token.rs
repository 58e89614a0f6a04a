//! Bearer tokens: 256 random bits, shown once as 64 hexadecimal digits; only their SHA-256 is kept.
//!
//! A token is looked up by its hash, so comparing needs no constant time and a stolen `people.db` opens nothing.

use sha2::{Digest, Sha256};
use std::fmt;

/// A token as it travels. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What is kept of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash(pub(super) [u8; 32]);

/// Digits of a token.
const TOKEN_DIGITS: usize = 64;

impl Token {
    /// A new token from the system's randomness.
    pub(super) fn random() -> Option<Token> {
        let mut bytes = [0; TOKEN_DIGITS / 2];
        getrandom::fill(&mut bytes).ok()?;
        Some(Token(bytes.iter().map(|b| format!("{b:02x}")).collect()))
    }

    /// The token as text: for the one who is given it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TokenHash {
    /// The hash of a token's text; nothing for text that cannot be a token.
    pub(super) fn of(token: &str) -> Option<TokenHash> {
        let looks_right = token.len() == TOKEN_DIGITS && token.bytes().all(|b| b.is_ascii_hexdigit());
        looks_right.then(|| TokenHash(Sha256::digest(token.as_bytes()).into()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_hide() {
        let (one, two) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.as_str().len(), TOKEN_DIGITS);
        assert_eq!(format!("{one:?}"), "Token(…)");
    }

    #[test]
    fn only_what_looks_like_a_token_is_hashed() {
        let token = Token::random().unwrap();
        assert!(TokenHash::of(token.as_str()).is_some());
        assert!(TokenHash::of("").is_none());
        assert!(TokenHash::of(&token.as_str()[1..]).is_none());
        assert!(TokenHash::of(&"z".repeat(TOKEN_DIGITS)).is_none());
    }
}
