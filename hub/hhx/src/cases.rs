//! What an office tells a hall of the hall's own cases: `GET /v1/cases`, page by page.
//!
//! A hub that was restored or replaced does not know what was filed after its backup; its office does. No name, no phone
//! and no word a citizen wrote is in it: what a kiosk shows, and a slow hash of four digits to ask by.

use crate::CaseStatus;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Some of a hall's cases, in the order they came to the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// At most [`PAGE_MAX`].
    pub cases: Vec<Case>,
    /// `after` of the next question; none after the last case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Cases of one page.
pub const PAGE_MAX: usize = 50;
/// Steps of one case: more than any has.
pub const STEPS_MAX: usize = 200;

/// A case as the office has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case.
    pub case_id: Uuid,
    /// The hall's own number, on the citizen's slip.
    pub number: String,
    /// The service's code.
    pub service: String,
    /// Whether it is an appeal in the sense of ЗРУ-445.
    pub appeal: bool,
    /// The language to answer in.
    pub language: String,
    /// When the citizen filed it.
    pub filed_at: Timestamp,
    /// Its number in a journal.
    pub reg_no: String,
    /// The day of that number.
    pub reg_date: Date,
    /// The day an answer is due.
    pub due: Date,
    /// [`crate::tail::PhoneTail::hashed`]; none if the form asks for no phone: such a case cannot be asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_tail: Option<String>,
    /// Where it stood and since when, from delivered to now.
    pub steps: Vec<Step>,
}

/// A step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// It stood so.
    pub status: CaseStatus,
    /// Since then.
    pub at: Timestamp,
}
