//! Slower and faster without a higher or lower voice: WSOLA, waveform-similarity overlap-add.
//!
//! Windows of 25 ms are taken from the recording further apart (or nearer) than they are laid down, each moved by up to
//! 8 ms to where it best goes on with what was laid down before: the ear hears the same periods, more or fewer of them.
//! Done once per clip as it is spoken, so gaps stay exact and packs hold one pace. Rejected: clips recorded at several
//! paces (seven times the studio), and a change of rate (a voice like a mouse).

use crate::{setting::Pace, wav::RATE};

/// A window, and the distance at which windows are laid down.
const WINDOW: usize = RATE as usize / 40;
const HOP: usize = WINDOW / 2;
/// How far a window may be moved, either way: half a period of the deepest voice.
const SEARCH: usize = RATE as usize / 125;
/// Of each so many samples one is compared, and moves are tried at that distance first.
const COARSE: usize = 8;

/// The clip at a pace. At the usual pace, or shorter than two windows, it is the clip itself.
pub fn stretched(clip: &[i16], pace: Pace) -> Vec<i16> {
    if pace == Pace::USUAL || clip.len() < 2 * WINDOW {
        return clip.to_vec();
    }
    let percent = usize::from(pace.percent());
    let length = clip.len() * 100 / percent;
    let mut out = vec![0.0_f32; length + WINDOW];
    let fade: Vec<f32> = (0..WINDOW).map(hann).collect();
    let mut from = 0;
    for (nth, to) in (0..length).step_by(HOP).enumerate() {
        if nth > 0 {
            let wanted = to * percent / 100;
            // What would follow the window laid down last, were nothing changed.
            from = best_move(clip, wanted, from + HOP);
        }
        for (at, weight) in fade.iter().enumerate() {
            let sample = clip.get(from + at).copied().unwrap_or(0);
            // The first half of the first window has nothing before it to be blended with.
            let weight = if nth == 0 && at < HOP { 1.0 } else { *weight };
            out[to + at] += weight * f32::from(sample);
        }
    }
    out.truncate(length);
    let by = as_loud(clip, &out);
    out.into_iter().map(|sample| to_sample(by * sample)).collect()
}

/// What the noise of consonants lost where unlike windows were blended: up to 1.4 times is given back.
fn as_loud(before: &[i16], after: &[f32]) -> f32 {
    let was = power(before.iter().map(|sample| f32::from(*sample)), before.len());
    let is = power(after.iter().copied(), after.len());
    if is > 1.0 { (was / is).sqrt().clamp(1.0, 1.4) } else { 1.0 }
}

#[expect(clippy::cast_precision_loss, reason = "half a minute has a million samples")]
fn power(samples: impl Iterator<Item = f32>, count: usize) -> f32 {
    samples.map(|sample| sample * sample).sum::<f32>() / count.max(1) as f32
}

/// Where near `wanted` the clip is most like what it is at `natural`.
fn best_move(clip: &[i16], wanted: usize, natural: usize) -> usize {
    let last = clip.len().saturating_sub(HOP);
    let (low, high) = (wanted.saturating_sub(SEARCH).min(last), (wanted + SEARCH).min(last));
    let Some(model) = clip.get(natural..natural + HOP) else { return wanted.min(last) };
    let nearest = |tried: &mut dyn Iterator<Item = usize>, step: usize| {
        let mut best = (f32::MIN, wanted.min(last));
        for from in tried {
            let likeness = likeness(model, &clip[from..], step);
            if likeness > best.0 {
                best = (likeness, from);
            }
        }
        best.1
    };
    let coarse = nearest(&mut (low..=high).step_by(COARSE), COARSE);
    let (low, high) = (coarse.saturating_sub(COARSE).max(low), (coarse + COARSE).min(high));
    nearest(&mut (low..=high), 2)
}

/// How alike, from -1 to 1, whatever the loudness; every `step`-th sample is asked.
fn likeness(model: &[i16], tried: &[i16], step: usize) -> f32 {
    let (mut product, mut energy) = (0.0_f32, 1.0_f32);
    for (a, b) in model.iter().zip(tried).step_by(step) {
        let (a, b) = (f32::from(*a), f32::from(*b));
        product += a * b;
        energy += b * b;
    }
    product / energy.sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a window has a thousand samples")]
fn hann(at: usize) -> f32 {
    let turn = 2.0 * std::f32::consts::PI * at as f32 / WINDOW as f32;
    0.5 - 0.5 * turn.cos()
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
fn to_sample(value: f32) -> i16 {
    value.round().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loudness::lufs;

    /// Something like a vowel: a fundamental with overtones that swells and fades.
    #[expect(clippy::cast_possible_truncation, reason = "within 16 bits by its amplitudes")]
    fn vowel(hz: f64, ms: u32) -> Vec<i16> {
        let turn = |n: u32, k: f64| (2.0 * std::f64::consts::PI * hz * k * f64::from(n) / f64::from(RATE)).sin();
        let swell = |n: u32| 0.6 + 0.4 * turn(n, 4.0 / hz);
        let sample = |n| swell(n) * (6_000.0 * turn(n, 1.0) + 4_000.0 * turn(n, 2.0) + 2_000.0 * turn(n, 5.0));
        (0..RATE / 1_000 * ms).map(|n| sample(n) as i16).collect()
    }

    /// The period that repeats best, in samples.
    fn period(samples: &[i16]) -> usize {
        let middle = &samples[samples.len() / 3..];
        let shift = |lag: usize| likeness(&middle[..4_800], &middle[lag..], 1) / 1_000.0;
        (200..700).max_by(|a, b| shift(*a).total_cmp(&shift(*b))).unwrap()
    }

    fn paces() -> Vec<Pace> {
        let slowest = (0..9).fold(Pace::USUAL, |pace, _| pace.slower());
        (0..7).scan(slowest, |pace, _| Some(std::mem::replace(pace, pace.faster()))).collect()
    }

    #[test]
    fn only_the_length_changes() {
        for hz in [90.0, 140.0, 220.0] {
            let clip = vowel(hz, 900);
            for pace in paces() {
                let out = stretched(&clip, pace);
                let expected = clip.len() * 100 / usize::from(pace.percent());
                assert_eq!(out.len(), expected, "{pace:?}");
                let (before, after) = (period(&clip), period(&out));
                assert!(before.abs_diff(after) * 50 <= before, "{hz} Hz at {pace:?}: period {before} became {after}");
                let change = lufs(&out).unwrap() - lufs(&clip).unwrap();
                assert!(change.abs() < 1.0, "{hz} Hz at {pace:?}: {change} LU");
            }
        }
    }

    #[test]
    fn no_click_is_made() {
        let clip = vowel(140.0, 600);
        let steepest = |samples: &[i16]| samples.windows(2).map(|p| p[0].abs_diff(p[1])).max().unwrap();
        for pace in paces() {
            let (before, after) = (steepest(&clip), steepest(&stretched(&clip, pace)));
            assert!(after <= before + before / 4, "{pace:?}: {before} became {after}");
        }
    }

    #[test]
    fn short_and_empty_clips_pass() {
        assert_eq!(stretched(&[], Pace::USUAL.faster()), [0_i16; 0]);
        assert_eq!(stretched(&[7; 100], Pace::USUAL.faster()), [7; 100]);
        for length in [2 * WINDOW, 2 * WINDOW + 1, 3 * WINDOW + 7] {
            paces().into_iter().for_each(|pace| drop(stretched(&vec![9; length], pace)));
        }
    }
}
