//! Real programs on real networks: hub, kiosk and display each in a namespace of its own, joined by a bridge, with a
//! line between that behaves as badly as it is told to.
//!
//! Cables are pulled without a word (packets vanish, nobody gets a FIN), lines are slow, stall, cut and swallow answers, hubs
//! die, are restored, and are two. Then calm: each paper in the queue once, every board the hub's, each call announced
//! once. Deliberately absent: loss of single packets, which TCP makes into delay.

pub mod calm;
pub mod lab;
pub mod line;
pub mod machines;
pub mod scenes;

use calm::Checks;
use lab::Lab;
use std::{io, path::Path, time::Instant};

/// A scene by its name.
type Scene<'a> = (&'static str, Box<dyn Fn() -> io::Result<Checks> + 'a>);

/// Plays every scene, or the one that is named; `tickets` are an hour's.
#[expect(clippy::print_stdout, reason = "a command prints what it found")]
pub fn play(lab: &Lab, place: &Path, only: Option<&str>, tickets: u32) -> Checks {
    let scenes: [Scene<'_>; 4] = [
        ("bad-line", Box::new(|| scenes::bad_line(lab, place))),
        ("hour-apart", Box::new(|| scenes::hour_apart(lab, place, tickets))),
        ("two-hubs", Box::new(|| scenes::two_hubs(lab, place))),
        ("display-away", Box::new(|| scenes::display_away(lab, place))),
    ];
    let mut checks = Vec::new();
    for (name, scene) in scenes.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
        let began = Instant::now();
        match scene() {
            Ok(found) => checks.extend(found.into_iter().map(|(what, held)| (format!("{name}: {what}"), held))),
            Err(error) => checks.push((format!("{name}: {error}"), false)),
        }
        println!("{name}: {} s", began.elapsed().as_secs());
    }
    if checks.is_empty() {
        checks.push((format!("there is no scene {}", only.unwrap_or_default()), false));
    }
    checks
}
