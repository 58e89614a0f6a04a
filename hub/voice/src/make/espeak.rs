//! espeak-ng as a process: text in, a WAV file out.

use crate::Tongue;
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// The most espeak-ng may answer: half a minute at its 22,050 Hz, twice.
const BYTES_MAX: usize = 4 << 20;
/// Words per minute: slower than its usual 175, as one speaks in a hall.
const WORDS_A_MINUTE: &str = "140";

/// Whether it is installed.
pub fn is_there() -> bool {
    Command::new("espeak-ng")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// What it says, as the bytes of a WAV file whose lengths were not known yet.
pub(super) fn say(tongue: Tongue, text: &str) -> Result<Vec<u8>, String> {
    let voice = match tongue {
        Tongue::Uz => "uz",
        // There is no Karakalpak: Kazakh reads it right once it is respelt (`super::aloud`).
        Tongue::Kaa => "kk",
        Tongue::Ru => "ru",
        Tongue::En => "en",
    };
    let mut command = Command::new("espeak-ng");
    command.args(["-v", voice, "-s", WORDS_A_MINUTE, "-b", "1", "--stdin", "--stdout"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|why| format!("it cannot be started: {why}"))?;
    // A sentence fits into the pipe, so this does not wait for it to be read.
    let fed = child.stdin.take().map(|mut input| input.write_all(text.as_bytes()));
    let out = child.wait_with_output().map_err(|why| why.to_string())?;
    if !out.status.success() || !matches!(fed, Some(Ok(()))) {
        return Err(format!("{}, {}", out.status, String::from_utf8_lossy(&out.stderr).trim()));
    }
    if out.stdout.len() > BYTES_MAX { Err("it does not end".to_owned()) } else { Ok(out.stdout) }
}
