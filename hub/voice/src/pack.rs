//! Recordings on disk: a folder per voice, found clip by clip, a studio's before the placeholder's.
//!
//! A pack is a folder with `pack.toml` and WAV files named after their clips, so one recording dropped in is one clip
//! more. Nothing is held in memory but names: a set of packs is larger than a kiosk's memory. What is missing or broken is a
//! complaint with a name, and the next pack answers for it. Deliberately absent: archives, downloads.

use crate::{
    ClipId, Tongue,
    loudness::{self, TARGET_LUFS, TOLERANCE_LU},
    script::Script,
    wav::{self, WavError},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Files in a pack.
pub const FILES_MAX: usize = 4_096;
/// Bytes of a manifest.
pub const MANIFEST_BYTES_MAX: u64 = 512 * 1_024;
/// Sets of packs, one before the other.
pub const SETS_MAX: usize = 8;
/// A manifest's name.
pub const MANIFEST: &str = "pack.toml";

/// A pack's manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The voice: uz, kaa, ru, en.
    pub language: String,
    /// Who speaks, or what made it.
    pub source: String,
    /// Under which licence.
    pub licence: String,
    /// The pack's loudness, from which it is brought to the common one.
    #[serde(default = "usual_loudness")]
    pub lufs: f64,
    /// Clips that have another's file: the same words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub same: BTreeMap<String, String>,
}

/// Why a pack cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A folder or manifest that cannot be read.
    #[error("{path} cannot be read: {why}")]
    Disk {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A manifest that is none.
    #[error("{path} is no manifest: {why}")]
    Manifest {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// More files than a pack has.
    #[error("{path} has more than {FILES_MAX} files")]
    Crowded {
        /// Which.
        path: PathBuf,
    },
    /// Too many sets.
    #[error("at most {SETS_MAX} sets of packs")]
    Sets,
}

/// What is wrong with one clip.
#[derive(Debug, thiserror::Error)]
pub enum Complaint {
    /// No pack has it.
    #[error("{tongue}: {id} is missing")]
    Missing {
        /// The voice.
        tongue: Tongue,
        /// The clip.
        id: ClipId,
    },
    /// Its file is no clip.
    #[error("{path}: {why}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: WavError,
    },
    /// Louder or softer than the rest.
    #[error("{path}: {lufs:.1} LUFS, its pack says {wanted:.1}")]
    Loudness {
        /// The file.
        path: PathBuf,
        /// As measured.
        lufs: f64,
        /// As the manifest says.
        wanted: f64,
    },
}

/// One voice's recordings from one source.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The voice.
    pub tongue: Tongue,
    /// What it says about itself.
    pub manifest: Manifest,
    files: BTreeMap<ClipId, PathBuf>,
}

/// All voices, from all sets, the first set before the second.
#[derive(Debug, Clone, Default)]
pub struct Packs {
    sets: Vec<Pack>,
}

impl Pack {
    /// Opens a folder.
    pub fn open(folder: &Path) -> Result<Pack, PackError> {
        let path = folder.join(MANIFEST);
        let wrong = |why: String| PackError::Manifest { path: path.clone(), why };
        let disk = |why| PackError::Disk { path: path.clone(), why };
        if fs::metadata(&path).map_err(disk)?.len() > MANIFEST_BYTES_MAX {
            return Err(wrong(format!("larger than {MANIFEST_BYTES_MAX} bytes")));
        }
        let text = fs::read_to_string(&path).map_err(disk)?;
        let manifest: Manifest = toml::from_str(&text).map_err(|why| wrong(why.to_string()))?;
        let tongue = manifest.language.parse().map_err(|why: crate::tongue::NotATongue| wrong(why.to_string()))?;
        if !(-60.0..0.0).contains(&manifest.lufs) {
            return Err(wrong("a loudness lies between -60 and 0 LUFS".to_owned()));
        }
        let mut files = recordings(folder)?;
        for (id, same) in manifest.same.iter().take(FILES_MAX) {
            if let (Some(id), Some(file)) = (ClipId::new(id), ClipId::new(same).and_then(|id| files.get(&id).cloned()))
            {
                files.entry(id).or_insert(file);
            }
        }
        Ok(Pack { tongue, manifest, files })
    }

    /// How many clips it has.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file of a clip, or of its other take.
    fn file(&self, id: &ClipId) -> Option<&PathBuf> {
        let files = &self.files;
        files.get(id).or_else(|| files.get(&id.falling())).or_else(|| files.get(&id.rising()))
    }

    /// Complaints about the files that are there.
    fn check(&self) -> Vec<Complaint> {
        let mut found = vec![];
        for path in self.files.values() {
            match wav::read(path) {
                Err(why) => found.push(Complaint::Broken { path: path.clone(), why }),
                Ok(samples) => {
                    let (wanted, lufs) = (self.manifest.lufs, loudness::lufs(&samples).unwrap_or(f64::NEG_INFINITY));
                    if (lufs - wanted).abs() > TOLERANCE_LU {
                        found.push(Complaint::Loudness { path: path.clone(), lufs, wanted });
                    }
                }
            }
        }
        found
    }
}

impl Packs {
    /// Opens sets: folders with a pack per voice, `uz`, `kaa`, `ru`, `en`, as far as they are there.
    pub fn open(sets: &[PathBuf]) -> Result<Packs, PackError> {
        if sets.len() > SETS_MAX {
            return Err(PackError::Sets);
        }
        let folders = sets.iter().flat_map(|set| Tongue::ALL.map(|tongue| set.join(tongue.name())));
        let there = folders.filter(|folder| folder.join(MANIFEST).exists());
        Ok(Packs { sets: there.map(|folder| Pack::open(&folder)).collect::<Result<_, _>>()? })
    }

    /// The packs, the first set's first.
    pub fn packs(&self) -> &[Pack] {
        &self.sets
    }

    /// A clip's samples and the decibels that bring its pack to the common loudness. A file that is broken is as good as
    /// missing: the next set answers.
    pub fn clip(&self, tongue: Tongue, id: &ClipId) -> Result<(Vec<i16>, f64), Complaint> {
        let mut broken = None;
        for pack in self.sets.iter().filter(|pack| pack.tongue == tongue) {
            let Some(path) = pack.file(id) else { continue };
            match wav::read(path) {
                Ok(samples) => return Ok((samples, TARGET_LUFS - pack.manifest.lufs)),
                Err(why) => broken = broken.or(Some(Complaint::Broken { path: path.clone(), why })),
            }
        }
        Err(broken.unwrap_or_else(|| Complaint::Missing { tongue, id: id.clone() }))
    }

    /// Everything that is wrong, for a technician: every file, and what a script wants and no pack has.
    pub fn check(&self, script: &Script) -> Vec<Complaint> {
        let tongue = script.tongue;
        let own: Vec<&Pack> = self.sets.iter().filter(|pack| pack.tongue == tongue).collect();
        let missing = script.lines().filter(|(id, _)| own.iter().all(|pack| pack.file(id).is_none()));
        let missing = missing.map(|(id, _)| Complaint::Missing { tongue, id: id.clone() });
        own.iter().flat_map(|pack| pack.check()).chain(missing).collect()
    }
}

fn recordings(folder: &Path) -> Result<BTreeMap<ClipId, PathBuf>, PackError> {
    let disk = |why| PackError::Disk { path: folder.to_path_buf(), why };
    let mut files = BTreeMap::new();
    for (nth, entry) in fs::read_dir(folder).map_err(disk)?.enumerate() {
        if nth > FILES_MAX {
            return Err(PackError::Crowded { path: folder.to_path_buf() });
        }
        let path = entry.map_err(disk)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".wav"));
        // Only a plain file: to open a pipe would wait for ever.
        let plain = fs::metadata(&path).is_ok_and(|found| found.is_file());
        if let Some(id) = name.filter(|_| plain).and_then(ClipId::new) {
            files.insert(id, path);
        }
    }
    Ok(files)
}

fn usual_loudness() -> f64 {
    TARGET_LUFS
}

#[cfg(test)]
mod tests;
