//! Tiles, rows and keys of the screen that is shown; those of the others are left alone, nobody sees them.

use super::model;
use crate::{
    driver::View,
    facts::{self, Known},
    keyboard::{self, Does, Key},
    search,
    session::{Aim, Case, Screen, Script, Typed, Wish},
    ui::{Choice, Face, Fact, KeyCap},
};
use slint::{ModelRc, SharedString};
use wire::kiosk::Purpose;
use words::Lang;

/// A word of so many letters is wider than a tile beside another.
const LONG_WORD_CHARS: usize = 17;

pub(super) fn set(face: &Face<'_>, view: &View, lang: Lang) {
    let (book, now) = (&view.book, view.hall.now.as_deref());
    match &view.shown.screen {
        Screen::Asleep => {}
        Screen::Attract => attract(face, view),
        Screen::Purposes { .. } => {
            let purposes =
                view.purposes.iter().map(|purpose| (purpose.code(), purpose_name(*purpose, lang), String::new()));
            face.set_purposes(choices(purposes));
        }
        Screen::Categories { aim, .. } => {
            face.set_adding(matches!(aim, Aim::Further(_)));
            face.set_applying(*aim == Aim::Application);
            let mut categories = book.categories(lang);
            if *aim == Aim::Application {
                categories.retain(|category| category.services.iter().any(|s| view.fileable.contains(&s.code)));
            }
            let waiting = |code: &str| facts::of_category(now, code, lang);
            face.set_categories(choices(
                categories.iter().map(|c| (c.code.as_str(), c.name.as_str(), waiting(&c.code))),
            ));
        }
        Screen::Services { category, aim, .. } => {
            let all = book.services(category, lang).iter();
            let services = all.filter(|s| *aim != Aim::Application || view.fileable.contains(&s.code));
            // An application needs no counter.
            let now = now.filter(|_| *aim != Aim::Application);
            let state = |code: &str| facts::of_state(now, code, lang);
            face.set_services(choices(services.map(|s| (s.code.as_str(), s.name.as_str(), state(&s.code)))));
        }
        Screen::Search { typed, aim, .. } => searching(face, view, (typed, aim), lang),
        Screen::Offer { wish, .. } | Screen::Classes { wish, .. } => {
            let classes = book.classes(lang);
            face.set_classes(choices(classes.iter().map(|c| (c.code.as_str(), c.name.as_str(), String::new()))));
            let further = facts::further(book, &wish.further, lang);
            face.set_further(choices(further.iter().map(|(code, name)| (code.as_str(), name.as_str(), String::new()))));
            about(face, view, wish);
        }
        Screen::About { wish, .. } => about(face, view, wish),
        Screen::Taking { .. }
        | Screen::Printing { .. }
        | Screen::Taken { .. }
        | Screen::Stuck { .. }
        | Screen::Sorry { .. }
        | Screen::Form(_)
        | Screen::Sending { .. }
        | Screen::Filed { .. }
        | Screen::Question(_)
        | Screen::Progress(_)
        | Screen::Pin { .. }
        | Screen::Service(_) => {}
    }
}

fn attract(face: &Face<'_>, view: &View) {
    let known = view.book.languages();
    let lang = known.first().copied().unwrap_or_default();
    let languages = if known.is_empty() { Lang::ALL.to_vec() } else { known };
    let invitations: Vec<&str> = languages.iter().map(|lang| words::say(*lang, "kiosk.attract.choose")).collect();
    face.set_invitation(invitations.join(" · ").into());
    face.set_languages(choices(languages.iter().map(|lang| (lang.tag(), lang.own_name(), String::new()))));
    let now = view.hall.now.as_deref().map(|now| facts::of_hall(now, lang)).unwrap_or_default();
    face.set_hall_now(known_facts(&now));
}

fn about(face: &Face<'_>, view: &View, wish: &Wish) {
    let lang = wish.language;
    let service = view.book.service(&wish.service, lang).map(|(_, service)| service);
    let facts = service.map(|service| facts::of_service(service, lang)).unwrap_or_default();
    face.set_facts(known_facts(&facts));
    let documents = service.map(|service| service.documents.as_slice()).unwrap_or_default();
    face.set_documents(model(documents.iter().map(|document| document.name.as_str().into()).collect()));
}

fn searching(face: &Face<'_>, view: &View, (typed, aim): (&Typed, &Aim), lang: Lang) {
    let mut found = search::search(&view.book, lang, &typed.line);
    found.retain(|found| *aim != Aim::Application || view.fileable.contains(&found.service));
    let named: Vec<(String, String, String)> = found
        .iter()
        .map(|found| {
            let name = view.book.service_name(&found.service, lang);
            (format!("{} {}", found.category, found.service), name, view.book.category_name(&found.category, lang))
        })
        .collect();
    face.set_found(choices(named.iter().map(|(code, name, hint)| (code.as_str(), name.as_str(), hint.clone()))));
    face.set_found_label(match (typed.line.is_empty(), found.len()) {
        (true, _) => SharedString::default(),
        (false, 0) => words::say(lang, "kiosk.search.nothing").into(),
        (false, n) => words::count(lang, "kiosk.search.found", n as u64, &[]).into(),
    });
    face.set_typed(typed.line.as_str().into());
    let rows = keyboard::rows(typed.script).into_iter();
    face.set_keys(model(rows.map(|row| model(row.iter().map(|key| cap(key, Case::Small, lang)).collect())).collect()));
}

pub(super) fn cap(key: &Key, case: Case, lang: Lang) -> KeyCap {
    let (label, does, spoken) = match key.does {
        Does::Letters(letters) => {
            let letters = keyboard::cased(letters, case);
            (letters.clone(), "letters".to_owned(), letters)
        }
        Does::Space => {
            let space = words::say(lang, "kiosk.search.space").to_owned();
            (space.clone(), "space".to_owned(), space)
        }
        Does::Erase => (String::new(), "erase".to_owned(), words::say(lang, "kiosk.search.erase").to_owned()),
        Does::Script(script) => other_letters(script, lang),
        Does::Shift => {
            let spoken = words::say(lang, "kiosk.form.shift").to_owned();
            (String::new(), "shift".to_owned(), spoken)
        }
        Does::NewLine => {
            let spoken = words::say(lang, "kiosk.form.line").to_owned();
            (String::new(), "line".to_owned(), spoken)
        }
    };
    KeyCap { label: label.into(), does: does.into(), spoken: spoken.into(), wide: f32::from(key.wide_tenths) / 10.0 }
}

fn other_letters(script: Script, lang: Lang) -> (String, String, String) {
    let spoken = words::fill(lang, "kiosk.search.letters", &[("letters", script.label())]);
    (script.label().to_owned(), format!("script {}", script.code()), spoken)
}

fn purpose_name(purpose: Purpose, lang: Lang) -> &'static str {
    words::say(
        lang,
        match purpose {
            Purpose::Ticket => "kiosk.purpose.ticket",
            Purpose::Application => "kiosk.purpose.application",
            Purpose::Ask => "kiosk.purpose.ask",
            Purpose::Collect => "kiosk.purpose.collect",
            Purpose::Announcements => "kiosk.purpose.announcements",
            Purpose::Opinion => "kiosk.purpose.opinion",
        },
    )
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str, String)>) -> ModelRc<Choice> {
    let choice = |(code, name, hint): (&str, &str, String)| Choice {
        code: code.into(),
        name: name.into(),
        hint: hint.into(),
        chosen: false,
        long_word: name.split(' ').any(|word| word.chars().count() >= LONG_WORD_CHARS),
    };
    model(all.map(choice).collect())
}

fn known_facts(all: &[Known]) -> ModelRc<Fact> {
    let fact = |known: &Known| Fact {
        sign: known.sign.code().into(),
        label: known.label.as_str().into(),
        text: known.text.as_str().into(),
    };
    model(all.iter().map(fact).collect())
}
