//! Consignments come once in effect, in order, whatever instance takes them and whenever one of them dies.

use crate::support::{Bench, Hall, OFFICE, code, count};
use hhx::{
    Hash,
    container::{self, Limits},
    envelope::MessageType,
    receipt::Outcome,
};
use khokimiyat::{accept::Receipt, office::Offices, outgoing, store::Store};
use uuid::Uuid;

fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("it is there")
        .block_on(test)
}

/// What the inbox of a hall says, in order.
async fn outcomes(offices: &Offices, hall: &Hall) -> Vec<Outcome> {
    let db = offices.store.connection().await.expect("it is there");
    let sql = "select container from inbox where office = $1 and hub = $2 order by cursor";
    let rows = db.query(sql, &[&hall.id.office, &hall.id.hub]).await.expect("it is there");
    let envelopes = rows.iter().map(|row| container::peek(row.get(0), &Limits::USUAL).expect("it is there"));
    envelopes.filter_map(|envelope| envelope.outcome).collect()
}

#[test]
fn an_appeal_is_receipted_registered_and_its_hall_told() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let packed = hall.file("A01");
        let Receipt::First(receipt) = hall.send(&offices, &packed).await.unwrap() else { panic!("it is the first") };
        assert_eq!(receipt.consignment_id, packed.envelope.consignment_id);
        assert_eq!((receipt.high_water, receipt.chain, receipt.sha256), (1, hall.chain, Hash::of(&packed.bytes)));
        let office = hhx::sign::certificates(&offices.offices[OFFICE].certificate).unwrap();
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let signature = STANDARD.decode(&receipt.signature).unwrap();
        hhx::sign::verify(&receipt.to_sign(), &signature, &office).unwrap();

        let [Outcome::Registered { registration, due }] = &outcomes(&offices, &hall).await[..] else {
            panic!("one R2")
        };
        assert_eq!((registration.reg_no.as_str(), registration.journal.as_str()), ("M-1/26", "murojaat"));
        assert_eq!(registration.reg_date.to_string(), "2026-11-23");
        assert_eq!(due.unwrap().to_string(), "2026-12-08");

        let again = hall.send(&offices, &packed).await.unwrap();
        assert_eq!(again, Receipt::Again(receipt));
        assert_eq!(count(&offices, "select count(*) from case_file").await, 1);
        assert_eq!(count(&offices, "select count(*) from inbox").await, 1);
    });
}

#[test]
fn after_hours_the_next_working_day_counts_and_a_new_year_begins_at_one() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let mut registered = vec![];
        // Eve of the new year before and after six in the evening, then the first working day.
        for (now, service) in [
            ("2026-12-31T12:59:00Z", "A02"),
            ("2026-12-31T13:00:00Z", "A02"),
            ("2027-01-04T05:00:00Z", "A02"),
            ("2027-01-04T05:00:00Z", "M02"),
        ] {
            bench.set(now);
            let packed = hall.file(service);
            hall.send(&offices, &packed).await.unwrap();
        }
        for outcome in outcomes(&offices, &hall).await {
            let Outcome::Registered { registration, due } = outcome else { panic!("registered") };
            registered.push(format!("{} {} {}", registration.reg_no, registration.reg_date, due.unwrap()));
        }
        assert_eq!(
            registered,
            [
                "M-1/26 2026-12-31 2027-01-15",
                "M-1/27 2027-01-04 2027-01-15",
                "M-2/27 2027-01-04 2027-01-19",
                "K-1/27 2027-01-04 2027-01-18",
            ]
        );
    });
}

#[test]
fn the_line_tells_gap_fence_and_fork_apart() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let (one, two, three) = (hall.file("A01"), hall.file("A01"), hall.file("A01"));
        assert_eq!(code(&hall.send(&offices, &two).await), "GAP");
        assert_eq!(code(&hall.send(&offices, &one).await), "first");
        assert_eq!(code(&hall.send(&offices, &three).await), "GAP");
        assert_eq!(code(&hall.send(&offices, &two).await), "first");

        // Another hub under the same name and life has another second consignment.
        let mut twin = Hall::enrol(&offices, "hub-01").await;
        let other = [twin.file("A01"), twin.file("A01"), twin.file("A01")];
        assert_eq!(code(&twin.send(&offices, &other[2]).await), "FORK");
        assert_eq!(code(&twin.send(&offices, &other[1]).await), "FORK");
        assert_eq!(count(&offices, "select count(*) from alarm where what = 'fork'").await, 2);
        assert_eq!(count(&offices, "select count(*) from case_file").await, 2);
    });
}

#[test]
fn a_restored_hub_is_noticed_and_nothing_is_doubled() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let case = Uuid::now_v7();
        let first = hall.file_as("A01", case, "Karimov Anvar");
        assert_eq!(code(&hall.send(&offices, &first).await), "first");
        let old = hall.file("A01");

        // Restored: a higher life, which sends again what yesterday's backup does not know was sent.
        (hall.epoch, hall.seq, hall.chain) = (2, 0, Hash::ZERO);
        let mut again = first.envelope.clone();
        again.line = hall.blank(MessageType::Appeal, case).line;
        let opened = container::open(&first.bytes, &Limits::USUAL, &certificates(&offices, &hall).await).unwrap();
        let entries: Vec<_> = first.envelope.files.iter().map(|file| entry(file, &opened.entries)).collect();
        let again = hall.pack(again, &entries);
        assert_eq!(code(&hall.send(&offices, &again).await), "again");
        let same_case = hall.file_as("A01", case, "Karimov Anvar");
        assert_eq!(code(&hall.send(&offices, &same_case).await), "first");
        let next = hall.file("A01");
        assert_eq!(code(&hall.send(&offices, &next).await), "first");
        assert_eq!(code(&hall.send(&offices, &old).await), "FENCED");

        assert_eq!(count(&offices, "select count(*) from alarm where what = 'new_life'").await, 1);
        assert_eq!(count(&offices, "select count(*) from case_file").await, 2);
        assert_eq!(count(&offices, "select last::bigint from journal_counter").await, 2);
    });
}

async fn certificates(offices: &Offices, hall: &Hall) -> Vec<x509_cert::Certificate> {
    hhx::sign::certificates(&khokimiyat::halls::certificates(offices, &hall.id).await.expect("it is there"))
        .expect("it is there")
}

fn entry<'a>(
    file: &'a hhx::envelope::File,
    bytes: &'a std::collections::BTreeMap<String, Vec<u8>>,
) -> container::Entry<'a> {
    container::Entry { name: &file.name, media_type: &file.media_type, role: file.role, bytes: &bytes[&file.name] }
}

#[test]
fn a_poisoned_item_goes_to_quarantine_and_the_line_goes_on() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        let unsealed = hall.blank(MessageType::Appeal, Uuid::now_v7());
        let unsealed = hall.pack(unsealed, &[]);
        assert_eq!(code(&hall.send(&offices, &unsealed).await), "first");
        let unknown = hall.file("Z99");
        assert_eq!(code(&hall.send(&offices, &unknown).await), "first");
        let mut forged = hall.file("A01");
        let at = forged.bytes.windows(4).position(|four| four == b"0.se").unwrap_or(forged.bytes.len() / 2);
        forged.bytes[at] ^= 1;
        let good = hall.file("A01");
        let refused = code(&hall.send(&offices, &forged).await);
        assert!(["first", "VALIDATION", "HASH_MISMATCH"].contains(&refused), "{refused}");
        if refused == "first" {
            assert_eq!(code(&hall.send(&offices, &good).await), "first");
            assert_eq!(count(&offices, "select count(*) from case_file").await, 1);
        }
        let outcomes = outcomes(&offices, &hall).await;
        let codes = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Refused { code, .. } => Some(code.word()),
            Outcome::Registered { .. } => None,
        });
        let codes: Vec<_> = codes.collect();
        assert_eq!(codes[..2], ["VALIDATION", "CATALOGUE_OUTDATED"]);
        assert_eq!(count(&offices, "select count(*) from quarantine").await, i64::try_from(codes.len()).unwrap());
    });
}

#[test]
fn two_instances_are_one_office() {
    let bench = Bench::start();
    run(async {
        let (one, two) = tokio::join!(bench.instance(), bench.instance());
        let mut hall = Hall::enrol(&one, "hub-01").await;
        for _ in 0..10 {
            let packed = hall.file("A01");
            let (left, right) = tokio::join!(hall.send(&one, &packed), hall.send(&two, &packed));
            let mut both = [code(&left), code(&right)];
            both.sort_unstable();
            assert_eq!(both, ["again", "first"]);
        }
        assert_eq!(count(&one, "select count(*) from case_file").await, 10);
        assert_eq!(count(&two, "select count(*) from inbox").await, 10);
    });
}

#[test]
fn a_hundred_at_once_leave_no_gap_and_no_double_whoever_is_killed_between() {
    let bench = Bench::start();
    run(async {
        let instances = [bench.instance().await, bench.instance().await];
        let mut sent = tokio::task::JoinSet::new();
        for nth in 0..20 {
            let mut hall = Hall::enrol(&instances[0], &format!("hub-{nth:02}")).await;
            let instances = instances.clone();
            sent.spawn(async move {
                for at in 0..5 {
                    let packed = hall.file("A01");
                    // Every third is broken off somewhere in the transaction, then sent again, to the other instance.
                    if (nth + at) % 3 == 0 {
                        let attempt = hall.send(&instances[0], &packed);
                        let broken = tokio::time::timeout(std::time::Duration::from_millis(3 * (at + 1)), attempt);
                        drop(broken.await);
                    }
                    hall.send(&instances[1], &packed).await.unwrap();
                }
            });
        }
        while let Some(done) = sent.join_next().await {
            done.unwrap();
        }
        let office = &instances[0];
        assert_eq!(count(office, "select count(*) from consignment").await, 100);
        assert_eq!(count(office, "select count(distinct reg_index) from case_file").await, 100);
        assert_eq!(count(office, "select max(reg_index)::bigint from journal").await, 100);
        assert_eq!(count(office, "select count(*) from inbox").await, 100);
        let db = office.store.connection().await.unwrap();
        let sql = "select count(*) from (select hub, max(cursor) - count(*) as hole from inbox group by hub) h
                   where hole <> 0";
        assert_eq!(db.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 0);
    });
}

#[test]
fn migrations_are_applied_once_however_many_start() {
    let bench = Bench::start();
    run(async {
        let (one, _, _) = tokio::join!(bench.instance(), bench.instance(), bench.instance());
        assert_eq!(count(&one, "select count(*) from migration").await, 2);
        assert_eq!(count(&one, "select count(*) from office").await, 27);
        assert!(Store::open("host=/nowhere user=nobody").await.is_err());
        let db = one.store.connection().await.unwrap();
        assert!(db.execute("delete from audit", &[]).await.is_err());
        assert!(db.execute("update audit set who = 'nobody'", &[]).await.is_err());
    });
}

#[test]
fn the_inbox_is_in_order_and_ends_with_the_acknowledgement() {
    let bench = Bench::start();
    run(async {
        let offices = bench.instance().await;
        let mut hall = Hall::enrol(&offices, "hub-01").await;
        for _ in 0..3 {
            let packed = hall.file("A01");
            hall.send(&offices, &packed).await.unwrap();
        }
        let db = offices.store.connection().await.unwrap();
        let waiting = outgoing::after(&db, &hall.id, 0).await.unwrap();
        assert_eq!(waiting.iter().map(|it| it.cursor).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(outgoing::after(&db, &hall.id, 2).await.unwrap().len(), 1);
        for _ in 0..2 {
            assert!(outgoing::acked(&db, &hall.id, waiting[0].consignment_id, offices.now()).await.unwrap());
        }
        assert_eq!(outgoing::after(&db, &hall.id, 0).await.unwrap()[0].cursor, 2);
        assert!(!outgoing::acked(&db, &hall.id, Uuid::now_v7(), offices.now()).await.unwrap());
    });
}
