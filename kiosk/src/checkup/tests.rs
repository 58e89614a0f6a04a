//! A technician before a kiosk, in all the ways that go wrong.

use super::*;
use crate::keys::Key;
use std::{fs, io, path::Path};
use uuid::Uuid;
use wire::fleet::TestResult;
use words::Lang;

fn everything() -> Fittings {
    Fittings { lines: Line::all().collect(), voice: Voice::Fitted }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

/// A technician who tries everything, on a kiosk where everything works.
fn thorough() -> Checkup {
    let mut checkup = Checkup::new(everything());
    for spot in Spot::ALL {
        checkup.touched(spot);
    }
    for key in Key::ALL {
        checkup.saw(Sign::Key(key));
    }
    for sign in [
        Sign::Somebody,
        Sign::Nobody,
        Sign::Tamper(Tamper::Opened),
        Sign::Tamper(Tamper::Shut),
        Sign::Printer(Power::Cut),
        Sign::Printer(Power::Back),
    ] {
        checkup.saw(sign);
    }
    checkup.printer(Condition::Ready);
    checkup.sheet(Sheet::Out);
    checkup.speaker(Sound::Device, Judged::Good);
    checkup.lamp(Judged::Good);
    checkup.network(Hub::Answered { after_ms: 12 });
    checkup.clock(Clock::Sound);
    checkup.disk(&Disk::Good { free_bytes: FREE_BYTES_MIN });
    checkup
}

fn verdict(checkup: &Checkup, part: Part) -> Verdict {
    checkup.report(now()).parts.into_iter().find(|(found, _)| *found == part).unwrap().1
}

fn failed(code: &str) -> Verdict {
    Verdict::Failed(code.to_owned())
}

#[test]
fn a_kiosk_that_works_passes_every_part() {
    let report = thorough().report(now());
    assert!(report.parts.iter().all(|(_, verdict)| *verdict == Verdict::Passed), "{report:?}");
    assert_eq!((report.result(), report.parts.len()), (TestResult::Passed, Part::ALL.len()));
    let first = &report.findings(Lang::En)[0];
    assert_eq!((first.part, first.said, first.why.as_deref()), ("Printer", "works", None));
}

#[test]
fn what_was_not_tried_has_failed() {
    let report = Checkup::new(everything()).report(now());
    assert!(report.parts.iter().all(|(_, verdict)| *verdict == failed("not-tried")), "{report:?}");
    assert_eq!(report.result(), TestResult::Failed);
}

#[test]
fn what_a_kiosk_does_not_have_is_neither() {
    let checkup = Checkup::new(Fittings::default());
    let absent = [Part::Speaker, Part::Keys, Part::Presence, Part::Lamp, Part::Tamper, Part::Relay];
    for part in Part::ALL {
        assert_eq!(verdict(&checkup, part) == Verdict::NotPresent, absent.contains(&part), "{part:?}");
    }
    assert_eq!(checkup.report(now()).findings(Lang::UzLatn).len(), Part::ALL.len() - absent.len());
}

#[test]
fn one_part_that_fails_fails_alone_and_says_why() {
    type Deed = fn(&mut Checkup);
    let cases: [(Part, &str, Deed); 17] = [
        (Part::Printer, "cover-open", |c| c.printer(Condition::Faulty(Fault::CoverOpen))),
        (Part::Printer, "jam", |c| c.sheet(Sheet::NotOut(Fault::Jam))),
        (Part::Speaker, "no-device", |c| c.speaker(Sound::None, Judged::Good)),
        (Part::Speaker, "not-heard", |c| c.speaker(Sound::Device, Judged::Bad)),
        (Part::Lamp, "not-seen", |c| c.lamp(Judged::Bad)),
        (Part::Network, "no-answer", |c| c.network(Hub::Away)),
        (Part::Network, "fenced", |c| c.network(Hub::Fenced)),
        (Part::Network, "slow-301", |c| c.network(Hub::Answered { after_ms: 301 })),
        (Part::Clock, "in-the-past", |c| c.clock(Clock::BeforeItsTime)),
        (Part::Clock, "off-s-180", |c| c.clock(Clock::OffBy { ms: -180_500 })),
        (Part::Storage, "reads-otherwise", |c| c.disk(&Disk::Lies)),
        (Part::Storage, "journal", |c| c.disk(&Disk::Journal)),
        (Part::Storage, "free-mib-3", |c| c.disk(&Disk::Full { free_bytes: 3 << 20 })),
        (Part::Storage, "fails", |c| c.disk(&Disk::Fails(io::ErrorKind::ReadOnlyFilesystem))),
        (Part::Tamper, "open", |c| c.saw(Sign::Tamper(Tamper::Opened))),
        (Part::Relay, "refused", |c| c.saw(Sign::Printer(Power::Refused))),
        (Part::Relay, "cut", |c| c.saw(Sign::Printer(Power::Cut))),
    ];
    for (part, code, deed) in cases {
        let mut checkup = thorough();
        deed(&mut checkup);
        let report = checkup.report(now());
        assert_eq!(report.result(), TestResult::Failed, "{code}");
        for (found, verdict) in report.parts {
            let expected = if found == part { failed(code) } else { Verdict::Passed };
            assert_eq!(verdict, expected, "{code}: {found:?}");
        }
        for lang in Lang::ALL {
            assert_ne!(why(code, lang), code, "{code} is a sentence in {lang}");
        }
    }
}

#[test]
fn a_sheet_counts_only_from_a_printer_that_is_well() {
    let mut checkup = thorough();
    checkup.printer(Condition::PaperLow);
    checkup.sheet(Sheet::Out);
    assert_eq!(verdict(&checkup, Part::Printer), Verdict::PassedWith("paper-low".to_owned()));
    checkup.printer(Condition::Faulty(Fault::Silent));
    checkup.sheet(Sheet::Out);
    assert_eq!(verdict(&checkup, Part::Printer), failed("silent"));
}

#[test]
fn every_key_and_every_spot_counts() {
    let mut checkup = Checkup::new(everything());
    for key in Key::ALL.into_iter().filter(|key| *key != Key::Repeat) {
        checkup.saw(Sign::Key(key));
    }
    assert_eq!(verdict(&checkup, Part::Keys), failed("no-repeat"));
    assert_eq!(checkup.keys_left(), [Line::Key(Key::Repeat)]);
    checkup.saw(Sign::Key(Key::Repeat));
    assert_eq!((verdict(&checkup, Part::Keys), checkup.keys_left()), (Verdict::Passed, vec![]));
    for _ in 0..4 {
        checkup.touched(Spot::TopLeft);
        checkup.touched(Spot::BottomRight);
    }
    assert_eq!(verdict(&checkup, Part::Touch), failed("spots-2"));
}

#[test]
fn a_clock_is_doubted_beyond_two_minutes_and_before_its_time() {
    let hub = now();
    for (kiosk, expected) in [
        ("2026-11-23T08:02:00Z", Clock::Sound),
        ("2026-11-23T07:58:00Z", Clock::Sound),
        ("2026-11-23T08:02:00.001Z", Clock::OffBy { ms: 120_001 }),
        ("2026-11-23T07:57:59Z", Clock::OffBy { ms: -121_000 }),
        ("2026-10-31T23:59:59Z", Clock::BeforeItsTime),
        ("1970-01-01T00:00:00Z", Clock::BeforeItsTime),
    ] {
        assert_eq!(judge_clock(at(kiosk), Some(hub)), expected, "{kiosk}");
    }
    assert_eq!(judge_clock(at("2026-11-01T00:00:00Z"), None), Clock::Alone);
}

#[test]
fn a_disk_is_tried_and_left_as_it_was() {
    let dir = std::env::temp_dir().join(format!("kiosk-checkup-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    assert!(matches!(try_disk(&dir, 7), Disk::Good { .. } | Disk::Full { .. }), "{:?}", try_disk(&dir, 7));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    // A folder where the probe should be cannot be written, by root neither.
    fs::create_dir_all(dir.join("self-test.probe/in-the-way")).unwrap();
    assert_eq!(try_disk(&dir, 7), Disk::Fails(io::ErrorKind::IsADirectory));
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(try_disk(&dir, 7), Disk::Fails(io::ErrorKind::NotFound));
    let full = FREE_BYTES_MIN - 1;
    assert_eq!(storage::has_room(full), Disk::Full { free_bytes: full });
    assert_eq!(storage::has_room(FREE_BYTES_MIN), Disk::Good { free_bytes: FREE_BYTES_MIN });
}

#[test]
fn a_microphone_is_no_loudspeaker() {
    let dir = std::env::temp_dir().join(format!("kiosk-sound-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("controlC0"), "").unwrap();
    fs::write(dir.join("pcmC0D0c"), "").unwrap();
    assert_eq!(find_sound(&dir), Sound::None);
    fs::write(dir.join("pcmC1D0p"), "").unwrap();
    assert_eq!(find_sound(&dir), Sound::Device);
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(find_sound(Path::new("/nowhere/at/all")), Sound::None);
}

#[test]
fn the_hub_takes_every_report() {
    let worst = {
        let mut checkup = thorough();
        checkup.network(Hub::Answered { after_ms: u64::MAX });
        checkup.clock(Clock::OffBy { ms: i64::MIN });
        checkup.disk(&Disk::Full { free_bytes: 0 });
        checkup
    };
    for checkup in [thorough(), Checkup::new(everything()), Checkup::new(Fittings::default()), worst] {
        let test = checkup.report(now()).to_hub(Uuid::from_u128(9));
        assert!(test.is_well_formed(), "{test:?}");
    }
    let test = Checkup::new(Fittings::default()).report(now()).to_hub(Uuid::from_u128(9));
    let json = serde_json::to_value(&test.parts[..3]).unwrap();
    let expected = r#"[{"part":"printer","result":"failed","code":"not-tried"},
        {"part":"touch","result":"failed","code":"not-tried"},{"part":"speaker","result":"not-present"}]"#;
    assert_eq!(json, serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn every_reason_is_a_sentence_and_what_is_unknown_stays_a_code() {
    assert_eq!(why("slow-301", Lang::En), "The hub answered only after 301 ms.");
    assert_eq!(why("spots-2", Lang::En), "2 of 5 places were touched.");
    assert_eq!(why("jam", Lang::Ru), "В принтере застряла бумага");
    for key in Key::ALL {
        for lang in Lang::ALL {
            let said = why(&format!("no-{}", key.name()), lang);
            assert!(!said.contains('{') && !said.contains("no-"), "{said}");
        }
    }
    for lang in Lang::ALL {
        for code in ["not-tried", "not-compared", "paper-low"] {
            assert_ne!(why(code, lang), code);
        }
    }
    assert_eq!(why("gremlins-7", Lang::En), "gremlins-7");
}

#[test]
fn what_is_tried_anew_begins_from_nothing() {
    let mut checkup = thorough();
    checkup.again(Part::Touch);
    assert!(checkup.standing().contains(&(Part::Touch, None)) && checkup.spots().is_empty());
    checkup.again(Part::Keys);
    assert_eq!(checkup.keys_left().len(), Key::ALL.len());
    assert_eq!(verdict(&checkup, Part::Touch), failed("not-tried"));
}
