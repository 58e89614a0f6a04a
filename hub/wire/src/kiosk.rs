//! What a kiosk learns about itself.

use crate::{
    layout::{TicketLayout, Wording},
    services::HallNow,
};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use std::{collections::BTreeMap, str::FromStr};

/// `GET /api/v1/kiosk` with a kiosk's token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KioskHome {
    /// The kiosk's id in the hall's configuration.
    pub device: String,
    /// The hub's epoch: a kiosk refuses a lower one, and offers today's tickets again after a higher one.
    pub epoch: u32,
    /// The open service day, absent when none is.
    pub day: Option<u32>,
    /// The kiosk's own lane, 1 to 99: `A1-012` is of lane 1.
    pub lane: u8,
    /// The highest serial the hub knows in that lane today, per letter: a kiosk goes on after it.
    pub lane_serials: Vec<LaneSerial>,
    /// The hub's clock, RFC 3339 in UTC.
    pub at: String,
    /// Languages of the hall in order, the default first.
    pub languages: Vec<String>,
    /// The hall's id: a kiosk's journal belongs to one hall.
    #[serde(default)]
    pub hall: String,
    /// The end of the hub's journal now: the kiosk shows it next time as what it has seen.
    #[serde(default)]
    pub chain: ChainLink,
    /// Entries of the journal up to this number are in a backup on another disk; zero if none is known. Until then a
    /// kiosk keeps what it printed, because a restored hub asks for it again.
    #[serde(default)]
    pub backed_up: u64,
    /// How many journals have counted in this lane, the kiosk's present one included: one that is not the first leaves
    /// room for numbers that went with the lost one.
    #[serde(default)]
    pub generation: u32,
    /// The hall as a whole, at most a second old; absent from a hub that cannot say.
    #[serde(default)]
    pub now: Option<HallNow>,
    /// What a visitor may do at this hall's kiosks, in the order to show it: codes of [`Purpose`]. One that a kiosk does
    /// not know it does not show.
    #[serde(default)]
    pub purposes: Vec<String>,
    /// Where phones in the hall reach the hub, as `http://10.0.0.2:8480`; absent if that is where the kiosk reaches it.
    #[serde(default)]
    pub public_address: Option<String>,
    /// How the hall's tickets look; absent for the standard. One that a kiosk is too old to understand counts as absent,
    /// because an odd ticket layout must not cut a kiosk off from its hub.
    #[serde(default, deserialize_with = "understood")]
    pub ticket_layout: Option<TicketLayout>,
    /// Whom to ask when a kiosk needs a hand, in every language; absent if the hall does not say.
    #[serde(default)]
    pub service_desk: Option<Wording>,
    /// The argon2id hash (PHC) of the PIN that opens the technician's screen, kept by the kiosk for when the hub is away;
    /// absent if none is set, and then there is no such screen.
    #[serde(default)]
    pub service_pin: Option<String>,
    /// The hall's other kiosks, in the order of its configuration: where to go when this one has no paper.
    #[serde(default)]
    pub others: Vec<OtherKiosk>,
    /// The opening of this kiosk's cabinet that the manager has seen: the `at` of what it told.
    #[serde(default)]
    pub door_seen: Option<String>,
    /// Applications at this hall's kiosks; absent if none are taken there.
    #[serde(default)]
    pub applications: Option<KioskApplications>,
    /// The service in whose queue results are collected; absent if this hall hands none over.
    #[serde(default)]
    pub collect: Option<String>,
}

/// What a kiosk must know before it takes an application.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KioskApplications {
    /// The version of the form of every service that somebody may apply for here, by the service's code. A form whose
    /// version the kiosk does not come to, with the hall's lists, is one that it is too old or too young to fill in.
    pub forms: BTreeMap<String, String>,
    /// Changes when what the forms choose from does: then `GET /api/v1/applications/lists` is asked again.
    pub lists: String,
}

/// Another kiosk of the hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherKiosk {
    /// Where it stands, in every language.
    pub place: Wording,
    /// Whether it was heard of in the last minute and its printer prints.
    pub prints: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Layout {
    Known(TicketLayout),
    Other(IgnoredAny),
}

fn understood<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TicketLayout>, D::Error> {
    Ok(match Option::<Layout>::deserialize(from)? {
        Some(Layout::Known(layout)) => Some(layout),
        Some(Layout::Other(IgnoredAny)) | None => None,
    })
}

/// What a visitor may come to a kiosk for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Take a ticket.
    Ticket,
    /// File an application.
    Application,
    /// Ask about an application.
    Ask,
    /// Collect a result.
    Collect,
    /// Read announcements.
    Announcements,
    /// Give an opinion.
    Opinion,
}

/// A code that is no purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a purpose is one of ticket, application, ask, collect, announcements, opinion")]
pub struct NotAPurpose;

impl Purpose {
    /// All of them, in the order a kiosk shows them.
    pub const ALL: [Purpose; 6] = [
        Purpose::Ticket,
        Purpose::Application,
        Purpose::Ask,
        Purpose::Collect,
        Purpose::Announcements,
        Purpose::Opinion,
    ];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::Ticket => "ticket",
            Purpose::Application => "application",
            Purpose::Ask => "ask",
            Purpose::Collect => "collect",
            Purpose::Announcements => "announcements",
            Purpose::Opinion => "opinion",
        }
    }
}

impl FromStr for Purpose {
    type Err = NotAPurpose;
    fn from_str(code: &str) -> Result<Self, NotAPurpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code).ok_or(NotAPurpose)
    }
}

/// A link of the hub's hash chain.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainLink {
    /// The entry's number in the journal; zero before the first.
    pub seq: u64,
    /// The entry's hash as 64 hexadecimal digits.
    pub hash: String,
}

/// The highest serial of a lane for one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LaneSerial {
    /// The letter.
    pub prefix: String,
    /// The serial.
    pub serial: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_of_a_younger_hub_does_not_cut_a_kiosk_off() {
        let home = KioskHome { ticket_layout: Some(TicketLayout::standard()), ..KioskHome::default() };
        let text = serde_json::to_string(&home).expect("plain data");
        assert_eq!(serde_json::from_str::<KioskHome>(&text).expect("our own"), home);
        let younger = text.replace("\"kind\":\"rule\"", "\"kind\":\"hologram\"");
        assert_ne!(younger, text);
        let read: KioskHome = serde_json::from_str(&younger).expect("still a home");
        assert_eq!(read.ticket_layout, None);
    }

    #[test]
    fn purposes_are_known_by_their_codes() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.code().parse(), Ok(purpose));
        }
        assert_eq!("games".parse::<Purpose>(), Err(NotAPurpose));
    }
}
