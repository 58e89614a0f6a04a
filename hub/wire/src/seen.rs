//! What a device has seen of its hub, and what a hub has to think of itself when it is told.
//!
//! Two hubs may claim one hall: an old one that was taken for dead, a copy, a restored backup. A device tells every
//! hub what it has seen; what was seen must be a prefix of what this hub is. A hub's epoch decides between lives, its
//! hash chain inside one: no identity has to be kept beside the journal, and even a copy of the whole disk is found out
//! as soon as the two have gone different ways. Deliberately absent: which of two hubs of one epoch is the right one. A
//! person decides that.

use crate::kiosk::ChainLink;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The header in which a device says what it has seen.
pub const SEEN_HEADER: &str = "navbat-seen";
/// The header in which a kiosk names its own journal.
pub const JOURNAL_HEADER: &str = "navbat-journal";
/// The header in which a kiosk names the public half of the key it signs its own tickets' codes with.
pub const KEY_HEADER: &str = "navbat-key";
/// The code of the problem with which a hub answers that was overtaken.
pub const FENCED_CODE: &str = "fenced";

/// What a device has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The hall's id, if the device was told; what was seen in another hall says nothing about this one.
    pub hall: Option<String>,
    /// The highest epoch.
    pub epoch: u32,
    /// The end of that epoch's journal, as last told; a display is not told.
    pub link: Option<ChainLink>,
}

/// How a hub is not, or no longer, the hall's hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Overtaken {
    /// Another hub has begun a higher epoch.
    #[error("another hub has begun a higher epoch")]
    ByHigherEpoch,
    /// The same epoch went on after where this journal ends: an older copy of it was put in its place.
    #[error("the journal was longer than it is")]
    ByItsOwnFuture,
    /// The same epoch has another history elsewhere: a copy of this hub, or a new one, lives beside it.
    #[error("another hub of the same epoch has another history")]
    ByATwin,
}

/// Text that is not what a device has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hall, an epoch and a link, as 3 or zomin/3.1523.9f…")]
pub struct NotSeen;

/// Whether a hub may go on as the hall's hub, told of this. `hash_at` looks up an entry of its own journal.
pub fn judge<E>(
    epoch: u32,
    seen: &Seen,
    hash_at: impl FnOnce(u64) -> Result<Option<String>, E>,
) -> Result<Option<Overtaken>, E> {
    if seen.epoch != epoch {
        return Ok((seen.epoch > epoch).then_some(Overtaken::ByHigherEpoch));
    }
    let Some(link) = seen.link.as_ref().filter(|link| link.seq > 0) else { return Ok(None) };
    Ok(match hash_at(link.seq)? {
        None => Some(Overtaken::ByItsOwnFuture),
        Some(hash) => (hash != link.hash).then_some(Overtaken::ByATwin),
    })
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hall) = &self.hall {
            write!(f, "{hall}/")?;
        }
        match &self.link {
            None => write!(f, "{}", self.epoch),
            Some(link) => write!(f, "{}.{}.{}", self.epoch, link.seq, link.hash),
        }
    }
}

impl FromStr for Seen {
    type Err = NotSeen;

    fn from_str(text: &str) -> Result<Seen, NotSeen> {
        let (hall, text) = text.rsplit_once('/').map_or((None, text), |(hall, rest)| (Some(hall.to_owned()), rest));
        let mut parts = text.trim().splitn(3, '.');
        let epoch = parts.next().and_then(|epoch| epoch.parse().ok()).ok_or(NotSeen)?;
        let link = match (parts.next(), parts.next()) {
            (None, _) => None,
            (Some(seq), Some(hash)) if hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                Some(ChainLink { seq: seq.parse().map_err(|_| NotSeen)?, hash: hash.to_owned() })
            }
            (Some(_), _) => return Err(NotSeen),
        };
        Ok(Seen { hall, epoch, link })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(epoch: u32, seq: u64, digit: &str) -> Seen {
        Seen { hall: None, epoch, link: Some(ChainLink { seq, hash: digit.repeat(64) }) }
    }

    /// A hub of epoch 3 whose journal is `a` throughout and ends with entry 9.
    fn told(seen: &Seen) -> Option<Overtaken> {
        let Ok(verdict) = judge::<std::convert::Infallible>(3, seen, |seq| Ok((seq <= 9).then(|| "a".repeat(64))));
        verdict
    }

    #[test]
    fn what_was_seen_must_be_a_prefix_of_what_the_hub_is() {
        assert_eq!(told(&seen(3, 9, "a")), None);
        assert_eq!(told(&seen(3, 4, "a")), None);
        assert_eq!(told(&seen(3, 10, "a")), Some(Overtaken::ByItsOwnFuture));
        assert_eq!(told(&seen(3, 9, "b")), Some(Overtaken::ByATwin));
        assert_eq!(told(&seen(2, 99, "b")), None, "a life that is over");
        assert_eq!(told(&seen(4, 1, "b")), Some(Overtaken::ByHigherEpoch));
        assert_eq!(told(&Seen { hall: None, epoch: 3, link: None }), None);
        assert_eq!(told(&seen(3, 0, "b")), None, "before the first entry all hubs are alike");
    }

    #[test]
    fn it_travels_as_text() {
        for seen in [seen(3, 1523, "f"), Seen { hall: Some("zomin".to_owned()), epoch: 0, link: None }] {
            assert_eq!(seen.to_string().parse(), Ok(seen));
        }
        for wrong in ["", "x", "-1", "3.", "3.4", "3.4.abc", "3.x.".to_owned().as_str()] {
            assert_eq!(wrong.parse::<Seen>(), Err(NotSeen), "{wrong}");
        }
        assert_eq!(format!("3.4.{}", "g".repeat(64)).parse::<Seen>(), Err(NotSeen));
    }
}
