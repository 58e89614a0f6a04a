//! A hall under the shim with one visitor who remembers what was promised.

use crate::{
    hall::{Hall, PATIENCE, binary, verify},
    keepalive::Connection,
    load,
    powercut::Shim,
    screen::until,
    verdict::Verdict,
};
use serde_json::{Value, json};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Where something breaks.
pub(super) struct Scene {
    name: &'static str,
    /// The hall's folder.
    pub(super) folder: PathBuf,
    /// Over the hall's folder.
    pub(super) shim: Shim,
    library: PathBuf,
    fault: PathBuf,
    runtime: Runtime,
    promised: Vec<(Uuid, String)>,
    /// What was checked.
    pub(super) verdict: Verdict,
    /// What programs said.
    pub(super) said: Vec<String>,
}

/// What became of a wish for a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A number.
    Taken,
    /// A problem: its status and code.
    Problem(u16, String),
    /// The connection ended.
    Nothing,
}

impl Scene {
    pub(super) fn new(place: &Path, library: &Path, name: &'static str) -> io::Result<Scene> {
        let folder = place.join(name.replace(' ', "-"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let (shim, fault) = (Shim::over(library, &folder), folder.with_extension("fault"));
        fs::write(&fault, "")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Scene {
            name,
            folder,
            shim,
            library: library.to_owned(),
            fault,
            runtime,
            promised: vec![],
            verdict: Verdict::default(),
            said: vec![],
        })
    }

    /// Only a part of the folder lies on the disk that breaks.
    pub(super) fn narrow(&mut self, part: &str) -> io::Result<()> {
        self.folder = self.folder.join(part);
        fs::create_dir_all(&self.folder)?;
        self.shim = Shim::over(&self.library, &self.folder);
        Ok(())
    }

    /// Notes a check.
    pub(super) fn check(&mut self, what: &str, held: bool) {
        self.verdict.check(format!("{}: {what}", self.name), || held);
    }

    /// The disk breaks: `enospc`, `eio-write`, `eio-fsync`, `erofs`, `slow 50`; or is well again: nothing.
    pub(super) fn disk(&self, fault: &str) -> io::Result<()> {
        let next = self.fault.with_extension("next");
        fs::write(&next, fault)?;
        fs::rename(next, &self.fault)
    }

    /// Lays the shim over a program, with its faults.
    pub(super) fn lay(&self, command: &mut Command) {
        self.shim.lay(command);
        Shim::listen_for_faults(command, &self.fault);
    }

    /// Starts the hub under the shim.
    pub(super) fn hub(&self) -> io::Result<Hall> {
        Hall::start(&self.folder, |command| {
            self.lay(command);
            Ok(())
        })
    }

    /// Begins with an empty folder again.
    pub(super) fn again(&mut self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)?;
        fs::create_dir_all(&self.folder)?;
        self.promised.clear();
        Ok(())
    }

    /// Starts the hub and kills it at a step, if it gets so far before it serves.
    pub(super) fn hub_cut_off(&self, step: u64) -> io::Result<()> {
        let started = Hall::start(&self.folder, |command| {
            self.lay(command);
            Shim::stop_after(command, step, "hall.sqlite");
            Ok(())
        });
        // The step may come after the hub says that it serves.
        started.map_or(Ok(()), Hall::kill)
    }

    /// Starts the hub and sees that it does not start.
    pub(super) fn hub_refuses(&mut self, code: i32, words: &str) -> io::Result<()> {
        let mut command = Command::new(binary("hub")?);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(&self.folder);
        self.lay(&mut command);
        let output = ends(command)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        self.last_words(&said, output.status.code(), code, words);
        Ok(())
    }

    /// Waits until a hub has ended by itself.
    pub(super) fn hub_ends(&mut self, hall: Hall, code: i32, words: &str) -> io::Result<()> {
        let status = hall.ended()?;
        let said = fs::read_to_string(self.folder.with_extension("log"))?;
        self.last_words(&said, status.code(), code, words);
        Ok(())
    }

    /// One sentence, in one line, the last one; and the exit code that goes with it.
    fn last_words(&mut self, said: &str, found: Option<i32>, code: i32, words: &str) {
        let last = said.lines().last().unwrap_or_default().to_owned();
        self.check("says one clear sentence", last.starts_with("hub: ") && last.contains(words));
        self.check(&format!("ends with code {code}"), found == Some(code));
        self.said.push(format!("{last} [{found:?}]"));
    }

    /// A visitor takes a ticket and gets its paper; what was promised is kept in mind.
    pub(super) fn take(&mut self, hall: &Hall) -> io::Result<Answer> {
        self.take_by(hall, Uuid::now_v7())
    }

    /// The same command, perhaps again.
    pub(super) fn take_by(&mut self, hall: &Hall, command: Uuid) -> io::Result<Answer> {
        let body = json!({"command_id": command, "service": "A01", "language": "uz-Latn"});
        let (answer, reply) = self.post(hall, "/api/v1/tickets", &body)?;
        if let (Answer::Taken, Some(ticket)) = (&answer, reply["ticket_id"].as_str().and_then(|id| id.parse().ok())) {
            self.promised.push((ticket, reply["number"].as_str().unwrap_or_default().to_owned()));
            let body = json!({"command_id": Uuid::now_v7()});
            return Ok(self.post(hall, &format!("/api/v1/tickets/{ticket}/printed"), &body)?.0);
        }
        Ok(answer)
    }

    fn post(&self, hall: &Hall, path: &str, body: &Value) -> io::Result<(Answer, Value)> {
        let sent = self.runtime.block_on(async {
            let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await?;
            hub.post(path, body).await
        });
        Ok(match sent {
            Ok(reply) if reply.status < 300 => (Answer::Taken, reply.json()),
            Ok(reply) => {
                let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
                (Answer::Problem(reply.status, code), reply.json())
            }
            Err(_) => (Answer::Nothing, Value::Null),
        })
    }

    /// Some visitors, all served.
    pub(super) fn visitors(&mut self, hall: &Hall, many: usize) -> io::Result<()> {
        for _ in 0..many {
            match self.take(hall)? {
                Answer::Taken => {}
                other => return Err(io::Error::other(format!("a visitor got {other:?}"))),
            }
        }
        Ok(())
    }

    /// The first clerk with a counter, signed in.
    pub(super) fn clerk(&self, hall: &Hall) -> io::Result<(String, String)> {
        let clerk = hall.facts.clerks.iter().find(|clerk| clerk.counter.is_some());
        let clerk = clerk.ok_or_else(|| io::Error::other("nobody has a counter"))?;
        let token = self.runtime.block_on(load::sign_in(hall.address, &clerk.name, &clerk.pin))?;
        Ok((token, clerk.counter.clone().unwrap_or_default()))
    }

    /// The clerk sits down at the counter; whether the hub says so.
    pub(super) fn opens_counter(&self, hall: &Hall, (token, counter): &(String, String)) -> bool {
        self.runtime.block_on(load::open_counter(hall.address, token, counter)).is_ok()
    }

    /// What the hub says about itself.
    pub(super) fn get(&self, hall: &Hall, path: &str) -> io::Result<(u16, Value)> {
        self.runtime.block_on(async {
            let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await?;
            let reply = hub.get(path).await?;
            Ok((reply.status, reply.json()))
        })
    }

    /// Everything that was promised is there.
    pub(super) fn all_is_kept(&mut self, hall: &Hall) -> io::Result<()> {
        let mut lost = vec![];
        for (ticket, number) in &self.promised {
            let (status, state) = self.get(hall, &format!("/api/v1/tickets/{ticket}"))?;
            if status != 200 || state["number"] != number.as_str() || state["stage"] == "reserved" {
                lost.push(format!("{number} {ticket}: {status} {state}"));
            }
        }
        let many = self.promised.len();
        self.check(&format!("all {many} promises are kept"), lost.is_empty() && many > 0);
        self.said.extend(lost);
        Ok(())
    }

    /// `hub verify`.
    pub(super) fn verified(&mut self) {
        let verified = verify(&self.folder);
        self.check("the journal verifies", verified.is_ok());
        self.said.extend(verified.err().map(|e| e.to_string()));
    }

    /// `hub verify` finds a fault.
    pub(super) fn not_verified(&mut self) {
        let verified = verify(&self.folder);
        self.check("`hub verify` finds it too", verified.is_err());
    }

    /// The journal's file, or a file beside it.
    pub(super) fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}{ending}", hub::journal::FILE_NAME))
    }

    /// A hall with some tickets whose hub was killed, so that its write-ahead log is there.
    pub(super) fn killed_hall(&mut self) -> io::Result<()> {
        let hall = self.hub()?;
        self.visitors(&hall, 5)?;
        hall.kill()
    }

    /// A hall with some tickets whose hub was stopped.
    pub(super) fn stopped_hall(&mut self) -> io::Result<()> {
        let hall = self.hub()?;
        self.visitors(&hall, 5)?;
        hall.stop()
    }
}

/// Runs a program that should end by itself.
pub(super) fn ends(mut command: Command) -> io::Result<Output> {
    struct Killed(Option<Child>);
    impl Drop for Killed {
        fn drop(&mut self) {
            if let Some(mut child) = self.0.take() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Killed(Some(command.spawn()?));
    let ended = until(&format!("the program ends within {PATIENCE:?}"), || {
        let child = running.0.as_mut().ok_or_else(|| io::Error::other("no program"))?;
        child.try_wait()
    });
    ended?;
    let child = running.0.take().ok_or_else(|| io::Error::other("no program"))?;
    child.wait_with_output()
}
