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
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9]{4,12}$"))]
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

/// `POST /api/v1/pairings/offers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfferPairing {
    /// The device's id in the hall's configuration.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub device: String,
}

/// A pairing code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairingOffered {
    /// Eight digits, good for ten minutes.
    pub code: String,
}

/// `POST /api/v1/pairings`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The code that the manager read out.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9]{8}$"))]
    pub code: String,
}

/// A paired device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paired {
    /// The device's id in the hall's configuration.
    pub device: String,
    /// Its own bearer token.
    pub token: String,
}
