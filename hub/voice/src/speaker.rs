//! The voice of a kiosk or display: a thread with one bounded channel, that says one thing after another.
//!
//! Whoever speaks gives plans and forgets them; what was heard is told back by tag. Pace and loudness change what sounds
//! now, from the clip it is at. Without a loudspeaker there is one line in the log, everything is over at once, and
//! whoever waits for the end of a call goes on. Deliberately absent: which language, which words, when.

mod worker;

use crate::{Part, mix::GAP_MS, pack::Packs, setting::Hours, sound::Sound, turns::Utterance};
use std::{
    io,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
    thread::{self, JoinHandle},
};
use worker::{Input, Worker};

/// Wishes on their way to the voice.
const CHANNEL_MAX: usize = 64;

/// What the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds on a clock that only goes forward.
    pub ms: u64,
    /// Minutes since midnight in the hall; `None` while nobody knows.
    pub minute_of_day: Option<u16>,
}

/// What became of an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is heard from now on.
    Began(u64),
    /// It was heard to its end, or there is nothing to hear it from.
    Ended(u64),
    /// It was broken off, or nobody wants it any more.
    Dropped(u64),
}

/// What a voice needs.
pub struct Equipment {
    /// The recordings.
    pub packs: Packs,
    /// The loudspeaker.
    pub sound: Box<dyn Sound>,
    /// The clock.
    pub clock: Box<dyn Fn() -> Now + Send>,
    /// The hall's loudness over the day.
    pub hours: Hours,
    /// Silence between two clips.
    pub gap_ms: u32,
    /// Who wants to know what became of what was said. Must not wait.
    pub told: Box<dyn FnMut(Told) + Send>,
}

impl Equipment {
    /// As loud as recorded all day, with the house's gaps, and nobody wants to know.
    pub fn of(packs: Packs, sound: Box<dyn Sound>, clock: Box<dyn Fn() -> Now + Send>) -> Equipment {
        Equipment { packs, sound, clock, hours: Hours::default(), gap_ms: GAP_MS, told: Box::new(|_| {}) }
    }
}

/// A voice.
pub struct Speaker {
    wishes: SyncSender<Input>,
    thread: Option<JoinHandle<()>>,
}

impl Speaker {
    /// Begins to listen to wishes.
    pub fn start(equipment: Equipment) -> io::Result<Speaker> {
        let (wishes, inputs) = sync_channel(CHANNEL_MAX);
        let worker = Worker::new(equipment, wishes.clone());
        let thread = thread::Builder::new().name("voice".to_owned()).spawn(move || worker.run(&inputs))?;
        Ok(Speaker { wishes, thread: Some(thread) })
    }

    /// Says it when its turn comes. `at_ms` is when it became true.
    pub fn say(&self, tag: u64, parts: Vec<Part>, at_ms: u64) {
        self.wish(Input::Say(Utterance { tag, parts, at_ms }));
    }

    /// Breaks off, forgets what waits, and says this: the visitor is on another screen.
    pub fn say_instead(&self, tag: u64, parts: Vec<Part>, at_ms: u64) {
        self.wish(Input::SayInstead(Utterance { tag, parts, at_ms }));
    }

    /// Says the last thing again, from its beginning.
    pub fn repeat(&self) {
        self.wish(Input::Repeat);
    }

    /// One step slower.
    pub fn slower(&self) {
        self.wish(Input::Slower);
    }

    /// One step faster.
    pub fn faster(&self) {
        self.wish(Input::Faster);
    }

    /// One step louder.
    pub fn louder(&self) {
        self.wish(Input::Louder);
    }

    /// One step softer.
    pub fn softer(&self) {
        self.wish(Input::Softer);
    }

    /// Other hours of loudness from now on: a hall was changed.
    pub fn hours(&self, hours: Hours) {
        self.wish(Input::Hours(hours));
    }

    /// Silence: what sounds is broken off, what waits is forgotten.
    pub fn stop(&self) {
        self.wish(Input::Stop);
    }

    /// Silence, and pace and loudness as everybody finds them: the next visitor is another person.
    pub fn forget(&self) {
        self.wish(Input::Forget);
    }

    /// A voice that cannot keep up with sixty-four wishes hangs: the wish is lost, the screen is not held up.
    fn wish(&self, input: Input) {
        match self.wishes.try_send(input) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => tracing::warn!("the voice does not keep up, a wish is lost"),
            Err(TrySendError::Disconnected(_)) => tracing::error!("the voice's thread is gone, a wish is lost"),
        }
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // Waits for room: the thread must hear it.
        let _ = self.wishes.send(Input::Leave);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
