//! One visitor: what they came for, and what they do on each screen. Pure: the same visitor does the same again.

use crate::chance::Chance;
use serde_json::Value;
use words::Lang;

/// What there is to come for; every counter of the hall serves some.
const SERVICES: [(&str, &str); 6] =
    [("A", "A01"), ("M", "M01"), ("K", "K01"), ("O", "O01"), ("T", "T01"), ("E", "E01")];
const CLASSES: [&str; 3] = ["disability-1-2", "infant", "elderly"];
const SIZES: [&str; 4] = ["normal", "large", "larger", "largest"];
const CONTRASTS: [&str; 4] = ["day", "night", "black-on-white", "white-on-black"];

/// What a visitor means to do.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    language: Lang,
    service: (&'static str, &'static str),
    /// Things to do on a screen, each once.
    wishes: Vec<Wish>,
    /// How they leave.
    way_out: WayOut,
    patience: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Comfort(&'static str, &'static str),
    Search,
    About,
    List,
    Further(&'static str, &'static str),
    Class(Option<&'static str>),
    Copy,
}

/// How somebody leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayOut {
    /// With a ticket.
    Ticket,
    /// Changes their mind at the question.
    Cancels,
    /// Walks away and says nothing.
    Idles,
    /// Walks away, comes back when the kiosk asks.
    Hesitates,
}

impl Visitor {
    /// Somebody.
    pub(super) fn drawn(chance: &mut Chance) -> Visitor {
        let service = SERVICES[chance.place(SERVICES.len())];
        let mut wishes = vec![];
        let mut sometimes = |chance: &mut Chance, of_hundred: u64, wish: Wish| {
            if chance.between(0, 100) < of_hundred {
                wishes.push(wish);
            }
        };
        let comfort = Wish::Comfort(SIZES[chance.place(4)], CONTRASTS[chance.place(4)]);
        sometimes(chance, 25, comfort);
        sometimes(chance, 20, Wish::Search);
        sometimes(chance, 20, Wish::About);
        sometimes(chance, 15, Wish::List);
        let further = SERVICES[chance.place(SERVICES.len())];
        sometimes(chance, 15, Wish::Further(further.0, further.1));
        let class = Some(CLASSES[chance.place(CLASSES.len())]).filter(|_| chance.coin());
        sometimes(chance, 15, Wish::Class(class));
        sometimes(chance, 15, Wish::Copy);
        let way_out = match chance.between(0, 100) {
            0..82 => WayOut::Ticket,
            82..90 => WayOut::Cancels,
            90..95 => WayOut::Idles,
            _ => WayOut::Hesitates,
        };
        let language = Lang::ALL[chance.place(Lang::ALL.len())];
        Visitor { language, service, wishes, way_out, patience: chance.between(1, 4) }
    }

    /// The first touch.
    pub(super) fn begins(&self) -> String {
        format!("language {}\n", self.language)
    }

    /// What they do when they see this; nothing is also an answer.
    pub(super) fn answer(&mut self, view: &Value) -> Option<String> {
        if view["presence"] == "asked" {
            return match self.way_out {
                WayOut::Idles => None,
                WayOut::Ticket | WayOut::Cancels => Some("home\n".to_owned()),
                WayOut::Hesitates => {
                    self.way_out = WayOut::Ticket;
                    Some("here\n".to_owned())
                }
            };
        }
        match view["screen"].as_str()? {
            "categories" => self.at_categories(view),
            "services" => Some(format!("service {}\n", self.wanted(view).1)),
            "search" => {
                let (category, service) = self.wanted(view);
                Some(format!("key letters a\nkey letters r\nkey erase\nfound {category} {service}\n"))
            }
            "offer" => self.at_offer(view),
            "about" => self.at_about(view),
            "classes" => match self.take_wish(|wish| matches!(wish, Wish::Class(_))) {
                Some(Wish::Class(Some(class))) => Some(format!("class {class}\n")),
                _ => Some("class\n".to_owned()),
            },
            "taken" => self.at_taken(view),
            "stuck" => self.at_stuck(view),
            "sorry" => self.at_sorry(view),
            _ => None,
        }
    }

    fn at_categories(&mut self, view: &Value) -> Option<String> {
        if let Some(Wish::Comfort(size, contrast)) = self.take_wish(|wish| matches!(wish, Wish::Comfort(..))) {
            // The next view comes when the panel is closed.
            return Some(format!("comfort\nsize {size}\ncontrast {contrast}\nreach low\nclose\n"));
        }
        if view["panel"] != "closed" {
            return None;
        }
        if self.take_wish(|wish| *wish == Wish::Search).is_some() {
            return Some("search\n".to_owned());
        }
        Some(format!("category {}\n", self.wanted(view).0))
    }

    fn at_offer(&mut self, view: &Value) -> Option<String> {
        if view["told"] == "asking" {
            return None;
        }
        if view["told"]["refused"].is_object() {
            return Some("home\n".to_owned());
        }
        match self.way_out {
            WayOut::Idles | WayOut::Hesitates => return None,
            WayOut::Cancels => return Some("home\n".to_owned()),
            WayOut::Ticket => {}
        }
        let some = |line: &str| Some(line.to_owned());
        if self.wishes.iter().any(|wish| matches!(wish, Wish::About | Wish::List)) {
            return some("about\n");
        }
        if self.wishes.iter().any(|wish| matches!(wish, Wish::Further(..))) {
            return some("further\n");
        }
        if self.wishes.iter().any(|wish| matches!(wish, Wish::Class(_))) {
            return some("classes\n");
        }
        some("take\n")
    }

    fn at_about(&mut self, view: &Value) -> Option<String> {
        self.take_wish(|wish| *wish == Wish::About);
        if view["list"] == "printing" {
            return None;
        }
        match self.take_wish(|wish| *wish == Wish::List) {
            Some(_) => Some("list\n".to_owned()),
            None => Some("back\n".to_owned()),
        }
    }

    fn at_taken(&mut self, view: &Value) -> Option<String> {
        if view["copy"]["printing"].is_number() {
            return None;
        }
        if view["copy"]["doubtful"].is_array() {
            // Who can wait for the printer prints a copy of what came out torn; the others photograph the number.
            let waits = self.patience.is_multiple_of(2) && view["readiness"] != "ready";
            return (!waits).then(|| if view["readiness"] == "ready" { "copy\n" } else { "done\n" }.to_owned());
        }
        match self.take_wish(|wish| *wish == Wish::Copy) {
            Some(_) if view["copy"]["offered"].is_number() => Some("copy\n".to_owned()),
            // Half of them walk away with the paper, and the screen forgets them by itself.
            _ if self.patience.is_multiple_of(2) => None,
            _ => Some("done\n".to_owned()),
        }
    }

    fn at_stuck(&mut self, view: &Value) -> Option<String> {
        if view["again"] != "possible" {
            // Some do not wait for the printer.
            return (self.patience == 3).then(|| "on-screen\n".to_owned());
        }
        if self.patience == 0 {
            return Some("home\n".to_owned());
        }
        self.patience -= 1;
        Some("again\n".to_owned())
    }

    fn at_sorry(&mut self, view: &Value) -> Option<String> {
        let printer = view["why"]["no-printer"].is_string();
        Some(if printer && self.patience > 1 { "on-screen\n" } else { "home\n" }.to_owned())
    }

    /// The service that is looked for now.
    fn wanted(&mut self, view: &Value) -> (&'static str, &'static str) {
        if !view["aim"]["further"].is_object() {
            return self.service;
        }
        let further = self.wishes.iter().find_map(|wish| match wish {
            Wish::Further(category, service) => Some((*category, *service)),
            _ => None,
        });
        if view["screen"] != "categories" {
            self.take_wish(|wish| matches!(wish, Wish::Further(..)));
        }
        further.unwrap_or(self.service)
    }

    fn take_wish(&mut self, is: impl Fn(&Wish) -> bool) -> Option<Wish> {
        let at = self.wishes.iter().position(is)?;
        Some(self.wishes.remove(at))
    }
}
