//! Filing at the hall: numbers, seals, repeated hands, and a disk that tells nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hall;

use applications::{Answer, NotDone, NotFiled, NotOpened, NotTold, OfficeKey, PIECE_BYTES_MAX};
use hall::{Folder, Office, SECRET, file, filing, now, sealed, today};
use hhx::{
    CaseStatus, Envelope,
    container::{self, Limits},
    envelope::{MessageType, News, Party},
    line::Stream,
    receipt::{Outcome, Registration},
    seal::Opener,
};
use std::fs;
use uuid::Uuid;

#[test]
fn the_office_opens_what_was_filed_and_reads_nothing_without_its_key() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let filed = file(&hall);
    assert_eq!(filed.number, "1-000001-2");

    let parcel = hall.next_parcel(Stream::Documents).unwrap().unwrap();
    let certificate = office.settings(&folder.0, 1).certificate;
    let opened = container::open(&parcel.container, &Limits::USUAL, &[certificate]).unwrap();
    assert_eq!(opened.envelope.case_id, filed.case_id);
    let header = serde_json::from_slice(&opened.entries["doc/seal.json"]).unwrap();
    let opener = Opener::new(&header, &office.key).unwrap();
    assert_eq!(&opener.open(0, &opened.entries["doc/body.sealed"]).unwrap()[..], SECRET.as_bytes());
    assert_eq!(&opener.open(1, &opened.entries["att/01.sealed"]).unwrap()[..], b"a scan");
    let text = String::from_utf8(opened.envelope.to_bytes()).unwrap();
    assert!(!text.contains(SECRET) && !text.contains("4567"), "{text}");
}

#[test]
fn no_file_of_the_hall_holds_what_a_citizen_wrote() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    file(&hall);
    let files: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().any(|path| path.ends_with("applications.db")), "{files:?}");
    for path in files {
        let bytes = fs::read(&path).unwrap();
        for secret in [SECRET.as_bytes(), b"a scan"] {
            assert!(!bytes.windows(secret.len()).any(|found| found == secret), "{}", path.display());
        }
    }
}

#[test]
fn a_stolen_folder_opens_no_application_with_any_key_in_it() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    file(&hall);
    let parcel = hall.next_parcel(Stream::Documents).unwrap().unwrap();
    drop(hall);
    // A thief starts a hub on the copied folder: its key of the day is a new one.
    let thief = office.hall(&folder.0, 1);
    let recipient = thief.day_key(today()).unwrap();
    let certificate = office.settings(&folder.0, 1).certificate;
    let opened = container::open(&parcel.container, &Limits::USUAL, &[certificate]).unwrap();
    let header: hhx::seal::Header = serde_json::from_slice(&opened.entries["doc/seal.json"]).unwrap();
    assert_eq!(header.keys.len(), 2, "the office and the key of that day");
    assert!(header.keys.iter().all(|key| key.key_id != recipient.key_id));
}

#[test]
fn the_same_hand_twice_is_one_application() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let command = Uuid::now_v7();
    let slot = hall.reserve(command, now(), today()).unwrap();
    assert_eq!(hall.reserve(command, now(), today()).unwrap(), slot);
    let sealed = sealed(&slot);
    for (nth, piece) in (0..).zip(&sealed.pieces) {
        hall.keep_piece(slot.case_id, nth, piece).unwrap();
        hall.keep_piece(slot.case_id, nth, piece).unwrap();
    }
    let filing = filing(&slot, sealed.header);
    let first = hall.file(&filing, now()).unwrap();
    assert_eq!(hall.file(&filing, now()).unwrap(), first);
    assert_eq!(hall.filed_by(command).unwrap(), Some(first.clone()));
    assert_eq!(hall.filed_by(Uuid::from_u128(3)).unwrap(), None);
    assert_eq!(hall.waiting().unwrap().untaken, 1);
    let again = office.hall(&folder.0, 1);
    assert_eq!(again.file(&filing, now()).unwrap(), first, "also after a restart");
}

#[test]
fn what_does_not_belong_to_the_slot_is_refused_and_changes_nothing() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let slot = hall.reserve(Uuid::now_v7(), now(), today()).unwrap();
    let other = hall.reserve(Uuid::now_v7(), now(), today()).unwrap();
    let sealed = sealed(&slot);
    let good = filing(&slot, sealed.header.clone());
    assert!(matches!(hall.file(&good, now()), Err(NotFiled::Pieces)), "no piece came");
    hall.keep_piece(slot.case_id, 0, &sealed.pieces[0]).unwrap();
    assert!(matches!(hall.file(&good, now()), Err(NotFiled::Pieces)), "one piece came");
    hall.keep_piece(slot.case_id, 1, &sealed.pieces[1]).unwrap();

    let laid_under_another = applications::Filing { case_id: other.case_id, ..good.clone() };
    assert!(matches!(hall.file(&laid_under_another, now()), Err(NotFiled::ForeignSeal)));
    let another_form = applications::Filing { service: "A02".into(), ..good.clone() };
    assert!(matches!(hall.file(&another_form, now()), Err(NotFiled::ForeignSeal)));
    let mut for_nobody = good.clone();
    for_nobody.seal.keys.remove(0);
    assert!(matches!(hall.file(&for_nobody, now()), Err(NotFiled::ForeignSeal)), "the office could not open it");
    let unknown = applications::Filing { case_id: Uuid::from_u128(1), ..good.clone() };
    assert!(matches!(hall.file(&unknown, now()), Err(NotFiled::NoSlot)));

    assert!(matches!(hall.keep_piece(slot.case_id, 11, b""), Err(NotFiled::Pieces)));
    assert!(matches!(hall.keep_piece(slot.case_id, 1, &vec![0; PIECE_BYTES_MAX + 1]), Err(NotFiled::Pieces)));
    assert_eq!(hall.waiting().unwrap().untaken, 0);
    hall.file(&good, now()).unwrap();
    assert_eq!(hall.waiting().unwrap().untaken, 1);
}

#[test]
fn without_a_key_of_the_office_nobody_is_asked_to_write() {
    let (folder, office) = (Folder::new(), Office::new());
    let mut settings = office.settings(&folder.0, 1);
    settings.office_keys = vec![];
    let hall = applications::Applications::open(&folder.0, settings).unwrap();
    assert!(matches!(hall.reserve(Uuid::now_v7(), now(), today()), Err(NotFiled::NoKey)));
}

#[test]
fn keys_take_over_with_an_overlap() {
    let (folder, office, new) = (Folder::new(), Office::new(), Office::new());
    let mut settings = office.settings(&folder.0, 1);
    let from = "2026-11-24T00:00:00Z".parse().unwrap();
    settings.office_keys.push(OfficeKey {
        from,
        recipient: new.key.recipient.clone(),
        ..settings.office_keys[0].clone()
    });
    let hall = applications::Applications::open(&folder.0, settings).unwrap();
    let sealed_to = |at: &str| {
        let slot = hall.reserve(Uuid::now_v7(), at.parse().unwrap(), today()).unwrap();
        slot.recipients[0].key_id.clone()
    };
    assert_eq!(sealed_to("2026-11-23T23:59:59Z"), office.key.recipient.key_id);
    assert_eq!(sealed_to("2026-11-24T00:00:00Z"), new.key.recipient.key_id);
    // A seal made just before goes in just after.
    let slot = hall.reserve(Uuid::now_v7(), now(), today()).unwrap();
    let sealed = sealed(&slot);
    for (nth, piece) in (0..).zip(&sealed.pieces) {
        hall.keep_piece(slot.case_id, nth, piece).unwrap();
    }
    hall.file(&filing(&slot, sealed.header), from).unwrap();
}

#[test]
fn the_key_of_the_day_goes_with_the_day() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let today = hall.day_key("2026-11-23".parse().unwrap()).unwrap();
    assert_eq!(hall.day_key("2026-11-23".parse().unwrap()).unwrap(), today);
    assert_ne!(hall.day_key("2026-11-24".parse().unwrap()).unwrap(), today);
    assert_ne!(hall.day_key("2026-11-23".parse().unwrap()).unwrap(), today, "it is gone for good");
}

fn asked(number: &str, tail: &str, place: &str) -> applications::Asked {
    applications::Asked { number: number.into(), phone_tail: tail.parse().unwrap(), place: place.into() }
}

#[test]
fn the_citizen_sees_steps_by_number_and_phone_and_nobody_else_does() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let filed = file(&hall);
    let seen = hall.ask(&asked("1 000001 2", "4567", "kiosk-1"), now()).unwrap();
    assert_eq!((seen.number, seen.status, seen.due), (filed.number.clone(), CaseStatus::Submitted, filed.due));
    assert_eq!(seen.steps, [(CaseStatus::Submitted, now())]);
    assert!(matches!(hall.ask(&asked("1-000001-2", "4568", "kiosk-1"), now()), Err(NotTold::Unknown)));
    assert!(matches!(
        hall.ask(&asked("1-000002-6", "4567", "kiosk-1"), now()),
        Err(NotTold::Unknown | NotTold::NotANumber)
    ));
    assert!(matches!(hall.ask(&asked("1-000001-4", "4567", "kiosk-1"), now()), Err(NotTold::NotANumber)));
}

#[test]
fn whoever_tries_endings_has_to_rest_and_a_citizen_is_told_again_later() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let filed = file(&hall);
    for tail in ["0000", "0001", "0002", "0003", "0004"] {
        assert!(matches!(hall.ask(&asked(&filed.number, tail, tail), now()), Err(NotTold::Unknown)));
    }
    let right = asked(&filed.number, "4567", "another phone");
    assert!(matches!(hall.ask(&right, now()), Err(NotTold::Rest(_))), "even with the right ending");
    let later = now() + jiff::SignedDuration::from_mins(61);
    assert!(hall.ask(&right, later).is_ok());
}

#[test]
fn whoever_asks_all_day_has_to_rest() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let filed = file(&hall);
    let question = asked(&filed.number, "4567", "kiosk-1");
    for _ in 0..30 {
        assert!(hall.ask(&question, now()).is_ok());
    }
    assert!(matches!(hall.ask(&question, now()), Err(NotTold::Rest(_))));
    assert!(hall.ask(&asked(&filed.number, "4567", "kiosk-2"), now()).is_ok(), "another place is another place");
}

#[test]
fn a_foreign_receipt_is_no_receipt() {
    let (folder, office, stranger) = (Folder::new(), Office::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    file(&hall);
    let parcel = hall.next_parcel(Stream::Documents).unwrap().unwrap();
    let receipt = |consignment_id, signer: &Office| {
        let receipt = hhx::receipt::Delivered {
            receipt_id: Uuid::now_v7(),
            consignment_id,
            sha256: hhx::Hash::of(&parcel.container),
            received_at: now(),
            high_water: 1,
            durable_high_water: 1,
            chain: hhx::Hash::ZERO,
            signature: String::new(),
        };
        Answer::Taken(receipt.signed(&signer.signer()).unwrap())
    };
    let other = Uuid::from_u128(9);
    for wrong in [receipt(parcel.id, &stranger), receipt(other, &office)] {
        assert_eq!(hall.answered(&parcel, &wrong, now()).unwrap(), applications::Due::Later);
        assert_eq!(hall.waiting().unwrap().untaken, 1);
    }
    assert_eq!(hall.answered(&parcel, &receipt(parcel.id, &office), now()).unwrap(), applications::Due::Next);
    assert_eq!(hall.waiting().unwrap().untaken, 0);
}

#[test]
fn todays_is_opened_at_a_counter_and_tomorrow_or_after_a_restart_nobody_opens_it() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let case_id = file(&hall).case_id;
    assert_eq!(&hall.open_piece(case_id, 0, today()).unwrap()[..], SECRET.as_bytes());
    assert_eq!(&hall.open_piece(case_id, 1, today()).unwrap()[..], b"a scan");
    assert!(matches!(hall.open_piece(case_id, 2, today()), Err(NotOpened::Gone)), "there is no second file");
    assert!(matches!(hall.open_piece(Uuid::nil(), 0, today()), Err(NotOpened::Gone)));
    let tomorrow = today().tomorrow().unwrap();
    assert!(matches!(hall.open_piece(case_id, 0, tomorrow), Err(NotOpened::OtherDay)));
    hall.day_key(tomorrow).unwrap();
    assert!(matches!(hall.open_piece(case_id, 0, tomorrow), Err(NotOpened::OtherDay)), "another key");
    assert!(matches!(hall.open_piece(case_id, 0, today()), Err(NotOpened::OtherDay)), "yesterday's key is gone");
    let again = office.hall(&folder.0, 1);
    again.day_key(today()).unwrap();
    assert!(matches!(again.open_piece(case_id, 0, today()), Err(NotOpened::OtherDay)), "the hub was restarted");
}

#[test]
fn what_came_with_a_ticket_and_what_has_a_number_is_found() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let filed = file(&hall);
    let known = hall.by_number("1 000001 2").unwrap().unwrap();
    assert_eq!((known.case_id, known.seen.number.as_str()), (filed.case_id, "1-000001-2"));
    assert!(!known.handed_over && known.seen.registered.is_none());
    assert_eq!(hall.by_number("1-000002-9").unwrap().map(|known| known.case_id), None);
    assert_eq!(hall.by_number("Karimova").unwrap().map(|known| known.case_id), None);
    let of_ticket = known.ticket.map(|ticket| hall.of_ticket(ticket).unwrap());
    assert_eq!(of_ticket.map(|found| found.len()), known.ticket.map(|_| 1));
    assert!(matches!(hall.hand_over(filed.case_id, now()), Err(NotDone::NotNow)), "there is no answer");
    assert!(matches!(hall.hand_over(Uuid::nil(), now()), Err(NotDone::NoCase)));
    assert_eq!(hall.waiting().unwrap().untaken, 1, "and the office is told nothing");
}

#[test]
fn what_was_refused_of_an_addition_does_not_refuse_the_case() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    let case_id = file(&hall).case_id;
    let writes = |kind: MessageType, change: &dyn Fn(&mut Envelope)| {
        let party = |system: Option<&str>| Party {
            party: hall::PARTY.to_owned(),
            system: system.map(str::to_owned),
            unit: None,
        };
        let mut envelope = Envelope::new(kind, case_id, (party(None), party(Some(hall::HUB))), now());
        change(&mut envelope);
        let container = container::pack(envelope, &[], &office.signer()).unwrap();
        hall.take((1, &container), now()).unwrap();
    };
    let registration = Registration {
        journal: "murojaat".into(),
        index: 1,
        reg_no: "M-1/26".into(),
        reg_date: today(),
        registered_by: "office".into(),
    };
    let registered = Outcome::Registered { registration, due: None };
    writes(MessageType::Ack, &|envelope| envelope.outcome = Some(registered.clone()));
    for status in [CaseStatus::Assigned, CaseStatus::InWork] {
        writes(MessageType::Status, &|envelope| envelope.news = Some(News { status, at: now(), due: None }));
    }
    let refused = Outcome::Refused { code: hhx::Code::Validation, text: "an addition".into() };
    writes(MessageType::Ack, &|envelope| envelope.outcome = Some(refused.clone()));
    assert_eq!(hall.known(case_id).unwrap().unwrap().seen.status, CaseStatus::InWork);
}
