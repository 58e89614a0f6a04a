//! What devices have seen, and what that means for this hub.
//!
//! The header comes with every request of a device. A higher epoch is noticed at the door, before anything is done;
//! whether the device's last link is one of this hub's takes a look into the journal, so that is asked only when a
//! kiosk asks how things stand.

use super::{Fault, Hub, permit};
use crate::{
    fence::Raised,
    journal::{NotDone, Reading},
};
use axum::http::HeaderMap;
use queue::ids::DeviceId;
use wire::seen::{Overtaken, SEEN_HEADER, Seen, judge};

/// Raises the fence if a device of this hall has seen a higher epoch. Others may say what they like. Answers why a
/// device is not let in at all: its journal is another hall's, and neither its numbers nor what it saw count here.
pub(super) fn notice(hub: &Hub, headers: &HeaderMap) -> Option<Fault> {
    let seen = said(headers)?;
    if seen.hall.is_some_and(|hall| hall != hub.config.id()) {
        return Some(Fault::NotAllowed);
    }
    if seen.epoch > hub.fence.epoch() {
        fenced(hub, &permit::device_of(headers, hub)?, (Overtaken::ByHigherEpoch, seen.epoch));
    }
    None
}

/// What a device says it has seen; nothing if it says nothing, or nothing that can be read.
pub(super) fn said(headers: &HeaderMap) -> Option<Seen> {
    headers.get(SEEN_HEADER)?.to_str().ok()?.parse().ok()
}

/// Whether the hub of this reading may go on, told of this.
pub fn overtaken(reading: &Reading<'_>, seen: &Seen) -> Result<Option<Overtaken>, NotDone> {
    judge(reading.hall.epoch, seen, |seq| reading.hash_at(seq))
}

/// Raises the fence.
pub(super) fn fenced(hub: &Hub, by: &DeviceId, (why, seen): (Overtaken, u32)) -> Fault {
    hub.fence.raise(&Raised::now(why, seen, (by.as_str(), hub.now())));
    Fault::Fenced
}
