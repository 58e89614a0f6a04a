//! Two notes before a call, a falling third, as a bell: no recording, so no licence.

use crate::{mix::from_unit, wav::RATE};
use std::f64::consts::TAU;

/// The second note begins so much later.
const STEP_S: f64 = 0.38;
const LENGTH_S: f64 = 1.3;

/// The samples, not yet as loud as the rest.
pub(crate) fn chime() -> Vec<i16> {
    let sample = |at: f64| 0.3 * (bell(659.26, at) + bell(523.25, at - STEP_S));
    let times = (0..2 * RATE).map(|n| f64::from(n) / f64::from(RATE));
    times.take_while(|at| *at < LENGTH_S).map(|at| from_unit(sample(at))).collect()
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
