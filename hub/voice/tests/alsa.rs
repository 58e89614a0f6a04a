//! The real way to a loudspeaker, without one: `aplay` plays through ALSA into a file, and the file is measured.
//!
//! What is compared with are the clips' own files, not what the mixer made of them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};
use support::{Folder, assert_one_after_another, make_clips, samples};
use voice::{
    Now, Part, Speaker,
    aplay::Aplay,
    clip,
    loudness::lufs,
    mix::GAP_MS,
    pack::Packs,
    plan::{self, BREATH_MS, Calling},
    setting::Hours,
    sound::{Sound, SoundError, try_out},
    speaker::{Equipment, Told},
};
use words::Lang;

const PATIENCE: Duration = Duration::from_secs(60);

fn card(folder: &Path) -> (Aplay, PathBuf) {
    let (config, heard) = support::card(folder);
    (Aplay::on("hall").configured(&config), heard)
}

fn speaker(folder: &Path, sound: impl Sound + 'static) -> (Speaker, Receiver<Told>) {
    let (teller, told) = channel();
    let equipment = Equipment {
        packs: Packs::open(&[folder.to_owned()]).unwrap(),
        sound: Box::new(sound),
        clock: Box::new(|| Now { ms: 0, minute_of_day: None }),
        hours: Hours::default(),
        gap_ms: GAP_MS,
        told: Box::new(move |what| _ = teller.send(what)),
    };
    (Speaker::start(equipment).unwrap(), told)
}

fn wait_for(told: &Receiver<Told>, what: Told) {
    while told.recv_timeout(PATIENCE).expect("it is told in time") != what {}
}

fn call(ticket: &str, counter: &str) -> Vec<Part> {
    plan::plan(Lang::UzLatn, &[plan::Say::Chime, plan::call(Calling::First, ticket, counter)])
}

#[test]
fn two_calls_come_out_clip_by_clip_and_never_at_once() {
    let folder = Folder::new("card");
    let calls = [call("A-047", "5"), call("K1-012", "3")];
    make_clips(folder.path(), &calls);
    let (aplay, wire) = card(folder.path());
    let (speaker, told) = speaker(folder.path(), aplay);
    for (tag, parts) in calls.iter().enumerate() {
        speaker.say(tag as u64, parts.clone(), 0);
    }
    wait_for(&told, Told::Ended(1));
    drop(speaker);

    let heard = samples(&wire);
    assert_one_after_another(&heard, folder.path(), &calls);
    for parts in &calls {
        assert!(clip::names(parts).len() >= 6 && parts.contains(&Part::Pause { ms: BREATH_MS }));
    }
    let level = lufs(&heard).unwrap();
    assert!((level - voice::loudness::TARGET_LUFS).abs() <= 2.0, "{level} LUFS came out");
}

#[test]
fn louder_and_faster_are_measured_at_the_wire() {
    let folder = Folder::new("wire");
    let parts = call("A-047", "5");
    make_clips(folder.path(), std::slice::from_ref(&parts));
    let heard = |wish: &dyn Fn(&Speaker)| {
        let (aplay, wire) = card(folder.path());
        let _ = fs::remove_file(&wire);
        let (speaker, told) = speaker(folder.path(), aplay);
        wish(&speaker);
        speaker.say(1, parts.clone(), 0);
        wait_for(&told, Told::Ended(1));
        drop(speaker);
        samples(&wire)
    };
    let usual = heard(&|_| {});
    let softer = heard(&Speaker::softer);
    let faster = heard(&|speaker| (0..4).for_each(|_| speaker.faster()));
    let change = lufs(&softer).unwrap() - lufs(&usual).unwrap();
    assert!((change + 4.0).abs() < 0.2, "{change} LU");
    // aplay fills its last period with silence: an eighth of a second.
    let ratio = (usual.len() * 100) / faster.len();
    assert!((185..=202).contains(&ratio), "{ratio} % of the pace");
    assert!((lufs(&faster).unwrap() - lufs(&usual).unwrap()).abs() < 0.7);
}

#[test]
fn no_device_and_no_player_are_told_and_nothing_stops() {
    let folder = Folder::new("nothing");
    let parts = call("A-047", "5");
    make_clips(folder.path(), std::slice::from_ref(&parts));
    let (mut aplay, wire) = card(folder.path());
    try_out(&mut aplay, PATIENCE).unwrap();
    assert!(lufs(&samples(&wire)).unwrap() > -40.0, "two notes were played");
    let mut elsewhere = Aplay::on("nowhere").configured(&folder.path().join("asound.conf"));
    let why = try_out(&mut elsewhere, PATIENCE).unwrap_err();
    assert!(matches!(&why, SoundError::GaveUp { why, .. } if why.contains("audio open error")), "{why}");

    let mut absent = Aplay::program("no-such-player", &[]);
    assert!(matches!(try_out(&mut absent, PATIENCE), Err(SoundError::NoPlayer { .. })));
    let mut hanging = Aplay::program("tail", &["-f", "/dev/null"]);
    assert_eq!(try_out(&mut hanging, Duration::ZERO), Err(SoundError::Hangs));
    let (speaker, told) = speaker(folder.path(), Aplay::program("no-such-player", &[]));
    (1..=3).for_each(|tag| speaker.say(tag, parts.clone(), 0));
    wait_for(&told, Told::Ended(3));
}

#[test]
fn a_player_that_hangs_is_silenced_at_once() {
    let folder = Folder::new("hangs");
    let parts = call("A-047", "5");
    make_clips(folder.path(), std::slice::from_ref(&parts));
    // Takes nothing from its standard input and never ends.
    let (speaker, told) = speaker(folder.path(), Aplay::program("tail", &["-f", "/dev/null"]));
    speaker.say(1, parts.clone(), 0);
    wait_for(&told, Told::Began(1));
    speaker.say_instead(2, parts, 0);
    wait_for(&told, Told::Dropped(1));
    wait_for(&told, Told::Began(2));
    speaker.stop();
    wait_for(&told, Told::Dropped(2));
}
