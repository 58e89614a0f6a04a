//! Random days: commands from several counters, clerks and kiosks, clocks that jump, and after each command the
//! invariants of the queue, checked by looking at every visit rather than at the hall's own indexes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the rules' tests use the rest")]
mod common;

use common::{NINE, clerk, counter, reason, rules, served, service, ticket, today};
use proptest::prelude::*;
use queue::{
    command::{Actor, CancelledBy, Channel, Class, Command, Order, Placing, Return, Target, Wish},
    decide,
    event::{CallOrder, Event},
    evolve,
    hall::{Day, Desk, Hall, Queue, Tally},
    ids::{CounterId, TicketId},
    limits, line,
    number::{Lane, Number, Prefix},
    policy,
    rules::{Policy, Rules},
    stage::{Closing, Rank, Stage, Step, Visit},
    standing,
    time::{Span, Time},
    why::Why,
    why_still_waiting,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

const COUNTERS: [&str; 3] = ["1", "2", "3"];
const SERVICES: [&str; 3] = ["A01", "A02", "K01"];

/// One thing that happens; small numbers are resolved against the hall as it is then.
#[derive(Debug, Clone)]
struct Happening {
    /// How far the clock moves before; it may go back.
    moves_s: i64,
    what: What,
    counter: usize,
    ticket: usize,
    kind: u8,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// What a clerk would do next at this counter.
    Work,
    Arrive,
    Confirm,
    Offline,
    CallNext,
    CallThis,
    Recall,
    Start,
    Hold,
    Resume,
    Transfer,
    Complete,
    NoShow,
    Rejoin,
    Cancel,
    Undo,
    Open,
    Pause,
    Close,
    Tick,
    Suspend,
    Epoch,
    Day,
}

fn happening() -> impl Strategy<Value = Happening> {
    let moves = prop_oneof![24 => 0_i64..20, 6 => 20_i64..300, 1 => -2000_i64..0, 1 => 300_i64..3000];
    let what = prop_oneof![
        60 => Just(What::Work), 20 => Just(What::Arrive), 20 => Just(What::Confirm), 5 => Just(What::Offline),
        3 => Just(What::CallNext), 3 => Just(What::CallThis), 4 => Just(What::Recall), 2 => Just(What::Start),
        2 => Just(What::Hold), 5 => Just(What::Resume), 2 => Just(What::Transfer), 2 => Just(What::Complete),
        2 => Just(What::NoShow), 6 => Just(What::Rejoin), 1 => Just(What::Cancel), 6 => Just(What::Undo),
        3 => Just(What::Open), 1 => Just(What::Pause), 1 => Just(What::Close), 4 => Just(What::Tick),
        1 => Just(What::Suspend), 1 => Just(What::Epoch),
    ];
    // A day ends rarely: most days are long enough for queues to build up.
    let what = prop_oneof![300 => what, 1 => Just(What::Day)];
    (moves, what, 0..3_usize, any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(moves_s, what, counter, index, kind)| Happening { moves_s, what, counter, ticket: index.index(1000), kind },
    )
}

/// The hall under test and what the test remembers by itself.
struct World {
    rules: Rules,
    hall: Hall,
    clock: Time,
    journal: Vec<(Time, String)>,
    issued: u32,
    lanes: [u32; 2],
    epoch: u32,
    /// Numbers of this day and whose they are.
    numbers: BTreeMap<Number, TicketId>,
    /// Tickets that came on paper today.
    on_paper: BTreeSet<TicketId>,
    /// Calls' numbers ever used.
    call_seqs: BTreeSet<u64>,
    /// How often in a row each class was passed over, per counter; and what it was before the last call.
    passed: BTreeMap<CounterId, (Passed, Passed)>,
}

/// Calls by the rule of other classes in a row while a ticket of this class could have been called.
type Passed = BTreeMap<Class, u32>;

impl World {
    fn new(policy: Policy) -> World {
        let rules = Rules { policy, ..rules() };
        let mut world = World {
            rules,
            hall: Hall::default(),
            clock: NINE,
            journal: Vec::new(),
            issued: 0,
            lanes: [0, 0],
            epoch: 0,
            numbers: BTreeMap::new(),
            on_paper: BTreeSet::new(),
            call_seqs: BTreeSet::new(),
            passed: BTreeMap::new(),
        };
        world.give(Command::OpenDay { date: today() });
        world
    }

    fn some_ticket(&self, happening: &Happening, stages: &[&str]) -> TicketId {
        let fits: Vec<_> = self.hall.visits.values().filter(|visit| stages.contains(&visit.stage.name())).collect();
        let all: Vec<_> = self.hall.visits.values().collect();
        let from = if fits.is_empty() || happening.kind.is_multiple_of(16) { all } else { fits };
        from.get(happening.ticket % from.len().max(1)).map_or(ticket(0), |visit| visit.ticket)
    }

    fn wish(&self, happening: &Happening) -> Wish {
        let kind = usize::from(happening.kind);
        let further = if kind.is_multiple_of(7) { vec![service(SERVICES[(kind + 1) % 3])] } else { Vec::new() };
        Wish {
            service: service(SERVICES[kind % 3]),
            further,
            quantity: 1 + u16::from(happening.kind % 4),
            class: [Class::Ordinary, Class::Courtesy, Class::Ordinary, Class::Statutory][kind / 3 % 4],
            language: "ru".parse().unwrap(),
            channel: [Channel::Kiosk, Channel::Kiosk, Channel::Reception, Channel::Phone][kind / 12 % 4],
        }
    }

    fn command(&mut self, happening: &Happening) -> Command {
        let counter = counter(COUNTERS[happening.counter]);
        let kind = happening.kind;
        match happening.what {
            What::Work => self.work(counter, happening),
            What::Arrive => {
                self.issued += 1;
                Command::Reserve { ticket: ticket(self.issued), wish: self.wish(happening) }
            }
            What::Confirm => {
                let ticket = self.some_ticket(happening, &["reserved", "closed"]);
                let number = kind.is_multiple_of(7).then(|| format!("A-{:03}", u32::from(kind) + 1).parse().unwrap());
                Command::ConfirmPrinted { ticket, number }
            }
            What::Offline => self.offline(happening),
            What::CallNext => Command::CallNext { counter },
            What::CallThis => Command::CallThis { counter, ticket: self.some_ticket(happening, &["waiting"]) },
            What::Recall => Command::Recall { counter },
            What::Start => Command::Start { counter },
            What::Hold => {
                let until = kind.is_multiple_of(2).then(|| self.clock.plus(Span::seconds(u64::from(kind) * 4)));
                Command::Hold { counter, why: reason("form"), until }
            }
            What::Resume => Command::Resume { counter, ticket: self.some_ticket(happening, &["held"]) },
            What::Transfer => {
                let to = match kind % 5 {
                    0 => Target::Counter(self::counter(COUNTERS[usize::from(kind / 5) % 3])),
                    1 => Target::Clerk(clerk(&format!("clerk-{}", kind / 5 % 3))),
                    _ => Target::Service(service(SERVICES[usize::from(kind / 5) % 3])),
                };
                let placing = if kind.is_multiple_of(2) { Placing::First } else { Placing::InOrder };
                let back = if kind.is_multiple_of(3) { Return::BackToMe } else { Return::No };
                Command::Transfer { counter, to, placing, back }
            }
            What::Complete => Command::Complete { counter, outcome: served() },
            What::NoShow => Command::NoShow { counter },
            What::Rejoin => Command::Rejoin { ticket: self.some_ticket(happening, &["closed"]) },
            What::Cancel => {
                let by = if kind.is_multiple_of(2) { CancelledBy::Visitor } else { CancelledBy::Staff };
                Command::Cancel { ticket: self.some_ticket(happening, &["reserved", "waiting", "held"]), by }
            }
            What::Undo => Command::Undo { counter },
            What::Open => {
                let who = if kind.is_multiple_of(8) { usize::from(kind / 8) % 3 } else { happening.counter };
                Command::OpenCounter { counter, clerk: clerk(&format!("clerk-{who}")) }
            }
            What::Pause => Command::PauseCounter { counter, why: reason("lunch") },
            What::Close => Command::CloseCounter { counter },
            What::Tick => Command::Tick,
            What::Suspend if kind.is_multiple_of(2) => Command::RestoreService { service: service("A02") },
            What::Suspend => Command::SuspendService { service: service("A02"), why: reason("power") },
            What::Epoch => {
                self.epoch += u32::from(kind % 2);
                let prefix = Prefix::try_from('A').unwrap();
                Command::BeginEpoch { epoch: self.epoch, seen: vec![(prefix, u32::from(kind) / 4)] }
            }
            What::Day if matches!(self.hall.day, Day::Open { .. }) => Command::CloseDay,
            What::Day => Command::OpenDay { date: today() },
        }
    }

    /// Mostly the natural next step, so that visits get somewhere.
    fn work(&mut self, counter: CounterId, happening: &Happening) -> Command {
        let Some(open) = self.hall.counters.get(&counter) else {
            let who = clerk(&format!("clerk-{}", happening.counter));
            return Command::OpenCounter { counter, clerk: who };
        };
        if let Desk::Paused { .. } = open.desk {
            return Command::OpenCounter { counter, clerk: open.clerk.clone() };
        }
        let what = match (self.hall.visit_at(&counter).map(|visit| visit.stage.name()), happening.kind % 8) {
            (Some("called"), 0) => What::NoShow,
            (Some("called"), 1) => What::Recall,
            (Some("called" | "serving"), 2) => What::Transfer,
            (Some("called" | "serving"), 3) => What::Hold,
            (Some("called"), _) => What::Start,
            (Some(_), _) => What::Complete,
            (None, _) => What::CallNext,
        };
        let kind = happening.kind / 8 + happening.kind % 8 * 32;
        self.command(&Happening { what, kind, ..happening.clone() })
    }

    /// A kiosk's own ticket: a new one, one whose answer was lost, or a report sent twice.
    fn offline(&mut self, happening: &Happening) -> Command {
        let lane = happening.ticket % 2;
        let mut wish = self.wish(happening);
        wish.channel = Channel::Kiosk;
        let prefix = self.rules.services[&wish.service].prefix;
        let (ticket, serial) = match happening.kind % 5 {
            0 => (self.some_ticket(happening, &["reserved", "closed"]), self.lanes[lane] + 1),
            1 => (self.some_ticket(happening, &["waiting"]), self.lanes[lane].max(1)),
            _ => {
                self.issued += 1;
                (ticket(self.issued), self.lanes[lane] + 1)
            }
        };
        self.lanes[lane] = self.lanes[lane].max(serial);
        let number = Number { prefix, lane: Lane::Kiosk(u8::try_from(lane + 1).unwrap()), serial };
        let printed_at = self.clock.minus(Span::seconds(u64::from(happening.kind) * 5));
        Command::RecordOffline { ticket, number, wish, printed_at }
    }

    fn live(&mut self, happening: &Happening) {
        self.clock = Time(self.clock.0 + happening.moves_s * 1000);
        let command = self.command(happening);
        self.give(command);
    }

    fn give(&mut self, command: Command) {
        let order = Order { at: self.clock, actor: Actor::Hub, command };
        let before = self.hall.clone();
        let decided = decide(&self.hall, &self.rules, &order);
        assert_eq!(decided, decide(&before, &self.rules, &order), "deciding changes nothing and is repeatable");
        for event in decided.unwrap_or_default() {
            let earlier = self.hall.clone();
            evolve(&mut self.hall, self.clock, &event);
            self.journal.push((self.clock, serde_json::to_string(&event).unwrap()));
            self.remember(&earlier, &event);
        }
        self.closed_stays_closed(&before, &order.command);
        self.hall_is_consistent();
        self.answers_agree();
    }

    /// What each event must respect, seen from the hall before it.
    fn remember(&mut self, before: &Hall, event: &Event) {
        match event {
            Event::DayClosed { .. } => {
                self.numbers.clear();
                self.on_paper.clear();
                self.passed.clear();
                self.lanes = [0, 0];
            }
            Event::Reserved { ticket, number, place, quoted, .. } => {
                self.number_is_new(*number, *ticket);
                let earlier = before.visits.values().filter(|visit| visit.number.lane == Lane::Hub);
                assert!(earlier.into_iter().all(|visit| visit.arrival < *place), "a newcomer comes last");
                assert!(quoted.is_none_or(|wait| wait.low_min < wait.high_min));
            }
            Event::RecordedOffline { ticket, number, place, .. } => {
                self.number_is_new(*number, *ticket);
                self.on_paper.insert(*ticket);
                assert!(place.since <= self.hall.latest, "nobody arrives in the future");
            }
            Event::Printed { ticket, .. } | Event::Revived { ticket, .. } => {
                self.on_paper.insert(*ticket);
            }
            Event::Called { ticket, counter, call_seq, order, waited, .. } => {
                assert!(self.on_paper.contains(ticket), "nothing is called that is not on paper");
                assert!(self.call_seqs.insert(*call_seq), "a call's number is used once");
                assert!(before.visit_at(counter).is_none(), "a counter has one ticket");
                assert!(waited.0 <= 4_000_000_000, "no wait wraps around");
                if *order == CallOrder::Next {
                    self.nobody_is_passed_over(before, *ticket);
                }
                self.bound_holds(before, counter, (*ticket, *order));
            }
            Event::Recalled { call_seq, .. } | Event::Resumed { call_seq, .. } => {
                assert!(self.call_seqs.insert(*call_seq), "a call's number is used once");
            }
            Event::Undone { counter, step: Step::Call, .. } => {
                if let Some((now, before)) = self.passed.get_mut(counter) {
                    now.clone_from(before);
                }
            }
            Event::CounterClosed { counter, .. } => drop(self.passed.remove(counter)),
            _ => {}
        }
    }

    fn number_is_new(&mut self, number: Number, ticket: TicketId) {
        let before = self.numbers.insert(number, ticket);
        assert_eq!(before, None, "{number} was given before");
    }

    /// Nobody of the same queue and class with an earlier place could have been called.
    fn nobody_is_passed_over(&self, before: &Hall, called: TicketId) {
        let (target, class, place) = standing_of(&before.visits[&called]);
        let passed = before.visits.values().find(|visit| {
            callable(visit, self.hall.latest)
                && visit.class == class
                && standing_of(visit).0 == target
                && standing_of(visit).2 < place
        });
        assert_eq!(passed.map(|visit| visit.number), None, "was passed over by {called}");
    }

    /// The bounds of `README.md`, counted without the hall's own streak.
    fn bound_holds(&mut self, before: &Hall, counter: &CounterId, call: (TicketId, CallOrder)) {
        let (called, order) = call;
        let open = &before.counters[counter];
        let could = |class| {
            before.visits.values().any(|visit| {
                visit.class == class
                    && callable(visit, self.hall.latest)
                    && policy::may_call(&self.rules, counter, open, standing_of(visit).0)
            })
        };
        let cap = match &self.rules.policy {
            Policy::Classes { statutory_cap } => statutory_cap.map(NonZeroU32::get),
            Policy::Arrival => return,
        };
        let (now, _) = self.passed.get(counter).cloned().unwrap_or_default();
        let class = before.visits[&called].class;
        // Uncapped, the law goes first without limit; a call out of order is nobody's turn.
        let counts = order == CallOrder::Next && (cap.is_some() || class != Class::Statutory);
        let mut after = Passed::new();
        for waits in [Class::Statutory, Class::Courtesy, Class::Ordinary] {
            if waits != class && could(waits) {
                after.insert(waits, now.get(&waits).copied().unwrap_or(0) + u32::from(counts));
            }
        }
        let most = |waits| match (waits, cap) {
            (Class::Statutory, None) => 0,
            (Class::Statutory, Some(_)) => 2,
            (Class::Courtesy, Some(k)) => 2 * k + 1,
            (Class::Ordinary, Some(k)) => k + 1,
            (Class::Courtesy | Class::Ordinary, None) => 1,
        };
        for (waits, times) in &after {
            assert!(*times <= most(*waits), "{waits:?} was passed over {times} times at counter {counter}");
        }
        self.passed.insert(counter.clone(), (after, now));
    }

    fn closed_stays_closed(&self, before: &Hall, command: &Command) {
        let may = match command {
            Command::ConfirmPrinted { ticket, .. } | Command::RecordOffline { ticket, .. } => {
                Some((*ticket, Closing::Unprinted))
            }
            Command::Rejoin { ticket } => Some((*ticket, Closing::NoShow)),
            Command::Undo { .. } | Command::CloseDay => return,
            _ => None,
        };
        for visit in before.visits.values() {
            let Stage::Closed { closing, .. } = &visit.stage else { continue };
            if may.as_ref().is_none_or(|may| *may != (visit.ticket, closing.clone())) {
                assert_eq!(self.hall.visits.get(&visit.ticket), Some(visit), "closed stays closed");
            }
        }
    }

    /// Every index says what the visits say.
    fn hall_is_consistent(&self) {
        let hall = &self.hall;
        let mut queues: BTreeMap<_, Queue> = BTreeMap::new();
        let mut timers = BTreeSet::new();
        let mut tally = Tally::default();
        let mut at_counters = BTreeMap::new();
        for visit in hall.visits.values() {
            match &visit.stage {
                Stage::Reserved { until } => {
                    tally.reserved += 1;
                    timers.insert((*until, visit.ticket));
                }
                Stage::Waiting { target, place, .. } => {
                    tally.waiting += 1;
                    let queue = queues.entry((target.clone(), visit.class)).or_default();
                    queue.line.insert((*place, visit.ticket));
                    queue.pieces += u64::from(visit.quantity);
                    assert!(place.since <= hall.latest && place.order <= hall.order);
                }
                Stage::Called { counter, calls, .. } => {
                    tally.called += 1;
                    assert!(*calls <= limits::CALLS_MAX);
                    assert_eq!(at_counters.insert(counter.clone(), visit.ticket), None, "one ticket at a counter");
                }
                Stage::Serving { counter, .. } => {
                    tally.serving += 1;
                    assert_eq!(at_counters.insert(counter.clone(), visit.ticket), None, "one ticket at a counter");
                }
                Stage::Held { until, .. } => {
                    tally.held += 1;
                    timers.extend(until.map(|until| (until, visit.ticket)));
                }
                Stage::Closed { closing: Closing::Unprinted, .. } => tally.void += 1,
                Stage::Closed { .. } => tally.closed += 1,
            }
            assert_eq!(hall.numbers.get(&visit.number), Some(&visit.ticket));
            assert!(visit.ways_back.len() <= limits::WAYS_BACK_MAX && visit.rejoined <= limits::REJOINS_MAX);
        }
        assert_eq!((&hall.queues, &hall.timers, hall.tally), (&queues, &timers, tally));
        let desks = hall.counters.iter().filter_map(|(id, counter)| match counter.desk {
            Desk::With(ticket) => Some((id.clone(), ticket)),
            Desk::Free { .. } | Desk::Paused { .. } => None,
        });
        assert_eq!(desks.collect::<BTreeMap<_, _>>(), at_counters, "a counter and its ticket know each other");
        let clerks: BTreeSet<_> = hall.counters.values().map(|counter| &counter.clerk).collect();
        assert_eq!(clerks.len(), hall.counters.len(), "a clerk sits at one counter");
        let counts = hall.counts();
        let parts = counts.reserved + counts.waiting + counts.at_counters + counts.held + counts.closed;
        assert_eq!(counts.issued, parts, "{counts:?}");
        assert!(hall.learned.values().all(|samples| samples.count() <= limits::SAMPLES_MAX));
    }

    /// What is shown agrees with what would be done.
    fn answers_agree(&self) {
        let at = self.clock;
        let mut next = BTreeSet::new();
        for (id, open) in &self.hall.counters {
            let shown = line(&self.hall, &self.rules, id, at, usize::MAX);
            let different: BTreeSet<_> = shown.iter().collect();
            assert_eq!(different.len(), shown.len(), "nobody stands in a line twice");
            let callable = self.hall.visits.values().filter(|visit| {
                callable(visit, self.hall.latest.max(at))
                    && policy::may_call(&self.rules, id, open, standing_of(visit).0)
            });
            assert_eq!(callable.count(), shown.len(), "everyone who may be called is in the line");
            match &open.desk {
                Desk::Free { .. } => {
                    let order = Order { at, actor: Actor::Hub, command: Command::CallNext { counter: id.clone() } };
                    let called = decide(&self.hall, &self.rules, &order).unwrap();
                    let called = called.first().map(|event| match event {
                        Event::Called { ticket, .. } => *ticket,
                        other => panic!("{other:?}"),
                    });
                    assert_eq!(called, shown.first().copied());
                    next.extend(called);
                }
                Desk::With(_) => next.extend(shown.first().copied()),
                Desk::Paused { .. } => {}
            }
        }
        let some = self.hall.visits.keys().filter(|ticket| (ticket.0.as_u128() + u128::from(self.hall.order)) % 8 == 0);
        for ticket in some {
            let why = why_still_waiting(&self.hall, &self.rules, *ticket, at).expect("a reason for every ticket");
            assert_eq!(why == Why::Next, next.contains(ticket), "{why:?}");
            let stands = standing(&self.hall, &self.rules, *ticket, at).expect("a place for every ticket");
            assert!(stands.wait.is_none_or(|wait| wait.low_min < wait.high_min && wait.low_min % 5 == 0));
        }
    }

    /// The journal, read back, gives the same hall.
    fn replays(&self) {
        let mut again = Hall::default();
        for (at, line) in &self.journal {
            evolve(&mut again, *at, &serde_json::from_str(line).unwrap());
        }
        assert_eq!(again, self.hall);
    }

    /// Whoever waits is served in the end: no ticket is stuck for ever.
    fn everyone_is_served(&mut self) {
        if let Day::Shut { .. } = self.hall.day {
            self.give(Command::OpenDay { date: today() });
        }
        self.clock = self.hall.latest.plus(limits::HOLD_MAX);
        self.give(Command::Tick);
        for (n, id) in COUNTERS.iter().enumerate() {
            self.give(Command::OpenCounter { counter: counter(id), clerk: clerk(&format!("clerk-{n}")) });
        }
        for _ in 0..self.hall.visits.len() * 4 + 4 {
            let ids: Vec<_> = self.hall.counters.keys().cloned().collect();
            for id in ids {
                let sits = self.hall.counters[&id].clerk.clone();
                self.give(Command::OpenCounter { counter: id.clone(), clerk: sits });
                self.give(Command::CallNext { counter: id.clone() });
                self.give(Command::Start { counter: id.clone() });
                self.give(Command::Complete { counter: id, outcome: served() });
            }
        }
        let stuck: Vec<_> = self.hall.visits.values().filter(|visit| visit.stage.name() == "waiting").collect();
        let servable = stuck.iter().filter(|visit| {
            self.hall.counters.iter().any(|(id, open)| policy::may_call(&self.rules, id, open, standing_of(visit).0))
        });
        assert_eq!(servable.count(), 0, "{stuck:?}");
    }
}

fn callable(visit: &Visit, at: Time) -> bool {
    matches!(&visit.stage, Stage::Waiting { not_before, .. } if *not_before <= at)
}

fn standing_of(visit: &Visit) -> (&Target, Class, (Rank, Time, u64)) {
    match &visit.stage {
        Stage::Waiting { target, place, .. } => (target, visit.class, (place.rank, place.since, place.order)),
        other => panic!("{other:?}"),
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        3 => Just(Policy::Classes { statutory_cap: None }),
        3 => (1..4_u32).prop_map(|k| Policy::Classes { statutory_cap: NonZeroU32::new(k) }),
        1 => Just(Policy::Arrival),
    ]
}

/// So many random days; more with `PROPTEST_CASES`. A failing day is printed whole, and belongs into `rules`.
fn days() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(days())]

    #[test]
    fn random_days_keep_every_promise(policy in policies(), happenings in prop::collection::vec(happening(), 1..250)) {
        let mut world = World::new(policy);
        for happening in &happenings {
            world.live(happening);
        }
        world.replays();
        world.everyone_is_served();
        world.replays();
    }
}
