//! One server's offices: each with its keys, its calendar, and the database that all of them share.
//!
//! Nothing here changes after the start, so any number of instances with the same settings are one office to its halls.
//! Absent on purpose: a cache of anything that is in the database.

use crate::store::Store;
use hhx::{calendar::Calendar, container::Limits, seal::SecretKey, sign::Signer, term::WorkingHours};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use std::{collections::BTreeMap, sync::Arc};

/// Uzbekistan is five hours ahead all year.
const ZONE_HOURS: i8 = 5;

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A server's offices.
#[derive(Clone)]
pub struct Offices(Arc<Inner>);

/// What the server is made of.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// By code.
    pub offices: BTreeMap<String, Office>,
    /// Days off.
    pub calendar: Calendar,
    /// When what comes is still of the day.
    pub hours: WorkingHours,
    /// What a container may be.
    pub limits: Limits,
    /// When the database is thought to have something for good.
    pub durable: Durable,
    /// What time it is.
    pub clock: Clock,
    /// Whether cookies are for HTTPS only.
    pub cookies: Cookies,
}

/// When a hall may forget what it sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durable {
    /// After the commit: another machine has it then too (a synchronous standby).
    AtCommit,
    /// After the next backup, which `khokimiyat backed-up` tells.
    AtBackup,
}

/// Over what a browser may send its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cookies {
    /// HTTPS only.
    Secure,
    /// Any line: for a demo on one machine.
    Plain,
}

/// One office.
pub struct Office {
    /// What it signs with.
    pub signer: Signer,
    /// Its certificate, PEM: halls trust it.
    pub certificate: String,
    /// What is sealed to it is opened with; the first is the one to seal to now, the others are of before.
    pub seal_keys: Vec<SecretKey>,
}

impl Offices {
    /// A server of these offices.
    pub fn new(inner: Inner) -> Offices {
        Offices(Arc::new(inner))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The day in the offices.
    pub fn today(&self) -> Date {
        local(self.now()).date()
    }
}

impl std::ops::Deref for Offices {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// A moment as clocks in the offices show it.
pub fn local(at: Timestamp) -> DateTime {
    TimeZone::fixed(Offset::constant(ZONE_HOURS)).to_datetime(at)
}
