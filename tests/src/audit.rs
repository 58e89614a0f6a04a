//! After a crash: is everything that was acknowledged still there, and nothing there twice?
//!
//! Asked from outside, through the API of the hub that came back: tickets by their identity, clerks' actions by
//! sending the same command again, which must give the same answer and nothing new.

use crate::{
    keepalive::Connection,
    load::{Done, Load},
};
use std::{collections::BTreeMap, io};
use uuid::Uuid;

/// Who has which number, over all rounds of one hall.
#[derive(Debug, Default)]
pub struct Numbers(BTreeMap<String, Uuid>);

/// What an audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Acknowledged writes looked at.
    pub acknowledged: usize,
    /// Acknowledged and gone.
    pub lost: Vec<String>,
    /// Numbers that two visitors hold.
    pub doubled: Vec<String>,
}

impl Findings {
    /// Adds another round.
    pub fn add(&mut self, other: Findings) {
        self.acknowledged += other.acknowledged;
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
    }

    /// Whether nothing is lost and nothing is double.
    pub fn clean(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty()
    }
}

impl Numbers {
    /// A new hall begins to count.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Notes who holds a number; names it if somebody else does too.
    pub fn give(&mut self, number: &str, ticket: Uuid) -> Option<String> {
        match self.0.insert(number.to_owned(), ticket) {
            Some(before) if before != ticket => Some(format!("{number}: {before} and {ticket}")),
            _ => None,
        }
    }
}

/// Audits one round against the hub that came back. `load` has tokens that work there.
pub fn audit(load: &Load, done: &[Done], numbers: &mut Numbers) -> io::Result<Findings> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut found = Findings { acknowledged: done.len(), ..Findings::default() };
        let mut kiosk = Connection::open(load.address, Some(&load.device_token)).await?;
        let mut counters = vec![];
        for (token, _) in &load.clerks {
            counters.push(Connection::open(load.address, Some(token)).await?);
        }
        for one in done {
            match one {
                Done::Reserved(ticket) => {
                    found.doubled.extend(numbers.give(&ticket.number, ticket.id));
                    let path = format!("/api/v1/tickets/{}", ticket.id);
                    let state = kiosk.get(&path).await?;
                    if state.status != 200 || state.json()["number"] != ticket.number.as_str() {
                        found.lost.push(format!("{} {}: {} {}", ticket.number, ticket.id, state.status, state.json()));
                    }
                }
                Done::Printed(ticket) => {
                    let state = kiosk.get(&format!("/api/v1/tickets/{}", ticket.id)).await?.json();
                    if state["stage"] == "reserved" {
                        found.lost.push(format!("{} is on paper and still reserved", ticket.number));
                    }
                }
                Done::AtCounter { clerk, path, body, status, answer } => {
                    let again = counters[*clerk].post(path, body).await?;
                    if again.status != *status || again.json() != *answer {
                        let said = format!("{} {} before, {} {} now", status, answer, again.status, again.json());
                        found.lost.push(format!("{path}: {said}"));
                    }
                }
            }
        }
        Ok(found)
    })
}
