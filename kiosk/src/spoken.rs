//! What the kiosk says aloud in audio mode: each screen as its eyes would read it, and each control as the keys reach it.
//!
//! Everything shown has a key, a code or a number, and a recording under the same name, so nothing is written twice. A
//! control is found by the words on it: the keys move in the window, and the window knows only words. Deliberately
//! absent: sound (the crate `voice`), and a hall's own words for places, which nobody has recorded.

mod application;

use crate::{
    driver::View,
    search,
    session::{
        Again, Aim, Contrast, CopyOnPaper, Medium, Panel, Presence, Reach, Readiness, Screen, Slip, Sorry, TextSize,
        Told, Wish,
    },
};
use voice::Say;
use wire::services::{DayUnit, Term};
use words::Lang;

/// What to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speech {
    /// This, instead of whatever is being said.
    Say(Lang, Vec<Say>),
    /// The last thing again.
    Repeat,
    /// One step slower.
    Slower,
    /// One step faster.
    Faster,
    /// One step louder.
    Louder,
    /// One step softer.
    Softer,
    /// Silence, and pace and loudness as everybody finds them.
    Forget,
}

/// The language a view is read in.
pub fn language(view: &View) -> Lang {
    view.shown.screen.language().or_else(|| view.book.languages().first().copied()).unwrap_or_default()
}

/// What a screen says when it comes.
pub fn screen(view: &View) -> Vec<Say> {
    if view.shown.presence == Presence::Asked {
        return keys(&["kiosk.presence.title", "kiosk.presence.text"]);
    }
    if view.shown.panel == Panel::Comfort {
        return keys(&["kiosk.comfort.title"]);
    }
    if view.shown.readiness == Readiness::NoStorage
        && matches!(view.shown.screen, Screen::Attract | Screen::Offer { .. })
    {
        return keys(&["kiosk.trouble.no-storage", "kiosk.trouble.reads-only", "kiosk.trouble.ask-reception"]);
    }
    match &view.shown.screen {
        Screen::Asleep | Screen::Attract => keys(&["kiosk.attract.welcome", "kiosk.attract.choose"]),
        Screen::Purposes { .. } => keys(&["kiosk.purposes.title"]),
        Screen::Categories { aim: Aim::Application, .. } => {
            keys(&["kiosk.categories.application", "kiosk.categories.hint"])
        }
        Screen::Categories { aim: Aim::Ticket, .. } => keys(&["kiosk.categories.title", "kiosk.categories.hint"]),
        Screen::Categories { aim: Aim::Further(_), .. } => keys(&["kiosk.categories.further", "kiosk.categories.hint"]),
        Screen::Services { category, .. } => {
            vec![Say::Category(category.clone()), Say::key("kiosk.services.hint")]
        }
        Screen::Search { typed, language, .. } => match search::search(&view.book, *language, &typed.line).len() {
            0 if typed.line.is_empty() => keys(&["kiosk.search.hint"]),
            0 => keys(&["kiosk.search.nothing"]),
            n => vec![Say::Counted("kiosk.search.found".into(), n as u64, vec![])],
        },
        Screen::Offer { wish, told } => offer(wish, told),
        Screen::About { wish, .. } => about(view, wish),
        Screen::Classes { .. } => keys(&["kiosk.turn.title", "kiosk.turn.hint"]),
        Screen::Taking { .. } => keys(&["kiosk.number.finding"]),
        Screen::Printing { .. } => keys(&["kiosk.number.printing"]),
        Screen::Taken { slip, copy, .. } => taken(slip, *copy),
        Screen::Stuck { slip, fault, again, .. } => {
            let rest = match again {
                Again::Never => "kiosk.fault.may-come",
                Again::Possible | Again::NotYet => "kiosk.fault.same-number",
            };
            vec![Say::key(fault.key()), Say::Ticket(slip.number.clone()), Say::key(rest)]
        }
        Screen::Sorry { wish, why } => sorry(wish, why),
        Screen::Form(_) | Screen::Sending { .. } | Screen::Filed { .. } | Screen::Question(_) | Screen::Progress(_) => {
            application::screen(view)
        }
        // A technician reads.
        Screen::Pin { .. } | Screen::Service(_) => Vec::new(),
    }
}

/// What a control says when the keys reach it; nothing for what has no recording.
pub fn control(view: &View, label: &str) -> Option<Say> {
    let lang = language(view);
    let (book, screen) = (&view.book, &view.shown.screen);
    if matches!(screen, Screen::Asleep | Screen::Attract)
        && let Some(language) = Lang::ALL.into_iter().find(|language| language.own_name() == label)
    {
        return Some(Say::Language(language));
    }
    if let Some(category) = book.categories(lang).into_iter().find(|category| category.name == label) {
        return Some(Say::Category(category.code.clone()));
    }
    let services = book.categories(lang).into_iter().flat_map(|category| &category.services);
    if let Some(service) = services.into_iter().find(|service| service.name == label) {
        return Some(Say::Service(service.code.clone()));
    }
    if let Some(class) = book.classes(lang).into_iter().find(|class| class.name == label) {
        return Some(Say::Class(class.code.clone()));
    }
    let sentences = words::keys(lang).filter(|(key, _)| key.starts_with("kiosk."));
    let found =
        sentences.into_iter().find(|(_, sentence)| matches!(sentence, words::Sentence::Plain(text) if text == label));
    found.map(|(key, _)| Say::key(key))
}

/// The step a visitor has chosen in the panel, said at once: the eyes it is for may not see it.
pub fn comfort(size: TextSize, contrast: Contrast, reach: Reach) -> Vec<Say> {
    let (size, contrast, reach) = (size.key(), contrast.key(), reach.key());
    keys(&["kiosk.comfort.size", size, "kiosk.comfort.contrast", contrast, "kiosk.comfort.reach", reach])
}

fn offer(wish: &Wish, told: &Told) -> Vec<Say> {
    let mut says = vec![Say::Service(wish.service.clone())];
    match told {
        Told::Asking => says.push(Say::key("kiosk.offer.asking")),
        Told::Unseen => says.push(Say::key("kiosk.offer.unseen")),
        Told::Place { .. } => says.extend(place(told)),
        Told::Refused(problem) => {
            let key = format!("problem.refusal.{}", problem.code);
            says = vec![Say::Sentence(key.into(), vec![("service", Say::Service(wish.service.clone()))])];
        }
    }
    says
}

/// What stands there to be read: what to bring, what it costs, how long it takes, who answers.
fn about(view: &View, wish: &Wish) -> Vec<Say> {
    let mut says = vec![Say::Service(wish.service.clone())];
    let Some((_, service)) = view.book.service(&wish.service, wish.language) else { return says };
    if service.documents.is_empty() {
        says.push(Say::key("kiosk.about.no-documents"));
    } else {
        says.push(Say::key("kiosk.about.documents"));
        says.extend(service.documents.iter().map(|document| Say::Document(document.code.clone())));
    }
    match service.fee_soum {
        Some(0) => says.extend(keys(&["kiosk.about.fee", "kiosk.about.free"])),
        Some(soum) => {
            says.push(Say::key("kiosk.about.fee"));
            says.push(Say::Sentence("kiosk.about.soum".into(), vec![("soum", Say::Amount(soum))]));
        }
        None => {}
    }
    if let Some(Term { days, unit }) = service.term {
        let days = u64::from(days);
        says.push(Say::key("kiosk.about.term"));
        says.push(match unit {
            DayUnit::Working => Say::Counted("kiosk.about.working".into(), days, vec![]),
            DayUnit::Calendar => Say::Counted("kiosk.about.calendar".into(), days, vec![]),
        });
    }
    if let Some(provider) = &service.provider {
        says.push(Say::key("kiosk.about.provider"));
        says.push(Say::key(format!("hall.provider.{}", provider.code)));
    }
    says
}

fn place(told: &Told) -> Vec<Say> {
    let Told::Place { ahead, wait_minutes, .. } = told else { return Vec::new() };
    let mut says = vec![match ahead {
        0 => Say::key("kiosk.number.first"),
        n => Say::Counted("kiosk.number.ahead".into(), u64::from(*n), vec![]),
    }];
    if let Some(wait) = wait_minutes {
        let minutes = ("minutes", Say::Minutes(wait.low, wait.high));
        says.push(Say::Counted("kiosk.number.wait".into(), u64::from(wait.high), vec![minutes]));
    }
    says
}

fn taken(slip: &Slip, copy: CopyOnPaper) -> Vec<Say> {
    let mut says = keys(&["kiosk.number.yours"]);
    says.push(Say::Ticket(slip.number.clone()));
    says.extend(place(&slip.told));
    says.extend(match (copy, slip.wish.medium) {
        (CopyOnPaper::Doubtful(..), _) => keys(&["kiosk.number.counts", "kiosk.number.doubtful"]),
        (_, Medium::Screen) => keys(&["kiosk.number.photograph"]),
        (_, Medium::Paper) => keys(&["kiosk.number.take-paper"]),
    });
    says.push(Say::key("kiosk.number.then"));
    says
}

fn sorry(wish: &Wish, why: &Sorry) -> Vec<Say> {
    match why {
        Sorry::Refused(problem) => offer(wish, &Told::Refused(problem.clone())),
        Sorry::NotAdmitted => keys(&["kiosk.sorry.not-admitted", "kiosk.sorry.ask-staff"]),
        Sorry::NoNumber => keys(&["kiosk.sorry.no-number", "kiosk.sorry.ask-staff"]),
        Sorry::NotRecorded => keys(&["kiosk.sorry.not-recorded", "kiosk.sorry.ask-staff"]),
        Sorry::NoPrinter(fault) => keys(&[fault.key(), "kiosk.sorry.on-screen-hint"]),
    }
}

fn keys(all: &[&'static str]) -> Vec<Say> {
    all.iter().map(|key| Say::key(*key)).collect()
}
