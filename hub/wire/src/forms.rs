//! The form of a service as it is asked, in one language: what a face needs to draw it.
//!
//! What may be written is checked by the crate `forms` on both ends; this is its description, so that a program that
//! does not have it can draw the form too. Deliberately absent: anybody's answers.

use serde::{Deserialize, Serialize};

/// A form in the asked language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceForm {
    /// The service's code.
    pub service: String,
    /// Changes when anything about the form does, in any language.
    pub version: String,
    /// The language of what follows.
    pub language: String,
    /// The fields, in the order in which they are asked.
    pub fields: Vec<FormField>,
    /// What is consented to.
    pub consent: ConsentText,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormField {
    /// Its name.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// How to fill it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Whether it must be filled in.
    pub required: bool,
    /// Who may see what is written.
    pub sensitivity: FieldSensitivity,
    /// What may be written.
    pub kind: FieldKind,
    /// The most letters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars_max: Option<u32>,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Digits after a number's comma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// On which side of today a day lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<FieldWhen>,
    /// What to choose from: options, or cities and districts of an address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
    /// What files may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// The size of each file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_max: Option<u64>,
    /// How many files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_max: Option<u32>,
}

/// What may be written into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Lines,
    /// A person's identification number, 14 digits.
    Pinfl,
    /// A taxpayer's identification number, nine digits.
    Stir,
    /// A passport or an ID card, two letters and seven digits.
    IdDocument,
    /// A telephone number of the country.
    Phone,
    /// An address with a house number.
    HomeAddress,
    /// The address of a plot or a building.
    PlotAddress,
    /// A cadastral number.
    Cadastral,
    /// A day.
    Date,
    /// A number.
    Number,
    /// One of the options.
    Select,
    /// Files.
    Files,
    /// The consent.
    Consent,
}

/// Who may see what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FieldSensitivity {
    /// Whoever sees the application.
    Open,
    /// The person and who works on it; others see a mask.
    Personal,
    /// Of a special category by law: others see nothing of it.
    Special,
}

/// On which side of today a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FieldWhen {
    /// Has come.
    Past,
    /// Today or within a year.
    Ahead,
}

/// One of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOption {
    /// Its code: what travels.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The region of a city or district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// The consent, exactly as it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentText {
    /// The version of the text.
    pub version: u32,
    /// The text.
    pub text: String,
    /// SHA-256 of the text in UTF-8, in hexadecimal: what an agreement names.
    pub sha256: String,
}
