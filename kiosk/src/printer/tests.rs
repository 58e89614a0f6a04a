//! The thread with the file printer: every condition, the jam half-way, and what the paper carries.

use super::*;
use std::{
    fs,
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::JoinHandle,
};

struct Bench {
    dir: PathBuf,
    jobs: Option<SyncSender<Job>>,
    words: Receiver<Word>,
    thread: Option<JoinHandle<()>>,
}

impl Bench {
    fn new(name: &str, width: Width) -> Bench {
        let dir = std::env::temp_dir().join(format!("kiosk-printer-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let device = FilePrinter::new(&dir).unwrap();
        let (jobs, rx) = sync_channel(JOBS_MAX);
        let (tx, words): (Sender<Word>, _) = channel();
        let thread = std::thread::spawn(move || run(device, width, &rx, |word| drop(tx.send(word))));
        Bench { dir, jobs: Some(jobs), words, thread: Some(thread) }
    }

    fn becomes(&self, word: &str) {
        fs::write(self.dir.join("condition"), word).unwrap();
    }

    /// The next answer to a job, past news of conditions.
    fn print(&self, ticket: u128) -> Word {
        self.jobs.as_ref().unwrap().send(job(ticket)).unwrap();
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

fn job(ticket: u128) -> Job {
    let text = PaperText {
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
    let decoder = png::Decoder::new(io::BufReader::new(fs::File::open(bench.png(1)).unwrap()));
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
        ("silent", Fault::Silent),
    ];
    for (word, fault) in faults {
        bench.becomes(word);
        assert_eq!(bench.print(2), Word::NotPrinted(job(2), fault));
        assert!(!bench.png(2).exists(), "{word}");
    }
    bench.becomes("paper-low");
    assert_eq!(bench.print(2), Word::Printed(job(2)));
}

#[test]
fn a_jam_half_way_is_not_a_ticket_and_the_next_try_is() {
    let bench = Bench::new("jam", Width::Mm80);
    bench.becomes("jam-mid-print");
    assert_eq!(bench.print(3), Word::NotPrinted(job(3), Fault::Jam));
    let mut device = FilePrinter::new(&bench.dir).unwrap();
    assert_eq!(device.evidence(Uuid::from_u128(3)), Evidence::NotOut);
    assert_eq!(bench.print(3), Word::NotPrinted(job(3), Fault::Jam), "it stays jammed until somebody comes");
    bench.becomes("ready");
    assert_eq!(bench.answer(|word| matches!(word, Word::Is(Condition::Ready))), Word::Is(Condition::Ready));
    assert_eq!(bench.print(3), Word::Printed(job(3)));
    assert_eq!(device.evidence(Uuid::from_u128(3)), Evidence::Out);
}

/// Jams on its first paper, and is well before anybody looks.
struct MendedAtOnce {
    papers: u32,
    faulty: bool,
}

impl Device for MendedAtOnce {
    fn ask(&mut self, query: Query) -> io::Result<u8> {
        let jammed = query == Query::Error && self.faulty;
        // The look that sees the jam is the last one that can.
        self.faulty &= !jammed;
        Ok(if jammed { status::FIXED | status::CUTTER_OR_JAM } else { status::FIXED })
    }

    fn send(&mut self, _: &Sheet<'_>) -> io::Result<()> {
        self.papers += 1;
        self.faulty = self.papers == 1;
        Ok(())
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
    let device = MendedAtOnce { papers: 0, faulty: false };
    let thread = std::thread::spawn(move || run(device, Width::Mm58, &rx, |word| drop(tx.send(word))));
    let next = || words.recv_timeout(Duration::from_secs(30)).unwrap();
    assert_eq!(next(), Word::Is(Condition::Ready));
    assert!(matches!(next(), Word::NotPrinted(_, Fault::Jam)));
    assert_eq!(next(), Word::Is(Condition::Ready));
    drop(jobs);
    thread.join().unwrap();
}
