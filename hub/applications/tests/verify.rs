//! What is said of a file that holds together, and of one that somebody or a disk has changed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hall;

use applications::{Answer, Applications, Due, FILE_NAME, Fault, Halt, Lesson, Sound, verify};
use hall::{Folder, Office, file, now};
use hhx::{
    CaseStatus, Hash,
    cases::{Case, Page, Step},
    line::{Mark, Stream},
    receipt::Delivered,
};
use rusqlite::Connection;
use std::fs;
use uuid::Uuid;

/// The office takes the first that waits.
fn hands_over_one(hall: &Applications, office: &Office) {
    let parcel = hall.next_parcel(Stream::Documents).unwrap().unwrap();
    let receipt = Delivered {
        receipt_id: Uuid::now_v7(),
        consignment_id: parcel.id,
        sha256: Hash::of(&parcel.container),
        received_at: now(),
        high_water: 1,
        durable_high_water: 0,
        chain: Hash::ZERO,
        signature: String::new(),
    };
    let receipt = receipt.signed(&office.signer()).unwrap();
    assert_eq!(hall.answered(&parcel, &Answer::Taken(receipt), now()).unwrap(), Due::Next);
}

#[test]
fn an_office_that_has_more_of_this_life_than_was_written_has_it_from_a_twin() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 2);
    file(&hall);
    hands_over_one(&hall, &office);
    let mark = |epoch, high_water| Mark { epoch, high_water, chain: Hash::ZERO };
    let compared = |mark| hall.compare(Stream::Documents, mark).unwrap();
    assert_eq!(compared(mark(2, 1)), Due::Next);
    assert_eq!(compared(mark(1, 9)), Due::Next, "an earlier life had more, and is over");
    assert_eq!(compared(mark(2, 2)), Due::Halted(Halt::Fork));
    assert_eq!(compared(mark(3, 0)), Due::Halted(Halt::Fenced));
}

/// What is found after these statements were done to a file with three applications.
fn found_after(changes: &str) -> Vec<String> {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 1);
    for _ in 0..3 {
        file(&hall);
    }
    hands_over_one(&hall, &office);
    drop(hall);
    let path = folder.0.join(FILE_NAME);
    assert_eq!(verify(&path).unwrap(), Sound { filed: 3, waiting: 2 });
    Connection::open(&path).unwrap().execute_batch(changes).unwrap();
    let faults = verify(&path).expect_err("it is found");
    faults.iter().map(|fault| fault.to_string().split_whitespace().take(4).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_change_is_found_and_named() {
    for (changes, found) in [
        ("update outbox set container = x'00' where seq = 2", vec!["consignment"]),
        ("update outbox set envelope = zeroblob(32) where seq = 3", vec!["consignment"]),
        ("update outbox set seq = 9 where seq = 3", vec!["the documents of life"]),
        ("delete from outbox where seq = 2", vec!["the documents of life"]),
        ("update filed set status = 'registered' where number like '1-000001-%'", vec!["case"]),
        ("delete from step", vec!["case"; 3]),
        ("update serial set last = 2", vec!["case"]),
        ("pragma foreign_keys = off; delete from filed", vec!["applications.db is damaged: 4"]),
    ] {
        let faults = found_after(changes);
        let matches = faults.iter().zip(&found).all(|(fault, expected)| fault.starts_with(expected));
        assert!(matches && faults.len() == found.len(), "{changes}: {faults:?}");
    }
}

#[test]
fn what_is_no_file_of_applications_is_said() {
    let folder = Folder::new();
    let path = folder.0.join(FILE_NAME);
    fs::write(&path, "navbat\n".repeat(1000)).unwrap();
    assert!(matches!(verify(&path).unwrap_err()[..], [Fault::Closed(_)]));
    assert!(matches!(verify(&folder.0.join("nothing")).unwrap_err()[..], [Fault::Closed(_)]));
}

#[test]
fn a_case_of_an_earlier_life_is_learned_once_and_goes_on() {
    let (folder, office) = (Folder::new(), Office::new());
    let hall = office.hall(&folder.0, 2);
    let here = file(&hall);
    assert_eq!(hall.lesson().unwrap(), Lesson::Next(None));
    let step = |status, second: i64| Step { status, at: now() + jiff::SignedDuration::from_secs(second) };
    let (case_id, tail) = (Uuid::now_v7(), "4567".parse::<applications::PhoneTail>().unwrap());
    let mut case = Case {
        case_id,
        number: "1-000001-2".to_owned(),
        service: "A01".to_owned(),
        appeal: true,
        language: "uz-Latn".to_owned(),
        filed_at: now(),
        reg_no: "M-1/26".to_owned(),
        reg_date: "2026-11-23".parse().unwrap(),
        due: "2026-12-08".parse().unwrap(),
        phone_tail: Some(tail.hashed(case_id)),
        steps: vec![
            step(CaseStatus::Delivered, 1),
            step(CaseStatus::Registered, 2),
            step(CaseStatus::Assigned, 3),
            step(CaseStatus::InWork, 4),
            step(CaseStatus::NeedInfo, 5),
            step(CaseStatus::InWork, 6),
        ],
    };
    let page = Page { cases: vec![case.clone()], next: Some("7.x".to_owned()) };
    assert_eq!(hall.learn(&page).unwrap().new, 1);
    assert_eq!(hall.lesson().unwrap(), Lesson::Next(Some("7.x".to_owned())));
    case.steps.push(step(CaseStatus::Answered, 7));
    let twin = Case { case_id: Uuid::now_v7(), number: here.number, ..case.clone() };
    let learned = hall.learn(&Page { cases: vec![case, twin], next: None }).unwrap();
    assert_eq!((learned.new, learned.doubled), (0, 1), "a number that was given twice stays with who has it here");
    assert_eq!(hall.lesson().unwrap(), Lesson::Over);

    let asked = |tail: &str| applications::Asked {
        number: "1-000001-2".to_owned(),
        phone_tail: tail.parse().unwrap(),
        place: "kiosk-1".to_owned(),
    };
    let seen = hall.ask(&asked("4567"), now()).unwrap();
    let words: Vec<&str> = seen.steps.iter().map(|(status, _)| status.word()).collect();
    let told = ["submitted", "delivered", "registered", "assigned", "in_work", "need_info", "in_work", "answered"];
    assert_eq!(words, told);
    assert!(hall.ask(&asked("4568"), now()).is_err());
    drop(hall);
    assert_eq!(verify(&folder.0.join(FILE_NAME)).unwrap().filed, 2);
    assert_eq!(office.hall(&folder.0, 2).lesson().unwrap(), Lesson::Over, "once in a life");
    assert_eq!(office.hall(&folder.0, 3).lesson().unwrap(), Lesson::Next(None));
}
