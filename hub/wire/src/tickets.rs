//! Tickets: take one, say that it is on paper, report one printed alone, ask where it stands.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `POST /api/v1/tickets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeTicket {
    /// Identity of the request: the same id gives the same answer.
    pub command_id: Uuid,
    /// The ticket's identity if the device made it; else the hub makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<Uuid>,
    /// The service to wait for first, as `A01`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "A01"))]
    pub service: String,
    /// The visitor's language, as `uz-Latn`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(uz-Latn|uz-Cyrl|ru|kaa|en)$", example = "uz-Latn"))]
    pub language: String,
    /// A class or one of the reasons of the hall's catalogue; `ordinary` if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub class: Option<String>,
    /// Further services on the same ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub services: Option<Vec<String>>,
    /// How many of the same thing, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub quantity: Option<u16>,
}

/// The answer to a taken ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketTaken {
    /// The ticket's identity.
    pub ticket_id: Uuid,
    /// Its name on paper, as `A-047`.
    pub number: String,
    /// Tickets of the same service that are called before.
    pub ahead: u32,
    /// The told wait, absent while data is thin.
    pub wait_minutes: Option<WaitMinutes>,
}

/// A wait as a range, both ends rounded up to five minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitMinutes {
    /// The short end.
    pub low: u32,
    /// The long end.
    pub high: u32,
}

/// `POST /api/v1/tickets/{ticket_id}/printed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Printed {
    /// Identity of the request.
    pub command_id: Uuid,
    /// What the paper says; absent, it is what this hub gave. A hub that was restored may have given the ticket another
    /// number since: the paper counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// A write that needs no more than its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// Identity of the request.
    pub command_id: Uuid,
}

/// `POST /api/v1/tickets/offline`: a kiosk printed a number of its own lane while the hub was away, or offers a number
/// again that a hub gave and a restored one may have forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfflineTicket {
    /// Identity of the request.
    pub command_id: Uuid,
    /// The ticket's identity, made by the kiosk.
    pub ticket_id: Uuid,
    /// The number on paper: of this kiosk's lane, as `A1-012`, or of the hub's lane of an earlier epoch, as `A-047`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[AKMOTE]([1-9][0-9]?)?-[0-9]{3,7}$", example = "A1-012"))]
    pub number: String,
    /// The service to wait for first.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "A01"))]
    pub service: String,
    /// The visitor's language.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(uz-Latn|uz-Cyrl|ru|kaa|en)$", example = "uz-Latn"))]
    pub language: String,
    /// As in [`TakeTicket`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub class: Option<String>,
    /// As in [`TakeTicket`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub services: Option<Vec<String>>,
    /// As in [`TakeTicket`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub quantity: Option<u16>,
    /// The service day the hub had last spoken of when it was printed: says better than two clocks, one of which may have
    /// jumped in between, whether it is of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// When it was printed, by the kiosk's clock.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub printed_at: String,
    /// The kiosk's clock when it sends this; the hub corrects `printed_at` by the difference to its own.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub sent_at: String,
}

/// The answer to `printed`, `offline`, `cancel` and `rejoin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketStage {
    /// The ticket's identity.
    pub ticket_id: Uuid,
    /// Its name on paper.
    pub number: String,
    /// The stage the command brought it to.
    pub stage: String,
    /// The journal's entry that says so: whoever reported the ticket may forget it when a backup holds this entry.
    #[serde(default)]
    pub entry: u64,
}

/// `GET /api/v1/tickets/{ticket_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketState {
    /// The ticket's identity.
    pub ticket_id: Uuid,
    /// Its name on paper.
    pub number: String,
    /// `reserved`, `waiting`, `called`, `serving`, `held` or `closed`.
    pub stage: String,
    /// Tickets of the same service that are called before; zero if it does not wait.
    pub ahead: u32,
    /// The wait from now, absent while data is thin.
    pub wait_minutes: Option<WaitMinutes>,
    /// One sentence in the asked language: why it stands where it stands.
    pub why: String,
}

/// `POST /api/v1/tickets/admit`: a clerk lets a ticket in that a kiosk printed alone, by the signed code on its paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdmitTicket {
    /// Identity of the request.
    pub command_id: Uuid,
    /// The code as scanned or typed: alone, or at the end of the address of the ticket's page.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub code: String,
    /// The class the clerk sees; `ordinary` if missing. It is never on paper, so the code cannot say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub class: Option<String>,
}
