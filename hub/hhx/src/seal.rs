//! The seal: what a citizen wrote, closed before it is written to any disk.
//!
//! A fresh content key closes every piece (ChaCha20-Poly1305, the piece's number is the nonce: no key closes two
//! things); HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305) gives that key to each recipient. What
//! the seal is bound to, the hall, its life, the application's number and the form, is associated data of both, so
//! nothing sealed can be laid under another application, another hall or another life of it.
//! Deliberately absent: who may have the secret keys, and how long.

use crate::canonical;
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead as _, Payload},
};
use hpke::{Deserializable, Kem as _, OpModeR, OpModeS, Serializable, aead, kdf::HkdfSha256, kem::X25519HkdfSha256};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// What HPKE calls `info`: a seal of this kind is nothing else.
const INFO: &[u8] = b"navbat hhx seal 1";

/// What a seal is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The hall's hub.
    pub hub: String,
    /// Its life.
    pub epoch: u32,
    /// The application's number in that life.
    pub number: String,
    /// The form: service and version.
    pub schema: String,
}

/// A public key somebody can be sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Its id: first 16 digits of the SHA-256 of the key.
    pub key_id: String,
    /// X25519, 64 hexadecimal digits.
    pub public: String,
}

/// A place for an application: what its seal is bound to, and for whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The case it will be, or is.
    pub case_id: uuid::Uuid,
    /// The hall's number of it.
    pub number: String,
    /// The hub to bind to.
    pub hub: String,
    /// The life to bind to.
    pub epoch: u32,
    /// Everybody it must be sealed to: the office, then the hub's key of the day.
    pub recipients: Vec<Recipient>,
}

impl Recipient {
    /// A recipient by its public key in 64 hexadecimal digits, if it is one.
    #[must_use]
    pub fn of(public: &str) -> Option<Recipient> {
        let bytes = unhex(public).filter(|bytes| bytes.len() == 32)?;
        <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&bytes).ok()?;
        Some(Recipient { key_id: key_id(&bytes), public: hex(&bytes) })
    }
}

/// A secret key, wiped when it goes.
pub struct SecretKey {
    bytes: Zeroizing<[u8; 32]>,
    /// Its public half.
    pub recipient: Recipient,
}

/// The readable part of a seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The kind of seal: 1.
    pub seal: u32,
    /// To what it is bound.
    pub bound: Bound,
    /// The content key, closed for each recipient.
    pub keys: Vec<ClosedKey>,
    /// How many pieces it closes.
    pub pieces: u32,
}

/// The content key, closed for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedKey {
    /// For whom.
    pub key_id: String,
    /// HPKE's encapsulated key, in hexadecimal.
    pub enc: String,
    /// The closed content key, in hexadecimal.
    pub closed: String,
}

/// Something sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The readable part.
    pub header: Header,
    /// The closed pieces: the body, then the attachments.
    pub pieces: Vec<Vec<u8>>,
}

/// Why a seal was not made or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// Not a key of X25519.
    #[error("this is not a public or secret key of X25519")]
    NotAKey,
    /// Not sealed to this key.
    #[error("this is not sealed to that key")]
    NotForThisKey,
    /// Of another kind, or changed, or bound to something else.
    #[error("the seal is broken")]
    Broken,
}

impl SecretKey {
    /// A new one.
    ///
    /// # Errors
    ///
    /// [`SealError::NoRandomness`].
    pub fn new() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|_| SealError::NoRandomness)?;
        Self::from_bytes(bytes)
    }

    /// From 32 bytes that were kept.
    ///
    /// # Errors
    ///
    /// [`SealError::NotAKey`].
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Result<Self, SealError> {
        let secret =
            <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(bytes.as_ref()).map_err(|_| SealError::NotAKey)?;
        let public = X25519HkdfSha256::sk_to_pk(&secret).to_bytes();
        let recipient = Recipient { key_id: key_id(&public), public: hex(&public) };
        Ok(Self { bytes, recipient })
    }

    /// The bytes to keep.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

/// Seals the pieces to everybody in `to`.
///
/// # Errors
///
/// If one of the keys is none, or there is no randomness.
pub fn seal(bound: Bound, to: &[Recipient], pieces: &[&[u8]]) -> Result<Sealed, SealError> {
    let mut content_key = Zeroizing::new([0; 32]);
    getrandom::fill(content_key.as_mut()).map_err(|_| SealError::NoRandomness)?;
    let aad = canonical(&bound);
    let keys = to.iter().map(|recipient| close_key(recipient, &content_key, &aad)).collect::<Result<_, _>>()?;
    let cipher = ChaCha20Poly1305::new((&*content_key).into());
    let closed = (0u32..).zip(pieces).map(|(nth, piece)| {
        let payload = Payload { msg: piece, aad: &piece_aad(&aad, nth, pieces.len()) };
        cipher.encrypt(&nonce(nth).into(), payload).map_err(|_| SealError::Broken)
    });
    let closed: Vec<_> = closed.collect::<Result<_, _>>()?;
    let count = u32::try_from(closed.len()).map_err(|_| SealError::Broken)?;
    Ok(Sealed { header: Header { seal: 1, bound, keys, pieces: count }, pieces: closed })
}

/// What opens one seal's pieces one by one; wiped when it goes.
pub struct Opener {
    cipher: ChaCha20Poly1305,
    aad: Vec<u8>,
    pieces: usize,
}

impl Opener {
    /// Opens the content key with a secret key.
    ///
    /// # Errors
    ///
    /// If the seal is not for this key or is broken.
    pub fn new(header: &Header, secret: &SecretKey) -> Result<Self, SealError> {
        if header.seal != 1 {
            return Err(SealError::Broken);
        }
        let key_id = &secret.recipient.key_id;
        let closed = header.keys.iter().find(|key| key.key_id == *key_id).ok_or(SealError::NotForThisKey)?;
        let aad = canonical(&header.bound);
        let mut content_key = open_key(closed, secret, &aad)?;
        let cipher = ChaCha20Poly1305::new_from_slice(&content_key).map_err(|_| SealError::Broken)?;
        content_key.zeroize();
        Ok(Self { cipher, aad, pieces: header.pieces as usize })
    }

    /// Opens the piece with this number.
    ///
    /// # Errors
    ///
    /// [`SealError::Broken`].
    pub fn open(&self, nth: u32, closed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let payload = Payload { msg: closed, aad: &piece_aad(&self.aad, nth, self.pieces) };
        self.cipher.decrypt(&nonce(nth).into(), payload).map(Zeroizing::new).map_err(|_| SealError::Broken)
    }
}

fn close_key(recipient: &Recipient, content_key: &[u8; 32], aad: &[u8]) -> Result<ClosedKey, SealError> {
    let public = unhex(&recipient.public).ok_or(SealError::NotAKey)?;
    let public = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&public).map_err(|_| SealError::NotAKey)?;
    let (enc, mut context) =
        hpke::setup_sender::<aead::ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &public, INFO)
            .map_err(|_| SealError::NotAKey)?;
    let closed = context.seal(content_key, aad).map_err(|_| SealError::Broken)?;
    Ok(ClosedKey { key_id: recipient.key_id.clone(), enc: hex(&enc.to_bytes()), closed: hex(&closed) })
}

fn open_key(closed: &ClosedKey, secret: &SecretKey, aad: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let secret =
        <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(secret.bytes()).map_err(|_| SealError::NotAKey)?;
    let enc = unhex(&closed.enc).ok_or(SealError::Broken)?;
    let enc = <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(&enc).map_err(|_| SealError::Broken)?;
    let mut context = hpke::setup_receiver::<aead::ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &enc,
        INFO,
    )
    .map_err(|_| SealError::Broken)?;
    let sealed = unhex(&closed.closed).ok_or(SealError::Broken)?;
    context.open(&sealed, aad).map(Zeroizing::new).map_err(|_| SealError::Broken)
}

/// A piece knows its number and how many there are, so none can be left out, added or moved.
fn piece_aad(aad: &[u8], nth: u32, pieces: usize) -> Vec<u8> {
    let mut all = aad.to_vec();
    all.extend_from_slice(format!("\n{nth} of {pieces}").as_bytes());
    all
}

fn nonce(nth: u32) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&nth.to_be_bytes());
    nonce
}

fn key_id(public: &[u8]) -> String {
    crate::Hash::of(public).to_string()[..16].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|letter| letter.to_digit(16)).collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    (pairs.remainder().is_empty() && digits.len() <= 1024)
        .then(|| pairs.filter_map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok()).collect())
}
