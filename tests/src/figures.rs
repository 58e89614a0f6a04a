//! Figures as lines: one JSON object each, with a stable name, so that two runs can be laid beside each other.

use serde_json::{Value, json};

/// A bar and what is held against it.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// The ratio, and what it should reach.
    AtLeast(f64, f64),
    /// The ratio, and what it should not exceed.
    AtMost(f64, f64),
}

/// A figure with its name and what it is to be read against.
pub fn figure(name: &str, value: f64, unit: &str, compared_with: &str) -> Value {
    json!({"name": name, "value": round(value), "unit": unit, "compared_with": compared_with})
}

/// The figure with its bar and whether it is met.
pub fn judged(mut shown: Value, bar: Bar) -> Value {
    let (ratio, words, met) = match bar {
        Bar::AtLeast(ratio, least) => (ratio, format!("at least {least}"), ratio >= least),
        Bar::AtMost(ratio, most) => (ratio, format!("at most {most}"), ratio <= most),
    };
    shown["ratio"] = json!(round(ratio));
    shown["bar"] = json!(words);
    shown["verdict"] = json!(if met { "met" } else { "missed" });
    shown
}

/// Three decimals.
pub fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The middle value; zero of nothing.
pub fn median(values: Vec<f64>) -> f64 {
    percentile(values, 50)
}

/// The value below which so many of a hundred lie; zero of nothing.
pub fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(values.clone(), 50), 50.0);
        assert_eq!(percentile(values.clone(), 99), 99.0);
        assert_eq!(percentile(values, 100), 100.0);
        assert_eq!(percentile(vec![], 50), 0.0);
    }

    #[test]
    fn a_bar_is_met_or_missed() {
        assert_eq!(judged(figure("a", 1.0, "ms", "b"), Bar::AtMost(2.0, 2.0))["verdict"], "met");
        assert_eq!(judged(figure("a", 1.0, "ms", "b"), Bar::AtMost(2.1, 2.0))["verdict"], "missed");
        assert_eq!(judged(figure("a", 1.0, "ms", "b"), Bar::AtLeast(0.4, 0.5))["verdict"], "missed");
    }
}
