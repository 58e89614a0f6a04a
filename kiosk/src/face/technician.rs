//! The technician's screens as words and properties: the PIN pad, the list of parts, one part being tried.

use super::{bind_to, model};
use crate::{
    checkup::{self, Judged, Spot, Verdict},
    driver::View,
    keyboard,
    session::{Pad, ReportOnPaper, Screen, Service, Step, Tap},
    ui::{Choice, Face, Fact, KeyCap, KioskWindow, PartRow, ServiceStep},
};
use slint::{ComponentHandle, SharedString};
use std::rc::Rc;
use wire::fleet::Part;
use words::Lang;

/// Hands what a technician does to `tap`.
pub(super) fn bind(window: &KioskWindow, tap: &Rc<dyn Fn(Tap)>) {
    let face = window.global::<Face>();
    face.on_knock(bind_to(tap, Tap::Knock));
    face.on_enter(bind_to(tap, Tap::Enter));
    face.on_try_all(bind_to(tap, Tap::TryAll));
    face.on_skip(bind_to(tap, Tap::Skip));
    face.on_report(bind_to(tap, Tap::Report));
    face.on_restart(bind_to(tap, Tap::Restart));
    let given = Rc::clone(tap);
    face.on_try_part(move |code| {
        let part = Part::ALL.into_iter().find(|part| part.code() == code.as_str());
        part.into_iter().for_each(|part| given(Tap::Try(part)));
    });
    let given = Rc::clone(tap);
    face.on_spot(move |nth| {
        let spot = usize::try_from(nth).ok().and_then(|nth| Spot::ALL.get(nth).copied());
        spot.into_iter().for_each(|spot| given(Tap::Spot(spot)));
    });
    let given = Rc::clone(tap);
    face.on_judge(move |good| given(Tap::Judge(if good { Judged::Good } else { Judged::Bad })));
}

pub(super) fn set(face: &Face<'_>, view: &View, lang: Lang) {
    match &view.shown.screen {
        Screen::Pin { typed, pad, .. } => {
            face.set_pin_dots("●".repeat(typed.count()).into());
            face.set_pin_ready(typed.count() > 0 && matches!(pad, Pad::Ready | Pad::Wrong));
            face.set_pin_note(note(*pad, lang));
            face.set_pin_keys(model(keyboard::pad().map(|does| cap(does, lang)).into()));
        }
        Screen::Service(service) => {
            listed(face, view, service, lang);
            doing(face, service, lang);
        }
        _ => {
            face.set_pin_dots(SharedString::default());
            face.set_service_step(ServiceStep::List);
        }
    }
}

fn note(pad: Pad, lang: Lang) -> SharedString {
    match pad {
        Pad::Ready => SharedString::default(),
        Pad::Checking => words::say(lang, "kiosk.service.pin-checking").into(),
        Pad::Wrong => words::say(lang, "kiosk.service.pin-wrong").into(),
        Pad::Wait { minutes } => words::count(lang, "kiosk.service.pin-wait", minutes.into(), &[]).into(),
    }
}

fn cap(does: &str, lang: Lang) -> KeyCap {
    let digit = does.strip_prefix("letters ").unwrap_or_default();
    let spoken = match does {
        "erase" => words::say(lang, "kiosk.service.erase"),
        "enter" => words::say(lang, "kiosk.service.enter"),
        _ => digit,
    };
    KeyCap { label: digit.into(), does: does.into(), spoken: spoken.into(), wide: 1.0 }
}

fn listed(face: &Face<'_>, view: &View, service: &Service, lang: Lang) {
    let row = |(part, verdict): &(Part, Option<&Verdict>)| {
        let (said, look) = match verdict {
            None => (words::say(lang, "kiosk.service.untried").to_owned(), "untried"),
            Some(verdict) => (said(verdict, lang), look(verdict)),
        };
        let (code, name) = (part.code().into(), checkup::part_name(*part, lang).into());
        PartRow { code, name, said: said.into(), look: look.into() }
    };
    face.set_service_parts(model(service.checkup.standing().iter().map(row).collect()));
    face.set_service_facts(model(facts(view, lang)));
    face.set_service_note(match service.report {
        ReportOnPaper::None => SharedString::default(),
        ReportOnPaper::Printing => words::say(lang, "kiosk.service.report-printing").into(),
        ReportOnPaper::Out => words::say(lang, "kiosk.service.report-out").into(),
        ReportOnPaper::Failed(fault) => {
            let why = words::say(lang, fault.key());
            words::fill(lang, "kiosk.service.report-not-out", &[("why", why)]).into()
        }
    });
    let known = view.book.languages();
    let choice = |language: &Lang| Choice {
        code: language.tag().into(),
        name: language.own_name().into(),
        hint: SharedString::default(),
        chosen: *language == lang,
        long_word: false,
    };
    face.set_service_languages(model(known.iter().map(choice).collect()));
}

fn said(verdict: &Verdict, lang: Lang) -> String {
    let result = checkup::result_name(verdict.result(), lang);
    verdict.code().map_or_else(|| result.to_owned(), |code| format!("{result}: {}", checkup::why(code, lang)))
}

fn look(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed | Verdict::PassedWith(_) => "well",
        Verdict::Failed(_) => "ill",
        Verdict::NotPresent => "untried",
    }
}

fn facts(view: &View, lang: Lang) -> Vec<Fact> {
    let (service, say) = (&view.service, |key| words::say(lang, key).to_owned());
    let heard = match service.heard_minutes {
        None => say("kiosk.service.heard-never"),
        Some(0) => say("kiosk.service.heard-now"),
        Some(n) => words::count(lang, "kiosk.service.heard-minutes", n, &[]),
    };
    let mut known = vec![
        ("kiosk.service.kiosk", service.device.clone()),
        ("kiosk.service.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("kiosk.service.hub", service.hub.clone()),
        ("kiosk.service.heard", heard),
        ("kiosk.service.unsent", view.reports.to_string()),
        ("kiosk.service.tests", service.tests_waiting.to_string()),
    ];
    if let Some(at) = service.door {
        known.push(("kiosk.service.door", at.strftime("%d.%m.%Y  %H:%M").to_string()));
    }
    let fact = |(label, text): (&'static str, String)| {
        let sign = if label == "kiosk.service.door" { "warning" } else { "" };
        Fact { sign: sign.into(), label: words::say(lang, label).into(), text: text.into() }
    };
    known.into_iter().map(fact).collect()
}

fn doing(face: &Face<'_>, service: &Service, lang: Lang) {
    let (step, part) = match service.step {
        Step::List => (ServiceStep::List, None),
        Step::Judging(part) => (ServiceStep::Judging, Some(part)),
        Step::Trying(Part::Touch) => (ServiceStep::Touch, Some(Part::Touch)),
        Step::Trying(part @ (Part::Keys | Part::Presence | Part::Lamp | Part::Tamper)) => {
            (ServiceStep::Doing, Some(part))
        }
        Step::Trying(
            part @ (Part::Printer | Part::Speaker | Part::Network | Part::Clock | Part::Storage | Part::Relay),
        ) => (ServiceStep::Waiting, Some(part)),
    };
    face.set_service_step(step);
    face.set_service_part(part.map_or("", |part| checkup::part_name(part, lang)).into());
    face.set_service_doing(part.map(|part| instruction(part, service, lang)).unwrap_or_default().into());
    let touched = Spot::ALL.map(|spot| service.checkup.spots().contains(&spot));
    face.set_spots(model(touched.into()));
}

fn instruction(part: Part, service: &Service, lang: Lang) -> String {
    let key = match part {
        Part::Touch => "kiosk.service.do-touch",
        Part::Speaker if service.step == Step::Judging(part) => "kiosk.service.ask-sound",
        Part::Lamp => "kiosk.service.ask-lamp",
        Part::Presence => "kiosk.service.do-presence",
        Part::Tamper => "kiosk.service.do-tamper",
        Part::Relay => "kiosk.service.do-relay",
        Part::Keys => {
            let left = service.checkup.keys_left();
            let names = left.iter().filter_map(|line| match line {
                crate::pins::Line::Key(key) => Some(checkup::key_name(*key, lang)),
                _ => None,
            });
            let names: Vec<&str> = names.collect();
            return words::fill(lang, "kiosk.service.do-keys", &[("keys", &names.join(" · "))]);
        }
        Part::Printer | Part::Speaker | Part::Network | Part::Clock | Part::Storage => "kiosk.service.working",
    };
    words::say(lang, key).to_owned()
}
