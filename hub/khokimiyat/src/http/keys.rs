//! What a hall must know of its office: the keys to seal to, the days off, the services.

use super::{Fault, permit::Hall};
use crate::{catalogue, office::Offices, outgoing, store::StoreError};
use axum::{Json, extract::State};
use hhx::{canonical, seal::Recipient};
use serde::Serialize;
use serde_json::{Value, json};

/// The office's public keys, signed.
#[derive(Serialize)]
pub(super) struct Keys {
    /// The office.
    party: String,
    /// The one to seal to now comes first; the others open what was sealed before.
    keys: Vec<Recipient>,
    /// What the office signs with, PEM.
    certificate: String,
    /// Detached CMS over the canonical form of everything above, base64.
    signature: String,
}

/// `GET /v1/keys`.
pub(super) async fn keys(State(offices): State<Offices>, Hall(hall): Hall) -> Result<Json<Keys>, Fault> {
    let office = offices.offices.get(&hall.office).ok_or(Fault::NotFound)?;
    let keys: Vec<Recipient> = office.seal_keys.iter().map(|key| key.recipient.clone()).collect();
    let party = format!("soato:{}", hall.office);
    let to_sign = canonical(&json!({ "party": party, "keys": keys, "certificate": office.certificate }));
    let signature = outgoing::signature(&offices, &hall.office, &to_sign)?;
    Ok(Json(Keys { party, keys, certificate: office.certificate.clone(), signature }))
}

/// `GET /v1/calendar`: the list of days off that terms are counted with.
pub(super) async fn calendar(State(offices): State<Offices>, Hall(_): Hall) -> Json<Value> {
    Json(json!({ "version": offices.calendar.version(), "days": offices.calendar.days() }))
}

/// `GET /v1/catalogue`: which services the office takes, their journals and terms.
pub(super) async fn catalogue(Hall(_): Hall) -> Result<Json<Value>, Fault> {
    let services: Vec<Value> = catalogue::services()
        .map(|(code, service)| json!({ "code": code, "journal": service.journal.word(), "term": service.term }))
        .collect();
    if services.is_empty() {
        return Err(StoreError::Row("the catalogue").into());
    }
    Ok(Json(json!({ "services": services })))
}
