//! What this machine's SQLite does without Navbat: one bare commit, one writer with group commit, and one
//! transaction per request. The tables are the hub's own, and so are the rows of a reserved and printed ticket: they
//! are only not thought about, hashed, or sent anywhere.

use crate::figures::percentile;
use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Instant,
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Submitters, as many as connections at the hub.
const SUBMITTERS: usize = 64;
/// The hub's tables.
const TABLES: &str = include_str!("../../../hub/migrations/0001-journal.sql");
const ACTOR: &str = r#"{"kiosk":"k1"}"#;
const PRINTED: &str = r#"{"printed":{"ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f"}}"#;
const RESERVED: &str = r#"{"event":"reserved","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f","number":"A-047","wish":{"service":"A01","further":[],"quantity":1,"class":"ordinary","language":"uz-Latn","channel":"kiosk"},"ahead":12,"quoted":{"low_min":10,"high_min":20}}"#;

/// One insert, one commit, again and again: the median in seconds.
pub(super) fn bare_commit_p50(path: &Path, times: usize) -> Result<f64> {
    let db = open(path)?;
    let mut spans = vec![];
    for n in 0..times {
        let began = Instant::now();
        db.execute("insert into bare (n) values (?1)", [n as i64])?;
        spans.push(began.elapsed().as_secs_f64());
    }
    Ok(percentile(spans, 50))
}

/// Two steps of a ticket, each acknowledged after its commit.
#[derive(Clone, Copy)]
enum Step {
    Reserve,
    Print,
}

struct Job {
    step: Step,
    id: i64,
    done: oneshot::Sender<()>,
}

/// Issues per second of one writer thread that commits everything waiting at once.
pub(super) fn group_commit(path: &Path, issues: usize) -> Result<f64> {
    let mut db = open(path)?;
    let (submit, jobs) = mpsc::sync_channel::<Job>(8192);
    let writer = thread::spawn(move || -> Result<()> {
        while let Ok(first) = jobs.recv() {
            let batch: Vec<Job> = std::iter::once(first).chain(jobs.try_iter().take(1023)).collect();
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for job in &batch {
                work(&tx, job.step, job.id)?;
            }
            tx.commit()?;
            for job in batch {
                let _ = job.done.send(());
            }
        }
        Ok(())
    });
    let began = Instant::now();
    tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for submitter in 0..SUBMITTERS {
            let submit = submit.clone();
            tasks.spawn(async move {
                for id in (submitter..issues).step_by(SUBMITTERS) {
                    for step in [Step::Reserve, Step::Print] {
                        let (done, acknowledged) = oneshot::channel();
                        submit.try_send(Job { step, id: id as i64, done }).ok().context("the writer is gone")?;
                        acknowledged.await?;
                    }
                }
                anyhow::Ok(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        anyhow::Ok(())
    })?;
    let rate = issues as f64 / began.elapsed().as_secs_f64();
    drop(submit);
    writer.join().ok().context("the writer panicked")??;
    Ok(rate)
}

/// Issues per second when each request has its own transaction on the shared connection.
pub(super) fn one_transaction_each(path: &Path, issues: usize) -> Result<f64> {
    let db = Arc::new(Mutex::new(open(path)?));
    let began = Instant::now();
    let threads: Vec<_> = (0..SUBMITTERS)
        .map(|submitter| {
            let db = Arc::clone(&db);
            thread::spawn(move || -> Result<()> {
                for id in (submitter..issues).step_by(SUBMITTERS) {
                    for step in [Step::Reserve, Step::Print] {
                        let mut db = db.lock().ok().context("another thread failed")?;
                        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
                        work(&tx, step, id as i64)?;
                        tx.commit()?;
                    }
                }
                Ok(())
            })
        })
        .collect();
    for thread in threads {
        thread.join().ok().context("a thread panicked")??;
    }
    Ok(issues as f64 / began.elapsed().as_secs_f64())
}

fn open(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.execute_batch(TABLES)?;
    db.execute_batch("create table bare (n integer) strict")?;
    Ok(db)
}

/// The statements of one command, as the hub's journal makes them.
fn work(tx: &Transaction<'_>, step: Step, id: i64) -> Result<()> {
    let (command, ticket) = (Uuid::now_v7(), Uuid::from_u64_pair(1, id.cast_unsigned()));
    let known =
        tx.prepare_cached("select seq from entry where command_id = ?1 order by nth")?.exists([command.as_bytes()])?;
    anyhow::ensure!(!known, "each command is new");
    let event = match step {
        Step::Reserve => RESERVED,
        Step::Print => PRINTED,
    };
    tx.prepare_cached(
        "insert into entry (day, at, device, nth, command_id, actor, version, event, fingerprint, prev_hash, hash)
         values (1, ?1, 'k1', 0, ?2, ?3, 1, ?4, ?5, ?5, ?5)",
    )?
    .execute(params![id, command.as_bytes(), ACTOR, event, [7_u8; 32]])?;
    if let Step::Reserve = step {
        let number = "insert into number (day, prefix, lane, serial, ticket) values (1, 'A', 0, ?1, ?2)";
        tx.prepare_cached(number)?.execute(params![id, ticket.as_bytes()])?;
    }
    let (stage, queued_at) = match step {
        Step::Reserve => ("reserved", None),
        Step::Print => ("waiting", Some(id)),
    };
    tx.prepare_cached(
        "insert into ticket (day, ticket, number, service, class, language, channel, quantity, stage, reserved_at,
             queued_at, held_ms, served_ms, calls, ahead, quoted_low_min, quoted_high_min)
         values (1, ?1, 'A-047', 'A01', 'ordinary', 'uz-Latn', 'kiosk', 1, ?2, ?3, ?4, 0, 0, 0, 12, 10, 20)
         on conflict (day, ticket) do update set stage = excluded.stage, queued_at = excluded.queued_at",
    )?
    .execute(params![ticket.as_bytes(), stage, id, queued_at])?;
    if let Step::Print = step {
        tx.prepare_cached(
            "insert into stay (day, ticket, nth, service, queued_at, held_ms, served_ms, calls, out_of_order)
             values (1, ?1, 0, 'A01', ?2, 0, 0, 0, 0)",
        )?
        .execute(params![ticket.as_bytes(), id])?;
    }
    Ok(())
}
