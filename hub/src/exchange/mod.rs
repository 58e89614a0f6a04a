//! The hall's line to its office: a reconciler that hands over what waits and fetches what the office wrote.
//!
//! It takes no input: it compares the outbox with what the office says it has, and running it twice is harmless. A hall
//! without an office has none of this. Deliberately absent: any decision about an application.

mod counter;
mod desk;
mod office;
mod reconcile;
mod spool;

use crate::config::{Config, ExchangeEntry, Way};
use applications::{Applications, Halt, NoSigner, Settings, StoreError, signer_in};
use hhx::{
    calendar::Calendar,
    envelope::MessageType,
    status::Appeal,
    term::{Due, Term, Unit, of_service},
};
use jiff::{Timestamp, civil::Date};
use queue::{calendar::date_at, ids::ServiceCode, time::Time};
use std::{
    path::Path,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tokio::sync::Notify;
use wire::services::DayUnit;

pub use desk::NoAnswer;
pub(crate) use reconcile::run;

/// Why the exchange does not open.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file of applications.
    #[error("the hall's applications cannot be opened")]
    Store(#[from] StoreError),
    /// The hall's signing key.
    #[error(transparent)]
    Signer(#[from] NoSigner),
    /// The office's certificates.
    #[error("the office's certificate cannot be read")]
    Certificate(#[from] hhx::sign::SignatureError),
    /// The way to the office.
    #[error("the way to the office cannot be prepared")]
    Way(#[source] std::io::Error),
}

/// A hall's applications and its line. Cheap to clone.
#[derive(Clone)]
pub struct Exchange(Arc<Parts>);

struct Parts {
    applications: Applications,
    entry: ExchangeEntry,
    filed: Notify,
    standing: Mutex<Standing>,
}

/// How the line stands, for the manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// When the office last answered.
    pub heard: Option<Timestamp>,
    /// Why nothing more is sent, if so.
    pub halted: Option<Halt>,
}

impl Exchange {
    /// Opens what citizens filed, in the hub's folder, for this life of the hub.
    ///
    /// # Errors
    ///
    /// If the file, the keys or the way to the office are not as they should be.
    pub fn open(entry: &ExchangeEntry, dir: &Path, epoch: u32) -> Result<Exchange, ExchangeError> {
        let (signer, certificate) = signer_in(dir, &entry.hub)?;
        let settings = Settings {
            hub: entry.hub.clone(),
            party: entry.party.clone(),
            epoch,
            office_keys: entry.keys.clone(),
            office_certificates: hhx::sign::certificates(&entry.certificates)?,
            signer,
            certificate,
            test: entry.test,
        };
        if let Way::Spool(folder) = &entry.way {
            spool::prepare(folder).map_err(ExchangeError::Way)?;
        }
        let applications = Applications::open(dir, settings)?;
        Ok(Exchange(Arc::new(Parts {
            applications,
            entry: entry.clone(),
            filed: Notify::new(),
            standing: Mutex::default(),
        })))
    }

    /// What citizens filed.
    pub fn applications(&self) -> &Applications {
        &self.0.applications
    }

    /// Something new waits: it goes at once.
    pub fn filed(&self) {
        self.0.filed.notify_one();
    }

    /// How the line stands.
    pub fn standing(&self) -> Standing {
        *self.0.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the office is reached through a folder.
    pub fn is_by_folder(&self) -> bool {
        matches!(self.0.entry.way, Way::Spool(_))
    }

    fn stand(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.0.standing.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The hub's clock as the exchange writes it.
pub(crate) fn moment(at: Time) -> Timestamp {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Days off, for terms.
static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::built_in);

/// What an application for a service is, and the day an answer is due if it is filed now: what the slip promises. Nothing
/// for a service that the catalogue does not have.
pub(crate) fn promised(config: &Config, service: &ServiceCode, now: Time) -> Option<(MessageType, Date)> {
    let catalogue = config.service_facts(service)?.term?;
    let unit = match catalogue.unit {
        DayUnit::Working => Unit::WorkingDays,
        DayUnit::Calendar => Unit::CalendarDays,
    };
    let (appeal, term) = of_service(service.as_str(), Term::service(catalogue.days, unit));
    let kind = match appeal {
        Appeal::Yes => MessageType::Appeal,
        Appeal::No => MessageType::Application,
    };
    Some((kind, Due::counted(date_at(config.rules(), now).0, term, &CALENDAR).date))
}
