//! The voice of a hall: each call as its turn begins, in the visitor's language first; and of an alert, that there is one.
//!
//! `plan` of the crate `voice` knows the words, `Speaker` the sound; here is who is spoken of, in which languages, and
//! when it is over. The hearing loop has a loudspeaker of its own, so that a hall that is softened at eight in the
//! morning is as loud as ever in a hearing aid. Deliberately absent: anything the screen waits for. A voice that is not
//! there changes nothing but the silence.

use crate::{
    announce::{Announcing, Nth},
    board::{Display, Event, Moment},
    post::Face,
};
use ::voice::{
    Now, Part, Speaker,
    pack::{PackError, Packs},
    plan::{Calling, alert_in, call_in},
    setting::{Hour, Hours},
    sound::Sound,
    speaker::{Equipment, Told},
};
use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Instant,
};
use tokio::sync::mpsc::Sender;
use wire::display::{DisplayVoice, LoudFrom};
use words::Lang;

/// With so many calls waiting behind, each is said in the visitor's language alone, so that the last is heard in time.
const HURRY_BEHIND: usize = 3;
/// The name of what is said of alerts among calls.
const ALERT: u64 = u64::MAX;
/// Minutes of a day; nobody knows the time.
const NO_MINUTE: u16 = 24 * 60;

/// What a voice needs.
pub struct Loudspeakers {
    /// Folders of recordings, the first that has a clip is asked.
    pub packs: Vec<PathBuf>,
    /// The hall's loudspeaker.
    pub hall: Box<dyn Sound>,
    /// The hearing loop's.
    pub hearing_loop: Option<Box<dyn Sound>>,
    /// Who is told when a call has been said.
    pub told: Sender<Event>,
    /// When the program began: the zero of its moments.
    pub began: Instant,
}

/// The voice of a hall.
pub struct Voice {
    hall: Speaker,
    hearing_loop: Option<Speaker>,
    minute: Arc<AtomicU16>,
    hours: Vec<LoudFrom>,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("hours", &self.hours).finish_non_exhaustive()
    }
}

/// Why there is no voice.
#[derive(Debug, thiserror::Error)]
pub enum Speechless {
    /// The recordings.
    #[error("the recordings cannot be used")]
    Packs(#[source] PackError),
    /// The thread.
    #[error("the voice's thread cannot be started")]
    Thread(#[source] io::Error),
}

/// Whether somebody speaks of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// Until `Event::Spoke`.
    Begins,
    /// Nobody does.
    None,
}

impl Voice {
    /// Begins to listen for calls.
    ///
    /// # Errors
    /// [`Speechless`].
    pub fn start(of: Loudspeakers) -> Result<Voice, Speechless> {
        let minute = Arc::new(AtomicU16::new(NO_MINUTE));
        let (told, began) = (of.told, of.began);
        let tell = move |told_by: Told| match told_by {
            Told::Began(_) => {}
            // A full channel: the turn ends by itself, a little later.
            Told::Ended(call_seq) | Told::Dropped(call_seq) => drop(told.try_send(Event::Spoke { call_seq })),
        };
        let start = |sound, minute: Option<Arc<AtomicU16>>, tell: Box<dyn FnMut(Told) + Send>| {
            let packs = Packs::open(&of.packs).map_err(Speechless::Packs)?;
            let clock = move || Now {
                ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
                minute_of_day: minute.as_ref().map(|of| of.load(Ordering::Relaxed)).filter(|min| *min < NO_MINUTE),
            };
            let equipment = Equipment::of(packs, sound, Box::new(clock));
            Speaker::start(Equipment { told: tell, ..equipment }).map_err(Speechless::Thread)
        };
        let hall = start(of.hall, Some(Arc::clone(&minute)), Box::new(tell))?;
        let hearing_loop = of.hearing_loop.map(|sound| start(sound, None, Box::new(|_| {}))).transpose()?;
        Ok(Voice { hall, hearing_loop, minute, hours: vec![] })
    }

    /// Says the call whose turn it is, if this display speaks of it.
    pub fn announce(&mut self, at: Moment, display: &Display) -> Speech {
        let post = display.post();
        let Some(manner) = &post.voice else { return Speech::None };
        self.begin(at, display, manner);
        let Some(turn) = display.announcing().filter(|turn| speaks_of(&post.face, turn)) else { return Speech::None };
        let langs = languages(turn, &manner.languages);
        let calling = match turn.nth {
            Nth::First => Calling::First,
            Nth::Again => Calling::Again,
        };
        let parts = call_in(&langs, calling, &turn.call.number, &turn.call.counter);
        self.say(turn.call.call_seq, parts, turn.since);
        Speech::Begins
    }

    /// Says that there is an alert to be read, in the hall's languages, else in those of the screen.
    pub fn alert(&mut self, at: Moment, display: &Display) {
        let Some(manner) = &display.post().voice else { return };
        self.begin(at, display, manner);
        let told: Vec<Lang> = manner.languages.iter().filter_map(|tag| tag.parse().ok()).collect();
        let langs = if told.is_empty() { display.post().languages.all().collect() } else { told };
        self.say(ALERT, alert_in(&langs), at);
    }

    fn say(&self, tag: u64, parts: Vec<Part>, since: Moment) {
        if let Some(hearing_loop) = &self.hearing_loop {
            hearing_loop.say(tag, parts.clone(), since.0);
        }
        self.hall.say(tag, parts, since.0);
    }

    fn begin(&mut self, at: Moment, display: &Display, manner: &DisplayVoice) {
        self.tell_time(at, display);
        self.set_hours(&manner.hours);
    }

    fn tell_time(&self, at: Moment, display: &Display) {
        let minute = display.hub_time(at).map_or(NO_MINUTE, crate::clock::minute_of_day);
        self.minute.store(minute, Ordering::Relaxed);
    }

    fn set_hours(&mut self, told: &[LoudFrom]) {
        if self.hours == told {
            return;
        }
        told.clone_into(&mut self.hours);
        let hour = |from: &LoudFrom| Hour { from_min: from.from_min, db: f64::from(from.db) };
        match Hours::new(told.iter().map(hour).collect()) {
            Ok(hours) => self.hall.hours(hours),
            Err(error) => tracing::warn!(%error, "the hours of the voice make no sense: {error}"),
        }
    }
}

/// Above one window only that window's calls are spoken.
fn speaks_of(face: &Face, turn: &Announcing<'_>) -> bool {
    match face {
        Face::Counter(counter) => turn.call.counter == *counter,
        Face::Hall | Face::Lobby | Face::Information => true,
    }
}

/// The visitor's language first, then the hall's; in a hurry the visitor's alone.
fn languages(turn: Announcing<'_>, of_hall: &[String]) -> Vec<Lang> {
    let own: Option<Lang> = turn.call.language.parse().ok();
    let others = of_hall.iter().filter_map(|tag| tag.parse().ok());
    let all: Vec<Lang> = own.into_iter().chain(others).collect();
    match all.first() {
        None => vec![Lang::default()],
        Some(first) if turn.behind >= HURRY_BEHIND => vec![*first],
        Some(_) => all,
    }
}

#[cfg(test)]
mod tests;
