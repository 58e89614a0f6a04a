//! A PostgreSQL of one's own, for the demo and the tests: Debian's programs, a folder, a socket, no port.
//!
//! It keeps what it commits (fsync is on, as in an office) and goes with its owner. Absent on purpose: everything an
//! office's database has besides, which is why an office names its own by `DATABASE_URL`.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Where Debian puts the server's programs, by version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Whom it runs as when we are root: it refuses to be root.
const USER: &str = "postgres";

/// A running server.
pub struct Cluster {
    folder: PathBuf,
    server: Child,
}

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum NoCluster {
    /// The programs are not installed.
    #[error("PostgreSQL is not installed: apt install postgresql")]
    NotInstalled,
    /// A file or a program.
    #[error("{0}")]
    Io(&'static str, #[source] std::io::Error),
    /// A program failed.
    #[error("{0} failed: {1}")]
    Failed(&'static str, String),
}

impl Cluster {
    /// Starts one in a folder, which is made if it is not there.
    pub fn start(folder: &Path) -> Result<Cluster, NoCluster> {
        let programs = programs().ok_or(NoCluster::NotInstalled)?;
        std::fs::create_dir_all(folder).map_err(|error| NoCluster::Io("the database's folder", error))?;
        let as_whom = as_whom(folder)?;
        let cluster = folder.join("cluster");
        if !cluster.join("PG_VERSION").exists() {
            let mut init = as_whom(&programs.join("initdb"));
            init.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=office", "-D"])
                .arg(&cluster);
            let out = init.output().map_err(|error| NoCluster::Io("initdb", error))?;
            if !out.status.success() {
                return Err(NoCluster::Failed("initdb", String::from_utf8_lossy(&out.stderr).into_owned()));
            }
        }
        let mut server = as_whom(&programs.join("postgres"));
        server.arg("-D").arg(&cluster).arg("-k").arg(folder).args(["-c", "listen_addresses=", "-c", "fsync=on"]);
        server.args(["-c", "lc_messages=C", "-c", "max_connections=120"]).stderr(Stdio::piped()).stdin(Stdio::null());
        let mut server = server.spawn().map_err(|error| NoCluster::Io("postgres", error))?;
        let said = wait_until_ready(&mut server);
        let cluster = Cluster { folder: folder.to_owned(), server };
        said.map(|()| cluster)
    }

    /// How it is reached.
    pub fn address(&self) -> String {
        format!("host={} user=office dbname=postgres", self.folder.display())
    }
}

impl Drop for Cluster {
    /// SIGINT: it ends its sessions and writes down what it has.
    fn drop(&mut self) {
        let asked = i32::try_from(self.server.id()).ok().and_then(rustix::process::Pid::from_raw);
        let told = asked.is_some_and(|pid| rustix::process::kill_process(pid, rustix::process::Signal::INT).is_ok());
        if !told {
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

fn wait_until_ready(server: &mut Child) -> Result<(), NoCluster> {
    let mut said = BufReader::new(server.stderr.take().expect("its standard error is a pipe"));
    let (mut line, mut all) = (String::new(), String::new());
    while said.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
        if line.contains("ready to accept connections") {
            // What it says later is read away, or the full pipe would stop it.
            std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
            return Ok(());
        }
        all.push_str(&line);
        line.clear();
    }
    drop(server.wait());
    Err(NoCluster::Failed("postgres", all))
}

/// The newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).ok()?.flatten().map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("postgres").exists()).max()
}

/// How a program is started: as ourselves, or, when we are root, as the package's user, who then owns the folder.
fn as_whom(folder: &Path) -> Result<impl Fn(&Path) -> Command + use<>, NoCluster> {
    let root = rustix::process::geteuid().is_root();
    if root {
        let home = Path::new("/var/lib/postgresql");
        let owner = std::fs::metadata(home).map_err(|error| NoCluster::Io("the package's folder", error))?;
        chown(folder, Some(owner.uid()), Some(owner.gid())).map_err(|error| NoCluster::Io("the folder", error))?;
    }
    Ok(move |program: &Path| {
        if !root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={USER}"), format!("--regid={USER}"));
        command.args([&user, &group, "--clear-groups", "--pdeathsig=INT", "--"]).arg(program).current_dir("/");
        command
    })
}
