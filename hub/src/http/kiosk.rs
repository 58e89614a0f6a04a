//! What a kiosk asks when it wakes: who it is, where its lane goes on, what time it is, what a backup has of it.

use super::{Fault, Hub, forms, hall, json::Json, permit::Kiosk, problem_groups::KioskProblems, seen};
use crate::{
    config::Config,
    journal::{NotDone, Reading, backed_up},
    people::PeopleError,
};
use axum::{extract::State, http::HeaderMap};
use jiff::Timestamp;
use queue::{hall::Day, number::Lane, time::Time};
use std::sync::Arc;
use uuid::Uuid;
use wire::{
    admission::PublicKey,
    kiosk::{ChainLink, KioskHome, LaneSerial},
    seen::{JOURNAL_HEADER, KEY_HEADER, Overtaken, Seen},
    services::HallNow,
};

/// A kiosk's home.
///
/// `navbat-seen` says what the kiosk has seen of its hub, `navbat-journal` which journal it keeps, `navbat-key` which key it
/// signs its own tickets' codes with. A hub that finds out
/// by this that another one has taken its place answers `fenced`, now and from then on.
#[utoipa::path(get, path = "/api/v1/kiosk", tag = "devices", operation_id = "kiosk_home",
    responses((status = 200, description = "Its lane, the hub's epoch and clock", body = KioskHome),
        KioskProblems), security(("device" = [])))]
pub async fn home(State(hub): State<Hub>, kiosk: Kiosk, headers: HeaderMap) -> Result<Json<KioskHome>, Fault> {
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    hub.fleet.heard(&kiosk.device, hub.now());
    let (config, device, seen) = (Arc::clone(&hub.config), kiosk.device.clone(), seen::said(&headers));
    let others = hub.fleet.others(hub.config.kiosks(), &device, hub.now());
    let door_seen = hub.fleet.of(&device).and_then(|heard| heard.door_seen);
    let standing = standing(&hub, &kiosk, (journal_of(&headers), key_of(&headers))).await?;
    let asked = hub.journal.ask(move |reading| met(reading, &config, (&kiosk, &standing), seen.as_ref()));
    let home = asked.await??.map_err(|why| seen::fenced(&hub, &device, why))?;
    let now = Some(HallNow::clone(&*hall::now(&hub).await?));
    Ok(Json(KioskHome { now, others, door_seen, ..home }))
}

/// What the hub knows of a kiosk beside the hall.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The last entry that a backup on another disk has.
    pub backup: Option<ChainLink>,
    /// How many journals have counted in the kiosk's lane, its present one included.
    pub generation: u32,
    /// The hash of the PIN that opens the kiosks' technician's screens.
    pub service_pin: Option<String>,
}

/// The answer to a kiosk that has seen this, or why this hub is not the hall's.
pub fn met(
    reading: &Reading<'_>,
    config: &Config,
    of: (&Kiosk, &Standing),
    seen: Option<&Seen>,
) -> Result<Result<KioskHome, (Overtaken, u32)>, NotDone> {
    if let Some(seen) = seen
        && let Some(why) = seen::overtaken(reading, seen)?
    {
        return Ok(Err((why, seen.epoch)));
    }
    home_of(reading, config, of).map(Ok)
}

fn home_of(
    reading: &Reading<'_>,
    config: &Config,
    (kiosk, standing): (&Kiosk, &Standing),
) -> Result<KioskHome, NotDone> {
    let (Kiosk { device, lane }, shared) = (kiosk, config.shared_by_kiosks());
    Ok(KioskHome {
        device: device.to_string(),
        epoch: reading.hall.epoch,
        day: match reading.hall.day {
            Day::Open { number, .. } => Some(number),
            Day::Shut { .. } => None,
        },
        lane: *lane,
        lane_serials: reading
            .hall
            .serials
            .iter()
            .filter(|((of, _), _)| *of == Lane::Kiosk(*lane))
            .map(|((_, prefix), serial)| LaneSerial { prefix: prefix.letter().to_string(), serial: *serial })
            .collect(),
        at: rfc3339(reading.at),
        languages: config.languages().iter().map(|lang| lang.tag().to_owned()).collect(),
        hall: config.id().to_owned(),
        chain: ChainLink { seq: reading.seq, hash: reading.hash_at(reading.seq)?.unwrap_or_default() },
        backed_up: backed_up_through(reading, standing.backup.as_ref())?,
        generation: standing.generation,
        now: None,
        purposes: shared.purposes.iter().map(|purpose| purpose.code().to_owned()).collect(),
        public_address: shared.public_address.clone(),
        ticket_layout: shared.ticket_layout.clone(),
        service_desk: shared.service_desk.clone(),
        service_pin: standing.service_pin.clone(),
        others: Vec::new(),
        door_seen: None,
        applications: forms::at_kiosks(config),
        collect: config.collects().map(ToString::to_string),
    })
}

/// A backup counts only if it is one of this very journal.
fn backed_up_through(reading: &Reading<'_>, backup: Option<&ChainLink>) -> Result<u64, NotDone> {
    let Some(link) = backup else { return Ok(0) };
    Ok(if reading.hash_at(link.seq)?.as_ref() == Some(&link.hash) { link.seq } else { 0 })
}

async fn standing(
    hub: &Hub,
    kiosk: &Kiosk,
    (journal, key): (Option<Uuid>, Option<PublicKey>),
) -> Result<Standing, Fault> {
    let (people, dir, device, now) = (hub.people.clone(), hub.dir.clone(), kiosk.device.clone(), hub.now());
    let found = tokio::task::spawn_blocking(move || {
        if let Some(key) = key {
            people.keep_kiosk_key(&device, key, now)?;
        }
        let generation = journal.map_or(Ok(0), |journal| people.generation(&device, journal, now))?;
        Ok::<_, PeopleError>(Standing { backup: backed_up(&dir), generation, service_pin: people.service_pin()? })
    });
    found.await.map_err(|_| Fault::Internal)?.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a kiosk's journal and key cannot be looked up");
        Fault::Internal
    })
}

fn journal_of(headers: &HeaderMap) -> Option<Uuid> {
    headers.get(JOURNAL_HEADER)?.to_str().ok()?.parse().ok()
}

/// The key a kiosk signs with; what is none is as if it said nothing, and its codes are not ours.
fn key_of(headers: &HeaderMap) -> Option<PublicKey> {
    PublicKey::parse(headers.get(KEY_HEADER)?.to_str().ok()?)
}

/// A moment as it travels: RFC 3339 in UTC.
pub(crate) fn rfc3339(at: Time) -> String {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
