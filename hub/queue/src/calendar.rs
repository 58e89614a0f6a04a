//! Hours, breaks, holidays: when a hall or a service takes tickets.

use crate::{ids::Reason, time::Time};
use jiff::civil;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A date in the hall's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub civil::Date);

/// A stretch of a day in minutes from midnight; `from` is inside, `until` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// First minute open.
    pub from_min: u16,
    /// First minute closed; at most 1440.
    pub until_min: u16,
}

/// Weekly hours. A break is the gap between two stretches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// Around the clock.
    Always,
    /// Stretches per weekday from Monday, in order and apart.
    Weekly([Vec<Stretch>; 7]),
}

/// Days that differ from the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// What is different on a date.
    pub days: BTreeMap<Date, SpecialDay>,
}

/// A day that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecialDay {
    /// Closed, with a reason shown on the kiosk.
    Closed { why: Reason },
    /// Other hours: a working Saturday, the shorter day before a holiday.
    Hours(Vec<Stretch>),
}

/// Whether tickets are given now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Open until the end of the last stretch of the day; `None` around the clock.
    Open { closes: Option<Time> },
    /// Between two stretches.
    Break { resumes: Time },
    /// Outside hours; `opens` is the next opening within two weeks.
    Shut { opens: Option<Time> },
    /// A closed day.
    Holiday { why: Reason, opens: Option<Time> },
}
