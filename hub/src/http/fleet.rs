//! Kiosks tell of themselves: their printer now, what a technician's self-test found, copies they printed. Of displays it is
//! known that they ask.
//!
//! The state of now lives in memory and is told again by every kiosk, also which opened cabinet the manager has seen: the
//! kiosk keeps that. What was found and what was copied is kept here. Nothing of it decides anything in the queue: a copy
//! is the same ticket.

use super::{Fault, Hub, json::Json, permit::Kiosk, problem_groups::WriteProblems, tickets::moment};
use crate::config::KioskEntry;
use axum::{extract::State, http::StatusCode};
use queue::{
    ids::{DeviceId, TicketId},
    time::{Span, Time},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use wire::{
    fleet::{DoorOpened, KioskCondition, PrinterState, Reprinted, SelfTest, is_code},
    kiosk::OtherKiosk,
};

/// Kiosks and displays ask every five seconds; one that was not heard for so long is cut off.
pub const SILENT_AFTER: Span = Span::minutes(1);

/// What is known of the machines now. Bounded by those of the configuration: nobody else gets in.
#[derive(Debug, Default)]
pub struct Fleet(Mutex<BTreeMap<DeviceId, Heard>>);

/// What was heard of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// When it last asked how things stand, or told something.
    pub at: Time,
    /// What it last told of itself since the hub began.
    pub condition: Option<KioskCondition>,
    /// Which opening of its cabinet the manager has seen.
    pub door_seen: Option<String>,
}

impl Heard {
    fn first(at: Time) -> Heard {
        Heard { at, condition: None, door_seen: None }
    }
}

impl Fleet {
    /// A kiosk or a display is there.
    pub fn heard(&self, device: &DeviceId, at: Time) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(device.clone()).or_insert_with(|| Heard::first(at)).at = at;
    }

    /// A kiosk tells how it is.
    pub fn told(&self, device: &DeviceId, at: Time, condition: KioskCondition) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = all.entry(device.clone()).or_insert_with(|| Heard::first(at));
        let door = |condition: Option<&KioskCondition>| condition.and_then(|told| told.door.clone());
        let before = door(heard.condition.as_ref());
        match door(Some(&condition)) {
            Some(DoorOpened { at, seen: false }) if before.as_ref().is_none_or(|before| before.at != at) => {
                tracing::error!(%device, at, "the cabinet of {device} was opened at {at}");
            }
            Some(_) | None => {}
        }
        (heard.at, heard.condition) = (at, Some(condition));
    }

    /// The manager has seen that a cabinet was opened at that time of its kiosk's clock.
    pub fn saw_door(&self, device: &DeviceId, at: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(heard) = all.get_mut(device) {
            heard.door_seen = Some(at.to_owned());
        }
    }

    /// Where else a visitor of this kiosk may go, in the order of the configuration.
    pub fn others(&self, kiosks: &[KioskEntry], than: &DeviceId, now: Time) -> Vec<OtherKiosk> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = kiosks.iter().filter(|kiosk| kiosk.device != *than);
        let other = |kiosk: &KioskEntry| {
            let heard = all.get(&kiosk.device).filter(|heard| now.since(heard.at) <= SILENT_AFTER);
            let printer = heard.and_then(|heard| heard.condition.as_ref()).map(|condition| condition.printer);
            Some(OtherKiosk { place: kiosk.place.clone()?, prints: printer.is_some_and(PrinterState::prints) })
        };
        others.filter_map(other).collect()
    }

    /// What is known of a machine.
    pub fn of(&self, device: &DeviceId) -> Option<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(device).cloned()
    }
}

/// Say how this kiosk is now.
#[utoipa::path(put, path = "/api/v1/kiosk/condition", tag = "devices", operation_id = "kiosk_condition",
    request_body = KioskCondition, responses((status = 204, description = "Known"), WriteProblems),
    security(("device" = [])))]
pub async fn condition(
    State(hub): State<Hub>,
    kiosk: Kiosk,
    Json(told): Json<KioskCondition>,
) -> Result<StatusCode, Fault> {
    if !is_code(&told.version) {
        return Err(Fault::NoSuchValue { name: "version" });
    }
    if told.door.as_ref().is_some_and(|door| moment(&door.at).is_none()) {
        return Err(Fault::BadTime { name: "door.at" });
    }
    hub.fleet.told(&kiosk.device, hub.now(), told);
    Ok(StatusCode::NO_CONTENT)
}

/// Report a technician's self-test.
#[utoipa::path(post, path = "/api/v1/kiosk/self-tests", tag = "devices", operation_id = "report_self_test",
    request_body = SelfTest, responses((status = 204, description = "Kept, now or before"), WriteProblems),
    security(("device" = [])))]
pub async fn self_test(
    State(hub): State<Hub>,
    Kiosk { device, .. }: Kiosk,
    Json(test): Json<SelfTest>,
) -> Result<StatusCode, Fault> {
    if !test.is_well_formed() {
        return Err(Fault::NoSuchValue { name: "parts" });
    }
    if test.at.as_deref().is_some_and(|at| moment(at).is_none()) {
        return Err(Fault::BadTime { name: "at" });
    }
    let (people, now) = (hub.people.clone(), hub.now());
    let kept = tokio::task::spawn_blocking(move || people.keep_self_test(&device, &test, now)).await;
    kept.map_err(|_| Fault::Internal)??;
    Ok(StatusCode::NO_CONTENT)
}

/// Report that a copy of a ticket was printed.
///
/// A copy is the same ticket and changes nothing in the queue; it is written down so that two papers with one number can
/// be explained.
#[utoipa::path(post, path = "/api/v1/kiosk/reprints", tag = "devices", operation_id = "report_reprint",
    request_body = Reprinted, responses((status = 204, description = "Kept, now or before"), WriteProblems),
    security(("device" = [])))]
pub async fn reprint(
    State(hub): State<Hub>,
    Kiosk { device, .. }: Kiosk,
    Json(copy): Json<Reprinted>,
) -> Result<StatusCode, Fault> {
    let at = moment(&copy.at).ok_or(Fault::BadTime { name: "at" })?.min(hub.now());
    let people = hub.people.clone();
    let what = (copy.command_id, TicketId(copy.ticket_id));
    let kept = tokio::task::spawn_blocking(move || people.keep_reprint(&device, what, at)).await;
    kept.map_err(|_| Fault::Internal)??;
    Ok(StatusCode::NO_CONTENT)
}
