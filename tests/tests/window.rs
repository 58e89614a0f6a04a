//! A visitor at the real kiosk's window: a finger on the glass, the real hub, a printer in the network. What is on the screen
//! is read off the accessibility bus, as a blind visitor's screen reader reads it: where a button is, too.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};
use tests::{
    hall::{Hall, PATIENCE},
    keepalive::Connection,
    printer::{End, FakePrinter, Model, marked},
    screen::until,
    screen_reader::{Node, Role},
    window::{KIOSK, Window},
};
use words::Lang;

const CATALOGUE: &str = include_str!("../../hub/catalogue/services.json");
const CLASSES: &str = include_str!("../../hub/catalogue/classes.toml");

struct Scene {
    folder: PathBuf,
    hall: Option<Hall>,
    address: String,
    token: String,
    printer: FakePrinter,
    window: Window,
}

impl Scene {
    fn open(name: &str, prepare: impl FnOnce(&mut Command)) -> Scene {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("hall")).unwrap();
        let hall = Hall::start(&folder.join("hall"), |_| Ok(())).unwrap();
        let printer = FakePrinter::start(Model::Tells).unwrap();
        let window = Window::open(&folder, &hall.facts.url, &hall.facts.device_token, |kiosk| {
            kiosk.args(["--printer", &printer.option()]);
            prepare(kiosk);
        });
        let (address, token) = (hall.address.to_string(), hall.facts.device_token.clone());
        Scene { folder, hall: Some(hall), address, token, printer, window: window.unwrap() }
    }

    fn touch(&mut self, name: &str) {
        self.window.touch(name).unwrap();
    }

    fn sees(&self, name: &str) {
        self.window.sees(name).unwrap();
    }

    /// Language, category, service: until there is a question.
    fn walk_to_offer(&mut self, lang: Lang) {
        self.touch(lang.own_name());
        self.touch(&category("A", lang));
        self.touch(&service("A01", lang));
        self.sees(words::say(lang, "kiosk.offer.take"));
    }

    /// Keeps what is on the screen for a person to look at.
    fn picture(&self, name: &str) {
        self.window.screen.picture().unwrap().save(&self.folder.join(format!("{name}.png"))).unwrap();
    }

    /// Tickets that wait at the hub.
    fn waiting(&self) -> Value {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let figures = runtime.block_on(async {
            let mut hub = Connection::open(self.address.parse().unwrap(), Some(&self.token)).await?;
            std::io::Result::Ok(hub.get("/api/v1/hall").await?.json())
        });
        figures.unwrap()["waiting"].clone()
    }
}

fn category(letter: &str, lang: Lang) -> String {
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    catalogue["categories"][letter][lang.tag()].as_str().unwrap().to_owned()
}

fn service(code: &str, lang: Lang) -> String {
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    let all = catalogue["services"].as_array().unwrap();
    let one = all.iter().find(|service| service["code"] == code).unwrap();
    one["names"][lang.tag()].as_str().unwrap().to_owned()
}

fn class(nth: usize, lang: Lang) -> String {
    let classes: toml::Table = CLASSES.parse().unwrap();
    classes["class"][nth]["names"][lang.tag()].as_str().unwrap().to_owned()
}

#[test]
fn hall_window_a_finger_gets_a_ticket_and_a_copy_changes_its_mind_searches_and_does_without_a_hub() {
    let mut scene = Scene::open("finger", |_| {});
    let lang = Lang::Ru;
    let say = |key| words::say(lang, key);
    scene.walk_to_offer(lang);
    scene.touch(say("kiosk.offer.turn"));
    scene.sees(say("kiosk.turn.title"));
    scene.touch(&class(0, lang));
    // What was declared stands on the button that asked.
    scene.sees(&class(0, lang));
    scene.picture("offer");
    scene.touch(say("kiosk.offer.take"));
    scene.sees("A-001");
    scene.touch(say("kiosk.number.copy"));
    let papers = scene.printer.waits_for(2, PATIENCE).unwrap();
    let seen: Vec<_> = papers.iter().map(|paper| (paper.end, marked(paper))).collect();
    assert_eq!(seen, [(End::Cut, false), (End::Cut, true)]);
    scene.touch(say("kiosk.number.done"));
    until("the ticket waits", || Ok((scene.waiting() == 1).then_some(()))).unwrap();

    scene.touch(Lang::En.own_name());
    scene.touch(words::say(Lang::En, "kiosk.way.home"));

    let say = |key| words::say(Lang::UzLatn, key);
    scene.touch(Lang::UzLatn.own_name());
    scene.touch(say("kiosk.search.open"));
    let found = service("A01", Lang::UzLatn);
    for (letter, finds) in [("h", 1), ("o", 1), ("k", 1)] {
        scene
            .window
            .tap_until(letter, |nodes| finds <= nodes.iter().filter(|node| node.name == found).count())
            .unwrap();
    }
    scene.picture("search");
    scene.touch(&found);
    scene.sees(say("kiosk.offer.take"));
    scene.hall.take().unwrap().kill().unwrap();
    scene.touch(say("kiosk.offer.take"));
    scene.sees("A1-001");
    assert_eq!(scene.printer.waits_for(3, PATIENCE).unwrap().len(), 3);
    scene.touch(say("kiosk.number.done"));
    scene.touch(Lang::Kaa.own_name());
    scene.touch(&category("A", Lang::Kaa));
    scene.touch(&service("A01", Lang::Kaa));
    scene.window.sees(words::say(Lang::Kaa, "kiosk.offer.unseen")).unwrap();

    let hall = Hall::start_at(&scene.folder.join("hall"), &scene.address, |_| Ok(())).unwrap();
    scene.hall = Some(hall);
    until("the paper of the kiosk alone is in the queue", || Ok((scene.waiting() == 2).then_some(()))).unwrap();
}

/// Clocks run five times faster here: who says nothing for three quarters of a minute is asked.
#[test]
fn hall_window_asks_who_says_nothing_and_forgets_who_does_not_answer() {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let mut scene = Scene::open("idle", |kiosk| {
        kiosk.args(["--pace", &format!("{since}:5")]);
    });
    let say = |key| words::say(Lang::UzCyrl, key);
    scene.touch(Lang::UzCyrl.own_name());
    scene.sees(&category("A", Lang::UzCyrl));
    scene.sees(say("kiosk.presence.title"));
    scene.touch(say("kiosk.presence.here"));
    let open = |nodes: &[Node]| nodes.iter().all(|node| node.name != say("kiosk.presence.title"));
    scene.window.reader.finds("the question is gone", KIOSK, |nodes| open(nodes).then_some(())).unwrap();
    scene.sees(&category("A", Lang::UzCyrl));
    scene.sees(say("kiosk.presence.title"));
    // Nobody answers: the next visitor finds the first screen.
    scene.window.button(Lang::Ru.own_name()).unwrap();
}

/// As a screen reader goes: everything has a role and a name, what has the keys comes in the order of reading, and everything
/// can be done without a finger.
#[test]
fn hall_window_is_walked_by_a_screen_reader() {
    let mut scene = Scene::open("reader", |_| {});
    let lang = Lang::UzLatn;
    let say = |key| words::say(lang, key);
    scene.window.button(lang.own_name()).unwrap();
    scene.window.finger().points_keys_at("Navbat").unwrap();
    for name in [lang.own_name(), &category("A", lang), &service("A01", lang), say("kiosk.offer.take")] {
        let button = scene.window.button(name).unwrap();
        well_told(&scene.window.tree().unwrap(), name);
        keys_go_in_order(&mut scene.window, name);
        assert!(scene.window.reader.act(&button).unwrap(), "{name} does what it is for");
    }
    scene.sees("A-001");
    well_told(&scene.window.tree().unwrap(), "the number");
    assert_eq!(scene.printer.waits_for(1, PATIENCE).unwrap().len(), 1);
}

/// Every node is something, and what can be used has a name.
fn well_told(nodes: &[Node], screen: &str) {
    let known = BTreeSet::from([Role::FRAME, Role::LABEL, Role::BUTTON, Role::APPLICATION, Role::ENTRY]);
    for node in nodes {
        assert!(known.contains(&node.role), "{screen}: {node:?} is nothing a reader knows");
        assert!(!node.is_focusable() || !node.name.is_empty(), "{screen}: {node:?} has no name");
        assert!(node.role != Role::LABEL || !node.name.is_empty(), "{screen}: {node:?} says nothing");
    }
    assert!(nodes.iter().any(|node| node.role == Role::BUTTON), "{screen}: nothing to do");
}

/// Tab by Tab the keys go from button to button, in the order in which the tree is read.
fn keys_go_in_order(window: &mut Window, screen: &str) {
    let is_button = |node: &&Node| node.role == Role::BUTTON && node.is_focusable();
    let read: Vec<String> = window.tree().unwrap().iter().filter(is_button).map(|node| node.name.clone()).collect();
    // The first key may come before the window knows that it has them.
    let first = window.focused_by("Tab", is_button).unwrap();
    let mut reached: Vec<String> = vec![first];
    while reached.len() < read.len() {
        window.finger().key("Tab").unwrap();
        let before = reached.last().cloned();
        let focused = window.reader.finds(screen, KIOSK, |nodes| {
            let focused = nodes.iter().filter(is_button).find(|node| node.is_focused()).map(|node| node.name.clone());
            (!nodes.is_empty() && before != focused).then_some(focused)
        });
        // After the last button the screen itself has the keys, for one step.
        reached.extend(focused.unwrap());
    }
    let begins = read.iter().position(|name| *name == reached[0]).unwrap();
    let turned: Vec<String> = read.iter().cycle().skip(begins).take(read.len()).cloned().collect();
    assert_eq!(reached, turned, "{screen}");
}
