//! One counter: whom it calls or serves, or why nobody sits there.

use super::calls::{Light, light};
use crate::board::Display;
use wire::{board::Board, display::CounterState};
use words::Lang;

/// What stands above one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The counter.
    pub counter: String,
    /// The ticket's number; empty while there is none.
    pub number: String,
    /// How it is lit.
    pub light: Light,
    /// Key of the sentence below.
    pub state: &'static str,
    /// The same as a sentence, for who cannot see it.
    pub sentence: String,
}

pub(super) fn own(display: &Display, board: &Board, counter: &str, lang: Lang) -> Own {
    let call = board.calls.iter().find(|call| call.counter == counter);
    let light = call.map_or(Light::Serving, |call| light(display, call, Some(call.call_seq)));
    let number = call.map(|call| call.number.clone()).unwrap_or_default();
    let state = match (call, light) {
        (Some(_), Light::Serving) => "display.counter.serving",
        (Some(_), Light::Called | Light::Bright | Light::Pulsing) => "display.counter.called",
        (None, _) => match stands(display, counter) {
            CounterState::Open => "display.counter.free",
            CounterState::Paused => "display.counter.paused",
            CounterState::Closed => "display.counter.closed",
            // Not known is not closed: only the counter's own number stands there.
            CounterState::Unknown => "display.counter.nobody",
        },
    };
    let sentence = match call {
        Some(call) => words::fill(lang, "display.board.call", &[("ticket", &call.number), ("window", counter)]),
        None => words::lookup(lang, state).unwrap_or_default().to_owned(),
    };
    Own { counter: counter.to_owned(), number, light, state, sentence }
}

fn stands(display: &Display, counter: &str) -> CounterState {
    let counters = display.home().map_or(&[][..], |home| &home.counters);
    counters.iter().find(|known| known.counter == counter).map_or(CounterState::Unknown, |known| known.state)
}
