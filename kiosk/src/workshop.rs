//! What takes time while somebody waits: comparing a PIN, looking for a loudspeaker, trying the disk. One thread, one
//! task at a time; visitors' taps never wait for it. Files of a visitor's stick are read here too.
//!
//! The PIN's hash comes from the hub and its price is read from it, so it is bounded before it is paid. Deliberately
//! absent: how many PINs were wrong; the driver counts, on the disk.

use crate::{
    checkup::{Disk, SOUND, Sound, find_sound, try_disk},
    documents,
    session::{Digits, Document, Offered},
};
use argon2::{
    Argon2, Params,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use forms::{Media, Param};
use std::{path::PathBuf, sync::mpsc::Receiver};

/// Tasks that may wait: whoever stands there has two hands.
pub const TASKS_MAX: usize = 4;
/// The memory a check may take, in KiB. A kiosk has little.
pub const HASH_KIB_MAX: u32 = 64 * 1024;
/// The rounds a check may take.
pub const HASH_ROUNDS_MAX: u32 = 16;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Compare digits with a hash.
    Pin {
        /// What was typed.
        digits: Digits,
        /// The hash, as a PHC string.
        hash: Hash,
    },
    /// Look for something to speak with.
    Sound,
    /// List what a camera or a stick offers.
    Documents,
    /// Read one of those files.
    Document {
        /// Its name.
        name: String,
        /// What it may be.
        accept: Vec<Media>,
        /// How large.
        bytes_max: u64,
    },
    /// Try the disk; the number makes what is written another each time.
    Disk(u64),
}

/// The hash of the technician's PIN: eight digits can be tried out, so it reaches no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(pub String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a hash")
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Of [`Task::Pin`].
    Pin(Pin),
    /// Of [`Task::Sound`].
    Sound(Sound),
    /// Of [`Task::Disk`].
    Disk(Disk),
    /// Of [`Task::Documents`].
    Documents(Offered),
    /// Of [`Task::Document`].
    Document(Result<Document, (forms::Code, Vec<Param>)>),
}

/// Whether a PIN is the technician's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// It is.
    Right,
    /// It is not.
    Wrong,
}

/// Where it works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Where the journal is.
    pub data: PathBuf,
    /// What a camera or a stick offers; nothing if the kiosk has neither.
    pub documents: Option<PathBuf>,
}

/// The thread: runs until nobody gives tasks any more.
pub fn run(folders: &Folders, tasks: &Receiver<Task>, mut say: impl FnMut(Done)) {
    let devices = PathBuf::from(SOUND);
    while let Ok(task) = tasks.recv() {
        say(match task {
            Task::Pin { digits, hash } => Done::Pin(compare(&digits, &hash)),
            Task::Documents => Done::Documents(documents::list(folders.documents.as_deref())),
            Task::Document { name, accept, bytes_max } => Done::Document(match &folders.documents {
                Some(folder) => documents::take(folder, &name, (&accept, bytes_max)),
                None => Err((forms::Code::FileEmpty, Vec::new())),
            }),
            Task::Sound => Done::Sound(find_sound(&devices)),
            Task::Disk(seed) => Done::Disk(try_disk(&folders.data, seed)),
        });
    }
}

fn compare(digits: &Digits, hash: &Hash) -> Pin {
    let Ok(hash) = PasswordHash::new(&hash.0) else {
        tracing::error!("the hub's hash of the technician's PIN cannot be read");
        return Pin::Wrong;
    };
    let affordable = Params::try_from(&hash)
        .is_ok_and(|params| params.m_cost() <= HASH_KIB_MAX && params.t_cost() <= HASH_ROUNDS_MAX);
    if !affordable {
        tracing::error!("the hub's hash of the technician's PIN is more than a kiosk can work out");
        return Pin::Wrong;
    }
    match Argon2::default().verify_password(digits.expose().as_bytes(), &hash) {
        Ok(()) => Pin::Right,
        Err(_) => Pin::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Algorithm, Version, password_hash::PasswordHasher};

    fn hash(pin: &str, (kib, rounds): (u32, u32)) -> Hash {
        let params = Params::new(kib, rounds, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Hash(argon2.hash_password(pin.as_bytes()).unwrap().to_string())
    }

    fn digits(pin: &str) -> Digits {
        let mut digits = Digits::default();
        digits.press(pin);
        digits
    }

    #[test]
    fn only_the_right_digits_open() {
        let hash = hash("70361842", (64, 1));
        assert_eq!(compare(&digits("70361842"), &hash), Pin::Right);
        for wrong in ["70361843", "7036184", ""] {
            assert_eq!(compare(&digits(wrong), &hash), Pin::Wrong, "{wrong}");
        }
        assert_eq!(compare(&digits("70361842"), &Hash("none".to_owned())), Pin::Wrong);
        assert_eq!(format!("{hash:?}"), "a hash");
    }

    #[test]
    fn a_price_no_kiosk_can_pay_is_not_paid() {
        assert_eq!(compare(&digits("70361842"), &hash("70361842", (64, HASH_ROUNDS_MAX + 1))), Pin::Wrong);
    }

    #[test]
    fn each_task_has_its_answer() {
        let dir = std::env::temp_dir().join(format!("kiosk-workshop-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (tasks, asked) = std::sync::mpsc::sync_channel(TASKS_MAX);
        tasks.send(Task::Sound).unwrap();
        tasks.send(Task::Disk(7)).unwrap();
        drop(tasks);
        let mut done = vec![];
        let folders = Folders { data: dir.clone(), documents: None };
        run(&folders, &asked, |one| done.push(one));
        assert!(matches!(done[..], [Done::Sound(_), Done::Disk(Disk::Good { .. } | Disk::Full { .. })]), "{done:?}");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
