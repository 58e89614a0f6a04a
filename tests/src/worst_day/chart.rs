//! Lines over the minutes of a run, as an SVG in the colours of the house: panels one above the other, one time axis.
//!
//! Plain text out, from plain values in; nothing is read and nothing is measured here.

use look::Tokens;
use std::fmt::Write;

/// A chart.
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The length of the time axis.
    pub minutes: f64,
    /// Parts of the time that are marked.
    pub bands: Vec<Band>,
    /// From top to bottom.
    pub panels: Vec<Panel>,
}

/// A marked part of the time, in minutes.
pub struct Band {
    /// What happened.
    pub name: String,
    /// From.
    pub from: f64,
    /// To.
    pub to: f64,
}

/// Lines that share an axis.
pub struct Panel {
    /// What is measured.
    pub title: String,
    /// In what.
    pub unit: &'static str,
    /// How the axis counts.
    pub scale: Scale,
    /// The lines.
    pub lines: Vec<Line>,
}

/// How an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Evenly, from zero.
    FromZero,
    /// Each step ten times the one before.
    Tenfold,
}

/// A line.
pub struct Line {
    /// What it is.
    pub name: String,
    /// Its colour.
    pub ink: Ink,
    /// Minutes and values.
    pub points: Vec<(f64, f64)>,
}

/// A line's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What the panel is about.
    First,
    /// What it is compared with.
    Second,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 184.0;
const TOP: f64 = 88.0;
const PANEL: f64 = 104.0;
const GAP: f64 = 56.0;
const BOTTOM: f64 = 56.0;

/// An axis: where a value stands, and which values are written beside it.
struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Chart {
    /// The picture.
    pub fn svg(&self) -> String {
        let tokens = look::tokens();
        let height = TOP + self.panels.len() as f64 * (PANEL + GAP) - GAP + BOTTOM;
        let mut out = String::new();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
             role=\"img\" aria-label=\"{title}\" font-family=\"'Noto Sans', sans-serif\" font-size=\"13\" \
             style=\"font-variant-numeric: tabular-nums\">\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{paper}\"/>\n\
             <text x=\"{LEFT}\" y=\"36\" font-size=\"18\" font-weight=\"700\" fill=\"{deep}\">{title}</text>\n",
            title = escaped(&self.title),
            paper = color(&tokens, "paper"),
            deep = color(&tokens, "turquoise-deep"),
        );
        let foot = height - BOTTOM;
        self.bands(&mut out, &tokens, foot);
        for (nth, panel) in self.panels.iter().enumerate() {
            self.panel(&mut out, &tokens, panel, TOP + nth as f64 * (PANEL + GAP));
        }
        self.time(&mut out, &tokens, foot);
        out.push_str("</svg>\n");
        out
    }

    fn x(&self, minutes: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * minutes / self.minutes.max(f64::MIN_POSITIVE)
    }

    fn bands(&self, out: &mut String, tokens: &Tokens, foot: f64) {
        for band in &self.bands {
            let (from, to, y) = (self.x(band.from), self.x(band.to), TOP - 22.0);
            let _ = write!(
                out,
                "<rect x=\"{from:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{sunk}\"/>\n\
                 <text x=\"{middle:.1}\" y=\"{above}\" text-anchor=\"middle\" fill=\"{soft}\">{name}</text>\n",
                width = to - from,
                height = foot - y,
                middle = f64::midpoint(from, to),
                above = y - 6.0,
                sunk = color(tokens, "surface-sunk"),
                soft = color(tokens, "ink-soft"),
                name = escaped(&band.name),
            );
        }
    }

    fn panel(&self, out: &mut String, tokens: &Tokens, panel: &Panel, top: f64) {
        let axis = Axis::of(panel);
        let (line, soft, ink) = (color(tokens, "line"), color(tokens, "ink-soft"), color(tokens, "ink"));
        let _ = writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"{:.1}\" font-weight=\"700\" fill=\"{ink}\">{} <tspan font-weight=\"400\" \
             fill=\"{soft}\">{}</tspan></text>",
            top - 8.0,
            escaped(&panel.title),
            escaped(panel.unit),
        );
        for value in axis.marks() {
            let y = top + PANEL * (1.0 - axis.share(value));
            let _ = write!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"{line}\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{soft}\">{}</text>\n",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y + 4.0,
                written(value),
            );
        }
        let mut labels: Vec<(f64, &Line)> = vec![];
        for drawn in &panel.lines {
            let place = |(minutes, value): &(f64, f64)| {
                format!("{:.1} {:.1}", self.x(*minutes), top + PANEL * (1.0 - axis.share(*value)))
            };
            let points: Vec<String> = drawn.points.iter().map(place).collect();
            let (stroke, width) = stroke(tokens, drawn.ink);
            let _ = writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" \
                 stroke-linejoin=\"round\"/>",
                points.join(" "),
            );
            let last = drawn.points.last().map_or(0.0, |(_, value)| axis.share(*value));
            labels.push((top + PANEL * (1.0 - last) + 4.0, drawn));
        }
        for (y, drawn) in apart(labels) {
            let (stroke, _) = stroke(tokens, drawn.ink);
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{y:.1}\" fill=\"{stroke}\">{}</text>",
                WIDTH - RIGHT + 10.0,
                escaped(&drawn.name),
            );
        }
    }

    fn time(&self, out: &mut String, tokens: &Tokens, foot: f64) {
        let soft = color(tokens, "ink-soft");
        let step = step(self.minutes, 10);
        let mut minutes = 0.0;
        while minutes <= self.minutes {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{soft}\">{}</text>",
                self.x(minutes),
                foot + 20.0,
                written(minutes),
            );
            minutes += step;
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{soft}\">minutes</text>",
            WIDTH - RIGHT + 10.0,
            foot + 20.0,
        );
    }
}

impl Axis {
    fn of(panel: &Panel) -> Axis {
        let values = || panel.lines.iter().flat_map(|line| line.points.iter().map(|(_, value)| *value));
        let high = values().fold(0.0, f64::max);
        match panel.scale {
            Scale::FromZero => {
                let step = step(high, 3);
                Axis { scale: panel.scale, low: 0.0, high: (high / step).ceil().max(1.0) * step }
            }
            Scale::Tenfold => {
                let low = values().filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min).min(high.max(0.001));
                let (low, high) = (10_f64.powf(low.log10().floor()), 10_f64.powf(high.max(0.001).log10().ceil()));
                Axis { scale: panel.scale, low, high: high.max(low * 10.0) }
            }
        }
    }

    /// How high a value stands, from 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::FromZero => value / self.high,
            Scale::Tenfold => (value.max(self.low) / self.low).log10() / (self.high / self.low).log10(),
        };
        share.clamp(0.0, 1.0)
    }

    fn marks(&self) -> Vec<f64> {
        let mut marks = vec![self.low];
        let step = step(self.high, 3);
        while let Some(last) = marks.last()
            && *last < self.high * 0.999
        {
            marks.push(match self.scale {
                Scale::FromZero => last + step,
                Scale::Tenfold => last * 10.0,
            });
        }
        marks
    }
}

/// A round step so that about so many reach the end.
fn step(end: f64, many: u32) -> f64 {
    let rough = (end / f64::from(many)).max(0.001);
    let ten = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|times| times * ten).into_iter().find(|step| *step >= rough).unwrap_or(rough)
}

/// Labels at least a line apart, in the order of their height.
fn apart(mut labels: Vec<(f64, &Line)>) -> Vec<(f64, &Line)> {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    for at in 1..labels.len() {
        labels[at].0 = labels[at].0.max(labels[at - 1].0 + 17.0);
    }
    labels
}

fn stroke(tokens: &Tokens, ink: Ink) -> (&str, f64) {
    match ink {
        Ink::First => (color(tokens, "turquoise"), 2.0),
        Ink::Second => (color(tokens, "ink-soft"), 1.25),
    }
}

fn color<'a>(tokens: &'a Tokens, name: &str) -> &'a str {
    tokens.color.get(name).map_or("black", String::as_str)
}

/// Numbers without noise: `0.1`, `5`, `1 000`.
pub fn written(value: f64) -> String {
    let plain = format!("{:.3}", value);
    let plain = plain.trim_end_matches('0').trim_end_matches('.');
    match plain.strip_suffix("000") {
        Some(thousands) if !thousands.is_empty() && !plain.contains('.') => format!("{thousands}\u{202f}000"),
        Some(_) | None => plain.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let lines = vec![
            Line { name: "first & last".to_owned(), ink: Ink::First, points: vec![(0.0, 1.0), (10.0, 900.0)] },
            Line { name: "second".to_owned(), ink: Ink::Second, points: vec![(0.0, 0.5), (10.0, 880.0)] },
        ];
        let panel = Panel { title: "Panel".to_owned(), unit: "ms", scale: Scale::Tenfold, lines };
        let bands = vec![Band { name: "band".to_owned(), from: 2.0, to: 4.0 }];
        Chart { title: "A <chart>".to_owned(), minutes: 10.0, bands, panels: vec![panel] }
    }

    #[test]
    fn a_picture_is_complete_and_plain() {
        let svg = chart().svg();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        for part in ["A &lt;chart>", "first &amp; last", "minutes", "band", "Noto Sans", "tabular-nums"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert!(!svg.contains("radient") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 2);
    }

    #[test]
    fn lines_stay_inside_and_labels_apart() {
        let chart = chart();
        let axis = Axis::of(&chart.panels[0]);
        assert_eq!(axis.marks(), [0.1, 1.0, 10.0, 100.0, 1000.0]);
        assert!((axis.share(0.1), axis.share(1000.0)) == (0.0, 1.0));
        let labels = apart(vec![(20.0, &chart.panels[0].lines[0]), (18.0, &chart.panels[0].lines[1])]);
        assert_eq!((labels[0].0, labels[1].0), (18.0, 35.0));
        let nothing = Panel { title: String::new(), unit: "", scale: Scale::FromZero, lines: vec![] };
        assert_eq!(Axis::of(&nothing).share(0.0), 0.0);
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([step(10.0, 10), step(52.0, 3), step(1100.0, 3)], [1.0, 20.0, 500.0]);
        assert_eq!([written(0.1), written(5.0), written(1000.0)], ["0.1", "5", "1\u{202f}000"]);
    }
}
