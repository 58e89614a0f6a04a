//! Machines in a test tube: network namespaces on a bridge, made before the proof and gone after it.
//!
//! The machine's own network is not touched: even the bridge and the harness live in a namespace, into which the proof
//! starts itself again. Needs root and `ip`; without them it says so and fails, because a proof that did not run is none.

use std::{
    env, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::{Command, Stdio},
};

/// Set for the proof that runs inside.
const INSIDE: &str = "NAVBAT_LAB";

/// A machine of the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// The hall's hub.
    Hub,
    /// A hub that should not be there.
    OtherHub,
    /// The touchscreen.
    Kiosk,
    /// The board.
    Display,
    /// What stands between the kiosk and a hub.
    KioskLine,
    /// What stands between the display and a hub.
    DisplayLine,
}

impl Machine {
    /// Every machine.
    pub const ALL: [Machine; 6] =
        [Machine::Hub, Machine::OtherHub, Machine::Kiosk, Machine::Display, Machine::KioskLine, Machine::DisplayLine];

    fn name(self) -> &'static str {
        match self {
            Machine::Hub => "hub",
            Machine::OtherHub => "hub2",
            Machine::Kiosk => "kiosk",
            Machine::Display => "display",
            Machine::KioskLine => "line-k",
            Machine::DisplayLine => "line-d",
        }
    }

    fn host(self) -> u8 {
        match self {
            Machine::Hub => 2,
            Machine::OtherHub => 3,
            Machine::Kiosk => 4,
            Machine::Display => 5,
            Machine::KioskLine => 14,
            Machine::DisplayLine => 15,
        }
    }

    /// Where it listens, if it does.
    pub fn address(self) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 77, 0, self.host())), 8480)
    }
}

/// The namespaces of one proof.
#[derive(Debug, Clone)]
pub struct Lab {
    prefix: String,
}

/// Takes the namespaces away again.
#[derive(Debug)]
pub struct Made(Lab);

impl Lab {
    /// The lab this process runs in, if it does.
    pub fn here() -> Option<Lab> {
        env::var(INSIDE).ok().map(|prefix| Lab { prefix })
    }

    /// Makes a namespace for each machine, all on one bridge.
    pub fn make() -> io::Result<Made> {
        let lab = Lab { prefix: format!("nv{}", std::process::id()) };
        let made = Made(lab.clone());
        let switch = lab.switch();
        ip(&["netns", "add", &switch])?;
        ip(&["-n", &switch, "link", "add", "street", "type", "bridge"])?;
        ip(&["-n", &switch, "addr", "add", "10.77.0.1/24", "dev", "street"])?;
        ip(&["-n", &switch, "link", "set", "street", "up"])?;
        ip(&["-n", &switch, "link", "set", "lo", "up"])?;
        for machine in Machine::ALL {
            let (name, port) = (lab.name(machine), machine.name());
            ip(&["netns", "add", &name])?;
            ip(&["-n", &switch, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", &name])?;
            ip(&["-n", &switch, "link", "set", port, "master", "street"])?;
            ip(&["-n", &switch, "link", "set", port, "up"])?;
            ip(&["-n", &name, "addr", "add", &format!("{}/24", machine.address().ip()), "dev", "eth0"])?;
            ip(&["-n", &name, "link", "set", "eth0", "up"])?;
            ip(&["-n", &name, "link", "set", "lo", "up"])?;
        }
        Ok(made)
    }

    /// Pulls a machine's cable: packets vanish, and nobody is told.
    pub fn pull(&self, machine: Machine) -> io::Result<()> {
        ip(&["link", "set", machine.name(), "down"])
    }

    /// Plugs it in again.
    pub fn plug(&self, machine: Machine) -> io::Result<()> {
        ip(&["link", "set", machine.name(), "up"])
    }

    /// A program on a machine.
    pub fn on(&self, machine: Machine, program: &std::path::Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name(machine)]).arg(program);
        command
    }

    fn switch(&self) -> String {
        format!("{}-street", self.prefix)
    }

    fn name(&self, machine: Machine) -> String {
        format!("{}-{}", self.prefix, machine.name())
    }
}

impl Made {
    /// Starts this program again, inside, with the same arguments.
    pub fn enter(&self) -> io::Result<std::process::ExitStatus> {
        let mut inside = Command::new("ip");
        inside.args(["netns", "exec", &self.0.switch()]).arg(env::current_exe()?).args(env::args_os().skip(1));
        inside.env(INSIDE, &self.0.prefix).status()
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for name in Machine::ALL.map(|machine| self.0.name(machine)).into_iter().chain([self.0.switch()]) {
            // One that was never made cannot be taken away.
            let _ = Command::new("ip").args(["netns", "del", &name]).stderr(Stdio::null()).status();
        }
    }
}

fn ip(args: &[&str]) -> io::Result<()> {
    let output = Command::new("ip").args(args).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("`ip {}`: {}", args.join(" "), said.trim())))
}
