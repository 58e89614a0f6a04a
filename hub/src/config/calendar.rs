//! Calendars a hall imports: closed days with a name, from a built-in file or one beside the hall's.

use super::{
    ConfigError,
    file::{self, Source},
    names::Names,
};
use queue::{
    calendar::{Date, SpecialDay},
    ids::Reason,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};
use toml::Spanned;

/// Calendars that are part of the program, by the name a hall imports them with.
const BUILT_IN: [(&str, &str); 1] = [("uz-2026-2027", include_str!("../../catalogue/calendar-2026-2027.toml"))];

/// What a calendar adds to a hall.
#[derive(Default)]
pub(super) struct Imported {
    pub(super) days: BTreeMap<Date, SpecialDay>,
    pub(super) names: BTreeMap<Reason, Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    #[serde(default)]
    name: Vec<NameRow>,
    #[serde(default)]
    day: Vec<DayRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameRow {
    id: Reason,
    names: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayRow {
    date: Spanned<Date>,
    why: Spanned<Reason>,
    #[serde(rename = "certainty")]
    _certainty: Certainty,
}

/// How sure a closed day is; for whoever maintains the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Certainty {
    Fixed,
    Moved,
    Expected,
}

impl Imported {
    /// Adds a calendar: built in by name, else a file beside the hall's own.
    pub(super) fn add(&mut self, hall: &Source<'_>, name: &Spanned<String>) -> Result<(), ConfigError> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| known == name.get_ref()) {
            return self.read(&Source { path: Path::new(name.get_ref()), text });
        }
        let known: Vec<_> = BUILT_IN.iter().map(|(known, _)| *known).collect();
        if !name.get_ref().ends_with(".toml") {
            let what = format!(
                "there is no calendar {:?}; known: {}, or a file that ends in .toml",
                name.get_ref(),
                known.join(", ")
            );
            return Err(hall.wrong(name.span(), what));
        }
        let path = hall.path.parent().unwrap_or(Path::new("")).join(name.get_ref());
        let text = file::read(&path)?;
        self.read(&Source { path: &path, text: &text })
    }

    fn read(&mut self, source: &Source<'_>) -> Result<(), ConfigError> {
        let file: CalendarFile = source.parse()?;
        self.names.extend(file.name.into_iter().map(|row| (row.id, row.names)));
        for row in file.day {
            let why = row.why.get_ref().clone();
            if !self.names.contains_key(&why) {
                return Err(
                    source.wrong(row.why.span(), format!("the day's name {why:?} has no [[name]]", why = why.as_str()))
                );
            }
            if self.days.insert(*row.date.get_ref(), SpecialDay::Closed { why }).is_some() {
                return Err(source.wrong(row.date.span(), format!("{} is in the calendar twice", row.date.get_ref().0)));
            }
        }
        Ok(())
    }
}
