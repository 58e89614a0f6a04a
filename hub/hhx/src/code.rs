//! What can be wrong with a consignment: stable words that both ends, their logs and their people know.

use serde::{Deserialize, Serialize};

/// Why a consignment was not taken, or was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// Another major version of HHX.
    UnsupportedVersion,
    /// The container, the envelope or the body is not as described.
    Validation,
    /// The addressee is not served here, or the sender may not write to it.
    InvalidAddressee,
    /// The container, one of its files or their number is over the limit.
    SizeLimit,
    /// A file is not the one the envelope or the manifest names.
    HashMismatch,
    /// The signature does not hold, or nobody known made it.
    SignatureInvalid,
    /// The certificate was revoked when the signature was made.
    CertRevoked,
    /// The form is of a catalogue that is not served any more.
    CatalogueOutdated,
    /// Come again after the time in `Retry-After`.
    Busy,
    /// Consignments before this one are missing: send on from `high_water + 1`.
    Gap,
    /// A later life of this hall speaks already: this one is over.
    Fenced,
    /// The chain does not go on from what was taken: two hubs write under one name.
    Fork,
}

/// What a sender does about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Wait and send the same bytes again, for ever.
    Again,
    /// Go on from the receiver's mark.
    GoOnFromMark,
    /// Send nothing more; people decide.
    Stop,
    /// Put this one aside for a person, and go on with the next.
    Park,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 12] = [
        Self::UnsupportedVersion,
        Self::Validation,
        Self::InvalidAddressee,
        Self::SizeLimit,
        Self::HashMismatch,
        Self::SignatureInvalid,
        Self::CertRevoked,
        Self::CatalogueOutdated,
        Self::Busy,
        Self::Gap,
        Self::Fenced,
        Self::Fork,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnsupportedVersion => "UNSUPPORTED_VERSION",
            Self::Validation => "VALIDATION",
            Self::InvalidAddressee => "INVALID_ADDRESSEE",
            Self::SizeLimit => "SIZE_LIMIT",
            Self::HashMismatch => "HASH_MISMATCH",
            Self::SignatureInvalid => "SIGNATURE_INVALID",
            Self::CertRevoked => "CERT_REVOKED",
            Self::CatalogueOutdated => "CATALOGUE_OUTDATED",
            Self::Busy => "BUSY",
            Self::Gap => "GAP",
            Self::Fenced => "FENCED",
            Self::Fork => "FORK",
        }
    }

    /// The HTTP status it is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::UnsupportedVersion
            | Self::Validation
            | Self::InvalidAddressee
            | Self::HashMismatch
            | Self::SignatureInvalid
            | Self::CertRevoked
            | Self::CatalogueOutdated => 422,
            Self::SizeLimit => 413,
            Self::Busy => 503,
            Self::Gap | Self::Fenced | Self::Fork => 409,
        }
    }

    /// What the sender does.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Busy => Remedy::Again,
            Self::Gap => Remedy::GoOnFromMark,
            Self::Fenced | Self::Fork => Remedy::Stop,
            Self::UnsupportedVersion
            | Self::Validation
            | Self::InvalidAddressee
            | Self::SizeLimit
            | Self::HashMismatch
            | Self::SignatureInvalid
            | Self::CertRevoked
            | Self::CatalogueOutdated => Remedy::Park,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.word());
        }
    }
}
