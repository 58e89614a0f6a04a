//! HTTP: the JSON API under `/api/v1`, its description, the board's stream, and the console's pages behind one door.
//!
//! A handler translates: request → command → journal → answer rebuilt from the events. It decides nothing; rights are
//! checked by the [`permit`] extractors, rules by `queue`. Absent on purpose: TLS (a later issue brings the hall's own
//! CA), HTTP/2 (a hall's machines hold one connection each), compression (a LAN needs none).

#![expect(unused_qualifications, reason = "utoipa's macros qualify every type they are given")]

pub mod admissions;
pub mod applications;
pub mod board;
pub mod catalogue;
pub mod connections;
mod counter_state;
pub mod counters;
pub mod days;
pub mod display;
mod door;
pub mod entrances;
pub mod fleet;
pub mod forms;
pub mod hall;
pub mod health;
pub mod json;
pub mod kiosk;
pub mod language;
pub mod notices;
pub mod openapi;
pub mod pairings;
pub mod permit;
pub mod problem;
mod problem_groups;
mod refusals;
mod router;
pub mod seen;
pub mod services;
pub mod sessions;
pub mod stream;
pub mod tickets;
pub mod unfiled;
pub(crate) mod why;

pub use problem::Fault;
pub use router::{description, router};

use crate::{
    config::Config,
    exchange::Exchange,
    fence::Fence,
    filing::Filing,
    journal::{Clock, Done, Journal, NotDone, Seat, Submission},
    people::People,
};
use queue::{
    command::{Actor, Command},
    ids::{CommandId, DeviceId},
    time::Time,
};
use std::{ops::Deref, path::PathBuf, sync::Arc};
use uuid::Uuid;

/// Everything a handler may use. Cheap to clone: the only state of the router.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

/// What a hub is made of.
pub struct Parts {
    /// The one way to change the hall, and to read it.
    pub journal: Journal,
    /// The hall's configuration.
    pub config: Arc<Config>,
    /// Staff, sessions, devices.
    pub people: People,
    /// What the board's streams send.
    pub stream: stream::BoardStream,
    /// The hub's clock.
    pub clock: Clock,
    /// The figures of `GET /api/v1/hall`, until the hall changes.
    pub figures: hall::Figures,
    /// Who is let in when everybody comes at once.
    pub entrances: entrances::Entrances,
    /// What kiosks tell of themselves.
    pub fleet: fleet::Fleet,
    /// Whether another hub has taken this one's place.
    pub fence: Fence,
    /// Where applications go that clerks have written down.
    pub filing: Filing,
    /// What citizens filed, and the line to the office; a hall without an office has none.
    pub exchange: Option<Exchange>,
    /// The hall's folder.
    pub dir: PathBuf,
}

impl Hub {
    /// A hub of its parts.
    pub fn new(parts: Parts) -> Hub {
        Hub(Arc::new(parts))
    }

    /// The hub's clock.
    pub fn now(&self) -> Time {
        (self.clock)()
    }

    /// Gives a command to the journal. A fenced hub still keeps its own time and nothing else.
    pub async fn submit(&self, command_id: Uuid, by: Giver, command: Command) -> Result<Done, Fault> {
        if !self.fence.is_down() && !matches!(by, Giver::Staff(Actor::Hub)) {
            return Err(Fault::Fenced);
        }
        let (actor, device, seat) = match by {
            Giver::Staff(actor) => (actor, None, None),
            Giver::Seated(actor, seat) => (actor, None, Some(seat)),
            Giver::Kiosk(device) => (Actor::Kiosk(device.clone()), Some(device), None),
        };
        let submission = Submission { command_id: CommandId(command_id), device, actor, command };
        Ok(match seat {
            Some(seat) => self.journal.submit_from(seat, submission).await?,
            None => self.journal.submit(submission).await?,
        })
    }
}

/// Who gives a command: a member of staff, or a kiosk, which the journal also records as the device.
#[derive(Debug, Clone)]
pub enum Giver {
    /// A clerk or manager.
    Staff(Actor),
    /// A clerk at a counter: not if another one sits there.
    Seated(Actor, Seat),
    /// A kiosk.
    Kiosk(DeviceId),
}

impl Deref for Hub {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl From<NotDone> for Fault {
    fn from(not_done: NotDone) -> Fault {
        match not_done {
            NotDone::Refused(refusal) => Fault::Refused(refusal),
            NotDone::CommandIdReused => Fault::CommandIdReused,
            NotDone::SeatTaken(counter) => Fault::NotYourCounter { counter },
            NotDone::Busy => Fault::Busy,
            NotDone::Broken => Fault::NotSaved,
            NotDone::DiskFull => Fault::DiskFull,
            NotDone::Stopped => Fault::Stopping,
        }
    }
}
