//! Folders and packs that the tests make for themselves.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use voice::{Part, Tongue, make, script};

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
