//! Whose turn it is to be announced: each call once, one after another.
//!
//! A call is known by its number and its moment together, so that a hub restored from a backup, whose numbers begin
//! lower again, is still heard. Deliberately absent: the chime and the voice. A turn lasts as long as its row pulses;
//! a voice will end the turn when it has spoken.

use crate::board::Moment;
use std::collections::{BTreeSet, VecDeque};
use wire::{
    board::{Board, BoardCall},
    client_stream::COUNTERS_MAX,
};

/// How long a turn lasts: three calm pulses.
pub const TURN_MS: u64 = 2_400;
/// Calls that had their turn and are remembered, besides those on the board.
const KNOWN_MAX: usize = 1_024;
const _: () = assert!(KNOWN_MAX > COUNTERS_MAX, "what is on the board is always remembered");

/// The queue of announcements.
#[derive(Debug, Default)]
pub struct Announcements {
    known: BTreeSet<Identity>,
    waiting: VecDeque<BoardCall>,
    turn: Option<Turn>,
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
struct Turn {
    call: Identity,
    ends: Moment,
}

impl Announcements {
    /// Puts a call into the queue, unless it is there or had its turn.
    pub fn offer(&mut self, call: &BoardCall) {
        if !self.known.contains(&identity(call)) && !self.waits(call) {
            self.waiting.push_back(call.clone());
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
        self.waiting.retain(|call| current.contains(&identity(call)));
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
        let call = self.waiting.pop_front();
        self.known.extend(call.as_ref().map(identity));
        self.turn = call.as_ref().map(|call| Turn { call: identity(call), ends: at.plus(TURN_MS) });
        call
    }

    /// Where a call stands.
    pub fn place(&self, call: &BoardCall) -> Place {
        let identity = identity(call);
        if self.turn.as_ref().is_some_and(|turn| turn.call == identity) {
            return Place::Now;
        }
        if self.waits(call) { Place::Waiting } else { Place::Over }
    }

    fn waits(&self, call: &BoardCall) -> bool {
        let wanted = identity(call);
        self.waiting.iter().any(|waiting| identity(waiting) == wanted)
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

    fn numbers(queue: &mut Announcements, moments: &[u64]) -> Vec<Option<u64>> {
        moments.iter().map(|ms| queue.next(Moment(*ms)).map(|call| call.call_seq)).collect()
    }

    #[test]
    fn turns_never_overlap() {
        let mut queue = Announcements::default();
        (1..=3).for_each(|n| queue.offer(&call("1", n)));
        let got = numbers(&mut queue, &[0, 1, TURN_MS - 1, TURN_MS, TURN_MS + 1, 2 * TURN_MS, 9 * TURN_MS]);
        assert_eq!(got, [Some(1), None, None, Some(2), None, Some(3), None]);
    }

    #[test]
    fn a_call_is_offered_once() {
        let mut queue = Announcements::default();
        queue.offer(&call("1", 1));
        queue.offer(&call("1", 1));
        assert_eq!(numbers(&mut queue, &[0, TURN_MS, 2 * TURN_MS]), [Some(1), None, None]);
        queue.offer(&call("1", 1));
        assert_eq!(numbers(&mut queue, &[3 * TURN_MS]), [None]);
    }

    #[test]
    fn the_same_number_at_another_moment_is_another_call() {
        let mut queue = Announcements::default();
        queue.offer(&call("1", 1));
        queue.offer(&BoardCall { called_at: "2026-03-22T05:00:00Z".to_owned(), ..call("1", 1) });
        assert_eq!(numbers(&mut queue, &[0, TURN_MS]), [Some(1), Some(1)]);
    }

    #[test]
    fn what_left_the_board_before_its_turn_is_not_announced() {
        let mut queue = Announcements::default();
        (1..=3).for_each(|n| queue.offer(&call(&n.to_string(), n)));
        queue.keep(&board(&[call("1", 1), call("3", 3)]));
        assert_eq!(numbers(&mut queue, &[0, TURN_MS, 2 * TURN_MS]), [Some(1), Some(3), None]);
        queue.offer(&call("2", 2));
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
        queue.offer(&standing);
        assert_eq!(numbers(&mut queue, &[0]), [None]);
    }
}
