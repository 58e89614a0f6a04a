//! The program around the board: an event comes in, the board moves, a face shows it.
//!
//! A face is a window, or lines of JSON; they share everything else. A voice will be one more face: it is told each
//! announcement as its turn begins. Deliberately absent: the event loop, which belongs to whoever shows.

use crate::board::{Display, Event, Moment};
use std::time::Instant;
use wire::board::BoardCall;

/// How often time goes on by itself.
pub const TICK_MS: u64 = 200;

/// What shows a board.
pub trait Face {
    /// Why it cannot.
    type Error;

    /// Shows the board as it is now, and announces a call if it is one's turn.
    fn show(&mut self, at: Moment, display: &Display, announced: Option<&BoardCall>) -> Result<(), Self::Error>;
}

/// A display and its face.
#[derive(Debug)]
pub struct Program<F> {
    began: Instant,
    display: Display,
    face: F,
}

impl<F: Face> Program<F> {
    /// A program that began at `began`.
    pub fn new(began: Instant, face: F) -> Program<F> {
        Program { began, display: Display::new(Moment(0)), face }
    }

    /// Takes an event that came at `now`.
    pub fn take(&mut self, now: Instant, event: Event) -> Result<(), F::Error> {
        let ms = now.saturating_duration_since(self.began).as_millis();
        let at = Moment(u64::try_from(ms).unwrap_or(u64::MAX));
        let announced = self.display.handle(at, event);
        self.face.show(at, &self.display, announced.as_ref())
    }
}
