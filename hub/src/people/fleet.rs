//! What kiosks told of themselves that must outlive the hub's memory: self-tests, copies of tickets, and the service PIN.
//!
//! The service PIN opens the technician's screen of every kiosk of the hall, with or without the hub: kiosks keep its
//! hash. So it is nobody's own PIN, is longer than one, and opens nothing at the hub. Its hash is cheap in memory (7 MiB,
//! five rounds, one of OWASP's choices), because a kiosk has little.

use super::{By, People, PeopleError, Weakness, pin, store};
use queue::{
    ids::{DeviceId, TicketId},
    time::{Span, Time},
};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;
use wire::fleet::SelfTest;

/// Self-tests kept of one kiosk.
const SELF_TESTS_MAX: i64 = 20;
/// Copies are explained this long.
const REPRINTS_KEPT: Span = Span::minutes(400 * 24 * 60);
/// The shortest service PIN.
pub const SERVICE_PIN_DIGITS_MIN: usize = 8;

/// A kept self-test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTest {
    /// When the hub got it.
    pub at: Time,
    /// What was found.
    pub test: SelfTest,
}

/// A copy of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReprint {
    /// Where it was printed.
    pub device: String,
    /// When.
    pub at: Time,
}

impl People {
    /// Keeps a self-test once, and the last few of its kiosk.
    pub fn keep_self_test(&self, device: &DeviceId, test: &SelfTest, now: Time) -> Result<(), PeopleError> {
        let report = serde_json::to_string(test).map_err(|_| PeopleError::Unwritable)?;
        let mut db = self.db();
        let tx = db.transaction()?;
        let sql = "insert into self_test (device, at, report) select ?1, ?2, ?3
                   where not exists (select 1 from self_test where device = ?1 and report = ?3)";
        tx.execute(sql, params![device.as_str(), now.0, report])?;
        let sql = "delete from self_test where device = ?1 and nth not in
                   (select nth from self_test where device = ?1 order by nth desc limit ?2)";
        tx.execute(sql, params![device.as_str(), SELF_TESTS_MAX])?;
        Ok(tx.commit()?)
    }

    /// The self-tests of a kiosk, the last first.
    pub fn self_tests(&self, device: &DeviceId) -> Result<Vec<KeptTest>, PeopleError> {
        let db = self.db();
        let mut rows = db.prepare("select at, report from self_test where device = ?1 order by nth desc")?;
        let rows = rows.query_map([device.as_str()], |row| Ok((Time(row.get(0)?), row.get::<_, String>(1)?)))?;
        let mut kept = Vec::new();
        for row in rows {
            let (at, report) = row?;
            // One that a newer program wrote is passed over.
            kept.extend(serde_json::from_str(&report).ok().map(|test| KeptTest { at, test }));
        }
        Ok(kept)
    }

    /// Writes down once that a copy was printed.
    pub fn keep_reprint(
        &self,
        device: &DeviceId,
        (command_id, ticket): (Uuid, TicketId),
        at: Time,
    ) -> Result<(), PeopleError> {
        let db = self.db();
        let sql = "insert or ignore into reprint (command_id, device, ticket, at) values (?1, ?2, ?3, ?4)";
        db.execute(sql, params![command_id.as_bytes(), device.as_str(), ticket.0.as_bytes(), at.0])?;
        db.execute("delete from reprint where at < ?1", [at.minus(REPRINTS_KEPT).0])?;
        Ok(())
    }

    /// The copies of a ticket, the first first.
    pub fn reprints(&self, ticket: TicketId) -> Result<Vec<KeptReprint>, PeopleError> {
        let db = self.db();
        let mut rows = db.prepare("select device, at from reprint where ticket = ?1 order by at limit 50")?;
        let rows = rows
            .query_map([ticket.0.as_bytes()], |row| Ok(KeptReprint { device: row.get(0)?, at: Time(row.get(1)?) }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sets the PIN that opens the technician's screen of every kiosk.
    pub fn set_service_pin(&self, pin: &str, by: &By, now: Time) -> Result<(), PeopleError> {
        pin::strong_enough(pin).map_err(PeopleError::Weak)?;
        if pin.len() < SERVICE_PIN_DIGITS_MIN {
            return Err(PeopleError::Weak(Weakness::NotDigits));
        }
        let hash = pin::hash_for_kiosks(pin, self.0.cost).ok_or(PeopleError::Hashing)?;
        let db = self.db();
        let sql = "insert into service_pin (one, phc, set_at) values (1, ?1, ?2)
                   on conflict (one) do update set phc = excluded.phc, set_at = excluded.set_at";
        db.execute(sql, params![hash, now.0])?;
        store::audit(&db, &store::Change { at: now, by, what: "set-service-pin", whom: "kiosks" })
    }

    /// The hash of the service PIN, as a PHC string; none was set.
    pub fn service_pin(&self) -> Result<Option<String>, PeopleError> {
        Ok(self.db().query_row("select phc from service_pin", [], |row| row.get(0)).optional()?)
    }
}
