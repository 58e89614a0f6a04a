//! How fast the other proofs are: each runs as itself, a short time, and its verdict stands beside its rate.

use crate::figures::{figure, round};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    process::{Command, Stdio},
    time::Instant,
};

/// A proof, what it counts, and how much of it is run.
struct Short {
    name: &'static str,
    unit: &'static str,
    proof: &'static [&'static str],
    many: u32,
}

/// The last argument of each is how many. Power cuts without the controls: those need more cuts to be sure.
const SHORT: [Short; 3] = [
    Short { name: "simulated-hall-days", unit: "hall-days/s", proof: &["sim", "--seeds"], many: 200 },
    Short { name: "kills-survived", unit: "crashes/s", proof: &["kill", "--times"], many: 20 },
    Short {
        name: "power-cuts-survived",
        unit: "crashes/s",
        proof: &["power", "--target", "hub", "--mode", "drop", "--crashes"],
        many: 20,
    },
];

/// Runs each of them.
pub(super) fn figures(show: &mut impl FnMut(Value)) -> Result<()> {
    for short in SHORT {
        show(run(&short)?);
    }
    Ok(())
}

fn run(short: &Short) -> Result<Value> {
    let many = short.many;
    let began = Instant::now();
    let mut proof = Command::new(std::env::current_exe()?);
    proof.args(short.proof).arg(many.to_string()).stdin(Stdio::null());
    let output = proof.output().with_context(|| format!("proof {} cannot be run", short.proof.join(" ")))?;
    let took = began.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().rev().find_map(counted);
    let (passed, failed) = told.unwrap_or_default();
    let sound = output.status.success() && failed == 0 && passed > 0;
    let rate = if sound { f64::from(many) / took } else { 0.0 };
    let mut line = figure(short.name, rate, short.unit, "itself");
    line["many"] = json!(many);
    line["took-s"] = json!(round(took));
    line["passed"] = json!(passed);
    line["failed"] = json!(failed);
    line["verdict"] = json!(match told {
        None => "did not run",
        Some(_) if sound => "passed",
        Some(_) => "failed",
    });
    if told.is_none() {
        line["why"] = json!(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default());
    }
    Ok(line)
}

/// `N passed, N failed`.
fn counted(line: &str) -> Option<(u64, u64)> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_read_from_its_last_line() {
        assert_eq!(counted("12 passed, 1 failed"), Some((12, 1)));
        assert_eq!(counted("ok   12 passed, 1 failed of something"), None);
        assert_eq!(counted(""), None);
    }
}
