//! What this machine's SQLite does without Navbat: one bare commit, one writer with group commit, and one
//! transaction per request. The rows are those of a reserved and printed ticket.

use super::percentile;
use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Instant,
};
use tokio::sync::oneshot;

/// Submitters, as many as connections at the hub.
const SUBMITTERS: usize = 64;
/// A journal entry of the hub is about so long.
const ENTRY: &str = r#"{"event":"reserved","ticket":"0193580f-3e5b-7cc3-98c4-dc0c0c07398f","number":"A-047","wish":{"service":"A01","further":[],"quantity":1,"class":"ordinary","language":"uz-Latn","channel":"kiosk"},"ahead":12,"quoted":{"low_min":10,"high_min":20}}"#;

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
    db.execute_batch(
        "create table bare (n integer) strict;
         create table serial (prefix text primary key, serial integer not null) strict;
         create table entry (seq integer primary key, command_id integer not null, nth integer not null, at integer not null,
             event text not null, prev_hash blob not null, unique (command_id, nth)) strict;
         create table ticket (id integer primary key, serial integer not null unique, stage text not null) strict;",
    )?;
    Ok(db)
}

fn work(tx: &Transaction<'_>, step: Step, id: i64) -> Result<()> {
    let command = id * 2 + i64::from(matches!(step, Step::Print));
    let known = tx.prepare_cached("select 1 from entry where command_id = ?1")?.exists([command])?;
    anyhow::ensure!(!known, "each command is new");
    let entry = "insert into entry (command_id, nth, at, event, prev_hash) values (?1, 0, ?2, ?3, ?4)";
    tx.prepare_cached(entry)?.execute(params![command, id, ENTRY, [7_u8; 32]])?;
    match step {
        Step::Reserve => {
            let next = "insert into serial (prefix, serial) values ('A', 1) \
                on conflict (prefix) do update set serial = serial + 1 returning serial";
            let serial: i64 = tx.prepare_cached(next)?.query_row([], |row| row.get(0))?;
            let ticket = "insert into ticket (id, serial, stage) values (?1, ?2, 'reserved')";
            tx.prepare_cached(ticket)?.execute([id, serial])?;
        }
        Step::Print => {
            tx.prepare_cached("update ticket set stage = 'waiting' where id = ?1")?.execute([id])?;
        }
    }
    Ok(())
}
