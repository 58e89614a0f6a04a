//! A clerk fills in an application with the visitor who is being served, by forms alone.

use crate::browser::{Answer, Browser, Hall};
use bytes::Bytes;
use forms::Attached;
use hub::{
    config::Config,
    filing::{Application, Filed, NotFiled, Taken, TakesApplications},
};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

const DEMO: &str = include_str!("../../demo/hall.toml");
pub(crate) const PDF: &[u8] = b"%PDF-1.7 whose file this is %%EOF";

/// Takes what it is given, and keeps it for the test.
#[derive(Default)]
struct Tray(Mutex<Vec<Application>>);

impl TakesApplications for Tray {
    fn take(&self, application: Application) -> Taken {
        let mut tray = self.0.lock().unwrap();
        let again = tray.iter().any(|known| known.command_id == application.command_id);
        if !again {
            tray.push(application);
        }
        let number = format!("1-{:06}", tray.len());
        Box::pin(async move { Ok(Filed { number, due: Some(jiff::civil::date(2026, 4, 5)) }) })
    }
}

struct Nobody;

impl TakesApplications for Nobody {
    fn take(&self, _: Application) -> Taken {
        Box::pin(async { Err(NotFiled::NotKept) })
    }
}

async fn hall() -> Hall {
    let text = format!("{DEMO}\n[applications]\nenabled = true\n");
    Hall::open_with(Config::parse(&text, Path::new("hall.toml")).unwrap()).await
}

/// A clerk at window 1 who serves somebody with a ticket for a service.
pub(crate) async fn serving(hall: &Hall, service: &str) -> Browser {
    hall.ticket(service).await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let page = clerk.press_on("/counters/1", "start", &[]).await;
    assert!(page.has("application"), "{}", page.body);
    clerk
}

/// What somebody types into an application to the khokim.
pub(crate) fn typed() -> Vec<(&'static str, &'static str)> {
    vec![
        ("f-full_name", "Karimova  Gulnora Ali qizi"),
        ("f-pinfl", "3 010190 999 001 0"),
        ("f-phone", "90 123-45-67"),
        ("f-address-district", "1708218"),
        ("f-address-settlement", "Bog'iston"),
        ("f-address-house", "12"),
        ("f-appeal_text", "Ko'chamizda suv yo'q.\r\n\r\nYordam & \"umid\" <bering>."),
        ("f-reply_channel", "paper"),
    ]
}

/// Fills a form in as it stands on a page; the consent is ticked by its own value.
pub(crate) async fn check(clerk: &mut Browser, page: &Answer, typed: &[(&str, &str)]) -> Answer {
    let mut all = page.hidden("check");
    let (_, consent) = page.body.split_once("name=\"f-consent\" value=\"").unwrap();
    all.push(("f-consent".to_owned(), consent.split('"').next().unwrap().to_owned()));
    all.extend(typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    clerk.post(&page.action("check"), &all).await
}

/// Sends what was read back, with files.
pub(crate) async fn send(clerk: &mut Browser, summary: &Answer, files: &[(&str, &[u8])]) -> Answer {
    let unescaped = |text: String| {
        let text = text.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'");
        text.replace("&#38;", "&").into_bytes()
    };
    let texts = summary.hidden("send").into_iter().map(|(name, text)| (format!("name=\"{name}\""), unescaped(text)));
    let file = |(name, bytes): &(&str, &[u8])| (format!("name=\"f-attachments\"; filename=\"{name}\""), bytes.to_vec());
    let pieces: Vec<_> = texts.chain(files.iter().map(file)).collect();
    clerk.post_pieces(&summary.action("send"), &pieces).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_filled_in_read_back_and_sent_with_its_files() {
    let (hall, tray) = (hall().await, Arc::new(Tray::default()));
    hall.running.hub().filing.by(tray.clone());
    let mut clerk = serving(&hall, "A01").await;

    let form = clerk.get("/counters/1/application").await;
    assert_eq!((form.status, form.header("cache-control")), (200, Some("no-store")));
    assert!(form.says("about").contains("A01"), "{}", form.says("about"));
    assert!(form.says("consent-text").contains("Даю согласие"), "the consent is in the visitor's language");
    assert!(form.body.contains("Full name"), "the labels are in the clerk's");

    let summary = check(&mut clerk, &form, &typed()).await;
    assert_eq!(summary.status, 200, "{}", summary.body);
    let read_back = summary.says("summary");
    for shown in ["Karimova Gulnora Ali qizi", "30101909990010", "+998 90 123 45 67", "Zaamin District", "On paper"] {
        assert!(read_back.contains(shown), "{shown} in {read_back}");
    }
    let filed = send(&mut clerk, &summary, &[("ariza.pdf", PDF), ("", b"")]).await;
    assert_eq!((filed.status, filed.says("filed-number").as_str()), (200, "1-000001"), "{}", filed.body);
    assert!(filed.says("due").contains("05.04.2026"));
    let again = send(&mut clerk, &summary, &[("ariza.pdf", PDF)]).await;
    assert_eq!(again.says("filed-number"), "1-000001", "sent twice it is one application");

    as_taken(&tray);
    nothing_personal_in(hall.dir());
    hall.close().await;
}

/// What was handed over is what was typed, in its normal form.
fn as_taken(tray: &Tray) {
    let taken = tray.0.lock().unwrap();
    let [application] = taken.as_slice() else { panic!("{} applications", taken.len()) };
    let answers = application.checked.answers();
    assert_eq!(answers.text("appeal_text"), Some("Koʻchamizda suv yoʻq.\n\nYordam & \"umid\" <bering>."));
    assert_eq!(application.checked.last_four(), Some("4567"));
    assert_eq!((application.counter.to_string(), application.language.tag()), ("1".to_owned(), "ru"));
    let files: Vec<(&Attached, &Bytes)> = application.files.iter().map(|(file, bytes)| (file, bytes)).collect();
    assert_eq!((files.len(), files[0].0.name.as_str(), &files[0].1[..]), (1, "ariza.pdf", PDF));
    assert_eq!(answers.files().count(), 1);
    assert!(!format!("{application:?}").contains("Karimova"));
}

/// Every file the hub wrote is looked through for what was typed.
fn nothing_personal_in(dir: &Path) {
    let (mut looked, planted) =
        (0, ["Karimova", "30101909990010", "3 010190", "901234567", "90 123-45", "Bogʻiston", "whose file"]);
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        looked += 1;
        for number in planted {
            let found = memchr::memmem::find(&bytes, number.as_bytes()).is_some();
            assert!(!found, "{number} is in {}", path.display());
        }
    }
    assert!(looked >= 3, "the journal and the people were looked through");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let hall = hall().await;
    let mut clerk = serving(&hall, "A01").await;
    let form = clerk.get("/counters/1/application").await;
    let mut wrong = typed();
    wrong.retain(|(name, _)| *name != "f-full_name" && *name != "f-address-house");
    wrong.push(("f-pinfl", "30101909990011"));
    wrong.retain(|pair| *pair != ("f-pinfl", "3 010190 999 001 0"));
    let page = check(&mut clerk, &form, &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.says("wrong").starts_with("3 things"), "{}", page.says("wrong"));
    assert_eq!(page.says("f-full_name-fault"), "Please fill this in.");
    assert!(page.says("f-pinfl-fault").contains("One of the digits is wrong"), "{}", page.says("f-pinfl-fault"));
    assert_eq!(page.says("f-address-house-fault"), "Please fill this in.");
    assert!(!page.has("f-phone-fault"));
    for kept in ["value=\"30101909990011\"", "value=\"90 123-45-67\"", "value=\"1708218\" selected", "checked"] {
        assert!(page.body.contains(kept), "{kept}");
    }
    let put_right = check(&mut clerk, &page, &typed()).await;
    assert_eq!((put_right.status, put_right.has("send")), (200, true));

    let hidden = put_right.hidden("send");
    let carried: Vec<(&str, &str)> = hidden.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let back = clerk.post("/counters/1/application/edit", &carried).await;
    assert!(back.status == 200 && back.body.contains("value=\"+998901234567\""), "back is always possible");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_is_named_and_the_rest_stays() {
    let (hall, tray) = (hall().await, Arc::new(Tray::default()));
    hall.running.hub().filing.by(tray.clone());
    let mut clerk = serving(&hall, "A01").await;
    let form = clerk.get("/counters/1/application").await;
    let summary = check(&mut clerk, &form, &typed()).await;
    let large = vec![b'a'; (10 << 20) + 1];
    let page = send(&mut clerk, &summary, &[("ariza.pdf", PDF), ("dastur.pdf", b"MZ"), ("katta.pdf", &large)]).await;
    assert_eq!(page.status, 422);
    let said = page.says("f-attachments-fault");
    assert!(said.contains("dastur.pdf: Only PDF"), "{said}");
    assert!(said.contains("katta.pdf: This file is larger than 10 MB"), "{said}");
    assert!(!said.contains("ariza.pdf") && page.says("summary").contains("30101909990010"));
    assert!(tray.0.lock().unwrap().is_empty());
    let filed = send(&mut clerk, &page, &[]).await;
    assert_eq!(filed.says("filed-number"), "1-000001", "files are not needed");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_nobody_keeps_is_still_on_the_page() {
    let hall = hall().await;
    let mut clerk = serving(&hall, "A01").await;
    let form = clerk.get("/counters/1/application").await;
    let summary = check(&mut clerk, &form, &typed()).await;
    let closed = send(&mut clerk, &summary, &[]).await;
    assert_eq!((closed.status, closed.has("notice"), closed.has("send")), (503, true, true), "nobody takes any yet");
    hall.running.hub().filing.by(Arc::new(Nobody));
    let not_kept = send(&mut clerk, &closed, &[]).await;
    assert_eq!((not_kept.status, not_kept.has("notice")), (503, true));
    assert!(not_kept.says("summary").contains("30101909990010"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_belongs_to_the_visitor_who_is_being_served() {
    let hall = hall().await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    assert_eq!(clerk.get("/counters/1/application").await.status, 409, "the counter is closed");
    let mut clerk = serving(&hall, "A01").await;
    let form = clerk.get("/counters/1/application").await;
    let mut other = hall.signed_in("Jasur").await;
    assert_eq!(other.get("/counters/1/application").await.status, 403, "another clerk sits there");
    let stranger = hall.browser().get("/counters/1/application").await;
    assert_eq!((stranger.status, stranger.header("location")), (303, Some("/")));
    assert_eq!(clerk.get("/counters/1/application?service=M01").await.status, 404, "not on the ticket");

    clerk.press_on("/counters/1", "complete", &[]).await;
    assert_eq!(check(&mut clerk, &form, &typed()).await.status, 409, "the visitor has gone");
    hall.ticket("A01").await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    assert_eq!(clerk.get("/counters/1/application").await.status, 409, "called is not yet there");
    clerk.press_on("/counters/1", "start", &[]).await;
    assert_eq!(check(&mut clerk, &form, &typed()).await.status, 409, "this is another visitor");
    let foreign = clerk.send("POST", "/counters/1/application/check", &[("sec-fetch-site", "cross-site")], "").await;
    assert_eq!(foreign.status, 403);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_that_takes_no_applications_has_no_such_page() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let page = clerk.press_on("/counters/1", "start", &[]).await;
    assert!(!page.has("application"));
    assert_eq!(clerk.get("/counters/1/application").await.status, 404);
    assert_eq!(clerk.post("/counters/1/application/check", &[("service", "A01")]).await.status, 404);
    assert_eq!(clerk.post_pieces("/counters/1/application/send", &[]).await.status, 404);
    hall.close().await;
}
