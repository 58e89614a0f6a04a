//! What a worst day comes to: figures as lines, and the chart.

use super::{CROWD, MORNING_RUSH, Seen, Settings, after::Journal, chart, client::Kind};
use crate::figures::{figure, percentile, round};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// Points of a line over the day.
const POINTS: usize = 60;

/// Part of a run.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    from: f64,
    to: f64,
}

const CALM: Part = Part { name: "calm", from: MORNING_RUSH.0, to: MORNING_RUSH.1 };
const CROWDED: Part = Part { name: "crowded", from: CROWD.0, to: CROWD.1 };

/// Prints every figure as a line.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
pub(super) fn print(settings: &Settings, seen: &Seen, journal: &Journal, pressed: Option<&BTreeMap<u64, Instant>>) {
    let mut lines = vec![day(settings, seen, journal)];
    for kind in Kind::ALL {
        lines.extend(latency(kind.name(), &|part| spans(seen, kind, part)));
    }
    if let Some(pressed) = pressed {
        lines.extend(latency("board", &|part| heard(seen, pressed, part)));
    }
    lines.extend(needs(seen));
    lines.extend(crowd(seen));
    lines.iter().for_each(|line| println!("{line}"));
}

fn day(settings: &Settings, seen: &Seen, journal: &Journal) -> Value {
    let papers: usize = seen.kiosks.iter().map(|kiosk| kiosk.acknowledged.len()).sum();
    json!({
        "name": "load-day",
        "tickets": papers,
        "served": journal.served,
        "calls": journal.calls().len(),
        "entries": journal.entries,
        "own-lane": seen.kiosks.iter().map(|kiosk| kiosk.own).sum::<usize>(),
        "counters": seen.clerks.len(),
        "kiosks": seen.kiosks.len(),
        "displays": seen.displays.len(),
        "unanswered": seen.requests.iter().filter(|request| request.status.is_none()).count(),
        "told-not-now": seen.requests.iter().filter(|request| request.status == Some(503)).count(),
        "reconnects": seen.displays.iter().map(|display| display.connections - 1).sum::<usize>(),
        "pictures": seen.stage.pictures.load(Ordering::Relaxed),
        "minutes": settings.minutes,
        "speed": settings.speed,
        "seed": settings.seed,
        "took-s": round(seen.took.as_secs_f64()),
    })
}

/// Median, 99th percentile and worst of a calm rush, and of a crowded one against it.
fn latency(name: &str, spans: &dyn Fn(Part) -> Vec<f64>) -> Vec<Value> {
    let (calm, crowded) = (spans(CALM), spans(CROWDED));
    if calm.is_empty() && crowded.is_empty() {
        return vec![];
    }
    let mut lines = vec![];
    for (label, percent) in [("p50", 50), ("p99", 99), ("max", 100)] {
        let itself = percentile(calm.clone(), percent) * 1e3;
        lines.push(figure(&format!("load-{name}-{label}-{}", CALM.name), itself, "ms", "itself"));
        if !crowded.is_empty() && itself > 0.0 {
            let value = percentile(crowded.clone(), percent) * 1e3;
            let against = format!("load-{name}-{label}-{}", CALM.name);
            let mut line = figure(&format!("load-{name}-{label}-{}", CROWDED.name), value, "ms", &against);
            line["ratio"] = json!(round(value / itself));
            lines.push(line);
        }
    }
    lines
}

/// Seconds of each request of a kind that was sent in a part of the day.
fn spans(seen: &Seen, kind: Kind, part: Part) -> Vec<f64> {
    let of = seen.requests.iter().filter(|request| request.kind == kind && seen.within(request.at, part));
    of.map(|request| request.took.as_secs_f64()).collect()
}

/// Seconds from the key to each display, of calls pressed in a part of the day.
fn heard(seen: &Seen, pressed: &BTreeMap<u64, Instant>, part: Part) -> Vec<f64> {
    let calls = seen.displays.iter().flat_map(|display| &display.calls);
    let spans = calls.filter_map(|(call, (heard, _))| {
        let pressed = pressed.get(call).filter(|pressed| seen.within(**pressed, part))?;
        Some(heard.duration_since(*pressed).as_secs_f64())
    });
    spans.collect()
}

fn needs(seen: &Seen) -> Vec<Value> {
    let resident: Vec<f64> = seen.needs.iter().map(|(_, needs)| needs.resident_kib as f64 / 1024.0).collect();
    let most = resident.iter().copied().fold(0.0, f64::max);
    let first = resident.first().copied().unwrap_or_default();
    let busy = |part: Part| {
        let within: Vec<_> = seen.needs.iter().filter(|(at, _)| seen.is_in(at.as_secs_f64(), part)).collect();
        let (Some((from, first)), Some((to, last))) = (within.first(), within.last()) else { return 0.0 };
        (last.ticks - first.ticks) as f64 / ((*to - *from).as_secs_f64().max(0.001) * 100.0)
    };
    vec![
        figure("load-resident-at-opening", first, "MiB", "itself"),
        figure("load-resident-most", most, "MiB", "itself"),
        figure("load-cores-calm", busy(CALM), "cores", "itself"),
        figure("load-cores-crowded", busy(CROWDED), "cores", "load-cores-calm"),
    ]
}

fn crowd(seen: &Seen) -> Vec<Value> {
    let crowd = &seen.crowd;
    let lasts = seen.stage.moment(CROWDED.to - CROWDED.from).as_secs_f64().max(0.001);
    vec![
        figure("load-crowd-answered", crowd.answered.len() as f64 / lasts, "1/s", "itself"),
        figure("load-crowd-refused", crowd.refused.len() as f64 / lasts, "1/s", "itself"),
        figure("load-crowd-answered-p99", percentile(crowd.answered.clone(), 99) * 1e3, "ms", "itself"),
        figure("load-crowd-refused-p99", percentile(crowd.refused.clone(), 99) * 1e3, "ms", "itself"),
    ]
}

impl Seen {
    fn within(&self, at: Instant, part: Part) -> bool {
        at.checked_duration_since(self.stage.began).is_some_and(|at| self.is_in(at.as_secs_f64(), part))
    }

    fn is_in(&self, at_s: f64, part: Part) -> bool {
        let run = self.stage.pace.run.as_secs_f64();
        (part.from * run..part.to * run).contains(&at_s)
    }

    /// Which point of a line a moment belongs to.
    fn point(&self, at: Instant) -> Option<usize> {
        let at = at.checked_duration_since(self.stage.began)?;
        let width_us = (self.took.as_micros() / POINTS as u128).max(1);
        usize::try_from(at.as_micros() / width_us).ok().filter(|point| *point < POINTS)
    }

    /// The middle of a point, in minutes of the run.
    fn minutes(&self, point: usize) -> f64 {
        (point as f64 + 0.5) * self.took.as_secs_f64() / 60.0 / POINTS as f64
    }

    /// Median and 99th percentile over the day, in milliseconds.
    fn line(&self, spans: impl Iterator<Item = (Instant, Duration)>) -> [Vec<(f64, f64)>; 2] {
        let mut points: Vec<Vec<f64>> = vec![vec![]; POINTS];
        for (at, took) in spans {
            if let Some(point) = self.point(at) {
                points[point].push(took.as_secs_f64() * 1e3);
            }
        }
        [50, 99].map(|percent| {
            let filled = points.iter().enumerate().filter(|(_, values)| !values.is_empty());
            filled.map(|(at, values)| (self.minutes(at), percentile(values.clone(), percent))).collect()
        })
    }

    fn per_minute(&self, moments: impl Iterator<Item = Instant>) -> Vec<(f64, f64)> {
        let mut points = [0_u32; POINTS];
        for point in moments.filter_map(|at| self.point(at)) {
            points[point] += 1;
        }
        let minutes = self.took.as_secs_f64() / 60.0 / POINTS as f64;
        points.iter().enumerate().map(|(at, count)| (self.minutes(at), f64::from(*count) / minutes)).collect()
    }
}

/// The chart of a day.
pub(super) fn chart(seen: &Seen, pressed: &BTreeMap<u64, Instant>) -> String {
    let of = |kind: Kind| {
        seen.line(seen.requests.iter().filter(|request| request.kind == kind).map(|request| (request.at, request.took)))
    };
    let boards = seen.displays.iter().flat_map(|display| &display.calls);
    let board = seen.line(boards.filter_map(|(call, (heard, _))| {
        let pressed = pressed.get(call)?;
        Some((*pressed, heard.duration_since(*pressed)))
    }));
    let pair = |[p50, p99]: [Vec<(f64, f64)>; 2]| {
        vec![
            chart::Line { name: "99 of 100 within".to_owned(), ink: chart::Ink::First, points: p99 },
            chart::Line { name: "half of them within".to_owned(), ink: chart::Ink::Second, points: p50 },
        ]
    };
    let issued = seen.requests.iter().filter(|request| request.kind == Kind::Issue).map(|request| request.at);
    let traffic = vec![
        chart::Line { name: "tickets".to_owned(), ink: chart::Ink::First, points: seen.per_minute(issued) },
        chart::Line {
            name: "calls".to_owned(),
            ink: chart::Ink::Second,
            points: seen.per_minute(pressed.values().copied()),
        },
    ];
    let resident = seen.needs.iter().map(|(at, needs)| (at.as_secs_f64() / 60.0, needs.resident_kib as f64 / 1024.0));
    let memory = vec![chart::Line { name: "resident".to_owned(), ink: chart::Ink::First, points: resident.collect() }];
    let panel =
        |title: &str, unit: &'static str, scale, lines| chart::Panel { title: title.to_owned(), unit, scale, lines };
    let run = seen.stage.pace.run.as_secs_f64() / 60.0;
    let panels = vec![
        panel("Visitors", "a minute", chart::Scale::FromZero, traffic),
        panel("A kiosk asks for a number", "ms", chart::Scale::Tenfold, pair(of(Kind::Issue))),
        panel("A clerk calls the next visitor", "ms", chart::Scale::Tenfold, pair(of(Kind::Call))),
        panel("From the clerk’s key to each display", "ms", chart::Scale::Tenfold, pair(board)),
        panel("The hub’s memory", "MiB", chart::Scale::FromZero, memory),
    ];
    let title = format!(
        "A worst day in {} minutes: {} visitors, {} counters, {} kiosks, {} displays",
        chart::written(run),
        chart::written(seen.kiosks.iter().map(|kiosk| kiosk.acknowledged.len()).sum::<usize>() as f64),
        seen.clerks.len(),
        seen.kiosks.len(),
        seen.displays.len(),
    );
    let bands = vec![
        chart::Band { name: "a kiosk is cut off".to_owned(), from: run * super::CUT.0, to: run * super::CUT.1 },
        chart::Band { name: "a crowd of phones".to_owned(), from: run * CROWD.0, to: run * CROWD.1 },
    ];
    chart::Chart { title, minutes: seen.took.as_secs_f64() / 60.0, bands, panels }.svg()
}
