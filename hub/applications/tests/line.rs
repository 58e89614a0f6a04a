//! Exactly once in effect: a hall and an office with a network that loses, repeats, delays and cuts between them, and
//! both ends dying, being restored and being replaced.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hall;

use applications::{Answer, Applications, Due, Halt, LIMITS, Parcel};
use hall::{Folder, Office, file, now};
use hhx::{
    Code, Hash,
    container::{self, ContainerError},
    line::{Breach, Known, Mark, Stream, Verdict},
    receipt::{Delivered, Problem},
};
use proptest::prelude::*;
use std::{collections::BTreeMap, fs, path::Path};
use uuid::Uuid;
use x509_cert::Certificate;

/// The office's rule in memory, as `khokimiyat` has it in a transaction.
#[derive(Clone, Default)]
struct Desk {
    mark: Option<Mark>,
    receipts: BTreeMap<Uuid, Delivered>,
    /// Cases in the order they were registered.
    registered: Vec<Uuid>,
}

impl Desk {
    fn accept(&mut self, office: &Office, bytes: &[u8], trusted: &Certificate) -> Answer {
        let opened = match container::open(bytes, &LIMITS, std::slice::from_ref(trusted)) {
            Ok(opened) => opened,
            Err(error) => return not(error.code(), None),
        };
        let id = opened.envelope.consignment_id;
        let mark = self.mark.unwrap_or(Mark::NONE);
        let known = if self.receipts.contains_key(&id) { Known::Before } else { Known::Not };
        match mark.judge((opened.envelope.line.unwrap(), opened.envelope_hash), known) {
            Verdict::Not(Breach::Gap) => not(Code::Gap, Some(mark)),
            Verdict::Not(Breach::Fenced) => not(Code::Fenced, Some(mark)),
            Verdict::Not(Breach::Fork) => not(Code::Fork, Some(mark)),
            Verdict::Again(moved) => {
                self.mark = Some(moved);
                Answer::Taken(self.receipts[&id].clone())
            }
            Verdict::Keep(moved) => {
                self.mark = Some(moved);
                let receipt = Delivered {
                    receipt_id: Uuid::now_v7(),
                    consignment_id: id,
                    sha256: Hash::of(bytes),
                    received_at: now(),
                    high_water: moved.high_water,
                    durable_high_water: 0,
                    chain: moved.chain,
                    signature: String::new(),
                };
                let receipt = receipt.signed(&office.signer()).unwrap();
                self.receipts.insert(id, receipt.clone());
                self.registered.push(opened.envelope.case_id);
                Answer::Taken(receipt)
            }
        }
    }
}

fn not(code: Code, mark: Option<Mark>) -> Answer {
    Answer::Not(Problem { code, detail: String::new(), mark })
}

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Happening {
    File,
    Send,
    /// It arrives, the answer does not.
    LoseAnswer,
    /// It does not arrive.
    LoseParcel,
    /// Half of it arrives.
    CutParcel,
    /// It arrives twice.
    Repeat,
    /// An old parcel arrives now.
    Late,
    /// The hub is killed and starts again.
    HubDies,
    /// The office loses what it took since its last backup.
    OfficeRestored,
    OfficeBackup,
    HubBackup,
    /// The hub is restored under a new epoch.
    HubRestored,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    prop_oneof![
        6 => Just(File), 8 => Just(Send), 3 => Just(LoseAnswer), 3 => Just(LoseParcel), 1 => Just(CutParcel),
        2 => Just(Repeat), 2 => Just(Late), 1 => Just(HubDies), 1 => Just(OfficeBackup), 1 => Just(OfficeRestored),
        1 => Just(HubBackup), 1 => Just(HubRestored),
    ]
}

struct World {
    folder: Folder,
    backup: Folder,
    office: Office,
    hall: Option<Applications>,
    epoch: u32,
    desk: Desk,
    desk_backup: Desk,
    /// Every case somebody holds a slip for, in order.
    filed: Vec<Uuid>,
    /// Cases filed when the hub's backup was made.
    filed_at_backup: usize,
    has_backup: bool,
    /// What a restored hub may lack: filed after its backup and not at the office.
    lost: Vec<Uuid>,
    sent: Vec<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let (folder, office) = (Folder::new(), Office::new());
        let hall = Some(office.hall(&folder.0, 1));
        Self {
            folder,
            backup: Folder::new(),
            office,
            hall,
            epoch: 1,
            desk: Desk::default(),
            desk_backup: Desk::default(),
            filed: vec![],
            filed_at_backup: 0,
            has_backup: false,
            lost: vec![],
            sent: vec![],
        }
    }

    fn hall(&self) -> &Applications {
        self.hall.as_ref().expect("a hall is open between two happenings")
    }

    fn certificate(&self) -> Certificate {
        applications::signer_in(&self.folder.0, hall::HUB).unwrap().1
    }

    fn happens(&mut self, what: Happening) {
        match what {
            Happening::File => self.filed.push(file(self.hall()).case_id),
            Happening::HubDies => self.reopen(),
            Happening::OfficeBackup => self.desk_backup = self.desk.clone(),
            Happening::OfficeRestored => self.desk = self.desk_backup.clone(),
            Happening::HubBackup => self.back_up(),
            Happening::HubRestored => self.restore(),
            Happening::Late => {
                let certificate = self.certificate();
                let old = self.sent.first().cloned();
                old.map(|bytes| self.desk.accept(&self.office, &bytes, &certificate));
            }
            Happening::Send
            | Happening::LoseAnswer
            | Happening::LoseParcel
            | Happening::CutParcel
            | Happening::Repeat => {
                if let Some(parcel) = self.hall().next_parcel(Stream::Documents).unwrap() {
                    self.send(&parcel, what);
                }
            }
        }
    }

    fn send(&mut self, parcel: &Parcel, how: Happening) -> Due {
        let certificate = self.certificate();
        self.sent.push(parcel.container.clone());
        let mut arrive = |bytes: &[u8]| self.desk.accept(&self.office, bytes, &certificate);
        let answer = match how {
            Happening::LoseParcel => Answer::Silence,
            Happening::CutParcel => {
                // Half a body is no request: the office's server answers nothing that is understood.
                let half = &parcel.container[..parcel.container.len() / 2];
                assert!(matches!(container::open(half, &LIMITS, &[certificate]), Err(ContainerError::Zip(_))));
                Answer::Silence
            }
            Happening::LoseAnswer => {
                arrive(&parcel.container);
                Answer::Silence
            }
            Happening::Repeat => {
                arrive(&parcel.container);
                arrive(&parcel.container)
            }
            _ => arrive(&parcel.container),
        };
        self.hall().answered(parcel, &answer, now()).unwrap()
    }

    fn reopen(&mut self) {
        self.hall = None;
        self.hall = Some(self.office.hall(&self.folder.0, self.epoch));
    }

    fn back_up(&mut self) {
        self.hall = None;
        copy(&self.folder.0, &self.backup.0);
        self.hall = Some(self.office.hall(&self.folder.0, self.epoch));
        (self.filed_at_backup, self.has_backup) = (self.filed.len(), true);
    }

    fn restore(&mut self) {
        if !self.has_backup {
            return;
        }
        self.hall = None;
        copy(&self.backup.0, &self.folder.0);
        self.epoch += 1;
        self.hall = Some(self.office.hall(&self.folder.0, self.epoch));
        let later = self.filed.split_off(self.filed_at_backup);
        self.lost.extend(later);
        // A line of an earlier life is over at the office as soon as this one has spoken.
    }

    /// Everything waits no more, or the line has halted.
    fn drain(&mut self) {
        let mark = self.desk.mark.unwrap_or(Mark::NONE);
        self.hall().compare(Stream::Documents, mark).unwrap();
        for _ in 0..2000 {
            let Some(parcel) = self.hall().next_parcel(Stream::Documents).unwrap() else { return };
            let due = self.send(&parcel, Happening::Send);
            assert_eq!(due, Due::Next, "a quiet network takes everything");
        }
        panic!("the line does not end");
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(to).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

fn once_each(world: &World) -> Result<(), TestCaseError> {
    let mut registered = world.desk.registered.clone();
    registered.sort();
    let all = registered.len();
    registered.dedup();
    prop_assert_eq!(registered.len(), all, "nothing is registered twice");
    for case in &world.filed {
        prop_assert!(registered.contains(case), "{} is lost", case);
    }
    // Nobody else's cases: only what was filed, here or before a restore.
    prop_assert!(registered.iter().all(|case| world.filed.contains(case) || world.lost.contains(case)));
    let order: Vec<&Uuid> = world.desk.registered.iter().filter(|case| world.filed.contains(case)).collect();
    let filed: Vec<&Uuid> = world.filed.iter().collect();
    if world.epoch == 1 {
        prop_assert_eq!(order, filed, "in the order they were filed");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_application_is_registered_once_in_order_whatever_happens(
        happenings in prop::collection::vec(happening(), 1..60),
    ) {
        let mut world = World::new();
        for what in happenings {
            world.happens(what);
        }
        world.drain();
        once_each(&world)?;
    }
}

#[test]
fn a_restored_office_is_sent_what_it_lacks() {
    let mut world = World::new();
    for what in [Happening::File, Happening::Send, Happening::OfficeBackup, Happening::File, Happening::Send] {
        world.happens(what);
    }
    world.happens(Happening::OfficeRestored);
    world.happens(Happening::File);
    world.drain();
    once_each(&world).unwrap();
    assert_eq!(world.desk.registered.len(), 3);
}

#[test]
fn an_office_and_a_hub_that_were_both_restored_lose_nothing() {
    let mut world = World::new();
    for what in [Happening::File, Happening::File, Happening::Send, Happening::HubBackup] {
        world.happens(what);
    }
    world.happens(Happening::OfficeRestored);
    world.happens(Happening::HubRestored);
    world.happens(Happening::File);
    world.drain();
    once_each(&world).unwrap();
    assert_eq!(world.desk.registered.len(), 3);
}

#[test]
fn two_hubs_under_one_name_halt_instead_of_mixing() {
    let mut world = World::new();
    world.happens(Happening::File);
    world.back_up();
    world.happens(Happening::Send);
    // The same folder copied by hand, without a new epoch: a second hub goes its own way.
    let twin = world.office.hall(&world.backup.0, 1);
    world.happens(Happening::File);
    world.happens(Happening::Send);
    file(&twin);
    let certificate = world.certificate();
    let mut last = Due::Next;
    while last == Due::Next
        && let Some(parcel) = twin.next_parcel(Stream::Documents).unwrap()
    {
        let answer = world.desk.accept(&world.office, &parcel.container, &certificate);
        last = twin.answered(&parcel, &answer, now()).unwrap();
    }
    assert_eq!(last, Due::Halted(Halt::Fork));
    assert_eq!(world.desk.registered.len(), 2);
}

#[test]
fn a_hub_that_was_replaced_is_fenced() {
    let mut world = World::new();
    world.happens(Happening::File);
    world.back_up();
    let new = world.office.hall(&world.backup.0, 2);
    let certificate = world.certificate();
    let parcel = new.next_parcel(Stream::Documents).unwrap().unwrap();
    assert!(matches!(world.desk.accept(&world.office, &parcel.container, &certificate), Answer::Taken(_)));
    world.happens(Happening::File);
    let old = world.hall().next_parcel(Stream::Documents).unwrap().unwrap();
    assert_eq!(world.send(&old, Happening::Send), Due::Halted(Halt::Fenced));
}

#[test]
fn one_that_cannot_be_taken_stops_nobody_behind_it() {
    let mut world = World::new();
    for _ in 0..3 {
        world.happens(Happening::File);
    }
    let bad = world.hall().next_parcel(Stream::Documents).unwrap().unwrap();
    let refused = not(Code::CatalogueOutdated, None);
    assert_eq!(world.hall().answered(&bad, &refused, now()).unwrap(), Due::Next);
    assert_eq!(world.hall().waiting().unwrap().parked, 1);
    world.drain();
    assert_eq!(world.desk.registered, world.filed[1..]);
}

#[test]
fn pauses_grow_to_a_quarter_of_an_hour_and_differ_by_chance() {
    let pauses: Vec<u64> = (1..20).map(|failures| applications::pause_ms(failures, u64::MAX / 3)).collect();
    assert!(pauses.iter().all(|pause| (2_500..=900_000).contains(pause)), "{pauses:?}");
    assert!((5_000 / 2..=5_000).contains(&applications::pause_ms(1, 12_345)));
    assert!(applications::pause_ms(30, 7) >= 450_000);
    let by_chance: std::collections::BTreeSet<u64> = (0..50).map(|n| applications::pause_ms(5, n * 7919)).collect();
    assert!(by_chance.len() > 40);
}
