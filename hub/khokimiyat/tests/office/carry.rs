//! A folder carries what a line would: the same bytes, the same receipts, once in effect; and what a backup has.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::{Bench, Hall, count};
use hhx::{
    Code, Hash,
    container::{self, Limits},
    receipt::{Delivered, Problem},
};
use khokimiyat::{
    accept::Receipt,
    backed_up::{NotBackedUp, backed_up, marks},
    carry::{Carried, carry},
    office::{Durable, Offices},
};
use std::{fs, path::PathBuf};
use uuid::Uuid;

fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(test)
}

/// A folder that goes with its test.
struct Stick(PathBuf);

impl Stick {
    fn new() -> Stick {
        let folder = std::env::temp_dir().join(format!("stick-{}", Uuid::now_v7().simple()));
        fs::create_dir_all(folder.join("out")).unwrap();
        Stick(folder)
    }

    fn lay(&self, id: Uuid, bytes: &[u8]) {
        fs::write(self.0.join(format!("out/{id}.asice")), bytes).unwrap();
    }

    fn receipt(&self, id: Uuid) -> Delivered {
        serde_json::from_slice(&fs::read(self.0.join(format!("ack/{id}.json"))).unwrap()).unwrap()
    }

    fn problem(&self, id: Uuid) -> Problem {
        serde_json::from_slice(&fs::read(self.0.join(format!("ack/{id}.json"))).unwrap()).unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

async fn carried(offices: &Offices, hall: &Hall, stick: &Stick) -> Carried {
    carry(offices, &hall.id, &stick.0).await.unwrap()
}

#[test]
fn a_folder_is_a_line_that_somebody_carries() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let (first, second, third) = (hall.file("A01"), hall.file("A02"), hall.file("A03"));
        // One went over the line before it broke; the others go by stick, in whatever order their names have.
        let Receipt::First(over_the_line) = hall.send(&offices, &first).await.unwrap() else {
            panic!("it is the first")
        };
        let stick = Stick::new();
        for packed in [&third, &second, &first] {
            stick.lay(packed.envelope.consignment_id, &packed.bytes);
        }
        let done = carried(&offices, &hall, &stick).await;
        assert_eq!(done, Carried { taken: 2, again: 1, laid: 3, ..Carried::default() });
        assert_eq!(stick.receipt(first.envelope.consignment_id), over_the_line, "the receipt that the line gave");
        let last = stick.receipt(third.envelope.consignment_id);
        assert_eq!((last.high_water, last.sha256, last.chain), (3, Hash::of(&third.bytes), hall.chain));
        assert_eq!(count(&offices, "select count(*) from case_file").await, 3);

        let laid = stick.names("in");
        let db = offices.store.connection().await.unwrap();
        for (name, row) in laid.iter().zip(db.query("select container from inbox order by cursor", &[]).await.unwrap())
        {
            assert_eq!(fs::read(stick.0.join("in").join(name)).unwrap(), row.get::<_, Vec<u8>>(0), "the same bytes");
        }
        // Carried again by somebody who does not know: nothing is done twice, nothing is laid out twice.
        let done = carried(&offices, &hall, &stick).await;
        assert_eq!(done, Carried { again: 3, ..Carried::default() });
        assert_eq!(count(&offices, "select count(*) from inbox").await, 3);

        // The hall keeps two, and says so by their names.
        for name in &laid[..2] {
            let stem = name.strip_suffix(".asice").unwrap();
            fs::write(stick.0.join(format!("taken/{stem}.taken")), []).unwrap();
            fs::remove_file(stick.0.join("in").join(name)).unwrap();
        }
        let done = carried(&offices, &hall, &stick).await;
        assert_eq!((done.acked, done.laid), (2, 0));
        assert_eq!((stick.names("in"), stick.names("taken")), (laid[2..].to_vec(), vec![]));
        assert_eq!(count(&offices, "select count(*) from inbox where acked_at is null").await, 1);
    });
}

#[test]
fn what_is_not_as_it_should_be_is_answered_beside_it() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let stick = Stick::new();
        let (missing, after_a_gap) = (hall.file("A01"), hall.file("A02"));
        let (noise, long) = (Uuid::now_v7(), Uuid::now_v7());
        stick.lay(noise, b"PK not a container");
        stick.lay(long, &vec![0; offices.limits.container_bytes + 1]);
        stick.lay(after_a_gap.envelope.consignment_id, &after_a_gap.bytes);
        fs::write(stick.0.join("out/half.tmp"), b"still being written").unwrap();
        fs::write(stick.0.join("out/readme.asice"), b"nobody's").unwrap();
        fs::create_dir(stick.0.join("out/folder.asice")).unwrap();
        let done = carried(&offices, &hall, &stick).await;
        assert_eq!(done, Carried { not_taken: 3, ..Carried::default() });
        let gap = stick.problem(after_a_gap.envelope.consignment_id);
        assert_eq!((gap.code, gap.mark.unwrap().high_water), (Code::Gap, 0));
        assert_eq!(stick.problem(noise).code, Code::Validation);
        assert_eq!(stick.problem(long).code, Code::SizeLimit);
        assert_eq!(count(&offices, "select count(*) from consignment").await, 0);
        // What came too early is taken when what was missing has come.
        stick.lay(missing.envelope.consignment_id, &missing.bytes);
        assert_eq!(carried(&offices, &hall, &stick).await.taken, 2);
        assert_eq!(stick.receipt(after_a_gap.envelope.consignment_id).high_water, 2);
        let laid = fs::read(stick.0.join("in").join(&stick.names("in")[0])).unwrap();
        assert!(container::peek(&laid, &Limits::USUAL).is_ok());
    });
}

#[test]
fn a_hall_may_forget_what_a_backup_has() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance_that_forgets(Durable::AtBackup).await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let durable = |receipt: Receipt| match receipt {
            Receipt::First(receipt) | Receipt::Again(receipt) => receipt.durable_high_water,
        };
        let packed = [hall.file("A01"), hall.file("A02")];
        for one in &packed {
            assert_eq!(durable(hall.send(&offices, one).await.unwrap()), 0);
        }
        let before = marks(&offices).await.unwrap();
        // While the copy is made a third one comes: the backup does not have it.
        let third = hall.file("A03");
        assert_eq!(durable(hall.send(&offices, &third).await.unwrap()), 0);
        assert_eq!(backed_up(&offices, &before).await.unwrap(), 1);
        assert_eq!(backed_up(&offices, &before).await.unwrap(), 0, "said twice");
        let fourth = hall.file("A04");
        assert_eq!(durable(hall.send(&offices, &fourth).await.unwrap()), 2);
        let mut foreign = marks(&offices).await.unwrap();
        foreign[0].high_water = 5;
        assert!(matches!(backed_up(&offices, &foreign).await, Err(NotBackedUp::Beyond(_))));
        let fifth = hall.file("A05");
        assert_eq!(durable(hall.send(&offices, &fifth).await.unwrap()), 2, "what is refused changes nothing");
        assert_eq!(count(&offices, "select count(*) from audit where what = 'backed-up'").await, 1);
    });
}
