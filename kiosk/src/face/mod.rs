//! The bridge between the driver's view and the window: sets the properties of `Face`, hands taps over.
//!
//! Models are replaced as a whole: a screen has at most a few dozen tiles. Deliberately absent: decisions.

mod form;
mod lists;
mod sentences;
mod technician;

use crate::{
    driver::{Link, View},
    figures, keyboard,
    keys::Key,
    session::{Comfort, Contrast, Panel, Presence, Reach, Readiness, Screen, Tap, TextSize, Turn},
    ui::{Choice, Face, KioskWindow, Page, Theme, Words},
};
use slint::platform::WindowEvent;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use std::rc::Rc;
use words::Lang;

/// Hands everything a visitor does to `tap`, and gives the window its sentences.
pub fn bind(window: &KioskWindow, tap: impl Fn(Tap) + 'static) {
    window.global::<Words>().on_say(|key, language| {
        let lang = usize::try_from(language).ok().and_then(|i| Lang::ALL.get(i)).copied().unwrap_or_default();
        words::lookup(lang, &key).map_or(key, SharedString::from)
    });
    let tap: Rc<dyn Fn(Tap)> = Rc::new(tap);
    bind_choices(window, &tap);
    bind_deeds(window, &tap);
    technician::bind(window, &tap);
    form::bind(window, &tap);
}

/// What a code means.
type Make = fn(&str) -> Option<Tap>;

/// Callbacks that carry a code.
fn bind_choices(window: &KioskWindow, tap: &Rc<dyn Fn(Tap)>) {
    let face = window.global::<Face>();
    let with_code = |make: Make| {
        let tap = Rc::clone(tap);
        move |code: SharedString| make(&code).into_iter().for_each(|made| tap(made))
    };
    face.on_choose_language(with_code(|code| code.parse().ok().map(Tap::Language)));
    face.on_choose_purpose(with_code(|code| code.parse().ok().map(Tap::Purpose)));
    face.on_choose_category(with_code(|code| Some(Tap::Category(code.to_owned()))));
    face.on_choose_service(with_code(|code| Some(Tap::Service(code.to_owned()))));
    face.on_choose_found(with_code(|code| {
        let (category, service) = code.split_once(' ')?;
        Some(Tap::Found { category: category.to_owned(), service: service.to_owned() })
    }));
    face.on_press(with_code(|does| keyboard::stroke(does).map(Tap::Stroke)));
    face.on_without(with_code(|code| Some(Tap::Without(code.to_owned()))));
    face.on_choose_class(with_code(|code| {
        Some(Tap::Turn(if code.is_empty() { Turn::Ordinary } else { Turn::Declared(code.to_owned()) }))
    }));
    face.on_choose_size(with_code(|code| TextSize::ALL.into_iter().find(|size| size.code() == code).map(Tap::Size)));
    face.on_choose_contrast(with_code(|code| {
        Contrast::ALL.into_iter().find(|contrast| contrast.code() == code).map(Tap::Contrast)
    }));
    face.on_choose_reach(with_code(|code| Reach::ALL.into_iter().find(|reach| reach.code() == code).map(Tap::Reach)));
}

/// Callbacks that carry nothing.
fn bind_deeds(window: &KioskWindow, tap: &Rc<dyn Fn(Tap)>) {
    let face = window.global::<Face>();
    let plain = |what: Tap| bind_to(tap, what);
    face.on_search(plain(Tap::Search));
    face.on_about(plain(Tap::About));
    face.on_print_list(plain(Tap::PrintList));
    face.on_add_service(plain(Tap::Further));
    face.on_ask_classes(plain(Tap::Classes));
    face.on_take(plain(Tap::Take));
    face.on_take_on_screen(plain(Tap::OnScreen));
    face.on_print_again(plain(Tap::Again));
    face.on_print_copy(plain(Tap::Copy));
    face.on_done(plain(Tap::Done));
    face.on_open_comfort(plain(Tap::Comfort));
    face.on_close_comfort(plain(Tap::Close));
    face.on_back(plain(Tap::Back));
    face.on_home(plain(Tap::Home));
    face.on_here(plain(Tap::Here));
}

/// A callback that always means the same.
fn bind_to(tap: &Rc<dyn Fn(Tap)>, what: Tap) -> impl FnMut() + 'static {
    let tap = Rc::clone(tap);
    move || tap(what.clone())
}

/// Hands on what the keys have reached, and what a keypad types that moves nothing in the window.
pub fn bind_keys(window: &KioskWindow, reached: impl Fn(&str) + 'static, typed: impl Fn(&str) -> bool + 'static) {
    let face = window.global::<Face>();
    face.on_reached(move |label| reached(&label));
    face.on_keypad(move |text| typed(&text));
}

/// A key that is wired to the kiosk, as if it stood on a keyboard.
pub fn press(window: &KioskWindow, key: Key) {
    let text: SharedString = match key {
        Key::Previous => slint::platform::Key::Backtab.into(),
        Key::Next => slint::platform::Key::Tab.into(),
        Key::Select => slint::platform::Key::Return.into(),
        Key::Headphones | Key::Repeat | Key::Slower | Key::Faster | Key::Louder | Key::Softer | Key::Service => return,
    };
    window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.window().dispatch_event(WindowEvent::KeyReleased { text });
}

/// Shows a view.
pub fn show(window: &KioskWindow, view: &View) {
    let face = window.global::<Face>();
    let screen = &view.shown.screen;
    let lang = screen.language().or_else(|| view.book.languages().first().copied()).unwrap_or_default();
    let index = Lang::ALL.iter().position(|other| *other == lang).and_then(|i| i32::try_from(i).ok());
    window.global::<Words>().set_language(index.unwrap_or_default());
    face.set_hall(view.book.hall(lang).into());
    let clock = view.minute.map(|minute| minute.strftime("%H:%M").to_string()).unwrap_or_default();
    face.set_clock(clock.into());
    face.set_date(match view.minute {
        Some(minute) => figures::long_date(minute.date(), lang).into(),
        None => words::say(lang, "kiosk.attract.no-time").into(),
    });
    face.set_reads_only(view.shown.readiness == Readiness::NoStorage);
    face.set_ready(view.shown.readiness != Readiness::NoCatalogue);
    face.set_trouble(sentences::trouble(view, lang));
    face.set_alone(view.link != Link::Up);
    face.set_asks_presence(view.shown.presence == Presence::Asked);
    comfortable(window, view.shown.comfort, lang);
    face.set_comfort(view.shown.panel == Panel::Comfort);
    sentences::set(&face, view, lang);
    lists::set(&face, view, lang);
    technician::set(&face, view, lang);
    form::set(&face, view, lang);
    face.set_page(page(screen));
}

fn page(screen: &Screen) -> Page {
    match screen {
        Screen::Asleep => Page::Asleep,
        Screen::Attract => Page::Attract,
        Screen::Purposes { .. } => Page::Purposes,
        Screen::Categories { .. } => Page::Categories,
        Screen::Services { .. } => Page::Services,
        Screen::Search { .. } => Page::Search,
        Screen::Offer { .. } => Page::Offer,
        Screen::About { .. } => Page::About,
        Screen::Classes { .. } => Page::Classes,
        Screen::Taking { .. } => Page::Taking,
        Screen::Printing { .. } => Page::Printing,
        Screen::Taken { .. } => Page::Taken,
        Screen::Stuck { .. } => Page::Stuck,
        Screen::Sorry { .. } => Page::Sorry,
        Screen::Form(_) => Page::Form,
        Screen::Sending { .. } => Page::Sending,
        Screen::Filed { .. } => Page::Filed,
        Screen::Question(_) => Page::Question,
        Screen::Progress(_) => Page::Progress,
        Screen::Pin { .. } => Page::Pin,
        Screen::Service(_) => Page::Service,
    }
}

fn comfortable(window: &KioskWindow, comfort: Comfort, lang: Lang) {
    let face = window.global::<Face>();
    let theme = match comfort.contrast {
        Contrast::Day => 0,
        Contrast::Night => 1,
        Contrast::BlackOnWhite => 2,
        Contrast::WhiteOnBlack => 3,
    };
    window.global::<Theme>().set_contrast(theme);
    face.set_text_times(comfort.size.times());
    face.set_low(comfort.reach == Reach::Low);
    let step = |code: &'static str, name: &'static str, chosen| Choice {
        code: code.into(),
        name: name.into(),
        hint: SharedString::default(),
        chosen,
        long_word: false,
    };
    let sizes = TextSize::ALL.map(|size| step(size.code(), words::say(lang, size.key()), size == comfort.size));
    face.set_sizes(model(sizes.into()));
    let contrasts = Contrast::ALL.map(|c| step(c.code(), words::say(lang, c.key()), c == comfort.contrast));
    face.set_contrasts(model(contrasts.into()));
    let reaches = Reach::ALL.map(|reach| step(reach.code(), words::say(lang, reach.key()), reach == comfort.reach));
    face.set_reaches(model(reaches.into()));
}

fn model<T: Clone + 'static>(all: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(all))
}
