#![doc = include_str!("../README.md")]

use forms::{Answer, Attached, Checked};
use hhx::{
    Hash,
    body::{Attachment, Body},
    seal::{self, Bound, Header, SealError},
};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

pub use hhx::seal::Slot;

/// The form of what is added to a case: bound into its seal, so that it cannot be laid under another application as its
/// body.
pub const MORE_SCHEMA: &str = "addition/1";
/// The field that a file of an addition belongs to.
pub const MORE_FILES: &str = "files";
/// The field of an addition's text.
pub const MORE_TEXT: &str = "text";

/// An application that may be sealed.
#[derive(Clone, Copy)]
pub struct Application<'a> {
    /// What is written.
    pub checked: &'a Checked,
    /// Every file that is named there, with its bytes.
    pub files: &'a [File<'a>],
}

/// More for a case that is filed.
#[derive(Clone, Copy)]
pub struct More<'a> {
    /// The service of the case.
    pub service: &'a str,
    /// What is said; empty if there are only files.
    pub text: &'a str,
    /// Files.
    pub files: &'a [File<'a>],
}

/// A file by what it is, and its bytes.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// What it is.
    pub what: &'a Attached,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What may be written down and sent: nothing in it is readable without a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The readable part of the seal.
    pub header: Header,
    /// The body, then the files.
    pub pieces: Vec<Vec<u8>>,
    /// SHA-256 of the consent's text as it was read, in hexadecimal.
    pub consent: String,
    /// The last four digits of the phone: what is asked for besides the number.
    pub phone_tail: Option<String>,
}

/// Why something was not sealed. None of it says what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSealed {
    /// A file that is named is missing, is not named, or has other bytes.
    #[error("the files are not those that the form names")]
    Files,
    /// Nobody has agreed.
    #[error("there is no consent")]
    NoConsent,
    /// A slot that is sealed to nobody.
    #[error("there is nobody to seal to")]
    NoRecipient,
    /// It cannot be written as JSON.
    #[error("the body cannot be written")]
    Body,
    /// Randomness or keys.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Seals an application.
///
/// # Errors
///
/// If its files are not those it names, nobody has agreed, or there is no key or no randomness.
pub fn seal(application: &Application<'_>, slot: &Slot) -> Result<Sealed, NotSealed> {
    let Application { checked, files } = application;
    let answers = checked.answers();
    if files.len() != answers.files().count() {
        return Err(NotSealed::Files);
    }
    let field_of = |what: &Attached| {
        let holds = |answer: &Answer| matches!(answer, Answer::Files(named) if named.contains(what));
        answers.0.iter().find(|(_, answer)| holds(answer)).map(|(id, _)| id.to_string())
    };
    let attachments = files
        .iter()
        .map(|file| attachment(file, field_of(file.what).ok_or(NotSealed::Files)?))
        .collect::<Result<_, _>>();
    let written: Result<_, serde_json::Error> =
        answers.0.iter().map(|(id, answer)| Ok((id.to_string(), serde_json::to_value(answer)?))).collect();
    let body = Body {
        case_id: slot.case_id,
        service: checked.service().to_owned(),
        catalogue_version: checked.version().to_owned(),
        answers: written.map_err(|_| NotSealed::Body)?,
        attachments: attachments?,
    };
    let agreed = answers.0.values().find_map(|answer| match answer {
        Answer::Agreed(agreed) => Some(agreed.sha256.clone()),
        Answer::Text(_) | Answer::Address(_) | Answer::Files(_) => None,
    });
    let schema = format!("{}/{}", checked.service(), checked.version());
    let closed = close(&body, files, (slot, schema))?;
    Ok(Sealed {
        header: closed.header,
        pieces: closed.pieces,
        consent: agreed.ok_or(NotSealed::NoConsent)?,
        phone_tail: checked.last_four().map(str::to_owned),
    })
}

/// Seals more for a case, bound to the number it was filed under.
///
/// # Errors
///
/// If a file has other bytes than it says, or there is no key or no randomness.
pub fn seal_more(more: &More<'_>, slot: &Slot) -> Result<seal::Sealed, NotSealed> {
    let attachments = more.files.iter().map(|file| attachment(file, MORE_FILES.to_owned())).collect::<Result<_, _>>();
    let mut answers = BTreeMap::new();
    if !more.text.is_empty() {
        let text = serde_json::to_value(Answer::Text(more.text.to_owned())).map_err(|_| NotSealed::Body)?;
        answers.insert(MORE_TEXT.to_owned(), text);
    }
    let body = Body {
        case_id: slot.case_id,
        service: more.service.to_owned(),
        catalogue_version: MORE_SCHEMA.to_owned(),
        answers,
        attachments: attachments?,
    };
    close(&body, more.files, (slot, MORE_SCHEMA.to_owned()))
}

fn attachment(file: &File<'_>, field: String) -> Result<Attachment, NotSealed> {
    let (size, sha256) = (file.bytes.len() as u64, Hash::of(file.bytes));
    if size != file.what.size || sha256.to_string() != file.what.sha256 {
        return Err(NotSealed::Files);
    }
    let media_type = file.what.media.media_type().to_owned();
    Ok(Attachment { field, name: file.what.name.clone(), media_type, size, sha256 })
}

fn close(body: &Body, files: &[File<'_>], (slot, schema): (&Slot, String)) -> Result<seal::Sealed, NotSealed> {
    if slot.recipients.is_empty() {
        return Err(NotSealed::NoRecipient);
    }
    let written = Zeroizing::new(serde_json::to_vec(body).map_err(|_| NotSealed::Body)?);
    let bound = Bound { hub: slot.hub.clone(), epoch: slot.epoch, number: slot.number.clone(), schema };
    let pieces: Vec<&[u8]> = std::iter::once(written.as_slice()).chain(files.iter().map(|file| file.bytes)).collect();
    Ok(seal::seal(bound, &slot.recipients, &pieces)?)
}

impl fmt::Debug for Application<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Application({}, {} files)", self.checked.service(), self.files.len())
    }
}

impl fmt::Debug for More<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "More({}, {} files)", self.service, self.files.len())
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl fmt::Debug for Sealed {
    /// Without the digits of the phone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}, {} pieces)", self.header.bound.number, self.pieces.len())
    }
}
