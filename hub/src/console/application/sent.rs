//! What the browser sends of a form, and what of it is put back into the page: pairs of names and texts, and files.
//!
//! Files come only with the last step, because a browser does not give them a second time; everything else is carried
//! from page to page in hidden fields, so that the hub keeps nothing of an application before it is filed.

use crate::http::Fault;
use axum::{
    body::Bytes,
    extract::{
        Multipart,
        multipart::{Field as Piece, MultipartError},
    },
};
use forms::{
    Address, Agreed, Answer, Answers, Attached, Code, FILES_BYTES_MAX, Fault as FieldFault, FieldId, Form, Kind, Media,
    Param, Part, inspect,
};
use std::collections::BTreeMap;

/// The largest form without its files: every answer's bytes written as three, and the names.
pub(in crate::console) const FORM_BYTES_MAX: usize = 3 * forms::ANSWERS_BYTES_MAX + 16 * 1024;
/// The same with its files: more is read than is kept, so that who sends too much is told so on the page.
pub(in crate::console) const SENDING_BYTES_MAX: usize = FORM_BYTES_MAX + (64 << 20);
/// What is kept of all files.
const KEPT_BYTES_MAX: usize = 20 << 20;
/// Files that are added to a case at once, and the size of each.
const FILES_MAX: usize = 10;
const FILE_BYTES_MAX: u64 = 10 << 20;
/// Pieces of a sent form: fields, parts of addresses, files.
const PIECES_MAX: usize = 128;

/// The language in which the consent was read.
const CONSENT_LANGUAGE: &str = "consent-language";

/// The texts of a form, by the names of their inputs.
pub(in crate::console) type Texts = BTreeMap<String, String>;

/// A file as it came; none of its bytes if there were too many.
pub(in crate::console) struct Upload {
    field: String,
    name: String,
    size: u64,
    bytes: Bytes,
}

/// The name of a field's input.
pub(in crate::console) fn input(id: &str) -> String {
    format!("f-{id}")
}

/// The name of the input of a part of an address.
pub(in crate::console) fn part_input(id: &str, part: Part) -> String {
    let part = match part {
        Part::Region => "region",
        Part::District => "district",
        Part::Elsewhere => "elsewhere",
        Part::Settlement => "settlement",
        Part::Street => "street",
        Part::House => "house",
        Part::Flat => "flat",
    };
    format!("f-{id}-{part}")
}

/// The name of the input that says in which language the consent was read.
pub(in crate::console) fn consent_language() -> String {
    input(CONSENT_LANGUAGE)
}

/// The answers in what was sent; files are no part of it.
pub(in crate::console) fn answers(form: &Form, sent: &Texts) -> Answers {
    let text = |name: String| sent.get(&name).cloned().unwrap_or_default();
    let mut answers = BTreeMap::new();
    for field in &form.fields {
        let id = field.id.as_str();
        let answer = match &field.kind {
            Kind::Files { .. } => continue,
            Kind::Consent => {
                let (sha256, language) = (text(input(id)), text(consent_language()).parse());
                match language {
                    Ok(language) if !sha256.is_empty() => Answer::Agreed(Agreed { language, sha256 }),
                    _ => continue,
                }
            }
            Kind::Address { .. } => {
                let part = |part| text(part_input(id, part));
                Answer::Address(Address {
                    district: part(Part::District),
                    elsewhere: part(Part::Elsewhere),
                    settlement: part(Part::Settlement),
                    street: part(Part::Street),
                    house: part(Part::House),
                    flat: part(Part::Flat),
                })
            }
            _ => Answer::Text(text(input(id))),
        };
        answers.insert(field.id.clone(), answer);
    }
    Answers(answers)
}

/// The other way round: what a page carries on in hidden fields.
pub(in crate::console) fn texts(answers: &Answers) -> Texts {
    let mut texts = Texts::new();
    for (id, answer) in &answers.0 {
        match answer {
            Answer::Text(text) => drop(texts.insert(input(id.as_str()), text.clone())),
            Answer::Agreed(agreed) => {
                texts.insert(input(id.as_str()), agreed.sha256.clone());
                texts.insert(consent_language(), agreed.language.tag().to_owned());
            }
            Answer::Address(address) => {
                let parts = [
                    (Part::District, &address.district),
                    (Part::Elsewhere, &address.elsewhere),
                    (Part::Settlement, &address.settlement),
                    (Part::Street, &address.street),
                    (Part::House, &address.house),
                    (Part::Flat, &address.flat),
                ];
                texts.extend(parts.map(|(part, text)| (part_input(id.as_str(), part), text.clone())));
            }
            Answer::Files(_) => {}
        }
    }
    texts
}

/// Reads a form with its files, piece by piece; the body's bound is the route's.
pub(in crate::console) async fn pieces(mut form: Multipart) -> Result<(Texts, Vec<Upload>), Fault> {
    let (mut texts, mut uploads) = (Texts::new(), Vec::new());
    let (mut room, mut files_room) = (FORM_BYTES_MAX, KEPT_BYTES_MAX);
    for _ in 0..PIECES_MAX {
        let Some(piece) = form.next_field().await.map_err(broken)? else { return Ok((texts, uploads)) };
        let field = piece.name().unwrap_or_default().to_owned();
        match piece.file_name().map(str::to_owned) {
            // A browser sends an input without a file as a file without a name.
            Some(name) if name.is_empty() => {}
            Some(name) => uploads.push(upload(piece, (field, name), &mut files_room).await?),
            None => drop(texts.insert(field, text(piece, &mut room).await?)),
        }
    }
    Err(Fault::BodyTooLarge)
}

async fn upload(mut piece: Piece<'_>, (field, name): (String, String), room: &mut usize) -> Result<Upload, Fault> {
    let (mut bytes, mut size) = (Vec::new(), 0u64);
    while let Some(chunk) = piece.chunk().await.map_err(broken)? {
        size += chunk.len() as u64;
        if size <= *room as u64 {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    *room -= bytes.len();
    Ok(Upload { field, name, size, bytes: bytes.into() })
}

async fn text(mut piece: Piece<'_>, room: &mut usize) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = piece.chunk().await.map_err(broken)? {
        *room = room.checked_sub(chunk.len()).ok_or(Fault::BodyTooLarge)?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Fault::WrongBody { detail: "utf-8".to_owned() })
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken(error: MultipartError) -> Fault {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Fault::BodyTooLarge,
        _ => Fault::BodyCutOff,
    }
}

/// The sound files, each with what travels of it, and what is wrong with the others, by file.
pub(in crate::console) struct Looked {
    pub(in crate::console) sound: Vec<(Attached, Bytes)>,
    pub(in crate::console) wrong: Vec<(String, FieldFault)>,
}

/// Looks into every file, and puts what travels of the sound ones into the answers.
pub(in crate::console) fn look(form: &Form, answers: &mut Answers, uploads: &[Upload]) -> Looked {
    let mut looked = Looked { sound: Vec::new(), wrong: Vec::new() };
    for field in &form.fields {
        let Kind::Files { accept, bytes_max, .. } = &field.kind else { continue };
        let mut attached = Vec::new();
        let name = input(field.id.as_str());
        for upload in uploads.iter().filter(|upload| upload.field == name) {
            match inspected(upload, (accept, *bytes_max)) {
                Ok(sound) => {
                    attached.push(sound.clone());
                    looked.sound.push((sound, upload.bytes.clone()));
                }
                Err((code, params)) => {
                    let fault = FieldFault { params, ..FieldFault::of(&field.id, code) };
                    looked.wrong.push((upload.name.clone(), fault));
                }
            }
        }
        if !attached.is_empty() {
            answers.0.insert(field.id.clone(), Answer::Files(attached));
        }
    }
    looked
}

/// The sound files of a field that is of no form, and what is wrong with the others, by file.
pub(in crate::console) fn look_at(uploads: &[Upload], field: &FieldId) -> Looked {
    let mut looked = Looked { sound: Vec::new(), wrong: Vec::new() };
    let name = input(field.as_str());
    for upload in uploads.iter().filter(|upload| upload.field == name).take(FILES_MAX) {
        match inspected(upload, (&Media::ALL, FILE_BYTES_MAX)) {
            Ok(sound) => looked.sound.push((sound, upload.bytes.clone())),
            Err((code, params)) => {
                let fault = FieldFault { params, ..FieldFault::of(field, code) };
                looked.wrong.push((upload.name.clone(), fault));
            }
        }
    }
    looked
}

fn inspected(upload: &Upload, (accept, bytes_max): (&[Media], u64)) -> Result<Attached, (Code, Vec<Param>)> {
    let megabytes = |bytes: u64| vec![("max", (bytes >> 20).to_string())];
    if upload.size > bytes_max {
        return Err((Code::FileLarge, megabytes(bytes_max)));
    }
    if upload.size > upload.bytes.len() as u64 {
        return Err((Code::FilesTogether, megabytes(FILES_BYTES_MAX)));
    }
    inspect(&upload.name, &upload.bytes, (accept, bytes_max))
}

/// Whether a fault is mended only with the last step: files are not there before.
pub(in crate::console) fn is_of_files(form: &Form, fault: &FieldFault) -> bool {
    let files = form.field(fault.field.as_str()).is_some_and(|field| matches!(field.kind, Kind::Files { .. }));
    files && fault.code != Code::UnknownField
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::Lang;

    #[test]
    fn what_a_page_carries_on_is_what_was_sent() {
        let form = forms::form("A01").unwrap();
        let mut sent = Texts::new();
        for field in &form.fields {
            match &field.kind {
                Kind::Files { .. } => {}
                Kind::Address { .. } => {
                    for part in Part::ALL.into_iter().filter(|part| *part != Part::Region) {
                        sent.insert(part_input(field.id.as_str(), part), format!("{part:?}"));
                    }
                }
                _ => drop(sent.insert(input(field.id.as_str()), format!("what is in {}", field.id))),
            }
        }
        sent.insert(consent_language(), Lang::Kaa.tag().to_owned());
        assert_eq!(texts(&answers(form, &sent)), sent);
        sent.remove(&consent_language());
        assert!(answers(form, &sent).get("consent").is_none(), "a consent in no language is none");
    }

    #[test]
    fn files_are_known_by_their_bytes_and_only_sound_ones_travel() {
        let form = forms::form("A01").unwrap();
        let upload = |field: &str, name: &str, bytes: &'static [u8]| Upload {
            field: field.to_owned(),
            name: name.to_owned(),
            size: bytes.len() as u64,
            bytes: Bytes::from_static(bytes),
        };
        let large = |size: u64| Upload { size, ..upload("f-attachments", "katta.pdf", b"") };
        let uploads = vec![
            upload("f-attachments", "ariza.pdf", b"%PDF-1.7 %%EOF"),
            upload("f-attachments", "rasm.pdf", b"MZ"),
            upload("f-elsewhere", "ariza.pdf", b"%PDF-1.7 %%EOF"),
            large(11 << 20),
            large(9 << 20),
        ];
        let mut answers = Answers::default();
        let looked = look(form, &mut answers, &uploads);
        assert_eq!((looked.sound.len(), answers.files().count()), (1, 1));
        let wrong: Vec<_> = looked.wrong.iter().map(|(name, fault)| (name.as_str(), fault.code)).collect();
        assert_eq!(
            wrong,
            [("rasm.pdf", Code::FileKind), ("katta.pdf", Code::FileLarge), ("katta.pdf", Code::FilesTogether)]
        );
    }
}
