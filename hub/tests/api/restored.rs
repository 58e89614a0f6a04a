//! A hub made of a backup, and the papers it does not know.

use crate::hall::{TestHall, User};
use hub::{
    config::Config,
    epoch::{self, EpochError},
    journal::{self, Backup, FILE_NAME, OpenError},
};
use jiff::Timestamp;
use queue::time::{Span, Time};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use uuid::Uuid;
use wire::{kiosk::KioskHome, tickets::TicketTaken};

impl TestHall {
    /// Stops the hub, loses its disk, and makes a hall of the backup.
    async fn restore(&mut self, backup: &Path) -> u32 {
        self.stop().await;
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(self.dir().join(format!("{FILE_NAME}{ending}")));
        }
        let config = Config::demo();
        let hall = epoch::Hall { config: &config, dir: self.dir(), clock: self.clock() };
        let epoch = epoch::restore(&hall, backup, 0).await.unwrap();
        self.reopen().await;
        epoch
    }

    fn backup(&self) -> PathBuf {
        let file = self.dir().join("copy.sqlite");
        assert_eq!(journal::backup(self.dir(), &file).unwrap(), Backup::SameDisk);
        file
    }
}

/// A paper as its kiosk offers it again.
async fn offered_again(kiosk: &User, paper: &TicketTaken, (printed, sent): (Time, Time)) -> crate::hall::Answer {
    let text = |at: Time| Timestamp::from_millisecond(at.0).unwrap().to_string();
    let body = json!({"command_id": Uuid::now_v7(), "ticket_id": paper.ticket_id, "number": paper.number,
        "service": "A01", "language": "ru", "printed_at": text(printed), "sent_at": text(sent)});
    kiosk.post("/api/v1/tickets/offline", body).await
}

#[tokio::test]
async fn what_was_on_paper_comes_back_once_and_in_its_order() {
    let mut hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let mut papers = vec![(kiosk.takes("A01").await, hall.now())];
    let backup = hall.backup();
    for _ in 0..2 {
        hall.later(Span::minutes(1));
        papers.push((kiosk.takes("A01").await, hall.now()));
    }
    hall.later(Span::minutes(1));
    assert_eq!(hall.restore(&backup).await, 1);

    let kiosk = hall.kiosk();
    let new = kiosk.takes("A01").await;
    assert_eq!(new.number, "A-6001");
    // The last one first, each twice.
    for (paper, printed) in papers.iter().rev().chain(&papers) {
        let stage = offered_again(&kiosk, paper, (*printed, hall.now())).await.is(200);
        assert_eq!((&stage["stage"], &stage["number"]), (&json!("waiting"), &json!(paper.number)));
    }
    let clerk = hall.clerk_at("Dilnoza", "1").await;
    let mut called = Vec::new();
    for _ in 0..4 {
        called.push(clerk.act("1", "call-next").await.state().number.unwrap());
        clerk.act("1", "start").await.is(200);
        clerk.act("1", "complete").await.is(200);
    }
    assert_eq!(called, ["A-001", "A-002", "A-003", "A-6001"]);
    assert_eq!(hall.stranger().get("/api/v1/hall").await.is(200)["waiting"], 0);
}

#[tokio::test]
async fn a_number_that_no_earlier_hub_can_have_given_is_refused() {
    let mut hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    let paper = |number: &str| TicketTaken {
        ticket_id: Uuid::now_v7(),
        number: number.to_owned(),
        ahead: 0,
        wait_minutes: None,
    };
    let at = (hall.now(), hall.now());
    offered_again(&kiosk, &paper("A-002"), at).await.problem(422, "not-a-kiosk-number");
    let first = kiosk.takes("A01").await;
    let backup = hall.backup();
    hall.restore(&backup).await;
    let kiosk = hall.kiosk();
    offered_again(&kiosk, &paper("A-6001"), at).await.problem(422, "not-a-kiosk-number");
    offered_again(&kiosk, &paper(&first.number), at).await.problem(409, "number-taken");
    offered_again(&kiosk, &paper("A2-001"), at).await.problem(422, "not-a-kiosk-number");
}

#[tokio::test]
async fn yesterdays_backup_leaves_room_for_todays_papers() {
    let mut hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let backup = hall.backup();
    hall.later(Span::minutes(3 * 24 * 60));
    hall.restore(&backup).await;
    let kiosk = hall.kiosk();
    assert_eq!(kiosk.get("/api/v1/kiosk").await.read::<KioskHome>(200).day, Some(2));
    assert_eq!(kiosk.takes("A01").await.number, "A-5001");
}

#[tokio::test]
async fn a_hall_is_not_written_over_and_a_broken_copy_not_believed() {
    let mut hall = TestHall::open().await;
    hall.kiosk().takes("A01").await;
    let backup = hall.backup();
    let config = Config::demo();
    let at = |dir| epoch::Hall { config: &config, dir, clock: hall.clock() };
    let in_use = epoch::restore(&at(hall.dir()), &backup, 0).await.unwrap_err();
    assert!(matches!(&in_use, EpochError::Journal(why) if matches!(**why, OpenError::InUse { .. })), "{in_use}");
    let elsewhere = hall.dir().join("stopped");
    fs::create_dir(&elsewhere).unwrap();
    fs::copy(&backup, elsewhere.join(FILE_NAME)).unwrap();
    let occupied = epoch::restore(&at(&elsewhere), &backup, 0).await.unwrap_err();
    assert!(matches!(occupied, EpochError::Occupied { .. }), "{occupied}");
    let (broken, empty) = (hall.dir().join("broken.sqlite"), hall.dir().join("empty"));
    let mut bytes = fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    fs::write(&broken, bytes).unwrap();
    fs::create_dir(&empty).unwrap();
    let unsound = epoch::restore(&at(&empty), &broken, 0).await.unwrap_err();
    assert!(matches!(unsound, EpochError::Unsound { .. }), "{unsound}");
    assert!(!empty.join(FILE_NAME).exists());
    assert_eq!(epoch::restore(&at(&empty), &backup, 7).await.unwrap(), 8, "above what others saw");
    assert!(journal::verify(&empty).is_ok());
    hall.stop().await;
}

#[tokio::test]
async fn a_kiosk_is_told_what_a_backup_on_another_disk_has() {
    let hall = TestHall::open().await;
    let kiosk = hall.kiosk();
    kiosk.takes("A01").await;
    let through = async || kiosk.get("/api/v1/kiosk").await.read::<KioskHome>(200).backed_up;
    assert_eq!(through().await, 0);
    hall.backup();
    assert_eq!(through().await, 0, "a copy on the same disk is lost with it");
    let elsewhere = PathBuf::from(format!("/dev/shm/navbat-backup-{}.sqlite", std::process::id()));
    let seq = hall.seq().await;
    let copied = journal::backup(hall.dir(), &elsewhere);
    let _ = fs::remove_file(&elsewhere);
    assert_eq!(copied.unwrap(), Backup::Elsewhere);
    kiosk.takes("A01").await;
    assert_eq!(through().await, seq);
    fs::write(hall.dir().join("backup.json"), format!(r#"{{"seq":{seq},"hash":"{}"}}"#, "0".repeat(64))).unwrap();
    assert_eq!(through().await, 0, "a backup of another hall");
}
