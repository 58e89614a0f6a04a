//! A hall's own file of applications and the office's own server, with nothing made up between them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::{
    journey::{ask, make, official, page, resolve, run, sign_in},
    support::{Bench, OFFICE, count},
};
use applications::{
    Addition, Answer, Applications, Asked, Due, FILE_NAME, Filing, Lesson, NotDone, NotOpened, OfficeKey, Settings,
    Taking, signer_in, verify,
};
use axum::{
    Router,
    body::Body as Request,
    http::{self, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    CaseStatus, Hash,
    body::{Attachment, Body},
    cases::Page,
    container::{self, Limits},
    envelope::{Consent, MessageType},
    line::{Mark, Stream},
    seal::{Bound, seal},
};
use jiff::Timestamp;
use khokimiyat::{
    halls::{self, HallId, Known},
    office::Offices,
    people::Role,
    serve,
    work::Step,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::LazyLock};
use uuid::Uuid;

const PDF: &[u8] = b"%PDF-1.7 pasport %%EOF";

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A hall that is enrolled at the office.
struct Hall {
    folder: Folder,
    token: String,
    file: Applications,
}

impl Hall {
    async fn enrol(offices: &Offices) -> Hall {
        let folder = Folder(std::env::temp_dir().join(format!("round-trip-{}", Uuid::now_v7().simple())));
        fs::create_dir(&folder.0).unwrap();
        let file = open(&folder, offices, 1);
        let certificates = fs::read_to_string(folder.0.join("signing-certificate.pem")).unwrap();
        let token = halls::new_token().unwrap().to_string();
        let id = HallId { office: OFFICE.to_owned(), hub: "hub-01".to_owned() };
        let known = Known { token: &token, certificates: &certificates };
        halls::add(offices, &id, known, offices.now()).await.unwrap();
        Hall { folder, token, file }
    }

    fn request(&self, method: &str, uri: &str, body: Vec<u8>) -> http::Request<Request> {
        let request = http::Request::builder().method(method).uri(uri);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        request.body(Request::from(body)).unwrap()
    }

    fn files(&self) -> applications::Filed {
        let (now, today) = (now(), "2026-11-23".parse().unwrap());
        let slot = self.file.reserve(Uuid::now_v7(), now, today).unwrap();
        let version = forms::form("A01").unwrap().version.clone();
        let body = Body {
            case_id: slot.case_id,
            service: "A01".into(),
            catalogue_version: version.clone(),
            answers: BTreeMap::from([
                ("full_name".to_owned(), json!({ "text": "Karimov Anvar" })),
                ("phone".to_owned(), json!({ "text": "+998901234567" })),
            ]),
            attachments: vec![],
        };
        let schema = format!("A01/{version}");
        let bound = Bound { hub: slot.hub.clone(), epoch: slot.epoch, number: slot.number.clone(), schema };
        let sealed = seal(bound, &slot.recipients, &[&serde_json::to_vec(&body).unwrap()]).unwrap();
        self.file.keep_piece(slot.case_id, 0, &sealed.pieces[0]).unwrap();
        let filing = Filing {
            case_id: slot.case_id,
            seal: sealed.header,
            service: "A01".into(),
            catalogue_version: version,
            message_type: MessageType::Appeal,
            language: "uz-Latn".into(),
            ticket: None,
            consent: Consent { text_version: "1".into(), sha256: Hash::of(b"text"), at: now, channel: "kiosk".into() },
            phone_tail: Some("4567".parse().unwrap()),
            due: Some("2026-12-08".parse().unwrap()),
        };
        self.file.file(&filing, now).unwrap()
    }

    /// Hands over what waits; `lost` answers do not arrive.
    async fn hands_over(&self, router: &mut Router, mut lost: u32) -> Vec<StatusCode> {
        let mut statuses = vec![];
        while let Some(parcel) = self.file.next_parcel(Stream::Documents).unwrap() {
            is_as_described(&parcel.container);
            let request = self.request("POST", "/v1/consignments", parcel.container.clone());
            let (status, _, body) = ask(router, request).await;
            statuses.push(status);
            let answer = match status {
                _ if lost > 0 => Answer::Silence,
                StatusCode::OK | StatusCode::CREATED => Answer::Taken(serde_json::from_slice(&body).unwrap()),
                _ => Answer::Not(serde_json::from_slice(&body).unwrap()),
            };
            lost = lost.saturating_sub(1);
            let due = self.file.answered(&parcel, &answer, now()).unwrap();
            assert!(matches!(due, Due::Next | Due::Later), "{due:?}");
        }
        statuses
    }

    async fn fetches(&self, router: &mut Router) {
        let uri = format!("/v1/inbox?after={}&wait=0", self.file.inbox_cursor().unwrap());
        let (status, _, body) = ask(router, self.request("GET", &uri, vec![])).await;
        assert_eq!(status, StatusCode::OK);
        let inbox: Value = serde_json::from_slice(&body).unwrap();
        let mark: Mark = serde_json::from_value(inbox["marks"]["documents"].clone()).unwrap();
        assert_eq!(self.file.compare(Stream::Documents, mark).unwrap(), Due::Next);
        for waiting in inbox["consignments"].as_array().unwrap() {
            let container = STANDARD.decode(waiting["container"].as_str().unwrap()).unwrap();
            is_as_described(&container);
            let cursor = waiting["cursor"].as_u64().unwrap();
            assert_eq!(self.file.take((cursor, &container), now()).unwrap(), Taking::Taken);
            assert_eq!(self.file.take((cursor, &container), now()).unwrap(), Taking::Again);
        }
    }

    /// Asks for every page of what the office has of this hall; answers how many cases were new here.
    async fn learns(&self, router: &mut Router) -> usize {
        let mut new = 0;
        while let Lesson::Next(after) = self.file.lesson().unwrap() {
            let uri = after.map_or("/v1/cases".to_owned(), |after| format!("/v1/cases?after={after}"));
            let (status, _, body) = ask(router, self.request("GET", &uri, vec![])).await;
            assert_eq!(status, StatusCode::OK);
            let page: Page = serde_json::from_slice(&body).unwrap();
            let learned = self.file.learn(&page).unwrap();
            assert_eq!((self.file.learn(&page).unwrap().new, learned.doubled), (0, 0), "a page twice is a page once");
            new += learned.new;
        }
        new
    }

    /// The hall's disk is lost; what is left is a backup, and no signing key.
    async fn restored(&mut self, offices: &Offices, backup: &Folder) {
        let other = Folder(std::env::temp_dir().join(format!("round-trip-{}", Uuid::now_v7().simple())));
        fs::create_dir(&other.0).unwrap();
        fs::copy(backup.0.join(FILE_NAME), other.0.join(FILE_NAME)).unwrap();
        self.folder = other;
        self.file = open(&self.folder, offices, 2);
        let certificates = fs::read_to_string(self.folder.0.join("signing-certificate.pem")).unwrap();
        let id = HallId { office: OFFICE.to_owned(), hub: "hub-01".to_owned() };
        let known = Known { token: &self.token, certificates: &certificates };
        halls::add(offices, &id, known, offices.now()).await.unwrap();
    }

    fn seen(&self, number: &str) -> applications::Seen {
        let asked = Asked { number: number.to_owned(), phone_tail: "4567".parse().unwrap(), place: number.to_owned() };
        self.file.ask(&asked, now()).unwrap()
    }
}

fn now() -> Timestamp {
    "2026-11-23T05:00:00Z".parse().unwrap()
}

/// The published schema knows every envelope that goes either way.
fn is_as_described(container: &[u8]) {
    static SCHEMA: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::validator_for(&serde_json::from_str(hhx::envelope::SCHEMA).unwrap()).unwrap());
    let envelope = json!(container::peek(container, &Limits::USUAL).unwrap());
    let faults: Vec<String> = SCHEMA.iter_errors(&envelope).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [""; 0], "{envelope}");
}

fn open(folder: &Folder, offices: &Offices, epoch: u32) -> Applications {
    let (signer, certificate) = signer_in(&folder.0, "hub-01").unwrap();
    let office = &offices.offices[OFFICE];
    let key = OfficeKey {
        recipient: office.seal_keys[0].recipient.clone(),
        from: Timestamp::UNIX_EPOCH,
        until: Timestamp::MAX,
    };
    let settings = Settings {
        hub: "hub-01".to_owned(),
        party: format!("soato:{OFFICE}"),
        epoch,
        office_keys: vec![key],
        office_certificates: hhx::sign::certificates(&office.certificate).unwrap(),
        signer,
        certificate,
        test: false,
    };
    Applications::open(&folder.0, settings).unwrap()
}

#[test]
fn what_was_filed_is_registered_answered_and_seen_though_answers_get_lost() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let hall = Hall::enrol(&offices).await;
        let filed = hall.files();
        let statuses = hall.hands_over(&mut router, 2).await;
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::OK, StatusCode::OK], "once, then the first receipt");
        assert_eq!(hall.seen(&filed.number).status, CaseStatus::Delivered);

        hall.fetches(&mut router).await;
        let seen = hall.seen(&filed.number);
        assert_eq!((seen.status, seen.due), (CaseStatus::Registered, filed.due), "both ends count the same day");
        assert_eq!(seen.registered.unwrap().0, "M-1/26");

        let head = official(&offices, OFFICE, "head", Role::Head).await;
        let executor = official(&offices, OFFICE, "executor", Role::Executor).await;
        make(&offices, &head, filed.case_id, resolve(&["executor"])).await.unwrap();
        make(&offices, &executor, filed.case_id, Step::Begin).await.unwrap();
        let answer = Step::Answer { outcome: CaseStatus::Answered, text: "Chiroq yoqildi.".into(), papers: vec![] };
        make(&offices, &executor, filed.case_id, answer).await.unwrap();
        hall.fetches(&mut router).await;
        let steps: Vec<CaseStatus> = hall.seen(&filed.number).steps.iter().map(|(status, _)| *status).collect();
        let words: Vec<&str> = steps.iter().map(|status| status.word()).collect();
        assert_eq!(words, ["submitted", "delivered", "registered", "assigned", "in_work", "answered"]);
    });
}

#[test]
fn a_hub_that_was_restored_sends_again_and_nothing_is_registered_twice() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let mut hall = Hall::enrol(&offices).await;
        let first = hall.files();
        let parcel = hall.file.next_parcel(Stream::Documents).unwrap().unwrap();
        ask(&mut router, hall.request("POST", "/v1/consignments", parcel.container)).await;
        // The answer never came, and the hub begins a new life.
        hall.file = open(&hall.folder, &offices, 2);
        let second = hall.files();
        let statuses = hall.hands_over(&mut router, 0).await;
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CREATED], "the first is known, the line goes on");
        hall.fetches(&mut router).await;
        for (filed, reg_no) in [(first, "M-1/26"), (second, "M-2/26")] {
            assert_eq!(hall.seen(&filed.number).registered.unwrap().0, reg_no);
        }
    });
}

#[test]
fn a_hub_restored_from_yesterday_learns_from_the_office_what_it_had_filed_since() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let mut hall = Hall::enrol(&offices).await;
        let known = hall.files();
        hall.hands_over(&mut router, 0).await;
        hall.fetches(&mut router).await;
        let waits = hall.files();
        let backup = Folder(std::env::temp_dir().join(format!("round-trip-{}", Uuid::now_v7().simple())));
        fs::create_dir(&backup.0).unwrap();
        let copied = rusqlite::Connection::open(hall.folder.0.join(FILE_NAME)).unwrap();
        copied.execute("vacuum into ?1", [backup.0.join(FILE_NAME).to_str().unwrap()]).unwrap();

        // After the backup: more than a page; all delivered, registered, and one of them answered.
        let mut since = vec![];
        for _ in 0..52 {
            since.push(hall.files());
        }
        hall.hands_over(&mut router, 0).await;
        let head = official(&offices, OFFICE, "head", Role::Head).await;
        let executor = official(&offices, OFFICE, "executor", Role::Executor).await;
        for filed in [&known, &since[51]] {
            make(&offices, &head, filed.case_id, resolve(&["executor"])).await.unwrap();
            make(&offices, &executor, filed.case_id, Step::Begin).await.unwrap();
            make(&offices, &executor, filed.case_id, Step::Ask { text: "Qaysi uy?".into() }).await.unwrap();
        }
        hall.fetches(&mut router).await;

        hall.restored(&offices, &backup).await;
        assert_eq!(hall.learns(&mut router).await, 52);
        let statuses = hall.hands_over(&mut router, 0).await;
        assert_eq!(
            statuses,
            [StatusCode::OK],
            "what waited at the backup is known at the office, and nothing else waits"
        );
        hall.fetches(&mut router).await;
        for filed in since.iter().step_by(17).chain([&known, &waits]) {
            let seen = hall.seen(&filed.number);
            assert_eq!((&seen.number, seen.due), (&filed.number, filed.due));
            assert!(seen.registered.is_some());
        }
        for filed in [&known, &since[51]] {
            let steps = hall.seen(&filed.number).steps;
            let words: Vec<&str> = steps.iter().map(|(status, _)| status.word()).collect();
            assert_eq!(words, ["submitted", "delivered", "registered", "assigned", "in_work", "need_info"]);
        }
        let new = hall.files();
        assert!(new.number.starts_with("2-") && since.iter().all(|filed| filed.number != new.number));
        assert_eq!(hall.hands_over(&mut router, 0).await, [StatusCode::CREATED]);
        assert_eq!(count(&offices, "select count(*) from case_file").await, 55);
        assert_eq!(count(&offices, "select count(distinct number) from case_file").await, 55);
        let sound = verify(&hall.folder.0.join(FILE_NAME)).unwrap();
        assert_eq!((sound.filed, sound.waiting), (55, 0));
    });
}

/// Whoever works on the case reads it; an auditor sees that something came.
async fn reads_what_was_added(offices: &Offices, router: &mut Router, (case_id, id): (Uuid, Uuid)) {
    official(offices, OFFICE, "auditor", Role::Auditor).await;
    let (card, paper) = (format!("/cases/{case_id}"), format!("/cases/{case_id}/additions/{id}/1"));
    let executor = sign_in(router, OFFICE, "executor", "704618").await.unwrap();
    let (_, html) = page(router, &executor, &card).await;
    assert!(html.contains("12-uy, ikkinchi qavat") && html.contains("pasport.pdf"), "{html}");
    let (status, bytes) = page(router, &executor, &paper).await;
    assert_eq!((status, bytes.as_bytes()), (StatusCode::OK, PDF));
    assert_eq!(page(router, &executor, &format!("/cases/{case_id}/additions/{id}/2")).await.0, StatusCode::NOT_FOUND);
    let auditor = sign_in(router, OFFICE, "auditor", "704618").await.unwrap();
    let (_, html) = page(router, &auditor, &card).await;
    assert!(html.contains("data-testid=\"addition\"") && !html.contains("12-uy") && !html.contains("pasport.pdf"));
    assert_eq!(page(router, &auditor, &paper).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn a_case_that_waits_is_completed_in_the_hall_answered_and_handed_over() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut router = serve::router(&offices);
        let hall = Hall::enrol(&offices).await;
        let (filed, today) = (hall.files(), "2026-11-23".parse().unwrap());
        hall.hands_over(&mut router, 0).await;
        let head = official(&offices, OFFICE, "head", Role::Head).await;
        let executor = official(&offices, OFFICE, "executor", Role::Executor).await;
        make(&offices, &head, filed.case_id, resolve(&["executor"])).await.unwrap();
        make(&offices, &executor, filed.case_id, Step::Begin).await.unwrap();
        make(&offices, &executor, filed.case_id, Step::Ask { text: "Qaysi uy?".into() }).await.unwrap();
        hall.fetches(&mut router).await;
        assert_eq!(hall.seen(&filed.number).status, CaseStatus::NeedInfo);

        let slot = hall.file.slot_for_more(filed.case_id, now(), today).unwrap();
        assert_eq!(slot.number, filed.number);
        let bound = Bound { hub: slot.hub, epoch: slot.epoch, number: slot.number, schema: "addition/1".to_owned() };
        let body = Body {
            case_id: filed.case_id,
            service: "A01".into(),
            catalogue_version: "addition/1".into(),
            answers: BTreeMap::from([("text".to_owned(), json!({ "text": "12-uy, ikkinchi qavat" }))]),
            attachments: vec![Attachment {
                field: "files".into(),
                name: "pasport.pdf".into(),
                media_type: "application/pdf".into(),
                size: PDF.len() as u64,
                sha256: Hash::of(PDF),
            }],
        };
        let sealed = seal(bound, &slot.recipients, &[&serde_json::to_vec(&body).unwrap(), PDF]).unwrap();
        let id = Uuid::now_v7();
        let more = Addition { id, case_id: filed.case_id, seal: sealed.header, pieces: sealed.pieces };
        for _ in 0..2 {
            hall.file.add(&more, now()).unwrap();
        }
        bench.set("2026-11-23T10:00:00Z");
        assert_eq!(hall.hands_over(&mut router, 0).await, [StatusCode::CREATED], "said twice, sent once");
        hall.fetches(&mut router).await;
        assert_eq!(hall.seen(&filed.number).status, CaseStatus::InWork, "the hall learns that it goes on");
        assert!(matches!(hall.file.hand_over(filed.case_id, now()), Err(NotDone::NotNow)), "nothing to hand over yet");
        reads_what_was_added(&offices, &mut router, (filed.case_id, id)).await;

        let papers = vec![("javob.pdf".to_owned(), b"%PDF-1.7 javob %%EOF".to_vec())];
        let answer = Step::Answer { outcome: CaseStatus::Answered, text: "Chiroq yoqildi.".into(), papers };
        make(&offices, &executor, filed.case_id, answer).await.unwrap();
        hall.fetches(&mut router).await;
        let key = hall.file.day_key(today).unwrap();
        let uri = format!("/v1/cases/{}/answer?key_id={}&public={}", filed.case_id, key.key_id, key.public);
        let (status, _, container) = ask(&mut router, hall.request("GET", &uri, vec![])).await;
        assert_eq!(status, StatusCode::OK);
        let opening = hall.file.open_answer(filed.case_id, &container, today).unwrap();
        assert_eq!(
            (opening.answer.text.as_str(), &opening.papers[0][..]),
            ("Chiroq yoqildi.", &b"%PDF-1.7 javob %%EOF"[..])
        );
        let other = hall.files();
        assert!(matches!(hall.file.open_answer(other.case_id, &container, today), Err(NotOpened::Broken)));

        for _ in 0..2 {
            hall.file.hand_over(filed.case_id, now()).unwrap();
        }
        assert_eq!(hall.hands_over(&mut router, 0).await, [StatusCode::CREATED, StatusCode::CREATED]);
        hall.fetches(&mut router).await;
        assert_eq!(hall.seen(&filed.number).status, CaseStatus::Closed);
        assert!(hall.file.known(filed.case_id).unwrap().unwrap().handed_over);
        let closed = "select count(*) from case_file where status = 'closed' and over";
        assert_eq!(count(&offices, closed).await, 1);
        assert_eq!(count(&offices, "select count(*) from audit where what = 'handed-over'").await, 1);
        assert_eq!(count(&offices, "select count(*) from quarantine").await, 0);
    });
}
