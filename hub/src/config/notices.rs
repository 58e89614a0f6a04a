//! What the hall always has to say on its displays: opening hours, documents, meetings.
//!
//! What is said for a day or in an emergency a manager posts without the file (`people::notices`). Both are bounded
//! alike, because a display has room for so much and no more.

use super::{ConfigError, file::Source};
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use queue::{ids::Reason, time::Time};
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeSet;
use toml::{Spanned, value::Datetime};
use wire::{
    display::{NOTICE_TEXT_CHARS_MAX, NOTICE_TITLE_CHARS_MAX, NOTICES_MAX, Notice, Severity},
    layout::Wording,
};

/// A notice and when its time is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeEntry {
    /// What is announced.
    pub notice: Notice,
    /// From when on, if not since ever.
    pub from: Option<Time>,
    /// Until when, if not for good; that very moment is too late.
    pub until: Option<Time>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeTable {
    id: Spanned<Reason>,
    #[serde(default)]
    severity: SeverityName,
    from: Option<Spanned<MomentText>>,
    until: Option<Spanned<MomentText>>,
    title: Spanned<Wording>,
    text: Option<Spanned<Wording>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SeverityName {
    Extreme,
    Severe,
    Moderate,
    #[default]
    Minor,
}

/// A moment in the hall's own time as `2026-12-01T09:00`, or with its distance from UTC; nothing is no moment.
pub fn moment_in_hall(text: &str, utc_offset_min: i32) -> Option<Time> {
    MomentText::of(text)?.in_hall(utc_offset_min)
}

/// A moment as a hall writes it.
#[derive(Debug, Clone, Copy)]
enum MomentText {
    Local(DateTime),
    Exact(Timestamp),
}

impl NoticeEntry {
    /// Whether it is its time.
    pub fn is_on(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// Reads every `[[notice]]`.
pub(super) fn notices(
    source: &Source<'_>,
    tables: &[NoticeTable],
    utc_offset_min: i32,
) -> Result<Vec<NoticeEntry>, ConfigError> {
    if let Some(beyond) = tables.get(NOTICES_MAX) {
        return Err(source.wrong(beyond.id.span(), format!("a hall has at most {NOTICES_MAX} notices")));
    }
    let (mut known, mut notices) = (BTreeSet::new(), Vec::new());
    for table in tables {
        if !known.insert(table.id.get_ref()) {
            return Err(source.wrong(table.id.span(), format!("notice {} is there twice", table.id.get_ref())));
        }
        notices.push(notice(source, table, utc_offset_min)?);
    }
    Ok(notices)
}

fn notice(source: &Source<'_>, table: &NoticeTable, utc_offset_min: i32) -> Result<NoticeEntry, ConfigError> {
    bounded(source, &table.title, ("title", NOTICE_TITLE_CHARS_MAX))?;
    if let Some(text) = &table.text {
        bounded(source, text, ("text", NOTICE_TEXT_CHARS_MAX))?;
    }
    let moment = |said: &Spanned<MomentText>| {
        let time = said.get_ref().in_hall(utc_offset_min);
        time.ok_or_else(|| source.wrong(said.span(), "this moment is beyond every calendar".to_owned()))
    };
    let from = table.from.as_ref().map(moment).transpose()?;
    let until = table.until.as_ref().map(moment).transpose()?;
    if let (Some(from), Some(until), Some(said)) = (from, until, &table.until)
        && until <= from
    {
        return Err(source.wrong(said.span(), "a notice ends after it begins".to_owned()));
    }
    let notice = Notice {
        id: table.id.get_ref().to_string(),
        severity: table.severity.into(),
        title: table.title.get_ref().clone(),
        text: table.text.as_ref().map(|text| text.get_ref().clone()),
    };
    Ok(NoticeEntry { notice, from, until })
}

fn bounded(source: &Source<'_>, said: &Spanned<Wording>, (name, chars_max): (&str, usize)) -> Result<(), ConfigError> {
    if said.get_ref().fits(chars_max) {
        return Ok(());
    }
    let what = format!("a notice's {name} has 1 to {chars_max} characters in each language and no line breaks");
    Err(source.wrong(said.span(), what))
}

impl MomentText {
    fn of(text: &str) -> Option<MomentText> {
        // A date alone does not say which of its two midnights is meant.
        let local = || text.parse().ok().filter(|_| text.contains(':')).map(MomentText::Local);
        text.parse().ok().map(MomentText::Exact).or_else(local)
    }

    fn in_hall(self, utc_offset_min: i32) -> Option<Time> {
        let at = match self {
            MomentText::Exact(at) => at,
            MomentText::Local(at) => Offset::from_seconds(utc_offset_min * 60).ok()?.to_timestamp(at).ok()?,
        };
        Some(Time(at.as_millisecond()))
    }
}

impl<'de> Deserialize<'de> for MomentText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        /// As TOML writes moments, or in quotes.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Said {
            Quoted(String),
            Bare(Datetime),
        }
        let text = match Said::deserialize(from) {
            Ok(Said::Quoted(text)) => text,
            Ok(Said::Bare(moment)) => moment.to_string(),
            Err(_) => return Err(de::Error::custom("a moment looks like \"2026-12-01T09:00\", in the hall's time")),
        };
        MomentText::of(&text).ok_or_else(|| {
            let wanted = "a moment looks like \"2026-12-01T09:00\" in the hall's time, or \"2026-12-01T09:00+05:00\"";
            de::Error::custom(format!("{wanted}, not {text:?}"))
        })
    }
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Severity {
        match name {
            SeverityName::Extreme => Severity::Extreme,
            SeverityName::Severe => Severity::Severe,
            SeverityName::Moderate => Severity::Moderate,
            SeverityName::Minor => Severity::Minor,
        }
    }
}
