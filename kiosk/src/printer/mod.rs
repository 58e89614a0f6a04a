//! The printer: a thread that draws, sends and asks, one job at a time.
//!
//! A [`Device`] moves bytes; what they mean is here. A job is answered exactly once: printed, or not and why. A device
//! that cannot say whether the paper came out is believed when it took the bytes and is well afterwards.
//! Deliberately absent: queues and retries. A ticket that did not come out is the session's business.

mod escpos;
mod file;
mod status;
#[cfg(test)]
mod tests;

pub use file::FilePrinter;
pub use status::{Query, condition};

use crate::{
    paper::{PaperText, Press, Raster, Width},
    session::{Attempt, Condition, Fault},
};
use std::{
    io,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};
use uuid::Uuid;

/// How often an idle printer is asked how it is.
const ASK_EVERY_MS: u64 = 1_000;
/// Jobs that may wait: a visitor has one, and one more may have been left behind.
pub const JOBS_MAX: usize = 4;

/// A way to a printer.
pub trait Device {
    /// Asks a question, gets the byte that answers it.
    fn ask(&mut self, query: Query) -> io::Result<u8>;
    /// Sends a whole ticket.
    fn send(&mut self, sheet: &Sheet<'_>) -> io::Result<()>;
    /// Whether this ticket came out, asked after a crash.
    fn evidence(&mut self, ticket: Uuid) -> Evidence;
}

/// One ticket on its way to the device.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The ticket.
    pub ticket: Uuid,
    /// Its number.
    pub number: &'a str,
    /// Its lines, for devices that can show them.
    pub lines: Vec<&'a str>,
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
pub struct Job {
    /// Which tap it belongs to.
    pub attempt: Attempt,
    /// The ticket.
    pub ticket: Uuid,
    /// What stands on it.
    pub text: PaperText,
}

/// What the printer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// How it is, when that changed.
    Is(Condition),
    /// The paper is out.
    Printed(Job),
    /// It is not.
    NotPrinted(Job, Fault),
}

/// The printer's thread: runs until nobody sends jobs any more.
pub fn run(mut device: impl Device, width: Width, jobs: &Receiver<Job>, mut say: impl FnMut(Word)) {
    let press = match Press::new(width) {
        Ok(press) => press,
        Err(error) => {
            tracing::error!(%error, "the paper cannot be drawn");
            say(Word::Is(Condition::Faulty(Fault::Silent)));
            return;
        }
    };
    let mut known = None;
    loop {
        let now = ask(&mut device);
        if known != Some(now) {
            known = Some(now);
            say(Word::Is(now));
        }
        match jobs.recv_timeout(Duration::from_millis(ASK_EVERY_MS)) {
            Ok(job) => {
                let word = print(&mut device, &press, job);
                // Who is told of a fault is told of its end too, even if it was mended before the next look.
                if let Word::NotPrinted(_, fault) = &word {
                    known = Some(Condition::Faulty(*fault));
                }
                say(word);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn print(device: &mut impl Device, press: &Press, job: Job) -> Word {
    if let Condition::Faulty(fault) = ask(device) {
        return Word::NotPrinted(job, fault);
    }
    let raster = press.draw(&job.text);
    let bytes = match escpos::job(&raster) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(ticket = %job.ticket, %error, "ticket {} cannot be encoded", job.ticket);
            return Word::NotPrinted(job, Fault::Silent);
        }
    };
    let sheet =
        Sheet { ticket: job.ticket, number: &job.text.number, lines: job.text.lines(), raster: &raster, bytes: &bytes };
    if let Err(error) = device.send(&sheet) {
        tracing::warn!(ticket = %job.ticket, %error, "ticket {} could not be sent to the printer", job.ticket);
        let fault = match ask(device) {
            Condition::Faulty(fault) => fault,
            Condition::Ready | Condition::PaperLow => Fault::Jam,
        };
        return Word::NotPrinted(job, fault);
    }
    match ask(device) {
        Condition::Ready | Condition::PaperLow => Word::Printed(job),
        Condition::Faulty(fault) => Word::NotPrinted(job, fault),
    }
}

fn ask(device: &mut impl Device) -> Condition {
    let mut answers = [0; 3];
    for (answer, query) in answers.iter_mut().zip(Query::ALL) {
        match device.ask(query) {
            Ok(byte) => *answer = byte,
            Err(_) => return Condition::Faulty(Fault::Silent),
        }
    }
    condition(answers)
}
