//! Packs as studios and technicians leave them: whole, half done, broken.

use super::*;
use crate::script::script;
use std::env;

/// A folder of its own for each test, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = env::temp_dir().join(format!("navbat-pack-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn pack(&self, set: &str, manifest: &str, clips: &[(&str, i16)]) -> PathBuf {
        let folder = self.0.join(set).join("uz");
        fs::create_dir_all(&folder).unwrap();
        let head = "language = \"uz\"\nsource = \"a test\"\nlicence = \"CC0-1.0\"\n";
        fs::write(folder.join(MANIFEST), format!("{head}{manifest}")).unwrap();
        for (id, value) in clips {
            wav::write(&folder.join(format!("{id}.wav")), &[*value; 4_800]).unwrap();
        }
        self.0.join(set)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn id(name: &str) -> ClipId {
    ClipId::new(name).unwrap()
}

fn first_sample(packs: &Packs, name: &str) -> Option<i16> {
    packs.clip(Tongue::Uz, &id(name)).ok().map(|(samples, _)| samples[0])
}

#[test]
fn a_recording_dropped_in_is_heard_before_the_placeholder() {
    let folder = Folder::new("drop");
    let placeholder =
        folder.pack("made", "", &[("voice.number.1", 10), ("voice.number.2", 20), ("voice.number.2~", 21)]);
    let studio = folder.pack("studio", "", &[("voice.number.2", 99)]);
    let packs = Packs::open(&[studio, placeholder]).unwrap();
    assert_eq!(first_sample(&packs, "voice.number.1"), Some(10));
    assert_eq!(first_sample(&packs, "voice.number.2"), Some(99));
    // One voice within a number matters more than the right take of another voice.
    assert_eq!(first_sample(&packs, "voice.number.2~"), Some(99));
    assert_eq!(first_sample(&packs, "voice.number.3"), None);
}

#[test]
fn a_broken_file_is_named_and_the_next_pack_answers() {
    let folder = Folder::new("broken");
    let placeholder = folder.pack("made", "", &[("voice.number.1", 10)]);
    let studio = folder.pack("studio", "", &[]);
    fs::write(studio.join("uz/voice.number.1.wav"), b"ID3 an mp3").unwrap();
    fs::create_dir(studio.join("uz/voice.number.3.wav")).unwrap();
    let both = Packs::open(&[studio.clone(), placeholder]).unwrap();
    assert_eq!(first_sample(&both, "voice.number.1"), Some(10));
    let complaints = both.check(&script(Tongue::Uz));
    assert!(complaints.iter().any(|c| c.to_string().ends_with("voice.number.1.wav: it is not a whole WAV file")));
    assert!(complaints.iter().any(|c| c.to_string() == "uz: voice.number.3 is missing"));
    assert!(!complaints.iter().any(|c| c.to_string() == "uz: voice.number.1 is missing"));
    let alone = Packs::open(&[studio]).unwrap();
    assert!(matches!(alone.clip(Tongue::Uz, &id("voice.number.1")), Err(Complaint::Broken { .. })));
}

#[test]
fn a_pack_is_brought_to_the_common_loudness() {
    let folder = Folder::new("loud");
    let loud = folder.pack("loud", "lufs = -14.0\n", &[("voice.number.1", 10)]);
    let packs = Packs::open(&[loud]).unwrap();
    assert_eq!(packs.clip(Tongue::Uz, &id("voice.number.1")).unwrap().1, -6.0);
    let complaints = packs.check(&script(Tongue::Uz));
    assert!(complaints.iter().any(|c| matches!(c, Complaint::Loudness { .. })), "-70 LUFS is not -14");
}

#[test]
fn the_same_words_share_a_file() {
    let folder = Folder::new("same");
    let same = "[same]\n\"voice.feminine.1\" = \"voice.number.1\"\n\"voice.number.5\" = \"../../secret\"\n";
    let packs = Packs::open(&[folder.pack("made", same, &[("voice.number.1", 10)])]).unwrap();
    assert_eq!(first_sample(&packs, "voice.feminine.1"), Some(10));
    assert_eq!(first_sample(&packs, "voice.number.5"), None);
    assert_eq!(packs.packs()[0].len(), 2);
}

#[test]
fn manifests_that_are_none_are_refused_by_name() {
    let folder = Folder::new("manifest");
    let why = |text: &str| {
        let set = folder.pack("x", "", &[]);
        fs::write(set.join("uz").join(MANIFEST), text).unwrap();
        Packs::open(&[set]).unwrap_err().to_string()
    };
    assert!(why("language = 3").contains("pack.toml is no manifest"));
    assert!(why("language = \"tr\"\nsource = \"\"\nlicence = \"\"").contains("uz, kaa, ru, en"));
    assert!(why("language = \"uz\"\nsource = \"\"\nlicence = \"\"\nlufs = 3.0").contains("between -60 and 0"));
    assert!(why(&"#".repeat(600_000)).contains("larger than"));
    assert!(Packs::open(&vec![PathBuf::new(); SETS_MAX + 1]).is_err());
    assert!(Packs::open(&[PathBuf::from("/nowhere")]).unwrap().packs().is_empty());
}
