//! An application on its way from a kiosk or a counter into the hub, and what its citizen may see of it later.
//!
//! What was written travels sealed: the hub keeps it and cannot read it. The seal's header goes as its own text, because
//! the crate that makes it (`hhx`) is no business of a display, which shares this one.

use crate::layout::Wording;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where phones ask what became of an application: its number follows.
pub const STATUS_PATH: &str = "/a/";

/// The code of the problem that somebody asked too often, and rests now.
pub const ASKED_TOO_OFTEN_CODE: &str = "asked-too-often";

/// What the forms of a hall choose from, by list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormLists {
    /// `mahallas`, `preschools`: what is in them, in the order to show it.
    pub lists: BTreeMap<String, Vec<Listed>>,
}

/// One thing of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listed {
    /// Its code: what travels.
    pub id: String,
    /// Its name in every language.
    pub names: Wording,
}

/// Asks for a place for an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReserveApplication {
    /// The same again gets the same place.
    pub command_id: Uuid,
}

/// A place: what the seal is bound to and for whom it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationSlot {
    /// The case it will be.
    pub case_id: Uuid,
    /// The number on the slip, as `1-000174-6`.
    pub number: String,
    /// The hub to bind to.
    pub hub: String,
    /// The life to bind to.
    pub epoch: u32,
    /// Whom to seal to: the office, then the hub's key of the day.
    pub recipients: Vec<SealRecipient>,
}

/// A public key to seal to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealRecipient {
    /// Its id.
    pub key_id: String,
    /// X25519, 64 hexadecimal digits.
    pub public: String,
}

/// Makes a slot an application; its sealed pieces were put before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileApplication {
    /// The slot's case.
    pub case_id: Uuid,
    /// The readable header of the seal, as JSON text.
    pub seal: String,
    /// The service's code.
    pub service: String,
    /// The version of the form that was filled in.
    pub form_version: String,
    /// The language it was filled in, and the answer shall have.
    pub language: String,
    /// The ticket it came with.
    #[serde(default)]
    pub ticket_id: Option<Uuid>,
    /// SHA-256 of the consent's text as it was shown.
    pub consent: String,
    /// The last four digits of the phone: what is asked for besides the number.
    #[serde(default)]
    pub phone_tail: Option<String>,
}

impl std::fmt::Debug for FileApplication {
    /// Without what belongs to the citizen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileApplication")
            .field("case_id", &self.case_id)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// What the slip says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationFiled {
    /// The case.
    pub case_id: Uuid,
    /// The hall's number.
    pub number: String,
    /// When it was filed, RFC 3339.
    pub filed_at: String,
    /// The day an answer is due by law, as `2026-12-08`.
    #[serde(default)]
    pub due: Option<String>,
}

/// Asks what became of an application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskApplication {
    /// The number on the slip, as typed.
    pub number: String,
    /// The last four digits of the phone.
    pub phone_tail: String,
}

impl std::fmt::Debug for AskApplication {
    /// Without the digits of the phone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AskApplication").field("number", &self.number).finish_non_exhaustive()
    }
}

/// What became of it: steps and dates, never a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationSeen {
    /// The hall's number.
    pub number: String,
    /// The service's code.
    pub service: String,
    /// How it stands: a word of HHX, as `in_work`.
    pub status: String,
    /// The number in the office's journal, once it has one.
    #[serde(default)]
    pub registration: Option<ApplicationNumber>,
    /// The day an answer is due.
    #[serde(default)]
    pub due: Option<String>,
    /// The steps so far.
    pub steps: Vec<ApplicationStep>,
}

/// A number in a journal of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationNumber {
    /// The number.
    pub number: String,
    /// Its day.
    pub date: String,
}

/// A step of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationStep {
    /// A word of HHX.
    pub status: String,
    /// When, RFC 3339.
    pub at: String,
}
