//! Which alert is to be heard now. Its words stand on the screen; the voice says that there is something to read.
//!
//! An alert is heard when it is posted, and again: one of great danger every two minutes for as long as it stands, another
//! once more and not all day long, or nobody listens to the next. Deliberately absent: calls, which go on beside it.

use crate::board::Moment;
use std::collections::BTreeMap;
use wire::display::{Notice, Severity};

/// How long until an alert is heard again.
pub const AGAIN_MS: u64 = 120_000;
/// How often one is heard that is not of the greatest danger.
const SEVERE_TIMES: u32 = 2;

/// What was heard.
#[derive(Debug, Default)]
pub struct Alerts {
    heard: BTreeMap<String, Heard>,
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    times: u32,
    last: Moment,
}

impl Alerts {
    /// The alerts that are to be heard now, by their identities; one saying is enough for all of them.
    pub fn due(&mut self, notices: &[Notice], at: Moment) -> Vec<String> {
        self.heard.retain(|id, _| notices.iter().any(|notice| notice.id == *id));
        let alerts = notices.iter().filter(|notice| notice.severity.is_alert());
        let due: Vec<String> = alerts.filter(|alert| self.is_due(alert, at)).map(|alert| alert.id.clone()).collect();
        for id in &due {
            let heard = self.heard.entry(id.clone()).or_insert(Heard { times: 0, last: at });
            *heard = Heard { times: heard.times.saturating_add(1), last: at };
        }
        due
    }

    fn is_due(&self, alert: &Notice, at: Moment) -> bool {
        let Some(heard) = self.heard.get(&alert.id) else { return true };
        let again = match alert.severity {
            Severity::Extreme => true,
            Severity::Severe | Severity::Moderate | Severity::Minor => heard.times < SEVERE_TIMES,
        };
        again && at.since(heard.last) >= AGAIN_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::layout::Wording;

    fn notice(id: &str, severity: Severity) -> Notice {
        let none = String::new;
        let title = Wording { uz_latn: none(), uz_cyrl: none(), ru: none(), kaa: none(), en: none() };
        Notice { id: id.to_owned(), severity, title, text: None }
    }

    /// When an alert is heard in ten minutes, looked at every second; from the fifth on it is gone.
    fn heard(severity: Severity) -> Vec<u64> {
        let mut alerts = Alerts::default();
        let posted = [notice("hours", Severity::Minor), notice("sel", severity)];
        let looks = (0..600).map(|s| s * 1_000);
        looks
            .filter(|ms| !alerts.due(if *ms < 300_000 { &posted } else { &posted[..1] }, Moment(*ms)).is_empty())
            .collect()
    }

    #[test]
    fn an_alert_is_heard_at_once_and_again_while_it_stands() {
        assert_eq!(heard(Severity::Extreme), [0, 120_000, 240_000]);
        assert_eq!(heard(Severity::Severe), [0, 120_000]);
        assert_eq!(heard(Severity::Moderate), [0; 0]);
    }

    #[test]
    fn what_is_posted_anew_is_heard_anew_and_several_are_said_once() {
        let mut alerts = Alerts::default();
        let (one, two) = (notice("a", Severity::Severe), notice("b", Severity::Extreme));
        assert_eq!(alerts.due(std::slice::from_ref(&one), Moment(0)), ["a"]);
        assert_eq!(alerts.due(&[one.clone(), two.clone()], Moment(1_000)), ["b"]);
        assert_eq!(alerts.due(&[one, two.clone()], Moment(AGAIN_MS + 1_000)), ["a", "b"]);
        assert_eq!(alerts.due(&[], Moment(AGAIN_MS + 2_000)), Vec::<String>::new());
        assert_eq!(alerts.due(&[two], Moment(AGAIN_MS + 3_000)), ["b"]);
    }
}
