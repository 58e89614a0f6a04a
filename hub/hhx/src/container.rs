//! The container: one ZIP in the layout of ASiC-E (ETSI EN 319 162-1) with a detached CMS signature.
//!
//! It is the same bytes whether it goes by HTTPS, into a spool folder, on a USB stick or as an attachment to protected
//! mail: no time of packing, no order of a hash map, no random signature is in it. Whoever opens one has bounded every
//! length before it is unpacked, and knows that the manifest names every entry and the signature holds the manifest.

use crate::{
    Code, Hash,
    envelope::{Envelope, EnvelopeError, File, Role},
    manifest,
    sign::{self, SignatureError, SignedBy, Signer},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read, Write},
};
use x509_cert::Certificate;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The first entry, and the media type on the wire.
pub const MEDIA_TYPE: &str = "application/vnd.etsi.asic-e+zip";
/// What the file is called after its id.
pub const EXTENSION: &str = "asice";

const ENVELOPE: &str = "envelope.json";
const SEAL: &str = "doc/seal.json";
const MANIFEST: &str = "META-INF/ASiCManifest001.xml";
const MIMETYPE: &str = "mimetype";

/// What a reader takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The container's bytes.
    pub container_bytes: usize,
    /// All entries, unpacked.
    pub unpacked_bytes: usize,
    /// The envelope.
    pub envelope_bytes: usize,
    /// Entries in all.
    pub entries: usize,
}

impl Limits {
    /// A form of 64 KiB, ten attachments of 10 MiB in the worst case, and room.
    pub const USUAL: Self = Self {
        container_bytes: 110 * 1024 * 1024,
        unpacked_bytes: 110 * 1024 * 1024,
        envelope_bytes: 256 * 1024,
        entries: 64,
    };
}

/// An entry to be packed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// `doc/…` or `att/…`.
    pub name: &'a str,
    /// What it is.
    pub media_type: &'a str,
    /// What it is for.
    pub role: Role,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What was sealed, under the names it has in a container: the header, the main piece, the attachments.
#[derive(Debug)]
pub struct Packing<'a> {
    main: &'a str,
    header: &'a [u8],
    pieces: &'a [Vec<u8>],
    attachments: Vec<String>,
}

impl<'a> Packing<'a> {
    /// The header's bytes and the sealed pieces; the first of them is the main one, which has this name.
    #[must_use]
    pub fn of(main: &'a str, header: &'a [u8], pieces: &'a [Vec<u8>]) -> Self {
        let attachments = (1..pieces.len()).map(|nth| format!("att/{nth:02}.sealed")).collect();
        Packing { main, header, pieces, attachments }
    }

    /// The entries to pack.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let header = Entry { name: SEAL, media_type: "application/json", role: Role::Seal, bytes: self.header };
        let names = std::iter::once((self.main, Role::Main));
        let names = names.chain(self.attachments.iter().map(|name| (name.as_str(), Role::Attachment)));
        let closed = names.zip(self.pieces).map(|((name, role), bytes)| Entry {
            name,
            media_type: "application/octet-stream",
            role,
            bytes,
        });
        std::iter::once(header).chain(closed).collect()
    }
}

/// A container that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What it says of itself.
    pub envelope: Envelope,
    /// SHA-256 of the canonical envelope: the next link of the line.
    pub envelope_hash: Hash,
    /// The other entries by name.
    pub entries: BTreeMap<String, Vec<u8>>,
    /// Who signed.
    pub signed_by: SignedBy,
}

/// What is in a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// What it says of itself.
    pub envelope: Envelope,
    /// SHA-256 of the canonical envelope.
    pub envelope_hash: Hash,
    /// The other entries by name.
    pub entries: BTreeMap<String, Vec<u8>>,
}

/// Why a container was not packed or opened.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// Over a limit.
    #[error("the container is over the limit of {0}")]
    Limit(&'static str),
    /// Not a container as described.
    #[error("the container is not as described: {0}")]
    Shape(&'static str),
    /// Not a ZIP.
    #[error("the container is not a ZIP: {0}")]
    Zip(#[from] ZipError),
    /// Unreadable.
    #[error("the container cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// An entry is another one than the manifest or the envelope names.
    #[error("the entry {0} is not the one that is named")]
    Hash(String),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl ContainerError {
    /// What is answered.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Limit(_) => Code::SizeLimit,
            Self::Shape(_) | Self::Zip(_) | Self::Io(_) => Code::Validation,
            Self::Envelope(EnvelopeError::Version(_)) => Code::UnsupportedVersion,
            Self::Envelope(_) => Code::Validation,
            Self::Hash(_) => Code::HashMismatch,
            Self::Signature(_) => Code::SignatureInvalid,
        }
    }
}

/// Packs an envelope with its entries: `files` and `signature` of the envelope are written here.
///
/// # Errors
///
/// If an entry's name is not allowed or stands there twice, or the certificate cannot be written.
pub fn pack(mut envelope: Envelope, entries: &[Entry<'_>], signer: &Signer) -> Result<Vec<u8>, ContainerError> {
    envelope.files = entries.iter().map(named).collect::<Result<_, _>>()?;
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name).collect();
    if names.len() != entries.len() {
        return Err(ContainerError::Shape("an entry stands there twice"));
    }
    envelope.signature = crate::envelope::SignedAs {
        mode: signer.mode(),
        legal: signer.mode() == crate::envelope::SignatureMode::Eimzo,
        cert_serial: signer.serial(),
    };
    let bytes = envelope.to_bytes();
    let of_envelope = (ENVELOPE, "application/json", bytes.as_slice());
    let manifest = manifest::write(
        std::iter::once(of_envelope).chain(entries.iter().map(|entry| (entry.name, entry.media_type, entry.bytes))),
    );
    let signature = signer.sign(&manifest)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    put(&mut zip, MIMETYPE, MEDIA_TYPE.as_bytes())?;
    put(&mut zip, ENVELOPE, &bytes)?;
    for entry in entries {
        put(&mut zip, entry.name, entry.bytes)?;
    }
    put(&mut zip, MANIFEST, &manifest)?;
    put(&mut zip, manifest::SIGNATURE, &signature)?;
    Ok(zip.finish()?.into_inner())
}

/// Opens a container: within the limits, complete, and signed by one of those who are trusted.
///
/// # Errors
///
/// What is wrong with it; [`ContainerError::code`] is the answer.
pub fn open(bytes: &[u8], limits: &Limits, trusted: &[Certificate]) -> Result<Opened, ContainerError> {
    let parts = Parts::of(bytes, limits)?;
    let signed_by = sign::verify(&parts.manifest, &parts.signature, trusted)?;
    let Contents { envelope, envelope_hash, entries } = parts.whole()?;
    if envelope.signature.cert_serial != signed_by.serial {
        return Err(SignatureError::Unknown.into());
    }
    Ok(Opened { envelope, envelope_hash, entries, signed_by })
}

/// What is in a container that is one's own: whole, whichever key signed it. A hall that has a new key packs again
/// what an earlier one signed.
///
/// # Errors
///
/// What is wrong with it.
pub fn contents(bytes: &[u8], limits: &Limits) -> Result<Contents, ContainerError> {
    Parts::of(bytes, limits)?.whole()
}

/// Reads the envelope alone, unchecked: for a log, a name in a spool folder, or quarantine.
///
/// # Errors
///
/// If there is none.
pub fn peek(bytes: &[u8], limits: &Limits) -> Result<Envelope, ContainerError> {
    let mut all = unpack(bytes, limits)?;
    Ok(Envelope::read(&all.remove(ENVELOPE).ok_or(ContainerError::Shape("there is no envelope.json"))?)?)
}

/// A container taken apart.
struct Parts {
    envelope: Vec<u8>,
    manifest: Vec<u8>,
    signature: Vec<u8>,
    entries: BTreeMap<String, Vec<u8>>,
}

impl Parts {
    fn of(bytes: &[u8], limits: &Limits) -> Result<Self, ContainerError> {
        let mut entries = unpack(bytes, limits)?;
        let envelope = entries.remove(ENVELOPE).ok_or(ContainerError::Shape("there is no envelope.json"))?;
        let manifest = entries.remove(MANIFEST).ok_or(ContainerError::Shape("there is no manifest"))?;
        let signature = entries.remove(manifest::SIGNATURE).ok_or(ContainerError::Shape("there is no signature"))?;
        Ok(Self { envelope, manifest, signature, entries })
    }

    /// The manifest names every entry, the envelope every file, and each is the one that is named.
    fn whole(self) -> Result<Contents, ContainerError> {
        let mut named = manifest::read(&self.manifest).ok_or(ContainerError::Shape("the manifest is none"))?;
        let entries = self.entries.iter().map(|(name, bytes)| (name.as_str(), bytes));
        for (name, bytes) in entries.chain([(ENVELOPE, &self.envelope)]) {
            let digest = named.remove(name).ok_or(ContainerError::Shape("the manifest does not name every entry"))?;
            if digest != Hash::of(bytes).0 {
                return Err(ContainerError::Hash(name.to_owned()));
            }
        }
        if !named.is_empty() {
            return Err(ContainerError::Shape("the manifest names an entry that is not there"));
        }
        let envelope = Envelope::read(&self.envelope)?;
        same_files(&envelope.files, &self.entries)?;
        Ok(Contents { envelope, envelope_hash: Hash::of(&self.envelope), entries: self.entries })
    }
}

fn named(entry: &Entry<'_>) -> Result<File, ContainerError> {
    is_allowed(entry.name)?;
    if !entry.media_type.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.+-".contains(&byte)) {
        return Err(ContainerError::Shape("a media type has another letter than allowed"));
    }
    Ok(File {
        name: entry.name.to_owned(),
        media_type: entry.media_type.to_owned(),
        size: entry.bytes.len() as u64,
        sha256: Hash::of(entry.bytes),
        role: entry.role,
    })
}

/// Names are ours, not the citizen's: what a file was called is personal and is in the sealed body.
fn is_allowed(name: &str) -> Result<(), ContainerError> {
    let rest = name.strip_prefix("doc/").or_else(|| name.strip_prefix("att/"));
    let plain = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    match rest {
        Some(rest) if (1..=64).contains(&rest.len()) && plain(rest) && !rest.starts_with('.') => Ok(()),
        Some(_) | None => Err(ContainerError::Shape("an entry has a name that is not allowed")),
    }
}

fn same_files(files: &[File], entries: &BTreeMap<String, Vec<u8>>) -> Result<(), ContainerError> {
    if files.len() != entries.len() {
        return Err(ContainerError::Shape("the envelope does not name every entry once"));
    }
    for file in files {
        let bytes =
            entries.get(&file.name).ok_or(ContainerError::Shape("the envelope names an entry that is not there"))?;
        if file.size != bytes.len() as u64 || file.sha256 != Hash::of(bytes) {
            return Err(ContainerError::Hash(file.name.clone()));
        }
    }
    Ok(())
}

fn put(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> Result<(), ContainerError> {
    // Everything is stored as it is: sealed bytes do not shrink, and nothing can swell when it is read.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    zip.start_file(name, options)?;
    Ok(zip.write_all(bytes)?)
}

fn unpack(bytes: &[u8], limits: &Limits) -> Result<BTreeMap<String, Vec<u8>>, ContainerError> {
    if bytes.len() > limits.container_bytes {
        return Err(ContainerError::Limit("its length"));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    if zip.len() > limits.entries {
        return Err(ContainerError::Limit("the number of entries"));
    }
    let mut left = limits.unpacked_bytes;
    let mut all = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at)?;
        let name = file.name()?.into_owned();
        if at == 0 && (name != MIMETYPE || file.compression() != CompressionMethod::Stored) {
            return Err(ContainerError::Shape("the first entry is not a stored mimetype"));
        }
        let most = if name == ENVELOPE { left.min(limits.envelope_bytes) } else { left };
        let mut read = Vec::new();
        file.by_ref().take(most as u64 + 1).read_to_end(&mut read)?;
        if read.len() > most {
            return Err(ContainerError::Limit("what it unpacks to"));
        }
        left -= read.len();
        let known = matches!(name.as_str(), MIMETYPE | ENVELOPE | MANIFEST | manifest::SIGNATURE);
        if !known {
            is_allowed(&name)?;
        }
        if all.insert(name, read).is_some() {
            return Err(ContainerError::Shape("an entry stands there twice"));
        }
    }
    match all.remove(MIMETYPE) {
        Some(found) if found == MEDIA_TYPE.as_bytes() => Ok(all),
        Some(_) | None => Err(ContainerError::Shape("the mimetype is not that of ASiC-E")),
    }
}
