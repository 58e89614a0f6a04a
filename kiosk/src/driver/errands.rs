//! What the kiosk does by itself: asks the hub how things stand, keeps the catalogue fresh, empties the outbox.
//!
//! One errand at a time: an answer about lanes can then never be older than a report that was delivered after it. A
//! report goes out only after the hub has said who it is, so nothing reaches a hub of a lower epoch. Time is an argument.

use words::Lang;

/// A hub that answers is asked again after this.
pub const HOME_EVERY_MS: u64 = 5_000;
/// A hub that does not is tried again after this, then twice as long, and so on.
pub const RETRY_FIRST_MS: u64 = 500;
/// But never longer than this.
pub const RETRY_MS_MAX: u64 = 8_000;
/// What the hub cannot take now is offered again after this.
pub const REPORT_AGAIN_MS: u64 = 10_000;
/// The catalogue is fetched again after this.
pub const CATALOGUE_EVERY_MS: u64 = 10 * 60_000;

const _: () = assert!(RETRY_FIRST_MS < RETRY_MS_MAX && RETRY_MS_MAX < CATALOGUE_EVERY_MS);

/// Whether the hub can be reached and believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It answered last time.
    Up,
    /// It did not.
    Down,
    /// A hub answers, but another one has taken its place: it is not believed, and staff have to be told.
    Fenced,
}

/// Something to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    /// Ask the hub about this kiosk.
    Home,
    /// Fetch the catalogue of one language.
    Catalogue(Lang),
    /// Send the oldest report.
    Report,
}

/// What is due, and what is under way.
#[derive(Debug)]
pub(super) struct Errands {
    link: Link,
    under_way: UnderWay,
    home_due_ms: u64,
    reports_due_ms: u64,
    failures: u32,
    catalogue_due_ms: u64,
    wanted: Vec<Lang>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnderWay {
    Nothing,
    Something,
}

impl Errands {
    /// Everything is due at once.
    pub(super) fn new(now_ms: u64) -> Errands {
        Errands {
            link: Link::Down,
            under_way: UnderWay::Nothing,
            home_due_ms: now_ms,
            reports_due_ms: now_ms,
            failures: 0,
            catalogue_due_ms: now_ms,
            wanted: Vec::new(),
        }
    }

    /// Whether the hub can be reached.
    pub(super) fn link(&self) -> Link {
        self.link
    }

    /// The next thing to do, if anything; it is under way from now on.
    pub(super) fn next(&mut self, now_ms: u64, reports: u32) -> Option<Errand> {
        if self.under_way == UnderWay::Something {
            return None;
        }
        let errand = self.pick(now_ms, reports)?;
        self.under_way = UnderWay::Something;
        Some(errand)
    }

    /// When [`Errands::next`] should be asked again at the latest.
    pub(super) fn due_ms(&self) -> u64 {
        match self.under_way {
            UnderWay::Nothing => self.home_due_ms,
            UnderWay::Something => u64::MAX,
        }
    }

    /// The hub answered a question about this kiosk and is to be believed.
    pub(super) fn met(&mut self, now_ms: u64) {
        self.under_way = UnderWay::Nothing;
        self.link = Link::Up;
        self.failures = 0;
        self.home_due_ms = now_ms + HOME_EVERY_MS;
    }

    /// An errand failed: the hub has to say first who it is, later.
    pub(super) fn failed(&mut self, now_ms: u64) {
        self.under_way = UnderWay::Nothing;
        self.link = Link::Down;
        let wait = RETRY_FIRST_MS.saturating_mul(1 << self.failures.min(10)).min(RETRY_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        self.home_due_ms = now_ms + wait;
    }

    /// The hub cannot take reports now, but it will.
    pub(super) fn postponed(&mut self, now_ms: u64) {
        self.under_way = UnderWay::Nothing;
        self.reports_due_ms = now_ms + REPORT_AGAIN_MS;
    }

    /// A hub answered that was overtaken. The right one may be back at any time.
    pub(super) fn fenced(&mut self, now_ms: u64) {
        self.failed(now_ms);
        self.link = Link::Fenced;
    }

    /// An errand other than home is done.
    pub(super) fn done(&mut self) {
        self.under_way = UnderWay::Nothing;
    }

    /// Fetch the catalogue as soon as possible.
    pub(super) fn renew_catalogue(&mut self, now_ms: u64) {
        self.catalogue_due_ms = now_ms;
    }

    /// Ask the hub as soon as the line is free: somebody waits for its answer.
    pub(super) fn now(&mut self, now_ms: u64) {
        self.home_due_ms = now_ms;
    }

    /// The hub was heard by another way: ask it at once how things stand.
    pub(super) fn heard(&mut self, now_ms: u64) {
        match self.link {
            Link::Up => {}
            Link::Down | Link::Fenced => self.home_due_ms = now_ms,
        }
    }

    fn pick(&mut self, now_ms: u64, reports: u32) -> Option<Errand> {
        if now_ms >= self.home_due_ms {
            return Some(Errand::Home);
        }
        match self.link {
            Link::Up => {}
            Link::Down | Link::Fenced => return None,
        }
        if reports > 0 && now_ms >= self.reports_due_ms {
            return Some(Errand::Report);
        }
        if now_ms >= self.catalogue_due_ms {
            self.catalogue_due_ms = now_ms + CATALOGUE_EVERY_MS;
            self.wanted = Lang::ALL.into_iter().rev().collect();
        }
        self.wanted.pop().map(Errand::Catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_says_who_it_is_before_anything_is_reported() {
        let mut errands = Errands::new(0);
        assert_eq!(errands.next(0, 3), Some(Errand::Home));
        assert_eq!(errands.next(0, 3), None, "one at a time");
        errands.met(10);
        assert_eq!(errands.next(10, 3), Some(Errand::Report));
        errands.done();
        let languages: Vec<_> = std::iter::from_fn(|| {
            let errand = errands.next(20, 0);
            errands.done();
            errand
        })
        .collect();
        assert_eq!(languages, Lang::ALL.map(Errand::Catalogue));
        assert_eq!(errands.next(10 + HOME_EVERY_MS, 0), Some(Errand::Home));
    }

    #[test]
    fn a_hub_that_is_away_is_tried_less_and_less_often_but_never_forgotten() {
        let mut errands = Errands::new(0);
        let mut waits = Vec::new();
        let mut now = 0;
        for _ in 0..40 {
            assert_eq!(errands.next(now, 9), Some(Errand::Home));
            errands.failed(now);
            assert_eq!(errands.next(now, 9), None);
            waits.push(errands.due_ms() - now);
            now = errands.due_ms();
        }
        assert_eq!(waits[..6], [500, 1_000, 2_000, 4_000, 8_000, 8_000]);
        assert!(waits.iter().all(|wait| *wait <= RETRY_MS_MAX));
    }

    #[test]
    fn a_postponed_report_waits_and_nothing_else_does() {
        let mut errands = Errands::new(0);
        errands.next(0, 1);
        errands.met(0);
        assert_eq!(errands.next(1, 1), Some(Errand::Report));
        errands.postponed(1);
        assert!(matches!(errands.next(2, 1), Some(Errand::Catalogue(_))));
        errands.done();
        assert_eq!(errands.next(HOME_EVERY_MS, 1), Some(Errand::Home));
        errands.met(HOME_EVERY_MS);
        assert!(errands.next(1 + REPORT_AGAIN_MS - 1, 0).is_some());
        errands.done();
        assert_eq!(errands.next(1 + REPORT_AGAIN_MS, 1), Some(Errand::Home));
        errands.met(1 + REPORT_AGAIN_MS);
        assert_eq!(errands.next(1 + REPORT_AGAIN_MS, 1), Some(Errand::Report));
    }

    #[test]
    fn a_failed_report_waits_for_the_hub_to_say_again_who_it_is() {
        let mut errands = Errands::new(0);
        errands.next(0, 1);
        errands.met(0);
        assert_eq!(errands.next(1, 1), Some(Errand::Report));
        errands.failed(1);
        assert_eq!((errands.link(), errands.next(2, 1)), (Link::Down, None));
        errands.heard(2);
        assert_eq!(errands.next(2, 1), Some(Errand::Home));
    }
}
