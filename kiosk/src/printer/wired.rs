//! A printer at the end of a line that talks: it is asked by `DLE EOT`, and says when a job is done if it knows how.
//!
//! The line stays open while it is well; anything strange closes it, and the next question opens it anew: an answer can
//! then never be taken for that to another question. A job that broke off may have left the printer in the middle of a
//! picture, where it would swallow what follows: so first it is told to drop everything, and then given as much of
//! nothing as a picture can still want.

use super::{
    Begun, Device, Evidence, Impression, Progress, Query, Unsent,
    address::Address,
    answers::{Answer, Answers, Mark, when_done},
    escpos::BAND_BYTES_MAX,
    line::Line,
};
use std::{
    io,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How long a printer may take for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To take a connection.
    pub connect_ms: u64,
    /// To answer a question.
    pub answer_ms: u64,
    /// To take another byte.
    pub stall_ms: u64,
    /// To take a whole job.
    pub job_ms: u64,
    /// Rows a slow printer burns in a second, if it does not say when it is done: 60 mm.
    pub rows_per_s: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { connect_ms: 2_000, answer_ms: 1_000, stall_ms: 4_000, job_ms: 12_000, rows_per_s: 480 }
    }
}

const _: () = assert!(
    Patience { connect_ms: 0, answer_ms: 0, stall_ms: 0, job_ms: 12_000, rows_per_s: 1 }.job_ms
        < crate::session::PRINT_MS
);

/// Clears the printer's buffers at once (`DLE DC4`, function 8), also while it is off line.
const DROP_EVERYTHING: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];
/// Answers that may wait unread; a printer has nothing more to say.
const STALE_BYTES_MAX: usize = 4 * 1024;

/// A printer by TCP, USB or a serial line.
#[derive(Debug)]
pub struct WiredPrinter {
    address: Address,
    patience: Patience,
    open: Option<Open>,
    marks: u16,
    last: Last,
    /// Whether a job broke off on a line that is gone.
    state: State,
}

#[derive(Debug)]
struct Open {
    line: Line,
    answers: Answers,
    /// The mark sent when the line was opened: who answers it says when jobs are done.
    greeting: Mark,
    tells: Tells,
    done: Option<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    NotKnown,
    WhenDone,
}

/// The last job that was sent whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    None,
    /// It is done when this mark comes back.
    Marked(Mark),
    /// It is done by then.
    Timed(Instant),
    /// The line was lost after its last byte.
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    BrokenOff,
}

impl WiredPrinter {
    /// Nothing is opened yet: a printer that is switched on later is found later.
    pub fn new(address: Address, patience: Patience) -> WiredPrinter {
        WiredPrinter { address, patience, open: None, marks: 0, last: Last::None, state: State::Clean }
    }

    /// The open line, or a new one.
    fn opened(&mut self) -> io::Result<&mut Open> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.open_anew()?,
        };
        Ok(self.open.insert(open))
    }

    fn open_anew(&mut self) -> io::Result<Open> {
        let mut line = Line::open(&self.address, Duration::from_millis(self.patience.connect_ms))?;
        let greeting = self.mark();
        let mut hello = Vec::new();
        if self.state == State::BrokenOff {
            hello.extend_from_slice(&DROP_EVERYTHING);
            hello.resize(hello.len() + BAND_BYTES_MAX, 0);
            hello.extend_from_slice(&DROP_EVERYTHING);
        }
        hello.extend_from_slice(&[0x1b, b'@']);
        hello.extend_from_slice(&when_done(greeting));
        let (stall, until) = (self.stall(), self.until(self.patience.job_ms));
        line.write(&hello, stall, until).map_err(|unsent| unsent.source)?;
        self.state = State::Clean;
        tracing::info!(printer = ?self.address, "the line to the printer is open");
        Ok(Open { line, answers: Answers::default(), greeting, tells: Tells::NotKnown, done: None })
    }

    fn lose(&mut self, error: &io::Error) {
        let Some(open) = self.open.take() else { return };
        tracing::info!(printer = ?self.address, %error, "the line to the printer is lost: {error}");
        open.line.abort();
        match self.last {
            Last::Marked(mark) if open.done != Some(mark) => self.last = Last::Lost,
            Last::Timed(until) if Instant::now() < until => self.last = Last::Lost,
            Last::Marked(_) | Last::Timed(_) => self.last = Last::None,
            Last::None | Last::Lost => {}
        }
    }

    fn ask_once(&mut self, query: Query) -> io::Result<u8> {
        let (stall, until) = (self.stall(), self.until(self.patience.answer_ms));
        let open = self.opened()?;
        open.drain()?;
        open.line.write(&query.bytes(), stall, until).map_err(|unsent| unsent.source)?;
        open.status(until)
    }

    fn send_all(&mut self, impression: &Impression<'_>) -> Result<(), Unsent> {
        let nothing = |source| Unsent { begun: Begun::Nothing, source };
        let mark = self.mark();
        let (stall, until) = (self.stall(), self.until(self.patience.job_ms));
        let rows = u64::try_from(impression.raster.height()).unwrap_or(u64::MAX);
        let burns = Duration::from_millis(rows.saturating_mul(1_000) / self.patience.rows_per_s.max(1));
        let open = self.opened().map_err(nothing)?;
        open.drain().map_err(nothing)?;
        let tells = open.tells;
        open.line.write(impression.bytes, stall, until)?;
        self.last = match tells {
            Tells::NotKnown => Last::Timed(Instant::now() + burns),
            Tells::WhenDone => {
                // If the line breaks here the job is whole all the same.
                match open.line.write(&when_done(mark), stall, until) {
                    Ok(()) => Last::Marked(mark),
                    Err(_) => Last::Lost,
                }
            }
        };
        Ok(())
    }

    fn mark(&mut self) -> Mark {
        self.marks = self.marks % 9_999 + 1;
        let mut mark = *b"0000";
        for (at, digit) in mark.iter_mut().rev().enumerate() {
            let power = 10_u16.pow(u32::try_from(at).unwrap_or_default());
            *digit = b'0' + u8::try_from(self.marks / power % 10).unwrap_or_default();
        }
        mark
    }

    fn stall(&self) -> Duration {
        Duration::from_millis(self.patience.stall_ms)
    }

    fn until(&self, ms: u64) -> Instant {
        Instant::now() + Duration::from_millis(ms)
    }
}

impl Open {
    /// Reads what was said before, so that it is not taken for the answer to what is asked next.
    fn drain(&mut self) -> io::Result<()> {
        let (mut bytes, mut stale) = ([0; 256], 0);
        loop {
            match self.line.read(&mut bytes, Instant::now()) {
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(()),
                Err(error) => return Err(error),
                Ok(count) => {
                    stale += count;
                    if stale > STALE_BYTES_MAX {
                        return Err(io::Error::other("the printer does not stop talking"));
                    }
                    self.hear(&bytes[..count]);
                }
            }
        }
    }

    /// The next status.
    fn status(&mut self, until: Instant) -> io::Result<u8> {
        let mut bytes = [0; 64];
        loop {
            let count = self.line.read(&mut bytes, until)?;
            if let Some(status) = self.hear(&bytes[..count]) {
                return Ok(status);
            }
        }
    }

    /// Takes bytes in; the first status among them.
    fn hear(&mut self, bytes: &[u8]) -> Option<u8> {
        let mut first = None;
        for byte in bytes {
            match self.answers.push(*byte) {
                Some(Answer::Status(status)) => first = first.or(Some(status)),
                Some(Answer::Done(mark)) => {
                    self.done = Some(mark);
                    if mark == self.greeting {
                        self.tells = Tells::WhenDone;
                    }
                }
                None => {}
            }
        }
        first
    }
}

impl Device for WiredPrinter {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        self.ask_once(query).inspect_err(|error| self.lose(error))
    }

    fn send(&mut self, impression: &Impression<'_>) -> Result<(), Unsent> {
        self.last = Last::None;
        self.send_all(impression).inspect_err(|unsent| {
            if unsent.begun == Begun::Part {
                self.state = State::BrokenOff;
            }
            self.lose(&unsent.source);
        })
    }

    fn progress(&mut self) -> Progress {
        let done = self.open.as_ref().and_then(|open| open.done);
        match self.last {
            Last::None => Progress::Done,
            Last::Marked(mark) if done == Some(mark) => Progress::Done,
            Last::Timed(until) if Instant::now() >= until => Progress::Done,
            Last::Marked(_) | Last::Timed(_) => Progress::Printing,
            Last::Lost => Progress::Unknown,
        }
    }

    fn discard(&mut self) {
        self.last = Last::None;
        let (stall, until) = (self.stall(), self.until(self.patience.answer_ms));
        let Some(open) = &mut self.open else { return };
        if let Err(unsent) = open.line.write(&DROP_EVERYTHING, stall, until) {
            self.lose(&unsent.source);
        }
    }

    /// A printer has no memory of its jobs.
    fn evidence(&mut self, _: Uuid) -> Evidence {
        Evidence::None
    }
}
