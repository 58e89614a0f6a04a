//! What a display asks every few seconds: its face and place, who is next, what is announced.
//!
//! What all displays are told alike is counted once, however many ask. A display is not told the hub's chain, so what it
//! has seen is an epoch, and the door has looked at that before this is reached.

use super::{Fault, Hub, hall, json::Json, notices, permit::Display, problem_groups::KioskProblems};
use axum::extract::State;
use wire::{display::DisplayHome, services::HallNow};

/// A display's home.
///
/// `navbat-seen` says what the display has seen of its hub. A hub that finds out by this that another one has taken its
/// place answers `fenced`, now and from then on.
#[utoipa::path(get, path = "/api/v1/display", tag = "devices", operation_id = "display_home",
    responses((status = 200, description = "Its face and place, who is next, what is announced", body = DisplayHome),
        KioskProblems), security(("device" = [])))]
pub async fn home(State(hub): State<Hub>, Display { device, post }: Display) -> Result<Json<DisplayHome>, Fault> {
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    hub.fleet.heard(&device, hub.now());
    let (now, beside) = (hall::now(&hub).await?, hall::beside(&hub).await?);
    Ok(Json(DisplayHome {
        device: device.to_string(),
        epoch: beside.epoch,
        post,
        now: HallNow::clone(&*now),
        next: beside.next.clone(),
        counters: beside.counters.clone(),
        notices: notices::announced(&hub, hub.now()),
    }))
}
