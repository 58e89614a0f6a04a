//! An application on its way into the hall, and the receipt for it.
//!
//! Deliberately absent: the way itself; the driver reserves, seals and sends, and asks again with the same ids.

use super::{
    private::{Document, Ready},
    wish::CopyOnPaper,
};
use serde::Serialize;
use std::sync::Arc;
use wire::problem::Problem;
use words::Lang;

/// Everything that is sealed, and nothing of it to be read in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The visitor's language.
    pub language: Lang,
    /// The category of the service.
    pub category: String,
    /// What was filled in and checked.
    pub ready: Arc<Ready>,
    /// Its files.
    pub files: Vec<Document>,
}

/// How the sending stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sending {
    /// It is under way.
    UnderWay,
    /// The hub does not answer; what was written is kept.
    Away(Arrived),
    /// The hall said no; the sentence is in the visitor's language.
    Refused(Problem),
}

/// Whether the hub may have it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrived {
    /// It cannot.
    No,
    /// It was sent, and the answer did not come: nothing may be changed any more.
    Perhaps,
}

/// An application that is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filed {
    /// The visitor's language.
    pub language: Lang,
    /// The category of the service.
    pub category: String,
    /// The service's code.
    pub service: String,
    /// The hall's number.
    pub number: String,
    /// When it was filed, RFC 3339.
    #[serde(skip)]
    pub filed_at: String,
    /// The day an answer is due.
    #[serde(skip)]
    pub due: Option<jiff::civil::Date>,
    /// Whether it is on paper, and whether another can be had.
    pub receipt: CopyOnPaper,
}
