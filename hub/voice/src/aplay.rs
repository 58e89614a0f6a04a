//! Playing through `aplay` of alsa-utils: samples into its standard input, its end is the sound's end.
//!
//! A child process and not a library: a driver that hangs hangs the child, which is killed; no C library is linked, so
//! a bare machine builds every program; and silence at once is a kill. Measured cost: a process per utterance, some
//! milliseconds. The same child plays into a file in the proofs (`hub/docs/decisions/012`).

use crate::{
    sound::{Ended, Sound, SoundError},
    wav::{RATE, raw},
};
use std::{
    fmt::Display,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdin, Command, Stdio},
    thread::{self, JoinHandle},
};

/// Bytes of a player's complaint that are read.
const COMPLAINT_BYTES_MAX: u64 = 4_096;

/// A player of raw samples.
#[derive(Debug)]
pub struct Aplay {
    program: String,
    arguments: Vec<String>,
    config: Option<PathBuf>,
    playing: Option<Playing>,
}

#[derive(Debug)]
struct Playing {
    child: Child,
    feeding: JoinHandle<String>,
}

impl Aplay {
    /// `aplay` on a device of ALSA: `default`, `plughw:1`, `loop`.
    pub fn on(device: &str) -> Aplay {
        let rate = RATE.to_string();
        let arguments = ["-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", &rate, "-D", device, "-"];
        Aplay::program("aplay", &arguments)
    }

    /// Another program that takes the samples on its standard input and ends when they were heard.
    pub fn program(program: &str, arguments: &[&str]) -> Aplay {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Aplay { program: program.to_owned(), arguments, config: None, playing: None }
    }

    /// With this file as the whole configuration of ALSA, in place of the machine's.
    pub fn configured(mut self, file: &Path) -> Aplay {
        self.config = Some(file.to_owned());
        self
    }

    fn no_player(&self, why: &dyn Display) -> SoundError {
        SoundError::NoPlayer { program: self.program.clone(), why: why.to_string() }
    }
}

impl Sound for Aplay {
    fn play(&mut self, samples: &[i16], ended: Ended) -> Result<(), SoundError> {
        self.stop();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(file) = &self.config {
            command.env("ALSA_CONFIG_PATH", file);
        }
        let mut child = command.spawn().map_err(|why| self.no_player(&why))?;
        let (Some(input), Some(complaints)) = (child.stdin.take(), child.stderr.take()) else {
            return Err(self.no_player(&"it has no standard input"));
        };
        let bytes = raw(samples);
        let feed = move || {
            let said = feed(input, complaints, &bytes);
            ended.tell();
            said
        };
        match thread::Builder::new().name("voice-feed".to_owned()).spawn(feed) {
            Ok(feeding) => self.playing = Some(Playing { child, feeding }),
            Err(why) => {
                end(&mut child);
                return Err(self.no_player(&why));
            }
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), SoundError> {
        let Some(mut playing) = self.playing.take() else { return Ok(()) };
        // Its last act was to tell that it ended.
        let said = playing.feeding.join().unwrap_or_default();
        match playing.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                let why = if said.is_empty() { status.to_string() } else { said };
                Err(SoundError::GaveUp { program: self.program.clone(), why })
            }
            Err(why) => Err(SoundError::GaveUp { program: self.program.clone(), why: why.to_string() }),
        }
    }

    fn stop(&mut self) {
        if let Some(mut playing) = self.playing.take() {
            // The feeder is not waited for: it may be telling that it ended to a channel only we empty.
            end(&mut playing.child);
        }
    }
}

impl Drop for Aplay {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Writes everything, then waits until the player ends; its last complaint, if it had one: before it come the
/// library's. A player that ends early
/// breaks the pipe, and its exit code says why.
fn feed(mut input: ChildStdin, complaints: ChildStderr, bytes: &[u8]) -> String {
    let _ = input.write_all(bytes);
    drop(input);
    let mut said = vec![];
    let _ = complaints.take(COMPLAINT_BYTES_MAX).read_to_end(&mut said);
    String::from_utf8_lossy(&said).lines().next_back().unwrap_or_default().trim().to_owned()
}

fn end(child: &mut Child) {
    // It fails only for a child that has ended.
    let _ = child.kill();
    let _ = child.wait();
}
