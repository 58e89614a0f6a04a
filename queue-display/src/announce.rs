//! Whose turn it is to be announced: each call once, one after another.
//!
//! A call is known by its number and its moment together, so that a hub without a journal of before, whose numbers begin
//! lower again, is still heard. A turn lasts as long as its row pulses, and while a voice speaks of it; a voice that
//! never ends holds nobody up for long. Deliberately absent: chime, words and sound (`voice`).

use crate::board::Moment;
use std::collections::{BTreeSet, VecDeque};
use wire::{
    board::{Board, BoardCall},
    client_stream::COUNTERS_MAX,
};

/// How long a turn lasts: three calm pulses.
pub const TURN_MS: u64 = 2_400;
/// A voice that has not ended by then is not waited for: the longest call in four languages takes half of it.
pub const SPEECH_MS_MAX: u64 = 30_000;
/// Calls that had their turn and are remembered, besides those on the board.
const KNOWN_MAX: usize = 1_024;
const _: () = assert!(KNOWN_MAX > COUNTERS_MAX, "what is on the board is always remembered");

/// The queue of announcements.
#[derive(Debug)]
pub struct Announcements {
    turn_ms: u64,
    known: BTreeSet<Identity>,
    waiting: VecDeque<Waiting>,
    turn: Option<Turn>,
}

/// The call whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcing<'a> {
    /// The call.
    pub call: &'a BoardCall,
    /// Since when it waited for its turn.
    pub since: Moment,
    /// Whether the same number was called before.
    pub nth: Nth,
    /// Calls that wait behind it.
    pub behind: usize,
}

/// Whether a number was called before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nth {
    /// It was not.
    First,
    /// It was: the visitor has not come.
    Again,
}

/// Where a call stands in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Its turn will come.
    Waiting,
    /// It is announced now.
    Now,
    /// It had its turn, or gets none.
    Over,
}

/// Call number and moment.
type Identity = (u64, String);

#[derive(Debug)]
struct Waiting {
    call: BoardCall,
    since: Moment,
    nth: Nth,
}

#[derive(Debug)]
struct Turn {
    of: Waiting,
    began: Moment,
    ends: Moment,
}

impl Default for Announcements {
    fn default() -> Announcements {
        Announcements::lasting(TURN_MS)
    }
}

impl Announcements {
    /// Turns of this length, where no voice speaks.
    pub fn lasting(turn_ms: u64) -> Announcements {
        Announcements { turn_ms, known: BTreeSet::new(), waiting: VecDeque::new(), turn: None }
    }

    /// Puts a call into the queue, unless it is there or had its turn.
    pub fn offer(&mut self, call: &BoardCall, nth: Nth, at: Moment) {
        if !self.known.contains(&identity(call)) && !self.waits(call) {
            self.waiting.push_back(Waiting { call: call.clone(), since: at, nth });
        }
    }

    /// Remembers a call that needs no announcement.
    pub fn pass_over(&mut self, call: &BoardCall) {
        self.known.insert(identity(call));
    }

    /// Forgets what has left the board before its turn: nobody is sent to a counter that waits for somebody else.
    /// If it comes back (a step taken back, a hub restored), it is announced then.
    pub fn keep(&mut self, board: &Board) {
        let current: BTreeSet<Identity> = board.calls.iter().map(identity).collect();
        self.waiting.retain(|waiting| current.contains(&identity(&waiting.call)));
        while self.known.len() > KNOWN_MAX {
            let Some(oldest) = self.known.iter().find(|known| !current.contains(known)).cloned() else { return };
            self.known.remove(&oldest);
        }
    }

    /// The call whose turn begins now.
    pub fn next(&mut self, at: Moment) -> Option<BoardCall> {
        if self.turn.as_ref().is_some_and(|turn| at < turn.ends) {
            return None;
        }
        let next = self.waiting.pop_front();
        let call = next.as_ref().map(|next| next.call.clone());
        self.known.extend(call.as_ref().map(identity));
        self.turn = next.map(|of| Turn { of, began: at, ends: at.plus(self.turn_ms) });
        call
    }

    /// The call whose turn it is.
    pub fn announcing(&self) -> Option<Announcing<'_>> {
        let of = &self.turn.as_ref()?.of;
        Some(Announcing { call: &of.call, since: of.since, nth: of.nth, behind: self.waiting.len() })
    }

    /// A voice speaks of this call from now on.
    pub fn speaks(&mut self, call_seq: u64, at: Moment) {
        if let Some(turn) = self.turn.as_mut().filter(|turn| turn.of.call.call_seq == call_seq) {
            turn.ends = at.plus(SPEECH_MS_MAX);
        }
    }

    /// The voice has said it, or will not.
    pub fn spoke(&mut self, call_seq: u64, at: Moment) {
        let turn_ms = self.turn_ms;
        if let Some(turn) = self.turn.as_mut().filter(|turn| turn.of.call.call_seq == call_seq) {
            turn.ends = turn.began.plus(turn_ms).max(at);
        }
    }

    /// Where a call stands.
    pub fn place(&self, call: &BoardCall) -> Place {
        let identity = identity(call);
        if self.turn.as_ref().is_some_and(|turn| self::identity(&turn.of.call) == identity) {
            return Place::Now;
        }
        if self.waits(call) { Place::Waiting } else { Place::Over }
    }

    fn waits(&self, call: &BoardCall) -> bool {
        let wanted = identity(call);
        self.waiting.iter().any(|waiting| identity(&waiting.call) == wanted)
    }
}

fn identity(call: &BoardCall) -> Identity {
    (call.call_seq, call.called_at.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::tests::call;

    fn board(calls: &[BoardCall]) -> Board {
        Board { epoch: 1, day: 1, calls: calls.to_vec(), recent: Vec::new() }
    }

    fn offer(queue: &mut Announcements, call: &BoardCall) {
        queue.offer(call, Nth::First, Moment(0));
    }

    fn numbers(queue: &mut Announcements, moments: &[u64]) -> Vec<Option<u64>> {
        moments.iter().map(|ms| queue.next(Moment(*ms)).map(|call| call.call_seq)).collect()
    }

    #[test]
    fn turns_never_overlap() {
        let mut queue = Announcements::default();
        (1..=3).for_each(|n| offer(&mut queue, &call("1", n)));
        let got = numbers(&mut queue, &[0, 1, TURN_MS - 1, TURN_MS, TURN_MS + 1, 2 * TURN_MS, 9 * TURN_MS]);
        assert_eq!(got, [Some(1), None, None, Some(2), None, Some(3), None]);
    }

    #[test]
    fn a_turn_waits_for_the_voice_but_not_for_ever() {
        let mut queue = Announcements::default();
        (1..=3).for_each(|n| offer(&mut queue, &call("1", n)));
        assert_eq!(queue.next(Moment(0)).map(|call| call.call_seq), Some(1));
        queue.speaks(1, Moment(0));
        queue.spoke(7, Moment(100));
        assert_eq!(numbers(&mut queue, &[TURN_MS, 8_000]), [None, None]);
        queue.spoke(1, Moment(8_100));
        assert_eq!(numbers(&mut queue, &[8_099, 8_100]), [None, Some(2)]);
        queue.speaks(2, Moment(8_100));
        queue.spoke(2, Moment(8_200));
        assert_eq!(
            numbers(&mut queue, &[8_200, 8_100 + TURN_MS]),
            [None, Some(3)],
            "a short word is still a whole pulse"
        );
        queue.speaks(3, Moment(20_000));
        offer(&mut queue, &call("1", 4));
        assert_eq!(numbers(&mut queue, &[20_000 + SPEECH_MS_MAX - 1, 20_000 + SPEECH_MS_MAX]), [None, Some(4)]);
        let turn = queue.announcing().unwrap();
        assert_eq!((turn.call.call_seq, turn.since, turn.nth, turn.behind), (4, Moment(0), Nth::First, 0));
    }

    #[test]
    fn a_call_is_offered_once() {
        let mut queue = Announcements::default();
        offer(&mut queue, &call("1", 1));
        offer(&mut queue, &call("1", 1));
        assert_eq!(numbers(&mut queue, &[0, TURN_MS, 2 * TURN_MS]), [Some(1), None, None]);
        offer(&mut queue, &call("1", 1));
        assert_eq!(numbers(&mut queue, &[3 * TURN_MS]), [None]);
    }

    #[test]
    fn the_same_number_at_another_moment_is_another_call() {
        let mut queue = Announcements::default();
        offer(&mut queue, &call("1", 1));
        offer(&mut queue, &BoardCall { called_at: "2026-03-22T05:00:00Z".to_owned(), ..call("1", 1) });
        assert_eq!(numbers(&mut queue, &[0, TURN_MS]), [Some(1), Some(1)]);
    }

    #[test]
    fn what_left_the_board_before_its_turn_is_not_announced() {
        let mut queue = Announcements::default();
        (1..=3).for_each(|n| offer(&mut queue, &call(&n.to_string(), n)));
        queue.keep(&board(&[call("1", 1), call("3", 3)]));
        assert_eq!(numbers(&mut queue, &[0, TURN_MS, 2 * TURN_MS]), [Some(1), Some(3), None]);
        offer(&mut queue, &call("2", 2));
        assert_eq!(numbers(&mut queue, &[3 * TURN_MS]), [Some(2)]);
    }

    #[test]
    fn memory_is_bounded_and_keeps_what_is_on_the_board() {
        let mut queue = Announcements::default();
        let standing = call("1", 0);
        queue.pass_over(&standing);
        for n in 1..3_000 {
            queue.pass_over(&call("2", n));
            queue.keep(&board(std::slice::from_ref(&standing)));
        }
        assert_eq!(queue.known.len(), KNOWN_MAX);
        offer(&mut queue, &standing);
        assert_eq!(numbers(&mut queue, &[0]), [None]);
    }
}
