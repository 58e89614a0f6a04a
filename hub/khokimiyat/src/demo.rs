//! An office on one machine for whoever wants to look: its own database, keys, people and one hall.
//!
//! Everything lies in one folder and is found again there: a demo that was killed goes on where it was. The keys say
//! `dev`: nothing here has legal force.

use crate::{
    catalogue,
    cluster::Cluster,
    config::Settings,
    halls::{self, HallId, Known},
    keys::{self, Pair},
    office::Offices,
    people::{self, Newcomer, Role},
};
use anyhow::Context;
use hhx::seal::SecretKey;
use std::{fs, io::Write, net::SocketAddr, os::unix::fs::OpenOptionsExt, path::Path};
use words::Lang;

/// The offices of the demo: a city and its region.
const OFFICES: [&str; 2] = ["1708401", "1708"];
/// The hall's hub.
const HUB: &str = "hub-01";
/// Who works there; the PIN of each is in a file of the folder.
const PEOPLE: [(&str, &str, Role); 5] = [
    ("registrar", "Saidova Dilnoza", Role::Registrar),
    ("head", "Qodirov Bahodir", Role::Head),
    ("executor", "Ergasheva Malika", Role::Executor),
    ("executor-2", "Toʻrayev Jasur", Role::Executor),
    ("auditor", "Nazarova Gulnora", Role::Auditor),
];

/// A demo that is ready to be served.
pub struct Demo {
    /// Its offices.
    pub offices: Offices,
    /// Its database, if it is its own.
    pub cluster: Option<Cluster>,
    /// What whoever looks needs to know, line by line.
    pub told: Vec<String>,
}

/// Makes what is missing in the folder and opens the offices.
pub async fn open(folder: &Path, listen: SocketAddr) -> anyhow::Result<Demo> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = &folder.canonicalize()?;
    let cluster = match std::env::var("DATABASE_URL") {
        Ok(_) => None,
        Err(_) => Some(Cluster::start(&folder.join("postgresql")).context("the demo's database")?),
    };
    let mut settings = format!("listen = \"{listen}\"\ncookies = \"plain\"\n");
    if let Some(cluster) = &cluster {
        settings += &format!("database = \"{}\"\n", cluster.address());
    }
    for soato in OFFICES {
        pair(folder, soato)?;
        kept(&folder.join(format!("{soato}.seal")), || Ok(keys::hex(&SecretKey::new()?).to_string()))?;
        settings += &format!(
            "\n[[office]]\nsoato = \"{soato}\"\nkey = \"{soato}.key.pem\"\ncertificate = \"{soato}.cert.pem\"\n\
             mode = \"dev\"\nseal_keys = [\"{soato}.seal\"]\n"
        );
    }
    let path = folder.join("office.toml");
    fs::write(&path, settings)?;
    let offices = Settings::load(&path)?.open(folder).await?;
    let hall = pair(folder, HUB)?;
    let new_token = || halls::new_token().context("the system gives no randomness");
    let token = kept(&folder.join(format!("{HUB}.token")), new_token)?;
    let id = HallId { office: OFFICES[0].to_owned(), hub: HUB.to_owned() };
    let known = Known { token: token.trim(), certificates: &hall.certificate };
    halls::add(&offices, &id, known, offices.now()).await?;
    let mut told = vec![
        format!("office      http://{listen}/  ({})", place(OFFICES[0])),
        format!("hall        {HUB}: {0}/{HUB}.token, {0}/{HUB}.key.pem, {0}/{HUB}.cert.pem", folder.display()),
    ];
    for office in OFFICES {
        for (id, name, role) in PEOPLE {
            let pin = kept(&folder.join(format!("{office}.{id}.pin")), pin)?;
            let newcomer = Newcomer { office, id, name, role };
            people::add(&offices, newcomer, pin.trim(), offices.now()).await?;
            told.push(format!("{:<11} {id:<11} PIN {}  {name}", office, pin.trim()));
        }
    }
    Ok(Demo { offices, cluster, told })
}

fn place(soato: &str) -> &str {
    catalogue::place(soato).map_or(soato, |place| place.name(Lang::En))
}

/// The keys of a name, from the folder or new.
fn pair(folder: &Path, name: &str) -> anyhow::Result<Pair> {
    let (key, certificate) = (folder.join(format!("{name}.key.pem")), folder.join(format!("{name}.cert.pem")));
    if !certificate.exists() {
        let made = Pair::new(name)?;
        write(&key, &made.key)?;
        write(&certificate, &made.certificate)?;
    }
    Ok(Pair { key: fs::read_to_string(&key)?.into(), certificate: fs::read_to_string(&certificate)? })
}

/// What a file says; if there is none it is made.
fn kept(path: &Path, make: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<String> {
    if !path.exists() {
        write(path, &make()?)?;
    }
    Ok(fs::read_to_string(path)?)
}

/// Writes a file that only its owner reads.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn pin() -> anyhow::Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).context("the system gives no randomness")?;
    Ok(format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000))
}
