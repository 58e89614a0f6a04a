//! What a kiosk asks when it wakes: who it is, where its lane goes on, what time it is.

use super::{Fault, Hub, json::Json, permit::Kiosk, problem_groups::GuardedReadProblems};
use crate::{config::Config, journal::Reading};
use axum::extract::State;
use jiff::Timestamp;
use queue::{hall::Day, number::Lane, time::Time};
use std::sync::Arc;
use wire::kiosk::{KioskHome, LaneSerial};

/// A kiosk's home.
#[utoipa::path(get, path = "/api/v1/kiosk", tag = "devices", operation_id = "kiosk_home",
    responses((status = 200, description = "Its lane, the hub's epoch and clock", body = KioskHome),
        GuardedReadProblems), security(("device" = [])))]
pub async fn home(State(hub): State<Hub>, Kiosk { device, lane }: Kiosk) -> Result<Json<KioskHome>, Fault> {
    let config = Arc::clone(&hub.config);
    Ok(Json(hub.journal.ask(move |reading| home_of(reading, &config, &Kiosk { device, lane })).await?))
}

/// What the hub knows of a kiosk.
pub fn home_of(reading: &Reading<'_>, config: &Config, Kiosk { device, lane }: &Kiosk) -> KioskHome {
    KioskHome {
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
    }
}

/// A moment as it travels: RFC 3339 in UTC.
pub(crate) fn rfc3339(at: Time) -> String {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
