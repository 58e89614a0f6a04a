//! How loud a clip is to an ear: K-weighted, gated, in LUFS, after ITU-R BS.1770-4.
//!
//! A pack recorded in a studio and one made by a machine must not shout over each other, and neither must two clips of
//! one pack. One channel at 48,000 Hz only, so the filter's coefficients are those printed in the recommendation. A clip
//! shorter than one block of 400 ms is measured as one block.

use crate::wav::RATE;

/// The loudness every clip is brought to: below it a call drowns in a hall, above it peaks have no room.
pub const TARGET_LUFS: f64 = -20.0;
/// How far a pack may be from it.
pub const TOLERANCE_LU: f64 = 2.0;

const BLOCK: usize = RATE as usize * 4 / 10;
const STEP: usize = BLOCK / 4;
const ABSOLUTE_GATE: f64 = -70.0;
const RELATIVE_GATE: f64 = -10.0;

/// The loudness; `None` for silence.
pub fn lufs(samples: &[i16]) -> Option<f64> {
    let weighted: Vec<f64> =
        samples.iter().map(|s| f64::from(*s) / 32_768.0).scan(Weighting::new(), Weighting::step).collect();
    let blocks: Vec<f64> = match weighted.len() {
        0 => return None,
        1..=BLOCK => vec![mean_square(&weighted)],
        _ => weighted.windows(BLOCK).step_by(STEP).map(mean_square).collect(),
    };
    let loud: Vec<f64> = blocks.into_iter().filter(|power| level(*power) > ABSOLUTE_GATE).collect();
    let gate = level(mean(&loud)?) + RELATIVE_GATE;
    let kept: Vec<f64> = loud.into_iter().filter(|power| level(*power) > gate).collect();
    mean(&kept).map(level)
}

/// A ratio of amplitudes for a difference in decibels.
pub fn ratio(db: f64) -> f64 {
    10_f64.powf(db / 20.0)
}

fn level(power: f64) -> f64 {
    -0.691 + 10.0 * power.log10()
}

fn mean_square(block: &[f64]) -> f64 {
    block.iter().map(|sample| sample * sample).sum::<f64>() / count(block.len())
}

fn mean(powers: &[f64]) -> Option<f64> {
    (!powers.is_empty()).then(|| powers.iter().sum::<f64>() / count(powers.len()))
}

#[expect(clippy::cast_precision_loss, reason = "a clip has fewer samples than a float has integers")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The head's shelf, then the low cut.
struct Weighting {
    shelf: Biquad,
    low_cut: Biquad,
}

impl Weighting {
    fn new() -> Weighting {
        let shelf = [
            1.535_124_859_586_97,
            -2.691_696_189_406_38,
            1.198_392_810_852_85,
            -1.690_659_293_182_41,
            0.732_480_774_215_85,
        ];
        let low_cut = [1.0, -2.0, 1.0, -1.990_047_454_833_98, 0.990_072_250_366_21];
        Weighting { shelf: Biquad::new(shelf), low_cut: Biquad::new(low_cut) }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape that `scan` asks for")]
    fn step(&mut self, sample: f64) -> Option<f64> {
        Some(self.low_cut.step(self.shelf.step(sample)))
    }
}

/// A filter of second order: b0, b1, b2, a1, a2.
struct Biquad {
    by: [f64; 5],
    kept: [f64; 2],
}

impl Biquad {
    fn new(by: [f64; 5]) -> Biquad {
        Biquad { by, kept: [0.0; 2] }
    }

    fn step(&mut self, x: f64) -> f64 {
        let [b0, b1, b2, a1, a2] = self.by;
        let y = b0 * x + self.kept[0];
        self.kept = [b1 * x - a1 * y + self.kept[1], b2 * x - a2 * y];
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "within 16 bits by its amplitude")]
    fn tone(hz: f64, amplitude: f64, ms: u32) -> Vec<i16> {
        let step = 2.0 * std::f64::consts::PI * hz / f64::from(RATE);
        (0..RATE / 1_000 * ms).map(|n| (amplitude * 32_767.0 * (step * f64::from(n)).sin()) as i16).collect()
    }

    /// The recommendation's own example: 997 Hz at full scale in one channel is -3.01 LUFS.
    #[test]
    fn the_reference_tone_reads_as_written() {
        let full = lufs(&tone(997.0, 1.0, 3_000)).unwrap();
        assert!((full + 3.01).abs() < 0.02, "{full}");
        let quiet = lufs(&tone(997.0, 0.1, 3_000)).unwrap();
        assert!((quiet + 23.01).abs() < 0.02, "{quiet}");
        let short = lufs(&tone(997.0, 0.1, 300)).unwrap();
        assert!((short + 23.01).abs() < 0.1, "{short}");
    }

    #[test]
    fn pauses_do_not_make_a_clip_quieter() {
        let speech = tone(500.0, 0.2, 2_000);
        let with_pause = [speech.clone(), vec![0; 96_000], speech.clone()].concat();
        assert!((lufs(&with_pause).unwrap() - lufs(&speech).unwrap()).abs() < 0.5);
        assert_eq!(lufs(&[0; 48_000]), None);
        assert_eq!(lufs(&[]), None);
    }
}
