//! From what is to be said to the recordings that say it: pure, so that a test can read every call.
//!
//! Each thing said is a sentence: within it numbers, letters and names are taken with the voice kept up, the last one
//! with the voice let down, and between two sentences is a breath. Deliberately absent: sound, files, time.

use crate::{
    Tongue,
    clip::{ClipId, Part},
    numbers::{self, Form},
    script::{ATTENTION, CHIME, document},
    sentence::{self, Piece},
};
use std::borrow::Cow;
use words::Lang;

/// The silence between two sentences.
pub const BREATH_MS: u16 = 350;
/// Sentences in one utterance, and blanks in one sentence: a list of services is the longest thing said.
pub const SAYINGS_MAX: usize = 64;

/// The key of a sentence in the catalogue.
pub type Key = Cow<'static, str>;

/// A blank's name and what fills it.
pub type Filling = (&'static str, Say);

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// A sentence of the catalogue, with its blanks filled.
    Sentence(Key, Vec<Filling>),
    /// A counted sentence: the form for the count; its blank `{n}` is the count.
    Counted(Key, u64, Vec<Filling>),
    /// A count and its label, where the screen sets the figure apart: 12, "people before you".
    Figure(Key, u64),
    /// A number alone.
    Number(u32),
    /// An amount of money or whatever has many digits.
    Amount(u64),
    /// A wait, from and to.
    Minutes(u32, u32),
    /// A time of day: hour and minute.
    Time(u8, u8),
    /// A ticket's number as it stands on paper: `A-047`, `A1-012`.
    Ticket(String),
    /// A counter by its id.
    Counter(String),
    /// Letters and digits one by one.
    Spelled(String),
    /// A category by its letter.
    Category(String),
    /// A service by its code.
    Service(String),
    /// What to bring, by its code.
    Document(String),
    /// A reason to go out of turn, by its code.
    Class(String),
    /// A clip by its own name, as what a hall has recorded besides: `hall.name`.
    Named(String),
    /// A language's name in its own voice.
    Language(Lang),
    /// Two notes before a call.
    Chime,
    /// Notes before an alert.
    Attention,
    /// Silence.
    Pause(u16),
}

impl Say {
    /// A sentence without blanks.
    pub fn key(key: impl Into<Key>) -> Say {
        Say::Sentence(key.into(), vec![])
    }
}

/// Which call of a ticket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calling {
    /// The first.
    First,
    /// Again, because nobody came.
    Again,
    /// For the last time.
    Last,
}

/// A ticket called to a counter.
pub fn call(calling: Calling, ticket: &str, counter: &str) -> Say {
    let key = match calling {
        Calling::First => "voice.call.first",
        Calling::Again => "voice.call.again",
        Calling::Last => "voice.call.last",
    };
    let blanks = vec![("ticket", Say::Ticket(ticket.to_owned())), ("counter", Say::Counter(counter.to_owned()))];
    Say::Sentence(key.into(), blanks)
}

/// What a visitor hears who turns the kiosk's audio mode on: that it is on, and which keys there are.
pub fn audio_begins() -> [Say; 2] {
    [Say::key("voice.audio.on"), Say::key("voice.audio.keys")]
}

/// One of several choices, as the visitor comes to it: what it is, then which of how many.
pub fn choice(what: Say, nth: u32, all: u32) -> [Say; 2] {
    let blanks = vec![("nth", Say::Number(nth)), ("all", Say::Number(all))];
    [what, Say::Sentence("voice.audio.choice".into(), blanks)]
}

/// A call as a hall hears it: two notes, then each language once, the first first; both scripts of Uzbek are one.
pub fn call_in(langs: &[Lang], calling: Calling, ticket: &str, counter: &str) -> Vec<Part> {
    in_each(langs, Say::Chime, &call(calling, ticket, counter))
}

/// An alert as a hall hears it: that there is something to read, and where. Its own words nobody has recorded.
pub fn alert_in(langs: &[Lang]) -> Vec<Part> {
    in_each(langs, Say::Attention, &Say::key("voice.alert.look"))
}

fn in_each(langs: &[Lang], notes: Say, say: &Say) -> Vec<Part> {
    let mut parts = plan(langs.first().copied().unwrap_or_default(), &[notes]);
    let mut heard: Vec<Tongue> = vec![];
    for lang in langs {
        if !heard.contains(&Tongue::of(*lang)) {
            heard.push(Tongue::of(*lang));
            parts.push(Part::Pause { ms: BREATH_MS });
            parts.extend(plan(*lang, std::slice::from_ref(say)));
        }
    }
    parts
}

/// The recordings for what is said in a language. What a pack must have, it has under these names; a blank that nobody
/// fills and a key that no catalogue has are left out: a short sentence is better than none.
pub fn plan(lang: Lang, says: &[Say]) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![];
    for say in says.iter().take(SAYINGS_MAX) {
        let mut takes = Takes { tongue: Tongue::of(lang), parts: vec![] };
        takes.add(say, Form::Cardinal);
        if let (Some(Part::Clip { .. }), Some(Part::Clip { .. })) = (parts.last(), takes.parts.first()) {
            parts.push(Part::Pause { ms: BREATH_MS });
        }
        parts.extend(takes.ended());
    }
    parts
}

/// The recordings of one sentence while it grows.
struct Takes {
    tongue: Tongue,
    parts: Vec<Part>,
}

impl Takes {
    fn add(&mut self, say: &Say, form: Form) {
        match say {
            Say::Sentence(key, blanks) => self.fill(key, None, blanks, Form::Cardinal),
            Say::Counted(key, n, blanks) => self.fill(key, Some(*n), blanks, Form::Cardinal),
            Say::Figure(key, n) => {
                let form = self.form_of_label(key, *n);
                self.number(bounded(*n), form);
                self.fill(key, Some(*n), &[], Form::Cardinal);
            }
            Say::Number(n) => self.number(*n, form),
            Say::Amount(n) => self.amount(*n),
            Say::Minutes(from, to) if from == to => self.number(*to, Form::Feminine),
            Say::Minutes(from, to) => {
                let blanks = [("from", Say::Number(*from)), ("to", Say::Number(*to))];
                self.fill("voice.range.minutes", None, &blanks, Form::Feminine);
            }
            Say::Time(hour, minute) => self.time(*hour, *minute),
            Say::Ticket(number) => self.ticket(number),
            Say::Counter(id) => match id.parse() {
                Ok(number) => self.number(number, form),
                Err(_) => self.spell(id),
            },
            Say::Spelled(text) => self.spell(text),
            Say::Category(letter) => self.name("category", letter),
            Say::Service(code) => self.name("service", code),
            Say::Document(code) => self.clip(&document(code)),
            Say::Class(code) => self.name("class", code),
            Say::Named(name) => self.clip(name),
            Say::Language(lang) => self.clip_of(Tongue::of(*lang), &format!("language.{}", Tongue::of(*lang))),
            Say::Chime => self.clip(CHIME),
            Say::Attention => self.clip(ATTENTION),
            Say::Pause(ms) => self.parts.push(Part::Pause { ms: *ms }),
        }
    }

    /// A sentence's recordings. Where it asks for no form of its own, a number stands as `outer` wants it.
    fn fill(&mut self, key: &str, count: Option<u64>, blanks: &[Filling], outer: Form) {
        for piece in sentence::pieces(self.tongue, key, count).unwrap_or_default() {
            let (name, form) = match piece {
                Piece::Spoken { id, .. } => {
                    self.fixed(&id);
                    continue;
                }
                Piece::Blank { name, form: Form::Cardinal } => (name, outer),
                Piece::Blank { name, form } => (name, form),
            };
            match blanks.iter().take(SAYINGS_MAX).find(|(blank, _)| *blank == name) {
                Some((_, say)) => self.add(say, form),
                None if name == "n" => self.number(count.map_or(0, bounded), form),
                None => {}
            }
        }
    }

    fn ticket(&mut self, number: &str) {
        let Some((letter, lane, serial)) = read_ticket(number) else { return self.spell(number) };
        let mut blanks = vec![("letter", Say::Spelled(letter.to_string())), ("serial", Say::Number(serial))];
        match lane {
            None => self.fill("voice.ticket.hall", None, &blanks, Form::Cardinal),
            Some(lane) => {
                blanks.push(("lane", Say::Number(lane)));
                self.fill("voice.ticket.alone", None, &blanks, Form::Cardinal);
            }
        }
    }

    fn spell(&mut self, text: &str) {
        for c in text.chars().filter(char::is_ascii_alphanumeric).take(ClipId::LEN_MAX) {
            match c.to_digit(10) {
                Some(digit) => self.number(digit, Form::Cardinal),
                None => self.letter(c),
            }
        }
    }

    fn letter(&mut self, letter: char) {
        self.clip(&format!("voice.letter.{}", letter.to_ascii_lowercase()));
    }

    fn time(&mut self, hour: u8, minute: u8) {
        self.number(u32::from(hour), Form::Cardinal);
        if minute < 10 {
            self.number(0, Form::Cardinal);
        }
        self.number(u32::from(minute), Form::Cardinal);
    }

    fn number(&mut self, number: u32, form: Form) {
        numbers::clips(number, form).iter().for_each(|name| self.clip(name));
    }

    /// Beyond nine thousand by millions, thousands and the rest.
    fn amount(&mut self, amount: u64) {
        const WORDS_MAX: u64 = 9_999;
        if amount <= WORDS_MAX {
            return self.number(bounded(amount), Form::Cardinal);
        }
        let (millions, thousands, rest) = (amount / 1_000_000, amount / 1_000 % 1_000, amount % 1_000);
        for (key, count) in [("voice.amount.millions", millions), ("voice.amount.thousands", thousands)] {
            if count > 0 {
                self.fill(key, Some(count), &[], Form::Cardinal);
            }
        }
        if rest > 0 {
            self.number(bounded(rest), Form::Cardinal);
        }
    }

    fn name(&mut self, kind: &str, code: &str) {
        self.clip(&format!("{kind}.{code}"));
    }

    fn form_of_label(&self, key: &str, count: u64) -> Form {
        let label = sentence::pieces(self.tongue, key, Some(count)).unwrap_or_default();
        match label.first() {
            Some(Piece::Spoken { text, .. }) => sentence::form(self.tongue, text),
            Some(Piece::Blank { .. }) | None => Form::Cardinal,
        }
    }

    /// A recording with two takes, kept up until [`Takes::ended`] lets the last one down.
    fn clip(&mut self, name: &str) {
        self.clip_of(self.tongue, name);
    }

    fn clip_of(&mut self, tongue: Tongue, name: &str) {
        self.parts.extend(ClipId::new(name).map(|id| Part::Clip { tongue, id: id.rising() }));
    }

    /// A piece of a sentence, which has one place and so one take.
    fn fixed(&mut self, name: &str) {
        self.parts.extend(ClipId::new(name).map(|id| Part::Clip { tongue: self.tongue, id }));
    }

    fn ended(mut self) -> Vec<Part> {
        if let Some(Part::Clip { id, .. }) = self.parts.last_mut() {
            *id = id.falling();
        }
        self.parts
    }
}

/// Letter, lane of a kiosk that was alone, serial.
fn read_ticket(number: &str) -> Option<(char, Option<u32>, u32)> {
    let (before, serial) = number.split_once('-')?;
    let letter = before.chars().next().filter(char::is_ascii_alphabetic)?;
    let lane = match &before[1..] {
        "" => None,
        lane => Some(lane.parse().ok()?),
    };
    Some((letter, lane, serial.parse().ok()?))
}

fn bounded(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
