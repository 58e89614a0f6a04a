//! How one visitor sees and reaches the screen. It is the visitor's, so it goes with the visitor.
//!
//! Sizes and contrasts are steps, not a slider: a step can be named, spoken, tested and drawn. Deliberately absent:
//! pixels and colours; the look has them.

use serde::Serialize;

/// Everything a visitor can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Comfort {
    /// How large the text is.
    pub size: TextSize,
    /// Which colours.
    pub contrast: Contrast,
    /// Where the controls are.
    pub reach: Reach,
}

/// How large the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    /// As it is designed: readable at arm's length.
    #[default]
    Normal,
    /// A fifth larger.
    Large,
    /// Half as large again.
    Larger,
    /// Nearly twice as large.
    Largest,
}

/// Which colours. The text has at least 10:1 on its ground in the first two and 20:1 in the other two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// The house's own: dark on warm white.
    #[default]
    Day,
    /// Light on dark, for eyes that glare hurts.
    Night,
    /// Black on white.
    BlackOnWhite,
    /// White on black.
    WhiteOnBlack,
}

/// Where the controls are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Over the whole screen.
    #[default]
    Whole,
    /// Low enough for a person who sits or is small: below 1,220 mm above the floor (EN 301 549, ISO 21542).
    Low,
}

/// What lies over the screen by the visitor's wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// Nothing.
    #[default]
    Closed,
    /// Text size, contrast, reach.
    Comfort,
}

/// Whether the kiosk speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hearing {
    /// It does not.
    #[default]
    Off,
    /// It reads every screen, and every control the keys reach.
    On,
}

impl TextSize {
    /// All steps.
    pub const ALL: [TextSize; 4] = [TextSize::Normal, TextSize::Large, TextSize::Larger, TextSize::Largest];

    /// The code in scripts and callbacks.
    pub const fn code(self) -> &'static str {
        match self {
            TextSize::Normal => "normal",
            TextSize::Large => "large",
            TextSize::Larger => "larger",
            TextSize::Largest => "largest",
        }
    }

    /// The key of its name, for the eye and the ear.
    pub const fn key(self) -> &'static str {
        match self {
            TextSize::Normal => "kiosk.comfort.sizes.normal",
            TextSize::Large => "kiosk.comfort.sizes.large",
            TextSize::Larger => "kiosk.comfort.sizes.larger",
            TextSize::Largest => "kiosk.comfort.sizes.largest",
        }
    }

    /// So many times the designed size.
    pub const fn times(self) -> f32 {
        match self {
            TextSize::Normal => 1.0,
            TextSize::Large => 1.2,
            TextSize::Larger => 1.5,
            TextSize::Largest => 1.8,
        }
    }
}

impl Contrast {
    /// All themes, in the order of the look's own numbers.
    pub const ALL: [Contrast; 4] = [Contrast::Day, Contrast::Night, Contrast::BlackOnWhite, Contrast::WhiteOnBlack];

    /// The code in scripts, callbacks and `hub/look/tokens.toml`.
    pub const fn code(self) -> &'static str {
        match self {
            Contrast::Day => "day",
            Contrast::Night => "night",
            Contrast::BlackOnWhite => "black-on-white",
            Contrast::WhiteOnBlack => "white-on-black",
        }
    }

    /// The key of its name, for the eye and the ear.
    pub const fn key(self) -> &'static str {
        match self {
            Contrast::Day => "kiosk.comfort.contrasts.day",
            Contrast::Night => "kiosk.comfort.contrasts.night",
            Contrast::BlackOnWhite => "kiosk.comfort.contrasts.black-on-white",
            Contrast::WhiteOnBlack => "kiosk.comfort.contrasts.white-on-black",
        }
    }
}

impl Reach {
    /// Both.
    pub const ALL: [Reach; 2] = [Reach::Whole, Reach::Low];

    /// The code in scripts and callbacks.
    pub const fn code(self) -> &'static str {
        match self {
            Reach::Whole => "whole",
            Reach::Low => "low",
        }
    }

    /// The key of its name, for the eye and the ear.
    pub const fn key(self) -> &'static str {
        match self {
            Reach::Whole => "kiosk.comfort.reaches.whole",
            Reach::Low => "kiosk.comfort.reaches.low",
        }
    }
}
