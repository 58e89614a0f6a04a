//! The fence: a hub that was overtaken says so and does nothing more.
//!
//! A kiosk or display tells every hub what it has seen (`wire::seen`). If that cannot be this hub's own past, another
//! hub is, or was, the hall's: this one refuses every command, ends its streams, and tells staff on every page. It
//! stays fenced over restarts, until somebody begins a higher epoch on it (`hub epoch`) or takes it away. Only devices
//! with a token are believed. Deliberately absent: any way to lower the fence by itself, because of two hubs of one epoch
//! only a person knows which is the right one.

use jiff::Timestamp;
use queue::time::Time;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::watch;
use wire::seen::Overtaken;

/// Beside the journal.
const FILE_NAME: &str = "fence.json";

/// Why a hub is fenced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What is wrong.
    pub why: Overtaken,
    /// The epoch that was seen: only a higher one lowers the fence.
    pub seen: u32,
    /// The device that told.
    pub by: String,
    /// When, for people.
    pub at: String,
}

/// A hub's fence. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Fence(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    epoch: u32,
    raised: watch::Sender<Option<Raised>>,
}

impl Raised {
    /// A fence raised now.
    pub fn now(why: Overtaken, seen: u32, (by, at): (&str, Time)) -> Raised {
        let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        Raised { why, seen, by: by.to_owned(), at: at.to_string() }
    }
}

impl Fence {
    /// The fence of a hub of this epoch, as it stood when the hub stopped.
    pub fn open(dir: &Path, epoch: u32) -> io::Result<Fence> {
        let raised = raised_in(dir)?.filter(|raised| raised.seen >= epoch);
        if let Some(raised) = &raised {
            told(raised, epoch);
        }
        let file = dir.join(FILE_NAME);
        Ok(Fence(Arc::new(Inner { file, epoch, raised: watch::Sender::new(raised) })))
    }

    /// The hub's own epoch.
    pub fn epoch(&self) -> u32 {
        self.0.epoch
    }

    /// Why the hub is fenced, if it is.
    pub fn raised(&self) -> Option<Raised> {
        self.0.raised.borrow().clone()
    }

    /// Whether the hub may act.
    pub fn is_down(&self) -> bool {
        self.0.raised.borrow().is_none()
    }

    /// Raises it, on disk too. What is known already changes nothing.
    pub fn raise(&self, raised: &Raised) {
        let news = self.0.raised.send_if_modified(|stands| {
            let news = stands.as_ref().is_none_or(|stands| stands.seen < raised.seen);
            if news {
                *stands = Some(raised.clone());
            }
            news
        });
        if !news {
            return;
        }
        told(raised, self.0.epoch);
        if let Err(error) = keep(&self.0.file, raised) {
            tracing::error!(%error, "the fence cannot be kept: after a restart the hub has to be told again");
        }
    }
}

/// The fence of a hall's folder.
pub fn raised_in(dir: &Path) -> io::Result<Option<Raised>> {
    match fs::read(dir.join(FILE_NAME)) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn told(raised: &Raised, epoch: u32) {
    let Raised { why, seen, by, at } = raised;
    tracing::error!(
        epoch,
        seen,
        by,
        at,
        "fenced: {why}: {by} has seen epoch {seen}, this hub has {epoch}; it does nothing more"
    );
}

/// A folder that keeps a hall keeps these few bytes whole, or as they were.
fn keep(file: &Path, raised: &Raised) -> io::Result<()> {
    let part = file.with_extension("json.part");
    let mut out = File::create(&part)?;
    out.write_all(&serde_json::to_vec(raised)?)?;
    out.sync_all()?;
    fs::rename(&part, file)?;
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dir(PathBuf);

    impl Dir {
        fn new(name: &str) -> Dir {
            let dir = std::env::temp_dir().join(format!("navbat-fence-{}-{name}", std::process::id()));
            fs::create_dir_all(&dir).unwrap();
            Dir(dir)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn seen(epoch: u32) -> Raised {
        Raised::now(Overtaken::ByHigherEpoch, epoch, ("kiosk-1", Time(0)))
    }

    #[test]
    fn it_stands_until_a_higher_epoch_begins() {
        let dir = Dir::new("stands");
        let fence = Fence::open(&dir.0, 1).unwrap();
        assert!(fence.is_down());
        fence.raise(&seen(3));
        assert_eq!(fence.raised(), Some(seen(3)));
        for epoch in [1, 2, 3] {
            assert!(!Fence::open(&dir.0, epoch).unwrap().is_down(), "{epoch}");
        }
        assert!(Fence::open(&dir.0, 4).unwrap().is_down());
    }

    #[test]
    fn the_highest_epoch_that_was_seen_counts() {
        let dir = Dir::new("highest");
        let fence = Fence::open(&dir.0, 1).unwrap();
        fence.raise(&seen(3));
        fence.raise(&seen(2));
        fence.raise(&seen(5));
        assert_eq!(raised_in(&dir.0).unwrap(), Some(seen(5)));
    }
}
