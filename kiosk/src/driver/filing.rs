//! The driver's half that hands an application to the hub: a place, the seal, the pieces, the filing, and each of them again
//! with the same ids until the hub has said what became of it.
//!
//! It is sealed here, so nothing open ever leaves the kiosk, and nothing of it is on the kiosk's disk, open or sealed: an
//! application is its visitor's until the hub has it. A place that is gone, because the hub was restored, is asked for
//! anew and the seal made anew. Deliberately absent: patience; the session says how long its visitor waits.

use super::{Driver, Link, Now, View};
use crate::{
    net::Request,
    session::{Application, Arrived, Attempt, Event, News, Outcome, Word},
};
use std::sync::Arc;
use uuid::Uuid;
use wire::{
    applications::{ApplicationFiled, ApplicationSeen, ApplicationSlot, FileApplication, ReserveApplication},
    client::NoAnswer,
};

/// Places that may be lost for one application: each is a hub that was restored.
const PLACES_MAX: u32 = 4;
/// The hub's codes for a place or a seal that no longer counts.
const PLACE_GONE: [&str; 2] = ["no-slot", "seal-foreign"];

/// An application on its way.
pub(super) struct Filing {
    attempt: Attempt,
    application: Application,
    /// The same at every try, so that a place is asked for once.
    command: Uuid,
    closed: Option<Closed>,
    places: u32,
    /// Whether the line is silent: it goes on when the hub is met again.
    waits: Waits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    Yes,
    No,
}

/// What nobody without a key can read.
struct Closed {
    case_id: Uuid,
    filing: FileApplication,
    pieces: Vec<Arc<Vec<u8>>>,
    /// How many of them the hub has.
    put: usize,
    arrived: Arrived,
}

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn file(&mut self, attempt: Attempt, application: Application, now: Now) {
        let command = (self.ports.identity)(now.at);
        self.filing = Some(Filing { attempt, application, command, closed: None, places: 1, waits: Waits::No });
        self.file_on(now);
    }

    /// The visitor wants another try.
    pub(super) fn file_again(&mut self, attempt: Attempt, now: Now) {
        if self.filing.as_ref().is_some_and(|filing| filing.attempt == attempt) {
            self.file_on(now);
        }
    }

    /// The visitor has left it: what was written is wiped with it.
    pub(super) fn unfile(&mut self, attempt: Attempt) {
        self.filing = self.filing.take().filter(|filing| filing.attempt != attempt);
    }

    /// The hub was met: an application that waits for it goes on by itself.
    pub(super) fn file_what_waits(&mut self, now: Now) {
        if self.filing.as_ref().is_some_and(|filing| filing.waits == Waits::Yes) {
            self.file_on(now);
        }
    }

    /// The next thing that is missing.
    fn file_on(&mut self, now: Now) {
        let Some(filing) = &mut self.filing else { return };
        filing.waits = Waits::No;
        let attempt = filing.attempt;
        let request = match &mut filing.closed {
            None => Request::Reserve { attempt, asked: ReserveApplication { command_id: filing.command } },
            Some(closed) => match closed.pieces.get(closed.put) {
                Some(piece) => Request::Piece {
                    attempt,
                    case_id: closed.case_id,
                    nth: u32::try_from(closed.put).unwrap_or(u32::MAX),
                    closed: Arc::clone(piece),
                },
                None => {
                    // From now on nobody here knows whether it has arrived, until the hub says so.
                    closed.arrived = Arrived::Perhaps;
                    Request::File { attempt, filing: closed.filing.clone() }
                }
            },
        };
        if self.ask(request).is_err() {
            self.filing_waits(now);
        }
    }

    pub(super) fn reserved(&mut self, attempt: Attempt, slot: Result<ApplicationSlot, NoAnswer>, now: Now) {
        let Some(filing) = self.filing_of(attempt).filter(|filing| filing.closed.is_none()) else { return };
        match slot {
            Ok(slot) => match seal(&filing.application, &slot) {
                Ok(closed) => {
                    filing.closed = Some(closed);
                    self.file_on(now);
                }
                Err(error) => {
                    tracing::error!(%error, "an application could not be sealed: {error}");
                    self.filing_waits(now);
                }
            },
            Err(error) => self.not_filed(&error, now),
        }
    }

    pub(super) fn put(&mut self, (attempt, nth): (Attempt, u32), done: Result<(), NoAnswer>, now: Now) {
        let Some(closed) = self.filing_of(attempt).and_then(|filing| filing.closed.as_mut()) else { return };
        match done {
            Ok(()) if u32::try_from(closed.put) == Ok(nth) => {
                closed.put += 1;
                self.file_on(now);
            }
            // Of a try before this one.
            Ok(()) => {}
            Err(error) => self.not_filed(&error, now),
        }
    }

    pub(super) fn filed(&mut self, attempt: Attempt, done: Result<ApplicationFiled, NoAnswer>, now: Now) {
        if self.filing_of(attempt).is_none() {
            return;
        }
        match done {
            Ok(filed) => {
                self.filing = None;
                let (case, number) = (filed.case_id, &filed.number);
                tracing::info!(%case, "application {number} is filed");
                let due = filed.due.as_deref().and_then(|due| due.parse().ok());
                let outcome = Outcome::Filed { number: filed.number, filed_at: filed.filed_at, due };
                self.run(Event::News(News::Sent { attempt, outcome }), now);
            }
            Err(error) => self.not_filed(&error, now),
        }
    }

    fn not_filed(&mut self, error: &NoAnswer, now: Now) {
        let command = (self.ports.identity)(now.at);
        let Some(filing) = &mut self.filing else { return };
        match error {
            NoAnswer::Refused(problem) if PLACE_GONE.contains(&problem.code.as_str()) && filing.places < PLACES_MAX => {
                let code = &problem.code;
                tracing::warn!(code, "the place of an application is gone ({code}): another is asked for");
                (filing.closed, filing.command, filing.places) = (None, command, filing.places + 1);
                self.file_on(now);
            }
            NoAnswer::Refused(problem) => {
                let code = &problem.code;
                tracing::warn!(code, "the hub does not take an application: {code}");
                let (attempt, outcome) = (filing.attempt, Outcome::Refused(problem.clone()));
                self.filing = None;
                self.run(Event::News(News::Sent { attempt, outcome }), now);
            }
            NoAnswer::NotAdmitted | NoAnswer::Fenced | NoAnswer::Away(_) | NoAnswer::Unreadable(_) => {
                tracing::warn!(%error, "an application waits for the hub");
                self.filing_waits(now);
            }
        }
    }

    fn filing_waits(&mut self, now: Now) {
        let Some(filing) = &mut self.filing else { return };
        filing.waits = Waits::Yes;
        let arrived = filing.closed.as_ref().map_or(Arrived::No, |closed| closed.arrived);
        let (attempt, outcome) = (filing.attempt, Outcome::Away(arrived));
        self.run(Event::News(News::Sent { attempt, outcome }), now);
    }

    fn filing_of(&mut self, attempt: Attempt) -> Option<&mut Filing> {
        self.filing.as_mut().filter(|filing| filing.attempt == attempt)
    }

    /// What the hub says of an application that somebody asked about.
    pub(super) fn became(&mut self, attempt: Attempt, said: Result<ApplicationSeen, NoAnswer>, now: Now) {
        let word = match said {
            Ok(seen) => Word::Seen(Arc::new(seen)),
            Err(NoAnswer::Refused(problem)) => Word::Refused(problem),
            Err(NoAnswer::NotAdmitted | NoAnswer::Fenced | NoAnswer::Away(_) | NoAnswer::Unreadable(_)) => Word::Away,
        };
        self.run(Event::News(News::Became { attempt, word }), now);
    }

    /// Whether the hub answers, for whoever is about to write much.
    pub(super) fn tell_link(&mut self, now: Now) {
        let hub = match self.errands.link() {
            Link::Up => crate::session::Hub::There,
            Link::Down | Link::Fenced => crate::session::Hub::Away,
        };
        if self.session.hub() != hub {
            self.run(Event::News(News::Hub(hub)), now);
        }
    }
}

/// Why an application was not sealed.
#[derive(Debug, thiserror::Error)]
enum NotClosed {
    #[error("the hub named a key that is none")]
    Key,
    #[error("it could not be sealed")]
    Seal(#[source] sealed::NotSealed),
    #[error("the seal could not be written down")]
    Header(#[source] serde_json::Error),
}

fn seal(application: &Application, slot: &ApplicationSlot) -> Result<Closed, NotClosed> {
    let recipients = slot.recipients.iter().map(|key| hhx::seal::Recipient::of(&key.public).ok_or(NotClosed::Key));
    let place = sealed::Slot {
        case_id: slot.case_id,
        number: slot.number.clone(),
        hub: slot.hub.clone(),
        epoch: slot.epoch,
        recipients: recipients.collect::<Result<_, _>>()?,
    };
    let files = application.files.iter().map(|document| sealed::File { what: &document.what, bytes: &document.bytes });
    let files: Vec<_> = files.collect();
    let checked = application.ready.checked();
    let sealed = sealed::seal(&sealed::Application { checked, files: &files }, &place).map_err(NotClosed::Seal)?;
    let filing = FileApplication {
        case_id: slot.case_id,
        seal: serde_json::to_string(&sealed.header).map_err(NotClosed::Header)?,
        service: checked.service().to_owned(),
        form_version: checked.version().to_owned(),
        language: application.language.tag().to_owned(),
        ticket_id: None,
        consent: sealed.consent,
        phone_tail: sealed.phone_tail,
    };
    let pieces = sealed.pieces.into_iter().map(Arc::new).collect();
    Ok(Closed { case_id: slot.case_id, filing, pieces, put: 0, arrived: Arrived::No })
}
