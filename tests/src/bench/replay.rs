//! How fast a start reads a large day back, and how fast `verify` walks it without believing anything.
//!
//! The day is the plan of the worst one, written straight into a journal: nothing here waits for a disk.

use crate::{
    figures::{figure, median},
    worst_day::plan::{self, Pace, Size},
};
use ::hub::journal::{BATCH_MAX, Durability, Journal, Opening, Scribe, Submission, verify};
use anyhow::{Context, Result, ensure};
use queue::{
    calendar::Date,
    command::{Actor, Channel, Class, Command, Wish},
    ids::{CommandId, TicketId},
    time::Time,
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Nine in the morning of the day, in Tashkent.
const NINE: i64 = 1_795_406_400_000;
/// Tickets of the day.
const TICKETS: usize = 10_000;
const HALL: Size = Size { tickets: TICKETS, counters: 60, kiosks: 20, displays: 40 };
const DAY: Pace = Pace { run: Duration::from_secs(8 * 3600 + 1800), speed: 1.0 };

/// Writes the day, then opens and verifies it so many times.
pub(super) fn figures(place: &Path, rounds: usize, show: &mut impl FnMut(Value)) -> Result<()> {
    let folder = place.join("large-day");
    let entries = write(&folder)?;
    let (mut opens, mut verifies) = (vec![], vec![]);
    for _ in 0..rounds {
        let began = Instant::now();
        let journal = Journal::open(opening(&folder, &Arc::new(AtomicI64::new(NINE)))?)?;
        opens.push(began.elapsed().as_secs_f64());
        ensure!(*journal.revision().borrow() == entries, "the journal is not the one that was written");
        drop(journal);
        let began = Instant::now();
        let verified = verify(&folder).map_err(|faults| anyhow::anyhow!("{} faults", faults.len()))?;
        verifies.push(began.elapsed().as_secs_f64());
        ensure!(verified.entries == entries, "verify walked {} of {entries} entries", verified.entries);
    }
    let (open, walk) = (median(opens), median(verifies));
    show(figure("entries-of-a-day-of-10000", entries as f64, "entries", "itself"));
    show(figure("replay-at-start", entries as f64 / open, "1/s", "itself: lock, check, replay, compare with views"));
    show(figure("verify", entries as f64 / walk, "1/s", "replay-at-start"));
    Ok(())
}

fn opening(folder: &Path, clock: &Arc<AtomicI64>) -> Result<Opening> {
    let (rules, clock) = (Arc::clone(plan::hall(HALL)?.rules()), Arc::clone(clock));
    let clock = Arc::new(move || Time(clock.load(Ordering::Relaxed)));
    Ok(Opening { place: folder.to_owned().into(), rules, durability: Durability::Normal, clock })
}

/// A day in which everybody is served in turn; answers with the number of entries.
fn write(folder: &Path) -> Result<u64> {
    let clock = Arc::new(AtomicI64::new(NINE));
    let mut scribe = Scribe::open(opening(folder, &clock)?)?;
    let mut next = 0;
    let mut submit = |commands: Vec<Command>| -> Result<()> {
        let submissions = commands.into_iter().map(|command| {
            next += 1;
            let command_id = CommandId(Uuid::from_u128(next));
            (None, Submission { command_id, device: None, actor: Actor::Hub, command })
        });
        scribe.submit(submissions.collect()).into_iter().try_for_each(|done| done.map(drop).map_err(Into::into))
    };
    let mut opening =
        vec![Command::OpenDay { date: Date("2026-11-23".parse().map_err(|_| anyhow::anyhow!("not a date"))?) }];
    for nth in 0..HALL.counters {
        let (counter, clerk) = ((nth + 1).to_string().parse()?, plan::name("clerk", nth).parse()?);
        opening.push(Command::OpenCounter { counter, clerk });
    }
    submit(opening)?;
    let config = plan::hall(HALL)?;
    let mut together = vec![];
    let mut free: VecDeque<_> = config.rules().counters.keys().cloned().collect();
    for (nth, visitor) in plan::visitors(&config, HALL, DAY, 1).into_iter().enumerate() {
        clock.store(NINE + i64::try_from(visitor.at.as_millis())?, Ordering::Relaxed);
        let ticket = TicketId(Uuid::from_u128(u128::MAX - nth as u128));
        let wish = Wish {
            service: visitor.service.parse()?,
            further: vec![],
            quantity: 1,
            class: visitor.class.and_then(|class| config.class_of(class)).unwrap_or(Class::Ordinary),
            language: visitor.language.parse()?,
            channel: Channel::Kiosk,
        };
        let serves =
            free.iter().position(|counter| config.rules().counters[counter].services.contains_key(&wish.service));
        let counter = free.remove(serves.context("every service has a counter")?).context("it is there")?;
        free.push_back(counter.clone());
        together.extend([
            Command::Reserve { ticket, wish },
            Command::ConfirmPrinted { ticket, number: None },
            Command::CallNext { counter: counter.clone() },
            Command::Start { counter: counter.clone() },
            Command::Complete { counter, outcome: "served".parse()? },
        ]);
        if together.len() + 5 > BATCH_MAX {
            submit(std::mem::take(&mut together))?;
        }
    }
    submit(together)?;
    let seq = *scribe.revision().borrow();
    scribe.finish();
    Ok(seq)
}
