//! A screen that is not on yet: waited for, instead of failing in front of it.
//!
//! The display backend looks once and ends the program if nothing is connected. A television that is switched on by
//! hand in the morning would meet a kiosk in a loop of starts. The kernel knows what is connected; it is asked once a
//! second. A machine whose kernel lists no connector at all is not waited for: it may have another kind of screen.

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
                    tracing::warn!("there is no screen that is on; the kiosk waits for one");
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
            let dir = std::env::temp_dir().join(format!("kiosk-drm-{name}-{}", std::process::id()));
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
}
