//! A writer without HTTP that dies in power cuts: the hub's journal as it is, the journal without its fsync, and a
//! counter in a file as many programs keep it. The last two are negative controls: a proof that cannot fail
//! proves nothing.
//!
//! The writer says on its output what it holds (`have ID NUMBER`) and what it acknowledged (`done ID NUMBER`).

use crate::{
    audit::{Findings, Numbers},
    chance::Chance,
    crashes::Sum,
    hall::PATIENCE,
    powercut::{Cut, Disk, Shim, build_shim},
};
use anyhow::{Context, Result};
use hub::{
    config::Config,
    journal::{Journal, Opening, Submission},
};
use queue::{
    command::{Actor, Command},
    event::Event,
    ids::{CommandId, TicketId},
    time::Time,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{self, ChildStdout, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

/// Submitters at once.
const SUBMITTERS: usize = 8;

/// Who writes, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// The hub's journal, fsync before each answer.
    Full,
    /// The hub's journal with `synchronous=NORMAL`: must lose.
    Normal,
    /// A number in a file, written over: must double.
    Naive,
}

/// Writes until it is killed.
pub fn write(folder: &Path, durability: Durability) -> Result<()> {
    let issue: Issue = match durability {
        Durability::Full => journal_issue(folder, hub::journal::Durability::Full)?,
        Durability::Normal => journal_issue(folder, hub::journal::Durability::Normal)?,
        Durability::Naive => naive_issue(folder),
    };
    say("ready")?;
    let issue = Arc::new(issue);
    let threads: Vec<_> = (0..SUBMITTERS)
        .map(|_| {
            let issue = Arc::clone(&issue);
            thread::spawn(move || -> Result<()> {
                loop {
                    let ticket = Uuid::now_v7();
                    let number = issue(ticket)?;
                    say(&format!("done {ticket} {number}"))?;
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().ok().context("a submitter panicked")??;
    }
    Ok(())
}

type Issue = Box<dyn Fn(Uuid) -> Result<String> + Send + Sync>;

/// A line on the output, whole or not at all.
fn say(line: &str) -> Result<()> {
    Ok(std::io::stdout().lock().write_all(format!("{line}\n").as_bytes())?)
}

fn journal_issue(folder: &Path, durability: hub::journal::Durability) -> Result<Issue> {
    let rules = Arc::clone(Config::demo().rules());
    let journal =
        Journal::open(Opening { place: folder.to_path_buf().into(), rules, durability, clock: Arc::new(now) })?;
    let command = serde_json::from_value(json!({"command": "open-day", "date": "2026-11-23"}))?;
    match submit(&journal, command) {
        Ok(_) | Err(hub::journal::NotDone::Refused(_)) => {}
        Err(e) => return Err(e.into()),
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let held = runtime.block_on(journal.ask(|reading| {
        let visits = reading.hall.visits.values();
        visits.map(|visit| format!("have {} {}", visit.ticket, visit.number)).collect::<Vec<String>>()
    }))?;
    for line in held {
        say(&line)?;
    }
    Ok(Box::new(move |ticket| {
        let ticket = TicketId(ticket);
        let wish = json!({"service": "A01", "further": [], "quantity": 1, "class": "ordinary", "language": "uz-Latn",
            "channel": "kiosk"});
        let done = submit(&journal, Command::Reserve { ticket, wish: serde_json::from_value(wish)? })?;
        let reserved = done.events.iter().find_map(|event| match event {
            Event::Reserved { number, .. } => Some(number.to_string()),
            _ => None,
        });
        submit(&journal, Command::ConfirmPrinted { ticket, number: None })?;
        reserved.context("a reservation gives a number")
    }))
}

fn submit(journal: &Journal, command: Command) -> Result<hub::journal::Done, hub::journal::NotDone> {
    let command_id = CommandId(Uuid::now_v7());
    journal.submit_blocking(Submission { command_id, device: None, actor: Actor::Hub, command })
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn naive_issue(folder: &Path) -> Issue {
    let (file, one_at_a_time) = (folder.join("counter"), Mutex::new(()));
    Box::new(move |_| {
        let _alone = one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let last: u64 = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        fs::write(&file, format!("{}\n", last + 1))?;
        Ok(format!("A-{:03}", last + 1))
    })
}

/// Cuts the power of writers in one folder, one after the other, and compares.
pub fn crash_writers(place: &Path, durability: Durability, cut: Cut, times: u64, seed: u64) -> Result<Sum> {
    let folder = place.join("hall");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let shim = Shim::over(&build_shim(place)?, &folder);
    let (mut chance, mut numbers, mut sum) = (Chance::new(seed), Numbers::default(), Sum::default());
    let mut before = vec![];
    for _ in 0..times {
        let disk = Disk::remember(&folder)?;
        let mut command = process::Command::new(std::env::current_exe()?);
        command.arg("writer").arg(&folder).arg(format!("{durability:?}").to_lowercase());
        shim.begin(&mut command)?;
        let mut writer = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let said = listen(writer.stdout.take().context("a piped output")?, chance.between(10, 150), || {
            writer.kill()?;
            writer.wait().map(drop)
        })?;
        sum.loss.add(disk.cut(&folder, &shim.diary, cut, &mut chance)?);
        if durability != Durability::Naive {
            sum.findings.add(lost(&before, &said.held));
        }
        sum.findings.add(Findings { acknowledged: said.done.len(), ..Findings::default() });
        sum.findings.doubled.extend(said.done.iter().filter_map(|(ticket, number)| numbers.give(number, *ticket)));
        if durability == Durability::Full
            && let Err(faults) = hub::journal::verify(&folder)
        {
            sum.unverified.extend(faults.iter().map(ToString::to_string));
        }
        before = said.done;
        sum.crashes += 1;
    }
    Ok(sum)
}

/// What a writer said.
#[derive(Default)]
struct Said {
    held: BTreeMap<Uuid, String>,
    done: Vec<(Uuid, String)>,
}

/// Listens until the writer is dead: `moment` milliseconds after it is ready it is killed.
fn listen(output: ChildStdout, moment: u64, kill: impl FnOnce() -> std::io::Result<()>) -> Result<Said> {
    let (send, lines) = mpsc::channel::<String>();
    let reading = thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = String::new();
        // A line without its end was not said.
        while output.read_line(&mut line).is_ok_and(|length| length > 0) && line.ends_with('\n') {
            let _ = send.send(std::mem::take(&mut line));
        }
    });
    let mut said = Said::default();
    loop {
        let line = lines.recv_timeout(PATIENCE).context("the writer said nothing")?;
        if line.trim() == "ready" {
            break;
        }
        said.note(&line)?;
    }
    // The writer never ends by itself: this is the moment, and nothing else.
    let (_alive, ended) = mpsc::channel::<()>();
    let _ = ended.recv_timeout(Duration::from_millis(moment));
    kill()?;
    reading.join().ok().context("the reader panicked")?;
    for line in lines.try_iter() {
        said.note(&line)?;
    }
    Ok(said)
}

impl Said {
    fn note(&mut self, line: &str) -> Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["have", ticket, number] => drop(self.held.insert(ticket.parse()?, (*number).to_owned())),
            ["done", ticket, number] => self.done.push((ticket.parse()?, (*number).to_owned())),
            _ => anyhow::bail!("the writer said {line:?}"),
        }
        Ok(())
    }
}

fn lost(acknowledged: &[(Uuid, String)], held: &BTreeMap<Uuid, String>) -> Findings {
    let gone = acknowledged.iter().filter(|(ticket, number)| held.get(ticket) != Some(number));
    Findings { lost: gone.map(|(_, number)| number.clone()).collect(), ..Findings::default() }
}
