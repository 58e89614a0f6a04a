//! Makes placeholder packs with espeak-ng, so that every language speaks before anybody has been to a studio.
//!
//! espeak-ng is a program under the GPL and runs as a process; only its recordings are kept. The same script gives the
//! same bytes. Deliberately absent: speech made while somebody waits for it.

mod aloud;
mod espeak;
mod finish;
mod resample;

use crate::{
    ClipId, Tongue,
    loudness::TARGET_LUFS,
    pack::{MANIFEST, Manifest},
    script::{ATTENTION, CHIME, Script, is_notes},
    wav::{self, WavError},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

pub use aloud::aloud;
pub use espeak::is_there;

/// Programs that speak at the same time: the machine has other work.
const AT_ONCE: usize = 2;

/// Why a pack was not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// espeak-ng is not there or failed.
    #[error("espeak-ng cannot say {id}: {why}")]
    Espeak {
        /// The clip.
        id: ClipId,
        /// Why.
        why: String,
    },
    /// What it said is no sound.
    #[error("what espeak-ng said for {id} is no sound: {why}")]
    Sound {
        /// The clip.
        id: ClipId,
        /// Why.
        why: WavError,
    },
    /// It said nothing.
    #[error("espeak-ng is silent at {id}")]
    Silent {
        /// The clip.
        id: ClipId,
    },
    /// A folder or file that cannot be written.
    #[error("{path} cannot be written: {why}")]
    Disk {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Clips by name.
    pub clips: usize,
    /// Files: the same words share one.
    pub files: usize,
    /// Samples in all files.
    pub samples: usize,
}

/// Makes the pack of a script in `folder/<voice>`; with `only`, just these clips.
pub fn make(folder: &Path, script: &Script, only: Option<&BTreeSet<ClipId>>) -> Result<Made, MakeError> {
    let folder = folder.join(script.tongue.name());
    fs::create_dir_all(&folder).map_err(|why| MakeError::Disk { path: folder.clone(), why })?;
    let wanted = script.lines().filter(|(id, _)| only.is_none_or(|only| only.contains(id)));
    let mut files: BTreeMap<String, &ClipId> = BTreeMap::new();
    let mut same: BTreeMap<String, String> = BTreeMap::new();
    let mut clips = 0;
    for (id, text) in wanted {
        clips += 1;
        let utterance = if is_notes(id) { id.to_string() } else { utterance(script.tongue, id, text) };
        let first = *files.entry(utterance).or_insert(id);
        if first != id {
            same.insert(id.to_string(), first.to_string());
        }
    }
    let jobs: Vec<(&str, &ClipId)> = files.iter().map(|(utterance, id)| (utterance.as_str(), *id)).collect();
    let samples = record_all(&folder, script.tongue, &jobs)?;
    write_manifest(&folder, script.tongue, same)?;
    Ok(Made { clips, files: jobs.len(), samples })
}

/// What espeak-ng is given: the words as it reads them right, and a comma where the voice stays up.
fn utterance(tongue: Tongue, id: &ClipId, text: &str) -> String {
    let words = aloud(tongue, text);
    if id.is_rising() { format!("{words},") } else { words }
}

fn record_all(folder: &Path, tongue: Tongue, jobs: &[(&str, &ClipId)]) -> Result<usize, MakeError> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<usize, MakeError> {
        let mut samples = 0;
        while let Some((utterance, id)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let clip = record(tongue, utterance, id)?;
            let path = folder.join(format!("{id}.wav"));
            wav::write(&path, &clip).map_err(|why| MakeError::Disk { path, why })?;
            samples += clip.len();
        }
        Ok(samples)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(|worker| worker.join().expect("recording does not panic"));
        done.sum()
    })
}

fn record(tongue: Tongue, utterance: &str, id: &ClipId) -> Result<Vec<i16>, MakeError> {
    let notes = match id.as_str() {
        CHIME => Some(crate::chime::chime()),
        ATTENTION => Some(crate::chime::attention()),
        _ => None,
    };
    if let Some(notes) = notes {
        return Ok(finish::finished(&notes).unwrap_or_default());
    }
    let bytes = espeak::say(tongue, utterance).map_err(|why| MakeError::Espeak { id: id.clone(), why })?;
    let pcm = wav::decode(&bytes).map_err(|why| MakeError::Sound { id: id.clone(), why })?;
    finish::finished(&resample::resampled(&pcm)).ok_or_else(|| MakeError::Silent { id: id.clone() })
}

fn write_manifest(folder: &Path, tongue: Tongue, same: BTreeMap<String, String>) -> Result<(), MakeError> {
    let manifest = Manifest {
        language: tongue.name().to_owned(),
        source: "espeak-ng: a placeholder until a native speaker has recorded".to_owned(),
        licence: "GPL-3.0-only".to_owned(),
        lufs: TARGET_LUFS,
        same,
    };
    let text = toml::to_string(&manifest).expect("a manifest is plain tables and text");
    let path = folder.join(MANIFEST);
    fs::write(&path, text).map_err(|why| MakeError::Disk { path, why })
}
