//! The office's command: serve, show, enrol, check another one.

use anyhow::{Context, ensure};
use clap::{Args, Parser, Subcommand};
use khokimiyat::{
    backed_up::{self, StreamMark},
    carry,
    config::Settings,
    conformance::{self, Tally, Target},
    demo,
    halls::{self, HallId, Known},
    office::Offices,
    people::{self, Newcomer, Role},
    serve,
};
use std::{
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

/// Marks of as many halls as a country has, over many lives.
const MARKS_BYTES_MAX: u64 = 64 << 20;

/// The office that a hall hands its applications to.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// A hall of an office of the file.
#[derive(Args)]
struct HallArguments {
    #[arg(long)]
    config: PathBuf,
    #[arg(long)]
    office: String,
    #[arg(long)]
    hub: String,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the offices of a file; any number of instances may.
    Serve {
        #[arg(long)]
        config: PathBuf,
    },
    /// Opens an office with a database, keys, people and a hall of its own; nothing has legal force.
    Demo {
        #[arg(long, default_value = "127.0.0.1:8470")]
        listen: SocketAddr,
        #[arg(long, default_value = "khokimiyat-demo")]
        data: PathBuf,
    },
    /// Enrols a hall; prints the token that its hub shows.
    AddHall {
        #[command(flatten)]
        of: HallArguments,
        /// The hub's certificate, PEM.
        #[arg(long)]
        certificate: PathBuf,
    },
    /// Takes what a hall laid into a folder, and lays in what waits for it: a stick, a disk, protected mail.
    Carry {
        #[command(flatten)]
        of: HallArguments,
        #[arg(long)]
        folder: PathBuf,
    },
    /// Prints how far every hall's line has come; kept beside the backup that is made next.
    Marks {
        #[arg(long)]
        config: PathBuf,
    },
    /// Says that a backup is good; its marks come from standard input. Halls may forget what it has.
    BackedUp {
        #[arg(long)]
        config: PathBuf,
    },
    /// Asks an implementation of the protocol, from outside, whether it keeps every rule
    Conformance {
        /// Its address
        url: String,
        /// The office's code there
        #[arg(long)]
        office: String,
        /// A hall's hub that is enrolled there, for this and nothing else: it begins a new life
        #[arg(long)]
        hub: String,
        /// A file with the hall's token
        #[arg(long)]
        token: PathBuf,
        /// What the hall signs with, PEM
        #[arg(long)]
        key: PathBuf,
        /// Its certificate, PEM
        #[arg(long)]
        certificate: PathBuf,
        /// Another address of it that cannot take anything now
        #[arg(long)]
        busy: Option<String>,
        /// A case of this hall that was answered
        #[arg(long)]
        answered: Option<Uuid>,
    },
    /// Adds an official, or gives one a new PIN, which is read from standard input.
    AddOfficial {
        #[arg(long)]
        config: PathBuf,
        #[arg(long)]
        office: String,
        #[arg(long)]
        id: String,
        #[arg(long)]
        name: String,
        /// registrar, head, executor or auditor
        #[arg(long)]
        role: String,
    },
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a command says what it did")]
async fn main() -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match Arguments::parse().command {
        Command::Serve { config } => {
            let (settings, offices) = open(&config).await?;
            serve::serve(offices, TcpListener::bind(settings.listen).await?).await?;
        }
        Command::Demo { listen, data } => {
            let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
            let demo = demo::open(&data, listener.local_addr()?).await?;
            println!("{}", demo.told.join("\n"));
            serve::serve(demo.offices, listener).await?;
            drop(demo.cluster);
        }
        Command::AddHall { of, certificate } => {
            let (_, offices) = open(&of.config).await?;
            let token = halls::new_token().context("the system gives no randomness")?;
            let certificates = std::fs::read_to_string(&certificate)?;
            hhx::sign::certificates(&certificates).context("the certificate")?;
            let known = Known { token: &token, certificates: &certificates };
            halls::add(&offices, &HallId { office: of.office, hub: of.hub }, known, offices.now()).await?;
            println!("{token}");
        }
        Command::Carry { of, folder } => {
            let (_, offices) = open(&of.config).await?;
            let hall = HallId { office: of.office, hub: of.hub };
            ensure!(halls::is_known(&offices, &hall).await?, "there is no hall {hall}: khokimiyat add-hall");
            println!("{}", carry::carry(&offices, &hall, &folder).await?);
        }
        Command::Marks { config } => {
            let (_, offices) = open(&config).await?;
            println!("{}", serde_json::to_string(&backed_up::marks(&offices).await?)?);
        }
        Command::BackedUp { config } => {
            let (_, offices) = open(&config).await?;
            let mut text = String::new();
            std::io::stdin().take(MARKS_BYTES_MAX).read_to_string(&mut text)?;
            let marks: Vec<StreamMark> = serde_json::from_str(&text).context("the marks that were printed before")?;
            println!("{} marks moved", backed_up::backed_up(&offices, &marks).await?);
        }
        Command::Conformance { url, office, hub, token, key, certificate, busy, answered } => {
            let read =
                |path: &Path| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
            let token = read(&token)?.trim().to_owned();
            let (key, certificate) = (read(&key)?, read(&certificate)?);
            let target = Target { url, office, hub, token, key, certificate, busy, answered };
            let findings = conformance::run(target, |finding| println!("{finding}")).await?;
            let tally = Tally::of(&findings);
            println!("{tally}");
            if tally.failed > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::AddOfficial { config, office, id, name, role } => {
            let (_, offices) = open(&config).await?;
            let role = Role::of(&role).context("a role is registrar, head, executor or auditor")?;
            let mut pin = String::new();
            std::io::stdin().take(256).read_to_string(&mut pin)?;
            let newcomer = Newcomer { office: &office, id: &id, name: &name, role };
            people::add(&offices, newcomer, pin.trim(), offices.now()).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(config: &Path) -> anyhow::Result<(Settings, Offices)> {
    let settings = Settings::load(config)?;
    let offices = settings.open(config.parent().unwrap_or(Path::new(""))).await?;
    Ok((settings, offices))
}
