//! Whoever starts halls and offices, kills them, puts halls back from backups, and counts in the end.

use crate::{
    hall::{DIARY, LEDGER, TASK, Task, slips},
    network::{Chance, LETTERS},
};
use applications::{FILE_NAME, signer_in};
use khokimiyat::{
    cluster::Cluster,
    config::Settings,
    halls::{self, HallId, Known},
    keys::{self, Pair},
    office::Offices,
};
use rusqlite::Connection;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

const OFFICE: &str = "1708401";
/// Instances of the office.
const INSTANCES: usize = 2;
/// Beyond this nothing moves any more.
const STUCK: Duration = Duration::from_secs(120);

/// How much is proved.
pub(crate) struct Scale {
    pub(crate) consignments: u64,
    pub(crate) halls: u64,
    pub(crate) seed: u64,
    pub(crate) kill_every: Duration,
}

/// What was proved.
#[derive(Default)]
pub(crate) struct Report {
    registered: i64,
    consignments: i64,
    recalled: i64,
    lost_with_a_disk: usize,
    kills_of_offices: u32,
    kills_of_halls: u32,
    lives: u32,
    fates: BTreeMap<&'static str, usize>,
    seconds: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { registered, consignments, recalled, seconds, .. } = self;
        write!(f, "{registered} applications, {consignments} consignments, {recalled} taken back, each once; ")?;
        write!(f, "{} kills of the office, {} of halls, ", self.kills_of_offices, self.kills_of_halls)?;
        write!(
            f,
            "{} halls back from a backup ({} slips lost with a disk); requests: ",
            self.lives, self.lost_with_a_disk
        )?;
        for (fate, times) in &self.fates {
            write!(f, "{times} {fate}, ")?;
        }
        write!(f, "{seconds:.0} s, {:.0} consignments a second", *consignments as f64 / seconds)
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A process that goes with its owner.
struct Process(Child);

impl Process {
    fn is_over(&mut self) -> bool {
        let status = self.0.try_wait().unwrap();
        assert!(status.is_none_or(|status| status.success()), "a process failed: {status:?}");
        status.is_some()
    }

    /// SIGKILL.
    fn kill(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

struct Hall {
    task: Task,
    process: Option<Process>,
    backup: Option<Backup>,
    /// Slips of which nobody knows but who holds them: their hall's disk was lost.
    lost: BTreeSet<Uuid>,
}

struct Backup {
    file: PathBuf,
    slips: usize,
}

struct World {
    folder: Folder,
    _cluster: Cluster,
    config: PathBuf,
    ports: Vec<u16>,
    instances: Vec<Process>,
    offices: Offices,
    runtime: Runtime,
    halls: Vec<Hall>,
    chance: Chance,
    turns: u32,
    report: Report,
}

/// Proves it, or panics.
pub(crate) fn prove(scale: &Scale) -> Report {
    let began = Instant::now();
    let mut world = World::open(scale);
    let mut moved = (Instant::now(), 0);
    while !world.is_done() {
        let pause = scale.kill_every / 2 + scale.kill_every.mul_f64(world.chance.below(1000) as f64 / 1000.0);
        // A kill comes at a moment of chance: there is no event to wait for.
        let (_nobody, event) = std::sync::mpsc::channel::<()>();
        let _ = event.recv_timeout(pause);
        world.something_happens();
        let registered = world.count("select count(*) from case_file");
        if registered > moved.1 {
            moved = (Instant::now(), registered);
        }
        assert!(moved.0.elapsed() < STUCK, "nothing moves after {registered}");
    }
    world.counts(scale);
    world.report.seconds = began.elapsed().as_secs_f64();
    std::mem::take(&mut world.report)
}

impl World {
    fn open(scale: &Scale) -> World {
        let folder = Folder(std::env::temp_dir().join(format!("navbat-once-{}", Uuid::now_v7().simple())));
        fs::create_dir(&folder.0).unwrap();
        let cluster = Cluster::start(&folder.0.join("postgresql")).unwrap();
        let pair = Pair::new("office").unwrap();
        let seal = hhx::seal::SecretKey::new().unwrap();
        fs::write(folder.0.join("office.key.pem"), pair.key.as_bytes()).unwrap();
        fs::write(folder.0.join("office.cert.pem"), &pair.certificate).unwrap();
        fs::write(folder.0.join("office.seal"), keys::hex(&seal).as_bytes()).unwrap();
        let ports: Vec<u16> = (0..INSTANCES).map(|_| free_port()).collect();
        let text = |port: u16| {
            format!(
                "listen = \"127.0.0.1:{port}\"\ndatabase = \"{}\"\ncookies = \"plain\"\n[[office]]\nsoato = \"{OFFICE}\"\n\
                 key = \"office.key.pem\"\ncertificate = \"office.cert.pem\"\nmode = \"dev\"\n\
                 seal_keys = [\"office.seal\"]\n",
                cluster.address()
            )
        };
        for (nth, port) in ports.iter().enumerate() {
            fs::write(folder.0.join(format!("office-{nth}.toml")), text(*port)).unwrap();
        }
        let runtime = Runtime::new().unwrap();
        let config = folder.0.join("office-0.toml");
        let offices = runtime.block_on(Settings::load(&config).unwrap().open(&folder.0)).unwrap();
        let (chance, report) = (Chance(scale.seed), Report::default());
        let mut world = World {
            folder,
            _cluster: cluster,
            config,
            ports,
            instances: vec![],
            offices,
            runtime,
            halls: vec![],
            chance,
            turns: 0,
            report,
        };
        world.instances = (0..INSTANCES).map(|nth| world.instance(nth)).collect();
        for nth in 0..scale.halls {
            let hall = world.hall((nth, scale.consignments / scale.halls), &seal, &pair);
            world.halls.push(hall);
        }
        (0..world.halls.len()).for_each(|at| world.start(at));
        world
    }

    fn instance(&self, nth: usize) -> Process {
        let config = self.config.with_file_name(format!("office-{nth}.toml"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_khokimiyat"));
        command.arg("serve").arg("--config").arg(config).env_remove("DATABASE_URL").env("RUST_LOG", "error");
        Process(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn hall(&self, (nth, applications): (u64, u64), seal: &hhx::seal::SecretKey, pair: &Pair) -> Hall {
        let hub = format!("hub-{nth:02}");
        let folder = self.folder.0.join(&hub);
        fs::create_dir(&folder).unwrap();
        let task = Task {
            folder,
            office: OFFICE.to_owned(),
            hub,
            epoch: 1,
            seed: 0,
            applications,
            urls: self.ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect(),
            token: halls::new_token().unwrap(),
            key: seal.recipient.clone(),
            certificates: pair.certificate.clone(),
        };
        self.enrol(&task);
        Hall { task, process: None, backup: None, lost: BTreeSet::new() }
    }

    /// The office learns the hall's certificate, as after every new machine.
    fn enrol(&self, task: &Task) {
        signer_in(&task.folder, &task.hub).unwrap();
        let certificates = fs::read_to_string(task.folder.join("signing-certificate.pem")).unwrap();
        let id = HallId { office: OFFICE.to_owned(), hub: task.hub.clone() };
        let known = Known { token: &task.token, certificates: &certificates };
        self.runtime.block_on(halls::add(&self.offices, &id, known, self.offices.now())).unwrap();
    }

    fn start(&mut self, at: usize) {
        self.halls[at].task.seed = self.chance.next();
        let hall = &mut self.halls[at];
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "a_hall"]).env(TASK, serde_json::to_string(&hall.task).unwrap());
        let log = fs::File::create(hall.task.folder.join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        hall.process = Some(Process(command.spawn().unwrap()));
    }

    fn is_done(&mut self) -> bool {
        self.halls.iter_mut().all(|hall| {
            let over = hall.process.as_mut().is_none_or(|process| {
                let log = hall.task.folder.join("log");
                let ended = process.0.try_wait().unwrap();
                let well = ended.is_none_or(|status| status.success());
                assert!(well, "{}: {}", hall.task.hub, fs::read_to_string(log).unwrap());
                process.is_over()
            });
            if over {
                hall.process = None;
            }
            over
        })
    }

    fn something_happens(&mut self) {
        let at = usize::try_from(self.chance.below(self.halls.len() as u64)).unwrap();
        self.turns += 1;
        // Everything happens at least once, to the first hall, while all are at work; then what chance says.
        let (what, at) = match self.turns {
            1 => (3, 0),
            2 => (6, 0),
            3 => (0, 0),
            4 => (5, 0),
            _ => (self.chance.below(8), at),
        };
        match what {
            0..=2 => {
                let nth = usize::try_from(self.chance.below(INSTANCES as u64)).unwrap();
                self.instances[nth].kill();
                self.instances[nth] = self.instance(nth);
                self.report.kills_of_offices += 1;
            }
            3 | 4 => self.backs_up(at),
            5 => self.restores(at),
            _ => {
                let Some(process) = &mut self.halls[at].process else { return };
                process.kill();
                self.report.kills_of_halls += 1;
                self.start(at);
            }
        }
    }

    /// A copy of one moment while the hall works.
    fn backs_up(&mut self, at: usize) {
        let hall = &mut self.halls[at];
        let file = hall.task.folder.join(format!("backup-{}", Uuid::now_v7().simple()));
        // What was in hand before the copy began is in it.
        let slips = slips(&hall.task.folder).len();
        let Ok(open) = Connection::open(hall.task.folder.join(FILE_NAME)) else { return };
        open.busy_timeout(Duration::from_secs(10)).unwrap();
        if open.execute("vacuum into ?1", [file.to_str().unwrap()]).is_ok() {
            hall.backup = Some(Backup { file, slips });
        }
    }

    /// The disk is lost: the last backup takes its place, in a new life, and half of the times with a new signing key.
    fn restores(&mut self, at: usize) {
        let new_machine = self.chance.below(2) == 0;
        let hall = &mut self.halls[at];
        let Some(backup) = &hall.backup else { return };
        let Some(process) = &mut hall.process else { return };
        process.kill();
        let folder = &hall.task.folder;
        for name in ["", "-wal", "-shm"] {
            drop(fs::remove_file(folder.join(format!("{FILE_NAME}{name}"))));
        }
        fs::copy(&backup.file, folder.join(FILE_NAME)).unwrap();
        if new_machine {
            fs::remove_file(folder.join("signing-certificate.pem")).unwrap();
        }
        hall.lost.extend(slips(folder).into_iter().skip(backup.slips).map(|(case_id, _)| case_id));
        hall.task.epoch += 1;
        self.report.lives += 1;
        self.enrol(&self.halls[at].task);
        self.start(at);
    }

    fn count(&self, sql: &str) -> i64 {
        self.runtime.block_on(async {
            let db = self.offices.store.connection().await.unwrap();
            db.query_one(sql, &[]).await.unwrap().get(0)
        })
    }

    fn counts(&mut self, scale: &Scale) {
        let registered: BTreeSet<Uuid> = self.runtime.block_on(async {
            let db = self.offices.store.connection().await.unwrap();
            let rows = db.query("select case_id from case_file", &[]).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        });
        let all = self.count("select count(*) from journal");
        assert_eq!(i64::try_from(registered.len()).unwrap(), all, "a case is in the journal once");
        assert_eq!(self.count("select max(reg_index)::bigint from journal"), all, "the numbers have no hole");
        assert_eq!(self.count("select count(distinct number || hub) from case_file"), all, "a slip is of one case");
        assert_eq!(self.count("select count(*) from quarantine"), 0, "nothing came before what it belongs to");
        assert_eq!(self.count("select count(*) from alarm where what = 'fork'"), 0);
        let disorder = "select count(*) from consignment r where r.message_type = 'recall' and not exists (
            select 1 from consignment a where a.office = r.office and a.case_id = r.case_id
            and a.message_type = 'appeal' and a.received_at <= r.received_at)";
        assert_eq!(self.count(disorder), 0, "a case's consignments are taken in their order");
        assert!(all >= i64::try_from(scale.consignments / scale.halls * scale.halls).unwrap());
        let mut lost = 0;
        for hall in &self.halls {
            lost += hall.counts(&registered);
        }
        let Report { lives, kills_of_halls, kills_of_offices, .. } = self.report;
        assert!(lives > 0 && kills_of_halls > 0 && kills_of_offices > 0, "nothing was killed: it proves nothing");
        self.report.registered = all;
        self.report.consignments = self.count("select count(*) from consignment");
        self.report.recalled = self.count("select count(*) from case_file where status = 'recalled'");
        self.report.lost_with_a_disk = lost;
        for (letter, fate) in LETTERS {
            let diaries = self.halls.iter().map(|hall| fs::read(hall.task.folder.join(DIARY)).unwrap_or_default());
            let times = diaries.map(|diary| diary.iter().filter(|byte| **byte == letter).count()).sum();
            self.report.fates.insert(fate, times);
        }
    }
}

impl Hall {
    /// Every slip is registered but those that went with a disk before they were handed over; answers how many did.
    fn counts(&self, registered: &BTreeSet<Uuid>) -> usize {
        let folder: &Path = &self.task.folder;
        let sound = applications::verify(&folder.join(FILE_NAME)).unwrap();
        assert_eq!(sound.waiting, 0);
        let open = Connection::open(folder.join(FILE_NAME)).unwrap();
        let parked: i64 = open.query_row("select count(*) from parked", [], |row| row.get(0)).unwrap();
        assert_eq!(parked, 0, "nothing was put aside");
        let mut ids = open.prepare("select case_id from filed").unwrap();
        let known: BTreeSet<Uuid> =
            ids.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?))).unwrap().map(Result::unwrap).collect();
        assert!(known.is_subset(registered), "what the hall has is registered");
        let slips = slips(folder);
        let numbers: BTreeSet<&String> = slips.iter().map(|(_, number)| number).collect();
        assert_eq!(numbers.len(), slips.len(), "no number was given twice; {LEDGER}");
        let missing: Vec<&Uuid> =
            slips.iter().map(|(case_id, _)| case_id).filter(|case_id| !registered.contains(case_id)).collect();
        assert!(missing.iter().all(|case_id| self.lost.contains(case_id)), "a slip was lost: {missing:?}");
        let here = slips.iter().filter(|(case_id, _)| registered.contains(case_id));
        assert!(here.clone().all(|(case_id, _)| known.contains(case_id)), "the hall knows what it had filed");
        missing.len()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
