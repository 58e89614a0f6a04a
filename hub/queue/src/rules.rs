//! What the hall's configuration says about the queue. `decide` reads it; `evolve` never does.

use crate::{
    calendar::{Calendar, Hours},
    ids::{CounterId, ServiceCode},
    number::Prefix,
    time::Span,
};
use std::{collections::BTreeMap, num::NonZeroU32};

/// The rules of one hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What can be asked for.
    pub services: BTreeMap<ServiceCode, Service>,
    /// Who serves what.
    pub counters: BTreeMap<CounterId, CounterRules>,
    /// When the hall takes tickets.
    pub hours: Hours,
    /// Holidays and moved days.
    pub calendar: Calendar,
    /// The hall's distance from UTC; Asia/Tashkent is +300 all year.
    pub utc_offset_min: i32,
    /// Who is next.
    pub policy: Policy,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The letter of its category.
    pub prefix: Prefix,
    /// A ticket that waited longer goes ahead inside its class.
    pub target_wait: Span,
    /// How long one takes, until enough are measured.
    pub expected: Span,
    /// Its own hours, inside the hall's.
    pub hours: Option<Hours>,
    /// Its own holidays and moved days, inside the hall's.
    pub calendar: Calendar,
    /// Tickets per day, if limited.
    pub cap: Option<NonZeroU32>,
}

/// One counter's services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CounterRules {
    /// Its own services and the ones it helps with.
    pub services: BTreeMap<ServiceCode, Duty>,
}

/// How a counter serves a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Before the others.
    Primary,
    /// After the primary ones, unless past target.
    Secondary,
}

/// Who is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// Statutory, then courtesy at most every second call, then ordinary. With `statutory_cap` k, at most
    /// k statutory calls in a row while an ordinary ticket waits.
    Classes { statutory_cap: Option<NonZeroU32> },
    /// Strictly by arrival, classes ignored.
    Arrival,
}
