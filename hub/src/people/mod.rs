//! Who may do what: staff with PINs, sessions, and devices with tokens.
//!
//! The queue's journal is kept for years and holds no person; what is here changes, expires and is erased, so it
//! lives in a file of its own, `people.db` (`hub/docs/decisions/002-people-db.md`). Tokens are looked up in memory on
//! every request; the file is touched only when somebody signs in or out, is enrolled, or changes a PIN.
//!
//! Absent on purpose: rights to single services or actions. A role, the right to pick and the counter somebody sits at
//! are all a hall needs.

mod devices;
mod fleet;
mod keys;
mod lockout;
mod notices;
mod pin;
mod sessions;
mod store;
mod token;

pub use devices::{PAIRING_CODE_DIGITS, PairingRefused};
pub use fleet::{KeptReprint, KeptTest, SERVICE_PIN_DIGITS_MIN};
pub use lockout::{LOCK_AFTER, WAIT_AFTER};
pub use notices::{NotPosted, Posted, Posting, Withdrawal};
pub use pin::{Cost, PIN_DIGITS_MAX, PIN_DIGITS_MIN, Weakness};
pub(crate) use sessions::SESSION_MAX;
pub use sessions::{Session, SessionRefused, SignInRefused, SignedIn};
pub use token::Token;

use queue::ids::{ClerkId, DeviceId};
use queue::time::Time;
use rusqlite::Connection;
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};
use token::TokenHash;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// PIN checks at the same time: each takes 46 MiB while it runs.
const CHECKS_MAX: usize = 2;
/// Sign-ins that wait for their check; more are told to come back.
const CHECKS_WAITING_MAX: usize = 32;

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The id in the hall's configuration: what the journal records.
    pub id: ClerkId,
    /// The name to sign in with; never logged.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may call out of order.
    pub picking: Picking,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Serves at a counter or at reception.
    Clerk,
    /// Also runs the hall.
    Manager,
}

/// The right to call a ticket that is not next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picking {
    /// May call out of order; each such call is counted.
    Allowed,
    /// Calls who is next.
    NotAllowed,
}

impl Role {
    /// The role's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::Manager => "manager",
        }
    }
}

/// Who changed something in `people.db`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A member of staff.
    Staff(ClerkId),
    /// Whoever has a shell on the hub: the technician, or the demo.
    Shell,
}

/// Why `people.db` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The file.
    #[error("people.db cannot be read or written")]
    Db(#[from] rusqlite::Error),
    /// A newer program wrote it.
    #[error("people.db has version {0}, newer than this program")]
    Newer(i64),
    /// Nobody has this id.
    #[error("nobody in the configuration has the id {0}")]
    NoSuchMember(ClerkId),
    /// Too easy to guess.
    #[error("the PIN is too easy to guess")]
    Weak(Weakness),
    /// A report cannot be written as text.
    #[error("a report cannot be written as text")]
    Unwritable,
    /// argon2 or the system's randomness failed.
    #[error("the PIN could not be hashed")]
    Hashing,
}

/// Everybody a hall knows. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    staff: Vec<Arc<Member>>,
    cost: Cost,
    db: Mutex<Connection>,
    sessions: RwLock<HashMap<TokenHash, Arc<Session>>>,
    devices: RwLock<HashMap<TokenHash, DeviceId>>,
    journals: RwLock<BTreeMap<(DeviceId, Uuid), u32>>,
    keys: RwLock<keys::Keys>,
    notices: RwLock<Vec<Posted>>,
    pairings: devices::Pairings,
    checks: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl People {
    /// Opens `people.db` in the hall's folder, making it if it is not there.
    pub fn open(dir: &Path, staff: Vec<Member>, cost: Cost) -> Result<People, PeopleError> {
        let db = store::open(&dir.join("people.db"))?;
        let staff: Vec<_> = staff.into_iter().map(Arc::new).collect();
        let sessions = sessions::load(&db, &staff)?;
        let devices = devices::load(&db)?;
        let journals = devices::journals(&db)?;
        let keys = keys::load(&db)?;
        let notices = notices::load(&db, Time(i64::MIN))?;
        Ok(People(Arc::new(Inner {
            staff,
            cost,
            db: Mutex::new(db),
            sessions: RwLock::new(sessions),
            devices: RwLock::new(devices),
            journals: RwLock::new(journals),
            keys: RwLock::new(keys),
            notices: RwLock::new(notices),
            pairings: devices::Pairings::default(),
            checks: Arc::new(Semaphore::new(CHECKS_MAX)),
            waiting: Arc::new(Semaphore::new(CHECKS_MAX + CHECKS_WAITING_MAX)),
        })))
    }

    /// Everybody who may sign in, in the order of the configuration.
    pub fn staff(&self) -> &[Arc<Member>] {
        &self.0.staff
    }

    /// Gives a member of staff a PIN and ends every wait and lock. Weak PINs are refused.
    pub fn set_pin(&self, clerk: &ClerkId, pin: &str, by: &By, now: Time) -> Result<(), PeopleError> {
        pin::strong_enough(pin).map_err(PeopleError::Weak)?;
        self.keep_pin(clerk, pin, by, now)
    }

    /// Whether a member of staff has a PIN.
    pub fn has_pin(&self, clerk: &ClerkId) -> Result<bool, PeopleError> {
        Ok(store::pin(&self.db(), clerk)?.is_some())
    }

    /// Ends a lock: the member may try again with the old PIN.
    pub fn unlock(&self, clerk: &ClerkId, by: &By, now: Time) -> Result<(), PeopleError> {
        self.member(clerk)?;
        let db = self.db();
        store::keep_attempts(&db, clerk, &lockout::Attempts::default())?;
        store::audit(&db, &store::Change { at: now, by, what: "unlock", whom: clerk.as_str() })
    }

    /// Writes down how long sessions have been idle and forgets what is over. For the housekeeping reconciler.
    pub fn sweep(&self, now: Time) -> Result<(), PeopleError> {
        sessions::sweep(self, now)
    }

    fn keep_pin(&self, clerk: &ClerkId, pin: &str, by: &By, now: Time) -> Result<(), PeopleError> {
        self.member(clerk)?;
        let hash = pin::hash(pin, self.0.cost).ok_or(PeopleError::Hashing)?;
        let db = self.db();
        store::keep_pin(&db, clerk, &hash, now)?;
        store::audit(&db, &store::Change { at: now, by, what: "set-pin", whom: clerk.as_str() })
    }

    fn member(&self, clerk: &ClerkId) -> Result<&Arc<Member>, PeopleError> {
        self.0.staff.iter().find(|m| m.id == *clerk).ok_or_else(|| PeopleError::NoSuchMember(clerk.clone()))
    }

    /// A panic while the lock was held leaves the connection usable: SQLite rolled its statement back.
    fn db(&self) -> MutexGuard<'_, Connection> {
        self.0.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
