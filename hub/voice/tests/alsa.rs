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
use support::{Folder, make_clips};
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
    wav::{self, RATE},
};
use words::Lang;

const PATIENCE: Duration = Duration::from_secs(60);

/// A card whose wire ends in a file: every process that plays adds to it.
fn card(folder: &Path) -> (Aplay, PathBuf) {
    let (config, heard) = (folder.join("asound.conf"), folder.join("heard.raw"));
    let wire = format!("| cat >> {}", heard.display());
    let text = format!("pcm.hall {{ type file slave.pcm {{ type null }} file \"{wire}\" format \"raw\" }}\n");
    fs::write(&config, text).unwrap();
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

fn samples(file: &Path) -> Vec<i16> {
    fs::read(file).unwrap().chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Where a clip sounds: its middle, sample for sample, sought from `from` on. Ends are trimmed and faded.
fn place(heard: &[i16], clip: &[i16], from: usize) -> std::ops::Range<usize> {
    let skip = clip.len() / 4;
    let middle = &clip[skip..clip.len() - skip];
    let at = heard[from..].windows(middle.len()).position(|window| window == middle).expect("the clip is heard");
    let begin = (from + at).checked_sub(skip).expect("it is heard from its beginning");
    begin..begin + clip.len()
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
    let mut end_of_last: Option<usize> = None;
    for parts in &calls {
        let mut breath = None;
        for part in parts {
            let id = match part {
                Part::Pause { ms } => {
                    breath = Some(u32::from(*ms));
                    continue;
                }
                Part::Clip { id, .. } => id,
            };
            let file = [id.clone(), id.falling()].map(|id| folder.path().join(format!("uz/{id}.wav")));
            let clip = wav::read(file.iter().find(|file| file.exists()).unwrap()).unwrap();
            let place = place(&heard, &clip, end_of_last.unwrap_or(0));
            if let Some(end) = end_of_last {
                assert!(place.start >= end, "{id} begins before the clip before it has ended");
                let silence = &heard[end + 1..place.start.saturating_sub(1)];
                assert!(silence.iter().all(|s| s.unsigned_abs() < 200), "something sounds before {id}");
                let gap_ms = (place.start - end) * 1_000 / RATE as usize;
                let wanted = breath.take().unwrap_or(GAP_MS) as usize;
                let first = clip::names(parts).first() == Some(&id.as_str());
                // A made clip is trimmed as it will be again: 5 ms of room may go at either end.
                assert!(first || gap_ms.abs_diff(wanted) <= 11, "{gap_ms} ms before {id}, wanted {wanted}");
            }
            end_of_last = Some(place.end);
        }
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
