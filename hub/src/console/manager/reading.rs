//! From the hall's figures to the manager's page.
//!
//! The figures are the ones of `GET /api/v1/hall`, so the page and the API never disagree; only names, sentences and
//! the chart are made here.

use super::view::{Bar, Chart, CounterRow, Day, ManagerView, ServiceGroup, ServiceRow, When};
use crate::{
    config::{Category, Config},
    console::{counter::view::Pace, page::Choice, words_of},
};
use queue::{
    calendar::Date,
    ids::{ClerkId, CounterId, Reason, ServiceCode},
    time::{Span, Time},
};
use std::collections::BTreeMap;
use wire::hall::{Hall, HourLoad, ServiceLoad};
use words::Lang;

/// Units across the chart at least.
const CHART_WIDTH: u32 = 720;
/// Units of the tallest bar.
const BAR_PX_MAX: u32 = 236;
/// Hours that are shown at least.
const HOURS_MIN: usize = 9;

/// What the figures of the API leave out.
#[derive(Debug, Clone)]
pub struct Extra {
    /// Suspended services, and why.
    pub suspended: BTreeMap<ServiceCode, Reason>,
    /// The open day: its date, and since when.
    pub day: Option<(Date, Time)>,
    /// The hub's clock.
    pub at: Time,
}

/// The page of a hall now.
pub fn hall(figures: &Hall, extra: &Extra, config: &Config, lang: Lang) -> ManagerView {
    let open = figures.reserved + figures.waiting + figures.at_counters + figures.held;
    ManagerView {
        notice: None,
        waiting: figures.waiting,
        longest: minutes(lang, figures.longest_wait_min),
        at_counters: figures.at_counters,
        held: figures.held,
        served: figures.served,
        issued: figures.issued,
        counters: counters(figures, config, lang),
        services: services(figures, extra, config, lang),
        suspend_reasons: suspend_reasons(config, lang),
        chart: chart(&figures.hours, words_of::hour(extra.at, config.rules()), lang),
        day: if extra.day.is_some() { Day::Open } else { Day::Shut },
        day_sentence: match extra.day {
            Some((date, since)) => {
                let (date, time) = (words_of::dated(date), words_of::clock(since, config.rules()));
                words::fill(lang, "console.manager.day-open-sentence", &[("date", &date), ("time", &time)])
            }
            None => words::say(lang, "console.manager.day-shut-sentence").to_owned(),
        },
        day_warning: words::count(lang, "console.manager.day-warning", open.into(), &[]),
    }
}

fn counters(figures: &Hall, config: &Config, lang: Lang) -> Vec<CounterRow> {
    let row = |load: &wire::hall::CounterLoad| CounterRow {
        counter: load.counter.clone(),
        look: load.stage.clone(),
        state: state(lang, &load.stage).to_owned(),
        clerk: load.clerk.as_ref().map(|clerk| match clerk.parse::<ClerkId>() {
            Ok(id) => words_of::staff(config, &id).to_owned(),
            Err(_) => clerk.clone(),
        }),
        number: load.number.clone(),
        minutes: if load.stage == "closed" { String::new() } else { minutes(lang, load.minutes) },
    };
    let order = |id: &CounterId| figures.counters.iter().find(|load| load.counter == id.as_str());
    config.counters().iter().filter_map(|counter| order(&counter.id)).map(row).collect()
}

fn services(figures: &Hall, extra: &Extra, config: &Config, lang: Lang) -> Vec<ServiceGroup> {
    let loads: BTreeMap<&str, &ServiceLoad> =
        figures.services.iter().map(|load| (load.service.as_str(), load)).collect();
    let row = |code: &ServiceCode| service(code, loads.get(code.as_str()).copied(), extra, config, lang);
    let group = |category: &Category| ServiceGroup {
        name: category.names.get(lang).to_owned(),
        rows: category.services.iter().map(row).collect(),
    };
    config.categories().iter().map(group).collect()
}

fn service(code: &ServiceCode, load: Option<&ServiceLoad>, extra: &Extra, config: &Config, lang: Lang) -> ServiceRow {
    let longest = load.map_or(0, |load| load.longest_wait_min);
    let target = config.rules().services.get(code).map_or(Span::ZERO, |service| service.target_wait);
    let waiting = load.map_or(0, |load| load.waiting);
    let told = load.and_then(|load| load.wait_minutes);
    let told = told.map(|wait| [("low", wait.low.to_string()), ("high", wait.high.to_string())]);
    ServiceRow {
        code: code.to_string(),
        name: config.service_name(code, lang).to_owned(),
        why: extra.suspended.get(code).map(|why| {
            let why = words_of::coded(lang, "hall.suspend", why.as_str());
            words::fill(lang, "console.manager.suspended", &[("why", &why)])
        }),
        waiting,
        longest: if waiting == 0 { "—".to_owned() } else { minutes(lang, longest) },
        pace: if waiting > 0 && Span::minutes(longest.into()) > target { Pace::Late } else { Pace::InTime },
        told: told.map_or_else(
            || "—".to_owned(),
            |[(low, l), (high, h)]| words::fill(lang, "console.manager.told-range", &[(low, &l), (high, &h)]),
        ),
        open: load.map_or(0, |load| load.counters_open),
        issued: load.map_or(0, |load| load.issued),
    }
}

fn suspend_reasons(config: &Config, lang: Lang) -> Vec<Choice> {
    let choice =
        |code: &Reason| Choice { code: code.to_string(), name: words_of::coded(lang, "hall.suspend", code.as_str()) };
    config.suspend_reasons().iter().map(choice).collect()
}

/// Bars from the first hour with tickets to the last or the running one, at least a working day of them.
fn chart(hours: &[HourLoad], now: Option<u32>, lang: Lang) -> Chart {
    let busy = |hour: &HourLoad| hour.issued > 0 || hour.served > 0 || Some(hour.hour) == now;
    let first = hours.iter().position(busy).unwrap_or(0);
    let last = hours.iter().rposition(busy).unwrap_or(0);
    let first = first.min(hours.len().saturating_sub(HOURS_MIN));
    let last = last.max(first + HOURS_MIN - 1).min(hours.len().saturating_sub(1));
    let shown = hours.get(first..=last).unwrap_or_default();
    let slot = (CHART_WIDTH / u32::try_from(shown.len().max(1)).unwrap_or(1)).max(40);
    let most = shown.iter().map(|hour| hour.issued.max(hour.served)).max().unwrap_or(0).max(1);
    let px = |n: u32| if n == 0 { 0 } else { (n * BAR_PX_MAX / most).max(2) };
    let bar = |(x, hour): (u32, &HourLoad)| Bar {
        x,
        hour: hour.hour,
        issued: hour.issued,
        issued_px: px(hour.issued),
        served: hour.served,
        served_px: px(hour.served),
        when: if Some(hour.hour) == now { When::Now } else { When::Other },
    };
    let places = (0..).map(|nth: u32| nth * slot + (slot - 34) / 2);
    Chart {
        width: slot * u32::try_from(shown.len()).unwrap_or(0),
        bars: places.zip(shown).map(bar).collect(),
        sentence: sentence(shown, lang),
    }
}

fn sentence(hours: &[HourLoad], lang: Lang) -> String {
    let said: Vec<_> = hours
        .iter()
        .filter(|hour| hour.issued > 0 || hour.served > 0)
        .map(|hour| {
            let (at, issued, served) = (hour.hour.to_string(), hour.issued.to_string(), hour.served.to_string());
            words::fill(lang, "console.manager.hours-hour", &[("hour", &at), ("issued", &issued), ("served", &served)])
        })
        .collect();
    if said.is_empty() {
        return words::say(lang, "console.manager.hours-none").to_owned();
    }
    words::fill(lang, "console.manager.hours-sentence", &[("hours", &said.join("; "))])
}

fn state(lang: Lang, stage: &str) -> &'static str {
    match stage {
        "free" => words::say(lang, "console.state.free"),
        "paused" => words::say(lang, "console.state.paused"),
        "called" => words::say(lang, "console.state.called"),
        "serving" => words::say(lang, "console.state.serving"),
        _ => words::say(lang, "console.state.closed"),
    }
}

fn minutes(lang: Lang, n: u32) -> String {
    words::count(lang, "console.queue.minutes", n.into(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(busy: &[(u32, u32, u32)]) -> Vec<HourLoad> {
        let load =
            |hour| busy.iter().find(|(h, ..)| *h == hour).map_or((0, 0), |(_, issued, served)| (*issued, *served));
        (0..24).map(|hour| HourLoad { hour, issued: load(hour).0, served: load(hour).1 }).collect()
    }

    #[test]
    fn a_quiet_day_still_has_an_axis() {
        let chart = chart(&hours(&[]), Some(10), Lang::En);
        assert_eq!(chart.bars.len(), HOURS_MIN);
        assert_eq!(chart.bars.iter().filter(|bar| bar.now()).map(|bar| bar.hour).collect::<Vec<_>>(), [10]);
        assert!(chart.bars.iter().all(|bar| bar.issued_px == 0));
        assert_eq!(chart.sentence, words::say(Lang::En, "console.manager.hours-none"));
    }

    #[test]
    fn the_tallest_bar_fills_the_chart_and_one_is_never_nothing() {
        let chart = chart(&hours(&[(9, 500, 1), (23, 1, 0)]), Some(23), Lang::En);
        assert_eq!((chart.bars[0].hour, chart.bars[0].issued_px, chart.bars[0].served_px), (9, BAR_PX_MAX, 2));
        assert_eq!(chart.bars.last().map(|bar| bar.hour), Some(23));
        assert!(chart.bars.iter().all(|bar| bar.x + 34 <= chart.width));
    }

    #[test]
    fn every_hour_of_the_day_fits() {
        for (first, last) in [(0, 0), (0, 23), (22, 23), (8, 17)] {
            let chart = chart(&hours(&[(first, 3, 2), (last, 1, 1)]), None, Lang::Ru);
            assert!(chart.bars.len() >= HOURS_MIN);
            assert!(chart.bars.first().is_some_and(|bar| bar.hour <= first));
            assert!(chart.bars.last().is_some_and(|bar| bar.hour >= last));
        }
    }
}
