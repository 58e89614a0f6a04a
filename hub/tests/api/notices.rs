//! A manager announces something on the displays, and takes it back.

use crate::hall::{Answer, TestHall, User};
use queue::time::Span;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::display::{DisplayHome, NOTICES_MAX, Notice, NoticePosted, NoticeSource, NoticesNow, Severity};

const NOTICES: &str = "/api/v1/notices";
const PAGE: &str = "/manager/notices";

fn words(en: &str) -> Value {
    json!({"uz-Latn": "Suv yoʻq", "uz-Cyrl": "Сув йўқ", "ru": "Нет воды", "kaa": "Suw joq", "en": en})
}

fn notice(en: &str) -> Value {
    json!({"command_id": Uuid::now_v7(), "severity": "minor", "title": words(en)})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body.as_object_mut().unwrap().insert(field.to_owned(), value);
    body
}

impl User {
    async fn announces(&self, body: Value) -> Uuid {
        self.post(NOTICES, body).await.read::<NoticePosted>(201).id
    }

    async fn withdraws(&self, id: impl std::fmt::Display) -> Answer {
        self.send(self.request(Method::DELETE, &format!("{NOTICES}/{id}"))).await
    }

    async fn sends(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let (client, request) = self.request(Method::POST, path).form(form).build_split();
        drop(client);
        let answer = http.execute(request.unwrap()).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }
}

/// What a display is told besides what the hall's file says.
async fn told(hall: &TestHall) -> Vec<Notice> {
    let home: DisplayHome = hall.device("display-4").get("/api/v1/display").await.read(200);
    home.notices.into_iter().filter(|notice| notice.id.parse::<Uuid>().is_ok()).collect()
}

async fn titles(hall: &TestHall) -> Vec<String> {
    told(hall).await.into_iter().map(|notice| notice.title.en).collect()
}

#[tokio::test]
async fn what_a_manager_announces_is_on_the_displays_until_it_is_withdrawn() {
    let mut hall = TestHall::open().await;
    let (manager, seq) = (hall.manager().await, hall.seq().await);
    let body = with(with(notice("No water"), "text", words("Until noon")), "severity", json!("severe"));
    let id = manager.announces(body.clone()).await;
    assert_eq!(manager.announces(body).await, id, "the same again is announced once");
    manager.announces(notice("Later")).await;
    let told_now = told(&hall).await;
    assert_eq!(told_now.len(), 2);
    assert_eq!((told_now[0].id.as_str(), told_now[0].severity), (id.to_string().as_str(), Severity::Severe));
    assert_eq!(told_now[0].text.as_ref().unwrap().en, "Until noon");
    assert_eq!(told_now[1].text, None);
    let home: DisplayHome = hall.device("display-1").get("/api/v1/display").await.read(200);
    assert_eq!(home.notices[0].title.ru, "Нет воды", "an alert before everything");
    assert_eq!(home.notices[1].title.en, "Later", "of one urgency what is new before what is always so");
    assert_eq!(home.notices[2].id, "hours");
    hall.reopen().await;
    assert_eq!(titles(&hall).await, ["No water", "Later"]);
    let manager = hall.manager().await;
    manager.withdraws(id).await.is(204);
    manager.withdraws(id).await.is(204);
    assert_eq!(titles(&hall).await, ["Later"]);
    manager.withdraws(Uuid::now_v7()).await.problem(404, "no-such-value");
    manager.withdraws("hours").await.problem(400, "bad-path");
    hall.reopen().await;
    assert_eq!(titles(&hall).await, ["Later"]);
    assert_eq!(hall.seq().await, seq, "nothing of it is in the queue's journal");
}

#[tokio::test]
async fn a_manager_reads_what_is_announced_and_where_it_comes_from() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    let until = with(notice("Closed early"), "until", json!("2026-03-20T18:00:00+05:00"));
    let id = manager.announces(with(until, "severity", json!("severe"))).await;
    let now: NoticesNow = manager.get(NOTICES).await.read(200);
    let first = &now.notices[0];
    assert_eq!((first.notice.id.as_str(), first.source), (id.to_string().as_str(), NoticeSource::Manager));
    assert_eq!(
        (first.until.as_deref(), first.notice.title.en.as_str()),
        (Some("2026-03-20T13:00:00Z"), "Closed early")
    );
    let hours = now.notices.iter().find(|now| now.notice.id == "hours").unwrap();
    assert_eq!((hours.source, &hours.until), (NoticeSource::File, &None));
    manager.withdraws(id).await.is(204);
    let now: NoticesNow = manager.get(NOTICES).await.read(200);
    assert!(now.notices.iter().all(|now| now.source == NoticeSource::File));
    for user in [hall.stranger(), hall.kiosk(), hall.device("display-1"), hall.staff("Dilnoza").await] {
        assert!(matches!(user.get(NOTICES).await.status.as_u16(), 401 | 403));
    }
}

#[tokio::test]
async fn a_notice_ends_by_itself() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    // It is 10:00 in Tashkent.
    let until = |time: &str| with(notice(time), "until", json!(time));
    manager.announces(until("2026-03-20T11:00:00+05:00")).await;
    let short = until("2026-03-20T05:10:00Z");
    manager.announces(short.clone()).await;
    assert_eq!(titles(&hall).await.len(), 2);
    hall.later(Span::minutes(10));
    assert_eq!(titles(&hall).await, ["2026-03-20T11:00:00+05:00"]);
    manager.announces(short).await;
    assert_eq!(titles(&hall).await.len(), 1, "an old request brings nothing back");
    manager.post(NOTICES, until("2026-03-20T05:10:00Z")).await.problem(422, "notice-over");
    manager.post(NOTICES, until("tomorrow")).await.problem(422, "bad-time");
    hall.later(Span::minutes(50));
    assert_eq!(titles(&hall).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_no_notice_is_refused() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await.speaking("en");
    for (field, value, status, code) in [
        ("severity", json!("huge"), 404, "no-such-value"),
        ("severity", json!(3), 422, "wrong-body"),
        ("title", json!("No water"), 422, "wrong-body"),
        ("title", json!({"en": "No water"}), 422, "wrong-body"),
        ("title", words(""), 422, "notice-words"),
        ("title", words(&"x".repeat(121)), 422, "notice-words"),
        ("title", words("two\nlines"), 422, "notice-words"),
        ("text", words(&"x".repeat(601)), 422, "notice-words"),
        ("text", words(" "), 422, "notice-words"),
        ("colour", json!("red"), 422, "wrong-body"),
        ("command_id", json!("7"), 422, "wrong-body"),
    ] {
        manager.post(NOTICES, with(notice("No water"), field, value)).await.problem(status, code);
    }
    let said = manager.post(NOTICES, with(notice("a"), "title", words(""))).await.problem(422, "notice-words");
    assert!(said.contains("1 to 120 characters") && said.contains("at most 600"), "{said}");
    let first = notice("No water");
    manager.announces(first.clone()).await;
    manager.post(NOTICES, with(first, "severity", json!("extreme"))).await.problem(409, "command-id-reused");
    assert_eq!(titles(&hall).await, ["No water"]);
    for user in [hall.stranger(), hall.kiosk(), hall.device("display-1"), hall.staff("Dilnoza").await] {
        let answer = user.post(NOTICES, notice("No power")).await;
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{}", answer.body);
    }
    assert_eq!(titles(&hall).await.len(), 1);
}

#[tokio::test]
async fn there_are_only_so_many_and_the_urgent_ones_are_never_left_out() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    for n in 0..NOTICES_MAX - 1 {
        manager.announces(notice(&format!("n{n}"))).await;
    }
    let alert = manager.announces(with(notice("Fire"), "severity", json!("extreme"))).await;
    let said = manager.post(NOTICES, notice("one more")).await.problem(409, "notices-full");
    assert!(said.contains("32"), "{said}");
    let home: DisplayHome = hall.device("display-1").get("/api/v1/display").await.read(200);
    assert_eq!((home.notices.len(), home.notices[0].title.en.as_str()), (NOTICES_MAX, "Fire"));
    manager.withdraws(alert).await.is(204);
    manager.announces(notice("one more")).await;
}

#[tokio::test]
async fn a_hub_that_was_overtaken_announces_nothing_new() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await;
    let id = manager.announces(notice("No water")).await;
    let fencing = hall.kiosk();
    let request = fencing.request(Method::GET, "/api/v1/kiosk").header(wire::seen::SEEN_HEADER, "1");
    fencing.send(request).await.problem(409, "fenced");
    manager.post(NOTICES, notice("No power")).await.problem(409, "fenced");
    manager.withdraws(id).await.is(204);
}

/// The fields of the page's form, as a browser sends them.
fn form<'a>(severity: &'a str, en: &'a str, id: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("command_id", id), ("severity", severity), ("until", "")];
    let titles = ["title-uz-Latn", "title-uz-Cyrl", "title-ru", "title-kaa"].map(|name| (name, "Suv yoʻq"));
    let texts = ["text-uz-Latn", "text-uz-Cyrl", "text-ru", "text-kaa", "text-en"].map(|name| (name, ""));
    fields.extend(titles);
    fields.push(("title-en", en));
    fields.extend(texts);
    fields
}

#[tokio::test]
async fn the_managers_page_announces_and_withdraws() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await.speaking("en");
    let page = manager.get(PAGE).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("The hall is open day and night") && page.body.contains("from the hall’s file"));
    assert_eq!(page.body.matches("data-testid=\"withdraw\"").count(), 0, "the file's notices stay");
    for lang in words::Lang::ALL {
        assert!(page.body.contains(&format!("name=\"title-{lang}\"")), "{lang}");
    }
    let id = Uuid::now_v7().to_string();
    let mut fields = form("moderate", "No <b>water</b>", &id);
    fields.retain(|(name, _)| !["until", "text-en"].contains(name));
    fields.extend([("until", "2026-03-20T18:30"), ("text-en", "Two\r\nlines")]);
    // A text in one language only is none.
    let refused = manager.sends(PAGE, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("in every language") && refused.body.contains("Two\r\nlines"),
        "what was typed stays"
    );
    for (name, value) in &mut fields {
        if name.starts_with("text-") && value.is_empty() {
            *value = "Soat 18:30 gacha";
        }
    }
    let answer = manager.sends(PAGE, &fields).await;
    assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (303, PAGE));
    let told = told(&hall).await;
    assert_eq!((told[0].severity, told[0].title.en.as_str()), (Severity::Moderate, "No <b>water</b>"));
    assert_eq!(told[0].text.as_ref().unwrap().en, "Two lines", "a line break is a space");
    let page = manager.get(PAGE).await;
    assert!(page.body.contains("until 20.03.2026 18:30") && page.body.contains("Rustam"), "{}", page.body);
    assert!(!page.body.contains("<b>water</b>"), "words are words");
    assert!(manager.get("/manager").await.body.contains(PAGE), "the manager's page leads there");
    let answer = manager.sends(&format!("{PAGE}/{id}/withdraw"), &[]).await;
    assert_eq!(answer.status.as_u16(), 303);
    assert_eq!(titles(&hall).await, Vec::<String>::new());
    assert_eq!(hall.staff("Dilnoza").await.get(PAGE).await.status, 403);
    assert_eq!(hall.staff("Dilnoza").await.sends(PAGE, &form("minor", "x", &id)).await.status, 403);
}

#[tokio::test]
async fn an_alert_is_asked_for_twice() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await.speaking("en");
    for severity in ["severe", "extreme"] {
        let id = Uuid::now_v7().to_string();
        let mut fields = form(severity, "Leave the building", &id);
        let asked = manager.sends(PAGE, &fields).await;
        assert_eq!(asked.status, 200);
        assert!(asked.body.contains("name=\"sure\"") && asked.body.contains("This is an alert"), "{}", asked.body);
        assert!(
            asked.body.contains("value=\"Leave the building\"") && asked.body.contains(&id),
            "nothing is typed twice"
        );
        assert_eq!(told(&hall).await, [], "and nothing is shown");
        fields.push(("sure", "yes"));
        assert_eq!(manager.sends(PAGE, &fields).await.status, 303);
        assert_eq!(titles(&hall).await, ["Leave the building"]);
        manager.withdraws(&id).await.is(204);
    }
    // Without words there is nothing to be sure of.
    let empty = manager.sends(PAGE, &form("extreme", "", &Uuid::now_v7().to_string())).await;
    assert_eq!(empty.status, 422);
    assert!(!empty.body.contains("name=\"sure\""));
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let hall = TestHall::open().await;
    let manager = hall.manager().await.speaking("en");
    let id = Uuid::now_v7().to_string();
    for (fields, status) in [
        (vec![], 422),
        (vec![("command_id", "7")], 422),
        (vec![("command_id", id.as_str()), ("severity", "huge")], 404),
        (vec![("command_id", id.as_str()), ("severity", "minor"), ("until", "soon")], 422),
        (vec![("command_id", id.as_str()), ("severity", "minor"), ("until", "2026-03-20")], 422),
    ] {
        assert_eq!(manager.sends(PAGE, &fields).await.status.as_u16(), status, "{fields:?}");
    }
    let long = "x".repeat(70 * 1024);
    let answer = manager.sends(PAGE, &form("minor", &long, &id)).await;
    assert_eq!(answer.status.as_u16(), 422, "not read to the end");
    assert!(answer.body.len() < 60 * 1024);
    manager.sends(&format!("{PAGE}/7/withdraw"), &[]).await;
    assert_eq!(titles(&hall).await, Vec::<String>::new());
}
