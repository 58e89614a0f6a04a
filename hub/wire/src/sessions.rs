//! Sign-in of staff.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/sessions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The name staff sign in with.
    pub name: String,
    /// The PIN, 4 to 12 digits.
    pub pin: String,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Bearer token for the API.
    pub token: String,
    /// `clerk` or `manager`.
    pub role: String,
}
