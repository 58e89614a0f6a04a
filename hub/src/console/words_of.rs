//! Words that several pages share: names of codes and steps, moments on the hall's clock.

use crate::config::Config;
use jiff::{Timestamp, tz::Offset};
use queue::{calendar::Date, ids::ClerkId, rules::Rules, stage::Step, time::Time};
use words::Lang;

/// The name of a code of the configuration; a code without one is its own name.
pub fn coded(lang: Lang, table: &str, code: &str) -> String {
    words::lookup(lang, &format!("{table}.{code}")).unwrap_or(code).to_owned()
}

/// The name a member of staff signs in with, or the id of one who has left.
pub fn staff<'a>(config: &'a Config, clerk: &'a ClerkId) -> &'a str {
    config.staff().iter().find(|entry| entry.id == *clerk).map_or(clerk.as_str(), |entry| entry.name.as_str())
}

/// A step that can be taken back.
pub fn step(lang: Lang, step: Step) -> &'static str {
    match step {
        Step::Call => words::say(lang, "console.step.call"),
        Step::Start => words::say(lang, "console.step.start"),
        Step::Hold => words::say(lang, "console.step.hold"),
        Step::Resume => words::say(lang, "console.step.resume"),
        Step::Transfer => words::say(lang, "console.step.transfer"),
        Step::Complete => words::say(lang, "console.step.complete"),
        Step::NoShow => words::say(lang, "console.step.no-show"),
    }
}

/// A moment on the hall's own clock, as `10:45`.
pub fn clock(at: Time, rules: &Rules) -> String {
    local(at, rules).map_or_else(String::new, |at| at.strftime("%H:%M").to_string())
}

/// The hour of a moment on the hall's own clock.
pub fn hour(at: Time, rules: &Rules) -> Option<u32> {
    u32::try_from(local(at, rules)?.hour()).ok()
}

/// A date as it is written in figures in all five languages, `21.03.2026`.
pub fn dated(date: Date) -> String {
    date.0.strftime("%d.%m.%Y").to_string()
}

fn local(at: Time, rules: &Rules) -> Option<jiff::civil::DateTime> {
    let offset = Offset::from_seconds(rules.utc_offset_min.checked_mul(60)?).ok()?;
    Some(offset.to_datetime(Timestamp::from_millisecond(at.0).ok()?))
}
