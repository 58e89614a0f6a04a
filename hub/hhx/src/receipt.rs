//! Three receipts that are never merged: the office has it, the office has registered it, the office refuses it.
//!
//! Each is signed by the office, so that a hall can show years later what it was told.

use crate::{Code, Hash, canonical};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// R1: the office keeps it, durably. The answer to `POST /v1/consignments`; a duplicate gets the first one again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The receipt's own id.
    pub receipt_id: Uuid,
    /// For this consignment.
    pub consignment_id: Uuid,
    /// SHA-256 of the container's bytes as they came.
    pub sha256: Hash,
    /// When.
    pub received_at: Timestamp,
    /// The last taken of this stream.
    pub high_water: u64,
    /// The last taken that another machine or a backup has too: what the hall may forget.
    pub durable_high_water: u64,
    /// SHA-256 of the canonical envelope of the last taken.
    pub chain: Hash,
    /// Detached CMS over the canonical receipt without this field, in base64.
    #[serde(default)]
    pub signature: String,
}

impl Delivered {
    /// The bytes that are signed.
    #[must_use]
    pub fn to_sign(&self) -> Vec<u8> {
        canonical(&Self { signature: String::new(), ..self.clone() })
    }

    /// The same receipt with its signature.
    ///
    /// # Errors
    ///
    /// If the signer cannot sign.
    pub fn signed(self, signer: &crate::sign::Signer) -> Result<Self, crate::sign::SignatureError> {
        let signature = STANDARD.encode(signer.sign(&self.to_sign())?);
        Ok(Self { signature, ..self })
    }
}

/// The bytes of a receipt's signature, if they are base64.
#[must_use]
pub fn signature(receipt: &Delivered) -> Option<Vec<u8>> {
    STANDARD.decode(&receipt.signature).ok()
}

/// A number in one of the office's journals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Which journal: `kiruvchi`, `chiquvchi`, `ichki`, `murojaat`, `qaror`, `farmoyish`.
    pub journal: String,
    /// Its number in this journal and year, without gaps.
    pub index: u32,
    /// As it is written: index, journal and year.
    pub reg_no: String,
    /// The day it counts from.
    pub reg_date: Date,
    /// Who registered it: an official's id, never a name.
    pub registered_by: String,
}

/// What came of it at the office: what an `ack` envelope carries to the hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ack_type", rename_all = "snake_case")]
pub enum Outcome {
    /// R2.
    Registered {
        /// The number.
        registration: Registration,
        /// The day an answer is due, if the law or the catalogue sets one.
        due: Option<Date>,
    },
    /// R3.
    Refused {
        /// Why, for programs.
        code: Code,
        /// Why, for people, in the language of the office.
        text: String,
    },
}

/// What is answered instead of R1: an RFC 9457 problem with the stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// A sentence for the log.
    pub detail: String,
    /// How far the stream has come, for `GAP`, `FENCED` and `FORK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<crate::line::Mark>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_not_signed_itself() {
        let receipt = Delivered {
            receipt_id: Uuid::nil(),
            consignment_id: Uuid::nil(),
            sha256: Hash::ZERO,
            received_at: Timestamp::UNIX_EPOCH,
            high_water: 3,
            durable_high_water: 2,
            chain: Hash::ZERO,
            signature: String::new(),
        };
        let signed = Delivered { signature: "abc".to_owned(), ..receipt };
        assert_eq!(receipt.to_sign(), signed.to_sign());
        let later = Delivered { high_water: 4, ..receipt.clone() };
        assert_ne!(receipt.to_sign(), later.to_sign());
    }
}
