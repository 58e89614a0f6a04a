//! Before the first window: wait for a screen, then let Slint have it, with the doorman at its input.

use super::{Allow, input};
use std::{path::Path, time::Duration};

/// Chooses the bare screen, if this program was built for nothing else or is told to; the environment is Slint's own.
/// `pause` waits for a moment and says whether to go on waiting.
pub fn begin(allowed: Vec<Allow>, pause: impl FnMut(Duration) -> screen::Patience) -> Result<(), slint::PlatformError> {
    let told = std::env::var("SLINT_BACKEND").is_ok_and(|backend| backend.starts_with("linuxkms"));
    if cfg!(feature = "desktop") && !told {
        return Ok(());
    }
    let wanted = std::env::var("SLINT_DRM_OUTPUT").ok();
    screen::wait(Path::new(screen::SYSTEM), wanted.as_deref(), pause);
    slint::BackendSelector::new()
        .backend_name("linuxkms".to_owned())
        .renderer_name("software".to_owned())
        .with_libinput_event_hook(input::hook(allowed))
        .select()
}
