//! Keys: those of the office that may be sealed to, and the hall's own to sign with.

use hhx::{
    envelope::SignatureMode,
    seal::Recipient,
    sign::{self, SignatureError, Signer},
};
use jiff::Timestamp;
use std::{
    fs,
    io::{self, Write},
    path::Path,
};
use x509_cert::Certificate;

/// What a kiosk and a page call the hub's key of the day.
pub const DAY_KEY: &str = "day";

/// A key of the office, and when it may be sealed to. While one takes over from another, both may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeKey {
    /// The key.
    pub recipient: Recipient,
    /// From then on.
    pub from: Timestamp,
    /// That very moment is too late.
    pub until: Timestamp,
}

/// Why the hall has no signer.
#[derive(Debug, thiserror::Error)]
pub enum NoSigner {
    /// The files.
    #[error("the hall's signing key in the folder cannot be read or written")]
    Io(#[from] io::Error),
    /// Their content.
    #[error("the hall's signing key is damaged")]
    Damaged(#[from] SignatureError),
    /// It could not be made.
    #[error("a signing key could not be made")]
    NotMade(#[from] rcgen::Error),
}

/// The newest key that may be sealed to now.
pub(crate) fn newest(keys: &[OfficeKey], now: Timestamp) -> Option<&OfficeKey> {
    keys.iter().filter(|key| key.from <= now && now < key.until).max_by_key(|key| key.from)
}

/// The hall's machine key for development, made at the first start: without legal force, and said so.
///
/// # Errors
///
/// If the files cannot be read or written, or are damaged.
pub fn signer_in(folder: &Path, hub: &str) -> Result<(Signer, Certificate), NoSigner> {
    let (key, certificate) = (folder.join("signing-key.pem"), folder.join("signing-certificate.pem"));
    if !fs::exists(&certificate)? {
        let made = rcgen::generate_simple_self_signed(vec![hub.to_owned()])?;
        keep(&key, made.signing_key.serialize_pem().as_bytes())?;
        // The certificate last: where it is, the key is.
        keep(&certificate, made.cert.pem().as_bytes())?;
        fs::File::open(folder)?.sync_all()?;
    }
    let pem = fs::read_to_string(&certificate)?;
    let signer = Signer::from_pem(&fs::read_to_string(&key)?, &pem, SignatureMode::Dev)?;
    let certificate = sign::certificates(&pem)?.into_iter().next().ok_or(SignatureError::Certificate)?;
    Ok((signer, certificate))
}

/// Writes a file that only the hub's user reads, whole or not at all.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let _ = fs::remove_file(&part);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}
