//! The window: puts a view on the screen, row by row.
//!
//! Rows are changed in their models, never the models themselves, so that a pulse goes on while something else changes
//! and only what changed is painted again. Deliberately absent: any decision; `view` and `layout` have made them.

use crate::{
    board::{Display, Freshness, Moment},
    languages::Languages,
    layout::{Layout, Screen, Shape},
    program::Face,
    ui::{Board, BoardWindow, Both, CallRow, Light, Middle},
    view::{self, Pair, View},
};
use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};
use std::{convert::Infallible, rc::Rc};
use wire::board::BoardCall;

/// A board's window.
pub struct Window {
    ui: BoardWindow,
    languages: Languages,
    diagonal_inch: f64,
    calls: Rc<VecModel<CallRow>>,
    earlier: Rc<VecModel<CallRow>>,
    shown: Option<(View, Layout)>,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Window {
    /// A window in these languages, on a screen of this diagonal.
    ///
    /// # Errors
    /// There is no screen.
    pub fn new(languages: Languages, diagonal_inch: f64) -> Result<Window, slint::PlatformError> {
        let ui = BoardWindow::new()?;
        let (calls, earlier) = (Rc::new(VecModel::default()), Rc::new(VecModel::default()));
        let board = ui.global::<Board>();
        board.set_calls(ModelRc::from(calls.clone()));
        board.set_earlier(ModelRc::from(earlier.clone()));
        board.set_window_title(words::say(languages.first(), "display.board.title").into());
        Ok(Window { ui, languages, diagonal_inch, calls, earlier, shown: None })
    }

    /// Slint's own handle.
    pub fn ui(&self) -> &BoardWindow {
        &self.ui
    }

    fn layout(&self) -> Layout {
        let window = self.ui.window();
        let size = window.size().to_logical(window.scale_factor());
        let (width_px, height_px) = (f64::from(size.width), f64::from(size.height));
        Layout::of(Screen { width_px, height_px, diagonal_inch: self.diagonal_inch })
    }

    fn paint(&self, view: &View, layout: &Layout) {
        let board = self.ui.global::<Board>();
        board.set_middle(match view.middle {
            view::Middle::Connecting => Middle::Connecting,
            view::Middle::Empty => Middle::Empty,
            view::Middle::Calls => Middle::Calls,
        });
        board.set_stale(matches!(view.freshness, Freshness::Stale | Freshness::Overtaken));
        put(&self.calls, &view.rows);
        put(&self.earlier, &view.earlier);
        board.set_page(index(view.page));
        board.set_pages(index(view.pages));
        board.set_clock(view.clock.as_str().into());
        board.set_date(both(&view.date));
        board.set_hall(both(&view.hall));
        if self.shown.as_ref().is_none_or(|(_, shown)| shown != layout) {
            self.measure(layout);
        }
        let said = |shown: &View| (shown.languages, shown.freshness) == (view.languages, view.freshness);
        if !self.shown.as_ref().is_some_and(|(shown, _)| said(shown)) {
            self.speak(Pair { first: view.languages.0, second: view.languages.1 }, view.freshness);
        }
    }

    fn measure(&self, layout: &Layout) {
        let board = self.ui.global::<Board>();
        board.set_portrait(layout.shape == Shape::Portrait);
        board.set_unit(px(layout.unit_px));
        board.set_number_size(px(layout.number_px));
        board.set_row_height(px(layout.row_px));
    }

    fn speak(&self, pair: Pair, freshness: Freshness) {
        let say = |key: &'static str| both(&pair.say(|lang| words::say(lang, key).to_owned()));
        let board = self.ui.global::<Board>();
        board.set_ticket(say("display.board.ticket"));
        board.set_counter(say("display.board.window"));
        board.set_earlier_title(say("display.board.earlier"));
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
        let layout = self.layout();
        let view = view::view(display, at, &layout, &self.languages);
        if self.shown.as_ref().is_none_or(|shown| *shown != (view.clone(), layout)) {
            self.paint(&view, &layout);
            self.shown = Some((view, layout));
        }
        Ok(())
    }
}

/// Makes a model equal to these rows, touching only what differs.
fn put(model: &VecModel<CallRow>, rows: &[view::Row]) {
    for (at, row) in rows.iter().map(painted).enumerate() {
        match model.row_data(at) {
            Some(there) if there == row => {}
            Some(_) => model.set_row_data(at, row),
            None => model.push(row),
        }
    }
    while model.row_count() > rows.len() {
        model.remove(model.row_count() - 1);
    }
}

fn painted(row: &view::Row) -> CallRow {
    CallRow {
        number: row.number.as_str().into(),
        counter: row.counter.as_str().into(),
        light: match row.light {
            view::Light::Serving => Light::Serving,
            view::Light::Called => Light::Called,
            view::Light::Bright => Light::Bright,
            view::Light::Pulsing => Light::Pulsing,
        },
        sentence: row.sentence.as_str().into(),
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
