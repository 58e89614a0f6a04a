//! Displays: which face each wears, where it hangs, how it speaks.
//!
//! What a display shows is decided in the hall's file, so that a broken one is exchanged by pairing another. Every word
//! here is one that this hub knows: on the wire a word of a younger hub counts as the nearest harmless one, in the file
//! it is a slip of the pen and is refused.

use super::{ConfigError, file::Source, hours::minute};
use queue::ids::{CounterId, DeviceId};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::RangeInclusive};
use toml::Spanned;
use wire::display::{Arrow, DisplayFace, DisplayPost, DisplayVoice, Flash, LoudFrom};
use words::Lang;

/// Screens from the smallest that has ever hung above a counter to a wall of them, in inches.
const DIAGONAL_INCH: RangeInclusive<u16> = 5..=150;
/// From how far a number is read, in metres.
const READ_FROM_M: RangeInclusive<u8> = 1..=50;
/// Decibels against the recording: what the voice's mixer takes.
const LOUDNESS_DB: RangeInclusive<i8> = -60..=12;
/// Steps of loudness in a day.
const HOURS_MAX: usize = 24;

/// A display and what it is told about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayEntry {
    /// The device.
    pub device: DeviceId,
    /// What it shows and says, and where it hangs.
    pub post: DisplayPost,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DisplayTable {
    pub(super) id: Spanned<DeviceId>,
    #[serde(default)]
    face: FaceName,
    counter: Option<Spanned<CounterId>>,
    #[serde(default)]
    languages: Vec<Spanned<Lang>>,
    diagonal_inch: Option<Spanned<i64>>,
    read_from_m: Option<Spanned<i64>>,
    #[serde(default)]
    arrows: BTreeMap<Spanned<CounterId>, ArrowName>,
    voice: Option<VoiceTable>,
    #[serde(default)]
    flash: FlashName,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VoiceTable {
    #[serde(default)]
    languages: Vec<Spanned<Lang>>,
    #[serde(default)]
    hours: Vec<(Spanned<String>, Spanned<i64>)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FaceName {
    #[default]
    Hall,
    Counter,
    Lobby,
    Information,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ArrowName {
    Left,
    Up,
    Down,
    Right,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FlashName {
    #[default]
    Row,
    Screen,
}

/// What the displays of a file may refer to.
pub(super) struct Known<'a, T> {
    pub(super) counters: &'a BTreeMap<CounterId, T>,
    pub(super) languages: &'a [Lang],
}

/// Reads every `[[display]]`.
pub(super) fn displays<T>(
    source: &Source<'_>,
    tables: &[DisplayTable],
    known: &Known<'_, T>,
) -> Result<Vec<DisplayEntry>, ConfigError> {
    tables.iter().map(|table| display(source, table, known)).collect()
}

fn display<T>(source: &Source<'_>, table: &DisplayTable, known: &Known<'_, T>) -> Result<DisplayEntry, ConfigError> {
    let mut arrows = BTreeMap::new();
    for (counter, arrow) in &table.arrows {
        known.counter(source, counter)?;
        arrows.insert(counter.get_ref().to_string(), Arrow::from(*arrow));
    }
    let languages = if table.languages.is_empty() {
        known.languages.iter().map(|lang| lang.tag().to_owned()).collect()
    } else {
        each_once(source, &table.languages)?
    };
    let post = DisplayPost {
        face: table.face.into(),
        counter: counter(source, table, known)?,
        languages,
        diagonal_inch: within(source, table.diagonal_inch.as_ref(), &DIAGONAL_INCH, "a screen's diagonal in inches")?,
        read_from_m: within(
            source,
            table.read_from_m.as_ref(),
            &READ_FROM_M,
            "how far a number is read from, in metres,",
        )?,
        arrows,
        voice: table.voice.as_ref().map(|voice| self::voice(source, voice)).transpose()?,
        flash: table.flash.into(),
    };
    Ok(DisplayEntry { device: table.id.get_ref().clone(), post })
}

/// The face `counter` has one, no other face has.
fn counter<T>(source: &Source<'_>, table: &DisplayTable, known: &Known<'_, T>) -> Result<Option<String>, ConfigError> {
    match (table.face, &table.counter) {
        (FaceName::Counter, Some(counter)) => {
            known.counter(source, counter)?;
            Ok(Some(counter.get_ref().to_string()))
        }
        (FaceName::Counter, None) => {
            let what = format!("display {} hangs above a counter: say which, as counter = \"1\"", table.id.get_ref());
            Err(source.wrong(table.id.span(), what))
        }
        (FaceName::Hall | FaceName::Lobby | FaceName::Information, Some(counter)) => {
            Err(source.wrong(counter.span(), "a counter belongs to face = \"counter\"".to_owned()))
        }
        (FaceName::Hall | FaceName::Lobby | FaceName::Information, None) => Ok(None),
    }
}

impl<T> Known<'_, T> {
    fn counter(&self, source: &Source<'_>, said: &Spanned<CounterId>) -> Result<(), ConfigError> {
        if self.counters.contains_key(said.get_ref()) {
            return Ok(());
        }
        Err(source.wrong(said.span(), format!("there is no counter {}", said.get_ref())))
    }
}

fn voice(source: &Source<'_>, table: &VoiceTable) -> Result<DisplayVoice, ConfigError> {
    let languages = each_once(source, &table.languages)?;
    let scripts = |said: &&Spanned<Lang>| matches!(said.get_ref(), Lang::UzLatn | Lang::UzCyrl);
    if let Some(second) = table.languages.iter().filter(scripts).nth(1) {
        return Err(source.wrong(second.span(), "uz-Latn and uz-Cyrl sound the same: name one of them".to_owned()));
    }
    if let Some((beyond, _)) = table.hours.get(HOURS_MAX) {
        return Err(source.wrong(beyond.span(), format!("loudness changes at most {HOURS_MAX} times a day")));
    }
    let mut hours: Vec<LoudFrom> = Vec::new();
    for (clock, db) in &table.hours {
        let of_the_day = minute(clock.get_ref()).filter(|minute| *minute < 24 * 60);
        let from_min = of_the_day.ok_or_else(|| {
            let what = format!("a moment of the day looks like \"08:00\", not {:?}", clock.get_ref());
            source.wrong(clock.span(), what)
        })?;
        if hours.last().is_some_and(|before| before.from_min >= from_min) {
            return Err(source.wrong(clock.span(), "the moments of a day stand in order".to_owned()));
        }
        let db = within(source, Some(db), &LOUDNESS_DB, "loudness in decibels against the recording")?;
        hours.push(LoudFrom { from_min, db: db.unwrap_or_default() });
    }
    Ok(DisplayVoice { languages, hours })
}

fn each_once(source: &Source<'_>, said: &[Spanned<Lang>]) -> Result<Vec<String>, ConfigError> {
    let mut tags: Vec<String> = Vec::new();
    for lang in said {
        let tag = lang.get_ref().tag();
        if tags.iter().any(|known| known == tag) {
            return Err(source.wrong(lang.span(), format!("language {tag} is there twice")));
        }
        tags.push(tag.to_owned());
    }
    Ok(tags)
}

fn within<T: TryFrom<i64> + PartialOrd + std::fmt::Display>(
    source: &Source<'_>,
    said: Option<&Spanned<i64>>,
    bounds: &RangeInclusive<T>,
    what: &str,
) -> Result<Option<T>, ConfigError> {
    let Some(said) = said else { return Ok(None) };
    let value = T::try_from(*said.get_ref()).ok().filter(|value| bounds.contains(value));
    value.map(Some).ok_or_else(|| {
        let what = format!("{what} is {} to {}, not {}", bounds.start(), bounds.end(), said.get_ref());
        source.wrong(said.span(), what)
    })
}

impl From<FaceName> for DisplayFace {
    fn from(name: FaceName) -> DisplayFace {
        match name {
            FaceName::Hall => DisplayFace::Hall,
            FaceName::Counter => DisplayFace::Counter,
            FaceName::Lobby => DisplayFace::Lobby,
            FaceName::Information => DisplayFace::Information,
        }
    }
}

impl From<ArrowName> for Arrow {
    fn from(name: ArrowName) -> Arrow {
        match name {
            ArrowName::Left => Arrow::Left,
            ArrowName::Up => Arrow::Up,
            ArrowName::Down => Arrow::Down,
            ArrowName::Right => Arrow::Right,
        }
    }
}

impl From<FlashName> for Flash {
    fn from(name: FlashName) -> Flash {
        match name {
            FlashName::Row => Flash::Row,
            FlashName::Screen => Flash::Screen,
        }
    }
}
