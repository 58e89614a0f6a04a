//! Where a case stands, and how it may go on.
//!
//! Deliberately absent: overdue. It follows from the due date and the day, so nobody can store it wrongly.

use serde::{Deserialize, Serialize};

/// A step in a case's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Filed in the hall, under the hall's own number.
    Submitted,
    /// The office has it (R1).
    Delivered,
    /// It has a number in a journal of the office (R2).
    Registered,
    /// An executor is named.
    Assigned,
    /// Being worked on.
    InWork,
    /// Waiting for something from the citizen.
    NeedInfo,
    /// The head has put the term off; the citizen was told.
    Extended,
    /// Sent to the body that is competent.
    Forwarded,
    /// Answered.
    Answered,
    /// The paper asked for is ready.
    Issued,
    /// Refused, with the reason.
    Rejected,
    /// Not considered, for one of the reasons the law allows.
    NotConsidered,
    /// The citizen took it back.
    Recalled,
    /// Over.
    Closed,
}

use CaseStatus::*;

impl CaseStatus {
    /// Every status, in the order of a case's life.
    pub const ALL: [Self; 14] = [
        Submitted,
        Delivered,
        Registered,
        Assigned,
        InWork,
        NeedInfo,
        Extended,
        Forwarded,
        Answered,
        Issued,
        Rejected,
        NotConsidered,
        Recalled,
        Closed,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Submitted => "submitted",
            Delivered => "delivered",
            Registered => "registered",
            Assigned => "assigned",
            InWork => "in_work",
            NeedInfo => "need_info",
            Extended => "extended",
            Forwarded => "forwarded",
            Answered => "answered",
            Issued => "issued",
            Rejected => "rejected",
            NotConsidered => "not_considered",
            Recalled => "recalled",
            Closed => "closed",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Where it may go from here.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Submitted => &[Delivered, Recalled],
            Delivered => &[Registered, Rejected, Recalled],
            Registered => &[Assigned, Forwarded, NotConsidered, Recalled],
            Assigned => &[InWork, NeedInfo, Extended, Forwarded, NotConsidered, Recalled],
            InWork => &[NeedInfo, Extended, Forwarded, Answered, Issued, Rejected, NotConsidered, Recalled],
            NeedInfo => &[InWork, NotConsidered, Recalled],
            Extended => &[InWork, NeedInfo, Answered, Issued, Rejected, NotConsidered, Recalled],
            Forwarded | Answered | Issued | Rejected | NotConsidered | Recalled => &[Closed],
            Closed => &[],
        }
    }

    /// Whether it may go there. An appeal that has a body to answer it is never refused: art. 29 of ЗРУ-445 knows
    /// `not_considered` with a reason, nothing else.
    #[must_use]
    pub fn may_become(self, next: Self, appeal: Appeal) -> bool {
        let refused_appeal = matches!(appeal, Appeal::Yes) && next == Rejected;
        !refused_appeal && self.next().contains(&next)
    }

    /// Whether the citizen waits for nothing more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Forwarded | Answered | Issued | Rejected | NotConsidered | Recalled | Closed)
    }
}

/// Whether a case is an appeal in the sense of ЗРУ-445.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appeal {
    /// An application, proposal or complaint to the khokimiyat.
    Yes,
    /// A public service.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        for status in CaseStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
            assert_eq!(CaseStatus::of(status.word()), Some(status));
        }
    }

    #[test]
    fn every_status_is_reached_and_every_case_can_end() {
        let mut reached = vec![Submitted];
        while let Some(next) =
            reached.iter().flat_map(|status| status.next()).find(|status| !reached.contains(status)).copied()
        {
            reached.push(next);
        }
        assert_eq!(reached.len(), CaseStatus::ALL.len());
        for mut status in CaseStatus::ALL {
            for _ in 0..CaseStatus::ALL.len() {
                status = *status.next().last().unwrap_or(&Closed);
            }
            assert_eq!(status, Closed);
        }
    }

    #[test]
    fn an_appeal_is_never_rejected() {
        assert!(Delivered.may_become(Rejected, Appeal::No));
        for status in CaseStatus::ALL {
            assert!(!status.may_become(Rejected, Appeal::Yes), "{status:?}");
        }
    }
}
