//! Hours as a hall writes them: `"always"`, or stretches like `"09:00-13:00"` per weekday.

use queue::calendar::{Hours, Stretch};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use std::{fmt, str::FromStr};
use toml::Spanned;

/// Hours in the file, before the stretches are compared with each other.
#[derive(Debug, Clone)]
pub(super) enum HoursText {
    /// Around the clock.
    Always,
    /// Stretches per weekday.
    Weekly(Box<[Stretches; 7]>),
}

/// The stretches of one day, with where they stand in the file.
pub(super) type Stretches = Vec<Spanned<StretchText>>;

/// One stretch, as `09:00-13:00`.
#[derive(Debug, Clone, Copy)]
pub(super) struct StretchText(pub(super) Stretch);

/// A day of the week, as a key; read as one, so that a wrong one is named where it stands.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl FromStr for StretchText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("a stretch of a day looks like \"09:00-13:00\", not {text:?}");
        let (from, until) = text.split_once('-').ok_or_else(wrong)?;
        let stretch = Stretch {
            from_min: minute(from.trim()).ok_or_else(wrong)?,
            until_min: minute(until.trim()).ok_or_else(wrong)?,
        };
        if stretch.from_min >= stretch.until_min {
            return Err(format!("a stretch of a day ends after it begins: {text:?}"));
        }
        Ok(StretchText(stretch))
    }
}

impl<'de> Deserialize<'de> for StretchText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for HoursText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(HoursVisitor)
    }
}

struct HoursVisitor;

impl<'de> Visitor<'de> for HoursVisitor {
    type Value = HoursText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"always\", or weekdays with stretches like monday = [\"09:00-13:00\", \"14:00-18:00\"]")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<HoursText, E> {
        if text == "always" {
            return Ok(HoursText::Always);
        }
        Err(E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HoursText, A::Error> {
        let mut week: [Stretches; 7] = Default::default();
        while let Some(day) = map.next_key::<Weekday>()? {
            week[day as usize] = map.next_value()?;
        }
        Ok(HoursText::Weekly(Box::new(week)))
    }
}

impl HoursText {
    /// The queue's hours; or where two stretches of a day are out of order.
    pub(super) fn checked(&self) -> Result<Hours, OutOfOrder> {
        match self {
            HoursText::Always => Ok(Hours::Always),
            HoursText::Weekly(week) => {
                let mut hours: [Vec<Stretch>; 7] = Default::default();
                for (day, stretches) in hours.iter_mut().zip(week.iter()) {
                    *day = in_order(stretches)?;
                }
                Ok(Hours::Weekly(hours))
            }
        }
    }
}

/// A stretch that does not come after the one before it: its place in the file.
pub(super) struct OutOfOrder(pub(super) std::ops::Range<usize>);

/// The stretches of a day, in order and apart.
pub(super) fn in_order(stretches: &Stretches) -> Result<Vec<Stretch>, OutOfOrder> {
    for pair in stretches.windows(2) {
        if let [before, after] = pair
            && after.get_ref().0.from_min <= before.get_ref().0.until_min
        {
            return Err(OutOfOrder(after.span()));
        }
    }
    Ok(stretches.iter().map(|stretch| stretch.get_ref().0).collect())
}

/// A moment as `08:00`, in minutes since midnight; the midnight at the end is one too.
pub(super) fn minute(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= 24 * 60).then_some(at)
}
