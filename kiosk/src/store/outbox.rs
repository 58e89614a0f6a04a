//! What the hub must still be told. A report waits until the hub has it, or has refused it for good, and is kept until a
//! backup of the hub has it.
//!
//! A report's command id is made once and kept, so sending it twice changes nothing at the hub. Only when it begins to
//! say more, because a restored hub may have forgotten the ticket, it is another command.

use super::{Store, StoreError, id};
use jiff::Timestamp;
use rusqlite::OptionalExtension;
use uuid::Uuid;

/// One thing the hub must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its place in the outbox.
    pub seq: i64,
    /// The same for every try.
    pub command: Uuid,
    /// The ticket that is on paper.
    pub ticket: Uuid,
    /// Its number.
    pub number: String,
    /// What has to be told.
    pub kind: Kind,
}

/// What has to be told about a printed ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The hub's own number is on paper.
    Printed,
    /// A number of the kiosk's lane is on paper, or one of a hub of an earlier epoch: this hub may not know the ticket
    /// at all.
    Offline {
        /// The service.
        service: String,
        /// The visitor's language.
        language: String,
        /// Further services on the same ticket.
        further: Vec<String>,
        /// The declared class.
        class: Option<String>,
        /// The service day the hub had last spoken of; none if it never had.
        day: Option<u32>,
        /// When it was printed, by the kiosk's clock.
        printed_at: Timestamp,
    },
}

impl Store {
    /// The oldest report that waits.
    pub fn next_report(&self) -> Result<Option<Report>, StoreError> {
        let mut oldest = self.db.prepare_cached(
            "select seq, command_id, ticket_id, number, lane is not null or told = 'whole',
                    service, language, class, printed_at, nullif(ticket.day, 0), further
             from outbox join ticket using (ticket_id) where state = 'open' order by seq limit 1",
        )?;
        let row = oldest.query_row([], |row| {
            let kind = match row.get::<_, bool>(4)? {
                false => Kind::Printed,
                true => Kind::Offline {
                    service: row.get(5)?,
                    further: codes(row.get_ref(10)?.as_str()?),
                    language: row.get(6)?,
                    class: row.get(7)?,
                    day: row.get(9)?,
                    printed_at: Timestamp::from_millisecond(row.get(8)?).unwrap_or(Timestamp::UNIX_EPOCH),
                },
            };
            Ok(Report {
                seq: row.get(0)?,
                command: id(row.get_ref(1)?.as_str()?)?,
                ticket: id(row.get_ref(2)?.as_str()?)?,
                number: row.get(3)?,
                kind,
            })
        });
        Ok(row.optional()?)
    }

    /// How many reports wait.
    pub fn waiting_reports(&self) -> Result<u32, StoreError> {
        // Asked at every look: not parsed each time.
        let mut count = self.db.prepare_cached("select count(*) from outbox where state = 'open'")?;
        Ok(count.query_row([], |row| row.get(0))?)
    }

    /// The hub has it, in this entry of its journal.
    pub fn delivered(&mut self, seq: i64, entry: u64) -> Result<(), StoreError> {
        // The hub files it in today's queue, also what was printed before the kiosk heard of today; a restored hub asks
        // for the papers of its day.
        self.db.execute(
            "update or ignore ticket set day = max(day, (select day from hub))
             where ticket_id = (select ticket_id from outbox where seq = ?)",
            [seq],
        )?;
        self.db.execute(
            "update outbox set state = 'delivered', code = null, entry = ?2, epoch = (select epoch from hub)
             where seq = ?1",
            (seq, entry),
        )?;
        Ok(())
    }

    /// The hub will never take it: kept with its code for a technician, no longer sent.
    pub fn refused(&mut self, seq: i64, code: &str) -> Result<(), StoreError> {
        self.db.execute("update outbox set state = 'refused', code = ?2 where seq = ?1", (seq, code))?;
        Ok(())
    }
}

/// Codes with a space between.
fn codes(text: &str) -> Vec<String> {
    text.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}
