//! A real hall in a folder: the `hub` binary as a process, started, asked, killed and verified.
//!
//! The binaries lie beside the test's own: nothing is built in here.

use crate::screen::until;
use serde::Deserialize;
use std::{
    env,
    fs::File,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How long anything may take to happen before the test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running hub.
#[derive(Debug)]
pub struct Hall {
    child: Child,
    /// What it printed about itself.
    pub facts: Facts,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first line.
    pub ready: Duration,
}

/// The first line of `hub demo --json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    /// Where the hall is.
    pub url: String,
    /// A kiosk's token.
    pub device_token: String,
    /// A display's token.
    pub display_token: Option<String>,
    /// Who can sign in.
    pub clerks: Vec<Person>,
    /// The hall manager.
    pub manager: Person,
}

/// Who can sign in.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The PIN.
    pub pin: String,
    /// The usual counter, for clerks.
    #[serde(default)]
    pub counter: Option<String>,
}

/// The path of a binary of this workspace.
pub fn binary(name: &str) -> io::Result<PathBuf> {
    let beside = || -> Option<PathBuf> {
        let here = env::current_exe().ok()?;
        here.ancestors().skip(1).take(3).map(|folder| folder.join(name)).find(|path| path.is_file())
    };
    let named = env::var_os("NAVBAT_BIN").map(|folder| Path::new(&folder).join(name)).filter(|path| path.is_file());
    named.or_else(beside).ok_or_else(|| io::Error::other(format!("no binary {name}: cargo build --workspace --bins")))
}

impl Hall {
    /// Starts `hub demo` on a folder, wherever there is a free port; `prepare` may add to the command.
    pub fn start(folder: &Path, prepare: impl FnOnce(&mut Command) -> io::Result<()>) -> io::Result<Hall> {
        Hall::start_at(folder, "127.0.0.1:0", prepare)
    }

    /// Starts it where another one was.
    pub fn start_at(
        folder: &Path,
        listen: &str,
        prepare: impl FnOnce(&mut Command) -> io::Result<()>,
    ) -> io::Result<Hall> {
        Hall::start_by(Command::new(binary("hub")?), folder, listen, prepare)
    }

    /// Starts it by a command that ends with the program: on another machine, for example.
    pub fn start_by(
        mut command: Command,
        folder: &Path,
        listen: &str,
        prepare: impl FnOnce(&mut Command) -> io::Result<()>,
    ) -> io::Result<Hall> {
        command.args(["demo", "--json", "--listen", listen, "--data"]).arg(folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::options().create(true).append(true).open(folder.with_extension("log"))?);
        prepare(&mut command)?;
        let began = Instant::now();
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("the hub has no output"))?;
        let line = first_line(output);
        let ready = began.elapsed();
        let facts = line.and_then(|line| Ok(serde_json::from_str::<Facts>(&line)?));
        match facts {
            Ok(facts) => {
                let address = facts.url.trim_start_matches("http://").trim_end_matches('/').parse();
                let address = address.map_err(|_| io::Error::other(format!("not an address: {}", facts.url)))?;
                Ok(Hall { child, facts, address, ready })
            }
            Err(e) => {
                child.kill()?;
                child.wait()?;
                let log = folder.with_extension("log");
                Err(io::Error::other(format!("the hub did not begin ({e}); see {}", log.display())))
            }
        }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// SIGTERM, and waits for the end.
    pub fn stop(mut self) -> io::Result<()> {
        Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("the hub ended with {status}"))) }
    }

    /// The processor time of all its threads until now, in seconds.
    pub fn processor_s(&self) -> io::Result<f64> {
        let mut ns = 0_u64;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.id()))? {
            // A thread may end in between; what it did is then not counted.
            let Ok(spent) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            ns += spent.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(ns as f64 / 1e9)
    }

    /// Waits until it has ended by itself.
    pub fn ended(mut self) -> io::Result<ExitStatus> {
        until("the hub ends", || self.child.try_wait())
    }

    /// Resident memory now, in KiB.
    pub fn resident_kib(&self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()).and_then(|word| word.parse().ok());
        number.ok_or_else(|| io::Error::other("no VmRSS"))
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        // Ended already is fine; a hall is never left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `hub verify`: the error is what it said.
pub fn verify(folder: &Path) -> io::Result<()> {
    let output = Command::new(binary("hub")?).arg("verify").arg(folder).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(io::Error::other(format!("hub verify: {}", String::from_utf8_lossy(&said).trim())))
}

/// Reads one line, and goes on emptying the pipe so that the hub never blocks on it.
fn first_line(output: ChildStdout) -> io::Result<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if line.is_err() || send.send(line).is_err() {
                return;
            }
        }
    });
    receive.recv_timeout(PATIENCE).map_err(|_| io::Error::other("it printed no first line"))?
}
