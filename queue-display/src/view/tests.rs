//! What each face shows.

use super::{calls::Light, *};
use crate::{
    announce::TURN_MS,
    board::{Event, is_called, tests::call},
    languages::Languages,
    post::Orders,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use wire::{
    board::{BoardCall, BoardChange, BoardEvent},
    display::{Arrow, CounterNow, CounterState, DisplayFace, DisplayHome, DisplayPost, NextInLine, Severity},
    hall::{Catalogue, Category},
    layout::Wording,
    services::{HallNow, Service, ServiceNow, ServiceState},
    tickets::WaitMinutes,
};

/// A television of five rows.
const SCREEN: (f64, f64) = (1920.0, 1080.0);

fn serving(counter: &str, call_seq: u64) -> BoardCall {
    BoardCall { stage: "serving".to_owned(), ..call(counter, call_seq) }
}

fn showing(calls: Vec<BoardCall>) -> Display {
    let mut display = Display::new(Moment(0));
    let board = Board { epoch: 1, day: 1, calls, recent: Vec::new() };
    display.handle(Moment(0), Event::Stream(BoardEvent::Snapshot(board)));
    display
}

fn change(display: &mut Display, at: u64, change: BoardChange) {
    display.handle(Moment(at), Event::Stream(BoardEvent::Change(change)));
}

fn told(display: &mut Display, home: DisplayHome) {
    display.handle(Moment(0), Event::Home(Box::new(home)));
}

fn post(display: &Display, tags: &str) -> Post {
    let orders = Orders { languages: Some(tags.parse::<Languages>().unwrap()), ..Orders::default() };
    Post::of(&orders, display.home())
}

fn seen(display: &Display, at: u64) -> View {
    view(display, Moment(at), &post(display, "uz-Latn,ru"), SCREEN)
}

fn lights(display: &Display, at: u64) -> Vec<(String, Light)> {
    seen(display, at).rows.into_iter().map(|row| (row.number, row.light)).collect()
}

fn lit(rows: &[(&str, Light)]) -> Vec<(String, Light)> {
    rows.iter().map(|(number, light)| ((*number).to_owned(), *light)).collect()
}

fn of_face(face: DisplayFace, counter: Option<&str>) -> DisplayHome {
    let post = DisplayPost { face, counter: counter.map(str::to_owned), ..DisplayPost::default() };
    DisplayHome { post, epoch: 1, ..DisplayHome::default() }
}

fn notice(id: &str, severity: Severity) -> Notice {
    let wording = |lang: &str| format!("{id} {lang}");
    let title = Wording {
        uz_latn: wording("uz-Latn"),
        uz_cyrl: wording("uz-Cyrl"),
        ru: wording("ru"),
        kaa: wording("kaa"),
        en: wording("en"),
    };
    Notice { id: id.to_owned(), severity, text: Some(title.clone()), title }
}

#[test]
fn two_calls_in_one_instant_both_show_and_pulse_in_turn() {
    let mut display = showing(vec![]);
    change(&mut display, 10, BoardChange::Called { call: call("1", 1) });
    change(&mut display, 10, BoardChange::Called { call: call("2", 2) });
    assert_eq!(lights(&display, 10), lit(&[("A-002", Light::Bright), ("A-001", Light::Pulsing)]));
    display.handle(Moment(10 + TURN_MS), Event::Tick);
    assert_eq!(lights(&display, 10 + TURN_MS), lit(&[("A-002", Light::Pulsing), ("A-001", Light::Called)]));
    display.handle(Moment(10 + 2 * TURN_MS), Event::Tick);
    assert_eq!(lights(&display, 10 + 2 * TURN_MS), lit(&[("A-002", Light::Bright), ("A-001", Light::Called)]));
}

#[test]
fn a_row_pulses_for_as_long_as_the_voice_speaks_of_it() {
    let mut display = showing(vec![]);
    change(&mut display, 0, BoardChange::Called { call: call("1", 1) });
    display.handle(Moment(0), Event::Speaks { call_seq: 1 });
    display.handle(Moment(9_000), Event::Tick);
    assert_eq!(lights(&display, 9_000), lit(&[("A-001", Light::Pulsing)]));
    display.handle(Moment(9_100), Event::Spoke { call_seq: 1 });
    assert_eq!(lights(&display, 9_100), lit(&[("A-001", Light::Bright)]));
}

#[test]
fn a_recall_pulses_again() {
    let mut display = showing(vec![]);
    change(&mut display, 0, BoardChange::Called { call: call("1", 1) });
    display.handle(Moment(TURN_MS), Event::Tick);
    assert_eq!(lights(&display, TURN_MS), lit(&[("A-001", Light::Bright)]));
    let again = BoardCall { call_seq: 2, number: "A-001".to_owned(), ..call("1", 1) };
    change(&mut display, 20_000, BoardChange::Called { call: again });
    assert_eq!(lights(&display, 20_000), lit(&[("A-001", Light::Pulsing)]));
}

#[test]
fn a_call_that_is_over_leaves_to_the_earlier_ones() {
    let mut display = showing(vec![serving("1", 1)]);
    change(&mut display, 5, BoardChange::Over { counter: "1".to_owned(), call_seq: 1 });
    let view = seen(&display, 5);
    assert_eq!((view.middle, view.rows.len()), (Middle::Empty, 0));
    assert_eq!(view.earlier[0].sentence, "A-001 → 1-oyna");
}

#[test]
fn who_is_served_is_never_lit() {
    let mut display = showing(vec![]);
    change(&mut display, 0, BoardChange::Called { call: call("1", 1) });
    change(&mut display, 1, BoardChange::Serving { counter: "1".to_owned(), call_seq: 1 });
    assert_eq!(lights(&display, 1), lit(&[("A-001", Light::Serving)]));
}

#[test]
fn the_middle_says_what_is_known() {
    assert_eq!(seen(&Display::new(Moment(0)), 0).middle, Middle::Connecting);
    assert_eq!(seen(&showing(vec![]), 0).middle, Middle::Empty);
    assert_eq!(seen(&showing(vec![call("1", 1)]), 0).middle, Middle::Calls);
}

proptest! {
    #[test]
    fn pages_drop_nobody_and_who_is_called_stands_first(
        stages in prop::collection::vec(any::<bool>(), 0..40),
        height in 300.0..2_000.0_f64,
    ) {
        let calls = (1..).zip(&stages).map(|(seq, called)| {
            if *called { call(&seq.to_string(), seq) } else { serving(&seq.to_string(), seq) }
        });
        let calls: Vec<BoardCall> = calls.collect();
        let display = showing(calls.clone());
        let post = post(&display, "uz-Latn");
        let see = |at| view(&display, Moment(at), &post, (1_920.0, height));
        let first = see(0);
        let room = first.layout.calls();
        let mut shown = BTreeSet::new();
        for page in 0..first.pages {
            let view = see(u64::try_from(page).unwrap() * PAGE_MS);
            prop_assert_eq!((view.page, view.pages), (page, first.pages));
            prop_assert_eq!(view.rows.len(), room.min(calls.len()));
            shown.extend(view.rows.into_iter().map(|row| row.number));
        }
        prop_assert_eq!(shown, calls.iter().map(|call| call.number.clone()).collect::<BTreeSet<_>>());
        if room > 1 && let Some(newest) = calls.iter().find(|call| is_called(call)) {
            prop_assert_eq!(&first.rows[0].number, &newest.number);
        }
    }
}

fn names() -> Catalogue {
    let service =
        |code: &str, name: &str| Service { code: code.to_owned(), name: name.to_owned(), ..Service::default() };
    let category =
        |code: &str, name: &str, services| Category { code: code.to_owned(), name: name.to_owned(), services };
    Catalogue {
        language: "ru".to_owned(),
        hall: "Зал".to_owned(),
        categories: vec![
            category("A", "Справки", vec![service("A01", "О месте жительства"), service("A02", "О составе семьи")]),
            category("K", "Кадастр", vec![service("K01", "План участка")]),
        ],
        classes: vec![],
        outcomes: vec![],
    }
}

#[test]
fn dates_and_headings_stand_in_two_languages() {
    let mut display = showing(vec![]);
    let beat = wire::board::Beat { epoch: 1, at: "2026-03-21T05:00:00Z".to_owned() };
    display.handle(Moment(1), Event::Stream(BoardEvent::Beat(beat)));
    display.handle(Moment(1), Event::Names { lang: Lang::Ru, names: Box::new(names()) });
    let view = view(&display, Moment(60_001), &post(&display, "en,ru"), SCREEN);
    assert_eq!(view.clock, "10:01");
    let both = |first: &str, second: &str| Both { first: first.to_owned(), second: second.to_owned() };
    assert_eq!(view.date, both("21 March 2026", "21 марта 2026 года"));
    assert_eq!(view.hall, both("", "Зал"));
}

#[test]
fn an_arrow_points_where_the_counter_lies_from_this_display() {
    let mut display = showing(vec![call("1", 1), call("2", 2)]);
    let mut home = of_face(DisplayFace::Hall, None);
    home.post.arrows.insert("2".to_owned(), Arrow::Left);
    told(&mut display, home);
    let arrows: Vec<Arrow> = seen(&display, 0).rows.into_iter().map(|row| row.arrow).collect();
    assert_eq!(arrows, [Arrow::Right, Arrow::Left]);
}

#[test]
fn who_is_next_takes_turns_when_there_are_more_than_fit() {
    let mut display = showing(vec![]);
    let next = |letter: &str| NextInLine { category: letter.to_owned(), numbers: vec![format!("{letter}-001")] };
    let mut home = of_face(DisplayFace::Hall, None);
    home.next = ["A", "E", "K", "M", "O", "T"].map(next).into();
    home.next.push(NextInLine { category: "Z".to_owned(), numbers: vec![] });
    told(&mut display, home);
    let letters = |at| -> String {
        seen(&display, at)
            .next
            .iter()
            .flat_map(|next| &next.numbers)
            .filter_map(|number| number.chars().next())
            .collect()
    };
    assert_eq!([letters(0), letters(PAGE_MS), letters(2 * PAGE_MS)], ["AEKM", "KMOT", "AEKM"]);
}

#[test]
fn a_counter_says_whom_it_calls_or_why_it_is_empty() {
    let mut display = showing(vec![call("1", 1), serving("2", 2)]);
    let mut home = of_face(DisplayFace::Counter, Some("1"));
    let states = [("3", CounterState::Open), ("4", CounterState::Paused), ("5", CounterState::Closed)];
    home.counters =
        states.map(|(counter, state)| CounterNow { counter: counter.to_owned(), state }).into_iter().collect();
    let mut above = |counter: &str| {
        home.post.counter = Some(counter.to_owned());
        told(&mut display, home.clone());
        match seen(&display, 0).middle {
            Middle::Counter(own) => (own.number, own.light, own.state),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(above("1"), ("A-001".to_owned(), Light::Bright, "display.counter.called"));
    assert_eq!(above("2"), ("A-002".to_owned(), Light::Serving, "display.counter.serving"));
    assert_eq!(above("3"), (String::new(), Light::Serving, "display.counter.free"));
    assert_eq!(above("4").2, "display.counter.paused");
    assert_eq!(above("5").2, "display.counter.closed");
    assert_eq!(above("99").2, "display.counter.nobody");
}

#[test]
fn the_lobby_says_how_many_wait_and_how_long_or_why_not() {
    let mut display = showing(vec![]);
    display.handle(Moment(0), Event::Names { lang: Lang::Ru, names: Box::new(names()) });
    let now = |service: &str, state, waiting, wait_minutes| ServiceNow {
        service: service.to_owned(),
        state,
        why: None,
        opens: None,
        waiting,
        wait_minutes,
        counters_open: 1,
    };
    let mut home = of_face(DisplayFace::Lobby, None);
    home.now = HallNow {
        services: vec![
            now("A01", ServiceState::Open, 12, Some(WaitMinutes { low: 20, high: 30 })),
            now("A02", ServiceState::Suspended, 0, None),
            now("K01", ServiceState::Open, 0, None),
        ],
        ..HallNow::default()
    };
    told(&mut display, home);
    let Middle::Lobby(lines) = view(&display, Moment(0), &post(&display, "ru"), SCREEN).middle else { panic!() };
    let lines: Vec<_> =
        lines.iter().map(|l| (l.category.as_str(), l.name.as_str(), l.waiting.as_str(), l.wait.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("A", "О месте жительства", "12", "20–30 мин"),
            ("A", "О составе семьи", "", "Временно не оказывается"),
            ("K", "План участка", "0", "Без ожидания"),
        ]
    );
}

#[test]
fn a_notice_takes_turns_by_language_and_an_alert_takes_every_screen_but_hides_no_call() {
    let mut display = showing(vec![call("1", 1)]);
    let mut home = of_face(DisplayFace::Hall, None);
    home.notices = vec![notice("hours", Severity::Minor), notice("papers", Severity::Minor)];
    told(&mut display, home.clone());
    let strip = |display: &Display, at| seen(display, at).strip.map(|card| card.title);
    let said: Vec<_> = (0..5).map(|turn| strip(&display, turn * 10_000).unwrap()).collect();
    assert_eq!(said, ["hours uz-Latn", "hours ru", "papers uz-Latn", "papers ru", "hours uz-Latn"]);
    home.notices.insert(0, notice("storm", Severity::Moderate));
    told(&mut display, home.clone());
    assert_eq!(strip(&display, 20_000).unwrap(), "storm uz-Latn");
    home.notices.insert(0, notice("flood", Severity::Extreme));
    for face in [DisplayFace::Hall, DisplayFace::Lobby, DisplayFace::Information] {
        home.post.face = face;
        told(&mut display, home.clone());
        let view = seen(&display, 10_000);
        assert_eq!(view.card.map(|card| card.title), Some("flood ru".to_owned()), "{face:?}");
        assert_eq!(view.rows.len(), 1, "{face:?} hides a call");
    }
    home.post = DisplayPost { face: DisplayFace::Counter, counter: Some("1".to_owned()), ..DisplayPost::default() };
    home.notices.retain(|notice| notice.id != "storm");
    told(&mut display, home);
    assert_eq!(strip(&display, 0).unwrap(), "flood uz-Latn");
}

#[test]
fn the_whole_screen_lights_up_only_for_a_call_that_it_shows() {
    let mut display = showing(vec![]);
    let mut home = of_face(DisplayFace::Hall, None);
    home.post.flash = Flash::Screen;
    told(&mut display, home.clone());
    assert_eq!(seen(&display, 0).flash, Flash::Row);
    change(&mut display, 0, BoardChange::Called { call: call("1", 1) });
    assert_eq!(seen(&display, 0).flash, Flash::Screen);
    home.post.face = DisplayFace::Counter;
    for (counter, flash) in [("1", Flash::Screen), ("2", Flash::Row)] {
        home.post.counter = Some(counter.to_owned());
        told(&mut display, home.clone());
        assert_eq!(seen(&display, 0).flash, flash);
    }
}
