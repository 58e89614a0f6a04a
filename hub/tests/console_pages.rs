//! Pages with made-up content, in every language: laid out, complete, and free of what the security policy forbids.
//!
//! With `NAVBAT_PAGES=DIR` the pages are also written there, to be looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use askama::Template;
use forms::{Answers, Code, Eyes, Fault, Forms, Kind, Lists, check};
use hub::console::{
    application::view::{self as application, About, FiledPage, FormPage, SummaryPage},
    cases::view::{AnswerView, CasePage, CasesPage, Content, FiledRow, May, PaperRow, Standing, StepRow},
    counter::view::{Card, Choices, CounterPage, CounterView, Desk, HeldRow, Pace, Pick, WaitingRow},
    doors::{CounterChoice, CountersPage, Habit, MessagePage, Press, Seat, SignInPage, TicketFigures, TicketPage},
    line::{LinePage, LineView},
    manager::view::{Bar, Chart, CounterRow, Day, ManagerPage, ManagerView, ServiceGroup, ServiceRow, When},
    page::{Choice, ChoiceGroup, CommandIds, Page},
    status::StatusPage,
};
use std::collections::BTreeMap;
use uuid::Uuid;
use words::Lang;

fn page(lang: Lang, stream: Option<&str>) -> Page {
    Page {
        lang,
        languages: Lang::ALL.to_vec(),
        hall: "Zomin".to_owned(),
        here: "/".to_owned(),
        person: stream.map(|_| "Dilnoza".to_owned()),
        fence: None,
        stream: stream.map(str::to_owned),
        command_ids: CommandIds::Hub(Uuid::nil),
    }
}

fn choice(code: &str, name: &str) -> Choice {
    Choice { code: code.to_owned(), name: name.to_owned() }
}

fn card(lang: Lang, number: &str) -> Card {
    Card {
        number: number.to_owned(),
        stage: words::say(lang, "console.now.called").to_owned(),
        service: "Hokim nomiga ariza berish".to_owned(),
        language: Lang::Kaa.own_name().to_owned(),
        language_tag: Lang::Kaa.tag().to_owned(),
        waited: words::count(lang, "console.now.waited", 12, &[]),
        quantity: Some(words::fill(lang, "console.now.quantity", &[("n", "20")])),
        class: Some(words::say(lang, "console.now.statutory").to_owned()),
        returns: Some(words::fill(lang, "console.now.returns", &[("counter", "2")])),
        further: "Kadastr pasporti".to_owned(),
    }
}

fn counter(lang: Lang, desk: Desk) -> CounterView {
    let row = |n: u32, pace| WaitingRow {
        ticket: Uuid::from_u128(n.into()).to_string(),
        number: format!("A-{n:03}"),
        service: "Yer uchastkasini ajratish toʻgʻrisida maʼlumotnoma olish".to_owned(),
        tag: (n == 48).then(|| words::say(lang, "console.now.courtesy").to_owned()),
        waited: words::count(lang, "console.queue.minutes", 61 - u64::from(n), &[]),
        pace,
        pick: Pick::Allowed,
    };
    CounterView {
        counter: "3".to_owned(),
        title: "A-047".to_owned(),
        place: words::fill(lang, "console.counters.title-of", &[("counter", "3")]),
        spoken: words::say(lang, "console.now.spoken-free").to_owned(),
        desk_word: words::say(lang, "console.now.free").to_owned(),
        desk_sentence: words::say(lang, "console.now.free-sentence").to_owned(),
        desk,
        notice: None,
        said: Some(words::fill(lang, "console.admit.done", &[("number", "A1-012")])),
        waiting: 31,
        queue: (48..56).map(|n| row(n, if n < 50 { Pace::Late } else { Pace::InTime })).collect(),
        more: Some(words::count(lang, "console.queue.more", 23, &[])),
        held: vec![HeldRow {
            ticket: Uuid::nil().to_string(),
            number: "K-012".to_owned(),
            why: "Nusxa olish".to_owned(),
            until: words::fill(lang, "console.held.until", &[("time", "10:45")]),
            pick: Pick::Allowed,
        }],
        application: Some("/counters/3/application".to_owned()),
        serving: None,
        cases: Some("/counters/3/cases".to_owned()),
        filed: vec![FiledRow {
            way: "/counters/3/cases/1".to_owned(),
            number: "1-000174-6".to_owned(),
            service: "Hokim nomiga ariza berish".to_owned(),
            status: words::say(lang, "office.status.registered").to_owned(),
        }],
        undo: Some(words::say(lang, "console.step.no-show").to_owned()),
        today: Some(words::fill(
            lang,
            "console.today.figures",
            &[
                ("served", &words::count(lang, "console.today.served", 14, &[])),
                ("mean", &words::count(lang, "console.queue.minutes", 6, &[])),
                ("absent", "2"),
            ],
        )),
    }
}

fn choices(lang: Lang) -> Choices {
    Choices {
        outcomes: vec![
            choice("served", "Bajarildi"),
            choice("refused", "Rad etildi"),
            choice("missing", "Hujjat yetishmadi"),
        ],
        hold_reasons: vec![choice("copy", "Nusxa olish")],
        hold_minutes: vec![choice("10", &words::count(lang, "console.hold.after", 10, &[]))],
        pause_reasons: vec![choice("lunch", "Tushlik")],
        classes: vec![choice("ordinary", words::say(lang, "console.reception.ordinary"))],
        targets: vec![ChoiceGroup {
            label: words::say(lang, "console.transfer.services").to_owned(),
            choices: vec![choice("service:A01", "A01")],
        }],
    }
}

fn manager(lang: Lang, day: Day) -> ManagerView {
    let minutes = |n| words::count(lang, "console.queue.minutes", n, &[]);
    let state = |counter: &str, look: &str, state, number: Option<&str>| CounterRow {
        counter: counter.to_owned(),
        look: look.to_owned(),
        state: words::say(lang, state).to_owned(),
        clerk: (look != "closed").then(|| "Dilnoza".to_owned()),
        number: number.map(str::to_owned),
        minutes: minutes(4),
    };
    let service = |code: &str, why: Option<String>, pace| ServiceRow {
        code: code.to_owned(),
        name: "Yer uchastkasini ajratish toʻgʻrisida maʼlumotnoma".to_owned(),
        why,
        waiting: 7,
        longest: minutes(34),
        pace,
        told: words::fill(lang, "console.manager.told-range", &[("low", "15"), ("high", "25")]),
        open: 2,
        issued: 41,
    };
    let bar = |i: u32, n: u32| Bar {
        x: 8 + i * 44,
        hour: 8 + i,
        issued: n,
        issued_px: n * 2,
        served: n * 2 / 3,
        served_px: n * 4 / 3,
        when: if i == 5 { When::Now } else { When::Other },
    };
    ManagerView {
        notice: None,
        waiting: 31,
        longest: minutes(34),
        at_counters: 3,
        held: 2,
        served: 118,
        issued: 154,
        counters: vec![
            state("1", "free", "console.state.free", None),
            state("2", "called", "console.state.called", Some("A-047")),
            state("3", "serving", "console.state.serving", Some("K-012")),
            state("4", "closed", "console.state.closed", None),
        ],
        services: vec![ServiceGroup {
            name: "Murojaatlar".to_owned(),
            rows: vec![
                service("A01", None, Pace::Late),
                service(
                    "K02",
                    Some(words::fill(lang, "console.manager.suspended", &[("why", "Texnik sabab")])),
                    Pace::InTime,
                ),
                service("M03", None, Pace::InTime),
            ],
        }],
        suspend_reasons: vec![choice("technical", "Texnik sabab")],
        chart: Chart {
            width: 420,
            bars: (0..9).map(|i| bar(i, [4, 31, 44, 38, 17, 29, 41, 33, 9][i as usize])).collect(),
            sentence: words::say(lang, "console.manager.hours-none").to_owned(),
        },
        day,
        day_sentence: words::say(lang, "console.manager.day-shut-sentence").to_owned(),
        day_warning: words::count(lang, "console.manager.day-warning", 36, &[]),
    }
}

fn doors(lang: Lang) -> Vec<(&'static str, String)> {
    let (plain, signed) = (page(lang, None), Page { person: Some("Dilnoza".to_owned()), ..page(lang, None) });
    let seat = |counter: &str, seat, state| CounterChoice {
        counter: counter.to_owned(),
        services: "Hokim nomiga ariza berish, Kadastr pasporti, Yer uchastkasini ajratish".to_owned(),
        seat,
        habit: if counter == "3" { Habit::Usual } else { Habit::Other },
        state: words::say(lang, state).to_owned(),
        clerk: "Sardor".to_owned(),
    };
    let sign_in = SignInPage { page: &plain, fault: Some("Ism yoki PIN xato.".to_owned()), name: "Dilnoza".to_owned() };
    let counters = CountersPage {
        page: &signed,
        notice: Some("3-oyna band.".to_owned()),
        counters: vec![
            seat("1", Seat::Mine, "console.counters.mine"),
            seat("2", Seat::Taken, "console.counters.taken"),
            seat("3", Seat::Free, "console.counters.closed"),
        ],
    };
    let ticket = |stage, counter: Option<&str>, press| TicketPage {
        page: &plain,
        notice: None,
        ticket: Uuid::nil().to_string(),
        number: "A-047".to_owned(),
        stage,
        counter: counter.map(str::to_owned),
        service: "Hokim nomiga ariza berish".to_owned(),
        sentence: words::say(lang, "console.ticket.reserved").to_owned(),
        figures: (press == Press::GiveUp).then(|| TicketFigures { ahead: 4, wait: Some("15–25".to_owned()) }),
        press,
    };
    let message = MessagePage { page: &plain, sentence: words::say(lang, "console.queue.nobody").to_owned() };
    vec![
        ("sign-in", sign_in.render().unwrap()),
        ("counters", counters.render().unwrap()),
        ("ticket", ticket("waiting", None, Press::GiveUp).render().unwrap()),
        ("ticket-called", ticket("called", Some("3"), Press::Nothing).render().unwrap()),
        ("ticket-missed", ticket("closed", None, Press::ComeBack).render().unwrap()),
        ("message", message.render().unwrap()),
    ]
}

fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let live = page(lang, Some("/counters/3/events"));
    let desks = [
        ("closed", Desk::Closed),
        ("taken", Desk::Taken),
        ("paused", Desk::Paused),
        ("free", Desk::Free),
        (
            "called",
            Desk::Called {
                card: card(lang, "A-047"),
                recalls_left: Some(words::count(lang, "console.act.recalls", 2, &[])),
            },
        ),
        ("serving", Desk::Serving(card(lang, "A1-1012"))),
    ];
    let choices = choices(lang);
    let mut pages = doors(lang);
    for (name, desk) in desks {
        let view = counter(lang, desk);
        pages.push((name, CounterPage { page: &live, view: &view, choices: &choices }.render().unwrap()));
    }
    pages.extend(applications(lang));
    pages.extend(cases(lang));
    for (name, day) in [("manager", Day::Open), ("manager-shut", Day::Shut)] {
        let view = manager(lang, day);
        pages.push((name, ManagerPage { page: &live, view: &view }.render().unwrap()));
    }
    pages
}

/// The form of every service, empty and with everything wrong; one read back and one filed.
fn applications(lang: Lang) -> Vec<(&'static str, String)> {
    let plain = page(lang, None);
    let about = About {
        counter: "3".to_owned(),
        ticket: Uuid::nil().to_string(),
        number: "A-047".to_owned(),
        service: "A01".to_owned(),
        name: "Hokim nomiga ariza berish".to_owned(),
        others: vec![choice("M01", "Doimiy yashash joyi")],
        command_id: Uuid::nil().to_string(),
    };
    let (nothing, today) = (BTreeMap::new(), jiff::civil::date(2026, 3, 21));
    let mut pages = Vec::new();
    for form in Forms::with(&Lists::new()).iter() {
        let faults = check(form, &Answers::default(), today).unwrap_err();
        let wrong = Some(words::count(lang, "console.application.wrong", faults.len() as u64, &[]));
        for (name, faults, wrong) in [("application", &[][..], None), ("application-wrong", &faults[..], wrong)] {
            let fields = application::fields(form, (&nothing, faults), (lang, Lang::Ru));
            let inputs = form.fields.iter().filter(|field| !matches!(field.kind, Kind::Files { .. })).count();
            assert_eq!(fields.len(), inputs, "{}", form.service);
            pages.push((name, FormPage { page: &plain, about: &about, fields, wrong }.render().unwrap()));
        }
    }
    let form = forms::form("A01").unwrap();
    let answers: Answers =
        serde_json::from_str(r#"{"full_name":{"text":"Karimova Gulnora"},"phone":{"text":"+998901234567"}}"#).unwrap();
    let kind = Fault::of(&form.field("attachments").unwrap().id, Code::FileKind);
    let summary = SummaryPage {
        page: &plain,
        about: &about,
        lines: forms::summary(form, &answers, (lang, Eyes::Own)),
        hidden: BTreeMap::from([("f-full_name".to_owned(), "Karimova Gulnora".to_owned())]),
        files: application::files(form, &[("ariza.exe".to_owned(), kind)], lang),
        notice: Some(words::say(lang, "problem.http.not-filed").to_owned()),
    };
    pages.push(("application-summary", summary.render().unwrap()));
    let due = words::fill(lang, "console.application.due", &[("date", "05.04.2026")]);
    let filed = FiledPage { page: &plain, about: &about, number: "1-000174-6".to_owned(), due: Some(due) };
    pages.push(("application-filed", filed.render().unwrap()));
    pages
}

fn standing(lang: Lang) -> Standing {
    let step = |status: &str| StepRow {
        what: words::lookup(lang, &format!("office.status.{status}")).unwrap().to_owned(),
        when: "21.03.2026".to_owned(),
    };
    Standing {
        number: "1-000174-6".to_owned(),
        service: "Hokim nomiga ariza berish".to_owned(),
        status: step("answered").what,
        word: "answered",
        registered: Some("M-12/2026, 21.03.2026".to_owned()),
        due: Some("05.04.2026".to_owned()),
        steps: ["submitted", "delivered", "registered", "answered"].map(step).into(),
    }
}

/// A filed application at a counter and on a phone, and the line to the office.
fn cases(lang: Lang) -> Vec<(&'static str, String)> {
    let plain = page(lang, None);
    let form = forms::form("A01").unwrap();
    let answers: Answers =
        serde_json::from_str(r#"{"full_name":{"text":"Karimova Gulnora"},"phone":{"text":"+998901234567"}}"#).unwrap();
    let standing = || standing(lang);
    let case = |content, may: &[May], answer| {
        let shown = CasePage {
            page: &plain,
            here: "/counters/3/cases/1".to_owned(),
            counter: "3".to_owned(),
            standing: standing(),
            content,
            notice: Some(words::say(lang, "console.cases.answer-away").to_owned()),
            said: Some(words::say(lang, "console.cases.more-done").to_owned()),
            typed: "Pasport nusxasi".to_owned(),
            may: may.to_vec(),
            answer,
        };
        shown.render().unwrap()
    };
    let lines = |eyes| forms::summary(form, &answers, (lang, eyes));
    let paper = || vec![PaperRow { nth: 1, name: "qaror.pdf".to_owned() }];
    let answer = AnswerView {
        reg_no: "C-7/2026".to_owned(),
        outcome: standing().status,
        text: "Suv beshinchi kuni ulanadi.".to_owned(),
        papers: paper(),
    };
    let closed = words::say(lang, "console.cases.other-day").to_owned();
    let row = FiledRow {
        way: "/counters/3/cases/1".to_owned(),
        number: "1-000174-6".to_owned(),
        service: "Hokim nomiga ariza berish".to_owned(),
        status: standing().status,
    };
    let list = CasesPage {
        page: &plain,
        counter: "3".to_owned(),
        asked: "1-000".to_owned(),
        notice: Some(words::say(lang, "console.cases.unknown").to_owned()),
        filed: Some(vec![row]),
    };
    let phone = |standing| StatusPage { page: &plain, notice: None, number: "1-000174-6".to_owned(), standing };
    let line = LineView {
        halted: Some(words::say(lang, "console.halt.fenced").to_owned()),
        heard: words::say(lang, "console.line.never").to_owned(),
        waiting: 12,
        oldest: Some("21.03.2026 10:45".to_owned()),
        parked: 1,
    };
    vec![
        ("case", case(Content::Masked(lines(Eyes::Others)), &[May::See, May::Add], None)),
        ("case-whole", case(Content::Whole { lines: lines(Eyes::Own), papers: paper() }, &[May::Add], None)),
        ("case-answer", case(Content::Closed(closed), &[May::Fetch, May::HandOver], Some(answer))),
        ("cases", list.render().unwrap()),
        ("status", phone(None).render().unwrap()),
        ("status-told", phone(Some(standing())).render().unwrap()),
        ("line", LinePage { page: &plain, line: Some(line) }.render().unwrap()),
    ]
}

/// Text of a page, without its tags.
fn text(html: &str) -> String {
    html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_page_is_complete_in_every_language() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            if let Some(dir) = std::env::var_os("NAVBAT_PAGES") {
                std::fs::write(std::path::Path::new(&dir).join(format!("{name}.{lang}.html")), &html).unwrap();
            }
            let bare = html.replace("console.css", "").replace("console.js", "");
            assert!(!bare.contains("console."), "{name} in {lang} lacks a sentence");
            assert!(
                !text(&html).contains(['\'', '`', '\u{2018}', '\u{2019}']),
                "{name} in {lang} has a foreign apostrophe"
            );
            assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{name}");
        }
    }
}

#[test]
fn no_page_needs_inline_script_or_style() {
    for (name, html) in all(Lang::En) {
        for banned in [" style=", "<style", "javascript:", " onclick=", " onsubmit=", " onload="] {
            assert!(!html.contains(banned), "{name} has {banned}");
        }
        assert_eq!(html.matches("<script").count(), 1, "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading");
    }
}

#[test]
fn identities_of_elements_are_unique() {
    for (name, html) in all(Lang::En) {
        let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}

#[test]
fn fragments_are_equal_as_long_as_they_say_the_same() {
    let live = Page { command_ids: CommandIds::Browser, ..page(Lang::Ru, Some("/counters/3/events")) };
    let view = counter(Lang::Ru, Desk::Free);
    let choices = choices(Lang::Ru);
    let page = CounterPage { page: &live, view: &view, choices: &choices };
    let first = page.fragments().unwrap();
    assert_eq!(first, page.fragments().unwrap());
    for fragment in &first {
        assert!(fragment.starts_with("<section id=") || fragment.starts_with("<p id="), "{fragment}");
    }
}
