//! How fast the journal is, beside what the same disk and the same SQLite do bare: `cargo bench -p hub --bench journal`.
//!
//! One JSON object per line: name, value, unit, and what it is compared with. Everything is measured in one run, so
//! the ratios hold although the machine is shared. An issue is a reservation and its confirmation, each answered
//! after its fsync; bare is the least any hub has to do for one of them: look the command up, insert it, commit.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and speaks on stdout")]

use hub::{
    config::Config,
    journal::{Durability, Journal, Opening, Submission},
};
use queue::{
    command::{Actor, Channel, Class, Command, Wish},
    ids::{CommandId, TicketId},
    time::Time,
};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant, SystemTime},
};
use uuid::Uuid;

const WRITERS: usize = 64;
const MEASURED: Duration = Duration::from_secs(4);
const DAY_TICKETS: usize = 3000;
const DAYS_BEFORE: usize = 20;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let root = std::env::var("BENCH_DIR").map_or_else(|_| std::env::temp_dir(), PathBuf::from);
    let root = root.join(format!("navbat-bench-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();

    let single = bare_single(&root.join("single"));
    tell("bare.commit.p50", ms(single.p50), "ms", "one insert per FULL commit, one writer");
    tell("bare.commit.rate", single.rate, "commits/s", "one insert per FULL commit, one writer");
    let bare = bare_group(&root.join("group"));
    tell("bare.group.rate", bare, "commands/s", "lookup and insert, one writer thread, group commit, 64 submitters");

    let (rate, commands) = runtime.block_on(issue_rate(&root.join("hall"), WRITERS));
    tell("journal.issue.rate", rate, "issues/s", "reserve + printed, 64 submitters");
    tell("journal.command.rate", commands, "commands/s", "the same, counted by command");
    tell("journal.command.ratio", commands / bare, "x", "journal.command.rate over bare.group.rate");
    tell("journal.command.gain", commands / single.rate, "x", "journal.command.rate over bare.commit.rate");
    let one = runtime.block_on(single_latency(&root.join("one")));
    tell("journal.reserve.p50", ms(one), "ms", "one submitter");
    tell("journal.reserve.ratio", ms(one) / ms(single.p50), "x", "journal.reserve.p50 over bare.commit.p50");

    let (start, bytes) = runtime.block_on(start_time(&root.join("years")));
    tell("journal.start", ms(start), "ms", &format!("{DAY_TICKETS} tickets today, {DAYS_BEFORE} such days before"));
    tell("journal.bytes", f64::from(u32::try_from(bytes / 1024).unwrap()), "KiB", "the file of that start");
    let started = Instant::now();
    let verified = hub::journal::verify(&root.join("years")).unwrap();
    tell("journal.verify", ms(started.elapsed()), "ms", &format!("{} entries", verified.entries));
    std::fs::remove_dir_all(&root).unwrap();
}

fn tell(name: &str, value: f64, unit: &str, compared_with: &str) {
    let value = (value * 1000.0).round() / 1000.0;
    println!("{}", serde_json::json!({"name": name, "value": value, "unit": unit, "compared_with": compared_with}));
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

struct Single {
    p50: Duration,
    rate: f64,
}

fn bare(dir: &Path) -> Connection {
    std::fs::create_dir_all(dir).unwrap();
    let conn = Connection::open(dir.join("bare.sqlite")).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.pragma_update(None, "synchronous", "full").unwrap();
    conn.execute_batch(
        "create table entry (seq integer primary key, command_id blob not null unique, event text not null) strict",
    )
    .unwrap();
    conn
}

fn insert(conn: &Connection, id: Uuid) {
    let mut select = conn.prepare_cached("select seq from entry where command_id = ?").unwrap();
    assert!(!select.exists([id.as_bytes()]).unwrap());
    let mut insert = conn.prepare_cached("insert into entry (command_id, event) values (?, ?)").unwrap();
    insert.execute((id.as_bytes(), "x".repeat(200))).unwrap();
}

/// One transaction per request.
fn bare_single(dir: &Path) -> Single {
    let conn = bare(dir);
    let mut spans = Vec::new();
    let started = Instant::now();
    while started.elapsed() < MEASURED {
        let before = Instant::now();
        let tx = conn.unchecked_transaction().unwrap();
        insert(&tx, Uuid::now_v7());
        tx.commit().unwrap();
        spans.push(before.elapsed());
    }
    Single { rate: per_second(spans.len(), started.elapsed()), p50: median(&mut spans) }
}

/// What SQLite does when everything that waits shares a commit.
fn bare_group(dir: &Path) -> f64 {
    let conn = bare(dir);
    let (jobs, waiting) = mpsc::sync_channel::<(Uuid, mpsc::SyncSender<()>)>(8192);
    let writer = thread::spawn(move || {
        while let Ok(first) = waiting.recv() {
            let batch: Vec<_> = std::iter::once(first).chain(waiting.try_iter().take(1023)).collect();
            let tx = conn.unchecked_transaction().unwrap();
            for (id, _) in &batch {
                insert(&tx, *id);
            }
            tx.commit().unwrap();
            for (_, answer) in batch {
                answer.send(()).unwrap();
            }
        }
    });
    let started = Instant::now();
    let submitters: Vec<_> = (0..WRITERS)
        .map(|_| {
            let jobs = jobs.clone();
            thread::spawn(move || {
                let mut done = 0;
                while started.elapsed() < MEASURED {
                    let (answer, answered) = mpsc::sync_channel(1);
                    jobs.send((Uuid::now_v7(), answer)).unwrap();
                    answered.recv().unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let done: usize = submitters.into_iter().map(|submitter| submitter.join().unwrap()).sum();
    let rate = per_second(done, started.elapsed());
    drop(jobs);
    writer.join().unwrap();
    rate
}

fn open(dir: &Path, durability: Durability) -> Journal {
    Journal::open(Opening {
        place: dir.to_owned().into(),
        rules: Arc::clone(Config::demo().rules()),
        durability,
        clock: Arc::new(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            Time(i64::try_from(since.as_millis()).unwrap())
        }),
    })
    .unwrap()
}

async fn submit(journal: &Journal, command: Command) {
    let command_id = CommandId(Uuid::now_v7());
    journal.submit(Submission { command_id, device: None, actor: Actor::Hub, command }).await.unwrap();
}

async fn open_day(journal: &Journal, date: &str) {
    submit(journal, Command::OpenDay { date: queue::calendar::Date(date.parse().unwrap()) }).await;
    for n in 1..=4 {
        let (counter, clerk) = (n.to_string().parse().unwrap(), format!("clerk-{n}").parse().unwrap());
        submit(journal, Command::OpenCounter { counter, clerk }).await;
    }
}

fn wish(n: usize) -> Wish {
    let service = ["A01", "K01", "M01", "O01", "T01", "E01", "A02", "M02"][n % 8];
    Wish {
        service: service.parse().unwrap(),
        further: Vec::new(),
        quantity: 1,
        class: Class::Ordinary,
        language: "uz-Latn".parse().unwrap(),
        channel: Channel::Kiosk,
    }
}

async fn issue(journal: &Journal, n: usize) -> TicketId {
    let ticket = TicketId(Uuid::now_v7());
    submit(journal, Command::Reserve { ticket, wish: wish(n) }).await;
    submit(journal, Command::ConfirmPrinted { ticket, number: None }).await;
    ticket
}

async fn issue_rate(dir: &Path, writers: usize) -> (f64, f64) {
    let journal = open(dir, Durability::Full);
    open_day(&journal, "2026-11-23").await;
    let started = Instant::now();
    let submitters: Vec<_> = (0..writers)
        .map(|n| {
            let journal = journal.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while started.elapsed() < MEASURED {
                    issue(&journal, n).await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for submitter in submitters {
        done += submitter.await.unwrap();
    }
    let rate = per_second(done, started.elapsed());
    journal.close().await;
    (rate, rate * 2.0)
}

async fn single_latency(dir: &Path) -> Duration {
    let journal = open(dir, Durability::Full);
    open_day(&journal, "2026-11-23").await;
    let mut spans = Vec::new();
    let started = Instant::now();
    while started.elapsed() < MEASURED {
        let before = Instant::now();
        submit(&journal, Command::Reserve { ticket: TicketId(Uuid::now_v7()), wish: wish(spans.len()) }).await;
        spans.push(before.elapsed());
    }
    journal.close().await;
    median(&mut spans)
}

/// A hall with a full day and days before it: how long until it answers.
async fn start_time(dir: &Path) -> (Duration, u64) {
    // Nobody waits for the history: only how it is read back is measured.
    let journal = open(dir, Durability::Normal);
    for day in 0..=DAYS_BEFORE {
        open_day(&journal, &format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28)).await;
        let submitters: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let journal = journal.clone();
                tokio::spawn(async move {
                    for n in 0..DAY_TICKETS / WRITERS {
                        issue(&journal, writer + n).await;
                    }
                })
            })
            .collect();
        for submitter in submitters {
            submitter.await.unwrap();
        }
        serve_some(&journal).await;
        if day < DAYS_BEFORE {
            submit(&journal, Command::CloseDay).await;
        }
    }
    journal.close().await;
    drop(journal);
    let bytes = std::fs::metadata(dir.join(hub::journal::FILE_NAME)).unwrap().len();
    let started = Instant::now();
    let journal = open(dir, Durability::Full);
    journal.ask(|reading| reading.seq).await.unwrap();
    let start = started.elapsed();
    journal.close().await;
    (start, bytes)
}

/// Every ticket of the day but the last is called, started and completed.
async fn serve_some(journal: &Journal) {
    let counters: Vec<_> = (1..=4)
        .map(|n| {
            let journal = journal.clone();
            tokio::spawn(async move {
                let counter = || n.to_string().parse().unwrap();
                for _ in 0..DAY_TICKETS / 4 {
                    submit(&journal, Command::CallNext { counter: counter() }).await;
                    let start = Command::Start { counter: counter() };
                    let command_id = CommandId(Uuid::now_v7());
                    let started = Submission { command_id, device: None, actor: Actor::Hub, command: start };
                    if journal.submit(started).await.is_ok() {
                        submit(&journal, Command::Complete { counter: counter(), outcome: "served".parse().unwrap() })
                            .await;
                    }
                }
            })
        })
        .collect();
    for counter in counters {
        counter.await.unwrap();
    }
}

fn per_second(n: usize, span: Duration) -> f64 {
    f64::from(u32::try_from(n).unwrap()) / span.as_secs_f64()
}

fn median(spans: &mut [Duration]) -> Duration {
    spans.sort_unstable();
    spans[spans.len() / 2]
}
