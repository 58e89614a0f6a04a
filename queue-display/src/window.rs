//! The window: puts a view on the screen, row by row.
//!
//! Rows are changed in their models, never the models themselves, so that a pulse goes on while something else changes
//! and only what changed is painted again. Deliberately absent: any decision; `view`, `post` and `layout` have made them.

use crate::{
    board::{Display, Freshness, Moment},
    layout::{Layout, Shape},
    program::Face,
    ui::{Board, BoardWindow, Both, CallRow, Card, Light, Lobby, LobbyLine, Middle, NextRow, Own, Urgency, Way},
    view::{self, Pair, View},
};
use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};
use std::{convert::Infallible, rc::Rc};
use wire::{
    board::BoardCall,
    display::{Arrow, Flash, Severity},
};

/// Between two numbers of one line.
const BETWEEN: &str = "\u{2003}";

/// A board's window.
pub struct Window {
    ui: BoardWindow,
    calls: Rc<VecModel<CallRow>>,
    earlier: Rc<VecModel<CallRow>>,
    next: Rc<VecModel<NextRow>>,
    lines: Rc<VecModel<LobbyLine>>,
    shown: Option<View>,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Window {
    /// A window that shows nothing yet.
    ///
    /// # Errors
    /// There is no screen.
    pub fn new() -> Result<Window, slint::PlatformError> {
        let ui = BoardWindow::new()?;
        let (calls, earlier) = (Rc::new(VecModel::default()), Rc::new(VecModel::default()));
        let (next, lines) = (Rc::new(VecModel::default()), Rc::new(VecModel::default()));
        let board = ui.global::<Board>();
        board.set_calls(ModelRc::from(calls.clone()));
        board.set_earlier(ModelRc::from(earlier.clone()));
        board.set_next(ModelRc::from(next.clone()));
        ui.global::<Lobby>().set_lines(ModelRc::from(lines.clone()));
        Ok(Window { ui, calls, earlier, next, lines, shown: None })
    }

    /// Slint's own handle.
    pub fn ui(&self) -> &BoardWindow {
        &self.ui
    }

    fn size_px(&self) -> (f64, f64) {
        let window = self.ui.window();
        let size = window.size().to_logical(window.scale_factor());
        (f64::from(size.width), f64::from(size.height))
    }

    fn paint(&self, view: &View) {
        let board = self.ui.global::<Board>();
        board.set_middle(match &view.middle {
            view::Middle::Connecting => Middle::Connecting,
            view::Middle::Empty => Middle::Empty,
            view::Middle::Calls => Middle::Calls,
            view::Middle::Counter(_) => Middle::Counter,
            view::Middle::Lobby(_) => Middle::Lobby,
        });
        board.set_stale(matches!(view.freshness, Freshness::Stale | Freshness::Overtaken));
        put(&self.calls, view.rows.iter().map(painted));
        put(&self.earlier, view.earlier.iter().map(painted));
        put(
            &self.next,
            view.next
                .iter()
                .map(|next| NextRow { name: next.name.as_str().into(), numbers: next.numbers.join(BETWEEN).into() }),
        );
        board.set_page(index(view.page));
        board.set_pages(index(view.pages));
        board.set_clock(view.clock.as_str().into());
        board.set_date(both(&view.date));
        board.set_hall(both(&view.hall));
        board.set_strip(card(view.strip.as_ref()));
        board.set_card(card(view.card.as_ref()));
        board.set_flashing(view.flash == Flash::Screen);
        self.paint_middle(view);
        if self.shown.as_ref().is_none_or(|shown| shown.layout != view.layout) {
            self.measure(&view.layout);
        }
        let said = |shown: &View| (shown.languages, shown.freshness) == (view.languages, view.freshness);
        if !self.shown.as_ref().is_some_and(said) {
            self.speak(Pair { first: view.languages.0, second: view.languages.1 }, view.freshness);
        }
    }

    fn paint_middle(&self, view: &View) {
        let pulses = |light: view::Light| light == view::Light::Pulsing;
        let mut pulsing = view.flash == Flash::Screen || view.rows.iter().any(|row| pulses(row.light));
        match &view.middle {
            view::Middle::Counter(own) => {
                let pair = Pair { first: view.languages.0, second: view.languages.1 };
                let ui = self.ui.global::<Own>();
                ui.set_counter(own.counter.as_str().into());
                ui.set_number(own.number.as_str().into());
                ui.set_light(light(own.light));
                ui.set_state(both(&pair.say(|lang| words::lookup(lang, own.state).unwrap_or_default().to_owned())));
                ui.set_sentence(own.sentence.as_str().into());
                pulsing = pulses(own.light) || view.flash == Flash::Screen;
            }
            view::Middle::Lobby(lines) => {
                put(&self.lines, lines.iter().map(line));
                self.ui.global::<Lobby>().set_columns(index(view.layout.line_columns));
            }
            view::Middle::Connecting | view::Middle::Empty | view::Middle::Calls => {}
        }
        self.ui.global::<Board>().set_pulsing(pulsing);
    }

    fn measure(&self, layout: &Layout) {
        let board = self.ui.global::<Board>();
        board.set_portrait(layout.shape == Shape::Portrait);
        board.set_bar(layout.shape == Shape::Bar);
        board.set_unit(px(layout.unit_px));
        board.set_number_size(px(layout.number_px));
        board.set_row_height(px(layout.row_px));
        board.set_columns(index(layout.columns));
    }

    fn speak(&self, pair: Pair, freshness: Freshness) {
        let say = |key: &'static str| both(&pair.say(|lang| words::say(lang, key).to_owned()));
        let board = self.ui.global::<Board>();
        board.set_window_title(words::say(pair.first, "display.board.title").into());
        board.set_ticket(say("display.board.ticket"));
        board.set_counter(say("display.board.window"));
        board.set_earlier_title(say("display.board.earlier"));
        board.set_next_title(say("display.next.title"));
        board.set_take(say("display.empty.take"));
        board.set_appear(say("display.empty.appear"));
        board.set_connecting(say("display.empty.connecting"));
        board.set_stale_title(match freshness {
            Freshness::Overtaken => say("display.stale.two-hubs"),
            Freshness::Starting | Freshness::Fresh | Freshness::Stale => say("display.stale.title"),
        });
        board.set_stale_ask(say("display.stale.ask"));
    }
}

impl Face for Window {
    type Error = Infallible;

    fn show(&mut self, at: Moment, display: &Display, _announced: Option<&BoardCall>) -> Result<(), Infallible> {
        let view = view::view(display, at, display.post(), self.size_px());
        if self.shown.as_ref() != Some(&view) {
            self.paint(&view);
            self.shown = Some(view);
        }
        Ok(())
    }
}

/// Makes a model equal to these rows, touching only what differs.
fn put<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: impl ExactSizeIterator<Item = T>) {
    let count = rows.len();
    for (at, row) in rows.enumerate() {
        match model.row_data(at) {
            Some(there) if there == row => {}
            Some(_) => model.set_row_data(at, row),
            None => model.push(row),
        }
    }
    while model.row_count() > count {
        model.remove(model.row_count() - 1);
    }
}

fn painted(row: &view::Row) -> CallRow {
    CallRow {
        number: row.number.as_str().into(),
        counter: row.counter.as_str().into(),
        way: match row.arrow {
            Arrow::Right => Way::Right,
            Arrow::Left => Way::Left,
            Arrow::Up => Way::Up,
            Arrow::Down => Way::Down,
        },
        light: light(row.light),
        sentence: row.sentence.as_str().into(),
    }
}

fn light(light: view::Light) -> Light {
    match light {
        view::Light::Serving => Light::Serving,
        view::Light::Called => Light::Called,
        view::Light::Bright => Light::Bright,
        view::Light::Pulsing => Light::Pulsing,
    }
}

fn line(line: &view::Line) -> LobbyLine {
    LobbyLine {
        category: line.category.as_str().into(),
        name: line.name.as_str().into(),
        waiting: line.waiting.as_str().into(),
        wait: line.wait.as_str().into(),
        open: line.open == view::Open::Yes,
    }
}

fn card(card: Option<&view::Card>) -> Card {
    let Some(card) = card else { return Card::default() };
    Card {
        title: card.title.as_str().into(),
        text: card.text.as_str().into(),
        urgency: match card.severity {
            Severity::Minor => Urgency::Calm,
            Severity::Moderate => Urgency::Banner,
            Severity::Severe | Severity::Extreme => Urgency::Alert,
        },
    }
}

fn both(both: &view::Both) -> Both {
    Both { first: SharedString::from(both.first.as_str()), second: SharedString::from(both.second.as_str()) }
}

fn index(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "Slint's lengths are single floats")]
fn px(length: f64) -> f32 {
    length as f32
}
