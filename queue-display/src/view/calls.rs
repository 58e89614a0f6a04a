//! Current calls, their order, their light, their pages.
//!
//! Called visitors come before served ones, the newest first. When there are more calls than rows, those being called
//! keep their place and the rest take turns in the rows left, so nothing is dropped.

use super::{Page, turn_of};
use crate::{
    announce::Place,
    board::{Display, Moment, is_called},
    post::{Face, Post},
};
use wire::{
    board::{Board, BoardCall},
    display::Arrow,
};
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
    /// Where the counter lies.
    pub arrow: Arrow,
    /// How it is lit.
    pub light: Light,
    /// The call as a sentence, for who cannot see it.
    pub sentence: String,
}

/// Called ones stand, but for one row at least; the rest take turns.
pub(super) fn page(board: &Board, rows: usize, at: Moment) -> Page<&BoardCall> {
    let calls = in_order(board);
    if calls.len() <= rows {
        return Page { of_page: calls, page: 0, pages: 1 };
    }
    let standing = calls.iter().filter(|call| is_called(call)).count().min(rows - 1);
    let (standing, others) = calls.split_at(standing);
    let room = rows - standing.len();
    let pages = others.len().div_ceil(room);
    let page = turn_of(pages, PAGE_MS, at);
    // The last page is filled up from the one before: a half empty board looks like a quiet hall.
    let from = (page * room).min(others.len() - room);
    Page { of_page: [standing, &others[from..from + room]].concat(), page, pages }
}

fn in_order(board: &Board) -> Vec<&BoardCall> {
    let (called, serving): (Vec<_>, Vec<_>) = board.calls.iter().partition(|call| is_called(call));
    called.into_iter().chain(serving).collect()
}

/// A current call.
pub(super) fn lit(display: &Display, board: &Board, call: &BoardCall, post: &Post, lang: Lang) -> Row {
    let newest = board.calls.iter().find(|call| is_called(call)).map(|call| call.call_seq);
    row(call, light(display, call, newest), post, lang)
}

/// A call that is over.
pub(super) fn over(call: &BoardCall, post: &Post, lang: Lang) -> Row {
    row(call, Light::Serving, post, lang)
}

/// How a call is lit on a board whose newest call this is.
pub(super) fn light(display: &Display, call: &BoardCall, newest: Option<u64>) -> Light {
    match (is_called(call), display.place(call)) {
        (false, _) => Light::Serving,
        (true, Place::Now) => Light::Pulsing,
        (true, Place::Waiting) => Light::Bright,
        (true, Place::Over) if newest == Some(call.call_seq) => Light::Bright,
        (true, Place::Over) => Light::Called,
    }
}

/// Whether the call that is announced now is one this face shows.
pub(super) fn announced_here(display: &Display, face: &Face) -> bool {
    display.announcing().is_some_and(|turn| match face {
        Face::Counter(counter) => turn.call.counter == *counter,
        Face::Hall | Face::Information => true,
        Face::Lobby => false,
    })
}

fn row(call: &BoardCall, light: Light, post: &Post, lang: Lang) -> Row {
    let names = [("ticket", call.number.as_str()), ("window", call.counter.as_str())];
    let sentence = words::fill(lang, "display.board.call", &names);
    let (number, counter) = (call.number.clone(), call.counter.clone());
    Row { arrow: post.arrow(&counter), number, counter, light, sentence }
}
