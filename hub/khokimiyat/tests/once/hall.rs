//! A hall's process: it files, hands over and fetches as fast as it can, until everything it filed is registered. It may be
//! killed at any moment and is started again on the same folder.

use crate::network::{Chance, Network};
use applications::{Answer, Applications, FILE_NAME, Filing, Lesson, NotFiled, OfficeKey, Settings, Taking, signer_in};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    Hash,
    body::Body,
    envelope::{Consent, MessageType},
    line::{Mark, Stream},
    seal::{Bound, Recipient, seal},
};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// Where a hall's process reads what it is.
pub(crate) const TASK: &str = "NAVBAT_EXCHANGE_TASK";
/// A line for every slip that a citizen has in hand.
pub(crate) const LEDGER: &str = "ledger";
/// A letter for every request.
pub(crate) const DIARY: &str = "diary";
/// More that wait than this is no use to the proof.
const WAITING_MAX: u64 = 40;
/// Of so many, one is taken back.
const RECALLED_ONE_OF: u64 = 12;
/// Of so many, one can be asked about: the slow hash is slow.
const ASKABLE_ONE_OF: u64 = 50;

/// What a hall's process is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) folder: PathBuf,
    pub(crate) office: String,
    pub(crate) hub: String,
    pub(crate) epoch: u32,
    pub(crate) seed: u64,
    /// It files until it has so many.
    pub(crate) applications: u64,
    pub(crate) urls: Vec<String>,
    pub(crate) token: String,
    pub(crate) key: Recipient,
    pub(crate) certificates: String,
}

pub(crate) fn work() {
    let task: Task = serde_json::from_str(&std::env::var(TASK).expect("it is started by the others")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Hall::open(task).works());
}

struct Hall {
    task: Task,
    file: Applications,
    network: Network,
    looking: Connection,
}

impl Hall {
    fn open(task: Task) -> Hall {
        let (signer, certificate) = signer_in(&task.folder, &task.hub).unwrap();
        let key = OfficeKey { recipient: task.key.clone(), from: Timestamp::UNIX_EPOCH, until: Timestamp::MAX };
        let settings = Settings {
            hub: task.hub.clone(),
            party: format!("soato:{}", task.office),
            epoch: task.epoch,
            office_keys: vec![key],
            office_certificates: hhx::sign::certificates(&task.certificates).unwrap(),
            signer,
            certificate,
            test: false,
        };
        let file = Applications::open(&task.folder, settings).unwrap();
        let diary = task.folder.join(DIARY);
        let network = Network::new(task.urls.clone(), task.token.clone(), Chance(task.seed), &diary);
        let looking = Connection::open(task.folder.join(FILE_NAME)).unwrap();
        looking.busy_timeout(Duration::from_secs(10)).unwrap();
        Hall { task, file, network, looking }
    }

    async fn works(mut self) {
        while self.learns().await {}
        while !self.is_done() {
            let waiting = self.file.waiting().unwrap().untaken;
            if waiting < WAITING_MAX && self.filed() < self.task.applications {
                self.files();
                if self.network.chance.below(RECALLED_ONE_OF) == 0 {
                    self.takes_back();
                }
            }
            let parcels = if waiting < WAITING_MAX { self.network.chance.below(4) } else { 8 };
            for _ in 0..parcels {
                self.hands_over().await;
            }
            if waiting == 0 || self.network.chance.below(20) == 0 {
                self.fetches().await;
            }
        }
    }

    fn count(&self, sql: &str) -> u64 {
        self.looking.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn filed(&self) -> u64 {
        self.count("select count(*) from filed")
    }

    /// Nothing is left to file or hand over, and the office has said a number for everything.
    fn is_done(&self) -> bool {
        self.filed() >= self.task.applications
            && self.file.waiting().unwrap().untaken == 0
            && self.count("select count(*) from filed where reg_no is null") == 0
    }

    fn files(&mut self) {
        let (now, today) = (Timestamp::now(), "2026-11-23".parse().unwrap());
        let slot = self.file.reserve(Uuid::now_v7(), now, today).unwrap();
        let body = Body {
            case_id: slot.case_id,
            service: "A01".into(),
            catalogue_version: "1".into(),
            answers: BTreeMap::from([
                ("full_name".to_owned(), json!({ "text": "Karimov Anvar" })),
                ("appeal_text".to_owned(), json!({ "text": "Chiroq yoʻq" })),
            ]),
            attachments: vec![],
        };
        let schema = "A01/1".to_owned();
        let bound = Bound { hub: slot.hub.clone(), epoch: slot.epoch, number: slot.number.clone(), schema };
        let sealed = seal(bound, &slot.recipients, &[&serde_json::to_vec(&body).unwrap()]).unwrap();
        self.file.keep_piece(slot.case_id, 0, &sealed.pieces[0]).unwrap();
        let consent = Consent { text_version: "1".into(), sha256: Hash::of(b"text"), at: now, channel: "kiosk".into() };
        let askable = self.network.chance.below(ASKABLE_ONE_OF) == 0;
        let filing = Filing {
            case_id: slot.case_id,
            seal: sealed.header,
            service: "A01".into(),
            catalogue_version: "1".into(),
            message_type: MessageType::Appeal,
            language: "uz-Latn".into(),
            ticket: None,
            consent,
            phone_tail: if askable { "4567".parse().ok() } else { None },
            due: None,
        };
        match self.file.file(&filing, now) {
            Ok(filed) => note(&self.task.folder, &format!("{} {}", filed.case_id, filed.number)),
            Err(NotFiled::Full) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Somebody takes one back, whatever became of it: the second of its case on the line.
    fn takes_back(&self) {
        let sql = "select case_id from filed where status not in ('recalled', 'closed') order by random() limit 1";
        let Ok(case_id) = self.looking.query_row(sql, [], |row| row.get(0)) else { return };
        self.file.recall(Uuid::from_bytes(case_id), Timestamp::now()).unwrap();
    }

    async fn hands_over(&mut self) {
        let Some(parcel) = self.file.next_parcel(Stream::Documents).unwrap() else { return };
        let answer = match self.network.post(&parcel.container).await {
            Some((200 | 201, body)) => serde_json::from_slice(&body).map_or(Answer::Silence, Answer::Taken),
            Some((_, body)) => serde_json::from_slice(&body).map_or(Answer::Silence, Answer::Not),
            None => Answer::Silence,
        };
        let due = self.file.answered(&parcel, &answer, Timestamp::now()).unwrap();
        assert!(!matches!(due, applications::Due::Halted(_)), "{due:?} after {answer:?}");
    }

    async fn fetches(&mut self) {
        let after = self.file.inbox_cursor().unwrap();
        let Some(body) = self.network.get(&format!("/v1/inbox?after={after}&wait=0")).await else { return };
        let Ok(inbox) = serde_json::from_slice::<Value>(&body) else { return };
        let mark: Mark = serde_json::from_value(inbox["marks"]["documents"].clone()).unwrap();
        let due = self.file.compare(Stream::Documents, mark).unwrap();
        assert!(!matches!(due, applications::Due::Halted(_)), "{due:?} at {mark:?}");
        for waiting in inbox["consignments"].as_array().unwrap() {
            let container = STANDARD.decode(waiting["container"].as_str().unwrap()).unwrap();
            let taken = self.file.take((waiting["cursor"].as_u64().unwrap(), &container), Timestamp::now()).unwrap();
            assert_ne!(taken, Taking::Stray, "the office writes of a case that this hall does not know");
            self.network.acknowledge(serde_json::from_value(waiting["consignment_id"].clone()).unwrap()).await;
        }
    }

    /// Asks for one page of what an earlier life filed; whether another is to be asked for.
    async fn learns(&mut self) -> bool {
        let Lesson::Next(after) = self.file.lesson().unwrap() else { return false };
        let path = after.map_or("/v1/cases".to_owned(), |after| format!("/v1/cases?after={after}"));
        let page = self.network.get(&path).await.and_then(|body| serde_json::from_slice(&body).ok());
        if let Some(page) = page {
            assert_eq!(self.file.learn(&page).unwrap().doubled, 0, "a number was given twice");
        }
        true
    }
}

/// The slip is in somebody's hand.
fn note(folder: &Path, line: &str) {
    let mut ledger = OpenOptions::new().create(true).append(true).open(folder.join(LEDGER)).unwrap();
    ledger.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Cases and numbers of a ledger, in order.
pub(crate) fn slips(folder: &Path) -> Vec<(Uuid, String)> {
    let text = fs::read_to_string(folder.join(LEDGER)).unwrap_or_default();
    let line = |line: &str| {
        let (case_id, number) = line.split_once(' ')?;
        Some((case_id.parse().ok()?, number.to_owned()))
    };
    text.lines().filter_map(line).collect()
}
