//! `voice`: makes, checks and plays packs. For technicians and studios; it prints plain English.

#![expect(clippy::print_stdout, reason = "a command prints")]

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use voice::{
    Say, Tongue,
    aplay::Aplay,
    make, mix,
    mix::Manner,
    numbers::{self, Form, NUMBER_MAX},
    pack::Packs,
    plan::{self, Calling},
    script,
    setting::Pace,
    sound::{play_through, try_out},
    wav,
};
use words::Lang;

/// How much longer than its samples a loudspeaker may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Recordings for kiosks and queue displays.
#[derive(Debug, Parser)]
#[command(version)]
enum Command {
    /// Makes placeholder packs with espeak-ng: DIR/uz, DIR/kaa, DIR/ru, DIR/en
    Make {
        /// Where to
        folder: PathBuf,
        /// Only this voice: uz, kaa, ru, en
        #[arg(long)]
        voice: Option<Tongue>,
        /// A hall's own names: tables like [service.Z01] with a text per language
        #[arg(long)]
        names: Option<PathBuf>,
    },
    /// Reads every clip of sets of packs and says what is missing, broken, too loud or too soft
    Check {
        /// Sets of packs, the first before the second
        #[arg(required = true)]
        sets: Vec<PathBuf>,
        /// A hall's own names
        #[arg(long)]
        names: Option<PathBuf>,
    },
    /// Prints what a speaker has to record: file name, tab, words
    Script {
        /// uz, kaa, ru, en
        voice: Tongue,
        /// A hall's own names
        #[arg(long)]
        names: Option<PathBuf>,
    },
    /// Says something
    Say {
        /// Sets of packs, the first before the second
        #[arg(long = "packs", required = true)]
        sets: Vec<PathBuf>,
        /// uz-Latn, uz-Cyrl, kaa, ru, en
        #[arg(long, default_value = "uz-Latn")]
        language: Lang,
        /// Into this WAV file instead of the loudspeaker
        #[arg(long)]
        out: Option<PathBuf>,
        /// A device of ALSA
        #[arg(long, default_value = "default")]
        device: String,
        /// Steps slower (negative) or faster
        #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
        pace: i8,
        #[command(subcommand)]
        what: What,
    },
    /// Plays two notes and says whether the loudspeaker took them
    Try {
        /// A device of ALSA
        #[arg(long, default_value = "default")]
        device: String,
    },
    /// Prints every number as words in every language, tab-separated
    Numbers,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A ticket called to a counter, as a display says it
    Call {
        ///
        ticket: String,
        /// 5
        counter: String,
    },
    /// A sentence of the catalogue by its key
    Sentence {
        /// kiosk.categories.title
        key: String,
        /// The count, if it counts something
        count: Option<u64>,
    },
    /// A number
    Number {
        /// 0 to 9999
        number: u32,
    },
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Make { folder, voice, names } => make_packs(&folder, voice, names.as_deref()),
        Command::Check { sets, names } => check(&sets, names.as_deref()),
        Command::Script { voice, names } => print_script(voice, names.as_deref()),
        Command::Say { sets, language, out, device, pace, what } => {
            let says = says(what);
            let manner = Manner { pace: paced(pace), ..Manner::default() };
            let mixed = mix::mix(&Packs::open(&sets)?, &voice::plan(language, &says), &manner);
            mixed.missing.iter().for_each(|complaint| println!("{complaint}"));
            match out {
                Some(file) => wav::write(&file, &mixed.samples).with_context(|| format!("writing {}", file.display())),
                None => play(&device, &mixed.samples),
            }
        }
        Command::Try { device } => Ok(try_out(&mut Aplay::on(&device), PATIENCE)?),
        Command::Numbers => {
            print_numbers();
            Ok(())
        }
    }
}

fn make_packs(folder: &Path, voice: Option<Tongue>, names: Option<&Path>) -> anyhow::Result<()> {
    if !make::is_there() {
        bail!("espeak-ng is not installed: apt-get install espeak-ng");
    }
    for tongue in Tongue::ALL.into_iter().filter(|tongue| voice.is_none_or(|voice| voice == *tongue)) {
        let began = Instant::now();
        let made = make::make(folder, &script_of(tongue, names)?, None)?;
        let minutes = made.samples / wav::RATE as usize;
        let took = began.elapsed().as_secs();
        println!("{tongue}: {} clips in {} files, {minutes} s of speech, made in {took} s", made.clips, made.files);
    }
    Ok(())
}

fn check(sets: &[PathBuf], names: Option<&Path>) -> anyhow::Result<()> {
    let packs = Packs::open(sets)?;
    for pack in packs.packs() {
        println!("{}: {} clips, {} ({})", pack.tongue, pack.len(), pack.manifest.source, pack.manifest.licence);
    }
    let mut complaints = vec![];
    for tongue in Tongue::ALL {
        complaints.extend(packs.check(&script_of(tongue, names)?));
    }
    complaints.iter().for_each(|complaint| println!("{complaint}"));
    if complaints.is_empty() { Ok(()) } else { bail!("{} complaints", complaints.len()) }
}

fn print_script(tongue: Tongue, names: Option<&Path>) -> anyhow::Result<()> {
    for (id, text) in script_of(tongue, names)?.lines() {
        println!("{id}.wav\t{text}");
    }
    Ok(())
}

fn print_numbers() {
    for n in 0..=NUMBER_MAX {
        let [uz, kaa, ru, en] = Tongue::ALL.map(|tongue| numbers::words(tongue, n, Form::Cardinal));
        let [uz_nth, kaa_nth] = [Tongue::Uz, Tongue::Kaa].map(|tongue| numbers::words(tongue, n, Form::Ordinal));
        let feminine = numbers::words(Tongue::Ru, n, Form::Feminine);
        println!("{n}\t{uz}\t{kaa}\t{ru}\t{en}\t{uz_nth}\t{kaa_nth}\t{feminine}");
    }
}

fn script_of(tongue: Tongue, names: Option<&Path>) -> anyhow::Result<script::Script> {
    let mut script = script::script(tongue);
    if let Some(file) = names {
        let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        script.add_names(&text).with_context(|| format!("reading {}", file.display()))?;
    }
    Ok(script)
}

fn says(what: What) -> Vec<Say> {
    match what {
        What::Call { ticket, counter } => vec![Say::Chime, plan::call(Calling::First, &ticket, &counter)],
        What::Sentence { key, count: None } => vec![Say::key(key)],
        What::Sentence { key, count: Some(n) } => vec![Say::Counted(key.into(), n, vec![])],
        What::Number { number } => vec![Say::Number(number)],
    }
}

fn paced(steps: i8) -> Pace {
    let step = |pace: Pace, _| if steps < 0 { pace.slower() } else { pace.faster() };
    (0..steps.unsigned_abs()).fold(Pace::USUAL, step)
}

fn play(device: &str, samples: &[i16]) -> anyhow::Result<()> {
    let length = Duration::from_secs(samples.len() as u64 / u64::from(wav::RATE));
    Ok(play_through(&mut Aplay::on(device), samples, length + PATIENCE)?)
}
