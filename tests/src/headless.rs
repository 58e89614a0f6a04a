//! The real kiosk without a window, printing into a folder: started, tapped on, killed, and its papers and journal read.

use crate::hall::{PATIENCE, binary};
use rusqlite::OpenFlags;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};
use uuid::Uuid;

/// What a visitor does.
pub const VISIT: &str = "language uz-Latn\ncategory A\nservice A01\nawait offer\ntake\nawait taken\ndone\n";

/// A kiosk's command: its journal and its papers lie in two folders of one.
pub fn command(hub: &str, token: &str, folder: &Path) -> io::Result<Command> {
    let mut kiosk = Command::new(binary("kiosk")?);
    kiosk.args(["--hub", hub, "--data"]).arg(folder.join("journal"));
    kiosk.arg("--printer").arg(format!("file:{}", folder.join("paper").display()));
    kiosk.args(["--autopilot", "-"]).env("NAVBAT_TOKEN", token);
    kiosk.stderr(File::options().create(true).append(true).open(folder.join("kiosk.log"))?);
    Ok(kiosk)
}

/// A kiosk that runs, and what it shows.
#[derive(Debug)]
pub struct Headless {
    program: Child,
    views: Receiver<String>,
}

impl Drop for Headless {
    fn drop(&mut self) {
        // Ended already is fine.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Headless {
    /// Starts it.
    pub fn start(mut command: Command) -> io::Result<Headless> {
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = program.stdout.take().ok_or_else(|| io::Error::other("the kiosk has no output"))?;
        let (send, views) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        Ok(Headless { program, views })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.program.id()
    }

    /// Taps on its screen, one a line.
    pub fn say(&mut self, script: &str) -> io::Result<()> {
        let taps = self.program.stdin.as_mut().ok_or_else(|| io::Error::other("the kiosk has no input"))?;
        taps.write_all(script.as_bytes())?;
        taps.flush()
    }

    /// Waits until its screen has changed so often.
    pub fn until_views(&self, many: u64) -> io::Result<()> {
        for _ in 0..many {
            self.views.recv_timeout(PATIENCE).map_err(|_| io::Error::other("the kiosk stands still"))?;
        }
        Ok(())
    }

    /// Waits until it shows what fits.
    pub fn shows(&self, what: &str, fits: impl Fn(&Value) -> bool) -> io::Result<Value> {
        loop {
            let line = self.views.recv_timeout(PATIENCE);
            let line = line.map_err(|_| io::Error::other(format!("the kiosk never showed {what}")))?;
            let shown = serde_json::from_str(&line)?;
            if fits(&shown) {
                return Ok(shown);
            }
        }
    }

    /// SIGKILL.
    pub fn kill(&mut self) -> io::Result<()> {
        self.program.kill()?;
        self.program.wait().map(drop)
    }

    /// Lets it work for a while.
    pub fn work_for(&self, moment: Duration) {
        // Nobody ever sends: receiving is how to pause.
        let (_alive, ended) = mpsc::channel::<()>();
        let _ = ended.recv_timeout(moment);
    }

    /// Waits for its end.
    pub fn until_end(mut self) -> io::Result<()> {
        loop {
            match self.views.recv_timeout(PATIENCE) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => return Err(io::Error::other("the kiosk did not end")),
            }
        }
        let status = self.program.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("the kiosk ended with {status}"))) }
    }
}

/// The whole papers: tickets with their numbers.
pub fn papers(folder: &Path) -> io::Result<Vec<(Uuid, String)>> {
    let mut found = vec![];
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".png").filter(|name| !name.contains(".spoilt")) else { continue };
        let Some((number, ticket)) = name.len().checked_sub(37).and_then(|at| name.split_at_checked(at)) else {
            continue;
        };
        if let Ok(ticket) = ticket.trim_start_matches('-').parse() {
            found.push((ticket, number.to_owned()));
        }
    }
    Ok(found)
}

/// What the kiosk's journal would say after the crash, asked of a copy: to open a database is to mend it.
pub fn rows(journal: &Path, copy: &Path) -> io::Result<BTreeMap<Uuid, (String, String)>> {
    fs::create_dir_all(copy)?;
    for name in ["kiosk.sqlite", "kiosk.sqlite-wal"] {
        let (from, to) = (journal.join(name), copy.join(name));
        match fs::remove_file(&to) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        if from.exists() {
            fs::copy(from, to)?;
        }
    }
    let _ = fs::remove_file(copy.join("kiosk.sqlite-shm"));
    let read = || -> rusqlite::Result<BTreeMap<Uuid, (String, String)>> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = rusqlite::Connection::open_with_flags(copy.join("kiosk.sqlite"), flags)?;
        let mut query = db.prepare("select ticket_id, number, stage from ticket where number is not null")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?))))?;
        rows.filter_map(|row| row.map(|(id, rest)| Some((id.parse().ok()?, rest))).transpose()).collect()
    };
    read().map_err(|e| io::Error::other(format!("the kiosk's journal cannot be read: {e}")))
}
