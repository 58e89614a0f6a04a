//! What a citizen wrote and what the office answers: the sealed parts, opened by the office and, on the same day, at a
//! counter.
//!
//! `Debug` shows no value, so that no log and no crash can.

use crate::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};
use uuid::Uuid;

/// What is sealed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The application's id, so that a body cannot be laid under another one.
    pub case_id: Uuid,
    /// The service's code.
    pub service: String,
    /// The form's version.
    pub catalogue_version: String,
    /// The answers by field, in the form that was checked.
    pub answers: BTreeMap<String, Value>,
    /// What was added, in the order of the sealed pieces.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Something added to an application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its field in the form.
    pub field: String,
    /// As its owner called it.
    pub name: String,
    /// What it is, by its first bytes.
    pub media_type: String,
    /// Bytes, open.
    pub size: u64,
    /// SHA-256, open.
    pub sha256: Hash,
}

/// What the office answers, sealed to a key that lives in the hall's memory.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The case.
    pub case_id: Uuid,
    /// Answered, issued, rejected or not considered.
    pub outcome: String,
    /// What the office writes.
    pub text: String,
    /// Its number among what goes out.
    pub reg_no: String,
    /// The papers, in the order of the sealed pieces.
    pub attachments: Vec<Paper>,
}

/// A paper of an answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What the office called it.
    pub name: String,
    /// What it is, by its first bytes.
    pub media_type: String,
    /// Of its bytes.
    pub sha256: Hash,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {}, {} papers)", self.reg_no, self.outcome, self.attachments.len())
    }
}

impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paper({})", self.media_type)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&String> = self.answers.keys().collect();
        f.debug_struct("Body")
            .field("case_id", &self.case_id)
            .field("service", &self.service)
            .field("answers", &fields)
            .field("attachments", &self.attachments.len())
            .finish()
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment({}, {} bytes)", self.media_type, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_no_value() {
        let body = Body {
            case_id: Uuid::nil(),
            service: "A01".to_owned(),
            catalogue_version: "1".to_owned(),
            answers: BTreeMap::from([("pinfl".to_owned(), Value::from("30101909990010"))]),
            attachments: vec![Attachment {
                field: "attachments".to_owned(),
                name: "Karimov.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                size: 4,
                sha256: Hash::ZERO,
            }],
        };
        let said = format!("{body:?}");
        assert!(said.contains("pinfl") && !said.contains("30101909990010") && !said.contains("Karimov"), "{said}");
    }
}
