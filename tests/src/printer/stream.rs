//! The bytes a printer receives, cut into what it does with them. Written from the manual's list of commands, for the few
//! that a picture on paper needs; anything else is kept as it is.

/// Something to do, in its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it is.
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `ESC @`.
    Reset,
    /// The head of `GS v 0`, or one row of it.
    Picture,
    /// `GS V`.
    Cut,
    /// `GS ( H`, function 48.
    WhenDone([u8; 4]),
    /// NUL.
    Nothing,
    /// Text, or a command that is not known here.
    Other,
}

/// What one more byte brought.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// `DLE EOT n`, wherever it stands: a printer looks for it inside pictures too.
    pub(super) question: Option<u8>,
    /// `DLE DC4 8 …`.
    pub(super) drop_everything: bool,
    /// A whole token.
    pub(super) token: Option<Token>,
}

/// Cuts the stream.
#[derive(Debug, Default)]
pub(super) struct Reader {
    last: Vec<u8>,
    held: Vec<u8>,
    /// Rows that are still to come, and the bytes of each.
    rows: (usize, usize),
}

const DROP: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];

impl Reader {
    pub(super) fn push(&mut self, byte: u8) -> Heard {
        let mut heard = Heard::default();
        self.last.push(byte);
        let known = self.last.len().saturating_sub(DROP.len());
        self.last.drain(..known);
        if let [.., 0x10, 4, which @ 1..=4] = self.last[..] {
            heard.question = Some(which);
        }
        heard.drop_everything = self.last == DROP;
        self.held.push(byte);
        heard.token = self.token();
        heard
    }

    fn token(&mut self) -> Option<Token> {
        let kind = match (self.rows, &self.held[..]) {
            ((rows @ 1.., stride), held) if held.len() == stride => {
                self.rows = (rows - 1, stride);
                Kind::Picture
            }
            ((1.., _), _) => return None,
            (_, [0]) => Kind::Nothing,
            (_, [0x10, 4, _] | [0x10, 5, _] | [0x10, 0x14, _, _, _, _, _, _, _, _]) => {
                self.held.clear();
                return None;
            }
            (_, [0x1b, b'@']) => Kind::Reset,
            (_, [0x1d, b'V', b'A' | b'B', _] | [0x1d, b'V', 0 | 1 | b'0' | b'1']) => Kind::Cut,
            (_, [0x1d, b'v', b'0', _, xl, xh, yl, yh]) => {
                self.rows = (usize::from(*yl) | usize::from(*yh) << 8, usize::from(*xl) | usize::from(*xh) << 8);
                Kind::Picture
            }
            (_, [0x1d, b'(', b'H', 6, 0, 48, 48, a, b, c, d]) => Kind::WhenDone([*a, *b, *c, *d]),
            (_, [0x1d, b'(', b'H', ..])
            | (_, [0x1d, b'v' | b'V' | b'(', ..])
            | (_, [0x1b | 0x1d])
            | (_, [0x10, ..]) => {
                return None;
            }
            (_, [0x1b, _]) | (_, [_]) | (_, [0x1d, _]) => Kind::Other,
            (_, _) => Kind::Other,
        };
        Some(Token { bytes: std::mem::take(&mut self.held), kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Kind> {
        let mut reader = Reader::default();
        bytes.iter().filter_map(|byte| reader.push(*byte).token).map(|token| token.kind).collect()
    }

    #[test]
    fn a_job_is_cut_into_rows() {
        let job = b"\x1b@\x1dv0\x00\x02\x00\x03\x00aabbcc\x1dV\x41\x00\x1d(H\x06\x00000042";
        use Kind::{Cut, Picture, Reset, WhenDone};
        assert_eq!(read(job), [Reset, Picture, Picture, Picture, Picture, Cut, WhenDone(*b"0042")]);
    }

    #[test]
    fn a_question_inside_a_picture_is_answered_and_stays_a_dot() {
        let mut reader = Reader::default();
        let heard: Vec<Heard> =
            b"\x1dv0\x00\x04\x00\x01\x00\x10\x04\x02\xff\x10\x04\x04".iter().map(|byte| reader.push(*byte)).collect();
        assert_eq!(heard.iter().filter_map(|heard| heard.question).collect::<Vec<_>>(), [2, 4]);
        let tokens: Vec<Token> = heard.into_iter().filter_map(|heard| heard.token).collect();
        assert_eq!(tokens[1].bytes, [0x10, 4, 2, 0xff]);
        assert_eq!(tokens.len(), 2, "a question is nothing to print");
    }

    #[test]
    fn everything_can_be_dropped_at_any_moment() {
        let mut reader = Reader::default();
        let stream = [&b"\x1dv0\x00\x48\x00\xf0\x00"[..], &[7; 100], &DROP].concat();
        assert!(reader.push(0).token.is_some_and(|token| token.kind == Kind::Nothing));
        let told: Vec<bool> = stream.iter().map(|byte| reader.push(*byte).drop_everything).collect();
        assert!(told.last().is_some_and(|last| *last) && told.iter().filter(|told| **told).count() == 1);
    }
}
