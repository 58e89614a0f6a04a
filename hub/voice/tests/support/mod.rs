//! Folders, packs and a loudspeaker that the tests make for themselves.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use voice::{
    Part, Tongue, clip, make,
    mix::GAP_MS,
    script,
    wav::{self, RATE},
};

/// A folder of its own, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("navbat-voice-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes just the clips of some plans.
pub(crate) fn make_clips(folder: &Path, plans: &[Vec<Part>]) {
    assert!(make::is_there(), "espeak-ng is not installed: tests/run installs it");
    for tongue in Tongue::ALL {
        let mut only = BTreeSet::new();
        for part in plans.iter().flatten() {
            match part {
                Part::Clip { tongue: of, id } if *of == tongue => drop(only.insert(id.clone())),
                Part::Clip { .. } | Part::Pause { .. } => {}
            }
        }
        if !only.is_empty() {
            make::make(folder, &script::script(tongue), Some(&only)).unwrap();
        }
    }
}

/// A card whose wire ends in a file: every process that plays adds to it. ALSA's configuration, and the file.
pub(crate) fn card(folder: &Path) -> (PathBuf, PathBuf) {
    let (config, heard) = (folder.join("asound.conf"), folder.join("heard.raw"));
    let wire = format!("| cat >> {}", heard.display());
    let text = format!("pcm.hall {{ type file slave.pcm {{ type null }} file \"{wire}\" format \"raw\" }}\n");
    fs::write(&config, text).unwrap();
    (config, heard)
}

pub(crate) fn samples(file: &Path) -> Vec<i16> {
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

/// Every clip of every call was heard, in order, with its gap, and nothing in between.
pub(crate) fn assert_one_after_another(heard: &[i16], packs: &Path, calls: &[Vec<Part>]) {
    let mut end_of_last: Option<usize> = None;
    for parts in calls {
        let mut breath = None;
        for part in parts {
            let (tongue, id) = match part {
                Part::Pause { ms } => {
                    breath = Some(u32::from(*ms));
                    continue;
                }
                Part::Clip { tongue, id } => (tongue.name(), id),
            };
            let file = [id.clone(), id.falling()].map(|id| packs.join(format!("{tongue}/{id}.wav")));
            let clip = wav::read(file.iter().find(|file| file.exists()).unwrap()).unwrap();
            let place = place(heard, &clip, end_of_last.unwrap_or(0));
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
    }
}
