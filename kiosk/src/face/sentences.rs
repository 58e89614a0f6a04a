//! What the shown screen says: numbers, notices, names. Every trace of a visitor goes with the screen.

use crate::{
    book::Book,
    driver::{Link, View},
    figures,
    paper::code,
    session::{
        Again, CopyOnPaper, FURTHER_MAX, Fault, ListOnPaper, Medium, Readiness, Screen, Slip, Sorry, Staffed, Told,
        Turn, Wish,
    },
    ui::{self, Face, Notice, Paper},
};
use slint::{ModelRc, SharedString};
use wire::problem::Problem;
use words::Lang;

/// A phone's code on the screen, in dots of its own.
const CODE_PX_MAX: usize = 320;

pub(super) fn set(face: &Face<'_>, view: &View, lang: Lang) {
    let book = &view.book;
    match &view.shown.screen {
        Screen::Asleep
        | Screen::Attract
        | Screen::Purposes { .. }
        | Screen::Categories { .. }
        | Screen::Search { .. }
        | Screen::Form(_)
        | Screen::Sending { .. }
        | Screen::Filed { .. }
        | Screen::Question(_)
        | Screen::Progress(_)
        | Screen::Pin { .. }
        | Screen::Service(_) => forget(face),
        Screen::Services { category, .. } => {
            forget(face);
            face.set_category(category.into());
            face.set_category_name(book.category_name(category, lang).into());
        }
        Screen::Offer { wish, told } | Screen::Classes { wish, told } => {
            wanted(face, book, wish);
            offer(face, told, lang);
            face.set_can_add(wish.further.len() < FURTHER_MAX);
        }
        Screen::About { wish, list, .. } => {
            wanted(face, book, wish);
            listed(face, *list, lang);
        }
        Screen::Taking { wish, .. } => {
            wanted(face, book, wish);
            face.set_number(SharedString::default());
            face.set_place(SharedString::default());
        }
        Screen::Printing { slip, .. } => numbered(face, book, slip),
        Screen::Taken { slip, copy, .. } => {
            numbered(face, book, slip);
            taken(face, view, slip, *copy);
        }
        Screen::Stuck { slip, fault, again, .. } => {
            numbered(face, book, slip);
            face.set_again(*again == Again::Possible);
            let text = match again {
                Again::Never => words::say(lang, "kiosk.fault.may-come"),
                Again::Possible | Again::NotYet => words::say(lang, "kiosk.fault.same-number"),
            };
            face.set_notice(notice(fault_name(*fault, lang), text));
        }
        Screen::Sorry { wish, why } => {
            wanted(face, book, wish);
            face.set_notice(sorry(why, view, lang));
            face.set_other_service(matches!(why, Sorry::Refused(_)));
            face.set_without_paper(matches!(why, Sorry::NoPrinter(_)));
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
        Face::set_typed,
        Face::set_found_label,
    ] {
        set(face, SharedString::default());
    }
    face.set_notice(Notice::default());
    face.set_told(ui::Told::Asking);
    face.set_code(slint::Image::default());
    face.set_on_screen(false);
    face.set_doubtful(false);
    face.set_further(ModelRc::default());
    face.set_found(ModelRc::default());
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

pub(super) fn listed(face: &Face<'_>, list: ListOnPaper, lang: Lang) {
    let (paper, note) = match list {
        ListOnPaper::Offered => (Paper::Offered, ""),
        ListOnPaper::Printing => (Paper::Printing, words::say(lang, "kiosk.about.printing")),
        ListOnPaper::Out => (Paper::Out, words::say(lang, "kiosk.about.printed")),
        ListOnPaper::Failed(fault) => (Paper::Offered, fault_name(fault, lang)),
    };
    face.set_list(paper);
    face.set_list_note(note.into());
}

fn taken(face: &Face<'_>, view: &View, slip: &Slip, copy: CopyOnPaper) {
    let lang = slip.wish.language;
    let (paper, note) = match copy {
        CopyOnPaper::Offered(_) => (Paper::Offered, ""),
        CopyOnPaper::Printing(_) => (Paper::Printing, words::say(lang, "kiosk.number.copying")),
        CopyOnPaper::Failed(fault, left) => {
            (if left > 0 { Paper::Offered } else { Paper::Over }, fault_name(fault, lang))
        }
        // Not before somebody has looked after the printer.
        CopyOnPaper::Doubtful(fault, _) => match view.shown.readiness {
            Readiness::NoPrinter(_) => (Paper::Over, fault_name(fault, lang)),
            Readiness::Ready | Readiness::NoCatalogue | Readiness::NoStorage => (Paper::Offered, ""),
        },
        CopyOnPaper::Over => (Paper::Over, ""),
    };
    face.set_doubtful(matches!(copy, CopyOnPaper::Doubtful(..)));
    face.set_copy(paper);
    face.set_copy_note(note.into());
    match slip.wish.medium {
        Medium::Paper => {}
        Medium::Screen => {
            face.set_code(code::code(&view.page, CODE_PX_MAX, CODE_PX_MAX).unwrap_or_default());
        }
    }
    face.set_on_screen(slip.wish.medium == Medium::Screen);
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

/// Why not, and where to go instead: the hall's own words for its desk, if it has any.
fn sorry(why: &Sorry, view: &View, lang: Lang) -> Notice {
    let ask = view.hall.desk(lang).unwrap_or_else(|| words::say(lang, "kiosk.sorry.ask-staff"));
    match why {
        Sorry::Refused(problem) => said(problem),
        Sorry::NotAdmitted => notice(words::say(lang, "kiosk.sorry.not-admitted"), ask),
        Sorry::NoNumber => notice(words::say(lang, "kiosk.sorry.no-number"), ask),
        Sorry::NotRecorded => notice(words::say(lang, "kiosk.sorry.not-recorded"), ask),
        Sorry::NoPrinter(fault) => notice(fault_name(*fault, lang), &elsewhere(view, lang)),
    }
}

/// A refusal in the hall's own words.
fn said(problem: &Problem) -> Notice {
    notice(&problem.title, problem.detail.as_deref().unwrap_or_default())
}

/// What staff have to know, if visitors see it too: a kiosk has no other screen.
pub(super) fn trouble(view: &View, lang: Lang) -> Notice {
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
        Readiness::NoStorage => {
            let ask = view.hall.desk(lang).unwrap_or_else(|| words::say(lang, "kiosk.trouble.ask-reception"));
            let text = format!("{} {ask}", words::say(lang, "kiosk.trouble.reads-only"));
            notice(words::say(lang, "kiosk.trouble.no-storage"), &text)
        }
        Readiness::NoPrinter(fault) => notice(fault_name(fault, lang), &elsewhere(view, lang)),
    }
}

/// Where a paper can be had: at the kiosk that was last heard to print, if the hall says where it stands.
fn elsewhere(view: &View, lang: Lang) -> String {
    match view.hall.next_kiosk(lang) {
        Some(place) => words::fill(lang, "kiosk.fault.next-kiosk", &[("place", place)]),
        None => words::say(lang, "kiosk.fault.other-kiosk").to_owned(),
    }
}

fn fault_name(fault: Fault, lang: Lang) -> &'static str {
    words::say(lang, fault.key())
}

fn notice(title: &str, text: &str) -> Notice {
    Notice { title: title.into(), text: text.into() }
}
