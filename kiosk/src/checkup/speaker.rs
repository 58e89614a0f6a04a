//! Whether there is anything to speak with.

use std::{fs, path::Path};

/// Where Linux lists sound devices.
pub const SOUND: &str = "/dev/snd";

/// A way out for sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// There is one; whether it can be heard, an ear has to say.
    Device,
    /// There is none.
    None,
}

/// Looks for a device that plays: `pcmC0D0p`; `pcmC0D0c` only listens.
pub fn find_sound(devices: &Path) -> Sound {
    let Ok(entries) = fs::read_dir(devices) else { return Sound::None };
    let mut names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    if names.any(|name| name.starts_with("pcmC") && name.ends_with('p')) { Sound::Device } else { Sound::None }
}
