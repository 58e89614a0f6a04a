//! The hub of the worst day: a process with a hall of its own, its devices paired as a technician would.

use super::plan::{self, Size};
use crate::{
    hall::{PATIENCE, binary},
    keepalive::Connection,
    load,
};
use serde_json::json;
use std::{
    fs::{self, File},
    io,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// A hub that serves.
pub struct Hub {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Tokens of everybody in the hall.
pub struct Tokens {
    /// In the order of the kiosks' lanes.
    pub kiosks: Vec<String>,
    /// In order.
    pub displays: Vec<String>,
    /// In the order of their counters.
    pub clerks: Vec<String>,
}

/// What a process needs of its machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    /// Resident memory.
    pub resident_kib: u64,
    /// Processor time since its start, in hundredths of a second.
    pub ticks: u64,
}

impl Hub {
    /// Starts it on a folder with the hall of this size, and waits until it is well.
    pub async fn start(folder: &Path, size: Size) -> io::Result<Hub> {
        let file = folder.join("hall.toml");
        fs::write(&file, plan::hall_file(size))?;
        // The port is free now; nobody else asks the system for one in between.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(binary("hub")?);
        command.arg("serve").arg("--config").arg(file).arg("--data").arg(folder.join("data"));
        command.args(["--listen", &address.to_string()]).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(folder.join("hub.log"))?);
        let hub = Hub { child: command.spawn()?, address };
        let well = async {
            while !is_well(address).await {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, well).await.map_err(|_| io::Error::other("the hub did not become well; see hub.log"))?;
        Ok(hub)
    }

    /// Pairs every device and signs every clerk in.
    pub async fn admit(&self, size: Size) -> io::Result<Tokens> {
        let manager = load::sign_in(self.address, "manager", &plan::pin(size.counters)).await?;
        let mut line = Connection::open(self.address, Some(&manager)).await?;
        let mut tokens = Tokens { kiosks: vec![], displays: vec![], clerks: vec![] };
        for nth in 0..size.kiosks {
            tokens.kiosks.push(pair(&mut line, &plan::name("kiosk", nth)).await?);
        }
        for nth in 0..size.displays {
            tokens.displays.push(pair(&mut line, &plan::name("display", nth)).await?);
        }
        for nth in 0..size.counters {
            let (name, counter) = (plan::name("clerk", nth), (nth + 1).to_string());
            tokens.clerks.push(load::sit_down(self.address, &name, &plan::pin(nth), &counter).await?);
        }
        Ok(tokens)
    }

    /// What it needs now.
    pub fn needs(&self) -> io::Result<Needs> {
        let of = format!("/proc/{}", self.child.id());
        let (status, stat) = (fs::read_to_string(format!("{of}/status"))?, fs::read_to_string(format!("{of}/stat"))?);
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|line| line.split_whitespace().next()?.parse().ok());
        // After the name in brackets: state is the third field, user and system time the 14th and 15th.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let tick = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok());
        match (resident, tick(11), tick(12)) {
            (Some(resident_kib), Some(user), Some(system)) => Ok(Needs { resident_kib, ticks: user + system }),
            _ => Err(io::Error::other("/proc says nothing about the hub")),
        }
    }

    /// SIGTERM, and waits for the end.
    pub fn stop(mut self) -> io::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("the hub ended with {status}"))) }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // Ended already is fine; a hub is never left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn is_well(address: SocketAddr) -> bool {
    match Connection::open(address, None).await {
        Ok(mut line) => line.get("/health").await.is_ok_and(|reply| reply.status == 200),
        Err(_) => false,
    }
}

async fn pair(manager: &mut Connection, device: &str) -> io::Result<String> {
    let reply = manager.post("/api/v1/pairings/offers", &json!({"device": device})).await?;
    let offered = load::expect(reply.status, &[201], &reply.json())?;
    let reply = manager.post("/api/v1/pairings", &json!({"code": offered["code"]})).await?;
    let paired = load::expect(reply.status, &[201], &reply.json())?;
    paired["token"].as_str().map(str::to_owned).ok_or_else(|| io::Error::other("no token"))
}
