//! The names of things: one type per id, so that a counter is never passed where a service is meant.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The longest code a configuration or a request may use, in bytes.
pub const CODE_BYTES_MAX: usize = 32;

/// A code that is empty, too long, or has a character other than `A–Z a–z 0–9 _ -`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to {CODE_BYTES_MAX} characters from A-Z a-z 0-9 _ -, not {0:?}")]
pub struct NotACode(pub String);

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl FromStr for $name {
            type Err = NotACode;
            fn from_str(code: &str) -> Result<Self, NotACode> { checked(code).map(Self) }
        }
        impl TryFrom<String> for $name {
            type Error = NotACode;
            fn try_from(code: String) -> Result<Self, NotACode> { checked(&code).map(Self) }
        }
        impl From<$name> for String {
            fn from(code: $name) -> Self { code.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    };
}

macro_rules! uuid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    };
}

uuid!(
    /// A ticket's identity: a UUIDv7 made by whoever issues it. The number is only its name on paper.
    TicketId
);
uuid!(
    /// A command's identity: the same id gives the same answer and no new event.
    CommandId
);
code!(
    /// A service in the hall's catalogue, as `A01`.
    ServiceCode
);
code!(
    /// A counter (window), as `5`.
    CounterId
);
code!(
    /// A member of staff, by the id in the hall's configuration; never a person's name.
    ClerkId
);
code!(
    /// A kiosk or display.
    DeviceId
);
code!(
    /// How a service ended: a code of the hall's catalogue, `served` at least.
    Outcome
);
code!(
    /// Why a counter pauses, a ticket is held, or a service is suspended: a code with a sentence.
    Reason
);
code!(
    /// A language by its BCP 47 tag, as `uz-Latn`. The queue keeps it and decides nothing by it.
    Language
);

fn checked(code: &str) -> Result<String, NotACode> {
    let fits = (1..=CODE_BYTES_MAX).contains(&code.len());
    let clean = code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits && clean { Ok(code.to_owned()) } else { Err(NotACode(code.chars().take(CODE_BYTES_MAX).collect())) }
}
