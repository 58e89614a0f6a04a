//! What comes back from a printer, byte by byte: answers to `DLE EOT`, and the word that a job is done.
//!
//! One read is never taken for one answer: bytes arrive as the line pleases. What is neither kind of answer (a status a
//! printer sends unasked, XON, noise) is passed over.

use super::status::{FIXED, FIXED_MASK};

/// Marks a job, and comes back when everything before it is done.
pub(super) type Mark = [u8; 4];

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// To a question about the status.
    Status(u8),
    /// Everything before this mark is printed.
    Done(Mark),
}

/// Puts answers together.
#[derive(Debug, Default)]
pub(super) struct Answers {
    held: Vec<u8>,
}

const HEADER: [u8; 2] = [0x37, 0x22];
const WHOLE: usize = HEADER.len() + size_of::<Mark>() + 1;

impl Answers {
    /// Takes a byte; gives the answer it ends.
    pub(super) fn push(&mut self, byte: u8) -> Option<Answer> {
        let fits = match self.held.len() {
            at @ (0 | 1) => byte == HEADER[at],
            2..=5 => byte.is_ascii_graphic(),
            _ => byte == 0,
        };
        if fits {
            self.held.push(byte);
            if self.held.len() == WHOLE {
                let mark = self.held[2..6].try_into().ok().map(Answer::Done);
                self.held.clear();
                return mark;
            }
            return None;
        }
        self.held.clear();
        if byte == HEADER[0] {
            self.held.push(byte);
            return None;
        }
        (byte & FIXED_MASK == FIXED).then_some(Answer::Status(byte))
    }
}

/// Asks the printer to say when everything before is done: `GS ( H`, function 48. Sent in its turn, unlike `DLE EOT`. A
/// printer that does not know it says nothing; if it takes the bytes for text, the reset at the next job drops them.
pub(super) fn when_done(mark: Mark) -> [u8; 11] {
    let [a, b, c, d] = mark;
    [0x1d, b'(', b'H', 6, 0, 48, 48, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Answer> {
        let mut answers = Answers::default();
        bytes.iter().filter_map(|byte| answers.push(*byte)).collect()
    }

    #[test]
    fn answers_are_found_in_any_company() {
        use Answer::{Done, Status};
        assert_eq!(read(&[0x12, 0x16, 0x7e]), [Status(0x12), Status(0x16), Status(0x7e)]);
        // The mark's own bytes look like a status, and are none.
        assert_eq!(read(b"\x12\x37\x222222\x00\x1e"), [Status(0x12), Done(*b"2222"), Status(0x1e)]);
        assert_eq!(read(b"\x11\x13\x00\xff\x37\x37\x22abcd\x00"), [Done(*b"abcd")], "noise before");
        assert_eq!(read(b"\x37\x22ab\x12"), [Status(0x12)], "a word that breaks off");
        assert_eq!(read(b"\x37\x12"), [Status(0x12)]);
    }

    #[test]
    fn a_question_carries_its_length() {
        assert_eq!(when_done(*b"0042"), *b"\x1d(H\x06\x00000042");
    }
}
