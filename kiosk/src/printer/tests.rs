//! The thread with the file printer: every condition, the jam half-way, and what the paper carries.

use super::*;
use crate::paper::{Edition, Width};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};
use words::Lang;

struct Bench {
    dir: PathBuf,
    jobs: Option<SyncSender<Order>>,
    words: Receiver<Word>,
    thread: Option<JoinHandle<()>>,
}

impl Bench {
    fn new(name: &str, width: Width) -> Bench {
        let dir = std::env::temp_dir().join(format!("kiosk-printer-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let device = FilePrinter::new(&dir).unwrap();
        let (jobs, rx) = sync_channel::<Order>(JOBS_MAX);
        let (tx, words): (Sender<Word>, _) = channel();
        let thread = std::thread::spawn(move || run(device, width, &rx, |word| drop(tx.send(word))));
        Bench { dir, jobs: Some(jobs), words, thread: Some(thread) }
    }

    fn becomes(&self, word: &str) {
        fs::write(self.dir.join("condition"), word).unwrap();
    }

    /// The next answer to a job, past news of conditions.
    fn print(&self, ticket: u128) -> Word {
        self.jobs.as_ref().unwrap().send(job(ticket).into()).unwrap();
        self.answer(|word| !matches!(word, Word::Is(_)))
    }

    fn answer(&self, wanted: impl Fn(&Word) -> bool) -> Word {
        loop {
            let word = self.words.recv_timeout(Duration::from_secs(30)).unwrap();
            if wanted(&word) {
                return word;
            }
        }
    }

    fn png(&self, ticket: u128) -> PathBuf {
        self.dir.join(format!("A-047-{}.png", Uuid::from_u128(ticket)))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn copy(ticket: u128) -> Job {
    let mut job = job(ticket);
    job.text.edition = Edition::Copy;
    job
}

fn job(ticket: u128) -> Job {
    let text = PaperText {
        language: Lang::UzLatn,
        edition: Edition::Original,
        alone: String::new(),
        copy: "Nusxa / Копия".to_owned(),
        layout: Arc::default(),
        hall: "Zomin tumani hokimligi".to_owned(),
        label: "Chipta raqami".to_owned(),
        number: "A-047".to_owned(),
        service: "Hokim nomiga ariza berish".to_owned(),
        official: String::new(),
        ahead: "Sizdan oldin: 3 kishi".to_owned(),
        wait: String::new(),
        when: "23.11.2026  10:00".to_owned(),
        scan: "Kodni skanerlang".to_owned(),
        foot: "Kuting".to_owned(),
        address: format!("http://hub.local:8080/t/{}", Uuid::from_u128(ticket)),
    };
    Job { attempt: Attempt(1), ticket: Uuid::from_u128(ticket), text }
}

#[test]
fn a_ticket_is_a_picture_bytes_and_lines() {
    let bench = Bench::new("whole", Width::Mm80);
    assert_eq!(bench.print(1), Word::Printed(job(1)));
    let decoder = png::Decoder::new(io::BufReader::new(File::open(bench.png(1)).unwrap()));
    let reader = decoder.read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.bit_depth), (576, png::BitDepth::One));
    assert!((500..1_400).contains(&info.height), "{}", info.height);
    let bytes = fs::read(bench.png(1).with_extension("escpos")).unwrap();
    assert!(bytes.len() > info.height as usize * 72, "every row is sent");
    let text = fs::read_to_string(bench.png(1).with_extension("txt")).unwrap();
    assert!(text.contains("A-047\nHokim nomiga ariza berish\nSizdan oldin: 3 kishi"), "{text}");
}

/// Reads the code back with a program we did not write.
#[test]
fn the_code_leads_to_the_tickets_page_at_both_widths() {
    for (name, width) in [("scan-80", Width::Mm80), ("scan-58", Width::Mm58)] {
        let bench = Bench::new(name, width);
        bench.print(7);
        let Ok(read) = std::process::Command::new("zbarimg").args(["-q", "--raw"]).arg(bench.png(7)).output() else {
            // Without zbar-tools there is nobody to read it.
            return;
        };
        assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), job(7).text.address, "{name}");
    }
}

#[test]
fn a_printer_that_cannot_print_says_why_and_prints_nothing() {
    let bench = Bench::new("faults", Width::Mm58);
    let faults = [
        ("paper-out", Fault::PaperOut),
        ("cover-open", Fault::CoverOpen),
        ("jammed", Fault::Jam),
        ("broken", Fault::Broken),
        ("silent", Fault::Silent),
    ];
    for (word, fault) in faults {
        bench.becomes(word);
        assert_eq!(bench.print(2), Word::NotPrinted(job(2), fault));
        assert!(!bench.png(2).exists(), "{word}");
    }
    bench.becomes("paper-low");
    assert_eq!(bench.print(2), Word::Printed(job(2)), "not a byte of it was sent before: it is no copy");
    assert!(matches!(bench.print(2), Word::Printed(job) if job.text.edition == Edition::Copy));
    assert!(bench.png(2).with_extension("copy.png").exists() && bench.png(2).exists());
}

#[test]
fn a_list_is_printed_too_and_answered_by_its_identity() {
    let bench = Bench::new("sheet", Width::Mm58);
    let sheet = Uuid::from_u128(9);
    let pieces = vec![
        Piece::title("Kerakli hujjatlar"),
        Piece::Item { text: "Pasport yoki ID-karta".to_owned() },
        Piece::Pair {
            text: "Toʻlov".to_owned(), aside: "41 200 soʻm".to_owned(), weight: wire::layout::Weight::Bold
        },
    ];
    let send = |pieces: Vec<Piece>| bench.jobs.as_ref().unwrap().send(SheetJob { sheet, pieces }.into()).unwrap();
    send(pieces);
    assert_eq!(bench.answer(|word| !matches!(word, Word::Is(_))), Word::SheetPrinted(sheet));
    let lines = fs::read_to_string(bench.dir.join(format!("sheet-{sheet}.txt"))).unwrap();
    assert_eq!(lines, "Kerakli hujjatlar\nPasport yoki ID-karta\nToʻlov  41 200 soʻm");
    bench.becomes("cover-open");
    send(vec![Piece::line("x"); 500]);
    let answer = bench.answer(|word| !matches!(word, Word::Is(_)));
    assert_eq!(answer, Word::SheetNotPrinted(sheet, Fault::CoverOpen));
}

#[test]
fn a_jam_half_way_leaves_doubt_and_the_next_try_is_a_copy() {
    let bench = Bench::new("jam", Width::Mm80);
    bench.becomes("jam-mid-print");
    assert_eq!(bench.print(3), Word::Doubtful(job(3), Fault::Jam));
    let mut device = FilePrinter::new(&bench.dir).unwrap();
    assert_eq!(device.evidence(Uuid::from_u128(3)), Evidence::Out, "the number can be read on it");
    assert_eq!(device.evidence(Uuid::from_u128(4)), Evidence::NotOut);
    assert_eq!(bench.print(3), Word::NotPrinted(job(3), Fault::Jam), "it stays jammed until somebody comes");
    bench.becomes("ready");
    assert_eq!(bench.answer(|word| matches!(word, Word::Is(Condition::Ready))), Word::Is(Condition::Ready));
    assert_eq!(bench.print(3), Word::Printed(copy(3)), "half a paper with this number is about");
    let lines = fs::read_to_string(bench.png(3).with_extension("txt")).unwrap();
    assert!(lines.contains("Nusxa / Копия"), "{lines}");
    assert_eq!(device.evidence(Uuid::from_u128(3)), Evidence::Out);
}

/// Jams on its first paper, and is well before anybody looks a third time.
struct MendedAtOnce {
    papers: u32,
    looks: u32,
    dropped: u32,
}

impl Device for MendedAtOnce {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        let jammed = query == Query::Error && self.looks > 0;
        self.looks -= u32::from(jammed);
        Ok(if jammed { status::FIXED | status::CUTTER_OR_JAM } else { status::FIXED })
    }

    fn send(&mut self, _: &Impression<'_>) -> Result<(), Unsent> {
        assert_eq!(self.dropped, self.papers, "what a fault left behind is dropped before the next job");
        self.papers += 1;
        // A fault is believed when it is said twice.
        self.looks = if self.papers == 1 { 2 } else { 0 };
        Ok(())
    }

    fn progress(&mut self) -> Progress {
        if self.papers == 1 { Progress::Printing } else { Progress::Done }
    }

    fn discard(&mut self) {
        self.dropped += 1;
    }

    fn evidence(&mut self, _: Uuid) -> Evidence {
        Evidence::None
    }
}

#[test]
fn the_end_of_a_fault_is_told_even_if_nobody_saw_it_last() {
    let (jobs, rx) = sync_channel(JOBS_MAX);
    jobs.send(job(1)).unwrap();
    let (tx, words) = channel();
    let device = MendedAtOnce { papers: 0, looks: 0, dropped: 0 };
    let thread = std::thread::spawn(move || run(device, Width::Mm58, &rx, |word| drop(tx.send(word))));
    let next = || words.recv_timeout(Duration::from_secs(30)).unwrap();
    assert_eq!(next(), Word::Is(Condition::Ready));
    assert_eq!(next(), Word::Is(Condition::Faulty(Fault::Jam)));
    assert!(matches!(next(), Word::Doubtful(_, Fault::Jam)));
    assert_eq!(next(), Word::Is(Condition::Ready));
    jobs.send(job(1)).unwrap();
    assert!(matches!(next(), Word::Printed(job) if job.text.edition == Edition::Copy));
    drop(jobs);
    thread.join().unwrap();
}

/// A printer behind a pair of terminals: what a serial port and a USB device look like from here.
fn behind_a_terminal(answers: impl FnMut(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> PathBuf {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes())).to_owned();
    // Held open: a terminal that nobody has open answers with an error.
    let held = File::options().read(true).write(true).open(&path).unwrap();
    let (mut master, mut answers) = (File::from(master), answers);
    std::thread::spawn(move || {
        let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = master.read(&mut bytes) {
            for byte in &bytes[..count] {
                seen.push(*byte);
                if let Some(answer) = answers(&seen) {
                    master.write_all(&answer).unwrap();
                }
            }
            let known = seen.len().saturating_sub(16);
            seen.drain(..known);
        }
        drop(held);
    });
    path
}

fn well(seen: &[u8]) -> Option<Vec<u8>> {
    match seen {
        [.., 0x10, 4, 2..=4] => Some(vec![0x12]),
        [.., 0x1d, b'(', b'H', 6, 0, 48, 48, a, b, c, d] => Some(vec![0x37, 0x22, *a, *b, *c, *d, 0]),
        _ => None,
    }
}

#[test]
fn a_serial_printer_prints_and_says_when_it_is_done() {
    let path = behind_a_terminal(well);
    let device = WiredPrinter::new(Address::Serial { path, baud: BAUD_MIN }, Patience::default());
    let (jobs, rx) = sync_channel(JOBS_MAX);
    let (tx, words) = channel();
    std::thread::spawn(move || run(device, Width::Mm58, &rx, |word| drop(tx.send(word))));
    assert_eq!(words.recv_timeout(Duration::from_secs(30)).unwrap(), Word::Is(Condition::Ready));
    jobs.send(job(5)).unwrap();
    assert_eq!(words.recv_timeout(Duration::from_secs(30)).unwrap(), Word::Printed(job(5)));
}

#[test]
fn a_device_that_takes_everything_and_says_nothing_blocks_nobody() {
    let path = behind_a_terminal(|_| None);
    let patience = Patience { answer_ms: 50, ..Patience::default() };
    let mut device = WiredPrinter::new(Address::Usb(path), patience);
    assert_eq!(device.ask(Query::Paper).unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(device.ask(Query::Paper).unwrap_err().kind(), io::ErrorKind::TimedOut, "opened anew, and silent again");
}
