//! From the rate a generator speaks at to the rate of a pack: a windowed sinc, exact for whole ratios.

use crate::{
    mix::from_unit,
    wav::{Pcm, RATE},
};
use std::f64::consts::PI;

/// Zero crossings of the sinc on either side.
const REACH: i64 = 16;

/// The sound at 48,000 Hz. Only upward: a generator that speaks at a higher rate would need a wider filter.
pub(super) fn resampled(pcm: &Pcm) -> Vec<i16> {
    if pcm.rate == RATE {
        return pcm.samples.clone();
    }
    let (from, to) = (i64::from(pcm.rate), i64::from(RATE));
    let length = i64::try_from(pcm.samples.len()).unwrap_or(i64::MAX / to) * to / from;
    // The place between two samples repeats after `to / gcd` samples: for 22,050 Hz there are 320 such places.
    let phases = to / gcd(from, to);
    let kernels: Vec<Vec<f64>> = (0..phases).map(|phase| kernel((phase * from % to, to))).collect();
    (0..length).map(|n| one(&pcm.samples, n * from / to, &kernels[index(n % phases)])).collect()
}

fn one(samples: &[i16], at: i64, kernel: &[f64]) -> i16 {
    let near = (at - REACH + 1..=at + REACH).zip(kernel);
    let value = |(place, weight): (i64, &f64)| {
        let sample = usize::try_from(place).ok().and_then(|place| samples.get(place)).copied();
        weight * f64::from(sample.unwrap_or(0)) / 32_768.0
    };
    from_unit(near.map(value).sum())
}

/// The weights of the samples around a place that lies `part / whole` after one of them.
#[expect(clippy::cast_precision_loss, reason = "small integers")]
fn kernel((part, whole): (i64, i64)) -> Vec<f64> {
    let offset = part as f64 / whole as f64;
    let weight = |tap: i64| {
        let x = tap as f64 - offset;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let window = 0.5 + 0.5 * (PI * x / REACH as f64).cos();
        if x.abs() < REACH as f64 { sinc * window } else { 0.0 }
    };
    (1 - REACH..=REACH).map(weight).collect()
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn index(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_stays_the_same_tone() {
        let tone = |rate: u32, seconds: u32| -> Vec<i16> {
            (0..rate * seconds / 10)
                .map(|n| from_unit(0.5 * (2.0 * PI * 1_000.0 * f64::from(n) / f64::from(rate)).sin()))
                .collect()
        };
        let out = resampled(&Pcm { rate: 22_050, samples: tone(22_050, 3) });
        let wanted = tone(48_000, 3);
        assert_eq!(out.len(), wanted.len());
        let middle = 200..wanted.len() - 200;
        let worst = middle.map(|n| (i32::from(out[n]) - i32::from(wanted[n])).abs()).max().unwrap();
        assert!(worst < 40, "{worst} of 16384");
    }

    #[test]
    fn the_right_rate_is_left_alone() {
        assert_eq!(resampled(&Pcm { rate: RATE, samples: vec![1, 2, 3] }), [1, 2, 3]);
        assert_eq!(resampled(&Pcm { rate: 22_050, samples: vec![] }), [0_i16; 0]);
    }
}
