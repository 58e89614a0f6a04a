//! Whatever the network does to the stream, after calm a display has the hub's board and has announced each call once.

use proptest::prelude::*;
use queue_display::{
    announce::TURN_MS,
    board::{Display, Event, Moment, is_called},
};
use std::collections::{BTreeMap, VecDeque};
use wire::{
    board::{Beat, Board, BoardCall, BoardChange, BoardEvent},
    client_stream::Follow,
};

/// What happens in a hall with one display.
#[derive(Debug, Clone)]
enum Happening {
    Call(u8),
    Recall(u8),
    Start(u8),
    Finish(u8),
    TakeBack(u8),
    NewDay,
    /// Frames already sent arrive at the display.
    Arrive(u8),
    /// The connection breaks; what was on the way is lost.
    Drop,
    /// The display connects: the hub resumes, or repeats some frames, or begins with a snapshot.
    Connect(Again),
    /// The hub is restored from a backup taken so many frames ago, with a higher epoch.
    Restore(u8),
    /// An older hub answers instead.
    Ghost,
    Beat,
    Wait(u16),
}

#[derive(Debug, Clone, Copy)]
enum Again {
    Resume,
    Repeat(u8),
    Snapshot,
}

/// A hub: its board, every change it made, and what it told whom.
#[derive(Debug, Default)]
struct Hub {
    board: Board,
    /// The board after each sequence number, for restoring.
    states: Vec<(Board, u64)>,
    frames: Vec<(u64, BoardChange)>,
    call_seq: u64,
    /// Distinguishes histories that use the same numbers.
    clock: u64,
}

impl Hub {
    fn new() -> Hub {
        Hub { board: Board { epoch: 1, day: 1, ..Board::default() }, ..Hub::default() }
    }

    fn seq(&self) -> u64 {
        self.frames.last().map_or(0, |(seq, _)| *seq)
    }

    fn make(&mut self, change: BoardChange) -> (u64, BoardChange) {
        self.states.push((self.board.clone(), self.call_seq));
        self.board.apply(&change);
        self.frames.push((self.seq() + 1, change.clone()));
        (self.seq(), change)
    }

    fn act(&mut self, happening: &Happening) -> Option<(u64, BoardChange)> {
        self.clock += 1;
        let at = |counter: &u8| self.board.calls.iter().find(|c| c.counter == counter.to_string()).cloned();
        let change = match happening {
            Happening::Call(counter) if at(counter).is_none() => self.called(counter.to_string(), None),
            Happening::Recall(counter) => {
                let call = at(counter).filter(is_called_ref)?;
                self.called(call.counter, Some(call.number))
            }
            Happening::Start(counter) => {
                let call = at(counter).filter(is_called_ref)?;
                BoardChange::Serving { counter: call.counter, call_seq: call.call_seq }
            }
            Happening::Finish(counter) => {
                let call = at(counter)?;
                BoardChange::Over { counter: call.counter, call_seq: call.call_seq }
            }
            Happening::TakeBack(counter) => {
                let call = at(counter)?;
                BoardChange::Undone { counter: call.counter, call_seq: call.call_seq }
            }
            Happening::NewDay => BoardChange::Day { day: self.board.day + 1 },
            _ => return None,
        };
        Some(self.make(change))
    }

    fn called(&mut self, counter: String, number: Option<String>) -> BoardChange {
        self.call_seq += 1;
        let call = BoardCall {
            number: number.unwrap_or_else(|| format!("A-{:03}", self.call_seq)),
            counter,
            call_seq: self.call_seq,
            called_at: format!("2026-03-21T05:{:02}:{:02}Z", self.clock / 60 % 60, self.clock % 60),
            stage: "called".to_owned(),
            language: "uz-Latn".to_owned(),
        };
        BoardChange::Called { call }
    }

    fn beat(&self) -> BoardEvent {
        let (minute, second) = (self.clock / 60 % 60, self.clock % 60);
        let at = format!("2026-03-21T05:{minute:02}:{second:02}Z");
        BoardEvent::Beat(Beat { epoch: self.board.epoch, at })
    }

    /// Loses the last `lost` changes and begins a new epoch.
    fn restore(&mut self, lost: usize) {
        let keep = self.frames.len() - lost.min(self.frames.len());
        if let Some((board, call_seq)) = self.states.get(keep).cloned() {
            (self.board, self.call_seq) = (Board { epoch: self.board.epoch, ..board }, call_seq);
        }
        self.states.truncate(keep);
        self.frames.truncate(keep);
        self.board.epoch += 1;
    }
}

fn is_called_ref(call: &BoardCall) -> bool {
    is_called(call)
}

/// The display's end, as the program has it: the fence and the board.
struct Hall {
    hub: Hub,
    follow: Follow,
    display: Display,
    now: u64,
    /// What was sent and has not arrived; nothing without a connection.
    way: Option<VecDeque<(Option<u64>, BoardEvent)>>,
    announced: BTreeMap<(u64, String), u32>,
    last_turn: Option<u64>,
}

impl Hall {
    fn new() -> Hall {
        Hall {
            hub: Hub::new(),
            follow: Follow::default(),
            display: Display::new(Moment(0)),
            now: 0,
            way: None,
            announced: BTreeMap::new(),
            last_turn: None,
        }
    }

    fn happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Arrive(n) => (0..*n).for_each(|_| self.arrive()),
            Happening::Drop => self.way = None,
            Happening::Connect(again) => self.connect(*again),
            Happening::Restore(lost) => {
                self.hub.restore(usize::from(*lost));
                self.way = None;
            }
            Happening::Ghost => self.meet_ghost(),
            Happening::Beat => self.send(None, self.hub.beat()),
            Happening::Wait(ms) => self.wait(u64::from(*ms)),
            act => {
                if let Some((seq, change)) = self.hub.act(act) {
                    self.send(Some(seq), BoardEvent::Change(change));
                }
            }
        }
    }

    fn send(&mut self, id: Option<u64>, event: BoardEvent) {
        if let Some(way) = &mut self.way {
            way.push_back((id, event));
        }
    }

    fn connect(&mut self, again: Again) {
        let resume = self.follow.connect().filter(|seq| *seq <= self.hub.seq());
        let from = match (resume, again) {
            (Some(seq), Again::Resume) => seq,
            (Some(seq), Again::Repeat(some)) => seq.saturating_sub(u64::from(some)),
            (Some(_), Again::Snapshot) | (None, _) => {
                let snapshot = BoardEvent::Snapshot(self.hub.board.clone());
                self.way = Some(VecDeque::from([(Some(self.hub.seq()), snapshot)]));
                return;
            }
        };
        let missed = self.hub.frames.iter().filter(|(seq, _)| *seq > from);
        let missed = missed.map(|(seq, change)| (Some(*seq), BoardEvent::Change(change.clone())));
        self.way = Some([(None, self.hub.beat())].into_iter().chain(missed).collect());
    }

    /// A hub of the epoch before answers; a display that has seen the later one leaves it at the first word.
    fn meet_ghost(&mut self) {
        if self.display.board().is_none_or(|board| board.epoch < self.hub.board.epoch) {
            return;
        }
        let ghost = Hub { board: Board { epoch: self.hub.board.epoch - 1, day: 9, ..Board::default() }, ..Hub::new() };
        let word = match self.follow.connect() {
            Some(_) => (None, ghost.beat()),
            None => (Some(3), BoardEvent::Snapshot(ghost.board)),
        };
        self.way = Some(VecDeque::from([word]));
        self.arrive();
        assert!(self.way.is_none(), "an older hub was believed");
    }

    fn arrive(&mut self) {
        let Some((id, event)) = self.way.as_mut().and_then(VecDeque::pop_front) else { return };
        match self.follow.believe(id, event) {
            Ok(Some(event)) => self.take(Event::Stream(event)),
            Ok(None) => {}
            Err(_) => self.way = None,
        }
    }

    fn take(&mut self, event: Event) {
        if let Some(call) = self.display.handle(Moment(self.now), event) {
            assert!(self.last_turn.is_none_or(|last| self.now - last >= TURN_MS), "announcements overlap");
            self.last_turn = Some(self.now);
            *self.announced.entry((call.call_seq, call.called_at)).or_default() += 1;
        }
    }

    fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.take(Event::Tick);
    }

    /// The network holds, everybody is patient.
    fn calm(&mut self) {
        for _ in 0..3 {
            self.connect(Again::Resume);
            self.send(None, self.hub.beat());
            while self.way.as_ref().is_some_and(|way| !way.is_empty()) {
                self.arrive();
            }
        }
        for _ in 0..100 {
            self.wait(TURN_MS);
        }
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    let counter = || 1_u8..5;
    prop_oneof![
        4 => counter().prop_map(Happening::Call),
        1 => counter().prop_map(Happening::Recall),
        2 => counter().prop_map(Happening::Start),
        2 => counter().prop_map(Happening::Finish),
        1 => counter().prop_map(Happening::TakeBack),
        1 => Just(Happening::NewDay),
        6 => (1_u8..6).prop_map(Happening::Arrive),
        2 => Just(Happening::Drop),
        2 => Just(Happening::Connect(Again::Resume)),
        2 => (0_u8..5).prop_map(|n| Happening::Connect(Again::Repeat(n))),
        1 => Just(Happening::Connect(Again::Snapshot)),
        1 => (0_u8..6).prop_map(Happening::Restore),
        1 => Just(Happening::Ghost),
        2 => Just(Happening::Beat),
        3 => (0_u16..6_000).prop_map(Happening::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_calm_the_board_is_the_hubs_and_each_call_was_announced_once(
        happenings in prop::collection::vec(happening(), 0..120),
    ) {
        let mut hall = Hall::new();
        hall.happen(&Happening::Connect(Again::Snapshot));
        hall.happen(&Happening::Arrive(1));
        hall.happen(&Happening::Beat);
        hall.happen(&Happening::Arrive(1));
        for happening in &happenings {
            hall.happen(happening);
        }
        hall.calm();
        prop_assert_eq!(hall.display.board(), Some(&hall.hub.board));
        for (call, times) in &hall.announced {
            prop_assert_eq!(*times, 1, "{:?}", call);
        }
        for call in hall.hub.board.calls.iter().filter(|call| is_called(call)) {
            let once = hall.announced.get(&(call.call_seq, call.called_at.clone()));
            prop_assert_eq!(once, Some(&1), "{:?}", call);
        }
    }
}
