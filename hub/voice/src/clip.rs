//! The names of recordings, and the parts an utterance is made of.
//!
//! A clip's name is the key of what it says: `kiosk.categories.title`, `voice.number.40`, `service.A01`. Of a sentence
//! with blanks each piece between the blanks is a clip, `voice.call.first#1`; of a counted one each form,
//! `kiosk.number.ahead#few.0`. A name that ends in `~` is the same words with the voice kept up, because more follows.

use crate::Tongue;
use std::fmt;

/// The name of a recording within a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClipId(String);

impl ClipId {
    /// Letters of the longest name.
    pub const LEN_MAX: usize = 96;

    /// A name, if it is one: letters, digits and `. - # ~`, so that it can be a file's name as well.
    pub fn new(name: &str) -> Option<ClipId> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-#~".contains(&b);
        let shaped = !name.is_empty() && name.len() <= Self::LEN_MAX && !name.starts_with('.');
        (shaped && name.bytes().all(plain)).then(|| ClipId(name.to_owned()))
    }

    /// The same words with the voice kept up.
    pub fn rising(&self) -> ClipId {
        if self.is_rising() { self.clone() } else { ClipId(format!("{}~", self.0)) }
    }

    /// The take that ends a sentence, which stands in for a missing rising one.
    pub fn falling(&self) -> ClipId {
        ClipId(self.0.trim_end_matches('~').to_owned())
    }

    /// Whether the voice is kept up.
    pub fn is_rising(&self) -> bool {
        self.0.ends_with('~')
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to do with the loudspeaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Play a recording.
    Clip {
        /// Whose voice.
        tongue: Tongue,
        /// Which recording.
        id: ClipId,
    },
    /// Be silent, in place of the usual gap.
    Pause {
        /// How long, at the usual pace.
        ms: u16,
    },
}

/// The names of a plan's recordings, without voices and pauses.
pub fn names(parts: &[Part]) -> Vec<&str> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Clip { id, .. } => Some(id.as_str()),
            Part::Pause { .. } => None,
        })
        .collect()
}
