//! The kiosk's own small SQLite file: what must still be known after the plug was pulled.
//!
//! A ticket's row goes `intent → assigned → printing → printed`, each step committed (WAL, `synchronous=FULL`) before
//! the next one begins, so nothing goes on paper that is not on disk. What a crash leaves behind:
//!
//! - `intent`, `assigned`: the printer was never asked. No paper; dropped. The hub voids its number after a minute, an
//!   own-lane number is a hole in the lane.
//! - `unprinted`: the printer never had a byte of it. No paper; dropped.
//! - `printing`: the printer was asked and its answer was lost. If the printer can tell, it decides. If it cannot, the
//!   ticket counts as printed: a number nobody answers costs a clerk a minute, a paper nobody calls costs a citizen
//!   the day.
//! - `printed`: its report to the hub was committed with it and is sent until the hub has it. The row stays until a
//!   backup of the hub has it too: a restored hub is offered it again.
//!
//! Own-lane serials never go down and restart only when the hub has opened another service day: a clock may be wrong,
//! and a service day may be longer than a date. Deliberately absent: who the visitor is.

mod catalogue;
mod hub;
mod kept;
mod outbox;
mod settle;
#[cfg(test)]
mod tests;

pub use hub::Meeting;
pub use kept::{SELF_TESTS_MAX, Whole};
pub use outbox::{Kind, Report};

use crate::session::{Turn, Wish};
use jiff::{Timestamp, civil::Date, tz};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, named_params};
use std::path::Path;
use uuid::Uuid;
use wire::tickets::TicketTaken;

/// Of the file, in memory; SQLite would take 2,000.
const CACHE_KIB: i32 = 512;
/// Reports that wait for the hub. A hall that prints for two weeks without a hub stops here, visibly.
pub const OUTBOX_MAX: u32 = 20_000;
/// The longest number a hub may give: it has to fit on paper.
pub const NUMBER_CHARS_MAX: usize = 12;
/// Rows of tickets are kept so long, for a technician's eye.
pub const KEEP_DAYS: i64 = 7;
/// Printed ones that no backup of the hub is known to hold are kept so long; reports as long as the hub does not have
/// them at all.
pub const KEEP_DAYS_MAX: i64 = 60;

const _: () = assert!(KEEP_DAYS < KEEP_DAYS_MAX);

const MIGRATIONS: [(u32, &str); 4] = [
    (1, include_str!("../../migrations/001-journal.sql")),
    (2, include_str!("../../migrations/002-kept-until-backed-up.sql")),
    (3, include_str!("../../migrations/003-further-services.sql")),
    (4, include_str!("../../migrations/004-technician.sql")),
];

/// The file cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("the kiosk's journal failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The disk says no.
    #[error("the kiosk's disk failed")]
    Disk(#[from] std::io::Error),
    /// The file belongs to a newer program.
    #[error("the kiosk's journal has version {found}, this program knows {known}")]
    Newer {
        /// In the file.
        found: u32,
        /// In the program.
        known: u32,
    },
    /// The hub never said which lane this kiosk has.
    #[error("the hub has not given this kiosk a lane yet")]
    NoLane,
    /// Too many reports wait for the hub.
    #[error("{OUTBOX_MAX} reports wait for the hub")]
    OutboxFull,
    /// A number that cannot be printed.
    #[error("the hub gave a number of {0} characters")]
    NumberTooLong(usize),
    /// The row is not in the stage it should be in.
    #[error("ticket {ticket} cannot become {stage}")]
    Stage {
        /// The ticket.
        ticket: Uuid,
        /// Where it should have gone.
        stage: &'static str,
    },
}

/// The kiosk's journal.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

/// A ticket whose print job has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The ticket.
    pub ticket: Uuid,
    /// Its number.
    pub number: String,
}

impl Store {
    /// Opens or makes the file.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        settle::settle(path)?;
        Store::prepare(Connection::open(path)?)
    }

    /// [`Store::open`] on a VFS that is registered with SQLite: a simulated disk.
    pub fn open_on(path: &Path, vfs: &str) -> Result<Store, StoreError> {
        Store::prepare(Connection::open_with_flags_and_vfs(path, OpenFlags::default(), vfs)?)
    }

    fn prepare(mut db: Connection) -> Result<Store, StoreError> {
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "trusted_schema", false)?;
        // In KiB. Little is read: what is kept of the file in memory must not grow with the day.
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        migrate(&mut db)?;
        Ok(Store { db })
    }

    /// Writes down that a visitor asked for a ticket.
    pub fn intend(&mut self, intent: Uuid, wish: &Wish, at: Timestamp) -> Result<(), StoreError> {
        if self.waiting_reports()? >= OUTBOX_MAX {
            return Err(StoreError::OutboxFull);
        }
        let class = match &wish.turn {
            Turn::Ordinary => None,
            Turn::Declared(class) => Some(class),
        };
        self.db.execute(
            "insert into ticket (ticket_id, intent_id, stage, prefix, service, further, language, class, day, epoch, date,
                                 asked_at)
             select :id, :id, 'intent', :prefix, :service, :further, :language, :class,
                    coalesce(max(day), 0), coalesce(max(epoch), 0), :date, :at from hub",
            named_params! {
                ":id": intent.to_string(), ":prefix": wish.category, ":service": wish.service,
                ":further": wish.further.join(" "),
                ":language": wish.language.tag(), ":class": class, ":date": tashkent(at).to_string(),
                ":at": at.as_millisecond(),
            },
        )?;
        Ok(())
    }

    /// Writes down the hub's number.
    pub fn assign_hub(&mut self, intent: Uuid, taken: &TicketTaken) -> Result<(), StoreError> {
        if taken.number.chars().count() > NUMBER_CHARS_MAX {
            return Err(StoreError::NumberTooLong(taken.number.chars().count()));
        }
        let changed = self.db.execute(
            "update ticket set stage = 'assigned', ticket_id = :ticket, number = :number
             where intent_id = :intent and stage = 'intent'",
            named_params! {
                ":ticket": taken.ticket_id.to_string(), ":number": taken.number, ":intent": intent.to_string(),
            },
        )?;
        moved(changed, intent, "assigned")
    }

    /// Finds the next number of the kiosk's own lane and writes it down under a new identity: under the first one the
    /// hub may still give a number of its own.
    pub fn assign_own(&mut self, intent: Uuid, ticket: Uuid) -> Result<String, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let lane: i64 =
            tx.query_row("select lane from hub", [], |row| row.get(0)).optional()?.ok_or(StoreError::NoLane)?;
        let prefix: String = tx
            .query_row(
                "select prefix from ticket where intent_id = ? and stage = 'intent'",
                [intent.to_string()],
                |row| row.get(0),
            )
            .optional()?
            .ok_or(StoreError::Stage { ticket: intent, stage: "assigned" })?;
        let serial: i64 = tx.query_row(
            "insert into lane (lane, prefix, serial) select ?1, ?2, room + 1 from hub where true
             on conflict do update set serial = serial + 1 returning serial",
            (lane, &prefix),
            |row| row.get(0),
        )?;
        let number = format!("{prefix}{lane}-{serial:03}");
        tx.execute(
            "update ticket set stage = 'assigned', ticket_id = :ticket, lane = :lane, serial = :serial, number = :number
             where intent_id = :intent",
            named_params! {
                ":ticket": ticket.to_string(), ":lane": lane, ":serial": serial, ":number": number,
                ":intent": intent.to_string(),
            },
        )?;
        tx.commit()?;
        Ok(number)
    }

    /// Writes down that the printer is about to be asked. Must be on disk before the first byte leaves.
    pub fn printing(&mut self, ticket: Uuid) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "update ticket set stage = 'printing' where ticket_id = ? and stage in ('assigned', 'unprinted')",
            [ticket.to_string()],
        )?;
        moved(changed, ticket, "printing")
    }

    /// Writes down that nothing of it is on paper. What counts goes on counting.
    pub fn unprinted(&mut self, ticket: Uuid) -> Result<(), StoreError> {
        if stage(&self.db, ticket)?.as_deref() == Some("printed") {
            return Ok(());
        }
        let changed = self.db.execute(
            "update ticket set stage = 'unprinted' where ticket_id = ? and stage = 'printing'",
            [ticket.to_string()],
        )?;
        moved(changed, ticket, "unprinted")
    }

    /// Writes down that the number is on the screen: it counts as on paper, whatever the printer was or is asked for.
    pub fn shown(&mut self, ticket: Uuid, command: Uuid, at: Timestamp) -> Result<(), StoreError> {
        match self.printing(ticket) {
            Ok(()) | Err(StoreError::Stage { .. }) => self.printed(ticket, command, at),
            Err(error) => Err(error),
        }
    }

    /// Writes down that the paper is out, and the report to the hub, in one transaction. What counts goes on counting,
    /// however often it is said.
    pub fn printed(&mut self, ticket: Uuid, command: Uuid, at: Timestamp) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if stage(&tx, ticket)?.as_deref() == Some("printed") {
            return Ok(());
        }
        let changed = tx.execute(
            "update ticket set stage = 'printed', printed_at = ?2 where ticket_id = ?1 and stage = 'printing'",
            (ticket.to_string(), at.as_millisecond()),
        )?;
        moved(changed, ticket, "printed")?;
        tx.execute(
            "insert into outbox (ticket_id, command_id, state, told)
             select ?1, ?2, 'open', iif(epoch < (select max(epoch) from hub), 'whole', 'number')
             from ticket where ticket_id = ?1",
            (ticket.to_string(), command.to_string()),
        )?;
        tx.commit()?;
        Ok(())
    }

    /// After a start: drops what certainly is not on paper, and tells what the printer was asked for without an answer.
    pub fn recover(&mut self) -> Result<Vec<Unanswered>, StoreError> {
        self.db
            .execute("update ticket set stage = 'dropped' where stage in ('intent', 'assigned', 'unprinted')", [])?;
        let mut query = self.db.prepare("select ticket_id, number from ticket where stage = 'printing'")?;
        let rows = query
            .query_map([], |row| Ok(Unanswered { ticket: id(row.get_ref(0)?.as_str()?)?, number: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The clock was set by so much: what is on paper was printed that much later or earlier by the new time. Also what the
    /// hub has: a restored one will be told again.
    pub fn clock_was_set(&mut self, by_ms: i64) -> Result<(), StoreError> {
        self.db.execute("update ticket set printed_at = printed_at + ? where printed_at is not null", [by_ms])?;
        Ok(())
    }

    /// Forgets what is no longer needed: declared classes of days that are over, old tickets the hub knows.
    pub fn housekeep(&mut self, at: Timestamp) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let waiting = "select ticket_id from outbox where state = 'open'";
        tx.execute(
            &format!(
                "update ticket set class = null
                 where class is not null and date <> ? and ticket_id not in ({waiting})"
            ),
            [tashkent(at).to_string()],
        )?;
        let before = |days: i64| at.as_millisecond() - days * 24 * 3_600_000;
        let times = (before(KEEP_DAYS), before(KEEP_DAYS_MAX));
        // What no backup has is kept longer; a hub without backups must not fill the disk.
        let lost_with_the_hub = "select ticket_id from outbox where state = 'delivered' and backed_up = 0";
        // A clock that ran ahead for years must not take with it what a restored hub will ask for.
        let gone = format!(
            "asked_at < ?1 and day < (select coalesce(max(day), 0) from hub) - 1 and ticket_id not in ({waiting})
             and (asked_at < ?2 or ticket_id not in ({lost_with_the_hub}))"
        );
        tx.execute(
            &format!("delete from outbox where ticket_id in (select ticket_id from ticket where {gone})"),
            times,
        )?;
        tx.execute(&format!("delete from ticket where {gone}"), times)?;
        tx.commit()?;
        Ok(())
    }
}

/// The date in Asia/Tashkent, which is five hours ahead the whole year.
pub fn tashkent(at: Timestamp) -> Date {
    tz::offset(5).to_datetime(at).date()
}

fn stage(db: &Connection, ticket: Uuid) -> Result<Option<String>, StoreError> {
    let sql = "select stage from ticket where ticket_id = ?";
    Ok(db.query_row(sql, [ticket.to_string()], |row| row.get(0)).optional()?)
}

fn moved(rows: usize, ticket: Uuid, stage: &'static str) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Stage { ticket, stage }) }
}

fn id(text: &str) -> rusqlite::Result<Uuid> {
    text.parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}

fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let tx: Transaction<'_> = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = tx.query_row("pragma user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (version, sql) in MIGRATIONS.iter().filter(|(version, _)| *version > found) {
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
    }
    tx.commit()?;
    Ok(())
}
