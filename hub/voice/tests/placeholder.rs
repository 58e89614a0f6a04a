//! What espeak-ng makes of the script: level, the same each time, and in its own language.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the loudspeaker is for others")]
mod support;

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};
use support::{Folder, make_clips};
use voice::{
    Part, Say, Tongue,
    loudness::{TARGET_LUFS, TOLERANCE_LU, lufs},
    make::aloud,
    mix::{Manner, mix},
    pack::Packs,
    plan::{self, Calling},
    script::{is_notes, script},
};
use words::Lang;

const VOICES: [Lang; 4] = [Lang::UzLatn, Lang::Kaa, Lang::Ru, Lang::En];

fn plans() -> Vec<Vec<Part>> {
    let says = |n: u32, counter: &str| {
        let call = plan::call(Calling::First, &format!("K-{n}"), counter);
        [Say::Chime, call, Say::key("kiosk.categories.title"), Say::Class("elderly".to_owned())]
    };
    VOICES.iter().map(|lang| plan::plan(*lang, &says(347, "5"))).collect()
}

#[test]
fn packs_are_as_loud_as_each_other() {
    let folder = Folder::new("level");
    make_clips(folder.path(), &plans());
    let packs = Packs::open(&[folder.path().to_owned()]).unwrap();
    let mixed = plans().iter().map(|plan| mix(&packs, plan, &Manner::default())).collect::<Vec<_>>();
    assert!(mixed.iter().all(|mixed| mixed.missing.is_empty()));
    let levels: Vec<f64> = mixed.iter().map(|mixed| lufs(&mixed.samples).unwrap()).collect();
    let (softest, loudest) = levels.iter().fold((0.0_f64, -99.0_f64), |(low, high), l| (low.min(*l), high.max(*l)));
    assert!(loudest - softest <= TOLERANCE_LU, "{levels:?}");
    assert!((loudest - TARGET_LUFS).abs() <= TOLERANCE_LU, "{levels:?}");
    // Each clip alone, so that no word is swallowed and none barks; `check` asks the same of every clip.
    for (lang, plan) in VOICES.iter().zip(plans()) {
        for part in &plan {
            let Part::Clip { tongue, id } = part else { continue };
            let level = lufs(&packs.clip(*tongue, id).unwrap().0).unwrap();
            assert!((level - TARGET_LUFS).abs() <= TOLERANCE_LU, "{lang} {id}: {level}");
        }
    }
}

#[test]
fn the_same_script_makes_the_same_bytes() {
    let (once, again) = (Folder::new("once"), Folder::new("again"));
    let plan = &plans()[..1];
    make_clips(once.path(), plan);
    make_clips(again.path(), plan);
    let mut files = 0;
    for entry in fs::read_dir(once.path().join("uz")).unwrap() {
        let file = entry.unwrap().file_name();
        let [a, b] = [&once, &again].map(|folder| fs::read(folder.path().join("uz").join(&file)).unwrap());
        assert!(a == b, "{} differs", file.display());
        files += 1;
    }
    assert!(files > 8, "{files}");
}

/// A word that a voice does not know it spells, in English or letter by letter; then its phonemes say so.
#[test]
fn no_line_makes_a_voice_change_its_language() {
    let phonemes = |tongue: Tongue, text: &str| -> String {
        let voice = if tongue == Tongue::Kaa { "kk" } else { tongue.name() };
        let mut child = Command::new("espeak-ng")
            .args(["-v", voice, "-q", "--ipa", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("espeak-ng is not installed: tests/run installs it");
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    for tongue in Tongue::ALL {
        let lines = script(tongue);
        let lines = lines.lines().filter(|(id, _)| !is_notes(id)).map(|(_, text)| aloud(tongue, text));
        let text: String = lines.map(|line| format!("{line}.\n\n")).collect();
        let said = phonemes(tongue, &text);
        assert!(said.lines().count() > 300, "{tongue}: {}", said.lines().count());
        let foreign = said.lines().find(|line| line.contains('('));
        assert_eq!(foreign, None, "{tongue}");
    }
    // So that the test can fail: these are the two traps.
    assert!(phonemes(Tongue::Uz, "maʼlumot").contains("(en)"));
    assert!(phonemes(Tongue::Ru, "Talon A").contains("(en)"));
}
