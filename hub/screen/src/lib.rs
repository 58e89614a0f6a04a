#![doc = include_str!("../README.md")]

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    time::Duration,
};

/// Where the kernel says what is connected.
pub const SYSTEM: &str = "/sys/class/drm";
/// How often it is asked.
pub const ASK_EVERY: Duration = Duration::from_secs(1);
/// It is said in the log at first and then so seldom.
const TELL_EVERY: u32 = 600;

const WORD_BYTES_MAX: u64 = 32;
const CONNECTORS_MAX: usize = 64;

/// What is at the end of the cables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// A screen.
    On(String),
    /// Sockets, and nothing in them that is on.
    Off,
    /// No sockets.
    Unknown,
}

/// Whether to go on waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Still.
    Wait,
    /// The program ends.
    Leave,
}

/// Looks once. `wanted` is the one output that counts, if one was chosen (`HDMI-A-1`).
pub fn look(system: &Path, wanted: Option<&str>) -> Screen {
    let Ok(entries) = fs::read_dir(system) else { return Screen::Unknown };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    // `card0-HDMI-A-1`; `card0` itself and `renderD128` have no dash.
    let sockets = names.filter_map(|name| name.split_once('-').map(|(_, socket)| socket.to_owned()).zip(Some(name)));
    let mut sockets: Vec<(String, String)> = sockets.take(CONNECTORS_MAX).collect();
    sockets.sort();
    sockets.retain(|(socket, _)| wanted.is_none_or(|wanted| wanted == socket) && socket != "Writeback-1");
    let on = sockets.iter().find(|(_, name)| status(&system.join(name)) == "connected");
    match (on, sockets.is_empty()) {
        (Some((socket, _)), _) => Screen::On(socket.clone()),
        (None, false) => Screen::Off,
        (None, true) => Screen::Unknown,
    }
}

/// Waits until there is a screen; `pause` waits for a moment and says whether to go on.
pub fn wait(system: &Path, wanted: Option<&str>, mut pause: impl FnMut(Duration) -> Patience) -> Screen {
    for asked in 0_u32.. {
        let screen = look(system, wanted);
        match &screen {
            Screen::On(socket) if asked > 0 => tracing::info!(socket, "the screen at {socket} is on"),
            Screen::On(_) | Screen::Unknown => {}
            Screen::Off => {
                if asked.is_multiple_of(TELL_EVERY) {
                    tracing::warn!("there is no screen that is on; the program waits for one");
                }
                match pause(ASK_EVERY) {
                    Patience::Wait => continue,
                    Patience::Leave => {}
                }
            }
        }
        return screen;
    }
    Screen::Off
}

/// Watches for a screen that was pulled out or switched off, and is there again.
#[derive(Debug, Default)]
pub struct Watch {
    last: Option<Screen>,
}

/// What has become of the screen since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing that whoever draws must know.
    None,
    /// It went dark.
    Gone,
    /// It is there again, or another one is: drawing begins anew.
    Back,
}

impl Watch {
    /// Takes what was seen now.
    pub fn saw(&mut self, now: Screen) -> Change {
        let before = self.last.replace(now.clone());
        match (before, now) {
            (None, _) => Change::None,
            (Some(before), now) if before == now => Change::None,
            (Some(_), Screen::On(_)) => Change::Back,
            (Some(_), Screen::Off | Screen::Unknown) => Change::Gone,
        }
    }
}

fn status(connector: &Path) -> String {
    let mut word = String::new();
    let read =
        File::open(connector.join("status")).and_then(|file| file.take(WORD_BYTES_MAX).read_to_string(&mut word));
    if read.is_err() {
        return String::new();
    }
    word.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    struct Kernel(PathBuf);

    impl Kernel {
        fn new(name: &str) -> Kernel {
            let dir = std::env::temp_dir().join(format!("navbat-drm-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(dir.join("card0")).unwrap();
            fs::write(dir.join("version"), "drm 1.1.0 20060810\n").unwrap();
            Kernel(dir)
        }

        fn says(&self, connector: &str, word: &str) {
            fs::create_dir_all(self.0.join(connector)).unwrap();
            fs::write(self.0.join(connector).join("status"), format!("{word}\n")).unwrap();
        }
    }

    impl Drop for Kernel {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_screen_that_is_switched_on_later_is_waited_for() {
        let kernel = Kernel::new("later");
        kernel.says("card0-HDMI-A-1", "disconnected");
        kernel.says("card0-Writeback-1", "connected");
        let mut waited = 0;
        let screen = wait(&kernel.0, None, |pause| {
            assert_eq!(pause, ASK_EVERY);
            waited += 1;
            if waited == 3 {
                kernel.says("card0-HDMI-A-1", "connected");
            }
            Patience::Wait
        });
        assert_eq!((screen, waited), (Screen::On("HDMI-A-1".to_owned()), 3));
    }

    #[test]
    fn a_program_that_ends_does_not_wait() {
        let kernel = Kernel::new("ends");
        kernel.says("card0-DSI-1", "unknown");
        let mut waited = 0;
        let screen = wait(&kernel.0, None, |_| {
            waited += 1;
            Patience::Leave
        });
        assert_eq!((screen, waited), (Screen::Off, 1));
    }

    #[test]
    fn only_the_chosen_output_counts() {
        let kernel = Kernel::new("chosen");
        kernel.says("card0-HDMI-A-1", "connected");
        kernel.says("card0-HDMI-A-2", "disconnected");
        assert_eq!(look(&kernel.0, None), Screen::On("HDMI-A-1".to_owned()));
        assert_eq!(look(&kernel.0, Some("HDMI-A-2")), Screen::Off);
        assert_eq!(look(&kernel.0, Some("DP-9")), Screen::Unknown, "the display backend says what is wrong");
    }

    #[test]
    fn a_machine_without_connectors_is_not_waited_for() {
        let kernel = Kernel::new("none");
        assert_eq!(wait(&kernel.0, None, |_| unreachable!()), Screen::Unknown);
        assert_eq!(look(Path::new("/nowhere/at/all"), None), Screen::Unknown);
    }

    #[test]
    fn a_screen_that_was_pulled_out_is_back_once() {
        let on = |socket: &str| Screen::On(socket.to_owned());
        let mut watch = Watch::default();
        let seen =
            [on("HDMI-A-1"), on("HDMI-A-1"), Screen::Off, Screen::Off, on("HDMI-A-1"), on("HDMI-A-1"), on("HDMI-A-2")];
        let changes = seen.map(|screen| watch.saw(screen));
        use Change::{Back, Gone, None};
        assert_eq!(changes, [None, None, Gone, None, Back, None, Back]);
        assert_eq!(Watch::default().saw(Screen::Off), None, "what was dark at the start is waited for, not missed");
    }
}
