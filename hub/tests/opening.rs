//! What a journal says when it does not open, and what `verify` and `backup` find.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use hub::journal::{self, Fault, OpenError, backup, verify, verify_file};
use queue::{
    command::Command,
    ids::{CommandId, CounterId, TicketId},
};
use std::{fs, io::Write, os::unix::fs::FileExt, path::Path};
use support::{Place, TestHall, reserve, submission, tamper};
use uuid::Uuid;

/// A closed hall in which a ticket was served and two wait.
fn served_hall() -> Place {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let counter = || -> CounterId { "1".parse().unwrap() };
    for n in 1..=3 {
        hall.ticket(n, "A01");
    }
    hall.wait_seconds(90);
    hall.done(Command::CallNext { counter: counter() });
    hall.wait_seconds(5);
    hall.done(Command::Start { counter: counter() });
    hall.wait_seconds(60);
    hall.done(Command::Complete { counter: counter(), outcome: "served".parse().unwrap() });
    hall.close();
    verify(&place.0).unwrap();
    place
}

fn refusal(place: &Place) -> OpenError {
    let Err(error) = TestHall::try_open(&place.0) else { panic!("this must not open") };
    error
}

fn faults(place: &Place) -> Vec<String> {
    verify(&place.0).expect_err("this must be found").iter().map(ToString::to_string).collect()
}

#[test]
fn a_second_hub_on_the_same_directory_is_refused() {
    let place = Place::new();
    let _first = TestHall::open(&place.0);
    let error = refusal(&place);
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    assert!(error.to_string().starts_with("another hub has "), "{error}");
}

#[test]
fn a_file_that_is_not_a_database_is_refused() {
    let place = Place::new();
    fs::write(place.file(), "navbat\n".repeat(1000)).unwrap();
    let error = refusal(&place);
    assert_eq!(error.to_string(), format!("{} is not a database", place.file().display()));
}

#[test]
fn a_database_of_another_program_is_refused() {
    let place = Place::new();
    rusqlite::Connection::open(place.file()).unwrap().execute_batch("create table song (id integer) strict").unwrap();
    let error = refusal(&place);
    assert_eq!(error.to_string(), format!("{} is a database of another program", place.file().display()));
}

#[test]
fn a_corrupt_page_is_refused() {
    let place = served_hall();
    let file = fs::File::options().write(true).open(place.file()).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    for page in 2..pages {
        file.write_all_at(&[0xa5; 200], page * 4096).unwrap();
    }
    drop(file);
    let error = refusal(&place);
    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("is damaged: restore a backup"), "{error}");
}

#[test]
fn a_lost_file_beside_its_log_is_not_papered_over() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    let cut = place.copy();
    drop(hall);
    fs::remove_file(cut.file()).unwrap();
    assert!(matches!(refusal(&cut), OpenError::Damaged { .. }));
}

#[test]
fn a_newer_file_is_refused() {
    let place = served_hall();
    tamper(&place, "pragma user_version = 99");
    let error = refusal(&place).to_string();
    assert!(
        error.ends_with("was written by a newer hub (version 99; this one knows 1): use the newer program"),
        "{error}"
    );
}

#[test]
fn a_directory_that_cannot_be_written_is_refused() {
    // Nobody, root neither, makes a directory there.
    let Err(error) = TestHall::try_open(Path::new("/sys/navbat")) else { panic!("this must not open") };
    assert_eq!(error.to_string(), "cannot write in /sys/navbat: give the hub's user the right to");
}

#[test]
fn a_full_disk_is_named() {
    let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    let error = OpenError::of_database(Path::new("/hall/hall.sqlite"), full);
    assert_eq!(error.to_string(), "the disk of /hall/hall.sqlite is full: make room first");
}

#[test]
fn a_changed_view_is_refused_at_the_start() {
    let place = served_hall();
    tamper(&place, "update ticket set served_ms = served_ms - 30000 where served_ms > 0");
    let error = refusal(&place).to_string();
    assert!(error.contains("served_ms is 30000, but the journal says 60000"), "{error}");
}

#[test]
fn an_entry_cannot_be_changed_or_deleted_by_mistake() {
    let place = served_hall();
    let conn = rusqlite::Connection::open(place.file()).unwrap();
    let changed = conn.execute("update entry set at = at + 1 where seq = 3", []).unwrap_err();
    assert!(changed.to_string().contains("an entry is never changed"), "{changed}");
    let deleted = conn.execute("delete from entry where seq = 3", []).unwrap_err();
    assert!(deleted.to_string().contains("an entry is never deleted"), "{deleted}");
}

#[test]
fn a_tampered_entry_is_found_where_it_is() {
    let place = served_hall();
    tamper(
        &place,
        "update entry set event = replace(event, '\"ahead\":1', '\"ahead\":9') where event like '%\"ahead\":1%'",
    );
    let found = verify(&place.0).unwrap_err();
    assert_eq!(found.iter().filter(|fault| matches!(fault, Fault::Chain { .. })).count(), 1, "{found:?}");
    assert!(found.iter().any(|fault| matches!(fault, Fault::ViewDiffers { column: "ahead", .. })), "{found:?}");
    assert!(matches!(refusal(&place), OpenError::Untrue(Fault::Chain { .. })));
}

#[test]
fn a_tampered_entry_with_a_hash_of_its_own_breaks_the_next_one() {
    let place = served_hall();
    tamper(&place, "update entry set at = at + 1000, hash = randomblob(32) where seq = 6");
    let found = faults(&place);
    let changed = |seq: u64| format!("entry {seq} was changed, or does not follow the entry before it");
    assert_eq!(found[0], changed(6));
    assert!(found.contains(&changed(7)), "{found:?}");
}

#[test]
fn the_chain_covers_every_column_of_an_entry() {
    let changes = [
        "day = day + 1",
        "at = at + 1",
        "device = case when device is null then 'kiosk-9' else device || '9' end",
        "nth = nth + 7",
        "command_id = randomblob(16)",
        "actor = actor || ' '",
        "version = version + 1",
        "event = event || ' '",
        "fingerprint = randomblob(32)",
        "prev_hash = randomblob(32)",
        "hash = randomblob(32)",
    ];
    let place = served_hall();
    let columns = columns_of_entry(&place);
    let touched: Vec<_> = changes.iter().map(|change| change.split(' ').next().unwrap()).collect();
    assert_eq!(columns, ["seq"].into_iter().chain(touched).collect::<Vec<_>>(), "a column that nobody tampers with");
    for change in changes {
        let place = served_hall();
        tamper(&place, &format!("update entry set {change} where seq = 6"));
        let Err(found) = verify(&place.0) else { panic!("{change}: not found") };
        assert!(found.contains(&Fault::Chain { seq: 6 }), "{change}: {found:?}");
    }
}

#[test]
fn a_deleted_entry_is_found() {
    let place = served_hall();
    tamper(&place, "delete from entry where seq = 8");
    let found = faults(&place);
    assert_eq!(found[0], "entry 8 is missing: entry 9 comes instead");
}

#[test]
fn a_deleted_last_entry_is_found_by_the_views() {
    let place = served_hall();
    tamper(&place, "delete from entry where seq = (select max(seq) from entry)");
    let found = faults(&place);
    assert!(found.iter().any(|fault| fault.contains("stage is closed, but the journal says serving")), "{found:?}");
}

#[test]
fn swapped_events_are_found() {
    let place = served_hall();
    tamper(
        &place,
        "create temp table kept as select seq, event from entry where seq in (6, 8);
         update entry set event = (select event from kept where kept.seq = 8) where seq = 6;
         update entry set event = (select event from kept where kept.seq = 6) where seq = 8;",
    );
    let found = verify(&place.0).unwrap_err();
    assert!(found.contains(&Fault::Chain { seq: 6 }) && found.contains(&Fault::Chain { seq: 8 }), "{found:?}");
}

#[test]
fn every_changed_view_is_found() {
    let changes = [
        ("update ticket set language = 'ru' where number = 'A-001'", "view ticket"),
        ("update stay set waited_ms = 0 where waited_ms > 0", "view stay"),
        ("update stay set counter = '2' where counter = '1'", "view stay"),
        ("delete from stay where ended_at is not null", "view stay has no row"),
        ("insert into number values (1, 'A', 0, 77, x'00')", "view number has a row"),
        ("update day set date = '2026-11-22'", "view day"),
        ("insert into day values (9, '2026-12-01', 0, 0)", "view day has 1 rows of service days"),
        ("update counter_state set clerk = 'clerk-9'", "view counter_state"),
        ("update carry set hall = replace(hall, '\"call_seq\":0', '\"call_seq\":5')", "the carry of entry 1"),
    ];
    for (sql, expected) in changes {
        let place = served_hall();
        tamper(&place, sql);
        let found = verify(&place.0);
        let Err(found) = found else { panic!("{sql}: not found") };
        assert!(found.iter().all(|fault| fault.to_string().starts_with(expected)), "{sql}: {found:?}");
    }
}

fn columns_of_entry(place: &Place) -> Vec<String> {
    let conn = rusqlite::Connection::open(place.file()).unwrap();
    let mut names = conn.prepare("select name from pragma_table_info('entry') order by cid").unwrap();
    names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn there_is_nothing_to_verify_where_there_is_no_journal() {
    let place = Place::new();
    let found = verify(&place.0).unwrap_err();
    assert!(matches!(found[..], [Fault::Closed { .. }]), "{found:?}");
}

#[test]
fn a_backup_taken_while_the_hall_is_busy_verifies_and_opens() {
    let place = Place::new();
    let hall = TestHall::open_for_business(&place.0);
    hall.ticket(1, "A01");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (wrote, written) = std::sync::mpsc::sync_channel::<()>(1);
    let busy = std::thread::spawn(move || {
        let mut n = 1000;
        while stopped.try_recv().is_err() {
            n += 1;
            let command = reserve(TicketId(Uuid::from_u128(n)), "A01");
            hall.journal.submit_blocking(submission(CommandId(Uuid::from_u128(n)), command)).unwrap();
            // Full means that one is told already.
            let _ = wrote.try_send(());
        }
        n
    });
    let backups = Place::new();
    let mut before = 0;
    for n in 0..3 {
        let file = backups.0.join(format!("hall-{n}.sqlite"));
        // The first word may be of before the last backup; the second is of a write after it.
        written.recv().unwrap();
        written.recv().unwrap();
        backup(&place.0, &file).unwrap();
        let verified = verify_file(&file).unwrap();
        assert!(verified.entries > before, "a later backup has more");
        before = verified.entries;
        assert!(!backups.0.join(format!("hall-{n}.sqlite.part")).exists());
    }
    stop.send(()).unwrap();
    assert!(busy.join().unwrap() > 1000);

    let restored = Place::new();
    fs::copy(backups.0.join("hall-2.sqlite"), restored.file()).unwrap();
    let hall = TestHall::open(&restored.0);
    assert_eq!(hall.memory().2, before);
    hall.ticket(5, "A01");
}

#[test]
fn a_backup_overwrites_nothing() {
    let place = served_hall();
    let file = place.0.join("kept.sqlite");
    fs::File::create(&file).unwrap().write_all(b"mine").unwrap();
    let error = backup(&place.0, &file).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is there already", file.display()));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    let nothing = Place::new();
    let error = backup(&nothing.0, &nothing.0.join("copy.sqlite")).unwrap_err();
    assert!(matches!(error, journal::BackupError::NoJournal { .. }));
}

#[test]
fn what_citizens_filed_is_in_a_backup_and_comes_back_with_it() {
    let place = served_hall();
    let open = |dir: &Path, epoch: u32| {
        let (signer, certificate) = applications::signer_in(dir, "hub-01").unwrap();
        let settings = applications::Settings {
            hub: "hub-01".to_owned(),
            party: "soato:1708401".to_owned(),
            epoch,
            office_keys: vec![applications::OfficeKey {
                recipient: hhx::seal::SecretKey::new().unwrap().recipient,
                from: jiff::Timestamp::MIN,
                until: jiff::Timestamp::MAX,
            }],
            office_certificates: vec![],
            signer,
            certificate,
            test: false,
        };
        applications::Applications::open(dir, settings).unwrap()
    };
    let (now, today) = ("2026-11-23T09:00:00Z".parse().unwrap(), "2026-11-23".parse().unwrap());
    let hall = open(&place.0, 1);
    assert_eq!(hall.reserve(Uuid::from_u128(1), now, today).unwrap().number, "1-000001-2");
    let backups = Place::new();
    let file = backups.0.join("hall.sqlite");
    backup(&place.0, &file).unwrap();
    let filed = journal::applications_of(&file);
    assert_eq!(filed, backups.0.join("hall.sqlite.applications"));
    applications::verify(&filed).unwrap();
    fs::remove_file(&file).unwrap();
    let error = backup(&place.0, &file).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is there already", filed.display()), "nothing is overwritten");
    fs::remove_file(&filed).unwrap();
    backup(&place.0, &file).unwrap();

    let (config, clock) = (hub::config::Config::demo(), hub::serve::system_clock());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let restore = |dir: &Path| {
        let hall = hub::epoch::Hall { config: &config, dir, clock: clock.clone() };
        runtime.block_on(hub::epoch::restore(&hall, &file, 0))
    };
    let restored = Place::new();
    assert_eq!(restore(&restored.0).unwrap(), 1);
    assert_eq!(open(&restored.0, 1).reserve(Uuid::from_u128(2), now, today).unwrap().number, "1-000002-0");

    let mut bytes = fs::read(&filed).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(&filed, bytes).unwrap();
    let empty = Place::new();
    let unsound = restore(&empty.0).unwrap_err();
    assert!(matches!(unsound, hub::epoch::EpochError::UnsoundApplications { .. }), "{unsound}");
    assert!(!empty.file().exists());
}
