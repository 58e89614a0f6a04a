//! The simulated disk, and the journals on it: what was acknowledged survives every cut; what must be lost is lost.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hub::{
    config::Config,
    journal::{Durability, NotDone, Opening, Place, Scribe, Submission, verify_at},
};
use queue::{
    calendar::Date,
    command::{Actor, Channel, Class, Command, Wish},
    ids::{CommandId, TicketId},
    time::Time,
};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::{collections::BTreeSet, sync::Arc};
use tests::{
    chance::Chance,
    sim::disk::{Counts, Disk, Fault, Loss, SECTOR_BYTES, VFS, When},
};
use uuid::Uuid;

const SEEDS: u64 = 60;

fn open(disk: &Disk, synchronous: &str) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags_and_vfs(disk.path("rows.sqlite"), OpenFlags::default(), VFS)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", synchronous)?;
    // Often enough that cuts fall into checkpoints too.
    conn.pragma_update(None, "wal_autocheckpoint", 12)?;
    conn.execute_batch("create table if not exists row (n integer primary key, filler blob not null) strict")?;
    Ok(conn)
}

fn insert(conn: &Connection, n: u64) -> rusqlite::Result<usize> {
    conn.execute("insert into row values (?, randomblob(900))", [n])
}

fn rows(conn: &Connection) -> BTreeSet<u64> {
    let sound: String = conn.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let mut select = conn.prepare("select n from row").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Writes until a planned cut, again and again on one disk; answers how many acknowledged rows were lost.
fn cut_and_count(seed: u64, synchronous: &str, loss: Loss) -> (usize, Counts) {
    let mut chance = Chance::new(seed);
    let disk = Disk::new();
    let (mut acknowledged, mut next, mut lost) = (BTreeSet::new(), 0, 0);
    drop(open(&disk, synchronous).unwrap());
    for _ in 0..4 {
        let when = if chance.coin() { When::Write(chance.between(1, 90)) } else { When::Sync(chance.between(1, 30)) };
        disk.plan(when, Fault::PowerCut);
        if let Ok(conn) = open(&disk, synchronous) {
            while insert(&conn, next).is_ok() && next < 4000 {
                acknowledged.insert(next);
                next += 1;
            }
        }
        assert!(disk.is_off(), "seed {seed}: {when:?} never came");
        disk.restart(loss, &mut chance);
        let found = rows(&open(&disk, synchronous).unwrap());
        assert!(found.iter().all(|n| *n <= next), "seed {seed}: a row nobody wrote");
        lost += acknowledged.difference(&found).count();
        // The one under way may be there or not.
        acknowledged = found;
        next = acknowledged.last().map_or(0, |last| last + 1);
    }
    (lost, disk.counts())
}

#[test]
fn a_full_sync_loses_nothing_in_any_cut() {
    let mut sum = Counts::default();
    for loss in [Loss::Nothing, Loss::Unsynced, Loss::Torn] {
        for seed in 0..SEEDS {
            let (lost, counts) = cut_and_count(seed, "full", loss);
            assert_eq!(lost, 0, "seed {seed}, {loss:?}");
            sum.torn += counts.torn;
            sum.dropped += counts.dropped;
            sum.kept += counts.kept;
        }
    }
    assert!(sum.torn > 0 && sum.dropped > 0 && sum.kept > 0, "the cuts cut nothing: {sum:?}");
}

#[test]
fn without_it_rows_are_lost_and_the_disk_shows_it() {
    for loss in [Loss::Unsynced, Loss::Torn] {
        let losing = (0..SEEDS).filter(|seed| cut_and_count(*seed, "normal", loss).0 > 0).count();
        assert!(losing > 10, "{loss:?}: only {losing} of {SEEDS} lose anything");
    }
    let killed = (0..SEEDS).map(|seed| cut_and_count(seed, "normal", Loss::Nothing).0).sum::<usize>();
    assert_eq!(killed, 0, "a killed program loses nothing it gave to the system");
}

#[test]
fn the_same_seed_loses_the_same() {
    for seed in 0..5 {
        assert_eq!(cut_and_count(seed, "normal", Loss::Torn), cut_and_count(seed, "normal", Loss::Torn));
    }
}

#[test]
fn a_full_disk_says_so_writes_nothing_by_halves_and_goes_on_when_there_is_room() {
    let disk = Disk::new();
    let conn = open(&disk, "full").unwrap();
    insert(&conn, 0).unwrap();
    disk.limit_room(40 << 10);
    let stopped = (1..100).find_map(|n| insert(&conn, n).err().map(|e| (n, e))).unwrap();
    assert_eq!(stopped.1.sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert_eq!(rows(&conn), (0..stopped.0).collect());
    disk.mend();
    insert(&conn, stopped.0).unwrap();
    drop(conn);
    assert_eq!(rows(&open(&disk, "full").unwrap()), (0..=stopped.0).collect());
}

#[test]
fn an_error_in_any_write_or_sync_loses_nothing_acknowledged() {
    for (n, after) in (1..25).flat_map(|n| [(n, When::Write as fn(u64) -> When), (n, When::Sync)]) {
        let disk = Disk::new();
        let conn = open(&disk, "full").unwrap();
        disk.plan(after(n), Fault::Error);
        let written: BTreeSet<u64> = (0..40).filter(|n| insert(&conn, *n).is_ok()).collect();
        assert!(written.len() < 40 || disk.counts().refused > 0, "{:?} never failed", after(n));
        assert_eq!(rows(&conn), written, "{:?}", after(n));
        disk.cut_power();
        drop(conn);
        disk.restart(Loss::Unsynced, &mut Chance::new(n));
        let found = rows(&open(&disk, "full").unwrap());
        assert_eq!(found, written, "{:?}", after(n));
    }
}

#[test]
fn a_broken_disk_refuses_until_mended() {
    let disk = Disk::new();
    let conn = open(&disk, "full").unwrap();
    disk.plan(When::Sync(1), Fault::Broken);
    assert!((0..5).all(|n| insert(&conn, n).is_err()));
    disk.mend();
    insert(&conn, 7).unwrap();
    assert_eq!(rows(&conn), BTreeSet::from([7]));
}

#[test]
fn an_old_backup_knows_what_was_then() {
    let disk = Disk::new();
    let conn = open(&disk, "full").unwrap();
    insert(&conn, 1).unwrap();
    let backup = disk.image();
    insert(&conn, 2).unwrap();
    disk.restore(&backup);
    assert!(insert(&conn, 3).is_err(), "the program that had it open cannot write into the other disk's files");
    drop(conn);
    assert_eq!(rows(&open(&disk, "full").unwrap()), BTreeSet::from([1]));
    let other = Disk::new();
    other.restore(&backup);
    insert(&open(&other, "full").unwrap(), 5).unwrap();
    assert_eq!(rows(&open(&disk, "full").unwrap()), BTreeSet::from([1]), "two disks share nothing");
    assert!(backup.file("rows.sqlite-wal").unwrap().len() > SECTOR_BYTES);
}

#[test]
fn a_reader_beside_the_writer_sees_one_moment() {
    let disk = Disk::new();
    let writer = open(&disk, "full").unwrap();
    insert(&writer, 1).unwrap();
    let reader = open(&disk, "full").unwrap();
    let moment = reader.unchecked_transaction().unwrap();
    assert_eq!(rows(&moment), BTreeSet::from([1]));
    insert(&writer, 2).unwrap();
    assert_eq!(rows(&moment), BTreeSet::from([1]));
    drop(moment);
    assert_eq!(rows(&reader), BTreeSet::from([1, 2]));
    let blocked = writer.unchecked_transaction().unwrap();
    insert(&blocked, 3).unwrap();
    reader.busy_timeout(std::time::Duration::ZERO).unwrap();
    assert_eq!(insert(&reader, 4).unwrap_err().sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
}

/// The hub's own journal on a disk.
fn hub(disk: &Disk) -> Result<Scribe, hub::journal::OpenError> {
    let noon = Time(1_795_417_200_000);
    Scribe::open(Opening {
        place: place(disk),
        rules: Arc::clone(Config::demo().rules()),
        durability: Durability::Full,
        clock: Arc::new(move || noon),
    })
}

fn place(disk: &Disk) -> Place {
    Place::Vfs { file: disk.path("hall.sqlite"), vfs: VFS }
}

fn reserve(n: u128) -> Submission {
    let wish = Wish {
        service: "A01".parse().unwrap(),
        further: Vec::new(),
        quantity: 1,
        class: Class::Ordinary,
        language: "uz-Latn".parse().unwrap(),
        channel: Channel::Kiosk,
    };
    let ticket = TicketId(Uuid::from_u128(n));
    command(n, Command::Reserve { ticket, wish })
}

fn command(n: u128, command: Command) -> Submission {
    Submission { command_id: CommandId(Uuid::from_u128(n)), device: None, actor: Actor::Hub, command }
}

fn one(hub: &mut Scribe, submission: Submission) -> Result<hub::journal::Done, NotDone> {
    hub.submit(vec![(None, submission)]).remove(0)
}

#[test]
fn the_hubs_journal_keeps_every_answered_command_through_every_cut() {
    for seed in 0..SEEDS {
        let mut chance = Chance::new(seed);
        let disk = Disk::new();
        let mut answered = BTreeSet::new();
        let mut n = 1;
        for cut in 0..3 {
            let when =
                if chance.coin() { When::Write(chance.between(1, 60)) } else { When::Sync(chance.between(1, 12)) };
            disk.plan(when, Fault::PowerCut);
            if let Ok(mut hub) = hub(&disk) {
                let day = Command::OpenDay { date: Date("2026-11-23".parse().unwrap()) };
                let _ = one(&mut hub, command(1, day));
                while !disk.is_off() {
                    let batch: Vec<_> =
                        (0..chance.between(1, 4)).map(|k| (None, reserve(n + 1 + u128::from(k)))).collect();
                    n += batch.len() as u128;
                    let ids: Vec<_> = batch.iter().map(|(_, s)| s.command_id).collect();
                    let done = hub.submit(batch).into_iter().zip(ids).filter(|(done, _)| done.is_ok());
                    answered.extend(done.map(|(_, id)| id));
                }
            }
            disk.restart(if chance.coin() { Loss::Torn } else { Loss::Unsynced }, &mut chance);
            let mut again = hub(&disk).unwrap_or_else(|e| panic!("seed {seed}, cut {cut}: {e}"));
            verify_at(&place(&disk)).unwrap_or_else(|e| panic!("seed {seed}, cut {cut}: {e:?}"));
            for id in &answered {
                let repeated = one(&mut again, reserve(id.0.as_u128()));
                assert!(
                    matches!(&repeated, Ok(done) if done.repeat == hub::journal::Repeat::Again),
                    "seed {seed}, cut {cut}: {id} was answered and is {repeated:?}"
                );
            }
        }
    }
}

#[test]
fn a_commit_that_fails_is_answered_so_is_on_no_display_and_never_happened() {
    let mut failed = [0, 0];
    for (n, at) in (1..30).flat_map(|n| [(n, When::Write as fn(u64) -> When), (n, When::Sync)]) {
        for (which, fault) in [Fault::Error, Fault::Full].into_iter().enumerate() {
            failed[which] += fail_commits(n, at(n), fault);
        }
    }
    assert!(failed.iter().all(|n| *n > 20), "only {failed:?} commits failed");
}

/// How many commits failed on a disk with this fault, which is over when half of the day is.
fn fail_commits(seed: u64, when: When, fault: Fault) -> u32 {
    let what = format!("{fault:?} at {when:?}");
    let disk = Disk::new();
    let mut hub = open_for_business(&disk);
    disk.plan(when, fault);
    let (mut done, mut failed) = (0, 0);
    for k in 0..30u128 {
        let before = seen(&mut hub);
        let answers = hub.submit(vec![(None, paper(2 * k + 10)), (None, call(2 * k + 11))]);
        let after = seen(&mut hub);
        match &answers[0] {
            Ok(_) => done += 1,
            Err(NotDone::Broken | NotDone::DiskFull) => {
                assert_eq!(answers[0], answers[1], "{what}");
                assert_eq!(before.0, after.0, "{what}");
                // A journal whose disk failed is read no more; until then it is as it was.
                assert!(after.1.is_none() || before.1 == after.1, "{what}");
                failed += 1;
            }
            Err(other) => panic!("{what}: {other}"),
        }
        if k == 20 {
            disk.mend();
        }
    }
    disk.cut_power();
    drop(hub);
    disk.restart(Loss::Unsynced, &mut Chance::new(seed));
    assert_eq!(verify_at(&place(&disk)).unwrap().tickets, done, "{what}");
    failed
}

type Seen = ((u64, Arc<wire::board::Board>), Option<(queue::hall::Hall, u64)>);

/// The board, and the hall if there is one.
fn seen(hub: &mut Scribe) -> Seen {
    (hub.board().snapshot(), hub.reading().map(|reading| (reading.hall.clone(), reading.seq)))
}

fn open_for_business(disk: &Disk) -> Scribe {
    let mut hub = hub(disk).unwrap();
    one(&mut hub, command(1, Command::OpenDay { date: Date("2026-11-23".parse().unwrap()) })).unwrap();
    let (counter, clerk) = ("1".parse().unwrap(), "clerk-1".parse().unwrap());
    one(&mut hub, command(2, Command::OpenCounter { counter, clerk })).unwrap();
    hub
}

/// A ticket from the reception desk: it waits at once.
fn paper(n: u128) -> Submission {
    let Submission { command_id, device, actor, command } = reserve(n);
    let Command::Reserve { ticket, wish } = command else { unreachable!("it reserves") };
    let wish = Wish { channel: Channel::Reception, ..wish };
    Submission { command_id, device, actor, command: Command::Reserve { ticket, wish } }
}

/// Counter 1 calls, and again when the first visitor did not come: the board changes.
fn call(n: u128) -> Submission {
    let counter = "1".parse().unwrap();
    command(n, if n % 4 == 1 { Command::NoShow { counter } } else { Command::CallNext { counter } })
}
