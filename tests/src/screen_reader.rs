//! A screen reader that says nothing: it walks a program's accessibility tree over the real bus (AT-SPI), as Orca does.
//!
//! A bus of its own for each test, so that nothing of the machine's desktop is asked or told. What it cannot see, a blind
//! visitor's screen reader cannot see either. Deliberately absent: speech, events, the bus's cache.

use crate::screen::until;
use std::{
    fs,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};
use tokio::runtime::Runtime;
use zbus::{
    Connection,
    connection::Builder,
    zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value},
};

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// Deeper than any screen.
const DEPTH_MAX: usize = 60;
/// More than any screen has.
const NODES_MAX: usize = 2_000;
/// Bits of the state set, by AT-SPI's own numbers.
const ENABLED: u32 = 8;
const FOCUSABLE: u32 = 11;
const FOCUSED: u32 = 12;

/// The bus and the reader's places on it.
#[derive(Debug)]
pub struct Reader {
    daemon: Child,
    /// What a program has to know to be read, as `DBUS_SESSION_BUS_ADDRESS`.
    pub address: String,
    runtime: Runtime,
    session: Connection,
    bus: Connection,
}

/// Where a thing is on the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    program: String,
    path: OwnedObjectPath,
}

/// What a thing is, by AT-SPI's own number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role(pub u32);

impl Role {
    /// The window.
    pub const FRAME: Role = Role(23);
    /// Words.
    pub const LABEL: Role = Role(29);
    /// Something to press.
    pub const BUTTON: Role = Role(43);
    /// A program.
    pub const APPLICATION: Role = Role(75);
    /// A line of text.
    pub const ENTRY: Role = Role(79);
}

/// Something that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    place: Place,
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// What else is said about it.
    pub description: String,
    /// Left, top, width, height on the screen.
    pub area: [i32; 4],
    states: u64,
}

impl Node {
    /// Whether it can have the keys.
    pub fn is_focusable(&self) -> bool {
        self.has(FOCUSABLE)
    }

    /// Whether it has them.
    pub fn is_focused(&self) -> bool {
        self.has(FOCUSED)
    }

    /// Whether it can be used.
    pub fn is_enabled(&self) -> bool {
        self.has(ENABLED)
    }

    /// The middle of it.
    pub fn middle(&self) -> (i32, i32) {
        let [left, top, width, height] = self.area;
        (left + width / 2, top + height / 2)
    }

    fn has(&self, state: u32) -> bool {
        self.states >> state & 1 == 1
    }
}

impl Reader {
    /// Opens a bus and says that somebody reads.
    pub fn start(folder: &Path) -> io::Result<Reader> {
        let folder = folder.join("bus");
        fs::create_dir_all(&folder)?;
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .envs([("XDG_RUNTIME_DIR", folder.as_os_str()), ("GSETTINGS_BACKEND", "memory".as_ref())])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = daemon.stdout.take().ok_or_else(|| io::Error::other("the bus has no output"))?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let opened = runtime.block_on(async {
            let session = Builder::address(address.as_str())?.build().await?;
            let told = call(&session, BUS, "GetAddress", &()).await?;
            let read: String = told.body().deserialize()?;
            let bus = Builder::address(read.as_str())?.build().await?;
            zbus::Result::Ok((session, bus))
        });
        match opened {
            Ok((session, bus)) => {
                let reader = Reader { daemon, address, runtime, session, bus };
                reader.listens(Listening::Yes)?;
                Ok(reader)
            }
            Err(error) => {
                daemon.kill()?;
                daemon.wait()?;
                Err(io::Error::other(format!("no accessibility bus (at-spi2-core is needed): {error}")))
            }
        }
    }

    /// Tells programs whether somebody reads: without anybody they keep no tree.
    pub fn listens(&self, listening: Listening) -> io::Result<()> {
        let on = Value::from(listening == Listening::Yes);
        let set = ("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties");
        let told = self.runtime.block_on(call(&self.session, set, "Set", &("org.a11y.Status", "IsEnabled", on)));
        told.map(drop).map_err(io::Error::other)
    }

    /// Everything a program shows, as a person reads it: depth first. Nothing if the program is not there (yet), or
    /// changed while it was read.
    pub fn tree(&self, program: &str) -> Option<Vec<Node>> {
        self.runtime.block_on(self.walk(program)).ok()
    }

    /// Waits until a program shows what fits.
    pub fn finds<T>(&self, what: &str, program: &str, fits: impl Fn(&[Node]) -> Option<T>) -> io::Result<T> {
        let mut last = vec![];
        let found = until(what, || {
            last = self.tree(program).unwrap_or_default();
            Ok(fits(&last))
        });
        found.map_err(|error| {
            let names: Vec<_> = last.iter().map(|node| format!("{:?} {:?}", node.role, node.name)).collect();
            io::Error::other(format!("{error}; there are {names:?}"))
        })
    }

    /// Does what the thing is for, without a finger.
    pub fn act(&self, node: &Node) -> io::Result<bool> {
        let done = self.runtime.block_on(async {
            let reply = self.ask(&node.place, "org.a11y.atspi.Action", "DoAction", &0_i32).await?;
            reply.body().deserialize::<bool>()
        });
        done.map_err(io::Error::other)
    }

    async fn walk(&self, program: &str) -> zbus::Result<Vec<Node>> {
        let registry =
            Place { program: "org.a11y.atspi.Registry".to_owned(), path: ROOT.try_into().map_err(zbus::Error::from)? };
        let mut nodes = vec![];
        for place in self.children(&registry).await? {
            if self.text(&place, "Name").await? == program {
                self.read(place, &mut nodes).await?;
            }
        }
        Ok(nodes)
    }

    async fn read(&self, root: Place, nodes: &mut Vec<Node>) -> zbus::Result<()> {
        let mut open = vec![(root, 0)];
        while let Some((place, depth)) = open.pop() {
            let children = self.children(&place).await?;
            open.extend(children.into_iter().rev().filter(|_| depth < DEPTH_MAX).map(|child| (child, depth + 1)));
            nodes.push(self.node(place).await?);
            if nodes.len() > NODES_MAX {
                break;
            }
        }
        Ok(())
    }

    async fn node(&self, place: Place) -> zbus::Result<Node> {
        let role = Role(self.ask(&place, ACCESSIBLE, "GetRole", &()).await?.body().deserialize::<u32>()?);
        let states = self.ask(&place, ACCESSIBLE, "GetState", &()).await?.body().deserialize::<Vec<u32>>()?;
        let states = states.iter().rev().fold(0, |all, word| all << 32 | u64::from(*word));
        let (name, description) = (self.text(&place, "Name").await?, self.text(&place, "Description").await?);
        // The program itself has no place on the screen.
        let area = match self.ask(&place, "org.a11y.atspi.Component", "GetExtents", &0_u32).await {
            Ok(reply) => reply.body().deserialize::<(i32, i32, i32, i32)>()?.into(),
            Err(zbus::Error::MethodError(..)) => [0; 4],
            Err(error) => return Err(error),
        };
        Ok(Node { place, role, name, description, area, states })
    }

    async fn children(&self, place: &Place) -> zbus::Result<Vec<Place>> {
        let reply = self.ask(place, ACCESSIBLE, "GetChildren", &()).await?;
        let all = reply.body().deserialize::<Vec<(String, OwnedObjectPath)>>()?;
        Ok(all.into_iter().map(|(program, path)| Place { program, path }).collect())
    }

    async fn text(&self, place: &Place, property: &str) -> zbus::Result<String> {
        let reply = self.ask(place, "org.freedesktop.DBus.Properties", "Get", &(ACCESSIBLE, property)).await?;
        let value = reply.body().deserialize::<OwnedValue>()?;
        String::try_from(value).map_err(zbus::Error::from)
    }

    async fn ask<B>(&self, place: &Place, interface: &str, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + DynamicType,
    {
        call(&self.bus, (place.program.as_str(), place.path.as_str(), interface), method, body).await
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // What it started ends with it.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Whether somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// Yes.
    Yes,
    /// Nobody does.
    No,
}

const BUS: (&str, &str, &str) = ("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus");

async fn call<B>(
    connection: &Connection,
    (program, path, interface): (&str, &str, &str),
    method: &str,
    body: &B,
) -> zbus::Result<zbus::Message>
where
    B: serde::Serialize + DynamicType,
{
    connection.call_method(Some(program), path, Some(interface), method, body).await
}
