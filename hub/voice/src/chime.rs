//! Two notes before a call, a falling third, and three rising ones, twice, before an alert: bells, no recordings, so no
//! licence.

use crate::{mix::from_unit, wav::RATE};
use std::f64::consts::TAU;

/// The second note begins so much later.
const STEP_S: f64 = 0.38;
const LENGTH_S: f64 = 1.3;

/// A note of an alert is sooner followed by the next.
const ALERT_STEP_S: f64 = 0.24;

/// The samples, not yet as loud as the rest.
pub(crate) fn chime() -> Vec<i16> {
    struck(&[(659.26, 0.0), (523.25, STEP_S)], LENGTH_S)
}

/// The same for an alert: nobody takes it for a call.
pub(crate) fn attention() -> Vec<i16> {
    let rising = [523.25, 659.26, 783.99, 523.25, 659.26, 783.99];
    let notes: Vec<(f64, f64)> = rising.into_iter().zip((0..6).map(|nth| ALERT_STEP_S * f64::from(nth))).collect();
    struck(&notes, LENGTH_S + 4.0 * ALERT_STEP_S)
}

/// Notes, each from a moment on.
fn struck(notes: &[(f64, f64)], length_s: f64) -> Vec<i16> {
    let sample = |at: f64| 0.3 * notes.iter().map(|(hz, from)| bell(*hz, at - from)).sum::<f64>();
    let times = (0..3 * RATE).map(|n| f64::from(n) / f64::from(RATE));
    times.take_while(|at| *at < length_s).map(|at| from_unit(sample(at))).collect()
}

/// A struck note: its partials die the sooner the higher they are.
fn bell(hz: f64, since: f64) -> f64 {
    if since < 0.0 {
        return 0.0;
    }
    let attack = (since / 0.004).min(1.0);
    let partials = [(1.0, 1.0, 4.0), (2.0, 0.4, 6.5), (3.01, 0.18, 9.0), (5.4, 0.06, 16.0)];
    let sound = |(k, loud, dies): (f64, f64, f64)| loud * (-dies * since).exp() * (TAU * hz * k * since).sin();
    attack * partials.map(sound).iter().sum::<f64>()
}
