//! Problems as of RFC 9457: a stable code for programs, one sentence for people.

use serde::{Deserialize, Serialize};

/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:navbat:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Stable code, as `service-suspended`.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence in the asked language.
    pub title: String,
    /// More, if there is more to say; never a secret, never a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
