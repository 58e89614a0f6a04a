//! The machines of a hall as processes in their namespaces, and how to speak with each.

use super::lab::{Lab, Machine};
use crate::{
    hall::{Hall, PATIENCE, binary},
    screen::until,
};
use serde_json::Value;
use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

/// A process that ends with its owner.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the demo hall's hub on a machine.
pub fn hub(lab: &Lab, machine: Machine, folder: &Path) -> io::Result<Hall> {
    let command = lab.on(machine, &binary("hub")?);
    Hall::start_by(command, folder, &machine.address().to_string(), |_| Ok(()))
}

/// Runs the hub's program to its end.
pub fn hub_task(arguments: &[&Path]) -> io::Result<String> {
    let output = Command::new(binary("hub")?).args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { Err(io::Error::other(format!("hub: {said}"))) }
}

/// The line between a device and a hub.
#[derive(Debug)]
pub struct Line {
    _process: Process,
    words: ChildStdin,
    done: Receiver<String>,
}

impl Line {
    /// Lays it.
    pub fn lay(lab: &Lab, machine: Machine, to: SocketAddr) -> io::Result<Line> {
        Line::by(lab.on(machine, &std::env::current_exe()?), machine.address(), to)
    }

    /// Lays it by a command that begins this program.
    pub fn by(mut command: Command, from: SocketAddr, to: SocketAddr) -> io::Result<Line> {
        command.args(["line", &from.to_string(), &to.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (words, output) = piped(&mut child)?;
        let line = Line { _process: Process(child), words, done: lines(output) };
        line.hears("ready")?;
        Ok(line)
    }

    /// Says a word, and waits until the line does so.
    pub fn says(&mut self, word: &str) -> io::Result<()> {
        writeln!(self.words, "{word}")?;
        self.hears(word)
    }

    fn hears(&self, word: &str) -> io::Result<()> {
        match self.done.recv_timeout(PATIENCE) {
            Ok(said) if said == word => Ok(()),
            other => Err(io::Error::other(format!("the line said {other:?}, not {word}"))),
        }
    }
}

/// A ticket in a visitor's hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Paper {
    /// Its number.
    pub number: String,
    /// Its identity.
    pub id: String,
}

/// The kiosk without a window.
#[derive(Debug)]
pub struct Kiosk {
    _process: Process,
    taps: ChildStdin,
    shown: Receiver<Value>,
    folder: PathBuf,
}

impl Kiosk {
    /// Starts it behind its line.
    pub fn start(lab: &Lab, folder: &Path, token: &str) -> io::Result<Kiosk> {
        fs::create_dir_all(folder)?;
        let mut command = lab.on(Machine::Kiosk, &binary("kiosk")?);
        command.args(["--hub", &format!("http://{}", Machine::KioskLine.address()), "--autopilot", "-", "--data"]);
        command.arg(folder.join("kiosk")).arg("--printer").arg(format!("file:{}", folder.join("paper").display()));
        let log = fs::File::options().create(true).append(true).open(folder.join("kiosk.log"))?;
        command.env("NAVBAT_TOKEN", token).stderr(log).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (taps, output) = piped(&mut child)?;
        let shown = lines(output);
        let (send, parsed) = mpsc::channel();
        thread::spawn(move || {
            for line in shown {
                if send.send(serde_json::from_str(&line).unwrap_or_default()).is_err() {
                    return;
                }
            }
        });
        Ok(Kiosk { _process: Process(child), taps, shown: parsed, folder: folder.to_owned() })
    }

    /// Takes a ticket and waits for its paper.
    pub fn ticket(&mut self) -> io::Result<Paper> {
        let before = self.papers()?;
        self.tap(
            "await ready\nlanguage ru\ncategory A\nservice A01\nawait offer\ntake\nawait taken\ndone\nawait attract",
        )?;
        let paper = until("a paper comes out of the kiosk", || {
            Ok(self.papers()?.into_iter().find(|paper| !before.contains(paper)))
        })?;
        // With the thanks its report is written down: only now the next word can be about what comes after.
        self.waits_for(|shown| shown["screen"] == "taken" && shown["slip"]["ticket"] == paper.id.as_str())?;
        Ok(paper)
    }

    /// Waits until its log says this.
    pub fn logs(&self, words: &str) -> io::Result<()> {
        until("the kiosk's log says what was waited for", || {
            let log = fs::read_to_string(self.folder.join("kiosk.log"))?;
            Ok(log.contains(words).then_some(()))
        })
    }

    /// Waits until the kiosk finds its hub `up`, `down` or `fenced`.
    pub fn finds(&self, link: &str) -> io::Result<()> {
        self.waits_for(|shown| shown["link"] == link)
    }

    /// Waits until nothing is left to tell the hub.
    pub fn has_told_all(&mut self) -> io::Result<()> {
        self.tap("await up\nawait reported\nlanguage ru\nawait categories\nhome\nawait attract")?;
        self.waits_for(|shown| shown["screen"] == "categories" && shown["reports"] == 0)
    }

    /// Everything that was printed whole.
    pub fn papers(&self) -> io::Result<Vec<Paper>> {
        let mut papers = Vec::new();
        let Ok(entries) = fs::read_dir(self.folder.join("paper")) else { return Ok(papers) };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".png").filter(|stem| stem.len() > 37 && !stem.contains("spoilt"))
            else {
                continue;
            };
            let (number, id) = stem.split_at(stem.len() - 37);
            papers.push(Paper { number: number.to_owned(), id: id[1..].to_owned() });
        }
        papers.sort();
        Ok(papers)
    }

    fn tap(&mut self, taps: &str) -> io::Result<()> {
        writeln!(self.taps, "{taps}")?;
        self.taps.flush()
    }

    fn waits_for(&self, fits: impl Fn(&Value) -> bool) -> io::Result<()> {
        loop {
            let shown = self.shown.recv_timeout(PATIENCE);
            let shown = shown.map_err(|_| io::Error::other("the kiosk never showed what was waited for"))?;
            if fits(&shown) {
                return Ok(());
            }
        }
    }
}

/// The display without a window.
#[derive(Debug)]
pub struct Display {
    _process: Process,
    shown: Receiver<String>,
    /// Every announcement so far: number, counter, call.
    pub announced: Vec<(String, String, u64)>,
    /// The board it shows.
    pub board: Value,
    /// What it says of its hub: fresh, stale, or why.
    pub freshness: Value,
}

impl Display {
    /// Starts it behind its line.
    pub fn start(lab: &Lab, folder: &Path, token: &str) -> io::Result<Display> {
        let mut command = lab.on(Machine::Display, &binary("queue-display")?);
        command.args(["--hub", &format!("http://{}", Machine::DisplayLine.address()), "--headless-json"]);
        let log = fs::File::options().create(true).append(true).open(folder.join("display.log"))?;
        command.env("NAVBAT_TOKEN", token).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("the display has no output"))?;
        let (announced, board, freshness) = (Vec::new(), Value::Null, Value::Null);
        Ok(Display { _process: Process(child), shown: lines(output), announced, board, freshness })
    }

    /// Takes in what it has shown until now.
    pub fn look(&mut self) {
        while let Ok(line) = self.shown.try_recv() {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            match line["show"].as_str() {
                Some("board") => self.board = line["board"].clone(),
                Some("announcement") => {
                    let text = |name: &str| line["call"][name].as_str().unwrap_or_default().to_owned();
                    let call = line["call"]["call_seq"].as_u64().unwrap_or_default();
                    self.announced.push((text("number"), text("counter"), call));
                }
                _ => self.freshness = line,
            }
        }
    }

    /// Waits until it shows this.
    pub fn shows(&mut self, what: &str, fits: impl Fn(&Display) -> bool) -> io::Result<()> {
        until(what, || {
            self.look();
            Ok(fits(self).then_some(()))
        })
    }
}

fn piped(child: &mut Child) -> io::Result<(ChildStdin, ChildStdout)> {
    let none = || io::Error::other("a program without pipes");
    Ok((child.stdin.take().ok_or_else(none)?, child.stdout.take().ok_or_else(none)?))
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
