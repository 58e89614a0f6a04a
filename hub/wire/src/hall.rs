//! The hall: its catalogue and its live figures.

use crate::{problem::Problem, services::Service, tickets::WaitMinutes};
use serde::{Deserialize, Serialize};

/// `GET /api/v1/catalogue?lang=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// The language the names are in.
    pub language: String,
    /// The hall's name.
    pub hall: String,
    /// Categories in the order of the catalogue.
    pub categories: Vec<Category>,
    /// Out-of-turn classes and reasons a visitor may declare.
    pub classes: Vec<Named>,
    /// How a service may end.
    pub outcomes: Vec<Named>,
}

/// A category: one letter on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    /// The letter.
    pub code: String,
    /// The name in the asked language.
    pub name: String,
    /// Services that a counter of this hall serves.
    pub services: Vec<Service>,
}

/// A code and its name in the asked language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

/// `GET /api/v1/services/{code}/offer?lang=&class=`: what a visitor is told before taking a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// The service.
    pub service: String,
    /// Tickets of the same service that would be called before.
    pub ahead: u32,
    /// The wait, absent while data is thin.
    pub wait_minutes: Option<WaitMinutes>,
    /// Whether an open counter serves it now.
    pub staffed: bool,
    /// Why there is no ticket now, if there is none.
    pub refusal: Option<Problem>,
}

/// `GET /api/v1/hall`: live figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hall {
    /// The hall's name.
    pub name: String,
    /// The hub's epoch.
    pub epoch: u32,
    /// The service day's number; absent when none is open.
    pub day: Option<u32>,
    /// The service day's date.
    pub date: Option<String>,
    /// The journal's last sequence number.
    pub seq: u64,
    /// Tickets issued today.
    pub issued: u32,
    /// Reserved, not yet on paper.
    pub reserved: u32,
    /// Waiting now.
    pub waiting: u32,
    /// Called or being served now.
    pub at_counters: u32,
    /// Held now.
    pub held: u32,
    /// Over today, served or not.
    pub closed: u32,
    /// Served today.
    pub served: u32,
    /// The longest wait of those waiting now, minutes.
    pub longest_wait_min: u32,
    /// Per service that has tickets today or a counter.
    pub services: Vec<ServiceLoad>,
    /// Every configured counter.
    pub counters: Vec<CounterLoad>,
    /// Today by hour, 24 entries.
    pub hours: Vec<HourLoad>,
}

/// One service now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceLoad {
    /// The service.
    pub service: String,
    /// Waiting now.
    pub waiting: u32,
    /// Issued today.
    pub issued: u32,
    /// The longest wait of those waiting now, minutes.
    pub longest_wait_min: u32,
    /// What a newcomer would be told.
    pub wait_minutes: Option<WaitMinutes>,
    /// Open counters that serve it.
    pub counters_open: u32,
}

/// One counter now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CounterLoad {
    /// The counter.
    pub counter: String,
    /// `closed`, `free`, `paused`, `called` or `serving`.
    pub stage: String,
    /// The clerk's id, if open.
    pub clerk: Option<String>,
    /// The ticket's number, if any.
    pub number: Option<String>,
    /// Minutes in this stage.
    pub minutes: u32,
}

/// One hour of today in the hall's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HourLoad {
    /// 0 to 23.
    pub hour: u32,
    /// Tickets issued.
    pub issued: u32,
    /// Visits served.
    pub served: u32,
}
