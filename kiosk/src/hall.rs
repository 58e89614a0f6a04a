//! What the hub last told about the hall as a whole. Figures go stale in seconds and go with the line; names of places
//! and addresses stay, on the disk too.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wire::{
    kiosk::{KioskHome, OtherKiosk},
    layout::{TicketLayout, Wording},
    services::HallNow,
};
use words::Lang;

/// The hall, as the kiosk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HallFacts {
    /// How it stands now; nothing while the hub is away.
    pub now: Option<Arc<HallNow>>,
    /// Whom to ask when a kiosk needs a hand.
    pub desk: Option<Wording>,
    /// Where else there is a kiosk, as last heard.
    pub others: Vec<OtherKiosk>,
}

/// What a cold start without a hub goes by.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Whom to ask.
    pub desk: Option<Wording>,
    /// Where else there is a kiosk.
    pub others: Vec<OtherKiosk>,
    /// How a ticket looks.
    pub layout: Option<TicketLayout>,
    /// Where phones reach the hub.
    pub public_address: Option<String>,
    /// The hash of the technician's PIN.
    pub service_pin: Option<String>,
}

impl std::fmt::Debug for Kept {
    /// Without the PIN's hash, so that it reaches no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("desk", &self.desk).field("others", &self.others).finish_non_exhaustive()
    }
}

impl Kept {
    /// What stays of what the hub says.
    pub fn of(home: &KioskHome) -> Kept {
        Kept {
            desk: home.service_desk.clone(),
            others: home.others.clone(),
            layout: home.ticket_layout.clone(),
            public_address: home.public_address.clone(),
            service_pin: home.service_pin.clone(),
        }
    }
}

impl HallFacts {
    /// As it was when the program ended.
    pub fn remembered(kept: &Kept) -> HallFacts {
        HallFacts { now: None, desk: kept.desk.clone(), others: kept.others.clone() }
    }

    /// What the hub says.
    pub fn told(&mut self, home: &KioskHome) {
        *self = HallFacts { now: home.now.clone().map(Arc::new), ..HallFacts::remembered(&Kept::of(home)) };
    }

    /// The line is cut: figures would lie within the minute.
    pub fn cut_off(&mut self) {
        self.now = None;
    }

    /// Whom to ask, in a language.
    pub fn desk(&self, lang: Lang) -> Option<&str> {
        said(self.desk.as_ref()?, lang)
    }

    /// Where a paper can be had instead: the first kiosk that was heard to print.
    pub fn next_kiosk(&self, lang: Lang) -> Option<&str> {
        said(&self.others.iter().find(|other| other.prints)?.place, lang)
    }
}

fn said(wording: &Wording, lang: Lang) -> Option<&str> {
    Some(wording.of(lang.tag())).filter(|text| !text.is_empty())
}
