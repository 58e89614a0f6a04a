//! What the screen shows now: a header, a face's middle, what stands beside it, sentences in two languages.
//!
//! Whatever a face shows besides, a call is never hidden: an alert takes a screen's place for everything but the calls.
//! Deliberately absent: places and colours (Slint), and pulses (a row is told to pulse, Slint does).

mod aside;
mod calls;
mod counter;
mod lobby;

pub use aside::{Card, Next};
pub use calls::{Light, PAGE_MS, Row};
pub use counter::Own;
pub use lobby::{Line, Open};

use crate::{
    board::{Display, Freshness, Moment},
    clock,
    layout::{Layout, Parts, Screen, Shape, Strip},
    post::{Face, Post},
};
use wire::{
    board::Board,
    display::{Flash, Notice},
};
use words::Lang;

/// The middle of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Middle {
    /// Nothing is known yet.
    Connecting,
    /// Nobody is called: what to do.
    Empty,
    /// Current calls.
    Calls,
    /// One counter.
    Counter(Own),
    /// Who waits where.
    Lobby(Vec<Line>),
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
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// What the middle shows.
    pub middle: Middle,
    /// How far it can be trusted.
    pub freshness: Freshness,
    /// The calls of this page.
    pub rows: Vec<Row>,
    /// Calls that are over, newest first; none are lit.
    pub earlier: Vec<Row>,
    /// Who is next.
    pub next: Vec<Next>,
    /// The line at the foot.
    pub strip: Option<Card>,
    /// The card beside the calls.
    pub card: Option<Card>,
    /// Whether the whole screen lights up now.
    pub flash: Flash,
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
    /// How large everything is.
    pub layout: Layout,
}

/// What a display shows at a moment on a screen of this many pixels.
pub fn view(display: &Display, at: Moment, post: &Post, (width_px, height_px): (f64, f64)) -> View {
    let both = Pair { first: post.languages.first(), second: post.languages.second(at) };
    let nothing = Board::default();
    let board = display.board().unwrap_or(&nothing);
    let notices = display.home().map_or(&[][..], |home| &home.notices);
    let face = face(post, notices);
    let strip = aside::strip(&face, notices, &post.languages, at);
    let next = aside::next(display);
    let parts = Parts { face: &face, strip: strip.as_ref().map_or(Strip::Absent, |_| Strip::There), next: next.len() };
    let screen = Screen { width_px, height_px, diagonal_inch: post.diagonal_inch, read_from_m: post.read_from_m };
    let layout = Layout::of(screen, parts);
    let calls = calls::page(board, layout.calls(), at);
    let (page, pages, lines) = match face {
        Face::Lobby => {
            let lines = lobby::page(display, &post.languages, &layout, at);
            (lines.page, lines.pages, lines.of_page)
        }
        Face::Hall | Face::Counter(_) | Face::Information => (calls.page, calls.pages, vec![]),
    };
    let time = display.hub_time(at);
    let card = aside::card(&face, notices, &post.languages, at);
    // A bar has no room for a card.
    let (strip, card) = if layout.shape == Shape::Bar { (strip.or(card), None) } else { (strip, card) };
    View {
        middle: match (display.board(), &face) {
            (None, _) => Middle::Connecting,
            (Some(board), Face::Counter(counter)) => Middle::Counter(counter::own(display, board, counter, both.first)),
            (Some(_), Face::Lobby) if display.home().is_none() => Middle::Connecting,
            (Some(_), Face::Lobby) => Middle::Lobby(lines),
            (Some(board), Face::Hall | Face::Information) if board.calls.is_empty() => Middle::Empty,
            (Some(_), Face::Hall | Face::Information) => Middle::Calls,
        },
        freshness: display.freshness(at),
        rows: calls.of_page.iter().map(|call| calls::lit(display, board, call, post, both.first)).collect(),
        earlier: board.recent.iter().take(layout.earlier).map(|call| calls::over(call, post, both.first)).collect(),
        next: aside::turn(display, &next, layout.next, both.first, at),
        card,
        strip,
        flash: if calls::announced_here(display, &face) { post.flash } else { Flash::Row },
        page,
        pages,
        clock: time.map(clock::hour_and_minute).unwrap_or_default(),
        date: both.say(|lang| time.map(|time| clock::date(lang, time)).unwrap_or_default()),
        hall: both.say(|lang| display.names(lang).map(|names| names.hall.clone()).unwrap_or_default()),
        languages: (both.first, both.second),
        layout,
    }
}

/// An alert needs room on every screen that is not one counter's own.
fn face(post: &Post, notices: &[Notice]) -> Face {
    match &post.face {
        Face::Hall | Face::Lobby if notices.iter().any(|notice| aside::urgent(notice.severity)) => Face::Information,
        Face::Information if notices.is_empty() => Face::Hall,
        face @ (Face::Hall | Face::Counter(_) | Face::Lobby | Face::Information) => face.clone(),
    }
}

/// One page of something that has several.
struct Page<T> {
    of_page: Vec<T>,
    page: usize,
    pages: usize,
}

/// Which of so many has its turn, each for as long.
fn turn_of(count: usize, ms: u64, at: Moment) -> usize {
    usize::try_from(at.0 / ms).unwrap_or(0) % count.max(1)
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

#[cfg(test)]
mod tests;
