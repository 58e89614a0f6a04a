//! Every screen as a screen reader has it, in five languages: each control has a role and a name in the language of the
//! screen, the keys reach them in the order of reading, and each can be used without a finger.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;

use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions, mock_elapsed_time,
};
use kiosk::{
    driver::View,
    face,
    keys::Key,
    session::{Panel, Presence, Screen, Tap},
    ui::KioskWindow,
};
use slint::ComponentHandle;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
    time::Duration,
};
use words::Lang;

/// Longer than the guard against the second tap of a double tap.
const SETTLED: Duration = Duration::from_millis(500);
/// One picture on the screen.
const FRAME: Duration = Duration::from_millis(20);
/// More than any screen has.
const CONTROLS_MAX: usize = 90;

/// Whole dots, so that places can be put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    left: i32,
    top: i32,
    right: i32,
    foot: i32,
}

impl Place {
    #[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
    fn of(element: &ElementHandle) -> Place {
        let (at, size) = (element.absolute_position(), element.size());
        let dots = |length: f32| length.round() as i32;
        Place { left: dots(at.x), top: dots(at.y), right: dots(at.x + size.width), foot: dots(at.y + size.height) }
    }
}

struct Reader {
    window: KioskWindow,
    taps: Rc<RefCell<Vec<Tap>>>,
    reached: Rc<RefCell<Vec<String>>>,
}

impl Reader {
    fn open() -> Reader {
        slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        })))
        .unwrap();
        let window = KioskWindow::new().unwrap();
        let taps: Rc<RefCell<Vec<Tap>>> = Rc::default();
        let reached: Rc<RefCell<Vec<String>>> = Rc::default();
        let (tapped, hears) = (Rc::clone(&taps), Rc::clone(&reached));
        face::bind(&window, move |tap| tapped.borrow_mut().push(tap));
        face::bind_keys(&window, move |label| hears.borrow_mut().push(label.to_owned()), |_| false);
        window.window().set_size(slint::PhysicalSize::new(1080, 1920));
        window.show().unwrap();
        Reader { window, taps, reached }
    }

    fn show(&self, view: &View) {
        face::show(&self.window, view);
        mock_elapsed_time(FRAME);
        mock_elapsed_time(SETTLED);
        mock_elapsed_time(SETTLED);
    }

    /// Where the controls are that can be used and whose words are theirs alone.
    fn places(&self) -> BTreeMap<String, Place> {
        let mut places = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for button in self.buttons().iter().filter(|button| button.accessible_enabled() != Some(false)) {
            let label = String::from(button.accessible_label().unwrap_or_default());
            let place = Place::of(button);
            if places.insert(label.clone(), place).is_some_and(|other| other != place) {
                twice.insert(label);
            }
        }
        places.retain(|label, _| !twice.contains(label));
        places
    }

    fn buttons(&self) -> Vec<ElementHandle> {
        ElementQuery::from_root(&self.window)
            .match_descendants()
            .match_accessible_role(AccessibleRole::Button)
            .find_all()
    }
}

/// Every view of a language: each screen, and what lies over one.
fn views(lang: Lang) -> Vec<(String, View)> {
    let book = Arc::new(sample::book());
    let screens = sample::screens(lang).into_iter();
    let mut views: Vec<(String, View)> =
        screens.map(|(name, screen)| (name.to_owned(), sample::view(&book, screen))).collect();
    views.extend(sample::rungs(&book, lang).into_iter().map(|(name, view)| (name.to_owned(), view)));
    for (name, presence, panel) in
        [("presence", Presence::Asked, Panel::Closed), ("comfort", Presence::Here, Panel::Comfort)]
    {
        let mut over = sample::view(&book, Screen::Offer { wish: sample::wish(lang), told: sample::told() });
        (over.shown.presence, over.shown.panel) = (presence, panel);
        views.push((name.to_owned(), over));
    }
    views
}

fn cyrillic(letter: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&letter)
}

/// A name of the other script. Single letters are ticket numbers and roman numerals.
fn foreign(text: &str, lang: Lang) -> bool {
    match lang {
        Lang::UzLatn | Lang::Kaa | Lang::En => text.chars().any(cyrillic),
        Lang::UzCyrl | Lang::Ru => text.split(|letter: char| !letter.is_alphabetic()).any(|word| {
            word.chars().count() > 2
                && word.chars().all(|letter| letter.is_ascii_alphabetic())
                && !word.chars().all(|c| "IVX".contains(c))
        }),
    }
}

fn has_names(reader: &Reader, name: &str, lang: Lang) {
    // The languages stand there in their own letters, and so do the keys; the dark screen has no visitor yet; a
    // technician's has units.
    let own_letters = !["attract", "asleep", "search", "service", "form"].iter().any(|other| name.starts_with(other));
    for button in reader.buttons() {
        let (label, hint) = (button.accessible_label().unwrap_or_default(), button.accessible_description());
        assert!(!label.trim().is_empty(), "{name} {lang}: a button without a name");
        for text in [label.as_str(), hint.as_deref().unwrap_or_default()] {
            assert!(!own_letters || !foreign(text, lang), "{name} {lang}: {text:?} is of another language");
        }
    }
    let texts = ElementQuery::from_root(&reader.window)
        .match_descendants()
        .match_accessible_role(AccessibleRole::Text)
        .find_all();
    // While a number is being found there is none to read.
    let says_nothing = |text: &&ElementHandle| text.accessible_label().is_some_and(|label| label.trim().is_empty());
    let silent = texts.iter().filter(says_nothing).map(Place::of).collect::<BTreeSet<_>>().len();
    assert!(silent <= usize::from(name == "taking"), "{name} {lang}: {silent} texts say nothing");
    assert!(!texts.is_empty() || !reader.buttons().is_empty(), "{name} {lang}: nothing to read");
}

#[test]
fn every_control_has_a_name_in_the_language_of_the_screen() {
    let reader = Reader::open();
    for lang in Lang::ALL {
        for (name, view) in views(lang) {
            reader.show(&view);
            has_names(&reader, &name, lang);
        }
    }
}

#[test]
fn every_control_can_be_used_without_a_finger() {
    let reader = Reader::open();
    for lang in [Lang::Ru, Lang::Kaa] {
        for (name, view) in views(lang) {
            reader.show(&view);
            for button in reader.buttons() {
                let label = button.accessible_label().unwrap_or_default();
                let (before, enabled) = (reader.taps.borrow().len(), button.accessible_enabled() != Some(false));
                button.invoke_accessible_default_action();
                let used = reader.taps.borrow().len() > before;
                assert_eq!(used, enabled, "{name} {lang}: {label:?}, enabled {enabled}");
            }
        }
    }
}

#[test]
fn the_keys_reach_everything_in_the_order_of_reading() {
    let reader = Reader::open();
    for lang in [Lang::UzLatn, Lang::Ru] {
        for (name, view) in views(lang) {
            if name == "asleep" {
                continue;
            }
            reader.show(&view);
            let over = name == "presence" || name == "comfort";
            let mut places = reader.places();
            // Keys that go down a list move it, and then there is no way further down.
            places
                .retain(|label, _| ["kiosk.way.up", "kiosk.way.down"].iter().all(|key| words::say(lang, key) != label));
            reader.reached.borrow_mut().clear();
            for _ in 0..CONTROLS_MAX {
                face::press(&reader.window, Key::Next);
                mock_elapsed_time(FRAME);
            }
            let reached = reader.reached.borrow().clone();
            // What is under the edge of a list is reached too, and not there for a reader before it comes up.
            let seen: Vec<&String> = reached.iter().filter(|label| places.contains_key(*label)).collect();
            let whose = format!("{name} {lang}");
            if over {
                // What lies under it is not for the keys.
                let labels = reader.buttons().iter().filter_map(ElementHandle::accessible_label).collect::<Vec<_>>();
                let over = |label: &String| labels.iter().any(|other| other == label);
                assert!(reached.iter().all(over) && !reached.is_empty(), "{whose}: {reached:?}");
                continue;
            }
            let first = places.iter().min_by_key(|(_, place)| (place.top, place.left)).map(|(label, _)| label);
            let begins = seen.iter().position(|label| Some(*label) == first);
            assert!(begins.is_some() || places.is_empty(), "{whose}: {first:?} is not reached: {reached:?}");
            let round: Vec<&String> = seen.into_iter().skip(begins.unwrap_or_default()).take(places.len()).collect();
            let all: BTreeSet<&String> = round.iter().copied().collect();
            assert_eq!(all, places.keys().collect(), "{whose}: the keys reach everything");
            for pair in round.windows(2) {
                let (one, next) = (places[pair[0]], places[pair[1]]);
                let below = next.top >= one.foot - 1;
                let beside = next.left >= one.right - 1 && next.foot > one.top;
                assert!(below || beside, "{whose}: {pair:?} are not read in this order");
            }
        }
    }
}
