//! Permits: a handler that takes one cannot be reached without it.
//!
//! A token comes as `Authorization: Bearer …` or, from pages, in the cookie `navbat_session`. A cookie travels by
//! itself, so a write with one must also come from the hub's own pages. Every write takes a permit; a test walks the
//! API's description and tries each without one.

use super::{Fault, Giver, Hub};
use crate::{
    journal::Seat,
    people::{Member, Picking, Role, SessionRefused},
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use queue::{
    command::Actor,
    ids::{CounterId, DeviceId},
    refusal::Refusal,
};
use std::sync::Arc;
use wire::display::DisplayPost;

/// The session's cookie.
pub const SESSION_COOKIE: &str = "navbat_session";

/// A kiosk or display with its own token.
#[derive(Debug, Clone)]
pub struct Device(pub DeviceId);

/// A kiosk of the configuration, by its token.
#[derive(Debug, Clone)]
pub struct Kiosk {
    /// Which.
    pub device: DeviceId,
    /// Its own lane.
    pub lane: u8,
}

/// A display of the configuration, by its token.
#[derive(Debug, Clone)]
pub struct Display {
    /// Which.
    pub device: DeviceId,
    /// What it shows and says, and where it hangs.
    pub post: DisplayPost,
}

/// A signed-in member of staff, clerk or manager.
#[derive(Debug, Clone)]
pub struct Clerk(pub Arc<Member>);

/// A signed-in manager.
#[derive(Debug, Clone)]
pub struct Manager(pub Arc<Member>);

/// Whoever may give out tickets: a kiosk, or staff at reception.
#[derive(Debug, Clone)]
pub enum Issuer {
    /// Prints and confirms.
    Kiosk(DeviceId),
    /// Writes the number down.
    Staff(Arc<Member>),
}

/// A clerk who acts at the counter of the address. That nobody else sits there is looked at by the journal, together
/// with the command that [`AtCounter::giver`] gives; that somebody sits there at all, by the queue.
#[derive(Debug, Clone)]
pub struct AtCounter {
    /// Who.
    pub clerk: Arc<Member>,
    /// Where.
    pub counter: CounterId,
}

/// As [`AtCounter`], and managers too: they may pause or close a counter that somebody forgot.
#[derive(Debug, Clone)]
pub struct OverCounter(pub AtCounter);

/// A counter of the address that this hall has.
#[derive(Debug, Clone)]
pub struct KnownCounter(pub CounterId);

impl Clerk {
    /// As the journal records it.
    pub fn giver(&self) -> Giver {
        giver(&self.0)
    }
}

/// How the journal records a member of staff.
pub fn giver(member: &Member) -> Giver {
    Giver::Staff(actor(member))
}

fn actor(member: &Member) -> Actor {
    match member.role {
        Role::Clerk => Actor::Clerk(member.id.clone()),
        Role::Manager => Actor::Manager(member.id.clone()),
    }
}

impl AtCounter {
    /// As the journal records it, if nobody else sits there.
    pub fn giver(&self) -> Giver {
        let seat = Seat { counter: self.counter.clone(), clerk: self.clerk.id.clone() };
        Giver::Seated(actor(&self.clerk), seat)
    }

    /// Whether this clerk may call out of order.
    pub fn picking(&self) -> Picking {
        self.clerk.picking
    }
}

impl OverCounter {
    /// As the journal records it, wherever a manager sits.
    pub fn giver(&self) -> Giver {
        match self.0.clerk.role {
            Role::Clerk => self.0.giver(),
            Role::Manager => giver(&self.0.clerk),
        }
    }
}

impl FromRequestParts<Hub> for Device {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let token = bearer(&parts.headers).ok_or(Fault::SignInNeeded)?;
        if let Some(device) = hub.people.device(token) {
            return Ok(Device(device));
        }
        match hub.people.session(token, hub.now()) {
            Ok(_) => Err(Fault::NotAllowed),
            Err(refused) => Err(refused.into()),
        }
    }
}

impl FromRequestParts<Hub> for Kiosk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let Device(device) = Device::from_request_parts(parts, hub).await?;
        kiosk(hub, &device).ok_or(Fault::NotAllowed)
    }
}

impl FromRequestParts<Hub> for Display {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let Device(device) = Device::from_request_parts(parts, hub).await?;
        let entry = hub.config.displays().iter().find(|display| display.device == device).ok_or(Fault::NotAllowed)?;
        Ok(Display { device, post: entry.post.clone() })
    }
}

impl FromRequestParts<Hub> for Clerk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        staff(parts, hub).map(Clerk)
    }
}

impl FromRequestParts<Hub> for Manager {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let member = staff(parts, hub)?;
        match member.role {
            Role::Manager => Ok(Manager(member)),
            Role::Clerk => Err(Fault::NotAllowed),
        }
    }
}

impl FromRequestParts<Hub> for Issuer {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        if let Some(device) = bearer(&parts.headers).and_then(|token| hub.people.device(token)) {
            return kiosk(hub, &device).map(|kiosk| Issuer::Kiosk(kiosk.device)).ok_or(Fault::NotAllowed);
        }
        staff(parts, hub).map(Issuer::Staff)
    }
}

impl FromRequestParts<Hub> for KnownCounter {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, hub).await.map_err(|_| Fault::BadPath)?;
        let (_, counter) = params.iter().find(|(name, _)| *name == "counter").ok_or(Fault::BadPath)?;
        let counter: CounterId = counter.parse().map_err(|_| Fault::BadPath)?;
        if hub.config.rules().counters.contains_key(&counter) {
            Ok(KnownCounter(counter))
        } else {
            Err(Fault::Refused(Refusal::NoSuchCounter(counter)))
        }
    }
}

impl FromRequestParts<Hub> for AtCounter {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        let clerk = staff(parts, hub)?;
        let KnownCounter(counter) = KnownCounter::from_request_parts(parts, hub).await?;
        Ok(AtCounter { clerk, counter })
    }
}

impl FromRequestParts<Hub> for OverCounter {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Fault> {
        AtCounter::from_request_parts(parts, hub).await.map(OverCounter)
    }
}

/// The session's token of a request, from its header or its cookie.
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers))
}

fn staff(parts: &Parts, hub: &Hub) -> Result<Arc<Member>, Fault> {
    let token = match bearer(&parts.headers) {
        Some(token) => token,
        None => {
            let token = cookie(&parts.headers).ok_or(Fault::SignInNeeded)?;
            if !parts.method.is_safe() {
                from_our_pages(&parts.headers)?;
            }
            token
        }
    };
    match hub.people.session(token, hub.now()) {
        Ok(session) => Ok(Arc::clone(&session.member)),
        Err(_) if hub.people.device(token).is_some() => Err(Fault::NotAllowed),
        Err(refused) => Err(refused.into()),
    }
}

/// The kiosk a device is: displays have tokens too, and may only look.
fn kiosk(hub: &Hub, device: &DeviceId) -> Option<Kiosk> {
    let entry = hub.config.kiosks().iter().find(|kiosk| kiosk.device == *device)?;
    Some(Kiosk { device: entry.device.clone(), lane: entry.lane })
}

/// The device whose token a request brings.
pub(super) fn device_of(headers: &HeaderMap, hub: &Hub) -> Option<DeviceId> {
    hub.people.device(bearer(headers)?)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, token)| token)
}

/// A browser always says where a write comes from; a program that keeps cookies itself says nothing and is let
/// through, because nobody can make it write without its knowing.
pub fn from_our_pages(headers: &HeaderMap) -> Result<(), Fault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(Fault::CrossSite) };
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let host = origin.split_once("://").map(|(_, host)| host);
    if host.is_some() && host == text("host") { Ok(()) } else { Err(Fault::CrossSite) }
}

impl From<SessionRefused> for Fault {
    fn from(refused: SessionRefused) -> Fault {
        match refused {
            SessionRefused::Unknown => Fault::TokenUnknown,
            SessionRefused::Expired => Fault::SessionExpired,
        }
    }
}
