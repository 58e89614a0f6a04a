//! The demo hall: what a newcomer is told, and the kiosk and display that are opened beside the browser.
//!
//! Everything else is a hall like any other. Its PINs stand in its configuration and on the screen, so it listens on
//! this machine only unless told otherwise.

use crate::{
    config::Role,
    people::{By, PeopleError},
    serve::Running,
};
use queue::ids::DeviceId;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use words::Lang;

/// What `hub demo --json` says in its first line.
#[derive(Serialize)]
pub struct Facts {
    url: String,
    device_token: String,
    /// Of the hall's first display, whose window is opened.
    display_token: String,
    /// Of every display, by its id.
    display_tokens: BTreeMap<String, String>,
    clerks: Vec<Person>,
    manager: Person,
}

#[derive(Serialize)]
struct Person {
    name: String,
    pin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<String>,
}

/// Whether windows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windows {
    /// If there is a screen.
    Open,
    /// Not even then.
    Closed,
}

/// The programs with a face that run beside the hub.
pub struct Faces {
    running: Vec<Child>,
    outcome: Outcome,
}

enum Outcome {
    Opened,
    NotWanted,
    NoScreen,
    NotBuilt,
}

/// Enrols a kiosk and every display and gathers what a newcomer needs.
pub fn facts(running: &Running) -> Result<Facts, PeopleError> {
    let (hub, config) = (running.hub(), &running.hub().config);
    let enrol =
        |device: &DeviceId| hub.people.enrol(device, &By::Shell, hub.now()).map(|token| token.as_str().to_owned());
    let kiosk = config.kiosks().first().map(|kiosk| enrol(&kiosk.device)).transpose()?;
    let mut display_tokens = BTreeMap::new();
    for display in config.displays() {
        display_tokens.insert(display.device.to_string(), enrol(&display.device)?);
    }
    let display = config.displays().first().and_then(|display| display_tokens.get(display.device.as_str()));
    let person = |entry: &crate::config::StaffEntry| Person {
        name: entry.name.clone(),
        pin: entry.pin.clone().unwrap_or_default(),
        counter: entry.counter.as_ref().map(ToString::to_string),
    };
    let of = |role: Role| config.staff().iter().filter(move |entry| entry.role == role);
    let manager = of(Role::Manager).next().map(person);
    Ok(Facts {
        url: format!("http://{}", running.address()),
        device_token: kiosk.unwrap_or_default(),
        display_token: display.cloned().unwrap_or_default(),
        display_tokens,
        clerks: of(Role::Clerk).filter(|entry| entry.counter.is_some()).map(person).collect(),
        manager: manager.unwrap_or(Person { name: String::new(), pin: String::new(), counter: None }),
    })
}

/// The same for a person, in sentences.
pub fn told(facts: &Facts, running: &Running, folder: &Path, lang: Lang) -> String {
    let folder = folder.display().to_string();
    let mut lines = String::new();
    let mut line = |sentence: String| lines.extend([sentence.as_str(), "\n"]);
    line(words::fill(lang, "hall.demo.open", &[("hall", running.hub().config.hall_name(lang))]));
    line(words::fill(lang, "hall.demo.console", &[("url", &facts.url)]));
    for clerk in &facts.clerks {
        let counter = clerk.counter.as_deref().unwrap_or_default();
        line(words::fill(lang, "hall.demo.clerk", &[("name", &clerk.name), ("pin", &clerk.pin), ("counter", counter)]));
    }
    line(words::fill(lang, "hall.demo.manager", &[("name", &facts.manager.name), ("pin", &facts.manager.pin)]));
    line(words::fill(lang, "hall.demo.folder", &[("folder", &folder)]));
    line(words::say(lang, "hall.demo.stop").to_owned());
    lines.trim_end().to_owned()
}

/// The demo's folder unless told otherwise: it stays, so the same hall opens again.
pub fn default_folder() -> PathBuf {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    state.or_else(home).unwrap_or_else(env::temp_dir).join("navbat-demo")
}

/// The language of whoever typed the command, by `LC_ALL`, `LC_MESSAGES` or `LANG`.
pub fn shell_language() -> Lang {
    let set = |name: &&str| env::var(name).is_ok_and(|value| !value.is_empty());
    let name = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find(set);
    language_of(&name.and_then(|name| env::var(name).ok()).unwrap_or_default())
}

impl Faces {
    /// Opens kiosk and display if they are wanted, built and have a screen.
    pub fn open(facts: &Facts, folder: &Path, windows: Windows) -> Faces {
        let mut faces = Faces { running: Vec::new(), outcome: Outcome::NotWanted };
        if windows == Windows::Closed {
            return faces;
        }
        if env::var_os("DISPLAY").is_none() && env::var_os("WAYLAND_DISPLAY").is_none() {
            faces.outcome = Outcome::NoScreen;
            return faces;
        }
        let mut kiosk = Command::new(beside("kiosk"));
        kiosk.args(["--hub", &facts.url, "--zoom", "0.45"]).arg("--data").arg(folder.join("kiosk"));
        kiosk.env("NAVBAT_TOKEN", &facts.device_token);
        let mut display = Command::new(beside("queue-display"));
        display.args(["--hub", &facts.url, "--size", "1280x720"]);
        display.env("NAVBAT_TOKEN", &facts.display_token);
        for mut face in [kiosk, display] {
            match face.stdin(Stdio::null()).spawn() {
                Ok(child) => faces.running.push(child),
                Err(error) => tracing::warn!(%error, "a window could not be opened"),
            }
        }
        faces.outcome = if faces.running.is_empty() { Outcome::NotBuilt } else { Outcome::Opened };
        faces
    }

    /// What became of the windows, in a sentence.
    pub fn told(&self, lang: Lang) -> &'static str {
        match self.outcome {
            Outcome::Opened => words::say(lang, "hall.demo.windows-open"),
            Outcome::NotWanted => words::say(lang, "hall.demo.windows-closed"),
            Outcome::NoScreen => words::say(lang, "hall.demo.no-screen"),
            Outcome::NotBuilt => words::say(lang, "hall.demo.not-built"),
        }
    }

    /// Ends them. They keep what matters on disk at every moment, so they may simply be killed.
    pub fn close(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A program that was built beside this one.
fn beside(name: &str) -> PathBuf {
    let here = env::current_exe().ok();
    here.and_then(|here| Some(here.parent()?.join(name))).unwrap_or_else(|| PathBuf::from(name))
}

fn language_of(locale: &str) -> Lang {
    match locale.split(['_', '.', '@']).next().unwrap_or_default() {
        "uz" if locale.contains("cyrillic") => Lang::UzCyrl,
        "uz" => Lang::UzLatn,
        "ru" => Lang::Ru,
        "kaa" => Lang::Kaa,
        _ => Lang::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_a_language() {
        for (locale, lang) in [
            ("uz_UZ.UTF-8", Lang::UzLatn),
            ("uz_UZ.UTF-8@cyrillic", Lang::UzCyrl),
            ("ru_RU.UTF-8", Lang::Ru),
            ("kaa_UZ", Lang::Kaa),
            ("C.UTF-8", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(language_of(locale), lang, "{locale}");
        }
    }
}
