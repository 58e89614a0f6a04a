//! Every screen in five languages, both directions and every size of text: no word is cut off, no target is small, none
//! leaves the screen, and whatever lies under the edge of a list can be brought up by a button.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;

use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions, mock_elapsed_time,
};
use kiosk::{
    driver::{Link, View},
    face,
    session::{Comfort, Contrast, Fault, Panel, Presence, Reach, Readiness, Screen, TextSize},
    ui::{Face, KioskWindow, Theme, Words},
};
use slint::{ComponentHandle, Model};
use std::{sync::Arc, time::Duration};
use words::Lang;

/// Longer than the guard against the second tap of a double tap.
const SETTLED: Duration = Duration::from_millis(500);
/// 20 mm on the panel the tokens are made for.
const TOUCH_PX: f32 = 96.0;
/// A key of the keyboard is as high as a target but only a twelfth of the screen wide.
const KEY_PX: f32 = 60.0;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Area {
    left: f32,
    top: f32,
    right: f32,
    foot: f32,
}

impl Area {
    fn of(element: &ElementHandle) -> Area {
        let (at, size) = (element.absolute_position(), element.size());
        Area { left: at.x, top: at.y, right: at.x + size.width, foot: at.y + size.height }
    }

    /// A point.
    fn middle(self) -> Area {
        let (x, y) = ((self.left + self.right) / 2.0, (self.top + self.foot) / 2.0);
        Area { left: x, top: y, right: x, foot: y }
    }

    fn holds(self, other: Area) -> bool {
        const SLACK: f32 = 1.5;
        other.left >= self.left - SLACK
            && other.right <= self.right + SLACK
            && other.top >= self.top - SLACK
            && other.foot <= self.foot + SLACK
    }
}

fn window(width: u32, height: u32) -> KioskWindow {
    slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    })))
    .unwrap();
    let window = KioskWindow::new().unwrap();
    face::bind(&window, |_| {});
    let words = window.global::<Words>();
    words.set_measures(true);
    words.on_longest_word(|text| longest_word(&text).into());
    window.window().set_size(slint::PhysicalSize::new(width, height));
    window.show().unwrap();
    window
}

/// What a line cannot be broken in: lines end at spaces, and after hyphens and slashes.
fn longest_word(text: &str) -> &str {
    let ends = |letter: char| letter.is_whitespace() || ['-', '–', '—', '/', '…'].contains(&letter);
    text.split(ends).max_by_key(|word| word.chars().count()).unwrap_or_default()
}

/// Every view of a language: each screen, and what lies over one.
fn views(lang: Lang, comfort: Comfort) -> Vec<(String, View)> {
    let book = Arc::new(sample::book());
    let mut views: Vec<(String, View)> = sample::screens(lang)
        .into_iter()
        .filter(|(_, screen)| *screen != Screen::Asleep)
        .map(|(name, screen)| (name.to_owned(), sample::view(&book, screen)))
        .collect();
    views.extend(sample::rungs(&book, lang).into_iter().map(|(name, view)| (name.to_owned(), view)));
    for (name, presence, panel) in
        [("presence", Presence::Asked, Panel::Closed), ("comfort", Presence::Here, Panel::Comfort)]
    {
        let mut over = sample::view(&book, Screen::Offer { wish: sample::wish(lang), told: sample::told() });
        (over.shown.presence, over.shown.panel) = (presence, panel);
        views.push((name.to_owned(), over));
    }
    for (name, readiness, link) in [
        ("attract-no-catalogue", Readiness::NoCatalogue, Link::Down),
        ("attract-no-paper", Readiness::NoPrinter(Fault::PaperOut), Link::Down),
        ("attract-two-hubs", Readiness::Ready, Link::Fenced),
    ] {
        let mut trouble = sample::view(&book, Screen::Attract);
        (trouble.shown.readiness, trouble.link) = (readiness, link);
        views.push((format!("{name}-{lang}"), trouble));
    }
    views.iter_mut().for_each(|(_, view)| view.shown.comfort = comfort);
    views
}

fn everything_fits(window: &KioskWindow, comfort: Comfort) {
    let size = window.window().size();
    #[expect(clippy::cast_precision_loss, reason = "sizes of screens")]
    let screen = Area { left: 0.0, top: 0.0, right: size.width as f32, foot: size.height as f32 };
    let mut cut = vec![];
    for lang in Lang::ALL {
        for (name, view) in views(lang, comfort) {
            face::show(window, &view);
            mock_elapsed_time(SETTLED);
            mock_elapsed_time(SETTLED);
            let whose = format!("{name} {lang} {comfort:?}");
            cut.extend(no_word_is_cut(window, &whose));
            words_fit(window, screen, &whose);
            targets_fit(window, screen, &whose);
        }
    }
    assert!(cut.is_empty(), "{}", cut.join("\n"));
}

/// What is cut off, or of a word that is broken in the middle.
fn no_word_is_cut(window: &KioskWindow, whose: &str) -> Vec<String> {
    let cuts: Vec<_> = ElementHandle::find_by_element_type_name(window, "Cut").collect();
    assert!(!cuts.is_empty(), "{whose}: nothing is written");
    let cut = cuts.iter().filter(|cut| cut.size().width > 1.5 || cut.size().height > 1.5);
    cut.map(|cut| format!("{whose}: {:?} of a text or a word, {:?}", cut.size(), Area::of(cut))).collect()
}

/// Words stand on the screen, and those of a button on the button: what is drawn beyond an edge is cut off by it.
fn words_fit(window: &KioskWindow, screen: Area, whose: &str) {
    let words: Vec<ElementHandle> = ElementHandle::find_by_element_type_name(window, "Shown").collect();
    assert!(!words.is_empty(), "{whose}: nothing is written");
    let pagers: Vec<Area> =
        ElementHandle::find_by_element_type_name(window, "Pager").map(|pager| Area::of(&pager)).collect();
    let buttons: Vec<Area> = ElementQuery::from_root(window)
        .match_descendants()
        .match_accessible_role(AccessibleRole::Button)
        .find_all()
        .iter()
        .map(Area::of)
        .collect();
    for word in words {
        let area = Area::of(&word);
        if area.left == area.right || area.top == area.foot {
            continue;
        }
        assert!(area.left >= -0.5 && area.right <= screen.right + 0.5, "{whose}: words leave the screen: {area:?}");
        let in_pager = pagers.iter().any(|pager| area.left >= pager.left - 20.0 && area.right <= pager.right + 20.0);
        // What a list holds may lie under its edge, behind other buttons; what lies over a screen has the screen behind it.
        if in_pager || whose.starts_with("presence") || whose.starts_with("comfort") {
            continue;
        }
        assert!(screen.holds(area), "{whose}: words end at {area:?}");
        let mut around = buttons.iter().filter(|button| button.holds(area.middle())).peekable();
        assert!(
            around.peek().is_none() || around.any(|button| button.holds(area)),
            "{whose}: words at {area:?} leave their button"
        );
    }
}

fn targets_fit(window: &KioskWindow, screen: Area, whose: &str) {
    let pagers: Vec<Area> =
        ElementHandle::find_by_element_type_name(window, "Pager").map(|pager| Area::of(&pager)).collect();
    let buttons: Vec<ElementHandle> =
        ElementQuery::from_root(window).match_descendants().match_accessible_role(AccessibleRole::Button).find_all();
    assert!(
        !buttons.is_empty() || whose.starts_with("taking") || whose.starts_with("printing"),
        "{whose}: nothing to press"
    );
    for button in &buttons {
        let (area, size, label) = (Area::of(button), button.size(), button.accessible_label());
        let least = if label.as_ref().is_some_and(|label| label.chars().count() <= 2) { KEY_PX } else { TOUCH_PX };
        assert!(size.width >= least && size.height >= TOUCH_PX - 0.5, "{whose}: {label:?} is small: {size:?}");
        assert!(
            area.left >= -0.5 && area.right <= screen.right + 0.5,
            "{whose}: {label:?} leaves the screen: {area:?}"
        );
        // What a pager holds may lie under its edge; everything else is in sight.
        let in_pager = pagers.iter().any(|pager| area.left >= pager.left - 20.0 && area.right <= pager.right + 20.0);
        assert!(in_pager || screen.holds(area), "{whose}: {label:?} ends at {area:?}");
    }
}

#[test]
fn as_it_is_designed() {
    let window = window(1080, 1920);
    everything_fits(&window, Comfort::default());
}

#[test]
fn with_the_largest_text() {
    let window = window(1080, 1920);
    for size in [TextSize::Large, TextSize::Largest] {
        everything_fits(&window, Comfort { size, contrast: Contrast::WhiteOnBlack, reach: Reach::Whole });
    }
}

#[test]
fn in_high_contrast() {
    let window = window(1080, 1920);
    // Colours break no word.
    window.global::<Words>().set_measures(false);
    for contrast in [Contrast::BlackOnWhite, Contrast::WhiteOnBlack] {
        everything_fits(&window, Comfort { contrast, ..Comfort::default() });
    }
}

#[test]
fn within_low_reach() {
    let window = window(1080, 1920);
    for size in [TextSize::Normal, TextSize::Largest] {
        everything_fits(&window, Comfort { size, contrast: Contrast::Day, reach: Reach::Low });
    }
    // Low reach is the lower half: nothing that can be pressed lies above it.
    let view = &views(Lang::Ru, Comfort { reach: Reach::Low, ..Comfort::default() })[3].1;
    face::show(&window, view);
    mock_elapsed_time(SETTLED);
    mock_elapsed_time(SETTLED);
    let buttons =
        ElementQuery::from_root(&window).match_descendants().match_accessible_role(AccessibleRole::Button).find_all();
    assert!(buttons.iter().all(|button| Area::of(button).top >= 960.0), "a button lies too high");
}

#[test]
fn lying_down() {
    let window = window(1920, 1080);
    // Lines are longer here, and no word was broken in shorter ones.
    window.global::<Words>().set_measures(false);
    for size in [TextSize::Normal, TextSize::Largest] {
        everything_fits(&window, Comfort { size, ..Comfort::default() });
    }
}

/// A list that is longer than the screen is moved by its buttons, and by nothing else.
#[test]
fn what_lies_under_the_edge_comes_up() {
    let window = window(1080, 1920);
    let comfort = Comfort { size: TextSize::Largest, ..Comfort::default() };
    let (_, view) = views(Lang::Ru, comfort).into_iter().find(|(name, _)| name == "classes").unwrap();
    face::show(&window, &view);
    mock_elapsed_time(SETTLED);
    mock_elapsed_time(SETTLED);
    // What lies under the edge is not there for a finger, nor for a screen reader before it is brought up.
    let book = sample::book();
    let last = book.classes(Lang::Ru).last().unwrap().name.clone();
    let foot = || ElementHandle::find_by_accessible_label(&window, &last).map(|row| Area::of(&row).foot).next();
    assert!(foot().is_none_or(|foot| foot > 1600.0), "the list is longer than the screen: {:?}", foot());
    let down = words::say(Lang::Ru, "kiosk.way.down");
    for _ in 0..6 {
        let button = ElementHandle::find_by_accessible_label(&window, down)
            .find(|element| element.accessible_role() == Some(AccessibleRole::Button))
            .unwrap();
        button.mock_single_click(slint::platform::PointerEventButton::Left);
        mock_elapsed_time(SETTLED);
    }
    assert!(foot().is_some_and(|foot| foot < 1600.0), "the last of the list is in sight: {:?}", foot());
    assert_eq!(window.global::<Theme>().get_contrast(), 0);
}

/// The next visitor's ticket is paper again.
#[test]
fn a_number_on_the_screen_leaves_nothing_behind() {
    let window = window(1080, 1920);
    let all = views(Lang::Ru, Comfort::default());
    let show = |wanted: &str| {
        let (_, view) = all.iter().find(|(name, _)| name == wanted).unwrap();
        face::show(&window, view);
    };
    let face = window.global::<Face>();
    show("offer-several");
    show("on-screen");
    assert!(face.get_on_screen());
    show("attract");
    assert!(!face.get_on_screen() && face.get_further().row_count() == 0 && face.get_found().row_count() == 0);
    show("printing");
    assert!(!face.get_on_screen());
}
