//! The officials of an office: registrar, head, executor, auditor; signed in by a PIN, known afterwards by a session.
//!
//! A session is a random token whose hash is in the database, so every instance knows it and a stolen backup opens
//! nothing. Wrong PINs lock the person for a while, on every instance. Absent on purpose: roles that mix.

use crate::{
    audit,
    halls::{self, new_token},
    office::Offices,
    store::StoreError,
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

/// What OWASP names first for argon2id: 46 MiB, one round.
const MEMORY_KIB: u32 = 46 * 1024;
/// Wrong PINs in a row that lock.
const WRONG_TRIES_MAX: i32 = 5;
/// How long.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);
/// A session nobody uses ends.
const IDLE_MAX: SignedDuration = SignedDuration::from_mins(30);
/// And every session ends with the working day.
const SESSION_MAX: SignedDuration = SignedDuration::from_hours(12);
/// PINs of an office: longer than in a hall, where a clerk types one ten times a day.
const PIN_CHARS: std::ops::RangeInclusive<usize> = 6..=64;

/// What somebody does at the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps the journals.
    Registrar,
    /// Writes resolutions, extends, decides.
    Head,
    /// Answers.
    Executor,
    /// Sees everything and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Role::Registrar, Role::Head, Role::Executor, Role::Auditor];

    /// As the database writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Registrar => "registrar",
            Role::Head => "head",
            Role::Executor => "executor",
            Role::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// The office.
    pub office: String,
    /// Who.
    pub id: String,
    /// As colleagues know them.
    pub name: String,
    /// What they do.
    pub role: Role,
}

/// Somebody new.
#[derive(Debug, Clone)]
pub struct Newcomer<'a> {
    /// The office.
    pub office: &'a str,
    /// The name to sign in with.
    pub id: &'a str,
    /// As colleagues know them.
    pub name: &'a str,
    /// What they do.
    pub role: Role,
}

/// Adds an official, or gives one that is there a new PIN.
pub async fn add(offices: &Offices, newcomer: Newcomer<'_>, pin: &str, at: Timestamp) -> Result<(), StoreError> {
    if !PIN_CHARS.contains(&pin.chars().count()) {
        return Err(StoreError::Row("a PIN of at least six characters"));
    }
    let phc = hash(pin.to_owned()).await?;
    let Newcomer { office, id, name, role } = newcomer;
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await?;
    let sql = "insert into official (office, official_id, name, role, phc) values ($1, $2, $3, $4, $5)
               on conflict (office, official_id) do update
               set name = excluded.name, role = excluded.role, phc = excluded.phc, wrong_tries = 0, locked_until = null";
    tx.execute(sql, &[&office, &id, &name, &role.word(), &phc]).await?;
    let after = Some(json!({ "official": id, "role": role.word() }));
    let entry = audit::Entry { office, at, who: "shell", what: "add-official", case_id: None, before: None, after };
    audit::add(&tx, entry).await?;
    Ok(tx.commit().await?)
}

/// Signs somebody in: the session's token, or nothing, for whatever reason.
pub async fn sign_in(offices: &Offices, office: &str, id: &str, pin: &str) -> Result<Option<String>, StoreError> {
    let at = offices.now();
    let db = offices.store.connection().await?;
    let sql = "select phc from official where office = $1 and official_id = $2 and left_at is null
               and (locked_until is null or locked_until <= $3)";
    let row = db.query_opt(sql, &[&office, &id, &at]).await?;
    drop(db);
    // Nobody's PIN costs as much as somebody's, so that the time does not tell who is there.
    let phc = row.map(|row| row.get::<_, String>(0));
    let right = check(pin.to_owned(), phc).await?;
    let mut db = offices.store.connection().await?;
    let tx = db.transaction().await?;
    if !right {
        let sql = "update official set wrong_tries = wrong_tries + 1,
                     locked_until = case when (wrong_tries + 1) % $3 = 0 then $4 else locked_until end
                   where office = $1 and official_id = $2";
        tx.execute(sql, &[&office, &id, &WRONG_TRIES_MAX, &(at + LOCKED)]).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let token = new_token().ok_or(StoreError::Row("randomness"))?;
    let hash = halls::hash(&token).ok_or(StoreError::Row("a token"))?;
    let sql = "update official set wrong_tries = 0, locked_until = null where office = $1 and official_id = $2";
    tx.execute(sql, &[&office, &id]).await?;
    let sql = "insert into session (token_hash, office, official_id, began_at, seen_at) values ($1, $2, $3, $4, $4)";
    tx.execute(sql, &[&&hash[..], &office, &id, &at]).await?;
    tx.execute("delete from session where began_at < $1", &[&(at - SESSION_MAX)]).await?;
    let entry = audit::Entry { office, at, who: id, what: "sign-in", case_id: None, before: None, after: None };
    audit::add(&tx, entry).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Who a session is of.
pub async fn of_session(offices: &Offices, token: &str) -> Result<Option<Official>, StoreError> {
    let Some(hash) = halls::hash(token) else { return Ok(None) };
    let at = offices.now();
    let db = offices.store.connection().await?;
    let sql = "update session s set seen_at = $2 from official o
               where s.token_hash = $1 and s.seen_at > $3 and s.began_at > $4
                 and o.office = s.office and o.official_id = s.official_id and o.left_at is null
               returning o.office, o.official_id, o.name, o.role";
    let statement = db.prepare_cached(sql).await?;
    let row = db.query_opt(&statement, &[&&hash[..], &at, &(at - IDLE_MAX), &(at - SESSION_MAX)]).await?;
    let Some(row) = row else { return Ok(None) };
    let role = Role::of(row.get(3)).ok_or(StoreError::Row("a role"))?;
    Ok(Some(Official { office: row.get(0), id: row.get(1), name: row.get(2), role }))
}

/// Ends a session.
pub async fn sign_out(offices: &Offices, token: &str) -> Result<(), StoreError> {
    let Some(hash) = halls::hash(token) else { return Ok(()) };
    let db = offices.store.connection().await?;
    db.execute("delete from session where token_hash = $1", &[&&hash[..]]).await?;
    Ok(())
}

async fn hash(pin: String) -> Result<String, StoreError> {
    let made = tokio::task::spawn_blocking(move || hasher().hash_password(pin.as_bytes()).map(|phc| phc.to_string()));
    made.await.ok().and_then(Result::ok).ok_or(StoreError::Row("a PIN"))
}

async fn check(pin: String, phc: Option<String>) -> Result<bool, StoreError> {
    let checked = tokio::task::spawn_blocking(move || match phc {
        Some(phc) => PasswordHash::new(&phc).is_ok_and(|hash| hasher().verify_password(pin.as_bytes(), &hash).is_ok()),
        None => hasher().hash_password(pin.as_bytes()).is_err(),
    });
    checked.await.map_err(|_| StoreError::Row("a PIN"))
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).expect("the parameters are constants inside argon2's ranges");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
