//! A stolen disk gives up no application: a real hub is killed, its folder copied, and everything in it tried.

use crate::{
    applications::{PDF, check, send, typed},
    browser::Browser,
    office::{Folder, Office},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use forms::{Address, Agreed, Answer, Answers, inspect};
use hhx::{
    container,
    seal::{Header, Opener, SecretKey},
};
use rusqlite::{Connection, OpenFlags, types::ValueRef};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::{self, JoinHandle},
};
use uuid::Uuid;
use wire::applications::{ApplicationFiled, ApplicationSlot};
use words::Lang;
use zeroize::Zeroizing;

/// What both citizens wrote: must be found nowhere.
const PLANTED: [&str; 9] = [
    "Karimova",
    "Gulnora",
    "30101909990010",
    "901234567",
    "Bogʻiston",
    "suv yoʻq",
    "whose file this is",
    "Toshmatov",
    "tarmoq uzilgan",
];
const KIOSK_PDF: &[u8] = b"%PDF-1.7 whose file this is, at the kiosk %%EOF";

/// A hub as it runs in a hall.
struct Program {
    child: Child,
    url: String,
    log: JoinHandle<String>,
}

impl Program {
    fn start(config: &Path, data: &Path) -> Program {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hub"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(config)
            .arg("--data")
            .arg(data)
            .env("RUST_LOG", "debug")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (say, said) = mpsc::channel();
        let log = thread::spawn(move || {
            let mut all = String::new();
            for line in lines.map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("the hub serves on ") {
                    let _ = say.send(address.split_whitespace().next().unwrap().to_owned());
                }
                all += &line;
                all.push('\n');
            }
            all
        });
        let url = said.recv().expect("the hub serves");
        Program { child, url, log }
    }

    /// Ends it as a power cut does, and gives what it wrote to its log.
    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.join().unwrap()
    }
}

struct Asked {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Asked {
    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("http://{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        let answer = request.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn signed_in(program: &Program, name: &str, pin: &str) -> Asked {
        let mut asked = Asked { http: reqwest::Client::new(), url: program.url.clone(), token: String::new() };
        let session = asked.post("sessions", json!({"name": name, "pin": pin})).await;
        session["token"].as_str().unwrap().clone_into(&mut asked.token);
        asked
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hall_disk_that_is_stolen_gives_up_no_application() {
    let (office, folder) = (Office::new(), Folder::new());
    let demo = include_str!("../../demo/hall.toml");
    let hall = format!("{demo}\n[applications]\nenabled = true\n");
    let config = office.hall_file(&folder, "http://127.0.0.1:9", &hall);
    let data = folder.0.join("data");
    let program = Program::start(&config, &data);
    at_the_counter(&program).await;
    let number = at_the_kiosk(&program).await;
    let mut phone = Browser::at(program.url.clone());
    let told = phone.post("/a", &[("number", &number), ("phone_tail", "4567")]).await;
    assert!(told.has("steps"), "{}", told.body);

    let copy = folder.0.join("copied-while-it-ran");
    copied(&data, &copy);
    let mut places = vec![("copied while it ran", everything_in(&copy))];
    let log = program.kill();
    assert!(log.contains("is filed"), "the log says that something was filed: {log}");
    assert!(!log.contains(&number) && !log.contains("phone_tail"), "nothing of a question is in the log: {log}");
    places.push(("after the power cut", everything_in(&data)));
    places.push(("the log", vec![(PathBuf::from("log"), log.into_bytes())]));

    let program = Program::start(&config, &data);
    let backups = folder.0.join("backups");
    fs::create_dir(&backups).unwrap();
    let backup = backups.join("hall.sqlite");
    let made = Command::new(env!("CARGO_BIN_EXE_hub")).arg("backup").arg(&data).arg(&backup).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    places.push(("the backup", everything_in(&backups)));
    let second_log = program.kill();
    places.push(("after the second start", everything_in(&data)));
    places.push(("the second log", vec![(PathBuf::from("log"), second_log.into_bytes())]));

    for (place, files) in &places {
        for (path, bytes) in files {
            assert_eq!(found_in(bytes, &office), Vec::<String>::new(), "{place}: {}", path.display());
        }
    }
    let names: BTreeSet<String> =
        places[0].1.iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.contains("applications.db") && names.contains("signing-key.pem"), "{names:?}");
    no_key_in(&data, &number, &office);
}

#[test]
fn what_is_planted_is_found_however_it_is_spelt() {
    let office = Office::new();
    for planted in PLANTED {
        for (spelling, needle) in spellings(planted.as_bytes()) {
            let hay = [b"page of a database".as_slice(), &needle, b"and more"].concat();
            assert!(found_in(&hay, &office).iter().any(|said| said.contains(planted)), "{planted} as {spelling}");
        }
    }
    let key = office.0.key.bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(found_in(key.as_bytes(), &office).len(), 1);
    assert_eq!(found_in(b"nothing", &office), Vec::<String>::new());
}

/// A clerk serves somebody, and files with them by the pages.
async fn at_the_counter(program: &Program) {
    let staff = Asked::signed_in(program, "Dilnoza", "2846").await;
    let ticket = json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "ru"});
    staff.post("tickets", ticket).await;
    let mut clerk = Browser::at(program.url.clone());
    assert_eq!(clerk.post("/sign-in", &[("name", "Dilnoza"), ("pin", "2846")]).await.status, 303);
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    clerk.press_on("/counters/1", "start", &[]).await;
    let form = clerk.get("/counters/1/application").await;
    let summary = check(&mut clerk, &form, &typed()).await;
    let filed = send(&mut clerk, &summary, &[("Karimova.pdf", PDF)]).await;
    assert!(filed.has("filed-number"), "{}", filed.body);
    let page = clerk.get("/counters/1/cases").await;
    let here = page.body.split("/counters/1/cases/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = clerk.post(&format!("/counters/1/cases/{here}/show"), &[]).await;
    assert!(shown.body.contains("Karimova"), "it was opened in memory meanwhile");
}

/// A kiosk files as kiosks do; the number.
async fn at_the_kiosk(program: &Program) -> String {
    let manager = Asked::signed_in(program, "Rustam", "640281").await;
    let offer = manager.post("pairings/offers", json!({"device": "kiosk-1"})).await;
    let paired = manager.post("pairings", json!({"code": offer["code"]})).await;
    let token = paired["token"].as_str().unwrap().to_owned();
    let kiosk = Asked { token, ..manager };
    let slot = kiosk.post("applications/slots", json!({"command_id": Uuid::now_v7()})).await;
    let slot: ApplicationSlot = serde_json::from_value(slot).unwrap();
    let form = forms::form("A01").unwrap();
    let what = inspect("Toshmatov.pdf", KIOSK_PDF, (&forms::Media::ALL, 10 << 20)).unwrap();
    let text = |text: &str| Answer::Text(text.to_owned());
    let address =
        Address {
            district: "1708218".into(), settlement: "Bogʻiston".into(), house: "3".into(), ..Address::default()
        };
    let consent = Agreed { language: Lang::UzLatn, sha256: form.consent.sha256(Lang::UzLatn) };
    let answers = BTreeMap::from([
        ("full_name", text("Toshmatov Eshmat")),
        ("pinfl", text("30101909990010")),
        ("phone", text("+998901234567")),
        ("address", Answer::Address(address)),
        ("appeal_text", text("Bizda tarmoq uzilgan.")),
        ("reply_channel", text("paper")),
        ("attachments", Answer::Files(vec![what.clone()])),
        ("consent", Answer::Agreed(consent)),
    ]);
    let answers = answers.into_iter().map(|(id, answer)| (id.to_owned().try_into().unwrap(), answer)).collect();
    let checked = forms::check(form, &Answers(answers), jiff::civil::date(2026, 11, 24)).unwrap();
    let recipients = slot.recipients.iter().map(|key| hhx::seal::Recipient::of(&key.public).unwrap()).collect();
    let to = sealed::Slot {
        case_id: slot.case_id,
        number: slot.number.clone(),
        hub: slot.hub.clone(),
        epoch: slot.epoch,
        recipients,
    };
    let files = [sealed::File { what: &what, bytes: KIOSK_PDF }];
    let closed = sealed::seal(&sealed::Application { checked: &checked, files: &files }, &to).unwrap();
    for (nth, piece) in closed.pieces.iter().enumerate() {
        let url = format!("http://{}/api/v1/applications/{}/pieces/{nth}", kiosk.url, slot.case_id);
        let put = kiosk.http.put(url).bearer_auth(&kiosk.token).body(piece.clone()).send().await.unwrap();
        assert_eq!(put.status(), 204);
    }
    let filing = json!({
        "case_id": slot.case_id,
        "seal": serde_json::to_string(&closed.header).unwrap(),
        "service": "A01",
        "form_version": checked.version(),
        "language": "uz-Latn",
        "consent": closed.consent,
        "phone_tail": closed.phone_tail,
    });
    let filed = kiosk.post("applications", filing).await;
    serde_json::from_value::<ApplicationFiled>(filed).unwrap().number
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn everything_in(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(everything_in(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            files.push((path, bytes));
        }
    }
    files
}

/// Everything planted that is in these bytes, in whatever spelling, and the office's secret key.
fn found_in(bytes: &[u8], office: &Office) -> Vec<String> {
    let planted = PLANTED.iter().map(|planted| (*planted, planted.as_bytes()));
    let needles = planted.chain([("the office's key", &office.0.key.bytes()[..])]);
    let mut found = Vec::new();
    for (name, needle) in needles {
        for (spelling, needle) in spellings(needle) {
            if memchr::memmem::find(bytes, &needle).is_some() {
                found.push(format!("{name} as {spelling}"));
            }
        }
    }
    found
}

/// The bytes as they may stand in a file.
fn spellings(plain: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        ("it is", plain.to_vec()),
        ("hexadecimal", hex.into_bytes()),
        ("HEXADECIMAL", plain.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes()),
    ];
    if let Ok(text) = std::str::from_utf8(plain) {
        all.push(("UTF-16 of Intel", text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        all.push(("UTF-16 of the network", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        all.push(("escaped JSON", serde_json::to_string(text).unwrap().trim_matches('"').as_bytes().to_vec()));
    }
    // Where it begins in what was encoded decides the letters: three ways, without the letters that neighbours share.
    for (name, before) in [("base64", 0), ("base64 after one", 1), ("base64 after two", 2)] {
        let shifted = STANDARD.encode([vec![0; before], plain.to_vec()].concat());
        let first = (before * 8).div_ceil(6);
        let last = (before + plain.len()) * 8 / 6;
        all.push((name, shifted.as_bytes()[first..last].to_vec()));
    }
    all
}

/// Everything in the folder that could be a key is tried on an application that lies there.
fn no_key_in(data: &Path, number: &str, office: &Office) {
    let db = data.join("applications.db");
    let open = Connection::open_with_flags(&db, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let container: Vec<u8> = open
        .query_row(
            "select o.container from outbox o join filed f on f.case_id = o.case_id where f.number = ?1",
            [number],
            |row| row.get(0),
        )
        .unwrap();
    let certificate = fs::read_to_string(data.join("signing-certificate.pem")).unwrap();
    let trusted = hhx::sign::certificates(&certificate).unwrap();
    let opened = container::open(&container, &applications::LIMITS, &trusted).unwrap();
    let header: Header = serde_json::from_slice(&opened.entries["doc/seal.json"]).unwrap();
    assert!(Opener::new(&header, &office.0.key).is_ok(), "the office opens it");

    let keys = candidates(data);
    assert!(keys.len() > 100, "{} things were tried", keys.len());
    for bytes in keys {
        let Ok(key) = SecretKey::from_bytes(Zeroizing::new(bytes)) else { continue };
        assert!(Opener::new(&header, &key).is_err(), "a key in the folder opens an application");
    }
}

/// Whatever has 32 bytes somewhere in a small file or in a short value of a database, plain, in base64 or hexadecimal.
fn candidates(data: &Path) -> BTreeSet<[u8; 32]> {
    let mut all = BTreeSet::new();
    for (path, bytes) in everything_in(data) {
        if bytes.starts_with(b"SQLite format 3") {
            for value in short_values(&path) {
                windows(&value, &mut all);
            }
        } else if bytes.len() < 16 * 1024 {
            windows(&bytes, &mut all);
        }
    }
    all
}

fn windows(bytes: &[u8], all: &mut BTreeSet<[u8; 32]>) {
    let text: String = String::from_utf8_lossy(bytes).lines().filter(|line| !line.starts_with('-')).collect();
    let digits = text.as_bytes().chunks_exact(2);
    let hex: Option<Vec<u8>> =
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    for spelt in [Some(bytes.to_vec()), STANDARD.decode(&text).ok(), hex].into_iter().flatten() {
        all.extend(spelt.windows(32).filter_map(|part| <[u8; 32]>::try_from(part).ok()));
    }
}

fn short_values(path: &Path) -> Vec<Vec<u8>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = db.prepare("select name from sqlite_schema where type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut values = Vec::new();
    for table in tables {
        let mut rows = db.prepare(&format!("select * from \"{table}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Blob(bytes) | ValueRef::Text(bytes) if (32..=128).contains(&bytes.len()) => {
                        values.push(bytes.to_vec());
                    }
                    _ => {}
                }
            }
        }
    }
    values
}
