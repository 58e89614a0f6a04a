//! What is sealed opens with both keys, with nothing else, and says nothing meanwhile.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use forms::{Address, Agreed, Answer, Answers, Attached, Checked, Form, Media, check, inspect};
use hhx::{
    body::Body,
    seal::{Header, Opener, SealError, SecretKey},
};
use jiff::civil::date;
use sealed::{Application, File, MORE_SCHEMA, More, NotSealed, Slot, seal, seal_more};
use std::collections::BTreeMap;
use uuid::Uuid;
use words::Lang;

const PINFL: &str = "30101909990010";
const PDF: &[u8] = b"%PDF-1.7 whose file this is %%EOF";

fn form() -> &'static Form {
    forms::form("A01").unwrap()
}

fn attached() -> Attached {
    inspect("Karimova.pdf", PDF, (&Media::ALL, 10 << 20)).unwrap()
}

fn checked(files: Vec<Attached>) -> Checked {
    let text = |text: &str| Answer::Text(text.to_owned());
    let address = Address {
        district: "1708218".to_owned(),
        settlement: "Bogʻiston".to_owned(),
        house: "12".to_owned(),
        ..Address::default()
    };
    let consent = Agreed { language: Lang::Ru, sha256: form().consent.sha256(Lang::Ru) };
    let mut answers = BTreeMap::from([
        ("full_name", text("Karimova Gulnora")),
        ("pinfl", text(PINFL)),
        ("phone", text("+998 90 123 45 67")),
        ("address", Answer::Address(address)),
        ("appeal_text", text("Koʻchamizda suv yoʻq.")),
        ("reply_channel", text("paper")),
        ("consent", Answer::Agreed(consent)),
    ]);
    if !files.is_empty() {
        answers.insert("attachments", Answer::Files(files));
    }
    let answers = answers.into_iter().map(|(id, answer)| (id.to_owned().try_into().unwrap(), answer)).collect();
    check(form(), &Answers(answers), date(2026, 3, 21)).unwrap()
}

fn slot(keys: &[&SecretKey]) -> Slot {
    Slot {
        case_id: Uuid::from_u128(7),
        number: "1-000174-6".to_owned(),
        hub: "hub-01".to_owned(),
        epoch: 1,
        recipients: keys.iter().map(|key| key.recipient.clone()).collect(),
    }
}

fn body(header: &Header, pieces: &[Vec<u8>], key: &SecretKey) -> Body {
    serde_json::from_slice(&Opener::new(header, key).unwrap().open(0, &pieces[0]).unwrap()).unwrap()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

#[test]
fn the_office_and_todays_counter_open_it_and_nobody_else() {
    let (office, day, stranger) = (SecretKey::new().unwrap(), SecretKey::new().unwrap(), SecretKey::new().unwrap());
    let (checked, what) = (checked(vec![attached()]), attached());
    let application = Application { checked: &checked, files: &[File { what: &what, bytes: PDF }] };
    let sealed = seal(&application, &slot(&[&office, &day])).unwrap();
    assert_eq!((sealed.phone_tail.as_deref(), sealed.consent), (Some("4567"), form().consent.sha256(Lang::Ru)));
    for key in [&office, &day] {
        let body = body(&sealed.header, &sealed.pieces, key);
        assert_eq!((body.case_id, body.service.as_str()), (Uuid::from_u128(7), "A01"));
        assert_eq!(body.catalogue_version, form().version);
        assert_eq!(body.answers["pinfl"], serde_json::json!({ "text": PINFL }));
        let file = &body.attachments[0];
        assert_eq!((file.field.as_str(), file.name.as_str(), file.size), ("attachments", "Karimova.pdf", 33));
        let opener = Opener::new(&sealed.header, key).unwrap();
        assert_eq!(&opener.open(1, &sealed.pieces[1]).unwrap()[..], PDF);
    }
    assert_eq!(Opener::new(&sealed.header, &stranger).err(), Some(SealError::NotForThisKey));
    let written = serde_json::to_vec(&sealed.header).unwrap();
    for part in sealed.pieces.iter().chain([&written]) {
        assert!(!holds(part, PINFL.as_bytes()) && !holds(part, b"Karimova") && !holds(part, b"whose file"));
    }
}

#[test]
fn it_is_bound_to_its_number_its_hall_and_its_form() {
    let office = SecretKey::new().unwrap();
    let checked = checked(vec![]);
    let sealed = seal(&Application { checked: &checked, files: &[] }, &slot(&[&office])).unwrap();
    assert_eq!(sealed.header.bound.schema, format!("A01/{}", form().version));
    let changes: [fn(&mut Header); 4] = [
        |header| header.bound.number = "1-000175-3".to_owned(),
        |header| header.bound.epoch = 2,
        |header| header.bound.hub = "hub-02".to_owned(),
        |header| header.bound.schema = MORE_SCHEMA.to_owned(),
    ];
    for change in changes {
        let mut header = sealed.header.clone();
        change(&mut header);
        let opened = Opener::new(&header, &office).and_then(|opener| opener.open(0, &sealed.pieces[0]).map(drop));
        assert_eq!(opened, Err(SealError::Broken));
    }
}

#[test]
fn nothing_of_it_is_in_what_a_log_would_print() {
    let office = SecretKey::new().unwrap();
    let (checked, what) = (checked(vec![attached()]), attached());
    let files = [File { what: &what, bytes: PDF }];
    let application = Application { checked: &checked, files: &files };
    let more = More { service: "A01", text: "Karimova qoʻshdi", files: &files };
    let sealed = seal(&application, &slot(&[&office])).unwrap();
    let said = format!("{application:?} {more:?} {sealed:?} {:?}", slot(&[&office]));
    for secret in ["Karimova", PINFL, "4567", "suv", "whose file"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn files_that_do_not_belong_there_are_not_sealed() {
    let office = SecretKey::new().unwrap();
    let slot = slot(&[&office]);
    let (with, without, what) = (checked(vec![attached()]), checked(vec![]), attached());
    let file = File { what: &what, bytes: PDF };
    let other = File { bytes: b"%PDF-1.7 whose file that is %%EOF", ..file };
    let tried = |checked: &Checked, files: &[File<'_>]| seal(&Application { checked, files }, &slot).err();
    assert_eq!(tried(&with, &[]), Some(NotSealed::Files), "one is missing");
    assert_eq!(tried(&without, &[file]), Some(NotSealed::Files), "one is not named");
    assert_eq!(tried(&with, &[other]), Some(NotSealed::Files), "one has other bytes");
    assert_eq!(tried(&with, &[file]), None);
    let nobody = Slot { recipients: vec![], ..slot.clone() };
    assert_eq!(seal(&Application { checked: &without, files: &[] }, &nobody).err(), Some(NotSealed::NoRecipient));
}

#[test]
fn more_for_a_case_opens_again_under_its_number() {
    let (office, day) = (SecretKey::new().unwrap(), SecretKey::new().unwrap());
    let what = attached();
    let more = More { service: "A01", text: "Pasport nusxasi", files: &[File { what: &what, bytes: PDF }] };
    let sealed = seal_more(&more, &slot(&[&office, &day])).unwrap();
    assert_eq!((sealed.header.bound.number.as_str(), sealed.header.bound.schema.as_str()), ("1-000174-6", MORE_SCHEMA));
    let body = body(&sealed.header, &sealed.pieces, &office);
    assert_eq!(body.answers["text"], serde_json::json!({ "text": "Pasport nusxasi" }));
    assert_eq!((body.catalogue_version.as_str(), body.attachments[0].field.as_str()), (MORE_SCHEMA, "files"));
    let opener = Opener::new(&sealed.header, &day).unwrap();
    assert_eq!(&opener.open(1, &sealed.pieces[1]).unwrap()[..], PDF);
}
