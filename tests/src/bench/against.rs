//! This run beside an earlier one: the same names, their ratio, and which way is better.
//!
//! Two runs share a machine at best, not a moment: read small differences as noise, and the ratios inside one run first.

use crate::figures::round;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// The figures of an earlier run, by name. Lines that are no figures are passed over.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, f64>> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let figures: BTreeMap<String, f64> =
        text.lines().filter_map(|line| named(&serde_json::from_str(line).ok()?)).collect();
    anyhow::ensure!(!figures.is_empty(), "{} has no figures: one JSON object a line is expected", path.display());
    Ok(figures)
}

/// One sentence for each figure, in the order of this run.
pub(super) fn compared(then: &BTreeMap<String, f64>, now: &[Value]) -> Vec<String> {
    let mut told: Vec<String> = vec![];
    let mut names: Vec<String> = vec![];
    for figure in now {
        let Some((name, value)) = named(figure).filter(|(name, _)| !names.contains(name)) else { continue };
        let unit = figure["unit"].as_str().unwrap_or_default();
        told.push(match then.get(&name) {
            Some(before) => format!("{name}: {value} {unit}, was {before}{}", ratio(value, *before, unit)),
            None => format!("{name}: {value} {unit}, was not measured"),
        });
        names.push(name);
    }
    let gone = then.keys().filter(|name| !names.contains(name));
    told.extend(gone.map(|name| format!("{name}: not measured now, was {}", then[name])));
    told
}

fn ratio(now: f64, before: f64, unit: &str) -> String {
    if before == 0.0 {
        return String::new();
    }
    let ratio = now / before;
    let more_is_better = unit.ends_with("/s");
    let way = match (ratio, more_is_better) {
        (0.95..=1.05, _) => "the same within 5 %",
        (1.0.., true) | (..1.0, false) => "better",
        _ => "worse",
    };
    format!(": {} times, {way}", round(ratio))
}

fn named(figure: &Value) -> Option<(String, f64)> {
    Some((figure["name"].as_str()?.to_owned(), figure["value"].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::figure;

    #[test]
    fn two_runs_are_laid_side_by_side() {
        let then = [("speed", 100.0), ("wait", 10.0), ("memory", 20.0), ("gone", 1.0)];
        let then = then.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let now = [
            figure("speed", 200.0, "1/s", "itself"),
            figure("speed", 200.0, "1/s", "another bar"),
            figure("wait", 5.0, "ms", "itself"),
            figure("memory", 30.0, "MiB", "itself"),
            figure("new", 1.0, "ms", "itself"),
        ];
        assert_eq!(
            compared(&then, &now),
            [
                "speed: 200 1/s, was 100: 2 times, better",
                "wait: 5 ms, was 10: 0.5 times, better",
                "memory: 30 MiB, was 20: 1.5 times, worse",
                "new: 1 ms, was not measured",
                "gone: not measured now, was 1",
            ]
        );
        assert_eq!(ratio(1.04, 1.0, "ms"), ": 1.04 times, the same within 5 %");
    }
}
