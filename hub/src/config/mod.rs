//! One hall's configuration: a TOML file of the hall over the catalogue that every hall shares.
//!
//! Read once at the start and never changed while the hub runs. What the queue needs of it is [`Rules`]; the rest is
//! names, staff and devices. A wrong file is refused with file, line, column and what was expected: a technician
//! stands in the hall with a text editor and nothing else. Deliberately absent: PINs of a running hall (they live
//! with the people), sentences (they live in `words`), and any setting that can be changed without a restart.

mod applications;
mod calendar;
mod catalogue;
mod check;
mod displays;
mod exchange;
mod fees;
mod file;
mod hours;
mod kiosks;
mod names;
mod notices;

pub use applications::Taking;
pub use catalogue::{Category, ClassReason, ServiceFacts};
pub use displays::DisplayEntry;
pub use exchange::{ExchangeEntry, Way};
pub use fees::{Bhm, BhmShare};
pub use kiosks::Kiosks;
pub use names::{Names, NamesOf};
pub use notices::{NoticeEntry, moment_in_hall};

use applications::Applications;
use forms::{Form, Lists};
use queue::{
    command::Class,
    ids::{ClerkId, CounterId, DeviceId, Outcome, Reason, ServiceCode},
    rules::Rules,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use wire::layout::Wording;
use words::Lang;

/// One hall.
#[derive(Debug, Clone)]
pub struct Config {
    id: String,
    names: Names,
    languages: Vec<Lang>,
    listen: SocketAddr,
    rules: Arc<Rules>,
    categories: Vec<Category>,
    services: BTreeMap<ServiceCode, ServiceFacts>,
    bhm: Bhm,
    shared: Kiosks,
    classes: Vec<ClassReason>,
    counters: Vec<CounterEntry>,
    staff: Vec<StaffEntry>,
    kiosks: Vec<KioskEntry>,
    displays: Vec<DisplayEntry>,
    notices: Vec<NoticeEntry>,
    applications: Applications,
    exchange: Option<ExchangeEntry>,
    reasons: Reasons,
    closed_days: BTreeMap<Reason, Names>,
    not_offered: Vec<ServiceCode>,
}

/// A counter and, if it has one, its name beside its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterEntry {
    /// As on the sign above it.
    pub id: CounterId,
    /// A name beside the number.
    pub name: Option<Names>,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Serves at a counter.
    Clerk,
    /// Sees the hall's figures and changes what is shown.
    Manager,
}

/// A member of staff.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffEntry {
    /// The id in the journal; never a person's name.
    pub id: ClerkId,
    /// The name to sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may call one ticket out of order.
    pub may_pick: bool,
    /// The counter they usually sit at.
    pub counter: Option<CounterId>,
    /// The first PIN, in a demo or at the first start only.
    pub pin: Option<String>,
}

impl std::fmt::Debug for StaffEntry {
    /// Without the name and the PIN, so that neither reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffEntry").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A kiosk and its own lane of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KioskEntry {
    /// The device.
    pub device: DeviceId,
    /// Its own lane, 1 to 99.
    pub lane: u8,
    /// Where it stands, for visitors of a kiosk that has no paper.
    pub place: Option<Wording>,
}

/// Codes a person chooses from; their names are in `words` as `hall.outcome.<code>`, `hall.hold.<code>`,
/// `hall.pause.<code>`, `hall.suspend.<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// How a service may end; `served` is one.
    pub outcomes: Vec<Outcome>,
    /// Why a ticket is set aside; `other` is one.
    pub hold: Vec<Reason>,
    /// Why a clerk is away; `other` is one.
    pub pause: Vec<Reason>,
    /// Why a service is suspended; `other` is one.
    pub suspend: Vec<Reason>,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something it must not.
    #[error("{}:{line}:{column}: {what}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong and what was expected.
        what: String,
    },
}

impl Config {
    /// Reads a hall's file; a calendar it names is a built-in one or a file beside it.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let text = file::read(path)?;
        Config::parse(&text, path)
    }

    /// Reads a hall from text; `path` is what errors name.
    pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
        check::config(&file::Source { path, text })
    }

    /// The demo hall that is part of the program.
    pub fn demo() -> Config {
        Config::parse(include_str!("../../demo/hall.toml"), Path::new("hub/demo/hall.toml"))
            .expect("the demo hall is part of the program and read by its tests")
    }

    /// The hall's short id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the queue decides by.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The hall's name.
    pub fn hall_name(&self, lang: Lang) -> &str {
        self.names.get(lang)
    }

    /// The hall's languages, the default first; never empty.
    pub fn languages(&self) -> &[Lang] {
        &self.languages
    }

    /// Where the hub listens unless told otherwise.
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// Categories in the catalogue's order, each with the services this hall gives.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// A service's name, or its code if this hall does not give it.
    pub fn service_name<'a>(&'a self, code: &'a ServiceCode, lang: Lang) -> &'a str {
        self.services.get(code).map_or(code.as_str(), |facts| facts.names.get(lang))
    }

    /// What a visitor may know about a service of the catalogue.
    pub fn service_facts(&self, code: &ServiceCode) -> Option<&ServiceFacts> {
        self.services.get(code)
    }

    /// The base amount that fees are shares of.
    pub fn bhm(&self) -> &Bhm {
        &self.bhm
    }

    /// What every kiosk of the hall is told.
    pub fn shared_by_kiosks(&self) -> &Kiosks {
        &self.shared
    }

    /// Services of the catalogue that no counter of this hall serves: worth a line in the log at the start.
    pub fn not_offered(&self) -> &[ServiceCode] {
        &self.not_offered
    }

    /// What a visitor may declare to go out of turn, the law's first.
    pub fn classes(&self) -> &[ClassReason] {
        &self.classes
    }

    /// The class of `statutory`, `courtesy`, `ordinary`, or of a declared reason of [`Config::classes`].
    pub fn class_of(&self, code: &str) -> Option<Class> {
        match code {
            "statutory" => Some(Class::Statutory),
            "courtesy" => Some(Class::Courtesy),
            "ordinary" => Some(Class::Ordinary),
            _ => self.classes.iter().find(|reason| reason.id == code).map(|reason| reason.class),
        }
    }

    /// How a service may end.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.reasons.outcomes
    }

    /// Why a ticket may be set aside.
    pub fn hold_reasons(&self) -> &[Reason] {
        &self.reasons.hold
    }

    /// Why a clerk may be away.
    pub fn pause_reasons(&self) -> &[Reason] {
        &self.reasons.pause
    }

    /// Why a service may be suspended.
    pub fn suspend_reasons(&self) -> &[Reason] {
        &self.reasons.suspend
    }

    /// The name of a closed day, as the calendar gives it.
    pub fn closed_day_name(&self, why: &Reason, lang: Lang) -> Option<&str> {
        self.closed_days.get(why).map(|names| names.get(lang))
    }

    /// Counters in the file's order.
    pub fn counters(&self) -> &[CounterEntry] {
        &self.counters
    }

    /// Staff in the file's order.
    pub fn staff(&self) -> &[StaffEntry] {
        &self.staff
    }

    /// Kiosks in the file's order.
    pub fn kiosks(&self) -> &[KioskEntry] {
        &self.kiosks
    }

    /// Displays in the file's order.
    pub fn displays(&self) -> &[DisplayEntry] {
        &self.displays
    }

    /// Whether applications are taken at the counters.
    pub fn takes_applications(&self) -> Taking {
        self.applications.taking
    }

    /// The form of a service of the catalogue, with this hall's lists.
    pub fn form(&self, code: &ServiceCode) -> Option<&Form> {
        self.applications.forms.get(code.as_str())
    }

    /// What the forms choose from in this hall.
    pub fn form_lists(&self) -> &Lists {
        &self.applications.lists
    }

    /// The service in whose queue results are collected, if this hall hands them over.
    pub fn collects(&self) -> Option<&ServiceCode> {
        self.applications.collect.as_ref()
    }

    /// What the hall always has to say, in the file's order; some of it only for a time.
    pub fn notices(&self) -> &[NoticeEntry] {
        &self.notices
    }

    /// Where applications are handed over; a hall without it takes none.
    pub fn exchange(&self) -> Option<&ExchangeEntry> {
        self.exchange.as_ref()
    }
}
