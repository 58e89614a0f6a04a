//! What the screen shows now: rows, their light, the page, sentences in two languages.
//!
//! Called visitors come before served ones, the newest first. When there are more calls than rows, those being called
//! keep their place and the rest take turns in the rows left, so nothing is dropped. Deliberately absent: places and
//! colours (Slint), and pulses (a row is told to pulse, Slint does).

use crate::{
    announce::Place,
    board::{Display, Freshness, Moment, is_called},
    clock,
    languages::Languages,
    layout::Layout,
};
use wire::board::{Board, BoardCall};
use words::Lang;

/// How long a page stands.
pub const PAGE_MS: u64 = 8_000;

/// How a row is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// The visitor is being served.
    Serving,
    /// Called a while ago, still looked for.
    Called,
    /// Called last, or about to be announced.
    Bright,
    /// Announced now.
    Pulsing,
}

/// One call as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The ticket's number.
    pub number: String,
    /// The counter.
    pub counter: String,
    /// How it is lit.
    pub light: Light,
    /// The call as a sentence, for who cannot see it.
    pub sentence: String,
}

/// The middle of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Middle {
    /// Nothing is known yet.
    Connecting,
    /// Nobody is called: what to do.
    Empty,
    /// Rows.
    Calls,
}

/// Something in the two languages of the moment; the second is empty on a board of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Both {
    /// In the first language.
    pub first: String,
    /// In the second.
    pub second: String,
}

/// The whole screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What the middle shows.
    pub middle: Middle,
    /// How far it can be trusted.
    pub freshness: Freshness,
    /// The rows of this page.
    pub rows: Vec<Row>,
    /// Calls that are over, newest first; none are lit.
    pub earlier: Vec<Row>,
    /// This page, from 0.
    pub page: usize,
    /// All pages.
    pub pages: usize,
    /// The hub's time.
    pub clock: String,
    /// The hub's date.
    pub date: Both,
    /// The hall's name.
    pub hall: Both,
    /// The languages of the moment.
    pub languages: (Lang, Option<Lang>),
}

/// What the screen shows at a moment.
pub fn view(display: &Display, at: Moment, layout: &Layout, languages: &Languages) -> View {
    let both = Pair { first: languages.first(), second: languages.second(at) };
    let nothing = Board::default();
    let board = display.board().unwrap_or(&nothing);
    let calls = in_order(board);
    let Page { calls: on_page, page, pages } = page(&calls, layout.rows, at);
    let newest = board.calls.iter().find(|call| is_called(call)).map(|call| call.call_seq);
    let time = display.hub_time(at);
    View {
        middle: match (display.board(), calls.is_empty()) {
            (None, _) => Middle::Connecting,
            (Some(_), true) => Middle::Empty,
            (Some(_), false) => Middle::Calls,
        },
        freshness: display.freshness(at),
        rows: on_page.into_iter().map(|call| row(call, light(display, call, newest), both.first)).collect(),
        earlier: board.recent.iter().take(layout.earlier).map(|call| row(call, Light::Serving, both.first)).collect(),
        page,
        pages,
        clock: time.map(clock::hour_and_minute).unwrap_or_default(),
        date: both.say(|lang| time.map(|time| clock::date(lang, time)).unwrap_or_default()),
        hall: both.say(|lang| display.hall_name(lang).to_owned()),
        languages: (both.first, both.second),
    }
}

/// The two languages of a moment.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// The first.
    pub first: Lang,
    /// The second, if there is one.
    pub second: Option<Lang>,
}

impl Pair {
    /// The same in both.
    pub fn say(self, what: impl Fn(Lang) -> String) -> Both {
        Both { first: what(self.first), second: self.second.map(what).unwrap_or_default() }
    }
}

struct Page<'a> {
    calls: Vec<&'a BoardCall>,
    page: usize,
    pages: usize,
}

fn in_order(board: &Board) -> Vec<&BoardCall> {
    let (called, serving): (Vec<_>, Vec<_>) = board.calls.iter().partition(|call| is_called(call));
    called.into_iter().chain(serving).collect()
}

/// Called ones stand, but for one row at least; the rest take turns.
fn page<'a>(calls: &[&'a BoardCall], rows: usize, at: Moment) -> Page<'a> {
    if calls.len() <= rows {
        return Page { calls: calls.to_vec(), page: 0, pages: 1 };
    }
    let standing = calls.iter().filter(|call| is_called(call)).count().min(rows - 1);
    let (standing, others) = calls.split_at(standing);
    let room = rows - standing.len();
    let pages = others.len().div_ceil(room);
    let page = usize::try_from(at.0 / PAGE_MS).unwrap_or(0) % pages;
    // The last page is filled up from the one before: a half empty board looks like a quiet hall.
    let from = (page * room).min(others.len() - room);
    Page { calls: [standing, &others[from..from + room]].concat(), page, pages }
}

fn light(display: &Display, call: &BoardCall, newest: Option<u64>) -> Light {
    match (is_called(call), display.place(call)) {
        (false, _) => Light::Serving,
        (true, Place::Now) => Light::Pulsing,
        (true, Place::Waiting) => Light::Bright,
        (true, Place::Over) if newest == Some(call.call_seq) => Light::Bright,
        (true, Place::Over) => Light::Called,
    }
}

fn row(call: &BoardCall, light: Light, lang: Lang) -> Row {
    let names = [("ticket", call.number.as_str()), ("window", call.counter.as_str())];
    let sentence = words::fill(lang, "display.board.call", &names);
    Row { number: call.number.clone(), counter: call.counter.clone(), light, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{announce::TURN_MS, board::Event, board::tests::call, layout::Screen};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use wire::board::{BoardChange, BoardEvent};

    const LAYOUT: Layout = Layout {
        shape: crate::layout::Shape::Landscape,
        unit_px: 8.0,
        number_px: 141.0,
        row_px: 160.0,
        rows: 3,
        earlier: 8,
    };

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

    fn seen(display: &Display, at: u64) -> View {
        view(display, Moment(at), &LAYOUT, &"uz-Latn,ru".parse().unwrap())
    }

    fn lights(display: &Display, at: u64) -> Vec<(String, Light)> {
        seen(display, at).rows.into_iter().map(|row| (row.number, row.light)).collect()
    }

    fn lit(rows: &[(&str, Light)]) -> Vec<(String, Light)> {
        rows.iter().map(|(number, light)| ((*number).to_owned(), *light)).collect()
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
    fn a_recall_pulses_again() {
        let mut display = showing(vec![]);
        change(&mut display, 0, BoardChange::Called { call: call("1", 1) });
        display.handle(Moment(TURN_MS), Event::Tick);
        assert_eq!(lights(&display, TURN_MS), lit(&[("A-001", Light::Bright)]));
        let again = BoardCall { call_seq: 2, ..call("1", 1) };
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
            rows in 1_usize..8,
        ) {
            let calls = (1..).zip(&stages).map(|(seq, called)| {
                if *called { call(&seq.to_string(), seq) } else { serving(&seq.to_string(), seq) }
            });
            let calls: Vec<BoardCall> = calls.collect();
            let display = showing(calls.clone());
            let layout = Layout { rows, ..LAYOUT };
            let languages = "uz-Latn".parse().unwrap();
            let first = view(&display, Moment(0), &layout, &languages);
            let mut shown = BTreeSet::new();
            for page in 0..first.pages {
                let at = Moment(u64::try_from(page).unwrap() * PAGE_MS);
                let view = view(&display, at, &layout, &languages);
                prop_assert_eq!((view.page, view.pages), (page, first.pages));
                prop_assert_eq!(view.rows.len(), rows.min(calls.len()));
                shown.extend(view.rows.into_iter().map(|row| row.number));
            }
            prop_assert_eq!(shown, calls.iter().map(|call| call.number.clone()).collect::<BTreeSet<_>>());
            if rows > 1 && let Some(newest) = calls.iter().find(|call| is_called(call)) {
                prop_assert_eq!(&first.rows[0].number, &newest.number);
            }
        }
    }

    #[test]
    fn dates_and_headings_stand_in_two_languages() {
        let mut display = showing(vec![]);
        let beat = wire::board::Beat { epoch: 1, at: "2026-03-21T05:00:00Z".to_owned() };
        display.handle(Moment(1), Event::Stream(BoardEvent::Beat(beat)));
        display.handle(Moment(1), Event::HallName { lang: Lang::Ru, name: "Зал".to_owned() });
        let layout = Layout::of(Screen { width_px: 1920.0, height_px: 1080.0, diagonal_inch: 43.0 });
        let view = view(&display, Moment(60_001), &layout, &"en,ru".parse().unwrap());
        assert_eq!(view.clock, "10:01");
        let both = |first: &str, second: &str| Both { first: first.to_owned(), second: second.to_owned() };
        assert_eq!(view.date, both("21 March 2026", "21 марта 2026 года"));
        assert_eq!(view.hall, both("", "Зал"));
    }
}
