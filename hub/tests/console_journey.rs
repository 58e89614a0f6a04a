//! The console by forms alone: what a clerk and a manager can do without JavaScript, through real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod applications;
mod browser;
mod cases;
#[path = "office/mod.rs"]
mod office;
mod stolen;

use browser::Hall;
use queue::command::Class;
use tokio::io::AsyncBufReadExt;
use uuid::Uuid;
use wire::admission::{Admission, KioskKey};
use words::Lang;

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_called_served_and_done() {
    let hall = Hall::open().await;
    let (_, first) = hall.ticket("A01").await;
    let (_, second) = hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;

    let page = clerk.get("/counters").await;
    assert!(page.has("open-1") && page.has("open-4"));
    let page = clerk.press_on("/counters", "counters/1/open", &[]).await;
    assert_eq!((page.stage().as_str(), page.says("waiting-count").as_str()), ("free", "2"));
    assert_eq!(page.queue(), [first.clone(), second.clone()]);
    assert!(page.may("call-next") && !page.may("recall") && !page.may("start") && !page.may("no-show"));

    let page = clerk.press_on("/counters/1", "call-next", &[]).await;
    assert_eq!((page.stage().as_str(), page.says("number")), ("called", first.clone()));
    assert!(!page.may("call-next") && page.may("recall") && page.may("start") && page.may("no-show"));
    assert!(page.has("hold") && page.has("transfer") && page.has("undo") && !page.has("pause"));

    let page = clerk.press_on("/counters/1", "start", &[]).await;
    assert_eq!((page.stage().as_str(), page.says("number")), ("serving", first));
    assert!(page.may("complete") && !page.may("no-show") && !page.may("recall"));

    let page = clerk.press_on("/counters/1", "complete", &[("outcome", "documents-missing")]).await;
    assert_eq!((page.stage().as_str(), page.says("number").as_str()), ("free", "—"));
    assert_eq!(page.queue(), [second]);
    assert!(page.body.contains("1 ticket finished"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_action_has_its_form() {
    let hall = Hall::open().await;
    let (_, held) = hall.ticket("A01").await;
    let (_, absent) = hall.ticket("A01").await;
    let (_, sent) = hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;

    clerk.press_on("/counters/1", "call-next", &[]).await;
    let page = clerk.press_on("/counters/1", "hold", &[("reason", "documents"), ("minutes", "10")]).await;
    assert_eq!(page.stage(), "free");
    assert!(page.body.contains("comes back at 12:10"), "{}", page.body);

    let page = clerk.press_on("/counters/1", "resume", &[("ticket_id", &ticket_id(&page.body))]).await;
    assert_eq!((page.stage().as_str(), page.says("number")), ("serving", held));
    clerk.press_on("/counters/1", "complete", &[]).await;

    clerk.press_on("/counters/1", "call-next", &[]).await;
    hall.pass(11);
    let page = clerk.press_on("/counters/1", "recall", &[]).await;
    assert!(page.body.contains("Call 2"));
    let page = clerk.press_on("/counters/1", "no-show", &[]).await;
    assert_eq!(page.stage(), "free");
    let page = clerk.press_on("/counters/1", "undo", &[]).await;
    assert_eq!((page.stage().as_str(), page.says("number")), ("called", absent));
    clerk.press_on("/counters/1", "no-show", &[]).await;

    clerk.press_on("/counters/1", "call-next", &[]).await;
    let to = [("to", "service:M01"), ("placing", "first"), ("back_to_me", "true")];
    let page = clerk.press_on("/counters/1", "transfer", &to).await;
    assert_eq!((page.stage().as_str(), page.queue()), ("free", vec![sent]), "counter 1 serves M too");

    let page = clerk.press_on("/counters/1", "pause", &[("reason", "lunch")]).await;
    assert_eq!(page.stage(), "paused");
    let page = clerk.press_on("/counters/1", "open", &[]).await;
    assert_eq!(page.stage(), "free");
    let page = clerk.press_on("/counters/1", "close", &[]).await;
    assert_eq!(page.stage(), "closed");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_sentence_and_changes_nothing() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let page = clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press(&page, "call-next", &[]).await;
    let called = clerk.get("/counters/1").await;
    let refused = clerk.press(&called, "recall", &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.has("notice") && refused.body.contains("role=\"alert\""));
    assert!(refused.says("notice").contains("10"), "{}", refused.says("notice"));
    assert_eq!(refused.says("number"), called.says("number"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_twice_is_one_call() {
    let hall = Hall::open().await;
    let (_, first) = hall.ticket("A01").await;
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let page = clerk.press_on("/counters", "counters/1/open", &[]).await;
    for _ in 0..3 {
        assert_eq!(clerk.press(&page, "call-next", &[]).await.status, 303);
    }
    let page = clerk.get("/counters/1").await;
    assert_eq!((page.says("number"), page.says("waiting-count").as_str()), (first, "1"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_counters_never_get_one_ticket() {
    let hall = Hall::open().await;
    for _ in 0..20 {
        hall.ticket("A01").await;
    }
    let mut one = hall.signed_in("Dilnoza").await;
    let mut two = hall.signed_in("Jasur").await;
    one.press_on("/counters", "counters/1/open", &[]).await;
    two.press_on("/counters", "counters/2/open", &[]).await;
    let mut called = Vec::new();
    for _ in 0..10 {
        let (a, b) =
            tokio::join!(one.press_on("/counters/1", "call-next", &[]), two.press_on("/counters/2", "call-next", &[]));
        called.extend([a.says("number"), b.says("number")]);
        tokio::join!(one.press_on("/counters/1", "no-show", &[]), two.press_on("/counters/2", "no-show", &[]));
    }
    called.sort();
    called.dedup();
    assert_eq!(called.len(), 20);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn choosing_a_ticket_needs_the_right() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let (id, chosen) = hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let page = clerk.press_on("/counters", "counters/1/open", &[]).await;
    assert!(!page.has("call-this"));
    let command = page.command_id("call-next");
    let fields = [("command_id", command.as_str()), ("ticket_id", &id.to_string())];
    let refused = clerk.post("/counters/1/call-this", &fields).await;
    assert_eq!(refused.status, 403);
    clerk.press_on("/counters/1", "close", &[]).await;

    let mut picker = hall.signed_in("Sevara").await;
    let page = picker.press_on("/counters", "counters/1/open", &[]).await;
    assert!(page.has("call-this"));
    let page = picker.press_on("/counters/1", "call-this", &[("ticket_id", &id.to_string())]).await;
    assert_eq!(page.says("number"), chosen);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_counter_is_shown_and_not_touched() {
    let hall = Hall::open().await;
    let mut one = hall.signed_in("Dilnoza").await;
    let page = one.press_on("/counters", "counters/1/open", &[]).await;
    let mut two = hall.signed_in("Jasur").await;
    let seen = two.get("/counters/1").await;
    assert_eq!(seen.stage(), "taken");
    assert!(seen.body.contains("Dilnoza") && !seen.has("call-next") && !seen.has("close"));
    let refused = two.press(&page, "close", &[]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(one.get("/counters/1").await.stage(), "free");
    assert_eq!(two.get("/counters/99").await.status, 404);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_signing_in() {
    let hall = Hall::open().await;
    let mut stranger = hall.browser();
    for path in ["/counters", "/counters/1", "/manager", "/counters/1/events", "/manager/events"] {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{path}");
    }
    for path in ["/counters/1/call-next", "/manager/day/close", "/manager/services/A01/suspend"] {
        let answer = stranger.post(path, &[("command_id", "00000000-0000-7000-8000-000000000000")]).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{path}");
    }
    let mut clerk = hall.signed_in("Dilnoza").await;
    assert_eq!(clerk.get("/manager").await.status, 403);
    assert_eq!(clerk.post("/sign-out", &[]).await.status, 303);
    assert_eq!(clerk.get("/counters").await.status, 303);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_a_foreign_page_is_refused() {
    let hall = Hall::open().await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let body = "command_id=00000000-0000-7000-8000-000000000000";
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://elsewhere.example")] {
        for path in ["/counters/1/open", "/sign-out"] {
            let answer = clerk.send("POST", path, &[(name, value)], body).await;
            assert_eq!(answer.status, 403, "{path} with {name}");
        }
        let answer = hall.browser().send("POST", "/sign-in", &[(name, value)], "name=Dilnoza&pin=2846").await;
        assert_eq!(answer.status, 403, "sign-in with {name}");
    }
    assert_eq!(clerk.get("/counters/1").await.stage(), "closed");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_are_told_then_slowed_down() {
    let hall = Hall::open().await;
    let mut browser = hall.browser();
    for _ in 0..5 {
        let answer = browser.post("/sign-in", &[("name", "Dilnoza"), ("pin", "0000")]).await;
        assert_eq!(answer.status, 401);
        assert!(answer.has("sign-in-fault") && answer.body.contains("value=\"Dilnoza\""));
        assert!(!answer.body.contains("0000"), "a PIN never comes back");
    }
    let answer = browser.post("/sign-in", &[("name", "Dilnoza"), ("pin", "2846")]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.says("sign-in-fault").contains("15"), "{}", answer.says("sign-in-fault"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_cookie_is_kept_from_scripts_and_other_sites() {
    let hall = Hall::open().await;
    let answer = hall.browser().post("/sign-in", &[("name", "Rustam"), ("pin", "640281")]).await;
    assert_eq!(answer.header("location"), Some("/manager"));
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let page = hall.browser().get("/").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_speaks_every_language_and_remembers_it() {
    let hall = Hall::open().await;
    let (visitor, _) = hall.ticket_of("A01", Class::Courtesy, "kaa").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let mut manager = hall.signed_in("Rustam").await;
    for lang in Lang::ALL {
        let ticket = format!("/t/{visitor}");
        let pages = [
            hall.browser().get(&format!("/?lang={lang}")).await,
            clerk.get(&format!("/counters?lang={lang}")).await,
            clerk.get(&format!("/counters/1?lang={lang}")).await,
            manager.get(&format!("/manager?lang={lang}")).await,
            clerk.get(&format!("/reception?lang={lang}")).await,
            hall.browser().get(&format!("{ticket}?lang={lang}")).await,
        ];
        for page in pages {
            assert_eq!(page.status, 200);
            assert!(page.body.contains(&format!("<html lang=\"{lang}\">")), "{lang}");
            for key in ["console.", "hall.", "problem."] {
                let bare = page.body.replace("console.css", "").replace("console.js", "");
                assert!(!bare.contains(key), "{lang} lacks a sentence: {bare}");
            }
        }
        assert!(clerk.get("/counters/1").await.body.contains(&format!("<html lang=\"{lang}\">")), "{lang} is kept");
    }
    let own = hall.browser().get(&format!("/t/{visitor}")).await;
    assert!(own.body.contains("<html lang=\"kaa\">"), "a ticket speaks its visitor's language");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_page_tells_the_place_and_nothing_else() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let (id, number) = hall.ticket_of("A01", Class::Statutory, "en").await;
    let (last, _) = hall.ticket_of("A01", Class::Ordinary, "en").await;
    let page = hall.browser().get(&format!("/t/{id}")).await;
    assert_eq!((page.says("number"), page.says("ahead").as_str(), page.stage().as_str()), (number, "0", "waiting"));
    assert!(!page.body.contains("law"), "why somebody goes first is on no page");
    assert_eq!(hall.browser().get(&format!("/t/{last}")).await.says("ahead"), "2");
    assert_eq!(hall.browser().get("/t/00000000-0000-7000-8000-000000000000").await.status, 404);
    assert_eq!(hall.browser().get("/t/none").await.status, 400);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_gives_the_ticket_up_on_the_phone() {
    let hall = Hall::open().await;
    let (id, _) = hall.ticket_of("A01", Class::Ordinary, "en").await;
    let page_of = format!("/t/{id}");
    let page = hall.browser().get(&page_of).await;
    assert!(page.has("give-up") && !page.has("come-back"));
    assert_eq!(hall.browser().post(&page.action("cancel"), &[]).await.status, 303);
    let page = hall.browser().get(&page_of).await;
    assert_eq!(page.stage(), "closed");
    assert!(page.body.contains("The ticket is cancelled") && !page.has("give-up"), "{}", page.body);
    // Twice is once; and nobody gives up what nobody holds.
    assert_eq!(hall.browser().post(&format!("{page_of}/cancel"), &[]).await.status, 303);
    let nobodys = "/t/00000000-0000-7000-8000-000000000000";
    assert_eq!(hall.browser().post(&format!("{nobodys}/cancel"), &[]).await.status, 404);
    assert_eq!(hall.browser().post(&format!("{page_of}/explode"), &[]).await.status, 404);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    assert_eq!(hall.browser().send("POST", &format!("{page_of}/rejoin"), &elsewhere, "").await.status, 403);
    let moved = hall.browser().get(&format!("/tickets/{id}")).await;
    assert_eq!(moved.header("location"), Some(page_of.as_str()), "papers of before lead to the same page");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_missed_the_call_comes_back_once() {
    let hall = Hall::open().await;
    let (id, number) = hall.ticket_of("A01", Class::Ordinary, "en").await;
    let page_of = format!("/t/{id}");
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let page = hall.browser().get(&page_of).await;
    assert_eq!((page.stage().as_str(), page.says("counter").as_str()), ("called", "1"));
    assert!(!page.has("give-up") && !page.has("come-back"));
    hall.pass(11);
    clerk.press_on("/counters/1", "no-show", &[]).await;
    let page = hall.browser().get(&page_of).await;
    assert_eq!(hall.browser().post(&page.action("rejoin"), &[]).await.status, 303);
    let page = hall.browser().get(&page_of).await;
    assert_eq!((page.stage().as_str(), page.says("number")), ("waiting", number));
    hall.pass(301);
    clerk.press_on("/counters/1", "call-next", &[]).await;
    hall.pass(11);
    clerk.press_on("/counters/1", "no-show", &[]).await;
    assert!(!hall.browser().get(&page_of).await.has("come-back"));
    assert_eq!(hall.browser().get(&page_of).await.stage(), "closed");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_scans_the_code_of_a_kiosk_that_is_cut_off() {
    let hall = Hall::open().await;
    let key = KioskKey::from_seed(&[1; 32]);
    let (people, now) = (&hall.running.hub().people, hall.running.hub().now());
    people.keep_kiosk_key(&"kiosk-1".parse().unwrap(), key.public(), now).unwrap();
    let claim = |serial: u32| Admission {
        epoch: 0,
        day: Some(1),
        ticket: Uuid::now_v7(),
        number: format!("A1-{serial:03}"),
        service: "A01".to_owned(),
        further: Vec::new(),
        quantity: 1,
        language: "ru".to_owned(),
        printed_at_s: u32::try_from(now.0 / 1_000).unwrap(),
    };
    let code = |serial| format!("http://hub/t/x#{}", key.sign("zomin", &claim(serial)).unwrap());
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    let page = press_admit(&mut clerk, &[("code", &code(1)), ("class", "elderly")]).await;
    assert_eq!(page.queue(), ["A1-001"]);
    assert_eq!(page.says("said"), "Ticket A1-001 is in the queue.");
    let page = press_admit(&mut clerk, &[("code", "A1-001")]).await;
    assert!(page.status == 422 && page.body.contains("This is not a ticket’s code"), "{}", page.body);
    let page = clerk.press_on("/reception", "reception/admit", &[("code", &code(2))]).await;
    assert_eq!((page.says("number").as_str(), page.stage().as_str()), ("A1-002", "waiting"));
    let forged = KioskKey::from_seed(&[2; 32]).sign("zomin", &claim(3)).unwrap();
    let desk = clerk.get("/reception").await;
    let page = clerk.press(&desk, "reception/admit", &[("code", &forged)]).await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains("No kiosk of this hall"), "{}", page.body);
    hall.close().await;
}

async fn press_admit(clerk: &mut browser::Browser, fields: &[(&str, &str)]) -> browser::Answer {
    let page = clerk.get("/counters/1").await;
    clerk.press(&page, "admit", fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_suspends_restores_and_ends_the_day() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let mut manager = hall.signed_in("Rustam").await;
    let page = manager.get("/manager").await;
    assert_eq!((page.says("hall-waiting").as_str(), page.says("hall-issued").as_str()), ("1", "1"));
    let page = manager.press_on("/manager", "A01/suspend", &[("reason", "no-forms")]).await;
    assert!(page.has("restore-A01") && page.body.contains("Suspended"));
    let page = manager.press_on("/manager", "A01/restore", &[]).await;
    assert!(!page.has("restore-A01"));

    let page = manager.get("/manager").await;
    let refused = manager.press(&page, "day/close", &[]).await;
    assert_eq!(refused.status, 422, "not without the box ticked");
    let page = manager.press_on("/manager", "day/close", &[("sure", "yes")]).await;
    assert!(page.has("day-open") && page.says("hall-waiting") == "0");
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_shows_what_others_do_and_ends_with_the_hub() {
    let hall = Hall::open().await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    let mut lines = clerk.stream("/counters/1/events?lang=ru").await.lines();
    let mut seen = String::new();
    while !seen.contains("waiting-count") {
        seen += &lines.next_line().await.unwrap().expect("the stream goes on");
    }
    assert!(seen.contains("event: hello") && seen.contains("В очереди"));
    assert!(!seen.contains("name=\"command_id\" value=\"0"), "the browser makes its own ids");
    while !seen.contains("event: beat") {
        seen += &lines.next_line().await.unwrap().expect("the stream goes on");
    }
    let sign = lines.next_line().await.unwrap().unwrap();
    assert_eq!(sign, "data: 1", "a browser drops an event without data");
    let (_, number) = hall.ticket("A01").await;
    seen.clear();
    while !seen.contains(&number) {
        seen += &lines.next_line().await.unwrap().expect("the stream goes on");
    }
    assert!(!seen.contains("id=\"now\""), "only what changed is sent");
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    hall.close().await;
    rest.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let hall = Hall::open().await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let mut lines = clerk.stream("/counters/1/events").await.lines();
    hall.pass(31 * 60);
    while lines.next_line().await.unwrap().is_some() {}
    assert_eq!(clerk.get("/counters/1").await.status, 303);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_gets_fragments_of_a_known_revision() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let page = clerk.press_on("/counters", "counters/1/open", &[]).await;
    let live = [("sec-fetch-site", "same-origin"), ("navbat-live", "1")];
    let body = format!("command_id={}", page.command_id("call-next"));
    let done = clerk.send("POST", "/counters/1/call-next", &live, &body).await;
    assert_eq!(done.status, 200);
    assert!(done.header("navbat-revision").unwrap().parse::<u64>().unwrap() > 0);
    assert!(done.body.starts_with("<section id=\"now\"") && done.stage() == "called");
    let refused = clerk.send("POST", "/counters/1/recall", &live, "command_id=nonsense").await;
    assert_eq!(refused.status, 422);
    assert!(!refused.says("notice").is_empty());
    let mut stranger = hall.browser();
    assert_eq!(stranger.send("POST", "/counters/1/recall", &live, &body).await.status, 401);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn static_files_are_kept_until_they_change() {
    let hall = Hall::open().await;
    let mut browser = hall.browser();
    let page = browser.get("/").await;
    for name in ["console.css", "console.js", "mark.svg"] {
        let (_, rest) = page.body.split_once(&format!("/static/{name}?v=")).unwrap();
        let address = format!("/static/{name}?v={}", rest.split('"').next().unwrap());
        let file = browser.get(&address).await;
        assert_eq!(file.status, 200);
        assert!(file.header("cache-control").unwrap().contains("immutable"), "{name}");
        let tag = file.header("etag").unwrap().to_owned();
        let again = browser.send("GET", &format!("/static/{name}"), &[("if-none-match", &tag)], "").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{name}");
    }
    assert_eq!(browser.get("/static/nothing.css").await.status, 404);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reception_gives_finds_and_takes_up_again() {
    let hall = Hall::open().await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    let wish = [("service", "A01"), ("language", "kaa"), ("class", "ordinary"), ("quantity", "20")];
    let given = clerk.press_on("/reception", "reception/tickets", &wish).await;
    let number = given.says("number");
    assert_eq!(given.stage(), "waiting");
    assert!(given.has("reception-cancel") && !given.has("reception-rejoin"));

    clerk.press_on("/counters", "counters/1/open", &[]).await;
    let called = clerk.press_on("/counters/1", "call-next", &[]).await;
    assert_eq!(called.says("number"), number);
    assert!(called.body.contains("Quantity: 20") && called.body.contains("Qaraqalpaqsha"));
    clerk.press_on("/counters/1", "no-show", &[]).await;

    let typed = number.replace("-0", "").to_lowercase();
    let found = clerk.get(&format!("/reception?number={typed}")).await;
    assert_eq!((found.says("number"), found.stage().as_str()), (number, "closed"));
    let page = clerk.press(&found, "rejoin", &[]).await;
    let back = clerk.get(page.header("location").unwrap()).await;
    assert_eq!(back.stage(), "waiting");
    let page = clerk.press(&back, "cancel", &[]).await;
    let gone = clerk.get(page.header("location").unwrap()).await;
    assert!(gone.stage() == "closed" && !gone.has("reception-cancel") && !gone.has("reception-rejoin"));

    let unknown = clerk.get("/reception?number=K-999").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.has("notice"));
    let refused = clerk
        .press(
            &gone,
            "reception/tickets",
            &[("service", "Z99"), ("language", "ru"), ("class", "ordinary"), ("quantity", "1")],
        )
        .await;
    assert_eq!(refused.status, 404);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_closes_a_forgotten_counter() {
    let hall = Hall::open().await;
    hall.ticket("A01").await;
    let mut clerk = hall.signed_in("Dilnoza").await;
    clerk.press_on("/counters", "counters/1/open", &[]).await;
    let mut manager = hall.signed_in("Rustam").await;
    let before = manager.get("/manager").await;
    clerk.press_on("/counters/1", "call-next", &[]).await;
    let refused = manager.press(&before, "counters/1/close", &[]).await;
    assert_eq!(refused.status, 409, "not while somebody is served there");
    assert!(!refused.has("close-1"));
    clerk.press_on("/counters/1", "no-show", &[]).await;
    let after = manager.press_on("/manager", "counters/1/close", &[]).await;
    assert!(!after.has("close-1"));
    assert_eq!(clerk.get("/counters/1").await.stage(), "closed");
    hall.close().await;
}

fn ticket_id(body: &str) -> String {
    let (_, rest) = body.split_once("name=\"ticket_id\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
