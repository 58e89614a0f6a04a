//! What a clerk does at a counter: one body per action, one answer for all.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `call-this`, `resume`: which ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OneTicket {
    /// Identity of the request.
    pub command_id: Uuid,
    /// The ticket.
    pub ticket_id: Uuid,
}

/// `complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// Identity of the request.
    pub command_id: Uuid,
    /// An outcome of the catalogue; `served` if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "served"))]
    pub outcome: Option<String>,
}

/// `hold`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Identity of the request.
    pub command_id: Uuid,
    /// A reason of the catalogue; `other` if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "other"))]
    pub reason: Option<String>,
    /// Comes back by itself after so many minutes; else only by `resume`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 480))]
    pub minutes: Option<u16>,
}

/// `pause`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Identity of the request.
    pub command_id: Uuid,
    /// A reason of the catalogue; `other` if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "other"))]
    pub reason: Option<String>,
}

/// `transfer`: exactly one of `service`, `counter`, `clerk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Identity of the request.
    pub command_id: Uuid,
    /// To any counter that serves this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub service: Option<String>,
    /// To this counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub counter: Option<String>,
    /// To this clerk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub clerk: Option<String>,
    /// `first` or `in-order`; `in-order` if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^(first|in-order)$"))]
    pub placing: Option<String>,
    /// Whether the visitor comes back to this counter afterwards; no if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_to_me: Option<bool>,
}

/// The answer to every counter action: the counter and its ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CounterState {
    /// The counter, as in the configuration.
    pub counter: String,
    /// `closed`, `free`, `paused`, or the stage of its ticket: `called`, `serving`. After an action that took the
    /// ticket away (`complete`, `hold`, `transfer`, `no-show`), `stage`, `number` and `ticket_id` speak of the
    /// ticket that left: `closed`, `held` or `waiting`.
    pub stage: String,
    /// The ticket's number, if there is one.
    pub number: Option<String>,
    /// The ticket's identity, if there is one.
    pub ticket_id: Option<Uuid>,
}
