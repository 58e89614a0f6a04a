//! Bytes of a `text/event-stream` cut into frames, however the network splits them.
//!
//! Follows the WHATWG rules (LF, CR and CRLF end a line, `:` begins a comment, an id may not hold NUL, a frame without
//! data says nothing), with limits on a line and on a frame's data, because what comes from outside is bounded before
//! it is read. Deliberately absent: reconnecting, and any meaning of a frame.

/// The longest line.
pub const LINE_BYTES_MAX: usize = 256 * 1024;
/// The longest data of one frame, all its lines together.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// A line or a frame's data is longer than any hub writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {part} of the stream is longer than {bytes_max} bytes")]
pub struct TooLong {
    /// `line` or `frame`.
    pub part: &'static str,
    /// The limit.
    pub bytes_max: usize,
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The last `id:` of the stream so far, if it was a number.
    pub id: Option<u64>,
    /// `event:`, `message` without one.
    pub event: String,
    /// The `data:` lines, joined by line feeds.
    pub data: String,
}

/// The cutter. It keeps at most one line and one frame.
#[derive(Debug, Default)]
pub struct Frames {
    line: Vec<u8>,
    after_cr: AfterCr,
    begun: Begun,
    id: Option<u64>,
    event: String,
    data: Option<String>,
}

/// Whether a line feed now would be the second half of a CRLF.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum AfterCr {
    #[default]
    No,
    Yes,
}

/// Whether a first line was read: only that one may begin with a byte order mark.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Begun {
    #[default]
    No,
    Yes,
}

impl Frames {
    /// Takes the next bytes and gives the frames they complete.
    ///
    /// # Errors
    /// A line or a frame beyond its limit; the stream is then of no more use.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, TooLong> {
        let mut frames = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr == AfterCr::Yes => {}
                b'\n' => frames.extend(self.end_line()?),
                b'\r' => {
                    self.after_cr = AfterCr::Yes;
                    frames.extend(self.end_line()?);
                }
                _ if self.line.len() == LINE_BYTES_MAX => {
                    return Err(TooLong { part: "line", bytes_max: LINE_BYTES_MAX });
                }
                _ => self.line.push(byte),
            }
        }
        Ok(frames)
    }

    fn end_line(&mut self) -> Result<Option<Frame>, TooLong> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let line = match std::mem::replace(&mut self.begun, Begun::Yes) {
            Begun::No => text.strip_prefix('\u{feff}').unwrap_or(&text),
            Begun::Yes => &text,
        };
        if line.is_empty() {
            return Ok(self.end_frame());
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => self.more_data(value)?,
            "event" => value.clone_into(&mut self.event),
            "id" if !value.contains('\0') => self.id = value.parse().ok(),
            _ => {}
        }
        Ok(None)
    }

    fn end_frame(&mut self) -> Option<Frame> {
        let event = std::mem::take(&mut self.event);
        let data = self.data.take()?;
        let event = if event.is_empty() { "message".to_owned() } else { event };
        Some(Frame { id: self.id, event, data })
    }

    fn more_data(&mut self, value: &str) -> Result<(), TooLong> {
        let data = match &mut self.data {
            Some(data) => {
                data.push('\n');
                data
            }
            none => none.insert(String::new()),
        };
        if data.len() + value.len() > EVENT_BYTES_MAX {
            return Err(TooLong { part: "frame", bytes_max: EVENT_BYTES_MAX });
        }
        data.push_str(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames(text: &str) -> Vec<Frame> {
        Frames::default().feed(text.as_bytes()).unwrap()
    }

    fn frame(id: Option<u64>, event: &str, data: &str) -> Frame {
        Frame { id, event: event.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn a_frame_has_an_id_a_name_and_data() {
        assert_eq!(frames("event: beat\nid: 7\ndata: {}\n\n"), [frame(Some(7), "beat", "{}")]);
    }

    #[test]
    fn every_line_end_counts_once() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("data: a{end}data: b{end}{end}data: c{end}{end}");
            assert_eq!(frames(&text), [frame(None, "message", "a\nb"), frame(None, "message", "c")], "{end:?}");
        }
    }

    #[test]
    fn comments_and_unknown_fields_say_nothing() {
        assert_eq!(frames(": keep-alive\n\nretry: 1\nweather: fine\ndata\n\n"), [frame(None, "message", "")]);
    }

    #[test]
    fn an_id_lasts_until_the_next() {
        let got = frames("id: 4\ndata: a\n\ndata: b\n\nid\ndata: c\n\n");
        assert_eq!(got.iter().map(|f| f.id).collect::<Vec<_>>(), [Some(4), Some(4), None]);
    }

    #[test]
    fn an_id_with_nul_is_ignored() {
        assert_eq!(frames("id: 4\nid: 5\0\ndata: a\n\n"), [frame(Some(4), "message", "a")]);
    }

    #[test]
    fn only_one_space_belongs_to_the_field() {
        assert_eq!(frames("data:  a\ndata:b\n\n"), [frame(None, "message", " a\nb")]);
    }

    #[test]
    fn a_byte_order_mark_stands_only_at_the_beginning() {
        assert_eq!(frames("\u{feff}data: a\n\n\u{feff}data: b\n\n"), [frame(None, "message", "a")]);
    }

    #[test]
    fn an_unfinished_frame_is_not_given() {
        assert_eq!(frames("data: a\n"), []);
    }

    #[test]
    fn a_line_at_the_limit_passes_and_one_beyond_does_not() {
        let line = |n: usize| [vec![b':'; n], b"\n".to_vec()].concat();
        assert_eq!(Frames::default().feed(&line(LINE_BYTES_MAX)), Ok(Vec::new()));
        assert!(Frames::default().feed(&line(LINE_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn a_frame_of_many_lines_is_bounded_too() {
        let line = [b"data: ".to_vec(), vec![b'x'; 60 * 1024], b"\n".to_vec()].concat();
        let mut cutter = Frames::default();
        assert!((0..4).all(|_| cutter.feed(&line).is_ok()));
        assert!(cutter.feed(&line).is_err());
    }

    /// Pieces that make streams with every shape of line, and some that are no streams at all.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just("\r".to_owned()),
            Just("data: ".to_owned()),
            Just("event: change".to_owned()),
            Just(": comment".to_owned()),
            Just("\u{feff}".to_owned()),
            (0_u64..100).prop_map(|n| format!("id: {n}")),
            "[a-zʻў:\\x00 ]{0,8}",
        ]
    }

    proptest! {
        #[test]
        fn where_the_network_cuts_never_matters(
            pieces in prop::collection::vec(piece(), 0..60),
            cuts in prop::collection::vec(0_usize..400, 0..20),
        ) {
            let bytes = pieces.concat().into_bytes();
            let whole = Frames::default().feed(&bytes).unwrap();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut cutter = Frames::default();
            let mut parts = Vec::new();
            for cut in cuts.windows(2) {
                parts.extend(cutter.feed(&bytes[cut[0]..cut[1]]).unwrap());
            }
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn no_bytes_make_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = Frames::default().feed(&bytes);
        }
    }
}
