//! `hub`: serves a hall, shows the demo hall, checks and copies a journal, sets a PIN.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command tells its answer to whoever typed it")]

use anyhow::{Context, anyhow, bail};
use clap::{Args, Parser, Subcommand};
use hub::{
    config::Config,
    demo::{self, Windows},
    ending::Ending,
    epoch,
    journal::{self, Backup, Durability},
    people::{By, Cost, People, PeopleError},
    serve::{self, Options, Running},
};
use queue::time::Time;
use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio::signal::unix::{SignalKind, signal};
use words::Lang;

/// Where a hall's folder is unless told otherwise: systemd makes it.
const DIR: &str = "/var/lib/navbat";

/// The hub of one hall.
#[derive(Parser)]
#[command(name = "hub", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve a hall until SIGTERM
    Serve {
        /// The hall's configuration
        #[arg(long)]
        config: PathBuf,
        /// The hall's folder
        #[arg(long, default_value = DIR)]
        data: PathBuf,
        /// Where to listen, instead of what the configuration says
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Open the demo hall: around the clock, with PINs on the screen
    Demo {
        /// Say addresses, tokens and PINs as one line of JSON, and open no windows
        #[arg(long)]
        json: bool,
        /// Open no windows
        #[arg(long)]
        headless: bool,
        /// The hall's folder; the same folder is the same hall again
        #[arg(long)]
        data: Option<PathBuf>,
        /// Where to listen
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Check a journal, its chain, its replay, its views, and the line of what citizens filed
    Verify {
        /// The hall's folder
        dir: PathBuf,
    },
    /// Copy a journal, and beside it what citizens filed, while the hub writes
    Backup {
        /// The hall's folder
        dir: PathBuf,
        /// The new file
        file: PathBuf,
    },
    /// Make a hall of a backup, in a folder without one, and begin a new epoch
    Restore {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        life: Life,
    },
    /// Begin a new epoch: this hub takes the place of a lost one, or of another that claims the hall
    Epoch {
        #[command(flatten)]
        life: Life,
    },
    /// Set the PIN of a member of staff; it is read from the next line
    Pin {
        /// The hall's configuration
        #[arg(long)]
        config: PathBuf,
        /// The hall's folder
        #[arg(long, default_value = DIR)]
        data: PathBuf,
        /// The name they sign in with
        name: String,
    },
    /// Set the PIN that opens the technician's screen of every kiosk; it is read from the next line
    ServicePin {
        /// The hall's configuration
        #[arg(long)]
        config: PathBuf,
        /// The hall's folder
        #[arg(long, default_value = DIR)]
        data: PathBuf,
    },
}

/// The hall whose hub begins a new life.
#[derive(Args)]
struct Life {
    /// The hall's configuration
    #[arg(long)]
    config: PathBuf,
    /// The hall's folder
    #[arg(long, default_value = DIR)]
    data: PathBuf,
    /// The highest epoch anyone in the hall has seen, if this folder does not know
    #[arg(long, default_value_t = 0)]
    seen: u32,
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    // A log that cannot be written (a full disk beneath it) is no reason to end: without this it would be.
    tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_writer(io::stderr).init();
    match run() {
        Ok(code) => code,
        Err(error) => {
            // One line: it is the last one of a service's log, and what `systemctl status` shows.
            eprintln!("hub: {}", format!("{error:#}").replace('\n', " "));
            ExitCode::from(Ending::of(&error).code())
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let lang = demo::shell_language();
    match Arguments::parse().task {
        Task::Serve { config, data, listen } => {
            let config = Config::load(&config)?;
            let listen = listen.unwrap_or(config.listen());
            runtime()?.block_on(serve(options(config, data, listen)))?;
        }
        Task::Demo { json, headless, data, listen } => {
            let config = Config::demo();
            let data = data.unwrap_or_else(demo::default_folder);
            let listen = listen.unwrap_or(config.listen());
            let windows = if json || headless { Windows::Closed } else { Windows::Open };
            runtime()?.block_on(show(options(config, data, listen), windows, json.then_some(()), lang))?;
        }
        Task::Verify { dir } => return Ok(verify(&dir, lang)),
        Task::Backup { dir, file } => {
            let copy = journal::backup(&dir, &file)?;
            println!("{}", words::fill(lang, "hall.shell.copied", &[("file", &file.display().to_string())]));
            let filed = journal::applications_of(&file);
            if filed.is_file() {
                println!(
                    "{}",
                    words::fill(lang, "hall.shell.copied-applications", &[("file", &filed.display().to_string())])
                );
            }
            match copy {
                Backup::Elsewhere => {}
                Backup::SameDisk => println!("{}", words::say(lang, "hall.shell.same-disk")),
            }
        }
        Task::Restore { file, life } => begin_life(&life, Some(&file), lang)?,
        Task::Epoch { life } => begin_life(&life, None, lang)?,
        Task::Pin { config, data, name } => {
            let config = Config::load(&config)?;
            let staff = config.staff().iter().find(|entry| entry.name.eq_ignore_ascii_case(&name));
            let clerk = &staff.ok_or_else(|| anyhow!("nobody in the configuration signs in as {name}"))?.id;
            let set = |people: &People, pin: &str, now| people.set_pin(clerk, pin, &By::Shell, now);
            set_pin((&config, &data), lang, "hall.shell.pin-weak", set)?;
        }
        Task::ServicePin { config, data } => {
            let set = |people: &People, pin: &str, now| people.set_service_pin(pin, &By::Shell, now);
            set_pin((&Config::load(&config)?, &data), lang, "hall.shell.service-pin-weak", set)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Of a backup, or of the journal that is there.
fn begin_life(life: &Life, backup: Option<&Path>, lang: Lang) -> anyhow::Result<()> {
    let config = Config::load(&life.config)?;
    let hall = epoch::Hall { config: &config, dir: &life.data, clock: serve::system_clock() };
    let runtime = runtime()?;
    let (epoch, said) = match backup {
        Some(file) => (runtime.block_on(epoch::restore(&hall, file, life.seen))?, "hall.shell.restored"),
        None => (runtime.block_on(epoch::begin(&hall, life.seen))?, "hall.shell.epoch"),
    };
    println!("{}", words::fill(lang, said, &[("epoch", &epoch.to_string())]));
    Ok(())
}

fn options(config: Config, dir: PathBuf, listen: SocketAddr) -> Options {
    let clock = serve::system_clock();
    Options { config, dir, listen, clock, durability: Durability::Full, cost: Cost::Full }
}

/// One worker: it does twice the requests of the busiest hall, and two on a small machine mostly wake each other. The
/// journal has its own thread, and what takes long (PINs, sweeps) runs on blocking threads.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().max_blocking_threads(16).build()
}

async fn serve(options: Options) -> anyhow::Result<()> {
    let running = serve::start(options).await?;
    until_the_end(&running).await?;
    running.stop().await;
    Ok(())
}

async fn show(options: Options, windows: Windows, json: Option<()>, lang: Lang) -> anyhow::Result<()> {
    let folder = options.dir.clone();
    let running = serve::start(options).await?;
    let facts = demo::facts(&running).context("the demo's devices could not be enrolled")?;
    let said = match json {
        Some(()) => serde_json::to_string(&facts)?,
        None => demo::told(&facts, &running, &folder, lang),
    };
    println!("{said}");
    io::stdout().flush()?;
    let mut faces = demo::Faces::open(&facts, &folder, windows);
    if json.is_none() {
        println!("{}", faces.told(lang));
    }
    let ended = until_the_end(&running).await;
    faces.close();
    ended?;
    running.stop().await;
    Ok(())
}

/// A signal, or a disk that fails: then nothing is finished, because nothing can be believed.
async fn until_the_end(running: &Running) -> anyhow::Result<()> {
    tokio::select! {
        asked = asked_to_stop() => Ok(asked?),
        lost = running.lost_its_disk() => Err(lost.into()),
    }
}

/// SIGTERM from systemd or a test, Ctrl+C from a person.
async fn asked_to_stop() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn verify(dir: &Path, lang: Lang) -> ExitCode {
    let journal = journal::verify(dir).map(|verified| {
        let head: String = verified.head.iter().map(|byte| format!("{byte:02x}")).collect();
        let (entries, days, tickets) =
            (verified.entries.to_string(), verified.days.to_string(), verified.tickets.to_string());
        let names = [("entries", &*entries), ("days", &*days), ("tickets", &*tickets), ("head", &*head)];
        words::fill(lang, "hall.shell.sound", &names)
    });
    let journal = told(journal, "hall.shell.unsound", lang);
    let filed = dir.join(applications::FILE_NAME);
    // A hall without an office has none.
    let filed = !filed.exists() || {
        let sound = applications::verify(&filed).map(|sound| {
            let (filed, waiting) = (sound.filed.to_string(), sound.waiting.to_string());
            words::fill(lang, "hall.shell.sound-applications", &[("filed", &*filed), ("waiting", &*waiting)])
        });
        told(sound, "hall.shell.unsound-applications", lang)
    };
    if journal && filed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tells what was found; whether it is well.
fn told<F: std::fmt::Display>(found: Result<String, Vec<F>>, unsound: &'static str, lang: Lang) -> bool {
    match found {
        Ok(sound) => {
            println!("{sound}");
            true
        }
        Err(faults) => {
            println!("{}", words::fill(lang, unsound, &[("n", &faults.len().to_string())]));
            faults.iter().for_each(|fault| println!("  {fault}"));
            false
        }
    }
}

fn set_pin(
    (config, dir): (&Config, &Path),
    lang: Lang,
    weak: &'static str,
    set: impl Fn(&People, &str, Time) -> Result<(), PeopleError>,
) -> anyhow::Result<()> {
    println!("{}", words::say(lang, "hall.shell.type-pin"));
    let mut pin = String::new();
    io::stdin().read_line(&mut pin)?;
    std::fs::create_dir_all(dir)?;
    let people = People::open(dir, serve::members(config), Cost::Full)?;
    match set(&people, pin.trim(), serve::system_clock()()) {
        Ok(()) => println!("{}", words::say(lang, "hall.shell.pin-set")),
        Err(PeopleError::Weak(_)) => bail!("{}", words::say(lang, weak)),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
