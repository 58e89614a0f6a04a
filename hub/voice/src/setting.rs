//! How fast and how loud: the visitor's steps, and the hall's hours.
//!
//! Steps, not free numbers: a person who turns it up hears each press, and the ends are safe. A new visitor begins where
//! everybody begins.

/// How fast, against the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pace(usize);

impl Pace {
    /// Percent of the recording's pace. People who live with a voice in the ear listen at twice the pace.
    const STEPS: [u16; 7] = [70, 85, 100, 120, 145, 170, 200];
    /// As recorded.
    pub const USUAL: Pace = Pace(2);

    /// One step quicker, or the quickest.
    pub fn faster(self) -> Pace {
        Pace((self.0 + 1).min(Self::STEPS.len() - 1))
    }

    /// One step slower, or the slowest.
    pub fn slower(self) -> Pace {
        Pace(self.0.saturating_sub(1))
    }

    /// Percent of the recording's pace.
    pub fn percent(self) -> u16 {
        Self::STEPS[self.0]
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace::USUAL
    }
}

/// The visitor's step of loudness, on top of the hall's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(i8);

impl Volume {
    const STEP_DB: i8 = 4;
    const MIN: Volume = Volume(-16);
    /// Loud enough for a hall of people who talk; the limiter keeps the peaks.
    const MAX: Volume = Volume(12);
    /// As recorded.
    pub const USUAL: Volume = Volume(0);

    /// One step louder, or the loudest.
    pub fn louder(self) -> Volume {
        Volume(self.0 + Self::STEP_DB).min(Self::MAX)
    }

    /// One step softer, or the softest; never silent.
    pub fn softer(self) -> Volume {
        Volume(self.0 - Self::STEP_DB).max(Self::MIN)
    }

    /// Decibels against the recording.
    pub fn db(self) -> f64 {
        f64::from(self.0)
    }
}

impl Default for Volume {
    fn default() -> Volume {
        Volume::USUAL
    }
}

/// The hall's loudness over the day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hours(Vec<Hour>);

/// From a minute of the day on, so many decibels against the recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// Minutes since midnight.
    pub from_min: u16,
    /// Decibels.
    pub db: f64,
}

/// Hours that make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours rise from 0 to 1439 minutes, at most {} of them, each from -60 to 12 dB", Hours::LEN_MAX)]
pub struct NotHours;

impl Hours {
    /// Changes of loudness in a day.
    pub const LEN_MAX: usize = 24;

    /// Rising moments of the day; what holds before the first of them is what held at the end of the day before.
    pub fn new(hours: Vec<Hour>) -> Result<Hours, NotHours> {
        let rising = hours.windows(2).all(|pair| pair[0].from_min < pair[1].from_min);
        let sane = |hour: &Hour| hour.from_min < 24 * 60 && (-60.0..=12.0).contains(&hour.db);
        if hours.len() <= Self::LEN_MAX && rising && hours.iter().all(sane) { Ok(Hours(hours)) } else { Err(NotHours) }
    }

    /// Decibels at a minute of the day.
    pub fn db(&self, minute: u16) -> f64 {
        let now = self.0.iter().rev().find(|hour| hour.from_min <= minute);
        now.or(self.0.last()).map_or(0.0, |hour| hour.db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end() {
        let slow = (0..20).fold(Pace::USUAL, |pace, _| pace.slower());
        let fast = (0..20).fold(Pace::USUAL, |pace, _| pace.faster());
        assert_eq!((slow.percent(), Pace::default().percent(), fast.percent()), (70, 100, 200));
        let soft = (0..20).fold(Volume::USUAL, |volume, _| volume.softer());
        let loud = (0..20).fold(Volume::USUAL, |volume, _| volume.louder());
        assert_eq!((soft.db(), loud.db()), (-16.0, 12.0));
        assert_eq!(soft.louder().db(), -12.0);
    }

    #[test]
    fn the_hall_is_softer_early_and_late() {
        let hours = |list: &[(u16, f64)]| {
            Hours::new(list.iter().map(|(from_min, db)| Hour { from_min: *from_min, db: *db }).collect())
        };
        let day = hours(&[(480, -6.0), (600, 0.0), (1_080, -12.0)]).unwrap();
        assert_eq!(
            [0, 480, 599, 600, 1_080, 1_439].map(|minute| day.db(minute)),
            [-12.0, -6.0, -6.0, 0.0, -12.0, -12.0]
        );
        assert_eq!(Hours::default().db(700), 0.0);
        assert_eq!(hours(&[(600, 0.0), (600, 1.0)]), Err(NotHours));
        assert_eq!(hours(&[(1_440, 0.0)]), Err(NotHours));
        assert_eq!(hours(&[(0, 40.0)]), Err(NotHours));
    }
}
