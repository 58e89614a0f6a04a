//! The port to a loudspeaker: one stretch of samples at a time, and word when it has been heard.
//!
//! Behind it are `aplay` (see [`crate::aplay`]), silence, and in tests a tape that keeps what was played.

use crate::chime::chime;
use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::channel},
    time::Duration,
};

/// A loudspeaker.
pub trait Sound: Send {
    /// Begins to play and returns at once; `ended` is called when the last sample was heard or nothing more will be.
    fn play(&mut self, samples: &[i16], ended: Ended) -> Result<(), SoundError>;
    /// How it went, after `ended`.
    fn settle(&mut self) -> Result<(), SoundError>;
    /// Silence, now. `ended` may still be called.
    fn stop(&mut self);
}

/// Word that a loudspeaker is free again.
pub struct Ended(Box<dyn FnOnce() + Send>);

impl Ended {
    /// What to do then.
    pub fn new(what: impl FnOnce() + Send + 'static) -> Ended {
        Ended(Box::new(what))
    }

    /// It has ended.
    pub fn tell(self) {
        (self.0)();
    }
}

/// Why nothing was heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// The program that plays is not there, or cannot be started.
    #[error("{program} cannot be started: {why}")]
    NoPlayer {
        /// Its name.
        program: String,
        /// Why.
        why: String,
    },
    /// It gave up: no device, device taken.
    #[error("{program} gave up: {why}")]
    GaveUp {
        /// Its name.
        program: String,
        /// Its own words.
        why: String,
    },
    /// It did not end in time.
    #[error("the loudspeaker did not end in time")]
    Hangs,
}

/// A technician's question whether this loudspeaker works: two notes, which need no recording. Waits until they were
/// played. That they were heard, only the technician knows.
pub fn try_out(sound: &mut dyn Sound, patience: Duration) -> Result<(), SoundError> {
    play_through(sound, &chime(), patience)
}

/// Plays and waits for the end.
pub fn play_through(sound: &mut dyn Sound, samples: &[i16], patience: Duration) -> Result<(), SoundError> {
    let (ended, wait) = channel();
    sound.play(samples, Ended::new(move || _ = ended.send(())))?;
    match wait.recv_timeout(patience) {
        Ok(()) => sound.settle(),
        Err(_) => {
            sound.stop();
            Err(SoundError::Hangs)
        }
    }
}

/// No loudspeaker: everything is over at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silence;

impl Sound for Silence {
    fn play(&mut self, _: &[i16], ended: Ended) -> Result<(), SoundError> {
        ended.tell();
        Ok(())
    }

    fn settle(&mut self) -> Result<(), SoundError> {
        Ok(())
    }

    fn stop(&mut self) {}
}

/// A tape: keeps everything that was played; ends when it is told to. For tests of whoever speaks.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<Reel>>);

#[derive(Default)]
struct Reel {
    played: Vec<Vec<i16>>,
    running: Option<Ended>,
    stops: usize,
}

impl Tape {
    /// What was played so far, each stretch apart.
    pub fn played(&self) -> Vec<Vec<i16>> {
        self.reel(|reel| reel.played.clone())
    }

    /// How often it was stopped amid a stretch.
    pub fn stops(&self) -> usize {
        self.reel(|reel| reel.stops)
    }

    /// The stretch that runs has been heard to its end.
    pub fn run_out(&self) {
        if let Some(ended) = self.reel(|reel| reel.running.take()) {
            ended.tell();
        }
    }

    fn reel<T>(&self, of: impl FnOnce(&mut Reel) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sound for Tape {
    fn play(&mut self, samples: &[i16], ended: Ended) -> Result<(), SoundError> {
        self.reel(|reel| {
            assert!(reel.running.is_none(), "two stretches at once");
            reel.played.push(samples.to_vec());
            reel.running = Some(ended);
        });
        Ok(())
    }

    fn settle(&mut self) -> Result<(), SoundError> {
        Ok(())
    }

    fn stop(&mut self) {
        self.reel(|reel| {
            if reel.running.take().is_some() {
                reel.stops += 1;
            }
        });
    }
}
