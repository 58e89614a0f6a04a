//! The server's settings: one TOML file, read once. Every instance of an office has the same one.

use crate::{
    catalogue, keys,
    office::{Cookies, Durable, Inner, Offices},
    store::Store,
};
use anyhow::{Context, bail};
use hhx::{calendar::Calendar, container::Limits, envelope::SignatureMode, term::WorkingHours};
use jiff::{Timestamp, civil::Time};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use zeroize::Zeroizing;

/// What a container may be, if the file does not say it: a form and two scans.
const CONTAINER_BYTES: usize = 25 << 20;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen; TLS ends before it, at the proxy that chooses an instance.
    pub listen: SocketAddr,
    /// The database, as `host=/run/postgresql dbname=office`; `DATABASE_URL` wins.
    #[serde(default)]
    pub database: String,
    /// Bytes of a container.
    #[serde(default = "container_bytes")]
    pub container_bytes_max: usize,
    /// When a hall may forget what it sent.
    #[serde(default = "at_commit")]
    pub durable: Durable,
    /// Over what a browser may send its session.
    #[serde(default = "secure")]
    pub cookies: Cookies,
    /// When the offices take in what comes.
    #[serde(default = "working_hours")]
    pub hours: WorkingHours,
    /// A calendar beside the built-in one.
    pub calendar: Option<PathBuf>,
    /// The offices.
    pub office: Vec<OfficeSettings>,
}

/// One office of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSettings {
    /// Its code.
    pub soato: String,
    /// What it signs with: PKCS#8 PEM.
    pub key: PathBuf,
    /// Its certificate, PEM.
    pub certificate: PathBuf,
    /// What its signatures are worth.
    pub mode: SignatureMode,
    /// What opens its seals, 64 hexadecimal digits a file; the first is the present one.
    pub seal_keys: Vec<PathBuf>,
}

impl Settings {
    /// Reads the file.
    pub fn load(path: &Path) -> anyhow::Result<Settings> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not as it must be", path.display()))
    }

    /// The server's offices. Paths are from the file's folder.
    pub async fn open(&self, folder: &Path) -> anyhow::Result<Offices> {
        let address = std::env::var("DATABASE_URL").unwrap_or_else(|_| self.database.clone());
        if address.is_empty() {
            bail!("no database is named: `database` in the file or DATABASE_URL");
        }
        let calendar = match &self.calendar {
            None => Calendar::built_in(),
            Some(path) => {
                let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("calendar");
                Calendar::read(name, &read(folder, path)?).context("the calendar")?
            }
        };
        let mut offices = BTreeMap::new();
        for settings in &self.office {
            if catalogue::place(&settings.soato).is_none() {
                bail!("there is no office {}", settings.soato);
            }
            let pair = keys::Pair {
                key: read(folder, &settings.key)?,
                certificate: read(folder, &settings.certificate)?.to_string(),
            };
            let mut seal_keys = vec![];
            for path in &settings.seal_keys {
                seal_keys.push(keys::of_hex(&read(folder, path)?).with_context(|| path.display().to_string())?);
            }
            if seal_keys.is_empty() {
                bail!("office {} has no key to open seals with", settings.soato);
            }
            let office = keys::office(&pair, settings.mode, seal_keys).context(settings.soato.clone())?;
            offices.insert(settings.soato.clone(), office);
        }
        let store = Store::open(&address).await.context("the database")?;
        let limits = Limits { container_bytes: self.container_bytes_max, ..Limits::USUAL };
        let (durable, cookies, hours) = (self.durable, self.cookies, self.hours);
        let clock = Arc::new(now);
        Ok(Offices::new(Inner { store, offices, calendar, hours, limits, durable, clock, cookies }))
    }
}

/// The system's clock, in microseconds: what the database keeps of a moment.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

fn read(folder: &Path, path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let path = folder.join(path);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Zeroizing::new(text))
}

fn container_bytes() -> usize {
    CONTAINER_BYTES
}

fn at_commit() -> Durable {
    Durable::AtCommit
}

fn secure() -> Cookies {
    Cookies::Secure
}

fn working_hours() -> WorkingHours {
    let hour = |hour| Time::constant(hour, 0, 0, 0);
    WorkingHours { from: hour(9), until: hour(18) }
}
