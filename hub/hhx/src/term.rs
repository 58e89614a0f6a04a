//! Legal terms: from a kind of application and the day it came to the day by which it must be answered.
//!
//! The law on appeals (ЗРУ-445) counts days and months from receipt, services count working days, and what a clerk, a
//! citizen's paper and a court read must be one date. So a `Due` keeps how it was counted beside the date, is counted
//! once and again only on extension: a decree that moves a holiday later moves no promise. A date that falls on a day off
//! stays the legal date; the office is warned on the last working day before. Absent on purpose: clocks and zones; the
//! caller says which day it is in the office.

use crate::{
    calendar::{Calendar, Day},
    status::Appeal,
};
use jiff::{
    Span,
    civil::{Date, DateTime, Time},
};
use serde::{Deserialize, Serialize};

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Every day counts.
    CalendarDays,
    /// Only days when the office works count.
    WorkingDays,
    /// To the same day of a later month, or its last.
    Months,
}

/// By what right a term is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// An application or a complaint: ЗРУ-445 art. 28, 15 days.
    Appeal,
    /// The same when it needs study, a check or documents: up to one month from receipt.
    AppealStudied,
    /// A proposal: ЗРУ-445 art. 28, up to one month.
    Proposal,
    /// The author of a proposal that needs study is told so in writing: 10 days.
    ProposalNotice,
    /// A request for information: ЗРУ-369, 15 days.
    InformationRequest,
    /// To be forwarded to the body that is competent: 5 days.
    Forwarding,
    /// The catalogue's term of a service.
    Service,
    /// What a resolution of the head gives an executor.
    Resolution,
    /// What the head has extended, exceptionally and once.
    Extended,
}

/// A length of time that the law, the catalogue or a head gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How many.
    pub amount: u16,
    /// Of what.
    pub unit: Unit,
    /// By what right.
    pub basis: Basis,
}

/// By when, and how that was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day.
    pub date: Date,
    /// The day that it is counted from: the first day of the term is the next one.
    pub start: Date,
    /// How many.
    pub amount: u16,
    /// Of what.
    pub unit: Unit,
    /// By what right.
    pub basis: Basis,
    /// The list of days off that it was counted with.
    pub holidays_version: String,
}

/// Why a term is not extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotExtended {
    /// The law knows no extension of it.
    #[error("this term cannot be extended")]
    NotThisTerm,
    /// Once is all.
    #[error("this term was extended before")]
    Before,
    /// The new date is not later.
    #[error("the new date is not later than the old one")]
    NotLater,
    /// The new date is more than a month later.
    #[error("a term is extended by one month at most")]
    TooFar,
}

/// How near the end of a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// More than three days are left.
    Calm,
    /// At most three days are left.
    ThreeDays,
    /// At most one day is left.
    OneDay,
    /// It is over since so many days.
    Overdue(u32),
}

/// When an office takes in what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// It opens.
    pub from: Time,
    /// It closes: what comes at this minute has come too late.
    pub until: Time,
}

impl Term {
    /// An application or a complaint.
    pub const APPEAL: Term = Term::new(15, Unit::CalendarDays, Basis::Appeal);
    /// An application or a complaint that needs study.
    pub const APPEAL_STUDIED: Term = Term::new(1, Unit::Months, Basis::AppealStudied);
    /// A proposal.
    pub const PROPOSAL: Term = Term::new(1, Unit::Months, Basis::Proposal);
    /// Word to the author of a proposal that needs study.
    pub const PROPOSAL_NOTICE: Term = Term::new(10, Unit::CalendarDays, Basis::ProposalNotice);
    /// A request for information.
    pub const INFORMATION_REQUEST: Term = Term::new(15, Unit::CalendarDays, Basis::InformationRequest);
    /// Forwarding by competence.
    pub const FORWARDING: Term = Term::new(5, Unit::CalendarDays, Basis::Forwarding);

    const fn new(amount: u16, unit: Unit, basis: Basis) -> Term {
        Term { amount, unit, basis }
    }

    /// What the catalogue gives a service.
    pub const fn service(amount: u16, unit: Unit) -> Term {
        Term::new(amount, unit, Basis::Service)
    }
}

/// Whether a service of the catalogue is an appeal in the sense of ЗРУ-445, and its term: the law's own whatever the
/// catalogue says, else the catalogue's. The slip at the hall and the card at the office are counted by this.
#[must_use]
pub fn of_service(code: &str, catalogue: Term) -> (Appeal, Term) {
    match code {
        "A01" | "A02" => (Appeal::Yes, Term::APPEAL),
        "A03" => (Appeal::Yes, Term::PROPOSAL),
        "A05" => (Appeal::No, Term::INFORMATION_REQUEST),
        _ => (Appeal::No, catalogue),
    }
}

impl Due {
    /// Counts a term from a day. A date beyond what a calendar can write ends at the last one it can.
    pub fn counted(start: Date, term: Term, calendar: &Calendar) -> Due {
        let date = match term.unit {
            Unit::CalendarDays => start.saturating_add(Span::new().days(term.amount)),
            Unit::Months => start.saturating_add(Span::new().months(term.amount)),
            Unit::WorkingDays => (0..term.amount).fold(start, |at, _| calendar.next_working(at)),
        };
        Due {
            date,
            start,
            amount: term.amount,
            unit: term.unit,
            basis: term.basis,
            holidays_version: calendar.version().to_owned(),
        }
    }

    /// The term of an appeal that needs study, a check or documents: up to one month from receipt.
    pub fn studied(&self, calendar: &Calendar) -> Result<Due, NotExtended> {
        match self.basis {
            Basis::Appeal => Ok(Due::counted(self.start, Term::APPEAL_STUDIED, calendar)),
            Basis::AppealStudied | Basis::Extended => Err(NotExtended::Before),
            Basis::Proposal
            | Basis::ProposalNotice
            | Basis::InformationRequest
            | Basis::Forwarding
            | Basis::Service
            | Basis::Resolution => Err(NotExtended::NotThisTerm),
        }
    }

    /// What the head extends exceptionally: once, by one month at most.
    pub fn extended(&self, until: Date, calendar: &Calendar) -> Result<Due, NotExtended> {
        match self.basis {
            Basis::Appeal | Basis::AppealStudied | Basis::Proposal | Basis::Service | Basis::Resolution => {}
            Basis::Extended => return Err(NotExtended::Before),
            Basis::ProposalNotice | Basis::InformationRequest | Basis::Forwarding => {
                return Err(NotExtended::NotThisTerm);
            }
        }
        if until <= self.date {
            return Err(NotExtended::NotLater);
        }
        if until > self.date.saturating_add(Span::new().months(1)) {
            return Err(NotExtended::TooFar);
        }
        let days = self.date.until(until).map_or(0, |span| span.get_days());
        Ok(Due {
            date: until,
            start: self.date,
            amount: u16::try_from(days).unwrap_or(u16::MAX),
            unit: Unit::CalendarDays,
            basis: Basis::Extended,
            holidays_version: calendar.version().to_owned(),
        })
    }

    /// The last day on which the office can still act: the date, or the last working day before it.
    pub fn last_working_day(&self, calendar: &Calendar) -> Date {
        calendar.working_until(self.date)
    }

    /// How near the end is on a day. Days left are counted to the last working day, days over from the legal date.
    pub fn urgency(&self, today: Date, calendar: &Calendar) -> Urgency {
        if today > self.date {
            return Urgency::Overdue(days_between(self.date, today));
        }
        match days_between(today, self.last_working_day(calendar)) {
            0 | 1 => Urgency::OneDay,
            2 | 3 => Urgency::ThreeDays,
            _ => Urgency::Calm,
        }
    }
}

/// The day on which what came must be registered: the same, or the next working day if it came after hours.
pub fn registration_day(came: DateTime, hours: WorkingHours, calendar: &Calendar) -> Date {
    let in_time = calendar.day(came.date()) == Day::Working && came.time() < hours.until;
    if in_time { came.date() } else { calendar.next_working(came.date()) }
}

/// Days from one date to a later one; none to an earlier one.
fn days_between(from: Date, to: Date) -> u32 {
    from.until(to).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
}
