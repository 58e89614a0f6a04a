//! What happens to a hall's network, told as scenes. Each has a hall of its own and ends in calm.

use super::{
    calm::{Asker, Checks, every_paper_waits_once, everybody_is_called_once},
    lab::{Lab, Machine},
    machines::{Display, Kiosk, Line, hub, hub_task},
};
use crate::{
    hall::{Facts, Hall, verify},
    screen::until,
    tree,
};
use serde_json::json;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A hall with its kiosk and display behind lines.
struct Set<'a> {
    lab: &'a Lab,
    folder: PathBuf,
    hub: Option<Hall>,
    facts: Facts,
    kiosk: Kiosk,
    display: Display,
    kiosk_line: Line,
    display_line: Line,
}

impl<'a> Set<'a> {
    fn open(lab: &'a Lab, place: &Path, name: &str) -> io::Result<Set<'a>> {
        let folder = place.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("hall"))?;
        let first = hub(lab, Machine::Hub, &folder.join("hall"))?;
        let facts = first.facts.clone();
        let kiosk_line = Line::lay(lab, Machine::KioskLine, Machine::Hub.address())?;
        let display_line = Line::lay(lab, Machine::DisplayLine, Machine::Hub.address())?;
        let kiosk = Kiosk::start(lab, &folder, &facts.device_token)?;
        let mut display = Display::start(lab, &folder, facts.display_token.as_deref().unwrap_or_default())?;
        kiosk.finds("up")?;
        display.shows("a board", |display| display.board.is_object())?;
        Ok(Set { lab, folder, hub: Some(first), facts, kiosk, display, kiosk_line, display_line })
    }

    fn hall(&self) -> PathBuf {
        self.folder.join("hall")
    }

    fn asker(&self) -> io::Result<Asker> {
        Asker::device(Machine::Hub.address(), &self.facts.device_token)
    }

    fn kill_hub(&mut self) -> io::Result<()> {
        self.hub.take().map_or(Ok(()), Hall::kill)
    }

    fn start_hub(&mut self) -> io::Result<()> {
        self.hub = Some(hub(self.lab, Machine::Hub, &self.hall())?);
        Ok(())
    }

    /// A backup on another disk, so that kiosks may count on it.
    fn backup(&self) -> io::Result<PathBuf> {
        let file = PathBuf::from(format!("/dev/shm/navbat-network-{}.sqlite", std::process::id()));
        if file.exists() {
            fs::remove_file(&file)?;
        }
        hub_task(&[Path::new("backup"), &self.hall(), &file])?;
        Ok(file)
    }

    fn all_papers_in_the_queue(&mut self, at: Machine) -> io::Result<Checks> {
        self.kiosk.has_told_all()?;
        let papers = self.kiosk.papers()?;
        let hub = Asker::device(at.address(), &self.facts.device_token)?;
        let mut checks = every_paper_waits_once(&hub, &papers)?;
        checks.extend(everybody_is_called_once(at.address(), &self.facts, &papers, &mut self.display)?);
        Ok(checks)
    }

    fn sound(&mut self, folder: &Path) -> io::Result<(String, bool)> {
        self.kill_hub()?;
        let verified = verify(folder);
        let said = verified.as_ref().err().map(ToString::to_string).unwrap_or_default();
        Ok((format!("the journal is sound {said}"), verified.is_ok()))
    }
}

/// Makes a hall of a backup, as a technician does.
fn restore(backup: &Path, hall: &Path) -> io::Result<String> {
    let config = tree::root().join("hub/demo/hall.toml");
    hub_task(&[Path::new("restore"), backup, Path::new("--config"), &config, Path::new("--data"), hall])
}

/// A line that is slow, stalls, cuts, swallows answers, makes requests come twice; a hub that dies in the middle.
pub fn bad_line(lab: &Lab, place: &Path) -> io::Result<Checks> {
    let mut set = Set::open(lab, place, "bad-line")?;
    set.kiosk.ticket()?;
    for word in ["swallow", "twice", "slow 700", "stall", "refuse"] {
        set.kiosk_line.says(word)?;
        set.display_line.says(word)?;
        set.kiosk.ticket()?;
        // The report of one ticket and the tap of the next meet on the same bad line.
        set.kiosk.ticket()?;
        if word == "stall" {
            set.kill_hub()?;
            set.start_hub()?;
        }
        set.kiosk_line.says("pass")?;
        set.display_line.says("pass")?;
        set.kiosk.has_told_all()?;
        set.kiosk.ticket()?;
    }
    let mut checks = set.all_papers_in_the_queue(Machine::Hub)?;
    let own = set.kiosk.papers()?.iter().filter(|paper| paper.number.starts_with("A1-")).count();
    checks.push((format!("{own} numbers were of the kiosk's own lane"), own >= 5));
    checks.push(set.sound(&set.hall())?);
    Ok(checks)
}

/// A kiosk whose cable is out for an hour of tickets, while the hub's disk is lost and a backup takes its place.
pub fn hour_apart(lab: &Lab, place: &Path, tickets: u32) -> io::Result<Checks> {
    let mut set = Set::open(lab, place, "hour-apart")?;
    for _ in 0..2 {
        set.kiosk.ticket()?;
    }
    set.kiosk.has_told_all()?;
    let backup = set.backup()?;
    // These the lost hub numbered, acknowledged, and took with it.
    for _ in 0..3 {
        set.kiosk.ticket()?;
    }
    set.kiosk.has_told_all()?;
    lab.pull(Machine::Kiosk)?;
    for _ in 0..tickets {
        set.kiosk.ticket()?;
    }
    set.kill_hub()?;
    fs::rename(set.hall().join("hall.sqlite"), set.folder.join("lost.sqlite"))?;
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(set.hall().join(format!("hall.sqlite{ending}")));
    }
    let said = restore(&backup, &set.hall())?;
    fs::remove_file(&backup)?;
    set.start_hub()?;
    // Reception gives a number before the kiosk is back.
    let manager = Asker::staff(Machine::Hub.address(), &set.facts.manager)?;
    let desk = manager.done("/api/v1/tickets", json!({"service": "M01", "language": "ru"}))?;
    let known = set.asker()?.get("/api/v1/hall")?.1["waiting"].as_u64().unwrap_or_default();
    let printed = set.kiosk.papers()?.len() as u64;
    lab.plug(Machine::Kiosk)?;
    let mut checks = vec![
        (format!("the restored hub knew {known} of {printed} papers"), known == 3 && printed == u64::from(tickets) + 5),
        ("the restored hub began another epoch".to_owned(), said.contains("epoch 1")),
        (format!("its own numbers lie far above ({})", desk["number"]), desk["number"] == "M-5001"),
    ];
    let path = format!("/api/v1/tickets/{}/cancel", desk["ticket_id"].as_str().unwrap_or_default());
    manager.done(&path, json!({}))?;
    set.kiosk.has_told_all()?;
    let after = set.kiosk.ticket()?;
    checks.push((format!("the next number is the new hub's ({})", after.number), after.number == "A-6001"));
    checks.extend(set.all_papers_in_the_queue(Machine::Hub)?);
    checks.push(set.sound(&set.hall())?);
    Ok(checks)
}

/// A hub is replaced, and the old one is switched on again beside it.
pub fn two_hubs(lab: &Lab, place: &Path) -> io::Result<Checks> {
    let mut set = Set::open(lab, place, "two-hubs")?;
    set.kiosk.ticket()?;
    set.kiosk.has_told_all()?;
    let (backup, other) = (set.backup()?, set.folder.join("other"));
    set.kiosk.ticket()?;
    set.kiosk.has_told_all()?;
    fs::create_dir_all(&other)?;
    for ending in ["", "-wal", "-shm"] {
        let name = format!("people.db{ending}");
        if set.hall().join(&name).exists() {
            fs::copy(set.hall().join(&name), other.join(&name))?;
        }
    }
    restore(&backup, &other)?;
    fs::remove_file(&backup)?;
    let second = hub(lab, Machine::OtherHub, &other)?;
    let (old, new) = (Machine::Hub.address(), Machine::OtherHub.address());
    let clerk = Asker::staff(old, &set.facts.clerks[0])?;

    // The kiosk finds the new hub; the display and the clerk are still with the old one.
    set.kiosk_line.says(&format!("to {new}"))?;
    set.kiosk.ticket()?;
    set.kiosk.logs("the hub has a new epoch")?;
    set.kiosk.has_told_all()?;
    let mut checks = vec![("the old hub does not know yet".to_owned(), clerk.get("/health")?.0 == 200)];
    // A cable in the wrong socket: the kiosk meets the old hub, and tells it.
    set.kiosk_line.says(&format!("to {old}"))?;
    set.kiosk.finds("fenced")?;
    let alone = set.kiosk.ticket()?;
    checks.push((format!("the kiosk works alone ({})", alone.number), alone.number == "A1-001"));
    let (status, refused) = clerk.post("/api/v1/counters/1/call-next", json!({}))?;
    checks.push(("the old hub calls nobody".to_owned(), (status, refused["code"].as_str()) == (409, Some("fenced"))));
    let page = clerk.page("/counters/1")?;
    checks.push(("its clerks are told on their page".to_owned(), page.contains("data-testid=\"fence\"")));
    set.display.shows("the display says that there are two hubs", |display| display.freshness["why"] == "two-hubs")?;
    // Switched off and on again it still knows.
    set.kill_hub()?;
    set.start_hub()?;
    let (status, _) = set.asker()?.get("/api/v1/kiosk")?;
    checks.push(("a restart does not make it forget".to_owned(), status == 409));

    for line in [&mut set.kiosk_line, &mut set.display_line] {
        line.says(&format!("to {new}"))?;
    }
    set.display.shows("the display follows the new hub", |display| display.board["epoch"] == 1)?;
    checks.extend(set.all_papers_in_the_queue(Machine::OtherHub)?);
    // Now the display has seen it too, and believes the old hub no more.
    set.display_line.says(&format!("to {old}"))?;
    set.display.shows("the display refuses the old hub", |display| display.freshness["why"] == "two-hubs")?;
    second.kill()?;
    checks.push(set.sound(&other)?);
    Ok(checks)
}

/// A display whose cable is out, for a moment and for longer than the hub remembers; and back.
pub fn display_away(lab: &Lab, place: &Path) -> io::Result<Checks> {
    let mut set = Set::open(lab, place, "display-away")?;
    let device = set.asker()?;
    let clerks: Vec<Asker> = set
        .facts
        .clerks
        .iter()
        .take(2)
        .map(|clerk| Asker::staff(Machine::Hub.address(), clerk))
        .collect::<Result<_, _>>()?;
    let call = |service: &str, clerk: &Asker, counter: &str| -> io::Result<String> {
        let taken = device.done("/api/v1/tickets", json!({"service": service, "language": "ru"}))?;
        let id = taken["ticket_id"].as_str().unwrap_or_default().to_owned();
        device.done(&format!("/api/v1/tickets/{id}/printed"), json!({}))?;
        let state = clerk.done(&format!("/api/v1/counters/{counter}/call-next"), json!({}))?;
        Ok(state["number"].as_str().unwrap_or_default().to_owned())
    };
    let (old, mut checks) = (device.seq()?, Vec::new());
    lab.pull(Machine::Display)?;
    let missed = [call("A01", &clerks[0], "1")?, call("M01", &clerks[1], "2")?];
    set.display.shows("the display notices that nothing comes", |display| display.freshness["stale"] == true)?;
    lab.plug(Machine::Display)?;
    set.display.shows("both calls are announced", |display| display.announced.len() >= 2)?;
    let numbers: Vec<&String> = set.display.announced.iter().map(|(number, _, _)| number).collect();
    checks.push((
        format!("what was missed is announced in order {numbers:?}"),
        numbers == missed.iter().collect::<Vec<_>>(),
    ));
    checks.push(("a hub resumes from an old number".to_owned(), device.first_event(old)? == "beat"));

    lab.pull(Machine::Display)?;
    let manager = Asker::staff(Machine::Hub.address(), &set.facts.manager)?;
    // Each is one change of the board: more than the hub remembers.
    for _ in 0..=hub::journal::RING_MAX / 2 {
        manager.done("/api/v1/day/close", json!({}))?;
        manager.done("/api/v1/day/open", json!({}))?;
    }
    checks
        .push(("beyond what it remembers it sends the whole board".to_owned(), device.first_event(old)? == "snapshot"));
    let clerk = Asker::staff(Machine::Hub.address(), &set.facts.clerks[0])?;
    let last = call("A01", &clerk, "1")?;
    lab.plug(Machine::Display)?;
    set.display.shows("the last call is announced", |display| display.announced.len() >= 3)?;
    let board = device.get("/api/v1/board")?.1;
    until("the display has the hub's board", || {
        set.display.look();
        Ok((set.display.board == board).then_some(()))
    })?;
    checks.push(("each call was announced once".to_owned(), set.display.announced.len() == 3));
    checks.push((format!("the last one is {last}"), set.display.announced[2].0 == last));
    checks.push(set.sound(&set.hall())?);
    Ok(checks)
}
