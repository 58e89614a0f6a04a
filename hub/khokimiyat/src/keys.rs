//! Keys of an office and of a hall's hub, made for development: a self-signed certificate, a key to seal to.
//!
//! An office in law gets its certificate from the national centre; what is made here says `dev` in every envelope.

use crate::office::Office;
use hhx::{
    envelope::SignatureMode,
    seal::{SealError, SecretKey},
    sign::{SignatureError, Signer},
};
use zeroize::Zeroizing;

/// A signing key and its certificate, PEM.
pub struct Pair {
    /// PKCS#8.
    pub key: Zeroizing<String>,
    /// X.509.
    pub certificate: String,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum NoKeys {
    /// A certificate could not be made.
    #[error("a certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The signing key.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The sealing key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Not 64 hexadecimal digits.
    #[error("a key to open seals is 64 hexadecimal digits")]
    NotHex,
}

impl Pair {
    /// A new one, for a name.
    pub fn new(name: &str) -> Result<Pair, NoKeys> {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()])?;
        Ok(Pair { key: Zeroizing::new(made.signing_key.serialize_pem()), certificate: made.cert.pem() })
    }

    /// What signs with it.
    pub fn signer(&self, mode: SignatureMode) -> Result<Signer, NoKeys> {
        Ok(Signer::from_pem(&self.key, &self.certificate, mode)?)
    }
}

/// An office of a pair of keys and what opens its seals.
pub fn office(pair: &Pair, mode: SignatureMode, seal_keys: Vec<SecretKey>) -> Result<Office, NoKeys> {
    Ok(Office { signer: pair.signer(mode)?, certificate: pair.certificate.clone(), seal_keys })
}

/// A sealing key as a file keeps it.
pub fn hex(key: &SecretKey) -> Zeroizing<String> {
    Zeroizing::new(key.bytes().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A sealing key out of its file.
pub fn of_hex(text: &str) -> Result<SecretKey, NoKeys> {
    let digits: Vec<u32> = text.trim().chars().filter_map(|digit| digit.to_digit(16)).collect();
    if digits.len() != 64 || text.trim().chars().count() != 64 {
        return Err(NoKeys::NotHex);
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair[0] << 4 | pair[1]).map_err(|_| NoKeys::NotHex)?;
    }
    Ok(SecretKey::from_bytes(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealing_key_survives_its_file() {
        let key = SecretKey::new().unwrap();
        let read = of_hex(&format!("{}\n", *hex(&key))).unwrap();
        assert_eq!(read.recipient, key.recipient);
        assert!(matches!(of_hex("12"), Err(NoKeys::NotHex)));
        assert!(matches!(of_hex(&"g".repeat(64)), Err(NoKeys::NotHex)));
    }
}
