//! The hall's file as it is written, key by key; what the keys mean together is in `check`.

use super::{
    ConfigError, Role, applications::ApplicationsTable, displays::DisplayTable, exchange::ExchangeTable,
    hours::HoursText, hours::Stretches, names::Names, notices::NoticeTable,
};
use queue::{
    calendar::Date,
    ids::{ClerkId, CounterId, DeviceId, Outcome, Reason},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{fs::File, io::Read, net::SocketAddr, num::NonZeroU32, ops::Range, path::Path};
use toml::Spanned;
use wire::layout::{TicketLayout, Wording};
use words::Lang;

/// The largest configuration file that is read.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;

/// A file's text and the name errors give it.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

/// `hall.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HallFile {
    pub(super) hall: HallTable,
    #[serde(default)]
    pub(super) policy: PolicyTable,
    #[serde(default)]
    pub(super) defaults: DefaultsTable,
    #[serde(default)]
    pub(super) reasons: Option<ReasonsTable>,
    pub(super) counter: Vec<CounterTable>,
    #[serde(default)]
    pub(super) service: Vec<ServiceTable>,
    pub(super) staff: Vec<StaffTable>,
    #[serde(default)]
    pub(super) bhm: Vec<BhmTable>,
    #[serde(default)]
    pub(super) kiosks: KiosksTable,
    pub(super) ticket_layout: Option<TicketLayout>,
    #[serde(default)]
    pub(super) kiosk: Vec<KioskTable>,
    #[serde(default)]
    pub(super) display: Vec<DisplayTable>,
    #[serde(default)]
    pub(super) notice: Vec<NoticeTable>,
    #[serde(default)]
    pub(super) applications: ApplicationsTable,
    #[serde(default)]
    pub(super) day: Vec<DayTable>,
    pub(super) exchange: Option<ExchangeTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HallTable {
    pub(super) id: Spanned<String>,
    pub(super) name: Names,
    pub(super) languages: Spanned<Vec<Spanned<Lang>>>,
    pub(super) utc_offset: Spanned<String>,
    pub(super) listen: SocketAddr,
    pub(super) hours: HoursText,
    #[serde(default)]
    pub(super) calendar: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyTable {
    #[serde(default)]
    pub(super) order: OrderName,
    pub(super) statutory_cap: Option<Spanned<NonZeroU32>>,
    #[serde(default)]
    pub(super) classes_off: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OrderName {
    #[default]
    Classes,
    Arrival,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DefaultsTable {
    pub(super) target_wait_min: Minutes,
    pub(super) expected_min: Minutes,
}

impl Default for DefaultsTable {
    fn default() -> Self {
        DefaultsTable { target_wait_min: Minutes(20), expected_min: Minutes(8) }
    }
}

/// Minutes of a working day, from 1.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Minutes(pub(super) u64);

impl TryFrom<i64> for Minutes {
    type Error = String;
    fn try_from(n: i64) -> Result<Self, String> {
        u64::try_from(n)
            .ok()
            .filter(|n| (1..=24 * 60).contains(n))
            .map(Minutes)
            .ok_or(format!("minutes are 1 to 1440, not {n}"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonsTable {
    pub(super) outcomes: Spanned<Vec<Outcome>>,
    pub(super) hold: Spanned<Vec<Reason>>,
    pub(super) pause: Spanned<Vec<Reason>>,
    pub(super) suspend: Spanned<Vec<Reason>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CounterTable {
    pub(super) id: Spanned<CounterId>,
    pub(super) name: Option<Names>,
    #[serde(default)]
    pub(super) primary: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) secondary: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceTable {
    pub(super) code: Spanned<String>,
    pub(super) hours: Option<HoursText>,
    pub(super) cap: Option<NonZeroU32>,
    pub(super) target_wait_min: Option<Minutes>,
    pub(super) expected_min: Option<Minutes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffTable {
    pub(super) id: Spanned<ClerkId>,
    pub(super) name: Spanned<String>,
    pub(super) role: Role,
    #[serde(default)]
    pub(super) may_pick: bool,
    pub(super) counter: Option<Spanned<CounterId>>,
    pub(super) pin: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BhmTable {
    pub(super) from: Spanned<Date>,
    pub(super) soum: Spanned<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct KiosksTable {
    pub(super) purposes: Vec<Spanned<String>>,
    pub(super) public_address: Option<Spanned<String>>,
    pub(super) service_desk: Option<Spanned<Wording>>,
    pub(super) service_pin: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KioskTable {
    pub(super) id: Spanned<DeviceId>,
    pub(super) lane: Spanned<i64>,
    pub(super) place: Option<Spanned<Wording>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayTable {
    pub(super) date: Spanned<Date>,
    pub(super) closed: Option<Spanned<Reason>>,
    pub(super) name: Option<Names>,
    pub(super) hours: Option<Stretches>,
}

/// Reads a file, up to the largest that makes sense.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
    if read as u64 > FILE_BYTES_MAX {
        return Err(unreadable(std::io::Error::other("the file is larger than 1 MiB")));
    }
    Ok(text)
}

impl Source<'_> {
    /// The file's keys, or where one is wrong.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(self.text).map_err(|e| self.wrong(e.span().unwrap_or(0..0), e.message().to_owned()))
    }

    /// A refusal that points at a place in the file.
    pub(super) fn wrong(&self, span: Range<usize>, what: String) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ConfigError::Wrong {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what,
        }
    }
}
