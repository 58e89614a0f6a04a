//! The thread behind a [`Speaker`](super::Speaker): what it does with each wish.

use super::{Equipment, Told};
use crate::{
    mix::{Manner, Mixed, mix},
    pack::Complaint,
    setting::{Hours, Pace, Volume},
    sound::{Ended, SoundError},
    turns::{Turns, Utterance},
    wav::RATE,
};
use std::{
    collections::BTreeSet,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender},
    time::{Duration, Instant},
};

/// How much longer than its samples a loudspeaker may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Clips that are complained about, so that a pack of nothing does not fill the log.
const COMPLAINTS_MAX: usize = 256;

/// What comes through the channel.
pub(super) enum Input {
    Say(Utterance),
    SayInstead(Utterance),
    Repeat,
    Slower,
    Faster,
    Louder,
    Softer,
    Stop,
    Forget,
    Hours(Hours),
    Leave,
    /// The loudspeaker is free after the n-th stretch.
    Ended(u64),
}

pub(super) struct Worker {
    equipment: Equipment,
    wishes: SyncSender<Input>,
    turns: Turns,
    sounding: Option<Sounding>,
    last: Option<Utterance>,
    pace: Pace,
    volume: Volume,
    /// Stretches handed to the loudspeaker.
    stretches: u64,
    /// Whether the last try made a sound, so that silence is logged once.
    speechless: Option<SoundError>,
    /// Complaints about clips that were logged, each once.
    complained: BTreeSet<String>,
}

struct Sounding {
    utterance: Utterance,
    stretch: u64,
    /// For each part still to be heard, the sample it begins at.
    starts: Vec<usize>,
    began_ms: u64,
    deadline: Instant,
}

impl Worker {
    pub(super) fn new(equipment: Equipment, wishes: SyncSender<Input>) -> Worker {
        let (turns, pace, volume) = (Turns::default(), Pace::default(), Volume::default());
        if equipment.packs.packs().is_empty() {
            tracing::warn!("there are no recordings: nothing is spoken, everything else goes on");
        }
        Worker {
            equipment,
            wishes,
            turns,
            sounding: None,
            last: None,
            pace,
            volume,
            stretches: 0,
            speechless: None,
            complained: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self, inputs: &Receiver<Input>) {
        loop {
            let input = match &self.sounding {
                None => inputs.recv().ok(),
                Some(sounding) => {
                    match inputs.recv_timeout(sounding.deadline.saturating_duration_since(Instant::now())) {
                        Ok(input) => Some(input),
                        Err(RecvTimeoutError::Timeout) => {
                            self.give_up();
                            continue;
                        }
                        Err(RecvTimeoutError::Disconnected) => None,
                    }
                }
            };
            match input {
                Some(Input::Leave) | None => return self.equipment.sound.stop(),
                Some(input) => self.take(input),
            }
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Say(utterance) => {
                let gave_way = self.turns.offer(utterance);
                gave_way.into_iter().for_each(|u| self.tell(Told::Dropped(u.tag)));
            }
            Input::SayInstead(utterance) => {
                self.hush();
                self.turns.offer(utterance);
            }
            Input::Repeat => {
                if let Some(last) = self.last.clone() {
                    self.break_off();
                    self.start(last);
                }
            }
            Input::Slower => self.change(|worker| worker.pace = worker.pace.slower()),
            Input::Faster => self.change(|worker| worker.pace = worker.pace.faster()),
            Input::Louder => self.change(|worker| worker.volume = worker.volume.louder()),
            Input::Softer => self.change(|worker| worker.volume = worker.volume.softer()),
            Input::Stop => self.hush(),
            Input::Forget => {
                self.hush();
                (self.pace, self.volume, self.last) = (Pace::default(), Volume::default(), None);
            }
            Input::Hours(hours) => self.equipment.hours = hours,
            Input::Ended(stretch) => self.ended(stretch),
            Input::Leave => {}
        }
        self.go_on();
    }

    /// The next in turn, if nothing sounds.
    fn go_on(&mut self) {
        while self.sounding.is_none() {
            let (next, late) = self.turns.next((self.equipment.clock)().ms);
            for utterance in late {
                tracing::info!(tag = utterance.tag, "not spoken: it waited too long, tag {}", utterance.tag);
                self.tell(Told::Dropped(utterance.tag));
            }
            let Some(utterance) = next else { return };
            self.last = Some(utterance.clone());
            self.start(utterance);
        }
    }

    fn start(&mut self, utterance: Utterance) {
        let tag = utterance.tag;
        self.begin(utterance, 0);
        self.tell(Told::Began(tag));
        self.ended_if_still(tag);
    }

    /// Nothing to hear, or nothing to hear it from, is heard to its end.
    fn ended_if_still(&mut self, tag: u64) {
        if self.sounding.is_none() {
            self.tell(Told::Ended(tag));
        }
    }

    /// Hands an utterance to the loudspeaker from one of its parts on.
    fn begin(&mut self, mut utterance: Utterance, from: usize) {
        utterance.parts.drain(..from.min(utterance.parts.len()));
        let now = (self.equipment.clock)();
        let hall_db = now.minute_of_day.map_or(0.0, |minute| self.equipment.hours.db(minute));
        let manner = Manner { gap_ms: self.equipment.gap_ms, pace: self.pace, db: self.volume.db() + hall_db };
        let Mixed { samples, starts, missing } = mix(&self.equipment.packs, &utterance.parts, &manner);
        missing.iter().for_each(|complaint| self.complain(complaint));
        if samples.is_empty() {
            return;
        }
        self.stretches += 1;
        let (wishes, stretch) = (self.wishes.clone(), self.stretches);
        // A full channel holds the loudspeaker's thread up, never ours; a closed one wants no word.
        let ended = Ended::new(move || drop(wishes.send(Input::Ended(stretch))));
        match self.equipment.sound.play(&samples, ended) {
            Ok(()) => {
                let length = Duration::from_millis(samples.len() as u64 * 1_000 / u64::from(RATE));
                let deadline = Instant::now() + length + PATIENCE;
                self.sounding = Some(Sounding { utterance, stretch, starts, began_ms: now.ms, deadline });
            }
            Err(why) => self.note(Err(why)),
        }
    }

    fn ended(&mut self, stretch: u64) {
        if let Some(sounding) = self.sounding.take_if(|sounding| sounding.stretch == stretch) {
            let how = self.equipment.sound.settle();
            self.note(how);
            self.tell(Told::Ended(sounding.utterance.tag));
        }
    }

    /// Changes pace or loudness, at once for what sounds: it goes on with the clip it is at.
    fn change(&mut self, what: impl FnOnce(&mut Worker)) {
        what(self);
        if let Some(sounding) = self.sounding.take() {
            self.equipment.sound.stop();
            let heard_ms = (self.equipment.clock)().ms.saturating_sub(sounding.began_ms);
            let heard = usize::try_from(heard_ms * u64::from(RATE) / 1_000).unwrap_or(usize::MAX);
            let at = sounding.starts.iter().rposition(|start| *start <= heard).unwrap_or(0);
            let tag = sounding.utterance.tag;
            self.begin(sounding.utterance, at);
            self.ended_if_still(tag);
        }
    }

    fn hush(&mut self) {
        self.break_off();
        self.turns.clear().into_iter().for_each(|utterance| self.tell(Told::Dropped(utterance.tag)));
    }

    fn break_off(&mut self) {
        if let Some(sounding) = self.sounding.take() {
            self.equipment.sound.stop();
            self.tell(Told::Dropped(sounding.utterance.tag));
        }
    }

    /// A loudspeaker that takes far longer than its samples.
    fn give_up(&mut self) {
        if let Some(sounding) = self.sounding.take() {
            self.equipment.sound.stop();
            self.note(Err(SoundError::Hangs));
            self.tell(Told::Ended(sounding.utterance.tag));
        }
        self.go_on();
    }

    /// Logs a clip that cannot be had, once; without any pack it was said at the start.
    fn complain(&mut self, complaint: &Complaint) {
        let text = complaint.to_string();
        let room = self.complained.len() < COMPLAINTS_MAX && !self.equipment.packs.packs().is_empty();
        if room && self.complained.insert(text) {
            tracing::warn!(%complaint, "left out of what is said: {complaint}");
        }
    }

    /// Logs silence once, and once that it is over.
    fn note(&mut self, how: Result<(), SoundError>) {
        match how {
            Ok(()) => {
                if self.speechless.take().is_some() {
                    tracing::info!("the loudspeaker is heard again");
                }
            }
            Err(why) => {
                if self.speechless.as_ref() != Some(&why) {
                    tracing::warn!(%why, "no sound, everything else goes on: {why}");
                    self.speechless = Some(why);
                }
            }
        }
    }

    fn tell(&mut self, what: Told) {
        (self.equipment.told)(what);
    }
}
