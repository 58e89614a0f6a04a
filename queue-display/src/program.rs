//! The program around the board: an event comes in, the board moves, a face shows it.
//!
//! A face is a window, or lines of JSON; they share everything else. The voice is told each announcement as its turn
//! begins; neither knows of the other, so that a board without a screen speaks and one without a loudspeaker shows.
//! Deliberately absent: the event loop, which belongs to whoever shows.

use crate::{
    board::{Display, Event, Moment},
    post::Orders,
    voice::{Speech, Voice},
};
use std::{convert::Infallible, time::Instant};
use wire::board::BoardCall;

/// How often time goes on by itself.
pub const TICK_MS: u64 = 200;

/// What shows a board.
pub trait Face {
    /// Why it cannot.
    type Error;

    /// These alerts are to be heard now: for who reads and does not see. A screen shows them anyway.
    fn alerts(&mut self, _alerts: &[String]) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Shows the board as it is now, and announces a call if it is one's turn.
    fn show(&mut self, at: Moment, display: &Display, announced: Option<&BoardCall>) -> Result<(), Self::Error>;
}

/// A display, its face and its voice.
#[derive(Debug)]
pub struct Program<F> {
    began: Instant,
    display: Display,
    face: F,
    voice: Option<Voice>,
}

/// No face: a screen that is off.
#[derive(Debug)]
pub struct Dark;

impl Face for Dark {
    type Error = Infallible;

    fn show(&mut self, _: Moment, _: &Display, _: Option<&BoardCall>) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Program<Dark> {
    /// A program that began at `began`, without a face and without a voice.
    pub fn new(began: Instant) -> Program<Dark> {
        Program { began, display: Display::new(Moment(0)), face: Dark, voice: None }
    }
}

impl<F: Face> Program<F> {
    /// The same with another face: what it knows it shows there.
    pub fn facing<G: Face>(self, face: G) -> Program<G> {
        let Program { began, display, face: _, voice } = self;
        Program { began, display, face, voice }
    }

    /// With a voice, if there is one.
    #[must_use]
    pub fn speaking(self, voice: Option<Voice>) -> Program<F> {
        Program { voice, ..self }
    }

    /// With orders that stand above what the hub says.
    #[must_use]
    pub fn ordered(self, orders: Orders) -> Program<F> {
        Program { display: self.display.ordered(orders), ..self }
    }

    /// With turns of another length, where no voice speaks.
    #[must_use]
    pub fn with_turns(self, turn_ms: u64) -> Program<F> {
        Program { display: self.display.with_turns(turn_ms), ..self }
    }

    /// Takes an event that came at `now`.
    pub fn take(&mut self, now: Instant, event: Event) -> Result<(), F::Error> {
        let ms = now.saturating_duration_since(self.began).as_millis();
        let at = Moment(u64::try_from(ms).unwrap_or(u64::MAX));
        let announced = self.display.handle(at, event);
        if let (Some(call), Some(voice)) = (&announced, &mut self.voice) {
            match voice.announce(at, &self.display) {
                Speech::Begins => drop(self.display.handle(at, Event::Speaks { call_seq: call.call_seq })),
                Speech::None => {}
            }
        }
        let alerts = self.display.alerts(at);
        if !alerts.is_empty() {
            tracing::warn!(?alerts, "alerts to be heard: {alerts:?}");
            if let Some(voice) = &mut self.voice {
                voice.alert(at, &self.display);
            }
            self.face.alerts(&alerts)?;
        }
        self.face.show(at, &self.display, announced.as_ref())
    }
}
