//! Pairing: a manager asks for a code, whoever installs a device types it in, the device gets its own token.

use super::{
    Fault, Hub,
    json::Json,
    permit::Manager,
    problem_groups::{EntryProblems, WriteProblems},
};
use crate::people::{PairingRefused, PeopleError};
use axum::{extract::State, http::StatusCode};
use queue::ids::DeviceId;
use wire::sessions::{OfferPairing, Pair, Paired, PairingOffered};

/// Ask for a pairing code for a device of the configuration.
#[utoipa::path(post, path = "/api/v1/pairings/offers", tag = "devices", operation_id = "offer_pairing",
    request_body = OfferPairing, security(("manager" = [])),
    responses((status = 201, description = "A code, good for ten minutes and one device", body = PairingOffered),
        WriteProblems))]
pub async fn offer(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    Json(asked): Json<OfferPairing>,
) -> Result<(StatusCode, Json<PairingOffered>), Fault> {
    let device: DeviceId = asked.device.parse().map_err(|_| Fault::NoSuchDevice)?;
    let kiosks = hub.config.kiosks().iter().map(|kiosk| &kiosk.device);
    let displays = hub.config.displays().iter().map(|display| &display.device);
    if !kiosks.chain(displays).any(|known| *known == device) {
        return Err(Fault::NoSuchDevice);
    }
    let code = hub.people.offer_pairing(&device, &manager.id, hub.now())?;
    Ok((StatusCode::CREATED, Json(PairingOffered { code })))
}

/// Pair a device: the code is used up, the token is the device's own.
#[utoipa::path(post, path = "/api/v1/pairings", tag = "devices", operation_id = "pair", request_body = Pair,
    responses((status = 201, description = "The device and its token", body = Paired), EntryProblems))]
pub async fn pair(State(hub): State<Hub>, Json(asked): Json<Pair>) -> Result<(StatusCode, Json<Paired>), Fault> {
    let (device, token) = hub.people.pair(&asked.code, hub.now())?;
    Ok((StatusCode::CREATED, Json(Paired { device: device.to_string(), token: token.as_str().to_owned() })))
}

impl From<PairingRefused> for Fault {
    fn from(refused: PairingRefused) -> Fault {
        match refused {
            PairingRefused::WrongCode => Fault::PairingFailed,
            PairingRefused::TooMany => Fault::PairingsFull,
            PairingRefused::People(error) => error.into(),
        }
    }
}

impl From<PeopleError> for Fault {
    fn from(error: PeopleError) -> Fault {
        if let PeopleError::NoSuchMember(_) = error {
            return Fault::NoSuchValue { name: "clerk" };
        }
        tracing::error!(error = &error as &dyn std::error::Error, "people.db failed");
        Fault::NotSaved
    }
}
