//! The power-cut shim itself: what it takes away and what it leaves.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    chance::Chance,
    powercut::{self, Cut, Disk, Loss, Shim},
};

/// Writes `saved`, syncs it, writes `unsaved`, and ends: the kill that the harness does.
const WRITER: &str = "import os,sys; f=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT); os.write(f,b'saved'); os.fsync(f); \
    os.pwrite(f,b'U'*2048,5)";

#[test]
fn what_no_fsync_saved_is_gone() {
    let (left, loss) = after_cut("drop", WRITER, Cut::Drop, 1);
    assert_eq!(left, b"saved");
    assert_eq!(loss, Loss { sectors_lost: 5, ..Loss::default() });
}

#[test]
fn a_torn_cut_leaves_whole_sectors() {
    let mut seen = vec![];
    for seed in 0..12 {
        let (left, loss) = after_cut("torn", WRITER, Cut::Torn, seed);
        assert_eq!(&left[..5], b"saved");
        assert!(left[5..].iter().all(|byte| *byte == b'U' || *byte == 0));
        assert_eq!(loss.sectors_lost + loss.sectors_kept, 5);
        seen.push(left);
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 4, "chance tears differently: {}", seen.len());
}

#[test]
fn a_truncation_without_fsync_comes_back() {
    let writer = "import os,sys; f=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT); os.write(f,b'saved'); os.fdatasync(f); \
        os.ftruncate(f,1)";
    assert_eq!(after_cut("truncate", writer, Cut::Drop, 1).0, b"saved");
}

#[test]
fn a_name_without_a_sync_of_its_folder_is_taken_back() {
    let writer = |sync: &str| {
        format!(
            "import os,sys; f=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT); os.write(f,b'saved'); os.fsync(f); \
             os.rename(sys.argv[1],sys.argv[1]+'.new'); {sync}"
        )
    };
    assert_eq!(after_cut("renamed", &writer("pass"), Cut::Drop, 1).0, b"saved");
    let folder = folder("renamed-for-good");
    let sync = writer("os.fsync(os.open(os.path.dirname(sys.argv[1]),os.O_RDONLY))");
    let loss = cut_in(&folder, &sync, Cut::Drop, 1);
    assert_eq!((fs::read(folder.join("file.new")).unwrap(), loss), (b"saved".to_vec(), Loss::default()));
}

#[test]
fn what_a_failed_fsync_covered_is_never_saved() {
    let writer = "import os,sys; f=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT); os.write(f,b'lost'); \
        fault=os.environ['POWERCUT_FAULT']; open(fault,'w').write('eio-fsync')\n\
try: os.fsync(f); sys.exit(1)\n\
except OSError: pass\n\
open(fault,'w').write(''); os.fsync(f); os.pwrite(f,b'!',6); os.fsync(f)";
    assert_eq!(after_cut("failed-sync", writer, Cut::Drop, 1).0, b"\0\0\0\0\0\0!");
}

#[test]
fn a_program_is_stopped_at_the_note_it_is_told() {
    for (notes, left) in [(2, &b""[..]), (3, b""), (4, b"saved")] {
        let folder = folder("stopped");
        let shim = Shim::over(&powercut::build_shim(&place("shims").join("stopped")).unwrap(), &folder);
        let disk = Disk::remember(&folder).unwrap();
        let mut python = Command::new("/usr/bin/python3");
        python.arg("-c").arg(WRITER).arg(folder.join("file"));
        shim.begin(&mut python).unwrap();
        Shim::stop_after(&mut python, notes, "file");
        assert_eq!(python.status().unwrap().code(), None, "killed at note {notes}");
        disk.cut(&folder, &shim.diary, Cut::Drop, &mut Chance::new(1)).unwrap();
        assert_eq!(fs::read(folder.join("file")).unwrap(), left, "after note {notes}");
    }
}

#[test]
fn a_write_that_the_shim_did_not_see_is_an_error() {
    let folder = folder("unseen");
    let disk = Disk::remember(&folder).unwrap();
    fs::write(folder.join("file"), b"from nowhere").unwrap();
    let error = disk.cut(&folder, &folder.with_extension("diary"), Cut::Drop, &mut Chance::new(1)).unwrap_err();
    assert!(error.to_string().contains("came from nowhere"), "{error}");
}

#[test]
fn sqlite_in_full_mode_keeps_a_commit_and_in_normal_mode_loses_it() {
    let writer = |mode: &str| {
        format!(
            "import os,sqlite3,sys,signal; c=sqlite3.connect(sys.argv[1],isolation_level=None); \
             c.execute('pragma journal_mode=wal'); c.execute('pragma synchronous={mode}'); \
             c.execute('create table if not exists t(a)'); c.execute('insert into t values(1)'); \
             os.kill(os.getpid(),signal.SIGKILL)"
        )
    };
    assert_eq!(rows_after_cut("full", &writer("full")), Some(1));
    assert_eq!(rows_after_cut("normal", &writer("normal")), None);
}

fn rows_after_cut(name: &str, writer: &str) -> Option<i64> {
    let _ = after_cut(name, writer, Cut::Drop, 1);
    let file = place(name).join("file");
    let db = rusqlite::Connection::open(file).unwrap();
    db.query_row("select count(*) from t", [], |row| row.get(0)).ok()
}

fn after_cut(name: &str, writer: &str, cut: Cut, seed: u64) -> (Vec<u8>, Loss) {
    let folder = folder(name);
    let loss = cut_in(&folder, writer, cut, seed);
    (fs::read(folder.join("file")).unwrap(), loss)
}

/// Runs a program on `file` in a folder, and cuts the power when it has ended.
fn cut_in(folder: &Path, writer: &str, cut: Cut, seed: u64) -> Loss {
    let name = folder.file_name().unwrap();
    let shim = Shim::over(&powercut::build_shim(&place("shims").join(name)).unwrap(), folder);
    let disk = Disk::remember(folder).unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python.arg("-c").arg(writer).arg(folder.join("file"));
    shim.begin(&mut python).unwrap();
    Shim::listen_for_faults(&mut python, &folder.with_extension("fault"));
    let ended = python.status().unwrap();
    assert!(ended.success() || ended.code().is_none(), "{ended}");
    disk.cut(folder, &shim.diary, cut, &mut Chance::new(seed)).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = place(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("powercut").join(name)
}
