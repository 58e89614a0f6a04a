//! What a display asks every few seconds: its face and place, who is next, what is announced.
//!
//! What all displays are told alike is counted once, however many ask. A display is not told the hub's chain, so what it
//! has seen is an epoch, and the door has looked at that before this is reached.

use super::{Fault, Hub, hall, json::Json, permit::Display, problem_groups::KioskProblems};
use crate::config::Config;
use axum::extract::State;
use queue::time::Time;
use wire::{
    display::{DisplayHome, NOTICES_MAX, Notice},
    services::HallNow,
};

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
    let (now, beside) = (hall::now(&hub).await?, hall::beside(&hub).await?);
    Ok(Json(DisplayHome {
        device: device.to_string(),
        epoch: beside.epoch,
        post,
        now: HallNow::clone(&*now),
        next: beside.next.clone(),
        counters: beside.counters.clone(),
        notices: announced(&hub.config, hub.now()),
    }))
}

/// What is announced at a moment, the most urgent first, else in the file's order.
fn announced(config: &Config, at: Time) -> Vec<Notice> {
    let on = config.notices().iter().filter(|entry| entry.is_on(at));
    let mut notices: Vec<Notice> = on.map(|entry| entry.notice.clone()).collect();
    notices.sort_by_key(|notice| notice.severity);
    notices.truncate(NOTICES_MAX);
    notices
}
