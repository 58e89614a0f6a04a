#![doc = include_str!("../README.md")]

use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write};

/// Noto Sans Regular, Latin and Cyrillic.
pub const NOTO_SANS_REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
/// Noto Sans Bold, Latin and Cyrillic.
pub const NOTO_SANS_BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");
/// Where the typeface lies, for Slint's `import`.
pub const FONT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts");
/// Where the icons lie, for Slint's `@image-url`.
pub const ICON_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/icons");

const TOKENS: &str = include_str!("../tokens.toml");

/// The tokens as `tokens.toml` has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Colours as `#rrggbb`.
    pub color: BTreeMap<String, String>,
    /// A visitor's other choices: colours that differ, by the name of the theme.
    pub contrast: BTreeMap<String, BTreeMap<String, String>>,
    /// Text colour, ground colour, least contrast.
    pub pairs: BTreeMap<String, (String, String, f64)>,
    /// Lengths in pixels.
    pub length: BTreeMap<String, u32>,
    /// Font sizes in pixels.
    #[serde(rename = "type")]
    pub font_size: BTreeMap<String, u32>,
}

/// Reads the tokens.
pub fn tokens() -> Tokens {
    toml::from_str(TOKENS).expect("tokens.toml is part of the program and read by its test")
}

/// The other themes of a kiosk in the order of `Theme.contrast`, which is 0 for the house's own colours.
pub const CONTRASTS: [&str; 3] = ["night", "black-on-white", "white-on-black"];

/// Slint source of `export global Theme`: colours under their names, lengths, font sizes as `font-<name>`.
/// `scale` multiplies font sizes, `contrast` chooses the colours; a face sets both for its screen and its visitor.
pub fn slint_theme() -> String {
    let tokens = tokens();
    let mut out =
        String::from("// Made from hub/look/tokens.toml by the build; change it there.\nexport global Theme {\n");
    out.push_str("    in-out property <float> scale: 1;\n    in-out property <int> contrast: 0;\n");
    for (name, color) in &tokens.color {
        let others =
            CONTRASTS.iter().zip(1..).filter_map(|(theme, nth)| Some((nth, tokens.contrast[*theme].get(name)?)));
        let chosen: String = others.map(|(nth, other)| format!("self.contrast == {nth} ? {other} : ")).collect();
        line(&mut out, format_args!("    out property <color> {name}: {chosen}{color};"));
    }
    for (name, px) in &tokens.length {
        line(&mut out, format_args!("    out property <length> {name}: {px}px;"));
    }
    for (name, px) in &tokens.font_size {
        line(&mut out, format_args!("    out property <length> font-{name}: {px}px * root.scale;"));
    }
    out.push_str("}\n");
    out.replace("root.scale", "self.scale")
}

/// CSS of `:root`: `--color-<name>`, `--<length>` in pixels. The console has its own type scale for office screens.
pub fn css_variables() -> String {
    let tokens = tokens();
    let mut out = String::from("/* Made from hub/look/tokens.toml by the build; change it there. */\n:root {\n");
    for (name, color) in &tokens.color {
        line(&mut out, format_args!("  --color-{name}: {color};"));
    }
    for (name, px) in &tokens.length {
        line(&mut out, format_args!("  --{name}: {px}px;"));
    }
    out.push_str("}\n");
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes every line");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(color: &str) -> f64 {
        let part = |i: usize| {
            let c = f64::from(u8::from_str_radix(&color[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Pairs of the console, which has the house's own colours only.
    const DAY_ONLY: [&str; 3] = ["surface-on-turquoise", "paper-on-turquoise", "surface-on-danger"];

    #[test]
    fn every_pair_is_readable() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
        let tokens = tokens();
        for (name, (text, ground, least)) in &tokens.pairs {
            let got = contrast(&tokens.color[text], &tokens.color[ground]);
            assert!(got >= *least, "{name}: {got:.2} is below {least}");
        }
    }

    /// EN 301 549 asks for 4.5 and 7; a kiosk's own bar is what its visitors are promised: 20 in the two last themes.
    #[test]
    fn every_pair_is_readable_in_every_theme() {
        let tokens = tokens();
        assert_eq!(
            tokens.contrast.keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
            CONTRASTS.into()
        );
        for (theme, colors) in &tokens.contrast {
            assert!(colors.keys().all(|name| tokens.color.contains_key(name)), "{theme} names a colour that is none");
            for (name, (text, ground, least)) in &tokens.pairs {
                let (Some(text), Some(ground)) = (colors.get(text), colors.get(ground)) else { continue };
                if DAY_ONLY.contains(&name.as_str()) {
                    continue;
                }
                let least = if theme == "night" { *least } else { 20.0 };
                let got = contrast(text, ground);
                assert!(got >= least, "{theme}, {name}: {got:.2} is below {least}");
            }
        }
    }

    #[test]
    fn lengths_stand_on_the_grid() {
        let tokens = tokens();
        for name in ["space", "radius", "radius-small", "touch"] {
            assert_eq!(tokens.length[name] % 8, 0, "{name}");
        }
    }

    #[test]
    fn every_icon_is_plain() {
        for entry in std::fs::read_dir(ICON_DIR).unwrap() {
            let path = entry.unwrap().path();
            let svg = std::fs::read_to_string(&path).unwrap();
            assert!(svg.contains("viewBox=\"0 0 48 48\""), "{}", path.display());
            for banned in ["gradient", "<text", "<image", "xlink", "style="] {
                assert!(!svg.contains(banned), "{}: {banned}", path.display());
            }
        }
    }

    #[test]
    fn both_makings_carry_every_colour() {
        let (slint, css) = (slint_theme(), css_variables());
        for (name, color) in tokens().color {
            assert!(slint.contains(&format!("{color};")) && slint.contains(&format!("<color> {name}: ")));
            assert!(css.contains(&format!("--color-{name}: {color};")));
        }
    }
}
