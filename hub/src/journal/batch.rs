//! The commands that share one transaction: decided one after the other in memory, written together, answered
//! together.

use super::{
    Done, NotDone, Repeat, Seat, Write, carry, entry,
    entry::{Entry, VERSION, written},
    fingerprint::{self, Fingerprint},
    state::State,
    views::{self, Changed},
};
use queue::{command::Order, event::Event, hall::Hall, ids::CommandId, rules::Rules, time::Time};
use rusqlite::Connection;
use std::collections::BTreeMap;
use tokio::sync::oneshot;
use wire::board::BoardChange;

type Answer = Result<Done, NotDone>;

/// What a batch will write, publish and answer.
#[derive(Default)]
pub(super) struct Batch {
    entries: Vec<Entry>,
    changed: Changed,
    /// The hall at a service day's opening, with its entry.
    carry: Option<(u64, String)>,
    board: Vec<(u64, BoardChange)>,
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
    /// Commands of this batch that did something: which answer is theirs.
    done: BTreeMap<CommandId, (Fingerprint, usize)>,
}

impl Batch {
    /// Decides one command. The state runs ahead of the disk until the batch is written.
    pub(super) fn decide(&mut self, state: &mut State, rules: &Rules, conn: &Connection, at: Time, write: Write) {
        let Write { submission, seat, answer } = write;
        let fingerprint = fingerprint::of(&submission.command, at);
        let id = submission.command_id;
        let taken = seat.filter(|seat| taken(&state.hall, seat));
        let outcome = match (self.known(conn, id, fingerprint), taken) {
            (Ok(Some(known)), _) => known,
            (Ok(None), Some(seat)) => Err(NotDone::SeatTaken(seat.counter)),
            (Ok(None), None) => {
                let order = Order { at, actor: submission.actor, command: submission.command };
                queue::decide(&state.hall, rules, &order).map_err(NotDone::Refused).map(|events| {
                    let done = Done { seq: state.seq + events.len() as u64, at, events, repeat: Repeat::First };
                    self.record(state, &order, &done, |nth| Entry {
                        device: submission.device.clone(),
                        nth,
                        command_id: id,
                        fingerprint: (nth == 0).then_some(fingerprint),
                        ..blank()
                    });
                    if !done.events.is_empty() {
                        self.done.insert(id, (fingerprint, self.answers.len()));
                    }
                    done
                })
            }
            (Err(e), _) => {
                tracing::error!(command_id = %id, "command {id} could not be looked up: {e}");
                Err(NotDone::Broken)
            }
        };
        self.answers.push((answer, outcome));
    }

    /// Takes commands that will not be decided.
    pub(super) fn give_up(&mut self, writes: Vec<Write>) {
        self.answers.extend(writes.into_iter().map(|write| (write.answer, Err(NotDone::Broken))));
    }

    /// Whether there is anything to write.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes the batch; it is done when the transaction is committed.
    pub(super) fn write(&self, tx: &Connection, state: &State) -> rusqlite::Result<()> {
        entry::append(tx, &self.entries)?;
        views::tables::write(tx, &state.views, &self.changed)?;
        if let Some((seq, carry)) = &self.carry {
            carry::write(tx, *seq, carry)?;
        }
        Ok(())
    }

    /// What the batch changed on the board.
    pub(super) fn take_board(&mut self) -> Vec<(u64, BoardChange)> {
        std::mem::take(&mut self.board)
    }

    /// Tells every caller what became of its command.
    pub(super) fn answer(self) {
        for (caller, answer) in self.answers {
            // A caller that went away does not need the answer: the command is done all the same.
            let _ = caller.send(answer);
        }
    }

    /// Tells every caller that nothing was done, and why.
    pub(super) fn answer_none(self, why: &NotDone) {
        for (caller, _) in self.answers {
            let _ = caller.send(Err(why.clone()));
        }
    }

    /// The answer to a command that was done before, in this batch or an earlier one.
    fn known(&self, conn: &Connection, id: CommandId, fingerprint: Fingerprint) -> rusqlite::Result<Option<Answer>> {
        if let Some((before, at)) = self.done.get(&id)
            && let Some((_, Ok(done))) = self.answers.get(*at)
        {
            return Ok(Some(same(*before == fingerprint, || Done { repeat: Repeat::Again, ..done.clone() })));
        }
        let rows = entry::of_command(conn, id)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(None) };
        let events: Result<Vec<Event>, _> = rows.iter().map(Entry::event).collect();
        let Ok(events) = events else { return Ok(Some(Err(NotDone::Broken))) };
        let done = Done { seq: last.seq, at: first.at, events, repeat: Repeat::Again };
        Ok(Some(same(first.fingerprint == Some(fingerprint), || done)))
    }

    fn record(&mut self, state: &mut State, order: &Order, done: &Done, blank: impl Fn(u32) -> Entry) {
        let actor = written(&order.actor);
        for (nth, event) in done.events.iter().enumerate() {
            let change = state.take_in(order.at, event, &mut self.changed);
            let nth = u32::try_from(nth).expect("a command has at most a few events for each ticket the hall may have");
            let mut entry = Entry {
                seq: state.seq + 1,
                day: state.day(),
                at: order.at,
                actor: actor.clone(),
                event: written(event),
                prev_hash: state.head,
                ..blank(nth)
            };
            entry.hash = entry.proper_hash();
            (state.seq, state.head) = (entry.seq, entry.hash);
            self.board.extend(change.map(|change| (entry.seq, change)));
            if matches!(event, Event::DayOpened { .. }) {
                self.carry = carry::of(&state.hall).map(|carry| (entry.seq, carry)).or(self.carry.take());
            }
            self.entries.push(entry);
        }
    }
}

/// Whether somebody else sits there.
fn taken(hall: &Hall, seat: &Seat) -> bool {
    hall.counters.get(&seat.counter).is_some_and(|open| open.clerk != seat.clerk)
}

fn same(same: bool, done: impl FnOnce() -> Done) -> Answer {
    if same { Ok(done()) } else { Err(NotDone::CommandIdReused) }
}

fn blank() -> Entry {
    Entry {
        seq: 0,
        day: 0,
        at: Time(0),
        device: None,
        nth: 0,
        command_id: CommandId(uuid::Uuid::nil()),
        actor: String::new(),
        version: VERSION,
        event: String::new(),
        fingerprint: None,
        prev_hash: entry::GENESIS,
        hash: entry::GENESIS,
    }
}
