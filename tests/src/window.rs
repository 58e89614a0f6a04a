//! The real kiosk in a real window on a screen of its own, with a finger, and a screen reader that says where things are.

use crate::{
    hall::{PATIENCE, binary},
    screen::Screen,
    screen_reader::{Node, Reader, Role},
};
use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// The name under which the kiosk stands on the accessibility bus.
pub const KIOSK: &str = "kiosk";
/// Longer than the guard against the second tap of a double tap.
pub const SETTLED: Duration = Duration::from_millis(450);
/// When nothing has come of a touch, a person touches again.
const AGAIN: Duration = Duration::from_millis(1_500);

/// A finger: a pointer that presses.
#[derive(Debug)]
pub struct Finger {
    program: Child,
    orders: ChildStdin,
}

impl Finger {
    /// At a screen.
    pub fn at(screen: &Screen) -> io::Result<Finger> {
        let mut command = Command::new("xdotool");
        command.arg("-").env("DISPLAY", &screen.display).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut program = command.stderr(Stdio::null()).spawn()?;
        let orders = program.stdin.take().ok_or_else(|| io::Error::other("xdotool has no input"))?;
        Ok(Finger { program, orders })
    }

    /// Down.
    pub fn press(&mut self, (x, y): (i32, i32)) -> io::Result<()> {
        self.say(&format!("mousemove {x} {y} mousedown 1"))
    }

    /// Up again: now it counts. The moment just before.
    pub fn lift(&mut self) -> io::Result<Instant> {
        let moment = Instant::now();
        self.say("mouseup 1")?;
        Ok(moment)
    }

    /// Down and up.
    pub fn touch(&mut self, at: (i32, i32)) -> io::Result<()> {
        self.press(at)?;
        self.lift().map(drop)
    }

    /// Gives the keys to the window, as a window manager does; here is none.
    pub fn points_keys_at(&mut self, title: &str) -> io::Result<()> {
        self.say(&format!("search --name {title} windowfocus"))
    }

    /// Types keys, by X's names.
    pub fn key(&mut self, name: &str) -> io::Result<()> {
        self.say(&format!("key {name}"))
    }

    fn say(&mut self, order: &str) -> io::Result<()> {
        writeln!(self.orders, "{order}")?;
        self.orders.flush()
    }
}

impl Drop for Finger {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// A kiosk's command with its window on a screen.
pub fn on_screen(screen: &Screen, folder: &Path, hub: &str, token: &str) -> io::Result<Command> {
    let mut kiosk = Command::new(binary(KIOSK)?);
    kiosk.args(["--hub", hub, "--size", "1080x1920", "--data"]).arg(folder.join("journal"));
    kiosk.env("NAVBAT_TOKEN", token).env("DISPLAY", &screen.display).env("SLINT_BACKEND", "winit-software");
    kiosk.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    kiosk.stdin(Stdio::null()).stdout(Stdio::null());
    kiosk.stderr(File::options().create(true).append(true).open(folder.join("kiosk.log"))?);
    Ok(kiosk)
}

/// A window that runs.
#[derive(Debug)]
pub struct Window {
    program: Child,
    finger: Finger,
    /// Who reads it.
    pub reader: Reader,
    /// Where it is.
    pub screen: Screen,
}

impl Window {
    /// Opens a screen and a bus, and starts the kiosk; `prepare` may add to the command.
    pub fn open(folder: &Path, hub: &str, token: &str, prepare: impl FnOnce(&mut Command)) -> io::Result<Window> {
        let screen = Screen::open(folder, 1080, 1920)?;
        let reader = Reader::start(folder)?;
        let mut command = on_screen(&screen, folder, hub, token)?;
        command.env("DBUS_SESSION_BUS_ADDRESS", &reader.address);
        prepare(&mut command);
        let program = command.spawn()?;
        let finger = Finger::at(&screen)?;
        Ok(Window { program, finger, reader, screen })
    }

    /// Waits for something with this name, of any role.
    pub fn sees(&self, name: &str) -> io::Result<Node> {
        self.reader.finds(name, KIOSK, |nodes| nodes.iter().find(|node| node.name == name).cloned())
    }

    /// Waits for a name that begins so.
    pub fn sees_beginning(&self, start: &str) -> io::Result<Node> {
        self.reader.finds(start, KIOSK, |nodes| nodes.iter().find(|node| node.name.starts_with(start)).cloned())
    }

    /// Waits for a button.
    pub fn button(&self, name: &str) -> io::Result<Node> {
        self.reader.finds(name, KIOSK, |nodes| {
            nodes.iter().find(|node| node.name == name && node.role == Role::BUTTON).cloned()
        })
    }

    /// What can be read now.
    pub fn tree(&self) -> io::Result<Vec<Node>> {
        self.reader.finds("the kiosk", KIOSK, |nodes| (!nodes.is_empty()).then(|| nodes.to_vec()))
    }

    /// Touches a button until it is gone: a screen that has just come up does not listen for a moment, and a person touches
    /// again.
    pub fn touch(&mut self, name: &str) -> io::Result<()> {
        let area = self.button(name)?.area;
        self.tap_until(name, |nodes| !nodes.iter().any(|node| node.name == name && node.area == area))
    }

    /// Touches a button that stays, until the screen shows what fits.
    pub fn tap_until(&mut self, name: &str, fits: impl Fn(&[Node]) -> bool) -> io::Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let button = self.button(name)?;
            self.finger.touch(button.middle())?;
            let until = Instant::now() + AGAIN;
            while Instant::now() < until {
                if self.reader.tree(KIOSK).is_some_and(|nodes| !nodes.is_empty() && fits(&nodes)) {
                    return Ok(());
                }
            }
        }
        Err(io::Error::other(format!("{name} was touched in vain")))
    }

    /// Types a key until something has the keys: its name.
    pub fn focused_by(&mut self, key: &str, fits: impl Fn(&&Node) -> bool) -> io::Result<String> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            self.finger.key(key)?;
            let until = Instant::now() + AGAIN;
            while Instant::now() < until {
                let nodes = self.reader.tree(KIOSK).unwrap_or_default();
                if let Some(node) = nodes.iter().filter(&fits).find(|node| node.is_focused()) {
                    return Ok(node.name.clone());
                }
            }
        }
        Err(io::Error::other(format!("{key} reaches nothing")))
    }

    /// The finger, for what needs a touch of its own.
    pub fn finger(&mut self) -> &mut Finger {
        &mut self.finger
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.program.id()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Lets a moment pass: for figures, never for tests.
pub fn pause(moment: Duration) {
    // Nobody ever sends: receiving is how to pause.
    let (_alive, ended) = mpsc::channel::<()>();
    let _ = ended.recv_timeout(moment);
}
