//! What a visitor may know about a service before asking for it, and how it and its hall stand now.
//!
//! Two halves because they live at two speeds: facts are kept by a kiosk for days and said in one language, the state
//! is seconds old and carries codes only, so that one answer serves all five languages. Deliberately absent: names and
//! sentences of the state; codes of suspension are said by `words`, and whoever asks for a ticket gets the sentence.

use crate::{hall::Named, tickets::WaitMinutes};
use serde::{Deserialize, Serialize};

/// A service as the catalogue tells it, in the asked language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// What to bring, in the order to look for it.
    #[serde(default)]
    pub documents: Vec<Named>,
    /// The fee in whole soʻm, zero if there is none; absent while the hall does not say.
    #[serde(default)]
    pub fee_soum: Option<u64>,
    /// How long the answer may take by law.
    #[serde(default)]
    pub term: Option<Term>,
    /// Who answers.
    #[serde(default)]
    pub provider: Option<Named>,
}

/// A time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// So many days.
    pub days: u16,
    /// Of this kind.
    pub unit: DayUnit,
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DayUnit {
    /// Working days.
    Working,
    /// Every day.
    Calendar,
}

/// The hall as a whole now: what a kiosk shows before anyone has asked for anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HallNow {
    /// Waiting now.
    pub waiting: u32,
    /// Counters with a clerk, those on a break included.
    pub counters_open: u32,
    /// Every category of the catalogue, in its order.
    pub categories: Vec<CategoryNow>,
    /// Every service of the catalogue, by code.
    pub services: Vec<ServiceNow>,
}

/// A category now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryNow {
    /// The letter.
    pub code: String,
    /// Waiting for one of its services now.
    pub waiting: u32,
}

/// A service now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceNow {
    /// The service.
    pub service: String,
    /// Whether there is a ticket for it.
    pub state: ServiceState,
    /// Why it is suspended: a code that `words` says as `hall.suspend.<code>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it opens next, RFC 3339 in UTC, if it is closed and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
    /// Waiting for it now.
    pub waiting: u32,
    /// What a newcomer would be told, absent while data is thin or there is no ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_minutes: Option<WaitMinutes>,
    /// Open counters that serve it.
    pub counters_open: u32,
}

/// Whether there is a ticket for a service now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ServiceState {
    /// There is, and somebody serves.
    Open,
    /// There is, but no open counter serves it yet.
    NobodyServes,
    /// A manager suspended it.
    Suspended,
    /// Outside hours, in a break, on a closed day, or no service day is open.
    Closed,
    /// Those waiting fill the time until closing.
    TooLate,
    /// All tickets of today are given.
    Full,
    /// A state that this program is too old to know: ask for an offer.
    #[serde(other)]
    Unknown,
}
