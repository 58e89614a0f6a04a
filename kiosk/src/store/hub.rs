//! What the kiosk knows of its hub: epoch, service day, lane, and how far the lane has been counted.

use super::{Store, StoreError, tashkent};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};
use wire::kiosk::KioskHome;

/// What a word from the hub means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// The same hub as before, or the first one.
    Known,
    /// The hub was restored or replaced: today's tickets are offered to it again.
    NewEpoch {
        /// So many reports wait again.
        again: usize,
    },
    /// An older hub came back: nothing it says counts.
    Fenced {
        /// What it claims.
        offered: u32,
        /// What this kiosk has seen.
        known: u32,
    },
}

impl Store {
    /// Takes in what the hub says about this kiosk.
    pub fn meet(&mut self, home: &KioskHome, at: Timestamp) -> Result<Meeting, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known: Option<(u32, u32)> =
            tx.query_row("select epoch, day from hub", [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (epoch, day) = known.unwrap_or((home.epoch, 0));
        if home.epoch < epoch {
            return Ok(Meeting::Fenced { offered: home.epoch, known: epoch });
        }
        // Between two service days the lane goes on as before.
        let now = home.day.unwrap_or(day);
        if now != day {
            begin_day(&tx, at)?;
        }
        for lane in &home.lane_serials {
            count_from(&tx, home.lane, &lane.prefix, lane.serial)?;
        }
        tx.execute(
            "insert into hub (one, epoch, day, lane) values (1, ?1, ?2, ?3)
             on conflict do update set epoch = excluded.epoch, day = excluded.day, lane = excluded.lane",
            (home.epoch, now, home.lane),
        )?;
        let meeting = if home.epoch > epoch {
            let again = tx.execute(
                "update outbox set state = 'open', code = null
                 where ticket_id in (select ticket_id from ticket where date = ? and stage = 'printed')",
                [tashkent(at).to_string()],
            )?;
            Meeting::NewEpoch { again }
        } else {
            Meeting::Known
        };
        tx.commit()?;
        Ok(meeting)
    }

    /// The highest epoch seen; zero before any.
    pub fn epoch(&self) -> Result<u32, StoreError> {
        Ok(self.db.query_row("select coalesce(max(epoch), 0) from hub", [], |row| row.get(0))?)
    }
}

/// Counts from one again, but never below a number that is on paper today or that the hub has not heard of yet: it
/// may file those under the new day.
fn begin_day(tx: &Transaction<'_>, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "update lane set serial = (
           select coalesce(max(ticket.serial), 0) from ticket
           where ticket.lane = lane.lane and ticket.prefix = lane.prefix
             and (ticket.date = ?1
               or ticket.stage in ('assigned', 'printing', 'unprinted')
               or ticket.ticket_id in (select ticket_id from outbox where state = 'open')))",
        [tashkent(at).to_string()],
    )?;
    Ok(())
}

fn count_from(tx: &Transaction<'_>, lane: u8, prefix: &str, serial: u32) -> Result<(), StoreError> {
    tx.execute(
        "insert into lane (lane, prefix, serial) values (?1, ?2, ?3)
         on conflict do update set serial = max(serial, excluded.serial)",
        (lane, prefix, serial),
    )?;
    Ok(())
}
