//! The hall's cables: what is sent arrives late, twice, never, or after what was sent later.
//!
//! A device's requests travel each on a connection of its own, so they overtake each other; a stream is one connection,
//! so its bytes keep their order and only come late. Loss on a stream is lateness too: that is what TCP makes of it.

use crate::chance::Chance;
use serde::{Deserialize, Serialize};

/// How a cable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weather {
    /// Which ways are open.
    pub line: Line,
    /// Of a hundred messages, so many are lost.
    pub lost_pct: u8,
    /// … and so many arrive twice.
    pub twice_pct: u8,
    /// The longest a message takes.
    pub late_ms_max: u32,
}

/// Which ways are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// Both.
    Whole,
    /// What goes to the hub does not arrive.
    NothingThere,
    /// What comes from the hub does not arrive.
    NothingBack,
    /// Pulled out.
    Cut,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the hub.
    There,
    /// From the hub.
    Back,
}

/// A good cable in a quiet hall.
pub const FAIR: Weather = Weather { line: Line::Whole, lost_pct: 0, twice_pct: 0, late_ms_max: 20 };

/// One device's cable.
#[derive(Debug)]
pub struct Cable {
    /// How it is now.
    pub weather: Weather,
    chance: Chance,
    stream_busy_until_ms: u64,
}

/// What the cables did to messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Messages.
    pub sent: u64,
    /// Not arrived.
    pub lost: u64,
    /// Arrived twice.
    pub twice: u64,
}

impl Cable {
    /// A good cable.
    pub fn new(chance: Chance) -> Cable {
        Cable { weather: FAIR, chance, stream_busy_until_ms: 0 }
    }

    /// Whether bytes pass this way at all.
    pub fn open(&self, way: Way) -> bool {
        match (self.weather.line, way) {
            (Line::Whole, _) | (Line::NothingThere, Way::Back) | (Line::NothingBack, Way::There) => true,
            (Line::Cut, _) | (Line::NothingThere, Way::There) | (Line::NothingBack, Way::Back) => false,
        }
    }

    /// When the copies of one message arrive, from now.
    pub fn carry(&mut self, way: Way, carried: &mut Carried) -> Vec<u64> {
        carried.sent += 1;
        if !self.open(way) || self.chance.between(0, 100) < u64::from(self.weather.lost_pct) {
            carried.lost += 1;
            return Vec::new();
        }
        let mut copies = vec![self.late()];
        if self.chance.between(0, 100) < u64::from(self.weather.twice_pct) {
            carried.twice += 1;
            copies.push(self.late() + self.late());
        }
        copies
    }

    /// When the next bytes of the stream arrive: never before the ones sent earlier.
    pub fn stream(&mut self, now_ms: u64) -> u64 {
        self.stream_busy_until_ms = self.stream_busy_until_ms.max(now_ms + self.late());
        self.stream_busy_until_ms
    }

    /// When the last bytes of the stream that are under way arrive.
    pub fn landed_ms(&self) -> u64 {
        self.stream_busy_until_ms
    }

    fn late(&mut self) -> u64 {
        self.chance.between(1, u64::from(self.weather.late_ms_max) + 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(weather: Weather) -> (Vec<Vec<u64>>, Carried) {
        let mut cable = Cable { weather, ..Cable::new(Chance::new(7)) };
        let mut carried = Carried::default();
        ((0..200).map(|_| cable.carry(Way::There, &mut carried)).collect(), carried)
    }

    #[test]
    fn a_bad_cable_loses_doubles_and_reorders() {
        let (arrivals, carried) = sent(Weather { line: Line::Whole, lost_pct: 20, twice_pct: 20, late_ms_max: 900 });
        assert!(carried.lost > 20 && carried.twice > 20);
        assert!(arrivals.iter().any(Vec::is_empty) && arrivals.iter().any(|copies| copies.len() == 2));
        assert!(
            arrivals.windows(2).any(|pair| matches!((pair[0].first(), pair[1].first()), (Some(a), Some(b)) if a > b))
        );
    }

    #[test]
    fn a_cable_cut_one_way_is_open_the_other() {
        let (arrivals, _) = sent(Weather { line: Line::NothingBack, ..FAIR });
        assert!(arrivals.iter().all(|copies| copies.len() == 1));
        assert!(sent(Weather { line: Line::NothingThere, ..FAIR }).0.iter().all(Vec::is_empty));
    }

    #[test]
    fn a_stream_keeps_its_order() {
        let mut cable = Cable::new(Chance::new(1));
        cable.weather.late_ms_max = 500;
        let arrivals: Vec<u64> = (0..50).map(|at| cable.stream(at)).collect();
        assert!(arrivals.is_sorted());
    }
}
