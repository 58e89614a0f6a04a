//! A filed application at a counter and on its citizen's phone: shown in masks, completed, answered, handed over.

use crate::{
    applications::{PDF, check, send, serving, typed},
    browser::{Answer, Browser, Hall},
    office::{Folder, Office},
};
use hhx::{
    CaseStatus, Hash,
    body::{Body, Paper},
    container::Opened,
    envelope::{MessageType, News},
    receipt::{Outcome, Registration},
    seal::Opener,
};
use std::fs;

const NOBODY: &str = "http://127.0.0.1:9";

/// The demo hall, which takes applications and hands results over.
fn takes() -> String {
    let demo = include_str!("../../demo/hall.toml").replace(r#"primary = ["A"]"#, r#"primary = ["A", "A08"]"#);
    format!("{demo}\n[applications]\nenabled = true\ncollect = \"A08\"\n")
}

async fn hall(office: &Office, folder: &Folder, url: &str) -> Hall {
    let hall = Hall::open_with(office.config_of(folder, url, &takes())).await;
    office.0.state.lock().unwrap().trusted = fs::read_to_string(hall.dir().join("signing-certificate.pem")).unwrap();
    hall
}

/// Files what somebody types, with a file, and tells its number.
async fn filed(clerk: &mut Browser) -> String {
    let form = clerk.get("/counters/1/application").await;
    let summary = check(clerk, &form, &typed()).await;
    send(clerk, &summary, &[("ariza.pdf", PDF)]).await.says("filed-number")
}

/// The page of the application with this number, and its address.
async fn found(clerk: &mut Browser, number: &str) -> (String, Answer) {
    let way = clerk.get(&format!("/counters/1/cases?number={number}")).await;
    assert_eq!(way.status, 303, "{}", way.body);
    let here = way.header("location").unwrap().to_owned();
    let page = clerk.get(&here).await;
    (here, page)
}

/// Adds to a case: a text, and files.
async fn more(clerk: &mut Browser, page: &Answer, (text, files): (&str, &[(&str, &[u8])])) -> Answer {
    let id = ("name=\"command_id\"".to_owned(), page.command_id("more").into_bytes());
    let text = ("name=\"f-text\"".to_owned(), text.as_bytes().to_vec());
    let file = |(name, bytes): &(&str, &[u8])| (format!("name=\"f-files\"; filename=\"{name}\""), bytes.to_vec());
    let pieces: Vec<_> = [id, text].into_iter().chain(files.iter().map(file)).collect();
    clerk.post_pieces(&page.action("more"), &pieces).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticket_shows_its_application_in_masks_until_all_of_it_is_asked_for() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = hall(&office, &folder, NOBODY).await;
    let mut clerk = serving(&hall, "A01").await;
    assert!(clerk.get("/counters/1/cases").await.has("none"), "nothing yet");
    let number = filed(&mut clerk).await;

    let counter = clerk.get("/counters/1").await;
    assert!(counter.says("filed").contains(&number), "{}", counter.says("filed"));
    assert!(clerk.get("/counters/1/cases").await.says("filed").contains(&number));
    let (here, page) = found(&mut clerk, &number.replace('-', "")).await;
    let masked = page.says("masked");
    for shown in ["3••••••••••••0", "+998 •• ••• •• 67", "Zaamin District", "On paper"]
    {
        assert!(masked.contains(shown), "{shown} in {masked}");
    }
    for hidden in ["30101909990010", "901234567", "90 123", "Bogʻiston"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    assert!(page.says("registered").contains("not registered"), "{}", page.says("registered"));
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let whole = clerk.post(&page.action("show"), &[]).await;
    for shown in ["Karimova Gulnora Ali qizi", "30101909990010", "+998 90 123 45 67", "ariza.pdf"] {
        assert!(whole.body.contains(shown), "{shown}");
    }
    let paper = clerk.post(&format!("{here}/papers/1"), &[]).await;
    assert_eq!((paper.status, paper.header("content-type")), (200, Some("application/pdf")));
    assert_eq!(paper.body.as_bytes(), PDF);
    assert_eq!(clerk.post(&format!("{here}/papers/2"), &[]).await.status, 404);

    clerk.press_on("/counters/1", "complete", &[]).await;
    let alone = clerk.get(&here).await;
    assert!(alone.has("closed") && !alone.has("show") && !alone.has("more"), "nobody is served: nothing is opened");
    assert_eq!(alone.says("status"), page.says("status"), "where it stands is told all the same");
    for act in ["show", "papers/1", "answer", "hand-over"] {
        assert_eq!(clerk.post(&format!("{here}/{act}"), &[]).await.status, 409, "{act}");
    }
    let mut other = hall.signed_in("Jasur").await;
    assert_eq!(other.get(&here).await.status, 403, "another clerk sits there");
    assert_eq!(hall.browser().get(&here).await.status, 303);
    let unknown = clerk.get("/counters/1/cases?number=1-999999-9").await;
    assert_eq!((unknown.status, unknown.has("notice")), (404, true));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filed_application_is_completed_sealed_as_it_was() {
    let (office, folder) = (Office::new(), Folder::new());
    let url = office.serve().await;
    let hall = hall(&office, &folder, &url).await;
    let mut clerk = serving(&hall, "A01").await;
    let number = filed(&mut clerk).await;
    let application = office.next().await;
    let (_, page) = found(&mut clerk, &number).await;

    let nothing = more(&mut clerk, &page, ("  ", &[])).await;
    assert_eq!((nothing.status, nothing.has("notice")), (422, true));
    let wrong = more(&mut clerk, &page, ("Nusxa", &[("dastur.pdf", b"MZ")])).await;
    assert!(wrong.status == 422 && wrong.says("notice").contains("dastur.pdf: Only PDF"), "{}", wrong.body);
    assert!(wrong.body.contains("Nusxa"), "what was typed is not lost");

    let added = more(&mut clerk, &page, ("Pasport nusxasi qo'shildi", &[("pasport.pdf", PDF)])).await;
    assert!(added.status == 200 && added.has("said"), "{}", added.body);
    let arrived = office.next().await;
    assert_eq!(arrived.envelope.message_type, MessageType::Addition);
    assert_eq!(arrived.envelope.case_id, application.envelope.case_id);
    let header: hhx::seal::Header = serde_json::from_slice(&arrived.entries["doc/seal.json"]).unwrap();
    assert_eq!((header.bound.number.as_str(), header.bound.schema.as_str()), (number.as_str(), sealed::MORE_SCHEMA));
    let opener = Opener::new(&header, &office.0.key).unwrap();
    let body: Body = serde_json::from_slice(&opener.open(0, &arrived.entries["doc/body.sealed"]).unwrap()).unwrap();
    assert_eq!(body.answers["text"], serde_json::json!({ "text": "Pasport nusxasi qoʻshildi" }));
    assert_eq!(body.attachments[0].name, "pasport.pdf");
    assert_eq!(&opener.open(1, &arrived.entries["att/01.sealed"]).unwrap()[..], PDF);

    let again = more(&mut clerk, &page, ("Pasport nusxasi qo'shildi", &[])).await;
    assert_eq!(again.status, 200);
    let waiting = hall.running.hub().exchange.as_ref().unwrap().applications().waiting().unwrap();
    assert_eq!(waiting.untaken, 0, "the same page sent twice is one addition");
    hall.close().await;
}

/// What the office writes back until the case is answered.
async fn answered(office: &Office, about: &Opened) {
    office.write(about, |envelope| {
        let registration = Registration {
            journal: "murojaat".into(),
            index: 12,
            reg_no: "M-12/2026".into(),
            reg_date: "2026-03-21".parse().unwrap(),
            registered_by: "registrar-1".into(),
        };
        envelope.outcome = Some(Outcome::Registered { registration, due: Some("2026-04-06".parse().unwrap()) });
    });
    office.0.fetched.notified().await;
    for status in [CaseStatus::Assigned, CaseStatus::InWork, CaseStatus::Answered] {
        office.write(about, |envelope| {
            envelope.message_type = MessageType::Status;
            envelope.news = Some(News { status, at: envelope.sent_at, due: None });
        });
        office.0.fetched.notified().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_collected_in_a_queue_of_its_own_and_handed_over_once() {
    let (office, folder) = (Office::new(), Folder::new());
    let url = office.serve().await;
    let hall = hall(&office, &folder, &url).await;
    let mut clerk = serving(&hall, "A01").await;
    let number = filed(&mut clerk).await;
    let application = office.next().await;
    let case_id = application.envelope.case_id;
    clerk.press_on("/counters/1", "complete", &[]).await;
    answered(&office, &application).await;

    hall.ticket("A08").await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let counter = clerk.press_on("/counters/1", "start", &[]).await;
    assert!(counter.has("cases") && !counter.has("application"), "who collects has filed already");
    assert_eq!(clerk.get("/counters/1/application").await.status, 404);
    let (here, page) = found(&mut clerk, &number).await;
    assert_eq!(page.says("registered"), "M-12/2026 of 21.03.2026");
    assert_eq!(page.says("due"), "06.04.2026");
    assert!(page.has("answer-fetch") && page.has("hand-over") && !page.has("more"));

    let none = clerk.post(&page.action("answer"), &[]).await;
    assert!(none.status == 503 && none.says("notice").contains("no answer yet"), "{}", none.body);
    let answer = |text: &str| hhx::body::Answer {
        case_id,
        outcome: "answered".to_owned(),
        text: text.to_owned(),
        reg_no: "C-7/2026".to_owned(),
        attachments: vec![Paper {
            name: "qaror.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            sha256: Hash::of(PDF),
        }],
    };
    office.0.state.lock().unwrap().answers.insert(case_id, (answer(""), vec![]));
    let away = clerk.post(&page.action("answer"), &[]).await;
    assert!(away.status == 503 && away.says("notice").contains("cannot be reached"), "{}", away.body);
    assert_eq!(away.says("registered"), "M-12/2026 of 21.03.2026", "what is known is shown");

    office.0.state.lock().unwrap().answers.insert(case_id, (answer("Suv juma kuni ulanadi."), vec![PDF.to_vec()]));
    let shown = clerk.post(&page.action("answer"), &[]).await;
    assert_eq!((shown.status, shown.says("answer-text").as_str()), (200, "Suv juma kuni ulanadi."));
    assert_eq!(shown.says("answer-number"), "C-7/2026");
    let paper = clerk.post(&format!("{here}/answer/1"), &[]).await;
    assert_eq!((paper.header("content-type"), paper.body.as_bytes()), (Some("application/pdf"), PDF));

    for _ in 0..2 {
        assert_eq!(clerk.post(&format!("{here}/hand-over"), &[]).await.status, 303);
    }
    let told = office.next().await;
    assert_eq!(told.envelope.message_type, MessageType::Status);
    assert_eq!(told.envelope.news.unwrap().status, CaseStatus::Closed);
    let over = clerk.get(&here).await;
    assert!(over.has("said") && !over.has("hand-over"), "{}", over.body);
    assert_eq!(over.says("status"), "Closed");
    assert_eq!(office.0.state.lock().unwrap().opened.len(), 2, "handed over once");
    nothing_of_the_answer_in(&hall);
    hall.close().await;
}

fn nothing_of_the_answer_in(hall: &Hall) {
    for entry in fs::read_dir(hall.dir()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(memchr::memmem::find(&bytes, b"Suv juma").is_none(), "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_is_not_handed_over() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = hall(&office, &folder, NOBODY).await;
    let mut clerk = serving(&hall, "A01").await;
    let number = filed(&mut clerk).await;
    let (here, page) = found(&mut clerk, &number).await;
    assert!(!page.has("hand-over") && !page.has("answer-fetch"));
    assert_eq!(clerk.post(&format!("{here}/hand-over"), &[]).await.status, 409);
    let away = clerk.post(&format!("{here}/answer"), &[]).await;
    assert!(away.status == 503 && away.says("notice").contains("cannot be reached"), "{}", away.body);

    let line = hall.signed_in("Rustam").await.get("/manager/line").await;
    assert_eq!((line.says("line-waiting").as_str(), line.says("line-parked").as_str()), ("1", "0"));
    assert!(line.says("line-heard").contains("not since"), "{}", line.says("line-heard"));
    assert_eq!(clerk.get("/manager/line").await.status, 403, "for managers");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_told_steps_and_dates_for_number_and_digits() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = hall(&office, &folder, NOBODY).await;
    let mut clerk = serving(&hall, "A01").await;
    let number = filed(&mut clerk).await;
    let mut phone = hall.browser();
    phone.lang = "ru";
    let blank = phone.get(&format!("/a/{number}")).await;
    assert_eq!((blank.status, blank.header("cache-control")), (200, Some("no-store")));
    assert!(blank.body.contains(&format!("value=\"{number}\"")) && blank.has("question") && !blank.has("steps"));
    assert!(!phone.get("/a/%3Cscript%3E").await.body.contains("script>\""), "what is no number is not repeated");

    let told = phone.post("/a", &[("number", &number), ("phone_tail", "4567")]).await;
    assert_eq!((told.status, told.says("status").as_str()), (200, "Подано"), "{}", told.body);
    assert!(told.says("steps").contains("21.03.2026") && told.says("due").contains("05.04.2026"));
    for hidden in ["Karimova", "30101909990010", "4567", "901234567"] {
        assert!(!told.body.contains(hidden), "{hidden}");
    }
    let ask = async |phone: &mut Browser, number: &str, tail: &str| {
        phone.post("/a", &[("number", number), ("phone_tail", tail)]).await
    };
    assert_eq!(ask(&mut phone, &number, "45x7").await.status, 422);
    assert_eq!(ask(&mut phone, "12", "4567").await.status, 422);
    for tail in ["0000", "0001", "0002", "0003", "0004"] {
        let wrong = ask(&mut phone, &number, tail).await;
        assert_eq!((wrong.status, wrong.has("notice"), wrong.has("question")), (404, true, true));
    }
    let rests = ask(&mut phone, &number, "4567").await;
    assert!(rests.status == 429 && rests.header("retry-after").is_some(), "{}", rests.status);
    let foreign = phone.send("POST", "/a", &[("sec-fetch-site", "cross-site")], "number=1&phone_tail=1").await;
    assert_eq!(foreign.status, 403);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_asks_too_much_rests_and_others_do_not() {
    let (office, folder) = (Office::new(), Folder::new());
    let hall = hall(&office, &folder, NOBODY).await;
    let mut phone = hall.browser();
    // Numbers that are well formed and nobody's.
    let numbers = (1..=31).map(|serial| applications::Number::new(7, serial).unwrap().to_string());
    let mut seen = Vec::new();
    for number in numbers {
        seen.push(phone.post("/a", &[("number", &number), ("phone_tail", "4567")]).await.status);
    }
    assert_eq!((seen.iter().filter(|status| **status == 404).count(), seen.last()), (30, Some(&429)));
    hall.pass(3600);
    let later = phone.post("/a", &[("number", "7-000001-1"), ("phone_tail", "4567")]).await.status;
    assert_ne!(later, 429, "after an hour it is forgiven");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_without_an_office_has_none_of_these_pages() {
    let hall = Hall::open().await;
    let mut clerk = serving_without(&hall).await;
    assert!(!clerk.get("/counters/1").await.has("cases"));
    assert_eq!(clerk.get("/counters/1/cases").await.status, 404);
    assert_eq!(hall.browser().get("/a/1-000001-2").await.status, 404);
    let line = hall.signed_in("Rustam").await.get("/manager/line").await;
    assert!(line.status == 200 && line.has("no-line"));
    hall.close().await;
}

async fn serving_without(hall: &Hall) -> Browser {
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    clerk.press_on("/counters/1", "start", &[]).await;
    clerk
}
