//! The bridge between the driver's view and the window: sets the properties of `Face`, hands taps over.
//!
//! Models are replaced as a whole: a screen has at most a few dozen tiles. Deliberately absent: decisions.

use crate::{
    book::Book,
    driver::{Link, View},
    figures,
    session::{Again, Fault, Presence, Readiness, Screen, Slip, Sorry, Staffed, Tap, Told, Turn, Wish},
    ui::{self, Choice, Face, KioskWindow, Notice, Page, Words},
};
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use std::rc::Rc;
use wire::problem::Problem;
use words::Lang;

/// Hands everything a visitor does to `tap`, and gives the window its sentences.
pub fn bind(window: &KioskWindow, tap: impl Fn(Tap) + 'static) {
    window.global::<Words>().on_say(|key, language| {
        let lang = usize::try_from(language).ok().and_then(|i| Lang::ALL.get(i)).copied().unwrap_or_default();
        words::lookup(lang, &key).map_or(key, SharedString::from)
    });
    let tap = Rc::new(tap);
    let face = window.global::<Face>();
    let with_code = |make: fn(String) -> Option<Tap>| {
        let tap = Rc::clone(&tap);
        move |code: SharedString| make(code.into()).into_iter().for_each(|made| tap(made))
    };
    face.on_choose_language(with_code(|code| code.parse().ok().map(Tap::Language)));
    face.on_choose_category(with_code(|code| Some(Tap::Category(code))));
    face.on_choose_service(with_code(|code| Some(Tap::Service(code))));
    face.on_choose_class(with_code(|code| {
        Some(Tap::Turn(if code.is_empty() { Turn::Ordinary } else { Turn::Declared(code) }))
    }));
    let plain = |what: Tap| {
        let tap = Rc::clone(&tap);
        move || tap(what.clone())
    };
    face.on_ask_classes(plain(Tap::Classes));
    face.on_take(plain(Tap::Take));
    face.on_print_again(plain(Tap::Again));
    face.on_done(plain(Tap::Done));
    face.on_back(plain(Tap::Back));
    face.on_home(plain(Tap::Home));
    face.on_here(plain(Tap::Here));
}

/// Shows a view.
pub fn show(window: &KioskWindow, view: &View) {
    let face = window.global::<Face>();
    let screen = &view.shown.screen;
    let lang = screen.language().or_else(|| view.book.languages().first().copied()).unwrap_or_default();
    let index = Lang::ALL.iter().position(|other| *other == lang).and_then(|i| i32::try_from(i).ok());
    window.global::<Words>().set_language(index.unwrap_or_default());
    face.set_hall(view.book.hall(lang).into());
    face.set_clock(view.minute.strftime("%H:%M").to_string().into());
    face.set_date(figures::long_date(view.minute.date(), lang).into());
    face.set_ready(view.shown.readiness != Readiness::NoCatalogue);
    face.set_trouble(trouble(view, lang));
    face.set_alone(view.link != Link::Up);
    face.set_asks_presence(view.shown.presence == Presence::Asked);
    lists(&face, &view.book, screen, lang);
    sentences(&face, &view.book, screen, lang);
    face.set_page(page(screen));
}

fn page(screen: &Screen) -> Page {
    match screen {
        Screen::Attract => Page::Attract,
        Screen::Categories { .. } => Page::Categories,
        Screen::Services { .. } => Page::Services,
        Screen::Offer { .. } => Page::Offer,
        Screen::Classes { .. } => Page::Classes,
        Screen::Taking { .. } => Page::Taking,
        Screen::Printing { .. } => Page::Printing,
        Screen::Taken { .. } => Page::Taken,
        Screen::Stuck { .. } => Page::Stuck,
        Screen::Sorry { .. } => Page::Sorry,
    }
}

/// The tiles of the screen that is shown; the others are left alone, nobody sees them.
fn lists(face: &Face<'_>, book: &Book, screen: &Screen, lang: Lang) {
    match screen {
        Screen::Attract => {
            let known = book.languages();
            let languages = if known.is_empty() { Lang::ALL.to_vec() } else { known };
            let invitations: Vec<&str> =
                languages.iter().map(|lang| words::say(*lang, "kiosk.attract.choose")).collect();
            face.set_invitation(invitations.join(" · ").into());
            face.set_languages(choices(languages.iter().map(|lang| (lang.tag(), lang.own_name()))));
        }
        Screen::Categories { .. } => {
            let categories = book.categories(lang);
            face.set_categories(choices(categories.iter().map(|c| (c.code.as_str(), c.name.as_str()))));
        }
        Screen::Services { category, .. } => {
            let services = book.services(category, lang);
            face.set_services(choices(services.iter().map(|s| (s.code.as_str(), s.name.as_str()))));
        }
        Screen::Offer { .. } | Screen::Classes { .. } => {
            let classes = book.classes(lang);
            face.set_classes(choices(classes.iter().map(|c| (c.code.as_str(), c.name.as_str()))));
        }
        Screen::Taking { .. }
        | Screen::Printing { .. }
        | Screen::Taken { .. }
        | Screen::Stuck { .. }
        | Screen::Sorry { .. } => {}
    }
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> ModelRc<Choice> {
    let all: Vec<Choice> = all.map(|(code, name)| Choice { code: code.into(), name: name.into() }).collect();
    ModelRc::new(VecModel::from(all))
}

fn sentences(face: &Face<'_>, book: &Book, screen: &Screen, lang: Lang) {
    match screen {
        Screen::Attract | Screen::Categories { .. } => forget(face),
        Screen::Services { category, .. } => {
            forget(face);
            face.set_category(category.into());
            face.set_category_name(book.category_name(category, lang).into());
        }
        Screen::Offer { wish, told } | Screen::Classes { wish, told } => {
            wanted(face, book, wish);
            offer(face, told, lang);
        }
        Screen::Taking { wish, .. } => {
            wanted(face, book, wish);
            face.set_number(SharedString::default());
            face.set_place(SharedString::default());
        }
        Screen::Printing { slip, .. } | Screen::Taken { slip } => numbered(face, book, slip),
        Screen::Stuck { slip, fault, again, .. } => {
            numbered(face, book, slip);
            face.set_again(*again == Again::Possible);
            let text = match fault {
                Fault::Silent => words::say(lang, "kiosk.fault.may-come"),
                Fault::PaperOut | Fault::CoverOpen | Fault::Jam | Fault::Broken => {
                    words::say(lang, "kiosk.fault.same-number")
                }
            };
            face.set_notice(notice(fault_name(*fault, lang), text));
        }
        Screen::Sorry { wish, why } => {
            wanted(face, book, wish);
            face.set_notice(sorry(why, lang));
            face.set_other_service(matches!(why, Sorry::Refused(_)));
        }
    }
}

/// Every trace of a visitor goes with the screen, not with the next visitor.
fn forget(face: &Face<'_>) {
    for set in [
        Face::set_category,
        Face::set_category_name,
        Face::set_service_name,
        Face::set_turn,
        Face::set_number,
        Face::set_place,
        Face::set_ahead,
        Face::set_wait,
    ] {
        set(face, SharedString::default());
    }
    face.set_notice(Notice::default());
    face.set_told(ui::Told::Asking);
}

fn wanted(face: &Face<'_>, book: &Book, wish: &Wish) {
    let lang = wish.language;
    face.set_category(wish.category.as_str().into());
    face.set_category_name(book.category_name(&wish.category, lang).into());
    face.set_service_name(book.service_name(&wish.service, lang).into());
    face.set_turn(match &wish.turn {
        Turn::Ordinary => SharedString::default(),
        Turn::Declared(class) => book.class_name(class, lang).into(),
    });
}

fn numbered(face: &Face<'_>, book: &Book, slip: &Slip) {
    wanted(face, book, &slip.wish);
    face.set_number(slip.number.as_str().into());
    face.set_place(figures::beside_number(&slip.told, slip.wish.language).into());
}

fn offer(face: &Face<'_>, told: &Told, lang: Lang) {
    let (mut people, mut minutes, mut staffing) = Default::default();
    let shown = match told {
        Told::Asking => ui::Told::Asking,
        Told::Unseen => ui::Told::Unseen,
        Told::Refused(problem) => {
            face.set_notice(said(problem));
            ui::Told::Refused
        }
        Told::Place { ahead, wait_minutes, staffed } => {
            people = figures::people(*ahead, lang);
            minutes = wait_minutes.as_ref().map(|wait| figures::minutes(wait, lang)).unwrap_or_default();
            if *staffed == Staffed::NotYet {
                staffing = words::say(lang, "kiosk.offer.staffing");
            }
            if *ahead == 0 { ui::Told::First } else { ui::Told::Place }
        }
    };
    face.set_told(shown);
    face.set_ahead(people.figure.into());
    face.set_ahead_label(people.label.into());
    face.set_wait(minutes.figure.into());
    face.set_wait_label(minutes.label.into());
    face.set_staffing(staffing.into());
}

fn sorry(why: &Sorry, lang: Lang) -> Notice {
    let ask = words::say(lang, "kiosk.sorry.ask-staff");
    match why {
        Sorry::Refused(problem) => said(problem),
        Sorry::NotAdmitted => notice(words::say(lang, "kiosk.sorry.not-admitted"), ask),
        Sorry::NoNumber => notice(words::say(lang, "kiosk.sorry.no-number"), ask),
        Sorry::NotRecorded => notice(words::say(lang, "kiosk.sorry.not-recorded"), ask),
        Sorry::NoPrinter(fault) => notice(fault_name(*fault, lang), words::say(lang, "kiosk.fault.other-kiosk")),
    }
}

/// A refusal in the hall's own words.
fn said(problem: &Problem) -> Notice {
    notice(&problem.title, problem.detail.as_deref().unwrap_or_default())
}

/// What staff have to know, if visitors see it too: a kiosk has no other screen.
fn trouble(view: &View, lang: Lang) -> Notice {
    match view.shown.readiness {
        Readiness::Ready => match view.link {
            Link::Up | Link::Down => Notice::default(),
            Link::Fenced => {
                notice(words::say(lang, "kiosk.trouble.two-hubs"), words::say(lang, "kiosk.trouble.two-hubs-call"))
            }
        },
        Readiness::NoCatalogue => {
            notice(words::say(lang, "kiosk.trouble.no-catalogue"), words::say(lang, "kiosk.trouble.please-wait"))
        }
        Readiness::NoPrinter(fault) => notice(fault_name(fault, lang), words::say(lang, "kiosk.fault.other-kiosk")),
    }
}

fn fault_name(fault: Fault, lang: Lang) -> &'static str {
    match fault {
        Fault::PaperOut => words::say(lang, "kiosk.fault.paper-out"),
        Fault::CoverOpen => words::say(lang, "kiosk.fault.cover-open"),
        Fault::Jam => words::say(lang, "kiosk.fault.jam"),
        Fault::Broken => words::say(lang, "kiosk.fault.broken"),
        Fault::Silent => words::say(lang, "kiosk.fault.silent"),
    }
}

fn notice(title: &str, text: &str) -> Notice {
    Notice { title: title.into(), text: text.into() }
}
