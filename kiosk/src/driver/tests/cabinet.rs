//! The driver and the cabinet's machines together, in time that only moves when a test says so.

use super::*;
use crate::{
    keys::Key,
    pins::{self, By, Deed, Edge, Lamp, Level, Line, Order, Power, Tamper, Wiring},
    session::Presence,
};

/// A kiosk with every wire.
struct Wired {
    bench: Bench,
    cabinet: pins::Cabinet,
    ordered: Receiver<Order>,
    orders: Vec<Order>,
    set: Vec<(u64, Line, Level)>,
}

impl Wired {
    fn new(name: &str) -> Wired {
        let mut bench = Bench::new(name);
        bench.connect(1);
        let (orders, ordered) = sync_channel(pins::ORDERS_MAX);
        bench.driver.wire(orders);
        let by = By::Folder("unused".into());
        let cabinet = pins::Cabinet::new(&Wiring { by, hold_ms: None, wires: BTreeMap::new() });
        Wired { bench, cabinet, ordered, orders: vec![], set: vec![] }
    }

    /// A second at a time, as the program does.
    fn pass(&mut self, ms: u64) {
        let until = self.bench.now.ms + ms;
        self.carry();
        while self.bench.now.ms < until {
            self.bench.pass(1_000.min(until - self.bench.now.ms));
            self.carry();
        }
    }

    fn give(&mut self, input: Input) {
        self.bench.give(input);
        self.carry();
    }

    fn edge(&mut self, line: Line, level: Level) {
        let deeds = self.cabinet.edge(Edge { ms: self.bench.now.ms, line, level });
        self.perform(deeds);
        self.pass(1_000);
    }

    /// What the two have for each other.
    fn carry(&mut self) {
        let ms = self.bench.now.ms;
        while let Ok(order) = self.ordered.try_recv() {
            self.orders.push(order);
            let deeds = self.cabinet.order(ms, order);
            self.perform(deeds);
        }
        let deeds = self.cabinet.pass(ms);
        self.perform(deeds);
    }

    fn perform(&mut self, deeds: Vec<Deed>) {
        for deed in deeds {
            match deed {
                Deed::Set(line, level) => self.set.push((self.bench.now.ms, line, level)),
                Deed::Say(sign) => self.bench.give(Input::Pins(sign)),
            }
        }
    }

    fn lamp(&self) -> Lamp {
        let mut lamps = self.orders.iter().filter_map(|order| match order {
            Order::Lamp(lamp) => Some(*lamp),
            Order::PowerCyclePrinter | Order::TamperSeen => None,
        });
        lamps.next_back().unwrap()
    }

    /// When the current was cut, counted from a moment.
    fn cuts(&self, from_ms: u64) -> Vec<u64> {
        let cuts = self.set.iter().filter(|(_, line, level)| (*line, *level) == (Line::PrinterPower, Level::On));
        cuts.map(|(ms, _, _)| ms - from_ms).collect()
    }
}

const SILENT: Input = Input::Printer(Word::Is(Condition::Faulty(Fault::Silent)));
const READY: Input = Input::Printer(Word::Is(Condition::Ready));

#[test]
fn a_silent_printer_gets_its_current_cut_three_times_an_hour_and_then_needs_a_person() {
    let mut kiosk = Wired::new("cut");
    let began = kiosk.bench.now.ms;
    kiosk.give(SILENT);
    kiosk.pass(SILENT_MS - 1_000);
    assert_eq!(kiosk.cuts(began), [0u64; 0]);
    kiosk.pass(3_600_000 + 180_000);
    let cuts = kiosk.cuts(began);
    let (first, an_hour_later) = ([60_000, 120_000, 180_000], [3_660_000, 3_720_000, 3_780_000]);
    assert_eq!(cuts, [first, an_hour_later].concat());
    let back = kiosk.set.iter().filter(|(_, line, level)| (*line, *level) == (Line::PrinterPower, Level::Off)).count();
    assert_eq!(back, cuts.len(), "it comes back each time");
}

#[test]
fn a_printer_that_wakes_is_left_alone() {
    let mut kiosk = Wired::new("wakes");
    kiosk.give(SILENT);
    kiosk.pass(SILENT_MS - 5_000);
    kiosk.give(READY);
    kiosk.pass(10_000);
    kiosk.give(SILENT);
    kiosk.pass(SILENT_MS - 5_000);
    kiosk.give(Input::Printer(Word::Is(Condition::Faulty(Fault::PaperOut))));
    kiosk.pass(10 * SILENT_MS);
    assert_eq!(kiosk.cuts(0), [0u64; 0], "a printer without paper is not silent");
}

#[test]
fn the_current_is_never_cut_while_a_ticket_is_with_the_printer() {
    let mut kiosk = Wired::new("with-the-printer");
    let job = kiosk.bench.own_job();
    kiosk.give(SILENT);
    kiosk.pass(3 * SILENT_MS);
    assert_eq!(kiosk.cuts(0), [0u64; 0]);
    kiosk.give(Input::Printer(Word::NotPrinted(job, Fault::Silent)));
    kiosk.pass(2_000);
    assert_eq!(kiosk.cuts(0).len(), 1, "it has been silent long enough, and nothing is lost any more");
}

#[test]
fn a_ticket_that_met_silence_begins_the_minute() {
    let mut kiosk = Wired::new("met-silence");
    let job = kiosk.bench.own_job();
    let began = kiosk.bench.now.ms;
    kiosk.give(Input::Printer(Word::NotPrinted(job, Fault::Silent)));
    kiosk.pass(2 * SILENT_MS - 1_000);
    assert_eq!(kiosk.cuts(began), [SILENT_MS]);
}

#[test]
fn a_kiosk_without_wires_cuts_nothing() {
    let mut bench = Bench::new("no-wires");
    bench.connect(1);
    bench.give(SILENT);
    bench.pass(2 * SILENT_MS);
    bench.give(Input::Pins(Sign::Printer(Power::Refused)));
    assert_eq!(bench.screen(), Screen::Attract);
}

#[test]
fn the_lamp_says_how_things_stand() {
    let mut kiosk = Wired::new("lamp");
    kiosk.give(READY);
    assert_eq!(kiosk.lamp(), Lamp::Steady);
    kiosk.give(Input::Printer(Word::Is(Condition::PaperLow)));
    assert_eq!(kiosk.lamp(), Lamp::Slow);
    kiosk.give(Input::Printer(Word::Is(Condition::Faulty(Fault::Jam))));
    assert_eq!(kiosk.lamp(), Lamp::Fast);
    let told = kiosk.orders.len();
    kiosk.pass(5_000);
    assert_eq!(kiosk.orders.len(), told, "told once");
    kiosk.give(READY);
    kiosk.edge(Line::Tamper, Level::On);
    kiosk.edge(Line::Tamper, Level::Off);
    assert_eq!(kiosk.lamp(), Lamp::Double, "shut again, and nobody has seen it");
    let deeds = kiosk.cabinet.order(kiosk.bench.now.ms, Order::TamperSeen);
    assert_eq!(deeds, [Deed::Say(Sign::Tamper(Tamper::Shut))]);
    kiosk.perform(deeds);
    kiosk.carry();
    assert_eq!(kiosk.lamp(), Lamp::Steady);
}

#[test]
fn a_key_answers_the_question_whether_somebody_is_there() {
    let mut kiosk = Wired::new("key");
    kiosk.give(Input::Tap(Tap::Language(Lang::Ru)));
    kiosk.pass(crate::session::IDLE_MS);
    let presence = |kiosk: &Wired| kiosk.bench.views.borrow().last().unwrap().shown.presence;
    assert_eq!(presence(&kiosk), Presence::Asked);
    kiosk.edge(Line::Key(Key::Repeat), Level::On);
    assert_eq!(presence(&kiosk), Presence::Here);
    assert!(matches!(kiosk.bench.screen(), Screen::Categories { .. }));
}
