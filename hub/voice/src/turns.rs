//! Who speaks next: one queue, first come first heard, and nothing that is no longer true.
//!
//! Pure: time is an argument. A call that waited thirty seconds behind others sends a person to a counter that may have
//! given up on them; the board shows it, the voice lets it go.

use crate::Part;
use std::collections::VecDeque;

/// What is older than this is not spoken any more.
pub const AGE_MS_MAX: u64 = 30_000;
/// Utterances that wait; the oldest gives way.
pub const WAITING_MAX: usize = 64;

/// Something to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// The speaker's own name for it, told back when it is over.
    pub tag: u64,
    /// The recordings.
    pub parts: Vec<Part>,
    /// When it became true, on the speaker's clock.
    pub at_ms: u64,
}

/// What waits to be spoken.
#[derive(Debug, Default)]
pub struct Turns {
    waiting: VecDeque<Utterance>,
}

impl Turns {
    /// Takes its place at the end; whoever had to give way.
    pub fn offer(&mut self, utterance: Utterance) -> Option<Utterance> {
        let gives_way = if self.waiting.len() >= WAITING_MAX { self.waiting.pop_front() } else { None };
        self.waiting.push_back(utterance);
        gives_way
    }

    /// The next that is still true, and those that are not.
    pub fn next(&mut self, now_ms: u64) -> (Option<Utterance>, Vec<Utterance>) {
        let mut late = vec![];
        while let Some(utterance) = self.waiting.pop_front() {
            // A moment in the future is a clock that was set back: it is as good as now.
            if now_ms.saturating_sub(utterance.at_ms) <= AGE_MS_MAX {
                return (Some(utterance), late);
            }
            late.push(utterance);
        }
        (None, late)
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) -> Vec<Utterance> {
        self.waiting.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utterance(tag: u64, at_ms: u64) -> Utterance {
        Utterance { tag, parts: vec![], at_ms }
    }

    fn tags(list: &[Utterance]) -> Vec<u64> {
        list.iter().map(|utterance| utterance.tag).collect()
    }

    #[test]
    fn first_come_first_heard_and_never_late() {
        let mut turns = Turns::default();
        for (tag, at) in [(1, 0), (2, 10_000), (3, 40_000), (4, 90_000)] {
            assert_eq!(turns.offer(utterance(tag, at)), None);
        }
        let (next, late) = turns.next(30_000);
        assert_eq!((next.unwrap().tag, late.len()), (1, 0));
        let (next, late) = turns.next(40_001);
        assert_eq!((next.unwrap().tag, tags(&late)), (3, vec![2]));
        // Said to be of the future.
        assert_eq!(turns.next(50_000).0.unwrap().tag, 4);
        assert_eq!(turns.next(50_000).0, None);
    }

    #[test]
    fn the_queue_is_bounded_and_the_oldest_gives_way() {
        let mut turns = Turns::default();
        let gave_way: Vec<u64> =
            (0..WAITING_MAX as u64 + 3).filter_map(|n| turns.offer(utterance(n, 0))).map(|u| u.tag).collect();
        assert_eq!(gave_way, [0, 1, 2]);
        assert_eq!(turns.clear().len(), WAITING_MAX);
        assert_eq!(turns.next(0).0, None);
    }
}
