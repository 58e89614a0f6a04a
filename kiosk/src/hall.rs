//! What the hub last told about the hall as a whole. Figures go stale in seconds and go with the line; names of places
//! and addresses stay.

use std::sync::Arc;
use wire::{kiosk::KioskHome, layout::Wording, services::HallNow};
use words::Lang;

/// The hall, as the kiosk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HallFacts {
    /// How it stands now; nothing while the hub is away.
    pub now: Option<Arc<HallNow>>,
    /// Whom to ask when a kiosk needs a hand.
    pub desk: Option<Wording>,
}

impl HallFacts {
    /// What the hub says.
    pub fn told(&mut self, home: &KioskHome) {
        self.now = home.now.clone().map(Arc::new);
        self.desk = home.service_desk.clone();
    }

    /// The line is cut: figures would lie within the minute.
    pub fn cut_off(&mut self) {
        self.now = None;
    }

    /// Whom to ask, in a language.
    pub fn desk(&self, lang: Lang) -> Option<&str> {
        self.desk.as_ref().map(|desk| desk.of(lang.tag())).filter(|text| !text.is_empty())
    }
}
