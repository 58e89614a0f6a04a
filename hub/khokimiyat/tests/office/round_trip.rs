//! A hall's own file of applications and the office's own server, with nothing made up between them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::{
    journey::{ask, make, official, resolve, run},
    support::{Bench, OFFICE},
};
use applications::{Answer, Applications, Asked, Due, Filing, OfficeKey, Settings, Taking, signer_in};
use axum::{
    Router,
    body::Body as Request,
    http::{self, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    CaseStatus, Hash,
    body::Body,
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
use std::{collections::BTreeMap, fs, path::PathBuf};
use uuid::Uuid;

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
            answers: BTreeMap::from([("full_name".to_owned(), json!({ "text": "Karimov Anvar" }))]),
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
            let cursor = waiting["cursor"].as_u64().unwrap();
            assert_eq!(self.file.take((cursor, &container), now()).unwrap(), Taking::Taken);
            assert_eq!(self.file.take((cursor, &container), now()).unwrap(), Taking::Again);
        }
    }

    fn seen(&self, number: &str) -> applications::Seen {
        let asked =
            Asked { number: number.to_owned(), phone_tail: "4567".parse().unwrap(), place: "kiosk-1".to_owned() };
        self.file.ask(&asked, now()).unwrap()
    }
}

fn now() -> Timestamp {
    "2026-11-23T05:00:00Z".parse().unwrap()
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
