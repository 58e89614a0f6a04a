//! What the kiosk knows of its hub: epoch, the end of its journal, service day, lane, and how far the lane has been
//! counted.

use super::{Store, StoreError, id, tashkent};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};
use uuid::Uuid;
use wire::{
    kiosk::{ChainLink, KioskHome},
    seen::Seen,
};

/// What a word from the hub means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// The same hub as before, or the first one.
    Known,
    /// The hub was restored or replaced: what it may not know is offered to it again.
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

/// One more than a kiosk prints alone in a day, in numbers people can tell apart.
const ROOM: u32 = 1_000;
/// Longer than from a hall's opening to the end of its day, shorter than from one day's last paper to the next one's first.
const DAY_MS: i64 = 12 * 3_600_000;

impl Store {
    /// Who this journal is; `fresh` if it is new.
    pub fn journal(&mut self, fresh: Uuid) -> Result<Uuid, StoreError> {
        self.db.execute("insert or ignore into journal (one, id) values (1, ?)", [fresh.to_string()])?;
        Ok(self.db.query_row("select id from journal", [], |row| id(row.get_ref(0)?.as_str()?))?)
    }

    /// Takes in what the hub says about this kiosk. `identity` makes the ids of reports that have to say more.
    pub fn meet(
        &mut self,
        home: &KioskHome,
        at: Timestamp,
        identity: impl FnMut() -> Uuid,
    ) -> Result<Meeting, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known: Option<(u32, u32)> = tx
            .prepare_cached("select epoch, day from hub")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (epoch, day) = known.unwrap_or((home.epoch, 0));
        if home.epoch < epoch {
            return Ok(Meeting::Fenced { offered: home.epoch, known: epoch });
        }
        // Between two service days the lane goes on as before; and under a new hub, whose days have other numbers.
        let now = home.day.unwrap_or(day);
        if now != day && home.epoch == epoch {
            begin_day(&tx, at)?;
        }
        know(&tx, home, now)?;
        if known.is_none() && home.generation > 1 {
            leave_room(&tx, home)?;
        }
        for lane in &home.lane_serials {
            count_from(&tx, home.lane, &lane.prefix, lane.serial)?;
        }
        tx.prepare_cached(
            "update outbox set backed_up = 1 where state = 'delivered' and epoch = ?1 and entry <= ?2 and backed_up = 0",
        )?
        .execute((home.epoch, home.backed_up))?;
        let meeting = if home.epoch > epoch {
            Meeting::NewEpoch { again: offer_again(&tx, (day, at), identity)? }
        } else {
            Meeting::Known
        };
        tx.commit()?;
        Ok(meeting)
    }

    /// What was seen of the hub, if anything was.
    pub fn seen(&self) -> Result<Option<Seen>, StoreError> {
        let mut seen = self.db.prepare_cached("select epoch, seq, hash, hall from hub")?;
        let row = seen.query_row([], |row| {
            let link = ChainLink { seq: row.get(1)?, hash: row.get(2)? };
            let hall = Some(row.get(3)?).filter(|hall: &String| !hall.is_empty());
            Ok(Seen { hall, epoch: row.get(0)?, link: Some(link).filter(|link| link.seq > 0) })
        });
        Ok(row.optional()?)
    }

    /// The last service day the hub spoke of; none before it ever did.
    pub fn day(&self) -> Result<Option<u32>, StoreError> {
        let day = self.db.prepare_cached("select day from hub")?.query_row([], |row| row.get(0)).optional()?;
        Ok(day.filter(|day| *day > 0))
    }

    /// The highest epoch seen; zero before any.
    pub fn epoch(&self) -> Result<u32, StoreError> {
        Ok(self.db.query_row("select coalesce(max(epoch), 0) from hub", [], |row| row.get(0))?)
    }
}

/// The hub as it says it is. Answers may overtake each other, so inside an epoch what was seen only grows.
fn know(tx: &Transaction<'_>, home: &KioskHome, day: u32) -> Result<(), StoreError> {
    let at = home.at.parse().map_or(0, Timestamp::as_millisecond);
    tx.prepare_cached(
        "insert into hub (one, epoch, day, lane, seq, hash, hall, at) values (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict do update set day = excluded.day, lane = excluded.lane, epoch = excluded.epoch,
           hall = excluded.hall, at = excluded.at,
           hash = iif(excluded.epoch > epoch or excluded.seq > seq, excluded.hash, hash),
           seq = iif(excluded.epoch > epoch or excluded.seq > seq, excluded.seq, seq)",
    )?
    .execute((home.epoch, day, home.lane, home.chain.seq, &home.chain.hash, &home.hall, at))?;
    Ok(())
}

/// Another journal counted in this lane before, and what it printed alone may have gone with it: this one begins far
/// enough above. Between two service days also in the next one, where numbers of the early morning would be filed.
fn leave_room(tx: &Transaction<'_>, home: &KioskHome) -> Result<(), StoreError> {
    let days = u32::from(home.day.is_none());
    tx.execute("update hub set room = ?1, room_days = ?2", (room_above(0, home.generation), days))?;
    for lane in &home.lane_serials {
        count_from(tx, home.lane, &lane.prefix, room_above(lane.serial, home.generation))?;
    }
    Ok(())
}

/// Two full thousands above a serial for each journal that went before, of which the hub may have heard nothing: at least
/// one whole thousand between.
fn room_above(serial: u32, generation: u32) -> u32 {
    let before = generation.saturating_sub(1).saturating_mul(2);
    (serial / ROOM).saturating_add(before).saturating_mul(ROOM)
}

/// The hub was restored or replaced. Whatever it may not know is offered again: every paper of the service day that was
/// last heard of, of the one before if no backup is known to have it, and what was printed today whatever day that was:
/// by a wrong clock a hub opens several in one, and a restore goes back to the first. What a hub of an earlier epoch gave
/// is told whole from now on.
fn offer_again(
    tx: &Transaction<'_>,
    (day, at): (u32, Timestamp),
    mut identity: impl FnMut() -> Uuid,
) -> Result<usize, StoreError> {
    let again = tx.execute(
        "update outbox set state = 'open', code = null, entry = null, epoch = null, backed_up = 0
         where ticket_id in (
           select ticket_id from ticket
           where ticket.day >= ?1 or (ticket.day = ?1 - 1 and outbox.backed_up = 0) or ticket.printed_at > ?2)",
        (day, at.as_millisecond() - DAY_MS),
    )?;
    let mut query = tx.prepare(
        "select seq from outbox join ticket using (ticket_id)
         where state = 'open' and told = 'number' and lane is null order by seq",
    )?;
    let given: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for seq in given {
        tx.execute("update outbox set told = 'whole', command_id = ?2 where seq = ?1", (seq, identity().to_string()))?;
    }
    Ok(again)
}

/// Counts from one again, but never below a number that is on paper today or that the hub has not heard of yet: it
/// may file those under the new day.
fn begin_day(tx: &Transaction<'_>, at: Timestamp) -> Result<(), StoreError> {
    tx.execute("update hub set room = iif(room_days > 0, room, 0), room_days = max(room_days - 1, 0)", [])?;
    tx.execute(
        "update lane set serial = (
           select max(coalesce(max(ticket.serial), 0), (select room from hub)) from ticket
           where ticket.lane = lane.lane and ticket.prefix = lane.prefix
             and (ticket.date = ?1
               or ticket.stage in ('assigned', 'printing', 'unprinted')
               or ticket.ticket_id in (select ticket_id from outbox where state = 'open')))",
        [tashkent(at).to_string()],
    )?;
    Ok(())
}

fn count_from(tx: &Transaction<'_>, lane: u8, prefix: &str, serial: u32) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into lane (lane, prefix, serial) select ?1, ?2, max(?3, room) from hub where true
         on conflict do update set serial = max(serial, excluded.serial)",
    )?
    .execute((lane, prefix, serial))?;
    Ok(())
}
