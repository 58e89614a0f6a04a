//! The board as a display knows it: pure, moved only by [`Display::handle`].
//!
//! The board itself changes by `wire::board::Board::apply`, the function the hub uses, so the two cannot differ. What
//! is added here is what only a display needs: which call to announce, and how long the hub has been silent.
//! Connections are no events: a lost one shows itself as silence, and one that is back within five seconds is nobody's
//! concern. Deliberately absent: the fence against an older hub and repeated changes (`wire::client_stream::Follow`
//! lets neither through), and clocks: a moment is an argument.

use crate::{
    alerts::Alerts,
    announce::{Announcements, Announcing, Nth, Place},
    clock::HubClock,
    post::{Orders, Post},
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use wire::{
    board::{Beat, Board, BoardCall, BoardChange, BoardEvent},
    display::DisplayHome,
    hall::Catalogue,
};
use words::Lang;

/// Milliseconds since the program began: never runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub u64);

impl Moment {
    /// This moment and some milliseconds later.
    #[must_use]
    pub fn plus(self, ms: u64) -> Moment {
        Moment(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`.
    pub fn since(self, earlier: Moment) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Without a sign of the hub for this long the board is stale.
pub const STALE_MS: u64 = 5_000;
/// After a restart of the display only calls younger than this are announced.
pub const YOUNG_MS_MAX: i64 = 30_000;

/// What can happen to a display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The hub said something that may be believed.
    Stream(BoardEvent),
    /// A hub answers that another one has taken the place of: it is not believed, and staff have to know.
    Overtaken,
    /// What things of the hall are called in one of the board's languages.
    Names {
        /// The language.
        lang: Lang,
        /// The names.
        names: Box<Catalogue>,
    },
    /// What the hub says of this display and of the hall besides its calls.
    Home(Box<DisplayHome>),
    /// A voice speaks of a call from now on.
    Speaks {
        /// The call.
        call_seq: u64,
    },
    /// The voice has said it, or will not.
    Spoke {
        /// The call.
        call_seq: u64,
    },
    /// Time went on.
    Tick,
}

/// How far the board can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing was heard yet, and not for long.
    Starting,
    /// The hub lives.
    Fresh,
    /// The hub has been silent for too long.
    Stale,
    /// The same, and a hub speaks that is not the hall's any more.
    Overtaken,
}

/// A display.
#[derive(Debug)]
pub struct Display {
    board: Option<Board>,
    announcements: Announcements,
    /// Calls found at the start whose age is not known before the hub's clock is.
    undated: Vec<BoardCall>,
    clock: HubClock,
    names: BTreeMap<Lang, Catalogue>,
    home: Option<DisplayHome>,
    orders: Orders,
    /// What the orders and the hub make of this display.
    post: Post,
    alerts: Alerts,
    last_sign: Moment,
    /// What answers, when nothing that may be believed does.
    silence: Freshness,
}

impl Display {
    /// A display that begins now and knows nothing.
    pub fn new(at: Moment) -> Display {
        Display {
            board: None,
            announcements: Announcements::default(),
            undated: Vec::new(),
            clock: HubClock::default(),
            names: BTreeMap::new(),
            home: None,
            orders: Orders::default(),
            post: Post::of(&Orders::default(), None),
            alerts: Alerts::default(),
            last_sign: at,
            silence: Freshness::Stale,
        }
    }

    /// The same with turns of another length, where no voice speaks.
    #[must_use]
    pub fn with_turns(self, turn_ms: u64) -> Display {
        Display { announcements: Announcements::lasting(turn_ms), ..self }
    }

    /// The same with orders that stand above what the hub says.
    #[must_use]
    pub fn ordered(self, orders: Orders) -> Display {
        Display { post: Post::of(&orders, self.home.as_ref()), orders, ..self }
    }

    /// Takes an event, and says which call is to be announced now.
    pub fn handle(&mut self, at: Moment, event: Event) -> Option<BoardCall> {
        match event {
            Event::Stream(said) => {
                self.last_sign = at;
                self.silence = Freshness::Stale;
                self.hear(at, said);
            }
            Event::Names { lang, names } => drop(self.names.insert(lang, *names)),
            Event::Home(home) => self.settle(*home),
            Event::Speaks { call_seq } => self.announcements.speaks(call_seq, at),
            Event::Spoke { call_seq } => self.announcements.spoke(call_seq, at),
            Event::Overtaken => self.silence = Freshness::Overtaken,
            Event::Tick => {}
        }
        self.announcements.next(at)
    }

    /// The hub's board, if one was heard.
    pub fn board(&self) -> Option<&Board> {
        self.board.as_ref()
    }

    /// How far the board can be trusted now.
    pub fn freshness(&self, at: Moment) -> Freshness {
        match &self.board {
            _ if at.since(self.last_sign) >= STALE_MS => self.silence,
            Some(_) => Freshness::Fresh,
            None => Freshness::Starting,
        }
    }

    /// Where a call stands among the announcements.
    pub fn place(&self, call: &BoardCall) -> Place {
        self.announcements.place(call)
    }

    /// The call whose turn it is.
    pub fn announcing(&self) -> Option<Announcing<'_>> {
        self.announcements.announcing()
    }

    /// What the hub says of this display, once it told it.
    pub fn home(&self) -> Option<&DisplayHome> {
        self.home.as_ref()
    }

    /// What this display is to show and how it speaks.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// The alerts that are to be heard now; none of a hub that is silent, which may have taken them back.
    pub fn alerts(&mut self, at: Moment) -> Vec<String> {
        match (self.freshness(at), &self.home) {
            (Freshness::Fresh, Some(home)) => self.alerts.due(&home.notices, at),
            (Freshness::Fresh | Freshness::Starting | Freshness::Stale | Freshness::Overtaken, _) => vec![],
        }
    }

    /// The hub's time, once it told it.
    pub fn hub_time(&self, at: Moment) -> Option<Timestamp> {
        self.clock.time(at)
    }

    /// What things are called in a language, once the hub told it.
    pub fn names(&self, lang: Lang) -> Option<&Catalogue> {
        self.names.get(&lang)
    }

    /// Another hub than the one whose board is shown has nothing to say about this display.
    fn settle(&mut self, home: DisplayHome) {
        if self.board.as_ref().is_none_or(|board| board.epoch == home.epoch) {
            self.post = Post::of(&self.orders, Some(&home));
            self.home = Some(home);
        }
    }

    fn hear(&mut self, at: Moment, said: BoardEvent) {
        match said {
            BoardEvent::Snapshot(board) => self.begin(at, board),
            BoardEvent::Change(change) => self.change(at, &change),
            BoardEvent::Beat(beat) => self.beat(at, &beat),
        }
        if let Some(board) = &self.board {
            self.announcements.keep(board);
        }
    }

    /// The first board is as old as it may be; a later one only holds what was missed.
    fn begin(&mut self, at: Moment, board: Board) {
        let mut called: Vec<&BoardCall> = board.calls.iter().filter(|call| is_called(call)).collect();
        called.sort_by_key(|call| call.call_seq);
        match &self.board {
            None => self.undated = called.into_iter().cloned().collect(),
            Some(before) => called.into_iter().for_each(|call| {
                if !self.undated.contains(call) {
                    self.announcements.offer(call, nth(before, call), at);
                }
            }),
        }
        self.board = Some(board);
    }

    fn change(&mut self, at: Moment, change: &BoardChange) {
        let Some(board) = &mut self.board else { return };
        let before = match change {
            BoardChange::Called { call } => nth(board, call),
            BoardChange::Serving { .. }
            | BoardChange::Over { .. }
            | BoardChange::Undone { .. }
            | BoardChange::Day { .. } => Nth::First,
        };
        board.apply(change);
        // A step taken back brings a visitor back to the counter: served, nobody to announce; called, known already.
        if let BoardChange::Called { call } = change
            && is_called(call)
        {
            self.announcements.offer(call, before, at);
        }
    }

    fn beat(&mut self, at: Moment, beat: &Beat) {
        let Ok(hub_time) = beat.at.parse::<Timestamp>() else { return };
        self.clock.set(at, hub_time);
        let calls = self.board.as_ref().map_or(&[][..], |board| &board.calls);
        for call in self.undated.drain(..).filter(|call| calls.contains(call)) {
            match call.called_at.parse::<Timestamp>() {
                Ok(called_at) if hub_time.as_millisecond() - called_at.as_millisecond() <= YOUNG_MS_MAX => {
                    self.announcements.offer(&call, Nth::First, at);
                }
                Ok(_) | Err(_) => self.announcements.pass_over(&call),
            }
        }
    }
}

/// A number that still stands at its counter is called again; one that was moved on is called there for the first time.
fn nth(before: &Board, call: &BoardCall) -> Nth {
    let same = |known: &BoardCall| known.number == call.number && known.counter == call.counter && is_called(known);
    if before.calls.iter().any(same) { Nth::Again } else { Nth::First }
}

/// Whether the visitor is still looked for.
pub fn is_called(call: &BoardCall) -> bool {
    call.stage != "serving"
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A call of `A-<seq>` at five in the morning.
    pub(crate) fn call(counter: &str, call_seq: u64) -> BoardCall {
        BoardCall {
            number: format!("A-{call_seq:03}"),
            counter: counter.to_owned(),
            call_seq,
            called_at: "2026-03-21T05:00:00Z".to_owned(),
            stage: "called".to_owned(),
            language: "uz-Latn".to_owned(),
        }
    }

    fn snapshot(calls: Vec<BoardCall>) -> Event {
        Event::Stream(BoardEvent::Snapshot(Board { epoch: 1, day: 1, calls, recent: Vec::new() }))
    }

    fn beat(at: &str) -> Event {
        Event::Stream(BoardEvent::Beat(Beat { epoch: 1, at: at.to_owned() }))
    }

    fn called(call: &BoardCall) -> Event {
        Event::Stream(BoardEvent::Change(BoardChange::Called { call: call.clone() }))
    }

    /// All announcements, given all the time they need.
    fn announced(display: &mut Display, events: Vec<Event>) -> Vec<u64> {
        let idle = std::iter::repeat_n(Event::Tick, 20);
        let moments = (0..).map(|n| Moment(n * crate::announce::TURN_MS));
        moments
            .zip(events.into_iter().chain(idle))
            .filter_map(|(at, e)| display.handle(at, e))
            .map(|c| c.call_seq)
            .collect()
    }

    #[test]
    fn a_restarted_display_announces_only_young_calls() {
        let old = BoardCall { called_at: "2026-03-21T04:59:29Z".to_owned(), ..call("1", 1) };
        let undated = BoardCall { called_at: "yesterday".to_owned(), ..call("3", 3) };
        let serving = BoardCall { stage: "serving".to_owned(), ..call("4", 4) };
        let mut display = Display::new(Moment(0));
        let first = snapshot(vec![serving.clone(), undated.clone(), call("2", 2), old.clone()]);
        let again = snapshot(vec![serving, undated, call("2", 2), old]);
        let got = announced(&mut display, vec![first, again.clone(), beat("2026-03-21T05:00:00Z"), again]);
        assert_eq!(got, [2]);
    }

    #[test]
    fn a_restarted_display_waits_for_the_clock_before_it_speaks() {
        let mut display = Display::new(Moment(0));
        assert_eq!(announced(&mut display, vec![snapshot(vec![call("1", 1)])]), Vec::<u64>::new());
    }

    #[test]
    fn after_a_gap_what_was_missed_is_announced_in_order() {
        let mut display = Display::new(Moment(0));
        let serving = BoardCall { stage: "serving".to_owned(), ..call("4", 4) };
        let events = vec![
            snapshot(vec![]),
            beat("2026-03-21T05:00:00Z"),
            called(&call("1", 1)),
            snapshot(vec![call("3", 3), serving, call("2", 2), call("1", 1)]),
        ];
        assert_eq!(announced(&mut display, events), [1, 2, 3]);
    }

    #[test]
    fn a_recall_is_announced_again() {
        let mut display = Display::new(Moment(0));
        let events = vec![snapshot(vec![]), called(&call("1", 1)), called(&BoardCall { call_seq: 2, ..call("1", 1) })];
        assert_eq!(announced(&mut display, events), [1, 2]);
        assert_eq!(display.board().unwrap().calls.len(), 1);
    }

    #[test]
    fn a_step_taken_back_announces_nobody_again() {
        let mut display = Display::new(Moment(0));
        let back_to_serving = BoardCall { stage: "serving".to_owned(), ..call("2", 2) };
        let events = vec![
            snapshot(vec![]),
            called(&call("1", 1)),
            Event::Stream(BoardEvent::Change(BoardChange::Serving { counter: "1".to_owned(), call_seq: 1 })),
            called(&call("1", 1)),
            called(&back_to_serving),
        ];
        assert_eq!(announced(&mut display, events), [1]);
    }

    #[test]
    fn silence_makes_it_stale_and_a_sign_fresh_again() {
        let mut display = Display::new(Moment(0));
        assert_eq!(display.freshness(Moment(STALE_MS - 1)), Freshness::Starting);
        assert_eq!(display.freshness(Moment(STALE_MS)), Freshness::Stale, "a hub that was never there is no board");
        display.handle(Moment(10_000), snapshot(vec![]));
        assert_eq!(display.freshness(Moment(10_000 + STALE_MS - 1)), Freshness::Fresh);
        display.handle(Moment(10_000 + STALE_MS), Event::Tick);
        assert_eq!(display.freshness(Moment(10_000 + STALE_MS)), Freshness::Stale);
        display.handle(Moment(19_000), Event::Overtaken);
        assert_eq!(display.freshness(Moment(19_000)), Freshness::Overtaken);
        display.handle(Moment(20_000), beat("not a time, but a sign"));
        assert_eq!(display.freshness(Moment(20_000)), Freshness::Fresh);
        assert_eq!(display.freshness(Moment(20_000 + STALE_MS)), Freshness::Stale, "the hall's own hub spoke last");
        assert_eq!(display.hub_time(Moment(20_000)), None);
    }
}
