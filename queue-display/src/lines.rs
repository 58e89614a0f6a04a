//! The display without a window: one JSON line for each board shown, call announced, alert to be heard, change of
//! staleness.
//!
//! Journeys and simulated halls watch the real program by it. A line of a board carries the board as the hub's own
//! `GET /api/v1/board` has it, so that the two can be compared. Deliberately absent: pages, pulses and the clock, which
//! are the screen's own.

use crate::{
    board::{Display, Freshness, Moment},
    program::Face,
};
use serde::Serialize;
use std::io::{self, Write};
use wire::board::{Board, BoardCall};

/// Writes lines wherever they go.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    board: Option<Board>,
    freshness: Option<Freshness>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "show", rename_all = "kebab-case")]
enum Line<'a> {
    Board {
        board: &'a Board,
    },
    Announcement {
        call: &'a BoardCall,
    },
    Alert {
        notices: &'a [String],
    },
    Stale {
        stale: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<&'static str>,
    },
}

impl<W: Write> Lines<W> {
    /// Lines to `out`.
    pub fn new(out: W) -> Lines<W> {
        Lines { out, board: None, freshness: None }
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.out.write_all(&text)?;
        self.out.flush()
    }
}

impl<W: Write> Face for Lines<W> {
    type Error = io::Error;

    fn alerts(&mut self, notices: &[String]) -> io::Result<()> {
        self.line(&Line::Alert { notices })
    }

    fn show(&mut self, at: Moment, display: &Display, announced: Option<&BoardCall>) -> io::Result<()> {
        if display.board() != self.board.as_ref()
            && let Some(board) = display.board()
        {
            self.line(&Line::Board { board })?;
            self.board = Some(board.clone());
        }
        if let Some(call) = announced {
            self.line(&Line::Announcement { call })?;
        }
        let freshness = display.freshness(at);
        if self.freshness.replace(freshness) == Some(freshness) {
            return Ok(());
        }
        match freshness {
            Freshness::Starting => Ok(()),
            Freshness::Fresh => self.line(&Line::Stale { stale: false, why: None }),
            Freshness::Stale => self.line(&Line::Stale { stale: true, why: None }),
            Freshness::Overtaken => self.line(&Line::Stale { stale: true, why: Some("two-hubs") }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Event, STALE_MS, tests::call};
    use wire::board::{BoardChange, BoardEvent};

    #[test]
    fn a_line_for_each_thing_shown_and_none_for_nothing() {
        let mut lines = Lines::new(Vec::new());
        let mut display = Display::new(Moment(0));
        let empty = Board { epoch: 1, day: 2, ..Board::default() };
        let events = [
            (0, Event::Tick),
            (1, Event::Stream(BoardEvent::Snapshot(empty))),
            (2, Event::Stream(BoardEvent::Change(BoardChange::Called { call: call("1", 1) }))),
            (3, Event::Tick),
            (2 + STALE_MS, Event::Tick),
            (3 + STALE_MS, Event::Tick),
            (4 + STALE_MS, Event::Overtaken),
            (5 + STALE_MS, Event::Tick),
        ];
        for (ms, event) in events {
            let announced = display.handle(Moment(ms), event);
            lines.show(Moment(ms), &display, announced.as_ref()).unwrap();
        }
        let call = r#"{"number":"A-001","counter":"1","call_seq":1,"called_at":"2026-03-21T05:00:00Z","stage":"called","language":"uz-Latn"}"#;
        let expected = format!(
            concat!(
                r#"{{"show":"board","board":{{"epoch":1,"day":2,"calls":[],"recent":[]}}}}"#,
                "\n",
                r#"{{"show":"stale","stale":false}}"#,
                "\n",
                r#"{{"show":"board","board":{{"epoch":1,"day":2,"calls":[{0}],"recent":[]}}}}"#,
                "\n",
                r#"{{"show":"announcement","call":{0}}}"#,
                "\n",
                r#"{{"show":"stale","stale":true}}"#,
                "\n",
                r#"{{"show":"stale","stale":true,"why":"two-hubs"}}"#,
                "\n"
            ),
            call
        );
        assert_eq!(String::from_utf8(lines.out).unwrap(), expected);
    }
}
