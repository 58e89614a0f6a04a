//! The kiosk without a window: taps come as lines, what the screen shows goes out as lines of JSON. The same session,
//! journal, network and printer as behind the window, in a process that a test can kill.
//!
//! One tap per line: `language ru`, `purpose ticket`, `category A`, `service A01`, `search`, `key letters a`, `found A A01`,
//! `about`, `list` (on paper), `further`, `without A02`, `classes`, `class elderly`, `class` (in turn), `take`, `on-screen`,
//! `again`, `copy`, `done`, `back`, `home`, `here`, `next`, `write TEXT` (letter by letter), `line 2`, `pick CODE` (or a file's
//! name), `agree`, `mend 3`, `send`, `instead`, `comfort`, `size largest`, `contrast night`, `reach low`, `close`. `await
//! SCREEN` waits until that screen is shown (`await taken`), `await reported` until the hub has every report, `await ready`
//! until a visitor can begin, `quit` ends the program. After the last line the kiosk goes on until it is told to stop.

use crate::{
    driver::{Input, Link, View},
    keyboard,
    session::{Contrast, Reach, Readiness, Stroke, Tap, TextSize, Turn},
};
use serde::Serialize;
use std::{
    io::{self, BufRead, Read, Write},
    sync::mpsc::{Receiver, SyncSender},
    time::{Duration, Instant},
};

/// A line of a script.
const LINE_BYTES_MAX: u64 = 256;
/// Views that wait for a script; between two `await`s there are a handful.
pub const VIEWS_MAX: usize = 1_024;
/// How long a script may wait for a screen.
const AWAIT_MS_MAX: u64 = 60_000;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Taps(Vec<Tap>),
    Await(String),
    Quit,
}

/// The script failed.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The lines cannot be read.
    #[error("the script cannot be read")]
    Unreadable(#[from] io::Error),
    /// A line that means nothing.
    #[error("line {line} of the script is not a tap: {text}")]
    NotATap {
        /// From 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A screen that did not come.
    #[error("line {line} of the script waited in vain for {what}")]
    InVain {
        /// From 1.
        line: usize,
        /// The screen.
        what: String,
    },
    /// The driver has ended.
    #[error("the kiosk has stopped")]
    Stopped,
}

#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    shown: &'a crate::session::Shown,
    link: &'static str,
    reports: u32,
}

/// One view as a line of JSON, without the clock: the same view twice is the same line.
pub fn line(view: &View) -> String {
    let link = match view.link {
        Link::Up => "up",
        Link::Down => "down",
        Link::Fenced => "fenced",
    };
    let said = Said { shown: &view.shown, link, reports: view.reports };
    serde_json::to_string(&said).expect("a view is text and numbers")
}

/// Writes views out as they come, each once, and passes them on to whoever waits for a screen.
pub fn screen(mut out: impl Write, views: SyncSender<View>) -> impl FnMut(&View) {
    let mut last = String::new();
    move |view| {
        let line = line(view);
        if line != last {
            // Nobody reads any more: the kiosk goes on for its visitors.
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            last = line;
        }
        let _ = views.try_send(view.clone());
    }
}

/// Reads the script to its end.
pub fn run(script: impl Read, inputs: &SyncSender<Input>, views: &Receiver<View>) -> Result<Ending, ScriptError> {
    let mut script = io::BufReader::new(script);
    let mut looks = 0;
    for number in 1.. {
        let mut text = String::new();
        if script.by_ref().take(LINE_BYTES_MAX).read_line(&mut text)? == 0 {
            break;
        }
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match parse(text) {
            None => return Err(ScriptError::NotATap { line: number, text: text.to_owned() }),
            Some(Line::Quit) => return Ok(Ending::Quit),
            Some(Line::Taps(taps)) => {
                for tap in taps {
                    inputs.send(Input::Tap(tap)).map_err(|_| ScriptError::Stopped)?;
                }
            }
            Some(Line::Await(what)) => {
                looks += 1;
                inputs.send(Input::Look).map_err(|_| ScriptError::Stopped)?;
                match wait(&what, looks, views) {
                    Some(()) => {}
                    None => return Err(ScriptError::InVain { line: number, what }),
                }
            }
        }
    }
    Ok(Ending::GoOn)
}

/// What to do when the script is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// End the program.
    Quit,
    /// Stay until told to stop.
    GoOn,
}

fn parse(text: &str) -> Option<Line> {
    let (verb, of) = text.split_once(' ').unwrap_or((text, ""));
    match (verb, of.trim()) {
        ("quit", "") => Some(Line::Quit),
        ("await", what) if !what.is_empty() => Some(Line::Await(what.to_owned())),
        ("write", text) if !text.is_empty() => Some(Line::Taps(text.chars().map(written).collect())),
        (deed, "") => deed_of(deed).map(|tap| Line::Taps(vec![tap])),
        (verb, of) => choice_of(verb, of).map(|tap| Line::Taps(vec![tap])),
    }
}

/// A letter as the screen's own keyboard has it.
fn written(letter: char) -> Tap {
    Tap::Stroke(if letter == ' ' { Stroke::Space } else { Stroke::Letters(letter.to_string()) })
}

fn deed_of(deed: &str) -> Option<Tap> {
    Some(match deed {
        "search" => Tap::Search,
        "about" => Tap::About,
        "list" => Tap::PrintList,
        "further" => Tap::Further,
        "classes" => Tap::Classes,
        "class" => Tap::Turn(Turn::Ordinary),
        "next" => Tap::Next,
        "agree" => Tap::Agree,
        "send" => Tap::Send,
        "instead" => Tap::Instead,
        "take" => Tap::Take,
        "on-screen" => Tap::OnScreen,
        "again" => Tap::Again,
        "copy" => Tap::Copy,
        "done" => Tap::Done,
        "back" => Tap::Back,
        "home" => Tap::Home,
        "here" => Tap::Here,
        "comfort" => Tap::Comfort,
        "close" => Tap::Close,
        _ => return None,
    })
}

fn choice_of(verb: &str, of: &str) -> Option<Tap> {
    Some(match verb {
        "language" => Tap::Language(of.parse().ok()?),
        "purpose" => Tap::Purpose(of.parse().ok()?),
        "category" => Tap::Category(of.to_owned()),
        "service" => Tap::Service(of.to_owned()),
        "key" => Tap::Stroke(keyboard::stroke(of)?),
        "found" => {
            let (category, service) = of.split_once(' ')?;
            Tap::Found { category: category.to_owned(), service: service.to_owned() }
        }
        "pick" => Tap::Pick(of.to_owned()),
        "line" => Tap::Line(of.parse::<usize>().ok()?.checked_sub(1)?),
        "mend" => Tap::Mend(of.parse::<usize>().ok()?.checked_sub(1)?),
        "without" => Tap::Without(of.to_owned()),
        "class" => Tap::Turn(Turn::Declared(of.to_owned())),
        "size" => Tap::Size(TextSize::ALL.into_iter().find(|size| size.code() == of)?),
        "contrast" => Tap::Contrast(Contrast::ALL.into_iter().find(|contrast| contrast.code() == of)?),
        "reach" => Tap::Reach(Reach::ALL.into_iter().find(|reach| reach.code() == of)?),
        _ => return None,
    })
}

/// Looks at every view since the asked-for look until one fits.
fn wait(what: &str, looks: u64, views: &Receiver<View>) -> Option<()> {
    let until = Instant::now() + Duration::from_millis(AWAIT_MS_MAX);
    loop {
        let view = views.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
        if view.looks >= looks && fits(&view, what) {
            return Some(());
        }
    }
}

fn fits(view: &View, what: &str) -> bool {
    match what {
        "ready" => view.shown.readiness == Readiness::Ready,
        "reported" => view.reports == 0,
        "up" => view.link == Link::Up,
        "down" => view.link == Link::Down,
        "fenced" => view.link == Link::Fenced,
        screen => {
            let shown = serde_json::to_value(&view.shown).unwrap_or_default();
            shown["screen"] == screen
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::Lang;

    #[test]
    fn lines_are_taps() {
        assert_eq!(parse("language kaa"), Some(Line::Taps(vec![Tap::Language(Lang::Kaa)])));
        assert_eq!(parse("class"), Some(Line::Taps(vec![Tap::Turn(Turn::Ordinary)])));
        assert_eq!(parse("class elderly"), Some(Line::Taps(vec![Tap::Turn(Turn::Declared("elderly".to_owned()))])));
        assert_eq!(parse("await taken"), Some(Line::Await("taken".to_owned())));
        assert_eq!(parse("size largest"), Some(Line::Taps(vec![Tap::Size(TextSize::Largest)])));
        let found = Tap::Found { category: "A".to_owned(), service: "A01".to_owned() };
        assert_eq!(parse("found A A01"), Some(Line::Taps(vec![found])));
        assert!(matches!(parse("key letters oʻ"), Some(Line::Taps(taps)) if matches!(taps[..], [Tap::Stroke(_)])));
        let Some(Line::Taps(written)) = parse("write Ali V") else { panic!("it is typed letter by letter") };
        assert_eq!((written.len(), &written[3]), (5, &Tap::Stroke(Stroke::Space)));
        for wrong in ["language fr", "service", "size huge", "found A01", "take two", "await", "dance"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_script_that_is_none_says_which_line() {
        let (inputs, _rx) = std::sync::mpsc::sync_channel(8);
        let (_tx, views) = std::sync::mpsc::sync_channel(8);
        let error = run(&b"# a visitor\nlanguage ru\ndance\n"[..], &inputs, &views).unwrap_err();
        assert_eq!(error.to_string(), "line 3 of the script is not a tap: dance");
        assert_eq!(run(&b"take\nquit\nnever read\n"[..], &inputs, &views).unwrap(), Ending::Quit);
    }
}
