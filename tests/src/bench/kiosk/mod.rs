//! The kiosk's figures: from a touch to the paper, from the start to the first touch that counts, memory after ten thousand
//! tickets, and how long the screen takes to change.
//!
//! The programs are the real ones, built for release; the window stands on a screen of its own (Xvfb) and is drawn by the
//! software renderer, as on the appliance.

mod frames;
mod memory;
mod start;
mod touch;

use anyhow::Result;
use serde_json::Value;
use std::{fs, io, path::Path};

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "kiosk")]
pub struct Amount {
    /// Tickets taken by a finger on the window.
    #[arg(long, default_value_t = 200)]
    pub touches: usize,
    /// Starts of the kiosk.
    #[arg(long, default_value_t = 12)]
    pub starts: usize,
    /// Tickets until the memory is looked at for the last time.
    #[arg(long, default_value_t = 10_000)]
    pub kiosk_tickets: u64,
    /// Rounds through all screens in five languages.
    #[arg(long, default_value_t = 5)]
    pub tours: usize,
}

pub(super) fn figures(amount: &Amount, place: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    frames::figures(amount.tours, show)?;
    start::figures(amount.starts, &folder(place, "kiosk-start")?, show)?;
    touch::figures(amount.touches, &folder(place, "kiosk-touch")?, show)?;
    memory::figures(amount.kiosk_tickets, &folder(place, "kiosk-memory")?, show)
}

pub(super) use start::bare_window;

fn folder(place: &Path, name: &str) -> io::Result<std::path::PathBuf> {
    let folder = place.join(name);
    fs::create_dir_all(folder.join("hall"))?;
    Ok(folder)
}
