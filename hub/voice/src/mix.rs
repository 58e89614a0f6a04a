//! A plan as one stretch of samples: clip after clip, a gap between, never two at once.
//!
//! What is handed to the loudspeaker is a whole utterance, so nothing can slip in between or sound over it. A clip that
//! cannot be had is left out and named. Deliberately absent: music, crossfades, more than one channel.

use crate::{
    Part,
    loudness::ratio,
    pack::{Complaint, Packs},
    setting::Pace,
    stretch::stretched,
    wav::RATE,
};

/// The usual silence between two clips: words apart, yet one sentence.
pub const GAP_MS: u32 = 90;
/// The longest utterance.
pub const UTTERANCE_S_MAX: usize = 120;
/// What is softer than -46 dBFS at either end of a clip is the studio's room.
const SILENCE: u16 = 164;
/// Samples over which an end fades, so that no cut clicks: 3 ms.
const FADE: usize = RATE as usize * 3 / 1_000;

/// How a plan is to sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// Silence between clips at the usual pace.
    pub gap_ms: u32,
    /// How fast.
    pub pace: Pace,
    /// Decibels against the recordings.
    pub db: f64,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner { gap_ms: GAP_MS, pace: Pace::USUAL, db: 0.0 }
    }
}

/// A plan as sound.
#[derive(Debug, Default)]
pub struct Mixed {
    /// The samples.
    pub samples: Vec<i16>,
    /// For each part of the plan, the sample it begins at.
    pub starts: Vec<usize>,
    /// What could not be had.
    pub missing: Vec<Complaint>,
}

/// Puts a plan together.
pub fn mix(packs: &Packs, parts: &[Part], manner: &Manner) -> Mixed {
    let mut mixed = Mixed::default();
    let mut gap_ms = None;
    for part in parts {
        match part {
            Part::Pause { ms } => {
                gap_ms = Some(gap_ms.unwrap_or(0) + u32::from(*ms));
                mixed.starts.push(mixed.samples.len());
            }
            Part::Clip { tongue, id } => match packs.clip(*tongue, id) {
                Ok((clip, pack_db)) => {
                    let before = gap_ms.take().unwrap_or(if mixed.samples.is_empty() { 0 } else { manner.gap_ms });
                    mixed.rest(before, manner.pace);
                    mixed.starts.push(mixed.samples.len());
                    let clip = stretched(&trimmed(&clip), manner.pace);
                    mixed.samples.extend(clip.into_iter().map(loudened(manner.db + pack_db)));
                }
                Err(complaint) => {
                    mixed.starts.push(mixed.samples.len());
                    mixed.missing.push(complaint);
                }
            },
        }
    }
    mixed.rest(gap_ms.unwrap_or(0), manner.pace);
    mixed.samples.truncate(UTTERANCE_S_MAX * RATE as usize);
    mixed
}

impl Mixed {
    fn rest(&mut self, ms: u32, pace: Pace) {
        let samples = RATE / 1_000 * ms * 100 / u32::from(pace.percent());
        self.samples.resize(self.samples.len() + samples as usize, 0);
    }
}

/// A clip without the silence at its ends, faded in and out.
pub fn trimmed(clip: &[i16]) -> Vec<i16> {
    let loud = |sample: &i16| sample.unsigned_abs() > SILENCE;
    let (Some(first), Some(last)) = (clip.iter().position(loud), clip.iter().rposition(loud)) else { return vec![] };
    // A soft consonant begins and ends below the threshold: 5 ms are left on either side.
    let room = RATE as usize / 200;
    let mut kept = clip[first.saturating_sub(room)..(last + room).min(clip.len())].to_vec();
    let fade = FADE.min(kept.len() / 2);
    let length = kept.len();
    for at in 0..fade {
        for one in [at, length - 1 - at] {
            kept[one] = scaled(kept[one], at, fade);
        }
    }
    kept
}

/// Louder or softer by decibels; what would leave the scale is bent, not cut.
pub fn loudened(db: f64) -> impl Fn(i16) -> i16 {
    let by = ratio(db);
    move |sample| {
        if db == 0.0 {
            return sample;
        }
        let wanted = f64::from(sample) / 32_768.0 * by;
        from_unit(if wanted.abs() <= KNEE { wanted } else { bent(wanted) })
    }
}

/// Up to here nothing is bent.
const KNEE: f64 = 0.7;

fn bent(wanted: f64) -> f64 {
    let over = (wanted.abs() - KNEE) / (1.0 - KNEE);
    (KNEE + (1.0 - KNEE) * over.tanh()).copysign(wanted)
}

/// A sample of 16 bits for a value from -1 to 1.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
pub fn from_unit(value: f64) -> i16 {
    (value * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16
}

#[expect(clippy::cast_possible_truncation, reason = "a part of a sample is no larger than it")]
#[expect(clippy::cast_possible_wrap, reason = "a fade has 144 samples")]
fn scaled(sample: i16, part: usize, of: usize) -> i16 {
    (i64::from(sample) * part as i64 / of as i64) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_at_the_ends_goes_and_a_little_stays() {
        let clip = [vec![0; 9_600], vec![5_000; 4_800], vec![100; 9_600]].concat();
        let kept = trimmed(&clip);
        assert_eq!(kept.len(), 4_800 + 240 + 239);
        assert_eq!((kept[0], *kept.last().unwrap()), (0, 0));
        assert_eq!(trimmed(&[100; 999]), [0_i16; 0]);
        assert!(trimmed(&[5_000]).len() <= 1);
    }

    #[test]
    fn louder_bends_instead_of_cutting() {
        let louder = loudened(12.0);
        assert_eq!(louder(1_000), 3_981);
        let peaks: Vec<i16> = [8_000, 12_000, 16_000, 32_767].map(&louder).to_vec();
        assert!(peaks.is_sorted() && peaks[0] < peaks[1] && peaks[1] < peaks[2], "{peaks:?}");
        assert_eq!(louder(-12_000), -louder(12_000));
        assert_eq!(loudened(0.0)(i16::MIN), i16::MIN);
        assert_eq!(loudened(-6.0206)(10_000), 5_000);
    }
}
