//! The kiosk's printer thread against a printer in the network that misbehaves: what is said is what came out.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use kiosk::{
    paper::{Edition, PaperText, Piece, Width},
    printer::{self, Job, Order, Patience, SheetJob, WiredPrinter, Word},
    session::{Attempt, Condition, Fault as Suffers},
};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel},
    },
    time::Duration,
};
use tests::{
    hall::PATIENCE,
    printer::{End, FakePrinter, Fault, Mishap, Model, When, marked},
};
use uuid::Uuid;
use words::Lang;

/// Long enough to see that nothing is said.
const NOTHING_SAID: Duration = Duration::from_millis(300);

struct Bench {
    printer: FakePrinter,
    orders: SyncSender<Order>,
    words: Receiver<Word>,
}

impl Bench {
    fn new(model: Model) -> Bench {
        Bench::with(model, Patience { answer_ms: 300, ..Patience::default() })
    }

    fn with(model: Model, patience: Patience) -> Bench {
        let printer = FakePrinter::start(model).unwrap();
        let device = WiredPrinter::new(printer.option().parse().unwrap(), patience);
        let (orders, taken) = sync_channel::<Order>(printer::JOBS_MAX);
        let (say, words) = channel();
        std::thread::spawn(move || printer::run(device, Width::Mm80, &taken, |word| drop(say.send(word))));
        let bench = Bench { printer, orders, words };
        assert_eq!(bench.word(), Word::Is(Condition::Ready));
        bench
    }

    fn word(&self) -> Word {
        self.words.recv_timeout(PATIENCE).unwrap()
    }

    fn becomes(&self, condition: Condition) {
        while self.word() != Word::Is(condition) {}
    }

    /// The answer to a ticket, past news of conditions.
    fn print(&self) -> Word {
        self.orders.send(job().into()).unwrap();
        self.answer()
    }

    fn answer(&self) -> Word {
        loop {
            match self.word() {
                Word::Is(_) => {}
                word => return word,
            }
        }
    }
}

fn job() -> Job {
    let text = PaperText {
        language: Lang::UzLatn,
        edition: Edition::Original,
        hall: "Zomin tumani hokimligi".to_owned(),
        label: "Chipta raqami".to_owned(),
        number: "A-047".to_owned(),
        service: "Hokim nomiga ariza berish".to_owned(),
        official: String::new(),
        ahead: "Sizdan oldin: 3 kishi".to_owned(),
        wait: String::new(),
        alone: String::new(),
        when: "23.11.2026  10:00".to_owned(),
        scan: "Kodni skanerlang".to_owned(),
        foot: "Kuting".to_owned(),
        copy: "Nusxa / Копия".to_owned(),
        address: "http://hub.local:8480/tickets/00000000-0000-0000-0000-000000000007".to_owned(),
        layout: Arc::default(),
    };
    Job { attempt: Attempt(1), ticket: Uuid::from_u128(7), text }
}

fn original() -> Word {
    Word::Printed(job())
}

fn copy() -> Word {
    let mut copy = job();
    copy.text.edition = Edition::Copy;
    Word::Printed(copy)
}

#[test]
fn every_condition_is_seen_and_its_end_too() {
    let bench = Bench::new(Model::Plain);
    let faults = [
        (Fault::NearEnd, Condition::PaperLow),
        (Fault::Out, Condition::Faulty(Suffers::PaperOut)),
        (Fault::Cover, Condition::Faulty(Suffers::CoverOpen)),
        (Fault::Cutter, Condition::Faulty(Suffers::Jam)),
        (Fault::Broken, Condition::Faulty(Suffers::Broken)),
        (Fault::Mute, Condition::Faulty(Suffers::Silent)),
    ];
    for (fault, condition) in faults {
        bench.printer.suffers(fault);
        bench.becomes(condition);
        bench.printer.mend();
        bench.becomes(Condition::Ready);
    }
    bench.printer.dies();
    bench.becomes(Condition::Faulty(Suffers::Silent));
    bench.printer.revive();
    bench.becomes(Condition::Ready);
    assert_eq!(bench.printer.papers(), []);
}

#[test]
fn a_printer_that_cannot_print_gets_not_a_byte() {
    let bench = Bench::new(Model::Tells);
    bench.printer.suffers(Fault::Cover);
    bench.becomes(Condition::Faulty(Suffers::CoverOpen));
    assert_eq!(bench.print(), Word::NotPrinted(job(), Suffers::CoverOpen));
    bench.printer.mend();
    assert_eq!(bench.print(), original(), "nothing of it was sent before: it is no copy");
    let papers = bench.printer.papers();
    assert_eq!((papers.len(), papers[0].end), (1, End::Cut));
    assert!(!marked(&papers[0]));
}

#[test]
fn a_slow_printer_has_not_printed_before_the_paper_is_out() {
    for model in [Model::Tells, Model::Plain] {
        let bench = Bench::new(model);
        bench.printer.slow(60_000);
        assert_eq!(bench.print(), original());
        assert_eq!(bench.printer.whole().len(), 1, "{model:?} said so before");
    }
}

/// The roll ends with this very ticket: it is whole, and the printer says that there is no paper.
#[test]
fn a_fault_in_the_moment_of_the_cut_denies_no_paper() {
    for model in [Model::Tells, Model::Plain] {
        for (fault, said) in
            [(Fault::Out, Suffers::PaperOut), (Fault::Cutter, Suffers::Jam), (Fault::Cover, Suffers::CoverOpen)]
        {
            let bench = Bench::new(model);
            bench.printer.plan(When::Cut, Mishap::Fault(fault));
            let word = bench.print();
            assert!(word == Word::Doubtful(job(), said) || word == original(), "{model:?} {fault:?}: {word:?}");
            assert_eq!(bench.printer.whole().len(), 1);
            bench.printer.mend();
            assert_eq!(bench.print(), copy(), "{model:?} {fault:?}");
            let papers = bench.printer.papers();
            assert_eq!(
                papers.iter().map(|paper| (paper.end, marked(paper))).collect::<Vec<_>>(),
                [(End::Cut, false), (End::Cut, true)]
            );
        }
    }
}

#[test]
fn paper_that_runs_out_amid_a_ticket_leaves_one_original_and_a_marked_copy() {
    for model in [Model::Tells, Model::Plain] {
        let bench = Bench::new(model);
        bench.printer.plan(When::Bytes(20_000), Mishap::Fault(Fault::Out));
        assert_eq!(bench.print(), Word::Doubtful(job(), Suffers::PaperOut));
        // The printer still has the rest, and would print it now if it had not been told to forget it.
        bench.printer.waits_for(1, PATIENCE).unwrap();
        bench.printer.mend();
        assert_eq!(bench.print(), copy());
        let papers = bench.printer.papers();
        assert_eq!(papers.iter().map(|paper| paper.end).collect::<Vec<_>>(), [End::Torn, End::Cut], "{model:?}");
        assert!(!marked(&papers[0]) && marked(&papers[1]), "{model:?}");
    }
}

#[test]
fn a_printer_that_dies_amid_a_ticket_gets_it_again_as_a_copy() {
    let bench = Bench::new(Model::Tells);
    bench.printer.plan(When::Received(20_000), Mishap::Dies);
    assert!(matches!(bench.print(), Word::Doubtful(..)));
    bench.printer.revive();
    bench.becomes(Condition::Ready);
    assert_eq!(bench.print(), copy());
    let ends: Vec<End> = bench.printer.papers().iter().map(|paper| paper.end).collect();
    assert_eq!(ends, [End::Torn, End::Cut]);
}

#[test]
fn a_line_that_is_cut_after_the_last_byte_costs_nobody_the_day() {
    for model in [Model::Tells, Model::Plain] {
        let bench = Bench::new(model);
        bench.printer.plan(When::Cut, Mishap::LosesLine);
        assert_eq!(bench.print(), original(), "{model:?}");
        assert_eq!(bench.printer.whole().len(), 1);
        assert_eq!(bench.print(), copy(), "whoever prints it again gets a copy");
    }
}

#[test]
fn a_printer_that_falls_silent_with_the_whole_ticket_answers_when_it_is_back() {
    let bench = Bench::new(Model::Tells);
    bench.printer.plan(When::Cut, Mishap::Fault(Fault::Mute));
    // The word that it is done may still come; the next one does not.
    bench.printer.slow(200_000);
    bench.orders.send(job().into()).unwrap();
    bench.printer.waits_for(1, PATIENCE).unwrap();
    bench.printer.mend();
    assert_eq!(bench.answer(), original());
}

#[test]
fn silence_is_no_answer() {
    let bench = Bench::new(Model::Plain);
    bench.printer.plan(When::Bytes(50_000), Mishap::Fault(Fault::Mute));
    bench.orders.send(job().into()).unwrap();
    bench.printer.waits_for(1, PATIENCE).unwrap();
    loop {
        match bench.words.recv_timeout(NOTHING_SAID) {
            Ok(Word::Is(_)) => {}
            Ok(word) => panic!("{word:?} while the printer is silent"),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the thread ended"),
        }
    }
    bench.printer.mend();
    assert_eq!(bench.answer(), original());
}

#[test]
fn a_printer_that_takes_no_more_bytes_is_given_up_and_gets_nothing_later() {
    let patience = Patience { answer_ms: 300, stall_ms: 300, ..Patience::default() };
    let bench = Bench::with(Model::Tells, patience);
    bench.printer.slow(2_000);
    let long = vec![Piece::title("Ж".repeat(60)); 40];
    let sheet = Uuid::from_u128(9);
    bench.orders.send(SheetJob { sheet, pieces: long }.into()).unwrap();
    assert!(matches!(bench.answer(), Word::SheetNotPrinted(id, _) if id == sheet));
    bench.printer.slow(u32::MAX);
    assert_eq!(bench.print(), original());
    assert_eq!(bench.printer.whole().len(), 1, "the sheet that was given up did not come out");
}
