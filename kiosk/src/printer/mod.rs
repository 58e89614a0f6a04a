//! The printer: a thread that draws, sends and asks, one job at a time.
//!
//! A [`Device`] moves bytes; what they mean is here. A ticket is printed, or not a dot of it is, or nobody can say how much:
//! **from its first byte on nothing denies a paper**. A printer that reports a fault may have cut the paper in the same
//! moment, and one that falls silent may still cut it; so such a number counts, and what comes after it is a copy whose
//! paper says so: nobody holds a paper that calls nobody, and nobody two originals. Deliberately absent: queues and
//! retries. A ticket that did not come out is the session's business.

mod address;
mod answers;
mod escpos;
mod file;
mod line;
mod room;
mod status;
#[cfg(test)]
mod tests;
mod wired;

pub use address::{Address, BAUD_MIN, Tcp};
pub use escpos::job as encode;
pub use file::FilePrinter;
pub use room::run;
pub use status::{Query, condition};
pub use wired::{Patience, WiredPrinter};

use crate::{
    paper::{PaperText, Piece, Raster},
    session::{Attempt, Condition, Fault},
};
use std::io;
use uuid::Uuid;

/// Jobs that may wait: a visitor has one, and one more may have been left behind.
pub const JOBS_MAX: usize = 4;

/// A way to a printer.
pub trait Device {
    /// Asks a question, gets the byte that answers it.
    fn ask(&mut self, query: Query) -> io::Result<u8>;
    /// Sends a whole job.
    fn send(&mut self, impression: &Impression<'_>) -> Result<(), Unsent>;
    /// How far the last job is that was sent whole.
    fn progress(&mut self) -> Progress;
    /// Drops what the printer still holds of the last job: it must not come out when the printer is mended.
    fn discard(&mut self);
    /// Whether this ticket came out, asked after a crash.
    fn evidence(&mut self, ticket: Uuid) -> Evidence;
}

/// A job could not be sent whole.
#[derive(Debug, thiserror::Error)]
#[error("{begun:?} of the job was sent")]
pub struct Unsent {
    /// How much of it is with the printer.
    pub begun: Begun,
    /// Why.
    pub source: io::Error,
}

/// How much of a job a printer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Not a byte.
    Nothing,
    /// Some, never the end.
    Part,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Out.
    Done,
    /// Not yet.
    Printing,
    /// The device had it all and cannot say any more what became of it.
    Unknown,
}

/// One job on its way to the device.
#[derive(Debug)]
pub struct Impression<'a> {
    /// The ticket or the sheet.
    pub id: Uuid,
    /// A short name: a ticket's number.
    pub name: &'a str,
    /// What can be read on it, for devices that can show that.
    pub lines: Vec<String>,
    /// Its picture.
    pub raster: &'a Raster,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a device knows about a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The paper is out.
    Out,
    /// The paper is not out.
    NotOut,
    /// The device cannot tell.
    None,
}

/// Something to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// A ticket.
    Ticket(Box<Job>),
    /// A list, a report.
    Sheet(SheetJob),
}

/// A ticket to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which tap it belongs to.
    pub attempt: Attempt,
    /// The ticket.
    pub ticket: Uuid,
    /// What stands on it.
    pub text: PaperText,
}

/// A sheet to print: what documents to bring, a self-test's report. Nothing depends on it, so nothing is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetJob {
    /// Its identity, given back with the answer.
    pub sheet: Uuid,
    /// What stands on it, from above.
    pub pieces: Vec<Piece>,
}

impl From<Job> for Order {
    fn from(job: Job) -> Order {
        Order::Ticket(Box::new(job))
    }
}

impl From<SheetJob> for Order {
    fn from(job: SheetJob) -> Order {
        Order::Sheet(job)
    }
}

/// What the printer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// How it is, when that changed.
    Is(Condition),
    /// The paper is out.
    Printed(Job),
    /// Some of it may be on paper, or all of it: the printer had a byte of it and then a fault.
    Doubtful(Job, Fault),
    /// Not a dot of it is on paper.
    NotPrinted(Job, Fault),
    /// The sheet is out.
    SheetPrinted(Uuid),
    /// It is not.
    SheetNotPrinted(Uuid, Fault),
}

impl<D: Device + ?Sized> Device for Box<D> {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        (**self).ask(query)
    }

    fn send(&mut self, impression: &Impression<'_>) -> Result<(), Unsent> {
        (**self).send(impression)
    }

    fn progress(&mut self) -> Progress {
        (**self).progress()
    }

    fn discard(&mut self) {
        (**self).discard();
    }

    fn evidence(&mut self, ticket: Uuid) -> Evidence {
        (**self).evidence(ticket)
    }
}
