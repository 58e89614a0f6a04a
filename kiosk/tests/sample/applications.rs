//! An application on every screen it comes to: the real session walks through real forms, so a picture shows what is
//! typed and not what somebody thought is shown.

use kiosk::session::{
    Asks, CopyOnPaper, Document, Effect, Event, Fault, Filed, Filling, Hub, ListOnPaper, News, Note, Offered, OnOffer,
    Outcome, Progress, Question, QuestionPart, Screen, Session, Stroke, Takes, Tap,
};
use std::sync::Arc;
use wire::{
    applications::{ApplicationNumber, ApplicationSeen, ApplicationStep},
    kiosk::Purpose,
    problem::Problem,
};
use words::Lang;

/// A file as a camera makes it.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";

/// Before the first question.
pub(crate) fn intro(lang: Lang) -> Screen {
    begin(lang, "A01").screen().clone()
}

/// Every screen of an application.
pub(crate) fn screens(lang: Lang) -> Vec<(&'static str, Screen)> {
    let field =
        |id: &'static str| move |filling: &Filling| filling.field().is_some_and(|field| field.id.as_str() == id);
    let at = |service: &str, id: &'static str| until(begin(lang, service), field(id));
    let typed = |service: &str, id: &'static str| {
        let mut session = at(service, id);
        write(&mut session);
        session.screen().clone()
    };
    let mut unfilled = at("A01", "full_name");
    tap(&mut unfilled, Tap::Next);
    let mut mistyped = at("A01", "pinfl");
    press(&mut mistyped, "30101909990011");
    tap(&mut mistyped, Tap::Next);
    let region = at("A01", "address");
    let district = until(begin(lang, "A01"), |filling| nth_of_address(filling) == 1);
    let mut place = until(begin(lang, "A01"), |filling| nth_of_address(filling) == 2);
    write(&mut place);
    let house = until(begin(lang, "A01"), |filling| nth_of_address(filling) == 3);
    let mut all = vec![
        ("form-intro", intro(lang)),
        ("form-text", typed("A01", "full_name")),
        ("form-required", unfilled.screen().clone()),
        ("form-pinfl", typed("A01", "pinfl")),
        ("form-pinfl-wrong", mistyped.screen().clone()),
        ("form-phone", at("A01", "phone").screen().clone()),
        ("form-region", region.screen().clone()),
        ("form-district", district.screen().clone()),
        ("form-place", place.screen().clone()),
        ("form-house", house.screen().clone()),
        ("form-lines", typed("A01", "appeal_text")),
        ("form-select", at("A01", "reply_channel").screen().clone()),
        ("form-files", files(lang).screen().clone()),
        ("form-consent", at("A01", "consent").screen().clone()),
        ("form-id-doc", typed("K01", "id_doc")),
        ("form-summary", until(begin(lang, "A01"), |filling| filling.asks() == Asks::Summary).screen().clone()),
    ];
    all.extend(sent(lang));
    all.extend(asked(lang));
    all
}

fn nth_of_address(filling: &Filling) -> usize {
    let steps = forms::steps(&filling.form);
    let first = steps.iter().position(|step| matches!(step, forms::Step::Place(..))).unwrap_or(usize::MAX);
    match filling.at {
        kiosk::session::At::Step(nth) if nth >= first => nth - first,
        _ => usize::MAX,
    }
}

fn files(lang: Lang) -> Session {
    let mut session = until(begin(lang, "A01"), |filling| filling.asks() == Asks::Files);
    let offer = |name: &str, size| OnOffer { name: name.to_owned(), size };
    let offered = vec![offer("IMG_2041.jpg", 2_412_000), offer("ariza.pdf", 184_000), offer("pasport.png", 911_000)];
    session.handle(Event::News(News::FilesOffered(Offered::Files(offered))));
    let what = forms::inspect("ariza.pdf", PDF, (&forms::Media::ALL, 1 << 20)).expect("it is sound");
    let document = Document::new(what, PDF.to_vec());
    session.handle(Event::News(News::FileTaken(Ok(document))));
    session
}

/// On its way and filed.
fn sent(lang: Lang) -> Vec<(&'static str, Screen)> {
    let sending = |outcome: Option<Outcome>| {
        let mut session = until(begin(lang, "A01"), |filling| filling.asks() == Asks::Summary);
        let effects = tap(&mut session, Tap::Send);
        let attempt = effects.iter().find_map(|effect| match effect {
            Effect::File { attempt, .. } => Some(*attempt),
            _ => None,
        });
        let attempt = attempt.expect("what is read back can be sent");
        outcome.into_iter().for_each(|outcome| drop(session.handle(Event::News(News::Sent { attempt, outcome }))));
        (session.screen().clone(), attempt)
    };
    let (_, attempt) = sending(None);
    let filed = |receipt| {
        let due = Some(jiff::civil::date(2026, 12, 8));
        let (category, service, number) = ("A".to_owned(), "A01".to_owned(), "1-000174-6".to_owned());
        let filed_at = "2026-11-23T05:24:00Z".to_owned();
        let filed = Filed { language: lang, category, service, number, filed_at, due, receipt };
        Screen::Filed { filed: Box::new(filed), attempt }
    };
    vec![
        ("sending", sending(None).0),
        ("sending-away", sending(Some(Outcome::Away(kiosk::session::Arrived::No))).0),
        ("sending-refused", sending(Some(Outcome::Refused(problem(lang, "form-outdated")))).0),
        ("filed", filed(CopyOnPaper::Offered(2))),
        ("filed-not-printed", filed(CopyOnPaper::Failed(Fault::PaperOut, 2))),
    ]
}

/// What became of one.
fn asked(lang: Lang) -> Vec<(&'static str, Screen)> {
    let question = |digits: &str, tail: &str, note| {
        let mut question = Question::new(lang);
        question.number.push(digits);
        if !tail.is_empty() {
            question.part = QuestionPart::Tail;
            question.tail.push(tail);
        }
        question.note = note;
        Screen::Question(Box::new(question))
    };
    let step = |status: &str, at: &str| ApplicationStep { status: status.to_owned(), at: at.to_owned() };
    let seen = ApplicationSeen {
        number: "1-000174-6".to_owned(),
        service: "A01".to_owned(),
        status: "in_work".to_owned(),
        registration: Some(ApplicationNumber { number: "M-214/26".to_owned(), date: "2026-11-24".to_owned() }),
        due: Some("2026-12-08".to_owned()),
        steps: vec![
            step("submitted", "2026-11-23T05:24:00Z"),
            step("delivered", "2026-11-23T05:24:09Z"),
            step("registered", "2026-11-24T04:10:00Z"),
            step("assigned", "2026-11-24T06:31:00Z"),
            step("in_work", "2026-11-25T04:02:00Z"),
        ],
    };
    let mut progress = Progress::new(lang, Arc::new(seen));
    progress.slip = ListOnPaper::Out;
    vec![
        ("ask-number", question("1000174", "", Note::None)),
        ("ask-mistyped", question("10001745", "", Note::Mistyped)),
        ("ask-refused", question("10001746", "4567", Note::Refused(problem(lang, "no-application")))),
        ("progress", Screen::Progress(Box::new(progress))),
    ]
}

fn problem(lang: Lang, code: &str) -> Problem {
    let sentence = words::lookup(lang, &format!("problem.application.{code}")).unwrap_or(code);
    let (kind, title) = (format!("urn:navbat:problem:{code}"), sentence.to_owned());
    Problem { kind, code: code.to_owned(), status: 409, title, detail: None }
}

/// A visitor who wants to apply for a service.
pub(crate) fn begin(lang: Lang, service: &str) -> Session {
    let mut session = Session::default();
    let takes = Takes { applications: kiosk::session::Applications::Taken, collect: None };
    for news in [
        News::Catalogue,
        News::Today(jiff::civil::date(2026, 11, 23)),
        News::Hub(Hub::There),
        News::Takes(takes),
        News::Purposes(vec![Purpose::Ticket, Purpose::Application, Purpose::Ask]),
    ] {
        session.handle(Event::News(news));
    }
    let category = service[..1].to_owned();
    for wanted in [
        Tap::Language(lang),
        Tap::Purpose(Purpose::Application),
        Tap::Category(category.clone()),
        Tap::Service(service.to_owned()),
    ] {
        tap(&mut session, wanted);
    }
    let form = Arc::new(forms::form(service).expect("the catalogue has it").clone());
    session.handle(Event::News(News::Form { language: lang, category, form }));
    session
}

/// Fills in one step after the other until this one.
pub(crate) fn until(mut session: Session, here: impl Fn(&Filling) -> bool) -> Session {
    for _ in 0..40 {
        let Screen::Form(filling) = session.screen() else { panic!("the form was left: {:?}", session.screen()) };
        if here(filling) {
            return session;
        }
        match filling.asks() {
            Asks::Lines(slots) => {
                for nth in 0..slots.len() {
                    tap(&mut session, Tap::Line(nth));
                    write(&mut session);
                }
                tap(&mut session, Tap::Next);
            }
            Asks::Choice(all) => drop(tap(&mut session, Tap::Pick(all[0].0.clone()))),
            Asks::Consent => drop(tap(&mut session, Tap::Agree)),
            Asks::Intro | Asks::Files => drop(tap(&mut session, Tap::Next)),
            Asks::Summary => panic!("the form has no such step"),
        }
    }
    panic!("the form does not go on: {:?}", session.screen())
}

/// What somebody writes who is asked this.
fn write(session: &mut Session) {
    let Screen::Form(filling) = session.screen() else { return };
    let (lang, at, id) = (filling.language, filling.focus, filling.field().map(|field| field.id.to_string()));
    let kind = filling.field().map(|field| field.kind.clone());
    let cyrillic = matches!(lang, Lang::UzCyrl | Lang::Ru);
    let text = match kind {
        Some(forms::Kind::Pinfl) => pinfl(),
        Some(forms::Kind::Phone) => "901234567".to_owned(),
        Some(forms::Kind::IdDocument) => "AB1234567".to_owned(),
        Some(forms::Kind::Stir) => "302123456".to_owned(),
        Some(forms::Kind::Cadastral) => "13010203040567".to_owned(),
        Some(forms::Kind::Date { when: forms::When::Past }) => "21032020".to_owned(),
        Some(forms::Kind::Date { when: forms::When::Ahead }) => "21122026".to_owned(),
        Some(forms::Kind::Number { min, .. }) => min.max(2).to_string(),
        Some(forms::Kind::Address { .. }) if nth_of_address(filling) == 3 => ["12", "4"][at.min(1)].to_owned(),
        Some(forms::Kind::Address { .. }) => {
            [["Navbahor", "Navoiy"], ["Навбаҳор", "Навоий"]][usize::from(cyrillic)][at.min(1)].to_owned()
        }
        _ if id.as_deref() == Some("full_name") && cyrillic => "Каримова Зулфия Рустамовна".to_owned(),
        _ if id.as_deref() == Some("full_name") => "Karimova Zulfiya Rustamovna".to_owned(),
        _ if cyrillic => "Кўчада чироқ йўқ. Болалар мактабга қоронғида боради.".to_owned(),
        _ => "Koʻchada chiroq yoʻq. Bolalar maktabga qorongʻida boradi.".to_owned(),
    };
    press(session, &text);
}

/// A number that checks, of nobody.
pub(crate) fn pinfl() -> String {
    let digits = [3, 1, 5, 0, 6, 9, 0, 1, 2, 3, 4, 5, 6];
    let control = forms::identity::control(&digits);
    digits.iter().chain([&control]).map(ToString::to_string).collect()
}

fn press(session: &mut Session, text: &str) {
    for letter in text.chars() {
        let stroke = if letter == ' ' { Stroke::Space } else { Stroke::Letters(letter.to_string()) };
        tap(session, Tap::Stroke(stroke));
    }
}

fn tap(session: &mut Session, tap: Tap) -> Vec<Effect> {
    session.handle(Event::Tap(tap))
}
