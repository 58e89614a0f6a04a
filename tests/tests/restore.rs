//! A hub that is lost comes back from a backup: made while it worked, put in place by the operator's command, under a
//! new epoch, with no number that is on a paper already.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tests::{
    hall::{Hall, binary, verify},
    keepalive::Connection,
    tree,
};
use uuid::Uuid;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("restore").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("hall")).unwrap();
    folder
}

fn hub(arguments: &[&str], paths: &[&Path]) -> Output {
    let mut hub = Command::new(binary("hub").unwrap());
    hub.args(arguments).args(paths).stdin(Stdio::null()).env("LC_ALL", "en_US.UTF-8").output().unwrap()
}

fn backup(dir: &Path, file: &Path) {
    let done = hub(&["backup"], &[dir, file]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// `hub restore`: its exit code, what it says to whoever typed it, and its last words.
fn restore(file: &Path, dir: &Path) -> (Option<i32>, String, String) {
    let config = tree::root().join("hub/demo/hall.toml");
    let done =
        hub(&["restore", "--config", &config.display().to_string(), "--data", &dir.display().to_string()], &[file]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let last = String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default().to_owned();
    (done.status.code(), said, last)
}

fn asked(hall: &Hall, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut hub = Connection::open(hall.address, Some(&hall.facts.device_token)).await.unwrap();
        let reply = if method == "GET" { hub.get(path).await } else { hub.post(path, body).await }.unwrap();
        (reply.status, reply.json())
    })
}

/// Visitors with their papers: number and identity.
fn papers(hall: &Hall, many: usize) -> BTreeMap<String, Uuid> {
    let one = |_| {
        let wish = json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "uz-Latn"});
        let (status, taken) = asked(hall, "POST", "/api/v1/tickets", &wish);
        assert_eq!(status, 201, "{taken}");
        let ticket: Uuid = taken["ticket_id"].as_str().unwrap().parse().unwrap();
        let confirm = json!({"command_id": Uuid::now_v7()});
        assert_eq!(asked(hall, "POST", &format!("/api/v1/tickets/{ticket}/printed"), &confirm).0, 200);
        (taken["number"].as_str().unwrap().to_owned(), ticket)
    };
    (0..many).map(one).collect()
}

fn epoch(hall: &Hall) -> u64 {
    asked(hall, "GET", "/health", &Value::Null).1["epoch"].as_u64().unwrap()
}

#[test]
fn hall_goes_on_from_a_backup_and_gives_no_number_twice() {
    let folder = folder("lost");
    let (first, second, copy) = (folder.join("hall"), folder.join("another"), folder.join("copy.sqlite"));
    let hall = Hall::start(&first, |_| Ok(())).unwrap();
    let before = papers(&hall, 5);
    backup(&first, &copy);
    let after = papers(&hall, 7);
    let old_epoch = epoch(&hall);
    hall.kill().unwrap();

    let (code, said, last) = restore(&copy, &second);
    assert_eq!(code, Some(0), "{last}");
    assert!(said.contains(&format!("begins epoch {}", old_epoch + 1)), "{said}");
    verify(&second).unwrap();
    let hall = Hall::start(&second, |_| Ok(())).unwrap();
    assert_eq!(epoch(&hall), old_epoch + 1, "kiosks see that it is another hub");
    for (number, ticket) in &before {
        let (status, state) = asked(&hall, "GET", &format!("/api/v1/tickets/{ticket}"), &Value::Null);
        assert_eq!(
            (status, state["number"].as_str(), state["stage"].as_str()),
            (200, Some(&**number), Some("waiting"))
        );
    }
    let fresh = papers(&hall, 20);
    let twice = fresh.keys().find(|number| before.contains_key(*number) || after.contains_key(*number));
    assert_eq!(twice, None, "a number that is on paper already");
    hall.stop().unwrap();
    verify(&second).unwrap();
}

#[test]
fn hall_that_lives_or_is_sound_is_not_restored_over() {
    let folder = folder("sound");
    let (dir, copy) = (folder.join("hall"), folder.join("copy.sqlite"));
    let hall = Hall::start(&dir, |_| Ok(())).unwrap();
    papers(&hall, 1);
    backup(&dir, &copy);
    let (code, _, last) = restore(&copy, &dir);
    assert_eq!(code, Some(75), "{last}");
    assert!(last.starts_with("hub: ") && last.contains("another hub has "), "{last}");
    hall.stop().unwrap();
    let (code, _, last) = restore(&copy, &dir);
    assert_eq!(code, Some(1), "{last}");
    assert!(last.contains("there is a journal in"), "{last}");
    verify(&dir).unwrap();
}

#[test]
fn hall_with_a_damaged_journal_is_restored_when_that_one_is_moved_away() {
    let folder = folder("damaged");
    let (dir, copy) = (folder.join("hall"), folder.join("copy.sqlite"));
    let hall = Hall::start(&dir, |_| Ok(())).unwrap();
    let given = papers(&hall, 3);
    backup(&dir, &copy);
    // Its log is open: what is restored over it has none, and must not be taken for a journal that lost it.
    hall.kill().unwrap();
    let (journal, aside) = (dir.join(hub::journal::FILE_NAME), folder.join("aside"));
    fs::write(&journal, "no database any more").unwrap();

    let spoilt = folder.join("spoilt.sqlite");
    fs::write(&spoilt, "no backup").unwrap();
    let (code, _, last) = restore(&spoilt, &dir);
    assert_eq!(code, Some(65), "{last}");
    assert!(last.contains("is not a sound journal"), "{last}");
    let (code, _, last) = restore(&copy, &dir);
    assert!(code == Some(1) && last.contains("move it away first"), "{last}");

    fs::create_dir(&aside).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let name = format!("{}{ending}", hub::journal::FILE_NAME);
        let _ = fs::rename(dir.join(&name), aside.join(&name));
    }
    let (code, _, last) = restore(&copy, &dir);
    assert_eq!(code, Some(0), "{last}");
    verify(&dir).unwrap();
    let hall = Hall::start(&dir, |_| Ok(())).unwrap();
    assert!(papers(&hall, 5).keys().all(|number| !given.contains_key(number)));
}

#[test]
fn hall_restored_twice_begins_above_every_epoch_that_was_seen() {
    let folder = folder("again");
    let (dir, copy) = (folder.join("hall"), folder.join("copy.sqlite"));
    let hall = Hall::start(&dir, |_| Ok(())).unwrap();
    papers(&hall, 1);
    backup(&dir, &copy);
    hall.stop().unwrap();
    let (config, third) = (tree::root().join("hub/demo/hall.toml"), folder.join("third"));
    let (config, data) = (config.display().to_string(), third.display().to_string());
    let high = hub(&["restore", "--config", &config, "--data", &data, "--seen", "7"], &[&copy]);
    assert!(high.status.success(), "{high:?}");
    let hall = Hall::start(&third, |_| Ok(())).unwrap();
    assert_eq!(epoch(&hall), 8);
}
