//! The configuration of a simulated hall, written as a technician would write it and read by the product.

use super::transitions::Shape;
use hub::config::Config;
use std::{fmt::Write, path::Path};

/// Letters and codes that counters serve, so that services are shared, helped with, and sometimes served by nobody.
const DUTIES: [(&str, &str); 6] = [
    (r#""A""#, r#""M""#),
    (r#""M""#, r#""A", "O""#),
    (r#""A01", "A02", "K""#, r#""T""#),
    (r#""O", "T""#, r#""K""#),
    (r#""A", "K""#, ""),
    (r#""E", "A01""#, r#""M01""#),
];

/// Reads the hall of a shape.
pub fn config(shape: &Shape) -> anyhow::Result<Config> {
    Ok(Config::parse(&text(shape), Path::new("simulated.toml"))?)
}

/// A counter's id.
pub fn counter(nth: u8) -> String {
    (nth + 1).to_string()
}

/// The clerk who usually sits there.
pub fn clerk(nth: u8) -> String {
    format!("clerk-{}", nth + 1)
}

fn text(shape: &Shape) -> String {
    let mut text = String::from("[hall]\nid = \"simulated\"\nlanguages = [\"uz-Latn\"]\nutc_offset = \"+05:00\"\n");
    text += "listen = \"127.0.0.1:0\"\n";
    if shape.hours == 0 {
        text += "hours = \"always\"\n";
    }
    text += "[hall.name]\nuz-Latn = \"Sinov\"\nuz-Cyrl = \"Синов\"\nru = \"Проба\"\nkaa = \"Sınaw\"\nen = \"Trial\"\n";
    let until = match shape.hours {
        0 => None,
        1 => Some("18:00"),
        _ => Some("10:00"),
    };
    if let Some(until) = until {
        text += "[hall.hours]\n";
        for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] {
            let _ = writeln!(text, "{day} = [\"08:00-{until}\"]");
        }
    }
    text += match shape.policy {
        0 => "[policy]\norder = \"arrival\"\n".to_owned(),
        1 => "[policy]\norder = \"classes\"\n".to_owned(),
        more => format!("[policy]\norder = \"classes\"\nstatutory_cap = {}\n", more - 1),
    }
    .as_str();
    text += "[defaults]\ntarget_wait_min = 3\nexpected_min = 2\n";
    for nth in 0..shape.counters {
        let (primary, secondary) = DUTIES[usize::from(nth) % DUTIES.len()];
        let _ =
            writeln!(text, "[[counter]]\nid = \"{}\"\nprimary = [{primary}]\nsecondary = [{secondary}]", counter(nth));
        let _ =
            writeln!(text, "[[staff]]\nid = \"{0}\"\nname = \"{0}\"\nrole = \"clerk\"\nmay_pick = true", clerk(nth));
    }
    text += "[[staff]]\nid = \"manager-1\"\nname = \"manager\"\nrole = \"manager\"\nmay_pick = true\n";
    for nth in 1..=shape.kiosks {
        let _ = writeln!(text, "[[kiosk]]\nid = \"kiosk-{nth}\"\nlane = {nth}");
    }
    for nth in 1..=shape.displays {
        let _ = writeln!(text, "[[display]]\nid = \"display-{nth}\"");
    }
    text += "[reasons]\noutcomes = [\"served\", \"declined\"]\nhold = [\"documents\", \"other\"]\n";
    text += "pause = [\"lunch\", \"other\"]\nsuspend = [\"no-forms\", \"other\"]\n";
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_a_hall() {
        for (policy, hours) in [(0, 0), (1, 1), (2, 2), (4, 0)] {
            let shape = Shape { kiosks: 6, counters: 20, displays: 5, policy, hours };
            let config = config(&shape).unwrap();
            assert_eq!((config.counters().len(), config.kiosks().len(), config.displays().len()), (20, 6, 5));
        }
    }
}
