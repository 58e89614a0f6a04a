//! The machines in virtual time: what a person can tell apart, and what no order of edges may break.

use super::{wiring::Way, *};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::mpsc::sync_channel,
};

/// A cabinet with every line, and what it says and does with the time of each.
struct Bench {
    cabinet: Cabinet,
    ms: u64,
    said: Vec<(u64, Sign)>,
    set: Vec<(u64, Line, Level)>,
}

impl Bench {
    fn new(hold_ms: Option<u64>) -> Bench {
        let by = By::Folder("unused".into());
        let cabinet = Cabinet::new(&Wiring { by, hold_ms, wires: BTreeMap::new() });
        Bench { cabinet, ms: 0, said: vec![], set: vec![] }
    }

    fn note(&mut self, deeds: Vec<Deed>) {
        for deed in deeds {
            match deed {
                Deed::Set(line, level) => self.set.push((self.ms, line, level)),
                Deed::Say(sign) => self.said.push((self.ms, sign)),
            }
        }
    }

    /// Wakes the cabinet whenever it wants to be woken.
    fn until(&mut self, ms: u64) {
        while self.cabinet.due_ms() <= ms {
            assert!(self.cabinet.due_ms() >= self.ms, "it wants to be woken in the past");
            self.ms = self.cabinet.due_ms();
            let deeds = self.cabinet.pass(self.ms);
            self.note(deeds);
            assert!(self.cabinet.due_ms() > self.ms, "it wants to be woken for nothing");
        }
        self.ms = ms;
    }

    fn edge(&mut self, ms: u64, line: Line, level: Level) {
        self.until(ms);
        let deeds = self.cabinet.edge(Edge { ms, line, level });
        self.note(deeds);
    }

    fn order(&mut self, ms: u64, order: Order) {
        self.until(ms);
        let deeds = self.cabinet.order(ms, order);
        self.note(deeds);
    }

    fn signs(&mut self) -> Vec<(u64, Sign)> {
        std::mem::take(&mut self.said)
    }
}

const NEXT: Line = Line::Key(Key::Next);
const SELECT: Line = Line::Key(Key::Select);

#[test]
fn a_bouncing_contact_is_one_press() {
    let mut bench = Bench::new(None);
    for (ms, level) in [(0, Level::On), (2, Level::Off), (3, Level::On), (7, Level::Off), (8, Level::On)] {
        bench.edge(ms, NEXT, level);
    }
    for (ms, level) in [(150, Level::Off), (153, Level::On), (155, Level::Off)] {
        bench.edge(ms, NEXT, level);
    }
    bench.until(1_000);
    assert_eq!(bench.signs(), [(8 + KEY_MS, Sign::Key(Key::Next))]);
    bench.edge(2_000, NEXT, Level::On);
    bench.edge(2_005, NEXT, Level::Off);
    bench.until(3_000);
    assert_eq!(bench.signs(), [], "a spark is no press");
}

#[test]
fn a_finger_that_stays_presses_once() {
    let mut bench = Bench::new(None);
    bench.edge(0, SELECT, Level::On);
    bench.until(STUCK_MS * 3);
    assert_eq!(bench.signs(), [(KEY_MS, Sign::Key(Key::Select))]);
    bench.edge(STUCK_MS * 3, SELECT, Level::Off);
    bench.edge(STUCK_MS * 4, SELECT, Level::On);
    bench.until(STUCK_MS * 4 + KEY_MS);
    assert_eq!(bench.signs(), [(STUCK_MS * 4 + KEY_MS, Sign::Key(Key::Select))], "it works again");
}

#[test]
fn two_switches_have_a_long_press_and_only_if_it_is_configured() {
    let mut bench = Bench::new(Some(1_000));
    bench.edge(0, NEXT, Level::On);
    bench.edge(300, NEXT, Level::Off);
    bench.edge(1_000, NEXT, Level::On);
    bench.edge(5_000, NEXT, Level::Off);
    bench.edge(6_000, SELECT, Level::On);
    bench.until(9_000);
    let keys = [(300 + KEY_MS, Key::Next), (1_000 + KEY_MS + 1_000, Key::Previous), (7_000 + KEY_MS, Key::Repeat)];
    assert_eq!(bench.signs(), keys.map(|(ms, key)| (ms, Sign::Key(key))));
    let mut plain = Bench::new(None);
    plain.edge(0, NEXT, Level::On);
    plain.edge(5_000, NEXT, Level::Off);
    plain.until(9_000);
    assert_eq!(plain.signs(), [(KEY_MS, Sign::Key(Key::Next))]);
}

#[test]
fn a_reader_who_stands_still_is_still_there() {
    let mut bench = Bench::new(None);
    bench.edge(0, Line::Presence, Level::On);
    bench.edge(1_000, Line::Presence, Level::Off);
    bench.edge(900 + HOLD_MS, Line::Presence, Level::On);
    bench.edge(20_000, Line::Presence, Level::Off);
    bench.until(60_000);
    assert_eq!(
        bench.signs(),
        [(SENSOR_MS, Sign::Somebody), (20_000 + SENSOR_MS + HOLD_MS, Sign::Nobody)],
        "asleep for less than the hold"
    );
}

#[test]
fn a_door_is_told_once_until_a_technician_has_seen_it() {
    let mut bench = Bench::new(None);
    for (ms, level) in [(0, Level::On), (1_000, Level::Off), (2_000, Level::On), (3_000, Level::Off)] {
        bench.edge(ms, Line::Tamper, level);
    }
    bench.until(4_000);
    assert_eq!(bench.signs(), [(DOOR_MS, Sign::Tamper(Tamper::Opened))], "opened quickly and shut is not missed");
    bench.order(5_000, Order::TamperSeen);
    assert_eq!(bench.signs(), [(5_000, Sign::Tamper(Tamper::Shut))]);
    bench.order(5_500, Order::TamperSeen);
    bench.edge(6_000, Line::Tamper, Level::On);
    bench.order(7_000, Order::TamperSeen);
    bench.until(8_000);
    bench.edge(8_000, Line::Tamper, Level::Off);
    bench.until(9_000);
    assert_eq!(
        bench.signs(),
        [(6_000 + DOOR_MS, Sign::Tamper(Tamper::Opened)), (8_000 + DOOR_MS, Sign::Tamper(Tamper::Shut))],
        "seen while it is open: told when it is shut"
    );
}

#[test]
fn the_printer_is_cut_long_enough_rarely_enough_and_comes_back() {
    let mut bench = Bench::new(None);
    for ms in [0, 1_000, OFF_MS + WARM_MS - 1, 60_000, 120_000, 180_000, 3_599_999, 3_600_000] {
        bench.order(ms, Order::PowerCyclePrinter);
    }
    bench.until(4_000_000);
    let power: Vec<_> = bench.signs();
    let cut_at: Vec<u64> = power.iter().filter(|(_, s)| *s == Sign::Printer(Power::Cut)).map(|(ms, _)| *ms).collect();
    assert_eq!(cut_at, [0, 60_000, 120_000, 3_600_000]);
    assert_eq!(power.iter().filter(|(_, sign)| *sign == Sign::Printer(Power::Refused)).count(), 4);
    let relay: Vec<_> = bench.set.iter().map(|(ms, line, level)| (*ms, *line, *level)).collect();
    let expected: Vec<_> = cut_at
        .iter()
        .flat_map(|ms| [(*ms, Line::PrinterPower, Level::On), (ms + OFF_MS, Line::PrinterPower, Level::Off)])
        .collect();
    assert_eq!(relay, expected);
}

#[test]
fn a_cabinet_without_a_relay_says_that_it_cut_nothing() {
    let wiring = Wiring { by: By::None, hold_ms: None, wires: BTreeMap::new() };
    let mut cabinet = Cabinet::new(&wiring);
    assert_eq!(cabinet.order(0, Order::PowerCyclePrinter), [Deed::Say(Sign::Printer(Power::Refused))]);
    assert_eq!(
        (cabinet.order(0, Order::Lamp(Lamp::Fast)), cabinet.due_ms(), cabinet.begin()),
        (vec![], u64::MAX, vec![])
    );
}

#[test]
fn patterns_can_be_told_apart() {
    let lit = |lamp: Lamp| {
        let mut bench = Bench::new(None);
        bench.order(7, Order::Lamp(lamp));
        bench.order(50, Order::Lamp(lamp));
        bench.until(4_007);
        bench
            .set
            .iter()
            .map(|(ms, line, level)| (ms - 7, *line == Line::Lamp && *level == Level::On))
            .collect::<Vec<_>>()
    };
    assert_eq!(lit(Lamp::Dark), []);
    assert_eq!(lit(Lamp::Steady), [(0, true)]);
    assert_eq!(lit(Lamp::Slow), [(0, true), (1_000, false), (2_000, true), (3_000, false), (4_000, true)]);
    assert_eq!(lit(Lamp::Fast)[..4], [(0, true), (250, false), (500, true), (750, false)]);
    assert_eq!(lit(Lamp::Double)[..5], [(0, true), (200, false), (400, true), (600, false), (2_000, true)]);
    let mut bench = Bench::new(None);
    bench.order(0, Order::Lamp(Lamp::Steady));
    bench.order(10, Order::Lamp(Lamp::Dark));
    assert_eq!(bench.set, [(0, Line::Lamp, Level::On), (10, Line::Lamp, Level::Off)]);
}

/// What can happen to a cabinet.
#[derive(Debug, Clone)]
enum Step {
    Edge(Line, Level),
    Order(Order),
}

/// A blinking lamp wakes the cabinet all the time, so years of it are not looked at.
fn step(lamps: &[Lamp], pause_ms_max: u64) -> impl Strategy<Value = (u64, Step)> + use<> {
    let inputs: Vec<Line> = Line::all().filter(|line| line.way() == Way::In).collect();
    let level = prop_oneof![Just(Level::On), Just(Level::Off)];
    let order = prop_oneof![
        prop::sample::select(lamps.to_vec()).prop_map(Order::Lamp),
        Just(Order::PowerCyclePrinter),
        Just(Order::TamperSeen)
    ];
    let step = prop_oneof![
        4 => (prop::sample::select(inputs), level).prop_map(|(line, level)| Step::Edge(line, level)),
        1 => order.prop_map(Step::Order),
    ];
    (prop_oneof![4 => 0..60u64, 2 => 0..5_000u64, 1 => 0..pause_ms_max], step)
}

proptest! {
    #[test]
    fn no_day_breaks_a_promise(steps in prop::collection::vec(step(&[Lamp::Dark, Lamp::Steady], 2_000_000), 1..200), two in any::<bool>()) {
        keeps_its_promises(steps, two.then_some(1_000))?;
    }

    #[test]
    fn no_minute_of_blinking_breaks_a_promise(steps in prop::collection::vec(step(&[Lamp::Dark, Lamp::Slow, Lamp::Fast, Lamp::Double], 10_000), 1..60)) {
        keeps_its_promises(steps, None)?;
    }
}

fn keeps_its_promises(steps: Vec<(u64, Step)>, hold_ms: Option<u64>) -> Result<(), TestCaseError> {
    let mut bench = Bench::new(hold_ms);
    let (mut ms, mut downs, mut known) = (0, 0, BTreeMap::new());
    for (after, step) in steps {
        ms += after;
        match step {
            Step::Edge(line, level) => {
                if matches!(line, Line::Key(_)) && known.insert(line, level) != Some(level) && level == Level::On {
                    downs += 1;
                }
                bench.edge(ms, line, level);
            }
            Step::Order(order) => bench.order(ms, order),
        }
    }
    bench.until(ms + STUCK_MS * 2);
    prop_assert!(bench.set.iter().all(|(_, line, _)| line.way() == Way::Out));
    turns_are_taken(&bench.said, downs)?;
    current_is_cut_rarely(&bench.set)?;
    let lamp: Vec<_> = bench.set.iter().filter(|(_, line, _)| *line == Line::Lamp).map(|(_, _, l)| *l).collect();
    prop_assert!(lamp.windows(2).all(|pair| pair[0] != pair[1]), "a lamp is told what it shows already");
    Ok(())
}

fn turns_are_taken(said: &[(u64, Sign)], downs: usize) -> Result<(), TestCaseError> {
    prop_assert!(said.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    let turns = |first: Sign, second: Sign| {
        let both = said.iter().filter(|(_, sign)| *sign == first || *sign == second);
        both.enumerate().all(|(at, (_, sign))| (*sign == first) == (at % 2 == 0))
    };
    prop_assert!(turns(Sign::Somebody, Sign::Nobody));
    prop_assert!(turns(Sign::Tamper(Tamper::Opened), Sign::Tamper(Tamper::Shut)));
    prop_assert!(turns(Sign::Printer(Power::Cut), Sign::Printer(Power::Back)));
    let pressed = said.iter().filter(|(_, sign)| matches!(sign, Sign::Key(_))).count();
    prop_assert!(pressed <= downs, "{pressed} presses of {downs}");
    Ok(())
}

fn current_is_cut_rarely(set: &[(u64, Line, Level)]) -> Result<(), TestCaseError> {
    let relay: Vec<_> = set.iter().filter(|(_, line, _)| *line == Line::PrinterPower).collect();
    for pair in relay.chunks(2) {
        prop_assert_eq!(pair[0].2, Level::On);
        prop_assert!(pair.get(1).is_none_or(|back| back.2 == Level::Off && back.0 == pair[0].0 + OFF_MS));
    }
    let cuts: Vec<u64> = relay.iter().step_by(2).map(|(ms, _, _)| *ms).collect();
    for cut in &cuts {
        let hour = cuts.iter().filter(|other| (*cut..cut + 3_600_000).contains(*other)).count();
        prop_assert!(hour <= CYCLES_AN_HOUR_MAX, "{hour} cuts in an hour");
    }
    Ok(())
}

/// Lines whose edges a test wrote down, in time that jumps to the next of them.
struct Script {
    ms: u64,
    edges: VecDeque<Edge>,
    set: Vec<(u64, Line, Level)>,
    /// When everything is over.
    orders: Option<std::sync::mpsc::SyncSender<Order>>,
    end_ms: u64,
}

impl Lines for &mut Script {
    fn now_ms(&self) -> u64 {
        self.ms
    }

    fn set(&mut self, line: Line, level: Level) {
        self.set.push((self.ms, line, level));
    }

    fn next(&mut self, until_ms: u64) -> Option<Edge> {
        if self.ms >= self.end_ms {
            self.orders = None;
        }
        match self.edges.front() {
            Some(edge) if edge.ms <= until_ms => {
                self.ms = edge.ms.max(self.ms);
                self.edges.pop_front()
            }
            Some(_) | None => {
                self.ms = until_ms;
                None
            }
        }
    }
}

#[test]
fn the_thread_does_what_the_machines_say_and_leaves_the_printer_with_current() {
    let wiring = Wiring { by: By::Folder("unused".into()), hold_ms: None, wires: BTreeMap::new() };
    let (orders, ordered) = sync_channel(ORDERS_MAX);
    orders.send(Order::PowerCyclePrinter).unwrap();
    orders.send(Order::Lamp(Lamp::Steady)).unwrap();
    let press = [(100, Level::On), (200, Level::Off)].map(|(ms, level)| Edge { ms, line: NEXT, level });
    let mut script = Script { ms: 0, edges: press.into(), set: vec![], orders: Some(orders), end_ms: 1_000 };
    let mut said = vec![];
    run(&mut script, Cabinet::new(&wiring), &ordered, |sign| said.push(sign));
    assert_eq!(said, [Sign::Printer(Power::Cut), Sign::Key(Key::Next)]);
    let (power, lamp) = (Line::PrinterPower, Line::Lamp);
    let set: Vec<_> = script.set.iter().map(|(_, line, level)| (*line, *level)).collect();
    let (begun, off) = ([(power, Level::Off), (lamp, Level::Off)], [(power, Level::On), (lamp, Level::On)]);
    assert_eq!(set, [begun, off, begun].concat(), "the program ends while the current is cut");
    assert!((1_000..2_000).contains(&script.ms), "{}", script.ms);
}

#[test]
fn a_folder_is_a_cabinet() {
    let dir = std::env::temp_dir().join(format!("kiosk-pins-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let lines: Vec<Line> = Line::all().collect();
    let mut folder = FolderLines::new(&dir, &lines).unwrap();
    std::fs::write(dir.join("next"), "press\n").unwrap();
    std::fs::write(dir.join("presence"), "on").unwrap();
    std::fs::write(dir.join("tamper"), "ajar?").unwrap();
    let found: Vec<_> = std::iter::from_fn(|| folder.next(folder.now_ms() + 5_000)).take(3).collect();
    let levels: Vec<_> = found.iter().map(|edge| (edge.line, edge.level)).collect();
    assert_eq!(levels, [(Line::Presence, Level::On), (NEXT, Level::On), (NEXT, Level::Off)]);
    assert!(found[2].ms - found[1].ms >= KEY_MS, "long enough to be believed");
    assert_eq!(std::fs::read_to_string(dir.join("next")).unwrap(), "off\n", "who waits for the press sees its end");
    folder.set(Line::Lamp, Level::On);
    assert_eq!(std::fs::read_to_string(dir.join("lamp")).unwrap(), "on\n");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn a_machine_without_a_header_says_so() {
    let wire = Wire { bcm: 17, active: Active::High, bias: None };
    let wiring = Wiring { by: By::Pi, hold_ms: None, wires: BTreeMap::from([(Line::Lamp, wire)]) };
    // On a Raspberry Pi there is one, and then this says nothing about it.
    if let Err(error) = PiLines::new(&wiring) {
        assert!(error.to_string().starts_with("this machine has no pins"), "{error}");
    }
}

fn wiring(lines: &str) -> Result<Wiring, String> {
    let written: Written = toml::from_str(lines).map_err(|error| error.message().to_owned())?;
    written.wiring(None).map_err(|error| error.to_string())
}

#[test]
fn a_table_is_read_strictly() {
    let good = wiring(
        "hold-ms = 1500\n[lines]\npresence = { bcm = 17, active = 'high' }\nlamp = { bcm = 23, active = 'low' }\n\
         next = { bcm = 5, active = 'low', bias = 'up' }",
    )
    .unwrap();
    assert_eq!((good.by.clone(), good.hold_ms), (By::Pi, Some(1_500)));
    assert_eq!(good.lines(), [Line::Presence, Line::Lamp, NEXT]);
    assert_eq!(good.wires[&NEXT], Wire { bcm: 5, active: Active::Low, bias: Some(Bias::Up) });
    assert_eq!(wiring("").unwrap().by, By::None);
    assert_eq!(wiring("by = 'file:/p'").unwrap().lines().len(), Line::all().count());
    assert_eq!(wiring("by = 'none'\nlines.lamp = { bcm = 5, active = 'low' }").unwrap().lines(), []);
    for (wrong, said) in [
        ("lamp = 17", "unknown field `lamp`, expected one of `by`, `hold-ms`, `lines`"),
        (
            "lines.lampp = { bcm = 5, active = 'low' }",
            "there is no line `lampp`: expected one of presence, tamper, lamp",
        ),
        ("lines.lamp = { bcm = 5, active = 'up' }", "unknown variant `up`, expected `high` or `low`"),
        ("lines.lamp = { bcm = 5 }", "missing field `active`"),
        ("lines.lamp = { pin = 5, active = 'low' }", "unknown field `pin`, expected one of `bcm`, `active`, `bias`"),
        ("lines.lamp = { bcm = 28, active = 'low' }", "no free pin 28: expected a Broadcom number from 2 to 27"),
        ("lines.lamp = { bcm = 5, active = 'low', bias = 'up' }", "lamp is driven by the kiosk: expected no bias"),
        (
            "lines.lamp = { bcm = 5, active = 'low' }\nlines.next = { bcm = 5, active = 'low' }",
            "lamp and next are both on pin 5: expected a pin of its own for each",
        ),
        ("by = 'arduino'", "pins are pi, file:FOLDER or none"),
        ("hold-ms = 50", "hold-ms is 50: expected from 500 to 5000"),
    ] {
        let error = wiring(wrong).unwrap_err();
        assert!(error.contains(said), "{wrong}: {error}");
    }
}
