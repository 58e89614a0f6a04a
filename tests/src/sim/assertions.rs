//! The fifteen promises, each a function that looks at what happened and says how much it looked at, or what is broken.
//!
//! They believe no index and no counter of the product: they walk visits, papers and announcements. `tests/tests/sim.rs`
//! breaks each by hand and sees it fire.

mod calm;
mod step;

pub use calm::*;
pub use step::*;

use std::{collections::BTreeMap, fmt};

/// How much was looked at, or what is wrong.
pub type Verdict = Result<u64, String>;

/// The promises, as numbered in the design.
pub const PROMISES: [&str; 15] = [
    "no number twice in a day",
    "a counter and its ticket know each other",
    "nobody of the same line who came first is passed over",
    "nobody is passed over more often than the policy's bound",
    "closed stays closed",
    "a refusal changes nothing",
    "replay = memory = views",
    "the same command id gives the same answer and no new event",
    "nothing is called that is not on paper",
    "everything on paper reaches the queue, once",
    "every display equals the board and announces each call once",
    "reports: at least once on the wire, once in effect, in order, none lost",
    "a clock running backwards reorders nobody and makes no negative wait",
    "issued = waiting + held + at counters + closed",
    "every buffer stays under its limit",
];
/// What the naive queue says.
pub const REFERENCE: u8 = 16;
/// What must happen in time.
pub const LIVENESS: u8 = 17;

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which: 1 to 15, [`REFERENCE`] or [`LIVENESS`].
    pub promise: u8,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.promise, name(self.promise), self.what)
    }
}

/// A promise's name.
pub fn name(promise: u8) -> &'static str {
    match promise {
        REFERENCE => "the naive queue says the same",
        LIVENESS => "what must happen happens in time",
        n => PROMISES.get(usize::from(n).wrapping_sub(1)).unwrap_or(&"the program goes on"),
    }
}

/// How often each promise was really looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked(pub BTreeMap<u8, u64>);

impl Looked {
    /// Counts a look, or passes on what is broken.
    pub fn at(&mut self, promise: u8, verdict: Verdict) -> Result<(), Broken> {
        match verdict {
            Ok(0) => Ok(()),
            Ok(_) => {
                *self.0.entry(promise).or_default() += 1;
                Ok(())
            }
            Err(what) => Err(Broken { promise, what }),
        }
    }

    /// Adds another hall's.
    pub fn add(&mut self, other: &Looked) {
        for (promise, times) in &other.0 {
            *self.0.entry(*promise).or_default() += times;
        }
    }
}
