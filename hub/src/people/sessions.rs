//! Signing in, and the sessions it begins: half an hour idle, twelve hours at most.
//!
//! A request touches a session in memory only; the sweep writes that down once a minute, so a restart of the hub does
//! not send every clerk back to the sign-in page.

use super::{
    By, CHECKS_MAX, Member, People, PeopleError, Role, Token,
    lockout::{Attempts, Gate},
    pin, store,
    token::TokenHash,
};
use queue::time::{Span, Time};
use rusqlite::{Connection, params};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

/// A session without requests ends after this.
pub(crate) const SESSION_IDLE: Span = Span::minutes(30);
/// A session ends after this, however busy.
pub(crate) const SESSION_MAX: Span = Span::minutes(12 * 60);
/// What is over is remembered this long, so that the person is told "expired" and not "unknown".
const SESSION_REMEMBERED: Span = Span::minutes(24 * 60);
/// Sessions of one hall; beyond, the one idle longest goes.
const SESSIONS_MAX: usize = 512;

const _: () = assert!(SESSION_IDLE.0 < SESSION_MAX.0 && SESSION_MAX.0 < SESSION_REMEMBERED.0);
const _: () = assert!(CHECKS_MAX < SESSIONS_MAX);

/// A signed-in member of staff.
#[derive(Debug)]
pub struct Session {
    /// Who.
    pub member: Arc<Member>,
    created: AtomicI64,
    seen: AtomicI64,
}

/// A new session.
#[derive(Debug)]
pub struct SignedIn {
    /// Shown once.
    pub token: Token,
    /// Who it is.
    pub member: Arc<Member>,
}

/// Why somebody is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefused {
    /// Name or PIN is wrong; which one is not said.
    Wrong,
    /// Too many wrong PINs: wait.
    Wait(Span),
    /// Far too many: a manager has to help.
    Locked,
    /// Too many are signing in at once.
    Busy,
    /// `people.db` failed; logged where it happened.
    Broken,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRefused {
    /// No such token.
    Unknown,
    /// It was one.
    Expired,
}

impl Session {
    /// What this member may do.
    pub fn role(&self) -> Role {
        self.member.role
    }

    /// A clock set back does not end a session, and does not make it longer: it counts from the clock's new time.
    fn keep_alive(&self, now: Time) -> Result<(), SessionRefused> {
        if self.is_over(now) {
            return Err(SessionRefused::Expired);
        }
        self.created.fetch_min(now.0, Ordering::Relaxed);
        self.seen.store(now.0, Ordering::Relaxed);
        Ok(())
    }

    fn is_over(&self, now: Time) -> bool {
        let [created, seen] = [&self.created, &self.seen].map(|at| Time(at.load(Ordering::Relaxed)));
        now.since(created) >= SESSION_MAX || now.since(seen) >= SESSION_IDLE
    }
}

impl People {
    /// Checks name and PIN and begins a session. At most two checks run at once; a bounded number waits.
    pub async fn sign_in(&self, name: &str, pin: &str, now: Time) -> Result<SignedIn, SignInRefused> {
        let place = Arc::clone(&self.0.waiting).try_acquire_owned().map_err(|_| SignInRefused::Busy)?;
        let turn = Arc::clone(&self.0.checks).acquire_owned().await.map_err(|_| SignInRefused::Busy)?;
        let (people, name, pin) = (self.clone(), name.trim().to_lowercase(), pin.to_owned());
        let check = tokio::task::spawn_blocking(move || {
            let signed_in = people.check(&name, &pin, now);
            drop((turn, place));
            signed_in
        });
        check.await.unwrap_or(Err(SignInRefused::Broken))
    }

    /// The session of a token, kept alive by this call.
    pub fn session(&self, token: &str, now: Time) -> Result<Arc<Session>, SessionRefused> {
        let hash = TokenHash::of(token).ok_or(SessionRefused::Unknown)?;
        let sessions = self.0.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get(&hash).ok_or(SessionRefused::Unknown)?;
        session.keep_alive(now)?;
        Ok(Arc::clone(session))
    }

    /// Whether a token still opens something; asking does not keep it alive.
    pub fn is_open(&self, token: &str, now: Time) -> bool {
        let Some(hash) = TokenHash::of(token) else { return false };
        let sessions = self.0.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(&hash).is_some_and(|session| !session.is_over(now))
    }

    /// Ends a session. Ending none is fine.
    pub fn sign_out(&self, token: &str) -> Result<(), PeopleError> {
        let Some(hash) = TokenHash::of(token) else { return Ok(()) };
        self.0.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        self.db().execute("delete from session where token_hash = ?1", [hash.0])?;
        Ok(())
    }

    fn check(&self, name: &str, pin: &str, now: Time) -> Result<SignedIn, SignInRefused> {
        let broken = |error: PeopleError| {
            tracing::error!(error = &error as &dyn std::error::Error, "signing in failed at people.db");
            SignInRefused::Broken
        };
        let Some(member) = self.0.staff.iter().find(|m| m.name.to_lowercase() == name) else {
            pin::pretend(pin, self.0.cost);
            return Err(SignInRefused::Wrong);
        };
        let attempts = store::attempts(&self.db(), &member.id).map_err(broken)?;
        match attempts.gate(now) {
            Gate::Open => {}
            Gate::Wait(left) => return Err(SignInRefused::Wait(left)),
            Gate::Locked => return Err(SignInRefused::Locked),
        }
        let kept = store::pin(&self.db(), &member.id).map_err(broken)?;
        let right = match kept {
            Some(phc) => pin::is_right(pin, &phc),
            None => {
                pin::pretend(pin, self.0.cost);
                false
            }
        };
        if !right {
            self.count_wrong(member, now).map_err(broken)?;
            return Err(SignInRefused::Wrong);
        }
        store::keep_attempts(&self.db(), &member.id, &Attempts::default()).map_err(broken)?;
        self.begin(member, now).map_err(broken)
    }

    /// Reads the count again: another check of the same name may have finished meanwhile.
    fn count_wrong(&self, member: &Member, now: Time) -> Result<(), PeopleError> {
        let db = self.db();
        let attempts = store::attempts(&db, &member.id)?.wrong_again(now);
        store::keep_attempts(&db, &member.id, &attempts)?;
        if attempts.gate(now) == Gate::Locked {
            tracing::warn!(clerk = %member.id, "clerk {} is locked after wrong PINs", member.id);
            store::audit(&db, &store::Change { at: now, by: &By::Shell, what: "locked", whom: member.id.as_str() })?;
        }
        Ok(())
    }

    fn begin(&self, member: &Arc<Member>, now: Time) -> Result<SignedIn, PeopleError> {
        let token = Token::random().ok_or(PeopleError::Hashing)?;
        let hash = TokenHash::of(token.as_str()).ok_or(PeopleError::Hashing)?;
        let sql = "insert into session (token_hash, clerk, created_at, seen_at) values (?1, ?2, ?3, ?3)";
        self.db().execute(sql, params![hash.0, member.id.as_str(), now.0])?;
        let session =
            Session { member: Arc::clone(member), created: AtomicI64::new(now.0), seen: AtomicI64::new(now.0) };
        let mut sessions = self.0.sessions.write().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS_MAX {
            let idle_longest =
                sessions.iter().min_by_key(|(_, s)| s.seen.load(Ordering::Relaxed)).map(|(hash, _)| *hash);
            idle_longest.map(|hash| sessions.remove(&hash));
        }
        sessions.insert(hash, Arc::new(session));
        Ok(SignedIn { token, member: Arc::clone(member) })
    }
}

/// The sessions of the last run; those of people no longer in the configuration are left behind.
pub(super) fn load(db: &Connection, staff: &[Arc<Member>]) -> Result<HashMap<TokenHash, Arc<Session>>, PeopleError> {
    let mut rows = db.prepare("select token_hash, clerk, created_at, seen_at from session")?;
    let rows = rows.query_map([], |row| {
        Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
    })?;
    let mut sessions = HashMap::new();
    for row in rows {
        let (hash, clerk, created, seen) = row?;
        if let Some(member) = staff.iter().find(|m| m.id.as_str() == clerk) {
            let session =
                Session { member: Arc::clone(member), created: AtomicI64::new(created), seen: AtomicI64::new(seen) };
            sessions.insert(TokenHash(hash), Arc::new(session));
        }
    }
    Ok(sessions)
}

/// Writes down when sessions were last used, and forgets those long over.
pub(super) fn sweep(people: &People, now: Time) -> Result<(), PeopleError> {
    let forgotten = now.minus(SESSION_REMEMBERED);
    let mut db = people.db();
    let tx = db.transaction()?;
    {
        let mut sessions = people.0.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.seen.load(Ordering::Relaxed) > forgotten.0);
        let mut touch = tx.prepare("update session set seen_at = ?2 where token_hash = ?1 and seen_at <> ?2")?;
        for (hash, session) in sessions.iter() {
            touch.execute(params![hash.0, session.seen.load(Ordering::Relaxed)])?;
        }
    }
    tx.execute("delete from session where seen_at <= ?1", [forgotten.0])?;
    Ok(tx.commit()?)
}
